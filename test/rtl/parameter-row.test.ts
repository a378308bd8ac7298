/** The memory of neurons' parameters: rows against emitted SystemVerilog, prices by closed form, reads by hand. */
import { describe, expect, test } from "vitest";
import {
  areaOf,
  BUILT_NEEDS,
  BUILT_PAYLOAD_BITS,
  BUILT_UNIT,
  builtRow,
  corePrices,
  type ParameterRow,
  parameterRowBits,
  parseArch,
  patchDocument,
  updateUnitOf,
  updateWidths,
} from "../../arch/index.js";
import { memoryMacro } from "../../arch/memories/memory-macro.js";
import type { Json } from "../../base/hash.js";
import { imagesOf } from "../../rtl/images.js";
import { candidateOf, obstaclesOf } from "../../rtl/index.js";
import { rtlPoint } from "../../rtl/point.js";
import { coreTables } from "../../rtl/tables.js";
import { CORE_COUNTERS, coreColumn } from "../../sim/counters.js";
import { randomCore } from "./random-cores.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
const point = (values: { [path: string]: Json } = {}) => patchDocument(base, values);

describe("rows", () => {
  test("of rec-v2 at default widths: two gates of a 17-bit multiplier and a 33-bit bias", () => {
    const { precision } = point();
    expect(parameterRowBits(builtRow(BUILT_UNIT, updateWidths(precision, BUILT_PAYLOAD_BITS)))).toBe(2 * (17 + 33));
  });
  test("of random networks: rows of the emitted image follow the same rule, and fit into a built row except for jumps and leaks by shift", () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 60; seed++) {
      const core = randomCore(seed);
      if (obstaclesOf(candidateOf(core)).length > 0) continue;
      const made = rtlPoint(core);
      const tables = coreTables(made, made.cores[0]);
      const own: ParameterRow = made.network.own;
      const [line] = imagesOf(made, made.cores[0], tables).own.split("\n");
      expect(line).toHaveLength(Math.ceil((made.cores[0].neuronUpdate.units * parameterRowBits(own)) / 4));
      const built = builtRow(updateUnitOf(core.run.placement.topology), updateWidths(core.experiment.precision, BUILT_PAYLOAD_BITS));
      const isWide = own.multiplierBits > built.multiplierBits; // if units are so coarse that nothing is shifted
      const isShift = tables.scalars.SHIFTS === 1;
      if (!isWide && !isShift) {
        expect(built.gates, `seed ${seed}`).toBe(own.gates);
        expect(built.biasBits, `seed ${seed}`).toBeGreaterThanOrEqual(own.biasBits);
        if (own.factors > 0) expect(built.factorBits, `seed ${seed}`).toBe(own.factorBits);
      }
      const name = isWide ? "coarse" : isShift ? "by shift" : ["lif", "rec", "alif"][tables.scalars.CELL];
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    console.log(`seeds 1 to 60: ${[...seen].map(([name, count]) => `${count} ${name}`).join(", ")}`);
    for (const name of ["lif", "rec", "alif", "by shift"]) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  });
});

describe("reads", () => {
  test("of random cores: one per update, without those of encoders", () => {
    let most = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { run } = randomCore(seed);
      const { topology, slices } = run.placement;
      const { cores } = run.timing.total;
      const sum = (name: "parameter_memory_reads" | "neuron_updates"): number =>
        Array.from({ length: cores.length / CORE_COUNTERS.length }, (_, c) => cores[c * CORE_COUNTERS.length + coreColumn[name]]).reduce(
          (total, count) => total + count,
          0,
        );
      const share = (isCounted: (population: number) => boolean): number =>
        slices.filter(({ population }) => isCounted(population)).reduce((total, { neurons }) => total + neurons, 0);
      const withRows = share((population) => topology.populations[population].accumulators > 0);
      expect(sum("parameter_memory_reads"), `seed ${seed}`).toBeLessThanOrEqual(sum("neuron_updates"));
      if (sum("neuron_updates") % share(() => true) === 0)
        expect(sum("parameter_memory_reads"), `seed ${seed}`).toBe((sum("neuron_updates") / share(() => true)) * withRows);
      most = Math.max(most, sum("parameter_memory_reads"));
    }
    expect(most).toBeGreaterThan(0);
  });
});

describe("prices", () => {
  test("by hand: 4 units share 256 rows of 100 bits as 4 macros of 64; a read counts one macro, leakage and area count all", () => {
    const { chip, precision } = point({ "tile.core.max_neurons": 256, "tile.core.neuron_update.units": 4 });
    const macro = memoryMacro({ kind: "sram", sizeBits: 64 * 100, wordBits: 100, banks: 1, ports: "1rw" }, chip.technology);
    const library = { ...chip, silicon: null };
    const prices = corePrices(library, chip.cores[0], precision, BUILT_NEEDS);
    expect(prices.parameter_memory_read_pj.value).toBe(macro.read_pj);
    expect(prices.parameter_memory_leakage_mw.value).toBeCloseTo(4 * macro.leakage_mw, 15);
    expect(prices.parameter_memory_area_mm2.value).toBeCloseTo(4 * macro.area_mm2, 15);
    const row = areaOf(library, precision, BUILT_NEEDS).rows.find(({ component }) => component === "parameter memory area");
    expect(row?.areaMm2).toBeCloseTo(chip.cores.length * 4 * macro.area_mm2, 12);
  });
  test("the parameters of 256 neurons take less area in SRAM than in latches, those of 4 neurons less in latches", () => {
    const area = (neurons: number, kind: string): number => {
      const { chip, precision } = point({ "tile.core.max_neurons": neurons, "tile.core.parameter_memory.kind": kind });
      return corePrices(chip, chip.cores[0], precision, BUILT_NEEDS).parameter_memory_area_mm2.value;
    };
    expect(area(256, "sram")).toBeLessThan(area(256, "latches"));
    expect(area(4, "latches")).toBeLessThan(area(4, "sram"));
  });
  test("a network whose neurons have no parameters pays for none", () => {
    const { chip, precision } = point();
    const needs = { ...BUILT_NEEDS, unit: { requantisers: 0, gates: 0, leaks: 0, additions: 1, gains: 0, tables: 0, integrates: false } };
    const prices = corePrices(chip, chip.cores[0], precision, needs);
    expect(prices.parameter_memory_read_pj.value + prices.parameter_memory_area_mm2.value + prices.parameter_memory_leakage_mw.value).toBe(
      0,
    );
    const rows = areaOf(chip, precision, needs).rows;
    expect(rows.some(({ component }) => component === "parameter memory area")).toBe(false);
  });
});
