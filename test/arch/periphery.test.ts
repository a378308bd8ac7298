/**
 * What SRAM macros cost besides their bits: against IHP's macros, which no price law was fitted to but the two numbers
 * of their own, and at the grid's edges.
 */
import { describe, expect, test } from "vitest";
import { logicAreaMm2 } from "../../arch/arithmetic.js";
import { num, type Row, table } from "../../arch/component-tables.js";
import { BUILT_NEEDS, corePrices, parseArch, patchDocument, type Technology } from "../../arch/index.js";
import { memoryMacro } from "../../arch/memories/memory-macro.js";
import type { SramShape } from "../../arch/memories/periphery.js";
import { SRAM_QUANTITIES, type SramQuantity, sramMacro } from "../../arch/sram.js";
import { bankError } from "../../arch/sram-errors.js";
import { nominalVoltageV } from "../../arch/voltage.js";
import { macroCauses } from "../../sim/error-causes.js";

const at = (nodeNm = 22): Technology => ({
  ...{ nodeNm, sramCell: "lstp", voltageV: 0.8, temperatureK: 300, corner: "typical", clockMhz: 100, idle: "clock-gated" },
});
const bytes = (size: number, wordBits: number, banks = 1) => ({ sizeBits: size * 8, wordBits, banks, ports: "1rw" as const });
const onePort = table("sram_ihp130").filter(({ ports }) => ports === "1");

/** Least squares over few columns, by the normal equations. */
function leastSquares(rows: readonly (readonly number[])[], y: readonly number[]): number[] {
  const n = rows[0].length;
  const m = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
    rows.reduce((sum, row, r) => sum + row[i] * y[r], 0),
  ]);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = m[k][i] / m[i][i];
      for (let j = i; j <= n; j++) m[k][j] -= factor * m[i][j];
    }
  return m.map((row, i) => row[n] / row[i]);
}

/** Exponents [capacity, word] of a power law through values of IHP's geometries. */
function exponents(quantityOf: (row: Row) => number): readonly [capacity: number, word: number] {
  const rows = onePort.map((row) => [1, Math.log(num(row, "words") * num(row, "bits")), Math.log(num(row, "bits"))]);
  const [, capacity, word] = leastSquares(
    rows,
    onePort.map((row) => Math.log(quantityOf(row))),
  );
  return [capacity, word];
}
const priced = (row: Row) => sramMacro({ ...bytes(0, num(row, "bits")), sizeBits: num(row, "words") * num(row, "bits") }, at());

