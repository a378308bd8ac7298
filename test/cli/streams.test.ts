/**
 * The built program where its output cannot go: full disks, closed pipes, folders, devices; and inputs that have no
 * end.
 */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBuilt, program, sweepFolder } from "./small-sweep.js";

describe.skipIf(!isBuilt)("the built program", () => {
  let folder = "";
  const at = (name: string): string => join(folder, name);
  /** A shell line in the folder, `$P` being the program. */
  const shell = (line: string): { readonly code: number | null; readonly out: string; readonly err: string } => {
    const ended = spawnSync("bash", ["-c", line], {
      cwd: folder,
      encoding: "utf8",
      timeout: 120_000,
      env: { ...process.env, P: program, N: process.execPath, NO_COLOR: "1" },
    });
    return { code: ended.status, out: ended.stdout, err: ended.stderr };
  };
  let disk: string | null = null;
  const fill = (bytes: number): void => {
    for (const name of readdirSync(at("disk"))) rmSync(join(at("disk"), name));
    writeFileSync(join(at("disk"), "filler"), Buffer.alloc(bytes));
  };

  beforeAll(() => {
    folder = sweepFolder(6);
    expect(shell('"$N" "$P" sweep small.yaml --db done.db --workers 1').code).toBe(0);
    mkdirSync(at("disk"));
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", at("disk")]).status === 0) disk = at("disk");
  }, 120_000);
  afterAll(() => {
    if (disk !== null) spawnSync("umount", ["-l", disk]);
    rmSync(folder, { recursive: true, force: true });
  });

  test("L3: output to a full disk is one line on standard error and exit 1, no half of a page with exit 0", {
    tags: ["long"],
  }, (context) => {
    if (disk === null) context.skip("no small disk can be mounted here");
    fill(60_000);
    const { code, err } = shell('"$N" "$P" report done.db --json > disk/page.json');
    expect([code, err]).toEqual([1, "error: standard output cannot be written: the disk is full; stored data are intact\n"]);
  });

  test("L3: a sweep whose log's disk is full ends with exit 1, and what it stored is kept", {
    tags: ["long"],
    timeout: 120_000,
  }, (context) => {
    if (disk === null) context.skip("no small disk can be mounted here");
    fill(60_000);
    const { code, err } = shell('"$N" "$P" sweep small.yaml --db log.db --budget 24 --workers 1 --json > disk/log');
    expect(code).toBe(1);
    expect(err).toBe("error: standard output cannot be written: the disk is full; stored data are intact\n");
    const again = shell('"$N" "$P" sweep small.yaml --db log.db --budget 24 --workers 1 --json');
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/"stored":true/);
  });

  test("L3: output to a closed pipe ends the program in silence, as SIGPIPE would", () => {
    const { out, err } = shell('set -o pipefail; "$N" "$P" report done.db -o - | head -c 10 > /dev/null; echo $?');
    expect([out, err]).toEqual(["141\n", ""]);
  });

  test("a sweep whose reader goes leaves one file, and a killed one's copy without its journal is named on standard error", {
    tags: ["long"],
    timeout: 120_000,
  }, () => {
    const { out } = shell(
      'set -o pipefail; "$N" "$P" sweep small.yaml --db gone.db --budget 60 --workers 1 | head -1 > /dev/null; echo $?',
    );
    expect([out, readdirSync(folder).filter((name) => name.startsWith("gone.db"))]).toEqual(["141\n", ["gone.db"]]);
    shell(
      '"$N" "$P" sweep small.yaml --db cut.db --budget 2000 --workers 1 & until [ -s cut.db-wal ]; do sleep 0.05; done; sleep 1; kill -9 $!',
    );
    shell("mkdir copy && cp cut.db copy/");
    for (const command of ["pareto", "report -o r.html", "attach --no-tui", "export points -o p.csv"])
      expect(shell(`"$N" "$P" ${command} copy/cut.db`).err).toMatch(/^warning: copy\/cut\.db .*its newest points may be missing/);
    expect(shell('"$N" "$P" pareto cut.db --json').err).toMatch(/^warning: the sweep of cut\.db was killed/);
    expect(shell('"$N" "$P" pareto done.db --json').err).toBe("");
  });

  test("H3, L4: -o writes through a device, follows a link, refuses a folder by its own name, and appends to the shell's file", {
    tags: ["long"],
    timeout: 60_000,
  }, (context) => {
    if (spawnSync("mknod", [at("null"), "c", "1", "3"]).status === 0) {
      expect(shell('"$N" "$P" pareto done.db --format csv -o null').code).toBe(0);
      expect(lstatSync(at("null")).isCharacterDevice()).toBe(true);
    } else console.log("no device can be made here");
    writeFileSync(at("real.csv"), "old");
    symlinkSync("real.csv", at("link.csv"));
    expect(shell('"$N" "$P" pareto done.db --format csv -o link.csv').code).toBe(0);
    expect([lstatSync(at("link.csv")).isSymbolicLink(), readFileSync(at("real.csv"), "utf8").slice(0, 3)]).toEqual([true, "id,"]);
    mkdirSync(at("folder"));
    expect(shell('"$N" "$P" pareto done.db --format csv -o folder')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: folder: is a folder, a file is needed\n/m),
    });
    expect(shell('"$N" "$P" pareto done.db --format csv -o none/x.csv')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: none\/x\.csv: cannot be written: there is no folder none\n/m),
    });
    if (!existsSync("/dev/stdout")) context.skip("this system has no /dev/stdout");
    shell('echo first > all.txt; "$N" "$P" pareto done.db --format csv -o /dev/stdout >> all.txt');
    expect(readFileSync(at("all.txt"), "utf8")).toMatch(/^first\nid,[\s\S]*wrote \/dev\/stdout: /);
    expect(readdirSync(folder).filter((name) => name.includes(".part"))).toEqual([]);
    if (disk === null) return;
    fill(64_000);
    expect(shell('"$N" "$P" report done.db -o disk/r.html')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: disk\/r\.html: cannot be written: the disk is full/),
    });
    expect([readdirSync(at("disk")), statSync(at("disk/filler")).size]).toEqual([["filler"], 64_000]);
  });

  test("L11: a description without end is refused; one from a pipe is read", { tags: ["long"], timeout: 60_000 }, () => {
    expect(shell('"$N" "$P" check /dev/zero')).toMatchObject({
      code: 2,
      err: expect.stringContaining("/dev/zero: is a device, a file is needed"),
    });
    expect(shell('yes a | "$N" "$P" check /dev/stdin')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/at most 4194304 are read/),
    });
    expect(shell('cat small.yaml | "$N" "$P" check /dev/stdin').code).toBe(0);
    writeFileSync(at("endless.yaml"), "version: 1\nextends: /dev/zero\n");
    expect(shell('"$N" "$P" check endless.yaml').err).toMatch(/endless\.yaml:2:10: extends: .*\/dev\/zero: is a device, a file is needed/);
  });
});
