/**
 * The trend around a point recovers the law that made the points, and says "unclear" if there is none; few points give
 * no trend. What the network's function decides is looked up, never fitted.
 */
// @module-tag slow
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { sensitivityLines, trendLines } from "../../cli/format/sensitivity.js";
import { FUNCTIONAL_METRICS } from "../../sim/index.js";
import { type Candidate, candidateOf } from "../../sweeps/candidate.js";
import { functionalParameters } from "../../sweeps/functional-parameters.js";
import { type Effect, type FunctionOfStudy, localTrend } from "../../sweeps/local-trend.js";
import { neighboursOf } from "../../sweeps/neighbours.js";
import { Store } from "../../sweeps/store/sqlite.js";
import { BRIEF, isBuilt, program } from "../cli/small-sweep.js";

const rng = createRng(11, "local-trend");

/** Cost halves with each doubling of lanes, grows by 10 % per bit, and does not depend on the colour. */
function point(id: number, lanes: number, bits: number, colour: string, noise: number): Candidate {
  const cost = (1000 / lanes) * 1.1 ** bits * (1 + noise * (rng.float() - 0.5));
  return {
    id,
    values: { lanes, bits, colour },
    trouble: "",
    isBeyond: false,
    metricOf: (metric) => (metric === "cost" ? cost : metric === "zero" ? 0 : null),
  };
}

const cloud = (count: number, noise: number): readonly Candidate[] =>
  Array.from({ length: count }, (_, i) => point(i + 1, 2 ** rng.int(0, 6), rng.int(2, 8), rng.float() < 0.5 ? "red" : "blue", noise));

const NO_FUNCTION: FunctionOfStudy = { parameters: new Set(), metrics: new Set() };
/** Relative change of an estimate; null if it is unclear. */
const relative = (effect: Effect | undefined, own: number): number | null =>
  effect?.kind === "estimated" || effect?.kind === "stored" ? effect.value / own - 1 : null;

test("a multiplicative law is recovered step by step, up from the middle and down from the highest value", () => {
  for (const noise of [0, 0.02]) {
    const own = point(0, 64, 5, "red", 0);
    const trend = localTrend(own, cloud(200, noise), ["cost", "zero", "missing"], NO_FUNCTION);
    expect(trend?.steps.map(({ parameter, from, to }) => [parameter, from, to])).toEqual([
      ["lanes", 64, 32],
      ["bits", 5, 6],
      ["colour", "red", "blue"],
    ]);
    const cost = own.metricOf("cost") as number;
    const effects = trend?.effects.get("cost");
    expect(relative(effects?.[0], cost)).toBeCloseTo(1, 1);
    expect(relative(effects?.[1], cost)).toBeCloseTo(0.1, 1);
    if (noise > 0) expect(["unclear", "stored"]).toContain(effects?.[2]?.kind);
    expect(trend?.explained.get("cost")).toBeGreaterThan(0.99);
    for (const metric of ["zero", "missing"]) {
      expect(trend?.explained.get(metric)).toBeNull();
      for (const { kind } of trend?.effects.get(metric) ?? []) expect(["unknown", "stored"]).toContain(kind);
    }
  }
});

test("of several text values each has an effect of its own: a third one is not taken for the point's", () => {
  const factors: { readonly [colour: string]: number } = { red: 1, blue: 2, green: 30, black: 0.01 };
  const coloured = (other: Candidate): Candidate => ({
    ...other,
    metricOf: (metric) => (other.metricOf(metric) ?? 0) * (factors[String(other.values.colour)] as number),
  });
  const colours = Object.keys(factors);
  const drawn = (count: number) =>
    Array.from({ length: count }, (_, i) => coloured(point(i + 1, 2 ** rng.int(0, 6), rng.int(2, 8), colours[rng.int(0, 3)], 0.02)));
  const own = point(0, 64, 5, "red", 0);
  const cost = own.metricOf("cost") as number;
  const trend = localTrend(own, [coloured(point(1000, 1, 2, "blue", 0)), ...drawn(200)], ["cost"], NO_FUNCTION);
  expect(trend?.steps.map(({ to }) => to)).toEqual([32, 6, "blue"]);
  const effects = trend?.effects.get("cost");
  expect(relative(effects?.[0], cost)).toBeCloseTo(1, 1);
  expect(relative(effects?.[1], cost)).toBeCloseTo(0.1, 1);
  expect(relative(effects?.[2], cost)).toBeCloseTo(1, 1);
  expect(trend?.explained.get("cost")).toBeGreaterThan(0.99);
  expect(trend?.points).toBe(35); // five for each of lanes, bits up, bits down, three colours and the point itself
  // Too few points for that many unknowns: nothing is estimated.
  const few = localTrend(own, drawn(25), ["cost"], NO_FUNCTION);
  expect(few?.points).toBe(0);
  for (const { kind } of few?.effects.get("cost") ?? []) expect(["unknown", "stored"]).toContain(kind);
});

