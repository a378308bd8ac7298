/** The search loop: independent of workers, nothing computed twice, failures are states, stopping loses nothing. */
// @module-tag slow

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, parseArch, patchDocument, type SweepSpec } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { nonDominated } from "../../base/pareto.js";
import { transferFailure } from "../../sweeps/engine/host-fault.js";
import {
  frontReport,
  hypervolume,
  type Metrics,
  mergeInto,
  Objectives,
  type Outcome,
  Space,
  Store,
  Study,
  type StudyEvent,
  studyRecord,
  systemClock,
  type Task,
} from "../../sweeps/index.js";
import { PointBook } from "../../sweeps/points.js";
import {
  COUNTERS,
  contentOf,
  FakeEngine,
  type FakeValues,
  fakeStudy,
  formula,
  list,
  OPTIONS,
  resultOf,
  setupOf,
  specOf,
} from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "study-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

// Gaussian processes with less computation per question, by the same rules. Screening has its own file.
const SMALL: { readonly [sampler: string]: SweepSpec["sampler"]["options"] } = {
  nsga2: { population: 16 },
  gp: { candidates: 24, memory: 32, fit_points: 16 },
};

describe.each(["grid", "random", "sobol", "nsga2", "tpe", "gp"])("%s", (name) => {
  const spec = specOf({}, { name, budget: name === "gp" ? 56 : 64, options: SMALL[name] ?? {} });
  const whole = fresh();
  beforeAll(() => fakeStudy(spec, whole, new FakeEngine()).run());

  test("1, 2 and 7 workers that end in any order leave the same database except for times", {
    tags: name === "gp" || name === "nsga2" ? [] : ["long"],
  }, async () => {
    const contents: string[] = [];
    for (const workers of [1, 2, 7]) {
      const file = fresh();
      await fakeStudy(spec, file, new FakeEngine(formula, workers === 1 ? 0 : 3, workers), { workers }).run();
      contents.push(contentOf(file));
    }
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).toBe(contents[0]);
  });

  test("no point is evaluated twice, in one session or over two", { tags: name === "sobol" || name === "gp" ? [] : ["long"] }, async () => {
    const file = fresh();
    const first = new FakeEngine(formula, 1);
    const summary = await fakeStudy(spec, file, first, { workers: 3 }).run();
    expect(new Set(first.evaluated).size).toBe(first.evaluated.length);
    const second = new FakeEngine();
    const again = await fakeStudy(spec, file, second).run();
    expect(second.evaluated).toEqual([]);
    expect({ ...again, elapsedMs: 0 }).toEqual({ ...summary, elapsedMs: 0 });
  });

  test("stopped at any point and continued, it ends as an undisturbed run", {
    tags: name === "grid" || name === "tpe" ? [] : ["long"],
  }, async () => {
    for (const stopAfter of [1, 17, 40]) {
      const file = fresh();
      let ended = 0;
      const study = fakeStudy(spec, file, new FakeEngine(formula, 2), { workers: 3 }, (event) => {
        if (event.type === "point-done" && ++ended === stopAfter) study.stop(stopAfter % 2 === 0);
      });
      expect((await study.run()).reason).toBe("stopped");
      await fakeStudy(spec, file, new FakeEngine()).run();
      expect(contentOf(file)).toBe(contentOf(whole));
    }
  });

  test("more budget later gives what the larger budget at once gives", {
    tags: name === "random" || name === "tpe" ? [] : ["long"],
  }, async () => {
    const small = fresh();
    await fakeStudy(specOf({}, { ...spec.sampler, budget: 40 }), small, new FakeEngine()).run();
    await fakeStudy(spec, small, new FakeEngine()).run();
    const points = (file: string): unknown => JSON.parse(contentOf(file)).points;
    expect(points(small)).toEqual(points(whole));
  });
});

