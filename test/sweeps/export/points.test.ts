/** All points as files: other programs read from them exactly what the database holds. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { parquetMetadata, parquetReadObjects } from "hyparquet"; // the writer's own dependency
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportPoints, pointPieces, points } from "../../../app/points.js";
import type { SweepParameter } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { POINT_FORMATS, type PointValues, Store, studyRecord } from "../../../sweeps/index.js";
import { COUNTERS, list, resultOf, setupOf, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "points-"));
const at = (name: string): string => join(folder, name);
const database = at("study.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LARGE = 2 ** 40;
const PARAMETERS: readonly SweepParameter[] = [
  list("lanes", [1, 2, 4, 8]),
  list("large", [1, LARGE]),
  list("volts", [0.5, 1, 0.1 + 0.2]),
  list("kind", ["a,b", 'say "so"', "µ–ß", "plain"]),
  list("isFast", [true, false]),
  list("mixed", [1, "one", true]),
  list("state", [1, 2]), // the name of another column
];
const POINTS = 300;
const seed = 11;

beforeAll(() => {
  const rng = createRng(seed, "points");
  const spec = specOf({ parameters: PARAMETERS, constraints: [] });
  const setup = setupOf(spec);
  const store = Store.open(database, () => "2026-01-01T00:00:00.000Z");
  store.begin(studyRecord(setup), 1, setup.provenance);
  store.describe(PARAMETERS.map(({ name }) => name));
  for (let id = 1; id <= POINTS; id++) {
    const chosen = PARAMETERS.map(
      ({ name, domain }) => [name, domain.kind === "list" ? domain.values[rng.int(0, domain.values.length - 1)] : 0] as const,
    );
    const values = Object.fromEntries(chosen.filter(([name]) => name !== "isFast" || id % 3 > 0)) as PointValues;
    const fidelity = id % 50 === 7 ? 0.25 : 1;
    store.insert({ id, key: String(id), values, fidelity }, {});
    if (id % 10 === 4) {
      store.fail(id, { state: "failed", code: "Broken", reason: 'line one\nline "two", 3', violation: null, durationMs: 2.5 });
    } else if (id % 10 !== 5) {
      const [energy, latency] = [rng.float() * 3, rng.int(1, 1000)];
      const metrics = {
        accuracy_percent: 90,
        energy_uj_per_inference: energy,
        latency_us: latency,
        ...(id % 2 === 0 ? { area_mm2: 1.25 } : {}),
      };
      store.finish({ id }, resultOf(metrics), COUNTERS, 0, 1.5);
    }
  }
  store.close();
});

/** Rows of `sql`, from another reader of the database. */
function stored(sql: string): readonly { readonly [column: string]: unknown }[] {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare(sql).all() as { readonly [column: string]: unknown }[];
  } finally {
    db.close();
  }
}

const hasPython = spawnSync("python3", ["-c", "import csv, sqlite3"]).status === 0;
const CSV_READER = `
import csv, json, sqlite3, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")))
db = sqlite3.connect(sys.argv[2]); db.row_factory = sqlite3.Row
def text(value):
    return "" if value is None else value if isinstance(value, str) else repr(value)
def same(read, value):
    return read == "" if value is None else read == value if isinstance(value, str) else read != "" and float(read) == value
wrong, cells = [], 0
points = {row["id"]: row for row in db.execute("SELECT * FROM design_point")}
parts = {}
for row in db.execute("SELECT * FROM breakdown"): parts[row["point_id"], row["component"]] = row
assert len(rows) == len(points), (len(rows), len(points))
for row in rows:
    point = points[int(row["id"])]
    for name in point.keys():
        value = point[name]
        if name == "mixed" or name == "isFast": continue  # SQL has no truth values: those are looked at below
        if name == "on_front": continue
        cells += 1
        if not same(row[name], value): wrong.append((row["id"], name, row[name], value))
    for name in row:
        if not name.startswith("breakdown."): continue
        part = parts.get((point["id"], name.split(".")[1]))
        cells += 1
        value = None if part is None else part[name.split(".")[2]]
        if not same(row[name], value): wrong.append((row["id"], name, row[name], value))
print(json.dumps({"wrong": wrong[:5], "cells": cells, "lanes": sorted({row["lanes"] for row in rows}), "large": sorted({row["large"] for row in rows}),
  "isFast": sorted({row["isFast"] for row in rows}), "mixed": sorted({row["mixed"] for row in rows}), "reason": max(row["reason"] for row in rows)}))
`;

test.skipIf(!hasPython)(
  "csv: Python's reader finds every value of the database, integers without a decimal point, line breaks within a text as ?",
  async () => {
    const bytes = await exportPoints(database, "csv", at("a.csv"));
    expect(bytes).toBe(readFileSync(at("a.csv")).length);
    const ended = spawnSync("python3", ["-c", CSV_READER, at("a.csv"), database], { encoding: "utf8" });
    expect(ended.stderr).toBe("");
    const { cells, ...found } = JSON.parse(ended.stdout);
    expect(cells).toBeGreaterThan(POINTS * 20);
    expect(found).toEqual({
      wrong: [],
      lanes: ["1", "2", "4", "8"],
      large: ["1", String(LARGE)],
      isFast: ["", "false", "true"],
      mixed: ["1", "one", "true"],
      reason: 'line one?line "two", 3',
    });
  },
);

