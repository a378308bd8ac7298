/** Two classes that a few epochs learn, and recipes over them: networks that are small enough for tests. */
import type { Samples, TrainingRequest } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { type LearningGround, type ModelNeeds, type ModelRecipe, modelRecipe } from "../../../sweeps/models/recipe.js";
import { parseConfigDocument } from "../../../training/config.js";
import { requestedConfigs } from "../../../training/requested-configs.js";

const SEED = 5;

/** Samples of a rising or a falling ramp under noise. */
export function ramps(name: string, utterances: number): Samples {
  const rng = createRng(SEED, name);
  const frames = Array.from({ length: utterances }, () => rng.int(6, 14));
  const frameStart = new Uint32Array(utterances + 1);
  frames.forEach((n, u) => {
    frameStart[u + 1] = frameStart[u] + n;
  });
  const labels = Int32Array.from({ length: utterances }, () => rng.int(0, 1));
  const features = new Float32Array(frameStart[utterances] * 4);
  for (let u = 0; u < utterances; u++)
    for (let t = 0; t < frames[u]; t++)
      for (let i = 0; i < 4; i++)
        features[(frameStart[u] + t) * 4 + i] =
          (labels[u] === 0 ? t / frames[u] : 1 - t / frames[u]) * ((i % 2) * 2 - 1) + 0.2 * rng.normal();
  return { name, inputs: 4, classes: 2, task: "sequence", features, frameStart, labels, hash: name };
}

export const fit = ramps("ramps/fit", 80);
export const validation = ramps("ramps/validation", 40);

export const GROUND: LearningGround = {
  fitHash: fit.hash,
  validationHash: validation.hash,
  backend: "wasm",
  backendVersion: "1",
  build: "b",
};

const BASE = `version: 1
name: ramps
seed: ${SEED}
data: { set: ramps }
network: { system: rec-v2, neurons: [12, 10] }
training: { epochs: 4, batch: 8, membrane_penalty: 0.1, learning_rate: { schedule: cosine, peak: 0.02 } }
`;

export const PLAIN_REQUEST: TrainingRequest = {
  ...{ base: "ramps.yaml", cell: null, width: null, layers: null, spikeBits: null, theta: null },
  ...{ membranePenalty: null, membranePenaltySaturation: null },
  ...{ outputDelayFrames: null, epochs: null, seed: null, chipEpochs: 0, chipRate: 0.001, zeroShare: 0, backend: "wasm", share: 1 },
};

export const baseDocument = (text = BASE) => parseConfigDocument(text, "ramps.yaml");

export function recipeOf(request: Partial<TrainingRequest>, weightBits = 4, ground = GROUND, text = BASE): ModelRecipe {
  const whole = { ...PLAIN_REQUEST, ...request };
  return modelRecipe(
    requestedConfigs(baseDocument(text), "arch.yaml", whole, { weightBits, spikeBits: null, layers: {} }),
    whole.share,
    ground,
  );
}

export const needsOf = (recipe: ModelRecipe): ModelNeeds => ({ recipe, data: async () => ({ fit, validation }) });

/** A learning rate at which the loss explodes. */
export const WILD = BASE.replace("peak: 0.02", "peak: 1000");
