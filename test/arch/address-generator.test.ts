/**
 * The address generator of kernels: its model agrees with gates of the emitted library, and with a calculation by hand.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addressGeneratorCosts, addressGeneratorSize, generatorLogic } from "../../arch/address-generator.js";
import { logicAreaMm2 } from "../../arch/arithmetic.js";
import { BUILT_NEEDS, type Technology } from "../../arch/index.js";
import { log } from "../../base/math.js";
import { packageRoot } from "../../base/package-root.js";
import type { GeneratorRow } from "../../scripts/address-generator.js";
import type { EnergyRow } from "../../scripts/reader-gates/energy-law.js";
import { core, precision } from "../sim/board/fixtures.js";

const logged = (name: string): unknown => JSON.parse(readFileSync(join(packageRoot(), "docs/logs", name), "utf8"));
const rows = logged("address-generator.json") as readonly GeneratorRow[];
const all = logged("address-generator-energy.json") as readonly EnergyRow[];
const energies = all.filter(({ kernel }) => kernel !== null);
/** The corner of the gates. */
const IHP: Technology = {
  nodeNm: 130,
  voltageV: 1.2,
  sramCell: "hp",
  temperatureK: 300,
  corner: "typical",
  clockMhz: 50,
  idle: "clock-gated",
};

test("of ten shapes as gates of 130 nm, the model has 0.92 to 1.06 times the area and 0.95 to 1.03 times the flip-flops", () => {
  expect(rows.length).toBe(10);
  for (const row of rows) {
    const { areaUm2, flipFlops, fieldBits: bits, ...shape } = row;
    const logic = generatorLogic({ ...shape, window: 2 * bits, target: bits, word: bits, bit: bits, address: bits });
    const area = (1e6 * logicAreaMm2(logic, 130)) / areaUm2;
    expect(area, JSON.stringify(row)).toBeGreaterThan(0.92);
    expect(area, JSON.stringify(row)).toBeLessThan(1.06);
    expect(logic.registerBits / flipFlops, JSON.stringify(row)).toBeGreaterThan(0.95);
    expect(logic.registerBits / flipFlops, JSON.stringify(row)).toBeLessThan(1.03);
  }
});

test("of sixteen cores whose gates ran recorded events, a weight is priced at 0.84 to 1.10 times their energy", () => {
  expect(energies.length).toBe(16);
  expect(new Set(energies.map((row) => row.core.lanes))).toEqual(new Set([1, 2, 4, 8]));
  const logs = energies.map((row) => {
    expect(row.equal).toBe(true);
    const needs = { ...BUILT_NEEDS, kernel: row.kernel };
    const own = { ...core, ...row.core, synapseMemory: { ...core.synapseMemory, ...row.core.synapseMemory } };
    const { weightPj } = addressGeneratorCosts(own, needs, { ...precision, weightBits: row.weightBits }, IHP);
    const ratio = weightPj / (row.energyPj / row.weights);
    expect(ratio, JSON.stringify(row)).toBeGreaterThan(0.84);
    expect(ratio, JSON.stringify(row)).toBeLessThan(1.1);
    return log(ratio);
  });
  // the law's error, which every line of generated addresses has, covers them
  const rms = Math.sqrt(logs.reduce((sum, x) => sum + x * x, 0) / logs.length);
  expect(rms).toBeGreaterThan(0.06);
  expect(rms).toBeLessThan(0.08);
});

test("of eight cores of rows that name their targets, the law of kernels gives 0.87 to 1.14 times the energy, and 1.33 of one with a pool", () => {
  const named = all.flatMap((row) => (row.named ? [{ row, found: { ...row.named, taps: row.named.rowWeights } }] : []));
  const ratios = named.map(({ row, found }) => {
    expect(row.equal).toBe(true);
    const own = { ...core, ...row.core, synapseMemory: { ...core.synapseMemory, ...row.core.synapseMemory } };
    const needs = { ...BUILT_NEEDS, kernel: found };
    const { weightPj } = addressGeneratorCosts(own, needs, { ...precision, weightBits: row.weightBits }, IHP);
    return { pool: row.network.includes("pool"), ratio: (weightPj * row.weights) / row.energyPj };
  });
  expect(ratios.length).toBe(8);
  for (const { pool, ratio } of ratios) {
    expect(ratio).toBeGreaterThan(pool ? 1.32 : 0.86);
    expect(ratio).toBeLessThan(pool ? 1.34 : 1.15);
  }
});

test("a lane is as wide as the core and the kernel need; without a kernel all sizes are 0", () => {
  const kernel = { targets: 4096, rowWeights: 288, taps: 9 };
  // 256 neurons of a core; a row of 288 bytes is 72 words of 32 bits; 64 KiB are 16,384 of them
  const [window, target, word, bit, address] = [4, 8, 7, 5, 14];
  const size = addressGeneratorSize({ ...core, lanes: 1 }, { kernel }, { weightBits: 8 });
  expect(size.additionBits).toBe(window + 2 * target + 2 * word + 3 * bit + address);
  const place = window + target + word + bit;
  const perWindow = target + bit + 1 + 2 + target + 2;
  expect(size.registerBits).toBe(place + 2 * target + word + 3 * address + 2 * perWindow + 8 + 32);
  expect(addressGeneratorSize({ ...core, lanes: 4 }, { kernel }, { weightBits: 8 }).adderBits).toBeCloseTo(4 * size.adderBits, 9);
  expect(addressGeneratorSize(core, { kernel: null }, { weightBits: 8 })).toEqual({
    ...{ additionBits: 0, adderBits: 0, multiplierBits2: 0, registerBits: 0 },
  });
});
