/** Errors of a user's macros: what shares them, and how large they are at, between and beyond the rows of a table. */
import { describe, expect, test } from "vitest";
import type { Technology } from "../../arch/chip.js";
import { fitMacros } from "../../arch/macros/fit-macros.js";
import { lawMacro } from "../../arch/macros/law-macro.js";
import { readLawTable } from "../../arch/macros/law-table.js";
import type { MacroError } from "../../arch/macros/macro.js";
import { readMacroTable } from "../../arch/macros/macro-table.js";
import { ownMacro } from "../../arch/macros/own-macro.js";
import type { MacroRules } from "../../arch/macros/supply.js";
import { exp, log, square } from "../../base/math.js";

const HEAD = "macro,words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns,plus_minus_percent";
const TECHNOLOGY: Technology = {
  ...{ nodeNm: 22, sramCell: "lstp", voltageV: 0.8, temperatureK: 300 },
  ...{ corner: "typical", clockMhz: 100, idle: "clock-gated" },
};
const row = (name: string, words: number, bits: number, volts: number, own: number | null, nodeNm = 22): string =>
  `${name},${words},${bits},1rw,${nodeNm},${volts},${words * bits},${volts},1,1,1,${own ?? ""}`;

type Size = readonly [words: number, bits: number];
const wishOf = ([words, wordBits]: Size) => ({ sizeBits: words * wordBits, wordBits, banks: 1, ports: "1rw" }) as const;
const LAWS = ["area_um2", "read_pj", "write_pj", "leakage_uw", "access_ns"];
const RULES: MacroRules = { between: "interpolate", beyond: "refuse", corner: "", plusMinusPercent: null };
function errorsOf(
  rows: readonly string[],
  [words, wordBits]: Size,
  volts: number,
  rules: Partial<MacroRules> = {},
  nodeNm = 22,
): readonly MacroError[] {
  const { rows: read, problems } = readMacroTable([HEAD, ...rows, ""].join("\n"));
  expect(problems).toEqual([]);
  const found = ownMacro("mine", read, wishOf([words, wordBits]), { ...TECHNOLOGY, voltageV: volts, nodeNm }, { ...RULES, ...rules });
  if ("refused" in found) throw new Error(found.refused);
  return found.errors.area_mm2;
}

const product = (a: readonly MacroError[], b: readonly MacroError[]): number =>
  a.reduce((sum, { name, half }) => sum + half * (b.find((other) => other.name === name)?.half ?? 0), 0);
const percentOf = (errors: readonly MacroError[]): number => 100 * (exp(Math.sqrt(product(errors, errors))) - 1);
const correlation = (a: readonly MacroError[], b: readonly MacroError[]): number =>
  product(a, b) / Math.sqrt(product(a, a) * product(b, b));

describe("one macro at several supplies", () => {
  const rows = ["A", ""].flatMap((name) => [row(name, 1024, 32, 0.8, 50), row(name, 1024, 32, 0.9, 50)]);
  test.each([
    ["macros", [0.8, 0.9], "refuse"],
    ["interpolate", [0.8, 0.82, 0.88, 0.9], "refuse"],
    ["macros", [0.7, 0.8, 0.9, 1], "extrapolate"],
  ] as const)("has the same area in every draw of prices, and another macro of this size has not: %s, %j V", (between, volts, beyond) => {
    for (const name of ["A", ""]) {
      const own = rows.filter((text) => text.startsWith(`${name},`));
      const found = volts.map((v) => errorsOf(own, [1024, 32], v, { between, beyond }));
      expect(found[0]).toHaveLength(1);
      for (const errors of found) expect(errors).toEqual(found[0]);
    }
    const others = ["A", "B"].map((name) => errorsOf([row(name, 1024, 32, 0.8, 50)], [1024, 32], 0.8));
    expect(correlation(others[0]!, others[1]!)).toBe(0);
  });
});

