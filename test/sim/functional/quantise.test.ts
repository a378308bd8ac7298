import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BatchNorm, type Network, sigmoidTable, stepOf } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { roundHalfAway, shiftRound } from "../../../base/math/rounding.js";
import { quantise, requantiser } from "../../../sim/functional/quantise.js";
import { createReference } from "../../oracles/spiking-reference.js";
import { type NetworkShape, randomNetwork, USUAL } from "./random-network.js";

const shape: NetworkShape = { system: "rec-v2", inputs: 6, neurons: [5, 4], classes: 3, bits: 6, theta: 3, fill: 1, gain: 1 };

describe("rounding", () => {
  test.each([
    [0.5, 1],
    [-0.5, -1],
    [1.5, 2],
    [-1.5, -2],
    [2.4999, 2],
    [-2.4999, -2],
    [0, 0],
  ])("%d goes to %d: halves away from zero", (value, rounded) => {
    expect(roundHalfAway(value) + 0).toBe(rounded);
  });

  test("shiftRound equals exact rational rounding by big integers over the whole range it is used in", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 40 }), (raw, shift) => {
        const value = Math.trunc(raw / 2);
        const size = BigInt(Math.abs(value));
        const half = shift === 0 ? 0n : 1n << BigInt(shift - 1);
        const expected = Number((size + half) >> BigInt(shift)) * Math.sign(value);
        expect(shiftRound(value, shift) + 0).toBe(expected + 0);
      }),
      { numRuns: 2_000, seed: 11 },
    );
  });
});

describe("sigmoid table", () => {
  test.each([
    [4, 4],
    [8, 8],
    [10, 12],
    [12, 15],
  ])("2^%i entries of %i bits are half at 0, symmetric, never falling, and within half a unit of the sigmoid", (lutBits, gateBits) => {
    const table = sigmoidTable(lutBits, gateBits);
    const middle = table.length / 2;
    expect(table[middle]).toBe(2 ** (gateBits - 1));
    for (let i = 1; i < table.length; i++) {
      expect(table[i]).toBeGreaterThanOrEqual(table[i - 1]);
      const sigma = 1 / (1 + Math.exp(-((i - middle) * 16) / table.length));
      const error = Math.abs(table[i] / 2 ** gateBits - sigma) * 2 ** gateBits;
      expect(error).toBeLessThanOrEqual(table[i] === 2 ** gateBits - 1 ? 1 : 0.5);
      if (table[i] < 2 ** gateBits - 1) expect(Math.abs(table[i] + table[table.length - i] - 2 ** gateBits)).toBeLessThanOrEqual(1);
    }
  });
});

const none = (count: number): BatchNorm => ({
  gamma: new Float32Array(count).fill(1),
  beta: new Float32Array(count),
  mean: new Float32Array(count),
  variance: new Float32Array(count).fill(1),
  epsilon: 0,
});

