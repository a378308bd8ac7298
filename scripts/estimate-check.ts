/**
 * What `estimate` predicts for networks that others ran on real chips, beside their recorded or published values.
 * Nothing is fitted. Prints a table, and writes it to docs/logs/estimate-check.txt and docs/estimate.md.
 *
 *   npx tsx scripts/estimate-check.ts NIR_FOLDER NMNIST_FOLDER
 *
 * Without NMNIST_FOLDER: the Braille networks only, and nothing is written. NIR_FOLDER: cnn_sinabs.nir, braille_*.nir
 * and braille_sample0_input.csv of neuromorphs/NIR 7232ada; NMNIST_FOLDER: a folder per class, as
 * scripts/nmnist-folder.ts makes it of 40 recordings.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ChipEstimate, type EstimateOptions, estimate } from "../app/estimate.js";
import type { MetricName } from "../app/nouns.js";
import { packageRoot } from "../base/package-root.js";
import { writePassage } from "./passages.js";
import { markdownTable } from "./validation/markdown.js";

const [nets, recordings] = process.argv.slice(2);
if (nets === undefined) throw new Error("usage: tsx scripts/estimate-check.ts NIR_FOLDER [NMNIST_FOLDER]");
const isCamera = recordings !== undefined;
const events = isCamera && existsSync(join(recordings, "Test")) ? join(recordings, "Test") : (recordings ?? "");
const CNN = "cnn_sinabs.nir";
const BRAILLE = "braille_noDelay_noBias_subtract.nir";
const BRAILLE_ZERO = "braille_noDelay_bias_zero.nir";

async function on(chip: string, network: string, options: EstimateOptions): Promise<ChipEstimate> {
  const { chips } = await estimate(join(nets, network), { ...options, chips: [chip] });
  if (chips[0].refused !== null) throw chips[0].refused;
  return chips[0];
}

/** Spikes per utterance of the first population of neurons. */
function firstLayer({ result }: ChipEstimate): number {
  const operations = result?.operations;
  const layers = operations?.layers.filter(({ weightBits }) => weightBits === 0) ?? [];
  return (layers[1]?.spikes ?? 0) / (operations?.utterances ?? 1);
}

const lines: (readonly string[])[] = [["chip", "network", "quantity", "recorded", "estimate", "90 % interval", "within"]];
const shown = (value: number): string => String(Number(value.toPrecision(4)));
function row(
  chip: string,
  network: string,
  quantity: string,
  recorded: number,
  found: number,
  interval?: { low: number; high: number },
): void {
  const within =
    interval === undefined ? `x ${shown(found / recorded)}` : interval.low <= recorded && recorded <= interval.high ? "yes" : "no";
  const ends = interval === undefined ? "-" : `${shown(interval.low)} .. ${shown(interval.high)}`;
  lines.push([chip, network, quantity, shown(recorded), shown(found), ends, within]);
}
function metricRow(one: ChipEstimate, network: string, quantity: string, recorded: number, metric: MetricName, scale = 1): void {
  const { low, high } = one.intervals[metric] ?? {};
  const interval = low === undefined || high === undefined ? undefined : { low: low * scale, high: high * scale };
  row(one.chip, network, quantity, recorded, (one.result?.metrics[metric] ?? Number.NaN) * scale, interval);
}

// Accuracies: *_accuracy.npy of the NIR paper, 10,000 recordings; here 40 of them.
const camera = { events, reset: "subtract" } as const;
for (const dtSeconds of isCamera ? [1e-3, 1e-4] : []) {
  const steps = `${dtSeconds * 1e3} ms steps`;
  const timed = { values: { "workload.timing_samples": dtSeconds < 1e-3 ? 1 : 4 } };
  const speck = await on("speck-like", CNN, { ...camera, dtSeconds, ...timed });
  metricRow(speck, CNN, `accuracy [%], ${steps}`, 95.4, "accuracy_percent");
  const loihi = await on("loihi-like", CNN, { ...camera, dtSeconds, ...timed });
  metricRow(loihi, CNN, `accuracy [%], ${steps}; recorded: Lava on a CPU`, 98.15, "accuracy_percent");
  if (dtSeconds < 1e-3) continue;
  const spinnaker = await on("spinnaker2-like", CNN, { ...camera, dtSeconds, ...timed });
  metricRow(spinnaker, CNN, `accuracy [%], ${steps}; recorded: Brian2 or the chip`, 98.2, "accuracy_percent");
  // a recording lasts at most 336 ms; about 5 mW: Open Neuromorphic guide 28f5083
  const always = await on("speck-like", CNN, { ...camera, dtSeconds, values: { "workload.period_ms": 340 } });
  metricRow(always, CNN, "power in real time [mW]; recorded: about, of no network named", 5, "power_mw");
}

// paper/03_rnn/xylo_apply.ipynb: 100 samples of 256 steps in 8.59 s at 6.25 MHz, 277.09 uW of logic.
const touch = { events: join(nets, "braille_sample0_input.csv"), dtSeconds: 1e-4, reset: "subtract" } as const;
const xylo = await on("xylo-like", BRAILLE, touch);
metricRow(xylo, BRAILLE, "energy per sample [uJ]", 23.8, "energy_uj_per_inference");
metricRow(xylo, BRAILLE, "time per sample [ms], recorded with the host's part", 85.9, "latency_us", 1e-3);
metricRow(xylo, BRAILLE, "power [uW]; its price knows this number", 277.09, "power_mw", 1e3);
row("xylo-like", BRAILLE, "spikes of lif1; recorded of another sample", 151, firstLayer(xylo));
row("spinnaker2-like", BRAILLE, "spikes of lif1", 119, firstLayer(await on("spinnaker2-like", BRAILLE, touch)));
const zero = await on("spinnaker2-like", BRAILLE_ZERO, { ...touch, reset: "zero" });
row("spinnaker2-like", BRAILLE_ZERO, "spikes of lif1", 119, firstLayer(zero));

const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
const printed = lines.map((cells) =>
  cells
    .map((cell, column) => cell.padEnd(widths[column]))
    .join("  ")
    .trimEnd(),
);
console.log(printed.join("\n"));
if (isCamera) {
  const log = ["$ npx tsx scripts/estimate-check.ts NIR_FOLDER NMNIST_FOLDER", ...printed, ""].join("\n");
  writeFileSync(join(packageRoot(), "docs/logs/estimate-check.txt"), log);
  const [titles, ...rows] = lines;
  const text = markdownTable(
    titles,
    rows.map((cells) => cells.map((cell) => (cell === "no" ? "**no**" : cell))),
  );
  writePassage({ page: "docs/estimate.md", mark: "measured", text });
}
