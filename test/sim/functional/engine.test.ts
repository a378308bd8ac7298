import fc from "fast-check";
import { expect, test } from "vitest";
import { leaksOf, type Precision } from "../../../arch/index.js";
import { createEngine } from "../../../sim/functional/engine.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import type { IntegerNetwork } from "../../../sim/functional/integer-network.js";
import { quantise, quantiseLayers } from "../../../sim/functional/quantise.js";
import type { UtteranceEngine, UtteranceRun } from "../../../sim/functional/utterance.js";
import { cases } from "../../cases.js";
import { createReference } from "../../oracles/spiking-reference.js";
import { type NetworkShape, ownOf, randomFeatures, randomNetwork, type SpikingSystem, USUAL } from "./random-network.js";

const shapes: fc.Arbitrary<NetworkShape> = fc
  .record({
    system: fc.constantFrom<SpikingSystem>("lif", "alif", "rec-v1", "rec-v2"),
    inputs: fc.integer({ min: 1, max: 9 }),
    neurons: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
    classes: fc.integer({ min: 1, max: 5 }),
    bits: fc.integer({ min: 1, max: 8 }),
    theta: fc.integer({ min: 0, max: 3 }),
    fill: fc.constantFrom(0.05, 0.4, 1),
    gain: fc.constantFrom(0.3, 1, 4),
  })
  .map((shape) => ({ ...shape, theta: Math.min(shape.theta, Math.max(0, 2 ** (shape.bits - 1) - 2)) }));

const precisions: fc.Arbitrary<Precision> = fc
  .record({
    integers: fc.constant<"quantised">("quantised"),
    layers: fc.constant({}),
    weightScale: fc.constantFrom<"max" | "mse">("max", "mse"),
    weightBits: fc.integer({ min: 2, max: 16 }),
    stateBits: fc.integer({ min: 8, max: 24 }),
    stateFractionBits: fc.integer({ min: 0, max: 14 }),
    accumulatorBits: fc.oneof(fc.integer({ min: 12, max: 32 }), fc.constantFrom(12, 13, 30, 31, 32)),
    accumulatorOverflow: fc.constantFrom<"saturate" | "wrap">("saturate", "wrap"),
    lutBits: fc.integer({ min: 2, max: 12 }),
    gateBits: fc.integer({ min: 2, max: 15 }),
    leak: fc.constantFrom<Precision["leak"]>("multiplier", "shift", "truncate"),
    spikeBits: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 8 })),
  })
  // room for the least spike, which is above theta: 3 as drawn, 126 in spikes of 8 bits
  .map((drawn) => ({
    ...drawn,
    stateFractionBits: Math.min(drawn.stateFractionBits, drawn.stateBits - (drawn.spikeBits === null ? 4 : 8)),
  }));

function same(a: UtteranceRun, b: UtteranceRun): boolean {
  const bytes = (run: UtteranceRun): Buffer =>
    Buffer.concat(
      [run.eventStart, run.neuron, run.payload, run.scores, run.membraneUpdates!].map((x) =>
        Buffer.from(x.buffer, x.byteOffset, x.byteLength),
      ),
    );
  return (
    a.steps === b.steps &&
    a.accumulatorOverflows === b.accumulatorOverflows &&
    a.stateSaturations === b.stateSaturations &&
    bytes(a).equals(bytes(b))
  );
}

function agree(network: IntegerNetwork, engines: readonly UtteranceEngine[], features: Float32Array): UtteranceRun {
  const inputs = new Int32Array(features.length);
  toStateUnits(network, features, inputs);
  const expected = createReference(network).run(inputs);
  for (const engine of engines) {
    const run = engine.run(inputs);
    // bytes first, because the detailed comparison is slow and only needed if something differs
    if (!same(run, expected)) expect(run).toEqual(expected);
  }
  return expected;
}

