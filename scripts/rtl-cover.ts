/**
 * `npx tsx scripts/rtl-cover.ts FILE [--cases 100]`: seeds for a test, chosen from the cases that `rtl-study.ts` or
 * `rtl-chips.ts` kept in FILE (`--done FILE`). Greedy: next comes the case that meets most pairs of values and
 * situations that none before it met, per time that it takes.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CaseResult } from "../test/rtl/study-cores.js";

/** Time that a case takes whatever its cycles, in cycles of one core; measured: 0.15 s against 0.1 ms per cycle. */
const FIXED_CYCLES = 1500;
/** A value that no case before it met counts as this many pairs. */
const PAIRS_PER_VALUE = 200;

const { positionals, values } = parseArgs({ options: { cases: { type: "string", default: "100" } }, allowPositionals: true });
const [file] = positionals;
if (file === undefined) throw new Error("usage: tsx scripts/rtl-cover.ts FILE [--cases 100]");
const kept = readFileSync(file, "utf8").trim().split("\n");
const cases = kept.map((line) => JSON.parse(line) as CaseResult).filter(({ refused }) => refused.length === 0);

const left = cases.map(({ seed, met, cycles }) => {
  const routers = met.find((value) => value.startsWith("mesh="))?.slice("mesh=".length) ?? "1";
  const cost = FIXED_CYCLES + cycles * routers.split(",").reduce((product, side) => product * Number(side), 1);
  const different = [...new Set(met)].sort();
  const pairs = different.flatMap((one, i) => different.slice(i + 1).map((other) => `${one} ${other}`));
  return { seed, cost, cycles, different, pairs };
});
const [allValues, allPairs] = [new Set(left.flatMap(({ different }) => different)), new Set<string>()];
for (const { pairs } of left) for (const pair of pairs) allPairs.add(pair);

const [metValues, metPairs] = [new Set<string>(), new Set<string>()];
const chosen: typeof left = [];
const newIn = (all: readonly string[], met: ReadonlySet<string>): number => all.reduce((sum, one) => sum + (met.has(one) ? 0 : 1), 0);
while (chosen.length < Number(values.cases) && left.length > 0) {
  const gains = left.map(({ cost, different, pairs }) => (PAIRS_PER_VALUE * newIn(different, metValues) + newIn(pairs, metPairs)) / cost);
  const [best] = left.splice(gains.indexOf(Math.max(...gains)), 1);
  chosen.push(best);
  for (const value of best.different) metValues.add(value);
  for (const pair of best.pairs) metPairs.add(pair);
}
const cycles = chosen.reduce((sum, one) => sum + one.cycles, 0);
console.log(
  `${chosen.length} of ${cases.length}: ${metValues.size} of ${allValues.size} values and ${metPairs.size} of ${allPairs.size} pairs in ${cycles} cycles`,
);
console.log(
  chosen
    .map(({ seed }) => seed)
    .sort((a, b) => a - b)
    .join(", "),
);
