/**
 * Screening: model, few utterances, more, all. It needs fewer runs for the same front, whatever the number of workers,
 * and trials are no results.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SweepSpec } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { canonicalJson } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import {
  frontReport,
  hypervolume,
  type Metrics,
  mergeInto,
  type Outcome,
  reproduce,
  Space,
  Store,
  type StudyEvent,
  type Task,
} from "../../sweeps/index.js";
import { screenedOf } from "../../sweeps/report/screened.js";
import { fidelitiesOf } from "../../sweeps/screening.js";
import { contentOf, FakeEngine, type FakeValues, fakeStudy, list, NO_COUNTERS, resultOf, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "screening-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

const TIMED = 64;
const DOCUMENT = { workload: { timing_samples: TIMED } };
const SEED = 5;
const GOAL = [60, 110];
const spec = (sampler: Partial<SweepSpec["sampler"]> = {}): SweepSpec =>
  specOf(
    {
      parameters: [
        list("lanes", [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]),
        list("word_bits", [8, 16, 32, 64]),
        list("bits", [2, 3, 4, 6, 8]),
        list("kind", ["mesh", "torus"]),
      ],
      objectives: [
        { metric: "energy_uj_per_inference", direction: "min" },
        { metric: "latency_us", direction: "min" },
      ],
      constraints: ["accuracy_percent >= 55", "energy_uj_per_inference <= 12"],
      referencePoint: GOAL,
    },
    { name: "screen", budget: 1000, options: {}, ...sampler },
  );

/** The truth: accuracy and area are exact in every model, energy and latency are not. */
function truth(chip: FakeValues): Required<Pick<Metrics, "accuracy_percent" | "energy_uj_per_inference" | "latency_us">> {
  const at = (name: string): number => chip[`fake.${name}`] as number;
  const lanes = Math.min(at("lanes"), at("word_bits") / at("bits"));
  return {
    accuracy_percent: 100 - 120 * 2 ** -at("bits"),
    energy_uj_per_inference: at("bits") * (1 + 0.05 * at("lanes")) + 0.01 * at("word_bits") * (chip["fake.kind"] === "torus" ? 2 : 1),
    latency_us: 100 / lanes + (chip["fake.kind"] === "torus" ? 1 : 2),
  };
}

/** A chip's own error of energy and latency: `bias` for all chips, and up to `spread` more or less for each. */
function wrong(chip: FakeValues, what: string, bias: number, spread: number): Metrics {
  const rng = createRng(SEED, `${what} ${canonicalJson(chip)}`);
  const metrics = truth(chip);
  const off = (value: number): number => value * (1 + bias + spread * (2 * rng.float() - 1));
  return {
    ...metrics,
    energy_uj_per_inference: off(metrics.energy_uj_per_inference as number),
    latency_us: off(metrics.latency_us as number),
  };
}

const TIMING = "workload.timing_samples";

class ScreeningEngine extends FakeEngine {
  /** Number of utterances run, the measure of cost. */
  utterances = 0;
  constructor(waitMs = 0, seed = 1) {
    super((chip) => this.run(chip), waitMs, seed);
  }

  async estimate(task: Task): Promise<Metrics | null> {
    return wrong(task.byPath, "model", -0.2, 0.15);
  }

  private run(byPath: FakeValues): Outcome {
    const { [TIMING]: timed = TIMED, ...chip } = byPath;
    this.utterances += timed as number;
    const metrics = timed === TIMED ? truth(chip) : wrong(chip, String(timed), 0.05, 0.1 / Math.sqrt(timed as number));
    return { kind: "done", result: resultOf(metrics as { [name: string]: number }), counters: NO_COUNTERS, durationMs: 1 };
  }
}

const study = (file: string, engine: FakeEngine, budget = 1000, workers = 2, tell: (event: StudyEvent) => void = () => {}) =>
  fakeStudy(spec({ budget }), file, engine, { workers }, tell, DOCUMENT);

/** All 400 chips, run in full. */
const whole = fresh();
const grid = await fakeStudy(spec({ name: "grid" }), whole, new ScreeningEngine(), {}, () => {}, DOCUMENT).run();
const screened = fresh();
const engine = new ScreeningEngine();
const result = await study(screened, engine).run();

test("the front is the grid's to 99 % of its hypervolume, for less than a quarter of the grid's utterances", () => {
  expect(grid.done).toBe(400);
  expect(result.reason).toBe("exhausted");
  expect((result.hypervolume as number) / (grid.hypervolume as number)).toBeGreaterThan(0.99);
  console.log(
    `seed ${SEED}: ${result.done} whole points, ${((100 * engine.utterances) / (400 * TIMED)).toFixed(1)} % of the utterances, front ${result.front.length} of ${grid.front.length}`,
  );
  expect(engine.utterances).toBeLessThan(0.25 * 400 * TIMED);
});

test.each(["identify", "estimate"] as const)(
  "an engine that cannot %s a candidate ends the search before its first point; the same command then finds what an undisturbed one finds",
  async (fails) => {
    const small = (file: string, faulty: boolean) => {
      const own = new ScreeningEngine();
      let asked = 0;
      const real = own[fails].bind(own) as (task: unknown) => Promise<never>;
      const failing = async (task: unknown) => {
        if (faulty && ++asked === 7) throw inputError("model", "cannot be read: the device failed");
        return real(task);
      };
      Object.assign(own, { [fails]: failing });
      return fakeStudy(spec({ budget: 3, options: { pool: 30 } }), file, own, {}, () => {}, DOCUMENT).run();
    };
    const [disturbed, calm] = [fresh(), fresh()];
    await expect(small(disturbed, true)).rejects.toThrow("the device failed");
    const store = Store.read(disturbed);
    expect(store.query("SELECT count(*) AS n FROM point")).toEqual([{ n: 0 }]);
    store.close();
    for (const file of [disturbed, calm]) await small(file, false);
    expect(contentOf(disturbed)).toBe(contentOf(calm));
  },
);

