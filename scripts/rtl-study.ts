/**
 * `npx tsx scripts/rtl-study.ts [--first 1] [--cases 1000]`: so many random one-core chips with tiny networks in Icarus Verilog, compared with the
 * simulator. Exit code 1 where one differs, or where a category was never met.
 */
import { parseArgs } from "node:util";
import { CATEGORIES, studyCores } from "../test/rtl/study-cores.js";

const { values } = parseArgs({ options: { first: { type: "string", default: "1" }, cases: { type: "string", default: "1000" } } });
const { seen, compared, refused, found } = studyCores(Number(values.first), Number(values.cases), (line) => console.error(line));
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(CATEGORIES));
console.log(`${refused.length} refused by a rule of the subset`);
const run = Number(values.cases) - refused.length;
console.log(
  `${run} run: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 25 counters each`,
);
const missed = CATEGORIES.filter((category) => seen.of(category) === 0);
console.log(found.length === 0 && missed.length === 0 ? "all agree" : `${found.length} differ; never met: ${missed.join(", ") || "none"}`);
process.exitCode = found.length === 0 && missed.length === 0 ? 0 : 1;
