/** Convolutions held as kernels do what their written rows do; `scripts/row-study.ts` takes thousands. */
import { expect, test } from "vitest";
import { KINDS } from "./random-net.js";
import { studyRows } from "./row-study.js";

test("engines and boards cannot tell kernels from written rows, nor one core from its cuts but by halo and traffic: 60 random networks from seed 1", () => {
  const { found, seen } = studyRows(1, 60);
  expect(found).toEqual([]);
  seen.expectEach([...KINDS, "a kernel", "own windows", "written rows", "cut", "neurons fire", "overflows"]);
});
