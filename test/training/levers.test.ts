/** Options that help a network learn: averages over its last steps, and augmented recordings. */
import { expect, test } from "vitest";
import type { Samples } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { createAdam } from "../../training/adam.js";
import { type Augmentation, augment, augmentationOf } from "../../training/augmentation.js";
import { averagedLearning } from "../../training/averaged-learning.js";
import { cutPieces, packBatch } from "../../training/batch.js";
import { parseTrainingConfig, type TrainingConfig } from "../../training/config.js";
import type { Learning } from "../../training/learning.js";
import { initialise } from "../../training/parameters.js";
import { updateRange } from "../../training/quantiser.js";
import { settingsAt } from "../../training/schedule.js";

const SEED = 31;

const configOf = (data = "", quantiser = "{}"): TrainingConfig =>
  parseTrainingConfig(
    `{version: 1, name: l, seed: ${SEED}, data: {set: x${data}}, network: {system: rec-v2, neurons: [3]}, quantiser: ${quantiser},
      training: {epochs: 1, batch: 4, learning_rate: {schedule: cosine, peak: 0.01}}}`,
    "l.yaml",
  );

test("an averaged network is the weighted sum of its steps, including ranges, and learning continues from the last step", () => {
  const state = initialise(configOf(), 2, 2);
  const values = new Float32Array(1);
  const learning: Learning = {
    state,
    adam: createAdam([values]),
    folded: false,
    pruned: [],
    arrays: [values],
    prepare: () => undefined,
    finished: (read) => read(state),
    take() {
      learning.adam.steps++;
      values[0] = Math.sin(learning.adam.steps);
      updateRange(state.ranges[0], 0, learning.adam.steps);
      return { loss: 0, penalty: 0 };
    },
  };
  const averaged = averagedLearning(learning, 0.8);
  // Weights by hand: step s has the share 1 - d(s), all steps before it d(s), with d(s) = min(0.8, (1 + s) / (10 + s)).
  let [mean, range] = [0, 0];
  const tracker = { low: 0, high: 0, count: 0 };
  for (let s = 1; s <= 60; s++) {
    averaged.take([], 0.1);
    const d = Math.min(0.8, (1 + s) / (10 + s));
    tracker.high = 0.9 * tracker.high + 0.1 * s;
    mean = d * mean + (1 - d) * Math.sin(s);
    range = d * range + ((1 - d) * tracker.high) / (1 - 0.9 ** s);
    const seen = averaged.finished(({ ranges }) => [values[0], ranges[0].fixed]);
    expect(seen[0]).toBeCloseTo(mean, 5);
    expect(seen[1] / range).toBeCloseTo(1, 5);
    expect(values[0]).toBe(Math.fround(Math.sin(s)));
  }
});

function speech(): Samples {
  const rng = createRng(SEED, "speech");
  const lengths = [40, 7, 2, 25];
  const frameStart = Uint32Array.from([0, ...lengths.map((_, u) => lengths.slice(0, u + 1).reduce((sum, n) => sum + n, 0))]);
  const frames = frameStart[lengths.length];
  // The second column is ten times as wide.
  const features = Float32Array.from({ length: 2 * frames }, (_, k) => (k % 2 === 0 ? 1 : 10) * (3 + rng.normal()));
  return { name: "s", inputs: 2, classes: 2, task: "frames", features, frameStart, labels: new Int32Array(frames), hash: "s" };
}

test("noise is normal, in standard deviations of each feature over the training set", () => {
  const samples = speech();
  const found = augmentationOf(configOf(", augmentation: {noise: 0.5}"), samples)!;
  let squares = [0, 0];
  const REPEATS = 300;
  for (let n = 0; n < REPEATS; n++) {
    const batch = packBatch(samples, cutPieces(samples, 0), 0);
    const before = batch.features.slice();
    augment(batch, found, createRng(SEED, `noise/${n}`));
    squares = squares.map((sum, i) => sum + batch.features.reduce((all, v, k) => all + (k % 2 === i ? (v - before[k]) ** 2 : 0), 0));
  }
  for (const i of [0, 1]) {
    const column = samples.features.filter((_, k) => k % 2 === i);
    const mean = column.reduce((sum, v) => sum + v, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / column.length);
    expect(Math.sqrt(squares[i] / (REPEATS * column.length)) / (0.5 * deviation)).toBeCloseTo(1, 1);
  }
});

test("in each recording, one run of at most mask_frames frames, and at most a third of it, has no features; labels stay", () => {
  const samples = speech();
  const found: Augmentation = { noise: new Float32Array(2), maskFrames: 6 };
  const seen = new Set<number>();
  for (let n = 0; n < 200; n++) {
    const batch = packBatch(samples, cutPieces(samples, 0), 0);
    const before = batch.features.slice();
    augment(batch, found, createRng(SEED, `mask/${n}`));
    for (let b = 0; b < batch.utterances; b++) {
      const masked = Array.from({ length: batch.lengths[b] }, (_, t) => {
        const r = batch.offset[t] + b;
        const own = [...batch.features.subarray(2 * r, 2 * r + 2)];
        const silent = own.every((v) => v === 0);
        if (!silent) expect(own).toEqual([...before.subarray(2 * r, 2 * r + 2)]);
        return silent;
      });
      const count = masked.filter(Boolean).length;
      expect(count).toBeLessThanOrEqual(Math.min(6, batch.lengths[b] / 3));
      if (count > 0) expect(masked.lastIndexOf(true) - masked.indexOf(true) + 1).toBe(count);
      if (batch.lengths[b] === 40) seen.add(count);
    }
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("options that are left out are absent from the configuration, so that a run's key does not change", () => {
  const { data, quantiser, training } = configOf();
  expect([data, quantiser, training].flatMap(Object.keys).filter((key) => /augmentation|thetaLearned|averageDecay/.test(key))).toEqual([]);
  expect(settingsAt(configOf(), 0).theta).toBe(3);
});

test.each([
  ["alif", "{theta_learned: true}", "alif's threshold adapts by itself"],
  ["rec-v2", "{bits: 2, theta: 0, theta_learned: true}", "spikes of 2 bits have no thresholds to choose among"],
  ["rec-v2", "{bits: 32, theta: 0, theta_learned: true}", "spikes of 32 bits have no thresholds to choose among"],
  ["rec-v2", "{theta_learned: true, curriculum: [{epochs: 1, bits: 6, theta: 1}]}", "a curriculum sets theta by epoch"],
])("%s with quantiser %s is refused", (system, quantiser, message) => {
  const text = `{version: 1, name: l, data: {set: x}, network: {system: ${system}, neurons: [3]}, quantiser: ${quantiser}}`;
  expect(() => parseTrainingConfig(text, "l.yaml")).toThrow(message);
});
