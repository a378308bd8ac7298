/**
 * Factors on prices by name, against chips whose descriptions have those prices, and intervals against closed forms.
 */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  BUILT_NEEDS,
  type Experiment,
  PRICE_NAMES,
  patchDocument,
  readArch,
  readModel,
  resolveModelPath,
  topologyOf,
} from "../../arch/index.js";
import { normalQuantile } from "../../base/distribution-quantiles.js";
import { exp, log } from "../../base/math.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { type ErrorCause, evaluatePoint, linePrice, prepareFunctional } from "../../sim/index.js";
import { Store, studyRecord } from "../../sweeps/index.js";
import { priceScales, SCALE_NAMES } from "../../sweeps/operations/price-scales.js";
import { asStored, type Priced, reprice, scaledPoint } from "../../sweeps/operations/reprice.js";
import { intervalsOf, type UncertainPoint } from "../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../sweeps/uncertainty/draws.js";
import { quantiles } from "../../sweeps/uncertainty/quantile.js";
import { loadDataset } from "../../training/index.js";
import { setupOf, specOf } from "./fake-study.js";
import { mapErrors, timedBy } from "./map-errors.js";

let experiment: Experiment;
let store: Store;
let stored: Priced;
let pricedAs: (prices: Experiment["chip"]["priceOverrides"]) => Priced;

beforeAll(() => {
  const file = join(packageRoot(), "arch", "examples", "edge.yaml");
  const parsed = readArch(file);
  const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
  const values = { "workload.samples": 4, "workload.timing_samples": 2 };
  experiment = patchDocument(parsed, values);
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  const functional = prepareFunctional(experiment, model.network, model.hash, samples);
  const { result, timing } = evaluatePoint(experiment, functional);
  store = Store.inMemory();
  store.begin(studyRecord(setupOf(specOf())), 1, {});
  store.insert({ id: 1, key: "k", values, fidelity: 1 }, values);
  store.finish({ id: 1 }, result, timing.total, 0, 1);
  stored = [...asStored(store)][0];
  pricedAs = (priceOverrides) =>
    [
      ...reprice(
        store,
        () => ({ ...experiment, chip: { ...experiment.chip, priceOverrides } }),
        (e) => topologyOf(model.network, e.precision),
      ),
    ][0];
});

