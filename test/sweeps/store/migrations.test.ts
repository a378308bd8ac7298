/** Databases of earlier schemas: brought up to date in one step or not at all, nothing lost, the study goes on; newer ones are refused. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { METRICS } from "../../../sim/index.js";
import { frontReport, Store } from "../../../sweeps/index.js";
import { APPLICATION_ID, MIGRATIONS } from "../../../sweeps/store/migrations.js";
import { contentOf, FakeEngine, fakeStudy, list, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "migrations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

/** A database as the program of schema 1 left it: 8 points done, 1 failed, 5 infeasible, 10 waiting. */
function version1(): string {
  const file = fresh();
  const db = new Database(file);
  db.exec(readFileSync(join(import.meta.dirname, "version-1.sql"), "utf8"));
  db.close();
  return file;
}
/** The study that it holds. */
const spec = specOf(
  { parameters: [list("lanes", [1, 4, 16]), list("word_bits", [16, 64]), list("bits", [4, 8]), list("kind", ["mesh", "torus"])] },
  { budget: 30 },
);
const rowsOf = (file: string, sql: string): unknown[] => {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};
const POINTS =
  "SELECT id, key, values_json, config_json, state, attempts, violation, code, reason, created_at, ended_at FROM point ORDER BY id";
const RESULTS =
  "SELECT point_id, digest, accuracy_percent, energy_uj_per_inference, latency_us, area_mm2, power_mw FROM result ORDER BY point_id";
const DETAILS = "SELECT point_id, hex(result_deflate), hex(counters_deflate) FROM detail ORDER BY point_id";

test("a database of schema 1 is brought up to date by whoever opens it: every row is there, every point sound and whole", () => {
  for (const open of [Store.open, Store.read]) {
    const file = version1();
    const before = [POINTS, RESULTS, DETAILS].map((sql) => rowsOf(file, sql));
    const store = open(file);
    const points = [...store.points()];
    expect(store.counts()).toEqual({ done: 8, feasible: 8, infeasible: 5, failed: 1 });
    expect(points.length).toBe(24);
    expect(points.every(({ sound, fidelity }) => sound && fidelity === 1)).toBe(true);
    for (const { id, state } of points) if (state === "done") expect(store.result(id)?.metrics).toBeDefined();
    store.close();
    expect([POINTS, RESULTS, DETAILS].map((sql) => rowsOf(file, sql))).toEqual(before);
    expect(rowsOf(file, "PRAGMA user_version")).toEqual([{ user_version: MIGRATIONS.length }]);
  }
});

test("the study goes on where schema 1 left it, runs nothing again, and ends as one that never stopped", async () => {
  const [old, whole] = [version1(), fresh()];
  const engine = new FakeEngine();
  await fakeStudy(spec, old, engine).run();
  await fakeStudy(spec, whole, new FakeEngine()).run();
  expect(engine.evaluated.length).toBe(10);
  // Digests differ where results have got metrics since; every value that both have is the same.
  const content = (file: string): unknown[] => {
    const { study, points, breakdown, front, events } = JSON.parse(contentOf(file));
    return [study, points, breakdown, front, events, rowsOf(file, RESULTS.replace("digest, ", ""))];
  };
  expect(content(old)).toEqual(content(whole));
  const report = (file: string) => {
    const store = Store.read(file);
    const { rows, hypervolume } = frontReport(store);
    store.close();
    return { ids: rows.map(({ id }) => id), hypervolume };
  };
  expect(report(old)).toEqual(report(whole));
});

test("a row that schema 1 knew to be damaged is still known to be", () => {
  const file = version1();
  const db = new Database(file);
  db.exec("UPDATE result SET energy_uj_per_inference = 0.001 WHERE point_id = 1");
  db.close();
  const store = Store.open(file);
  expect([...store.points("p.state = 'done'")].filter(({ sound }) => !sound).map(({ id }) => id)).toEqual([1]);
  store.close();
});

test("a trial whose fidelity was changed to that of a point is noticed", () => {
  const store = Store.open(version1());
  store.close();
  const db = new Database(store.file);
  db.exec("UPDATE point SET fidelity = 0.25 WHERE id = 1");
  db.close();
  const again = Store.read(store.file);
  expect([...again.points("p.id = 1", "any")].map(({ sound }) => sound)).toEqual([false]);
  again.close();
});

test("a migration that fails half way leaves the old database as it was", () => {
  const file = version1();
  const db = new Database(file);
  db.exec("CREATE TABLE warm_start (theirs TEXT)"); // in the way of the second step
  db.close();
  const before = readFileSync(file);
  expect(() => Store.open(file)).toThrow(/warm_start already exists/);
  const after = new Database(file, { readonly: true });
  expect(after.pragma("user_version", { simple: true })).toBe(1);
  expect(after.prepare("SELECT name FROM pragma_table_info('point') WHERE name = 'fidelity'").all()).toEqual([]);
  after.close();
  expect(before.length).toBeGreaterThan(4096);
});

test("a new database has the same shape as one brought up to date, and a column for every metric", () => {
  const shape = (file: string) =>
    rowsOf(
      file,
      "SELECT type, name, replace(sql, '\"point\"', 'point') AS sql FROM sqlite_schema WHERE name != 'design_point' ORDER BY type, name",
    );
  const [old, young] = [version1(), fresh()];
  for (const file of [old, young]) Store.open(file).close();
  expect(shape(old)).toEqual(shape(young));
  const columns = rowsOf(young, "SELECT name FROM pragma_table_info('result')").map((row) => (row as { name: string }).name);
  // A metric without a column: add a migration.
  expect(columns.filter((name) => !["point_id", "digest", "seal"].includes(name)).sort()).toEqual(Object.keys(METRICS).sort());
});

test("a database of a newer version is refused, and left as it is", () => {
  const file = version1();
  const db = new Database(file);
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  db.close();
  const before = readFileSync(file);
  for (const open of [Store.open, Store.read])
    expect(() => open(file)).toThrow(
      new RegExp(`newer version \\(schema ${MIGRATIONS.length + 1}, this program knows ${MIGRATIONS.length}\\)`),
    );
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(APPLICATION_ID).toBe(0x534e4e44);
});
