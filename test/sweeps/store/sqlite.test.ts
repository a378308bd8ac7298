/** The database returns what was stored, finds damage, and refuses wrong files with the next step. */
// @module-tag slow
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { frontReport, Store, type StudyEvent, studyRecord } from "../../../sweeps/index.js";
import { SCHEMA_VERSION } from "../../../sweeps/store/schema.js";
import { COUNTERS, contentOf, FakeEngine, fakeStudy, formula, setupOf, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);
const spec = specOf({}, { budget: 60 });
const whole = fresh();
beforeAll(() => fakeStudy(spec, whole, new FakeEngine()).run());
/** A database of the whole study: a copy, or one that the study writes into. */
async function filled(file: string | null = null): Promise<string> {
  const copy = file ?? fresh();
  if (file === null) copyFileSync(whole, copy);
  else await fakeStudy(spec, file, new FakeEngine()).run();
  return copy;
}

test("the whole result, the counters and the breakdown of a point are returned unchanged", () => {
  const store = Store.inMemory();
  store.begin(studyRecord(setupOf(spec)), 1, {});
  const values = { lanes: 2, word_bits: 16, bits: 4, kind: "mesh" };
  const outcome = formula(Object.fromEntries(Object.entries(values).map(([name, value]) => [`fake.${name}`, value])));
  if (outcome.kind !== "done") throw new Error("the point does not end");
  const { result } = outcome;
  store.insert({ id: 1, key: "1", values, fidelity: 1 }, {});
  store.finish({ id: 1 }, result, COUNTERS, 0, 1);
  expect(store.result(1)).toEqual(result);
  expect(store.counters(1)).toEqual(COUNTERS);
  expect(store.query("SELECT component, unit_energy_pj FROM breakdown WHERE point_id = 1")).toEqual(
    result.breakdown.map((row) => ({ component: row.component, unit_energy_pj: row.unitEnergyPj })),
  );
  store.close();
});

test.each([
  "UPDATE point SET fidelity = 9e999 WHERE id = 5",
  "UPDATE point SET fidelity = -9e999 WHERE id = 5",
  "UPDATE point SET violation = 9e999 WHERE id = 5",
  "UPDATE point SET values_json = replace(values_json, ':', ':1e999,\"lanes2\":') WHERE id = 5",
  "UPDATE result SET latency_us = 9e999 WHERE point_id = 5",
  "UPDATE result SET latency_us = -0.0 WHERE point_id = 5",
  "UPDATE result SET latency_us = 9223372036854775807 WHERE point_id = 5",
  "UPDATE result SET latency_us = NULL WHERE point_id = 5",
  "UPDATE result SET latency_us = 1e308 WHERE point_id = 5",
  "UPDATE point SET violation = -0.0 WHERE id = 5",
  "UPDATE point SET fidelity = 0 WHERE id = 5",
  "UPDATE point SET fidelity = 9223372036854775807 WHERE id = 5",
  "UPDATE point SET values_json = '[]' WHERE id = 5",
  'UPDATE point SET values_json = \'{"__proto__":{"a":1}}\' WHERE id = 5',
])("a row that another program changed is computed again, the rest stays: %s", async (change) => {
  const file = await filled();
  const undisturbed = Store.read(file);
  const before = [...undisturbed.points()].map(({ id, metrics, state }) => ({ id, metrics, state }));
  undisturbed.close();
  const db = new Database(file);
  db.pragma("ignore_check_constraints = ON");
  db.exec(change);
  db.close();
  await fakeStudy(spec, file, new FakeEngine()).run();
  const after = Store.read(file);
  expect([...after.points()].map(({ id, metrics, state }) => ({ id, metrics, state }))).toEqual(before);
  after.close();
});

test("two writers on one database: the second is refused, and can write when the first has ended", async () => {
  const file = fresh();
  const first = Store.open(file);
  expect(() => Store.open(file)).toThrow(/another sweep is writing this database/);
  Store.read(await filled()).close();
  first.close();
  Store.open(file).close();
});

test("a reader beside a writer sees whole points and does not block it", async () => {
  const file = fresh();
  let seen = 0;
  let reader: Store | null = null;
  const study = fakeStudy(spec, file, new FakeEngine(), {}, (event) => {
    if (event.type !== "point-done") return;
    reader ??= Store.read(file);
    seen = Math.max(seen, [...reader.points()].filter((p) => p.metrics !== null).length);
  });
  await study.run();
  expect(seen).toBeGreaterThan(20);
  (reader as Store | null)?.close();
});

