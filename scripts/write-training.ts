/**
 * Writes the table of shipped models in docs/training.md from the records inside the model files: `npx tsx scripts/write-training.ts`.
 * Pass the spoken digits' folder to draw the picture anew as well: `npx tsx scripts/write-training.ts ../free-spoken-digit-dataset`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Network, packageRoot, readModel } from "../arch/index.js";
import { denseMultiplications, parameterCount } from "../training/index.js";

/** The parts of a training record that the table shows. */
interface Shown {
  readonly seed: number;
  readonly config: {
    readonly training: { readonly membranePenalty: number; readonly epochs: number; readonly batch: number };
    readonly quantiser: { readonly bits: number; readonly theta: number };
  };
  readonly test: { readonly accuracy: number; readonly density: readonly number[]; readonly multiplications_per_frame: number };
}

const root = packageRoot();
const folder = join(root, "training", "models");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".safetensors"))
  .sort();

const grouped = (value: number): string => Math.round(value).toLocaleString("en-US");

function row(name: string, network: Network, record: Shown): string {
  const { config, seed, test } = record;
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
    String(config.training.membranePenalty),
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
  "multiplications a frame",
  "saving vs GRU (x)",
  "parameters",
  "lambda",
  "bits / theta",
  "epochs",
  "seed",
];
const rows = files.map((file) => {
  const { network, record } = readModel(join(folder, file));
  return `| ${row(file.replace(".safetensors", ""), network, record as unknown as Shown)} |`;
});
const table = [`| ${header.join(" | ")} |`, `|${"---|".repeat(header.length)}`, ...rows].join("\n");

const page = join(root, "docs", "training.md");
const text = readFileSync(page, "utf8");
const marked = /(<!-- models:begin -->\n)[\s\S]*(<!-- models:end -->)/;
if (!marked.test(text)) throw new Error(`${page} has no models:begin and models:end`);
writeFileSync(
  page,
  text.replace(marked, (_, begin, end) => `${begin}${table}\n${end}`),
);

const recordings = process.argv[2];
if (recordings !== undefined) {
  const models = files.map((file) => join(folder, file));
  const picture = execFileSync(
    process.execPath,
    [join(root, "dist/main.js"), "table", ...models, "--data", `fsdd=${recordings}`, "--format", "svg"],
    { maxBuffer: 1 << 26 },
  );
  writeFileSync(join(root, "docs/images/training-tradeoff.svg"), picture);
}
