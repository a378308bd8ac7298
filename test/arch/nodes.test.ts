/**
 * Nodes without tables of their own, 40, 55, 130 and 180 nm, and process corners: held to their neighbours and to a 130
 * nm library that no price is fitted to.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { operatorDelayNs } from "../../arch/arithmetic.js";
import { num, table } from "../../arch/component-tables.js";
import { linkCosts, routerCosts } from "../../arch/dsent.js";
import type { Technology } from "../../arch/index.js";
import { BUILT_NEEDS, clockLimits, parseArch, patchDocument, siliconFactor } from "../../arch/index.js";
import { registerMacro } from "../../arch/memories/registers.js";
import { routerSize } from "../../arch/router-law.js";
import { atCorner, capacityExponent, SRAM_QUANTITIES, sramMacro } from "../../arch/sram.js";
import { nominalVoltageV } from "../../arch/voltage.js";

const CELLS = ["lstp", "lop", "hp"] as const;
const at = (nodeNm: number, change: Partial<Technology> = {}): Technology => {
  const sramCell = change.sramCell ?? "lstp";
  const voltageV = nominalVoltageV(nodeNm, sramCell);
  return { nodeNm, sramCell, voltageV, temperatureK: 300, corner: "typical", clockMhz: 100, idle: "clock-gated", ...change };
};
const MACRO = { sizeBits: 32 * 8192, wordBits: 64, banks: 1, ports: "1rw" } as const;

describe("nodes", () => {
  test("logic has the same transistors in all families, memories of lop and lstp are slower than those of hp", () => {
    for (const node of [45, 32, 28, 22, 14]) {
      const [slowest, ...others] = CELLS.map((sramCell) => operatorDelayNs(16, at(node, { sramCell, voltageV: 0.8 })));
      expect(others).toEqual([slowest, slowest]);
      const [lstp, lop, hp] = CELLS.map((sramCell) => sramMacro(MACRO, at(node, { sramCell })).access_ns);
      for (const ratio of [lstp / hp, lop / hp]) expect(ratio, `${node} nm`).toBeGreaterThan(1.5);
    }
  });

  test("40 and 55 nm lie between their neighbours, each quantity straight in both logarithms", () => {
    for (const [node, lower, upper] of [
      [40, 32, 45],
      [55, 45, 65],
    ]) {
      const share = Math.log(node / lower) / Math.log(upper / lower);
      for (const sramCell of CELLS) {
        const of = (nodeNm: number) => sramMacro(MACRO, at(nodeNm, { sramCell }));
        for (const quantity of SRAM_QUANTITIES) {
          if (quantity === "area_mm2") continue; // by cells: sram-cells.test.ts
          const between = of(lower)[quantity] ** (1 - share) * of(upper)[quantity] ** share;
          expect(of(node)[quantity] / between, `${quantity} at ${node} nm ${sramCell}`).toBeCloseTo(1, 9);
        }
        const exponent = (nodeNm: number) => capacityExponent(nodeNm, sramCell, "read_pj");
        expect(exponent(node)).toBeCloseTo(exponent(lower) * (1 - share) + exponent(upper) * share, 12);
      }
      expect(sramMacro(MACRO, at(node)).source).toBe(`CACTI 7.0 fit, between ${lower} and ${upper} nm lstp`);
    }
  });
  test("an action of SRAM, registers, routers and links never costs less at an older node, and logic is never faster there", () => {
    const nodes = [22, 28, 32, 40, 45, 55, 65, 90, 130, 180];
    const shape = { ports: 5, flitBits: 32, buffersPerVc: 4, virtualChannels: 1 };
    const values = nodes.map((node) => {
      const t = at(node);
      const router = routerCosts(shape, t);
      return {
        ...{
          read: sramMacro(MACRO, t).read_pj,
          write: sramMacro(MACRO, t).write_pj,
          register: registerMacro("registers", MACRO, t).write_pj,
        },
        ...{
          area: sramMacro(MACRO, t).area_mm2,
          router: router.xbar_pj,
          routerArea: routerSize(shape, false, 0, t).areaMm2,
          routerClock: routerSize(shape, false, 0, t).clockPjPerCycle,
          link: linkCosts(32, 1, t).flitPj,
        },
      };
    });
    for (const [i, older] of values.slice(1).entries())
      for (const [what, value] of Object.entries(older))
        expect(value, `${what} at ${nodes[i + 1]} nm`).toBeGreaterThan(values[i][what as keyof typeof older]);
  });
  test("130 nm on silicon's basis lies within a factor of two of IHP's macros in energy, within a quarter in area; its leakage is 17 times theirs, the library's 1.4", () => {
    const rows = table("sram_ihp130").filter((row) => row.ports === "1");
    const ratios = rows.map((row) => {
      const macro = sramMacro({ ...MACRO, sizeBits: num(row, "words") * num(row, "bits"), wordBits: num(row, "bits") }, at(130));
      return {
        ...{ read: (macro.read_pj * siliconFactor("sram_energy").factor) / num(row, "read_pj") },
        ...{ area: (macro.area_mm2 * 1e6 * siliconFactor("sram_area").factor) / num(row, "area_um2") },
        ...{ leakage: (macro.leakage_mw * 1e6) / num(row, "leakage_nw") },
      };
    });
    expect(rows).toHaveLength(18);
    const mean = (of: (ratio: (typeof ratios)[number]) => number): number =>
      Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(of(ratio)), 0) / ratios.length);
    expect(mean(({ read }) => read)).toBeGreaterThan(0.5);
    expect(mean(({ read }) => read)).toBeLessThan(2);
    expect(mean(({ area }) => area)).toBeGreaterThan(0.8);
    expect(mean(({ area }) => area)).toBeLessThan(1.25);
    expect(mean(({ leakage }) => leakage)).toBeCloseTo(1.4, 1);
    expect((mean(({ leakage }) => leakage) * siliconFactor("sram_leakage").factor).toPrecision(2)).toBe("17");
  });
  test("beyond the tables' nodes a source says that leakage is kept", () => {
    expect(sramMacro(MACRO, at(180)).leakageSource).toContain("kept above 90 nm (guess)");
    expect(sramMacro(MACRO, at(14)).leakageSource).toContain("kept below 22 nm (guess)");
    expect(sramMacro(MACRO, at(55)).leakageSource).not.toContain("guess");
  });
});

describe("process corners", () => {
  const corners = table("corners_ihp130");
  test("at IHP's own supplies and temperatures a corner's access time and leakage are IHP's; energies, by the supply alone, are IHP's within 5 %", () => {
    for (const row of corners) {
      const change = { corner: row.corner as "slow", voltageV: num(row, "vdd_v"), temperatureK: num(row, "temp_c") + 273 };
      const [typical, corner] = [sramMacro(MACRO, at(130, { temperatureK: 298 })), sramMacro(MACRO, at(130, change))];
      expect(corner.access_ns / typical.access_ns).toBeCloseTo(num(row, "access"), 6);
      expect(corner.leakage_mw / typical.leakage_mw).toBeCloseTo(num(row, "leakage"), 6);
      expect(corner.read_pj / typical.read_pj / num(row, "read")).toBeGreaterThan(0.95);
      expect(corner.read_pj / typical.read_pj / num(row, "read")).toBeLessThan(1.05);
      expect(corner.write_pj / typical.write_pj / num(row, "write")).toBeGreaterThan(0.95);
      expect(corner.write_pj / typical.write_pj / num(row, "write")).toBeLessThan(1.05);
    }
    expect(corners.map(({ corner }) => corner)).toEqual(["slow", "fast"]);
  });
  test("at every node slow silicon is slower and fast silicon leaks more; no action costs another energy", () => {
    for (const node of [14, 22, 28, 55, 180]) {
      const [slow, typical, fast] = (["slow", "typical", "fast"] as const).map((corner) => at(node, { corner }));
      const delays = [fast, typical, slow].map((t) => operatorDelayNs(32, t));
      const registers = [fast, typical, slow].map((t) => registerMacro("latches", MACRO, t));
      expect([...delays].sort((a, b) => a - b)).toEqual(delays);
      expect(registers[2].access_ns / registers[1].access_ns).toBeCloseTo(delays[2] / delays[1], 9);
      expect(delays[2] / delays[1]).toBeGreaterThan(1.3);
      expect(sramMacro(MACRO, fast).leakage_mw / sramMacro(MACRO, typical).leakage_mw).toBeGreaterThan(3);
      const routers = [fast, typical].map((t) => routerSize({ ports: 5, flitBits: 32, buffersPerVc: 4, virtualChannels: 1 }, false, 0, t));
      expect(routers[0].leakageMw).toBeGreaterThan(3 * routers[1].leakageMw);
      for (const t of [slow, fast]) expect(sramMacro(MACRO, t).read_pj).toBe(sramMacro(MACRO, typical).read_pj);
      expect(sramMacro(MACRO, slow).leakageSource).toContain("process corner by IHP SG13G2's macros");
      expect(registers[2].leakage_mw).toBeGreaterThan(0);
    }
  });
  test("the library's page and its law name the ratios that the program uses", () => {
    const [slow, fast] = (["slow", "fast"] as const).map((corner) => atCorner(at(22, { corner })));
    const words = (file: string): string => readFileSync(file, "utf8").replaceAll(/[\s*]+/g, " ");
    const two = (of: "delay" | "leakage"): string => `${slow[of].toFixed(2)} and ${fast[of].toFixed(2)}`;
    expect(words("arch/components/README.md")).toContain(`multiplies delays by ${two("delay")} and leakage by ${two("leakage")},`);
    expect(words("arch/process-corner.ts")).toContain(`Access: ${two("delay")} of typical`);
    expect(words("arch/process-corner.ts")).toContain(`leakage: ${two("leakage")}, with`);
  });
  test("every limit of a chip's clock goes over corners by the same ratio, memories of SRAM and of registers included", () => {
    const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
    for (const kind of ["sram", "registers"]) {
      const of = (corner: string) => {
        const { chip, precision } = patchDocument(base, { "chip.corner": corner, "tile.core.state_memory.kind": kind });
        return new Map(clockLimits(chip, precision, BUILT_NEEDS).map(({ block, periodNs }) => [block, periodNs]));
      };
      const [slow, typical, fast] = [of("slow"), of("typical"), of("fast")];
      expect(typical.size).toBe(8);
      for (const [block, periodNs] of typical) {
        expect((slow.get(block) as number) / periodNs, `${block}, slow`).toBeCloseTo(1.52064, 4);
        expect((fast.get(block) as number) / periodNs, `${block}, fast`).toBeCloseTo(0.65077, 4);
      }
    }
  });
});