test.each([
  ["a text file", "not a database at all, just some text that is long enough", /is not a results database/],
  ["another program's database", null, /another program/],
])("%s is refused and left as it is", (_, text, message) => {
  const file = fresh();
  if (text !== null) writeFileSync(file, text);
  else new Database(file).exec("CREATE TABLE theirs (x)").close();
  expect(() => Store.open(file)).toThrow(message);
  expect(() => Store.read(file)).toThrow(InputError);
});

test("a database without tables, as an interrupted sweep may leave it, is reported as empty, and accepts its sweep", async () => {
  for (const [made, emptied] of [
    [null, true],
    ["CREATE TABLE gone (x); DROP TABLE gone", false],
    ["PRAGMA journal_mode = WAL", false],
  ] as const) {
    const file = fresh();
    if (made === null) writeFileSync(file, "");
    else new Database(file).exec(made).close();
    expect(readFileSync(file).length === 0).toBe(emptied);
    expect(() => Store.read(file)).toThrow(/is an empty database: .*\n {4}run its sweep first.*snn-dse sweep arch\.yaml --db FILE/);
    const store = Store.read(await filled(file));
    expect(store.counts().done).toBeGreaterThan(0);
    store.close();
  }
});

test("an empty database with another program's number counts as that program's", () => {
  const file = fresh();
  new Database(file).exec("PRAGMA application_id = 77").close();
  for (const open of [Store.open, Store.read]) expect(() => open(file)).toThrow(/of another program/);
});

test.each([0, 1, 7, SCHEMA_VERSION + 1, 99])(
  "L15: schema %i is refused with its number, for reading and writing, and the file stays unchanged",
  async (version) => {
    const file = await filled();
    const db = new Database(file);
    db.pragma(`user_version = ${version}`);
    db.pragma("journal_mode = DELETE");
    db.close();
    const before = readFileSync(file);
    const message = new RegExp(`schema ${version}, by another version of snn-dse; this one writes schema ${SCHEMA_VERSION}`);
    for (const open of [Store.open, Store.read]) expect(() => open(file)).toThrow(message);
    expect(readFileSync(file).equals(before)).toBe(true);
  },
);

test("an infeasible point whose violation an earlier build stored as 1e9 has an unknown one; broken limits of any size stay", () => {
  const store = Store.inMemory();
  store.begin(studyRecord(setupOf(spec)), 1, {});
  [1e9, 1e9 + 1, 0.5, null].forEach((violation, i) => {
    store.insert({ id: i + 1, key: `${i}`, values: { lanes: i }, fidelity: 1 }, {});
    store.fail(i + 1, { state: "infeasible", code: "CONSTRAINT", reason: "breaks", violation, durationMs: 0 });
  });
  const known = [null, 1e9 + 1, 0.5, null];
  expect([...store.points()].map(({ violation }) => violation)).toEqual(known);
  expect([...store.wholePoints("all")].map(({ point }) => point.violation)).toEqual(known);
  store.close();
});

test("a torn file is refused with a way to rescue it, never silently emptied", async () => {
  const file = await filled();
  truncateSync(file, 3 * 4096);
  expect(() => {
    const store = Store.open(file);
    try {
      [...store.points()];
    } finally {
      store.close();
    }
  }).toThrow(/is damaged.*\n.*recover/);
});

test("another study, or another engine, on the same file is refused and nothing is lost", async () => {
  const file = await filled();
  const before = contentOf(file);
  const withOther = (change: Parameters<typeof specOf>[0]) => () => fakeStudy(specOf(change), file, new FakeEngine());
  expect(withOther({ constraints: [] })).toThrow(/holds another study: constraints\[0\] is ".*" there and absent here\n/);
  const { parameters, sampler } = specOf({});
  expect(withOther({ parameters: [...parameters].reverse() })).toThrow(/holds another study: its parameters come in another order/);
  expect(withOther({ sampler: { ...sampler, seed: sampler.seed + 1 } })).toThrow(/: sampler\.seed is \d+ there and \d+ here\n/);
  expect(contentOf(file)).toBe(before);
});

test.each([
  ["a metric", "UPDATE result SET energy_uj_per_inference = 0.001 WHERE point_id = 7"],
  ["the values", "UPDATE point SET values_json = '{broken' WHERE id = 7"],
  ["the violation", "UPDATE point SET violation = 0.5 WHERE id = 7"],
])("a row in which %s was changed is noticed and computed again, and the database is as before", async (_, damage) => {
  const file = await filled();
  const before = contentOf(file);
  const db = new Database(file);
  db.exec(damage);
  db.close();
  const events: StudyEvent[] = [];
  const engine = new FakeEngine();
  await fakeStudy(spec, file, engine, {}, (event) => events.push(event)).run();
  expect(engine.evaluated.length).toBe(1);
  expect(events.filter((e) => e.type === "fault")).toMatchObject([{ code: "DAMAGED_ROW" }]);
  const { events: _logged, ...after } = JSON.parse(contentOf(file));
  const { events: _before, ...want } = JSON.parse(before);
  expect(after).toEqual(want);
});

