/** What clock gates change in the gates of cores, and what the model says of that, as a section of the page. Pure. */
import { log } from "../../base/math.js";
import type { GateRow } from "./row.js";
import { table } from "./table.js";

const range = (values: readonly number[]): string => `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Root mean square of ln(ratio). */
const spreadOf = (ratios: readonly number[]): number =>
  Math.sqrt(ratios.reduce((sum, ratio) => sum + log(ratio) * log(ratio), 0) / ratios.length);

export function gatedOf(rows: readonly GateRow[]): string {
  const ran = rows.filter(({ gated }) => gated.equal);
  const registers = (row: GateRow): number => Object.values(row.registers).reduce((sum, bits) => sum + bits, 0);
  const clock = ran.map(({ gated, model }) => gated.gates.clock / model.clock);
  const free = ran.map(({ gates, model }) => gates.clock / model.clock);
  const area = ran.map(({ gated, areaUm2 }) => gated.areaUm2 / areaUm2);
  const work = ran.map(({ gated, gates }) => gated.gates.work / gates.work);
  const priced = ran.map(({ gated, model }) => gated.gates.work / model.work);
  return `## With clock gates

A flip-flop of the emitted library is clocked in every cycle; the price of a core's clock takes its registers as clocked while their unit works, and queues
and write queues as clocked when they are written. The same netlists with the library's clock gate before all registers that share an enable (Yosys' \`clockgate\`; \`npx tsx scripts/rtl-gates.ts --liberty ... --gated\`), run
on the same row of a digit: ${ran.length} of ${rows.length} gave the simulator's scores and cycles.

${table(
  [
    "core",
    "clock gates",
    "registers behind them",
    "area / without",
    "clock pJ/SOP model",
    "gates",
    "gates / model",
    "pJ/SOP gates",
    "/ without",
  ],
  ran.map((row, i) => [
    row.name,
    row.gated.clockGates,
    percent(row.gated.registers / registers(row)),
    area[i].toFixed(2),
    row.model.clock.toFixed(2),
    row.gated.gates.clock.toFixed(2),
    clock[i].toFixed(2),
    row.gated.gates.work.toFixed(2),
    work[i].toFixed(2),
  ]),
)}

With clock gates the clocks take ${range(clock)} of the price (root mean square of ln ${spreadOf(clock).toFixed(2)}; the price's error is 0.5), without them ${range(free)}. The price is below most of
these gates, whose pipelines without an enable are clocked in idle cycles, too; and the price has a tree, which the gates have not. Area falls to ${range(area)}. All other energy rises to ${range(work)} of what it is without clock gates, and is
${range(priced)} of the price.

`;
}
