/** Training for a chip learns at every width, resumes bit for bit in both phases, and reports the chip's score. */
// @module-tag slow
import { expect, test } from "vitest";
import { checkOnChip, scoreOnChip, usualPrecision } from "../../../app/score-on-chip.js";
import { decodeModel, encodeModel, type Network, type Precision, type Samples } from "../../../arch/index.js";
import { existing } from "../../../base/entry.js";
import { InputError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { runOn } from "../../../sim/functional/run.js";
import { type Runnable, runnableNetwork } from "../../../sim/functional/runnable.js";
import { chooseBackend } from "../../../training/backend.js";
import type { CheckpointStore } from "../../../training/checkpoint.js";
import { parseTrainingConfig, type TrainingConfig } from "../../../training/config.js";
import { localLearners } from "../../../training/parallel/learners.js";
import { type BaseModel, checkBase } from "../../../training/quantisation/base-model.js";
import { recordedConfig, recordedWeightBits, runKey } from "../../../training/record.js";
import { type TrainingResult, train } from "../../../training/train.js";
import { trainingParts } from "../../../training/training-parts.js";
import { untrainedNetwork } from "../../../training/untrained.js";
import { byReference } from "../../oracles/reference.js";
import { usualAndLong } from "../../usual.js";

const SEED = 7;
const backend = chooseBackend("cpu");

/** Samples of two classes: a rising or a falling ramp under noise. */
function ramps(name: string, utterances: number): Samples {
  const rng = createRng(SEED, name);
  const frameStart = Uint32Array.from({ length: utterances + 1 }, (_, u) => 9 * u);
  const labels = Int32Array.from({ length: utterances }, () => rng.int(0, 1));
  const features = Float32Array.from({ length: 36 * utterances }, (_, k) => {
    const [u, t, i] = [Math.floor(k / 36), Math.floor(k / 4) % 9, k % 4];
    return (labels[u] === 0 ? t / 9 : 1 - t / 9) * ((i % 2) * 2 - 1) + 0.2 * rng.normal();
  });
  return { name, inputs: 4, classes: 2, task: "sequence", features, frameStart, labels, hash: name };
}

const trainSet = ramps("ramps/train", 60);
const testSet = ramps("ramps/test", 60);

const configOf = (quantisation: string, system = "rec-v2", epochs = 4, more = ""): TrainingConfig =>
  parseTrainingConfig(
    `version: 1
name: ramps
seed: ${SEED}
data: {set: ramps}
network: {system: ${system}, neurons: [12, 10]${system === "lif" || system === "alif" ? ", tau: 0.8, tau_learned: true" : ""}}
training: {epochs: ${epochs}, batch: 10, membrane_penalty: 0.1, membrane_penalty_saturation: 0.125, learning_rate: {schedule: cosine, peak: 0.02}${more}}
quantisation: ${quantisation}
`,
    "ramps.yaml",
  );

interface Options {
  readonly base?: BaseModel | null;
  readonly checkpoint?: CheckpointStore | null;
  readonly stopAfter?: number;
  readonly words?: Partial<Precision>;
}

async function run(
  config: TrainingConfig,
  { base = null, checkpoint = null, stopAfter = Number.POSITIVE_INFINITY, words = {} }: Options = {},
): Promise<TrainingResult | null> {
  let batches = 0;
  const precision = { ...usualPrecision([["readout", config.quantisation?.weightBits ?? 8]]), ...words };
  return train(config, {
    backend: await backend,
    train: trainSet,
    test: testSet,
    command: "test",
    report: (event) => {
      if (event.kind === "batch") batches++;
    },
    nowMs: () => 0,
    checkpoint,
    checkpointBatches: 4,
    base,
    search: null,
    chip: { check: (network) => checkOnChip(network, precision), score: (network) => scoreOnChip(network, testSet, precision) },
    stop: async () => batches >= stopAfter,
    learners: localLearners,
  });
}

const everyUtterance = Uint32Array.from({ length: 60 }, (_, u) => u);

/** The network as its file holds it. */
const filed = (network: Network): Network => decodeModel(encodeModel(network, null), "x").network;

for (const [some, options] of usualAndLong(
  [
    ["lif", 3],
    ["alif", 4],
    ["rec-v2", 1],
    ["rec-v2", 2],
    ["rec-v2", 8],
  ] as const,
  ([system, bits]) => system === "alif" || bits === 2,
))
  test.each(some)(
    "%s learns at %i bits after two epochs in float, and the record's score is that of the file on a chip",
    options,
    async (system, bits) => {
      const result = (await run(configOf(`{float_epochs: 4, weight_bits: ${bits}}`, system, 10)))!;
      const precision = usualPrecision([["readout", bits]]);
      const options = { utterances: everyUtterance, traced: new Uint32Array() };
      const chip = runOn(byReference(quantise(filed(result.network), precision)), testSet, options, FEATURES_AS_THEY_ARE);
      const { on_chip: report } = result.record as unknown as { on_chip: { correct: number; scored: number; precision: object } };
      expect([report.correct, report.scored]).toEqual([chip.correct, chip.scored]);
      expect(report.precision).toMatchObject({ weightBits: bits, stateBits: precision.stateBits });
      expect(chip.correct / chip.scored).toBeGreaterThan(0.9);
      expect(recordedWeightBits(result.record)).toEqual({ weightBits: bits, layers: new Map() });
    },
  );

test("in a network for a chip, each row of weights has at most as many values as a word can hold", async () => {
  const { network } = (await run(configOf("{float_epochs: 1, weight_bits: 3, layers: {layer2: {weight_bits: 2}}}")))!;
  const values = (weights: Float32Array): number => new Set(Array.from(weights, (w) => Math.abs(w))).size;
  for (const [l, most] of [4, 2].entries())
    for (const { inputWeights, inputNorm } of network.layers[l].gates) {
      const inputs = inputWeights.length / inputNorm.gamma.length;
      for (let n = 0; n < inputNorm.gamma.length; n++)
        expect(values(inputWeights.subarray(n * inputs, (n + 1) * inputs))).toBeLessThanOrEqual(most);
      expect([...inputNorm.gamma]).toEqual(new Array(inputNorm.gamma.length).fill(1));
    }
});

test("zero_share: this share of each matrix stays 0 while the rest learns, in the file and on the chip", async () => {
  const { network, record } = (await run(configOf("{float_epochs: 3, weight_bits: 4, zero_share: 0.75}", "rec-v2", 8)))!;
  const dense = (await run(configOf("{float_epochs: 3, weight_bits: 4}", "rec-v2", 8)))!.network;
  const zeros = (weights: ArrayLike<number>): number => Array.from(weights).filter((w) => w === 0).length / weights.length;
  const integer = quantise(filed(network), usualPrecision([["readout", 4]]));
  for (const [l, { gates }] of network.layers.entries()) {
    for (const matrix of ["inputWeights", "recurrentWeights"] as const) {
      const all = (of: Network): number[] => of.layers[l].gates.flatMap((gate) => Array.from(gate[matrix] ?? []));
      expect(zeros(all(network))).toBeGreaterThanOrEqual(0.74);
      expect(zeros(all(network))).toBeLessThan(0.95);
      expect(zeros(all(dense))).toBeLessThan(0.5);
    }
    for (const [g, gate] of gates.entries()) expect(zeros(integer.layers[l].gates[g].inputWeights)).toBe(zeros(gate.inputWeights));
  }
  expect(zeros(network.readout.weights)).toBeGreaterThanOrEqual(0.74);
  const { on_chip: report } = record as unknown as { on_chip: { accuracy: number } };
  expect(report.accuracy).toBeGreaterThan(0.9);
});

/** All options of the trainer at once. */
const EVERY_OPTION = `, average_decay: 0.9}\nquantiser: {bits: 5, theta: 2, theta_learned: true`;

for (const [some, options] of usualAndLong(
  [
    [3, ""],
    [12, ""],
    [21, ""],
    [9, EVERY_OPTION],
    [14, EVERY_OPTION],
  ] as const,
  ([stopAfter]) => stopAfter === 12 || stopAfter === 9,
))
  test.each(some)(
    "stopped after %i batches of 24 and resumed, with options '%s', the model equals an uninterrupted run bit for bit",
    options,
    async (stopAfter, more) => {
      const plain = configOf("{float_epochs: 2, weight_bits: 2}", "rec-v2", 4, more);
      const config = more === "" ? plain : { ...plain, data: { ...plain.data, augmentation: { noise: 0.1, maskFrames: 2 } } };
      const whole = await run(config);
      let bytes: Uint8Array | null = null;
      const checkpoint: CheckpointStore = {
        file: "memory",
        read: () => bytes,
        write: (given) => {
          bytes = given.slice();
        },
      };
      expect(await run(config, { checkpoint, stopAfter })).toBeNull();
      expect(bytes).not.toBeNull();
      const resumed = await run(config, { checkpoint });
      expect(encodeModel(resumed!.network, null)).toEqual(encodeModel(whole!.network, null));
      expect(resumed!.record).toEqual(whole!.record);
    },
  );

for (const [some, options] of usualAndLong(["lif", "rec-v1", "rec-v2"], (system) => system === "rec-v2"))
  test.each(some)(
    "%s learns a threshold per layer: whole payloads in the file, which mean the same to float network, slow reference and fast engine",
    options,
    async (system) => {
      const quantiser = "}\nquantiser: {bits: 5, theta: 2, theta_learned: true";
      const slow = configOf("{float_epochs: 3, weight_bits: 3}", system, 24, quantiser);
      const learningRate = { schedule: "cosine", peak: 0.05, warmupFraction: 0, finalFraction: 1 } as const;
      // a penalty that saturates does not move thresholds; one of the mean size moves them
      const { membranePenaltySaturation: _, ...plain } = slow.training;
      const training = { ...plain, learningRate };
      const { network, record } = (await run({ ...slow, training }))!;
      const thetas = network.layers.map((layer) => layer.quantiser!.theta);
      expect(thetas.every((theta) => Number.isInteger(theta) && theta >= 0 && theta < 15)).toBe(true);
      expect(thetas).not.toEqual([2, 2]);
      const integer = quantise(filed(network), usualPrecision([["readout", 3]]));
      expect(integer.layers.map((layer) => layer.quantiser.theta)).toEqual(thetas);
      const on = (runnable: Runnable) =>
        runOn(runnable, testSet, { utterances: everyUtterance, traced: everyUtterance }, FEATURES_AS_THEY_ARE);
      const [fast, reference] = [on(runnableNetwork(integer)), on(byReference(integer))];
      expect(fast).toEqual(reference);
      const { on_chip: report } = record as unknown as { on_chip: { correct: number; scored: number } };
      expect([report.correct, report.scored]).toEqual([reference.correct, reference.scored]);
      expect(report.correct / report.scored).toBeGreaterThan(0.9);
    },
  );

test("from a model: training begins with the model's decisions, keeps its ranges, records its name, and refuses one that the configuration does not describe", async () => {
  const float = parseTrainingConfig(
    `{version: 1, name: base, seed: 3, data: {set: ramps}, network: {system: rec-v2, neurons: [12, 10]},
      training: {epochs: 4, batch: 10, learning_rate: {schedule: cosine, peak: 0.02}}}`,
    "base.yaml",
  );
  const { network, record } = (await run(float))!;
  const base: BaseModel = { name: "base", network, record, hash: "h" };
  const config = configOf("{from: base, weight_bits: 2}", "rec-v2", 3);
  const made = (await run(config, { base }))!;
  expect(made.network.layers.map(({ quantiser }) => quantiser)).toEqual(network.layers.map(({ quantiser }) => quantiser));
  expect(made.test.accuracy).toBeGreaterThan(0.9);
  expect(made.record).toMatchObject({ base: { name: "base", sha256: "h" } });
  const key = runKey(config, trainSet.hash, (await backend).name, base);
  expect(recordedConfig(made.record)).toBe(key);
  expect(runKey(config, trainSet.hash, (await backend).name, { hash: "other" })).not.toBe(key);
  const wrong = parseTrainingConfig(
    `{version: 1, name: w, data: {set: ramps}, network: {system: rec-v1, neurons: [12]}, quantiser: {bits: 6, theta: 2},
      quantisation: {from: base, weight_bits: 2}}`,
    "w.yaml",
  );
  const refused = (): void => checkBase(wrong, "folder/w.yaml", base);
  expect(refused).toThrow(InputError);
  expect(refused).toThrow(/folder\/w.yaml: network.system: is "rec-v1", and base has "rec-v2"\n.*\n.*network.neurons/);
  const wide = { ...network, inputs: 5 };
  await expect(run(config, { base: { ...base, network: wide } })).rejects.toThrow("inputs: is 4, and base has 5");
});

test("weights of a pruned model that are 0 stay 0 when it is trained further for a chip, and others learn", async () => {
  const float = parseTrainingConfig(
    `{version: 1, name: base, seed: 3, data: {set: ramps}, network: {system: rec-v2, neurons: [12, 10]},
      training: {epochs: 4, batch: 10, zero_share: 0.5, learning_rate: {schedule: cosine, peak: 0.02}}}`,
    "base.yaml",
  );
  const { network, record } = (await run(float))!;
  const made = (await run(configOf("{from: base, weight_bits: 8}", "rec-v2", 3), { base: { name: "base", network, record, hash: "h" } }))!;
  const matrices = (of: Network): Float32Array[] =>
    of.layers.flatMap(({ gates }) => gates.flatMap((gate) => [gate.inputWeights, existing(gate.recurrentWeights, "recurrent weights")]));
  const before = matrices(network);
  for (const [k, after] of matrices(made.network).entries()) {
    expect(before[k].filter((weight) => weight === 0).length).toBe(before[k].length / 2);
    before[k].forEach((weight, i) => {
      if (weight === 0) expect(after[i]).toBe(0);
    });
    expect(after).not.toEqual(before[k]);
  }
  const signs = run(configOf("{from: base, weight_bits: 1}", "rec-v2", 3), { base: { name: "base", network, record, hash: "h" } });
  await expect(signs).rejects.toThrow(
    /quantisation.weight_bits: is 1 for layer1, and weights of 1 bit are signs: 50 % of this layer's weights in base are 0/,
  );
  const readout = { ...network.readout, weights: network.readout.weights.map((weight, i) => (i % 2 === 0 ? 0 : weight)) };
  for (const [base, isRefused] of [
    [network, false],
    [{ ...network, readout }, true],
  ] as const) {
    const config = configOf("{from: base, weight_bits: 8, layers: {readout: {weight_bits: 1}}}", "rec-v2", 3);
    const made = run(config, { base: { name: "base", network: base, record, hash: "h" }, stopAfter: 0 });
    if (isRefused) await expect(made).rejects.toThrow(/is 1 for readout, and weights of 1 bit are signs: 50 % of this layer's weights/);
    else expect(await made).toBeNull();
  }
});

test.each([
  ["rec-v2", {}, "{bits: 12, theta: 3}", "spikes of 12 bits have no integer payload here"],
  ["rec-v2", { leak: "shift" }, "{bits: 6, theta: 3}", "has no constant leak"],
] as const)(
  "%s with words %j and spikes %s is refused before the first batch, not after the last",
  async (system, words, spikes, message) => {
    const config = configOf("{float_epochs: 1, weight_bits: 3}", system, 2, `}\nquantiser: ${spikes.slice(0, -1)}`);
    await expect(run(config, { words, stopAfter: 0 })).rejects.toThrow(message);
  },
);

test.each([
  ["rec-v2", "{weight_bits: 9, from: x}", "ramps.yaml:7:29", "must be at most 8"],
  ["rec-v2", "{}", "ramps.yaml:7:15", "float_epochs"],
  ["rec-v2", "{float_epochs: 4}", "ramps.yaml:7:30", "leaves none for the grid"],
  ["rec-v2", "{from: x, float_epochs: 1}", "ramps.yaml:7:39", "is trained already"],
  ["rec-v2", "{from: x, layers: {layer3: {weight_bits: 2}}}", "ramps.yaml:7:42", "has layer1, layer2, readout"],
  ["gru", "{from: x}", "ramps.yaml:7:15", "trains lif, alif, rec-v1, rec-v2; gru is not among them yet"],
  ["lstm", "{from: x}", "ramps.yaml:7:15", "lstm is not among them yet"],
])("%s with quantisation %s is refused at %s", (system, quantisation, place, message) => {
  const read = (): TrainingConfig =>
    parseTrainingConfig(
      `version: 1\nname: ramps\nseed: 1\ndata: {set: ramps}\nnetwork: {system: ${system}, neurons: [12, 10]}\ntraining: {epochs: 4}\nquantisation: ${quantisation}\n`,
      "ramps.yaml",
    );
  expect(read).toThrow(InputError);
  expect(read).toThrow(place);
  expect(read).toThrow(message);
});

test("a training that begins with a model refuses to watch its error on what that model has learnt", () => {
  const config = configOf("{from: base, weight_bits: 4}");
  const watching = { ...config, data: { ...config.data, validationFraction: 0.2 } };
  const network = untrainedNetwork(config, trainSet);
  const parts = (fraction: number) => {
    const record = { config: { data: { set: "ramps", validationFraction: fraction } }, seed: SEED, train_data_sha256: trainSet.hash };
    return () =>
      trainingParts(watching, { train: trainSet, test: testSet, search: null, base: { name: "base", network, record, hash: "b" } });
  };
  expect(parts(0)).toThrow("ramps: data.validation_fraction: is 0.2 by seed 7, but base may");
  expect(parts(0.2)()).toMatchObject({ warnings: [] });
});

test("a training that begins with a model of sound refuses sound of another rate, and data or models without a rate are not compared", () => {
  const config = configOf("{from: base, weight_bits: 4}");
  const network = untrainedNetwork(config, trainSet);
  const parts = (learnt: number | null, rateHz?: number) => {
    const base = { name: "base", network, record: { config: { data: { set: "ramps" } }, sample_rate_hz: learnt }, hash: "b" };
    return () => trainingParts(config, { train: { ...trainSet, rateHz, files: ["0.wav"] }, test: testSet, search: null, base });
  };
  expect(parts(8000, 16000)).toThrow(/^0.wav: has 16000 Hz, and the model learnt sound of 8000 Hz/);
  for (const same of [parts(8000, 8000), parts(null, 16000), parts(8000)]) expect(same).not.toThrow();
});