test("a full disk ends the sweep with a clear error; what was stored stays, and with free space the sweep ends as usual", async () => {
  const file = fresh();
  const study = fakeStudy(spec, file, new FakeEngine());
  const store = (study as unknown as { effects: { store: Store } }).effects.store;
  const pages = store.query("PRAGMA page_count").at(0)?.page_count as number;
  store.query(`PRAGMA max_page_count = ${pages + 6}`);
  await expect(study.run()).rejects.toThrow(/cannot write.*\n.*type the same command again/);
  const stored = Store.read(file);
  const kept = [...stored.points("p.state = 'done'")].length;
  stored.close();
  expect(kept).toBeGreaterThan(0);
  const engine = new FakeEngine();
  await fakeStudy(spec, file, engine).run();
  expect(contentOf(file)).toBe(contentOf(await filled()));
});

test("a lock held by another program is waited for, then reported", { tags: ["long"], timeout: 20_000 }, async () => {
  const file = await filled();
  const other = new Database(file);
  other.exec("BEGIN IMMEDIATE");
  expect(() => fakeStudy(spec, file, new FakeEngine())).toThrow(/keeps the database locked/);
  other.exec("ROLLBACK");
  other.close();
  await fakeStudy(spec, file, new FakeEngine()).run();
});

/** Changes a closed database without its triggers and constraints, as damage would. */
function damage(file: string, sql: string): void {
  const db = new Database(file);
  for (const pragma of ["ignore_check_constraints = ON", "foreign_keys = OFF"]) db.pragma(pragma);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string; sql: string }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const trigger of triggers) db.exec(trigger.sql);
  db.close();
}

test.each([
  ["H2", "UPDATE point SET state = 'running', ended_at = NULL WHERE id = 29"],
  ["H2", "UPDATE point SET state = 'queued', ended_at = NULL WHERE id IN (3, 29, 40)"],
  ["H2", "DELETE FROM point WHERE id = 29"],
  ["H2", "DELETE FROM result WHERE point_id = 29"],
  ["M6", `UPDATE point SET values_json = replace(values_json, '"lanes":', '"lanes":9') WHERE id = 5`],
  ["M6", "UPDATE point SET config_json = '{}' WHERE id = 5"],
  ["M6", "UPDATE point SET reason = 'because' WHERE state = 'infeasible'"],
  ["M6", "UPDATE point SET state = 'infeasible' WHERE id = 7"],
  ["M6", "UPDATE point SET key = 'another' WHERE id = 7"],
  ["M6", "UPDATE detail SET result_deflate = x'00' WHERE point_id = 7"],
  ["M6", "UPDATE detail SET counters_deflate = x'4b04' WHERE point_id = 7"],
  ["M6", "DELETE FROM detail WHERE point_id = 7"],
  ["M6", "UPDATE breakdown_row SET energy_pj = 1000 * energy_pj WHERE point_id = 7"],
  ["M6", "DELETE FROM breakdown_row WHERE point_id = 7"],
  ["M6", "UPDATE breakdown_row SET point_id = 500 WHERE point_id = 7"],
  ["M6", "UPDATE front SET point_id = 1000 WHERE point_id = (SELECT max(point_id) FROM front)"],
])("%s: the same sweep repairs the damage: %s", async (_, sql) => {
  const file = await filled();
  const whole = contentOf(file);
  damage(file, sql);
  await fakeStudy(spec, file, new FakeEngine()).run();
  const { events: _after, ...after } = JSON.parse(contentOf(file));
  const { events: _before, ...before } = JSON.parse(whole);
  expect(after).toEqual(before);
});

test.each([
  "UPDATE study SET reference_json = '[1, 2, 3]'",
  "UPDATE study SET sweep_json = replace(sweep_json, 'lanes', 'planes')",
  "UPDATE edition SET document_json = '{}'",
  "UPDATE session SET provenance_json = '{}'",
  "UPDATE component SET source = 'a better one'",
  "UPDATE event SET detail_json = replace(detail_json, ']', ',1]') WHERE type = 'reference'",
  "DELETE FROM event",
  "INSERT INTO event SELECT NULL, at, type, detail_json FROM event",
  "DELETE FROM seal WHERE name = 'event'",
])("M6: damage that no run can repair is refused, for reading and writing: %s", async (sql) => {
  const file = await filled();
  damage(file, sql);
  for (const open of [Store.open, Store.read])
    expect(() => open(file)).toThrow(/is damaged: its table \w+ was changed|is not that of its study/);
});

