/** The adaptive cell in integers, compared with its equations in big integers; and its costs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { cellOf, elementMultiplies, type Network, type Precision, topologyOf } from "../../../arch/index.js";
import { createEngine } from "../../../sim/functional/engine.js";
import type { IntegerNetwork, IntegerQuantiser, Requantiser } from "../../../sim/functional/integer-network.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { storageBits } from "../../../sim/functional/storage.js";
import { cases } from "../../cases.js";
import { createReference } from "../../oracles/spiking-reference.js";
import { type NetworkShape, randomFeatures, randomNetwork, USUAL, WIDE } from "./random-network.js";

const SEED = 20270;

/** x / 2^shift, rounded to nearest, halves away from zero. */
const nearest = (x: bigint, shift: number): bigint => {
  const half = shift === 0 ? 0n : 1n << BigInt(shift - 1);
  return x < 0n ? -((-x + half) >> BigInt(shift)) : (x + half) >> BigInt(shift);
};
const size = (x: bigint): bigint => (x < 0n ? -x : x);

/** What the draw has reached. */
interface Reached {
  spikes: number;
  /** Number of spikes that the adaptation made smaller, or prevented. */
  held: number;
  saturations: number;
}

/**
 * Spikes [step][population] as [neuron, payload], from the equations: one neuron and one weight after the other, with
 * unbounded accumulators.
 */
function slow(network: IntegerNetwork, inputs: Int32Array, reached: Reached): [number, number][][][] {
  const { precision, layers } = network;
  const most = (1n << BigInt(layers[0].quantiser.stateBits - 1)) - 1n;
  const clamped = (x: bigint): bigint => {
    const kept = x > most ? most : x < -most - 1n ? -most - 1n : x;
    if (kept !== x) reached.saturations++;
    return kept;
  };
  const leaked = (x: bigint, rate: number | undefined): bigint => {
    if (rate === undefined) return x;
    if (precision.leak === "multiplier") return nearest(BigInt(rate) * x, precision.gateBits);
    return x - (x < 0n ? -(size(x) >> BigInt(rate)) : x >> BigInt(rate));
  };
  const payloadOf = ({ shift, limit, theta }: IntegerQuantiser, a: bigint, b: bigint): bigint => {
    const above = size(a) > b ? size(a) - b : 0n;
    const q = above >> BigInt(shift);
    const sent = q > BigInt(limit) ? BigInt(limit) : q;
    return sent > BigInt(theta) ? (a < 0n ? -sent : sent) : 0n;
  };
  const requantised = ({ multiplier, bias, shift }: Requantiser, row: number, sum: bigint): bigint =>
    nearest(sum * BigInt(multiplier[row]) + BigInt(bias[row]), shift);
  const encoder = new Array<bigint>(network.inputs).fill(0n);
  const states = layers.map(({ neurons }) => Array.from({ length: neurons }, () => ({ a: 0n, b: 0n })));
  let last: [number, number][][] = layers.map(() => []);
  const all: [number, number][][][] = [];
  for (let step = 0; step < inputs.length / network.inputs; step++) {
    const sent: [number, number][][] = [[]];
    for (const [i, before] of encoder.entries()) {
      const a = clamped(before + BigInt(inputs[step * network.inputs + i]));
      const q = payloadOf(network.encoder, a, 0n);
      encoder[i] = a - (q << BigInt(network.encoder.shift));
      if (q !== 0n) sent[0].push([i, Number(q)]);
    }
    for (const [l, layer] of layers.entries()) {
      const [gate] = layer.gates;
      const [tau, rho, jump] = layer.perNeuron;
      const fired: [number, number][] = [];
      for (const [n, state] of states[l].entries()) {
        let sum = 0n;
        for (const [i, q] of sent[l]) sum += BigInt(gate.inputWeights[n * layer.inputs + i] * q);
        for (const [i, q] of last[l]) sum += BigInt(gate.recurrentWeights![n * layer.neurons + i] * q);
        const a = clamped(leaked(state.a, tau?.[n]) + requantised(gate.requantiser, n, sum));
        const q = payloadOf(layer.quantiser, a, state.b);
        if (q !== payloadOf(layer.quantiser, a, 0n)) reached.held++;
        if (q !== 0n) fired.push([n, Number(q)]);
        states[l][n] = {
          a: a - (q << BigInt(layer.quantiser.shift)),
          b: clamped(leaked(state.b, rho?.[n]) + BigInt(jump?.[n] ?? 0) * size(q)),
        };
        reached.spikes += q === 0n ? 0 : 1;
      }
      sent.push(fired);
    }
    last = sent.slice(1);
    all.push(sent);
  }
  return all;
}

const shapes: fc.Arbitrary<NetworkShape> = fc.record({
  system: fc.constant("alif" as const),
  inputs: fc.integer({ min: 1, max: 6 }),
  neurons: fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 2 }),
  classes: fc.constant(2),
  bits: fc.integer({ min: 1, max: 8 }),
  theta: fc.constant(0),
  fill: fc.constantFrom(0.4, 1),
  gain: fc.constantFrom(1, 4),
});
const widths = fc
  .record({
    stateBits: fc.integer({ min: 8, max: 24 }),
    stateFractionBits: fc.integer({ min: 0, max: 12 }),
    gateBits: fc.integer({ min: 2, max: 15 }),
    leak: fc.constantFrom<Precision["leak"]>("multiplier", "shift"),
  })
  .map((drawn) => ({ ...drawn, stateFractionBits: Math.min(drawn.stateFractionBits, drawn.stateBits - 2) }));

