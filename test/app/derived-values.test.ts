/** Values that are set on a description with derived parameters. */
import { expect, test } from "vitest";
import { open, openChip, withValues } from "../../app/open.js";

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

test("the shipped square meshes stay square", () => {
  const { chip } = withValues(openChip("mesh-scaling"), { "noc.width": 4 }).experiment as {
    chip: { noc: { width: number; height: number } };
  };
  expect([chip.noc.width, chip.noc.height]).toEqual([4, 4]);
});