describe("area", () => {
  test("the two numbers of the table are the least squares of 18 macros, with their error", () => {
    const areas = onePort.map((row) => num(row, "area_um2"));
    const columns = onePort.map((row, i) => [1, num(row, "words") * num(row, "bits"), num(row, "bits")].map((value) => value / areas[i]));
    const [constant, bit, wordBit] = leastSquares(
      columns,
      areas.map(() => 1),
    );
    const [law] = table("sram_periphery");
    expect(constant / bit / num(law, "bits")).toBeCloseTo(1, 3);
    expect(wordBit / bit / num(law, "bits_per_word_bit")).toBeCloseTo(1, 3);
    const errors = columns.map(([a, b, c]) => a * constant + b * bit + c * wordBit - 1);
    expect(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length)).toBeCloseTo(num(law, "rms_rel_error"), 3);
    expect(Math.max(...errors.map(Math.abs))).toBeCloseTo(num(law, "max_rel_error"), 3);
    expect(onePort).toHaveLength(num(law, "macros"));
  });
  test("by hand: 1 KiB of 32 bits takes the area of 8192 + 2128.4 + 105.23 x 32 bits of a 64 KiB macro; 128 KiB its fit's and that of the latter", () => {
    const row = table("sram_cacti7_fit").find((r) => r.tech_nm === "22" && r.cell_type === "lstp" && r.quantity === "area_mm2") as Row;
    const cell = Math.cbrt(0.092 * 0.088 * 0.128) / (146 * 0.022 ** 2);
    const bit = (cell * num(row, "a") * 64 ** num(row, "capacity_exp")) / (64 * 8192);
    expect(sramMacro(bytes(1024, 32), at()).area_mm2).toBeCloseTo(bit * (8192 + 2128.4 + 105.23 * 32), 12);
    const large = cell * num(row, "a") * 128 ** num(row, "capacity_exp");
    expect(sramMacro(bytes(131_072, 32), at()).area_mm2).toBeCloseTo(large + bit * (2128.4 + 105.23 * 32), 12);
  });
  test("over IHP's geometries it grows with the capacity as IHP's macros do, which CACTI's bare law does not", () => {
    const [capacity, word] = exponents((row) => num(row, "area_um2"));
    expect(capacity).toBeCloseTo(0.767, 3);
    const ours = exponents((row) => priced(row).area_mm2);
    expect(Math.abs(ours[0] - capacity)).toBeLessThan(0.01);
    expect(Math.abs(ours[1] - word)).toBeLessThan(0.05);
  });
  test("a bit of a 64 B macro takes at least 6 times the area of one of 64 KiB, and 256 macros of 256 B more than twice one of 64 KiB", () => {
    const perBit = (size: number, word: number): number => sramMacro(bytes(size, word), at()).area_mm2 / size;
    expect(perBit(64, 8) / perBit(65_536, 8)).toBeGreaterThan(6);
    expect(perBit(256, 32) / perBit(65_536, 32)).toBeGreaterThan(2);
  });
  test("as in IHP's library, 256 bits of flip-flops are smaller than the smallest macro, and its 2 Kibit macro is smaller than flip-flops", () => {
    const area = (kind: "sram" | "registers", words: number, wordBits: number): number =>
      memoryMacro({ kind, sizeBits: words * wordBits, wordBits, banks: 1, ports: "1rw" }, at()).area_mm2;
    expect(logicAreaMm2({ adderBits: 0, multiplierBits2: 0, registerBits: 256 }, 22)).toBeLessThan(area("sram", 256, 8));
    expect(area("sram", 256, 8)).toBeLessThan(area("registers", 256, 8));
  });
});

