/** After damage, an adoption or a kill, readers read what is sound, and the sweep says what it did. */
// @module-tag slow
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { nonDominated } from "../../base/pareto.js";
import { createRng } from "../../base/rng.js";
import { frontReport, mergeInto, Store, type StudyEvent } from "../../sweeps/index.js";
import { FakeEngine, type FakeValues, fakeStudy, formula, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "healing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

const random = (budget: number, seed = 1) => specOf({}, { name: "random", budget, seed });

/** The front's points from every feasible row, without the store's own passes. */
function frontOf(store: Store): readonly number[] {
  const points = [...store.points("p.state = 'done' AND p.violation = 0")];
  const vectors = points.map(({ metrics }) => [
    -(metrics?.accuracy_percent as number),
    metrics?.energy_uj_per_inference as number,
    metrics?.latency_us as number,
  ]);
  return nonDominated(vectors).map((i) => points[i].id);
}

/** Reads a database as the commands do; `stored`: its table of the front must be the same. */
function expectReadable(file: string, stored: boolean, about = ""): void {
  const store = Store.read(file);
  try {
    store.holdStill();
    store.demandSound();
    const front = frontOf(store);
    const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);
    expect(sorted(frontReport(store).rows.map(({ id }) => id)), about).toEqual(sorted(front));
    if (stored) expect(store.query("SELECT point_id AS id FROM front ORDER BY point_id").map(({ id }) => id)).toEqual(sorted(front));
  } finally {
    store.close();
  }
}

function change(file: string, sql: string, ids: readonly number[]): void {
  const db = new Database(file);
  for (const id of ids) db.prepare(sql).run(id);
  db.close();
}

/** Points and their results, without these. */
function soundRows(file: string, without: readonly number[]): unknown[] {
  const store = Store.read(file);
  const rows = store.query("SELECT p.id, p.key, p.state, r.digest FROM point p LEFT JOIN result r ON r.point_id = p.id ORDER BY p.id");
  store.close();
  return rows.filter(({ id }) => !without.includes(id as number));
}

const CHANGES = ["UPDATE result SET energy_uj_per_inference = 0.001 WHERE point_id = ?", "UPDATE point SET violation = 7 WHERE id = ?"];

test("a sweep with any budget heals a study with points that it does not ask; it says which are removed, and readers read the rest", {
  tags: ["long"],
}, async () => {
  const rng = createRng(3, "healing");
  const counted = { asked: 0, unasked: 0 };
  for (const isMerged of [false, true])
    for (const budget of [6, 50])
      for (const sql of CHANGES) {
        const file = fresh();
        await fakeStudy(random(30), file, new FakeEngine()).run();
        if (isMerged) {
          const other = fresh();
          await fakeStudy(random(30, 2), other, new FakeEngine()).run();
          const [into, from] = [Store.open(file), Store.read(other)];
          mergeInto(into, from);
          into.close();
          from.close();
        }
        const before = Store.read(file);
        const done = Array.from(before.points("p.state = 'done'"), ({ id }) => id);
        before.close();
        const ids = [...new Set([done[rng.int(0, 3)], done[rng.int(0, done.length - 1)], done[done.length - 1]])];
        const sound = soundRows(file, ids);
        change(file, sql, ids);
        const events: StudyEvent[] = [];
        const engine = new FakeEngine();
        await fakeStudy(random(budget), file, engine, {}, (event) => events.push(event)).run();
        const about = JSON.stringify([isMerged, budget, ids]);
        const said = events.flatMap((event) => (event.type === "fault" ? [event.message] : []));
        expect(
          said.map((text) => Number(/^the stored row of point (\d+) .*; it is removed, and computed anew once/.exec(text)?.[1])),
        ).toEqual(ids.sort((a, b) => a - b));
        expectReadable(file, true, about);
        expect(soundRows(file, ids), about).toEqual(expect.arrayContaining(sound));
        counted.asked += engine.evaluated.length;
        counted.unasked += Math.max(0, ids.length - engine.evaluated.length);
        const quiet = new FakeEngine();
        await fakeStudy(random(budget), file, quiet, {}, (event) => events.push(event)).run();
        expect([quiet.evaluated, events.filter(({ type }) => type === "fault").length], about).toEqual([[], ids.length]);
      }
  expect(Math.min(counted.asked, counted.unasked), JSON.stringify(counted)).toBeGreaterThan(5);
});

