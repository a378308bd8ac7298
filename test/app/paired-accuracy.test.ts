/** Accuracies of precisions that a sweep scored on the same digits, against a bootstrap over the digits. */
// @module-tag slow
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { comparePoints } from "../../app/compare.js";
import { confidence } from "../../app/confidence.js";
import { merge, open, pareto, report, reportData, reprice, results, show, sweep } from "../../app/index.js";
import type { Json } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import { type ScoredRun, Store, type StudyEvent } from "../../sweeps/index.js";
import { isBuilt } from "../cli/small-sweep.js";
import { contentOf } from "../sweeps/fake-study.js";
import { tonesFolder } from "../sweeps/models/tones.js";

const folder = mkdtempSync(join(tmpdir(), "paired-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const SAMPLES = 300;
/** Precisions of a small mesh, on some digits. */
const precisions = (
  budget: number,
  { sampler = { name: "grid" }, ...change }: { sampler?: object; workload?: object; sweep?: object } = {},
) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-lif.safetensors" },
    workload: { dataset: "mnist-rows", samples: SAMPLES, timing_samples: 1 },
    sweep: {
      parameters: [
        { path: "precision.weight_bits", values: [8, 5, 4, 3, 2] },
        { path: "tile.core.lanes", values: [4, 16] },
      ],
      objectives: { accuracy_percent: "max", energy_uj_per_inference: "min" },
      sampler: { budget, ...sampler },
    },
    ...change,
  } as { readonly [key: string]: Json });

test.skipIf(!isBuilt)("a changed result beyond the limits, which is drawn, too, is refused", async () => {
  const file = at("beyond.db");
  const parameters = [{ path: "precision.weight_bits", values: [8, 2] }];
  const objectives = { accuracy_percent: "max", energy_uj_per_inference: "min" };
  const search = { parameters, objectives, constraints: ["accuracy_percent >= 99.9"], sampler: { name: "grid", budget: 2 } };
  await sweep(precisions(2, { sweep: search }), { db: file, workers: 1 });
  expect(confidence(file).constraints).toEqual(search.constraints);
  const other = new Database(file);
  other.exec("UPDATE result SET latency_us = 2 * latency_us WHERE point_id = 1");
  other.close();
  expect(() => confidence(file)).toThrow(/beyond\.db: is damaged: .*\n {4}run its sweep again with --resume/);
});

