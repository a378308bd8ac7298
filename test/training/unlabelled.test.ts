/** An utterance or frame without a class (label -1) is neither right nor wrong, neither in float nor in integers. */
import { expect, test } from "vitest";
import { encodeModel, type Samples } from "../../arch/index.js";
import { quantise } from "../../sim/functional/quantise.js";
import { runFunctional } from "../../sim/functional/run.js";
import { chooseBackend } from "../../training/backend.js";
import { cutPieces } from "../../training/batch.js";
import { parseTrainingConfig } from "../../training/config.js";
import { splitValidation } from "../../training/datasets/held-out.js";
import { evaluateFloat } from "../../training/evaluate.js";
import { createEngine } from "../../training/fused/kernels.js";
import { NO_PENALTY } from "../../training/fused/membrane-penalty.js";
import { localLearners } from "../../training/parallel/learners.js";
import { cutShards, learnShard, mean } from "../../training/parallel/shard.js";
import { initialise } from "../../training/parameters.js";
import { settingsAt } from "../../training/schedule.js";
import type { StepResult } from "../../training/step.js";
import { type TrainingEvent, train } from "../../training/train.js";
import { randomNetwork, randomSamples, WIDE } from "../sim/functional/random-network.js";
import { usualAndLong } from "../usual.js";

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

