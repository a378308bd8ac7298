/**
 * Gaussian process against NumPy, expected improvement against Monte Carlo and hypervolume, and model-based search on a
 * small space like that of a chip.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { nonDominated } from "../../../base/pareto.js";
import { createRng } from "../../../base/rng.js";
import { createSampler, hypervolume, improvement, type PointValues, SAMPLERS, Space } from "../../../sweeps/index.js";
import { ExpectedImprovement, undominatedBoxes } from "../../../sweeps/samplers/expected-improvement.js";
import { fitHyperParameters, GaussianProcess } from "../../../sweeps/samplers/gaussian-process.js";
import { normalCdf } from "../../../sweeps/samplers/normal.js";
import { usualAndLong } from "../../usual.js";
import { list, specOf } from "../fake-study.js";

test("mean, deviation and likelihood equal NumPy's solution of the same equations", () => {
  const inputs = [
    [0.09, 0.24],
    [0.8, 0.58],
    [0.09, 0.43],
    [0.48, 0.16],
    [0.73, 0.11],
    [0.39, 0.52],
  ].map((x) => Float64Array.from(x));
  const process = new GaussianProcess(inputs, [0.493, -0.42, 0.62, 0.701, -0.475, 1.199], [0.3, 0.6], 1e-4);
  const [a, b] = [process.predict(Float64Array.of(0.5, 0.5)), process.predict(Float64Array.of(0.1, 0.9))];
  // numpy.linalg.solve on K = Matern 5/2 + 1e-4 I, NumPy 2.4
  expect(a.mean).toBeCloseTo(0.8641970098984908, 10);
  expect(b.mean).toBeCloseTo(0.7228640584823259, 10);
  expect(a.deviation).toBeCloseTo(0.19271678304301312, 9);
  expect(b.deviation).toBeCloseTo(0.3982673726397286, 9);
  expect(process.logLikelihood).toBeCloseTo(-7.115376756333751, 9);
});

test("the fit finds that a feature without effect has the longest length", () => {
  const rng = createRng(4, "fit");
  const inputs = Array.from({ length: 40 }, () => Float64Array.of(rng.float(), rng.float()));
  const { lengths } = fitHyperParameters(
    inputs,
    inputs.map((x) => Math.sin(6 * x[0])),
    { lengths: [0.6, 0.6], noise: 1e-4 },
  );
  expect(lengths[1]).toBeGreaterThanOrEqual(3);
  expect(lengths[0]).toBeLessThan(1);
});

test("the normal distribution's table values", () => {
  for (const [z, p] of [
    [0, 0.5],
    [1, 0.8413447],
    [-1.959964, 0.025],
    [3, 0.9986501],
  ]) {
    expect(Math.abs(normalCdf(z) - p)).toBeLessThan(2e-7);
  }
});

const value = fc.integer({ min: 0, max: 12 }).map((i) => i / 10);
test.each([1, 2, 3, 4])("%i-D: boxes of the undominated region are disjoint and leave exactly the hypervolume out", (objectives) => {
  const reference = new Array<number>(objectives).fill(1.1);
  const point = fc.array(value, { minLength: objectives, maxLength: objectives });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 8 }), point, (front, extra) => {
      const boxes = undominatedBoxes(front, reference);
      const inside = boxes.filter((box) => extra.every((v, k) => v > box.lower[k] && v < box.upper[k]));
      expect(inside.length).toBeLessThanOrEqual(1);
      const volume = boxes.reduce(
        (sum, { lower, upper }) => sum + upper.reduce((product, u, k) => product * (u - Math.max(0, lower[k])), 1),
        0,
      );
      expect(volume).toBeCloseTo(1.1 ** objectives - hypervolume(front, reference), 9);
      // The gain of a certain point is its hypervolume improvement.
      const certain = extra.map((mean) => ({ mean, deviation: 1e-9 }));
      expect(new ExpectedImprovement(boxes).of(certain)).toBeCloseTo(improvement(front, extra, reference), 7);
    }),
    { seed: 12, numRuns: objectives === 4 ? 60 : 150 },
  );
});

for (const [some, options] of usualAndLong([2, 3], (objectives) => objectives === 2))
  test.each(some)("%i-D: expected improvement equals the mean over 20,000 draws within four standard errors", options, (objectives) => {
    const rng = createRng(5, `ehvi/${objectives}`);
    const reference = new Array<number>(objectives).fill(1.1);
    const front = Array.from({ length: 5 }, () => reference.map(() => rng.float()));
    const predictions = reference.map(() => ({ mean: 0.2 + 0.5 * rng.float(), deviation: 0.1 + 0.2 * rng.float() }));
    const gains = Array.from({ length: 20_000 }, () =>
      improvement(
        front,
        predictions.map(({ mean, deviation }) => mean + deviation * rng.normal()),
        reference,
      ),
    );
    const mean = gains.reduce((a, b) => a + b, 0) / gains.length;
    const error = Math.sqrt(gains.reduce((sum, g) => sum + (g - mean) ** 2, 0) / gains.length ** 2);
    expect(Math.abs(new ExpectedImprovement(undominatedBoxes(front, reference)).of(predictions) - mean)).toBeLessThan(4 * error);
  });

const chip = [
  list("lanes", [1, 2, 4, 8, 16, 32]),
  list("word_bits", [16, 32, 64, 128, 256]),
  list("bits", [3, 4, 5, 6, 8]),
  list("clock", [50, 100, 200, 400]),
  list("node", [45, 28, 22]),
];

/** Accuracy loss, energy and latency of a roofline chip; half of the points with the widest words do not fit. */
function roofline(v: PointValues): number[] | null {
  const [lanes, word, bits, clock, node] = ["lanes", "word_bits", "bits", "clock", "node"].map((name) => v[name] as number);
  if (word === 256 && node === 45) return null;
  const cycles = 40_000 / Math.min(lanes, Math.floor(word / bits)) + 2_000;
  const energy = (node / 45) * (80 * bits * (1 + 0.002 * word) + 0.01 * cycles * lanes) + (20 * cycles) / clock;
  return [60 * 2 ** -(1.3 * bits - 2.2), energy / 1000, cycles / clock];
}

