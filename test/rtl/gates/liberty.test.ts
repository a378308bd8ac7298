/** Numbers of a liberty file are read as the format allows, and refused with their line where they are none. */
import { expect, test } from "vitest";
import { libraryOf } from "../../../rtl/gates/liberty.js";
import { AREAS, LEAKAGES_PW, LOADS, twoCellLibrary } from "./two-cells.js";

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

/** A group with all of its numbers times `share`, of one supply pin. */
const ofSupply = (group: string, pin: string, share: number): string => {
  const scaled = group.replace(/(value : |values *\()([^;)]*)/g, (_, head: string, numbers: string) => {
    return head + numbers.replace(/[\d.]+(?:e-?\d+)?/g, (number) => String(Number(number) * share));
  });
  return scaled.replace("{", `{ related_pg_pin : ${pin};`);
};

/** The library with each state's power and leakage divided between two supply pins, in groups of their own. */
function dividedLibrary(share: number): string {
  let [made, from] = ["", 0];
  for (const { index, 0: head } of text.matchAll(/(?:leakage|internal)_power \(\) \{/g)) {
    let [end, open] = [index + head.length, 1];
    for (; open > 0; end++) open += text[end] === "{" ? 1 : text[end] === "}" ? -1 : 0;
    const group = text.slice(index, end);
    made += text.slice(from, index) + ofSupply(group, "VSS", 1 - share) + ofSupply(group, "VDD", share);
    from = end;
  }
  return made + text.slice(from);
}

/** Leakage by cell, and energies by pin, rounded to 12 digits. */
const powersOf = (library: string) =>
  [...libraryOf(library, "two.lib").cells].map(([name, { leakagePw, pins }]) => [
    name,
    leakagePw.toPrecision(12),
    [...pins].map(([, { energies }]) =>
      energies.map((edges) => [edges.rise, edges.fall].map(({ values }) => values.map((value) => value.toPrecision(12)))),
    ),
  ]);

test.each([1, 0, 0.25])("leakage and energies divided between supply pins (%d of them to one) add up to those of one pin", (share) => {
  expect(dividedLibrary(share).match(/related_pg_pin : VDD/g)).toHaveLength(text.match(/leakage_power \(|internal_power \(/g)?.length ?? 0);
  const whole = powersOf(text);
  expect(powersOf(dividedLibrary(share))).toEqual(whole);
});

test("a cell without a leakage, and a pin without a capacitance, have the library's default in its units", () => {
  const defaults = "leakage_power_unit : 1nW; default_cell_leakage_power : 5; default_input_pin_cap : 0.25; default_output_pin_cap : 0.5;";
  const cells = (library: string) => {
    const { cells: found } = libraryOf(library.replace('leakage_power_unit : "1pW";', defaults), "two.lib");
    return [found.get("INV"), found.get("DFF")] as const;
  };
  const [, stated] = cells(text);
  const [silent] = cells(text.replace(/cell_leakage_power : \d+;/, "").replace(/capacitance : [\d.]+;/, ""));
  expect(silent?.leakagePw).toBe(5000);
  expect([silent?.pins.get("A")?.loadPf, silent?.pins.get("Y")?.loadPf]).toEqual([0.25, 0.5]);
  expect(stated?.leakagePw).toBe(1000 * LEAKAGES_PW.register);
  expect(stated?.pins.get("D")?.loadPf).toBe(LOADS.data);
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
