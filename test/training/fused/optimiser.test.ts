import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { createEngine, padded } from "../../../training/fused/kernels.js";
import { meanPenalty } from "../../../training/fused/membrane-penalty.js";
import { KeptArrays } from "../../../training/fused/optimiser.js";

const rng = createRng(3, "optimiser.test");
const LENGTHS = [1, 2, 3, 7, 130];
/** Numbers of every size that gradients have, and some zeros. */
const drawn = (length: number): Float32Array =>
  Float32Array.from({ length }, () => (rng.float() < 0.1 ? 0 : rng.normal() * 10 ** rng.int(-12, 3)));
const STEP = { gain: 0.37, rate: 2.5e-3, correction: 0.0199, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

test("a step of Adam is that of its formulas in double precision, rounded where it is stored, bit for bit", () => {
  const kept = new KeptArrays([...LENGTHS, ...LENGTHS]);
  for (const [k, length] of LENGTHS.entries()) {
    const [values, m, v] = [drawn(length), drawn(length), drawn(length).map(Math.abs)];
    kept.arrays[k].set(m);
    kept.arrays[LENGTHS.length + k].set(v);
    const want = values.slice();
    const { gain, rate, correction, beta1, beta2, epsilon } = STEP;
    for (let step = 0; step < 3; step++) {
      const gradient = drawn(length);
      for (let i = 0; i < length; i++) {
        const g = gradient[i] * gain;
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        want[i] -= (rate * m[i]) / (Math.sqrt(v[i] / correction) + epsilon);
      }
      kept.move(values, gradient, [k, LENGTHS.length + k], STEP);
      expect(values).toEqual(want);
    }
    expect([kept.arrays[k], kept.arrays[LENGTHS.length + k]]).toEqual([m, v]);
  }
});

test("a norm is summed over arrays in their order, and a mean follows, bit for bit", () => {
  const kept = new KeptArrays(LENGTHS);
  const arrays = LENGTHS.map(drawn);
  let sum = 0;
  for (const values of arrays) for (const value of values) sum += value * value;
  expect(kept.norm(arrays)).toBe(Math.sqrt(sum));
  for (const [k, values] of arrays.entries()) {
    const mean = drawn(values.length);
    kept.arrays[k].set(mean);
    kept.follow(k, values, 0.0123);
    expect(kept.arrays[k]).toEqual(mean.map((old, i) => old + 0.0123 * (values[i] - old)));
  }
});

test("the membrane penalty is the mean of u / (1 + u / saturation), in double precision and in order", () => {
  const engine = createEngine();
  const membranes = new Float32Array(padded(37));
  membranes.set(Float32Array.from({ length: 37 }, () => rng.normal()));
  const stored = { pointer: engine.put(membranes), stored: membranes.length };
  const [range, weight] = [2.5, 3];
  for (const saturation of [0.125, 4, Number.POSITIVE_INFINITY]) {
    let sum = 0;
    for (const a of membranes) sum += Math.abs(a) / (1 + Math.abs(a) * (1 / (saturation * range)));
    expect(meanPenalty(engine, { weight, saturation }, stored, range, 37)).toBe((weight * sum) / (range * 37));
  }
});
