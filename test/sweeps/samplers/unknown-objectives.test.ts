/** A point without a known objective counts as a failure, for every sampler that learns. */
import { expect, test } from "vitest";
import type { SweepParameter } from "../../../arch/index.js";
import { createSampler, type Observation, SAMPLERS, Space } from "../../../sweeps/index.js";
import { list, specOf } from "../fake-study.js";

const range = (name: string): SweepParameter => ({
  name,
  path: `fake.${name}`,
  domain: { kind: "range", low: 0, high: 1, step: null, integer: false },
  when: null,
});
const parameters = [range("x"), list("lanes", [1, 2, 4, 8, 16])];
const objectives = [
  { metric: "energy_uj_per_inference", direction: "min" },
  { metric: "latency_us", direction: "min" },
] as const;
const BUDGET = 96;

/** The x of all questions. In the upper part of the space every point ends as `end`, in a corner as infeasible. */
function askedX(name: string, end: Pick<Observation, "objectives" | "violation">): readonly number[] {
  const space = new Space(parameters);
  const sampler = createSampler(specOf({ parameters, objectives }, { name, seed: 1, budget: BUDGET }), space);
  const asked: number[] = [];
  while (asked.length < BUDGET)
    for (const position of sampler.ask()) {
      const values = space.decode(position);
      const [x, lanes] = [values.x as number, values.lanes as number];
      asked.push(x);
      const good = { objectives: [10 + lanes + x, 10 / (0.5 + x) + 10 / lanes], violation: 0 };
      const found = x > 0.5 ? end : lanes === 16 ? { objectives: null, violation: 1 } : good;
      sampler.tell({ position, values, limits: [], ...found });
    }
  return asked;
}

const learning = SAMPLERS.entries.filter(([, { learns }]) => learns).map(([name]) => name);

test.each(learning)("%s asks the same points whether a region's objectives are unknown or its points fail, and leaves it", (name) => {
  const unknown = askedX(name, { objectives: null, violation: 0 });
  expect(unknown.filter((x) => x > 0.5).length).toBeGreaterThan(4);
  expect(unknown).toEqual(askedX(name, { objectives: null, violation: Number.POSITIVE_INFINITY }));
  const late = unknown.slice(-64);
  expect(late.filter((x) => x > 0.5).length).toBeLessThan(late.length / 2);
});
