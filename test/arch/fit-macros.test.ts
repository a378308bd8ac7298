/**
 * Laws through macros: planted ones are found, their intervals hold what they say, IHP's are those that its data's
 * documentation has, and a library prices.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fitPrices } from "../../app/fit-prices.js";
import { num, table } from "../../arch/component-tables.js";
import { BUILT_NEEDS, corePrices, parseArch } from "../../arch/index.js";
import { type FittedLaw, fitMacros } from "../../arch/macros/fit-macros.js";
import { macroVariables, readLawTable } from "../../arch/macros/law-table.js";
import { readMacroTable } from "../../arch/macros/macro-table.js";
import { priceValue } from "../../arch/own-price-value.js";
import { csvCell } from "../../base/escape/csv.js";
import { exp, log, pow } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";
import { priceErrors } from "../../sim/index.js";
import { usualAndLong } from "../usual.js";

const HEAD = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";
const GRID = [64, 256, 1024, 4096].flatMap((words) => [8, 32, 128].map((bits) => [words, bits] as const));
const lawOf = (words: number, bits: number, volts = 0.8): number =>
  0.7 * pow((words * bits) / 8192, 0.45) * pow(bits / 32, 0.3) * pow(volts / 0.8, 1.7);
/** A table that follows the law, times exp(sigma z). */
function planted(volts: readonly number[], sigma: number, rng: Rng): string {
  const rows = volts.flatMap((v) =>
    GRID.map(([words, bits]) => {
      const cost = (): number => lawOf(words, bits, v) * exp(sigma * rng.normal());
      return `${words},${bits},1rw,22,${v},${cost()},${cost()},${cost()},${cost()},${cost()}`;
    }),
  );
  return [HEAD, ...rows, ""].join("\n");
}
const fitted = (csv: string): readonly FittedLaw[] => fitMacros(readMacroTable(csv).rows).laws;
const at = ({ law }: FittedLaw, words: number, bits: number, volts = 0.8): number =>
  priceValue(law, macroVariables(words, bits, volts, 22));

