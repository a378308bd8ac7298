/**
 * Which recipe should a configuration have? The script trains one network per set of changed keys on the part of the
 * training half that a search learns from (`fit`), and judges it on the part that a search chooses by (`validation`).
 * It does not read the test set. Models and checkpoints stay in a folder, and the same command continues; networks that
 * are there are not trained again. With --thresholds it also judges each network with other thresholds than it was
 * trained with, one per layer. Distances are to the first line, with an interval of 95 % over utterances.
 * Multiplications of a pruned network leave out products with a weight of 0.
 *
 * If the configuration trains another model further for a chip (`quantisation.from`), the configuration of that model
 * is trained first, on the same part, and is the first line. Scores in the chip's integers are added, of the base at 8
 * bits.
 *
 *   npx tsx scripts/recipe-choice.ts --data FSDD --config fsdd-phones-rec-v2-concave-delay3
 *   [--change training.membrane_penalty=30,training.epochs=128]... [--thresholds 1,0]... [--out FOLDER]
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseDocument } from "yaml";
import { scoreOnChip, usualPrecision } from "../app/score-on-chip.js";
import { trainedPrecision } from "../app/train-for.js";
import { denseMultiplications, type Network, type Precision, pathOf, readModel, readYamlText, writeModel } from "../arch/index.js";
import { existing } from "../base/entry.js";
import { systemClock } from "../sweeps/index.js";
import type { UtteranceScores } from "../training/evaluate.js";
import {
  type BaseModel,
  checkBase,
  evaluateFloat,
  fileCheckpoint,
  loadDataset,
  localLearners,
  parseTrainingConfig,
  startedBackend,
  type TrainingConfig,
  train,
} from "../training/index.js";
import { distanceInterval } from "../training/paired-distance.js";
import { PRUNED_SHARE } from "../training/pruning.js";

const CHECKPOINT_BATCHES = 200;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    config: { type: "string" },
    change: { type: "string", multiple: true, default: [""] },
    thresholds: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: "recipe-choice" },
  },
});
const { data, config: name, change, thresholds, out } = values;
if (data === undefined || name === undefined)
  throw new Error("name the data set's folder and the configuration: --data FSDD --config NAME [--change KEY=VALUE,KEY=VALUE]...");
mkdirSync(out, { recursive: true });

/**
 * A shipped configuration, or a file, with other values of some keys; a value is YAML. A comma inside brackets does not
 * part keys.
 */
function changed(of: string, keys: string): TrainingConfig {
  const file = pathOf(of, "config");
  const document = parseDocument(readYamlText(file));
  for (const pair of keys.split(/,(?![^[{]*[\]}])/).filter((text) => text !== "")) {
    const [path, value] = pair.split("=");
    document.setIn(path.split("."), parseDocument(value).toJS());
  }
  return parseTrainingConfig(document.toString(), `${file} with ${keys}`);
}

const part = ({ data: { set, features } }: TrainingConfig, split: "fit" | "validation") =>
  loadDataset(set, { path: data, split }, features);

const backend = await startedBackend("wasm");

/** Trains the network, or reads one that was trained earlier. */
async function trained(config: TrainingConfig, keys: string, base: BaseModel | null): Promise<BaseModel> {
  const stem = join(out, keys === "" ? config.name : `${config.name} ${keys}`.replace(/[^a-zA-Z0-9.=,-]+/g, "_"));
  if (!existsSync(`${stem}.safetensors`)) {
    const checkpoint = fileCheckpoint(`${stem}.checkpoint`);
    const made = await train(config, {
      ...{ backend, train: part(config, "fit"), test: part(config, "validation") },
      ...{ search: null, base, chip: null, learners: localLearners },
      ...{ command: "recipe-choice", report: () => undefined, nowMs: systemClock.monotonicMs, stop: async () => false },
      ...{ checkpoint, checkpointBatches: CHECKPOINT_BATCHES },
    });
    const { network, record } = existing(made, config.name);
    writeModel(`${stem}.safetensors`, network, record);
    checkpoint.clear();
  }
  return { name: config.name, ...readModel(`${stem}.safetensors`) };
}

/** The model from which a configuration trains on, trained on the same part; null: it begins anew. */
async function trainedBase({ quantisation }: TrainingConfig): Promise<BaseModel | null> {
  if (quantisation === undefined || quantisation.from === null) return null;
  return trained(changed(quantisation.from, ""), "", null);
}

function withThresholds(network: Network, thetas: readonly number[]): Network {
  const layers = network.layers.map((layer, l) => ({ ...layer, quantiser: layer.quantiser && { ...layer.quantiser, theta: thetas[l] } }));
  return { ...network, layers };
}

const sum = (counts: Uint32Array): number => counts.reduce((all, count) => all + count, 0);
const signed = (value: number): string => (value < 0 ? "" : "+") + value.toFixed(2);

let first: UtteranceScores | null = null;

function print(label: string, config: TrainingConfig, network: Network, precision: Precision | null): void {
  const validation = part(config, "validation");
  const { accuracy, operations, density, byUtterance } = evaluateFloat(network, validation);
  const isPruned = operations.neuroBench.connectionSparsity >= PRUNED_SHARE;
  const work = isPruned ? operations.effectiveMultiplications : operations.multiplications;
  first ??= byUtterance;
  const [own, its] = [byUtterance, first].map(({ correct, scored }) => sum(correct) / sum(scored));
  // The interval is that of the errors of the first minus this one's, which is what this one has more right.
  const interval = (first === byUtterance ? null : distanceInterval([first], [byUtterance]))?.map(signed).join(" to ") ?? "-";
  const widths = network.layers.map(({ neurons }) => neurons);
  const saving = denseMultiplications("gru", network.inputs, widths, network.classes) / work;
  const densities = density.map((share) => share.toFixed(3)).join(" / ");
  const columns = [(100 * accuracy).toFixed(2).padStart(7), `${signed(100 * (own - its))} (${interval})`.padStart(24)];
  columns.push(Math.round(work).toString().padStart(24), saving.toFixed(2).padStart(16), densities.padStart(25));
  if (precision !== null) {
    const { correct, scored } = scoreOnChip(network, validation, precision);
    columns.push(((100 * correct) / scored).toFixed(2).padStart(14));
  }
  console.log(`${label}\n${columns.join("")}`);
}

const base = await trainedBase(changed(name, ""));
console.log(name);
console.log(
  `right %      to the first (95 %)   multiplications/frame   saving vs GRU   density input / layers${base === null ? "" : "   in integers"}`,
);
if (base !== null) print(`${base.name}, in integers of 8 bits`, changed(base.name, ""), base.network, usualPrecision([["readout", 8]]));
for (const keys of change) {
  const config = changed(name, keys);
  if (base !== null) checkBase(config, `${name} with ${keys}`, base);
  const { network } = await trained(config, keys, base);
  const precision = trainedPrecision(config, null);
  print(keys === "" ? "as written" : keys, config, network, precision);
  for (const thetas of thresholds)
    print(`  then at thresholds ${thetas}`, config, withThresholds(network, thetas.split(",").map(Number)), precision);
}
