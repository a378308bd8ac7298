/** What a report says of a whole study is of all its points, and of the parameters that were searched. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open } from "../../../app/open.js";
import { openStudy } from "../../../app/open-study.js";
import { pareto } from "../../../app/pareto.js";
import { show } from "../../../app/point-detail.js";
import { reportData, reportMethods } from "../../../app/report.js";
import { createRng } from "../../../base/rng.js";
import { sourceWithoutPrice } from "../../../sim/without-price.js";
import { Store } from "../../../sweeps/index.js";
import { methodsParagraphs } from "../../../sweeps/report/methods.js";
import { lanesAndClocks } from "../../app/lanes-and-clocks.js";
import { isBuilt } from "../../cli/small-sweep.js";
import { COUNTERS, resultOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "report-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { sweep: search, ...chip } = lanesAndClocks("grid", 20);
const { parameters, ...rest } = search as { readonly parameters: readonly object[] };

test.skipIf(!isBuilt)(
  "a derived parameter beside the parameter that it follows from changes no importance and no neighbour",
  { tags: ["long"] },
  async () => {
    const derived = [
      { path: "tile.core.state_memory.word_bits", name: "word", derived: "16 * lanes" },
      { path: "tile.core.max_neurons", name: "neurons", derived: "clock_mhz + 100" },
    ];
    const found = await Promise.all(
      [[], derived.slice(0, 1), derived].map(async (further, i) => {
        const db = join(folder, `derived${i}.db`);
        const description = open({ ...chip, sweep: { ...rest, parameters: [...parameters, ...further] } });
        const study = await openStudy(description, { db, evaluator: "mine 1" });
        for (const point of await study.ask(20)) {
          const [lanes, clock] = [point.values.lanes as number, point.values.clock_mhz as number];
          expect(Object.keys(point.values)).toHaveLength(2 + further.length);
          study.tell(point, { metrics: { energy_uj_per_inference: lanes * lanes + clock, latency_us: 1000 / lanes / clock } });
        }
        await study.close();
        expect(show(db, 1).neighbours).toHaveLength(4 + 3);
        const { points, importance } = reportData(db, null);
        // all digits: the page's search and download are those of the database
        expect(points.columns.latency_us).toEqual(
          points.id.map((_, k) => 1000 / Number(points.columns.lanes[k]) / Number(points.columns.clock_mhz[k])),
        );
        return importance;
      }),
    );
    expect(found[0].map(({ parameter }) => parameter)).toEqual(["lanes", "clock_mhz", "lanes", "clock_mhz"]);
    expect(found[0].every(({ share }) => (share ?? 0) > 0.001)).toBe(true);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  },
);

test.skipIf(!isBuilt)(
  "of searched numbers of utterances, the methods name the least and the most of all points, also beyond the front",
  { tags: ["long"] },
  async () => {
    const db = join(folder, "samples.db");
    const sampled = [
      { path: "workload.samples", values: [5, 12, 20] },
      { path: "workload.timing_samples", values: [1, 3] },
    ];
    const study = await openStudy(open({ ...chip, sweep: { ...rest, parameters: sampled } }), { db });
    for (const point of await study.ask(6)) study.tell(point, await study.evaluate(point));
    await study.close();
    expect(pareto(db).rows.length).toBeLessThan(6);
    expect(reportData(db, null).workload).toEqual({ utterances: { least: 5, most: 20 }, timed: { least: 1, most: 3 } });
    expect(String(reportMethods(db))).toContain("5 to 20 utterances for accuracy, 1 to 3 of them");
  },
);

test.skipIf(!isBuilt)(
  "a study's conditional parameter is judged among the points that have it, also where a derived one decides",
  async () => {
    const db = join(folder, "conditional.db");
    const conditional = [
      { path: "tile.core.lanes", name: "lanes", values: [1, 2, 4, 8] },
      { path: "tile.core.max_neurons", name: "neurons", derived: "16 * lanes" },
      { path: "chip.clock_mhz", name: "clock_mhz", values: [50, 100, 150, 200, 250], when: "neurons > 40" },
    ];
    const study = await openStudy(open({ ...chip, sweep: { ...rest, parameters: conditional } }), { db, evaluator: "mine 1" });
    for (const point of await study.ask(20)) {
      const { lanes, clock_mhz: clock = null } = point.values;
      study.tell(point, {
        metrics: { energy_uj_per_inference: clock === null ? 1 : 9, latency_us: clock === null ? 1000 : Number(clock) },
      });
      expect(clock !== null).toBe(Number(lanes) > 2);
    }
    await study.close();
    const found = reportData(db, null).importance;
    expect(found.map(({ parameter, metric, when }) => [parameter, metric, when])).toEqual([
      ["lanes", "energy_uj_per_inference", null],
      ["clock_mhz", "energy_uj_per_inference", "neurons > 40"],
      ["lanes", "latency_us", null],
      ["clock_mhz", "latency_us", "neurons > 40"],
    ]);
    expect(found[0].share).toBeGreaterThan(0.9);
    expect(found[1].share).toBeNull();
    expect(found[3].share).toBeGreaterThan(0.8); // 1 but for the few points: 0.85 to 1 by other forests
  },
);

test.skipIf(!isBuilt)("of a large front, parts without a price and sources of prices are those of every point", async () => {
  const db = join(folder, "parts.db");
  const clocks = [{ path: "chip.clock_mhz", values: Array.from({ length: 100 }, (_, i) => 50 + i) }];
  const study = await openStudy(open({ ...chip, sweep: { ...rest, parameters: clocks, sampler: { name: "grid", budget: 100 } } }), {
    db,
    evaluator: "mine 1",
  });
  const metricsOf = (id: number) => ({ energy_uj_per_inference: id, latency_us: 1000 - id });
  for (const point of await study.ask(100)) study.tell(point, { metrics: metricsOf(point.id) });
  await study.close();
  const rng = createRng(3, "parts");
  const without = Array.from({ length: 100 }, (_, i) => i + 1).filter(() => rng.float() < 0.2);
  expect(without.length).toBeGreaterThan(5);
  const store = Store.open(db);
  for (const id of without) {
    const result = resultOf(metricsOf(id));
    const line = { group: "noc", count: null, unitEnergyPj: null, energyPj: null, areaMm2: null } as const;
    const part = { ...line, component: `part ${id}`, source: sourceWithoutPrice("die_link_leakage_mw") };
    store.finish({ id }, { ...result, breakdown: [...result.breakdown, part] }, COUNTERS, 0, 1);
  }
  store.recount();
  store.close();
  const named = (ids: readonly number[]): Set<string> => new Set(ids.map((id) => `part ${id} (prices.die_link_leakage_mw)`));
  expect(pareto(db).rows).toHaveLength(100);
  expect(new Set(pareto(db).withoutPrice)).toEqual(named(without));
  const { rows, withoutPrice } = pareto(db, { top: 30, by: "latency" });
  const shown = rows.map(({ id }) => id).filter((id) => without.includes(id));
  expect(new Set(withoutPrice)).toEqual(named(shown));
  const sources = reportData(db, null).sources.filter((text) => text.startsWith("part "));
  expect(sources.map((text) => text.split(":")[0]).sort()).toEqual(without.map((id) => `part ${id}`).sort());
});

test.skipIf(!isBuilt)(
  "the methods name no fixed value that no point has: those of all tiles are searched by tile, or set for each",
  async () => {
    const textOf = async (name: string, tile: object, path: string): Promise<string> => {
      const db = join(folder, name);
      const lanes = [{ path, name: "ln", values: [1, 2] }];
      const described = open({ ...chip, ...tile, sweep: { ...rest, parameters: lanes, sampler: { name: "grid", budget: 2 } } });
      const study = await openStudy(described, { db, evaluator: "mine 1" });
      for (const point of await study.ask(2))
        study.tell(point, { metrics: { energy_uj_per_inference: point.id, latency_us: 9 - point.id } });
      await study.close();
      return methodsParagraphs(reportData(db, null)).join("\n");
    };
    const all = await textOf("all.db", {}, "tile[0..3].core.lanes");
    expect(all).not.toContain("core.lanes 4");
    expect(all).toContain("tile.core.max_neurons 256");
    expect(await textOf("some.db", {}, "tile[0..2].core.lanes")).toContain("tile.core.lanes 4");
    const own = {
      "tile[0,1]": { core: { max_neurons: 300 } },
      "tile[2,3]": { core: { max_neurons: 400 } },
      "tile[3]": { core: { lanes: 16 } },
    };
    const each = await textOf("each.db", own, "tile.core.lanes");
    expect(each).not.toMatch(/max_neurons 256|core\.lanes (4|16)/);
    for (const set of ["tile[0,1].core.max_neurons 300", "tile[2,3].core.max_neurons 400"]) expect(each).toContain(set);
  },
);

test.skipIf(!isBuilt)("a report has the quantiles of objectives and of constraints", async () => {
  const db = join(folder, "quantiles.db");
  const search = { ...rest, parameters, objectives: { "energy_uj_per_inference@90": "min", latency_us: "min" } };
  const study = await openStudy(open({ ...chip, sweep: { ...search, constraints: ["step_latency_us@95 <= 1000000"] } }), { db });
  for (const point of await study.ask(2)) study.tell(point, await study.evaluate(point));
  await study.close();
  const { points, metrics } = reportData(db, null);
  for (const name of ["energy_uj_per_inference@90", "step_latency_us@95"]) {
    expect(metrics.map((metric) => metric.name)).toContain(name);
    expect(points.columns[name].every((value) => typeof value === "number")).toBe(true);
  }
});