describe("quantise", () => {
  test("each row has one step for W and U: its largest weight, with the spikes' scale folded in, becomes 2^(bits-1) - 1", () => {
    const network = randomNetwork(5, shape);
    for (const weightBits of [2, 4, 8, 16]) {
      const integer = quantise(network, { ...USUAL, weightBits });
      const layer = integer.layers[1];
      const source = network.layers[1];
      for (const [g, gate] of layer.gates.entries()) {
        const { inputNorm, inputWeights, recurrentWeights } = source.gates[g];
        for (let row = 0; row < layer.neurons; row++) {
          const scale = inputNorm.gamma[row] / Math.sqrt(inputNorm.variance[row] + inputNorm.epsilon);
          const w = [...inputWeights.subarray(row * 5, row * 5 + 5)].map((x) => x * scale * stepOf(network.layers[0].quantiser!));
          const u = [...recurrentWeights!.subarray(row * 4, row * 4 + 4)].map((x) => x * stepOf(source.quantiser!));
          const step = Math.max(...[...w, ...u].map(Math.abs)) / (2 ** (weightBits - 1) - 1);
          expect(gate.weightStep[row]).toBeCloseTo(step, 12);
          const integers = [...gate.inputWeights.subarray(row * 5, row * 5 + 5), ...gate.recurrentWeights!.subarray(row * 4, row * 4 + 4)];
          expect(Math.max(...integers.map(Math.abs))).toBe(2 ** (weightBits - 1) - 1);
          for (const [i, real] of [...w, ...u].entries()) expect(Math.abs(integers[i] * step - real)).toBeLessThanOrEqual(step * 0.5001);
        }
      }
    }
  });

  test.each([2, 3, 4, 8])("weight_scale mse: no step of a fine grid of clips has a smaller squared error, %i bits", (weightBits) => {
    const network = randomNetwork("mse", { ...shape, neurons: [40, 30], inputs: 20 });
    const largest = 2 ** (weightBits - 1) - 1;
    const max = quantise(network, { ...USUAL, weightBits });
    const mse = quantise(network, { ...USUAL, weightBits, weightScale: "mse" });
    const { inputNorm, inputWeights, recurrentWeights } = network.layers[1].gates[0];
    const error = (real: readonly number[], step: number): number =>
      real.reduce((sum, w) => sum + (w - step * Math.max(-largest, Math.min(largest, Math.round(w / step)))) ** 2, 0);
    let clipped = 0;
    for (let row = 0; row < 30; row++) {
      const scale = inputNorm.gamma[row] / Math.sqrt(inputNorm.variance[row] + inputNorm.epsilon);
      const w = [...inputWeights.subarray(row * 40, row * 40 + 40)].map((x) => x * scale * stepOf(network.layers[0].quantiser!));
      const u = [...recurrentWeights!.subarray(row * 30, row * 30 + 30)].map((x) => x * stepOf(network.layers[1].quantiser!));
      const real = [...w, ...u];
      const step = mse.layers[1].gates[0].weightStep[row];
      const grid = Array.from({ length: 69 }, (_, k) => ((0.15 + 0.0125 * k) * Math.max(...real.map(Math.abs))) / largest);
      expect(error(real, step)).toBeLessThanOrEqual(Math.min(...grid.map((s) => error(real, s))) * (1 + 1e-12));
      if (step < max.layers[1].gates[0].weightStep[row]) clipped++;
      const integers = [...mse.layers[1].gates[0].inputWeights.subarray(row * 40, row * 40 + 40)];
      expect(Math.max(...integers.map(Math.abs))).toBeLessThanOrEqual(largest);
      for (const [i, q] of integers.entries())
        expect(Math.abs(q - Math.max(-largest, Math.min(largest, w[i] / step)))).toBeLessThanOrEqual(0.500001);
    }
    expect(clipped).toBeGreaterThan(weightBits < 8 ? 20 : 0);
    expect([mse.key === max.key, quantise(network, { ...USUAL, weightBits, weightScale: "max" }).key]).toEqual([false, max.key]);
  });

  test("weight_scale mse: a dead row stays 0", () => {
    const network = randomNetwork(6, shape);
    network.readout.weights.fill(0, 0, 4);
    const { weights, requantiser: by } = quantise(network, { ...USUAL, weightScale: "mse" }).readout;
    expect([...weights.subarray(0, 4), by.multiplier[0]]).toEqual([0, 0, 0, 0, 0]);
  });

  test("pre-activations of the integer form equal the float form to 1 part in 2^14 of the largest row, bias to half a unit", () => {
    const step = Float64Array.from([0.013, 0.0004, 0.00731]);
    const bias = Float64Array.from([0.7, -3.2, 0]);
    const { multiplier, bias: integerBias, shift } = requantiser(step, bias, 1 / 512);
    for (const acc of [-5000, -1, 0, 77, 32000]) {
      for (let row = 0; row < 3; row++) {
        const real = (acc * step[row] + bias[row]) * 512;
        const integer = shiftRound(acc * multiplier[row] + integerBias[row], shift);
        expect(Math.abs(integer - real)).toBeLessThanOrEqual(0.5 + Math.abs(acc) * 2 ** -(shift + 1) + 1e-9);
      }
    }
    expect(Math.max(...multiplier)).toBeGreaterThanOrEqual(2 ** 15);
  });

  test("a state unit is the quantiser's step / 2^state_fraction_bits, and a payload of 1 stands for M / (n (1 - 1e-4))", () => {
    const network = randomNetwork(5, shape);
    const integer = quantise(network, { ...USUAL, stateFractionBits: 7 });
    const { range, bits } = network.layers[0].quantiser!;
    const step = range / (2 ** (bits - 1) * (1 - 1e-4));
    expect(integer.layers[0].quantiser).toEqual({ stateBits: 16, shift: 7, theta: 3, limit: 31, unit: step / 128 });
  });

  test("a dead row (all weights 0) stays 0 and has only its bias", () => {
    const network = randomNetwork(6, shape);
    const gate = network.layers[0].gates[1];
    gate.inputWeights.fill(0, 0, 6);
    gate.recurrentWeights!.fill(0, 0, 5);
    const integer = quantise(network, USUAL).layers[0].gates[1];
    expect([...integer.inputWeights.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(integer.weightStep[0]).toBe(0);
    expect(integer.requantiser.multiplier[0]).toBe(0);
  });

  test("the key changes with every weight and every width, and with nothing else", () => {
    const key = (network: Network, weightBits = 8): string => quantise(network, { ...USUAL, weightBits }).key;
    expect(key(randomNetwork(5, shape))).toBe(key(randomNetwork(5, shape)));
    expect(key(randomNetwork(5, shape), 7)).not.toBe(key(randomNetwork(5, shape)));
    const changed = randomNetwork(5, shape);
    changed.readout.weights[0] += 1;
    expect(key(changed)).not.toBe(key(randomNetwork(5, shape)));
  });

  test("spikes without integer payloads and widths out of range are refused with what was found and expected", () => {
    const network = randomNetwork(5, shape);
    const unquantised = { ...network, layers: network.layers.map((layer) => ({ ...layer, quantiser: { bits: 32, theta: 0, range: 1 } })) };
    expect(() => quantise(unquantised, USUAL)).toThrow(InputError);
    expect(() => quantise(network, { ...USUAL, accumulatorBits: 40 })).toThrow(
      /accumulator_bits: got 40, expected a whole number from 12 to 32/,
    );
    expect(() => quantise({ ...network, encoder: null }, USUAL)).toThrow(/input has no spike quantiser/);
  });

  test("by hand: W = 2 and payload 5 give c = 2 × 5 spike steps, of which z = 1/2 takes half", () => {
    // Step 1 everywhere (bits 6, range 32 (1 - 1e-4)); no batch norm; z's weights are 0, so z = 1/2.
    const q = { bits: 6, theta: 0, range: 32 * (1 - 1e-4) };
    const network: Network = {
      name: "one",
      system: "rec-v1",
      inputs: 1,
      classes: 1,
      task: "sequence",
      outputDelayFrames: 0,
      encoder: q,
      layers: [
        {
          neurons: 1,
          inputs: 1,
          quantiser: q,
          perNeuron: {},
          gates: [
            { name: "z", inputWeights: Float32Array.of(0), inputNorm: none(1), recurrentWeights: null },
            { name: "c", inputWeights: Float32Array.of(2), inputNorm: none(1), recurrentWeights: null },
          ],
        },
      ],
      readout: { weights: Float32Array.of(0.25), norm: none(1) },
    };
    const integer = quantise(network, USUAL);
    // The input is 5.25 steps: the encoder sends 5 and keeps 0.25. h = 0 + (10 - 0) / 2 = 5; a = 5: sends 5. Score 5 *
    // 0.25.
    const run = createReference(integer).run(Int32Array.of(5.25 * 256, 0));
    expect([...run.payload.subarray(0, 2)]).toEqual([5, 5]);
    expect(run.scores[0]).toBe(1.25 * 256);
    // next step without input: c = 0, h = 2.5; a = 2.5: sends 2
    expect([...run.payload]).toEqual([5, 5, 2]);
    expect(run.scores[1]).toBe(0.5 * 256);
  });
});