test("each stage runs fewer points than the one before, on four times the utterances", () => {
  const store = Store.read(screened);
  const rows = store.query(
    "SELECT fidelity, count(*) AS n, min(json_extract(config_json, '$.\"workload.timing_samples\"')) AS timed FROM point GROUP BY fidelity ORDER BY fidelity",
  );
  store.close();
  expect(rows.map(({ fidelity, timed }) => [fidelity, timed])).toEqual([
    [1 / 16, 4],
    [1 / 4, 16],
    [1, null],
  ]);
  const counts = rows.map(({ n }) => n as number);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
});

test("the report counts the pool, which is the grid here, and the trials of each stage", () => {
  const store = Store.read(screened);
  const trials = store.query(
    "SELECT fidelity AS share, count(*) AS runs FROM point WHERE fidelity < 1 GROUP BY fidelity ORDER BY fidelity",
  );
  const study = store.study() as NonNullable<ReturnType<Store["study"]>>;
  expect(screenedOf(store, study, new Space(study.sweep.parameters))).toEqual({ pool: 400, trials, learns: false });
  store.close();
});

test("trials are on no front, in no count, no report, no view and no total, even where they look better than the truth", () => {
  const store = Store.read(screened);
  const trials = store.query("SELECT count(*) AS n FROM point WHERE fidelity < 1")[0].n as number;
  expect(trials).toBeGreaterThan(50);
  const report = frontReport(store);
  expect(report.counts.done).toBe(result.done);
  expect(report.cloud.length).toBe(store.counts().feasible);
  expect([...store.points()].length).toBe(result.done);
  expect(store.query("SELECT count(*) AS n FROM design_point")[0].n).toBe(result.done);
  expect(store.query("SELECT count(*) AS n FROM front JOIN point ON id = point_id WHERE fidelity < 1")[0].n).toBe(0);
  // The front equals that of the whole points alone, computed pair by pair.
  const vectors = [...store.points("p.violation = 0")].map(({ metrics }) => {
    const { energy_uj_per_inference: energy, latency_us: latency } = metrics as { [name: string]: number };
    return [energy, latency];
  });
  expect(result.hypervolume).toBeCloseTo(hypervolume(vectors, GOAL), 9);
  store.close();
});

test("1, 2 and 7 workers that end in any order leave the same database, trials included", { tags: ["long"] }, async () => {
  for (const workers of [1, 7]) {
    const file = fresh();
    await study(file, new ScreeningEngine(1, workers), 1000, workers).run();
    expect(contentOf(file)).toBe(contentOf(screened));
  }
});

test.each([3, 40, 100])("stopped after %i ends and continued, it ends as an undisturbed run and runs nothing twice", async (stopAfter) => {
  const file = fresh();
  let ended = 0;
  const first = new ScreeningEngine(1);
  const stopped = study(file, first, 1000, 3, (event) => {
    if ((event.type === "point-done" || event.type === "trial") && ++ended === stopAfter) stopped.stop(true);
  });
  expect((await stopped.run()).reason).toBe("stopped");
  const second = new ScreeningEngine();
  await study(file, second).run();
  expect(contentOf(file)).toBe(contentOf(screened));
  expect(first.utterances + second.utterances).toBe(engine.utterances);
});

test("a small budget ends with the most promising points; more budget later gives what the larger budget at once gives", async () => {
  const file = fresh();
  const small = await study(file, new ScreeningEngine(), 10).run();
  expect(small).toMatchObject({ reason: "budget", done: 10 });
  await study(file, new ScreeningEngine()).run();
  expect(JSON.parse(contentOf(file)).points).toEqual(JSON.parse(contentOf(screened)).points);
});

test("a trial is reproduced on its own utterances, and merged as a trial", async () => {
  const store = Store.open(screened);
  const trial = [...store.points("p.fidelity < 1 AND p.state = 'done'", "any")][0];
  const found = await reproduce(store, trial.id, setupOf(spec(), DOCUMENT), new ScreeningEngine());
  expect(found).toEqual({ id: trial.id, sameInputs: true, changes: [], differences: [] });
  const target = Store.open(whole);
  const before = target.counts();
  const summary = mergeInto(target, store);
  expect(summary).toMatchObject({ same: result.done, conflicts: [] });
  expect(summary.added).toBeGreaterThan(50);
  expect(target.counts()).toEqual(before);
  expect(frontReport(target).hypervolume).toBeCloseTo(grid.hypervolume as number, 9);
  target.close();
  store.close();
});

test("a stage with as many utterances as the next is left out", () => {
  expect(fidelitiesOf(64, 3, 4)).toEqual([1 / 16, 1 / 4, 1]);
  expect(fidelitiesOf(50, 3, 4)).toEqual([4 / 50, 13 / 50, 1]);
  expect(fidelitiesOf(3, 3, 4)).toEqual([1 / 3, 1]);
  expect(fidelitiesOf(1, 3, 4)).toEqual([1]);
  expect(fidelitiesOf(64, 1, 4)).toEqual([1]);
});
