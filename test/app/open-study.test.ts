/**
 * Asking and telling on a real chip: the database of a sweep, two studies in one process, results of others, closing by
 * signal.
 */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open, openStudy, pareto, report, reprice, reproduce, result, results, show, sweep } from "../../app/index.js";
import { packageRoot } from "../../base/package-root.js";
import { runHere } from "../cli/in-process.js";
import { isBuilt } from "../cli/small-sweep.js";
import { contentOf } from "../sweeps/fake-study.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";

const folder = mkdtempSync(join(tmpdir(), "open-study-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** More points than a study's reference point needs. */
const SPREAD = {
  ...(lanesAndClocks("random", 1).sweep as object),
  parameters: [
    { path: "tile.core.lanes", values: [1, 2, 4, 8, 16] },
    { path: "chip.clock_mhz", range: [50, 200], step: 1 },
  ],
};

const description = (sampler: string, change: object = {}) => open({ ...lanesAndClocks(sampler, 10), ...change });

test.skipIf(!isBuilt)(
  "ask, evaluate and tell on a chip leave the database of a sweep, beside a second study in the process",
  { tags: ["long"] },
  async () => {
    await sweep(description("tpe"), { db: at("swept.db"), workers: 1 });
    const study = await openStudy(description("tpe"), { db: at("told.db"), workers: 2 });
    const beside = await openStudy(description("random"), { workers: 1 });
    for (let batch = await study.ask(2); batch.length > 0; batch = await study.ask(2)) {
      const other = await beside.ask(1);
      await Promise.all([
        ...batch.map(async (point) => study.tell(point, await study.evaluate(point))),
        ...other.map(async (point) => beside.tell(point, await beside.evaluate(point))),
      ]);
    }
    // The open study is read as a database is.
    const rows = results(study);
    expect(rows.points.length).toBe(10);
    expect(result(study, rows.front[0])?.breakdown.length).toBeGreaterThan(3);
    const front = pareto(study).rows;
    expect(results(beside).points.length).toBeGreaterThanOrEqual(5);
    await Promise.all([study.close(), beside.close()]);
    expect(contentOf(at("told.db"))).toBe(contentOf(at("swept.db")));
    expect(pareto(at("told.db")).rows).toEqual(front);
    expect(() => results(study)).toThrow(/is closed/);
  },
);

test.skipIf(!isBuilt)(
  "there is no hypervolume before the study has a reference point; from then on it never falls",
  { tags: ["long"] },
  async () => {
    for (const budget of [40, 7]) {
      const db = at(`volume-${budget}.db`);
      const study = await openStudy(description("random", { sweep: { ...SPREAD, sampler: { name: "random", budget } } }), {
        db,
        evaluator: "mine 1",
      });
      const volumes: (number | null)[] = [];
      const said = (): void => {
        const { hypervolume } = results(study);
        const { fixedReference } = pareto(study);
        expect(hypervolume === null).toBe(!fixedReference);
        volumes.push(hypervolume);
      };
      for (let [point] = await study.ask(1); point !== undefined; [point] = await study.ask(1)) {
        const { lanes, clock_mhz: clock } = point.values as { readonly [name: string]: number };
        study.tell(point, { metrics: { energy_uj_per_inference: 1 + ((7 * clock) % 11) + lanes / 16, latency_us: 1e4 / (lanes * clock) } });
        said();
      }
      said(); // all that was asked is told
      expect(volumes.length).toBe(budget + 1);
      const known = volumes.filter((volume) => volume !== null);
      expect(known.length).toBe(budget < 32 ? 1 : budget - 31);
      expect(known).toEqual(known.toSorted((a, b) => a - b));
      await study.close();
      expect(results(db).hypervolume).toBe(known.at(-1));
    }
  },
);

test.skipIf(!isBuilt)("results of another evaluator are listed, shown and reported, never repeated or priced", async () => {
  const db = at("model.db");
  const study = await openStudy(description("random"), { db, evaluator: "spreadsheet 2" });
  for (const point of await study.ask(4)) {
    const lanes = point.values.lanes as number;
    study.tell(point, { metrics: { energy_uj_per_inference: lanes, latency_us: 100 / lanes, area_mm2: null } });
  }
  await study.close();
  const { points, front } = results(db);
  expect(points.filter(({ state }) => state === "done").length).toBe(4);
  expect(show(db, front[0]).result?.breakdown).toEqual([]);
  expect(await report(db)).toMatch(/<html/);
  await expect(reproduce(db, front[0])).rejects.toThrow(/told by 'spreadsheet 2', not computed by snn-dse: it cannot be run again/);
  await expect(reprice(db, { synapse_memory_read_pj: { value: 3, source: "x" } })).rejects.toThrow(/no counts to price/);
  await expect(sweep(description("random"), { db })).rejects.toThrow(/is not the program/);
});

/**
 * A database of the grid's 20 points, told with an area of which the constraint of the description is broken nowhere.
 */
async function told(name: string, constraints: readonly string[]): Promise<string> {
  const { sweep: search, ...chip } = lanesAndClocks("grid", 20);
  const study = await openStudy(open({ ...chip, sweep: { ...(search as object), constraints } }), { db: at(name), evaluator: "mine 1" });
  for (let batch = await study.ask(8); batch.length > 0; batch = await study.ask(8))
    for (const point of batch) {
      const [lanes, clock] = [point.values.lanes as number, point.values.clock_mhz as number];
      study.tell(point, {
        metrics: { energy_uj_per_inference: lanes + clock / 100, latency_us: 1000 / lanes / clock, area_mm2: 0.3, accuracy_percent: 90 },
      });
    }
  await study.close();
  return name;
}

test.skipIf(!isBuilt)(
  "no output of a told study names this program as evaluator, or holds an interval or a share of draws",
  { tags: ["long"] },
  async () => {
    const db = await told("named.db", []);
    const outputs = [
      ["pareto", db],
      ...["csv", "json", "md", "tex", "pgfplots", "svg"].map((format) => ["pareto", db, "--format", format]),
      ["compare", db, db],
      ["compare", db, "1", "3"],
      ["show", db, "3"],
      ["report", db, "-o", "-"],
      ["report", db, "--json"],
      ["report", db, "--methods"],
      ["export", "points", db],
      ["export", "points", db, "--format", "json"],
    ];
    let named = 0;
    for (const words of outputs) {
      const { code, out, err } = await runHere(folder, ...words);
      expect([words, code, err]).toEqual([words, 0, expect.anything()]);
      const text = out.replaceAll(/<script id="pictures".*|<(script|style)>.*?<\/\1>/gs, "");
      expect([
        words,
        text.match(/(evaluated|computed|written) (by|with) snn-dse.*|snn-dse \d[^<"]*study.*|Prices are.*|CACTI.*/)?.[0],
      ]).toEqual([words, undefined]);
      expect([words, text.match(/\d \.\. \d.*|90 % interval|beats.*|How sure the front is|on_front_percent|.*--confidence/)?.[0]]).toEqual([
        words,
        undefined,
      ]);
      if (/mine 1/.test(text)) named++;
    }
    expect(named).toBeGreaterThan(10);
    for (const more of [["--confidence"], ["--confidence", "--json"], ["--confidence", "--format", "csv"]]) {
      const { code, err } = await runHere(folder, "pareto", db, ...more);
      expect([code, err]).toEqual([2, expect.stringMatching(/was told by 'mine 1', not computed by snn-dse/)]);
    }
  },
);

test.skipIf(!isBuilt)("no point of a told study is judged by a metric that its evaluator did not tell", async () => {
  // chips of 1 to 16 lanes are larger than this by this program's model, and smaller as they are told
  const { points } = results(at(await told("judged.db", ["area_mm2 < 0.4", "lanes < 16"])));
  expect(points.length).toBe(20);
  for (const { values, state, reason } of points)
    expect([values.lanes, state, reason]).toEqual(
      (values.lanes as number) < 16 ? [values.lanes, "done", null] : [16, "infeasible", "breaks lanes < 16"],
    );
});

test.skipIf(!isBuilt)("a signal closes a study; wrong options leave no database open", async () => {
  const abort = new AbortController();
  const study = await openStudy(description("random"), { db: at("left.db"), workers: 1, signal: abort.signal });
  const [point] = await study.ask(1);
  const waiting = expect(study.evaluate(point)).rejects.toThrow(/closed during/);
  abort.abort();
  await waiting;
  expect((await study.close()).reason).toBe("stopped");
  for (const evaluator of ["snn-dse", "", "a\nb", "x".repeat(300)])
    await expect(openStudy(description("random"), { db: at("never.db"), evaluator })).rejects.toThrow(/expected a name/);
  expect(existsSync(at("never.db"))).toBe(false);
  await expect(openStudy(description("screen"), { evaluator: "mine 1" })).rejects.toThrow(/sampler screen/);
  await expect(openStudy(open({ version: 1 }))).rejects.toThrow(/no sweep section/);
  const again = await openStudy(description("random"), { db: at("left.db") });
  expect((await again.ask(1))[0].values).toEqual(point.values);
  await again.close();
});

test.skipIf(!isBuilt)(
  "a study is opened, asked, evaluated and closed where the packages of a cluster are not installed",
  { tags: ["long"] },
  () => {
    const absent = `data:text/javascript,${encodeURIComponent(
      'export const resolve = (name, context, next) => { if (/^(bullmq|ioredis)$/.test(name)) throw Object.assign(new Error("absent " + name), { code: "ERR_MODULE_NOT_FOUND" }); return next(name, context); };',
    )}`;
    const script = `
    import { register } from "node:module";
    register(${JSON.stringify(absent)});
    const { open, openStudy, pareto } = await import(${JSON.stringify(join(packageRoot(), "dist/index.js"))});
    const missing = await Promise.all(["bullmq", "ioredis"].map((name) => import(name).then(() => name, ({ message }) => message)));
    const study = await openStudy(open(${JSON.stringify(lanesAndClocks("random", 10))}), { workers: 1 });
    const [point] = await study.ask(1);
    study.tell(point, await study.evaluate(point));
    console.log(JSON.stringify({ missing, front: pareto(study).rows.length }));
    await study.close();`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual({ missing: ["absent bullmq", "absent ioredis"], front: 1 });
  },
);
