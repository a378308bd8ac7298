/** Convolutions stored as kernels equal their listed rows; `scripts/row-study.ts` runs thousands. */
import { expect, test } from "vitest";
import { KINDS } from "./random-net.js";
import { studyRows } from "./row-study.js";

test("kernels equal listed rows in engines and on boards, and one core equals several except for borders and traffic: 60 random networks from seed 1", () => {
  const { found, seen } = studyRows(1, 60);
  expect(found).toEqual([]);
  seen.expectEach([
    ...KINDS,
    "a kernel",
    "own windows",
    "written rows",
    "shared rows",
    "sparse shared rows",
    "rows apart",
    "cut",
    "neurons fire",
    "overflows",
  ]);
});