test("M6: events that are added one by one, in one transaction or after a refused one are sealed; none can be changed or lost", async () => {
  const file = await filled();
  const store = Store.open(file);
  for (let i = 0; i < 3; i++) store.log("test", { i });
  store.transaction(() => {
    for (let i = 3; i < 6; i++) store.log("test", { i });
  });
  expect(() =>
    store.transaction(() => {
      store.log("test", { i: 99 });
      throw new Error("refused");
    }),
  ).toThrow("refused");
  store.log("test", { i: 6 });
  store.close();
  const sound = Store.read(file);
  expect(sound.events("test")).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => ({ i })));
  sound.close();
  const bytes = readFileSync(file);
  for (let i = 0; i < 7; i++) {
    writeFileSync(file, bytes);
    damage(file, `UPDATE event SET detail_json = '{"i":7}' WHERE detail_json = '{"i":${i}}'`);
    for (const open of [Store.open, Store.read]) expect(() => open(file)).toThrow(/is damaged: its table event was changed/);
  }
});

test.each([
  "UPDATE result SET energy_uj_per_inference = 999 WHERE point_id = (SELECT min(point_id) FROM result WHERE feasible_in = 1)",
  "UPDATE result SET feasible_in = NULL WHERE point_id = (SELECT max(point_id) FROM front)",
  "DELETE FROM result WHERE point_id = (SELECT max(point_id) FROM front)",
  "UPDATE point SET state = 'lost' WHERE state = 'infeasible'",
])("M6: no front is taken from rows that were changed or are missing: %s", async (sql) => {
  const file = await filled();
  damage(file, sql);
  const store = Store.read(file);
  expect(() => frontReport(store)).toThrow(/is damaged: .*\n.*--resume/);
  store.close();
});

test("the counts by state equal those of a pass over all points, whatever happens to points in whatever order", () => {
  const store = Store.inMemory();
  store.begin(studyRecord(setupOf(spec)), 1, {});
  const rng = createRng(5, "counts");
  const done = (id: number, lanes: number): void => {
    const outcome = formula({ "fake.lanes": lanes, "fake.word_bits": 8, "fake.bits": 2, "fake.kind": "mesh" });
    if (outcome.kind === "done") store.finish({ id }, outcome.result, COUNTERS, rng.int(0, 1), 1);
  };
  const failure = { code: "X", reason: "x", violation: null, durationMs: 1 };
  const changes: { readonly [what: string]: (id: number) => void } = {
    done: (id) => done(id, 1),
    infeasible: (id) => store.fail(id, { state: "infeasible", ...failure }),
    failed: (id) => store.fail(id, { state: "failed", ...failure }),
    "asked again": (id) => store.setQueued(id),
    running: (id) => {
      store.setQueued(id);
      store.setRunning(id, 1);
    },
    removed: (id) => store.remove(id),
  };
  const drawn: { [what: string]: number } = {};
  for (let id = 1; id <= 400; id++) {
    store.insert({ id, key: `${id}`, values: { n: id }, fidelity: rng.int(0, 3) === 0 ? 0.5 : 1 }, {});
    for (let k = rng.int(0, 3); k > 0; k--) {
      const what = Object.keys(changes)[rng.int(0, 5)];
      drawn[what] = (drawn[what] ?? 0) + 1;
      const at = rng.int(1, id);
      if (store.query("SELECT 1 FROM point WHERE id = ?", [at]).length > 0) changes[what](at);
    }
    if (id % 50 !== 0) continue;
    const n = (where: string): unknown => store.query(`SELECT count(*) AS n FROM point WHERE fidelity = 1 AND ${where}`)[0].n;
    expect(store.counts(), JSON.stringify(drawn)).toEqual({
      done: n("state = 'done'"),
      feasible: n("state = 'done' AND violation = 0"),
      infeasible: n("state = 'infeasible'"),
      failed: n("state = 'failed'"),
    });
  }
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(50);
  store.close();
});

test("a count or an index that another program changed is refused, and is repaired by the sweep", async () => {
  const file = await filled();
  const db = new Database(file);
  db.exec("UPDATE state_count SET points = points + 1 WHERE state = 'done'");
  db.close();
  const changed = Store.read(file);
  expect(() => changed.counts()).toThrow(InputError);
  changed.close();
  await fakeStudy(spec, file, new FakeEngine()).run();
  const [healed, undisturbed] = [Store.read(file), Store.read(await filled())];
  expect(healed.counts()).toEqual(undisturbed.counts());
  healed.close();
  undisturbed.close();
});

test("a study has the name of the description that it was last run with", () => {
  const store = Store.inMemory();
  for (const name of ["k", "k4"]) store.begin(studyRecord({ ...setupOf(spec), name }), 1, {});
  expect(store.study()?.name).toBe("k4");
  store.close();
});
