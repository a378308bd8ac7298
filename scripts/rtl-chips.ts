/**
 * `npx tsx scripts/rtl-chips.ts [--first 1] [--cases 1000] [--done FILE]`: so many random chips of several cores on meshes of up to 3 x 3 routers, three-way:
 * the board, the naive chip, and SystemVerilog in Icarus. With `--done`, each case is a line of that file as soon as it is over, and one that stands there
 * is not run again. Seeds whose network fits no chip of several cores are left out. Exit code 1 where one differs, or where a category was never met.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CHIP_CATEGORIES, studyChip } from "../test/rtl/study-chips.js";
import { type CaseResult, studyOf } from "../test/rtl/study-cores.js";

const { values } = parseArgs({
  options: { first: { type: "string", default: "1" }, cases: { type: "string", default: "1000" }, done: { type: "string", default: "" } },
});
const [first, count] = [Number(values.first), Number(values.cases)];
const text = existsSync(values.done) ? readFileSync(values.done, "utf8") : "";
const known = new Map(
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as CaseResult)
    .map((one) => [one.seed, one]),
);
const cases: CaseResult[] = [];
let [unfit, last] = [0, first - 1];
while (cases.length < count) {
  const seed = ++last;
  const one = known.get(seed) ?? studyChip(seed);
  if (one === null) {
    unfit++;
    continue;
  }
  if (!known.has(seed) && values.done !== "") appendFileSync(values.done, `${JSON.stringify(one)}\n`);
  if (one.differences.length > 0) console.error(`seed ${seed}: ${one.differences.join("; ")}`.slice(0, 500));
  cases.push(one);
}
const { seen, run, compared, refused, found } = studyOf(cases, "chips");
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(CHIP_CATEGORIES));
console.log(`seeds ${first} to ${last}: ${unfit} fit no chip of several cores, ${refused.length} refused by a rule of the subset`);
console.log(
  `${run} run: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 29 counters of each core, 9 and ` +
    "flits by port of each router; cycles of each wave and all counters of the cores also in the naive chip",
);
const missed = CHIP_CATEGORIES.filter((category) => seen.of(category) === 0);
console.log(found.length === 0 && missed.length === 0 ? "all agree" : `${found.length} differ; never met: ${missed.join(", ") || "none"}`);
process.exitCode = found.length === 0 && missed.length === 0 ? 0 : 1;