test("a cliff on one side claims no effect on the other, and uneven values follow a power law, by closed formulas", () => {
  // the network dies below 12 bits and spikes less; lanes beyond 4 are idle; cost goes with the node to the power of
  // 1.5
  const draw = createRng(5, "cliffs");
  const pick = (values: readonly number[]): number => values[draw.int(0, values.length - 1)];
  const costOf = ({ bits, lanes, nm }: { readonly [name: string]: number }): number =>
    (bits < 12 ? 0.7 : 1) * (lanes < 4 ? 1.8 : 1) * Math.sqrt(nm) ** 3;
  const chip = (id: number, values: { readonly [name: string]: number }): Candidate => ({
    ...{ id, values, trouble: "", isBeyond: false },
    metricOf: () => costOf(values) * (1 + 0.002 * (draw.float() - 0.5)),
  });
  const study = Array.from({ length: 400 }, (_, i) => {
    const searched = { bits: pick([10, 12, 16]), lanes: pick([2, 4, 8, 16]), nm: pick([22, 28, 45, 65]) };
    return chip(i + 1, { ...searched, clock: draw.int(50, 300) });
  });
  const trend = localTrend(chip(0, { bits: 12, lanes: 4, nm: 28, clock: 150 }), study, ["cost"], NO_FUNCTION);
  expect(trend?.steps.slice(0, 3).map(({ from, to }) => [from, to])).toEqual([
    [12, 16],
    [4, 8],
    [28, 45],
  ]);
  const own = costOf({ bits: 12, lanes: 4, nm: 28 });
  const [bits, lanes, nm] = (trend?.effects.get("cost") ?? []).map((effect) => relative(effect, own));
  expect(Math.abs(bits ?? 0)).toBeLessThan(0.01);
  expect(Math.abs(lanes ?? 0)).toBeLessThan(0.01);
  expect(nm).toBeCloseTo(Math.sqrt(45 / 28) ** 3 - 1, 2);
});

test("a short step among long ones has the effect of its ratio, by the closed formula of two power laws", () => {
  const draw = createRng(6, "power");
  const pick = (values: readonly number[]): number => values[draw.int(0, values.length - 1)];
  const costOf = (nm: number, mhz: number): number => Math.sqrt(nm) ** 3 / Math.sqrt(mhz);
  const chip = (id: number, nm: number, mhz: number): Candidate => ({
    ...{ id, values: { nm, mhz }, trouble: "", isBeyond: false },
    metricOf: () => costOf(nm, mhz) * (1 + 0.002 * (draw.float() - 0.5)),
  });
  const study = Array.from({ length: 60 }, (_, i) => chip(i + 1, pick([22, 28, 30, 180, 190]), pick([1, 2, 3, 50, 1000])));
  // neighbours in one parameter would be read, not estimated
  const others = study.filter(({ values: { nm, mhz } }) => nm !== 28 && mhz !== 2);
  const trend = localTrend(chip(0, 28, 2), others, ["cost"], NO_FUNCTION);
  const [nm, mhz] = (trend?.effects.get("cost") ?? []).map((effect) => relative(effect, costOf(28, 2)));
  expect(trend?.steps.map(({ to }) => to)).toEqual([30, 3]);
  expect(nm).toBeCloseTo(Math.sqrt(30 / 28) ** 3 - 1, 2);
  expect(mhz).toBeCloseTo(Math.sqrt(2 / 3) - 1, 2);
});

test("few points, or points that all failed, give no trend", () => {
  const own = point(0, 8, 5, "red", 0);
  expect(localTrend(own, cloud(15, 0), ["cost"], NO_FUNCTION)).toBeNull();
  const failed = cloud(200, 0).map((other) => ({ ...other, trouble: "failed" }));
  expect(localTrend(own, failed, ["cost"], NO_FUNCTION)).toBeNull();
});

