/** Sobol points against SciPy's (unscrambled), and the evenness that scrambling must keep. */
import { expect, test } from "vitest";
import { SobolSequence } from "../../../sweeps/samplers/sobol.js";

test("the unscrambled sequence is SciPy's: points 0 to 7 in 8 dimensions, and point 777 of 64", () => {
  const sequence = new SobolSequence(8, null);
  const rows = Array.from({ length: 8 }, () => Array.from(sequence.next()));
  // scipy.stats.qmc.Sobol(d=8, scramble=False).random(8), SciPy 1.17.1
  expect(rows).toEqual([
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75],
    [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25],
    [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875],
    [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375],
    [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125],
    [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625],
  ]);
  const wide = new SobolSequence(64, null);
  let point = wide.next();
  for (let i = 0; i < 777; i++) point = wide.next();
  expect([point[0], point[5], point[20], point[63]]).toEqual([0.6923828125, 0.3564453125, 0.2373046875, 0.4267578125]);
});

test.each([1, 2, 3, 4, 5])(
  "scrambled with seed %i: every dimension has one point in each of 256 equal cells, pairs fill 16 x 16",
  (seed) => {
    const dimensions = 2;
    const sequence = new SobolSequence(dimensions, seed);
    const points = Array.from({ length: 256 }, () => sequence.next());
    for (let d = 0; d < dimensions; d++) expect(new Set(points.map((p) => Math.floor(p[d] * 256))).size).toBe(256);
    expect(new Set(points.map((p) => Math.floor(p[0] * 16) * 16 + Math.floor(p[1] * 16))).size).toBe(256);
  },
);

test("more than 64 parameters are refused", () => {
  expect(() => new SobolSequence(65, 1)).toThrow(/at most 64/);
});
