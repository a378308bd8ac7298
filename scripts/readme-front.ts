/**
 * Writes the README's front section and its figure, ratios and memories in `docs/example.md`, and what `docs/prices.md`
 * says of the example, from two finished sweeps: of `edge`, and of a description that extends `arch/examples/edge.yaml`
 * with `prices: { basis: library }`. `npx tsx scripts/readme-front.ts edge.db library.db`. The chips are chosen by rule
 * (`front-chips.ts`). Every number that prices, samples or utterances move has its interval, and a trade-off between
 * two chips is stated only if it holds in nine of ten draws.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { comparePoints } from "../app/compare.js";
import { confidence } from "../app/confidence.js";
import { reprice } from "../app/reprice.js";
import { lastPlace } from "../base/enclosure.js";
import { packageRoot } from "../base/package-root.js";
import { wholePercent } from "../cli/format/number.js";
import { differentText, isTold, SURE } from "../sweeps/index.js";
import { frontChips } from "./front-chips.js";
import { writePassage } from "./passages.js";
import { smallerMemories } from "./smaller-memories.js";
import { timedErrors } from "./timed-errors.js";
import { within } from "./within.js";

const [database, library] = process.argv.slice(2);
if (database === undefined || library === undefined) throw new Error("usage: npx tsx scripts/readme-front.ts edge.db library.db");
const root = packageRoot();
const run = (...args: string[]): string =>
  execFileSync(process.execPath, [join(root, "dist/main.js"), "pareto", database, ...args], { encoding: "utf8" });

run(
  "--objectives",
  "latency_us,area_mm2,energy_uj_per_inference,accuracy_percent",
  "--x",
  "latency_us",
  "--y",
  "area_mm2",
  "--format",
  "svg",
  "--out",
  join(root, "docs/images/edge-front.svg"),
);

const [header = "", ...lines] = run("--format", "csv", "--out", "-").trim().split("\n");
const columns = header.split(",");
const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i] ?? "", cell])));
const number = (row: Record<string, string>, name: string): number => Number(row[name]);
const named = frontChips(database);
const kneeId = named.find(([name]) => name === "knee")?.[1] ?? 0;
/** Each chip once, with all of its names. */
const chosen = [...new Set(named.map(([, id]) => id))].flatMap((id) => {
  const row = rows.find((one) => number(one, "id") === id);
  const names = named.flatMap(([name, of]) => (of === id ? [name] : []));
  return row === undefined ? [] : [{ name: names.join(", "), id, row }];
});
const sure = confidence(database, { explains: true });
const drawn = (id: number) => sure.points.find((point) => point.id === id);
const METRICS = ["accuracy_percent", "energy_uj_per_inference", "latency_us", "area_mm2"] as const;
type Metric = (typeof METRICS)[number];
/** A value with the interval that holds nine of ten draws. */
const measured = (row: Record<string, string>, name: Metric, digits: number): string =>
  within(number(row, name), drawn(number(row, "id"))?.intervals[name], lastPlace(digits), { between: "–" });
const cells = (row: Record<string, string>): string[] => [
  String(number(row, "width") * number(row, "height")),
  `${row.voltage_v}, ${row.clock_mhz}`,
  `${row.synapse_kib}x${row.synapse_word_bits}`,
  `${row.weight_bits}/${row.state_bits}`,
  ...METRICS.map((name) => measured(row, name, name === "area_mm2" || name === "energy_uj_per_inference" ? 2 : 3)),
];
const table = [
  "| chip | cores | V, MHz | KiB x bits | bits | % right | energy [µJ] | latency [µs] | mm² |",
  "|---|---|---|---|---|---|---|---|---|",
  ...chosen.map(({ name, row }) => `| ${name} | ${cells(row).join(" | ")} |`),
].join("\n");

/** How many times the second's value the first's is; a tie if neither is less in nine of ten draws. */
function timesOf(first: number, second: number, metric: Metric): string {
  const found = comparePoints(database as string, second, first).better.find((one) => one.metric === metric);
  if (found === undefined || found.ratio === null || found.equal >= SURE || !isTold(found)) return "a tie";
  const values = [first, second].map((id) => drawn(id)?.metrics[metric] ?? Number.NaN);
  return within(values[0] / values[1], found.ratio, lastPlace(2), { between: "–" });
}
const pairs = chosen.flatMap((one, i) => chosen.slice(i + 1).map((other) => [one, other] as const));
const tradeOffs = [
  "| the first over the second | latency | energy | area |",
  "|---|---|---|---|",
  ...pairs.map(
    ([a, b]) =>
      `| ${a.name} / ${b.name} | ${(["latency_us", "energy_uj_per_inference", "area_mm2"] as const).map((metric) => timesOf(a.id, b.id, metric)).join(" | ")} |`,
  ),
  "",
  `\`snn-dse compare edge.db ${named.find(([name]) => name === "smallest")?.[1]} knee\` says the same of two points, here the smallest and the knee.`,
].join("\n");

/** How many points of a front stay on it in the mean draw, and how many in nine of ten. */
const kept = ({ points, front, frontKept }: typeof sure) =>
  [front.length, frontKept.toFixed(0), points.filter(({ onFront }) => onFront >= SURE).length] as const;
