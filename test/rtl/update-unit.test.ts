/** The priced update unit is the one of the emitted SystemVerilog; area, energy and clock by closed forms. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { addPj, multiplyPj } from "../../arch/arithmetic.js";
import {
  BUILT_NEEDS,
  BUILT_PAYLOAD_BITS,
  BUILT_UNIT,
  cellOf,
  clockLimits,
  corePrices,
  datapathLogic,
  parseArch,
  patchDocument,
  SYSTEMS,
  type System,
  type UpdateUnit,
  updateMultiplierBits2,
  updateRegisterBits,
  updateUnitOf,
  updateWidths,
} from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { candidateOf, obstaclesOf } from "../../rtl/index.js";
import { rtlPoint } from "../../rtl/point.js";
import { coreTables } from "../../rtl/tables.js";
import { CORES } from "../../scripts/rtl-gates/cores.js";
import { randomCore } from "./random-cores.js";

type Scalars = { readonly [name: string]: number };
const base = parseArch("version: 1\nextends: mesh-2x2\nprices: { basis: library }\n", "a.yaml");
const point = (values: { [path: string]: Json } = {}) => patchDocument(base, values);

/**
 * Products of widths of one unit as the library instantiates it (requantise.sv, leak.sv, rec.sv), with `leaks` leaks
 * and no jump.
 */
function emittedBits2(s: Scalars, leaks: number): number {
  const gate = s.CELL === 1 ? (s.GATE + 1) * (s.STATE + 1) : 0;
  return s.GATES * s.ACC * s.MULT + gate + leaks * s.STATE * s.FACTOR;
}

/** Update unit of a network whose layers have one cell. */
function unitOf(system: System, leaks: number, leak: "multiplier" | "shift" = "multiplier"): UpdateUnit {
  const update = { encoder: { requantises: 0, multiplies: 0, additions: 2, lutReads: 0 }, layer: cellOf(system).update(leaks, leak) };
  const readout = { requantises: 1, multiplies: 1, additions: 2, lutReads: 0 };
  const populations = [update.encoder, update.layer, readout].map((work) => ({
    ...{ name: "p", neurons: 1, accumulators: 1, states: 1, depth: 0, payloadBits: 1, rests: true },
    update: work,
  }));
  return updateUnitOf({ populations });
}

describe("widths", () => {
  test("multipliers of a unit are those of the emitted core, for random networks of every spiking cell", { tags: ["long"] }, () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 60; seed++) {
      const core = randomCore(seed);
      if (obstaclesOf(candidateOf(core)).length > 0) continue;
      const made = rtlPoint(core);
      const { scalars } = coreTables(made, made.cores[0]);
      // if units are so coarse that nothing is shifted, the network's own multipliers are wider
      if (scalars.MULT > 17) {
        seen.set("coarse", (seen.get("coarse") ?? 0) + 1);
        continue;
      }
      const unit = updateUnitOf(core.run.placement.topology);
      const leaks = unit.leaks - scalars.JUMPS; // a jump counts as a leak
      const widths = updateWidths(core.experiment.precision, BUILT_PAYLOAD_BITS);
      expect(updateMultiplierBits2({ ...unit, leaks }, widths), `seed ${seed}`).toBe(emittedBits2(scalars, leaks));
      const name = ["lif", "rec", "alif"][scalars.CELL] + (scalars.SHIFTS === 1 ? " by shift" : "");
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    console.log(`seeds 1 to 60: ${[...seen].map(([name, count]) => `${count} ${name}`).join(", ")}`);
    for (const name of ["lif", "rec", "alif", "lif by shift", "alif by shift"]) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  });
  test("each cell has the requantisers, products and tables that its equations need", () => {
    const trained = { integrates: false };
    const built = Object.fromEntries(SYSTEMS.map((system) => [system, unitOf(system, 1)]));
    expect(built).toEqual({
      lif: { requantisers: 1, gates: 0, leaks: 1, additions: 3, gains: 0, tables: 0, ...trained },
      alif: { requantisers: 1, gates: 0, leaks: 2, additions: 4, gains: 1, tables: 0, ...trained },
      "rec-v1": { requantisers: 2, gates: 1, leaks: 0, additions: 4, gains: 0, tables: 1, ...trained },
      "rec-v2": { requantisers: 2, gates: 1, leaks: 0, additions: 4, gains: 0, tables: 1, ...trained },
      gru: { requantisers: 4, gates: 3, leaks: 0, additions: 2, gains: 0, tables: 3, ...trained },
      lstm: { requantisers: 4, gates: 3, leaks: 0, additions: 2, gains: 0, tables: 5, ...trained },
    });
    expect(built["rec-v2"]).toEqual(BUILT_UNIT);
    expect(unitOf("lif", 1, "shift")).toEqual({ requantisers: 1, gates: 0, leaks: 0, additions: 4, gains: 0, tables: 0, ...trained });
    const none = { requantisers: 0, gates: 0, leaks: 0, additions: 0, gains: 0, tables: 0 };
    expect(updateUnitOf({ populations: [] })).toEqual({ ...none, ...trained });
  });
  test("registers of a unit's pipeline are 0.9 to 1.1 of what 12 synthesised cores have", () => {
    type GateRow = { readonly name: string; readonly registers: Scalars };
    const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
    const ratios = rows.map(({ name, registers }) => {
      const shape = CORES[name];
      const precision = Object.fromEntries(Object.entries(shape).filter(([path]) => path.startsWith("precision.")));
      const w = updateWidths(point(precision).precision, BUILT_PAYLOAD_BITS);
      const unit = unitOf(name.split(",")[0] as System, name.startsWith("alif") ? 2 : 1);
      const units = Number(shape["tile.core.neuron_update.units"] ?? 1);
      const depth = Number(shape["tile.core.neuron_update.pipeline_depth_cycles"] ?? 4);
      return (units * updateRegisterBits(unit, w, depth)) / registers["somas.unit"];
    });
    console.log(`registers, price / gates: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`);
    expect(ratios).toHaveLength(12);
    expect(Math.min(...ratios)).toBeGreaterThan(0.9);
    expect(Math.max(...ratios)).toBeLessThan(1.1);
  });
});

