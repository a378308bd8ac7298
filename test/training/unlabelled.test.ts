/** An utterance or frame without a class (label -1) is neither right nor wrong, neither in float nor in integers. */
import { expect, test } from "vitest";
import type { Samples } from "../../arch/index.js";
import { quantise } from "../../sim/functional/quantise.js";
import { runFunctional } from "../../sim/functional/run.js";
import { chooseBackend } from "../../training/backend.js";
import { parseTrainingConfig } from "../../training/config.js";
import { evaluateFloat } from "../../training/evaluate.js";
import { localLearners } from "../../training/parallel/learners.js";
import { type TrainingEvent, train } from "../../training/train.js";
import { randomNetwork, randomSamples, WIDE } from "../sim/functional/random-network.js";

const UTTERANCES = 40;
const network = randomNetwork(31, {
  ...{ system: "rec-v2", inputs: 6, neurons: [10], classes: 3, bits: 6, theta: 1, fill: 0.8, gain: 0.8 },
} as const);
const tasks = ["sequence", "frames"] as const;

/** The samples with the class of every label for which `isLost` holds taken away. */
const without = (samples: Samples, isLost: (index: number) => boolean): Samples => ({
  ...samples,
  labels: samples.labels.map((label, i) => (isLost(i) ? -1 : label)),
});

test.each(tasks)("of %s without some classes, float and integers score the same decisions, and only those with a class", (task) => {
  const whole = randomSamples(4, { ...network, task }, UTTERANCES, 9);
  const part = without(whole, (i) => i % 3 === 0);
  const labelled = part.labels.filter((label) => label >= 0).length;
  expect(labelled).toBeLessThan(whole.labels.length);
  const float = evaluateFloat({ ...network, task }, part);
  const integer = runFunctional(quantise({ ...network, task }, WIDE), part, {
    utterances: Uint32Array.from({ length: UTTERANCES }, (_, u) => u),
    traced: new Uint32Array(),
    engine: "fast",
  });
  expect([float.scored, integer.scored]).toEqual([labelled, labelled]);
  const right = part.labels.filter((label, i) => label >= 0 && label === float.predictions[i]).length;
  expect(right).toBeGreaterThan(0);
  expect(float.correct).toBe(right);
  expect(float.accuracy).toBe(right / labelled);
});

test("a data set without any class is refused, not scored as 0 %", () => {
  const none = without(randomSamples(5, network, UTTERANCES, 9), () => true);
  expect(() => evaluateFloat(network, none)).toThrow(/random-5: has no class to score: all its labels are -1/);
});

const trained = async (data: Samples, validationFraction: number, events: TrainingEvent[] = []) =>
  train(
    parseTrainingConfig(
      `version: 1
data: { set: own, validation_fraction: ${validationFraction} }
network: { system: rec-v2, neurons: [8] }
training: { epochs: 2, batch: 8 }`,
      "own.yaml",
    ),
    {
      ...{ backend: await chooseBackend("cpu"), train: data, test: randomSamples(6, network, 10, 9), command: "test" },
      report: (event) => events.push(event),
      nowMs: () => 0,
      ...{ checkpoint: null, checkpointBatches: 100, base: null, chip: null, search: null },
      stop: async () => false,
      learners: localLearners,
    },
  );

test("the validation error is that of the held-out utterances with a class", async () => {
  const data = without(randomSamples(7, network, UTTERANCES, 9), (i) => i % 2 === 0);
  const events: TrainingEvent[] = [];
  const result = await trained(data, 0.5, events);
  const { curve } = result!.record as unknown as { curve: { validation_error: number }[] };
  expect(curve).toHaveLength(2);
  // 20 utterances are held out: if all of them counted, every error would be a multiple of 1 / 20
  const shares = curve.map(({ validation_error: error }) => error * 20);
  expect(shares.some((errors) => !Number.isInteger(Number(errors.toFixed(9))))).toBe(true);
});

test("training refuses data of which nothing has a class, before the first batch", async () => {
  const events: TrainingEvent[] = [];
  await expect(
    trained(
      without(randomSamples(8, network, UTTERANCES, 9), () => true),
      0,
      events,
    ),
  ).rejects.toThrow(/random-8: has no class to learn from: all its labels are -1/);
  expect(events).toEqual([]);
});
