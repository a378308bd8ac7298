/** Errors of price laws have the promised coverage: on macros outside of the fit, and on another memory compiler. */
import { describe, expect, test } from "vitest";
import type { SramCell } from "../../arch/chip.js";
import { num, type Row, table } from "../../arch/component-tables.js";
import { fitLaw, lawAt, type Sample, sidesOf } from "../../arch/law-fit.js";
import { SRAM_QUANTITIES, type SramQuantity, sramMacro } from "../../arch/sram.js";
import { bankError, EXPONENT_REFERENCE, exponentErrors, macroError, portError } from "../../arch/sram-errors.js";
import { nominalVoltageV } from "../../arch/voltage.js";
import { log } from "../../base/math.js";
import { createRng } from "../../base/rng.js";

const TAIL = 1.6448536;
const grid = table("sram_cacti7").filter((row) => row.ports === "1RW" && row.banks === "1" && num(row, "capacity_bytes") >= 256);
const families = new Map<string, Row[]>();
for (const row of grid) {
  const family = `${row.tech_nm}/${row.cell_type}`;
  families.set(family, [...(families.get(family) ?? []), row]);
}
const sampleOf = (row: Row, quantity: SramQuantity): Sample => ({
  value: num(row, quantity),
  at: [num(row, "capacity_bytes") / 1024, num(row, "word_bits") / 32],
});

test("the law found here is the one of the component library, of all 108 nodes, cells and quantities", () => {
  let laws = 0;
  for (const row of table("sram_cacti7_fit")) {
    const rows = families.get(`${row.tech_nm}/${row.cell_type}`) ?? [];
    const law = fitLaw(rows.map((macro) => sampleOf(macro, row.quantity as SramQuantity)));
    expect((law?.a ?? 0) / num(row, "a")).toBeCloseTo(1, 3);
    expect(law?.exponents[0]).toBeCloseTo(num(row, "capacity_exp"), 3);
    expect(law?.exponents[1]).toBeCloseTo(num(row, "word_exp"), 3);
    expect(rows).toHaveLength(num(row, "points"));
    laws++;
  }
  expect(laws).toBe(108);
});

test("a law through points of a law finds it; points that do not vary, or too few, decide none", () => {
  const law = { a: 3, exponents: [0.5, -1.25] };
  const at = [
    [1, 1],
    [2, 1],
    [4, 3],
    [8, 2],
    [3, 7],
  ];
  const found = fitLaw(at.map((x) => ({ value: lawAt(law, x), at: x })));
  expect([found?.a, ...(found?.exponents ?? [])].map((x) => Math.round((x ?? 0) * 1e9) / 1e9)).toEqual([3, 0.5, -1.25]);
  expect(found?.sigma).toBeLessThan(1e-12);
  expect(fitLaw(at.slice(0, 3).map((x) => ({ value: lawAt(law, x), at: x })))).toBeNull();
  expect(fitLaw(at.map(([x]) => ({ value: x, at: [x, 5] })))).toBeNull();
});

