/** The run of a front on the test set: what is repeated, and what is not. */
// @module-tag slow
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openWithPlugins } from "../../app/open.js";
import { searchOf, studyParts } from "../../app/study-parts.js";
import { sweep } from "../../app/sweep.js";
import { testFront } from "../../app/test-front.js";
import { packageRoot } from "../../base/package-root.js";
import { type Engine, modelsBeside, type Outcome, Space, Store, type StudyEvent, studyRecord, testedPoints } from "../../sweeps/index.js";
import { NO_COUNTERS, resultOf } from "../sweeps/fake-study.js";
import { tonesFolder } from "../sweeps/models/tones.js";

const folder = tonesFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("whoever opens a study for writing removes what killed writers left among its networks", async () => {
  const models = join(folder, "left.models");
  mkdirSync(models);
  for (const name of [".snn-dse-21038-88f465eeb9c5.part", "kept.checkpoint"]) writeFileSync(join(models, name), "cut");
  await studyOf("left", 1);
  expect(readdirSync(models)).toEqual(["kept.checkpoint"]);
});

/** A database whose study has these points, all done. */
async function studyOf(name: string, count: number) {
  const description = await openWithPlugins(join(folder, "tones.yaml"));
  const database = join(folder, `${name}.db`);
  const { store, setup } = studyParts(description, await searchOf(description, undefined), database, null, {});
  const space = new Space(setup.spec.parameters);
  store.begin(studyRecord(setup), 1, {});
  for (let id = 1; id <= count; id++) {
    const values = space.decode(space.gridPosition(id - 1));
    store.insert({ id, key: `k${id}`, values, fidelity: 1 }, space.byPath(values));
    store.setRunning(id, 1);
    store.finish({ id }, resultOf({ accuracy_percent: 90 }), NO_COUNTERS, 0, 1);
  }
  store.close();
  const stored = (): ReadonlyMap<string, unknown> => {
    const read = Store.read(database);
    const all = [...testedPoints(read)].map(([key, { metrics, reason }]): [string, unknown] => [key, reason ?? metrics.accuracy_percent]);
    read.close();
    return new Map(all.sort());
  };
  return { setup, database, stored };
}

const NEVER = new AbortController().signal;
const DONE: Outcome = { kind: "done", result: resultOf({ accuracy_percent: 80 }), counters: NO_COUNTERS, durationMs: 1 };

/** An engine of one worker whose evaluations end as told, or, if it is closed first, as abandoned. */
function engineOf(evaluate: (key: string) => Promise<Outcome>, data = "a"): Engine {
  let close = (): void => {};
  const closed = new Promise<Outcome>((resolve) => {
    close = () => resolve({ kind: "abandoned" });
  });
  return {
    maxWorkers: 1,
    identify: async () => ({ modelHash: "m", dataHash: data.repeat(64) }),
    waitsFor: () => false,
    evaluate: ({ key }: { readonly key: string }) => Promise.race([closed, evaluate(key)]),
    close: async () => close(),
  } as unknown as Engine;
}

test("a point without a result on the test set runs there again, at once if its worker died; one with a result does not", async () => {
  const { setup, database, stored } = await studyOf("again", 1);
  const died: Outcome = { kind: "failed", code: "WORKER_DIED", reason: "the worker died", retryable: true, durationMs: 1 };
  const refused: Outcome = { ...died, code: "TOO_SMALL", reason: "does not fit", retryable: false };
  const run = async (answers: readonly Outcome[], data = "a"): Promise<number> => {
    let calls = 0;
    const openEngine = () => engineOf(async () => answers[Math.min(calls++, answers.length - 1)], data);
    expect(await testFront([1], { setup, database, openEngine, retries: 2, tell: () => {}, drain: NEVER, drop: NEVER })).toBe(true);
    return calls;
  };
  expect(await run([died])).toBe(3);
  expect(stored()).toEqual(new Map([["k1", "the worker died"]]));
  expect(await run([refused])).toBe(1);
  expect(stored()).toEqual(new Map([["k1", "does not fit"]]));
  expect(await run([died, DONE])).toBe(2);
  expect(stored()).toEqual(new Map([["k1", 80]]));
  expect(await run([DONE])).toBe(0);
  // what the accuracy of frames rests on: utterances, and the samples that they are worth
  const result = resultOf({ accuracy_percent: 80 });
  const frames = { ...result, provenance: { ...result.provenance, utterances: 40, independentSamples: 61.5 } };
  expect(await run([{ ...DONE, result: frames }], "b")).toBe(1);
  const read = Store.read(database);
  expect(testedPoints(read).get("k1")).toMatchObject({ metrics: { accuracy_percent: 80 }, utterances: 40, samples: 61.5 });
  read.close();
});

