/** Sizes of a bit of SRAM: foundries' published cells in place of CACTI's 146 F^2. */
import { expect, test } from "vitest";
import { TECHNOLOGY_NODES_NM } from "../../arch/chip-schema.js";
import { num, table } from "../../arch/component-tables.js";
import type { Technology } from "../../arch/index.js";
import { cellRatio, cellUm2 } from "../../arch/memories/sram-cells.js";
import { sramMacro } from "../../arch/sram.js";
import { nominalVoltageV } from "../../arch/voltage.js";

const at = (nodeNm: number): Technology => ({
  ...{
    nodeNm,
    sramCell: "lstp",
    voltageV: nominalVoltageV(nodeNm, "lstp"),
    temperatureK: 300,
    corner: "typical",
    clockMhz: 100,
    idle: "clock-gated",
  },
});
const macro = { sizeBits: 64 * 8192, wordBits: 64, banks: 1, ports: "1rw" } as const;

test("a node's cell is the geometric mean of its foundries'; nodes without one lie between their neighbours", () => {
  expect(cellUm2(28)).toBeCloseTo(Math.cbrt(0.127 * 0.12 * 0.124), 12);
  expect(cellUm2(16)).toBeCloseTo(0.07, 12);
  const [at16, at22] = [cellUm2(16), cellUm2(22)];
  const share = Math.log(20 / 16) / Math.log(22 / 16);
  expect(cellUm2(20)).toBeCloseTo(at16 ** (1 - share) * at22 ** share, 12);
});

test("a smaller node never has the larger cell, nor the larger macro", () => {
  const nodes = [...TECHNOLOGY_NODES_NM].sort((a, b) => a - b);
  for (const [i, node] of nodes.slice(1).entries()) {
    expect(cellUm2(node), `${node} nm`).toBeGreaterThan(cellUm2(nodes[i]));
    expect(sramMacro(macro, at(node)).area_mm2, `${node} nm`).toBeGreaterThan(sramMacro(macro, at(nodes[i])).area_mm2);
  }
});

test("published cells shrink slower than F^2, and TrueNorth's own cell of 28 nm lies within a quarter of its node's", () => {
  const inF2 = (node: number): number => cellUm2(node) / (node * 1e-3) ** 2;
  expect(Math.round(inF2(65))).toBe(130);
  expect(Math.round(inF2(22))).toBe(209);
  expect(Math.round(inF2(14))).toBe(343);
  const trueNorth = table("chips").find((row) => row.chip === "TrueNorth" && row.metric === "SRAM bitcell area");
  expect(num(trueNorth ?? {}, "value") / cellUm2(28)).toBeGreaterThan(0.8);
  expect(num(trueNorth ?? {}, "value") / cellUm2(28)).toBeLessThan(1.25);
});

test("areas of a macro go from node to node as its cells do below 22 nm", () => {
  expect(cellRatio(22, 14) / cellRatio(22, 22)).toBeCloseTo(cellUm2(14) / cellUm2(22), 12);
  expect(sramMacro(macro, at(14)).area_mm2 / sramMacro(macro, at(22)).area_mm2).toBeCloseTo(cellUm2(14) / cellUm2(22), 12);
});