const folder = mkdtempSync(join(tmpdir(), "fit-macros-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe("planted laws", () => {
  test("a table that follows a law gives this law, supply included, and prices other sizes", () => {
    const laws = fitted(planted([0.6, 0.8], 0, createRng(1, "exact")));
    expect(laws.map(({ quantity }) => quantity)).toEqual(["area_mm2", "read_pj", "write_pj", "leakage_mw", "access_ns"]);
    const read = laws[1]!;
    expect(read.exponents.size_kib).toBeCloseTo(0.45, 9);
    expect(read.exponents.word_bits).toBeCloseTo(0.3, 9);
    expect(read.exponents.voltage_v).toBeCloseTo(1.7, 9);
    for (const [words, bits, volts] of [
      [100, 20, 0.7],
      [3000, 90, 0.61],
    ] as const)
      expect(at(read, words, bits, volts) / lawOf(words, bits, volts)).toBeCloseTo(1, 5); // six digits are written
    expect(read.plusMinusPercent).toBeLessThan(1e-3);
    expect(at(laws[0]!, 64, 8)).toBeCloseTo(1e-6 * lawOf(64, 8), 9);
  });

  test("variables that do not vary are left out of the law: macros of one width, of one size", () => {
    const rng = createRng(2, "few");
    const oneWidth = planted([0.8], 0, rng)
      .split("\n")
      .filter((line) => !/^\d+,(8|128),/.test(line));
    const [, read] = fitted([...oneWidth, "128,32,1rw,22,0.8,1,1,1,1,1", ""].join("\n"));
    expect(Object.keys(read!.exponents)).toEqual(["size_kib"]);
    const oneSize = ["1rw,22,0.8", "1rw,22,0.8", "1rw,22,0.8"].map((text, i) => `m${i},64,8,${text},1,${i + 1},1,1,1`);
    const [, same] = fitted([`macro,${HEAD}`, ...oneSize, ""].join("\n"));
    expect(same!.exponents).toEqual({});
    expect(at(same!, 64, 8)).toBeCloseTo(pow(6, 1 / 3), 5);
  });

  test("90 % intervals hold 90 % of macros outside of the fit, and of those left out of it", () => {
    const rng = createRng(3, "coverage");
    const [fits, unseen] = [150, 20];
    let held = 0;
    let covered = 0;
    for (let i = 0; i < fits; i++) {
      const [, read] = fitted(planted([0.8], 0.2, rng));
      covered += read!.coverage;
      for (let k = 0; k < unseen; k++) {
        const [words, bits] = GRID[rng.int(0, GRID.length - 1)]!;
        const off = log((lawOf(words, bits) * exp(0.2 * rng.normal())) / at(read!, words, bits));
        if (Math.abs(off) <= log(1 + read!.plusMinusPercent / 100)) held++;
      }
    }
    // seed 3: standard errors of 0.01 (fits err for all of their macros) and 0.008
    expect(Math.abs(held / fits / unseen - 0.9)).toBeLessThan(0.03);
    expect(Math.abs(covered / fits - 0.9)).toBeLessThan(0.03);
  });

  for (const [some, options] of usualAndLong(
    [
      ["a grid", GRID],
      [
        "a line and one macro beside it",
        [
          [64, 8],
          [128, 16],
          [256, 32],
          [512, 64],
          [1024, 128],
          [256, 64],
        ],
      ],
      [
        "a third of a range",
        [
          [64, 8],
          [64, 16],
          [128, 8],
          [128, 16],
          [256, 16],
          [4096, 128],
        ],
      ],
    ] as const,
    ([what]) => what.startsWith("a third"),
  ))
    test.each(some)(
      "an interval holds nine tenths of macros at the worst corner of its range, and no less at the others: %s",
      options,
      (_, places) => {
        const rng = createRng(7, "corners");
        const [fits, corners] = [
          500,
          [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ] as const,
        ];
        const held = corners.map(() => 0);
        for (let i = 0; i < fits; i++) {
          const cost = ([words, bits]: readonly [number, number]): number => lawOf(words, bits) * exp(0.02 * rng.normal());
          const rows = places.map((place) => `${place.join()},1rw,22,0.8,1,${cost(place)},1,1,1`);
          const read = fitted([HEAD, ...rows, ""].join("\n")).find(({ quantity }) => quantity === "read_pj")!;
          const ends = (["words", "bits"] as const).map((of) => [read[of].least, read[of].most]);
          for (const [k, [w, b]] of corners.entries()) {
            const place = [ends[0]![w]!, ends[1]![b]!] as const;
            if (Math.abs(log(cost(place) / at(read, ...place))) <= log(1 + read.plusMinusPercent / 100)) held[k]!++;
          }
        }
        // standard error 0.013
        expect(Math.abs(Math.min(...held) / fits - 0.9)).toBeLessThan(0.04);
      },
    );

  test("left out means a law through the others: residuals agree with fits without the macro", () => {
    const csv = planted([0.8], 0.3, createRng(4, "left out")).trimEnd().split("\n");
    const [, all] = fitted(csv.join("\n"));
    for (const k of [0, 5, 11]) {
      const [, without] = fitted(csv.filter((_, i) => i !== k + 1).join("\n"));
      const [words, bits] = GRID[k]!;
      expect(all!.residuals[k]!.leftOutPercent).toBeCloseTo(100 * (all!.residuals[k]!.value / at(without!, words, bits) - 1), 2);
    }
  });
});

