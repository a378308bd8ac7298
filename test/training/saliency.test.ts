/** What weights are worth agrees with gradients of single utterances; pruning by it keeps to a budget of products. */
import { expect, test } from "vitest";
import type { Samples } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { chooseBackend } from "../../training/backend.js";
import { type Batch, cutPieces, packBatch } from "../../training/batch.js";
import { parseTrainingConfig } from "../../training/config.js";
import { evaluateFloat } from "../../training/evaluate.js";
import { createEngine } from "../../training/fused/kernels.js";
import { NO_PENALTY } from "../../training/fused/membrane-penalty.js";
import { measureSaliency } from "../../training/measured-saliency.js";
import { freeze, initialise, type LearningState, learnedThetas, trainableArrays } from "../../training/parameters.js";
import { hiddenMatrices, pruneByProducts } from "../../training/pruning.js";
import { type RatedMatrix, Saliency } from "../../training/saliency.js";
import { settingsAt } from "../../training/schedule.js";
import { learn } from "../../training/step.js";

const SEED = 11;
const backend = chooseBackend("cpu");
const engine = createEngine();

/** Utterances of two frames with a label each. */
function pairs(utterances: number): Samples {
  const rng = createRng(SEED, "pairs");
  return {
    ...{ name: "pairs", inputs: 5, classes: 3, task: "frames" as const, hash: "pairs" },
    features: Float32Array.from({ length: 2 * utterances * 5 }, () => rng.normal()),
    frameStart: Uint32Array.from({ length: utterances + 1 }, (_, u) => 2 * u),
    labels: Int32Array.from({ length: 2 * utterances }, () => rng.int(0, 2)),
  };
}

const UTTERANCES = 6;
const samples = pairs(UTTERANCES);
const pieces = cutPieces(samples, 0);

function perturbed(): LearningState {
  const config = parseTrainingConfig("version: 1\nname: pairs\ndata: {set: x}\nnetwork: {system: rec-v2, neurons: [7, 6]}", "pairs.yaml");
  const state = initialise(config, samples.inputs, samples.classes);
  const rng = createRng(SEED, "perturb");
  for (const array of trainableArrays(state)) for (let i = 0; i < array.length; i++) array[i] += 0.2 * rng.normal();
  for (const { gamma, beta } of state.layers) {
    gamma.fill(1);
    for (let j = beta.length / 2; j < beta.length; j++) beta[j] += 3; // of new values: every first frame has spikes
  }
  for (const tracker of [state.encoderRange, ...state.ranges]) Object.assign(tracker, { low: -0.3, high: 0.4, updates: 1 });
  return state;
}

const state = perturbed();

/** Gradients of a batch whose batch norm is folded, so that its utterances do not meet. */
async function learnt(batch: Batch): Promise<{ gradients: readonly Float32Array[]; saliency: Saliency }> {
  const saliency = new Saliency(state);
  const settings = { bits: 6, theta: 1, inputBits: 6, inputTheta: 1 };
  const { tf } = await backend;
  const fixed = { settings, task: "frames", membranePenalty: NO_PENALTY, folded: true, masks: null, saliency } as const;
  return { gradients: learn(tf, engine, state, batch, fixed).gradients, saliency };
}

test("activity, squares and curvature are those of the utterances one by one", async () => {
  const { saliency } = await learnt(packBatch(samples, pieces, 0));
  expect(saliency.frames).toBe(2 * UTTERANCES);
  for (const l of [0, 1]) {
    const [input, recurrent] = [0, 1].map(() => new Float64Array(state.layers[l].gamma.length));
    const [active, squares] = [0, 1].map(() => new Float64Array(state.shapes[l].neurons));
    for (const piece of pieces) {
      const first = (await learnt(packBatch(samples, [{ ...piece, frames: 1 }], 0))).saliency.sources[l + 1];
      const both = await learnt(packBatch(samples, [piece], 0));
      const [, dU, , dBeta] = both.gradients.slice(4 * l);
      // Spikes of the first frame are not negative. The gradient of the second frame is alone in that of U.
      const spikes = first.squares.map(Math.sqrt);
      const source = spikes.indexOf(Math.max(...spikes));
      expect(spikes[source]).toBeGreaterThan(0);
      for (let j = 0; j < dBeta.length; j++) {
        const late = dU[source * dBeta.length + j] / spikes[source];
        // The loss of the pair is the mean of two frames; that of the batch has UTTERANCES times as many.
        input[j] += (2 * late) ** 2 + (2 * (dBeta[j] - late)) ** 2;
        recurrent[j] += (2 * late) ** 2 + (2 * (dBeta[j] - late)) ** 2;
      }
      both.saliency.sources[l + 1].active.forEach((count, i) => {
        active[i] += count;
        squares[i] += both.saliency.sources[l + 1].squares[i];
      });
    }
    const largest = Math.max(...input);
    saliency.targets[l].input.forEach((sum, j) => {
      expect(Math.abs(sum - input[j]) / largest).toBeLessThan(1e-5);
      expect(Math.abs(saliency.targets[l].recurrent[j] - recurrent[j]) / largest).toBeLessThan(1e-5);
    });
    expect([...saliency.sources[l + 1].active]).toEqual([...active]);
    expect(Math.max(...active)).toBeGreaterThan(0);
    saliency.sources[l + 1].squares.forEach((sum, i) => {
      expect(sum).toBeCloseTo(squares[i], 6);
    });
  }
});