test(`the adaptive cell equals its equations in big integers, in the reference and in the fast engine, on ${cases(134)} random networks`, () => {
  const reached: Reached = { spikes: 0, held: 0, saturations: 0 };
  let shifts = 0;
  fc.assert(
    fc.property(shapes, widths, fc.integer(), (shape, own, seed) => {
      const float = randomNetwork(seed, shape);
      const leaks = topologyOf(float, USUAL).populations.some(({ update }) => update.multiplies > 3);
      const network = quantise(float, { ...USUAL, ...own, accumulatorBits: 32, leak: leaks ? own.leak : "multiplier" });
      if (leaks && own.leak === "shift") shifts++;
      const inputs = Int32Array.from(randomFeatures(seed, shape.inputs * 8, 2), (x) => Math.round(x / network.encoder.unit));
      const want = slow(network, inputs, reached);
      for (const engine of [createReference(network), createEngine(network)]) {
        const { eventStart, neuron, payload } = engine.run(inputs);
        const populations = network.layers.length + 2;
        const got = want.map((_, step) =>
          want[step].map((_, p) => {
            const g = step * populations + p;
            return Array.from({ length: eventStart[g + 1] - eventStart[g] }, (_, e) => [
              neuron[eventStart[g] + e],
              payload[eventStart[g] + e],
            ]);
          }),
        );
        expect(got).toEqual(want);
      }
    }),
    { numRuns: cases(134), seed: SEED },
  );
  console.log(`seed ${SEED}: ${JSON.stringify(reached)}, ${shifts} networks leak by shift`);
  expect(reached.spikes).toBeGreaterThan(3_300);
  expect(reached.held).toBeGreaterThan(1_000);
  expect(reached.saturations).toBeGreaterThan(500);
  expect(shifts).toBeGreaterThan(cases(33));
}, 900_000);

const identity = (n: number) => {
  const of = (value: number): Float32Array => new Float32Array(n).fill(value);
  return { gamma: of(1), beta: of(0), mean: of(0), variance: of(1), epsilon: 1e-12 };
};

test("by hand: each spike of payload 4 raises a neuron's threshold by 2, which then halves; the leak halves what the spike left", () => {
  // The spike step is 1: bits 6, range 32 (1 - 1e-4). The input of 4 per step passes the encoder unchanged.
  const q = { bits: 6, theta: 0, range: 32 * (1 - 1e-4) };
  const gate = { name: "i", inputWeights: Float32Array.of(1), inputNorm: identity(1), recurrentWeights: Float32Array.of(0) };
  const perNeuron = { tau: Float32Array.of(0.5), rho: Float32Array.of(0.5), jump: Float32Array.of(0.5) };
  const network: Network = {
    name: "one",
    system: "alif",
    inputs: 1,
    classes: 1,
    task: "sequence",
    outputDelayFrames: 0,
    encoder: q,
    layers: [{ neurons: 1, inputs: 1, gates: [gate], quantiser: q, perNeuron }],
    readout: { weights: Float32Array.of(1), norm: identity(1) },
  };
  const integer = quantise(network, WIDE);
  const unit = integer.encoder.unit;
  const run = createReference(integer).run(Int32Array.from({ length: 5 }, () => Math.round(4 / unit)));
  const sent = Array.from({ length: 5 }, (_, step) => {
    const g = step * 3 + 1;
    return run.eventStart[g + 1] > run.eventStart[g] ? run.payload[run.eventStart[g]] : 0;
  });
  // a, b: 4, 0 sends 4; 4, 2 sends 2 and leaves 2; 5, 2 sends 3 and leaves 2; 5, 2.5 sends 2 and leaves 3; 5.5, 2.25
  // sends 3.
  expect(sent).toEqual([4, 2, 3, 2, 3]);
});

test("it costs two state words, one accumulator, and a product each for leaks, jump and requantisation", () => {
  const network = randomNetwork(1, { ...SHAPE, system: "alif" });
  const leaky = { ...network, layers: network.layers.map((layer) => ({ ...layer, perNeuron: full(layer.neurons) })) };
  const [, layer] = topologyOf(leaky, USUAL).populations;
  expect([layer.states, layer.accumulators, layer.neurons]).toEqual([2, 1, 6]);
  expect(layer.update).toEqual({ requantises: 1, multiplies: 4, additions: 5, gains: 1, lutReads: 0 });
  expect(topologyOf(leaky, { ...USUAL, leak: "shift" }).populations[1].update).toEqual({
    requantises: 1,
    multiplies: 2,
    additions: 7,
    gains: 1,
    lutReads: 0,
  });
  expect(cellOf("alif").equation(2)).toEqual({ multiplies: 3, additions: 4, lutReads: 0 });
  expect(elementMultiplies("alif", [{ neurons: 6, leaks: 2 }])).toBe(18);
  const bits = (system: "lif" | "alif"): number => {
    const integer = quantise(randomNetwork(1, { ...SHAPE, system }), USUAL);
    return storageBits(integer.topology, integer.precisions);
  };
  // in addition to lif's words: U
  expect(bits("alif") - bits("lif")).toBe(6 * 6 * USUAL.weightBits);
});

const SHAPE: Omit<NetworkShape, "system"> = { inputs: 3, neurons: [6], classes: 2, bits: 6, theta: 0, fill: 1, gain: 1 };
const full = (n: number): Network["layers"][number]["perNeuron"] =>
  Object.fromEntries(cellOf("alif").perNeuron.map(({ name }) => [name, new Float32Array(n).fill(0.5)]));

test("a jump outside its range is refused by name", () => {
  const network = randomNetwork(1, { ...SHAPE, system: "alif" });
  const wild = { ...network, layers: [{ ...network.layers[0], perNeuron: { ...full(6), jump: new Float32Array(6).fill(-1) } }] };
  expect(() => quantise(wild, USUAL)).toThrow(/jump is -1, expected 0 to 4/);
});