test("macros of one size at two nodes do not share an error, in tables and by laws; at two supplies they do", () => {
  const rows = [22, 28].flatMap((nm) => [0.8, 0.9].map((volts) => row("A", 1024, 32, volts, 30, nm)));
  const laws = readLawTable(
    [
      "quantity,law,ports,technology_nm,least_words,most_words,least_bits,most_bits,least_voltage_v,most_voltage_v,plus_minus_percent",
      ...[22, 28].flatMap((nm) => LAWS.map((quantity) => `${quantity},voltage_v,1rw,${nm},64,2048,8,64,0.8,0.9,30`)),
      "",
    ].join("\n"),
  ).sets;
  const byLaw = (nodeNm: number, voltageV: number): readonly MacroError[] => {
    const found = lawMacro("mine", laws, wishOf([1024, 32]), { ...TECHNOLOGY, nodeNm, voltageV }, RULES);
    if ("refused" in found) throw new Error(found.refused);
    return found.errors.area_mm2;
  };
  const byTable = (nodeNm: number, volts: number): readonly MacroError[] => errorsOf(rows, [1024, 32], volts, {}, nodeNm);
  for (const of of [byTable, byLaw]) {
    expect(percentOf(of(22, 0.8))).toBeCloseTo(30, 9);
    expect(correlation(of(22, 0.8), of(28, 0.8))).toBe(0);
    expect(correlation(of(22, 0.8), of(22, 0.9))).toBeCloseTo(1, 12);
  }
});

test("laws are no surer than the macros that they go through, and share the error of their table", () => {
  const sizes = [64, 256, 1024].flatMap((words) => [8, 32, 128].map((bits) => [words, bits] as const));
  const fitOf = (own: (i: number) => number | null, off: number) => {
    const rows = sizes.map(([words, bits], i) => row("", words, bits, 0.8, own(i)).replace(/,1,1,1,/, `,1,1,${1 + off * (i % 2)},`));
    return fitMacros(readMacroTable([HEAD, ...rows, ""].join("\n")).rows).laws;
  };
  const half = (own: (i: number) => number | null, off: number) => fitOf(own, off).map((law) => log(1 + law.plusMinusPercent / 100));
  const [area, , , , access] = half(() => null, 0.5);
  expect([area, access! > log(1.4)]).toEqual([0, true]);
  expect(half(() => 40, 0.5)).toEqual([log(1.4), log(1.4), log(1.4), log(1.4), access]);
  // six of nine rows state an error
  expect(half((i) => (i % 3 === 0 ? null : 40), 0.5)[0]).toBeCloseTo((2 / 3) * log(1.4), 12);

  const laws = readLawTable(
    [
      "quantity,law,ports,technology_nm,least_words,most_words,least_bits,most_bits,least_voltage_v,most_voltage_v,plus_minus_percent",
      ...LAWS.map((quantity) => `${quantity},voltage_v,1rw,22,64,2048,8,64,0.8,0.9,${quantity === "read_pj" ? "" : 30}`),
      "",
    ].join("\n"),
  ).sets;
  const errors = (words: number, plusMinusPercent: number | null) => {
    const found = lawMacro("mine", laws, wishOf([words, 32]), TECHNOLOGY, { ...RULES, plusMinusPercent });
    if ("refused" in found) throw new Error(found.refused);
    return found.errors;
  };
  const [small, large] = [errors(64, 20), errors(1024, 20)];
  expect(percentOf(errors(64, null).area_mm2)).toBeCloseTo(30, 9);
  expect(square(log(1 + percentOf(small.area_mm2) / 100))).toBeCloseTo(square(log(1.3)) + square(log(1.2)), 9);
  expect(product(small.area_mm2, large.area_mm2)).toBeCloseTo(square(log(1.2)), 9);
  expect(percentOf(small.read_pj)).toBeCloseTo(20, 9); // a law that states none has the table's alone
});

