/**
 * How large a network one timing board holds: 262,144 and 1,048,576 neurons on 128 cores, fan-out up to 67 M synapses.
 * Needs about 8 GB of memory and minutes. The whole process' peak is told last.
 */
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";
import { saturatedRows } from "./harness/saturated.js";

await benchmark(import.meta.url, async () => {
  const rows: Row[] = [];
  for (const [neurons, fanOut] of [
    [262_144, 64],
    [1_048_576, 16],
    [262_144, 256],
    [1_048_576, 64],
  ])
    rows.push(...(await saturatedRows(neurons, { fanOut, kind: "random" })));
  return [...rows, row("peak resident set", "MiB", "less", [process.resourceUsage().maxRSS / 1024])];
});
