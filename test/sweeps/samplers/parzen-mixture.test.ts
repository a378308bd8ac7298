/** Kernels of Parzen estimators: what they draw, and the density that they give it. */
import { expect, test } from "vitest";
import { exp } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { type Axis, Mixture } from "../../../sweeps/samplers/parzen-mixture.js";

const FINE: Axis = { levels: 1_000_000, ordered: true };
const at = (...x: number[]): Float64Array => Float64Array.from(x);

/** Shares of kernels over the parts of an axis, added up step by step without a distribution function. */
const bell = (centre: number, width: number, parts: number): number[] => {
  const steps = 100;
  const part = (i: number): number =>
    Array.from({ length: steps }, (_, s) => exp(-((((i + (s + 0.5) / steps) / parts - centre) / width) ** 2) / 2)).reduce((a, b) => a + b);
  const all = Array.from({ length: parts }, (_, i) => part(i));
  const sum = all.reduce((a, b) => a + b);
  return all.map((share) => share / sum);
};

test("positions are drawn from the density that scores them: normal on ordered axes, Aitchison and Aitken's on others", () => {
  const LEVELS = [5, 4];
  const BINS = 8; // of the line
  const cells = LEVELS[0] * LEVELS[1] * BINS;
  const centres = [at(0.03, 0.02, 0.1), at(0.55, 0.3, 0.95), at(0.79, 0.99, 0.4)]; // none in the middle of its levels
  const axes: Axis[] = [
    { levels: LEVELS[0], ordered: true },
    { levels: LEVELS[1], ordered: false },
    { levels: null, ordered: true },
  ];
  const mixture = new Mixture(centres, axes, 0.15);
  const width = 0.15 * 3 ** (-1 / 7); // Scott's rule for three points in three dimensions
  const factors = centres.map(([a, b, c]) => [
    bell((Math.floor(a * LEVELS[0]) + 0.5) / LEVELS[0], width, LEVELS[0]),
    Array.from({ length: LEVELS[1] }, (_, level) => (level === Math.floor(b * LEVELS[1]) ? 1 - 2 * width : (2 * width) / (LEVELS[1] - 1))),
    bell(c, width, BINS),
  ]);
  const places = Array.from({ length: cells }, (_, cell) => [
    Math.floor(cell / BINS / LEVELS[1]),
    Math.floor(cell / BINS) % LEVELS[1],
    cell % BINS,
  ]);
  const shares = places.map(
    (place) => factors.reduce((sum, of) => sum + of.reduce((product, f, d) => product * f[place[d]], 1), 1 / cells) / 4,
  );
  const steps = 16;
  for (const [cell, [a, b, c]] of places.entries()) {
    const line = Array.from({ length: steps }, (_, s) =>
      exp(mixture.logDensity(at((a + 0.5) / LEVELS[0], (b + 0.5) / LEVELS[1], (c + (s + 0.5) / steps) / BINS))),
    );
    expect(line.reduce((x, y) => x + y) / steps / cells / shares[cell]).toBeCloseTo(1, 3);
  }
  const rng = createRng(5, "draws");
  const draws = 30_000;
  const counts = new Float64Array(cells);
  for (let i = 0; i < draws; i++) {
    const [a, b, c] = mixture.draw(rng);
    counts[(Math.floor(a * LEVELS[0]) * LEVELS[1] + Math.floor(b * LEVELS[1])) * BINS + Math.floor(c * BINS)]++;
  }
  const chiSquare = counts.reduce((sum, count, cell) => sum + (count - draws * shares[cell]) ** 2 / (draws * shares[cell]), 0);
  expect(Math.abs(chiSquare - (cells - 1))).toBeLessThan(5 * Math.sqrt(2 * (cells - 1))); // five deviations
});

test("levels that are finer than any kernel are as continuous: one density, one draw, and no table of a million levels", () => {
  const rng = createRng(1, "fine");
  const centres = Array.from({ length: 40 }, () => at(rng.float(), rng.float()));
  const begin = process.cpuUsage();
  const fine = new Mixture(centres, [FINE, FINE], 0.3);
  const draws = Array.from({ length: 100 }, () => fine.draw(createRng(2, "draw")));
  const densities = draws.map((x) => fine.logDensity(x));
  expect(process.cpuUsage(begin).user).toBeLessThan(200_000); // microseconds; the tables took 500,000
  const real = new Mixture(
    centres,
    [
      { levels: null, ordered: true },
      { ...FINE, levels: null },
    ],
    0.3,
  );
  expect(draws.map((x) => real.logDensity(x))).toEqual(densities);
  expect(real.draw(createRng(3, "draw"))).toEqual(fine.draw(createRng(3, "draw")));
});

test("the density over 4,096 levels is that of the next finer axis, within 1 % on average", () => {
  const rng = createRng(4, "fine");
  const centres = Array.from({ length: 30 }, () => at(rng.float()));
  const [told, continuous] = [4096, 4097].map((levels) => new Mixture(centres, [{ levels, ordered: true }], 0.3));
  const ratios = Array.from({ length: 1000 }, (_, i) => exp(told.logDensity(at(i / 1000)) - continuous.logDensity(at(i / 1000))));
  for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
  expect(Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length - 1)).toBeLessThan(0.01);
});