test("a stop leaves each result that has come, and of the running point nothing, or its result if that was to end; the same call runs the rest", async () => {
  for (const how of ["drop", "drain"] as const) {
    const { setup, database, stored } = await studyOf(how, 3);
    const run = (evaluate: (key: string) => Promise<Outcome>, signals: { readonly drop: AbortSignal; readonly drain: AbortSignal }) =>
      testFront([1, 2, 3], { setup, database, openEngine: () => engineOf(evaluate), retries: 2, tell: () => {}, ...signals });
    const stop = new AbortController();
    const asked: string[] = [];
    const first = async (key: string): Promise<Outcome> => {
      asked.push(key);
      if (key === "k1") return DONE;
      expect(stored()).toEqual(new Map([["k1", 80]]));
      stop.abort();
      return how === "drain" ? DONE : new Promise(() => {});
    };
    expect(await run(first, { drain: NEVER, drop: NEVER, [how]: stop.signal })).toBe(false);
    const left = how === "drain" ? ["k1", "k2"] : ["k1"];
    expect([...stored()]).toEqual(left.map((key) => [key, 80]));
    expect(asked).toEqual(["k1", "k2"]);
    const second: string[] = [];
    const rest = async (key: string): Promise<Outcome> => {
      second.push(key);
      return DONE;
    };
    expect(await run(rest, { drain: NEVER, drop: NEVER })).toBe(true);
    expect([...left, ...second]).toEqual(["k1", "k2", "k3"]);
    expect([...stored().values()]).toEqual([80, 80, 80]);
  }
});

test.skipIf(!existsSync(join(packageRoot(), "dist", "sweep-worker.js")))(
  "a search stopped during its run on the test set ends as stopped; a call with any budget runs the rest of the front of all stored points there",
  { tags: ["long"] },
  async () => {
    const described = readFileSync(join(folder, "tones.yaml"), "utf8");
    writeFileSync(join(folder, "small.yaml"), described.replace("energy_uj_per_inference: min", "$&, area_mm2: min"));
    const description = await openWithPlugins(join(folder, "small.yaml"));
    const events: StudyEvent[] = [];
    /** Runs until it ends by itself, or until the first event of this type. */
    const run = (budget: number, until: StudyEvent["type"] | null) => {
      const stop = new AbortController();
      const onEvent = (event: StudyEvent): void => {
        events.push(event);
        if (event.type === until) stop.abort();
      };
      return sweep(description, { db: join(folder, "stopped.db"), workers: 1, budget, signal: stop.signal, onEvent });
    };
    const tested = (): readonly number[] => events.flatMap((event) => (event.type === "tested" ? [event.id] : [])).sort((a, b) => a - b);
    const first = await run(8, "finished");
    const front = first.front.map(({ id }) => id).sort((a, b) => a - b);
    expect([first.reason, tested(), front.length > 1, front.some((id) => id > 1)]).toEqual(["stopped", [], true, true]);
    const second = await run(1, "tested");
    expect([second.reason, tested().length]).toEqual(["stopped", 1]);
    expect(events.at(-1)).toMatchObject({ type: "finished", reason: "stopped" });
    // as after a merge: the points are there, their networks are not
    rmSync(modelsBeside(join(folder, "stopped.db")), { recursive: true });
    const third = await run(1, null);
    expect([third.reason, tested()]).toEqual(["budget", front]);
    expect(events.filter((event) => event.type === "tested" && event.reason !== null)).toEqual([]);
    const fourth = await run(9, null);
    expect([fourth.reason, tested()]).toEqual(["exhausted", front]);
  },
);