test("a changed point of the front, whose removal moves no other point up, leaves a file that is read", async () => {
  const whole = fresh();
  await fakeStudy(random(30), whole, new FakeEngine()).run();
  const store = Store.read(whole);
  const front = frontOf(store);
  store.close();
  expect(front.length).toBeGreaterThan(3);
  for (const id of front) {
    const file = fresh();
    copyFileSync(whole, file);
    change(file, CHANGES[0], [id]);
    await fakeStudy(random(1), file, new FakeEngine()).run();
    expectReadable(file, true, `${id}`);
  }
});

test("a front that readers refuse is sealed anew by the next sweep, also if its points are the right ones", async () => {
  const file = fresh();
  await fakeStudy(random(10), file, new FakeEngine()).run();
  change(file, "UPDATE seal SET sum = ? WHERE name = 'front'", [7]);
  expect(() => Store.read(file)).toThrow("its table front was changed");
  await fakeStudy(random(1), file, new FakeEngine()).run();
  expectReadable(file, true);
});

/** A study of two editions that returns to the inputs of the first; it ends at the `end`th evaluation, as if killed. */
async function returned(file: string, end: number, meanwhile: () => void = () => {}): Promise<void> {
  await fakeStudy(random(30), file, new FakeEngine()).run();
  await fakeStudy(random(8), file, new FakeEngine(), { rerun: true }, () => {}, { fake: false }).run();
  let evaluated = 0;
  const answer = (chip: FakeValues) => {
    if (++evaluated === end) throw new Error("killed");
    meanwhile();
    return formula(chip);
  };
  const run = fakeStudy(random(45), file, new FakeEngine(answer), { rerun: true }).run();
  if (end === Number.POSITIVE_INFINITY) await run;
  else await expect(run).rejects.toThrow("killed");
}

test("a second edition that is stopped, or whose budget is raised, continues to the points of a fresh study", {
  tags: ["long"],
}, async () => {
  const budget = 12;
  const valuesOf = (file: string): string[] => {
    const store = Store.read(file);
    const all = [...store.points()].map(({ values, state, fidelity }) => JSON.stringify([values, state, fidelity]));
    store.close();
    return all;
  };
  const whole = fresh();
  await fakeStudy(random(budget), whole, new FakeEngine()).run();
  for (const ended of [1, 6, budget - 1]) {
    const [raised, stopped] = [fresh(), fresh()];
    for (const file of [raised, stopped])
      await fakeStudy(random(budget), file, new FakeEngine(formula, 0, 1, "n"), {}, () => {}, { fake: false }).run();
    await fakeStudy(random(ended), raised, new FakeEngine(), { rerun: true }).run();
    let told = 0;
    const study: ReturnType<typeof fakeStudy> = fakeStudy(random(budget), stopped, new FakeEngine(), { rerun: true }, ({ type }) => {
      if (type === "point-done" && ++told === ended) study.stop(true);
    });
    await study.run();
    for (const file of [raised, stopped]) {
      await fakeStudy(random(budget), file, new FakeEngine()).run();
      expect(valuesOf(file), `${ended}`).toEqual(valuesOf(whole));
      const store = Store.read(file);
      expect(store.apart()).toBe(budget);
      store.close();
    }
  }
});

