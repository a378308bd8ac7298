/**
 * Intervals of fitted laws beyond the range of their macros: they hold what they say, and memories are priced by them.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fitPrices } from "../../app/fit-prices.js";
import type { Technology } from "../../arch/chip.js";
import { BUILT_NEEDS } from "../../arch/core-needs.js";
import { corePrices, parseArch } from "../../arch/index.js";
import { type FittedLaw, fitMacros } from "../../arch/macros/fit-macros.js";
import { lawWithInterval } from "../../arch/macros/law-interval.js";
import { lawMacro } from "../../arch/macros/law-macro.js";
import { macroVariables, readLawTable } from "../../arch/macros/law-table.js";
import type { MacroError } from "../../arch/macros/macro.js";
import { readMacroTable } from "../../arch/macros/macro-table.js";
import type { MacroRules } from "../../arch/macros/supply.js";
import { priceValue } from "../../arch/own-price-value.js";
import { exp, log, pow, square } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";
import { priceErrors } from "../../sim/index.js";
import { cases } from "../cases.js";
import { usualAndLong } from "../usual.js";

const HEAD = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";
const SIZES = [64, 256, 1024].flatMap((words) => [8, 16, 32].map((bits) => [words, bits] as const));
type Place = readonly [words: number, bits: number, volts: number];
const lawOf = ([words, bits, volts]: Place): number => 0.7 * pow((words * bits) / 8192, 0.45) * pow(bits / 32, 0.3) * pow(volts / 0.8, 1.7);

/** Macros that follow the law, each times its own error, and with an exponent of the supply of its own. */
function planted(volts: readonly number[], has: (i: number) => boolean, sigma: number, rng: Rng): string {
  let i = 0;
  const rows = SIZES.flatMap(([words, bits]) => {
    const [own, exponent] = [sigma * rng.normal(), sigma * rng.normal()];
    const ofMacro = volts.map((v) => `${words},${bits},1rw,22,${v},1,${lawOf([words, bits, v]) * exp(own) * pow(v / 0.8, exponent)},1,1,1`);
    return ofMacro.filter(() => has(i++));
  });
  return [HEAD, ...rows, ""].join("\n");
}
const readLaw = (csv: string): FittedLaw => fitMacros(readMacroTable(csv).rows).laws.find(({ quantity }) => quantity === "read_pj")!;
const at = (text: string, [words, bits, volts]: Place): number => priceValue(text, macroVariables(words, bits, volts, 22));