test("json: the rows are those of the library, in the order asked, with the unit of every column", async () => {
  await exportPoints(database, "json", at("a.json"));
  const read = JSON.parse(readFileSync(at("a.json"), "utf8"));
  expect(read.points).toEqual([...points(database)]);
  expect(read.points.map(({ id }: { id: number }) => id)).toEqual(
    stored("SELECT id FROM point WHERE fidelity = 1 ORDER BY id").map(({ id }) => id),
  );
  expect(read.columns.find(({ name }: { name: string }) => name === "energy_uj_per_inference")).toMatchObject({
    type: "number",
    unit: "uJ",
  });
  expect(read.points.some(({ isOnFront }: { isOnFront: boolean }) => isOnFront)).toBe(true);
});

test("parquet: another reader finds every value with its type", async () => {
  await exportPoints(database, "parquet", at("a.parquet"));
  const bytes = readFileSync(at("a.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const types = Object.fromEntries(parquetMetadata(file).schema.map(({ name, type }) => [name, type]));
  expect(types).toMatchObject({ id: "INT32", lanes: "INT32", large: "INT64", volts: "DOUBLE", kind: "BYTE_ARRAY", isFast: "BOOLEAN" });
  expect(types).toMatchObject({ parameter_state: "INT32", state: "BYTE_ARRAY", on_front: "BOOLEAN", latency_us: "DOUBLE" });
  const rows = (await parquetReadObjects({ file })) as { readonly [name: string]: unknown }[];
  const expected = [...points(database)];
  expect(rows.length).toBe(expected.length);
  rows.forEach((row, i) => {
    const { values, metrics, breakdown, reason, isOnFront } = expected[i];
    const large = values.large === undefined ? null : BigInt(values.large as number);
    expect([row.lanes, row.large, row.volts, row.kind, row.isFast, row.parameter_state]).toEqual(
      [values.lanes, large, values.volts, values.kind, values.isFast ?? null, values.state].map((value) => value ?? null),
    );
    expect([row.energy_uj_per_inference, row.area_mm2, row.reason, row.on_front]).toEqual([
      metrics?.energy_uj_per_inference ?? null,
      metrics?.area_mm2 ?? null,
      reason,
      isOnFront,
    ]);
    expect(row["breakdown.all.energy_pj"]).toBe(breakdown.find(({ component }) => component === "all")?.energyPj ?? null);
  });
});

test("trials and points of other inputs are left out unless asked for", () => {
  const whole = [...points(database)];
  const all = [...points(database, { all: true, breakdown: false })];
  expect(whole.every(({ fidelity }) => fidelity === 1)).toBe(true);
  expect(all.length).toBe(POINTS);
  expect(all.length - whole.length).toBe(POINTS / 50);
  expect(all.every(({ breakdown }) => breakdown.length === 0)).toBe(true);
});

test("without a breakdown no format has its columns", () => {
  const text = [...pointPieces(database, "csv", { breakdown: false })].join("");
  expect(text.split("\r\n")[0]).not.toContain("breakdown");
});

test("the same database gives the same bytes", () => {
  for (const format of POINT_FORMATS.names) {
    const once = Buffer.concat([...pointPieces(database, format)].map((piece) => Buffer.from(piece)));
    expect(Buffer.concat([...pointPieces(database, format)].map((piece) => Buffer.from(piece))).equals(once), format).toBe(true);
  }
});

test("a damaged point ends the export with its number; the export leaves no new or partial file, and an old file unchanged", async () => {
  const damaged = at("damaged.db");
  const db = new Database(database);
  db.exec(`VACUUM INTO '${damaged}'`);
  db.close();
  const other = new Database(damaged);
  other.exec("UPDATE breakdown_row SET energy_pj = energy_pj + 1 WHERE point_id = 281");
  other.close();
  const before = readFileSync(at("a.csv"));
  await expect(exportPoints(damaged, "csv", at("a.csv"))).rejects.toThrow(/point 281/);
  await expect(exportPoints(damaged, "parquet", at("new.parquet"))).rejects.toThrow(/point 281/);
  expect(readFileSync(at("a.csv")).equals(before)).toBe(true);
  expect(existsSync(at("new.parquet"))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes(".part"))).toEqual([]);
});

test("a loop that is left early closes the database", () => {
  for (const { id } of points(database)) if (id > 3) break;
  rmSync(at("left.db"), { force: true });
  const db = new Database(database);
  expect(db.pragma("wal_checkpoint(TRUNCATE)")).toEqual([{ busy: 0, log: -1, checkpointed: -1 }]);
  db.close();
});

test("an unknown format is named with the nearest", () => {
  expect(() => [...pointPieces(database, "parket")]).toThrow(/unknown format of points 'parket'[\s\S]*parquet/);
});