describe("a factor by name", () => {
  test("on one price gives the result of a description with that price", () => {
    const row = stored.breakdown.find(({ component }) => component === "synapse memory reads");
    const dear = { value: 1.7 * (row?.unitEnergyPj ?? Number.NaN), source: "test" };
    const want = pricedAs({ synapse_memory_read_pj: dear });
    const scaled = scaledPoint(stored, priceScales({ synapse_memory_read_pj: 1.7 }));
    for (const metric of ["energy_uj_per_inference", "power_mw", "edp_nj_s", "energy_pj_per_synaptic_operation", "area_mm2"] as const)
      expect(scaled.after[metric]).toBeCloseTo(want.after[metric] ?? Number.NaN, 9);
    expect(scaled.breakdown.filter(({ source }) => source.includes("scaled by 1.7")).map(({ component }) => component)).toEqual([
      "synapse memory reads",
    ]);
  });

  test("on area gives the result of a description with those areas, and changes nothing else", () => {
    const scaled = scaledPoint(stored, priceScales({ area: 2 }));
    expect(scaled.after.area_mm2).toBeCloseTo(2 * (stored.before.area_mm2 ?? Number.NaN), 12);
    expect(scaled.after.energy_uj_per_inference).toBeCloseTo(stored.before.energy_uj_per_inference ?? Number.NaN, 12);
    const router = stored.breakdown.find(({ component }) => component === "router area")?.areaMm2 ?? Number.NaN;
    const want = pricedAs({ router_area_mm2: { value: (3 * router) / experiment.chip.coresPerTile.length, source: "test" } });
    expect(scaledPoint(stored, priceScales({ router_area_mm2: 3 })).after.area_mm2).toBeCloseTo(want.after.area_mm2 ?? Number.NaN, 9);
  });

  test("on a common beginning or a group applies to all its lines, and several factors multiply", () => {
    const energyOf = (scales: { readonly [name: string]: number }) =>
      scaledPoint(stored, priceScales(scales)).after.energy_uj_per_inference ?? Number.NaN;
    const all = energyOf({});
    expect(energyOf({ energy: 3 })).toBeCloseTo(3 * all, 12);
    const parts = ["memory", "datapath", "queue", "noc", "clock", "leakage"];
    const own = parts.map(
      (group) => stored.breakdown.filter((row) => row.group === group).reduce((sum, row) => sum + (row.energyPj ?? 0), 0) * 1e-6,
    );
    for (const group of ["memory", "noc", "clock", "leakage"])
      expect(energyOf({ [group]: 2 }) - all).toBeCloseTo(own[parts.indexOf(group)], 12);
    expect(energyOf({ synapse_memory: 2, leakage: 5 }) - energyOf({ synapse_memory: 2 })).toBeCloseTo(
      4 * own[5] + 4 * ((stored.breakdown.find((row) => row.component === "synapse memory leakage")?.energyPj ?? 0) * 1e-6),
      12,
    );
  });

  test("is refused if its name is unknown, with the nearest name, and if it is not above 0", () => {
    expect(() => priceScales({ synapse_memory_reed_pj: 2 })).toThrow(/did you mean synapse_memory_read_pj/);
    for (const factor of [0, 0.99e-9, 1.01e9, Number.NaN]) expect(() => priceScales({ leakage: factor })).toThrow(/from 1e-9 to 1e9/);
    for (const factor of [1e-9, 1e9]) priceScales({ leakage: factor });
    expect(() => priceScales({ neuron_updat_ns: 2 }).tooFast(experiment, BUILT_NEEDS)).toThrow(/did you mean neuron_update_ns/);
  });

  test("that stands for no line is refused once all lines are scaled, by name, and no other name is", () => {
    const priced = (scales: { readonly [name: string]: number }) => {
      const all = priceScales(scales);
      scaledPoint(stored, all);
      return () => all.demandMet();
    };
    expect(priced({ leakage: 2, dram_bit_pj: 2 })).toThrow(/nothing in the breakdowns .* 'dram_bit_pj'/);
    for (const name of ["leakage", "energy", "area", "clock_limits", "neuron_update_ns", "synapse_memory", "synapse_memory_read_pj"])
      expect(priced({ [name]: 2 }), name).not.toThrow();
  });

  test("changes a number if it is accepted: every name is tried, on parts with and without a price", () => {
    const unknown = { component: "die link leakage", group: "leakage", count: null, unitEnergyPj: null, energyPj: null } as const;
    const point = { ...stored, breakdown: [...stored.breakdown, { ...unknown, areaMm2: null, source: "no price" }] };
    const counts = { accepted: 0, refused: 0 };
    for (const name of SCALE_NAMES.filter((one) => one !== "clock_limits")) {
      const scales = priceScales({ [name]: 2 });
      const scaled = scaledPoint(point, scales);
      const numbers = ({ breakdown, after }: Pick<typeof stored, "breakdown" | "after">) => [
        breakdown.map(({ source: _, ...row }) => row),
        after,
      ];
      const isMoved = JSON.stringify(numbers(scaled)) !== JSON.stringify(numbers(point));
      if (isMoved) expect(() => scales.demandMet(), name).not.toThrow();
      else expect(() => scales.demandMet(), name).toThrow(/nothing in the breakdowns/);
      counts[isMoved ? "accepted" : "refused"]++;
      expect(scaled.breakdown.at(-1)).toEqual(point.breakdown.at(-1));
    }
    expect(Math.min(counts.accepted, counts.refused), JSON.stringify(counts)).toBeGreaterThan(10);
    expect(() => {
      const scales = priceScales({ die_link_leakage_mw: 5 });
      scaledPoint(point, scales);
      scales.demandMet();
    }).toThrow(/'die_link_leakage_mw'/);
  });

  test("on a clock limit names the block that is too slow, from the factor at which its period reaches the clock's", () => {
    const slowAt = (factor: number) => priceScales({ clock_limits: factor }).tooFast(experiment, BUILT_NEEDS);
    const [low, high] = [1, 1000];
    const edge = Array.from({ length: 40 }).reduce<readonly [number, number]>(
      ([a, b]) => {
        const middle = (a + b) / 2;
        return slowAt(middle) === null ? [middle, b] : [a, middle];
      },
      [low, high],
    )[0];
    const block = slowAt(edge * 1.001)?.replace(/ needs.*/, "") ?? "";
    const name = `${block.replace(/^core\[\d+\] /, "").replaceAll(/[ -]/g, "_")}_ns`;
    expect(priceScales({ [name]: edge * 0.999 }).tooFast(experiment, BUILT_NEEDS)).toBeNull();
    expect(priceScales({ [name]: edge * 1.001 }).tooFast(experiment, BUILT_NEEDS)).toContain(block);
  });
});

