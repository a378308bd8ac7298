/**
 * Frames and settings on the chip: what they cost against sums by hand, what they move, and what a description may not
 * say of them.
 */
import { describe, expect, test } from "vitest";
import { logicAreaMm2 } from "../../arch/arithmetic.js";
import {
  areaOf,
  BUILT_NEEDS,
  checkFrame,
  clockShares,
  corePrices,
  framePrices,
  PRICE_NAMES,
  parseArch,
  type Topology,
} from "../../arch/index.js";
import { memoryMacro } from "../../arch/memories/memory-macro.js";
import { InfeasibleError, InputError } from "../../base/errors.js";

const described = (text: string) =>
  parseArch(`version: 1\nchip: { technology_nm: 40 }\nprices: { basis: library }\n${text}\n`, "f.yaml").experiment;
const pricesOf = (text: string) => {
  const { chip, precision } = described(text);
  return corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
};

describe("frame buffer", () => {
  test("it is a memory of a write and a read port, a word per feature, as wide as a state", () => {
    for (const kind of ["sram", "registers", "latches"] as const) {
      const { chip, precision } = described(`inputs: { frame_buffer: { entries: 96, kind: ${kind} } }\nprecision: { state_bits: 14 }`);
      const macro = memoryMacro({ kind, sizeBits: 96 * 14, wordBits: 14, banks: 1, ports: "1r1w" }, chip.technology);
      const prices = framePrices(chip, precision)!;
      expect(Object.keys(prices).sort()).toEqual(PRICE_NAMES.filter((name) => name.startsWith("frame_buffer")).sort());
      expect([prices.frame_buffer_read_pj, prices.frame_buffer_write_pj, prices.frame_buffer_leakage_mw].map(({ value }) => value)).toEqual(
        [macro.read_pj, macro.write_pj, macro.leakage_mw],
      );
      const area = areaOf(chip, precision, BUILT_NEEDS).rows.find(({ component }) => component === "frame buffer area");
      expect(area?.areaMm2).toBe(macro.area_mm2);
    }
  });

  test("a frame of more features than entries does not fit, with what would; one of as many does", () => {
    const { chip } = described("inputs: { frame_buffer: { entries: 28 } }");
    const of = (neurons: number) => ({ populations: [{ neurons, accumulators: 0 }] }) as unknown as Topology;
    expect(() => checkFrame(chip, of(28))).not.toThrow();
    expect(() => checkFrame(chip, of(29))).toThrow(InfeasibleError);
    expect(() => checkFrame(chip, of(29))).toThrow(/FRAME_BUFFER_FULL.*29 features, has 28 entries; set inputs.frame_buffer.entries: 29/);
  });

  test.each([
    ["inputs: { at: port, frame_buffer: {} }", "inputs.frame_buffer"],
    ["inputs: { frame_buffer: { entries: 0 } }", "inputs.frame_buffer.entries"],
    ["inputs: { frame_buffer: { kind: dram } }", "inputs.frame_buffer.kind"],
    ["tile: { core: { configuration_bits: -1 } }", "tile.core.configuration_bits"],
    ["tile: { core: { configuration_bits: 1.5 } }", "tile.core.configuration_bits"],
  ])("%s is refused where it is typed", (text, path) => {
    let found: InputError | null = null;
    try {
      described(text);
    } catch (error) {
      found = error as InputError;
    }
    expect(found).toBeInstanceOf(InputError);
    expect(found?.problems.map((one) => [one.path, one.line])).toContainEqual([path, 4]);
  });
});

describe("configuration registers", () => {
  // IHP SG13G2's cells: areas 48.9888, 27.216, 9.072 um2, clock pins 0.030108 and 0.022574 pJ
  test("b bits are b flip-flops, and a clock gate and an AND gate per 32 of them, by IHP's areas; all are clocked, or the gates alone", () => {
    const of = (bits: number) => pricesOf(`tile: { core: { configuration_bits: ${bits} } }`);
    const [small, large] = [of(320), of(640)];
    expect(large.configuration_area_mm2.value / small.configuration_area_mm2.value).toBeCloseTo(2, 12);
    expect(small.configuration_area_mm2.value).toBeCloseTo(
      logicAreaMm2({ adderBits: 0, multiplierBits2: 0, registerBits: 320 + (10 * (27.216 + 9.072)) / 48.9888 }, 40),
      12,
    );
    const idle = (mode: string) =>
      parseArch(`version: 1\nchip: { technology_nm: 40, idle: ${mode} }\ntile: { core: { configuration_bits: 320 } }\n`, "i.yaml")
        .experiment;
    const clock = (mode: string): number => {
      const { chip, precision } = idle(mode);
      return corePrices({ ...chip, silicon: null }, chip.cores[0], precision, BUILT_NEEDS).configuration_clock_pj_per_cycle.value;
    };
    expect(clock("clock-gated") / clock("clocked")).toBeCloseTo(0.022574 / 0.030108 / 32, 9);
  });

  test("without the key nothing is there: no line, no price, and the core's own clock is what it was", () => {
    const without = pricesOf("");
    for (const name of ["clock_pj_per_cycle", "leakage_mw", "area_mm2"] as const) expect(without[`configuration_${name}`].value).toBe(0);
    const [{ chip, precision }, set] = [described(""), described("tile: { core: { configuration_bits: 4096 } }")];
    expect(areaOf(chip, precision, BUILT_NEEDS).rows.map(({ component }) => component)).not.toContain("configuration area");
    expect(clockShares(set.chip.cores[0], set.precision, set.chip, BUILT_NEEDS)).toEqual(
      clockShares(chip.cores[0], precision, chip, BUILT_NEEDS),
    );
  });
});
