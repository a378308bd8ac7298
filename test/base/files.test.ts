/**
 * Files are read within bounds and written where they were meant: links, devices, pipes, folders, full disks, signals.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { init } from "../../app/starter.js";
import { packageRoot } from "../../base/package-root.js";
import { readBounded } from "../../base/read-file.js";
import { checkWritable, clearTemporaries, fillWhole, makeFolder, writePieces, writeWhole } from "../../base/write-file.js";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const leftovers = (where = folder): string[] => readdirSync(where).filter((name) => name.endsWith(".part"));
const hasPipes = spawnSync("mkfifo", ["--version"]).status === 0;
const wanted = { what: "thing", mostBytes: 100, fix: "type another" };

/** A disk of 64 KiB; null if none can be mounted. */
function smallDisk(name: string): string | null {
  mkdirSync(at(name));
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", at(name)]).status === 0 ? at(name) : null;
}

test("a file is replaced whole and keeps its mode; no temporary file is left", () => {
  writeWhole(at("a.txt"), Buffer.from("one"));
  chmodSync(at("a.txt"), 0o640);
  writeWhole(at("a.txt"), new Uint8Array([50]));
  expect(readFileSync(at("a.txt"), "utf8")).toBe("2");
  expect(statSync(at("a.txt")).mode & 0o777).toBe(0o640);
  expect(leftovers()).toEqual([]);
});

test("temporary files that a kill left in a folder are removed, and nothing else", async () => {
  clearTemporaries(at("left"));
  mkdirSync(at("left"));
  writeFileSync(at("left/a.part"), "mine");
  const fill = (temporary: string): void => {
    clearTemporaries(at("left"));
    expect(existsSync(temporary)).toBe(false);
  };
  await expect(fillWhole(at("left/b"), fill)).rejects.toThrow();
  clearTemporaries(at("left/a.part")); // no folder
  expect(readdirSync(at("left"))).toEqual(["a.part"]);
});

test("H3: a link stays a link, and the file that it names is replaced, or made if it does not exist", () => {
  mkdirSync(at("far"));
  writeFileSync(at("far/real"), "old");
  symlinkSync("far/real", at("link"));
  symlinkSync("link", at("second"));
  writeWhole(at("second"), Buffer.from("new"));
  symlinkSync("far/not-yet", at("early"));
  writeWhole(at("early"), Buffer.from("first"));
  for (const name of ["link", "second", "early"]) expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
  expect([readFileSync(at("far/real"), "utf8"), readFileSync(at("far/not-yet"), "utf8")]).toEqual(["new", "first"]);
  symlinkSync("circle", at("circle"));
  expect(() => writeWhole(at("circle"), Buffer.from("x"))).toThrow(/circle: cannot be written: its symbolic links lead in a circle/);
});

test("a database is never replaced, however a file is written, also behind a link", async () => {
  writeFileSync(at("study.db"), "SQLite format 3\0 and pages");
  symlinkSync("study.db", at("study-link"));
  for (const name of ["study.db", "study-link"]) {
    const refused = /is a database, which would be lost/;
    expect(() => writeWhole(at(name), Buffer.from("page"))).toThrow(refused);
    expect(() => checkWritable(at(name))).toThrow(refused);
    await expect(writePieces(at(name), ["page"])).rejects.toThrow(refused);
    await expect(fillWhole(at(name), (temporary) => writeFileSync(temporary, "page"))).rejects.toThrow(refused);
  }
  expect(readFileSync(at("study.db"), "utf8")).toBe("SQLite format 3\0 and pages");
  writeFileSync(at("text.db"), "SQLite format 3, in words");
  writeWhole(at("text.db"), Buffer.from("page"));
  expect(readFileSync(at("text.db"), "utf8")).toBe("page");
  expect(leftovers()).toEqual([]);
});

test("H3: a device is written through and stays a device", async (context) => {
  if (spawnSync("mknod", [at("null"), "c", "1", "3"]).status !== 0) context.skip("no device can be made here");
  writeWhole(at("null"), Buffer.from("gone"));
  expect(await writePieces(at("null"), ["a", "bc"])).toBe(3);
  await fillWhole(at("null"), (temporary) => writeFileSync(temporary, "gone"));
  expect(lstatSync(at("null")).isCharacterDevice()).toBe(true);
  expect(() => readBounded(at("null"), wanted)).toThrow(/null: is a device, a file is needed/);
});

test.skipIf(!hasPipes)("a pipe is written through; it is read only if the user may name one", async () => {
  spawnSync("mkfifo", [at("pipe")]);
  const reader = spawn("cat", [at("pipe")], { stdio: ["ignore", "ignore", "ignore"] });
  writeWhole(at("pipe"), Buffer.from("through"));
  await once(reader, "exit"); // else it could take what is written next
  expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
  const writer = spawn("sh", ["-c", `printf %s "from a pipe" > '${at("pipe")}'`]);
  expect(readBounded(at("pipe"), { ...wanted, pipes: true }).toString()).toBe("from a pipe");
  await once(writer, "exit");
  expect(() => readBounded(at("pipe"), wanted)).toThrow(/pipe: is a pipe, a file is needed/);
  const endless = spawn("sh", ["-c", `yes > '${at("pipe")}'`], { stdio: "ignore" });
  expect(() => readBounded(at("pipe"), { ...wanted, pipes: true })).toThrow(/more than 100 bytes long; at most 100 are read/);
  endless.kill();
});

