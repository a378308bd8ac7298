/** Kernels of Parzen estimators: what they draw, and the density that they give it. */
import { expect, test } from "vitest";
import { exp } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { type Axis, Mixture } from "../../../sweeps/samplers/parzen-mixture.js";

const FINE: Axis = { levels: 1_000_000, ordered: true };
const at = (...x: number[]): Float64Array => Float64Array.from(x);

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
