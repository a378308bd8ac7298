/**
 * A database in use keeps one writer and its place, whatever is done to its names; once closed, it is one file that can
 * be read anywhere.
 */
// @module-tag slow
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { afterAll, expect, test, vi } from "vitest";
import { sha256 } from "../../../base/hash.js";
import { mergeInto, Store, unclosedNote } from "../../../sweeps/index.js";
import { contentOf, FakeEngine, fakeStudy, formula, specOf } from "../fake-study.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "place-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
/** A file name in a new folder. */
const fresh = (): string => {
  const own = join(folder, String(folders++));
  mkdirSync(own);
  return join(own, "x.db");
};
const spec = specOf({}, { budget: 60 });
let whole: string | null = null;
/** A database of all points: `file` after its sweep, or a copy of one that is made once. */
const filled = async (file?: string): Promise<string> => {
  if (file === undefined) {
    whole ??= await filled(fresh());
    const copy = fresh();
    copyFileSync(whole, copy);
    return copy;
  }
  await fakeStudy(spec, file, new FakeEngine()).run();
  return file;
};
/** Another process, which opens the files it is told for writing; its answers. */
function anotherProcess(): { readonly opened: (file: string) => Promise<string>; readonly end: () => void } {
  const child = spawn(process.execPath, ["--import", "tsx", "-e", OPEN], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    opened: async (file) => {
      child.stdin.write(`${file}\n`);
      return String(JSON.parse((await lines.next()).value));
    },
    end: () => void child.stdin.end(),
  };
}
const OPEN = `import { createInterface } from "node:readline";
import { Store } from "./sweeps/store/sqlite.ts";
createInterface({ input: process.stdin }).on("line", (file) => {
  try { Store.open(file).close(); console.log(JSON.stringify("opened")); } catch (error) { console.log(JSON.stringify(error.message)); }
});`;

test("M7: an empty name and :memory: are refused, because they keep nothing", () => {
  for (const name of ["", " ", ":memory:"])
    for (const open of [Store.open, Store.read]) expect(() => open(name)).toThrow(/nothing would be stored/);
  expect(() => Store.open(folder)).toThrow(/is not a regular file/);
});

test("M5: a closed database is one file, and reading it leaves nothing beside it", async () => {
  const file = await filled();
  expect(readdirSync(dirname(file))).toEqual(["x.db"]);
  const before = contentOf(file);
  expect(readdirSync(dirname(file))).toEqual(["x.db"]);
  const mounted = spawnSync("mount", ["--bind", dirname(file), dirname(file)]).status === 0;
  try {
    if (mounted) expect(spawnSync("mount", ["-o", "remount,ro,bind", dirname(file)]).status).toBe(0);
    else {
      chmodSync(file, 0o444);
      chmodSync(dirname(file), 0o555);
    }
    expect(contentOf(file)).toBe(before);
    expect(() => Store.open(file)).toThrow(/cannot be opened/);
  } finally {
    if (mounted) spawnSync("umount", ["-l", dirname(file)]);
    else chmodSync(dirname(file), 0o755);
  }
  expect(readdirSync(dirname(file))).toEqual(["x.db"]);
});

test.each([
  ["a sweep", async (file: string) => void (await filled(file))],
  [
    "a merge",
    async (file: string) => {
      const [target, source] = [Store.open(file), Store.read(await filled())];
      mergeInto(target, source);
      for (const store of [target, source]) store.close();
    },
  ],
  [
    "a rerun with other inputs",
    async (file: string) => void (await fakeStudy(spec, file, new FakeEngine(), { rerun: true }, () => {}, { fake: false }).run()),
  ],
])("after %s the database's file alone holds every point, although a reader has it open", async (_, change) => {
  const file = fresh();
  await fakeStudy(specOf({}, { budget: 20 }), file, new FakeEngine()).run();
  const writer = Store.open(file);
  const reader = Store.read(file);
  expect(reader.size()).toBe(20);
  writer.close();
  await change(file);
  const copy = fresh();
  copyFileSync(file, copy);
  expect(existsSync(`${file}-wal`)).toBe(true);
  reader.close();
  const [alone, whole] = [contentOf(copy), contentOf(file)];
  expect(JSON.parse(alone).points.length).toBeGreaterThanOrEqual(60);
  expect(sha256(alone)).toBe(sha256(whole));
});

