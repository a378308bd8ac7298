/** The kernels' spike quantiser against the written-out formula, and the rules of its range. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { createEngine } from "../../../training/fused/kernels.js";
import { Firing } from "../../../training/fused/spikes.js";
import { createRange, rangeOf, updateRange } from "../../../training/quantiser.js";

const SEED = 77;

/** Runs steps of `count` increments through the kernel; returns membranes and spikes of every step. */
function run(increments: readonly Float32Array[], bits: number, theta: number, range: number) {
  const engine = createEngine();
  const tracker = createRange(range);
  const firing = new Firing(engine, { bits, theta, thetaLearned: false, tracker });
  const count = increments[0].length;
  const a = increments.map(() => engine.allocate(count));
  const o = increments.map(() => engine.allocate(count));
  increments.forEach((h, t) => {
    const at = engine.put(h);
    firing.step(count, at, t === 0 ? 0 : a[t - 1], t === 0 ? 0 : o[t - 1], a[t], o[t]);
  });
  const read = (pointers: readonly number[]): Float32Array[] => pointers.map((p) => engine.floats(p, count).slice());
  return { membranes: read(a), spikes: read(o), extremes: firing.extremes(), tracker };
}

test.each([
  [6, 3],
  [5, 0],
  [3, 0],
  [8, 15],
])("%i bits, theta %i: payload is trunc(scale clamp(a)), at most n - 1, and zero up to theta", (bits, theta) => {
  const rng = createRng(SEED, `quantise/${bits}`);
  const range = 1.7;
  const values = Float32Array.from({ length: 4000 }, () => 2 * range * (2 * rng.float() - 1));
  const { spikes } = run([values], bits, theta, range);
  const n = 2 ** (bits - 1);
  const scale = Math.fround((n * (1 - 1e-4)) / range);
  let fired = 0;
  values.forEach((v, i) => {
    const q = Math.round(spikes[0][i] * scale);
    const drawn = Math.trunc(scale * Math.max(-range, Math.min(range, v)));
    const wanted = Math.abs(drawn) <= theta ? 0 : drawn;
    const isWhole = Math.abs(spikes[0][i] * scale - q) < 5e-5;
    if (!isWhole || q !== wanted || Math.abs(q) > n - 1) expect.fail(`${v}: sent ${spikes[0][i] * scale}, expected ${wanted}`);
    if (q !== 0) fired++;
  });
  expect(fired).toBeGreaterThan(1000);
});

test("soft reset loses nothing: the sum of the inputs equals the sent payloads plus the remaining membrane", () => {
  const rng = createRng(SEED, "reset");
  const increments = Array.from({ length: 50 }, () => Float32Array.from({ length: 8 }, () => 0.3 * rng.normal()));
  const { membranes, spikes } = run(increments, 6, 3, 1);
  for (let k = 0; k < 8; k++) {
    const sent = spikes.reduce((sum, o) => sum + o[k], 0);
    const left = membranes[49][k] - spikes[49][k];
    expect(sent + left).toBeCloseTo(
      increments.reduce((sum, h) => sum + h[k], 0),
      4,
    );
  }
});

test("with 32 bits there is no quantisation: the whole membrane is sent", () => {
  const values = Float32Array.from([0.1, -5, 1e-7, 3]);
  expect(run([values], 32, 3, 1).spikes[0]).toEqual(values);
});

test("the first batch bootstraps with the running extreme, so its largest value is sent as n - 1", () => {
  const { spikes, extremes } = run([Float32Array.from([0, 0, 0, 0]), Float32Array.from([0.5, -2, 0.1, 0])], 6, 0, 0);
  expect([...spikes[0]]).toEqual([0, 0, 0, 0]);
  expect(spikes[1][1] * ((32 * (1 - 1e-4)) / 2)).toBeCloseTo(-31, 4);
  expect([...extremes]).toEqual([-2, 0.5]);
});

test("the range is a bias-corrected moving average of the extremes, momentum 0.1", () => {
  const tracker = createRange(0);
  expect(rangeOf(tracker)).toBe(0);
  updateRange(tracker, -1, 4);
  expect(rangeOf(tracker)).toBeCloseTo(4, 6);
  updateRange(tracker, -9, 2);
  const low = 0.09 * -1 + 0.1 * -9;
  const high = 0.09 * 4 + 0.1 * 2;
  expect(rangeOf(tracker)).toBeCloseTo(Math.max(-low, high) / (1 - 0.81), 6);
});

test("a fixed range never moves, and no range moves while a batch runs", () => {
  const rng = createRng(SEED, "frozen");
  const big = [Float32Array.from({ length: 4 }, () => 100 * rng.normal())];
  const fixed = createRange(1.5);
  updateRange(fixed, -9, 9);
  expect(rangeOf(fixed)).toBe(1.5);
  expect(run(big, 6, 3, 0).tracker).toEqual(createRange(0));
});