describe("D3", () => {
  const PARAMETERS = new Set(["weight_bits", "state_bits"]);
  const FUNCTION: FunctionOfStudy = { parameters: PARAMETERS, metrics: FUNCTIONAL_METRICS };
  /**
   * Below 12 bits of state the network fails; weight bits cost a little accuracy. Latency follows its law, with the
   * chip's noise.
   */
  const accuracyOf = (weights: number, state: number): number =>
    state < 12 ? 20 + (weights % 3) : Math.min(99.2, 90 + 2 * weights) - (weights === 6 ? 0.2 : 0);
  const draw = createRng(12, "cliff");
  function chip(id: number, values: { readonly [name: string]: number }): Candidate {
    const accuracy = accuracyOf(values.weight_bits, values.state_bits);
    const latency = (1000 / values.lanes) * (1 + 0.05 * values.height) * (1 + 0.3 * draw.float());
    return {
      id,
      values,
      trouble: "",
      isBeyond: false,
      metricOf: (metric) => ({ accuracy_percent: accuracy, latency_us: latency })[metric] ?? null,
    };
  }
  const pick = (values: readonly number[]): number => values[draw.int(0, values.length - 1)];
  const study = Array.from({ length: 400 }, (_, i) =>
    chip(i + 1, {
      weight_bits: pick([3, 4, 5, 6, 7, 8]),
      state_bits: pick([8, 10, 12, 16]),
      lanes: pick([4, 8, 16, 32]),
      height: pick([1, 2, 3, 4]),
      flit_width: pick([16, 32, 64]),
    }),
  );
  const plain = { colour: false, unicode: false } as const;
  const objectives = ["accuracy_percent", "latency_us"].map((metric) => ({ metric, direction: "max" as const, head: metric }));

  test("for every point, the accuracy of a step is the stored truth or exactly no change, also across the cliff", {
    tags: ["long"],
  }, () => {
    const met = { none: 0, stored: 0, cliff: 0 };
    for (const own of study) {
      const trend = localTrend(own, study, ["accuracy_percent", "latency_us"], FUNCTION);
      const effects = trend?.effects.get("accuracy_percent") ?? [];
      for (const [i, { parameter, to }] of (trend?.steps ?? []).entries()) {
        const effect = effects[i];
        if (!PARAMETERS.has(parameter)) {
          expect(effect).toEqual({ kind: "none" });
          met.none++;
          continue;
        }
        const there = { ...own.values, [parameter]: to } as { readonly [name: string]: number };
        const truth = accuracyOf(there.weight_bits, there.state_bits);
        expect(effect).toMatchObject({ kind: "stored", value: truth });
        met.stored++;
        if (Math.abs(truth - (own.metricOf("accuracy_percent") ?? 0)) > 50) met.cliff++;
      }
      const latencies = study.map((other) => other.metricOf("latency_us") as number);
      for (const effect of trend?.effects.get("latency_us") ?? []) {
        if (effect.kind !== "estimated") continue;
        expect(effect.value).toBeGreaterThanOrEqual(Math.min(...latencies));
        expect(effect.value).toBeLessThanOrEqual(Math.max(...latencies));
      }
    }
    console.log(`seed 12: ${JSON.stringify(met)}`);
    for (const [kind, count] of Object.entries(met)) expect(count, kind).toBeGreaterThan(50);
  });

  test("a quantile of a metric of the function is computed once for each function", () => {
    let computed = 0;
    const withQuantile = study.map((one) => ({
      ...one,
      metricOf: (metric: string) => {
        if (metric !== "accuracy_percent@10") return one.metricOf(metric);
        computed++;
        return (one.metricOf("accuracy_percent") as number) - 1;
      },
    }));
    const functions = new Set(study.map(({ values }) => `${values.weight_bits}/${values.state_bits}`));
    for (const own of withQuantile.slice(0, 20)) {
      computed = 0;
      const of = { parameters: PARAMETERS, metrics: new Set(["accuracy_percent", "accuracy_percent@10"]) };
      const effects = localTrend(own, withQuantile, ["accuracy_percent", "accuracy_percent@10"], of)?.effects;
      expect(computed).toBeGreaterThan(1);
      expect(computed).toBeLessThanOrEqual(functions.size);
      const lower = effects
        ?.get("accuracy_percent")
        ?.map((effect) => ("value" in effect ? { ...effect, value: effect.value - 1 } : effect));
      expect(effects?.get("accuracy_percent@10")).toEqual(lower);
    }
  });

  test("it is printed in points: 0 for the height of the mesh, -0.2 from 5 to 6 bits, and no accuracy above the stored ones", () => {
    const own = study.find(({ values }) => values.weight_bits === 5 && values.state_bits === 12) as Candidate;
    const trend = localTrend(own, study, ["accuracy_percent", "latency_us"], FUNCTION);
    if (trend === null) throw new Error("no trend");
    const lines = trendLines(plain, own, trend, objectives, []);
    const cells = (parameter: string): string[] =>
      lines
        .find((line) => line.includes(parameter))
        ?.trim()
        .split(/ {2,}/) ?? [];
    expect(cells("height")[3]).toBe("0 points");
    expect(cells("flit_width")[3]).toBe("0 points");
    expect(cells("state_bits")).toEqual(expect.arrayContaining(["12", "16", "0 points"]));
    expect(cells("weight_bits")).toEqual(expect.arrayContaining(["5", "6", "-0.200 points"]));
    const neighbours = neighboursOf(own.values, [{ ...own, id: 999, values: { ...own.values, state_bits: 10 }, metricOf: () => 20 }]);
    expect(sensitivityLines(plain, own, neighbours, objectives, []).join("\n")).toContain("-79.2 points");
  });

  test("a change is marked if and only if neither point is better in nine of ten draws", () => {
    const own = study[0] as Candidate;
    const neighbours = neighboursOf(own.values, [{ ...own, id: 999, values: { ...own.values, state_bits: 99 }, metricOf: () => 20 }]);
    const marked = (share: number, equal = 0): boolean => {
      const lines = sensitivityLines(plain, own, neighbours, objectives, [{ id: 999, better: [{ metric: "latency_us", share, equal }] }]);
      const row = lines.find((line) => line.includes("#999")) ?? "";
      expect(row.match(/\? /g)?.length ?? 0).toBe(lines.some((line) => line.startsWith("?: neither")) ? 1 : 0);
      return row.includes("? ");
    };
    expect([0, 0.1, 0.11, 0.5, 0.89, 0.9, 1].map((share) => marked(share))).toEqual([false, false, true, true, true, false, false]);
    expect([marked(0, 1), marked(0.05, 0.9), marked(0, 0.5), marked(0.5, 0.5)]).toEqual([false, false, true, true]);
  });

  test("so is the effect of a step that one stored point shows, by that point's own draws", () => {
    const own = study[0] as Candidate;
    const trend = localTrend(own, study, ["accuracy_percent", "latency_us"], FUNCTION);
    if (trend === null) throw new Error("no trend");
    const told = [...trend.effects].flatMap(([metric, effects]) => effects.flatMap((e) => (e.kind === "stored" ? [{ metric, ...e }] : [])));
    expect(told.length).toBeGreaterThan(0);
    for (const { metric, id, value } of told) expect(study.find((one) => one.id === id)?.metricOf(metric)).toBe(value);
    const [{ metric, id }] = told;
    const same = told.filter((one) => one.metric === metric && one.id === id).length;
    const marks = (share: number): number => {
      const lines = trendLines(plain, own, trend, objectives, [{ id, better: [{ metric, share, equal: 0 }] }]);
      return lines.filter((line) => !line.startsWith("?")).reduce((sum, line) => sum + (line.match(/[?] /g)?.length ?? 0), 0);
    };
    expect([0, 0.1, 0.5, 0.9].map(marks)).toEqual([0, 0, same, 0]);
  });

  test("if no stored point has the other widths, the answer is the range of the stored values, or nothing", () => {
    const own = chip(0, { weight_bits: 5, state_bits: 12, lanes: 8, height: 1, flit_width: 16 });
    const others = study.filter(({ values }) => values.weight_bits !== 5);
    const effects = (points: readonly Candidate[]): readonly Effect[] =>
      localTrend(own, points, ["accuracy_percent"], FUNCTION)?.effects.get("accuracy_percent") ?? [];
    expect(effects(others)[1]).toEqual({ kind: "between", low: 96, high: 99.2, dependsOn: ["weight_bits"] });
    const trend = localTrend(own, others, ["accuracy_percent"], FUNCTION);
    if (trend === null) throw new Error("no trend");
    const text = trendLines(plain, own, trend, objectives.slice(0, 1), []).join("\n");
    expect(text).toContain("96.0 to 99.2 %");
    expect(text).toContain("accuracy_percent at state_bits 16: depends on weight_bits");
    const unlabelled = others.map((other): Candidate => (other.values.state_bits === 16 ? { ...other, metricOf: () => null } : other));
    expect(effects(unlabelled)[1]).toEqual({ kind: "unknown" });
  });

  test("accuracy is never fitted: without known functional parameters, or if points contradict them, only stored neighbours answer", () => {
    const own = study[0];
    const contradicted = study.map((other) =>
      other.id === 2 ? { ...other, values: { ...own.values, height: 1 + (own.values.height as number) }, metricOf: () => 55 } : other,
    );
    for (const [points, parameters] of [
      [study, null],
      [contradicted, PARAMETERS],
    ] as const) {
      const trend = localTrend(own, points, ["accuracy_percent"], { parameters, metrics: FUNCTIONAL_METRICS });
      const kinds = new Set(trend?.effects.get("accuracy_percent")?.map(({ kind }) => kind));
      for (const kind of kinds) expect(["unknown", "stored"]).toContain(kind);
    }
  });

  test.skipIf(!isBuilt)(
    "in a real study, steps of precision are the stored truth and steps of the chip change nothing",
    { tags: ["long"], timeout: 240_000 },
    () => {
      const folder = mkdtempSync(join(tmpdir(), "snn-dse-trend-"));
      writeFileSync(
        join(folder, "a.yaml"),
        `version: 1
extends: mesh-2x2
network: { model: mnist-rows-rec-v2.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 60, timing_samples: 1, seed: 1 }
noc: { height: { sweep: [2, 3] } }
tile: { core: { lanes: { sweep: [8, 32] }, synapse_memory: { size_kib: 128, word_bits: 128 } } }
precision: { weight_bits: { sweep: [4, 6, 8] }, state_bits: { sweep: [10, 12, 16] }, state_fraction_bits: { sweep: { derived: "state_bits - 8" } } }
sweep:
  objectives: { accuracy_percent: max, latency_us: min }
  sampler: { name: grid, budget: 36, seed: 1 }
`,
      );
      try {
        execFileSync(process.execPath, [...BRIEF, program, "sweep", "a.yaml", "--workers", "1", "--json"], {
          cwd: folder,
          stdio: "ignore",
        });
        const store = Store.read(join(folder, "a.db"));
        const points = [...store.points("p.state = 'done'")];
        const record = store.study();
        store.close();
        if (record === null) throw new Error("no study");
        expect(points.length).toBe(36);
        const searched = (candidate: Candidate): Candidate => {
          const { state_fraction_bits: _, ...values } = candidate.values;
          return { ...candidate, values };
        };
        const truth = new Map(
          points.map(({ values, metrics }) => [`${values.weight_bits}/${values.state_bits}`, metrics?.accuracy_percent]),
        );
        expect(new Set(truth.values()).size).toBeGreaterThan(2);
        const others = points.map((point) => candidateOf(point));
        for (const one of points) {
          const parameters = functionalParameters(record, "a.db", one.values);
          expect(parameters).toEqual(PARAMETERS);
          const trend = localTrend(searched(candidateOf(one)), others, ["accuracy_percent"], { parameters, metrics: FUNCTIONAL_METRICS });
          for (const [i, { parameter, to }] of (trend?.steps ?? []).entries()) {
            const there = { ...one.values, [parameter]: to };
            const value = truth.get(`${there.weight_bits}/${there.state_bits}`);
            expect(trend?.effects.get("accuracy_percent")?.[i]).toEqual(
              PARAMETERS.has(parameter) ? expect.objectContaining({ kind: "stored", value }) : { kind: "none" },
            );
          }
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

test("a point with a further parameter is no neighbour, and its value no effect of one step: from either side", () => {
  const of = (id: number, values: Candidate["values"], cost: number): Candidate => ({
    id,
    values,
    trouble: "",
    isBeyond: false,
    metricOf: () => cost,
  });
  const others = Array.from({ length: 40 }, (_, i) => of(i + 10, { mode: i % 2 === 0 ? "off" : "idle", lanes: 2 ** (i % 5) }, 1 + i));
  const [off, on, idle] = [
    of(1, { mode: "off", lanes: 64 }, 5),
    of(2, { mode: "on", lanes: 64, depth: 4 }, 7),
    of(3, { mode: "idle", lanes: 64 }, 6),
  ];
  expect(neighboursOf(off.values, [on, idle]).map(({ id }) => id)).toEqual([3]);
  expect(neighboursOf(on.values, [off, idle])).toEqual([]);
  const isMode = { parameters: new Set(["mode", "depth"]), metrics: new Set(["cost"]) };
  for (const of of [NO_FUNCTION, isMode]) {
    const [effect] = localTrend(off, [on, ...others], ["cost"], of)?.effects.get("cost") ?? [];
    expect(effect.kind).not.toBe("stored");
  }
});
