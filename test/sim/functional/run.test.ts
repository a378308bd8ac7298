import { describe, expect, test } from "vitest";
import { floatAccuracy } from "../../../app/float-accuracy.js";
import { multiplicationsPerFrame, type Network, parseArch } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { encodeSamples, FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { createEngine } from "../../../sim/functional/engine.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { type FunctionalRun, runFunctional, runOn } from "../../../sim/functional/run.js";
import { runnableNetwork } from "../../../sim/functional/runnable.js";
import { DIRECT } from "../../../sim/functional/spike-encoders.js";
import { evaluateFloat } from "../../../training/index.js";
import { byReference } from "../../oracles/reference.js";
import { type NetworkShape, randomNetwork, randomSamples, type SpikingSystem, USUAL, WIDE } from "./random-network.js";

const shape: NetworkShape = { system: "rec-v2", inputs: 12, neurons: [24, 17], classes: 6, bits: 6, theta: 3, fill: 0.8, gain: 0.8 };
const everyone = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);
const none = new Uint32Array();

function agreement(network: Network, precision: typeof USUAL): { share: number; run: FunctionalRun } {
  const samples = randomSamples(1, network, 300, 25);
  const float = evaluateFloat(network, samples);
  const run = runFunctional(quantise(network, precision), samples, { utterances: everyone(300), traced: none });
  let same = 0;
  for (const [u, prediction] of run.predictions.entries()) if (prediction === float.predictions[u]) same++;
  return { share: same / run.predictions.length, run };
}

describe("integer network against the float network", () => {
  test.each<SpikingSystem>(["lif", "rec-v1", "rec-v2"])(
    "with 16-bit weights and 24-bit state, %s decides as in float on at least 97 % of utterances",
    (system) => {
      // Spikes are discontinuous: a membrane within one unit of a threshold may send a different payload, so not all
      // decisions are equal.
      const network = randomNetwork(21, { ...shape, system });
      const { share, run } = agreement(network, WIDE);
      expect(share).toBeGreaterThanOrEqual(0.97);
      expect(run.operations.accumulatorOverflows).toBe(0);
    },
  );

  test("2-bit weights agree with float less often than 8-bit ones, and these at most as often as 16-bit ones", () => {
    const network = randomNetwork(22, shape);
    const [two, eight, sixteen] = [2, 8, 16].map((weightBits) => agreement(network, { ...WIDE, weightBits }).share);
    expect(two).toBeLessThan(eight);
    expect(eight).toBeLessThanOrEqual(sixteen);
  });

  test("multiplications per frame equal the training room's own count within 1 % at wide precision", () => {
    const network = randomNetwork(23, shape);
    const samples = randomSamples(2, network, 50, 30);
    const integer = quantise(network, WIDE);
    const run = runFunctional(integer, samples, { utterances: everyone(50), traced: none });
    const expected = evaluateFloat(network, samples).multiplicationsPerFrame;
    expect(Math.abs(multiplicationsPerFrame(run.operations, runnableNetwork(integer), 1) / expected - 1)).toBeLessThan(0.01);
  });
});

