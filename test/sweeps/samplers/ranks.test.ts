/** What samplers keep while points arrive equals what is computed from all points. */
import { expect, test } from "vitest";
import { log } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { bestOf } from "../../../sweeps/samplers/best.js";
import { type Axis, Mixture } from "../../../sweeps/samplers/parzen-mixture.js";
import { Ranks } from "../../../sweeps/samplers/ranks.js";
import type { Observation } from "../../../sweeps/samplers/sampler.js";

const SEED = 20_261_128;

/** Few distinct values: ties, equal points and dominated fronts occur; also broken constraints and failures. */
function observation(rng: ReturnType<typeof createRng>, objectives: number, values: number): Observation {
  const kind = rng.float();
  const vector = Array.from({ length: objectives }, () => rng.int(0, values));
  const violation = kind < 0.1 ? rng.int(1, 3) : kind < 0.15 ? Number.POSITIVE_INFINITY : 0;
  return { position: Float64Array.of(rng.float()), values: {}, objectives: kind > 0.95 ? null : vector, violation, limits: [] };
}

test(`the best points so far equal the best of all points so far, after each point (seed ${SEED})`, () => {
  const rng = createRng(SEED, "ranks");
  let fronts = 0;
  for (let stream = 0; stream < 60; stream++) {
    const [objectives, values] = [rng.int(1, 4), rng.int(2, 40)];
    const ranks = new Ranks();
    const told: Observation[] = [];
    for (let i = 0; i < 80; i++) {
      const next = observation(rng, objectives, values);
      told.push(next);
      ranks.add(next);
      const count = rng.int(1, 30);
      expect(ranks.best(count)).toEqual(bestOf(told, count));
    }
    const front = bestOf(told, 1000).length;
    fronts += ranks.front.length < front ? 1 : 0;
    const feasible = told.filter((o) => o.violation === 0 && o.objectives !== null);
    expect(new Set(ranks.front)).toEqual(new Set(bestOf(feasible, ranks.front.length)));
  }
  expect(fronts).toBeGreaterThan(30);
});

const AXES: readonly Axis[] = [
  { levels: 5, ordered: true },
  { levels: 3, ordered: false },
  { levels: null, ordered: true },
  { levels: 1, ordered: true },
];

test("a mixture's density has mass 1 over the cube, and a sum that stops early is above the value asked for", () => {
  const rng = createRng(SEED, "mixture");
  const position = (): Float64Array => Float64Array.from(AXES, () => rng.float());
  for (const centres of [0, 1, 7, 150]) {
    const mixture = new Mixture(Array.from({ length: centres }, position), AXES, 0.3);
    const cells = 400;
    let mass = 0;
    for (let a = 0; a < 5; a++)
      for (let b = 0; b < 3; b++)
        for (let c = 0; c < cells; c++)
          mass += Math.exp(mixture.logDensity(Float64Array.of((a + 0.5) / 5, (b + 0.5) / 3, (c + 0.5) / cells, 0.5))) / (5 * 3 * cells);
    expect(mass).toBeCloseTo(1, 4);
    for (let i = 0; i < 200; i++) {
      const [x, enough] = [position(), log(3 * rng.float())];
      const whole = mixture.logDensity(x);
      const early = mixture.logDensity(x, enough);
      if (early === Number.POSITIVE_INFINITY) expect(whole).toBeGreaterThan(enough);
      else expect(early).toBe(whole);
    }
  }
});
