/**
 * Writes the README's front section and its figure from a finished sweep: `npx tsx scripts/readme-front.ts edge.db`.
 * The four chips shown are chosen by rule: fastest, smallest, least energy, and the study's knee.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { confidence } from "../app/confidence.js";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
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
const chosen = frontChips(database).map(([name, id]) => [name, rows.find((row) => number(row, "id") === id)] as const);
const sure = confidence(database);
const share = (id: number): number => 100 * (sure.points.find((point) => point.id === id)?.onFront ?? 0);
const cells = (row: Record<string, string>): string[] => [
  String(number(row, "width") * number(row, "height")),
  `${row.voltage_v} V, ${row.clock_mhz} MHz`,
  `${row.lanes}`,
  `${row.synapse_kib} KiB x ${row.synapse_word_bits}`,
  `${row.weight_bits} / ${row.state_bits}`,
  number(row, "accuracy_percent").toFixed(1),
  `${number(row, "energy_uj_per_inference").toFixed(3)} ± ${number(row, "energy_std_uj").toFixed(3)}`,
  `${number(row, "latency_us").toFixed(1)} ± ${number(row, "latency_std_us").toFixed(1)}`,
  number(row, "area_mm2").toFixed(3),
  `${share(number(row, "id")).toFixed(0)} %`,
];
const table = [
  "| chip | cores | supply, clock | lanes | weight SRAM | bits | % right | energy [µJ] | latency [µs] | mm² | sure |",
  "|---|---|---|---|---|---|---|---|---|---|---|",
  ...chosen.flatMap(([name, row]) => (row === undefined ? [] : [`| ${name} | ${cells(row).join(" | ")} |`])),
].join("\n");
const surely = sure.points.filter(({ onFront }) => onFront >= 0.9).length;
const sentence = `Weight SRAM per core: KiB x bits of a word. Bits: weights / states. ±: spread over utterances. Sure: share of ${sure.draws.toLocaleString("en-US")} draws of prices and samples in which the chip is on the front (\`snn-dse pareto edge.db --confidence\`). Of the front's ${sure.front.length} points ${sure.frontKept.toFixed(0)} stay on it in the mean draw, ${surely} in at least 90 % of the draws. Read the others as ties, and also differences below a fifth in energy or area.`;

const file = join(root, "README.md");
const readme = readFileSync(file, "utf8");
const [before = "", rest = ""] = readme.split("<!-- front:begin -->");
const [, after = ""] = rest.split("<!-- front:end -->");
const picture = "![the front: latency against area, coloured by energy](docs/images/edge-front.svg)";
const front = `<!-- front:begin -->\n${table}\n\n${sentence}\n\n${picture}\n<!-- front:end -->`;
writeFileSync(file, foldedMarkdown(before + front + after));