test("the grid's front and hypervolume are those of all points compared pair by pair", { tags: ["long"] }, async () => {
  const file = fresh();
  const summary = await fakeStudy(specOf({ referencePoint: [50, 40, 110] }), file, new FakeEngine()).run();
  expect(summary.reason).toBe("exhausted");
  expect(summary.done + summary.infeasible + summary.failed).toBe(200);
  const store = Store.read(file);
  const objectives = new Objectives(specOf(), ["lanes", "bits"]);
  const feasible = [...store.points()].filter((p) => p.state === "done" && p.violation === 0);
  const vectors = feasible.map((p) => objectives.vector(p.metrics ?? {}) as number[]);
  expect(feasible.length).toBeGreaterThan(100);
  expect(summary.front.map((p) => p.id).sort((a, b) => a - b)).toEqual(nonDominated(vectors).map((i) => feasible[i].id));
  expect(summary.hypervolume).toBeCloseTo(hypervolume(vectors, [-50, 40, 110]), 9);
  // A later caller gets the same answer, against the same reference point.
  const report = frontReport(store);
  expect([report.hypervolume, report.reference, report.fixedReference]).toEqual([summary.hypervolume, [50, 40, 110], true]);
  expect(store.query("SELECT count(*) AS n FROM design_point WHERE on_front").at(0)?.n).toBe(summary.front.length);
  expect(report.view.where).toBeNull();
  expect(frontReport(store, { objectives: [], where: "lanes == 4" }).view.where).toBe("lanes == 4");
  store.close();
});

test("infeasible, failed and refused points are states with a reason; constraints over parameters cost no run", async () => {
  const file = fresh();
  const engine = new FakeEngine();
  const summary = await fakeStudy(specOf(), file, engine).run();
  const store = Store.read(file);
  const failures = store.query("SELECT * FROM failures");
  store.close();
  expect(failures.map((f) => [f.state, f.code, f.points])).toEqual([
    ["infeasible", "TOO_SMALL", 20],
    ["infeasible", "CONSTRAINT", 8],
    ["failed", "Broken", 7],
  ]);
  expect(summary.failed).toBe(7);
  expect(engine.evaluated.length).toBe(200 - 8);
});

test("a point that is refused before its run keeps no description, which is large; a waiting one keeps it", async () => {
  const spec = specOf();
  const space = new Space(spec.parameters);
  const store = Store.open(fresh());
  store.begin(studyRecord(setupOf(spec)), 1, {});
  const book = new PointBook(setupOf(spec), space, new Objectives(spec, space.names), store, new FakeEngine());
  const values = { lanes: 16, word_bits: 64, kind: "mesh" };
  const refused = await book.admit({ ...values, bits: 8 }, 1);
  const waiting = await book.admit({ ...values, bits: 6 }, 1);
  store.close();
  expect([refused.row?.state, waiting.row?.state]).toEqual(["infeasible", "queued"]);
  expect(refused.entry.described).toBeNull();
  expect(waiting.entry.described).not.toBeNull();
});

test("a limit on area costs no run, because the description of the chip decides it", async () => {
  const parsed = parseArch(
    `version: 1
tile: { core: { lanes: { sweep: [1, 4, 16, 64] }, synapse_memory: { size_kib: { sweep: [16, 64, 256] } } } }
sweep: { objectives: { latency_us: min }, constraints: [area_mm2 <= 0.6 or lanes == 64], sampler: { name: grid } }
`,
    "area.yaml",
  );
  const spec = parsed.sweep as SweepSpec;
  const space = new Space(spec.parameters);
  const small = Array.from({ length: 12 }, (_, i) => space.decode(space.gridPosition(i))).filter((values) => {
    const { chip, precision } = patchDocument(parsed, space.byPath(values));
    return values.lanes === 64 || Number(areaOf(chip, precision, BUILT_NEEDS).totalMm2) <= 0.6;
  });
  expect(small.length).toBeGreaterThan(3);
  expect(small.length).toBeLessThan(12);
  const store = Store.open(fresh());
  const events: StudyEvent[] = [];
  const engine = new FakeEngine(() => ({
    kind: "done",
    result: resultOf({ latency_us: 1, area_mm2: 0.1 }),
    counters: COUNTERS,
    durationMs: 1,
  }));
  const setup = { ...setupOf(spec), experimentOf: (byPath: FakeValues) => patchDocument(parsed, byPath) };
  await new Study(setup, OPTIONS, { store, engine, clock: systemClock }, (event) => events.push(event)).run();
  expect(engine.evaluated.length).toBe(small.length);
  const refused = events.flatMap((event) => (event.type === "point-failed" ? [event] : []));
  expect(refused.length).toBe(12 - small.length);
  for (const { code, reason, stored } of refused)
    expect([code, reason, stored]).toEqual(["CONSTRAINT", "breaks area_mm2 <= 0.6 or lanes == 64", false]);
});

