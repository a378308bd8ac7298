/** Straight quotation marks in LaTeX, whose fonts have those that open and those that close. */
import { expect, test } from "vitest";
import { texText } from "../../base/escape/tex.js";

test.each([
  ['"b"', "``b''"],
  ['the "small" one', "the ``small'' one"],
  ['("a"), "b"', "(``a''), ``b''"],
  ['5" wide', "5'' wide"],
  ['a="x y"', "a=``x y''"],
  ['x-"y"', "x-``y''"],
  ['"', "``"],
])("%s is printed as %s", (text, printed) => {
  expect(texText(text)).toBe(printed);
});
