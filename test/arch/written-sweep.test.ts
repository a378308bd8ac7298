/** A search is written as it was read: for every kind of values, condition, option and reference point. */
import { expect, test } from "vitest";
import { open } from "../../app/index.js";
import { type SweepSpec, searchedValues, writtenSweep } from "../../arch/index.js";

const BASE = { version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif.safetensors" }, workload: { dataset: "mnist-rows" } };
const SEARCH = {
  parameters: [
    { path: "tile.core.lanes", log2: [2, 8] },
    { path: "noc.width", values: [1, 2], name: "columns", when: "lanes > 2" },
    { path: "chip.clock_mhz", log: [50.5, 200.25] },
    { path: "barrier.base_cycles", range: [4, 10], step: 2 },
    { path: "chip.temperature_k", range: [300, 350] },
    { path: "noc.height", derived: "2 * columns" },
    { path: "chip.idle", values: ["clocked", "power-gated"] },
    { path: "tile.core.state_memory.reread_in_stalls", values: [true, false] },
  ],
  objectives: { "energy_uj_per_inference@90": "min", accuracy_percent: "max" },
  constraints: ["area_mm2 <= 2", "lanes * columns < 20"],
  sampler: { name: "nsga2", budget: 30, seed: 7, population: 12 },
  reference_point: { "energy_uj_per_inference@90": 10, accuracy_percent: 80 },
};

const specOf = (sweep: object): SweepSpec => {
  const spec = open({ ...BASE, sweep }).sweep;
  if (spec === null) throw new Error("no search was read");
  return spec;
};

test("what writtenSweep writes is read as the same search, with another budget if one is given", () => {
  const spec = specOf(SEARCH);
  expect(new Set(spec.parameters.map(({ domain }) => domain.kind))).toEqual(new Set(["list", "range", "log", "power-of-two", "derived"]));
  expect(specOf(writtenSweep(spec, 30) as object)).toEqual(spec);
  expect(specOf(writtenSweep(spec, 50) as object)).toEqual({ ...spec, sampler: { ...spec.sampler, budget: 50 } });
  const { reference_point: _, ...open } = SEARCH;
  const without = specOf(open);
  expect(without.referencePoint).toBeNull();
  expect(specOf(writtenSweep(without, 30) as object)).toEqual(without);
});

test("searchedValues names every value or both ends", () => {
  expect(specOf(SEARCH).parameters.map(searchedValues)).toEqual([
    "2 to 8, powers of two",
    "1, 2; only if lanes > 2",
    "50.5 to 200.25, evenly by ratio",
    "4 to 10 in steps of 2",
    "300 to 350",
    "= 2 * columns",
    "clocked, power-gated",
    "true, false",
  ]);
});