describe("macros at several supplies", () => {
  const SHAPES = GRID.filter((_, i) => i % 2 === 0);
  /** A table of macros that each err by a factor of their own, at all supplies, and by one in 100 from row to row. */
  function common(volts: readonly number[], rng: Rng, shapes: readonly (readonly [number, number])[] = SHAPES): readonly string[] {
    return shapes.flatMap(([words, bits]) => {
      const own = exp(0.2 * rng.normal());
      return volts.map((v) => {
        const cost = lawOf(words, bits, v) * own * exp(0.01 * rng.normal());
        return `${words},${bits},1rw,22,${v},${cost},${cost},${cost},${cost},${cost}`;
      });
    });
  }
  const readOf = (rows: readonly string[]): FittedLaw => fitted([HEAD, ...rows, ""].join("\n"))[1]!;

  for (const [some, options] of usualAndLong([[[0.8]], [[0.7, 0.9]], [[0.6, 0.7, 0.8, 0.9]]], ([volts]) => volts.length === 2))
    test.each(some)(
      "an interval through six macros at supplies %j holds nine tenths of unseen macros, at each corner too",
      options,
      (volts) => {
        const rng = createRng(11, "supplies");
        const fits = 120;
        const ends = [volts[0]!, volts.at(-1)!];
        const held = [64, 4096].flatMap((words) => [8, 128].flatMap((bits) => ends.map((v) => ({ words, bits, v, inside: 0 }))));
        let covered = 0;
        for (let i = 0; i < fits; i++) {
          const read = readOf(common(volts, rng));
          expect(read.macros).toBe(6);
          covered += read.coverage;
          for (const corner of held)
            for (let k = 0; k < 4; k++) {
              const { words, bits, v } = corner;
              const off = log((lawOf(words, bits, v) * exp(0.2 * rng.normal())) / at(read, words, bits, v));
              if (Math.abs(off) <= log(1 + read.plusMinusPercent / 100)) corner.inside++;
            }
        }
        for (const { inside } of held) expect(inside / fits / 4).toBeGreaterThan(0.86); // standard error 0.02
        expect(Math.abs(covered / fits - 0.9)).toBeLessThan(0.05);
      },
    );

  test("a table that is repeated at a second supply has no narrower an interval", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const once = common([0.8], createRng(seed, "repeated"));
      const twice = [...once, ...once.map((row) => row.replace(",0.8,", ",0.9,"))];
      const [one, two] = [readOf(once), readOf(twice)];
      expect(two.plusMinusPercent / one.plusMinusPercent).toBeGreaterThan(1 - 1e-9);
      expect(two.leftOutRms / one.leftOutRms).toBeCloseTo(1, 4); // laws are written with six digits
      expect([two.macros, two.coverage]).toEqual([6, one.coverage]);
    }
  });

  test("names that change with the supply never narrow an interval: the kind is refused, or its laws are as without names", {
    tags: ["long"],
  }, () => {
    const rng = createRng(14, "names");
    const seen = { refused: 0, kept: 0 };
    for (let round = 0; round < 24; round++) {
      const rows = common([0.7, 0.8, 0.9], rng, round % 2 === 0 ? SHAPES : GRID);
      const plain = readOf(rows);
      const some = round % 3;
      const named = rows.map((row) => {
        const [words, bits, , , volts] = row.split(",");
        const changes = some === 0 || (some === 1 && rng.int(0, 5) === 0);
        return `M${words}X${bits}${changes ? `_${volts}V` : ""},${row}`;
      });
      const { laws, leftOut } = fitMacros(readMacroTable([`macro,${HEAD}`, ...named, ""].join("\n")).rows);
      if (laws.length === 0) {
        seen.refused++;
        expect(leftOut).toEqual([expect.stringMatching(/lines \d+ and \d+ .* give a macro one name at all its supplies/)]);
      } else {
        seen.kept++;
        expect(laws[1]!.plusMinusPercent).toBeGreaterThan(plain.plusMinusPercent * (1 - 1e-9));
      }
    }
    expect(Math.min(seen.refused, seen.kept)).toBeGreaterThan(5);
    // two macros of one size at the same supplies are two
    const both = common([0.7, 0.8, 0.9], rng).flatMap((row) => [`low,${row}`, `high,${row}`]);
    expect(fitMacros(readMacroTable([`macro,${HEAD}`, ...both, ""].join("\n")).rows).laws[1]?.macros).toBe(2 * SHAPES.length);
  });

  test("a cost that is the same for all macros gives that number, without powers, and an interval of 0", () => {
    for (const volts of [[0.8], [0.7, 0.8, 0.9]])
      for (const cost of [0.6, 1 / 3, 123.456]) {
        const rows = volts.flatMap((v) => GRID.map(([words, bits]) => `${words},${bits},1rw,22,${v},1,2,3,4,${cost}`));
        const access = fitted([HEAD, ...rows, ""].join("\n")).find(({ quantity }) => quantity === "access_ns")!;
        expect([access.law, access.plusMinusPercent, access.coverage]).toEqual([String(Number(cost.toPrecision(6))), 0, 1]);
      }
  });

  test.each([
    ["all at all supplies", () => true],
    ["some at fewer", (i: number) => i % 7 !== 3 && i % 11 !== 5],
  ])("a macro is left out with all its supplies: residuals agree with fits without it, %s", (_, has) => {
    const rows = common([0.6, 0.7, 0.9], createRng(12, "left out"), GRID).filter((_row, i) => has(i));
    const all = readOf(rows);
    for (const [words, bits] of GRID) {
      const without = readOf(rows.filter((row) => !row.startsWith(`${words},${bits},`)));
      expect(without.macros).toBe(GRID.length - 1);
      const own = all.residuals.filter((residual) => residual.words === words && residual.bits === bits);
      expect(own.length).toBeGreaterThan(0);
      for (const { value, voltageV, leftOutPercent } of own)
        expect(leftOutPercent).toBeCloseTo(100 * (value / at(without, words, bits, voltageV) - 1), 2);
    }
  });

  test("the same macros at more supplies stay as few: laws need p + 2 of them, and three at several supplies", () => {
    const why = (rows: readonly string[]) => fitMacros(readMacroTable([HEAD, ...rows, ""].join("\n")).rows).leftOut;
    const rng = createRng(13, "few");
    const two = [[1024, 32] as const, [4096, 32] as const];
    expect(why(common([0.6, 0.7, 0.8], rng, two))).toEqual([
      "1rw macros at 22 nm: 2 macros are too few for a law with 2 coefficients beside the supply's: 4 are needed",
    ]);
    const rows = common([0.7, 0.8], rng);
    expect(why(rows)).toEqual([]);
    expect(why(rows.filter((row, i) => i < 4 || row.includes(",0.8,")))).toEqual([
      "1rw macros at 22 nm: 2 macros at several supplies are too few to tell how the supply's effect varies over macros: 3 are needed",
    ]);
  });
});

