/**
 * What every sampler must do: reproducible, replayable, inside the cube, ends on a finite space, learns nothing from
 * worker order.
 */
import { describe, expect, test } from "vitest";
import type { SweepParameter } from "../../arch/index.js";
import { canonicalValues, createSampler, type Observation, SAMPLERS, Space } from "../../sweeps/index.js";
import { list, specOf } from "../sweeps/fake-study.js";

const names = SAMPLERS.names;
// The Gaussian process with less thought a question: its rules are the same.
const options = { gp: { candidates: 24, memory: 32, fit_points: 16 } } as { readonly [name: string]: { readonly [key: string]: number } };
const spec = (name: string, seed = 1) => specOf({}, { name, seed, budget: 150, options: options[name] ?? {} });
const space = new Space(specOf().parameters);

/** Two smooth objectives; some points infeasible, some failed. */
function judge(position: Float64Array): Observation {
  const values = space.decode(position);
  const lanes = values.lanes as number;
  const bits = values.bits as number;
  const limits: readonly number[] = [];
  if (lanes === 16 && bits === 8) return { position, values, objectives: null, violation: Number.POSITIVE_INFINITY, limits };
  if (lanes * bits > 64) return { position, values, objectives: null, violation: lanes * bits - 64, limits };
  return { position, values, objectives: [100 / lanes, bits * (1 + lanes / 10), -bits], violation: 0, limits };
}

/** The sampler, with a pool of exact estimates for the one that screens. */
function create(name: string, seed = 1) {
  const cells = name === "screen" ? Array.from({ length: space.gridSize as number }, (_, i) => judge(space.gridPosition(i))) : [];
  return createSampler(spec(name, seed), space, { pool: cells, fidelities: [1], bounds: [] });
}

/** Asks and tells as a study does: exactly `lag` untold points before each question. */
function run(name: string, count: number, seed = 1): string[] {
  const sampler = create(name, seed);
  const asked: Float64Array[] = [];
  let told = 0;
  while (asked.length < count) {
    const due = Number.isFinite(sampler.lag) ? Math.max(0, asked.length - sampler.lag) : 0;
    while (told < due) sampler.tell(judge(asked[told++]));
    const batch = sampler.ask();
    if (batch.length === 0) break;
    asked.push(...batch);
  }
  return asked.map((p) => canonicalValues(space.decode(p)));
}

describe.each(names)("%s", (name) => {
  test("same seed, same questions", () => {
    expect(run(name, 120)).toEqual(run(name, 120));
  });

  test("another seed asks differently, unless nothing is left to chance", () => {
    if (name === "grid" || name === "screen") expect(run(name, 120, 2)).toEqual(run(name, 120));
    else expect(run(name, 120, 2)).not.toEqual(run(name, 120));
  });

  test("positions lie in the unit cube", () => {
    const sampler = create(name);
    for (const position of sampler.ask()) {
      expect(position.length).toBe(space.dimensions.length);
      for (const u of position) expect(u >= 0 && u < 1).toBe(true);
    }
  });

  test("an unknown option and a wrong value are refused with the known ones", () => {
    expect(() => createSampler(specOf({}, { name, options: { populaton: 3 } }), space)).toThrow(/no option 'populaton'/);
    for (const option of Object.keys(SAMPLERS.demand(name, "test").options)) {
      expect(() => createSampler(specOf({}, { name, options: { [option]: "many" } }), space)).toThrow(/expected a (whole )?number/);
    }
  });

  test("a count is refused with a fraction, and any other option takes one", () => {
    for (const [option, { low, high, about, whole }] of Object.entries(SAMPLERS.demand(name, "test").options)) {
      const counts = /^(points|positions|observations|most observations|draws|epochs|fidelities|parts|which part|evenly)/.test(about);
      expect(whole, `${option}: ${about}`).toBe(counts);
      const given = low + 0.5 < high ? low + 0.5 : (low + high) / 2;
      const made = () => createSampler(specOf({}, { name, options: { [option]: given } }), space);
      if (whole) expect(made).toThrow(new RegExp(`sampler.${option}: got ${given}, expected a whole number from ${low} to ${high}`));
      else expect(made).not.toThrow();
    }
  });

  test("its state is plain data", () => {
    const state = create(name).state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

test("the grid asks every cell exactly once, and its beginning is spread over every axis", () => {
  const all = run("grid", 10_000);
  expect(all.length).toBe(200);
  expect(new Set(all).size).toBe(200);
  const start = all.slice(0, 20).map((text) => JSON.parse(text) as { [name: string]: unknown });
  for (const { parameter, levels } of space.dimensions) expect(new Set(start.map((v) => v[parameter.name])).size).toBe(levels);
});

test.each(names.filter((n) => !["random", "sobol"].includes(n)))("%s asks no point twice", (name) => {
  const asked = run(name, 150);
  expect(new Set(asked).size).toBe(asked.length);
});

test("all but screening run whole points", () => {
  for (const name of names) expect(create(name).fidelity).toBe(1); // screening without lower fidelities too
});

test("what a sampler cannot search is refused in the name of the description", () => {
  const refused = (name: string, parameters: SweepParameter[], options = {}) => {
    const own = specOf({ parameters }, { name, options });
    return () => createSampler(own, new Space(parameters), undefined, [], "k.yaml");
  };
  const range = (high: number, step: number | null): SweepParameter[] =>
    ["a", "b", "c"].map((name) => ({
      name,
      path: name,
      when: null,
      domain: { kind: "range", low: 0, high, step, integer: step !== null },
    }));
  const many = Array.from({ length: 65 }, (_, i) => list(`p${i}`, [1, 2]));
  expect(refused("grid", range(1, null))).toThrow(/^k\.yaml: sweep\.sampler: a grid needs finite/);
  expect(refused("grid", range(999_999, 1))).toThrow(/^k\.yaml: sweep\.sampler: the grid has 1000000000000000000 cells/);
  expect(refused("grid", [list("a", [1, 2])], { shard: 3, shards: 2 })).toThrow(/^k\.yaml: sweep\.sampler\.shard: there is no shard 3/);
  expect(refused("sobol", many)).toThrow(/^k\.yaml: sweep\.sampler: a Sobol sequence has at most 64/);
  const derived: SweepParameter = { name: "d", path: "d", when: null, domain: { kind: "derived", expression: "1 / (a - 1)" } };
  const searched = new Space([list("a", [1]), derived], "k.yaml");
  expect(() => searched.decode(Float64Array.of(0.5))).toThrow(/^k\.yaml: sweep\.parameters\.d: .* gives Infinity/);
});

test("an unknown sampler is refused with the nearest", () => {
  expect(() => createSampler(spec("nsga3"), space)).toThrow(/did you mean nsga2\?/);
});
