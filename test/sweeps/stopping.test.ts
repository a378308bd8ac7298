/** A stop and a time limit end a study whatever it is at: pricing, refusing points, pausing, or waiting for workers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { SweepSpec } from "../../arch/index.js";
import { DrivenStudy, type Metrics, type Outcome, Store, Study, type StudyOptions, type Task } from "../../sweeps/index.js";
import { contentOf, FakeEngine, type FakeValues, fakeStudy, formula, OPTIONS, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "stopping-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

/** An engine none of whose answers needs an event. */
class Instant extends FakeEngine {
  estimated = 0;

  constructor(private readonly onFirst: () => void = () => {}) {
    super();
  }

  async estimate(task: Task): Promise<Metrics | null> {
    if (this.estimated++ === 0) this.onFirst();
    const outcome = formula(task.experiment.chip as unknown as FakeValues);
    return outcome.kind === "done" ? outcome.result.metrics : null;
  }
}

/** A study whose clock reads one millisecond more at each look, so that it does not depend on the machine. */
function countedStudy(spec: SweepSpec, engine: FakeEngine, options: Partial<StudyOptions> = {}, file = fresh()) {
  let looks = 0;
  const effects = { store: Store.open(file), engine, clock: { monotonicMs: () => looks++ } };
  return new Study(setupOf(spec), { ...OPTIONS, ...options }, effects, () => {});
}

const POOL = 192; // the grid without what its constraint over parameters refuses
const screening = specOf({}, { name: "screen", budget: 30, options: { pool: 500 } });
const refusing = specOf({ constraints: ["lanes > 100"] });

describe("while the model prices a pool", () => {
  test("a stop is heard", async () => {
    const engine = new Instant(() => setImmediate(() => study.stop(false)));
    const study: Study = countedStudy(screening, engine);
    expect((await study.run()).reason).toBe("stopped");
    expect(engine.estimated).toBeLessThan(POOL);
  });

  test("the time limit ends it", async () => {
    const engine = new Instant();
    expect((await countedStudy(screening, engine, { timeLimitMs: 500 }).run()).reason).toBe("time");
    expect(engine.estimated).toBeGreaterThan(0);
    expect(engine.estimated).toBeLessThan(POOL);
  });
});

test("while points are refused without a run, a stop is heard, and the same study goes on to its end", async () => {
  const study = countedStudy(refusing, new Instant());
  setImmediate(() => study.stop(false));
  const { reason, infeasible } = await study.run();
  expect(reason).toBe("stopped");
  expect(infeasible).toBeGreaterThan(0);
  expect(infeasible).toBeLessThan(200);
  const [whole, parts] = [fresh(), fresh()];
  await fakeStudy(refusing, whole, new Instant()).run();
  const first = fakeStudy(refusing, parts, new Instant());
  setImmediate(() => first.stop(false));
  await first.run();
  await fakeStudy(refusing, parts, new Instant()).run();
  expect(contentOf(parts)).toBe(contentOf(whole));
});

test("a study that is closed while it refuses points asks no further ones", async () => {
  let looks = 0;
  const file = fresh();
  const effects = { store: Store.open(file), engine: new Instant(), clock: { monotonicMs: () => looks++ } };
  const settings = { ...OPTIONS, evaluator: null };
  const study = await DrivenStudy.begin(setupOf(refusing), settings, effects, () => {}, undefined);
  const asked = study.ask();
  setImmediate(() => void study.close());
  expect(await asked).toEqual([]);
  expect((await study.close()).infeasible).toBeLessThan(200);
  expect((await fakeStudy(refusing, file, new Instant()).run()).infeasible).toBe(200);
});

/** An engine without workers: what it is asked ends only if it is withdrawn. */
class Deserted extends FakeEngine {
  private readonly waiting: (() => void)[] = [];

  override evaluate(): Promise<Outcome> {
    return new Promise((resolve) => this.waiting.push(() => resolve({ kind: "abandoned" })));
  }

  override withdraw(): void {
    for (const end of this.waiting.splice(0)) end();
  }
}

test("a study without workers ends at its time limit, and at a stop that lets running points end; its points wait", {
  tags: ["long"],
}, async () => {
  for (const [reason, limit] of [
    ["time", 150],
    ["stopped", null],
  ] as const) {
    const file = fresh();
    const study = fakeStudy(specOf(), file, new Deserted(), { timeLimitMs: limit });
    if (limit === null) setTimeout(() => study.stop(true), 150);
    expect(await study.run()).toMatchObject({ reason, done: 0, failed: 0 });
    const store = Store.read(file);
    expect(new Set([...store.points()].map(({ state }) => state))).toEqual(new Set(["queued", "infeasible"]));
    store.close();
    expect((await fakeStudy(specOf(), file, new FakeEngine()).run()).reason).toBe("exhausted");
    const whole = fresh();
    await fakeStudy(specOf(), whole, new FakeEngine()).run();
    expect(contentOf(file)).toBe(contentOf(whole));
  }
});

describe("a study that has asked its whole budget", () => {
  test("ends at its time limit all the same", async () => {
    const file = fresh();
    const { reason, done } = await countedStudy(specOf({}, { budget: 64 }), new FakeEngine(), { timeLimitMs: 240 }, file).run();
    expect(reason).toBe("time");
    expect(done).toBeGreaterThan(0);
    const store = Store.read(file);
    const waiting = [...store.points()].filter(({ state }) => state === "queued").length;
    expect([store.size(), waiting > 0]).toEqual([64, true]);
    store.close();
  });

  test("ends when its hypervolume has not grown for long, whatever the number of workers", async () => {
    const spec = specOf({ objectives: [{ metric: "latency_us", direction: "min" }], constraints: [] }, { name: "random", budget: 40 });
    const contents: string[] = [];
    for (const workers of [1, 4]) {
      const file = fresh();
      const summary = await fakeStudy(spec, file, new FakeEngine(formula, 2), { patience: 3, workers }).run();
      expect([summary.reason, summary.done + summary.infeasible + summary.failed]).toEqual(["no-improvement", 6]);
      contents.push(contentOf(file));
    }
    expect(contents[1]).toBe(contents[0]);
  });
});

test("a paused study ends at its time limit", async () => {
  const study = fakeStudy(specOf(), fresh(), new FakeEngine(formula, 1), { timeLimitMs: 100 }, ({ type }) => {
    if (type === "point-done") study.pause();
  });
  expect((await study.run()).reason).toBe("time");
});