describe("what cannot be fitted", () => {
  test("too few macros, costs of 0 and mixed corners are reported", () => {
    const four = planted([0.8], 0, createRng(5, "four")).split("\n").slice(0, 5).join("\n");
    expect(() => fitPrices(fileOf("four.csv", four))).toThrow(
      /1rw macros at 22 nm: 4 macros are too few for a law with 3 coefficients: 5 are needed/,
    );
    const zero = planted([0.8], 0, createRng(5, "zero"))
      .replace(/,[\d.e-]+\n/, ",1\n")
      .replace(/(64,8,1rw,22,0.8,[^,]+),[^,]+/, "$1,0");
    expect(() => fitPrices(fileOf("zero.csv", zero))).toThrow(/line 2 has a read_pj of 0/);
    const corners = planted([0.8], 0, createRng(6, "corners"))
      .trimEnd()
      .split("\n")
      .map((line, i) => `${i === 0 ? "corner" : i % 2 === 0 ? "tt" : "ss"},${line}`)
      .join("\n");
    expect(() => fitPrices(fileOf("corners.csv", corners))).toThrow(/holds the corners 'ss', 'tt'\n.*--corner ss/);
    expect(fitPrices(fileOf("corners.csv", corners), { corner: "tt" }).laws[0]?.macros).toBe(6);
    expect(() => fitPrices(fileOf("corners.csv", corners), { corner: "ff" })).toThrow(/no corner 'ff'/);
    expect(() => fitPrices(fileOf("bad.csv", `${HEAD}\n64,x,1rw,22,0.8,1,1,1,1,1\n`))).toThrow(
      /bad.csv:2:4: bits: expected a whole number/,
    );
    expect(() => fitPrices(fileOf("bad.csv", planted([0.8], 0, createRng(5, "no corner"))), { corner: "tt" })).toThrow(
      /leave --corner out/,
    );
  });

  test.each([
    ["words and bits do not vary independently", [64, 128, 256, 512, 1024].map((words) => [words, words / 8, 0.8])],
    ["words and bits do not vary independently", [64, 128, 256, 512, 1024].map((words) => [words, 8192 / words, 0.8])],
    ["words and supply do not vary independently", [0, 1, 2, 3, 4].map((i) => [256 << i, 32, 0.5 * 1.2 ** i])],
    ["bits and supply do not vary independently", [0, 1, 2, 3, 4].map((i) => [256, 8 << i, 0.5 * 1.2 ** i])],
    [
      "words, bits and supply do not vary independently",
      [0, 1, 2, 3, 4, 5].map((i) => [64 << i, 8 << (i % 3), 0.5 * 1.1 ** (i + (i % 3))]),
    ],
  ] as const)("%s: there is no law, because the range has places that no macro tells of", (reason, places) => {
    const rows = places.map(([words, bits, volts]) => {
      const cost = lawOf(words!, bits!, volts);
      return `${words},${bits},1rw,22,${volts},${cost},${cost},${cost},${cost},${cost}`;
    });
    const fitOf = (more: readonly string[]) => fitMacros(readMacroTable([HEAD, ...rows, ...more, ""].join("\n")).rows);
    expect(fitOf([])).toEqual({ laws: [], leftOut: [expect.stringContaining(`1rw macros at 22 nm: ${reason}`)] });
    // three more rows beside them tell the effects apart
    const more = places.slice(0, 3).map(([words, bits, volts]) => {
      const [w, b, v] = reason.startsWith("bits") ? [words!, 2 * bits!, volts!] : [2 * words!, bits!, volts!];
      const cost = lawOf(w, b, v);
      return `${w},${b},1rw,22,${v},${cost},${cost},${cost},${cost},${cost}`;
    });
    const { laws } = fitOf(more);
    const read = laws.find(({ quantity }) => quantity === "read_pj")!;
    const law = (place: readonly [number, number, number]): number => at(read, ...place) / lawOf(...place);
    for (const place of [
      [read.words.least, read.bits.most, read.volts.least],
      [read.words.most, read.bits.least, read.volts.most],
    ] as const)
      expect(law(place)).toBeCloseTo(1, 3);
  });

  test("macros of one depth have a law of their width alone, which holds in the whole range", () => {
    const rows = [8, 16, 32, 64].map((bits) => `1024,${bits},1rw,22,0.8,1,${lawOf(1024, bits)},1,1,1`);
    const read = fitted([HEAD, ...rows, ""].join("\n"))[1]!;
    expect(Object.keys(read.exponents)).toEqual(["size_kib"]);
    expect(at(read, 1024, 48) / lawOf(1024, 48)).toBeCloseTo(1, 4);
  });

  test("a law that a description would refuse is not written: errors above 900 %, costs above those of prices", () => {
    const scattered = [1, 50, 0.5, 200, 1].map((leakage, i) => `${256 << i},${[8, 16, 8, 32, 16][i]},1rw,22,0.8,1,1,1,${leakage},1`);
    expect(() => fitPrices(fileOf("scattered.csv", [HEAD, ...scattered].join("\n")))).toThrow(
      /the 90 % interval of the law of leakage_mw is 6\.77e\+3 %, more than 900 %/,
    );
    const [, ...rows] = planted([0.8], 0, createRng(5, "steep")).trimEnd().split("\n");
    const most = rows.map((row, i) => row.replace(/(0\.8,[^,]+),[^,]+/, `$1,${i === 0 ? 1e9 : i % 2 === 0 ? 1e-9 : 1e9}`));
    const huge = most.map((row) => row.replace(/^(\d+),8,/, "$1,1000000000,"));
    expect(() => fitPrices(fileOf("steep.csv", [HEAD, ...huge].join("\n")))).toThrow(/no law can be fitted: .*read_pj/);
  });
});