test("every line of a breakdown with a price has a name to which a factor can be given", () => {
  const lines = stored.breakdown.map(({ component }) => ({ component, price: linePrice(component) ?? "" }));
  const names = lines.map(({ price }) => price);
  expect(lines.filter(({ price }) => !SCALE_NAMES.includes(price))).toEqual([{ component: "barrier wires", price: "" }]);
  expect(new Set(names).size).toBeGreaterThan(20);
  expect(PRICE_NAMES.filter((name) => !SCALE_NAMES.includes(name))).toEqual([]);
});

describe("an interval of nine tenths", () => {
  const draws = new Draws(20_000, 7);
  const point = (change: Partial<UncertainPoint>): UncertainPoint => ({
    id: 1,
    metrics: { energy_uj_per_inference: 1, latency_us: 10, area_mm2: 2, accuracy_percent: 98.9 },
    breakdown: [
      { component: "a", group: "memory", count: null, unitEnergyPj: null, energyPj: 1e6, areaMm2: null, source: "" },
      { component: "b", group: "area", count: null, unitEnergyPj: null, energyPj: null, areaMm2: 2, source: "" },
    ],
    errors: mapErrors(),
    samples: 1000,
    functionalKey: "f",
    run: null,
    fpga: null,
    timed: timedBy(8, "u"),
    ...change,
  });

  test("of a value whose lines have one law is exact: exp(+-1.645 sigma) around it, and by side, and beside exact lines", () => {
    const cause = (down: number, up: number): ErrorCause => ({ name: "x", kind: "x", down, up });
    const area = (causes: readonly ErrorCause[]) => intervalsOf(point({ errors: mapErrors(new Map([["b", causes]])) }), draws).area_mm2;
    const z = 1.6448536269514722;
    for (const [down, up] of [
      [0.3, 0.3],
      [0.2, 0.5],
    ]) {
      expect(area([cause(down, up)])?.low).toBeCloseTo(2 * exp(-z * down), 12);
      expect(area([cause(down, up)])?.high).toBeCloseTo(2 * exp(z * up), 12);
    }
    expect(area([cause(0.3, 0.3), { ...cause(0.4, 0.4), name: "y" }])?.high).toBeCloseTo(2 * exp(z * 0.5), 12);
    const { breakdown } = point({});
    const beside = [...breakdown, { ...breakdown[0], component: "c", energyPj: 3e6 }];
    const part = intervalsOf(
      point({ breakdown: beside, metrics: { energy_uj_per_inference: 4 }, errors: mapErrors(new Map([["c", [cause(0.3, 0.3)]]])) }),
      draws,
    );
    expect(part.energy_uj_per_inference?.low).toBeCloseTo(1 + 3 * exp(-z * 0.3), 12);
  });

  test("of a sum of lines with errors of their own is that of the draws, to 2 % for 20,000 of them", () => {
    const cause = (name: string): readonly ErrorCause[] => [{ name, kind: "x", down: 0.3, up: 0.3 }];
    const { breakdown } = point({});
    const two = [...breakdown, { ...breakdown[1], component: "c" }];
    const errors = new Map([
      ["b", cause("x")],
      ["c", cause("y")],
    ]);
    const { area_mm2 } = intervalsOf(point({ breakdown: two, errors: mapErrors(errors) }), draws);
    // mean of two equal lognormals, by numerical integration of their convolution (2 x 0.5 (exp(0.3 a) + exp(0.3 b)))
    const sums: number[] = [];
    for (let i = 0; i < 400; i++)
      for (let j = 0; j < 400; j++) sums.push(exp(0.3 * normalQuantile((i + 0.5) / 400)) + exp(0.3 * normalQuantile((j + 0.5) / 400)));
    sums.sort((a, b) => a - b);
    expect((area_mm2?.low ?? 0) / sums[8000]).toBeCloseTo(1, 1.7);
    expect((area_mm2?.high ?? 0) / sums[152_000]).toBeCloseTo(1, 1.7);
  });

  test("says which share of the value has prices without an error", () => {
    const error = [{ name: "x", kind: "x", down: 0.3, up: 0.3 }];
    const { breakdown } = point({});
    const more = [...breakdown, { ...breakdown[0], component: "c", energyPj: 3e6 }];
    const shareIf = (errors: UncertainPoint["errors"]) => {
      const { energy_uj_per_inference, area_mm2, accuracy_percent } = intervalsOf(point({ breakdown: more, errors }), draws);
      return [energy_uj_per_inference, area_mm2, accuracy_percent].map((interval) => interval?.exactShare);
    };
    expect(shareIf(mapErrors(new Map([["a", error]])))).toEqual([0.75, 1, undefined]);
    expect(shareIf(mapErrors(new Map([["c", error]])))).toEqual([0.25, 1, undefined]);
    expect(shareIf(mapErrors(new Map(["a", "b", "c"].map((line) => [line, error]))))).toEqual([undefined, undefined, undefined]);
  });

  test("of latency over n utterances is Student's: 1.895 standard errors for 8, 6.31 for 2", () => {
    for (const [count, t] of [
      [8, 1.894579],
      [2, 6.313752],
      [200, 1.644854],
    ] as const) {
      const { latency_us } = intervalsOf(point({ timed: timedBy(count, "u", { relative: 0.001, residuals: null }) }), draws);
      expect(log((latency_us?.high ?? 0) / 10) / (0.001 * t)).toBeCloseTo(1, 6);
      expect(log((latency_us?.low ?? 0) / 10) / (0.001 * t)).toBeCloseTo(-1, 6);
    }
    expect(intervalsOf(point({}), draws).latency_us).toBeUndefined();
  });

  test("of accuracy is the score interval, whatever the seed; it has a width even at 1,000 of 1,000 correct", () => {
    const of = (accuracy_percent: number, seed: number) => intervalsOf(point({ metrics: { accuracy_percent } }), new Draws(10, seed));
    const { low, high } = of(98.9, 1).accuracy_percent ?? { low: 0, high: 0 };
    // shares q at which |0.989 - q| is 1.645 times sqrt(q (1 - q) / 1000)
    for (const q of [low / 100, high / 100]) expect(Math.abs(0.989 - q) / Math.sqrt((q * (1 - q)) / 1000)).toBeCloseTo(1.6448536, 6);
    expect([low < 98.9, high > 98.9]).toEqual([true, true]);
    expect(of(98.9, 2)).toEqual(of(98.9, 1));
    expect(of(100, 1).accuracy_percent?.low).toBeCloseTo(99.73, 2);
    expect(of(100, 1).accuracy_percent?.high).toBeCloseTo(100, 9);
  });
});

test("selected quantiles are those of the sorted values: 300 random lists, seed 5, with ties and without", () => {
  const rng = createRng(5, "quantiles");
  let ties = 0;
  for (let n = 1; n <= 300; n++) {
    const isCoarse = rng.float() < 0.5;
    const values = Float64Array.from({ length: n }, () => (isCoarse ? rng.int(0, 5) : rng.normal()));
    const sorted = values.slice().sort();
    if (new Set(sorted).size < n) ties++;
    const shares = [0.05, 0.5, 0.95];
    expect(quantiles(values, shares)).toEqual(shares.map((share) => sorted[Math.min(n - 1, Math.floor(share * n))]));
  }
  expect(ties).toBeGreaterThan(100);
  expect(ties).toBeLessThan(200);
});
