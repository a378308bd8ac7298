/**
 * NSGA-II on problems with known fronts: hypervolumes come near those of the whole fronts, which no finite set of
 * points reaches.
 */
// @module-tag slow
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SweepParameter } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createSampler, hypervolume, type Observation, Space } from "../../../sweeps/index.js";
import { constrainedBetter, mutationShift, type Nsga2 } from "../../../sweeps/samplers/nsga2.js";
import { cases } from "../../cases.js";
import { specOf } from "../fake-study.js";

type Problem = (x: Float64Array) => number[];

const g = (x: Float64Array): number => 1 + (9 * x.slice(1).reduce((a, b) => a + b, 0)) / (x.length - 1);
const SEEDS = Array.from({ length: cases(1) }, (_, k) => k + 1);
const published = JSON.parse(readFileSync(join(packageRoot(), "test/golden/pareto-vectors.json"), "utf8")) as {
  readonly id: string;
  readonly hv: number;
  readonly limit: number;
}[];

const problems: {
  readonly [name: string]: {
    readonly f: Problem;
    readonly variables: number;
    readonly reference: number[];
    /** Objective vectors: the whole front's hypervolume, and that of evenly spread points on it. */
    readonly vectors: string;
    /** Least median hypervolume. */
    readonly least: number;
  };
} = {
  zdt1: { f: (x) => [x[0], g(x) * (1 - Math.sqrt(x[0] / g(x)))], variables: 30, reference: [1.1, 1.1], vectors: "zdt1-100", least: 0.865 },
  zdt2: { f: (x) => [x[0], g(x) * (1 - (x[0] / g(x)) ** 2)], variables: 30, reference: [1.1, 1.1], vectors: "zdt2-100", least: 0.53 },
  zdt3: {
    f: (x) => [x[0], g(x) * (1 - Math.sqrt(x[0] / g(x)) - (x[0] / g(x)) * Math.sin(10 * Math.PI * x[0]))],
    variables: 30,
    reference: [11, 11],
    vectors: "zdt3-100",
    least: 128.7,
  },
  dtlz2: {
    f: (x) => {
      const r = 1 + x.slice(2).reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
      const [a, b] = [(x[0] * Math.PI) / 2, (x[1] * Math.PI) / 2];
      return [r * Math.cos(a) * Math.cos(b), r * Math.cos(a) * Math.sin(b), r * Math.sin(a)];
    },
    variables: 12,
    reference: [1.1, 1.1, 1.1],
    vectors: "dtlz2-3d-91",
    least: 0.69,
  },
};

function spaceOf(variables: number): readonly SweepParameter[] {
  return Array.from({ length: variables }, (_, i) => ({
    name: `x${i}`,
    path: `x${i}`,
    domain: { kind: "range", low: 0, high: 1, step: null, integer: false },
    when: null,
  }));
}

function solve(name: string, seed: number): number {
  const { f, variables, reference } = problems[name];
  const parameters = spaceOf(variables);
  const space = new Space(parameters);
  const objectives = reference.map(() => ({ metric: "latency_us", direction: "min" as const }));
  const sampler = createSampler(specOf({ parameters, objectives }, { name: "nsga2", seed, options: { population: 100 } }), space);
  for (let generation = 0; generation < 200; generation++) {
    for (const position of sampler.ask()) {
      const values = space.decode(position);
      const x = Float64Array.from(parameters, (p) => values[p.name] as number);
      sampler.tell({ position, values, objectives: f(x), violation: 0, limits: [] });
    }
  }
  sampler.ask(); // selects the last parents
  return hypervolume(
    (sampler as Nsga2).population.map((o) => o.objectives as number[]),
    reference,
  );
}

/** Those of two objectives but one: the same steps on fronts of other shapes. */
const LONG = ["zdt1", "zdt2", "zdt3"];

for (const name of Object.keys(problems))
  test(`${name}: 100 points for 200 generations come near the whole front (median of the seeds)`, {
    tags: LONG.includes(name) ? ["long"] : [],
    timeout: 600_000,
  }, () => {
    const found = SEEDS.map((seed) => solve(name, seed)).sort((a, b) => a - b);
    const median = found[found.length >> 1];
    const { vectors, least } = problems[name];
    const { hv, limit } = published.find(({ id }) => id === vectors) as (typeof published)[number];
    console.log(
      `${name}: seeds ${SEEDS.join(" ")}: median ${median.toFixed(4)} (${found.map((v) => v.toFixed(4)).join(" ")}), even points ${hv.toFixed(4)}, whole front ${limit.toFixed(4)}`,
    );
    expect(median).toBeGreaterThanOrEqual(least);
    for (const value of found) expect(value).toBeLessThan(limit);
  });

test("Deb's rules: feasible beats infeasible, less violation beats more, a failure loses to all", () => {
  const point = (objectives: number[] | null, violation: number): Observation => ({
    position: new Float64Array(1),
    values: {},
    objectives,
    violation,
    limits: [],
  });
  const good = point([5, 5], 0);
  const better = point([4, 5], 0);
  const near = point([1, 1], 0.1);
  const far = point(null, 3);
  const failed = point(null, Number.POSITIVE_INFINITY);
  const order = [better, good, near, far, failed];
  order.forEach((a, i) => {
    order.forEach((b, j) => {
      expect(constrainedBetter(a, b)).toBe(i < j);
    });
  });
  expect(constrainedBetter(failed, failed)).toBe(false);
});

test("a mutation goes from one end to the other, not at the middle draw, and alike up and down; in the interior by Deb's power law", () => {
  const power = 21;
  for (const x of [0, 0.1, 0.4, 0.5, 0.9, 1]) {
    expect(x + mutationShift(x, 0, power)).toBeCloseTo(0, 12);
    expect(mutationShift(x, 0.5, power)).toBeCloseTo(0, 12);
    expect(x + mutationShift(x, 1, power)).toBeCloseTo(1, 12);
    for (const u of [0.01, 0.2, 0.7, 0.99]) expect(mutationShift(x, u, power)).toBeCloseTo(-mutationShift(1 - x, 1 - u, power), 12);
  }
  // far from both ends, the density of a shift s is power / 2 x (1 - |s|)^(power - 1): half of the draws lie below
  // 1 - 0.5^(1 / power)
  const median = 1 - 0.5 ** (1 / power);
  expect(mutationShift(0.5, 0.75, power)).toBeCloseTo(median, 6);
  expect(mutationShift(0.5, 0.25, power)).toBeCloseTo(-median, 6);
});
