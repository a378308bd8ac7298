/**
 * Writes the table of shipped models in docs/training-results.md from the records in the model files: `npx tsx
 * scripts/write-training.ts`. With the folder of the spoken digits it also evaluates the models, and writes the means
 * over seeds and the figure of the trade-off; further arguments are models to add to the figure: `npx tsx
 * scripts/write-training.ts ../free-spoken-digit-dataset tradeoff/*.safetensors`, trained by `snn-dse train
 * training/configs/tradeoff/*.yaml --data ../free-spoken-digit-dataset --out-dir tradeoff`.
 */

import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { denseMultiplications, type Network, parameterCount, readModel } from "../arch/index.js";
import { existing } from "../base/entry.js";
import { packageRoot } from "../base/package-root.js";
import { writePassage } from "./passages.js";

/** The fields of a training record that the table shows. */
interface Shown {
  readonly seed: number;
  readonly config: {
    readonly training: {
      readonly membranePenalty: number;
      readonly membranePenaltySaturation?: number;
      readonly epochs: number;
      readonly batch: number;
    };
    readonly quantiser: { readonly bits: number; readonly theta: number };
  };
  readonly test: { readonly accuracy: number; readonly density: readonly number[]; readonly multiplications_per_frame: number };
}

const root = packageRoot();
const folder = join(root, "training", "models");
const names = readdirSync(folder)
  .flatMap((file) => (file.endsWith(".safetensors") ? file.replace(".safetensors", "") : []))
  .sort();
const fileOf = (name: string): string => join(folder, `${name}.safetensors`);

const grouped = (value: number): string => Math.round(value).toLocaleString("en-US");

function row(name: string, network: Network, record: Shown): string {
  const { config, seed, test } = record;
  const { membranePenaltySaturation: saturation } = config.training;
  const widths = network.layers.map((layer) => layer.neurons);
  const gru = denseMultiplications("gru", network.inputs, widths, network.classes);
  const spikes = network.encoder === null ? "-" : `${config.quantiser.bits} / ${config.quantiser.theta}`;
  return [
    `\`${name}\``,
    widths.join(" + "),
    (100 * test.accuracy).toFixed(2),
    test.density.map((share) => share.toFixed(3)).join(" / "),
    grouped(test.multiplications_per_frame),
    (gru / test.multiplications_per_frame).toFixed(2),
    grouped(parameterCount(network)),
    String(config.training.membranePenalty) + (saturation === undefined ? "" : ` (saturates at ${saturation})`),
    spikes,
    String(config.training.epochs),
    String(seed),
  ].join(" | ");
}

const header = [
  "model",
  "neurons",
  "test accuracy (%)",
  "density input / layers",
  "multiplications per frame",
  "saving vs GRU (x)",
  "parameters",
  "lambda",
  "bits / theta",
  "epochs",
  "seed",
];
const rows = names.map((name) => {
  const { network, record } = readModel(fileOf(name));
  return `| ${row(name, network, record as unknown as Shown)} |`;
});
const table = [`| ${header.join(" | ")} |`, `|${"---|".repeat(header.length)}`, ...rows].join("\n");

const fill = (mark: string, text: string): void => writePassage({ page: "docs/training-results.md", mark, text: text.trim() });

/** Output of `snn-dse table` for these models. */
function tableOf(models: readonly string[], recordings: string, format: "md" | "svg"): string {
  const parameters = ["table", ...models, "--data", `fsdd=${recordings}`, "--format", format];
  return execFileSync(process.execPath, [join(root, "dist/main.js"), ...parameters], { maxBuffer: 1 << 26, encoding: "utf8" });
}

fill("models", table);
const [recordings, ...runs] = process.argv.slice(2);
if (recordings !== undefined) {
  const shipped = names.map(fileOf);
  fill("recipes", existing(tableOf(shipped, recordings, "md").split("\n\n").at(-1), "the table"));
  if (runs.length > 0) fill("tradeoff", tableOf(runs, recordings, "md").split("\n\n")[0]);
  writeFileSync(join(root, "docs/images/training-tradeoff.svg"), tableOf([...shipped, ...runs], recordings, "svg"));
}
