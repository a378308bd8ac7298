/**
 * Macros of the user's own: which ones a memory is built of, against every possible choice; what a table may say; what
 * its content decides.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  areaOf,
  axonTablePrices,
  BUILT_NEEDS,
  clockLimits,
  corePrices,
  framePrices,
  type ParsedArch,
  parseArch,
  patchDocument,
  routeTablePrices,
} from "../../arch/index.js";
import { type LocatedMap, locatedFromJson } from "../../arch/located.js";
import { readMacroTable } from "../../arch/macros/macro-table.js";
import { ownMacro } from "../../arch/macros/own-macro.js";
import type { MacroRules } from "../../arch/macros/supply.js";
import { pricesFrom } from "../../arch/parse.js";
import { energyRatio } from "../../arch/scaling.js";
import { InputError } from "../../base/errors.js";
import { exp, log, pow } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { functionalKey, priceErrors, replayTraits } from "../../sim/index.js";
import { pointKey } from "../../sweeps/index.js";

const folder = mkdtempSync(join(tmpdir(), "own-macros-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";
const table = (...rows: readonly string[]): string => [HEAD, ...rows, ""].join("\n");
const RULES: MacroRules = { between: "macros", beyond: "refuse", corner: "", plusMinusPercent: null };
const TECHNOLOGY = {
  nodeNm: 22,
  sramCell: "lstp",
  voltageV: 0.8,
  temperatureK: 300,
  corner: "typical",
  clockMhz: 100,
  idle: "clock-gated",
} as const;
const wish = (words: number, wordBits: number, banks = 1, ports: "1rw" | "1r1w" = "1rw") => ({
  ...{ sizeBits: words * wordBits * banks, wordBits, banks, ports },
});
type Wish = ReturnType<typeof wish>;
function built(csv: string, asked: Wish, rules: Partial<MacroRules> = {}, voltageV = 0.8) {
  const { rows, problems } = readMacroTable(csv);
  expect(problems).toEqual([]);
  return ownMacro("mine", rows, asked, { ...TECHNOLOGY, voltageV }, { ...RULES, ...rules });
}
function costsOf(...given: Parameters<typeof built>) {
  const found = built(...given);
  if ("refused" in found) throw new Error(found.refused);
  return found;
}

describe("which macros", () => {
  test("a memory takes the smallest macro that holds it, or a bank of macros if none does", () => {
    const csv = table("512,32,1rw,22,0.8,4000,1,1.5,2,0.5", "1024,32,1rw,22,0.8,7000,1.4,2,4,0.6", "1024,64,1rw,22,0.8,13000,2.6,3,8,0.7");
    const small = costsOf(csv, wish(400, 20));
    expect(small.costs).toEqual({ area_mm2: 4000e-6, read_pj: 1, write_pj: 1.5, leakage_mw: 0.002, access_ns: 0.5, cycle_ns: 0.5 });
    expect(small.source).toBe("mine, line 2: a macro of 512 words x 32 bits, 1rw");
    // 1600 words of 64 bits in 2 banks: 800 words each, in one macro of 1024 x 64 (13000 um2), not in 2 of 1024 x 32
    // (14000)
    const banks = costsOf(csv, wish(800, 64, 2));
    expect(banks.costs).toMatchObject({ area_mm2: 2 * 13000e-6, read_pj: 2.6, write_pj: 3, leakage_mw: 2 * 0.008, access_ns: 0.7 });
    // 2100 words of 32 bits: 3 x 7000 um2 hold them, and 5 x 4000 are smaller
    expect(costsOf(csv, wish(2100, 32)).source).toBe("mine, line 2: 5 macros of 512 words x 32 bits, 1rw (1 side by side, 5 deep)");
  });

  test("each of 2,000 random memories is built of the macros that an exhaustive search finds", { tags: ["long"] }, () => {
    const rng = createRng(7, "macros");
    const pick = <T>(list: readonly T[]): T => list[rng.int(0, list.length - 1)] as T;
    const drew = { refused: 0, one: 0, wide: 0, deep: 0, banks: 0, twoPorts: 0 };
    for (let i = 0; i < 2000; i++) {
      const rows = Array.from({ length: rng.int(1, 6) }, () => {
        const [words, bits] = [pick([64, 128, 256, 512, 1024]), pick([8, 16, 32, 64])];
        const area = Math.round(words * bits * (0.1 + 0.1 * rng.float())) + 1;
        return { words, bits, ports: pick(["1rw", "1r1w", "2rw"] as const), area, read: rng.int(1, 4) };
      });
      const csv = [
        `macro,${HEAD}`,
        ...rows.map((row, n) => `m${n},${row.words},${row.bits},${row.ports},22,0.8,${row.area},${row.read},1,1,1`),
      ].join("\n");
      const asked = wish(rng.int(1, 6000), pick([5, 8, 24, 32, 100, 128]), pick([1, 1, 2, 4]), pick(["1rw", "1r1w"]));
      const words = asked.sizeBits / asked.wordBits / asked.banks;
      let best: { area: number; read: number; macros: number; deep: number; wide: number; two: boolean } | null = null;
      for (const row of rows) {
        if (asked.ports === "1r1w" && row.ports === "1rw") continue;
        for (let deep = 1; deep <= 8; deep++) {
          for (let wide = 1; wide <= 16; wide++) {
            if (deep * row.words < words || wide * row.bits < asked.wordBits) continue;
            const bank = { area: deep * wide * row.area, read: wide * row.read, macros: deep * wide, deep, wide, two: row.ports !== "1rw" };
            const isBetter =
              best === null ||
              bank.area < best.area ||
              (bank.area === best.area && (bank.read < best.read || (bank.read === best.read && bank.macros < best.macros)));
            if (isBetter) best = bank;
          }
        }
      }
      const found = built(csv, asked);
      expect("refused" in found).toBe(best === null);
      if (best === null || "refused" in found) {
        drew.refused++;
        continue;
      }
      expect(found.costs.area_mm2).toBeCloseTo(best.area * asked.banks * 1e-6, 12);
      expect(found.costs.read_pj).toBe(best.read);
      expect(found.costs.leakage_mw).toBeCloseTo(best.macros * asked.banks * 1e-3, 12);
      if (best.macros === 1) drew.one++;
      if (best.wide > 1) drew.wide++;
      if (best.deep > 1) drew.deep++;
      if (asked.banks > 1) drew.banks++;
      if (best.two) drew.twoPorts++;
    }
    expect(Math.min(...Object.values(drew)), JSON.stringify(drew)).toBeGreaterThan(50);
  });

  test.each([
    [{}, wish(1024 * 8 + 1, 32), 0.8, /no macro for 8193 words per bank: 8 of the largest .* hold 8192/, /beyond: extrapolate/],
    [{}, wish(100, 32, 1, "1r1w"), 0.8, /no macro with ports 1r1w/, /it has 1rw/],
    [{}, wish(100, 32), 0.7, /no macro at 0.7 V/, /it has 0.8, 0.9 V: set chip.voltage_v, or the table's beyond: extrapolate/],
    [{}, wish(100, 32), 0.85, /no macro at 0.85 V/, /between: interpolate/],
    [{ between: "interpolate" }, wish(100, 32), 0.8, /no macros around 100 words of 32 bits/, /1024 words of 32 to 64 bits/],
    [{ corner: "ss" }, wish(100, 32), 0.8, /no corner 'ss'/, /it names no corners: leave corner out/],
  ] as const)("%j: what the table does not have is refused, with what it has", (rules, asked, voltageV, refused, fix) => {
    const csv = table(
      ...["1024,32,1rw,22,0.8,7000,1.4,2,4,0.6", "1024,32,1rw,22,0.9,7000,1.8,2.5,5,0.5", "1024,64,1rw,22,0.8,13000,2.6,3,8,0.7"],
    );
    const found = built(csv, asked, rules, voltageV);
    expect(found).toMatchObject({ refused: expect.stringMatching(refused), fix: expect.stringMatching(fix) });
    expect(built(csv, asked, rules, voltageV)).not.toHaveProperty("costs");
  });

  test("between two supplies, macros whose names change with the supply are refused, with the reason", () => {
    const rows = (name: (volts: number) => string) =>
      `macro,${HEAD}\n${[0.7, 0.9].map((v) => `${name(v)},1024,32,1rw,22,${v},7000,${v},2,4,0.6`).join("\n")}\n`;
    const asked = [wish(1024, 32), { between: "interpolate" }, 0.8] as const;
    expect(
      built(
        rows(() => "one"),
        ...asked,
      ),
    ).toHaveProperty("costs");
    expect(
      built(
        rows((v) => `m_${v}V`),
        ...asked,
      ),
    ).toEqual({
      refused: "has no macro at 0.8 V, and none at both 0.7 and 0.9 V",
      fix: "give a macro one name at all its supplies, or set chip.voltage_v: it has 0.7, 0.9 V",
    });
  });

  test("corners are not mixed: a table with several needs one to be named", () => {
    const csv = `corner,${HEAD}\ntt,64,8,1rw,22,0.8,100,1,1,1,1\nss,64,8,1rw,22,0.8,100,2,1,1,1\n`;
    expect(built(csv, wish(64, 8))).toMatchObject({ refused: "holds the corners 'tt', 'ss'", fix: "say which: corner: tt" });
    expect(costsOf(csv, wish(64, 8), { corner: "ss" }).costs.read_pj).toBe(2);
    expect(built(table("64,8,1rw,28,0.8,100,1,1,1,1"), wish(64, 8))).toMatchObject({ refused: "has no macro of 22 nm" });
  });
});

describe("interpolation and extrapolation", () => {
  const law = (words: number, bits: number): number => 0.01 * pow(words, 0.55) * pow(bits, 0.8);
  const grid = [64, 256, 2048].flatMap((words) =>
    [8, 32, 128].map((bits) => `${words},${bits},1rw,22,0.8,${1e4 * law(words, bits)},${law(words, bits)},${law(words, bits)},1,1`),
  );

  test("a table that follows a power law gives that law between its macros, and beyond where that is asked for, marked", () => {
    for (const [words, bits] of [
      [100, 20],
      [64, 100],
      [2000, 8],
      [256, 32],
    ] as const) {
      const found = costsOf(table(...grid), wish(words, bits), { between: "interpolate" });
      expect(found.costs.read_pj).toBeCloseTo(law(words, bits), 12);
      expect(found.costs.area_mm2).toBeCloseTo(1e-2 * law(words, bits), 12);
      expect(found.extrapolated).toBe(false);
      expect(found.source).toMatch(words === 256 ? /^mine, line 6: 256 words x 32 bits, 1rw$/ : /interpolated between lines/);
    }
    for (const [words, bits] of [
      [9000, 200],
      [10, 32],
      [100, 4],
    ] as const) {
      expect(built(table(...grid), wish(words, bits), { between: "interpolate" })).toHaveProperty("refused");
      const found = costsOf(table(...grid), wish(words, bits), { between: "interpolate", beyond: "extrapolate" });
      expect(found.costs.read_pj).toBeCloseTo(law(words, bits), 12);
      expect(found.extrapolated).toBe(true);
      expect(found.source).toMatch(/extrapolated: from lines/);
    }
  });

  test("it interpolates between macros of the same ports: the first of 1rw, 1r1w, 2rw that the table has, and no other", () => {
    const larger = (ports: string) =>
      [64, 1024].flatMap((words) =>
        [8, 32].map((bits) => `${words},${bits},${ports},22,0.8,${3e4 * law(words, bits)},${3 * law(words, bits)},1,1,1`),
      );
    const one = grid.filter((row) => !row.startsWith("64,8,"));
    const all = table(...one, ...larger("1r1w"), ...larger("2rw"));
    const rules = { between: "interpolate", beyond: "refuse" } as const;
    for (const words of [64, 100, 1024]) {
      expect(costsOf(all, wish(words, 32), rules).costs.read_pj).toBeCloseTo(law(words, 32), 12);
      const two = costsOf(all, wish(words, 32, 1, "1r1w"), rules);
      expect(two.costs.read_pj).toBeCloseTo(3 * law(words, 32), 12);
      expect(two.source).toMatch(new RegExp(`: ${words} words x 32 bits, 1r1w`));
      expect(costsOf(table(...larger("2rw")), wish(words, 32), rules).source).toContain("32 bits, 2rw");
    }
    expect(built(all, wish(64, 8), rules)).toMatchObject({
      refused: "has no macros around 64 words of 8 bits",
      fix: expect.stringContaining("of 8 to 128 bits, 1rw: change"),
    });
    expect(costsOf(all, wish(64, 8), { ...rules, beyond: "extrapolate" }).costs.read_pj).toBeCloseTo(law(64, 8), 12);
  });

  test("a bank deeper than 8 macros is extrapolated where that is asked for, and marked", () => {
    const found = costsOf(table("64,8,1rw,22,0.8,100,1,1,1,1"), wish(640, 8), { beyond: "extrapolate" });
    expect(found.costs.area_mm2).toBeCloseTo(1000e-6, 12);
    expect([found.extrapolated, found.source]).toEqual([true, expect.stringMatching(/extrapolated: 10 macros on top of each other/)]);
  });

  test("a supply between two of the table lies on the straight line of ln(cost), one beyond follows the library's laws", () => {
    const csv = table("64,8,1rw,22,0.8,100,1,3,1,2", "64,8,1rw,22,0.9,100,1.5,4,2,1");
    const between = costsOf(csv, wish(64, 8), { between: "interpolate" }, 0.825);
    expect(between.costs.read_pj).toBeCloseTo(exp(0.25 * log(1.5)), 12);
    expect(between.costs.access_ns).toBeCloseTo(2 * exp(0.25 * log(0.5)), 12);
    const beyond = costsOf(csv, wish(64, 8), { beyond: "extrapolate" }, 0.7);
    const corner = (voltageV: number) => ({ nodeNm: 22, form: "LP", voltageV }) as const;
    expect(beyond.costs.read_pj).toBeCloseTo(energyRatio(corner(0.8), corner(0.7)), 12);
    expect(beyond.costs.leakage_mw).toBeCloseTo(1e-3 * (0.7 / 0.8) * pow(10, -0.1), 12);
    expect(beyond.costs.area_mm2).toBeCloseTo(100e-6, 12);
    expect(beyond).toMatchObject({ extrapolated: true, scaledFromV: 0.8 });
  });

  test("halfway between two supplies of a table, costs are those of the lower one, however the halves are rounded", () => {
    let apart = 0;
    for (const [low, middle, high] of [
      [0.6, 0.7, 0.8],
      [0.7, 0.8, 0.9],
      [0.8, 0.9, 1],
      [0.9, 1, 1.1],
    ] as const) {
      const csv = table(`64,8,1rw,22,${low},100,1,1,1,1`, `64,8,1rw,22,${high},100,2,2,2,1`);
      const found = costsOf(csv, wish(64, 8), { beyond: "extrapolate" }, middle);
      expect(found.source).toContain(`extrapolated: from ${low} V`);
      if (high - middle !== middle - low) apart++;
      expect(costsOf(csv, wish(64, 8), { beyond: "extrapolate" }, middle + 0.001).source).toContain(`extrapolated: from ${high} V`);
    }
    expect(apart).toBeGreaterThan(1);
  });
});

describe("the table as text", () => {
  test("units are those of the columns' names, comments, quotes, notes and empty lines do not count", () => {
    const text = `\uFEFF# mine\r\n\r\nnote_mux,macro,words,bits,ports,technology_nm,voltage_v,area_mm2,read_fj,write_fj,leakage_nw,access_ps,cycle_ps
"a ""b"", c", M1 ,64,8,1RW,22,0.8,0.5,1500,2000,3e3,400,500\n`;
    const { rows, problems } = readMacroTable(text);
    expect(problems).toEqual([]);
    expect(rows[0]).toMatchObject({ line: 4, name: "M1", ports: "1rw", plusMinusPercent: null });
    const { costs } = rows[0] as (typeof rows)[number];
    const want = { area_mm2: 0.5, read_pj: 1.5, write_pj: 2, leakage_mw: 0.003, access_ns: 0.4, cycle_ns: 0.5 };
    for (const [quantity, value] of Object.entries(want)) expect(costs[quantity as keyof typeof want]).toBeCloseTo(value, 12);
  });

  test.each([
    ["", 1, 1, /is empty/, /begin with: words/],
    ["words;bits;ports\n64;8;1rw", 1, 1, /cells are separated by semicolons, expected commas/, /begin with: words/],
    ["words\tbits\n64\t8", 1, 1, /cells are separated by tabs, expected commas/, /begin with: words/],
    ["\u0001\uFFFDwords", 1, 1, /is no text/, /begin with: words/],
    [HEAD, 1, 1, /header and no macro/, /one macro per line/],
    [HEAD.replace("bits", "bitz"), 1, 7, /unknown column 'bitz'/, /did you mean bits/],
    [HEAD.replace("read_pj", "read_nj"), 1, 51, /unknown column 'read_nj'/, /read_pj or read_fj: names end in their unit/],
    [HEAD.replace(",access_ns", ""), 1, 1, /no column access_ns or access_ps/, /begin with/],
    [`${HEAD},area_mm2`, 1, HEAD.length + 2, /has both area_um2 and area_mm2/, /leave one/],
    [`${HEAD},bits`, 1, HEAD.length + 2, /'bits' appears twice/, /leave one/],
    [table("64,8,1rw,22,0.8,100,1,1,1"), 2, 1, /has 9 cells, the header has 10/, /one cell/],
    [table('64,8,"1rw,22,0.8,100,1,1,1,1'), 2, 1, /is not CSV/, /one cell/],
    [
      table("64,8,1rw,22,0.8,100,1,1,1,1", "64.5,8,1rw,22,0.8,100,1,1,1,1"),
      3,
      1,
      /words: expected a whole number above 0, got '64.5'/,
      /^$/,
    ],
    [table("64, 8,2r,22,0.8,100,1,1,1,1"), 2, 7, /ports: expected 1rw, 1r1w, 2rw, got '2r'/, /^$/],
    [table("64,8,1rw,22,0.8,0,1,1,1,1"), 2, 17, /area_um2: expected a number above 0, got '0'/, /^$/],
    [table("64,8,1rw,22,0.8,9,-1,1,1,1"), 2, 19, /read_pj: expected a number of 0 or more, got '-1'/, /^$/],
    [table("64,8,1rw,22,0.8,9,,1,1,1"), 2, 19, /read_pj: expected a number of 0 or more, got ''/, /^$/],
    [table("64,8,1rw,22,0.8,9,0x10,1,1,1"), 2, 19, /read_pj: expected a number/, /^$/],
    [table("64,8,1rw,22,0.8,9,1e308,1,1,1"), 2, 19, /read_pj: at most 1000000000, got '1e308'/, /unit/],
    [table("64,8,1rw,22,800,9,1,1,1,1"), 2, 13, /voltage_v: at most 10, got '800'/, /unit/],
    [table(`64,8,1rw,22,0.8,9,1,1,1,${" ".repeat(200_000)}x"`), 2, 1, /is not CSV/, /one cell/], // a minute, where blanks are read in two ways
    [table("64,8,1rw,22,0.8,9,1,1,1,1", "64,8,1rw,22,0.8,9,2,1,1,1"), 3, 1, /is the same macro as line 2/, /names/],
  ] as const)("table %#: the wrong cell is named by line and column", (text, line, column, message, fix) => {
    const [problem] = readMacroTable(text).problems;
    expect(problem).toMatchObject({ line, column, message: expect.stringMatching(message), fix: expect.stringMatching(fix) });
  });
});

describe("in a description", () => {
  const ROW = "1024,64,1r1w,22,0.8,9000,2,3,4,0.5";
  const yaml = (more = "", memories = "synapse_memory: { macros: mine }"): string =>
    `version: 1\nextends: mesh-2x2\nprices: { macros: { mine: { file: tables/mine.csv${more} } } }\ntile: { core: { ${memories} } }\nchip: { technology_nm: 22, voltage_v: 0.8 }\n`;
  const file = join(folder, "a.yaml");
  mkdirSync(join(folder, "tables"));
  function described(csv: string, text = yaml()): ParsedArch {
    writeFileSync(join(folder, "tables/mine.csv"), csv);
    return parseArch(text, file);
  }
  const priceOf = ({ experiment: { chip, precision } }: Pick<ParsedArch, "experiment">, core = 0) =>
    corePrices(chip, chip.cores[core]!, precision, BUILT_NEEDS);

  test("the table lies beside the file that names it, its prices have no factor to silicon, and its times limit the clock", () => {
    const parsed = described(table(ROW));
    const prices = priceOf(parsed);
    // 64 KiB of 64 bits: 8192 words, 8 deep
    expect(prices.synapse_memory_read_pj).toMatchObject({ value: 2, group: null });
    expect(prices.synapse_memory_read_pj.source).toBe("mine, line 2: 8 macros of 1024 words x 64 bits, 1r1w (1 side by side, 8 deep)");
    expect(prices.synapse_memory_area_mm2.value).toBeCloseTo(8 * 9000e-6, 12);
    expect(prices.synapse_memory_leakage_mw.value).toBeCloseTo(8 * 4e-3, 12);
    expect(prices.state_memory_read_pj.source).toMatch(/CACTI/);
    const { chip, precision } = parsed.experiment;
    expect(clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => block === "core[0] synapse memory access")?.periodNs).toBe(0.5);
  });

  test("tables of routes are built of macros like memories: entries are words, costs have no factor, and err as the table says", () => {
    const tables = "axon_table: { entries: 1500, macros: mine }, route_table: { entries: 900, macros: mine }";
    const { chip } = described(table(ROW), yaml(", plus_minus_percent: 30", tables)).experiment;
    const [core] = chip.cores;
    const axons = axonTablePrices(chip, core!)!;
    // 1500 entries of fewer than 64 bits: two macros, one above the other; 900: one
    expect(axons.axon_table_read_pj).toMatchObject({ value: 2, group: null });
    expect(axons.axon_table_area_mm2.value).toBeCloseTo(2 * 9000e-6, 12);
    expect(axons.axon_table_leakage_mw.source).toBe("mine, line 2: 2 macros of 1024 words x 64 bits, 1r1w (1 side by side, 2 deep)");
    expect(routeTablePrices(chip, core!)!.route_table_area_mm2.value).toBeCloseTo(9000e-6, 12);
    expect(
      priceErrors(chip)
        .get("axon table reads")
        ?.map(({ name }) => name),
    ).toEqual(["read energy of macros mine"]);
  });

  test("queues and parameters are built of macros by the width said, per queue and per update unit; what the library prices beside them keeps its factor", () => {
    const NARROW = "256,40,1r1w,22,0.8,1500,0.5,0.7,1,0.4";
    const words = (
      macros: string,
      memories = "input_queue: { depth: 300, macros: mine, word_bits: 40 }, parameter_memory: { macros: mine, word_bits: 200 }",
    ) => described(table(ROW, NARROW), yaml(macros, `max_neurons: 512, neuron_update: { units: 2 }, ${memories}`));
    const parsed = words(", plus_minus_percent: 30");
    const prices = priceOf(parsed);
    // 300 entries of 40 bits: 2 x 1500 um2 of the narrow macro are less than 9000 of the wide one
    expect(prices.input_queue_push_pj).toMatchObject({ value: 0.7, group: null });
    expect(prices.input_queue_pop_pj).toMatchObject({ value: 0.5, group: null });
    expect(prices.input_queue_pop_pj.source).toBe("mine, line 3: 2 macros of 256 words x 40 bits, 1r1w (1 side by side, 2 deep)");
    // 256 rows of 200 bits a unit: five side by side; two units
    expect(prices.parameter_memory_read_pj).toMatchObject({ value: 5 * 0.5, group: null });
    expect(prices.parameter_memory_area_mm2.value).toBeCloseTo(2 * 5 * 1500e-6, 12);
    expect(prices.parameter_memory_leakage_mw.value).toBeCloseTo(2 * 5 * 1e-3, 12);
    // the output queue is the library's: a chip whose input queue costs next to nothing says what it takes
    const free = described(
      table(NARROW.replace("1500", "1e-6").replace(",1,0.4", ",1e-6,0.4")),
      yaml("", "input_queue: { depth: 256, macros: mine, word_bits: 40 }"),
    );
    const alone = priceOf(free);
    expect(prices.queue_area_mm2.value).toBeCloseTo(alone.queue_area_mm2.value + 2 * 1500e-6, 10);
    expect(prices.queue_leakage_mw.value).toBeCloseTo(alone.queue_leakage_mw.value + 2 * 1e-3, 8);
    expect(alone.queue_area_mm2.value).toBeGreaterThan(0);
    const causes = (component: string) => priceErrors(parsed.experiment.chip).get(component) ?? [];
    expect(causes("input queue pushes").map(({ name }) => name)).toEqual(["write energy of macros mine"]);
    expect(causes("parameter memory reads").map(({ name }) => name)).toEqual(["read energy of macros mine"]);
    expect(causes("output queue pushes").map(({ name }) => name)).not.toContain("write energy of macros mine");
    const area = causes("queue area").find(({ name }) => name === "area of macros mine");
    const share = (2 * 1500e-6) / prices.queue_area_mm2.value;
    expect(area?.up).toBeCloseTo((share * log(1.3)) / 1.6448536269514722, 12);
    expect(causes("queue area").find(({ name }) => name === "logic area")?.up).toBeCloseTo(0.3 * (1 - share), 12);
  });

  describe("a frame buffer of macros", () => {
    const framed = (buffer: string, bits = 16) =>
      described(
        table(ROW, "256,40,1r1w,22,0.8,1500,0.5,0.7,1,0.4"),
        `${yaml(", plus_minus_percent: 30", "lanes: 4")}inputs: { frame_buffer: { ${buffer} } }\nprecision: { state_bits: ${bits} }\n`,
      ).experiment;

    test("is one memory of its entries, by the width said, without a factor to silicon; its error is the table's", () => {
      const { chip, precision } = framed("entries: 300, macros: mine, word_bits: 40");
      const prices = framePrices(chip, precision)!;
      expect(prices.frame_buffer_read_pj).toMatchObject({ value: 0.5, group: null });
      expect(prices.frame_buffer_write_pj).toMatchObject({ value: 0.7, group: null });
      expect(prices.frame_buffer_read_pj.source).toBe("mine, line 3: 2 macros of 256 words x 40 bits, 1r1w (1 side by side, 2 deep)");
      expect(prices.frame_buffer_leakage_mw.value).toBeCloseTo(2e-3, 12);
      const area = areaOf(chip, precision, BUILT_NEEDS).rows.find(({ component }) => component === "frame buffer area");
      expect(area?.areaMm2).toBeCloseTo(2 * 1500e-6, 12);
      for (const [line, cost] of [
        ["frame buffer reads", "read energy"],
        ["frame buffer writes", "write energy"],
        ["frame buffer leakage", "leakage"],
        ["frame buffer area", "area"],
      ])
        expect((priceErrors(chip).get(line) ?? []).map(({ name }) => name)).toEqual([`${cost} of macros mine`]);
    });

    test("holds states as wide as its words, and no wider", () => {
      const at = (bits: number) => {
        const { chip, precision } = framed("entries: 64, macros: mine, word_bits: 14", bits);
        return framePrices(chip, precision);
      };
      expect(at(14)?.frame_buffer_read_pj.value).toBe(0.5);
      expect(() => at(15)).toThrow(InputError);
      expect(() => at(15)).toThrow(/inputs\.frame_buffer\.word_bits.*are 14 bits wide.*need 15.*set it to 15 or more/s);
    });

    test.each([
      ["macros: mine", "macros", "without word_bits"],
      ["word_bits: 16", "word_bits", "without macros"],
      ["macros: mine, word_bits: 16, kind: registers", "macros", "kind is registers"],
      ["macros: mien, word_bits: 16", "macros", "no table is named mien"],
      ["macros: mine, word_bits: 16, entries: 100000", "macros", "has no macro for 100000 words per bank"],
    ])("%s is refused where it is typed", (buffer, key, words) => {
      let found: unknown = null;
      try {
        framed(buffer);
      } catch (error) {
        found = error;
      }
      expect(found).toBeInstanceOf(InputError);
      const problem = (found as InputError).problems.find(({ path }) => path === `inputs.frame_buffer.${key}`);
      expect([problem?.line, problem?.message]).toEqual([6, expect.stringContaining(words)]);
    });
  });

  test.each([
    ["tile.core.synapse_memory", "synapse_memory: { macros: mine }"],
    ["tile.core.state_memory", "state_memory: { macros: mine }"],
    ["tile.core.axon_table", "axon_table: { entries: 64, macros: mine }"],
    ["tile.core.route_table", "route_table: { entries: 64, macros: mine }"],
    ["tile.core.input_queue", "input_queue: { macros: mine, word_bits: 64 }"],
    ["tile.core.output_queue", "output_queue: { macros: mine, word_bits: 64 }"],
    ["tile.core.parameter_memory", "parameter_memory: { macros: mine, word_bits: 256 }"],
  ])("%s is not built of macros on an FPGA, which has its own memories", (path, memory) => {
    const on = (fpga: string) => () => described(table(ROW), yaml("", memory).replace("chip: {", `chip: {${fpga}`));
    expect(on(" fpga: xczu7ev,")).toThrow(InputError);
    expect(on(" fpga: xczu7ev,")).toThrow(`${path}.macros: is given, but the chip is on an FPGA, which has its own memories`);
    expect(on("")).not.toThrow();
  });

  test("words that are built narrower than messages and rows are refused, at the bit", () => {
    const needed = (memories: string): string => {
      try {
        priceOf(described(table(ROW), yaml("", memories)));
      } catch (error) {
        if (error instanceof InputError) return error.problems.map(({ file, message, fix }) => `${file} ${message}; ${fix}`).join("\n");
        throw error;
      }
      return "";
    };
    for (const [key, wanted] of [
      ["input_queue", 24 + 8],
      ["output_queue", 24 + 8],
      ["parameter_memory", Number(/need (\d+)/.exec(needed("parameter_memory: { macros: mine, word_bits: 1 }"))?.[1])],
    ] as const) {
      expect(needed(`${key}: { macros: mine, word_bits: ${wanted} }`)).toBe("");
      const less = needed(`${key}: { macros: mine, word_bits: ${wanted - 1} }`);
      expect(less).toContain(`tile.core.${key}.word_bits words of its macros are ${wanted - 1} bits wide`);
      expect(less).toContain(`need ${wanted}; set it to ${wanted} or more`);
    }
  });

  test.each([
    ["axon_table: { macros: mine }", "tile.core.axon_table.macros", "without entries"],
    ["input_queue: { macros: mine }", "tile.core.input_queue.macros", "without word_bits"],
    ["output_queue: { word_bits: 30 }", "tile.core.output_queue.word_bits", "without macros"],
    ["output_queue: { macros: mien, word_bits: 30 }", "tile.core.output_queue.macros", "no table is named mien"],
    ["input_queue: { macros: mine, word_bits: 40, kind: latches }", "tile.core.input_queue.macros", "kind is latches"],
    ["input_queue: { macros: mine, word_bits: 40, depth: 9000 }", "tile.core.input_queue.macros", "has no macro for 9000 words per bank"],
    ["parameter_memory: { macros: mine }", "tile.core.parameter_memory.macros", "without word_bits"],
    ["axon_table: { entries: 10, macros: mien }", "tile.core.axon_table.macros", "no table is named mien"],
    ["route_table: { entries: 100000, macros: mine }", "tile.core.route_table.macros", "has no macro for 100000 words per bank"],
  ])("%s is refused where it is typed", (memories, path, words) => {
    let found: unknown = null;
    try {
      described(table(ROW), yaml("", memories));
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(InputError);
    const problem = (found as InputError).problems.find((one) => one.path === path);
    expect([problem?.line, problem?.message]).toEqual([4, expect.stringContaining(words)]);
  });

  test("by core: one core's memory is of own macros, another's is the library's", () => {
    const parsed = described(table(ROW), `${yaml("", "lanes: 4")}"tile[1]": { core: { state_memory: { macros: mine } } }\n`);
    expect(priceOf(parsed, 0).state_memory_read_pj.source).toMatch(/CACTI/);
    expect(priceOf(parsed, 1).state_memory_write_pj).toMatchObject({ value: 3, group: null });
  });

  test("the document holds the table's content, not the file's name, and alone gives the same chip", () => {
    const parsed = described(table(ROW));
    const text = JSON.stringify(parsed.document);
    expect(text).toContain(ROW);
    expect(text).not.toContain("mine.csv");
    rmSync(join(folder, "tables/mine.csv"));
    const far = patchDocument({ document: JSON.parse(text), file: "x.db" }, {});
    expect(far).toEqual(parsed.experiment);
    expect(() => parseArch(yaml(), file)).toThrow(
      /^\S+a.yaml:3:35: prices.macros.mine.file: tables\/mine.csv: no such table of macros\n.*its path is relative to the file that names it$/,
    );
  });

  test("another content makes other points, of the same function and the same replay", () => {
    const keys = [table(ROW), table(ROW.replace("9000", "9001"))].map((csv) => {
      const { experiment } = described(csv);
      const traits = replayTraits(experiment, { key: "t" });
      return { point: pointKey(experiment, { modelHash: "m", dataHash: "d" }, "b"), function: functionalKey(experiment, "m", "d"), traits };
    });
    expect(keys[0]?.point).not.toBe(keys[1]?.point);
    expect(keys[0]?.function).toBe(keys[1]?.function);
    expect(keys[0]?.traits).toEqual(keys[1]?.traits);
    // comments and order of lines are no content
    const again = described(`# other words\n${table(ROW)}`).experiment;
    expect(again.chip.cores[0]?.synapseMemory.own?.costs).toEqual(described(table(ROW)).experiment.chip.cores[0]?.synapseMemory.own?.costs);
  });

  test("a mistake in the file is reported at its line and column; a memory that does not fit, at the memory", () => {
    const said = (csv: string, text?: string): string => {
      try {
        described(csv, text);
      } catch (error) {
        if (error instanceof InputError) return error.message;
        throw error;
      }
      return "";
    };
    expect(said(table(ROW.replace("2,3", "two,3")))).toMatch(/tables\/mine.csv:2:26: prices.macros.mine: read_pj: expected a number/);
    expect(said(table(ROW), yaml("", "synapse_memory: { macros: mien }"))).toMatch(
      /a.yaml:4:43: tile.core.synapse_memory.macros: no table is named mien\n.*did you mean mine/,
    );
    expect(said(table(ROW), yaml("", "synapse_memory: { size_kib: 70, macros: mine }"))).toMatch(/no macro for 8960 words per bank/);
    expect(said(table(ROW), yaml("", "synapse_memory: { kind: latches, macros: mine }"))).toMatch(/is given, but kind is latches/);
    expect(said(table(ROW), yaml(", csv: words"))).toMatch(/is given, but so is csv/);
    expect(said(table(ROW), yaml().replace("file: tables/mine.csv", "corner: tt"))).toMatch(/has no table\n.*write file/);
    expect(said(table(ROW), yaml().replace("file: tables/mine.csv", 'csv: "words"'))).toMatch(
      /a.yaml:3:\d+: prices.macros.mine.csv: line 1, column 1: has no column bits/,
    );
  });

  test("a searched size that the table does not hold is refused as a point, not as a search", () => {
    const text = yaml("", "synapse_memory: { size_kib: { sweep: [64, 128] }, macros: mine }");
    const parsed = described(table(ROW), `${text}sweep: { objectives: { area_mm2: min } }\n`);
    expect(() => patchDocument(parsed, { "tile.core.synapse_memory.size_kib": 128 })).toThrow(/no macro for 16384 words/);
  });

  test("a corner is found as it is named, and as cells of a table name it", () => {
    for (const corner of ["-40C", "+85", "=tt"])
      for (const cell of [corner, `'${corner}`]) {
        const csv = `corner,${HEAD}\n${cell},${ROW}\nother,${ROW}\n`;
        for (const asked of [corner, `'${corner}`])
          expect(() => described(csv, yaml(`, corner: "${asked}"`)), `${asked} of ${cell}`).not.toThrow();
      }
    expect(() => described(`corner,${HEAD}\n-40C,${ROW}\n`, yaml(`, corner: "40C"`))).toThrow(/has no corner '40C'/);
  });

  test("a file of prices for reprice brings its tables along", () => {
    writeFileSync(join(folder, "tables/mine.csv"), table(ROW));
    const prices = locatedFromJson({ macros: { mine: { file: "mine.csv" } } }, "p.yaml") as LocatedMap;
    expect(pricesFrom(prices, { path: join(folder, "tables/p.yaml"), shown: "p.yaml" })).toEqual({ macros: { mine: { csv: table(ROW) } } });
  });

  test("error bars include the ± of a macro and of its table, and no error of the library", () => {
    const causes = (csv: string, more = "") => priceErrors(described(csv, yaml(more)).experiment.chip).get("synapse memory reads");
    expect(causes(table(ROW))).toEqual([]);
    const sigma = (percent: number): number => log(1 + percent / 100) / 1.6448536269514722;
    expect(causes(table(ROW), ", plus_minus_percent: 20")).toEqual([
      expect.objectContaining({ name: "read energy of macros mine", down: sigma(20), up: sigma(20) }),
    ]);
    const own = `plus_minus_percent,${HEAD}\n30,${ROW}\n`;
    expect(causes(own, ", plus_minus_percent: 20")).toEqual([
      expect.objectContaining({ name: "read energy of macro mine: 1024 words x 64 bits, 1r1w, 22 nm", up: sigma(30) }),
    ]);
  });
});
