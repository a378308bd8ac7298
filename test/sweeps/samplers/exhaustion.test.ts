/** Small spaces: a sampler that never repeats a point must not lose one either. */
import { expect, test } from "vitest";
import { createSampler, type Observation, SAMPLERS, type SamplerKind, Space } from "../../../sweeps/index.js";
import { list, specOf } from "../fake-study.js";

// A random position misses the last of 12 points 180 times in a row with a probability of 2e-7.
const parameters = [list("a", [1, 2, 3, 4]), list("b", [1, 2, 3])];
const POINTS = 12;
const objectives = [
  { metric: "energy_uj_per_inference", direction: "min" },
  { metric: "latency_us", direction: "min" },
] as const;

type Answer = Pick<Observation, "objectives" | "violation">;
const answers: { readonly [name: string]: (a: number, b: number) => Answer } = {
  infeasible: (a) => ({ objectives: null, violation: a }),
  failed: () => ({ objectives: null, violation: Number.POSITIVE_INFINITY }),
  "feasible three times": (a, b) => (b === 1 && a < 4 ? { objectives: [a, 4 - a], violation: 0 } : { objectives: [a, b], violation: 1 }),
  feasible: (a, b) => ({ objectives: [a + b, a - b], violation: 0 }),
};

/** Small values of an option: those at which batches do not come out even. */
function valuesOf({ value, low, high }: SamplerKind["options"][string]): number[] {
  return [...new Set([value, low, low + 1, low + 2, low + 3, 5, 7])].filter((v) => v >= low && v <= high);
}

// Samplers that do not learn repeat points, which a study does not run again; pools of `screen` are without repetition.
const exact = SAMPLERS.entries.filter(([, { learns }]) => learns);

test("samplers that learn are among those tested", () => {
  expect(exact.map(([name]) => name)).toEqual(["nsga2", "tpe", "gp"]);
});

test.each(exact)("%s asks every point of a small space exactly once, whatever its options and the results", (name, kind) => {
  const settings = Object.entries(kind.options).flatMap(([key, option]) => valuesOf(option).map((value) => ({ [key]: value })));
  expect(settings.length).toBeGreaterThan(20);
  for (const options of settings) {
    for (const [kindOfAnswer, answer] of Object.entries(answers)) {
      const space = new Space(parameters);
      const sampler = createSampler(specOf({ parameters, objectives }, { name, seed: 3, budget: 100, options }), space);
      const asked: string[] = [];
      const waiting: Float64Array[] = [];
      const most = Math.min(sampler.lag, 3);
      for (let batch = sampler.ask(); batch.length > 0; batch = sampler.ask()) {
        waiting.push(...batch);
        asked.push(...batch.map((position) => JSON.stringify(space.decode(position))));
        for (const position of waiting.splice(0, waiting.length - most)) {
          const values = space.decode(position);
          sampler.tell({ position, values, limits: [], ...answer(values.a as number, values.b as number) });
        }
      }
      const told = `${JSON.stringify(options)}, ${kindOfAnswer}`;
      expect(new Set(asked).size, `${told}: different points`).toBe(POINTS);
      expect(asked.length, `${told}: questions`).toBe(POINTS);
    }
  }
});

/** 145 points in 396,800 cells; nearly all cells are one of the first few points. */
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const NESTED = [
  list("a", [1, 2]),
  list("b", upTo(8), "a == 2"),
  list("c", upTo(100), "b == 8"),
  list("d", upTo(8), "c == 100"),
  list("e", upTo(31), "d == 8"),
];

test.each(exact)("%s asks every point of nested conditions exactly once", (name) => {
  const space = new Space(NESTED);
  const sampler = createSampler(specOf({ parameters: NESTED, objectives }, { name, seed: 3, budget: 1000 }), space);
  const asked: string[] = [];
  for (let batch = sampler.ask(); batch.length > 0; batch = sampler.ask())
    for (const position of batch) {
      const values = space.decode(position);
      asked.push(JSON.stringify(values));
      const [b, c] = [values.b ?? 0, values.c ?? 0].map(Number);
      sampler.tell({ position, values, objectives: [b, -c], violation: 0, limits: [] });
    }
  expect(new Set(asked).size).toBe(145);
  expect(asked.length).toBe(145);
});
