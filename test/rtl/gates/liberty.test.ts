/** Numbers of a liberty file are read as the format allows, and refused with their line where they are none. */
import { expect, test } from "vitest";
import { libraryOf } from "../../../rtl/gates/liberty.js";
import { conditionOf } from "../../../rtl/gates/liberty-states.js";
import { AREAS, ENERGIES, LEAKAGES_PW, LOADS, twoCellLibrary } from "./two-cells.js";

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
      energies.map(({ choice, energies: byState }) => [
        choice,
        byState.map((edges) => [edges.rise, edges.fall].map(({ values }) => values.map((value) => value.toPrecision(12)))),
      ]),
    ),
  ]);

test.each([1, 0, 0.25])("leakage and energies divided between supply pins (%d of them to one) add up to those of one pin", (share) => {
  expect(dividedLibrary(share).match(/related_pg_pin : VDD/g)).toHaveLength(text.match(/leakage_power \(|internal_power \(/g)?.length ?? 0);
  const whole = powersOf(text);
  expect(powersOf(dividedLibrary(share))).toEqual(whole);
});

test("energies are in units of load times voltage squared: with fF, and with 10 mV as 0.01 V, the same numbers are less", () => {
  const first = (library: string) =>
    libraryOf(library, "two.lib").cells.get("INV")?.pins.get("Y")?.energies[0]?.energies[0]?.rise.values[0];
  expect(first(text)).toBeCloseTo(ENERGIES.inverter, 12);
  expect(first(changed("capacitive_load_unit (1,pf)", "capacitive_load_unit (1,ff)"))).toBeCloseTo(ENERGIES.inverter / 1e3, 15);
  expect(first(changed('voltage_unit : "1V"', 'voltage_unit : "10mV"'))).toBeCloseTo(ENERGIES.inverter / 1e4, 15);
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

const inverter = (library: string) => libraryOf(library, "two.lib").cells.get("INV");

test("a pin without a capacitance has the mean of those of its edges", () => {
  const edges = (attributes: string) => inverter(changed(/capacitance : [\d.]+;/, attributes))?.pins.get("A")?.loadPf;
  expect(edges("rise_capacitance : 0.2; fall_capacitance : 0.4;")).toBeCloseTo(0.3, 12);
  expect(edges("fall_capacitance : 0.4;")).toBe(0.4);
  expect(edges("capacitance : 0.5; rise_capacitance : 0.2; fall_capacitance : 0.4;")).toBe(0.5);
});

test("several names of a group and of a related pin are one each", () => {
  const two = inverter(text.replace("pin (A)", "pin (A, B)").replaceAll('related_pin : "A"', 'related_pin : "A B"'));
  const [a, b] = [two?.pins.get("A"), two?.pins.get("B")];
  expect(a?.loadPf).toBe(LOADS.inverter);
  expect(b).toEqual(a);
  expect(two?.pins.get("Y")?.arcs.map(({ from }) => from)).toEqual(["A", "B"]);
  expect(two?.pins.get("Y")?.energies).toHaveLength(2);
  expect(
    inverter(text)
      ?.pins.get("Y")
      ?.arcs.map(({ from }) => from),
  ).toEqual(["A"]);
});

test("templates of power and of time may share a name", () => {
  const templates = (power: string) => `power_lut_template (over) { variable_1 : input_transition_time; index_1 ("${power}"); }`;
  const made = text
    .replace("cell (INV)", `${templates("0, 100")} cell (INV)`)
    .replaceAll(/rise_power \(scalar\) \{ values \("[\d.]+"\)/g, 'rise_power (over) { values ("0.001, 0.002")');
  const y = inverter(made)?.pins.get("Y");
  expect(y?.energies[0].energies[0].rise.slopes).toEqual([0, 100]);
  expect(y?.arcs[0].delay).toEqual(inverter(text)?.pins.get("Y")?.arcs[0].delay);
});

test("a leakage without a condition is that of states without their own: those with conditions are the cell's", () => {
  const other = libraryOf(changed("leakage_power () {", "leakage_power () { value : 9000; } leakage_power () {"), "two.lib");
  expect(other.cells.get("DFF")?.leakagePw).toBe(LEAKAGES_PW.register);
});

test("a cell with a bundle of pins is left out", () => {
  const cells = libraryOf(changed("cell (INV)", "cell (WIDE) { bundle (D) { members (A, B); } } cell (INV)"), "two.lib").cells;
  expect([...cells.keys()]).toEqual(["INV", "DFF"]);
});

test.each<readonly [string, (a: boolean, b: boolean, c: boolean) => boolean]>([
  ["A", (a) => a],
  ["!A", (a) => !a],
  ["A'", (a) => !a],
  ["A'' B", (a, b) => a && b],
  ["(A * !B)", (a, b) => a && !b],
  ["A&!B&C", (a, b, c) => a && !b && c],
  ["A && B || C", (a, b, c) => (a && b) || c],
  ["A + B C", (a, b, c) => a || (b && c)],
  ["A B ^ C", (a, b, c) => a && b !== c],
  ["!(A | B)' ^ C", (a, b, c) => (a || b) !== c],
  ["A * 1 + 0 * B", (a) => a],
])("the condition %s holds in its states", (when, holds) => {
  const condition = conditionOf(when);
  for (let state = 0; state < 8; state++) {
    const [a, b, c] = [1, 2, 4].map((bit) => (state & bit) !== 0);
    const values: { readonly [pin: string]: boolean } = { A: a, B: b, C: c };
    expect(
      condition?.holds((pin) => values[pin]),
      `${when} in ${state}`,
    ).toBe(holds(a, b, c));
  }
});

test.each(["", "A +", "(A", "A)", "A == 1", "!", "A # B", "A + * B"])("the condition '%s' cannot be read", (when) => {
  expect(conditionOf(when)).toBeNull();
});

test("a quoted text of 12 MB and a cell with 20,000 leakages are read", () => {
  const long = changed("/* two cells */", "").replace("time_unit", `comment : "${"1, ".repeat(4e6)}"; time_unit`);
  expect(inverter(long)).toEqual(inverter(text));
  const many = changed(
    "cell_leakage_power :",
    `${'leakage_power () { value : 1; related_pg_pin : "VDD"; } '.repeat(20_000)} cell_leakage_power :`,
  );
  expect(inverter(many)?.leakagePw).toBe(LEAKAGES_PW.inverter);
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
  ["a cell without an area", changed(`area : ${AREAS.inverter};`, ""), /cell \(INV\) has no area/],
  ["an area below 0", changed(`area : ${AREAS.inverter};`, "area : -5;"), /cell \(INV\) has -5 as area, expected a number of 0 or more/],
  ["an area without end", changed(`area : ${AREAS.inverter};`, "area : 1e999;"), /'1e999' in area, a number that is too large/],
  ["a load below 0", changed("capacitance : ", "capacitance : -"), /pin \(A\) has -[\d.]+ as capacitance/],
  [
    "a direction in capitals",
    changed("direction : input", 'direction : "Input"'),
    /pin \(A\) has the direction 'Input', expected one of input/,
  ],
  ["a missing semicolon", changed("direction : input;", "direction : input"), /got ':' in the value of direction: it lacks a ;/],
  ["a missing semicolon before a group", changed('function : "!A";', 'function : "!A"'), /got '\{' in the value of function/],
  ["two libraries", `${text}${text}`, /goes on with 'library' behind its library/],
  ["text behind the library", `${text} }}`, /goes on with '\}' behind/],
  ["an included file", changed("time_unit", "include_file (other.lib); time_unit"), /has an include_file, which is not read/],
  ["an unknown condition", changed('when : "D * Q"', 'when : "D * * Q"'), /internal_power has 'D \* \* Q' as when, which is no condition/],
  [
    "a condition within 100,000 brackets",
    changed('when : "D * Q"', `when : "${"(".repeat(100_000)}D${")".repeat(100_000)}"`),
    /as when, which is no condition of at most 1000 words/,
  ],
  ["a condition of no pin", changed('when : "D * Q"', 'when : "D * IQ"'), /as when, but the cell has no pin IQ/],
  ["quotes without end", changed('"1ns"', '"1ns'), /cannot be read|do not end|got/],
  ["a voltage that is a word", changed(/nom_voltage : [\d.]+/, "nom_voltage : low"), /library \(two\) has the value 'low' in nom_voltage/],
])("%s is refused with its line", (_, library, message) => {
  expect(() => libraryOf(library, "two.lib")).toThrow(message);
  expect(() => libraryOf(library, "two.lib")).toThrow(/two\.lib:\d+: /);
});

test("a unit of 0 is refused", () => {
  expect(() => libraryOf(changed('"1ns"', '"0ns"'), "two.lib")).toThrow(/time_unit is '0ns', expected one of 1ns, 1ps/);
});

test("the line is that of the group", () => {
  const at = text.split("\n").findIndex((line) => line.includes("cell (DFF)")) + 1;
  expect(() => libraryOf(changed(`area : ${AREAS.register};`, "area : x;"), "two.lib")).toThrow(`two.lib:${at}: cell (DFF)`);
});