test(`the fast engine equals the reference bit for bit on ${cases(268)} random cases: networks, each at 4 precisions with inputs of their own`, {
  tags: ["slow"],
  timeout: 900_000,
}, () => {
  let overflowing = 0;
  let saturating = 0;
  let spiking = 0;
  let shifting = 0;
  let adapting = 0;
  const storage = fc.constantFrom("auto", "dense", "sparse");
  const own = fc.array(fc.option(precisions, { freq: 4 }), { minLength: 5, maxLength: 5 });
  const four = fc.array(fc.record({ precision: precisions, own, seed: fc.integer(), storage }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(shapes, fc.integer(), four, (shape, networkSeed, drawn) => {
      const float = randomNetwork(networkSeed, shape);
      const leaks = float.layers.some((layer) => leaksOf(float.system, layer) > 0);
      for (const { precision, own, seed, storage } of drawn) {
        // a shift is refused if nothing leaks
        const network = quantiseLayers(float, leaks ? precision : { ...precision, leak: "multiplier" }, ownOf(float, own));
        if (leaks && precision.leak === "shift") shifting++;
        if (network.layers.some(({ perNeuron }) => perNeuron[2] != null)) adapting++;
        const run = agree(network, [createEngine(network, storage)], randomFeatures(seed, shape.inputs * 4, 2));
        if (run.accumulatorOverflows > 0) overflowing++;
        if (run.stateSaturations > 0) saturating++;
        if (run.payload.length > 0) spiking++;
      }
    }),
    { numRuns: cases(268) / 4, verbose: 0, seed: 20260 },
  );
  console.log(
    `seed 20260: ${overflowing} cases overflow an accumulator, ${saturating} saturate a state, ${spiking} spike, ${shifting} leak by shift, ${adapting} adapt their threshold`,
  );
  expect(shifting).toBeGreaterThan(cases(20));
  expect(adapting).toBeGreaterThan(cases(40));
  expect(overflowing).toBeGreaterThan(cases(20));
  expect(saturating).toBeGreaterThan(cases(20));
  expect(spiking).toBeGreaterThan(cases(200));
});

const wide: NetworkShape = {
  system: "rec-v2",
  inputs: 70,
  neurons: [90, 53],
  classes: 11,
  bits: 8,
  theta: 0,
  fill: 1,
  gain: 2,
};

test.each([
  [8, 12, "saturate"],
  [8, 12, "wrap"],
  [8, 16, "saturate"],
  [8, 32, "saturate"],
  [16, 20, "saturate"],
  [16, 24, "wrap"],
  [16, 32, "saturate"],
  [2, 12, "saturate"],
] as const)(
  "layers wider than a SIMD block agree: %i-bit weights, %i-bit accumulators, %s",
  (weightBits, accumulatorBits, accumulatorOverflow) => {
    const network = quantise(randomNetwork(7, wide), { ...USUAL, weightBits, accumulatorBits, accumulatorOverflow });
    const run = agree(network, [createEngine(network, "dense"), createEngine(network, "sparse")], randomFeatures(7, 70 * 25, 3));
    if (accumulatorBits === 12 && weightBits === 8) expect(run.accumulatorOverflows).toBeGreaterThan(1_000);
    if (accumulatorBits === 32) expect(run.accumulatorOverflows).toBe(0);
  },
);

test.each([3, 8])(
  "weights beyond the cache, whose rows are streamed a few events at a time, agree: %i-bit spikes",
  { tags: ["long"], timeout: 300_000 },
  (bits) => {
    const network = quantise(randomNetwork(8, { ...wide, inputs: 900, neurons: [500], bits, gain: 1 }), USUAL);
    const run = agree(network, [createEngine(network, "dense")], randomFeatures(8, 900 * 4, 3));
    expect(run.payload.length).toBeGreaterThan(1_000);
  },
);

test("an engine keeps nothing between utterances, and the chunks of a long one equal a single run", () => {
  const shape: NetworkShape = { ...wide, neurons: [70, 30], inputs: 40, fill: 0.3 };
  const network = quantise(randomNetwork(3, shape), USUAL);
  const engine = createEngine(network);
  const steps = 256 + 5;
  const inputs = new Int32Array(steps * 40);
  toStateUnits(network, randomFeatures(5, inputs.length, 2), inputs);
  const whole = engine.run(inputs);
  expect(engine.run(inputs)).toEqual(whole);
  const reference = createReference(network).run(inputs.subarray(0, 40 * 3));
  const short = engine.run(inputs.subarray(0, 40 * 3));
  expect(short).toEqual(reference);
  expect(whole.scores.subarray(0, short.scores.length)).toEqual(short.scores);
  expect(whole.eventStart.length).toBe(steps * 4 + 1);
});