test("a point whose worker dies is tried again, and fails with the reason after the retries", async () => {
  const file = fresh();
  const events: StudyEvent[] = [];
  const died = { kind: "failed", code: "WORKER_DIED", reason: "exit code 137", retryable: true, durationMs: 1 } as const;
  const engine = new FakeEngine((chip, attempt) => {
    if (chip["fake.lanes"] === 4) return attempt < 3 ? died : formula(chip);
    return chip["fake.lanes"] === 16 ? died : formula(chip);
  });
  const spec = specOf({ parameters: [list("lanes", [2, 4, 16]), list("word_bits", [8]), list("bits", [4]), list("kind", ["mesh"])] });
  const summary = await fakeStudy(spec, file, engine, { retries: 2 }, (event) => events.push(event)).run();
  expect(summary).toMatchObject({ done: 2, failed: 1 });
  expect(events.filter((e) => e.type === "retry").length).toBe(4);
  const store = Store.read(file);
  expect([...store.points()].map((p) => [p.values.lanes, p.state, p.attempts, p.reason])).toEqual(
    expect.arrayContaining([
      [2, "done", 1, null],
      [4, "done", 3, null],
      [16, "failed", 3, "exit code 137"],
    ]),
  );
  store.close();
  const healed = new FakeEngine();
  expect(await fakeStudy(spec, file, healed, { retryFailed: true }).run()).toMatchObject({ done: 3, failed: 0 });
  expect(healed.evaluated.length).toBe(1);
});

test("a point whose files never come is not stored as failed: the sweep ends with the reason, and the same command continues", async () => {
  const [file, whole] = [fresh(), fresh()];
  const engine = new FakeEngine((chip) => (chip["fake.lanes"] === 4 ? transferFailure("/shared: no space") : formula(chip)));
  const parameters = [list("lanes", [2, 4, 8]), list("word_bits", [8]), list("bits", [4]), list("kind", ["mesh"])];
  const spec = specOf({ parameters, constraints: [] }, { name: "grid" });
  const error = await fakeStudy(spec, file, engine, { retries: 2, workers: 1 })
    .run()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toMatch(/point \d: \/shared: no space/);
  const attempts = engine.evaluated.filter((key) => key === engine.evaluated.at(-1));
  expect(attempts.length).toBe(3);
  expect([...endsOf(file).values()].filter((end) => end !== "done null")).toEqual([]);
  await fakeStudy(spec, file, new FakeEngine()).run();
  await fakeStudy(spec, whole, new FakeEngine()).run();
  expect(contentOf(file)).toBe(contentOf(whole));
});

/** Ended points by key: how they ended. */
function endsOf(file: string): ReadonlyMap<string, string> {
  const store = Store.read(file);
  const ends = new Map([...store.points("p.ended_at IS NOT NULL", "any")].map(({ key, state, code }) => [key, `${state} ${code}`]));
  store.close();
  return ends;
}
const FLAKY = (chip: FakeValues): Outcome =>
  (chip["fake.lanes"] as number) >= 4 ? { kind: "failed", code: "FLAKY", reason: "", retryable: false, durationMs: 1 } : formula(chip);

test("running failed points again loses no ended point: those that the search does not ask, or does not come to, stay as they are", async () => {
  const random = (seed: number, budget: number) => specOf({}, { name: "random", seed, budget });
  const [file, other, whole] = [fresh(), fresh(), fresh()];
  await fakeStudy(random(1, 40), file, new FakeEngine(FLAKY)).run();
  await fakeStudy(random(2, 20), other, new FakeEngine(FLAKY)).run();
  const [target, source] = [Store.open(file), Store.read(other)];
  mergeInto(target, source);
  for (const store of [target, source]) store.close();
  const before = endsOf(file);
  const isFlaky = (end: string): boolean => end === "failed FLAKY";
  const flaky = [...before.values()].filter(isFlaky).length;

  let stopped = 0;
  const study: Study = fakeStudy(random(1, 40), file, new FakeEngine(), { retryFailed: true, workers: 1 }, (event) => {
    if (event.type === "point-done" && !event.stored && ++stopped === 3) study.stop(true);
  });
  await study.run();
  const afterStop = endsOf(file);
  expect([...before.keys()].filter((key) => !afterStop.has(key))).toEqual([]);
  expect(flaky - [...afterStop.values()].filter(isFlaky).length).toBeLessThan(6);

  const engine = new FakeEngine();
  await fakeStudy(random(1, 25), file, engine, { retryFailed: true }).run();
  await fakeStudy(random(1, 25), whole, new FakeEngine()).run();
  const [after, asked] = [endsOf(file), endsOf(whole)];
  const run = new Set(engine.evaluated);
  expect(run.size).toBeGreaterThan(5);
  for (const [key, end] of before) expect(after.get(key)).toBe(asked.get(key) ?? (run.has(key) ? "" : (afterStop.get(key) ?? end)));
  expect([...after.values()].filter(isFlaky).length).toBeGreaterThan(10);

  await fakeStudy(random(1, 40), file, new FakeEngine(), { retryFailed: true }).run();
  expect(flaky).toBeGreaterThan([...endsOf(file).values()].filter(isFlaky).length);
});

