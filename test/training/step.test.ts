/**
 * Gradients of the fused layer against two independent computations: plain TensorFlow.js operations, and finite
 * differences in double precision.
 */
// @module-tag slow
import { expect, test } from "vitest";
import type { Samples, System } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { type Backend, chooseBackend } from "../../training/backend.js";
import { cutPieces, packBatch } from "../../training/batch.js";
import { parseTrainingConfig } from "../../training/config.js";
import { createEngine } from "../../training/fused/kernels.js";
import { NO_PENALTY } from "../../training/fused/membrane-penalty.js";
import { initialise, type LearningState, trainableArrays } from "../../training/parameters.js";
import { learn } from "../../training/step.js";
import { usualAndLong } from "../usual.js";
import { type DoubleOptions, doubleLoss, type Offsets } from "./double-network.js";
import { plainGradients } from "./plain-network.js";

const SEED = 20261;
const backend: Promise<Backend> = chooseBackend("cpu");
const systems: System[] = ["lif", "alif", "rec-v1", "rec-v2", "gru", "lstm"];

/** Utterances of 6, 4, 4 and 1 frames, 5 inputs, 3 classes: no size is a multiple of the vector width. */
function tinySamples(task: "sequence" | "frames"): Samples {
  const rng = createRng(SEED, "samples");
  const frameStart = Uint32Array.from([0, 4, 10, 14, 15]);
  return {
    name: "tiny",
    inputs: 5,
    classes: 3,
    task,
    features: Float32Array.from({ length: 15 * 5 }, () => (rng.float() < 0.3 ? 0 : rng.normal())),
    frameStart,
    labels: Int32Array.from({ length: task === "frames" ? 15 : 4 }, () => rng.int(0, 2)),
    hash: "tiny",
  };
}

function prepare(
  system: System,
  bits: number,
  theta: number,
  task: "sequence" | "frames",
  learnsTheta: boolean,
  saturation: number,
): { state: LearningState; options: DoubleOptions } {
  const spiking = system !== "gru" && system !== "lstm";
  const learned = ", per_neuron: {rho: {initial: 0.7, learned: true}, jump: {initial: 0.3, learned: true}}";
  const leaks = system === "lif" || system === "alif" ? `, tau: 0.6, tau_learned: true${system === "alif" ? learned : ""}` : "";
  const widths = spiking ? [6, 5] : [5, 3];
  const config = parseTrainingConfig(
    `{version: 1, name: t, seed: ${SEED}, data: {set: x}, network: {system: ${system}, neurons: [${widths}]${leaks}},
      ${spiking ? `quantiser: {bits: ${bits}, theta: ${theta}${learnsTheta ? ", theta_learned: true" : ""}},` : ""} training: {epochs: 1, batch: 4, learning_rate: {schedule: cosine, peak: 0.01}}}`,
    "test",
  );
  const state = initialise(config, 5, 3);
  const rng = createRng(SEED, "perturb");
  for (const array of trainableArrays(state)) for (let i = 0; i < array.length; i++) array[i] += 0.2 * rng.normal();
  for (const tracker of [state.encoderRange, ...state.ranges]) Object.assign(tracker, { low: -0.15, high: 0.2, updates: 1 });
  const masks = widths.map((n) => Float32Array.from({ length: 4 * n }, () => (rng.float() < 0.25 ? 0 : 4 / 3)));
  return {
    state,
    options: {
      settings: { bits, theta, inputBits: bits, inputTheta: theta },
      task,
      membranePenalty: spiking ? { weight: 0.7, saturation } : NO_PENALTY,
      masks,
    },
  };
}

/** Largest difference, relative to the largest entry of the array. */
function relative(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [difference, size] = [0, 1e-12];
  for (let i = 0; i < want.length; i++) {
    difference = Math.max(difference, Math.abs(got[i] - want[i]));
    size = Math.max(size, Math.abs(want[i]));
  }
  return difference / size;
}