describe("prices", () => {
  const { chip, precision } = point({ "precision.accumulator_bits": 24, "precision.state_bits": 16, "precision.gate_bits": 8 });
  const { technology } = chip;
  test("an update's energy is requantisations, products and additions at their widths, cell by cell", () => {
    const energyOf = (system: System, leaks: number): number => {
      const { requantises, multiplies, additions } = cellOf(system).update(leaks, "multiplier");
      const prices = corePrices(chip, chip.cores[0], precision, { ...BUILT_NEEDS, unit: unitOf(system, leaks) });
      const { requantisation_pj, element_multiply_pj, element_add_pj } = prices;
      const rest = (multiplies - requantises) * element_multiply_pj.value + (additions - requantises) * element_add_pj.value;
      return requantises * requantisation_pj.value + rest;
    };
    const requantise = multiplyPj(24, 17, technology) + 2 * addPj(41, technology);
    const [gate, leak, add] = [multiplyPj(9, 17, technology), multiplyPj(16, 10, technology), addPj(16, technology)];
    expect(energyOf("rec-v2", 0)).toBeCloseTo(2 * requantise + gate + 4 * add, 12);
    expect(energyOf("lif", 1)).toBeCloseTo(requantise + leak + 3 * add, 12);
    expect(energyOf("lif", 0)).toBeCloseTo(requantise + 2 * add, 12);
    expect(energyOf("alif", 2)).toBeCloseTo(requantise + 3 * leak + 4 * add, 12);
    expect(energyOf("lstm", 0)).toBeCloseTo(4 * requantise + 3 * gate + add, 12);
    expect(energyOf("gru", 0)).toBeCloseTo(4 * requantise + 3 * gate + 2 * add, 12);
  });
  test("the datapath holds one unit's multipliers and adders per unit", () => {
    const logic = (units: number) => {
      const { chip: of } = point({ "tile.core.neuron_update.units": units });
      return datapathLogic(of.cores[0], precision, BUILT_NEEDS);
    };
    const [one, two] = [logic(1), logic(2)];
    expect(two.multiplierBits2 - one.multiplierBits2).toBe(2 * 24 * 17 + 9 * 17);
    expect(two.adderBits - one.adderBits).toBe(2 * 2 * 41 + 4 * 16);
    // two neurons of these widths need one word more than one neuron
    const more = chip.cores[0].stateMemory.wordBits;
    const own = updateRegisterBits(BUILT_UNIT, updateWidths(precision, BUILT_PAYLOAD_BITS), 4);
    expect(two.registerBits - one.registerBits).toBe(own + more);
  });
  test("the clock's limit of an update holds the requantiser's product: it rises with the accumulator, and more stages lower it", () => {
    const period = (values: { [path: string]: Json }): number => {
      const at = point(values);
      return clockLimits(at.chip, at.precision, BUILT_NEEDS).find(({ block }) => block === "core[0] neuron update")?.periodNs ?? 0;
    };
    expect(period({ "precision.accumulator_bits": 32 })).toBeGreaterThan(period({ "precision.accumulator_bits": 16 }));
    const [four, eight] = [4, 8].map((depth) => period({ "tile.core.neuron_update.pipeline_depth_cycles": depth }));
    expect(four).toBeCloseTo(2 * eight, 12);
  });
});
