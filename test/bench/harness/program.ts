/**
 * The end of every file of `test/bench`. A file that runs alone prints its table, its time and the load of the machine.
 * Run by `npm run bench`, it writes its rows into the file that SNN_DSE_BENCH_ROWS names. A file that is imported does
 * nothing.
 */
import { realpathSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { pathToFileURL } from "node:url";
import { kindOf, thisMachine } from "./baseline.js";
import { cpuSeconds } from "./measure.js";
import type { Row } from "./row.js";
import { rowLines } from "./table.js";

export type Bench = () => readonly Row[] | Promise<readonly Row[]>;

export async function benchmark(url: string, bench: Bench): Promise<void> {
  // the path that was typed may lead through symbolic links, the module's does not
  if (process.argv[1] === undefined || url !== pathToFileURL(realpathSync(process.argv[1])).href) return;
  const [load] = loadavg();
  const [start, startCpu] = [performance.now(), cpuSeconds()];
  const rows = await bench();
  const [seconds, cpu] = [(performance.now() - start) / 1000, cpuSeconds() - startCpu];
  console.log(rowLines(rows).join("\n"));
  const machine = `${kindOf(thisMachine())}, Node ${process.versions.node}`;
  console.log(
    `${machine}: ${cpu.toFixed(1)} s of processor time in this process, ${seconds.toFixed(1)} s by the clock; load ${load.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`,
  );
  const file = process.env.SNN_DSE_BENCH_ROWS;
  if (file !== undefined) writeFileSync(file, JSON.stringify(rows));
}