test("a study of failed points only takes changed inputs, and keeps these points in their edition", async () => {
  const file = fresh();
  const broken = new FakeEngine(() => ({ kind: "failed", code: "X", reason: "", retryable: false, durationMs: 1 }));
  await fakeStudy(specOf({}, { budget: 10 }), file, broken).run();
  const before = endsOf(file).size;
  const changed = (retryFailed: boolean) =>
    fakeStudy(specOf({}, { budget: 10 }), file, new FakeEngine(formula, 0, 1, "n"), { retryFailed }, () => {}, { fake: false });
  await expect(changed(false).run()).rejects.toThrow(/is not the description/);
  expect(await changed(true).run()).toMatchObject({ failed: 0 });
  const store = Store.read(file);
  expect(store.apart()).toBe(before);
  store.close();
});

test("a point that its engine lost is tried again without limit, and uses up no attempt", async () => {
  const file = fresh();
  const events: StudyEvent[] = [];
  const engine = new FakeEngine((chip, attempt) =>
    chip["fake.lanes"] === 4 && attempt <= 10 ? { kind: "lost", reason: "power" } : formula(chip),
  );
  const spec = specOf({ parameters: [list("lanes", [2, 4]), list("word_bits", [8]), list("bits", [4]), list("kind", ["mesh"])] });
  const summary = await fakeStudy(spec, file, engine, { retries: 2 }, (event) => events.push(event)).run();
  expect(summary).toMatchObject({ done: 2, failed: 0 });
  expect(events.flatMap((e) => (e.type === "retry" ? [[e.attempt, e.reason]] : []))).toEqual(Array(10).fill([1, "power"]));
  const store = Store.read(file);
  expect([...store.points()].map(({ attempts }) => attempts)).toEqual([1, 1]);
  store.close();
});

test("a point that waits for its retry when the study stops has not ended: it is queued, and the next start runs it", async () => {
  const file = fresh();
  const events: StudyEvent[] = [];
  const engine = new FakeEngine((chip, attempt) =>
    chip["fake.lanes"] === 4 && attempt === 1 ? { kind: "failed", code: "X", reason: "", retryable: true, durationMs: 1 } : formula(chip),
  );
  const spec = specOf({ parameters: [list("lanes", [2, 4, 8]), list("word_bits", [8]), list("bits", [4]), list("kind", ["mesh"])] });
  const study: Study = fakeStudy(spec, file, engine, { workers: 1 }, (event) => {
    events.push(event);
    if (event.type === "retry") study.stop(true);
  });
  expect(await study.run()).toMatchObject({ reason: "stopped", failed: 0 });
  expect(events.filter(({ type }) => type === "point-failed")).toEqual([]);
  const statesOf = (): string[] => {
    const store = Store.read(file);
    const states = [...store.points()].map(({ state }) => state);
    store.close();
    return states;
  };
  expect(statesOf()).not.toContain("running");
  expect(await fakeStudy(spec, file, new FakeEngine()).run()).toMatchObject({ done: 3, failed: 0 });
  expect(statesOf()).toEqual(["done", "done", "done"]);
});