/** Share of the true hypervolume after `budget` points. */
function share(name: string, budget: number, seed: number): number {
  const space = new Space(chip);
  const all = Array.from({ length: space.gridSize as number }, (_, i) => roofline(space.decode(space.gridPosition(i)))).filter(
    (y) => y !== null,
  );
  const front = nonDominated(all).map((i) => all[i]);
  const reference = [0, 1, 2].map((k) => Math.max(...front.map((y) => y[k])) * 1.1);
  const sampler = createSampler(specOf({ parameters: chip }, { name, seed, budget }), space);
  const asked: Float64Array[] = [];
  let told = 0;
  while (asked.length < budget) {
    const due = Number.isFinite(sampler.lag) ? Math.max(0, asked.length - sampler.lag) : 0;
    while (told < due) {
      const position = asked[told++];
      const objectives = roofline(space.decode(position));
      sampler.tell({ position, values: space.decode(position), objectives, violation: objectives === null ? 1e9 : 0, limits: [] });
    }
    asked.push(...sampler.ask());
  }
  const found = asked.slice(0, budget).flatMap((p) => roofline(space.decode(p)) ?? []);
  const points = Array.from({ length: found.length / 3 }, (_, i) => found.slice(3 * i, 3 * i + 3));
  return hypervolume(points, reference) / hypervolume(front, reference);
}

// By then NSGA-II has had only its first two generations; only samplers with a model of the space must reach a share.
test.each([
  ["nsga2", 0],
  ["tpe", 0.9],
  ["gp", 0.9],
] as const)("%s with 5 %% of 1,800 points finds more than random does, and at least %d of the hypervolume", (name, promised) => {
  const seeds = [1, 2, 3];
  const median = (of: string): number => seeds.map((seed) => share(of, 90, seed)).sort((a, b) => a - b)[1];
  const [found, chance] = [median(name), median("random")];
  console.log(
    `${name}: median of seeds 1-3 ${(100 * found).toFixed(1)} %, random ${(100 * chance).toFixed(1)} % (${SAMPLERS.demand(name, "test").about})`,
  );
  expect(found).toBeGreaterThan(chance);
  expect(found).toBeGreaterThan(promised);
});