const trained = async (
  data: Samples,
  validationFraction: number,
  events: TrainingEvent[] = [],
  shape = "neurons: [8]",
  other: Samples | null = null,
) =>
  train(
    parseTrainingConfig(
      `version: 1
data: { set: own, validation_fraction: ${validationFraction} }
network: { system: rec-v2, ${shape} }
training: { epochs: 2, batch: 8 }`,
      "own.yaml",
    ),
    {
      ...{
        backend: await chooseBackend("cpu"),
        train: data,
        test: other ?? randomSamples(6, { ...network, task: data.task }, 10, 9),
        command: "test",
      },
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

test("a network is not scored on the samples that it learnt, even if they have two names or other labels", async () => {
  const data = randomSamples(7, network, UTTERANCES, 9);
  const again = { ...data, name: "again", hash: "again" };
  await expect(trained(data, 0, [], "neurons: [8]", again)).rejects.toThrow(/again: holds nothing but samples of random-7/);
  const labels = data.labels.slice();
  labels[0] = (labels[0] + 1) % network.classes;
  await expect(trained(data, 0, [], "neurons: [8]", { ...again, labels })).rejects.toThrow(/again: holds nothing but samples of random-7/);
  const features = (data.features as Float32Array).slice();
  features[0] += 1;
  expect(await trained(data, 0, [], "neurons: [8]", { ...again, features })).not.toBeNull();
});

test.each(tasks)("training refuses %s of one class, before the first batch", async (task) => {
  const one = (seed: number): Samples => ({ ...randomSamples(seed, { ...network, task, classes: 1 }, UTTERANCES, 9), classes: 1 });
  const events: TrainingEvent[] = [];
  await expect(trained(one(7), 0, events, "neurons: [8]", one(8))).rejects.toThrow(
    /random-7: has one class, so there is nothing to tell apart/,
  );
  expect(events).toEqual([]);
});

test("training refuses data whose classes all come too late for an answer within the utterance, before the first batch", async () => {
  const whole = randomSamples(12, { ...network, task: "frames" }, UTTERANCES, 9);
  const bounds = new Set(whole.frameStart);
  // An utterance's first class is answered until the second one is.
  const last = without(whole, (i) => bounds.has(i) || !bounds.has(i + 1));
  const events: TrainingEvent[] = [];
  await expect(trained(last, 0, events, "neurons: [8], output_delay_frames: 1")).rejects.toThrow(
    /no class of random-12 is answered within its utterance in epoch 1/,
  );
  expect(events).toEqual([]);
  expect(await trained(last, 0)).not.toBeNull();
});

test("utterances that are over before the first answer are named as such, by a training before its first batch and by a score", async () => {
  // as the last frames have labels, "all are -1" would be false
  const shortened = (samples: Samples): Samples => without(samples, (i) => !samples.frameStart.includes(i + 1));
  const [whole, few] = [12, 13].map((seed) => randomSamples(seed, { ...network, task: "frames" }, UTTERANCES, 9));
  const most = (samples: Samples): number =>
    Math.max(...Array.from({ length: UTTERANCES }, (_, u) => samples.frameStart[u + 1] - samples.frameStart[u]));
  const late = { ...few, name: "late" };
  for (const [part, delay] of [
    [late, most(late)],
    [shortened(late), 1],
  ] as const) {
    const refused = `late: no class is answered within its utterance: network.output_delay_frames is ${delay}, and the longest utterance has ${most(late)} frames`;
    const shape = `neurons: [8], output_delay_frames: ${delay}`;
    const events: TrainingEvent[] = [];
    await expect(trained(whole, 0, events, shape, part)).rejects.toThrow(refused);
    expect(events).toEqual([]);
    expect(() => evaluateFloat({ ...network, task: "frames", outputDelayFrames: delay }, part)).toThrow(refused);
    expect(evaluateFloat({ ...network, task: "frames", outputDelayFrames: delay - 1 }, part).scored).toBeGreaterThan(0);
  }
  const held = randomSamples(14, { ...network, task: "frames" }, UTTERANCES, 9);
  const { validation } = splitValidation(held, 0.5, 1);
  const lost = new Set(
    validation.flatMap((u) => Array.from({ length: held.frameStart[u + 1] - held.frameStart[u] - 1 }, (_, t) => held.frameStart[u] + t)),
  );
  await expect(
    trained(
      without(held, (i) => lost.has(i)),
      0.5,
      [],
      "neurons: [8], output_delay_frames: 1",
    ),
  ).rejects.toThrow(/random-14\/validation: no class is answered within its utterance/);
});

/** Loss and gradients of one batch of everything, in shards. */
async function learnt(
  samples: Samples,
  shards: number,
  delay: number,
): Promise<Omit<StepResult, "observed"> & { readonly decisions: number }> {
  const config = parseTrainingConfig(
    `{version: 1, data: {set: own}, network: {system: rec-v2, neurons: [8]${delay === 0 ? "" : `, output_delay_frames: ${delay}`}}, training: {epochs: 1, batch: 64, dropout: 0}}`,
    "own.yaml",
  );
  const bench = { backend: await chooseBackend("cpu"), engine: createEngine(), config, samples, augmentation: null };
  const state = initialise(config, samples.inputs, samples.classes);
  for (const tracker of [state.encoderRange, ...state.ranges]) Object.assign(tracker, { low: -0.3, high: 0.4, updates: 1 });
  const shard = { settings: settingsAt(config, 0), membranePenalty: NO_PENALTY, folded: false, stream: "0" };
  const results = cutShards(cutPieces(samples, 0), shards).map((pieces) => learnShard(bench, state, { ...shard, pieces }));
  return { ...mean(results), decisions: results.reduce((sum, result) => sum + result.decisions, 0) };
}

for (const [some, options] of usualAndLong(
  tasks.flatMap((task) => [1, 3].flatMap((shards) => (task === "frames" ? [0, 2] : [0]).map((delay) => [task, shards, delay] as const))),
  (_, i) => i === 0,
))
  test.each(some)(
    "of %s in %i shards, %i frames late, a class that is lost takes its own loss away, and no other's",
    options,
    async (task, shards, delay) => {
      const whole = randomSamples(9, { ...network, task }, UTTERANCES, 9);
      const parts = [0, 1, 2].map((third) => without(whole, (i) => (i % 7 === 0 ? third !== 0 : i % 3 !== third)));
      const [all, ...some] = await Promise.all([whole, ...parts].map((samples) => learnt(samples, shards, delay)));
      expect(some.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(all.decisions);
      const sum = (of: (one: (typeof some)[number]) => number): number => some.reduce((total, one) => total + one.decisions * of(one), 0);
      expect(sum(({ loss }) => loss) / all.decisions).toBeCloseTo(all.loss, 5);
      all.gradients.forEach((gradient, k) => {
        const most = Math.max(...gradient.map(Math.abs));
        gradient.forEach((value, i) => {
          expect(Math.abs(sum(({ gradients }) => gradients[k][i]) / all.decisions - value)).toBeLessThan(1e-4 * Math.max(most, 1e-3));
        });
      });
    },
  );

test.each(tasks)("utterances of %s without any class change nothing of what is learnt", async (task) => {
  const some = randomSamples(10, { ...network, task }, UTTERANCES, 9);
  const frames = some.frameStart[UTTERANCES];
  const more = randomSamples(11, { ...network, task }, 10, 9);
  const both: Samples = {
    ...some,
    features: Float32Array.from([...some.features, ...more.features]),
    frameStart: Uint32Array.from([...some.frameStart, ...more.frameStart.subarray(1).map((start) => start + frames)]),
    labels: Int32Array.from([...some.labels, ...more.labels.map(() => -1)]),
  };
  const [alone, beside] = await Promise.all([some, both].map((samples) => trained({ ...samples, hash: "same" }, 0)));
  expect(encodeModel(beside!.network, beside!.record)).toEqual(encodeModel(alone!.network, alone!.record));
});