test("matrices are rated in the order in which they are pruned, by the moments of their own sources and targets", async () => {
  const { saliency } = await learnt(packBatch(samples, pieces, 0));
  const rated = saliency.rated();
  expect(rated.map(({ values }) => values)).toEqual(hiddenMatrices(state));
  rated.forEach(({ products, meanSquare, curvature }, k) => {
    const [l, isOwn] = [Math.floor(k / 2), k % 2 === 1];
    const { active, squares } = saliency.sources[isOwn ? l + 1 : l];
    const sums = saliency.targets[l][isOwn ? "recurrent" : "input"];
    products.forEach((share, i) => {
      expect(share).toBe(active[i] / (2 * UTTERANCES));
      expect(share * meanSquare[i]).toBeCloseTo(squares[i] / (2 * UTTERANCES), 10);
    });
    expect([...curvature]).toEqual([...sums.map((sum) => sum / (2 * UTTERANCES))]);
  });
});

test.each([false, true])(
  "activity is measured at the network's own thetas: as evaluateFloat counts it, thetas learned: %s",
  async (isLearned) => {
    const config = parseTrainingConfig(
      `{version: 1, name: pairs, data: {set: x}, network: {system: rec-v2, neurons: [7, 6]},
      quantiser: {bits: 6, theta: 9, input_theta: 1${isLearned ? ", theta_learned: true" : ""}}}`,
      "pairs.yaml",
    );
    const settings = settingsAt(config, 0);
    // Learned ones have left the configuration's.
    const network = freeze(config, { ...perturbed(), thetas: isLearned ? learnedThetas([2, 0]) : null }, settings, "frames");
    const { tf } = await backend;
    const measured = measureSaliency(tf, engine, config, network, 0, samples, pieces);
    const { density } = evaluateFloat(network, samples);
    expect(Math.min(...density)).toBeGreaterThan(0);
    density.forEach((share, source) => {
      const activity = measured.activity(source);
      expect(activity.reduce((sum, one) => sum + one, 0) / activity.length).toBeCloseTo(share, 10);
    });
  },
);

test.each(["gru", "lstm"])("of %s every weight costs one product per frame, also if its source is 0 throughout", async (system) => {
  const config = parseTrainingConfig(
    `{version: 1, name: pairs, data: {set: x}, network: {system: ${system}, neurons: [7, 6]}}`,
    "pairs.yaml",
  );
  const network = freeze(config, initialise(config, samples.inputs, samples.classes), settingsAt(config, 0), "frames");
  const half = { ...samples, features: samples.features.map((value, at) => (at % samples.inputs < 2 ? 0 : value)) };
  const { tf } = await backend;
  const measured = measureSaliency(tf, engine, config, network, 0, half, pieces);
  for (const source of [0, 1, 2]) expect(new Set(measured.activity(source))).toEqual(new Set([1]));
  const [input] = measured.rated();
  input.meanSquare.forEach((square, i) => {
    const squares = half.features.filter((_, at) => at % samples.inputs === i).reduce((sum, value) => sum + value * value, 0);
    expect(square).toBeCloseTo(squares / (2 * UTTERANCES), 5);
  });
});

/** Random matrices; some weights are 0 already, some sources never fire. */
function matrices(seed: string): RatedMatrix[] {
  const rng = createRng(SEED, seed);
  return [3, 5].map((sources) => {
    const products = Float64Array.from({ length: sources }, () => (rng.float() < 0.2 ? 0 : rng.float()));
    return {
      values: Float32Array.from({ length: sources * 4 }, () => (rng.float() < 0.2 ? 0 : rng.normal())),
      products,
      meanSquare: products.map((share) => (share === 0 ? 0 : rng.float())),
      curvature: Float64Array.from({ length: 4 }, () => rng.float()),
    };
  });
}

test("pruning to a number of products keeps the weights of the highest ratio of loss to products, as far as they fit", () => {
  const counted = { pruned: 0, silent: 0, zero: 0 };
  for (let n = 0; n < 200; n++) {
    const all = matrices(`random ${n}`);
    const entries = all.flatMap((matrix) =>
      Array.from(matrix.values, (weight, at) => {
        const [i, j] = [Math.floor(at / 4), at % 4];
        const cost = matrix.products[i];
        // Loss w^2 E[x^2] E[d^2], where E[x^2] is the mean square of a spike times the share of frames with one.
        return { matrix, at, weight, cost, loss: weight * weight * matrix.meanSquare[i] * cost * matrix.curvature[j] };
      }),
    );
    const budget = createRng(SEED, `budget ${n}`).float() * entries.reduce((sum, { cost, weight }) => sum + (weight === 0 ? 0 : cost), 0);
    pruneByProducts(all, budget);
    const alive = entries.filter(({ weight }) => weight !== 0);
    const kept = alive.filter(({ matrix, at, weight }) => matrix.values[at] === weight);
    const gone = alive.filter(({ matrix, at }) => matrix.values[at] === 0);
    expect(kept.length + gone.length).toBe(alive.length);
    const spent = kept.reduce((sum, { cost }) => sum + cost, 0);
    expect(spent).toBeLessThanOrEqual(budget + 1e-9);
    for (const { cost } of gone) expect(cost).toBeGreaterThan(0);
    const paid = kept.filter(({ cost }) => cost > 0);
    const ratio = ({ loss, cost }: { loss: number; cost: number }): number => loss / cost;
    if (gone.length > 0) {
      const best = gone.reduce((a, b) => (ratio(b) > ratio(a) ? b : a));
      for (const one of paid) expect(ratio(one)).toBeGreaterThanOrEqual(ratio(best) * (1 - 1e-9));
      expect(spent + best.cost).toBeGreaterThan(budget - 1e-9);
    }
    counted.pruned += gone.length;
    counted.silent += kept.length - paid.length;
    counted.zero += entries.length - alive.length;
  }
  for (const count of Object.values(counted)) expect(count).toBeGreaterThan(100);
});