describe("a macro between rows", () => {
  const sizes = [64, 256, 1024].flatMap((words) => [8, 32, 128].map((bits) => row("", words, bits, 0.8, 50)));
  test("errs like its neighbours in size, up to the rows themselves, with the error of theirs", () => {
    let far = 1;
    for (let words = 64; words < 1024; words += 15) {
      for (const bits of [8, 20, 32]) {
        const [a, b] = [errorsOf(sizes, [words, bits], 0.8), errorsOf(sizes, [words + 1, bits], 0.8)];
        expect(percentOf(a)).toBeCloseTo(50, 9);
        expect(correlation(a, b), `${words} words of ${bits} bits`).toBeGreaterThan(0.999);
      }
      far = Math.min(far, correlation(errorsOf(sizes, [words, 8], 0.8), errorsOf(sizes, [64, 8], 0.8)));
    }
    expect(far).toBeCloseTo(0, 2); // and not like distant ones
  });

  test("beyond the outermost rows the error grows with the distance, and that of the table does not", () => {
    const beyond = { beyond: "extrapolate" } as const;
    const percents = [1024, 1100, 2048, 8192].map((words) => percentOf(errorsOf(sizes, [words, 32], 0.8, beyond)));
    expect(percents[0]).toBeCloseTo(50, 9);
    for (let i = 1; i < percents.length; i++) expect(percents[i]).toBeGreaterThan(percents[i - 1]!);
    // at the double of 1024, half a step beyond: 1.5 times that row's ln(cost), less 0.5 times that of 256 words
    expect(percents[2]).toBeCloseTo(100 * (1.5 ** Math.sqrt(square(1.5) + square(0.5)) - 1), 9);
    const common = sizes.map((text) => text.replace(/50$/, ""));
    for (const words of [64, 300, 1024, 8192])
      expect(percentOf(errorsOf(common, [words, 20], 0.8, { ...beyond, plusMinusPercent: 30 }))).toBeCloseTo(30, 9);
  });

  test("has nearly the interval of a neighbour, however unequal the rows around it are", () => {
    const unequal = [5, 80, 5].flatMap((own, i) => [8, 64].map((bits) => row("", 512 << (3 * i), bits, 0.8, bits === 8 ? own : 85 - own)));
    const lnOf = (words: number, bits: number): number =>
      log(1 + percentOf(errorsOf(unequal, [words, bits], 0.8, { beyond: "extrapolate" })) / 100);
    let steps = 0;
    for (const edge of [512, 4096, 32768])
      for (const bits of [8, 20, 64])
        for (const words of [edge - 1, edge]) {
          expect(Math.abs(lnOf(words + 1, bits) - lnOf(words, bits)), `${words} words x ${bits} bits`).toBeLessThan(0.005);
          steps++;
        }
    expect(steps).toBe(18);
  });

  type Owns = readonly [number | null, number | null];
  test.each([
    ["over words", ([a, b]: Owns) => [row("", 64, 8, 0.8, a), row("", 1024, 8, 0.8, b)], [300, 8], 0.8],
    ["over bits", ([a, b]: Owns) => [row("", 64, 8, 0.8, a), row("", 64, 64, 0.8, b)], [64, 20], 0.8],
    ["over supply", ([a, b]: Owns) => [row("", 64, 8, 0.8, a), row("", 64, 8, 0.9, b)], [64, 8], 0.83],
  ] as const)("is as sure as the mean of them by its weights, by the causes of both: %s", (_, rowsOf, of, volts) => {
    const owns = [null, 0, 20, 80];
    const share = volts === 0.8 ? log(of[0] === 64 ? of[1] / 8 : of[0] / 64) / log(of[0] === 64 ? 8 : 16) : 0.3;
    for (const ofTable of [null, 0, 60])
      for (const a of owns)
        for (const b of owns) {
          const percents = [a, b].map((own) => own ?? ofTable ?? 0);
          const errors = errorsOf(rowsOf([a, b]), of, volts, { plusMinusPercent: ofTable });
          const what = `${a}, ${b}, table ${ofTable}`;
          const [lnA, lnB] = percents.map((percent) => log(1 + percent / 100));
          expect(percentOf(errors), what).toBeCloseTo(100 * (exp((1 - share) * lnA! + share * lnB!) - 1), 9);
          const isTables = [a, b].some((own, i) => own === null && percents[i] !== 0);
          expect(
            errors.some(({ name }) => name === "macros mine"),
            what,
          ).toBe(isTables);
        }
  });
});
