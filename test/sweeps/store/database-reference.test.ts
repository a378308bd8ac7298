/** The page about the database describes it exactly, and older databases stay readable. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256 } from "../../../base/hash.js";
import { packageRoot } from "../../../base/package-root.js";
import { FPGA_METRICS } from "../../../sim/index.js";
import { databaseReference, frontReport, mergeInto, SCHEMA_VERSION, Store } from "../../../sweeps/index.js";
import { EXAMPLES, TABLES, VIEWS } from "../../../sweeps/store/database-reference.js";
import { designView, parameterNames, schemaOf } from "../../../sweeps/store/schema.js";
import { contentOf, FakeEngine, fakeStudy, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "reference-"));
const file = join(folder, "study.db");
const spec = specOf({}, { budget: 60 });
beforeAll(() => fakeStudy(spec, file, new FakeEngine()).run());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Rows = readonly { readonly [column: string]: unknown }[];

function query(sql: string, database = file): Rows {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare(sql).all() as Rows;
  } finally {
    db.close();
  }
}

test("docs/database.md is what the code generates", () => {
  expect(readFileSync(join(packageRoot(), "docs/database.md"), "utf8")).toBe(databaseReference(SCHEMA_VERSION));
});

test("every table and view of a database has its text, with every column, in its order, and no other", () => {
  const objects = query("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')") as { name: string; type: string }[];
  const described = { ...VIEWS, ...TABLES };
  expect(objects.map(({ name }) => name).sort()).toEqual(Object.keys(described).sort());
  const parameters = spec.parameters.map(({ name }) => name);
  for (const { name, type } of objects) {
    expect(described[name]?.kind, name).toBe(type);
    const columns = query(`PRAGMA table_xinfo(${name})`).map((row) => row.name as string);
    const own = columns.filter((column) => name !== "design_point" || !parameters.includes(column));
    const ordered = name === "breakdown" || name === "design_point" ? [...own].sort() : own;
    const texts = Object.keys(described[name]?.columns ?? {});
    expect(ordered, name).toEqual(name === "breakdown" || name === "design_point" ? texts.sort() : texts);
  }
});

test("a column states a unit if and only if its name has one", () => {
  const ends: { readonly [end: string]: string } = { _pj: "pJ", _mm2: "mm2", _ms: "ms", _us: "us", _percent: "%", _mw: "mW" };
  for (const [name, { columns }] of Object.entries({ ...VIEWS, ...TABLES }))
    for (const [column, { unit }] of Object.entries(columns)) {
      const end = Object.keys(ends).find((text) => column.endsWith(text));
      if (end !== undefined && name !== "tally") expect(unit, `${name}.${column}`).toBe(ends[end]);
    }
});

const hasPython = spawnSync("python3", ["-c", "import sqlite3"]).status === 0;

test.each(EXAMPLES)("the query runs, in Python too, and has rows: $asks", ({ sql }) => {
  const rows = query(sql);
  expect(rows.length).toBeGreaterThan(3);
  if (!hasPython) return;
  const code = "import json, sqlite3, sys\nprint(json.dumps([list(row) for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])]))";
  const ended = spawnSync("python3", ["-c", code, file, sql], { encoding: "utf8" });
  expect(ended.stderr).toBe("");
  expect(JSON.parse(ended.stdout)).toEqual(rows.map((row) => Object.values(row)));
});

test("of a point whose energy is unknown, the query of shares says nothing", () => {
  const sql = EXAMPLES.find(({ asks }) => asks.startsWith("share"))?.sql ?? "";
  const all = new Set(query(sql).map((row) => row.point_id));
  const [unknown] = [...all];
  const target = join(folder, "unpriced.db");
  copyFileSync(file, target);
  const db = new Database(target);
  db.prepare("UPDATE result SET energy_uj_per_inference = NULL WHERE point_id = ?").run(unknown);
  db.close();
  expect(all.size).toBeGreaterThan(1);
  expect(new Set(query(sql, target).map((row) => row.point_id))).toEqual(new Set([...all].filter((id) => id !== unknown)));
});

test("the views give the same as the library: parameters and metrics of every point, to the last bit", () => {
  const store = Store.read(file);
  const points = [...store.points()];
  const front = frontReport(store).rows.map(({ id }) => id);
  store.close();
  const parameters = query("SELECT * FROM parameter_value") as { point_id: number; parameter: string; value: unknown }[];
  const metrics = query("SELECT * FROM metric_value") as { point_id: number; metric: string; value: unknown }[];
  for (const { id, values, metrics: known } of points) {
    expect(Object.fromEntries(parameters.filter((row) => row.point_id === id).map((row) => [row.parameter, row.value]))).toEqual(values);
    expect(Object.fromEntries(metrics.filter((row) => row.point_id === id).map((row) => [row.metric, row.value]))).toEqual(known ?? {});
  }
  expect(query("SELECT id FROM design_point WHERE on_front").map(({ id }) => id)).toEqual([...front].sort((a, b) => a - b));
});

/** A database as schema 8 wrote it. */
function old(name: string): string {
  const target = join(folder, name);
  copyFileSync(file, target);
  const db = new Database(target);
  const names = parameterNames(db);
  for (const view of ["design_point", "metric_value", "metric", "parameter_value"]) db.exec(`DROP VIEW ${view}`);
  for (const table of ["result", "tally"]) for (const metric of FPGA_METRICS) db.exec(`ALTER TABLE ${table} DROP COLUMN ${metric}`);
  db.exec(designView(names, 8));
  db.exec("DROP TABLE synthesis; DROP TABLE scored_run; DROP TABLE recordings; DELETE FROM seal WHERE name = 'event'");
  db.pragma("user_version = 8");
  db.exec("VACUUM");
  db.close();
  return target;
}