describe("intervals of nine tenths", () => {
  test.each(SRAM_QUANTITIES)("of a law fitted on half of CACTI's macros hold 87 to 93 of 100 of the other half: %s", (quantity) => {
    let [inside, below, above] = [0, 0, 0];
    for (const seed of [1, 2, 3, 4]) {
      const halves = [...families].map(([family, rows]) => {
        const shuffled = createRng(seed, `halves of ${family}`).shuffle([...rows]);
        const half = Math.floor(rows.length / 2);
        return { law: fitLaw(shuffled.slice(0, half).map((row) => sampleOf(row, quantity))), unseen: shuffled.slice(half) };
      });
      const sides = sidesOf(halves.flatMap(({ law }) => law?.unseen.map((off) => off / law.sigma) ?? []));
      for (const { law, unseen } of halves) {
        if (law === null) throw new Error("no law");
        for (const row of unseen) {
          const { value, at } = sampleOf(row, quantity);
          const error = log(value / lawAt(law, at)) / law.sigma;
          if (error < -TAIL * sides.down) below++;
          else if (error > TAIL * sides.up) above++;
          else inside++;
        }
      }
    }
    const share = inside / (inside + below + above);
    expect(inside + below + above).toBe(4 * 18 * 44);
    expect(share).toBeGreaterThan(0.87);
    expect(share).toBeLessThan(0.93);
    expect(Math.min(below, above) / (below + above)).toBeGreaterThan(0.35);
  });

  test("hold the macros that the library's laws were fitted to: nine tenths of all 1,566", () => {
    for (const quantity of SRAM_QUANTITIES) {
      const inside = grid.filter((row) => {
        const technology = {
          nodeNm: num(row, "tech_nm"),
          sramCell: row.cell_type as "lstp",
          voltageV: 1,
          temperatureK: 300,
          corner: "typical" as const,
        };
        const { down, up } = macroError({ ...technology, clockMhz: 1, idle: "clocked" }, quantity);
        const law = table("sram_cacti7_fit").find(
          (fit) => fit.tech_nm === row.tech_nm && fit.cell_type === row.cell_type && fit.quantity === quantity,
        ) as Row;
        const { value, at } = sampleOf(row, quantity);
        const error = log(value / lawAt({ a: num(law, "a"), exponents: [num(law, "capacity_exp"), num(law, "word_exp")] }, at));
        return error > -TAIL * down && error < TAIL * up;
      });
      expect(inside.length / grid.length).toBeGreaterThan(0.87);
      expect(inside.length / grid.length).toBeLessThan(0.93);
    }
  });

  test("hold CACTI's macros of other ports and of several banks, which the ratios were taken from: nine tenths or more", () => {
    const kinds = [
      { rows: (row: Row) => row.ports === "1R1W" && num(row, "capacity_bytes") < 65_536, count: 558, tightest: 0.923 },
      { rows: (row: Row) => row.ports === "1R1W" && num(row, "capacity_bytes") >= 65_536, count: 288, tightest: 1 },
      { rows: (row: Row) => row.banks !== "1", count: 648, tightest: 0.997 },
    ];
    for (const { rows, count, tightest } of kinds) {
      const macros = table("sram_cacti7").filter((row) => rows(row) && num(row, "capacity_bytes") >= 256);
      expect(macros).toHaveLength(count);
      const shares = (["read_pj", "write_pj", "leakage_mw"] as const).map((quantity) => {
        const inside = macros.filter((row) => {
          const [nodeNm, sramCell] = [num(row, "tech_nm"), row.cell_type as SramCell];
          const technology = { nodeNm, sramCell, voltageV: nominalVoltageV(nodeNm, sramCell), temperatureK: 300 };
          const chip = { ...technology, corner: "typical", clockMhz: 1, idle: "clocked" } as const;
          const [sizeBits, banks] = [num(row, "capacity_bytes") * 8, num(row, "banks")];
          const shape = { sizeBits, wordBits: num(row, "word_bits"), banks, ports: row.ports === "1RW" ? "1rw" : "1r1w" } as const;
          const error = log(num(row, quantity) / sramMacro(shape, chip)[quantity]);
          const own = macroError(chip, quantity);
          const ratio = Math.hypot(bankError(quantity, shape), shape.ports === "1rw" ? 0 : portError(quantity));
          return Math.abs(error) <= TAIL * Math.hypot(error < 0 ? own.down : own.up, ratio);
        });
        return inside.length / count;
      });
      expect(Math.min(...shares)).toBeCloseTo(tightest, 2);
    }
  });

  test("of the exponents hold those of IHP's memory compiler, which CACTI knows nothing of", () => {
    const held = table("sram_cacti7_residuals").filter((row) => row.ihp_capacity_exp !== "");
    expect(held).toHaveLength(5);
    for (const row of held) {
      const sigma = exponentErrors(row.quantity as SramQuantity);
      expect(Math.abs(num(row, "ihp_capacity_exp") - num(row, "cacti_capacity_exp"))).toBeLessThan(TAIL * sigma.capacity);
      expect(Math.abs(num(row, "ihp_word_exp") - num(row, "cacti_word_exp"))).toBeLessThan(TAIL * sigma.word);
    }
  });

  test("of the exponents vanish at the reference macro, where the library's prices are exact", () => {
    const technology = {
      nodeNm: 22,
      sramCell: "lstp",
      voltageV: 0.8,
      temperatureK: 300,
      corner: "typical",
      clockMhz: 1,
      idle: "clocked",
    } as const;
    const slope = (quantity: SramQuantity): number => {
      const at = (times: number) =>
        sramMacro({ ...EXPONENT_REFERENCE, sizeBits: EXPONENT_REFERENCE.sizeBits * times, banks: 1, ports: "1rw" }, technology);
      return log(at(2)[quantity] / at(0.5)[quantity]) / log(4);
    };
    for (const row of table("sram_cacti7_residuals").filter((one) => one.ihp_capacity_exp !== "")) {
      const quantity = row.quantity as SramQuantity;
      expect(Math.abs(slope(quantity) - num(row, "ihp_capacity_exp"))).toBeLessThan(TAIL * exponentErrors(quantity).capacity);
    }
  });
});
