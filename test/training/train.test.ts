/** Training learns, resumes bit for bit, keeps its schedules, and guards against divergence. */
// @module-tag slow
import { expect, test } from "vitest";
import { encodeModel, type Samples, type System } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { adamStep, createAdam } from "../../training/adam.js";
import { chooseBackend } from "../../training/backend.js";
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from "../../training/checkpoint.js";
import { parseTrainingConfig, type TrainingConfig } from "../../training/config.js";
import { selectUtterances, splitValidation } from "../../training/datasets/held-out.js";
import { evaluateFloat } from "../../training/evaluate.js";
import { plainLearning } from "../../training/learning.js";
import { type LearnerMaker, localLearners } from "../../training/parallel/learners.js";
import { initialise } from "../../training/parameters.js";
import { hiddenMatrices, pruneForEpoch, pruningProgress } from "../../training/pruning.js";
import { cosineRate, halvedRate, longestAt, penaltyAt, settingsAt } from "../../training/schedule.js";
import { type TrainingEvent, type TrainingResult, train } from "../../training/train.js";
import { trainingParts } from "../../training/training-parts.js";
import { usualAndLong } from "../usual.js";

const SEED = 5;
const backend = chooseBackend("cpu");

/** Samples of two classes: a rising or a falling ramp under noise. */
function ramps(name: string, utterances: number): Samples {
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

const trainSet = ramps("ramps/train", 90);
const testSet = ramps("ramps/test", 60);

const PER_NEURON: { readonly [system: string]: string } = {
  lif: ", tau: 0.5, tau_learned: true",
  alif: ", tau: 0.9, tau_learned: true, per_neuron: {rho: {initial: 0.9, learned: true}, jump: {initial: 0.17, learned: true}}",
};

function configOf(system: System, more = ""): TrainingConfig {
  return parseTrainingConfig(
    `version: 1
name: ramps
seed: ${SEED}
data: {set: ramps, validation_fraction: 0.2}
network: {system: ${system}, neurons: [12, 10]${PER_NEURON[system] ?? ""}}
training:
  epochs: 4
  batch: 8
  membrane_penalty: ${system === "gru" || system === "lstm" ? 0 : 0.1}
  learning_rate: {schedule: cosine, peak: 0.02}
${more}`,
    "ramps.yaml",
  );
}

function memoryStore(): CheckpointStore & { bytes: Uint8Array | null } {
  return {
    bytes: null,
    file: "memory",
    read() {
      return this.bytes;
    },
    write(bytes) {
      this.bytes = bytes.slice();
    },
  };
}

async function run(
  config: TrainingConfig,
  checkpoint: CheckpointStore | null,
  stopAfter: number,
  events: TrainingEvent[] = [],
  crashAfter = Number.POSITIVE_INFINITY,
  learners: LearnerMaker = localLearners,
  epochs: number | null = null,
  data = trainSet,
): Promise<TrainingResult | null> {
  let batches = 0;
  return train(config, {
    backend: await backend,
    train: data,
    test: testSet,
    command: "test",
    report: (event) => {
      events.push(event);
      if (event.kind === "batch") batches++;
      if (batches === crashAfter) throw new Error("power cut");
    },
    nowMs: () => 0,
    checkpoint,
    checkpointBatches: 3,
    base: null,
    chip: null,
    search: epochs === null ? null : { validation: testSet, epochs },
    stop: async () => batches >= stopAfter,
    learners,
  });
}

/** A run that nothing disturbs, made once per configuration. */
const wholes = new Map<string, ReturnType<typeof run>>();
function wholeOf(config: TrainingConfig): ReturnType<typeof run> {
  const key = JSON.stringify(config);
  const made = wholes.get(key) ?? run(config, null, Number.POSITIVE_INFINITY);
  wholes.set(key, made);
  return made;
}

for (const [some, options] of usualAndLong(
  ["lif", "alif", "rec-v1", "rec-v2", "gru", "lstm"] as const,
  (system) => system === "alif" || system === "rec-v2" || system === "gru",
))
  test.each(some)("%s learns to tell rising from falling ramps", options, async (system) => {
    const result = await wholeOf(configOf(system));
    expect(result!.test.accuracy).toBeGreaterThan(0.9);
    expect(result!.test.scored).toBe(60);
    for (const { perNeuron } of result!.network.layers)
      for (const values of Object.values(perNeuron)) expect(new Set(values).size, "each neuron has learned its own").toBeGreaterThan(5);
    expect(result!.network.inputPeaks === undefined).toBe(result!.network.encoder !== null);
  });

test("the record's learning rate of an epoch is that of its last batch", async () => {
  const events: TrainingEvent[] = [];
  const result = await run(configOf("rec-v2"), null, Number.POSITIVE_INFINITY, events);
  const { curve } = result!.record as unknown as { curve: { learning_rate: number }[] };
  const last = events.flatMap((event) => (event.kind === "batch" && event.batch === event.batches ? [event.learningRate] : []));
  expect(curve.map((line) => line.learning_rate)).toEqual(last);
  expect(last[3]).toBeLessThan(0.1 * last[0]); // the cosine has come down
});

for (const [some, options] of usualAndLong([1, 4, 9, 13], (batches) => batches === 4 || batches === 13))
  test.each(some)("stopped after %i batches and resumed, the model equals an uninterrupted run bit for bit", options, async (stopAfter) => {
    const config = configOf("rec-v2", "quantiser: {bits: 6, theta: 2, curriculum: [{epochs: 1, bits: 6, theta: 0}]}");
    const whole = await wholeOf(config);
    const store = memoryStore();
    expect(await run(config, store, stopAfter)).toBeNull();
    expect(store.bytes).not.toBeNull();
    const events: TrainingEvent[] = [];
    const resumed = await run(config, store, Number.POSITIVE_INFINITY, events);
    expect(encodeModel(resumed!.network, null)).toEqual(encodeModel(whole!.network, null));
    expect(resumed!.record).toEqual(whole!.record);
    expect(events[0]).toMatchObject({ kind: "start", resumedAtEpoch: Math.floor(stopAfter / 9) + 1 });
  });

test("a crash between checkpoints repeats the lost batches and ends the same", async () => {
  const config = configOf("rec-v2");
  const whole = await wholeOf(config);
  const store = memoryStore();
  let saved: Uint8Array | null = null;
  const crashing: CheckpointStore = {
    file: "memory",
    read: () => null,
    write(bytes) {
      saved = bytes.slice();
    },
  };
  await expect(run(config, crashing, 100, [], 8)).rejects.toThrow("power cut");
  store.bytes = saved;
  const resumed = await run(config, store, Number.POSITIVE_INFINITY);
  expect(encodeModel(resumed!.network, null)).toEqual(encodeModel(whole!.network, null));
});

for (const [some, options] of usualAndLong(
  [
    ["of real weights", ""],
    ["on a grid", "quantisation: {float_epochs: 2, weight_bits: 3}"],
    ["with averages and zeros", "  zero_share: 0.6\n  average_decay: 0.9"],
  ],
  (_, i) => i === 0,
))
  test.each(some)("a kill between the last epoch and the finished model loses nothing: %s", options, async (_, more) => {
    const config = configOf("rec-v2", more);
    const whole = await wholeOf(config);
    const store = memoryStore();
    await run(config, store, Number.POSITIVE_INFINITY);
    const events: TrainingEvent[] = [];
    const resumed = await run(config, store, Number.POSITIVE_INFINITY, events);
    expect(events.map(({ kind }) => kind)).toEqual(["start", "end"]);
    expect(encodeModel(resumed!.network, null)).toEqual(encodeModel(whole!.network, null));
    expect(resumed!.record).toEqual(whole!.record);
  });

test("a network of part of the epochs is the same from every checkpoint of a longer run, and does not replace one of more epochs", {
  tags: ["long"],
}, async () => {
  const config = configOf("rec-v2");
  const saved: Uint8Array[] = [];
  const keeping = { file: "memory", read: () => null, write: (bytes: Uint8Array) => saved.push(bytes.slice()) };
  const searched = (checkpoint: CheckpointStore | null, epochs: number) =>
    run(config, checkpoint, Number.POSITIVE_INFINITY, [], Number.POSITIVE_INFINITY, localLearners, epochs);
  await searched(keeping, 4);
  const clean = await searched(null, 2);
  let beyond = 0;
  for (const [at, bytes] of saved.entries()) {
    const store = memoryStore();
    store.bytes = bytes;
    const made = await searched(store, 2);
    expect(encodeModel(made!.network, null), `checkpoint ${at}`).toEqual(encodeModel(clean!.network, null));
    expect(made!.record, `checkpoint ${at}`).toEqual(clean!.record);
    if (store.bytes === bytes) beyond++;
  }
  // Each of the four epochs ends with a checkpoint, and has three inside; the second one's end is no more than asked
  // for.
  expect([saved.length, beyond]).toEqual([16, 9]);
});

const PRUNED = "  zero_share: 0.6\n  average_decay: 0.9";
const zerosOf = (weights: Float32Array): number => weights.filter((weight) => weight === 0).length;

test.each(["rec-v2", "lif", "lstm"] as const)(
  "zero_share: so many weights of each gate of %s are 0, in the averaged network too; it learns",
  async (system) => {
    const { network, test: scored } = (await run(configOf(system, PRUNED), null, Number.POSITIVE_INFINITY))!;
    for (const { gates } of network.layers)
      for (const { inputWeights, recurrentWeights } of gates)
        for (const weights of [inputWeights, recurrentWeights ?? []])
          expect(zerosOf(Float32Array.from(weights))).toBe(Math.round(0.6 * weights.length));
    expect(zerosOf(network.readout.weights)).toBe(0);
    expect(scored.accuracy).toBeGreaterThan(0.9);
  },
);

const NOT_MEASURED = () => {
  throw new Error("weights chosen by size need no measurement");
};
const PRUNED_TOGETHER = `${PRUNED}\n  zero_scope: network`;

test.each(["rec-v2", "lif", "lstm"] as const)(
  "zero_scope network: the smallest weights of %s go, wherever they are, and matrices of large weights keep more",
  (system) => {
    const config = configOf(system, PRUNED_TOGETHER);
    const state = initialise(config, 4, 2);
    const before = hiddenMatrices(state).map((matrix) => matrix.slice());
    pruneForEpoch(config, state, 3, NOT_MEASURED);
    const sizes = before.flatMap((matrix) => Array.from(matrix, Math.abs));
    const isZero = hiddenMatrices(state).flatMap((matrix) => Array.from(matrix, (weight) => weight === 0));
    const of = (zero: boolean): number[] => sizes.filter((_, i) => isZero[i] === zero);
    expect(of(true)).toHaveLength(Math.round(0.6 * sizes.length));
    expect(Math.max(...of(true))).toBeLessThanOrEqual(Math.min(...of(false)));
    expect(
      hiddenMatrices(state)
        .flatMap((matrix) => Array.from(matrix))
        .filter((weight) => weight !== 0)
        .map(Math.abs),
    ).toEqual(of(false));
    const [first, ...others] = hiddenMatrices(state).map((matrix) => zerosOf(matrix) / matrix.length);
    // The first matrix has the fewest sources, so it begins with the largest weights.
    for (const other of others) expect(first).toBeLessThan(other);
  },
);

test("zero_scope network: so many weights are 0 in all, in the averaged network too; it learns", async () => {
  const { network, test: scored } = (await run(configOf("rec-v2", PRUNED_TOGETHER), null, Number.POSITIVE_INFINITY))!;
  const weights = network.layers.flatMap(({ gates }) =>
    gates.flatMap(({ inputWeights, recurrentWeights }) => [...inputWeights, ...(recurrentWeights ?? [])]),
  );
  expect(zerosOf(Float32Array.from(weights))).toBe(Math.round(0.6 * weights.length));
  expect(zerosOf(network.readout.weights)).toBe(0);
  expect(scored.accuracy).toBeGreaterThan(0.9);
});

for (const [scope, stopAfter, ...tags] of ["gate", "network"].flatMap((scope) =>
  ([[1, "long"], [9, "long"], [13], [20, "long"], [27, "long"], [31, "long"]] as const).map((more) => [scope, ...more] as const),
))
  test(`with zeros chosen by ${scope}, stopped after ${stopAfter} batches and resumed, the model is the same bit for bit`, {
    tags: [...tags],
  }, async () => {
    const config = configOf("rec-v2", `${PRUNED}\n  zero_scope: ${scope}`);
    const whole = await wholeOf(config);
    const store = memoryStore();
    expect(await run(config, store, stopAfter)).toBeNull();
    const resumed = await run(config, store, Number.POSITIVE_INFINITY);
    expect(encodeModel(resumed!.network, null)).toEqual(encodeModel(whole!.network, null));
  });

/** Zeros by a budget of products. */
function budgetOf(system: System, budget: number, epochs: number): TrainingConfig {
  const config = configOf(system, "  average_decay: 0.9");
  return { ...config, training: { ...config.training, epochs, effectiveMultiplicationsPerFrame: budget } };
}

for (const [system, ...tags] of [["rec-v2"], ["lif", "long"], ["gru", "long"]] as const)
  test(`effective_multiplications_per_frame: ${system} takes so many in the end, and learns`, { tags: [...tags] }, async () => {
    const plain = (await wholeOf(configOf(system)))!;
    const budget = 0.6 * plain.test.operations.effectiveMultiplications;
    const { network, test: scored } = (await run(budgetOf(system, budget, 24), null, Number.POSITIVE_INFINITY))!;
    const { effectiveMultiplications } = evaluateFloat(
      network,
      selectUtterances(trainSet, splitValidation(trainSet, 0.2, SEED).train, "part"),
    ).operations;
    expect(Math.abs(effectiveMultiplications / budget - 1)).toBeLessThan(0.04);
    expect(zerosOf(network.readout.weights)).toBe(0);
    expect(scored.accuracy).toBeGreaterThan(0.9);
  });

for (const [stopAfter, ...tags] of [[9, "long"], [18, "long"], [31], [50, "long"], [59, "long"], [68, "long"]] as const)
  test(`with zeros by a budget, stopped after ${stopAfter} batches and resumed, the model is the same bit for bit`, {
    tags: [...tags],
  }, async () => {
    const config = budgetOf("rec-v2", 150, 8);
    const whole = await wholeOf(config);
    const zeros = whole!.network.layers.map(({ gates }) => gates.reduce((sum, { inputWeights }) => sum + zerosOf(inputWeights), 0));
    expect(Math.min(...zeros)).toBeGreaterThan(0);
    const store = memoryStore();
    expect(await run(config, store, stopAfter)).toBeNull();
    const resumed = await run(config, store, Number.POSITIVE_INFINITY);
    expect(encodeModel(resumed!.network, null)).toEqual(encodeModel(whole!.network, null));
  });

test("effective_multiplications_per_frame that cells and readout alone exceed are refused, and so is a share of zeros beside them", async () => {
  await expect(run(budgetOf("rec-v2", 40, 4), null, Number.POSITIVE_INFINITY)).rejects.toThrow(
    /training.effective_multiplications_per_frame: is 40; cells and readout alone take \d\d/,
  );
  expect(() => configOf("rec-v2", `${PRUNED}\n  effective_multiplications_per_frame: 100`)).toThrow(
    /effective_multiplications_per_frame: .* beside training.zero_share/,
  );
  expect(() => configOf("rec-v2", "  effective_multiplications_per_frame: 100\nquantisation: {float_epochs: 1}")).toThrow(
    /effective_multiplications_per_frame: .* beside quantisation/,
  );
});

test.each([
  ["gru", 3 * 22 + 10 * 2, ""], // three products of each of 12 + 10 neurons, and a readout of two classes
  ["lstm", 3 * 22 + 10 * 2, ""],
  ["rec-v2", 2 * 22, " or more"],
] as const)(
  "%s: a budget that cells and readout always exceed is refused before the first epoch, one more is not",
  (system, least, told) => {
    const parts = (budget: number) => () =>
      trainingParts(budgetOf(system, budget, 4), { train: trainSet, test: testSet, search: null, base: null });
    expect(parts(least)).toThrow(`is ${least}; cells and readout alone take ${least}${told}`);
    expect(parts(least + 1)).not.toThrow();
  },
);

test("a budget of products needs a second epoch, because in the first one the network has learnt nothing that a zero could spare", () => {
  const { training } = configOf("rec-v2", "  effective_multiplications_per_frame: 100");
  expect(training.effectiveMultiplicationsPerFrame).toBe(100);
  const single = `version: 1
network: { neurons: [12] }
training: { epochs: 1, effective_multiplications_per_frame: 100 }
`;
  expect(() => parseTrainingConfig(single, "c.yaml")).toThrow(
    /training.effective_multiplications_per_frame: needs training.epochs: 2 or more/,
  );
  expect(parseTrainingConfig(single.replace("epochs: 1", "epochs: 2"), "c.yaml").training.epochs).toBe(2);
});

test("zeros begin after a fifth of the epochs, grow along a cubic, and are complete after seven tenths, or in the last epoch", () => {
  const shares = Array.from({ length: 10 }, (_, epoch) => 0.8 * pruningProgress(epoch, 10));
  const cubic = [0, 0, 0, 1 / 5, 2 / 5, 3 / 5, 4 / 5, 1, 1, 1].map((done) => 0.8 * (1 - (1 - done) ** 3));
  shares.forEach((share, epoch) => {
    expect(share).toBeCloseTo(cubic[epoch], 12);
  });
  for (const epochs of [1, 2, 3]) expect(pruningProgress(epochs - 1, epochs)).toBe(1);
});

test("zero_share is refused beside training for a chip, which has its own", () => {
  expect(() => configOf("rec-v2", `${PRUNED}\nquantisation: {float_epochs: 1}`)).toThrow(/training.zero_share: .* quantisation.zero_share/);
});

test("zero_scope without zeros is refused, because it would have no effect", () => {
  expect(() => configOf("rec-v2", "  zero_scope: network")).toThrow(/training.zero_scope: there is no zero_share/);
});

test("a checkpoint of another configuration or a damaged one is refused, not used", async () => {
  const store = memoryStore();
  await run(configOf("rec-v2"), store, 4);
  await expect(run(configOf("rec-v1"), store, 1)).rejects.toThrow(/another configuration[\s\S]*start again with --fresh/);
  const sound = store.bytes!;
  const text = Buffer.from(sound).toString("latin1");
  const digitOf = (name: string): number => text.indexOf(`"${name}":`) + name.length + 3;
  for (const at of [1, 20, 39, digitOf("steps"), digitOf("epoch"), digitOf("rate"), sound.length - 3]) {
    store.bytes = Uint8Array.from(sound);
    store.bytes[at] ^= 1;
    await expect(run(configOf("rec-v2"), store, 1), `byte ${at}`).rejects.toThrow(/damaged/);
  }
});

test("a checkpoint keeps every number, those that JSON cannot hold too", () => {
  const learning = plainLearning(configOf("rec-v2"), initialise(configOf("rec-v2"), 4, 2));
  const infinity = Number.POSITIVE_INFINITY;
  const curve = [{ epoch: 1, loss: Number.NaN, penalty: infinity, learningRate: 0.1, validationError: null, skippedSteps: 2 }];
  const progress = { epoch: 1, batch: 2, lossSum: Number.NaN, penaltySum: -infinity, batches: 3, rate: 0.1, curve };
  const whole = { ...progress, lastError: infinity, bestError: 0.25, epochsSinceBest: 0 };
  expect(decodeCheckpoint(encodeCheckpoint("k", learning, whole), "k", learning, "c")).toEqual(whole);
});

test("an output delay or a length curriculum for whole-utterance labels is refused, because it would have no effect", async () => {
  const base = configOf("rec-v2");
  await expect(run({ ...base, network: { ...base.network, outputDelayFrames: 3 } }, null, 1)).rejects.toThrow(/one label per utterance/);
  const cut = { ...base, training: { ...base.training, lengthCurriculum: [{ epochs: 1, frames: 5 }] } };
  await expect(run(cut, null, 1)).rejects.toThrow(/length_curriculum cuts utterances/);
});

test("another seed gives another model, the same seed the same", async () => {
  const config = configOf("rec-v2");
  const [a, b, c] = [await wholeOf(config), await run(config, null, 1e9), await run({ ...config, seed: 6 }, null, 1e9)];
  expect(encodeModel(b!.network, null)).toEqual(encodeModel(a!.network, null));
  expect(encodeModel(c!.network, null)).not.toEqual(encodeModel(a!.network, null));
});

test("early stop is refused beside what training must come to the end of: zeros, and a curriculum of bits and theta", () => {
  for (const more of [
    "  zero_share: 0.6",
    "  effective_multiplications_per_frame: 100",
    "quantiser: {bits: 6, theta: 2, curriculum: [{epochs: 1, bits: 6, theta: 0}]}",
  ]) {
    expect(() => configOf("rec-v2", more), more).not.toThrow();
    expect(() => configOf("rec-v2", `  early_stop_epochs: 2\n${more}`), more).toThrow(/training.early_stop_epochs: may stop too early: /);
  }
});

test("early stop ends when the validation error has not fallen for that many epochs", async () => {
  const config = configOf("rec-v2");
  const events: TrainingEvent[] = [];
  const stopping = { ...config, training: { ...config.training, epochs: 40, earlyStopEpochs: 2 } };
  const result = await run(stopping, null, 1e9, events);
  const errors = events.flatMap((e) => (e.kind === "epoch" ? [e.record.validationError!] : []));
  expect(errors.length).toBeLessThan(40);
  expect(Math.min(...errors.slice(-2))).toBeGreaterThanOrEqual(Math.min(...errors.slice(0, -2)));
  expect(result!.record).toMatchObject({ stopped_early: true });
  const whole = await run({ ...stopping, training: { ...stopping.training, epochs: errors.length } }, null, 1e9);
  expect(whole!.record).toMatchObject({ stopped_early: false });
});

test("the divergence guard skips a step whose gradient is not finite or huge, and counts it", () => {
  const parameters = [Float32Array.from([1, 2])];
  const adam = createAdam(parameters);
  expect(adamStep(adam, parameters, [Float32Array.from([Number.NaN, 0])], 0.1, 1)).toBe(false);
  expect(adamStep(adam, parameters, [Float32Array.from([Number.POSITIVE_INFINITY, 0])], 0.1, 1)).toBe(false);
  expect(adamStep(adam, parameters, [Float32Array.from([1e20, 0])], 0.1, 1)).toBe(false);
  expect([...parameters[0], adam.steps, adam.skipped]).toEqual([1, 2, 0, 3]);
  expect(adamStep(adam, parameters, [Float32Array.from([1, -1])], 0.1, 1)).toBe(true);
  // The first Adam step is the learning rate against the sign of the gradient.
  expect(parameters[0][0]).toBeCloseTo(0.9, 5);
  expect(parameters[0][1]).toBeCloseTo(2.1, 5);
});

test("a training ends at the epoch in which it took no step, or whose loss is no number: its network would be that of chance", async () => {
  const over = { ...trainSet, features: trainSet.features.map((value) => value * 1e38) };
  for (const [config, data, reason] of [
    [
      withClip(configOf("rec-v2"), 1e-9),
      trainSet,
      /^training diverged: no step of epoch 1 was taken, because each gradient was .*1000000 times/,
    ],
    [configOf("gru"), over, /^training diverged: the mean loss of epoch 1 is NaN/],
  ] as const) {
    const events: TrainingEvent[] = [];
    const ended = run(config, null, Number.POSITIVE_INFINITY, events, Number.POSITIVE_INFINITY, localLearners, null, data);
    await expect(ended).rejects.toMatchObject({ reason: expect.stringMatching(reason), curve: [], problems: [{ file: "ramps" }] });
    expect(events.map(({ kind }) => kind)).not.toContain("epoch");
  }
  // of a longer clipping norm the same gradients are steps
  expect((await run(withClip(configOf("rec-v2"), 1e-3), null, Number.POSITIVE_INFINITY))!.test.accuracy).toBeGreaterThan(0.9);
});

const withClip = (config: TrainingConfig, clipNorm: number): TrainingConfig => ({ ...config, training: { ...config.training, clipNorm } });

test("clipping scales a long gradient to the norm and leaves a short one alone: Adam's moments show it", () => {
  const p = [new Float32Array(2)];
  const [long, short] = [createAdam(p), createAdam(p)];
  adamStep(long, p, [Float32Array.from([30, 40])], 0, 1);
  adamStep(short, p, [Float32Array.from([0.3, 0.4])], 0, 1);
  expect(long.first[0][0]).toBeCloseTo(0.06, 6);
  expect(short.first[0][0]).toBeCloseTo(0.03, 6);
});

test("cosine rises linearly to the peak, then falls to its final fraction", () => {
  const rate = { schedule: "cosine", peak: 2, warmupFraction: 0.1, finalFraction: 0.02 } as const;
  expect(cosineRate(rate, 0, 100)).toBeCloseTo(0.2);
  expect(cosineRate(rate, 9, 100)).toBeCloseTo(2);
  expect(cosineRate(rate, 10, 100)).toBeCloseTo(2);
  expect(cosineRate(rate, 55, 100)).toBeCloseTo(2 * 0.51);
  expect(cosineRate(rate, 100, 100)).toBeCloseTo(0.04);
});

test("the membrane penalty rises linearly over its share of the batches, then stays", () => {
  const base = configOf("rec-v2");
  const config = { ...base, training: { ...base.training, membranePenalty: 8, membranePenaltyWarmupFraction: 0.5 } };
  expect([0, 25, 49, 50, 99, 100].map((step) => penaltyAt(config, step, 100).weight)).toEqual([0, 4, 7.84, 8, 8, 8]);
  expect(penaltyAt(base, 0, 100)).toEqual({ weight: 0.1, saturation: Number.POSITIVE_INFINITY });
  const concave = { ...base, training: { ...base.training, membranePenaltySaturation: 0.125 } };
  expect(penaltyAt(concave, 0, 100)).toEqual({ weight: 0.1, saturation: 0.125 });
});

test("halving halves below an improvement of half a per cent, not above, and stops at the floor", () => {
  const rate = { schedule: "halving", initial: 1e-3, improvementFraction: 0.005, floor: 1.25e-4 } as const;
  expect(halvedRate(rate, 1e-3, 0.2, 0.1991)).toBe(5e-4);
  expect(halvedRate(rate, 1e-3, 0.2, 0.1989)).toBe(1e-3);
  expect(halvedRate(rate, 1.5e-4, 0.2, 0.3)).toBe(1.25e-4);
  // an error of 0 cannot fall further
  for (const now of [0, 0.1]) expect(halvedRate(rate, 1e-3, 0, now)).toBe(5e-4);
  expect(halvedRate(rate, 1e-3, 0.2, 0)).toBe(1e-3);
  expect(halvedRate({ ...rate, improvementFraction: 0 }, 1e-3, 0.2, 0.2)).toBe(1e-3);
});

test("curricula keep each stage for its epochs, then the final values", () => {
  const config = parseTrainingConfig(
    `{version: 1, name: c, data: {set: x}, network: {system: rec-v2, neurons: [4]},
      quantiser: {bits: 6, theta: 3, curriculum: [{epochs: 2, bits: 8, theta: 0}, {epochs: 1, bits: 6, theta: 1}]},
      training: {epochs: 6, batch: 1, learning_rate: {schedule: cosine, peak: 1}, length_curriculum: [{epochs: 1, frames: 100}, {epochs: 2, frames: 200}]}}`,
    "c",
  );
  expect([0, 1, 2, 3].map((e) => settingsAt(config, e)).map((s) => [s.bits, s.theta, s.inputTheta])).toEqual([
    [8, 0, 3],
    [8, 0, 3],
    [6, 1, 3],
    [6, 3, 3],
  ]);
  expect([0, 1, 2, 3, 5].map((e) => longestAt(config, e))).toEqual([100, 200, 200, 200, 200]);
});

test("the validation part is a seeded share of the utterances, and train and validation do not overlap", () => {
  const { train: fit, validation } = splitValidation(trainSet, 0.2, SEED);
  expect(validation.length).toBe(18);
  expect([...fit, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, u) => u));
  expect(splitValidation(trainSet, 0.2, SEED + 1).validation).not.toEqual(validation);
});