test("failing fast: the first failure ends the study, an infeasible point does not, and the same study can continue past the failure", {
  tags: ["long"],
}, async () => {
  const file = fresh();
  const whole = fresh();
  await fakeStudy(specOf(), whole, new FakeEngine()).run();
  const first = await fakeStudy(specOf(), file, new FakeEngine(), { failFast: true, workers: 1 }).run();
  expect(first).toMatchObject({ reason: "failure", failed: 1 });
  expect(first.infeasible).toBeGreaterThan(0);
  let [runs, summary] = [1, first];
  for (; summary.reason === "failure"; runs++) summary = await fakeStudy(specOf(), file, new FakeEngine(), { failFast: true }).run();
  expect(runs).toBeGreaterThan(2);
  expect(contentOf(file)).toBe(contentOf(whole));
});

test("two descriptions of the same chip are one point", async () => {
  const spec = specOf({
    parameters: [
      list("lanes", [2, 4]),
      list("word_bits", [8]),
      list("bits", [4]),
      { ...list("kind", ["mesh"]) },
      { ...list("echo", [1, 2]), path: "fake.word_bits" },
    ],
  });
  const file = fresh();
  const engine = new FakeEngine((chip) => formula({ ...chip, "fake.word_bits": 8 }));
  const summary = await fakeStudy({ ...spec, parameters: spec.parameters.filter((p) => p.name !== "word_bits") }, file, engine).run();
  expect(summary.done).toBe(4);
  const twin = specOf({
    parameters: [
      ...spec.parameters.filter((p) => p.name !== "echo"),
      list("unused", [0], "lanes == 3"),
      list("side", ["a", "b"], "lanes == 4"),
      list("kind2", ["mesh"]),
    ].map((p) => (p.name === "side" ? { ...p, path: "fake.kind", domain: { kind: "list" as const, values: ["mesh", "torus"] } } : p)),
  });
  // `side` and `kind` set the same path: lanes = 4 with side = mesh is the point of kind = mesh.
  const doubled = fresh();
  const result = await fakeStudy(twin, doubled, new FakeEngine()).run();
  expect(result.done).toBe(3);
});

test("a paused study starts no point, a resumed one continues, the number of workers can change, events are plain data", async () => {
  const events: StudyEvent[] = [];
  const engine = new FakeEngine(formula, 1);
  const study = fakeStudy(specOf(), fresh(), engine, { workers: 1 }, (event) => {
    events.push(event);
    if (event.type === "point-done" && event.id === 5) study.pause();
  });
  const end = study.run();
  while (!events.some((e) => e.type === "paused")) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = engine.evaluated.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(engine.evaluated.length).toBe(before);
  study.setWorkers(5);
  study.resume();
  await end;
  expect(JSON.parse(JSON.stringify(events)).length).toBe(events.length);
  expect(events[0]?.type).toBe("started");
  expect(events.at(-1)?.type).toBe("finished");
  expect(events.filter((e) => e.type === "workers").map((e) => (e.type === "workers" ? e.workers : 0))).toEqual([5]);
});

describe.each(["random", "nsga2", "tpe"])("patience, %s", (name) => {
  const spec = specOf(
    { objectives: [{ metric: "latency_us", direction: "min" }] },
    { name, budget: 190, options: name === "nsga2" ? { population: 16 } : {} },
  );

  test("1, 3 and 8 workers that end in any order stop after the same point, with the same database", {
    tags: name === "tpe" ? [] : ["long"],
  }, async () => {
    const contents: string[] = [];
    for (const workers of [1, 3, 8]) {
      const file = fresh();
      const engine = new FakeEngine(formula, 2, workers);
      const summary = await fakeStudy(spec, file, engine, { workers, patience: 20 }).run();
      expect(summary.reason).toBe("no-improvement");
      contents.push(contentOf(file));
      // The search ends at 20 points in ask order, no more, that do not improve on the best before them.
      const store = Store.read(file);
      const ended = [...store.points("p.state != 'queued'")];
      store.close();
      let best = Number.POSITIVE_INFINITY;
      let since = 0;
      const ends = ended.findIndex(({ state, violation, metrics }) => {
        const latency = state === "done" && violation === 0 ? (metrics?.latency_us as number) : Number.POSITIVE_INFINITY;
        since = latency < best ? 0 : since + 1;
        best = Math.min(best, latency);
        return since === 20;
      });
      expect(ends).toBeGreaterThan(20);
      for (const { code } of ended.slice(ends + 1)) expect(code).toBe("CONSTRAINT"); // the store refuses them as they are asked, without a run
      expect(ended.length).toBeLessThan(180);
    }
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).toBe(contents[0]);
  });
});

