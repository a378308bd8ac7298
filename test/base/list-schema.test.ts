/** Lists from outside are checked entry by entry, and a million wrong entries are one error. */
import { expect, test } from "vitest";
import * as z from "zod";
import { listOf, numbersList } from "../../base/list-schema.js";

test("a list is what zod's own makes of it, with the place of the first wrong entry as the only error", () => {
  const entry = z.strictObject({ name: z.string(), counts: listOf(z.int()), rests: z.boolean().default(false) });
  const good = [
    { name: "a", counts: [1, 2] },
    { name: "b", counts: [], rests: true },
  ];
  expect(listOf(entry).parse(good)).toEqual(z.array(entry).parse(good));
  const bad = [...good, { name: "c", counts: [1, "2", "3"] }, 4];
  const issues = listOf(entry)
    .safeParse(bad)
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  expect(issues).toEqual(["2.counts.1: Invalid input: expected number, received string"]);
  expect(listOf(entry).safeParse({ length: 1 }).success).toBe(false);
  expect(listOf(z.int()).safeParse(Array(100_000).fill("")).error?.issues.length).toBe(1);
});

test("numbers are finite, and the first that is none is the only error", () => {
  expect(numbersList().parse([0, -1.5, 1e300])).toEqual([0, -1.5, 1e300]);
  for (const wrong of ["1", null, Number.NaN, Number.POSITIVE_INFINITY])
    expect(
      numbersList()
        .safeParse([1, wrong, wrong])
        .error?.issues.map(({ path }) => path),
    ).toEqual([[1]]);
});
