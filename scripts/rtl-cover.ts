/**
 * `npx tsx scripts/rtl-cover.ts FILE [--cases 100]`: seeds for a test, chosen from the cases that `rtl-study.ts` or
 * `rtl-chips.ts` kept in FILE (`--done FILE`). Greedy: next comes the case that meets most pairs of values and
 * situations that none before it met, per time that it takes.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { pow } from "../base/math/power.js";
import type { CaseResult } from "../test/rtl/study-cores.js";

/**
 * What a case costs in Icarus Verilog: a core by its cycles, a chip mostly by its size, which is elaborated and loaded.
 * Milliseconds of processor time, measured: 20 chips, each within a third.
 */
const CORE_MS = { fixed: 150, perCycle: 0.1 };
const CHIP_MS = { fixed: 400, perRouterVcAndPortPair: 9, perCoreCycle: 0.35 };
/**
 * A value that no case before it met counts as so many pairs; gain counts per cost to this power. Below 1 it takes
 * cases of many pairs, of which few chips make more than many small ones.
 */
const GREED = { core: { pairsPerValue: 200, costPower: 1.6 }, chip: { pairsPerValue: 1000, costPower: 0.7 } };

const { positionals, values } = parseArgs({ options: { cases: { type: "string", default: "100" } }, allowPositionals: true });
const [file] = positionals;
if (file === undefined) throw new Error("usage: tsx scripts/rtl-cover.ts FILE [--cases 100]");
const kept = readFileSync(file, "utf8").trim().split("\n");
const cases = kept.map((line) => JSON.parse(line) as CaseResult).filter(({ refused }) => refused.length === 0);

const numbersOf = ({ met }: CaseResult, name: string): number[] =>
  (met.find((value) => value.startsWith(`${name}=`))?.split("=")[1] ?? "").split(",").map(Number);
const isChip = (one: CaseResult): boolean => numbersOf(one, "mesh").length > 1;
const greed = cases.some(isChip) ? GREED.chip : GREED.core;

function costMs(one: CaseResult): number {
  if (!isChip(one)) return CORE_MS.fixed + CORE_MS.perCycle * one.cycles;
  const [[width, height], [virtualChannels], [coresPerTile]] = ["mesh", "virtual channels", "cores of a tile"].map((name) =>
    numbersOf(one, name),
  );
  const routers = width * height;
  const ports = coresPerTile + (2 * ((width - 1) * height + (height - 1) * width)) / routers;
  const { fixed, perRouterVcAndPortPair, perCoreCycle } = CHIP_MS;
  return fixed + perRouterVcAndPortPair * routers * virtualChannels * ports * ports + perCoreCycle * routers * coresPerTile * one.cycles;
}

const left = cases.map((one) => {
  const { seed, met, cycles } = one;
  const cost = pow(costMs(one), greed.costPower);
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
  const gains = left.map(
    ({ cost, different, pairs }) => (greed.pairsPerValue * newIn(different, metValues) + newIn(pairs, metPairs)) / cost,
  );
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