test("a file that cannot be written is refused with the reason and the typed name, and leaves no temporary file", () => {
  expect(() => writeWhole(at("no/x.csv"), Buffer.from("x"))).toThrow(
    /no\/x\.csv: cannot be written: there is no folder .*\/no\n {4}make it first/,
  );
  expect(() => writeWhole(folder, Buffer.from("x"))).toThrow(/is a folder, a file is needed/);
  expect(() => writeWhole(`${at("b")}/`, Buffer.from("x"))).toThrow(/is a folder, a file is needed/);
  expect(() => writeWhole("", Buffer.from("x"))).toThrow(/name of the file is empty/);
  expect(() => writeWhole(at("n".repeat(300)), Buffer.from("x"))).toThrow(/the name is too long/);
  writeWhole(at("n".repeat(255)), Buffer.from("the longest name there is"));
  expect(() => makeFolder(at("a.txt/below"))).toThrow(/this folder cannot be made: a part of the path is not a folder/);
  makeFolder(at("x/y/z"));
  checkWritable(at("x/y/z/model"));
  expect(() => checkWritable(at("x/w/model"))).toThrow(/there is no folder/);
  expect([leftovers(), readdirSync(at("x/y/z"))]).toEqual([[], []]);
});

test("L4: a full disk refuses the new file, keeps the old one, and gets its space back", async (context) => {
  const disk = smallDisk("full");
  if (disk === null) return context.skip("no small disk can be mounted here");
  try {
    const target = join(disk, "export.csv");
    writeWhole(target, Buffer.from("old"));
    const large = "x".repeat(200_000);
    expect(() => writeWhole(target, Buffer.from(large))).toThrow(/export\.csv: cannot be written: the disk is full/);
    await expect(writePieces(target, [large])).rejects.toThrow(/export\.csv: cannot be written: the disk is full/);
    await expect(fillWhole(target, (temporary) => writeFileSync(temporary, large))).rejects.toThrow(/export\.csv: .*the disk is full/);
    expect(readdirSync(disk)).toEqual(["export.csv"]);
    expect(readFileSync(target, "utf8")).toBe("old");
  } finally {
    spawnSync("umount", ["-l", disk]);
  }
});

test("a starter's folder that does not fit on the disk is removed; with more space it is made", (context) => {
  const disk = smallDisk("starter");
  if (disk === null) return context.skip("no small disk can be mounted here");
  try {
    const filler = join(disk, "filler");
    for (let at = 0, has = true; has; at++)
      try {
        writeFileSync(filler, Buffer.alloc(4096), { flag: "a" });
      } catch {
        has = at === 0;
      }
    expect(() => init(join(disk, "one/two"))).toThrow(/arch\.yaml: cannot be written: the disk is full/);
    expect(readdirSync(disk)).toEqual(["filler"]);
    // room for the description, none for the schema beside it
    truncateSync(filler, statSync(filler).size - 8192);
    expect(() => init(join(disk, "one/two"))).toThrow(/cannot be written: the disk is full/);
    expect(readdirSync(disk)).toEqual(["filler"]);
  } finally {
    spawnSync("umount", ["-l", disk]);
  }
});

test("a signal during a write leaves no temporary file, and ends the program as that signal does", { tags: ["long"] }, async () => {
  const script = at("slow.mts");
  const url = pathToFileURL(join(packageRoot(), "base/write-file.ts")).href;
  writeFileSync(
    script,
    `import { writePieces } from ${JSON.stringify(url)};
     function* pieces() { for (let i = 0; ; i++) { if (i === 1) console.log("begun"); yield "x".repeat(2 ** 21); if (i > 200) return; } }
     setTimeout(() => {}, 60_000);
     await writePieces(${JSON.stringify(at("slow.out"))}, pieces());`,
  );
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const child = spawn(process.execPath, ["--import", "tsx", script], { cwd: packageRoot(), stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => child.kill(signal));
    const ended = await new Promise<string | null>((resolve) => child.on("exit", (_code, by) => resolve(by)));
    expect(ended).toBe(signal);
    expect([leftovers(), existsSync(at("slow.out"))]).toEqual([[], false]);
  }
});

test("a file is read up to its bound; anything else is refused by its kind", () => {
  writeFileSync(at("hundred"), "x".repeat(100));
  expect(readBounded(at("hundred"), wanted)).toHaveLength(100);
  writeFileSync(at("more"), "x".repeat(101));
  expect(() => readBounded(at("more"), wanted)).toThrow(/more: is 101 bytes long; at most 100 are read/);
  writeFileSync(at("empty"), "");
  expect(readBounded(at("empty"), wanted)).toHaveLength(0);
  expect(() => readBounded(at("absent"), wanted)).toThrow(/absent: no such thing\n {4}type another/);
  expect(() => readBounded(folder, wanted)).toThrow(/is a folder, a file is needed/);
});