test("a copy without its journal, and a killed sweep, are named as such; a sweep that runs, and a closed database, are not", async () => {
  const [file, missing] = [await filled(), /x\.db-wal is not beside it: its newest points may be missing/];
  const copied = (source: string, ends: readonly string[]): string => {
    const copy = fresh();
    for (const end of ends) copyFileSync(source + end, copy + end);
    return copy;
  };
  const link = join(dirname(file), "link.db");
  symlinkSync("x.db", link);
  expect([file, link, "nowhere.db", folder].map(unclosedNote)).toEqual([null, null, null, null]);
  const writer = Store.open(file);
  writer.log("last", 1);
  expect([file, link].map(unclosedNote)).toEqual([null, null]);
  const [alone, both] = [copied(file, [""]), copied(file, ["", "-wal"])];
  expect(unclosedNote(alone)).toMatch(missing);
  expect(unclosedNote(alone)).toMatch(missing); // the empty journal that a reader leaves is none
  expect(unclosedNote(both)).toBeNull();
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const db = new Database(file);
  db.prepare("UPDATE writer SET process = ?").run(ended);
  const killed = copied(file, ["", "-wal"]);
  const linked = join(dirname(file), "killed.db");
  symlinkSync(killed, linked);
  for (const name of [killed, linked]) expect(unclosedNote(name)).toContain(`its newest points may lie in ${killed}-wal`);
  db.prepare("UPDATE writer SET process = ?").run(process.pid);
  db.close();
  writer.close();
  expect(unclosedNote(file)).toBeNull();
  Store.open(killed).close();
  expect(unclosedNote(killed)).toBeNull();
});

test.skipIf(process.platform !== "linux")("a killed writer has ended even if the process that began it never asks how", async () => {
  const file = await filled();
  const writer = Store.open(file);
  writer.log("last", 1);
  // the shell's child ends, and what the shell becomes does not know of it
  const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  const [text] = (await once(parent.stdout, "data")) as [Buffer];
  const db = new Database(file);
  db.prepare("UPDATE writer SET process = ?").run(Number(text));
  await expect.poll(() => unclosedNote(file)).toContain("was killed");
  db.prepare("UPDATE writer SET process = ?").run(parent.pid);
  expect(unclosedNote(file)).toBeNull();
  parent.kill();
  db.prepare("UPDATE writer SET process = ?").run(process.pid);
  db.close();
  writer.close();
});

test("the process's exit closes a database that is open for writing; a running sweep copies its journal every few seconds", async () => {
  const file = await filled();
  const before = new Set(process.listeners("exit"));
  vi.useFakeTimers();
  const writer = Store.open(file);
  const watch = writer.watch((loss) => expect(loss).toBeNull());
  writer.log("told", 1);
  const told = (): number => {
    const copy = fresh();
    copyFileSync(file, copy);
    const reader = Store.read(copy);
    const { length } = reader.events("told");
    reader.close();
    return length;
  };
  expect(told()).toBe(0);
  vi.advanceTimersByTime(5500);
  expect(told()).toBe(1);
  watch.end();
  vi.useRealTimers();
  writer.log("told", 2);
  expect([told(), readdirSync(dirname(file)).length]).toEqual([1, 3]);
  const [exit, ...others] = process.listeners("exit").filter((listener) => !before.has(listener));
  expect(others).toEqual([]);
  exit(0);
  expect([told(), readdirSync(dirname(file))]).toEqual([2, ["x.db"]]);
  expect(process.listeners("exit").every((listener) => before.has(listener))).toBe(true);
  writer.close();
});