test("IHP's one-port macros at 130 nm have the exponents that are known of them", () => {
  const rows = table("sram_ihp130").map(
    (row) =>
      `${row.macro},${row.words},${row.bits},${num(row, "ports") === 1 ? "1rw" : "2rw"},130,1.2,${row.area_um2},${row.read_pj},${row.write_pj},${row.leakage_nw},${row.access_ns}`,
  );
  const laws = fitted([`macro,${HEAD.replace("leakage_uw", "leakage_nw")}`, ...rows, ""].join("\n"));
  const known = (ports: string, quantity: string) => laws.find((law) => law.ports === ports && law.quantity === quantity)!;
  for (const [ports, quantity, a, capacity, word] of [
    ["1rw", "read_pj", 28.23, 0.483, 0.384],
    ["1rw", "write_pj", 35.88, 0.451, 0.385],
    ["1rw", "area_mm2", 0.05369, 0.767, 0.099],
    ["1rw", "access_ns", 3.29, 0.183, -0.122],
    ["2rw", "read_pj", 29.44, 0.317, 0.568],
  ] as const) {
    const { law, exponents } = known(ports, quantity);
    expect(Number.parseFloat(law) / a).toBeCloseTo(1, 2);
    expect([exponents.size_kib, exponents.word_bits].map((x) => Number(x?.toFixed(3)))).toEqual([capacity, word]);
  }
  expect(known("1rw", "leakage_mw").exponents.size_kib).toBeCloseTo(1, 5); // 12.086 pW per bit at every size
  expect(known("1rw", "read_pj").macros).toBe(18);
  for (const { coverage } of laws) expect(coverage).toBeGreaterThan(0.8);
});

