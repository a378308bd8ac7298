/**
 * Quantiles of metrics as objectives, in constraints and in questions: closed forms, the draws of the intervals, and
 * the same values wherever they are asked for.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { comparePoints } from "../../app/compare.js";
import { confidence } from "../../app/confidence.js";
import { open } from "../../app/open.js";
import { openStudy } from "../../app/open-study.js";
import { exportFront, pareto } from "../../app/pareto.js";
import { show } from "../../app/point-detail.js";
import { pointPieces, points } from "../../app/points.js";
import { reprice, repricedPieces } from "../../app/reprice.js";
import { parseArch } from "../../arch/index.js";
import { exp, log } from "../../base/math.js";
import { pointLines } from "../../cli/format/point.js";
import { isMetric, metricFacts, quantileOf, type Result } from "../../sim/index.js";
import { DRAWN_METRICS } from "../../sim/metric-names.js";
import { type Metrics, Objectives } from "../../sweeps/objectives.js";
import { quantiles } from "../../sweeps/uncertainty/quantile.js";
import { StudyQuantiles, USUAL_DRAWS } from "../../sweeps/uncertainty/study-quantiles.js";
import { isBuilt } from "../cli/small-sweep.js";
import { resultOf, specOf } from "./fake-study.js";

/** The numbers of a column of a table whose cells hold no comma before it. */
function columnOf(csv: string, name: string): readonly number[] {
  const [head, ...lines] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return lines.map((line) => Number(line[head.indexOf(name)]));
}

