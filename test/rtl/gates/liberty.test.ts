/** Numbers of a liberty file are read as the format allows, and refused with their line where they are none. */
import { expect, test } from "vitest";
import { libraryOf } from "../../../rtl/gates/liberty.js";
import { AREAS, twoCellLibrary } from "./two-cells.js";

const text = twoCellLibrary();
const changed = (from: string | RegExp, to: string): string => {
  const made = text.replace(from, to);
  expect(made).not.toBe(text);
  return made;
};
/** Separates the numbers of all lists by `by`. */
const separated = (by: string): string => text.replace(/"([\d.]+(?:, [\d.]+)+)"/g, (list) => list.replaceAll(", ", by));

test("commas, blanks, tabs and both between numbers give the same library", () => {
  const whole = libraryOf(text, "two.lib");
  for (const by of [" ", "\t", ",", " ,\t"]) {
    expect(separated(by)).not.toBe(text);
    expect(libraryOf(separated(by), "two.lib")).toEqual(whole);
  }
});

test("a number may have a sign, an exponent, or no digit before its point", () => {
  for (const area of [`+${AREAS.inverter}.0`, `${AREAS.inverter}e0`, `.${AREAS.inverter}E+1`, `"${AREAS.inverter}"`])
    expect(libraryOf(changed(`area : ${AREAS.inverter};`, `area : ${area};`), "two.lib").cells.get("INV")?.areaUm2).toBe(AREAS.inverter);
});

const LIST = /values \( \\\n "([^"]*)"/;
test.each([
  ["a word among values", changed(LIST, 'values ( \\\n "0.1, high, 0.3"'), /has the value 'high' in values, expected a number/],
  ["a unit at a value", changed(LIST, 'values ( \\\n "0.1, 2ns, 0.3"'), /has the value '2ns' in values/],
  ["NaN", changed(LIST, 'values ( \\\n "0.1, NaN, 0.3"'), /has the value 'NaN' in values/],
  ["a value too few", changed(LIST, 'values ( \\\n "0.1, 0.3"'), /cell_rise \(over\) has 8 values, expected 9: 3 x 3 by its axes/],
  ["a value too many", changed(LIST, 'values ( \\\n "0.1, 0.2, 0.3, 0.4"'), /has 10 values, expected 9/],
  ["no values", changed(/values \(/, "numbers ("), /has 0 values, expected 9/],
  ["an axis that falls", changed(/index_1 \("[^"]*"\)/, 'index_1 ("1, 0.2, 0.02")'), /has values in index_1 that do not rise/],
  ["an axis with a value twice", changed(/index_2 \("[^"]*"\)/, 'index_2 ("0.1, 0.1, 0.3")'), /in index_2 that do not rise/],
  ["a third axis", changed(/index_1 \(/, 'index_3 ("1, 2"); index_1 ('), /has axes other than/],
  ["an area with a unit", changed(`area : ${AREAS.inverter};`, 'area : "5 um2";'), /cell \(INV\) has the value 'um2' in area/],
  ["two areas", changed(`area : ${AREAS.inverter};`, 'area : "5 6";'), /has '5 6' as area, expected a number/],
  ["an empty area", changed(`area : ${AREAS.inverter};`, 'area : "";'), /has '' as area, expected a number/],
  ["a load that is a word", changed("capacitance : ", "capacitance : big"), /pin \(A\) has the value 'big[\d.]+' in capacitance/],
  ["a leakage that is a word", changed("cell_leakage_power : ", "cell_leakage_power : x"), /in cell_leakage_power/],
  ["a leakage of a state", changed(/value : \d+/, "value : none"), /leakage_power has the value 'none' in value/],
  ["a voltage that is a word", changed(/nom_voltage : [\d.]+/, "nom_voltage : low"), /library \(two\) has the value 'low' in nom_voltage/],
])("%s is refused with its line", (_, library, message) => {
  expect(() => libraryOf(library, "two.lib")).toThrow(message);
  expect(() => libraryOf(library, "two.lib")).toThrow(/two\.lib:\d+: /);
});

test("the line is that of the group", () => {
  const at = text.split("\n").findIndex((line) => line.includes("cell (DFF)")) + 1;
  expect(() => libraryOf(changed(`area : ${AREAS.register};`, "area : x;"), "two.lib")).toThrow(`two.lib:${at}: cell (DFF)`);
});
