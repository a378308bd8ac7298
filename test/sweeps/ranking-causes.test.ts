/**
 * Which price decides a ranking: indices against closed forms, a planted error found, and points that cannot be told
 * apart.
 */
import { describe, expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, parseArch } from "../../arch/index.js";
import { sin, square } from "../../base/math.js";
import { type BreakdownRow, type ErrorCause, priceErrors } from "../../sim/index.js";
import { confidenceOf } from "../../sweeps/confidence.js";
import { Objectives } from "../../sweeps/objectives.js";
import { normalCdf } from "../../sweeps/samplers/normal.js";
import type { UncertainPoint } from "../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../sweeps/uncertainty/draws.js";
import { pairCauses } from "../../sweeps/uncertainty/ranking-causes.js";
import { type CauseIndex, sobolIndices } from "../../sweeps/uncertainty/sobol-indices.js";
import { mapErrors, timedBy } from "./map-errors.js";

const DRAWS = new Draws(20_000, 11);
const of = (indices: readonly CauseIndex[] | undefined, cause: string): CauseIndex =>
  indices?.find((index) => index.cause === cause) ?? { cause, first: Number.NaN, total: Number.NaN };
const cause = (name: string, sigma: number): ErrorCause => ({ name, kind: name, down: sigma, up: sigma });

function point(id: number, lines: { readonly [component: string]: readonly [pj: number, ...causes: ErrorCause[]] }): UncertainPoint {
  const parts = Object.entries(lines);
  return {
    ...{
      id,
      samples: 0,
      functionalKey: "one",
      run: null,
      fpga: null,
      timed: timedBy(1, "one"),
    },
    metrics: { energy_uj_per_inference: parts.reduce((sum, [, [pj]]) => sum + pj, 0) * 1e-6, latency_us: id },
    breakdown: parts.map(
      ([component, [energyPj]]): BreakdownRow => ({
        component,
        group: "memory",
        count: null,
        unitEnergyPj: null,
        energyPj,
        areaMm2: null,
        source: "",
      }),
    ),
    errors: mapErrors(new Map(parts.map(([component, [, ...causes]]) => [component, causes]))),
  };
}
const energy = (pairs: ReturnType<typeof pairCauses>) => pairs.find(({ metric }) => metric === "energy_uj_per_inference")?.causes;

test("a result that follows one cause alone has the index 1 of it, however few the draws", () => {
  const scaled = (draws: Draws): readonly Float64Array[] => [draws.normal("only").map((z) => 3 * z)];
  const [indices] = sobolIndices(scaled, ["only", "nothing"], (name) => name, new Draws(20, 1));
  expect(indices).toEqual([
    { cause: "only", first: 1, total: 1 },
    { cause: "nothing", first: 0, total: 0 },
  ]);
});

test("the law behind the tables of an FPGA is named as the cause of a margin and of a place on the front", () => {
  const chip = (id: number, fpga_luts: number, latency_us: number, law: ErrorCause): UncertainPoint => ({
    ...point(id, {}),
    metrics: { fpga_luts, latency_us },
    errors: mapErrors(new Map([["fpga_luts", [law]]])),
  });
  const [small, large] = [chip(1, 1000, 2, cause("law of cores", 0.1)), chip(2, 1020, 3, cause("law of routers", 0.2))];
  const [{ metric, causes }] = pairCauses(small, large, new Draws(2000, 5));
  expect([metric, ...causes.slice(0, 2).map((one) => one.cause)]).toEqual(["fpga_luts", "law of routers", "law of cores"]);
  // of independent normal errors, the shares of the variance: 0.04 and 0.01 of 0.05
  expect(Math.abs(of(causes, "law of routers").total - 0.8)).toBeLessThan(0.06);
  const objectives = new Objectives(
    {
      objectives: ["fpga_luts", "latency_us"].map((name) => ({ metric: name as "fpga_luts", direction: "min" })),
      constraints: [],
      referencePoint: null,
    },
    [],
  );
  const { points } = confidenceOf([small, large], objectives, { draws: 400, seed: 5, explains: true });
  expect(points.find(({ id }) => id === 2)?.causes[0]?.cause).toBe("law of routers");
});

test("Sobol's indices of Ishigami's function are those of the textbook: 0.314, 0.442, 0 alone; 0.558, 0.442, 0.244 with others", () => {
  const [indices] = sobolIndices(
    (draws) => {
      const [x, y, z] = ["x", "y", "z"].map((name) => draws.normal(name).map((value) => Math.PI * (2 * normalCdf(value) - 1)));
      return [Float64Array.from(x, (_, d) => sin(x[d]) + 7 * square(sin(y[d])) + 0.1 * square(square(z[d])) * sin(x[d]))];
    },
    ["x", "y", "z", "nothing"],
    (name) => name,
    DRAWS,
  );
  for (const [name, first, total] of [
    ["x", 0.3139, 0.5576],
    ["y", 0.4424, 0.4424],
    ["z", 0, 0.2437],
    ["nothing", 0, 0],
  ] as const) {
    expect(Math.abs(of(indices, name).first - first)).toBeLessThan(0.04);
    expect(Math.abs(of(indices, name).total - total)).toBeLessThan(0.04);
  }
});

