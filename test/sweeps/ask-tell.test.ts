/** A study that its caller drives asks a sweep's points, takes results in any order, and keeps them. */
// @module-tag slow
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { SweepSpec } from "../../arch/index.js";
import { InputError, InterruptedError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import {
  type AskedPoint,
  DrivenStudy,
  type Engine,
  type Evaluation,
  frontReport,
  reproduce,
  SAMPLERS,
  Store,
  type StudyEvent,
  systemClock,
} from "../../sweeps/index.js";
import { contentOf, FakeEngine, type FakeValues, fakeStudy, formula, list, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "ask-tell-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);
const SEED = 7;

const OPTIONS: { readonly [sampler: string]: SweepSpec["sampler"]["options"] } = {
  nsga2: { population: 16 },
  gp: { candidates: 24, memory: 32, fit_points: 16 },
  screen: { stages: 2 },
};
const BUDGETS: { readonly [sampler: string]: number } = { gp: 40 };
const DOCUMENT = { workload: { timing_samples: 8 } };
const specFor = (name: string): SweepSpec => specOf({}, { name, budget: BUDGETS[name] ?? 60, options: OPTIONS[name] ?? {} });

/** An engine with an analytical model: the formula itself, with a small error. */
class Estimating extends FakeEngine {
  async estimate({ experiment }: { readonly experiment: unknown }) {
    const outcome = formula((experiment as { readonly chip: FakeValues }).chip);
    if (outcome.kind !== "done") return null;
    const { metrics } = outcome.result;
    return { ...metrics, latency_us: (metrics.latency_us as number) * 1.01 };
  }
}

function driven(
  spec: SweepSpec,
  file: string | null,
  engine: Engine,
  evaluator: string | null = null,
  emit: (event: StudyEvent) => void = () => {},
  signal: AbortSignal | undefined = undefined,
): Promise<DrivenStudy> {
  const store = file === null ? Store.inMemory() : Store.open(file);
  const setup = {
    ...setupOf(spec, DOCUMENT),
    ...(evaluator === null ? {} : { build: evaluator, inputs: [{ kind: "program" as const, name: evaluator, sha256: "e" }] }),
  };
  const settings = { workers: 2, retries: 2, retryFailed: false, rerun: false, evaluator };
  return DrivenStudy.begin(setup, settings, { store, engine, clock: systemClock }, emit, signal).catch((error: unknown) => {
    store.close();
    throw error;
  });
}

/** Asks for n points at a time and tells their results in an order drawn by seed. */
async function driveInBatches(study: DrivenStudy, n: number, most = Number.POSITIVE_INFINITY): Promise<AskedPoint[]> {
  const rng = createRng(SEED, `order ${n}`);
  const asked: AskedPoint[] = [];
  while (asked.length < most) {
    const batch = await study.ask(n);
    if (batch.length === 0) break;
    asked.push(...batch);
    const found = await Promise.all(batch.map(async (point) => ({ point, evaluation: await study.evaluate(point) })));
    while (found.length > 0) {
      const [{ point, evaluation }] = found.splice(rng.int(0, found.length - 1), 1);
      study.tell(point, evaluation);
    }
  }
  return asked;
}

describe.each(SAMPLERS.names)("%s", (name) => {
  const spec = specFor(name);

  test(`asked for 1, 3 and 8 points at a time, it leaves the database of a sweep with as many workers (seed ${SEED})`, {
    tags: name === "screen" || name === "tpe" ? [] : ["long"],
  }, async () => {
    for (const n of [1, 3, 8]) {
      const [swept, told] = [fresh(), fresh()];
      const summary = await fakeStudy(spec, swept, new Estimating(formula, n === 1 ? 0 : 1, n), { workers: n }, () => {}, DOCUMENT).run();
      const engine = new Estimating(formula, n === 1 ? 0 : 1, n);
      const study = await driven(spec, told, engine);
      const asked = await driveInBatches(study, n);
      expect(asked.length).toBe(engine.evaluated.length);
      expect(asked.length).toBeGreaterThan(20);
      expect({ ...(await study.close()), elapsedMs: 0 }).toEqual({ ...summary, elapsedMs: 0 });
      expect(contentOf(told)).toBe(contentOf(swept));
    }
  });

  test("closed and opened again, it continues as if undisturbed; open points are asked again", {
    tags: name === "gp" || name === "nsga2" ? [] : ["long"],
  }, async () => {
    const [swept, told] = [fresh(), fresh()];
    await fakeStudy(spec, swept, new Estimating(), {}, () => {}, DOCUMENT).run();
    const first = await driven(spec, told, new Estimating());
    await driveInBatches(first, 4, 10);
    const left = await first.ask(3);
    expect((await first.close()).reason).toBe("stopped");
    const second = await driven(spec, told, new Estimating());
    const rest = await driveInBatches(second, 4);
    expect(rest.slice(0, left.length).map(({ values }) => values)).toEqual(left.map(({ values }) => values));
    await second.close();
    expect(contentOf(told)).toBe(contentOf(swept));
  });
});

test("a sampler that must be told first gives fewer points, and the rest once it was told, whichever result comes last", async () => {
  const study = await driven(specFor("nsga2"), null, new FakeEngine());
  const generation = await study.ask(100);
  expect(generation.length).toBeLessThanOrEqual(16);
  expect(await study.ask(1)).toEqual([]);
  expect([study.ended, study.open.length]).toEqual([null, generation.length]);
  for (const point of [...generation].reverse()) {
    expect(await study.ask(1)).toEqual([]);
    study.tell(point, await study.evaluate(point.id));
  }
  expect((await study.ask(1)).length).toBe(1);
  await study.close();
});

test("it ends once the last point of its budget is given out, not when it is drawn", async () => {
  const study = await driven(specOf({}, { name: "random", budget: 5 }), null, new FakeEngine());
  expect([(await study.ask(2)).length, study.ended, (await study.ask(9)).length <= 3, study.ended]).toEqual([2, null, true, "budget"]);
  await study.close();
});

test("concurrent asks share no point", async () => {
  const study = await driven(specFor("random"), null, new FakeEngine());
  const asked = (await Promise.all([study.ask(5), study.ask(5), study.ask(5)])).flat();
  expect(new Set(asked.map(({ id }) => id)).size).toBe(15);
  expect(study.open.map(({ id }) => id)).toEqual(asked.map(({ id }) => id));
  await study.close();
});

const problemOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "nothing";
};

test("an unknown point, a point told twice, and a result of another point, of another study or of no study are errors that name the point", async () => {
  const [study, other] = [await driven(specFor("random"), null, new FakeEngine()), await driven(specFor("sobol"), null, new FakeEngine())];
  const [a, b] = await study.ask(2);
  const [elsewhere] = await other.ask(1);
  const found = await study.evaluate(a);
  expect(problemOf(() => study.tell(99, found))).toMatch(/'99' was not asked in this study/);
  expect(problemOf(() => study.tell(b, found))).toMatch(new RegExp(`is that of point ${a.id}, told of point ${b.id}`));
  expect(problemOf(() => study.tell(elsewhere, found))).toMatch(/was not asked in this study/);
  expect(problemOf(() => study.tell(a, { ...found }))).toMatch(/none that this study evaluated[\s\S]*evaluator/);
  expect(problemOf(() => study.tell(a, { metrics: { latency_us: 1 } }))).toMatch(/evaluator/);
  study.tell(a, found);
  expect(problemOf(() => study.tell(a, found))).toMatch(/was told before/);
  await expect(study.evaluate(a)).rejects.toThrow(/was told before/);
  await expect(study.ask(0)).rejects.toThrow(/whole number/);
  await study.close();
  expect(problemOf(() => study.tell(b, found))).toMatch(/is closed/);
  await expect(study.ask(1)).rejects.toThrow(/is closed/);
  await other.close();
});

describe("another evaluator", () => {
  const NAME = "my model 1.0";
  const told = (point: AskedPoint): { readonly metrics: { readonly [metric: string]: number | null } } => {
    const { lanes, bits } = point.values as { readonly lanes: number; readonly bits: number };
    return { metrics: { accuracy_percent: 60 + bits, energy_uj_per_inference: lanes * bits, latency_us: 100 / lanes } };
  };

  const learning = SAMPLERS.names.filter((name) => !SAMPLERS.demand(name, "test").screens);

  test.each(learning)("%s learns from its results", async (name) => {
    const file = fresh();
    const engine = new FakeEngine();
    const study = await driven(specFor(name), file, engine, NAME);
    const asked: AskedPoint[] = [];
    for (let batch = await study.ask(8); batch.length > 0; batch = await study.ask(8)) {
      for (const point of batch) study.tell(point, told(point));
      asked.push(...batch);
    }
    const summary = await study.close();
    expect(summary.done).toBe(asked.length);
    expect(engine.evaluated).toEqual([]);
    const store = Store.read(file);
    const { rows } = frontReport(store);
    store.close();
    expect(rows.map(({ id }) => id).sort()).toEqual(summary.front.map(({ id }) => id).sort());
    const byId = new Map(asked.map((point) => [point.id, point]));
    for (const { id, metrics } of rows) expect(metrics).toMatchObject(told(byId.get(id) as AskedPoint).metrics);
  });

  test.each(learning)("%s searches among the smallest and largest numbers that are taken, with a finite volume", async (name) => {
    const study = await driven(specFor(name), null, new FakeEngine(), NAME);
    const ends = [1e30, -1e30, Number.MIN_VALUE, -1e-300, 0, 7];
    for (let batch = await study.ask(8); batch.length > 0; batch = await study.ask(8))
      for (const point of batch) {
        const of = (shift: number): number => ends[(point.id + shift * (point.id >> 2)) % ends.length];
        study.tell(point, { metrics: { accuracy_percent: 1e30, energy_uj_per_inference: of(1), latency_us: of(2) } });
      }
    const { done, hypervolume, reference } = await study.close();
    expect(done).toBeGreaterThan(24);
    for (const number of [hypervolume, ...(reference ?? [])]) expect(Number.isFinite(number)).toBe(true);
  });

  test("a screening sampler is refused with its name", async () => {
    await expect(driven(specFor("screen"), null, new Estimating(), NAME)).rejects.toThrow(
      /sampler screen .* cannot learn from results of 'my model 1.0'/,
    );
  });

  test("its results and this program's are never in one database, and this program cannot reproduce them", async () => {
    const file = fresh();
    const study = await driven(specFor("random"), file, new FakeEngine(), NAME);
    const [point] = await study.ask(1);
    study.tell(point, told(point));
    await study.close();
    await expect(driven(specFor("random"), file, new FakeEngine())).rejects.toThrow(/my model 1.0: is not the program/);
    await expect(fakeStudy(specFor("random"), file, new FakeEngine(), {}, () => {}, DOCUMENT).run()).rejects.toThrow(/is not the program/);
    const store = Store.read(file);
    await expect(reproduce(store, point.id, { ...setupOf(specFor("random"), DOCUMENT) }, new FakeEngine())).rejects.toThrow(
      /was told by 'my model 1.0'/,
    );
    store.close();
  });

  test("its results are checked: names of metrics, numbers, and presence of all that objectives and constraints need", async () => {
    const study = await driven(specFor("random"), null, new FakeEngine(), NAME);
    const [point, second, third] = await study.ask(3);
    const { metrics } = told(point);
    const wrong: readonly [unknown, RegExp][] = [
      [null, /says nothing/],
      [{ metrics: {}, failed: "late" }, /has metrics and failed/],
      [{ infeasible: "big", failed: "late" }, /has infeasible and failed/],
      [{ metrics: [1] }, /says nothing/],
      [{ metrics: {} }, /accuracy_percent: is missing[\s\S]*latency_us: is missing/],
      [{ metrics: { ...metrics, speed: 3 } }, /unknown metric 'speed'/],
      [{ metrics: { ...metrics, latency_us: Number.NaN } }, /latency_us: got 'null'|latency_us: got 'NaN'/],
      [{ metrics: { ...metrics, latency_us: "3" } }, /expected a number/],
      [{ metrics: { ...metrics, latency_us: 2e30 } }, /latency_us: got '2e\+30'[\s\S]*1e\+30/],
      [{ metrics: { ...metrics, latency_us: -Number.MAX_VALUE } }, /latency_us: got '-1.79/],
    ];
    for (const [result, message] of wrong) expect(problemOf(() => study.tell(point, result as Evaluation))).toMatch(message);
    study.tell(point, { metrics: { ...metrics, latency_us: null } });
    study.tell(second, { infeasible: "too large" });
    study.tell(third, { failed: "no licence" });
    const rows = study.store.query("SELECT state, reason FROM point WHERE id IN (?, ?, ?) ORDER BY id", [point.id, second.id, third.id]);
    expect(rows).toEqual([
      { state: "done", reason: null },
      { state: "infeasible", reason: "too large" },
      { state: "failed", reason: "no licence" },
    ]);
    await study.close();
  });

  test("this program evaluates none of its points, so that no result of this program is stored under its name", async () => {
    const file = fresh();
    const engine = new FakeEngine();
    const study = await driven(specFor("random"), file, engine, NAME);
    const [point] = await study.ask(1);
    for (const work of [() => study.evaluate(point), () => study.evaluate(point.id), () => study.run(point.values)])
      await expect(work()).rejects.toThrow(/come from 'my model 1.0'[\s\S]*tell one: metrics/);
    await study.close();
    expect(engine.evaluated).toEqual([]);
    const store = Store.read(file);
    expect(store.query("SELECT point_id FROM result")).toEqual([]);
    store.close();
  });
});

describe("points of the caller's own choice", () => {
  const values = { lanes: 4, word_bits: 32, bits: 4, kind: "mesh" };

  test("they are run once, stored, and the sampler asks as without them", async () => {
    const spec = specFor("tpe");
    const plain = await driven(spec, null, new FakeEngine());
    const expected = (await driveInBatches(plain, 4)).map((point) => point.values);
    await plain.close();
    const engine = new FakeEngine();
    const study = await driven(spec, null, engine);
    const [one, same] = await Promise.all([study.run(values), study.run(values)]);
    expect(one.metrics).toEqual(same.metrics);
    expect(one).toMatchObject({ state: "done", values, violation: 0 });
    expect((await study.run(values)).result).toEqual(one.result);
    expect(engine.evaluated.length).toBe(1);
    const asked = (await driveInBatches(study, 4)).map((point) => point.values);
    const name = (point: unknown): string => JSON.stringify(point);
    expect(asked.map(name)).toEqual(expected.map(name).filter((text) => text !== name(one.values)));
    expect((await study.run({ lanes: 16, word_bits: 8, bits: 8, kind: "mesh" })).code).toBe("CONSTRAINT");
    // a point that the chip cannot hold has no violation: nobody knows it
    for (const again of [1, 2])
      expect(await study.run({ ...values, lanes: 1, kind: "torus" }), `call ${again}`).toMatchObject({
        ...{ state: "infeasible", code: "TOO_SMALL", violation: Number.POSITIVE_INFINITY },
      });
    expect(
      study.store.query("SELECT DISTINCT code, violation IS NULL AS none FROM point WHERE state = 'infeasible' ORDER BY code"),
    ).toEqual([
      { code: "CONSTRAINT", none: 0 },
      { code: "TOO_SMALL", none: 1 },
    ]);
    await study.close();
  });

  test.each(["grid", "tpe"])("a point that %s asks for later counts towards the budget, in one session as in two", async (name) => {
    const spec = specFor(name);
    const plain = await driven(spec, null, new FakeEngine());
    const expected = (await driveInBatches(plain, 4)).map((point) => point.values);
    await plain.close();
    const own = [expected[5], expected[20], expected[40]];
    const text = (point: unknown): string => JSON.stringify(point);
    const rest = expected.map(text).filter((one) => !own.map(text).includes(one));
    for (const isReopened of [false, true]) {
      const file = fresh();
      let study = await driven(spec, file, new FakeEngine());
      for (const point of own) await study.run(point);
      if (isReopened) {
        await study.close();
        study = await driven(spec, file, new FakeEngine());
      }
      const asked = (await driveInBatches(study, 4)).map((point) => point.values);
      expect(asked.map(text), isReopened ? "two sessions" : "one session").toEqual(rest);
      expect((await study.close()).reason).toBe("budget");
    }
  });

  test("every axis says how to find its values: each of a list, and low + i * step of a range, is a point", async () => {
    const range = (name: string, low: number, high: number, step: number | null, integer: boolean) => ({
      ...{ name, path: `fake.${name}`, when: null },
      domain: { kind: "range" as const, low, high, step, integer },
    });
    const many = Array.from({ length: 1500 }, (_, i) => 3 * i + (i % 2));
    const parameters = [
      list("lanes", [1, 2, 4]),
      list("word_bits", many),
      range("bits", 4, 4000, null, true),
      range("wide", 0, 10_000, 4, true),
      range("volts", 0.1, 300, 0.1, false),
      range("few", 1, 7, 3, true),
    ];
    const study = await driven(specOf({ parameters }, { name: "random" }), null, new FakeEngine());
    expect(study.axes.map(({ name, values, step }) => [name, values?.length ?? null, step])).toEqual([
      ["lanes", 3, null],
      ["word_bits", 1500, null],
      ["bits", null, 1],
      ["wide", null, 4],
      ["volts", null, 0.1],
      ["few", 3, 3],
    ]);
    const rng = createRng(SEED, "values of axes");
    const drawn = ({ values, low, high, step }: (typeof study.axes)[number]): unknown => {
      if (values !== null) return values[rng.int(0, values.length - 1)];
      const [first, last, by] = [low as number, high as number, step as number];
      return first + by * rng.int(0, Math.round((last - first) / by));
    };
    for (let i = 0; i < 50; i++) {
      const values = Object.fromEntries(study.axes.map((axis) => [axis.name, drawn(axis)]));
      expect((await study.run(values)).id, JSON.stringify(values)).toBeGreaterThan(0);
    }
    await expect(study.run({ lanes: 1, word_bits: 0, bits: 540.92, wide: 0, volts: 0.1, few: 1 })).rejects.toThrow(
      /bits: got '540.92'[\s\S]*4 to 4000 in steps of 1/,
    );
    await study.close();
  });

  test("a point that was asked and is run is stored as if told, also while its evaluation runs", async () => {
    const [file, plain] = [fresh(), fresh()];
    const told = await driven(specFor("random"), plain, new FakeEngine());
    await driveInBatches(told, 2, 4);
    await told.close();
    const engine = new FakeEngine();
    const study = await driven(specFor("random"), file, engine);
    for (let i = 0; i < 2; i++) {
      const [a, b] = await study.ask(2);
      const evaluation = study.evaluate(b);
      const run = await study.run(b.values);
      expect(run).toBe(await evaluation);
      expect(study.open).toEqual([a]);
      expect(study.store.soundPoint(b.id)?.metrics).toMatchObject(run.metrics ?? {});
      expect(() => study.tell(b, run)).toThrow(/was told before/);
      study.tell(a, await study.evaluate(a));
    }
    expect(engine.evaluated.length).toBe(4);
    await study.close();
    expect(contentOf(file)).toBe(contentOf(plain));
  });

  test("values that are no point of the study are refused, and each wrong one is named", async () => {
    const study = await driven(
      specOf(
        {
          parameters: [
            list("lanes", [1, 2, 4, 8, 16]),
            list("word_bits", [8, 16, 32, 64]),
            { ...list("bits", [2, 4]), when: 'kind == "mesh"' },
            list("kind", ["mesh", "torus"]),
            { name: "volts", path: "fake.volts", domain: { kind: "range", low: 0.5, high: 1, step: null, integer: false }, when: null },
            { name: "twice", path: "fake.twice", domain: { kind: "derived", expression: "lanes * 2" }, when: null },
          ],
        },
        { name: "random" },
      ),
      null,
      new FakeEngine(),
    );
    expect(study.axes).toEqual([
      { name: "lanes", values: [1, 2, 4, 8, 16], low: 1, high: 16, step: null, isInteger: true, when: null },
      { name: "word_bits", values: [8, 16, 32, 64], low: 8, high: 64, step: null, isInteger: true, when: null },
      { name: "bits", values: [2, 4], low: 2, high: 4, step: null, isInteger: true, when: 'kind == "mesh"' },
      { name: "kind", values: ["mesh", "torus"], low: null, high: null, step: null, isInteger: false, when: null },
      { name: "volts", values: null, low: 0.5, high: 1, step: null, isInteger: false, when: null },
    ]);
    const point = { lanes: 4, word_bits: 32, kind: "mesh", bits: 4, volts: 0.7 };
    await expect(study.run({ ...point, lanes: 3 })).rejects.toThrow(/lanes: got '3'[\s\S]*one of: 1, 2, 4, 8, 16/);
    await expect(study.run({ ...point, volts: 2 })).rejects.toThrow(/volts: got '2'[\s\S]*0.5 to 1/);
    await expect(study.run({ ...point, lane: 3 })).rejects.toThrow(/no parameter 'lane'/);
    await expect(study.run({ ...point, twice: 9 })).rejects.toThrow(/twice: got '9', computed '8'/);
    await expect(study.run({ ...point, kind: "torus" })).rejects.toThrow(/bits: is not active/);
    const { bits: _bits, ...without } = point;
    await expect(study.run(without)).rejects.toThrow(/bits: has no value/);
    expect((await study.run({ ...point, twice: 8, volts: 0.7000000001 })).values).toEqual({ ...point, twice: 8 });
    await study.close();
  });
});

test("an evaluation continues if its caller stops waiting; closing the study ends it", async () => {
  const engine = new FakeEngine(formula, 30);
  const study = await driven(specFor("random"), null, engine);
  const [a, b] = await study.ask(2);
  const abort = new AbortController();
  const waiting = study.evaluate(a, { signal: abort.signal });
  abort.abort(new Error("no time"));
  await expect(waiting).rejects.toThrow("no time");
  expect((await study.evaluate(a)).state).not.toBe("timeout");
  expect(engine.evaluated.length).toBe(1);
  const lost = expect(study.evaluate(b)).rejects.toThrow(InterruptedError);
  await study.close();
  await lost;
});

test("a worker that dies is tried again as in a sweep, and counts as failed after that", async () => {
  const died = { kind: "failed", code: "WORKER_DIED", reason: "gone", retryable: true, durationMs: 1 } as const;
  const engine = new FakeEngine((chip, attempt) =>
    attempt <= 2 || chip["fake.kind"] === "torus" ? died : formula({ ...chip, "fake.bits": 2 }),
  );
  const retries: number[] = [];
  const study = await driven(specFor("sobol"), null, engine, null, (event) => {
    if (event.type === "retry") retries.push(event.id);
  });
  const points = await study.ask(12);
  const states = await Promise.all(points.map(async (point) => (await study.evaluate(point)).state));
  expect(states).toEqual(points.map(({ values }) => (values.kind === "torus" ? "failed" : "done")));
  expect(new Set(states).size).toBe(2);
  expect(retries.length).toBe(2 * points.length);
  await study.close();
});

test("a signal that closes a study whose database was moved rejects nothing that nobody awaits; `close` says what was lost", async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => void unheard.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", hear);
  try {
    const [file, abort] = [fresh(), new AbortController()];
    const study = await driven(specFor("random"), file, new FakeEngine(), null, () => {}, abort.signal);
    const [point] = await study.ask(1);
    study.tell(point, await study.evaluate(point));
    renameSync(file, `${file}.moved`);
    await new Promise((resolve) => setTimeout(resolve, 100)); // a writer looks at its file again after 50 ms
    await expect(study.ask(1)).rejects.toThrow("was moved");
    abort.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(unheard).toEqual([]);
    await expect(study.close()).rejects.toThrow("was moved");
  } finally {
    process.off("unhandledRejection", hear);
    for (const other of others) process.on("unhandledRejection", other);
  }
});
