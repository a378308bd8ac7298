/** How sure a front is: shares of draws against closed forms, for shared and for separate errors. */
import { describe, expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, parseArch, siliconFactor } from "../../arch/index.js";
import { exp, log } from "../../base/math.js";
import { CORE_LINES } from "../../sim/core-lines.js";
import { type BreakdownRow, type ErrorCause, priceErrors } from "../../sim/index.js";
import { ROUTER_LINES } from "../../sim/router-lines.js";
import { confidenceOf, isTold, sharesBetter } from "../../sweeps/confidence.js";
import { Objectives } from "../../sweeps/objectives.js";
import { normalCdf } from "../../sweeps/samplers/normal.js";
import type { UncertainPoint } from "../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../sweeps/uncertainty/draws.js";
import { mapErrors, timedBy } from "./map-errors.js";

const DRAWS = 20_000;
/** At most four standard errors of a share over this many draws. */
const FOUR_ERRORS = 4 * Math.sqrt(0.25 / DRAWS);

const energyOnly = new Objectives(
  { objectives: [{ metric: "energy_uj_per_inference", direction: "min" }], constraints: [], referencePoint: null },
  [],
);
const row = (component: string, energyPj: number | null, areaMm2: number | null = null): BreakdownRow => ({
  ...{ component, group: areaMm2 === null ? "memory" : "area", count: null, unitEnergyPj: null, energyPj, areaMm2, source: "" },
});
const ONE_UTTERANCE = timedBy(1, "one");
function point(id: number, lines: { readonly [component: string]: readonly [pj: number, ...causes: ErrorCause[]] }): UncertainPoint {
  const energy = Object.values(lines).reduce((sum, [pj]) => sum + pj, 0) * 1e-6;
  return {
    ...{
      id,
      metrics: { energy_uj_per_inference: energy, latency_us: id },
      samples: 1000,
      functionalKey: "one",
      run: null,
      timed: ONE_UTTERANCE,
      fpga: null,
    },
    breakdown: Object.entries(lines).map(([component, [pj]]) => row(component, pj)),
    errors: mapErrors(new Map(Object.entries(lines).map(([component, [, ...causes]]) => [component, causes]))),
  };
}
const own = (name: string, sigma: number): ErrorCause => ({ name, kind: "own", down: sigma, up: sigma });
const shareOf = (points: readonly UncertainPoint[], id: number, objectives = energyOnly): number =>
  confidenceOf(points, objectives, { draws: DRAWS, seed: 3 }).points.find((found) => found.id === id)?.onFront ?? 0;