const folder = mkdtempSync(join(tmpdir(), "quantiles-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Standard normal value below which this percentage of draws lies. */
const Z = { 5: -1.6448536, 50: 0, 90: 1.2815516, 99: 2.3263479 } as const;

describe("values", () => {
  const described = parseArch(
    "version: 1\nextends: mesh-2x2\nprices: { synapse_memory_read_pj: { value: 3, source: mine, plus_minus_percent: 50 }, synapse_memory_area_mm2: { value: 1, source: mine } }\n",
    "a.yaml",
  ).experiment;
  const plain = resultOf({ energy_uj_per_inference: 2, area_mm2: 1 });
  const row = (component: string, energyPj: number | null, areaMm2: number | null) => ({
    ...{ component, group: "memory" as const, count: 1, unitEnergyPj: null, energyPj, areaMm2, source: "" },
  });
  const result: Result = { ...plain, breakdown: [row("synapse memory reads", 2e6, null), row("synapse memory area", null, 1)] };

  test("of one price of +-50 %, each quantile is the energy times exp(z sigma), within the error of 1,000 draws; exact metrics do not change", () => {
    const sigma = log(1.5) / 1.6448536;
    const names = (["5", "50", "90", "99"] as const).map((percent) => `energy_uj_per_inference@${Number(percent)}` as const);
    const found = new StudyQuantiles([...names, "area_mm2@90", "latency_us@90"], () => described).extended({}, result);
    for (const [percent, z] of Object.entries(Z)) {
      const value = found[`energy_uj_per_inference@${Number(percent)}`] as number;
      // three standard errors of these quantiles over 1,000 normal numbers, each 0.04 to 0.12 sigma
      expect(Math.abs(log(value / 2) - z * sigma), percent).toBeLessThan(0.36 * sigma);
    }
    expect(found["area_mm2@90"]).toBe(1);
    expect(found["latency_us@90"]).toBeNull();
    expect(found.energy_uj_per_inference).toBe(2);
    const [low, high] = [found["energy_uj_per_inference@5"], found["energy_uj_per_inference@99"]] as number[];
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(exp(sigma) * 2);
  });

  test("a study that names no quantile is unchanged, and makes no draws", () => {
    const none = new StudyQuantiles([], () => {
      throw new Error("asked for a chip");
    });
    expect(none.extended({}, result)).toBe(result.metrics);
  });

  test("names exist only for drawn metrics, between 0 and 100 %", () => {
    expect(quantileOf("energy_uj_per_inference@97.5")).toEqual({ metric: "energy_uj_per_inference", share: 0.975 });
    for (const wrong of [
      "energy_uj_per_inference@0",
      "energy_uj_per_inference@100",
      "spikes_fired@90",
      "energy@90",
      "area_mm2@",
      "area_mm2",
    ])
      expect(quantileOf(wrong), wrong).toBeNull();
    expect(isMetric("area_mm2@90")).toBe(true);
    expect(metricFacts("area_mm2@90")).toMatchObject({ unit: "mm2", direction: "min" });
  });

  test("docs/prices.md names every metric that has quantiles, and no other", () => {
    const text = readFileSync("docs/prices.md", "utf8");
    const [, listed = ""] = /\nMetrics: ([\s\S]*?); percentages/.exec(text) ?? [];
    expect(Array.from(listed.matchAll(/`(\w+)`/g), ([, name]) => name).sort()).toEqual([...DRAWN_METRICS].sort());
  });

  test("of 1,000 draws, percentages from 99.9 on are the largest one and those below 0.1 the smallest", () => {
    const draws = Float64Array.from({ length: USUAL_DRAWS }, (_, k) => (k * 7) % USUAL_DRAWS);
    expect(quantiles(draws, [0.00001, 0.00099, 0.001, 0.998999, 0.999, 0.99999])).toEqual([0, 0, 1, 998, 999, 999]);
  });

  test("constraints over quantiles wait for the result; told results need only the metric", () => {
    const spec = specOf({
      constraints: ["area_mm2@90 <= 2", "area_mm2 <= 3"],
      objectives: [{ metric: "energy_uj_per_inference@90", direction: "min" }],
    });
    const objectives = new Objectives(spec, ["lanes", "word_bits", "bits", "kind"]);
    expect(objectives.checkBefore({}, { area_mm2: 2.5 }).violation).toBe(0);
    expect(objectives.quantiles).toEqual(["energy_uj_per_inference@90", "area_mm2@90"]);
    expect(objectives.needed).toEqual(["energy_uj_per_inference", "area_mm2"]);
    expect(objectives.score({}, { "energy_uj_per_inference@90": 4, "area_mm2@90": 3, area_mm2: 1 })).toEqual({
      objectives: [4],
      violation: 0.5,
      limits: [3],
    });
  });
});

describe.skipIf(!isBuilt)("in a study", () => {
  const description = (constraint: string): { readonly [key: string]: unknown } => ({
    version: 1,
    extends: "mesh-2x2",
    workload: { samples: 20, timing_samples: 2 },
    tile: { core: { lanes: { sweep: [4, 8] }, state_memory: { word_bits: { sweep: [64, 128] } } } },
    sweep: {
      objectives: { "energy_uj_per_inference@95": "min", latency_us: "min" },
      constraints: [constraint],
      sampler: { name: "grid" },
    },
  });

  test("an objective is the end of the interval that show prints, whether told, stored or asked of the database", {
    tags: ["long"],
  }, async () => {
    const db = join(folder, "a.db");
    const told: { readonly id: number; readonly objectives: readonly number[] | null }[] = [];
    const run = async (): Promise<void> => {
      const study = await openStudy(open(description("area_mm2@90 <= 100")), { db });
      for (;;) {
        const points = await study.ask(4);
        if (points.length === 0) break;
        for (const point of points) {
          const evaluation = await study.evaluate(point);
          told.push(evaluation);
          study.tell(point, evaluation);
        }
      }
      await study.close();
    };
    await run();
    expect(told).toHaveLength(4);
    const report = pareto(db);
    for (const { id, metrics } of report.rows) {
      expect(metrics["energy_uj_per_inference@95"]).toBe(told.find((one) => one.id === id)?.objectives?.[0]);
      expect(metrics["energy_uj_per_inference@95"]).toBe(show(db, id).intervals.energy_uj_per_inference?.high);
    }
    const asked = pareto(db, {
      objectives: ["energy_uj_per_inference@95", "area_mm2@50"],
      where: "energy_uj_per_inference@95 < 1e9",
      columns: ["area_mm2@90"],
    });
    expect(asked.rows.length).toBeGreaterThan(0);
    expect(asked.rows.every(({ metrics }) => (metrics["area_mm2@90"] as number) > (metrics.area_mm2 as number))).toBe(true);
    expect(pareto(db, { where: "energy_uj_per_inference@95 < 0" }).rows).toEqual([]);
    expect(String(await exportFront(report, "csv"))).toMatch(/^id,[^\n]*energy_uj_per_inference@95/);
    const named = ["energy_uj_per_inference@95", "area_mm2@90"] as const;
    const listed = [...points(db)];
    for (const name of named) expect(listed.map(({ metrics }) => typeof (metrics as Metrics)[name])).toEqual(listed.map(() => "number"));
    expect(columnOf([...pointPieces(db, "csv", { breakdown: false })].join(""), named[0])).toEqual(
      told.map(({ objectives }) => objectives?.[0]),
    );
    for (const { id, metrics } of report.rows) {
      const pairs = comparePoints(db, id, 1).metrics;
      for (const name of named) {
        const pair = pairs.find(({ metric }) => metric === name);
        const own = listed.find((one) => one.id === id)?.metrics ?? {};
        expect(pair).toMatchObject({ left: (own as Metrics)[name] });
      }
      expect(pairs.find(({ metric }) => metric === named[0])?.left).toBe(metrics[named[0]]);
    }
    const repricing = await reprice(db, null, { scale: { leakage: 2 } });
    const priced = columnOf([...repricedPieces(db, repricing, "csv", false)].join(""), named[0]);
    for (const [i, { objectives }] of told.entries()) expect(priced[i]).toBeGreaterThan(objectives?.[0] as number);
    const { hypervolume } = report;
    const again = await openStudy(open(description("area_mm2@90 <= 100")), { db });
    expect(await again.ask(4)).toEqual([]);
    await again.close();
    expect(pareto(db).hypervolume).toBe(hypervolume);
  });

  test("show has the objective's value of the point, of its neighbours and of each step, and marks ties by the metric's draws", {
    tags: ["long"],
  }, async () => {
    const db = join(folder, "show.db");
    const objective = "energy_uj_per_inference@90";
    const swept = {
      version: 1,
      extends: "mesh-2x2",
      network: { model: "mnist-rows-lif.safetensors" },
      workload: { dataset: "mnist-rows", samples: 20, timing_samples: 1 },
      chip: { clock_mhz: { sweep: [50, 100, 150, 200] } },
      tile: { core: { lanes: { sweep: [1, 2, 4, 8] } } },
      sweep: { objectives: { [objective]: "min", "accuracy_percent@10": "max" }, sampler: { name: "grid" } },
    };
    const study = await openStudy(open(swept), { db });
    const told = new Map<number, readonly number[] | null>();
    for (const point of await study.ask(16)) {
      const evaluation = await study.evaluate(point);
      told.set(point.id, evaluation.objectives);
      study.tell(point, evaluation);
    }
    await study.close();
    const met = { neighbours: 0, stored: 0, none: 0 };
    for (const [id, objectives] of told) {
      const shown = show(db, id);
      expect([objective, "accuracy_percent@10"].map(shown.own.metricOf)).toEqual(objectives);
      for (const { id: other, metricOf } of shown.neighbours) {
        met.neighbours++;
        expect(metricOf(objective)).toBe(told.get(other)?.[0]);
      }
      for (const effect of shown.trend?.effects.get(objective) ?? []) {
        if (effect.kind !== "stored") continue;
        met.stored++;
        expect(effect.value).toBe(told.get(effect.id)?.[0]);
      }
      for (const { kind } of shown.trend?.effects.get("accuracy_percent@10") ?? []) {
        expect(kind).toBe("none");
        met.none++;
      }
    }
    expect(met).toEqual({ neighbours: 16 * 6, stored: 32, none: 32 });
    const shown = show(db, 1);
    const better = [{ metric: "energy_uj_per_inference" as const, share: 0.5, equal: 0, ratio: null, difference: { low: -1, high: 1 } }];
    const differences = shown.neighbours.map(({ id }) => ({ id, better }));
    const lines = pointLines({ colour: false, unicode: false }, { ...shown, differences });
    expect(lines.filter((line) => /^ *(lanes|clock_mhz)? .*[?] [-+0-9.]+ % +0 points +#/.test(line))).toHaveLength(6);
  });

  test("the stored front whose points pareto --confidence draws is the one that pareto prints, also where the metrics have another", async () => {
    const db = join(folder, "front.db");
    const swept = {
      version: 1,
      extends: "mesh-2x2",
      workload: { samples: 20, timing_samples: 2 },
      prices: {
        basis: "library",
        core_clock_pj_per_cycle: {
          value: { sweep: [40, 42], name: "value" },
          source: "mine",
          plus_minus_percent: { sweep: [500, 0], name: "error" },
        },
      },
      sweep: { objectives: { "energy_uj_per_inference@90": "min", area_mm2: "min" }, sampler: { name: "grid" } },
    };
    const study = await openStudy(open(swept), { db });
    for (const point of await study.ask(4)) study.tell(point, await study.evaluate(point));
    await study.close();
    const idsOf = (objectives: readonly string[]): readonly number[] =>
      pareto(db, { objectives })
        .rows.map(({ id }) => id)
        .sort((a, b) => a - b);
    const metrics = ["energy_uj_per_inference", "area_mm2"];
    expect(idsOf([])).not.toEqual(idsOf(metrics));
    for (const objectives of [[], metrics, ["energy_uj_per_inference@95", "area_mm2@95"]])
      expect(confidence(db, { objectives, draws: 50 }).front, objectives.join()).toEqual(idsOf(objectives));
  });

  test("a constraint over a quantile decides which points are within the limits", { tags: ["long"] }, async () => {
    const limits: number[] = [];
    for (const bound of [0, 1e9]) {
      const db = join(folder, `b${bound}.db`);
      const study = await openStudy(open(description(`energy_uj_per_inference@90 <= ${bound}`)), { db });
      for (const point of await study.ask(1)) study.tell(point, await study.evaluate(point));
      await study.close();
      limits.push(pareto(db).counts.feasible);
    }
    expect(limits).toEqual([0, 1]);
  });

  test.each([
    [{ "energy_uj_per_inference@0": "min" }, "latency_us > 0", /got .0. as quantile of energy_uj_per_inference[\s\S]*from 0.001 to 99.999/],
    [{ "spikes_fired@90": "max" }, "latency_us > 0", /spikes_fired has no quantiles[\s\S]*quantiles exist for accuracy_percent/],
    [{ "area_mm2@900": "min" }, "latency_us > 0", /got .900. as quantile of area_mm2/],
    [{ "areas@90": "min" }, "latency_us > 0", /unknown metric 'areas'/],
    [{ latency_us: "min" }, "spikes_fired@90 > 0", /unknown name spikes_fired@90/],
    [{ latency_us: "min" }, "area_mm2@90 == 'x'", /mixes a number with a text/],
  ] as const)("%j with %s is refused with its place", (objectives, constraint, message) => {
    const wrong = description(constraint) as { sweep: object };
    expect(() => open({ ...wrong, sweep: { ...wrong.sweep, objectives, constraints: [constraint] } })).toThrow(message);
  });
});
