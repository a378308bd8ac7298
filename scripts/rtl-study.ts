/**
 * `npx tsx scripts/rtl-study.ts [--first 1] [--cases 5000] [--done FILE]`: so many random one-core chips with tiny networks, three-way: the board, the naive
 * chip, and SystemVerilog in Icarus. With `--done`, each case is a line of that file as soon as it is over, and one that stands there is not run again, so a
 * study that was stopped goes on. Exit code 1 where one differs, or where a category was never met.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CATEGORIES, type CaseResult, studyCase, studyOf } from "../test/rtl/study-cores.js";

const { values } = parseArgs({
  options: { first: { type: "string", default: "1" }, cases: { type: "string", default: "5000" }, done: { type: "string", default: "" } },
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
for (let seed = first; seed < first + count; seed++) {
  const one = known.get(seed) ?? studyCase(seed);
  if (!known.has(seed) && values.done !== "") appendFileSync(values.done, `${JSON.stringify(one)}\n`);
  if (one.differences.length > 0) console.error(`seed ${seed}: ${one.differences.join("; ")}`.slice(0, 500));
  cases.push(one);
}
const { seen, run, compared, refused, found } = studyOf(cases);
for (const line of found) console.log(line.slice(0, 500));
console.log(seen.text(CATEGORIES));
console.log(`${refused.length} refused by a rule of the subset`);
console.log(
  `${run} run: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${compared.cycles} cycles, 26 counters each; ` +
    "cycles of each wave and all counters of the core also in the naive chip",
);
const missed = CATEGORIES.filter((category) => seen.of(category) === 0);
console.log(found.length === 0 && missed.length === 0 ? "all agree" : `${found.length} differ; never met: ${missed.join(", ") || "none"}`);
process.exitCode = found.length === 0 && missed.length === 0 ? 0 : 1;
