/** The lines that end a run of the tests. */
import { expect, test } from "vitest";
import { closingLines, SLOW_MS } from "./closing-line.js";

const passed = { file: "test/a.test.ts", state: "passed", retries: 0, cpuMs: 1, tags: [] } as const;

test("a run ends with counts of passed and failed tests on a line of their own, skipped ones only where there are any", () => {
  expect(closingLines([passed, passed, { ...passed, state: "failed" }], 0, null)).toEqual(["2 passed, 1 failed"]);
  expect(closingLines([passed, { ...passed, state: "skipped" }, { ...passed, state: "pending" }], 1, null)).toEqual([
    "1 passed, 1 failed, 2 skipped",
  ]);
});

test("a test that took another try is told with its file and the number of tries, in a line before the counts", () => {
  const tries = [
    { ...passed, retries: 1 },
    { ...passed, retries: 2 },
    { ...passed, file: "test/b.test.ts", retries: 1 },
  ];
  expect(closingLines([passed, ...tries], 0, null)).toEqual(["retries: test/a.test.ts (3), test/b.test.ts (1)", "4 passed, 0 failed"]);
});

test("the inner loop names a file that takes long without the tag; a whole run does not", () => {
  const half = { ...passed, cpuMs: SLOW_MS / 2 + 1 };
  expect(closingLines([half, half, { ...half, file: "test/b.test.ts" }], 0, SLOW_MS)).toEqual([
    "slow without the tag: test/a.test.ts (3.0 s)",
    "3 passed, 0 failed",
  ]);
  expect(closingLines([half, { ...half, tags: ["slow"] }], 0, SLOW_MS)).toEqual(["2 passed, 0 failed"]);
  expect(closingLines([half, half], 0, null)).toEqual(["2 passed, 0 failed"]);
});
