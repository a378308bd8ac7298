/**
 * Every reader of foreign input on damaged ones, sound in all but a few values or in no more than a few bytes: a result
 * or a refusal. `npm run fuzz` is the long form.
 */
// @module-tag slow
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