test("H2, L12: a second writer is refused by every name of the file, in this process and in another; there is no lock file", async () => {
  const { opened, end } = anotherProcess();
  const file = fresh();
  const first = Store.open(file);
  const link = join(dirname(file), "link.db");
  symlinkSync(file, link);
  expect(readdirSync(dirname(file)).sort()).toEqual(["link.db", "x.db", "x.db-shm", "x.db-wal"]);
  for (const name of [file, link]) {
    expect(() => Store.open(name)).toThrow(/another sweep is writing this database/);
    if (name === link) expect(await opened(name)).toMatch(/another sweep is writing this database \(process \d+ on /);
  }
  const hard = join(dirname(file), "hard.db");
  linkSync(file, hard);
  expect(await opened(hard)).toMatch(/has 2 names \(hard links\)/);
  rmSync(hard);
  const moved = join(dirname(file), "moved.db");
  renameSync(file, moved);
  expect(await opened(moved)).toMatch(/another sweep is writing this database/);
  renameSync(moved, file);
  first.close();
  expect(await opened(link)).toBe("opened");
  end();
}, 60_000);

test("a writer gets a new database although another program takes its lock again and again for a moment", { tags: ["long"] }, async () => {
  const others = new Worker(LOCK_IN_TURNS, { eval: true });
  for (let round = 0; round < 6; round++) {
    const file = fresh();
    others.postMessage(file);
    await once(others, "message");
    Store.open(file).close();
  }
  await others.terminate();
});
const LOCK_IN_TURNS = `const { parentPort } = require("node:worker_threads");
const Database = require("better-sqlite3");
const rest = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
parentPort.on("message", (file) => {
  const db = new Database(file, { timeout: 1 });
  for (let turn = 0; turn < 15; turn++) {
    try { db.exec("BEGIN IMMEDIATE"); if (turn === 0) parentPort.postMessage("begun"); rest(2); db.exec("ROLLBACK"); } catch {}
    rest(1);
  }
  db.close();
});`;

test.skipIf(process.platform !== "linux")(
  "a reader keeps its lock while the same process opens and closes the database once more",
  { tags: ["long"] },
  async () => {
    const file = await filled();
    const writer = spawn(process.execPath, ["-e", KEEPS_WRITING, file], { stdio: ["pipe", "pipe", "inherit"] });
    await once(writer.stdout, "data");
    const locks = (): number =>
      readFileSync("/proc/locks", "utf8")
        .split("\n")
        .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${statSync(file).ino} `)).length;
    const reader = Store.read(file);
    expect(reader.size()).toBe(60);
    const before = locks();
    expect(before).toBeGreaterThan(0);
    Store.read(file).close();
    expect(locks()).toBe(before);
    reader.close();
    writer.stdin.end();
    await once(writer, "exit");
  },
);
const KEEPS_WRITING = `const db = new (require("better-sqlite3"))(process.argv[1]);
db.exec("PRAGMA journal_mode = wal; UPDATE study SET edition = edition");
console.log("written");
process.stdin.on("end", () => db.close()).resume();`;

test("a reader that holds a killed writer's database open does not block the next writer; a writer that was taken over stops", async () => {
  const file = fresh();
  const first = Store.open(file);
  const reader = Store.read(file);
  const other = new Database(file);
  other.exec("UPDATE writer SET token = 'of another', process = 999999999");
  other.close();
  expect(() => first.setReference([1])).toThrow(/another sweep has taken this database over/);
  first.close();
  const second = Store.open(file); // beside the reader: the process in the row does not exist
  reader.close();
  second.close();
});

type Disturbance = readonly [string, (file: string) => void, RegExp];
const DISTURBANCES: readonly Disturbance[] = [
  ["deleted", (file) => rmSync(file), /was deleted during the run; \d+ ended points are lost/],
  ["deleted with all beside it", (file) => ["", "-wal", "-shm"].forEach((end) => void rmSync(file + end)), /was deleted during the run/],
  ["moved", (file) => renameSync(file, `${file}.moved`), /was moved during the run; \d+ ended points are stored in .*x\.db\.moved/],
  [
    "replaced",
    (file) => {
      writeFileSync(`${file}.new`, "other");
      renameSync(`${file}.new`, file);
    },
    /was replaced by another file during the run/,
  ],
  [
    "robbed of its journal",
    (file) => rmSync(`${file}-wal`),
    /its journal .*-wal was deleted or moved during the run; \d+ ended points are stored in the database itself/,
  ],
];
test.each(DISTURBANCES)(
  "M7: a database that is %s during a run ends it at once, and the error says what was stored and where",
  async (name, disturb, message) => {
    const file = fresh();
    let done = 0;
    const study = fakeStudy(spec, file, new FakeEngine(formula, 30), {}, (event) => {
      if (event.type === "point-done" && ++done === 12) disturb(file);
    });
    await expect(study.run()).rejects.toThrow(message);
    expect(done).toBeLessThan(30);
    const kept = { moved: `${file}.moved`, "robbed of its journal": file }[name];
    if (kept === undefined) return;
    expect(readdirSync(dirname(file)).filter((entry) => entry.endsWith("-wal"))).toEqual([]);
    const engine = new FakeEngine();
    await fakeStudy(spec, kept, engine).run();
    expect(engine.evaluated.length).toBeLessThanOrEqual(60 - 10);
    expect(contentOf(kept)).toBe(contentOf(await filled()));
  },
  30_000,
);

test("M7: a deletion is reported even while no point ends", async () => {
  const file = fresh();
  const store = Store.open(file);
  const told = new Promise((resolve) => store.watch(resolve));
  rmSync(file);
  expect(String(await told)).toMatch(/was deleted during the run/);
  expect(() => store.close()).not.toThrow();
});

test("another database's journal is not used", async () => {
  const [file, other] = [await filled(), fresh()];
  const writer = Store.open(other);
  writer.log("note", {});
  copyFileSync(`${other}-wal`, `${file}-wal`);
  writer.close();
  for (const open of [Store.open, Store.read])
    expect(() => open(file)).toThrow(/x\.db-wal: is no journal of .*which was closed without one/);
  rmSync(`${file}-wal`);
  expect(contentOf(file)).toBe(contentOf(await filled()));
});

const HOSTILE = [
  "CREATE VIEW extra AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
  "DROP VIEW failures; CREATE VIEW failures AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS state, x AS code, x AS points, x AS example FROM c",
  "DROP VIEW design_point; CREATE VIEW design_point AS SELECT randomblob(1000000000) AS id",
  "CREATE TRIGGER grow AFTER INSERT ON session BEGIN INSERT INTO event SELECT NULL, 'a', 'b', 'c' FROM event, event e, event f; END",
  "CREATE INDEX more ON point (reason)",
  "ALTER TABLE point ADD COLUMN extra TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000))) VIRTUAL",
  "PRAGMA foreign_keys = OFF; ALTER TABLE point RENAME TO old; CREATE VIEW point AS SELECT * FROM old",
  "CREATE TABLE extra (x)",
  "DROP TABLE warm_start",
];
test.each(HOSTILE)("M4: a schema that is not our own is refused before the first query: %s", async (change) => {
  const file = await filled();
  const db = new Database(file);
  db.exec(change);
  db.close();
  for (const open of [Store.open, Store.read]) expect(() => open(file)).toThrow(/was made by another program|is damaged/);
  expect(existsSync(`${file}-wal`)).toBe(false);
});