const [inAll, inMean, inMost] = kept(sure);
const ofLibrary = confidence(library, { explains: true });
const [inAllOfLibrary, inMeanOfLibrary, inMostOfLibrary] = kept(ofLibrary);
const draws = sure.draws.toLocaleString("en-US");
const percent = 100 * SURE;
const sentence = `KiB x bits: weight SRAM per core; bits: weights / states. Brackets: 90 % intervals over prices, samples and utterances. Shown: extremes of the chips that are on the front in at least ${percent} % of ${draws} draws of these (\`snn-dse pareto edge.db --confidence\`), and the knee (${wholePercent(drawn(kneeId)?.onFront ?? 0)}). Of the front's ${inAll} points${differentText(inAll, sure.different)} ${inMean} stay on it in the mean draw, ${inMost} in ${percent} %: read the others as ties. [Ratios](docs/example.md#trade-offs-that-hold) are surer.`;

/** In which shares of the draws points have the least of a metric, the most frequent one first. */
function leastIn(metric: Metric): readonly number[] {
  const at = sure.objectives.findIndex((one) => one.metric === metric);
  return sure.points.map(({ best }) => best[at]).toSorted((a, b) => b - a);
}
/** How many points are the metric's best in a tenth of the draws or more, and in how many. */
function contended(metric: Metric, best: string): string {
  const shares = leastIn(metric).filter((share) => share >= 1 - SURE);
  const [most, few] = [shares[0], shares[shares.length - 1]].map((share) => wholePercent(share));
  return shares.length === 1
    ? `one point is the ${best} in ${most} of the draws`
    : `${shares.length} points are the ${best} in ${few} to ${most} each`;
}
const certain = `Of the shipped example with \`prices.basis: silicon\`, ${inMean} of ${inAll} front points stay on it in the mean, and ${inMost} are on it in at least ${percent} % of the draws; with \`library\` ${inMeanOfLibrary} of ${inAllOfLibrary}, and ${inMostOfLibrary}. Of all points ${contended("latency_us", "fastest")}, and ${contended("area_mm2", "smallest")}.`;

/** The causes that decide most of a front, with others together; at least the share of one in ten, three at most. */
function decisive({ causes }: typeof sure): readonly string[] {
  return causes
    .toSorted((a, b) => b.total - a.total)
    .filter(({ total }, i) => i < 3 && total >= 0.1)
    .map(({ cause, total }) => `${cause} (${wholePercent(total)})`);
}
const deciding = `Of the shipped example these decide most, with all others together: ${decisive(sure).join(", ")}. With \`basis: library\`: ${decisive(ofLibrary).join(", ")}.`;

/** The factors of the command line that `docs/prices.md` shows. */
const scaled = await reprice(library, null, { scale: { leakage: 18, core_clock_pj_per_cycle: 17 } });
const staying = scaled.front.filter((id) => scaled.frontAfter.includes(id)).length;
const repriced = `Of the shipped example with \`basis: library\`, leakage 18 times and clocks 17 times as high (the second line) leave ${staying} of the ${scaled.front.length} front points on it.`;

const errors = timedErrors(database);
const errorsOf = (mean: keyof typeof errors): string => errors[mean].map((error) => (100 * error).toPrecision(2)).join(" to ");
const ofChoice = `On the front of the shipped example, eight digits timed, the standard error of power is ${errorsOf("power")} %, where that of energy is ${errorsOf("energy")} % and that of latency ${errorsOf("latency")} %.`;

const couldHave = await smallerMemories(database);
const betterChips = chosen.flatMap(({ name, id, row }) => {
  const found = couldHave.get(id);
  if (found === undefined) return [];
  const { kib, ownKib, metrics } = found;
  const [energy, area] = (["energy_uj_per_inference", "area_mm2"] as const).map(
    (metric) => `${(metrics[metric] as number).toPrecision(3)} instead of ${number(row, metric).toPrecision(3)}`,
  );
  const isAlike = (["latency_us", "accuracy_percent"] as const).every((metric) => metrics[metric] === number(row, metric));
  if (!isAlike) throw new Error(`point ${id} with ${kib} KiB differs in time or accuracy`);
  return [`*${name}* with ${kib} instead of ${ownKib} KiB takes ${energy} µJ and ${area} mm², with the same latency and accuracy`];
});
const memories = `**The points are a sample.** Of the front's ${rows.length} points ${couldHave.size} have a larger weight memory than the smallest searched one that holds their weights.${betterChips.length === 0 ? "" : ` Of the README's chips ${betterChips.join("; ")}.`} So simulate the neighbours of a chip before you choose it.`;

const readme = `${table}\n\n${sentence}\n\n![the front: latency against area, coloured by energy](docs/images/edge-front.svg)`;
for (const [page, mark, text] of [
  ["README.md", "front", readme],
  ["docs/example.md", "front", tradeOffs],
  ["docs/example.md", "memories", memories],
  ["docs/prices.md", "front", certain],
  ["docs/prices.md", "causes", deciding],
  ["docs/prices.md", "repriced", repriced],
  ["docs/prices.md", "timed-errors", ofChoice],
] as const)
  writePassage({ page, mark, text });
