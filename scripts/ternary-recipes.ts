/**
 * Which recipe trains a ternary network on phone frames? Each is judged on recordings that its base has never seen (15
 * % of the training split), in the chip's integers; the test set is not used. Models, and checkpoints of interrupted
 * trainings, are kept in a folder, and the same command continues.
 *
 *   npx snn-dse train training/configs/selection/phones-mfcc-lambda3-held-out.yaml --data FSDD
 *   npx tsx scripts/ternary-recipes.ts --data FSDD --base phones-mfcc-lambda3-held-out.safetensors [--out FOLDER]
 *     [--only NAME,NAME]
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { scoreOnChip, usualPrecision } from "../app/score-on-chip.js";
import { train } from "../app/train.js";
import { readModel, type Samples } from "../arch/index.js";
import { selectUtterances, splitValidation } from "../training/datasets/held-out.js";
import { evaluateFloat, loadConfigured, parseTrainingConfig } from "../training/index.js";

/** Differences from the first recipe; a text is the value of a key in the configuration. */
interface Recipe {
  readonly epochs?: number;
  readonly batch?: number;
  readonly peak?: number;
  readonly dropout?: number;
  readonly penalty?: number;
  readonly average?: number;
  readonly augmentation?: string;
  readonly thetaLearned?: boolean;
}

const MILD = "{ noise: 0.1, mask_frames: 4 }";
const RECIPES: { readonly [name: string]: Recipe } = {
  plain: {},
  "average-augment-16": { average: 0.999, augmentation: MILD, batch: 16 },
  "average-augment-16-64": { average: 0.999, augmentation: MILD, batch: 16, epochs: 64 },
  "average-dropout0": { average: 0.999, dropout: 0 },
  "average-theta": { average: 0.999, thetaLearned: true },
  "average-theta-penalty9": { average: 0.999, thetaLearned: true, penalty: 9 },
};

const SEED = 1;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    base: { type: "string" },
    out: { type: "string", default: "ternary-recipes" },
    only: { type: "string", default: Object.keys(RECIPES).join(",") },
  },
});
const { data, base, out } = values;
if (data === undefined || base === undefined) throw new Error("name the data set's folder and the base: --data FSDD --base MODEL");
mkdirSync(out, { recursive: true });

function configOf(name: string): string {
  const recipe = RECIPES[name];
  if (recipe === undefined) throw new Error(`${name} is none of ${Object.keys(RECIPES).join(", ")}`);
  const { epochs = 32, batch = 8, peak = 2e-3, dropout = 0.1, penalty = 3, average = 0, augmentation, thetaLearned = false } = recipe;
  return `version: 1
name: ${name}
seed: ${SEED}
data:
  set: fsdd-phones
  validation_fraction: 0.15
  features: { kind: mfcc, coefficients: 26, normalisation: global-scale }
${augmentation === undefined ? "" : `  augmentation: ${augmentation}\n`}network: { system: rec-v2, neurons: [128, 128] }
quantiser: { bits: 6, theta: 3, input_bits: 8, input_theta: 2${thetaLearned ? ", theta_learned: true" : ""} }
quantisation: { from: ${resolve(base ?? "")}, weight_bits: 2 }
training:
  epochs: ${epochs}
  batch: ${batch}
  dropout: ${dropout}
  membrane_penalty: ${penalty}
  clip_norm: 1
${average === 0 ? "" : `  average_decay: ${average}\n`}  learning_rate: { schedule: cosine, peak: ${peak}, final_fraction: 0.01 }
`;
}

async function heldOut(text: string): Promise<Samples> {
  const config = parseTrainingConfig(text, "recipe");
  const { train: whole } = await loadConfigured(config, data ?? null);
  return selectUtterances(whole, splitValidation(whole, config.data.validationFraction, SEED).validation, "held out");
}

const percent = (correct: number, scored: number): string => ((100 * correct) / scored).toFixed(2);

console.log("recipe                         held out, integers %   float %   multiplications/frame   theta   seconds");
const baseNetwork = readModel(base).network;
const samples = await heldOut(configOf("plain"));
for (const bits of [8, 2]) {
  const { correct, scored } = scoreOnChip(baseNetwork, samples, usualPrecision([["readout", bits]]));
  console.log(`${`the base, rounded to ${bits} bits`.padEnd(34)}${percent(correct, scored).padStart(12)}`);
}
for (const name of values.only.split(",")) {
  const stem = join(out, name);
  writeFileSync(`${stem}.yaml`, configOf(name));
  const startMs = performance.now();
  const isThere = existsSync(`${stem}.safetensors`);
  if (!isThere) await train([`${stem}.yaml`], { out: `${stem}.safetensors`, data, backend: "wasm" });
  const { network } = readModel(`${stem}.safetensors`);
  const { correct, scored } = scoreOnChip(network, samples, usualPrecision([["readout", 2]]));
  const float = evaluateFloat(network, samples);
  const thetas = network.layers.map(({ quantiser }) => quantiser?.theta).join(" / ");
  const seconds = isThere ? "" : Math.round((performance.now() - startMs) / 1000);
  console.log(
    `${name.padEnd(34)}${percent(correct, scored).padStart(12)}${(100 * float.accuracy).toFixed(2).padStart(14)}${Math.round(float.multiplicationsPerFrame).toString().padStart(18)}${thetas.padStart(16)}${String(seconds).padStart(8)}`,
  );
}