describe("of two points", () => {
  test.each([
    [0.2, 0.2, 1.1],
    [0.1, 0.3, 1.3],
    [0.05, 0.05, 1.02],
  ])(
    "with separate errors %f and %f, the one that is %f times cheaper wins in Phi(ln ratio / root of the sum of squares) of the draws",
    (a, b, ratio) => {
      const points = [point(1, { reads: [1e6, own("a", a)] }), point(2, { reads: [ratio * 1e6, own("b", b)] })];
      expect(Math.abs(shareOf(points, 1) - normalCdf(log(ratio) / Math.hypot(a, b)))).toBeLessThan(FOUR_ERRORS);
      expect(shareOf(points, 1) + shareOf(points, 2)).toBe(1);
    },
  );

  test("one beats the other in the share of draws in which it is alone on the front, and where they are equal neither does", () => {
    const points = [point(1, { reads: [1e6, own("a", 0.1)] }), point(2, { reads: [1.1e6, own("b", 0.2)] })];
    const [energy] = sharesBetter(points[1], points[0], new Draws(DRAWS, 3));
    expect([energy.metric, energy.share]).toEqual(["energy_uj_per_inference", shareOf(points, 1)]);
    const reach = 1.6448536 * Math.hypot(0.1, 0.2);
    expect(log(1.1 * (energy.ratio?.low ?? 0))).toBeCloseTo(-reach, 1);
    expect(log(1.1 * (energy.ratio?.high ?? 0))).toBeCloseTo(reach, 1);
    expect(sharesBetter(points[0], points[0], new Draws(100, 3))[0]).toMatchObject({ share: 0, equal: 1 });
  });

  test("shares are mirrored if the two change places, and a point is equal to itself", () => {
    const points = [
      ...[1e6, 1.1e6, 1.2e6].flatMap((pj, k) => [0.05, 0.3].map((sigma, i) => point(2 * k + i, { reads: [pj, own(`${k}${i}`, sigma)] }))),
      ...[7, 8].map((id) => point(id, { reads: [1e6, own("shared", 0.1)] })),
    ];
    const draws = new Draws(500, 3);
    const met = { equal: 0, open: 0 };
    for (const a of points)
      for (const b of points) {
        const [there] = sharesBetter(a, b, draws);
        const [back] = sharesBetter(b, a, draws);
        expect(there.equal).toBe(back.equal);
        expect(there.share + there.equal + back.share).toBeCloseTo(1, 12);
        expect(isTold(there)).toBe(isTold(back));
        if (there.equal === 1) met.equal++;
        else if (!isTold(there)) met.open++;
      }
    expect(met.equal).toBe(points.length + 2);
    expect(met.open).toBeGreaterThan(4);
  });

  test("accuracies of separate samples differ by their difference, give or take the root of both variances", () => {
    const scored = (id: number, accuracy: number): UncertainPoint => {
      const bare = point(id, {});
      return { ...bare, functionalKey: `run ${id}`, metrics: { ...bare.metrics, accuracy_percent: accuracy } };
    };
    const compared = sharesBetter(scored(1, 90), scored(2, 80), new Draws(DRAWS, 3));
    const difference = compared.find(({ metric }) => metric === "accuracy_percent")?.difference ?? { low: 0, high: 0 };
    const reach = 1.6448536 * 100 * Math.sqrt((0.9 * 0.1 + 0.8 * 0.2) / 1000);
    expect(Math.abs(difference.high - difference.low - 2 * reach)).toBeLessThan(0.15);
    expect(Math.abs((difference.high + difference.low) / 2 + 10)).toBeLessThan(0.15);
  });

  test("a shared error does not tell them apart, however large it is, and their ratio is sure", () => {
    const points = [point(1, { reads: [1e6, own("both", 2)] }), point(2, { reads: [1.001e6, own("both", 2)] })];
    expect([shareOf(points, 1), shareOf(points, 2)]).toEqual([1, 0]);
    const [{ ratio }] = sharesBetter(points[0], points[1], new Draws(100, 3));
    expect([ratio?.low, ratio?.high].map((end) => end?.toFixed(9))).toEqual(["1.001000000", "1.001000000"]);
  });

  test("a point is the best of an objective in the draws in which it is least, and of one that nothing moves in all or none", () => {
    const points = [point(1, { reads: [1.1e6, own("a", 0.1)] }), point(2, { reads: [1e6, own("b", 0.2)] })];
    const both = new Objectives(
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
    const best = confidenceOf(points, both, { draws: DRAWS, seed: 3 }).points.map((found) => [found.id, ...found.best]);
    const [[, energy], ...others] = best;
    expect(best.map(([id, , latency]) => [id, latency])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(energy).toBe(shareOf(points, 1));
    expect(energy + others[0][1]).toBe(1);
  });

  test("without errors the front is the stored one, in every draw", () => {
    const found = confidenceOf([point(1, { reads: [1e6] }), point(2, { reads: [2e6] })], energyOnly, { draws: 10, seed: 1 });
    expect([found.front, found.frontKept, found.points.map(({ id, onFront }) => [id, onFront])]).toEqual([[1], 1, [[1, 1]]]);
  });
});

test("an interval holds nine of ten draws: exp(+-1.645 sigma) for one line, less for two independent lines, the value itself for a line without error", () => {
  const intervalOf = (lines: Parameters<typeof point>[1]) =>
    confidenceOf([point(1, lines)], energyOnly, { draws: DRAWS, seed: 5 }).points[0]?.intervals.energy_uj_per_inference ?? {
      low: 0,
      high: 0,
    };
  const one = intervalOf({ reads: [1e6, own("a", 0.2)] });
  expect(one.low).toBeCloseTo(exp(-1.645 * 0.2), 1);
  expect(one.high).toBeCloseTo(exp(1.645 * 0.2), 1);
  const two = intervalOf({ reads: [5e5, own("a", 0.2)], writes: [5e5, own("b", 0.2)] });
  expect(two.high - two.low).toBeLessThan(0.8 * (one.high - one.low));
  expect(intervalOf({ reads: [1e6] })).toEqual({ low: 1, high: 1, exactShare: 1 });
});

test("accuracy is drawn by its sample: one number for points with the same functional run, its interval that of a binomial share", () => {
  const both = new Objectives(
    { objectives: [{ metric: "accuracy_percent", direction: "max" }], constraints: [], referencePoint: null },
    [],
  );
  const of = (id: number, accuracy: number, functionalKey: string): UncertainPoint => ({
    ...point(id, { reads: [1] }),
    metrics: { accuracy_percent: accuracy },
    functionalKey,
  });
  expect(shareOf([of(1, 90, "same"), of(2, 90.1, "same")], 1, both)).toBe(0);
  const apart = shareOf([of(1, 90, "one"), of(2, 90.1, "other")], 1, both);
  // both deviate by sqrt(0.9 x 0.1 / 1000) = 0.95 points
  expect(Math.abs(apart - normalCdf(-0.1 / (0.949 * Math.SQRT2)))).toBeLessThan(FOUR_ERRORS);
});

test("draws depend on the names of causes and on the seed, not on the order or number of points", () => {
  const points = [1, 2, 3, 4].map((id) => point(id, { reads: [1e6 * (1 + id / 50), own(`macro ${id}`, 0.1)] }));
  const found = confidenceOf(points, energyOnly, { draws: 500, seed: 1 });
  expect(confidenceOf([...points].reverse(), energyOnly, { draws: 500, seed: 1 })).toEqual(found);
  expect(confidenceOf(points, energyOnly, { draws: 500, seed: 2 })).not.toEqual(found);
});

describe("causes of a chip's lines", () => {
  const errorsOf = (text: string) => priceErrors(parseArch(`version: 1\n${text}`, "e.yaml").experiment.chip);
  const causesOf = (text: string, component: string) => errorsOf(text).get(component) ?? [];
  const named = (causes: readonly ErrorCause[], kind: string) => causes.find((cause) => cause.kind.includes(kind));

  test("are the fit's errors of its macros: equal macros share one cause, another size has another cause", () => {
    const [small, large] = [16, 64].map((kib) => errorsOf(`tile: { core: { synapse_memory: { size_kib: ${kib} } } }`));
    const [a, b] = [small, large].map((errors) => named(errors.get("synapse memory reads") ?? [], "macro's own"));
    expect(a?.up).toBe(b?.up);
    expect(a?.up).toBeGreaterThan(0.1);
    expect(a?.name).not.toBe(b?.name);
    expect(small.get("state memory reads")).toEqual(large.get("state memory reads"));
    expect(small.get("synapse memory re-reads")).toEqual(small.get("synapse memory reads"));
  });

  test("are laws that all macros share: an exponent moves small and large macros in opposite directions, and the reference not at all", () => {
    const sizeOf = (kib: number) =>
      named(causesOf(`tile: { core: { synapse_memory: { size_kib: ${kib} } } }`, "synapse memory area"), "over capacity");
    expect(sizeOf(32)?.up).toBeCloseTo(0, 12);
    expect(sizeOf(8)?.up).toBeCloseTo(-(sizeOf(128)?.up ?? 0), 12);
    expect(sizeOf(8)?.up).toBeCloseTo((0.9623 - 0.7667) * log(8 / 32), 3);
    expect(sizeOf(8)?.name).toBe(sizeOf(128)?.name);
  });

  test("the ratio of several banks, and of 1R1W, errs alike in memories of as many banks, and one bank of 1RW has neither", () => {
    const reads = (shape: string) => causesOf(`tile: { core: { synapse_memory: { ${shape} } } }`, "synapse memory reads");
    const ratios = (shape: string) => reads(shape).filter(({ name }) => name.includes(" over 1RW") || name.includes(" over one"));
    const [banks, ports] = ["SRAM read energy of 4 banks over one", "SRAM read energy of 1R1W over 1RW"];
    expect(ratios("size_kib: 16, banks: 1, ports: 1rw")).toEqual([]);
    for (const [kib, sigma] of [
      [64, 0.122],
      [16, 0.122 / 4 + 0.301 * 0.75],
    ] as const) {
      const found = ratios(`size_kib: ${kib}, banks: 4, ports: 1r1w`).map(({ name, down, up }) => [name, down, up]);
      const same = (value: number) => [expect.closeTo(value, 12), expect.closeTo(value, 12)];
      expect(found).toEqual([
        [banks, ...same(sigma)],
        [ports, ...same(0.219)],
      ]);
    }
  });

  test("exist for every line of a breakdown that has a price of the library", () => {
    const { chip, precision } = parseArch("version: 1\n", "e.yaml").experiment;
    const actions = [...CORE_LINES, ...ROUTER_LINES].map(({ component }) => component);
    const areas = areaOf(chip, precision, BUILT_NEEDS).rows.map(({ component }) => component);
    const rest = [
      "core clock",
      "router clock",
      "synapse memory leakage",
      "router leakage",
      "queue leakage",
      "datapath leakage",
      "link flits",
    ];
    const errors = priceErrors(chip);
    expect([...actions, ...areas, ...rest].filter((component) => (errors.get(component) ?? []).length === 0)).toEqual([]);
    expect(errors.get("barrier wires")).toBeUndefined();
    expect(errors.get("DRAM background")).toBeUndefined();
  });

  test("of cores of unlike lanes are those of each shape, by its share of the cores, so two such chips share what they have in common", () => {
    const chips = [2, 4].map((lanes) =>
      errorsOf(`noc: { width: 3, height: 1 }\ntile: { core: { lanes: 2 } }\n"tile[2]": { core: { lanes: ${lanes} } }`),
    );
    const control = chips.map((errors) => new Map((errors.get("control area") ?? []).map(({ name, up }) => [name, up])));
    const [two, four] = [2, 4].map((lanes) => `control area of cores of ${lanes} lanes and 1 update units`);
    const sigma = control[0].get(two) ?? 0;
    expect(sigma).toBeGreaterThan(0.1);
    expect(control[1].get(two)).toBeCloseTo((2 / 3) * sigma, 12);
    expect(control[1].get(four)).toBeCloseTo(sigma / 3, 12);
    const areas = chips.map((errors, k): UncertainPoint => {
      const bare = point(k + 1, {});
      return { ...bare, metrics: { area_mm2: 1 }, breakdown: [row("control area", null, 1)], errors };
    });
    const [{ ratio }] = sharesBetter(areas[0], areas[1], new Draws(1000, 3));
    expect(log(ratio?.high ?? 0)).toBeCloseTo(1.6448536 * sigma * Math.hypot(1 / 3, 1 / 3), 6);
    const addresses = errorsOf('noc: { width: 2, height: 1 }\n"tile[1]": { core: { synapse_memory: { word_bits: 32 } } }');
    const ups = (addresses.get("generated addresses") ?? []).flatMap(({ name, up }) => (name.includes("banks of") ? [up] : []));
    expect(ups).toEqual([0.065, 0.065]);
  });

  test("belong to the table from which a price comes: products, queues and registers do not have the adder's error", () => {
    for (const [component, kind] of [
      ["requantisations", "multiplier energy"],
      ["element multiplications", "multiplier energy"],
      ["write queue pushes", "energy of registers"],
      ["input queue pushes", "queue energy"],
      ["synaptic additions", "adder energy"],
      ["link flits", "energy of links and wires"],
    ] as const)
      expect(named(causesOf("", component), kind), component).toBeDefined();
  });

  test("a price of the description has none; below 22 nm energies share the scaling's", () => {
    const priced = errorsOf("prices: { synapse_memory_read_pj: { value: 3, source: mine } }");
    expect(priced.get("synapse memory reads")).toBeUndefined();
    expect(priced.get("state memory reads")).toBeDefined();
    const writes = causesOf("chip: { technology_nm: 7 }", "state memory writes");
    expect(named(writes, "macro's own")?.down).toBeLessThan(0.25);
    expect(named(writes, "scaling of energy")?.up).toBeCloseTo(0.66 * log(22 / 7), 12);
    expect(named(causesOf("chip: { technology_nm: 22 }", "state memory writes"), "scaling of energy")).toBeUndefined();
  });

  test("a price of the description has the error that it states: nine tenths within plus_minus_percent, under the price's own name", () => {
    const price = "prices: { basis: silicon, synapse_memory_read_pj: { value: 3, source: mine, plus_minus_percent: 20 } }";
    const [cause, ...others] = causesOf(price, "synapse memory reads");
    expect(others).toEqual([]);
    expect(cause?.name).toBe("own price synapse_memory_read_pj");
    expect(exp(1.6448536 * (cause?.up ?? 0))).toBeCloseTo(1.2, 6);
    expect(() => errorsOf("prices: { lut_read_pj: { value: 3, source: mine, plus_minus_percent: -1 } }")).toThrow(/plus_minus_percent/);
  });

  test("include the error of the factor to silicon, on that basis only, with one number for prices that were measured together", () => {
    const silicon = (component: string, basis: string) => named(causesOf(`prices: { basis: ${basis} }`, component), "silicon over library");
    expect(silicon("synapse memory reads", "silicon")?.up).toBe(siliconFactor("sram_energy").sigma);
    expect(silicon("synapse memory reads", "silicon")?.name).toBe(silicon("router crossbars", "silicon")?.name);
    expect(silicon("core clock", "silicon")?.name).not.toBe(silicon("router crossbars", "silicon")?.name);
    expect(silicon("synapse memory reads", "library")).toBeUndefined();
  });

  test("include the error of the supply law away from the nominal supply, with one number for all supplies", () => {
    const at = (volts: number) =>
      named(causesOf(`chip: { technology_nm: 22, voltage_v: ${volts} }`, "synaptic additions"), "energy over supply");
    expect(at(0.8)).toBeUndefined();
    expect(at(0.6)?.up).toBeCloseTo(0.4 * log(0.6 / 0.8), 12);
    expect(at(0.6)?.name).toBe(at(0.7)?.name);
  });
});