describe("edges of the grid", () => {
  test("below 32 words energies, leakage and times are those of 32 words; area goes on", () => {
    const [smallest, less] = [sramMacro(bytes(256, 64), at()), sramMacro(bytes(64, 64), at())];
    for (const quantity of ["read_pj", "write_pj", "leakage_mw", "access_ns", "cycle_ns"] as const)
      expect(less[quantity]).toBe(smallest[quantity]);
    expect(less.area_mm2).toBeLessThan(smallest.area_mm2);
    expect([smallest.extrapolated, less.extrapolated]).toEqual([false, true]);
  });
  test("IHP's own split: from 32 words to none a read falls by about a twentieth", () => {
    const reads = onePort.map((row) => num(row, "read_pj"));
    const [constant, bit, wordBit] = leastSquares(
      onePort.map((row, i) => [1, num(row, "words") * num(row, "bits"), num(row, "bits")].map((value) => value / reads[i])),
      reads.map(() => 1),
    );
    for (const word of [8, 64, 256]) {
      const fixed = constant + wordBit * word;
      expect((32 * word * bit) / fixed).toBeLessThan(0.06);
      expect((32 * word * bit) / fixed).toBeGreaterThan(0);
    }
  });
  test("a word of 1024 bits is four macros side by side: their energies, leakage and areas add, their times do not", () => {
    const [one, four] = [sramMacro(bytes(16_384, 256), at()), sramMacro(bytes(65_536, 1024), at())];
    for (const quantity of ["read_pj", "write_pj", "leakage_mw", "area_mm2"] as const)
      expect(four[quantity] / one[quantity]).toBeCloseTo(4, 10);
    expect([four.access_ns, four.cycle_ns, four.extrapolated]).toEqual([one.access_ns, one.cycle_ns, false]);
    expect(four.source).toContain("4 macros side by side");
  });
  test("a wider word never costs less: energies, leakage and area rise from bit to bit beyond 256", () => {
    let drawn = 0;
    for (const nodeNm of [22, 28, 45, 90]) {
      for (const size of [8192, 65_536, 1_048_576]) {
        const of = (wordBits: number) => sramMacro(bytes(size, wordBits), { ...at(), nodeNm, voltageV: nominalVoltageV(nodeNm, "lstp") });
        for (const from of [256, 257, 300, 511, 512, 600, 767, 768, 1024, 2047, 2048, 4080]) {
          const [narrow, wide] = [of(from), of(from + 1)];
          for (const quantity of ["read_pj", "write_pj", "leakage_mw", "area_mm2"] as const) {
            expect(wide[quantity], `${quantity} of ${size} B, ${from + 1} bits, ${nodeNm} nm`).toBeGreaterThan(narrow[quantity]);
            expect(wide[quantity] / narrow[quantity] - 1, `${quantity} of ${size} B at ${from + 1} bits`).toBeLessThan(0.05);
            drawn++;
          }
        }
      }
    }
    expect(drawn).toBe(4 * 3 * 12 * 4);
  });
  test("a price outside of the grid has the reason in its source, and a flag", () => {
    const cases: readonly (readonly [SramShape, RegExp | null])[] = [
      [bytes(65_536, 64), null],
      [bytes(64, 16), null],
      [bytes(48, 16), /below 64 B/],
      [bytes(64, 64), /below 32 words/],
      [bytes(65_536, 4), /words below 8 bits/],
      [bytes(8_388_608, 64), /above 4 MiB/],
      [bytes(65_536, 64, 16), /above 8 banks/],
      [bytes(65_536, 128, 8), null],
      [bytes(65_536, 256, 8), /banks with words beyond 32 to 128 bits/],
      [bytes(32_768, 256, 8), null],
      [bytes(256, 16, 8), /banks below 64 B/],
      [bytes(2048, 64, 16), /banks below 32 words/],
      [{ ...bytes(65_536, 64), ports: "1r1w" }, null],
      [{ ...bytes(65_536, 64, 2), ports: "1r1w" }, /1R1W with banks/],
      [{ ...bytes(65_536, 8), ports: "1r1w" }, /1R1W with words beyond 16 to 128 bits/],
      [{ ...bytes(65_536, 256), ports: "1r1w" }, /1R1W with words beyond 16 to 128 bits/],
      [{ ...bytes(524_288, 64), ports: "1r1w" }, null],
      [{ ...bytes(1_048_576, 64), ports: "1r1w" }, /1R1W above 512 KiB/],
    ];
    for (const [shape, reason] of cases) {
      const { source, extrapolated } = sramMacro(shape, at());
      expect(extrapolated).toBe(reason !== null);
      if (reason === null) expect(source).not.toContain("extrapolated");
      else expect(source).toMatch(reason);
    }
    const { chip, precision } = patchDocument(parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml"), {
      "tile.core.synapse_memory.size_kib": 65_536,
      "tile.core.synapse_memory.word_bits": 4096,
      "tile.core.state_memory.banks": 1,
    });
    const prices = corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
    expect(prices.synapse_memory_read_pj.extrapolated).toBeUndefined(); // 16 macros of 4 MiB
    expect(prices.state_memory_read_pj.extrapolated).toBeUndefined();
    const banked = { ...chip.cores[0], synapseMemory: { ...chip.cores[0].synapseMemory, banks: 64 } };
    expect(corePrices(chip, banked, precision, BUILT_NEEDS).synapse_memory_area_mm2.extrapolated).toBe(true);
  });
});

