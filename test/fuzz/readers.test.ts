/**
 * Every reader of foreign input on damaged ones, sound in all but a few values or in no more than a few bytes: a result
 * or a refusal. `npm run fuzz` is the long form.
 */
// @module-tag slow
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { fileReaders } from "./files.js";
import { READERS } from "./readers.js";
import { runCases, SEED, SLOWEST_MS } from "./run.js";

const { readers, close } = await fileReaders();
afterAll(close);

test.each([...READERS, ...readers].map((reader) => [reader.name, reader] as const))("%s: refused or read", async (name, reader) => {
  const { read, refused, slowestMs, slowestCase } = await runCases(reader, 0, Math.ceil(reader.share / 12) - 1, () => {});
  console.log(`${name}: seed ${SEED}, ${refused} refused, ${read} read, slowest ${slowestMs.toFixed(1)} ms (case ${slowestCase})`);
  expect(slowestMs).toBeLessThan(SLOWEST_MS);
  expect(refused).toBeGreaterThan(0);
});

test("the logs of 10,000 cases name every reader and no other, and docs/cluster.md counts them", () => {
  const log = ["fuzz-readers", "fuzz-events"].map((name) => readFileSync(`docs/logs/${name}.txt`, "utf8")).join("\n");
  const logged = [...log.matchAll(/^(\S.*?) +\d+ refused, /gm)].map(([, name]) => name);
  const names = [...READERS, ...readers].map(({ name }) => name);
  expect(logged.sort()).toEqual(names.sort());
  expect(readFileSync("docs/cluster.md", "utf8")).toContain(`gives each of ${names.length} readers`);
});
