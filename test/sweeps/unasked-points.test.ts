/** D8: a search that continues counts every point of its database, also those that it does not ask again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SweepSpec } from "../../arch/index.js";
import { type DashboardState, EMPTY_STATE, reduce } from "../../cli/dashboard/state.js";
import { progressPrinter } from "../../cli/runs/progress-lines.js";
import type { Clock } from "../../sweeps/engine/clock.js";
import { DrivenStudy, frontReport, mergeInto, Store, Study, type StudyEvent, type StudySummary } from "../../sweeps/index.js";
import { SCRIPTED_OPENING } from "../cli/dashboard/scripted-study.js";
import { FakeEngine, fakeStudy, formula, list, OPTIONS, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "unasked-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const searchOf = (budget: number, seed = 1) => specOf({}, { name: "random", budget, seed });

/** A clock whose every look is a second later, so that nothing is held back. */
function slowClock(): Clock {
  let ms = 0;
  return {
    monotonicMs: () => {
      ms += 1000;
      return ms;
    },
  };
}

function driven(file: string, spec: SweepSpec, events: StudyEvent[] = [], retryFailed = false): Promise<DrivenStudy> {
  const effects = { store: Store.open(file), engine: new FakeEngine(formula), clock: slowClock() };
  const settings = { workers: 1, retries: 2, retryFailed, rerun: false, evaluator: null };
  return DrivenStudy.begin(setupOf(spec), settings, effects, (event) => events.push(event), undefined);
}

/** Runs two points of the caller's choice, which no sampler asks. */
async function ownPoints(study: DrivenStudy): Promise<void> {
  for (const lanes of [8, 16]) await study.run({ lanes, word_bits: 64, bits: 6, kind: "mesh" });
}

interface Case {
  readonly name: string;
  /** Leaves a database with points that `resume` does not ask. */
  readonly prepare: (file: string) => Promise<void>;
  /** Budget of the search that goes on. */
  readonly budget: number;
}

const CASES: readonly Case[] = [
  {
    name: "points that the caller ran, of a study that asked others",
    budget: 3,
    prepare: async (file) => {
      const study = await driven(file, searchOf(3));
      await ownPoints(study);
      for (const point of await study.ask(3)) study.tell(point, await study.evaluate(point));
      await study.close();
    },
  },
  {
    name: "points that the caller ran, of a study that asked none",
    budget: 3,
    prepare: async (file) => {
      const study = await driven(file, searchOf(3));
      await ownPoints(study);
      await study.close();
    },
  },
  {
    name: "points of another search that were merged in",
    budget: 4,
    prepare: async (file) => {
      const other = `${file}-other`;
      await fakeStudy(searchOf(4), file, new FakeEngine()).run();
      await fakeStudy(searchOf(12, 2), other, new FakeEngine()).run();
      const [into, from] = [Store.open(file), Store.read(other)];
      mergeInto(into, from);
      into.close();
      from.close();
    },
  },
  {
    name: "points of a larger budget",
    budget: 2,
    prepare: async (file) => void (await fakeStudy(searchOf(20), file, new FakeEngine()).run()),
  },
];

type Ran = { readonly summary: StudySummary; readonly events: readonly StudyEvent[] };

async function sweptOn(file: string, budget: number): Promise<Ran> {
  const events: StudyEvent[] = [];
  const summary = await fakeStudy(searchOf(budget), file, new FakeEngine(), {}, (event) => events.push(event)).run();
  return { summary, events };
}

/** Opens the study again and closes it without a question. */
async function reopened(file: string, budget: number): Promise<Ran> {
  return { summary: await (await driven(file, searchOf(budget))).close(), events: [] };
}

test.each(CASES)("a search that goes on ends with the front, volume and counts of all its points: $name", async ({ prepare, budget }) => {
  for (const [way, goOn] of Object.entries({ sweptOn, reopened })) {
    const file = join(folder, `${CASES.findIndex((c) => c.prepare === prepare)}-${way}.db`);
    await prepare(file);
    const fixed = Store.read(file);
    const before = fixed.study()?.reference ?? null;
    fixed.close();
    const { summary, events } = await goOn(file, budget);
    const store = Store.read(file);
    const { rows, hypervolume, reference, fixedReference, counts } = frontReport(store);
    const stored = store.frontIds();
    store.close();
    const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
    expect(ids.length).toBeGreaterThan(0);
    expect(summary.front.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ids);
    expect(stored).toEqual(ids);
    expect([summary.done, summary.infeasible, summary.failed]).toEqual([counts.done, counts.infeasible, counts.failed]);
    expect(summary.reference).toEqual(fixedReference ? reference : null);
    expect(summary.hypervolume).toEqual(fixedReference ? hypervolume : null);
    if (before !== null) expect(reference).toEqual(before);
    const last = events.findLast((event) => event.type === "progress");
    if (last?.type === "progress") expect(last.done + last.infeasible + last.failed).toBe(last.total);
  }
});