test("a database of schema 8 is read as it is, and a writer adds views, later tables, and columns of later metrics", async () => {
  const target = old("old.db");
  const before = readFileSync(target);
  expect(contentOf(target)).toBe(contentOf(file));
  const store = Store.read(target);
  expect(store.synthesis("any")).toBeNull();
  expect(store.scoredRun("any")).toBeNull();
  store.close();
  expect(readFileSync(target).equals(before)).toBe(true);
  await fakeStudy(spec, target, new FakeEngine()).run();
  expect(query("PRAGMA user_version", target)).toEqual([{ user_version: SCHEMA_VERSION }]);
  expect(query("SELECT name FROM seal WHERE name = 'event'", target)).toEqual([{ name: "event" }]);
  expect(query("SELECT * FROM metric_value", target)).toEqual(query("SELECT * FROM metric_value"));
  for (const table of ["synthesis", "recordings", "scored_run"]) expect(query(`SELECT * FROM ${table}`, target)).toEqual([]);
  expect(query("SELECT fpga_luts FROM design_point", target).length).toBe(query("SELECT id FROM design_point").length);
  expect(contentOf(target)).toBe(contentOf(file));
});

test("a refused command leaves an older database to the version that wrote it; the first change brings it up", async () => {
  const target = old("refused.db");
  const version = (): unknown => query("PRAGMA user_version", target)[0].user_version;
  const before = contentOf(target);
  const document = { fake: "changed" };
  await expect(fakeStudy(spec, target, new FakeEngine(), {}, () => {}, document).run()).rejects.toThrow(/is not the description/);
  expect(() => fakeStudy(specOf({ constraints: [] }), target, new FakeEngine())).toThrow(/holds another study/);
  const other = join(folder, "other.db");
  await fakeStudy(spec, other, new FakeEngine(), {}, () => {}, document).run();
  const [into, source] = [Store.open(target), Store.read(other)];
  expect(() => into.transaction(() => void mergeInto(into, source))).toThrow(/was made with other inputs/);
  expect(() => mergeInto(into, source)).toThrow(/was made with other inputs/);
  into.close();
  source.close();
  expect([version(), contentOf(target)]).toEqual([8, before]);
  const again = Store.open(target);
  again.log("note", {});
  expect(again.scoredRun("any")).toBeNull();
  again.close();
  expect(version()).toBe(SCHEMA_VERSION);
});

test("a database with number 8 and a view of schema 9 is refused", () => {
  const target = old("mixed.db");
  const db = new Database(target);
  db.exec((schemaOf(9) ?? []).find((text) => text.startsWith("CREATE VIEW metric (")) ?? "");
  db.close();
  expect(() => Store.read(target)).toThrow(/its view 'metric' is not one of snn-dse/);
});

test("the text of a schema version never changes: a change is a new version, or existing files would be refused", () => {
  const sum = (version: number): string => sha256((schemaOf(version) ?? []).join(";\n")).slice(0, 16);
  expect({ 8: sum(8), 9: sum(9), 10: sum(10), 11: sum(11), 12: sum(12), 13: sum(13) }).toEqual({
    8: "7b6773cad454a5e9",
    9: "f0e8b56d6c07b790",
    10: "cd3a46fd23f5042a",
    11: "035f2929c1d03e90",
    12: "b6bc95e1be8549b6",
    13: "b6bc95e1be8549b6",
  });
});