const folder = mkdtempSync(join(tmpdir(), "law-beyond-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "macros.csv");
const libraryOf = (csv: string): string => {
  writeFileSync(file, csv);
  return fitPrices(file).library;
};
const technologyAt = (voltageV: number): Technology => ({
  ...{ nodeNm: 22, sramCell: "lstp", voltageV, temperatureK: 300, corner: "typical", clockMhz: 100, idle: "clock-gated" },
});
const BEYOND: MacroRules = { between: "macros", beyond: "extrapolate", corner: "", plusMinusPercent: null };
/** Causes of a sum of two costs' logarithms, the second times `sign`. */
function joined(a: readonly MacroError[], b: readonly MacroError[], sign: 1 | -1): readonly MacroError[] {
  const halves = new Map(a.map(({ name, half }) => [name, half]));
  for (const { name, half } of b) halves.set(name, (halves.get(name) ?? 0) + sign * half);
  return [...halves].map(([name, half]) => ({ name, half }));
}

describe("the interval beyond the range", () => {
  for (const [some, options] of usualAndLong(
    [
      ["one supply", [0.8], () => true],
      ["three supplies", [0.7, 0.8, 0.9], () => true],
      ["three supplies of which macros lack some", [0.7, 0.8, 0.9], (i: number) => i % 4 !== 1],
    ] as const,
    ([what]) => what === "one supply",
  ))
    test.each(some)(
      "holds nine tenths of macros there or more, where that of the range holds fewer: %s",
      options,
      (supplies, volts, has) => {
        const rng = createRng(21, "beyond");
        const fits = cases(200);
        const held = { beyond: 0, range: 0 };
        for (let i = 0; i < fits; i++) {
          const law = readLaw(planted(volts, has, 0.1, rng));
          const place: Place = [1 << 16, 256, volts[i % volts.length]!];
          const value = lawOf(place) * exp(0.1 * rng.normal()) * pow(place[2] / 0.8, 0.1 * rng.normal());
          const off = Math.abs(log(value / at(law.law, place)));
          if (off <= log(1 + at(law.beyondPercent, place) / 100)) held.beyond++;
          if (off <= log(1 + law.plusMinusPercent / 100)) held.range++;
        }
        console.log(`${fits} fits, ${supplies}: ${JSON.stringify(held)}`);
        // standard error 0.021
        expect(held.beyond / fits).toBeGreaterThan(0.84);
        expect(held.beyond / fits).toBeLessThan(0.97);
        expect(held.range / fits).toBeLessThan(0.8);
      },
    );

  test.each([
    ["one supply", [0.8], () => true],
    ["three supplies", [0.7, 0.8, 0.9], () => true],
    ["three supplies of which macros lack some", [0.7, 0.8, 0.9], (i: number) => i % 4 !== 1],
  ] as const)(
    "holds nine tenths of sums and ratios, because sizes share the law's part; of own errors, too few and too many: %s",
    { tags: ["long"] },
    (supplies, volts, has) => {
      const rng = createRng(24, "sums");
      const fits = cases(200);
      const met: { [what: string]: number } = {};
      const meet = (what: string, off: number, causes: readonly MacroError[]): void => {
        met[what] = (met[what] ?? 0) + (Math.abs(off) <= Math.sqrt(causes.reduce((sum, { half }) => sum + square(half), 0)) ? 1 : 0);
      };
      for (let i = 0; i < fits; i++) {
        const library = libraryOf(planted(volts, has, 0.1, rng));
        const tables = [library, library.replace("shared_ln", "note_none")].map((text) => readLawTable(text).sets);
        const volt = volts[i % volts.length]!;
        const drawn = (words: number, bits: number) => {
          const value = lawOf([words, bits, volt]) * exp(0.1 * rng.normal()) * pow(volt / 0.8, 0.1 * rng.normal());
          return tables.map((sets) => {
            const wish = { sizeBits: words * bits, wordBits: bits, banks: 1, ports: "1rw" } as const;
            const found = lawMacro("mine", sets, wish, technologyAt(volt), BEYOND);
            if ("refused" in found) throw new Error(found.refused);
            return { off: log(value / found.costs.read_pj), causes: found.errors.read_pj };
          });
        };
        const [far, near, inside] = [drawn(1 << 16, 256), drawn(1 << 15, 256), drawn(512, 8)];
        for (const [table, { off, causes }] of far.entries()) {
          const kind = table === 0 ? "" : " of own errors";
          for (const [name, { off: other, causes: others }] of Object.entries({ near: near[table]!, inside: inside[table]! })) {
            meet(`sum with ${name}${kind}`, off + other, joined(causes, others, 1));
            meet(`ratio to ${name}${kind}`, off - other, joined(causes, others, -1));
          }
          meet(`far${kind}`, off, causes);
        }
      }
      console.log(`${fits} fits, ${supplies}: ${JSON.stringify(met)}`);
      const shareOf = (what: string): number => met[what]! / fits;
      for (const what of ["sum with near", "ratio to near", "sum with inside", "ratio to inside", "far"]) {
        // standard error 0.021
        expect(shareOf(what), what).toBeGreaterThan(0.84);
        expect(shareOf(what), what).toBeLessThan(0.97);
      }
      expect(shareOf("far of own errors")).toBe(shareOf("far"));
      expect(shareOf("sum with near of own errors")).toBeLessThan(0.86);
      expect(shareOf("ratio to near of own errors")).toBeGreaterThan(0.96);
    },
  );

  test("is the range's own at its widest corner, with one supply, and is left out of a law without an error", () => {
    const law = readLaw(planted([0.8], () => true, 0.1, createRng(22, "corner")));
    const corners = [64, 1024].flatMap((words) => [8, 32].map((bits) => at(law.beyondPercent, [words, bits, 0.8])));
    expect(Math.max(...corners)).toBeCloseTo(law.plusMinusPercent, 6);
    expect(readLaw(planted([0.8], () => true, 0, createRng(22, "exact"))).beyondPercent).toBe("");
  });

  test("of the range is nowhere in it wider than what is written, though with several supplies it can be widest inside", () => {
    const volts = [0.6, 0.8, 1.1];
    const variables = (words: number, bits: number, volt: number): number[] => [(words * bits) / 8192, bits / 32, volt / 0.8];
    const wider: number[] = [];
    for (let fit = 0; fit < 10; fit++) {
      const rng = createRng(fit, "inside");
      const rows = rng
        .shuffle([...SIZES])
        .slice(0, 6)
        .flatMap(([words, bits]) => {
          const [own, exponent] = [exp(0.1 * rng.normal()), [0.05, 0.3][fit % 2]! * rng.normal()];
          return volts.map((v) => ({ words, bits, v, cost: own * lawOf([words, bits, v]) * pow(v / 0.8, exponent) }));
        });
      const law = readLaw([HEAD, ...rows.map(({ words, bits, v, cost }) => `${words},${bits},1rw,22,${v},1,${cost},1,1,1`), ""].join("\n"));
      const { intervalAt } = lawWithInterval(
        rows.map(({ words, bits, v, cost }) => ({ macro: `${words} x ${bits}`, at: variables(words, bits, v), value: cost })),
      )!;
      const between = ({ least, most }: FittedLaw["words"], share: number): number => least * pow(most / least, share);
      const widest = (draw: () => number): number =>
        Math.max(
          ...Array.from(
            { length: 100 },
            () => intervalAt(variables(between(law.words, draw()), between(law.bits, draw()), between(law.volts, draw()))).half,
          ),
        );
      const written = log(1 + law.plusMinusPercent / 100);
      expect(widest(() => rng.float()) / written).toBeLessThan(1.002);
      wider.push(written / widest(() => rng.int(0, 1)));
    }
    expect(Math.min(...wider)).toBeCloseTo(1, 9);
    expect(Math.max(...wider)).toBeGreaterThan(1.02);
  });
});

describe("a memory beyond the laws", () => {
  writeFileSync(
    file,
    planted([0.8], () => true, 0.1, createRng(23, "memory")),
  );
  const { laws, library } = fitPrices(file);
  const read = laws.find(({ quantity }) => quantity === "read_pj")!;
  const found = (csv: string, [words, bits, volts]: Place) => {
    writeFileSync(join(folder, "laws.csv"), csv);
    const text = `version: 1
extends: mesh-2x2
chip: { technology_nm: 22, voltage_v: ${volts} }
prices: { macros: { mine: { file: laws.csv, beyond: extrapolate } } }
tile: { core: { synapse_memory: { size_kib: ${(words * bits) / 8192}, word_bits: ${bits}, ports: 1rw, banks: 1, macros: mine } } }
`;
    const { chip, precision } = parseArch(text, join(folder, "a.yaml")).experiment;
    const causes = priceErrors(chip)
      .get("synapse memory reads")
      ?.filter(({ name }) => name.includes("law mine"));
    const size = Math.sqrt((causes ?? []).reduce((sum, { up }) => sum + square(up), 0));
    const { source } = corePrices(chip, chip.cores[0]!, precision, BUILT_NEEDS).synapse_memory_read_pj;
    return { percent: 100 * (exp(size * 1.6448536269514722) - 1), source };
  };
  const withoutColumn = library
    .split("\n")
    .map((line) => line.replace(/100 \* \([^,]*|beyond_percent/, (cell) => (cell === "beyond_percent" ? "note_none" : "")))
    .join("\n");

  test("has the interval of its size, within the range the range's own, and another supply alone does not widen it", () => {
    const far: Place = [8192, 64, 0.8];
    const wide = library.replace(/100 \* \([^,]*/g, "500");
    expect(found(wide, far).percent).toBeCloseTo(500, 6);
    expect(found(library, far).percent).toBeCloseTo(at(read.beyondPercent, far), 6);
    expect(at(read.beyondPercent, far)).toBeGreaterThan(1.3 * read.plusMinusPercent);
    for (const inside of [
      [512, 32, 0.8],
      [512, 32, 0.7],
    ] as const)
      expect(found(wide, inside).percent).toBeCloseTo(Number(read.plusMinusPercent.toPrecision(3)), 6);
    expect(found(library, far).source).toMatch(/; extrapolated: 8192 words beyond 64 to 1024, 64 bits beyond 8 to 32$/);
  });

  test("by laws that do not say it has the range's, and the mark says so", () => {
    const { percent, source } = found(withoutColumn, [8192, 64, 0.8]);
    expect(percent).toBeCloseTo(Number(read.plusMinusPercent.toPrecision(3)), 6);
    expect(source).toMatch(/; extrapolated: .*, 64 bits beyond 8 to 32, with the intervals of that range$/);
    expect(found(withoutColumn, [512, 32, 0.7]).source).not.toMatch(/intervals/);
  });

  test("a wrong expression is told with its line and column", () => {
    const [problem] = readLawTable(library.replace(/sqrt\(/, "sqrt(wrods + ")).problems;
    expect(problem).toMatchObject({ line: 3, message: expect.stringMatching(/^beyond_percent: unknown name wrods: did you mean words/) });
    const [shared] = readLawTable(library.replace(/; (?=.*log2)/, "; wrods + ")).problems;
    expect(shared).toMatchObject({ line: 3, message: expect.stringMatching(/^shared_ln: unknown name wrods: did you mean words/) });
    const [alone] = readLawTable(library.replace(/^(read_pj(?:,[^,]*){9}),[^,]*,/m, "$1,,")).problems;
    expect(alone).toMatchObject({ line: 3, message: "shared_ln: is a part of plus_minus_percent, which is empty" });
  });
});