describe("run", () => {
  const network = randomNetwork(24, shape);
  const samples = randomSamples(3, network, 8, 12);
  const integer = quantise(network, USUAL);

  test("fast and reference engines give the same run: accuracy, counts, trace and predictions", () => {
    const options = { utterances: Uint32Array.of(6, 1, 3, 0), traced: Uint32Array.of(0, 2) };
    const fast = runFunctional(integer, samples, { ...options });
    expect(fast).toEqual(runOn(byReference(integer), samples, options, FEATURES_AS_THEY_ARE));
    expect(fast.scored).toBe(4);
  });

  test("operation counts equal a brute-force walk over every event and every weight it meets", () => {
    const { operations, trace } = runFunctional(integer, samples, { utterances: everyone(8), traced: everyone(8) });
    const { populations, projections } = trace.topology;
    const matrices = [
      ...integer.layers.flatMap((layer) => [layer.gates.map((g) => g.inputWeights), layer.gates.map((g) => g.recurrentWeights!)]),
      [integer.readout.weights],
    ];
    const frames = samples.frameStart[8];
    for (const [j, { source, target }] of projections.entries()) {
      const name = `${populations[source].name} -> ${populations[target].name}`;
      const sources = populations[source].neurons;
      const expected = { spikes: 0, macs: 0, acs: 0, effective: 0, bitSerialAcs: 0 };
      for (let step = 0; step < frames; step++) {
        const group = step * populations.length + source;
        for (let e = trace.eventStart[group]; e < trace.eventStart[group + 1]; e++) {
          expected.spikes++;
          for (const matrix of matrices[j]) {
            for (let row = 0; row < matrix.length / sources; row++) {
              const payload = Math.abs(trace.payload[e]);
              if (payload === 1) expected.acs++;
              else expected.macs++;
              for (let bit = 1; bit <= payload; bit *= 2) if ((payload & bit) !== 0) expected.bitSerialAcs++;
              if (matrix[row * sources + trace.neuron[e]] !== 0) expected.effective++;
            }
          }
        }
      }
      const row = operations.layers.find((layer) => layer.name === name);
      expect(row).toMatchObject(expected);
      expect(row?.density).toBe(expected.spikes / (frames * sources));
      expect(row?.denseEquivalent).toBe(frames * matrices[j].reduce((sum, matrix) => sum + matrix.length, 0));
    }
    const layer1 = operations.layers.find((layer) => layer.name === "layer1");
    expect(layer1).toMatchObject({ elementMultiplies: 3 * 24 * frames, elementAdds: 6 * 24 * frames, lutReads: 24 * frames });
  });

  test.each([1, 2, 5])(
    "frames are those of the data set if each lasts %i steps, and their products are all of the steps'",
    (stepsPerFrame) => {
      const input = { encoding: { ...DIRECT, stepsPerFrame }, seed: 1 };
      const options = { utterances: Uint32Array.of(6, 1, 3), traced: everyone(3) } as const;
      const { operations, trace } = runFunctional(integer, samples, options, input);
      const frames = options.utterances.reduce((sum, u) => sum + samples.frameStart[u + 1] - samples.frameStart[u], 0);
      expect(trace.stepStart[3]).toBe(frames * stepsPerFrame);
      expect(operations.frames).toBe(frames);
      const { populations, projections } = trace.topology;
      let products = 0;
      for (const { source, target } of projections)
        for (let step = 0; step < trace.stepStart[3]; step++) {
          const group = step * populations.length + source;
          const { neurons, accumulators } = populations[target];
          products += (trace.eventStart[group + 1] - trace.eventStart[group]) * neurons * accumulators;
        }
      const runnable = runnableNetwork(integer);
      const found = multiplicationsPerFrame(operations, runnable, stepsPerFrame);
      expect(found).toBeCloseTo(products / frames + runnable.elementMultiplies * stepsPerFrame, 6);
      const layer1 = operations.layers.find(({ name }) => name === "layer1");
      expect(layer1?.elementMultiplies).toBe(3 * 24 * frames * stepsPerFrame);
      expect(layer1?.density).toBeCloseTo((layer1?.spikes ?? 0) / (24 * frames * stepsPerFrame), 12);
    },
  );

  test("the float network counts the same multiplications per frame when a frame lasts several steps, within 1 %", () => {
    const [wide, input] = [quantise(network, WIDE), { encoding: { ...DIRECT, stepsPerFrame: 3 }, seed: 1 }];
    const { operations } = runFunctional(wide, samples, { utterances: everyone(8), traced: none }, input);
    const { frames, multiplicationsPerFrame: float } = evaluateFloat(network, encodeSamples(samples, input), { stepsPerFrame: 3 });
    expect(frames).toBe(samples.frameStart[8]);
    expect(float / multiplicationsPerFrame(operations, runnableNetwork(wide), 3)).toBeCloseTo(1, 2);
  });

  test("the float accuracy of some utterances is that of the same spikes as in the whole set, of a random encoder too", () => {
    const several = randomSamples(3, network, 60, 9);
    const input = { encoding: { ...DIRECT, kind: "rate", gain: 0.7, stepsPerFrame: 2 }, seed: 5 } as const;
    const { byUtterance } = evaluateFloat(network, encodeSamples(several, input));
    const { experiment } = parseArch("version: 1\n", "x.yaml");
    for (const chosen of [everyone(60), Uint32Array.from([59, 3, 31, 4, 15, 9, 26, 5, 35, 8, 58, 41, 42, 50, 51, 52])])
      expect(floatAccuracy(experiment, network, several, chosen, input)).toMatchObject({
        scored: chosen.length,
        correct: chosen.reduce((sum, u) => sum + byUtterance.correct[u], 0),
      });
  });

  test("NeuroBench figures equal a walk over steps: a step's call is AC only if all its spikes are ±1; recurrent calls see the step before", () => {
    const { operations, trace } = runFunctional(integer, samples, { utterances: everyone(8), traced: everyone(8) });
    const { neurobench } = operations;
    const { populations, projections } = trace.topology;
    const matrices = [
      ...integer.layers.flatMap((layer) => [layer.gates.map((g) => g.inputWeights), layer.gates.map((g) => g.recurrentWeights!)]),
      [integer.readout.weights],
    ];
    const expected = projections.map(() => ({ acs: 0, macs: 0 }));
    let [silent, outputs] = [0, 0];
    for (let u = 0; u < 8; u++) {
      for (let step = trace.stepStart[u]; step < trace.stepStart[u + 1]; step++) {
        for (const p of [1, 2]) {
          outputs += populations[p].neurons;
          silent += populations[p].neurons - (trace.eventStart[step * 4 + p + 1] - trace.eventStart[step * 4 + p]);
        }
        for (const [j, { source, recurrent }] of projections.entries()) {
          if (recurrent && step === trace.stepStart[u]) continue;
          const group = (recurrent ? step - 1 : step) * 4 + source;
          const events = Array.from(
            { length: trace.eventStart[group + 1] - trace.eventStart[group] },
            (_, i) => trace.eventStart[group] + i,
          );
          const kind = events.every((e) => Math.abs(trace.payload[e]) === 1) ? "acs" : "macs";
          const sources = populations[source].neurons;
          for (const e of events)
            for (const m of matrices[j]) for (let i = trace.neuron[e]; i < m.length; i += sources) if (m[i] !== 0) expected[j][kind]++;
        }
      }
    }
    for (const [j, layer] of neurobench.layers.entries()) {
      expect(layer.effectiveAcs * 8).toBeCloseTo(expected[j].acs, 6);
      expect(layer.effectiveMacs * 8).toBeCloseTo(expected[j].macs, 6);
    }
    expect(neurobench.activationSparsity).toBeCloseTo(silent / outputs, 12);
    const weights = matrices.flat().reduce((sum, m) => sum + m.length, 0);
    expect(neurobench.parameters).toBe(weights + 2 * 24 + 2 * 17 + 6);
    expect(neurobench.packedBits).toBe(weights * 8 + (2 * 24 + 2 * 17 + 6) * 32);
    expect(neurobench.denseOperations * 8).toBeCloseTo(weights * samples.frameStart[8], 6);
  });

  test("the trace holds the events of the traced utterances only, in groups of step and population, neurons ascending", () => {
    const { trace } = runFunctional(integer, samples, { utterances: Uint32Array.of(5, 2, 7), traced: Uint32Array.of(1) });
    const first = samples.frameStart[2];
    const steps = samples.frameStart[3] - first;
    expect([...trace.stepStart]).toEqual([0, steps]);
    const inputs = new Int32Array(steps * 12);
    toStateUnits(integer, samples.features.subarray(first * 12, (first + steps) * 12), inputs);
    const run = createEngine(integer).run(inputs);
    expect([...trace.eventStart]).toEqual([...run.eventStart]);
    expect([...trace.neuron]).toEqual([...run.neuron]);
    expect([...trace.payload]).toEqual([...run.payload]);
    for (let g = 0; g + 1 < trace.eventStart.length; g++) {
      for (let e = trace.eventStart[g] + 1; e < trace.eventStart[g + 1]; e++) expect(trace.neuron[e]).toBeGreaterThan(trace.neuron[e - 1]);
    }
    expect(trace.payload.every((q) => q !== 0)).toBe(true);
  });

  test("the trace's key changes with network, precision, data and choice of utterances", () => {
    const key = (net = integer, utterances = Uint32Array.of(1, 2), hash = samples.hash): string =>
      runFunctional(net, { ...samples, hash }, { utterances, traced: Uint32Array.of(0) }).trace.key;
    const keys = [
      key(),
      key(quantise(network, { ...USUAL, lutBits: 7 })),
      key(integer, Uint32Array.of(2, 1)),
      key(integer, Uint32Array.of(1, 2), "other"),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(key()).toBe(keys[0]);
  });

  test("a frame task scores frame t with the label of frame t minus the delay, and does not score the first frames", () => {
    const delayed: Network = { ...network, task: "frames", outputDelayFrames: 3 };
    const frames = randomSamples(4, delayed, 6, 20);
    const integerFrames = quantise(delayed, WIDE);
    const run = runFunctional(integerFrames, frames, { utterances: everyone(6), traced: none });
    const float = evaluateFloat(delayed, frames);
    expect(run.scored).toBe(float.scored);
    expect(Math.abs(run.correct - float.correct)).toBeLessThanOrEqual(2);
  });

  test("samples of another shape, and utterances that do not exist, are refused", () => {
    const run = (change: object, utterances = Uint32Array.of(0)): unknown =>
      runFunctional(integer, { ...samples, ...change }, { utterances, traced: none });
    expect(() => run({ inputs: 13 })).toThrow(InputError);
    expect(() => run({ classes: 7 })).toThrow(/has labels of 7 classes, the network .* outputs/);
    expect(() => run({}, Uint32Array.of(8))).toThrow(/utterance 8 asked, 8 there/);
  });
});