test("more patience later continues where less ended, and ends like more at once", async () => {
  const spec = specOf({}, { name: "sobol", budget: 190 });
  const [patient, twice] = [fresh(), fresh()];
  await fakeStudy(spec, patient, new FakeEngine(), { patience: 40 }).run();
  await fakeStudy(spec, twice, new FakeEngine(formula, 1), { workers: 5, patience: 8 }).run();
  await fakeStudy(spec, twice, new FakeEngine(formula, 1), { workers: 3, patience: 40 }).run();
  expect(contentOf(twice)).toBe(contentOf(patient));
});

test("a search with patience that is stopped after any number of points ends like an undisturbed one", { tags: ["long"] }, async () => {
  // seed 11: early points improve for long only outside of the reference point that the first 32 fix
  const objectives = specOf().objectives.filter(({ direction }) => direction === "min");
  const spec = specOf({ constraints: [], objectives }, { name: "tpe", budget: 90, seed: 11, options: { startup: 60 } });
  const whole = fresh();
  const { reason } = await fakeStudy(spec, whole, new FakeEngine(), { workers: 1, patience: 9 }).run();
  expect(reason).toBe("no-improvement");
  let stops = 0;
  for (const points of [20, 40, 60]) {
    const file = fresh();
    const first = fakeStudy(spec, file, new FakeEngine(), { workers: 1, patience: 9 }, (event) => {
      if (event.type === "point-done" && event.id >= points) first.stop(true);
    });
    stops += (await first.run()).reason === "stopped" ? 1 : 0;
    await fakeStudy(spec, file, new FakeEngine(), { workers: 1, patience: 9 }).run();
    expect(contentOf(file), `stopped at ${points}`).toBe(contentOf(whole));
  }
  expect(stops).toBe(3);
});

test("a study ends at its time limit with its results so far", async () => {
  let reads = 0;
  const clock = { monotonicMs: () => reads++ }; // each call reads one millisecond more
  const store = Store.open(fresh());
  const summary = await new Study(
    setupOf(specOf()),
    { ...OPTIONS, timeLimitMs: 200 },
    { store, engine: new FakeEngine(), clock },
    () => {},
  ).run();
  expect(summary.reason).toBe("time");
  expect(summary.done).toBeGreaterThan(0);
  expect(summary.done + summary.infeasible + summary.failed).toBeLessThan(200);
});

test("the reference point is fixed from the first points, stored, and stays the same when the study continues", async () => {
  const file = fresh();
  const first = await fakeStudy(specOf({}, { budget: 60 }), file, new FakeEngine()).run();
  const second = await fakeStudy(specOf({}, { budget: 150 }), file, new FakeEngine()).run();
  expect(first.reference).not.toBeNull();
  expect(second.reference).toEqual(first.reference);
  expect(second.hypervolume as number).toBeGreaterThanOrEqual(first.hypervolume as number);
});

test("screening: the model prices the pool, the best are run, and an engine without a model is refused", async () => {
  const spec = specOf({ referencePoint: [50, 40, 110] }, { name: "screen", budget: 30, options: { pool: 500 } });
  await expect(fakeStudy(spec, fresh(), new FakeEngine()).run()).rejects.toThrow(/no analytical model/);
  class Estimating extends FakeEngine {
    estimated = 0;
    async estimate(task: Task): Promise<Metrics | null> {
      this.estimated++;
      const outcome = formula(task.experiment.chip as unknown as FakeValues);
      return outcome.kind === "done" ? outcome.result.metrics : null;
    }
  }
  const engine = new Estimating();
  const screened = await fakeStudy(spec, fresh(), engine).run();
  expect(engine.estimated).toBe(192); // the grid without what its constraint over parameters refuses
  expect(engine.evaluated.length).toBe(30);
  const chance = await fakeStudy({ ...spec, sampler: { ...spec.sampler, name: "random", options: {} } }, fresh(), new FakeEngine()).run();
  const whole = await fakeStudy(
    { ...spec, sampler: { name: "grid", budget: 1000, seed: 1, options: {} } },
    fresh(),
    new FakeEngine(),
  ).run();
  expect(screened.hypervolume as number).toBeGreaterThan(chance.hypervolume as number);
  expect(screened.hypervolume as number).toBeGreaterThan(0.98 * (whole.hypervolume as number));
});
