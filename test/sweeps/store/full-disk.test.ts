/** A database on a disk without room: it is read as on any other, and writing names what to do. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Store } from "../../../sweeps/index.js";
import { FakeEngine, fakeStudy, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "full-"));
const disk = join(folder, "disk");
mkdirSync(disk);
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync("umount", ["-l", disk]);
  rmSync(folder, { recursive: true, force: true });
});

/** Fills the disk to its last byte. */
function fill(): void {
  for (const size of [65_536, 4096, 1])
    for (let k = 0; ; k++) {
      try {
        writeFileSync(join(disk, `filler-${size}-${k}`), Buffer.alloc(size));
      } catch {
        break;
      }
    }
}
const pointsOf = (file: string): readonly unknown[] => {
  const store = Store.read(file);
  const points = [...store.points()].map(({ id, state, metrics }) => ({ id, state, metrics }));
  store.close();
  return points;
};

test("a copy of a database that was being written is read on a full disk; writing to it names what to do", async (context) => {
  if (!isMounted) context.skip("no small disk can be mounted here");
  const whole = join(folder, "whole.db");
  await fakeStudy(specOf({}, { budget: 20 }), whole, new FakeEngine()).run();
  const copy = join(disk, "copy.db");
  copyFileSync(whole, copy);
  // the two bytes of the header by which SQLite expects a journal, as in a file that is open for writing
  const bytes = readFileSync(copy);
  bytes[18] = 2;
  bytes[19] = 2;
  writeFileSync(copy, bytes);
  fill();
  expect(pointsOf(copy)).toEqual(pointsOf(whole));
  expect(pointsOf(copy)).toHaveLength(20);
  expect(() => Store.open(copy)).toThrow(/cannot write.*disk full[\s\S]*type the same command again/);
});
