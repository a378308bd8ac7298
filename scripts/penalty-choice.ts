/**
 * Which membrane penalty should a configuration have? The script trains one network per penalty on the part of the
 * training half that a search learns from (`fit`), and judges it on the part that a search chooses by (`validation`).
 * It does not read the test set. Models and checkpoints stay in a folder, and the same command continues.
 *
 *   npx tsx scripts/penalty-choice.ts --data FSDD --config fsdd-phones-rec-v2-concave-delay3 --penalties 30,36
 *   [--out FOLDER]
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { denseMultiplications, pathOf, readModel, readYamlText, writeModel } from "../arch/index.js";
import { existing } from "../base/entry.js";
import { systemClock } from "../sweeps/index.js";
import {
  evaluateFloat,
  fileCheckpoint,
  loadDataset,
  localLearners,
  parseTrainingConfig,
  startedBackend,
  train,
} from "../training/index.js";

const CHECKPOINT_BATCHES = 200;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    config: { type: "string" },
    penalties: { type: "string" },
    out: { type: "string", default: "penalty-choice" },
  },
});
const { data, config: name, penalties, out } = values;
if (data === undefined || name === undefined || penalties === undefined)
  throw new Error("name the data set's folder, the configuration and the penalties: --data FSDD --config NAME --penalties 30,36");
mkdirSync(out, { recursive: true });
const file = pathOf(name, "config");
const written = parseTrainingConfig(readYamlText(file), file);
const { set, features } = written.data;
const part = (split: "fit" | "validation") => loadDataset(set, { path: data, split }, features);
const [fit, validation] = [part("fit"), part("validation")];
const backend = await startedBackend("wasm");

console.log(`${name}, ${fit.frameStart.length - 1} utterances to learn from, judged on ${validation.frameStart.length - 1} others`);
console.log("penalty   right %   multiplications/frame   saving vs GRU   density input / layers   seconds");
for (const membranePenalty of penalties.split(",").map(Number)) {
  const config = { ...written, name: `${name}-penalty${membranePenalty}`, training: { ...written.training, membranePenalty } };
  const stem = join(out, config.name);
  const start = systemClock.monotonicMs();
  if (!existsSync(`${stem}.safetensors`)) {
    const made = await train(config, {
      ...{ backend, train: fit, test: validation, search: null, base: null, chip: null, learners: localLearners },
      ...{ command: "penalty-choice", report: () => undefined, nowMs: systemClock.monotonicMs, stop: async () => false },
      ...{ checkpoint: fileCheckpoint(`${stem}.checkpoint`), checkpointBatches: CHECKPOINT_BATCHES },
    });
    const { network, record } = existing(made, config.name);
    writeModel(`${stem}.safetensors`, network, record);
  }
  const seconds = (systemClock.monotonicMs() - start) / 1000;
  const { network } = readModel(`${stem}.safetensors`);
  const { accuracy, multiplicationsPerFrame: work, density } = evaluateFloat(network, validation);
  const widths = network.layers.map(({ neurons }) => neurons);
  const saving = denseMultiplications("gru", network.inputs, widths, network.classes) / work;
  const densities = density.map((share) => share.toFixed(3)).join(" / ");
  const columns = [(100 * accuracy).toFixed(2), Math.round(work).toString(), saving.toFixed(2), densities, seconds.toFixed(0)];
  const [right, products, gain, spikes, took] = columns;
  console.log(
    `${String(membranePenalty).padStart(7)}${right.padStart(10)}${products.padStart(24)}${gain.padStart(16)}${spikes.padStart(25)}${took.padStart(10)}`,
  );
}