describe("banks", () => {
  const IHP: { readonly [quantity in SramQuantity]: string } = {
    ...{ read_pj: "read_pj", write_pj: "write_pj", leakage_mw: "leakage_nw", access_ns: "access_ns", cycle_ns: "" },
    area_mm2: "area_um2",
  };
  const ofAll = (quantity: SramQuantity): boolean => quantity === "leakage_mw" || quantity === "area_mm2";
  const measured = SRAM_QUANTITIES.filter((quantity) => IHP[quantity] !== "");
  const at130: Technology = { ...at(130), voltageV: 1.2 };
  const pairs = onePort.flatMap((whole) =>
    onePort
      .map((bank) => ({ whole, bank, banks: num(whole, "words") / num(bank, "words") }))
      .filter(({ bank, banks }) => bank.bits === whole.bits && [2, 4, 8].includes(banks)),
  );
  /** ln of the library's ratio of several banks to one over that of IHP's macros. */
  const offs = (quantity: SramQuantity): number[] =>
    pairs.map(({ whole, bank, banks }) => {
      const wordBits = num(whole, "bits");
      const of = (count: number) =>
        sramMacro({ sizeBits: num(whole, "words") * wordBits, wordBits, banks: count, ports: "1rw" }, at130)[quantity];
      const ihp = (num(bank, IHP[quantity]) * (ofAll(quantity) ? banks : 1)) / num(whole, IHP[quantity]);
      return Math.log(of(banks) / of(1) / ihp);
    });

  test("a small memory of 2, 4 or 8 banks costs what IHP's macros of a bank's size do: 22 pairs, unbiased, with the stated error", () => {
    expect(pairs).toHaveLength(22);
    for (const quantity of measured) {
      const all = offs(quantity);
      const [mean, rms] = [all.reduce((a, b) => a + b, 0) / 22, Math.sqrt(all.reduce((a, b) => a + b * b, 0) / 22)];
      const row = table("sram_cacti7_ratios").find((one) => one.quantity === quantity) as Row;
      expect(rms).toBeCloseTo(num(row, "banks_ihp_rms"), 3);
      expect(Math.abs(mean)).toBeLessThan(quantity === "leakage_mw" ? 0.09 : 0.06);
    }
  });
  test("by hand: 8 KiB of 64 bits in 4 banks is by 7/8 four macros of 2 KiB, by 1/8 one of 8 KiB times the grid's ratio", () => {
    const [whole, bank, four] = [sramMacro(bytes(8192, 64), at()), sramMacro(bytes(2048, 64), at()), sramMacro(bytes(8192, 64, 4), at())];
    const ln: { readonly [q in SramQuantity]: number } = {
      ...{ read_pj: 0.00028, write_pj: -0.02655, leakage_mw: 0.05136, access_ns: -0.17707, cycle_ns: -0.15133, area_mm2: 0.03252 },
    };
    for (const quantity of SRAM_QUANTITIES) {
      const apart = bank[quantity] * (ofAll(quantity) ? 4 : 1);
      expect(four[quantity] / ((7 * apart + whole[quantity] * Math.exp(ln[quantity])) / 8)).toBeCloseTo(1, 5);
    }
    expect(four.source).toBe("CACTI 7.0 fit, 22 nm lstp; 4 banks as macros, from 64 KiB on by the grid's ratio");
  });
  test("no price falls or jumps over sizes, at 64 KiB neither, and no access costs less with wider words", () => {
    let drawn = 0;
    for (const banks of [2, 8])
      for (const wordBits of [8, 64, 256, 1024]) {
        const of = (size: number, word = wordBits) => sramMacro(bytes(size, word, banks), at());
        for (let size = 64; size < 1_048_576; size *= 1.5) {
          const [small, large, wide] = [of(size), of(size * 1.5), of(size, wordBits * 1.1)];
          for (const quantity of SRAM_QUANTITIES) {
            const growth = large[quantity] / small[quantity];
            expect(growth, `${quantity} of ${size} B x ${wordBits}, ${banks} banks`).toBeGreaterThan(1 - 1e-12);
            expect(growth, `${quantity} of ${size} B x ${wordBits}, ${banks} banks`).toBeLessThan(1.9);
            drawn++;
          }
          for (const quantity of ["read_pj", "write_pj", "area_mm2"] as const)
            expect(wide[quantity], `${quantity} of ${size} B x ${wordBits}, ${banks} banks`).toBeGreaterThan(small[quantity]);
        }
      }
    expect(drawn).toBeGreaterThan(1000);
  });
  test("more banks of a small memory cost area and leakage, and their accesses less and less", () => {
    for (const size of [4096, 16_384, 49_152])
      for (const banks of [1, 2, 3, 5, 7]) {
        const [few, many] = [sramMacro(bytes(size, 32, banks), at()), sramMacro(bytes(size, 32, banks + 1), at())];
        for (const quantity of SRAM_QUANTITIES)
          expect(many[quantity] > few[quantity], `${quantity} of ${size} B, ${banks} banks`).toBe(ofAll(quantity));
      }
  });
  test("more than 8 banks have the area and leakage of groups of 8; the larger of two memories costs no less, however many banks", () => {
    for (const [size, word] of [
      [16_384, 32],
      [65_536, 128],
      [4_194_304, 64],
    ] as const)
      for (const banks of [12, 64, 256]) {
        const [all, group] = [banks, 8].map((of) => sramMacro(bytes((size * of) / banks, word, of), at()));
        expect(all.area_mm2 / group.area_mm2, `${size} B, ${banks} banks`).toBeCloseTo(banks / 8, 9);
        expect(all.leakage_mw / group.leakage_mw, `${size} B, ${banks} banks`).toBeCloseTo(banks / 8, 9);
        expect(all.source).toMatch(/area and leakage in groups of 8; extrapolated: (above 8 banks|banks below)/);
      }
    for (const word of [32, 128, 512])
      for (const banks of [8, 9, 24, 256]) {
        const larger = Array.from({ length: 24 }, (_, k) => sramMacro(bytes(4096 * 2 ** (k / 2), word, banks), at()));
        for (const quantity of ["area_mm2", "leakage_mw"] as const)
          for (const [k, memory] of larger.slice(1).entries())
            expect(memory[quantity], `${quantity}, ${banks} banks of ${word} bits, ${k}`).toBeGreaterThanOrEqual(larger[k][quantity]);
        const eight = sramMacro(bytes(65_536, word, 8), at());
        expect(sramMacro(bytes(65_536, word, banks), at()).area_mm2).toBeGreaterThanOrEqual(eight.area_mm2);
      }
  });
  test("macros side by side, and groups of 8 banks, err as one of them does: their ratio is exact", () => {
    const causes = (quantity: SramQuantity, size: number, word: number, banks = 1) => macroCauses(at(), quantity, bytes(size, word, banks));
    for (const quantity of ["area_mm2", "leakage_mw"] as const) {
      expect(causes(quantity, 65_536, 64, 64)).toEqual(causes(quantity, 8192, 64, 8));
      expect(causes(quantity, 65_536, 1024, 64)).toEqual(causes(quantity, 2048, 256, 8));
      expect(causes(quantity, 65_536, 64, 8)).not.toEqual(causes(quantity, 8192, 64, 8));
    }
    for (const quantity of SRAM_QUANTITIES) expect(causes(quantity, 65_536, 512)).toEqual(causes(quantity, 32_768, 256));
    // an access concerns one bank of all, so its ratio is that of the whole memory
    const ofBanks = (word: number): number | undefined =>
      causes("read_pj", 65_536, word, 64).find(({ name }) => /64 banks over/.test(name))?.up;
    expect([ofBanks(64), ofBanks(512)]).toEqual([0.122, 0.122]);
  });
  test("the ratio's error is IHP's of small memories and that of CACTI's rows from 64 KiB on; one bank has none", () => {
    const error = (size: number, banks: number): number => bankError("read_pj", bytes(size, 32, banks));
    expect([error(65_536, 2), error(4_194_304, 8), error(1024, 1)]).toEqual([0.122, 0.122, 0]);
    expect(error(32_768, 4)).toBeCloseTo((0.122 + 0.301) / 2, 12);
  });
});
