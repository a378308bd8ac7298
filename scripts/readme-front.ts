/**
 * Writes the README's front section and its figure, and the ratios in `docs/example.md`, from a finished sweep: `npx
 * tsx scripts/readme-front.ts edge.db`. The chips are chosen by rule (`front-chips.ts`). Every number that prices,
 * samples or utterances move has its interval, and a trade-off between two chips is stated only if it holds in nine of
 * ten draws.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { comparePoints } from "../app/compare.js";
import { confidence } from "../app/confidence.js";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
import { wholePercent } from "../cli/format/number.js";
import { isTold, SURE } from "../sweeps/index.js";
import { frontChips } from "./front-chips.js";

const database = process.argv[2];
if (database === undefined) throw new Error("usage: npx tsx scripts/readme-front.ts edge.db");
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
const sure = confidence(database);
const drawn = (id: number) => sure.points.find((point) => point.id === id);
const METRICS = ["accuracy_percent", "energy_uj_per_inference", "latency_us", "area_mm2"] as const;
type Metric = (typeof METRICS)[number];
const between = (low: number, high: number, digits: number): string => `${low.toPrecision(digits)}–${high.toPrecision(digits)}`;
/** A value with the interval that holds nine of ten draws. */
function measured(row: Record<string, string>, name: Metric, digits: number): string {
  const interval = drawn(number(row, "id"))?.intervals[name];
  const ends = interval === undefined ? "" : ` (${between(interval.low, interval.high, digits)})`;
  return `${number(row, name).toPrecision(digits)}${ends}`;
}
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
  return `${(values[0] / values[1]).toPrecision(2)} (${between(found.ratio.low, found.ratio.high, 2)})`;
}
const pairs = chosen.flatMap((one, i) => chosen.slice(i + 1).map((other) => [one, other] as const));
const tradeOffs = [
  "| the first over the second | latency | energy | area |",
  "|---|---|---|---|",
  ...pairs.map(
    ([a, b]) =>
      `| ${a.name} / ${b.name} | ${(["latency_us", "energy_uj_per_inference", "area_mm2"] as const).map((metric) => timesOf(a.id, b.id, metric)).join(" | ")} |`,
  ),
].join("\n");

const surely = sure.points.filter(({ onFront }) => onFront >= SURE).length;
const draws = sure.draws.toLocaleString("en-US");
const percent = 100 * SURE;
const sentence = foldedMarkdown(
  `KiB x bits: weight SRAM per core; bits: weights / states. Brackets: 90 % intervals over prices, samples and utterances. Shown: extremes of the chips that are on the front in at least ${percent} % of ${draws} draws of these (\`snn-dse pareto edge.db --confidence\`), and the knee (${wholePercent(drawn(kneeId)?.onFront ?? 0)}). Of the front's ${sure.front.length} points ${sure.frontKept.toFixed(0)} stay on it in the mean draw, ${surely} in ${percent} %: read the others as ties. [Ratios](docs/example.md#trade-offs-that-hold) are surer.`,
).trimEnd();

/** Replaces the text between the marks of a file. */
function writeFront(name: string, written: string): void {
  const file = join(root, name);
  const [before = "", rest = ""] = readFileSync(file, "utf8").split("<!-- front:begin -->");
  const [, after = ""] = rest.split("<!-- front:end -->");
  writeFileSync(file, `${before}<!-- front:begin -->\n${written}\n<!-- front:end -->${after}`);
}
writeFront("README.md", `${table}\n\n${sentence}\n\n![the front: latency against area, coloured by energy](docs/images/edge-front.svg)`);
writeFront("docs/example.md", tradeOffs);