test.each(CASES)("while a search goes on, its database has the front of all points after each one: $name", async ({ prepare, budget }) => {
  const file = join(folder, `${CASES.findIndex((c) => c.prepare === prepare)}-open.db`);
  await prepare(file);
  const study = await driven(file, searchOf(budget + 6));
  const expectFront = (): void => {
    const ids = frontReport(study.store).rows.map(({ id }) => id);
    expect(study.store.frontIds()).toEqual(ids.sort((a, b) => a - b));
  };
  expectFront();
  expect(study.store.frontIds().length).toBeGreaterThan(0);
  for (let [point] = await study.ask(1); point !== undefined; [point] = await study.ask(1)) {
    study.tell(point, await study.evaluate(point));
    expectFront();
  }
  expectFront();
  await study.close();
});

test("closed with points that were to run again, a study counts its points as its database does", async () => {
  const file = join(folder, "again.db");
  // words of 64 bits with 8 bits fail, a torus of one lane does not fit
  const parameters = [list("lanes", [1, 2, 4, 8]), list("word_bits", [64]), list("bits", [4, 8]), list("kind", ["mesh", "torus"])];
  const half = specOf({ parameters }, { name: "grid", budget: 16 });
  const first = await driven(file, half);
  for (let k = 0; k < 16; k++) for (const point of await first.ask(1)) first.tell(point, await first.evaluate(point));
  const before = await first.close();
  expect([before.done, before.infeasible, before.failed].every((count) => count > 1)).toBe(true);
  for (const [asked, told] of [
    [1, 0],
    [3, 1],
    [16, 2],
  ]) {
    const events: StudyEvent[] = [];
    const study = await driven(file, half, events, true);
    const points = await study.ask(asked);
    expect(points.length).toBeGreaterThan(told);
    for (const point of points.slice(0, told)) study.tell(point, await study.evaluate(point));
    const { done, infeasible, failed } = await study.close();
    const store = Store.read(file);
    const counts = store.counts();
    store.close();
    expect([done, infeasible, failed]).toEqual([counts.done, counts.infeasible, counts.failed]);
    expect(events.findLast((event) => event.type === "progress")).toMatchObject({ done, infeasible, failed });
  }
});

const sums = (events: readonly StudyEvent[]) =>
  events.flatMap((event) =>
    event.type === "progress" ? [{ sum: event.done + event.infeasible + event.failed + event.running, total: event.total ?? 0 }] : [],
  );

test.each(["random", "grid"])("%s: no progress counts more points than its total, with points of the caller among them", async (name) => {
  const events: StudyEvent[] = [];
  const effects = { store: Store.inMemory(), engine: new FakeEngine(formula), clock: slowClock() };
  const settings = { workers: 1, retries: 2, retryFailed: false, rerun: false, evaluator: null };
  const study = await DrivenStudy.begin(
    setupOf(specOf({ parameters: [list("lanes", [1, 2, 4, 8]), list("bits", [2, 3, 4]), list("word_bits", [16])] }, { name, budget: 3 })),
    settings,
    effects,
    (event) => events.push(event),
    undefined,
  );
  for (const lanes of [8, 4, 2, 1]) await study.run({ lanes, word_bits: 16, bits: 4 });
  for (const point of await study.ask(3)) study.tell(point, await study.evaluate(point));
  await study.close();
  expect(sums(events).length).toBeGreaterThan(4);
  for (const { sum, total } of sums(events)) expect(sum).toBeLessThanOrEqual(total);
  const last = sums(events).at(-1);
  expect(last?.sum).toBe(last?.total);
});

test("each line of progress says how large the stored front is, with merged points that the search has not come to", async () => {
  const file = join(folder, "lines.db");
  await CASES[2].prepare(file);
  const lines: { readonly said: number; readonly stored: number }[] = [];
  let state: DashboardState = reduce(EMPTY_STATE, SCRIPTED_OPENING[0], 0);
  let ms = 0;
  const print = progressPrinter((line) => {
    const [, said] = /front (\d+)/.exec(line) ?? [];
    if (said === undefined) return;
    const store = Store.read(file);
    lines.push({ said: Number(said), stored: frontReport(store).rows.length });
    store.close();
  });
  const effects = { store: Store.open(file), engine: new FakeEngine(formula), clock: slowClock() };
  await new Study(setupOf(searchOf(9)), OPTIONS, effects, (event) => {
    ms += 10_000;
    state = reduce(state, event, ms);
    print(state, event, ms);
  }).run();
  expect(lines.length).toBeGreaterThan(3);
  for (const { said, stored } of lines) expect(said).toBe(stored);
});