test.each(["-40C", "+85", "=tt", "@tt", "'tt", "tt,x", "-tt;x"])("the corner %s of a table is that of its laws", (corner) => {
  const rows = planted([0.8], 0.1, createRng(24, "corner")).trimEnd().split("\n");
  const text = rows.map((line, i) => `${i === 0 ? "corner" : `"${corner}"`},${line}`).join("\n");
  const file = fileOf("corner.csv", text);
  const { library } = fitPrices(file, { corner });
  expect(readLawTable(library).sets.map((set) => set.corner)).toEqual([corner]);
  // and the laws are read as a spreadsheet writes them again, too
  expect(readMacroTable(text.replaceAll(`"${corner}"`, String(csvCell(corner)))).rows.map((row) => row.corner)).toContain(corner);
});

test("a table of laws without a law is told", () => {
  const [header] = readLawTable(
    "quantity,law,ports,technology_nm,least_words,most_words,least_bits,most_bits,least_voltage_v,most_voltage_v\n",
  ).problems;
  expect(header).toMatchObject({ line: 1, message: "has a header and no law", fix: "write one law per line" });
});

describe("a library in a description", () => {
  const fit = fitPrices(fileOf("macros.csv", planted([0.7, 0.8], 0.1, createRng(8, "library"))));
  fileOf("laws.csv", fit.library);
  const described = (memory: string, more = "", volts = 0.8) =>
    parseArch(
      `version: 1\nextends: mesh-2x2\nchip: { technology_nm: 22, voltage_v: ${volts} }\nprices: { macros: { mine: { file: laws.csv${more} } } }\ntile: { core: { synapse_memory: { ${memory}, macros: mine } } }\n`,
      join(folder, "a.yaml"),
    );
  const pricesOf = ({ experiment: { chip, precision } }: ReturnType<typeof described>) =>
    corePrices(chip, chip.cores[0]!, precision, BUILT_NEEDS);

  test("a bank costs what its law says, several banks their areas and leakage, at a supply between as well", () => {
    const [area, read] = fit.laws;
    const prices = pricesOf(described("size_kib: 32, word_bits: 64, banks: 2", "", 0.75));
    expect(prices.synapse_memory_read_pj.value).toBe(at(read!, 2048, 64, 0.75));
    expect(prices.synapse_memory_area_mm2.value).toBe(2 * at(area!, 2048, 64, 0.75));
    expect(prices.synapse_memory_read_pj.source).toBe("mine, laws of 1rw: 2 banks of 2048 words x 64 bits");
  });

  test("outside its words, bits and supplies a law is refused, or extrapolated and marked where that is asked for", () => {
    expect(() => described("size_kib: 64, word_bits: 64")).toThrow(/no law for 8192 words beyond 64 to 4096/);
    expect(() => described("size_kib: 32, word_bits: 256")).toThrow(/256 bits beyond 8 to 128/);
    expect(() => described("size_kib: 16, word_bits: 64", "", 0.6)).toThrow(/0.6 V beyond 0.7 to 0.8/);
    const beyond = pricesOf(described("size_kib: 64, word_bits: 64", ", beyond: extrapolate"));
    expect(beyond.synapse_memory_read_pj).toMatchObject({ value: at(fit.laws[1]!, 8192, 64), extrapolated: true });
    expect(beyond.synapse_memory_read_pj.source).toMatch(/extrapolated: 8192 words beyond 64 to 4096/);
    const low = pricesOf(described("size_kib: 16, word_bits: 64", ", beyond: extrapolate", 0.6)).synapse_memory_read_pj;
    expect(low.value).toBeLessThan(at(fit.laws[1]!, 2048, 64, 0.7));
  });

  test("its error is partly each macro's own, partly the law's, which memories of other sizes share", () => {
    const causes = ["size_kib: 16, word_bits: 64", "size_kib: 32, word_bits: 64"].map((memory) =>
      priceErrors(described(memory).experiment.chip).get("synapse memory reads"),
    );
    const [own, other] = causes.map((all) => all!.filter(({ name }) => name.includes("macro by law")));
    const names = causes.map((all) => all!.map(({ name }) => name).filter((name) => !name.includes("macro by law")));
    expect([own!.length, names[0]!.length]).toEqual([1, fit.laws[1]!.sharedLn.length]);
    expect(own![0]!.name).not.toBe(other![0]!.name);
    expect(names[0]).toEqual(names[1]);
    const size = Math.sqrt(causes[0]!.reduce((sum, { up }) => sum + up * up, 0));
    expect(size).toBeCloseTo(log(1 + fit.laws[1]!.plusMinusPercent / 100) / 1.6448536269514722, 3);
    expect(own![0]!.up).toBeGreaterThan(0.5 * size);
  });

  test.each([
    [/^read_pj,/m, "read_nj,", /quantity: got 'read_nj'/],
    [/^read_pj,/m, "write_pj,", /is another law of write_pj/],
    [/size_kib/, "size_kb", /law: unknown name size_kb: did you mean size_kib/],
    [/^area_mm2.*\n/m, "", /have no law of area_mm2/],
    [/least_words/, "lest_words", /unknown column 'lest_words'/],
    [/,64,4096,/, ",4096,64,", /most_words: is below least_words/],
  ])("a wrong law is told with its line: %s", (wrong, by, message) => {
    const [problem] = readLawTable(fit.library.replace(wrong, by)).problems;
    expect(problem?.message).toMatch(message);
    expect(problem?.line).toBeGreaterThan(0);
  });
});