test("a changed point of an earlier edition, which a sweep or a merge removes instead of adopting it, is one fault that is told and stored", {
  tags: ["long"],
}, async () => {
  const ids = [3, 11, 20];
  for (const isMerged of [false, true])
    for (const sql of CHANGES) {
      const file = fresh();
      await fakeStudy(random(30), file, new FakeEngine()).run();
      const sound = soundRows(file, []);
      await fakeStudy(random(8), file, new FakeEngine(), { rerun: true }, () => {}, { fake: false }).run();
      change(file, sql, ids);
      const told: StudyEvent[] = [];
      const engine = new FakeEngine();
      await fakeStudy(random(isMerged ? 1 : 30), file, engine, { rerun: true }, (event) => told.push(event)).run();
      if (isMerged) {
        const other = fresh();
        await fakeStudy(random(30), other, new FakeEngine()).run();
        const [into, from] = [Store.open(file), Store.read(other)];
        const { replaced, added } = mergeInto(into, from);
        expect([replaced.length, added]).toEqual([ids.length, ids.length]);
        for (const text of replaced) expect(text).toMatch(/is removed, and that of the merged database takes its place$/);
        into.close();
        from.close();
      } else {
        expect(engine.evaluated.length).toBe(ids.length);
        expect(told.filter(({ type }) => type === "fault")).toHaveLength(ids.length);
      }
      const store = Store.read(file);
      const faults = store.events("fault") as readonly { readonly code: string; readonly message: string }[];
      store.close();
      expect(faults.map(({ code }) => code)).toEqual(ids.map(() => "DAMAGED_ROW"));
      for (const { message } of faults) expect(message.includes("computed anew once the search asks for it")).toBe(!isMerged);
      const named = faults.map(({ message }) => Number(/point (\d+) was changed/.exec(message)?.[1]));
      expect(named.sort((a, b) => a - b)).toEqual(ids);
      const digests = (rows: readonly unknown[]): Set<unknown> => new Set(rows.map((row) => (row as { readonly digest: unknown }).digest));
      expect([...digests(sound)].filter((digest) => !digests(soundRows(file, [])).has(digest))).toEqual([]);
      expectReadable(file, true);
    }
});

test("a study that adopts points of an earlier edition is read at any time: while it runs, after a kill, and after its end", async () => {
  const file = fresh();
  let reads = 0;
  await returned(file, 9, () => {
    reads++;
    expectReadable(file, false);
  });
  expect(reads).toBe(8);
  expectReadable(file, false);
  await fakeStudy(random(45), file, new FakeEngine()).run();
  expectReadable(file, true);
  const whole = fresh();
  await returned(whole, Number.POSITIVE_INFINITY);
  expectReadable(whole, true);
  const [killed, undisturbed] = [Store.read(file), Store.read(whole)];
  expect(frontReport(killed).rows.map(({ key }) => key)).toEqual(frontReport(undisturbed).rows.map(({ key }) => key));
  killed.close();
  undisturbed.close();
});

test.each([1, 3, 8])(
  "a point that is changed after its adoption, before evaluation %i, is named by readers at once and after the sweep",
  async (when) => {
    const file = fresh();
    let [evaluated, id] = [0, 0];
    await returned(file, Number.POSITIVE_INFINITY, () => {
      if (++evaluated !== when) return;
      const store = Store.read(file);
      // one that is not on the front, whose rows readers do not look at one by one
      const front = frontOf(store);
      id = [...store.points("p.state = 'done' AND p.violation = 0")].find((point) => !front.includes(point.id))?.id ?? 0;
      store.close();
      change(file, "UPDATE result SET energy_uj_per_inference = 2 * energy_uj_per_inference WHERE point_id = ?", [id]);
      const reader = Store.read(file);
      expect(() => frontReport(reader)).toThrow(`is damaged: point ${id}\n`);
      reader.close();
    });
    const store = Store.read(file);
    expect(() => frontReport(store)).toThrow(`is damaged: point ${id}\n`);
    store.close();
    await fakeStudy(random(45), file, new FakeEngine()).run();
    expectReadable(file, true);
  },
);
