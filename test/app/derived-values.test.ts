/** Values that are set on a description with derived parameters. */
import { expect, test } from "vitest";
import { readCoupledPoint } from "../../app/coupled-point.js";
import { open, openChip, withValues } from "../../app/open.js";
import type { Chip, Experiment } from "../../arch/index.js";

const DESCRIPTION = {
  version: 1,
  noc: { width: { sweep: [1, 2, 4] }, height: { sweep: { derived: "width" } } },
  tile: { core: { lanes: { sweep: { derived: "4 * height" } }, max_neurons: 64 } },
  sweep: {
    parameters: [{ path: "tile.core.max_neurons", derived: "100 * width" }], // not in place: the chip as written has 64
    objectives: { area_mm2: "min" },
  },
};

function sizes(values: { readonly [path: string]: number }): readonly number[] {
  const { document } = withValues(open(DESCRIPTION), values);
  const { noc, tile } = document as unknown as {
    noc: { width: number; height: number };
    tile: { core: { lanes: number; max_neurons: number } };
  };
  return [noc.width, noc.height, tile.core.lanes, tile.core.max_neurons];
}

test("values that the search derives follow a value that is set, through other derived ones, too", () => {
  expect(sizes({})).toEqual([1, 1, 4, 64]);
  expect(sizes({ "noc.width": 4 })).toEqual([4, 4, 16, 64]);
  expect(sizes({ "chip.clock_mhz": 50 })).toEqual([1, 1, 4, 64]);
});

test("a derived value that is set itself stays as set, and what depends on it follows", () => {
  expect(sizes({ "noc.width": 4, "noc.height": 2 })).toEqual([4, 2, 8, 64]);
  expect(sizes({ "tile.core.lanes": 2 })).toEqual([1, 1, 2, 64]);
});

test("they follow in a chip with its own core model, too", () => {
  const parameters = [
    { path: "grid.width", values: [2, 4] },
    { path: "grid.height", derived: "width" },
  ];
  const description = open({ version: 1, extends: "ranc", sweep: { parameters, objectives: { latency_cycles: "min" } } });
  const { experiment, document } = readCoupledPoint(description, { "grid.width": 4 });
  expect(experiment.chip).toMatchObject({ grid: { width: 4, height: 4 } });
  expect(document).toMatchObject({ grid: { width: 4, height: 4 } });
});

/** Paths of lanes on a chip of four tiles with two cores each; some select the same by other words. */
const LANES = [
  "tile.core.lanes",
  "tile.core[0].lanes",
  "tile[0..1].core.lanes",
  "tile[1,0].core[0].lanes",
  "tile[0,1].core.lanes",
  "tile[0].core.lanes",
  "tile[0..2].core.lanes",
  "tile[2..3].core.lanes",
];
const searching = (...parameters: readonly object[]): object => ({
  version: 1,
  extends: "mesh-2x2",
  noc: { link_cycles: 2 },
  tile: { cores: 2, core: { lanes: 4 } },
  sweep: { parameters, objectives: { area_mm2: "min" } },
});
const chipWith = (description: object, values: { readonly [path: string]: number }): Chip =>
  (withValues(open(description as { readonly [key: string]: unknown }), values).experiment as Experiment).chip;
const lanesOf = (chip: Chip): readonly number[] => chip.cores.map(({ lanes }) => lanes);

test("what is derived from a searched value follows when all that the search reaches is set, by whatever selectors", () => {
  const drawn = { follows: 0, stays: 0 };
  for (const path of LANES)
    for (const set of LANES) {
      const description = searching({ path, values: [4, 8], name: "l" }, { path: "noc.link_cycles", derived: "l / 2" });
      const reached = lanesOf(chipWith(searching({ path, values: [4] }), { [path]: 64 })).map((lanes) => lanes === 64);
      const chip = chipWith(description, { [set]: 8 });
      const follows = reached.every((is, core) => !is || chip.cores[core].lanes === 8);
      drawn[follows ? "follows" : "stays"]++;
      expect(chip.noc.linkCycles, `${set} on a search of ${path}`).toBe(follows ? 4 : 2);
    }
  expect(Math.min(drawn.follows, drawn.stays)).toBeGreaterThan(10);
});

test("a derived value yields to one that is set for the same cores, by whatever selectors both are written", () => {
  for (const path of LANES)
    for (const set of LANES) {
      const description = searching({ path: "noc.link_cycles", values: [2, 4] }, { path, derived: "2 * link_cycles" });
      const reached = lanesOf(chipWith(searching({ path, values: [4] }), { [set]: 64 })).map((lanes) => lanes === 64);
      const lanes = lanesOf(chipWith(description, { "noc.link_cycles": 4, [set]: 16 }));
      for (const [core, is] of reached.entries())
        if (is) expect(lanes[core], `core ${core} of ${set} on a search of ${path}`).toBe(16);
        else expect([4, 8]).toContain(lanes[core]);
    }
  const beside = searching({ path: "noc.link_cycles", values: [2, 4] }, { path: "tile.core.lanes", derived: "2 * link_cycles" });
  expect(lanesOf(chipWith(beside, { "noc.link_cycles": 4, "tile[0].core.lanes": 16 }))).toEqual([16, 16, 8, 8, 8, 8, 8, 8]);
});

test("the shipped square meshes stay square", () => {
  const { chip } = withValues(openChip("mesh-scaling"), { "noc.width": 4 }).experiment as {
    chip: { noc: { width: number; height: number } };
  };
  expect([chip.noc.width, chip.noc.height]).toEqual([4, 4]);
});