describe.skipIf(!isBuilt)("a sweep over precisions", () => {
  const db = at("x.db");
  let points: readonly { readonly id: number; readonly bits: number; readonly accuracy: number }[];
  let runs: ReadonlyMap<number, ScoredRun>;
  let drawn: ReturnType<typeof confidence>;
  /** The first point of each. */
  const ofEachPrecision = () => points.filter(({ bits }, i) => points.findIndex((point) => point.bits === bits) === i);

  beforeAll(async () => {
    await sweep(precisions(10), { db, workers: 1 });
    points = results(db).points.flatMap(({ id, values, metrics }) => {
      const accuracy = metrics?.accuracy_percent;
      return typeof accuracy === "number"
        ? [{ id, bits: Object.entries(values).find(([name]) => name.includes("bits"))?.[1] as number, accuracy }]
        : [];
    });
    const store = Store.read(db);
    const keys = store.query("SELECT key FROM scored_run").map(({ key }) => key as string);
    const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
    const stored = keys.map((key) => store.scoredRun(key) as ScoredRun);
    store.close();
    // each precision has one run; those of one accuracy are told apart by the points that share them
    runs = new Map(
      points.flatMap(({ bits, accuracy }) => {
        const run = stored.filter(({ wrong }) => accuracy === (100 * (SAMPLES - total(wrong))) / SAMPLES);
        return run.length === 1 ? [[bits, run[0]] as const] : [];
      }),
    );
    expect(stored.length).toBe(5);
    drawn = confidence(db);
    expect(stored.every(({ recordings }) => recordings.utterances.length === SAMPLES)).toBe(true);
  }, 120_000);

  test("stores each run once, and draws the accuracies of all points together", () => {
    expect(points.length).toBe(10);
    expect(drawn.accuracies.together.length).toBe(drawn.points.length);
    expect(drawn.accuracies.apart).toEqual([]);
  });

  test("says of two precisions how often one wins as a bootstrap over the digits does, 2,000 draws, seed 3", { tags: ["long"] }, () => {
    const rng = createRng(3, "bootstrap");
    const BOOTSTRAP = 2000;
    /** The digits of each draw: the same for all pairs, each of which is compared alone. */
    const drawn = Uint16Array.from({ length: BOOTSTRAP * SAMPLES }, () => rng.int(0, SAMPLES - 1));
    let [compared, furthest] = [0, 0];
    // six pairs of different numbers of bits
    const once = ofEachPrecision()
      .filter(({ bits }) => runs.has(bits))
      .slice(0, 4);
    for (const [i, first] of once.entries())
      for (const second of once.slice(i + 1)) {
        const [a, b] = [first, second].map(({ bits }) => runs.get(bits)?.wrong);
        if (a === undefined || b === undefined) continue;
        compared++;
        let better = 0;
        for (let k = 0; k < BOOTSTRAP; k++) {
          let difference = 0;
          for (let n = k * SAMPLES; n < (k + 1) * SAMPLES; n++) difference += a[drawn[n]] - b[drawn[n]];
          better += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
        }
        const { better: shares, paired } = comparePoints(db, first.id, second.id);
        const share = shares.find(({ metric }) => metric === "accuracy_percent")?.share ?? Number.NaN;
        furthest = Math.max(furthest, Math.abs(share - better / BOOTSTRAP));
        // 1,000 draws have 1.6 points of standard error; the score test and counts of digits add about one
        expect([first.bits, second.bits, Math.abs(share - better / BOOTSTRAP) < 0.04]).toEqual([first.bits, second.bits, true]);
        expect(paired?.utterances).toBe(SAMPLES);
        expect(paired?.worseInFirst).toBe(a.filter((count, u) => count > b[u]).length);
      }
    console.log(`${compared} pairs: the share of draws is within ${furthest.toFixed(3)} of that of the bootstrap`);
    expect(compared).toBe(6);
  });

  test("stopped and continued, or merged from parts, pairs the same", { tags: ["long"], timeout: 120_000 }, async () => {
    await sweep(precisions(4), { db: at("resumed.db"), workers: 1 });
    copyFileSync(at("resumed.db"), at("part.db"));
    await sweep(precisions(10), { db: at("resumed.db"), workers: 1 });
    const tables = (file: string): object => {
      const { recordings, runs: rows } = JSON.parse(contentOf(file));
      return { recordings, rows };
    };
    expect(tables(at("resumed.db"))).toEqual(tables(db));
    copyFileSync(at("part.db"), at("merged.db"));
    merge(at("merged.db"), [db]);
    expect(tables(at("merged.db"))).toEqual(tables(db));
    const [first, second] = [points[0].id, points[points.length - 1].id];
    expect(comparePoints(at("merged.db"), first, second)).toMatchObject({ paired: comparePoints(db, first, second).paired });
  });

  for (const [name, damage, runsHit, ...tags] of [
    ["cut", "UPDATE scored_run SET wrong_deflate = substr(wrong_deflate, 1, length(wrong_deflate) / 2)", 5],
    [
      "of another length",
      "UPDATE scored_run SET wrong_deflate = (SELECT max(scored_deflate) FROM recordings) WHERE key IN (SELECT min(key) FROM scored_run)",
      1,
      "long",
    ],
    ["empty in their recordings", "UPDATE recordings SET scored_deflate = x''", 5, "long"],
    ["without their recordings", "PRAGMA foreign_keys = OFF; DELETE FROM recordings", 5, "long"],
  ] as const)
    test(`whose rows of wrong digits are ${name} is refused by readers, and the same sweep computes one point per run again`, {
      tags: [...tags],
      timeout: 120_000,
    }, async () => {
      const file = at(`${name}.db`);
      copyFileSync(db, file);
      const other = new Database(file);
      other.exec(damage);
      other.close();
      const message = /is damaged: what the functional run [0-9a-f]{12} got wrong\n {4}run its sweep again with --resume/;
      expect(() => confidence(file)).toThrow(message);
      const refused = ofEachPrecision().flatMap(({ id }) => {
        try {
          comparePoints(file, points[0].id, id);
          return [];
        } catch (error) {
          expect(String(error)).toMatch(message);
          return [id];
        }
      });
      expect(refused.length).toBeGreaterThanOrEqual(1);
      const events: StudyEvent[] = [];
      await sweep(precisions(10), { db: file, workers: 1, onEvent: (event) => events.push(event) });
      const faults = events.flatMap((event) => (event.type === "fault" ? [event] : []));
      expect(faults.map(({ code }) => code)).toEqual(Array.from({ length: runsHit }, () => "DAMAGED_ROW"));
      for (const fault of faults)
        expect(fault.message).toMatch(
          /^what the functional run [0-9a-f]{12} got wrong was changed or damaged; point \d+ is computed anew$/,
        );
      expect(events.filter((event) => event.type === "point-done" && !event.stored).length).toBe(runsHit);
      const rows = (of: string): object => {
        const { recordings, runs: wrong, points: stored } = JSON.parse(contentOf(of));
        return { recordings, wrong, stored };
      };
      expect(rows(file)).toEqual(rows(db));
      expect(confidence(file)).toEqual(drawn);
    });

  test("whose wrong digits are damaged, continued with a smaller budget, keeps all results, and says which runs no asked point has", {
    tags: ["long"],
    timeout: 120_000,
  }, async () => {
    const file = at("smaller.db");
    copyFileSync(db, file);
    const other = new Database(file);
    other.exec("UPDATE recordings SET scored_deflate = x''; UPDATE scored_run SET digest = ''");
    other.close();
    const results = (): readonly unknown[] => {
      const store = Store.read(file);
      const rows = store.query("SELECT p.id, p.key, r.digest FROM point p JOIN result r ON r.point_id = p.id ORDER BY p.id");
      store.close();
      return rows;
    };
    const before = results();
    const messages: string[] = [];
    const onEvent = (event: StudyEvent): void => void (event.type === "fault" && messages.push(event.message));
    await sweep(precisions(4), { db: file, workers: 2, onEvent });
    expect(results()).toEqual(before);
    const [again, left] = [/; point \d+ is computed anew$/, /; it is left out: no point that the search asks for has it$/].map(
      (end) => messages.filter((message) => end.test(message)).length,
    );
    const asked = new Set(points.slice(0, 4).map(({ bits }) => bits)).size;
    expect([again, left]).toEqual([asked, 5 - asked]);
    const store = Store.read(file);
    expect([store.brokenRuns(), store.query("SELECT key FROM scored_run").length]).toEqual([[], asked]);
    store.close();
    expect(confidence(file).points.length).toBe(confidence(db).points.length);
  });

  test("with trials on fewer timed digits stores the runs of whole points only, and pairs them", {
    tags: ["long"],
    timeout: 120_000,
  }, async () => {
    const file = at("screened.db");
    const workload = { dataset: "mnist-rows", samples: 50, timing_samples: 16 };
    await sweep(precisions(6, { workload, sampler: { name: "screen", budget: 8, pool: 10 } }), { db: file, workers: 1 });
    const store = Store.read(file);
    const count = (sql: string): number => store.query(`SELECT count(*) AS n FROM ${sql}`)[0].n as number;
    const trials = count("point WHERE fidelity < 1");
    const widths = new Set(
      Array.from(store.points("p.state = 'done'"), ({ values }) => values[Object.keys(values).find((name) => name.includes("bits")) ?? ""]),
    );
    const stored = count("scored_run");
    store.close();
    expect(trials).toBeGreaterThan(0);
    expect(stored).toBe(widths.size);
    expect(confidence(file).accuracies.apart).toEqual([]);
  });

  test("whose results counted ten times the samples has one interval by show, quantiles and reprice: that of the run", {
    tags: ["long"],
  }, async () => {
    const ends = async (): Promise<readonly (readonly (number | undefined)[])[]> => {
      const quantiles = pareto(db, { columns: ["accuracy_percent@5", "accuracy_percent@95"] }).rows;
      const { points: priced } = await reprice(db, null, { monteCarlo: { draws: 10 } });
      return quantiles.flatMap(({ id, metrics }) => [
        [metrics["accuracy_percent@5"] ?? undefined, metrics["accuracy_percent@95"] ?? undefined],
        ...[show(db, id), priced.find((one) => one.id === id)].map((of) => {
          const { low, high } = of?.intervals?.accuracy_percent ?? {};
          return [low, high];
        }),
      ]);
    };
    const found = await ends();
    for (const [k, each] of found.entries()) expect(each).toEqual(found[k - (k % 3)]);
    const { result } = Store.prototype;
    const spy = vi.spyOn(Store.prototype, "result").mockImplementation(function (this: Store, id) {
      const own = result.call(this, id);
      return own === null ? null : { ...own, provenance: { ...own.provenance, independentSamples: 10 * SAMPLES } };
    });
    expect(await ends()).toEqual(found);
    expect(spy).toHaveBeenCalled();
    spy.mockRestore();
  });

  test("that trains its networks pairs them on the recordings of its split", { tags: ["long"], timeout: 120_000 }, async () => {
    const tones = tonesFolder();
    const file = join(tones, "tones.db");
    await sweep(open(join(tones, "tones.yaml")), { db: file, workers: 1 });
    const { accuracies, points: drawn } = confidence(file);
    const wholly = drawn.filter(({ metrics }) => metrics.accuracy_percent === 0 || metrics.accuracy_percent === 100).map(({ id }) => id);
    expect(accuracies.apart).toEqual(wholly);
    expect(accuracies.alike).toEqual(wholly);
    expect(accuracies.together.length).toBe(drawn.length - wholly.length);
    const [first, second] = accuracies.together;
    expect(comparePoints(file, first, second).paired?.utterances).toBe(20);
    rmSync(tones, { recursive: true, force: true });
  });

  test("keeps its pairs under new prices, and the report says that accuracies were drawn together", { tags: ["long"] }, async () => {
    const before = contentOf(db);
    await reprice(db, { synapse_memory_read_pj: { value: 3, source: "x" } }, { monteCarlo: { draws: 100 } });
    expect(contentOf(db)).toBe(before);
    expect(report(reportData(db, { draws: 100 }))).toMatch(/scored on the same utterances were drawn together\./);
  });
});
