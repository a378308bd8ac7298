/** Values of options, read strictly. */
import { expect, test } from "vitest";
import { milliseconds, wholeNumber } from "../../cli/options/help.js";

test("a time is a number with s, m or h; a bare number is seconds", () => {
  expect(["90", "90s", "1.5m", "2h"].map(milliseconds)).toEqual([90_000, 90_000, 90_000, 7_200_000]);
  for (const wrong of ["", "0", "-1s", "5d", "1e3s", "ten"]) expect(() => milliseconds(wrong), wrong).toThrow(/90s, 10m or 1.5h/);
});

test("a whole number is refused below its least value and with a fraction", () => {
  expect(wholeNumber(1)("7")).toBe(7);
  for (const wrong of ["0", "1.5", "x"]) expect(() => wholeNumber(1)(wrong), wrong).toThrow(/at least 1/);
});