describe("of a margin between two points", () => {
  test("each cause has its share of the sum of squares, and a shared cause has none", () => {
    const a = point(1, { reads: [1e6, cause("a", 0.1), cause("both", 0.5)] });
    const b = point(2, { reads: [1.2e6, cause("b", 0.2), cause("both", 0.5)] });
    const found = energy(pairCauses(a, b, DRAWS));
    for (const [name, share] of [
      ["a", 0.2],
      ["b", 0.8],
      ["both", 0],
    ] as const) {
      expect(Math.abs(of(found, name).first - share)).toBeLessThan(0.03);
      expect(Math.abs(of(found, name).total - share)).toBeLessThan(0.03);
    }
    expect(found?.[0]?.cause).toBe("b");
  });

  test("a shared law decides if it moves the two apart", () => {
    const a = point(1, { reads: [1e6, cause("law", 0.1), cause("a", 0.05)] });
    const b = point(2, { reads: [1e6, cause("law", -0.1), cause("b", 0.05)] });
    expect(Math.abs(of(energy(pairCauses(a, b, DRAWS)), "law").total - 0.04 / 0.045)).toBeLessThan(0.03);
  });
});

test("a price error planted in a chip is found: it has the largest index if its line has energy, and did not have it before", {
  tags: ["long"],
}, () => {
  const { chip, precision } = parseArch("version: 1\n", "e.yaml").experiment;
  const rows = ["synapse memory reads", "state memory writes", "synaptic additions", "core clock", "router crossbars"];
  const breakdown = rows.map(
    (component, k): BreakdownRow => ({
      component,
      group: "memory",
      count: null,
      unitEnergyPj: null,
      energyPj: 1e5 * (k + 1),
      areaMm2: null,
      source: "",
    }),
  );
  const errors = priceErrors(chip);
  const base: UncertainPoint = {
    ...{
      id: 1,
      breakdown: [...breakdown, ...areaOf(chip, precision, BUILT_NEEDS).rows],
      errors,
      samples: 0,
      functionalKey: "f",
      run: null,
    },
    ...{
      fpga: null,
      timed: timedBy(1, "t"),
      metrics: { energy_uj_per_inference: 1.5, area_mm2: 1 },
    },
  };
  const cheaper: UncertainPoint = {
    ...base,
    id: 2,
    breakdown: base.breakdown.map((row) => (row.energyPj === null ? row : { ...row, energyPj: 2e5 })),
  };
  let planted = 0;
  for (const component of rows) {
    const wrong = cause(`planted in ${component}`, 1.5);
    const at = { ...errors, get: (line: string) => (line === component ? [...(errors.get(line) ?? []), wrong] : errors.get(line)) };
    const before = energy(pairCauses(base, cheaper, new Draws(2000, 4)));
    const after = energy(pairCauses({ ...base, errors: at }, { ...cheaper, errors: errors }, new Draws(2000, 4)));
    expect(before?.some(({ cause: name }) => name === wrong.name)).toBe(false);
    expect(after?.[0]?.cause).toBe(wrong.name);
    planted++;
  }
  expect(planted).toBe(5);
});

describe("of a front", () => {
  const objectives = new Objectives(
    {
      objectives: [
        { metric: "energy_uj_per_inference", direction: "min" },
        { metric: "latency_us", direction: "min" },
      ],
      constraints: [],
      referencePoint: null,
    },
    [],
  );

  test("the cause that removes a point from the front is named, for the point and for the whole front", () => {
    // 2 is slower than 1 and on the front only while its reads are cheaper; 3 is always on it
    const points = [
      point(1, { reads: [1e6, cause("of 1", 0.02)] }),
      point(2, { reads: [0.95e6, cause("of 2", 0.3)] }),
      point(3, { reads: [0.1e6] }),
    ];
    const { points: found, causes, robust } = confidenceOf(points, objectives, { draws: 4000, seed: 2, explains: true });
    const second = found.find(({ id }) => id === 2);
    expect(second?.onFront).toBeGreaterThan(0.5);
    expect(second?.onFront).toBeLessThan(0.65);
    expect(second?.causes[0]?.cause).toBe("of 2");
    expect(second?.causes[0]?.total).toBeGreaterThan(0.9);
    expect(causes[0]?.cause).toBe("of 2");
    expect(found.find(({ id }) => id === 3)?.causes).toEqual([]);
    expect(robust).toEqual([1, 3]);
    expect(confidenceOf(points, objectives, { draws: 100, seed: 2 }).causes).toEqual([]);
  });

  test("points that surely differ in no objective are one group; a sure difference in one objective separates them", () => {
    const energyOnly = new Objectives(
      { objectives: [{ metric: "energy_uj_per_inference", direction: "min" }], constraints: [], referencePoint: null },
      [],
    );
    const near = [
      point(1, { reads: [1e6, cause("a", 0.1)] }),
      point(2, { reads: [1.02e6, cause("b", 0.1)] }),
      point(3, { reads: [1.1e6, cause("c", 0.1)] }),
    ];
    const ids = (groups: readonly (readonly number[])[]) => groups.map((group) => [...group].sort());
    expect(ids(confidenceOf(near, energyOnly, { draws: 2000, seed: 1 }).groups)).toEqual([[1, 2, 3]]);
    // they share an error, so their difference is sure
    const sure = [point(1, { reads: [1e6, cause("a", 0.1)] }), point(2, { reads: [1.02e6, cause("a", 0.1)] })];
    expect(confidenceOf(sure, objectives, { draws: 500, seed: 1 }).groups).toEqual([]);
  });
});