const cases = systems.flatMap((system): [System, number, number, "sequence" | "frames"][] =>
  system === "gru" || system === "lstm"
    ? [
        [system, 6, 3, "sequence"],
        [system, 6, 3, "frames"],
      ]
    : [
        [system, 32, 0, "sequence"],
        [system, 32, 0, "frames"],
        [system, 6, 3, "frames"],
        [system, 4, 1, "sequence"],
      ],
);

/** Cases without saturation of the penalty, and cases whose theta is learned, one per layer. */
const unbounded = Number.POSITIVE_INFINITY;
const learnedCases = (["lif", "rec-v1", "rec-v2"] as const).flatMap(
  (system): [System, number, number, "sequence" | "frames", boolean, number][] => [
    [system, 6, 3, "frames", true, unbounded],
    [system, 4, 1, "sequence", true, unbounded],
    [system, 5, 0, "frames", true, 0.2],
  ],
);
/** A saturation far below the membranes, one within their range, and one above. */
const concaveCases = (["lif", "alif", "rec-v1", "rec-v2"] as const).flatMap(
  (system): [System, number, number, "sequence" | "frames", boolean, number][] => [
    [system, 6, 0, "frames", false, 0.02],
    [system, 6, 3, "sequence", false, 0.125],
    [system, 32, 0, "frames", false, 2],
  ],
);
const allCases = [...cases.map((one): [...typeof one, boolean, number] => [...one, false, unbounded]), ...learnedCases, ...concaveCases];

for (const [some, options] of usualAndLong(allCases, (_, i) => i % 3 === 0))
  test.each(some)(
    "%s, %i bits, theta %i, %s, theta learned %s, penalty saturates at %d: fused gradients equal plain TensorFlow.js to 1e-5",
    options,
    async (system, bits, theta, task, learned, saturation) => {
      const { tf } = await backend;
      const samples = tinySamples(task);
      const batch = packBatch(samples, cutPieces(samples, 0), task === "frames" ? 1 : 0);
      const { state, options } = prepare(system, bits, theta, task, learned, saturation);
      const want = plainGradients(tf, state, batch, options);
      const got = learn(tf, createEngine(), state, batch, { ...options, folded: false, saliency: null });
      expect(Math.abs(got.loss + got.penalty - want.loss) / want.loss).toBeLessThan(1e-5);
      expect(got.gradients.length).toBe(want.gradients.length);
      if (learned) expect([...got.gradients[got.gradients.length - 1]].every((g) => g !== 0)).toBe(true);
      got.gradients.forEach((g, i) => {
        expect(g.length).toBe(want.gradients[i].length);
        expect.soft(relative(g, want.gradients[i]), `array ${i} of ${system}`).toBeLessThan(1e-5);
      });
    },
  );

for (const [some, options] of usualAndLong(allCases, (_, i) => i % 3 === 1))
  test.each(some)(
    "%s, %i bits, theta %i, %s, theta learned %s, penalty saturates at %d: gradients equal finite differences of the surrogate to 1e-4",
    options,
    async (system, bits, theta, task, learned, saturation) => {
      const { tf } = await backend;
      const samples = tinySamples(task);
      const batch = packBatch(samples, cutPieces(samples, 0), 0);
      const { state, options } = prepare(system, bits, theta, task, learned, saturation);
      const arrays = trainableArrays(state).map((array) => Float64Array.from(array));
      const hold: Offsets = { values: [], mode: "record", next: 0 };
      doubleLoss(arrays, state, batch, options, hold);
      hold.mode = "replay";
      const want = arrays.map((array) =>
        array.map((value, i) => {
          const step = 1e-6;
          array[i] = value + step;
          const above = doubleLoss(arrays, state, batch, options, hold);
          array[i] = value - step;
          const below = doubleLoss(arrays, state, batch, options, hold);
          array[i] = value;
          return (above - below) / (2 * step);
        }),
      );
      const got = learn(tf, createEngine(), state, batch, { ...options, folded: false, saliency: null });
      got.gradients.forEach((g, i) => {
        expect.soft(relative(g, want[i]), `array ${i} of ${system}`).toBeLessThan(1e-4);
      });
    },
  );
