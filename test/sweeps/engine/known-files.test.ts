/** What identifies a process by content is judged by content: only other bytes count, not times, places or writers. */
import { copyFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { KnownFiles } from "../../../sweeps/engine/known-files.js";

const folder = mkdtempSync(join(tmpdir(), "known-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Less than of the program, which waits for a whole build. */
const SETTLED_MS = 200;
const CONTENT = "as it was read\n";

/** What is found after `change` of the second of two files. */
async function foundAfter(change: (file: string, other: string) => void): Promise<boolean> {
  const place = mkdtempSync(join(folder, "case-"));
  const [still, file, other] = ["still", "file", "other"].map((name) => join(place, name)) as [string, string, string];
  for (const each of [still, file]) writeFileSync(each, CONTENT);
  const files = new KnownFiles(SETTLED_MS);
  for (const each of [still, file]) files.read(each);
  change(file, other);
  const found = await files.changed();
  expect([null, file]).toContain(found);
  return found !== null;
}

test.concurrent.each<[what: string, isFound: boolean, change: (file: string, other: string) => void]>([
  ["nothing", false, () => {}],
  ["other bytes of the same length", true, (file) => writeFileSync(file, CONTENT.toUpperCase())],
  [
    "another file in its place",
    true,
    (file, other) => {
      writeFileSync(other, "of the next build\n");
      renameSync(other, file);
    },
  ],
  ["equal bytes", false, (file) => writeFileSync(file, CONTENT)],
  ["other times", false, (file) => utimesSync(file, 0, 0)],
  [
    "a copy in its place",
    false,
    (file, other) => {
      copyFileSync(file, other);
      renameSync(other, file);
    },
  ],
  ["its removal", false, (file) => rmSync(file)],
  [
    "half of it, and the rest while it is judged",
    false,
    (file) => {
      writeFileSync(file, CONTENT.slice(0, 4));
      setTimeout(() => writeFileSync(file, CONTENT), SETTLED_MS / 4);
    },
  ],
])("%s is found: %s", async (_what, isFound, change) => {
  expect(await foundAfter(change)).toBe(isFound);
});

test("what was found once stays, though the old bytes are back", async () => {
  const file = join(folder, "back");
  writeFileSync(file, CONTENT);
  const files = new KnownFiles(SETTLED_MS);
  files.read(file);
  writeFileSync(file, "new");
  expect(await files.changed()).toBe(file);
  writeFileSync(file, CONTENT);
  expect(await files.changed()).toBe(file);
});

test("a file that is missing is named while it is away", () => {
  const [here, gone] = ["here", "gone"].map((name) => join(folder, name)) as [string, string];
  const files = new KnownFiles(SETTLED_MS);
  for (const file of [here, gone]) {
    writeFileSync(file, CONTENT);
    files.read(file);
  }
  expect(files.missing()).toBeNull();
  renameSync(gone, `${gone}.away`);
  expect(files.missing()).toBe(gone);
  renameSync(`${gone}.away`, gone);
  expect(files.missing()).toBeNull();
});
