/** The run of a front on the test set: what is repeated, and what is not. */
// @module-tag slow
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openWithPlugins } from "../../app/open.js";
import { searchOf, studyParts } from "../../app/study-parts.js";
import { testFront } from "../../app/test-front.js";
import { type Engine, type Outcome, Space, Store, studyRecord, testedPoints } from "../../sweeps/index.js";
import { NO_COUNTERS, resultOf } from "../sweeps/fake-study.js";
import { tonesFolder } from "../sweeps/models/tones.js";

const folder = tonesFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a point without a result on the test set runs there again, at once if its worker died; one with a result does not", async () => {
  const description = await openWithPlugins(join(folder, "tones.yaml"));
  const database = join(folder, "front.db");
  const { store, setup } = studyParts(description, await searchOf(description, undefined), database, null, {});
  const space = new Space(setup.spec.parameters);
  const values = Object.fromEntries(
    setup.spec.parameters.map(({ name, domain }) => {
      if (domain.kind !== "list") throw new Error(`${name} is no list`);
      return [name, domain.values[0]];
    }),
  );
  store.begin(studyRecord(setup), 1, {});
  store.insert({ id: 1, key: "k", values, fidelity: 1 }, space.byPath(values));
  store.setRunning(1, 1);
  store.finish({ id: 1 }, resultOf({ accuracy_percent: 90 }), NO_COUNTERS, 0, 1);
  store.close();

  const died: Outcome = { kind: "failed", code: "WORKER_DIED", reason: "the worker died", retryable: true, durationMs: 1 };
  const refused: Outcome = { ...died, code: "TOO_SMALL", reason: "does not fit", retryable: false };
  const done: Outcome = { kind: "done", result: resultOf({ accuracy_percent: 80 }), counters: NO_COUNTERS, durationMs: 1 };
  const run = async (answers: readonly Outcome[], data = "a"): Promise<number> => {
    let calls = 0;
    const evaluate = async (): Promise<Outcome> => answers[Math.min(calls++, answers.length - 1)];
    const identify = async () => ({ modelHash: "m", dataHash: data.repeat(64) });
    const openEngine = () => ({ identify, evaluate, close: async () => {} }) as unknown as Engine;
    await testFront([1], { setup, database, openEngine, retries: 2, tell: () => {} });
    return calls;
  };
  const stored = () => {
    const read = Store.read(database);
    const { metrics, reason } = testedPoints(read).get("k")!;
    read.close();
    return [metrics.accuracy_percent, reason];
  };
  expect(await run([died])).toBe(3);
  expect(stored()).toEqual([undefined, "the worker died"]);
  expect(await run([refused])).toBe(1);
  expect(stored()).toEqual([undefined, "does not fit"]);
  expect(await run([died, done])).toBe(2);
  expect(stored()).toEqual([80, null]);
  expect(await run([done])).toBe(0);
  expect(await run([done], "b")).toBe(1);
});
