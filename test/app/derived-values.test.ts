/** Values that are set on a description with derived parameters. */
import { expect, test } from "vitest";
import { readCoupledPoint } from "../../app/coupled-point.js";
import { open, openChip, withValues } from "../../app/open.js";
import { type Chip, type Experiment, patchDescription, shippedNames } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { Space } from "../../sweeps/index.js";
import { cases } from "../cases.js";

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
  expect(sizes({ "noc.width": 4 })).toEqual([4, 4, 16, 400]);
  expect(sizes({ "chip.clock_mhz": 50 })).toEqual([1, 1, 4, 64]);
});

test("a derived value that is set itself stays as set, and what depends on it follows", () => {
  expect(sizes({ "noc.width": 4, "noc.height": 2 })).toEqual([4, 2, 8, 400]);
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

test("what is derived from a searched value follows when all that the search reaches is set, by whatever selectors", {
  tags: ["long"],
}, () => {
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

test("a derived value yields to one that is set for the same cores, by whatever selectors both are written", { tags: ["long"] }, () => {
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

/** A search of tiles in place: `lanes` of all, those of tile 1 from `of`, of tile 2 on their own. */
const tiles = (of: string): object => ({
  version: 1,
  extends: "mesh-2x2",
  noc: { link_cycles: { sweep: [1, 2] } },
  tile: { core: { lanes: { sweep: [3, 1, 8] }, max_neurons: { sweep: { derived: "100 * link_cycles" } } } },
  "tile[1]": { core: { lanes: { sweep: { derived: of }, name: "own" } } },
  "tile[2]": { core: { max_neurons: { sweep: [70, 80], name: "few" } } },
  sweep: { objectives: { area_mm2: "min" } },
});

test("a value of a wider searched key leaves narrower derived ones to the search, whatever they depend on", () => {
  expect(lanesOf(chipWith(tiles("2 * lanes"), { "tile.core.lanes": 3 }))).toEqual([3, 6, 3, 3]);
  expect(lanesOf(chipWith(tiles("2 * lanes"), { "tile.core.lanes": 8 }))).toEqual([8, 16, 8, 8]);
  expect(lanesOf(chipWith(tiles("2 * lanes"), { "tile[0..3].core.lanes": 8 }))).toEqual([8, 8, 8, 8]); // no searched key
  expect(lanesOf(chipWith(tiles("4 * link_cycles"), { "tile.core.lanes": 8 }))).toEqual([8, 4, 8, 8]);
  expect(lanesOf(chipWith(tiles("4 * link_cycles"), { "tile.core.lanes": 8, "tile[1].core.lanes": 5 }))).toEqual([8, 5, 8, 8]);
});

test("a derived value that follows leaves narrower searched ones as they are", () => {
  const neurons = chipWith(tiles("lanes"), { "noc.link_cycles": 2 }).cores.map(({ maxNeurons }) => maxNeurons);
  expect(neurons).toEqual([200, 200, 70, 200]);
});

test("the searched values of a point of any shipped search, and of narrower derived keys, give the point", () => {
  const own = [tiles("2 * lanes"), tiles("4 * link_cycles")].map((description) => open(description as { readonly [key: string]: unknown }));
  let derived = 0;
  for (const description of [...own, ...shippedNames("example").map((name) => open(name))]) {
    if (description.sweep === null) continue;
    const space = new Space(description.sweep.parameters);
    for (let seed = 0; seed < cases(1); seed++) {
      const rng = createRng(seed, "retyped");
      const point = space.decode(Float64Array.from(space.dimensions, () => rng.float()));
      const searched = Object.fromEntries(
        space.dimensions.flatMap(({ parameter: { name } }) => (name in point ? [[name, point[name]]] : [])),
      );
      const documentOf = (given: () => { readonly document: unknown }): unknown => {
        try {
          return given().document;
        } catch (error) {
          if (error instanceof InputError) return "refused";
          throw error;
        }
      };
      const stored = documentOf(() => patchDescription(description, space.byPath(point)));
      for (const typed of [searched, point])
        expect(
          documentOf(() => withValues(description, space.byPath(typed))),
          `${description.file} ${JSON.stringify(point)}`,
        ).toEqual(stored);
      if (stored !== "refused" && Object.keys(point).length > Object.keys(searched).length) derived++;
    }
  }
  expect(derived).toBeGreaterThan(5);
});

test("the shipped square meshes stay square", () => {
  const { chip } = withValues(openChip("mesh-scaling"), { "noc.width": 4 }).experiment as {
    chip: { noc: { width: number; height: number } };
  };
  expect([chip.noc.width, chip.noc.height]).toEqual([4, 4]);
});
