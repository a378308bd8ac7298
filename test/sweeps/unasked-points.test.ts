/** D8: a search that continues counts every point of its database, also those that it does not ask again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DrivenStudy, frontReport, mergeInto, Store, type StudyEvent, type StudySummary, systemClock } from "../../sweeps/index.js";
import { FakeEngine, fakeStudy, formula, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "unasked-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const searchOf = (budget: number, seed = 1) => specOf({}, { name: "random", budget, seed });

function driven(file: string, budget: number): Promise<DrivenStudy> {
  const effects = { store: Store.open(file), engine: new FakeEngine(formula), clock: systemClock };
  const settings = { workers: 1, retries: 2, retryFailed: false, rerun: false, evaluator: null };
  return DrivenStudy.begin(setupOf(searchOf(budget)), settings, effects, () => {}, undefined);
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
      const study = await driven(file, 3);
      await ownPoints(study);
      for (const point of await study.ask(3)) study.tell(point, await study.evaluate(point));
      await study.close();
    },
  },
  {
    name: "points that the caller ran, of a study that asked none",
    budget: 3,
    prepare: async (file) => {
      const study = await driven(file, 3);
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
  return { summary: await (await driven(file, budget)).close(), events: [] };
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
