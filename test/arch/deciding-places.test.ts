/** Keys of tiles and cores that decide something, against the chip that comes of the description. */
import { expect, test } from "vitest";
import { open } from "../../app/open.js";
import { decidingPlaces, patchDocument } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { createRng, type Rng } from "../../base/rng.js";
import { cases } from "../cases.js";

const CORES = 2;
const FIRST_VALUE = 100;

/** `tile`, or a key for some of the tiles. */
function keyOf(rng: Rng, stem: "tile" | "core", count: number): string {
  const indices = Array.from({ length: count }, (_, i) => i).filter(() => rng.float() < 0.6);
  return indices.length === 0 || rng.float() < 0.3 ? stem : `${stem}[${indices.join()}]`;
}

test("a key decides exactly if some core has its value, whatever narrower keys and values by path set: each value is one key's", () => {
  let [compared, overruled, withValues] = [0, 0, 0];
  for (let seed = 0; seed < cases(60); seed++) {
    const rng = createRng(seed, "places");
    let next = FIRST_VALUE;
    const tiles: { [tile: string]: { cores?: number; [core: string]: unknown } } = {
      tile: { cores: CORES, core: { max_neurons: next++ } },
    };
    for (let k = rng.int(0, 4); k > 0; k--) {
      const [tile, core] = [keyOf(rng, "tile", 4), keyOf(rng, "core", CORES)];
      tiles[tile] = { ...tiles[tile], [core]: { max_neurons: next++ } };
    }
    const searched = Array.from({ length: rng.int(0, 2) }, () => `${keyOf(rng, "tile", 4)}.${keyOf(rng, "core", CORES)}.max_neurons`);
    const values = Object.fromEntries([...new Set(searched)].map((path) => [path, next++]));
    try {
      const described = open({
        version: 1,
        extends: "mesh-2x2",
        network: { model: "mnist-rows-lif" },
        workload: { dataset: "mnist-rows" },
        ...tiles,
      });
      const { chip } = patchDocument(described, values);
      const had = new Set(chip.cores.map(({ maxNeurons }) => maxNeurons));
      const keys = Object.entries(tiles).flatMap(([tile, cores]) =>
        Object.entries(cores).flatMap(([core, value]) =>
          core === "cores" ? [] : [{ path: `${tile}.${core}.max_neurons`, value: (value as { max_neurons: number }).max_neurons }],
        ),
      );
      const found = decidingPlaces(described, values).filter((path) => path.endsWith("max_neurons"));
      const expected = keys.filter(({ value }) => had.has(value)).map(({ path }) => path);
      expect([...found].sort(), JSON.stringify({ tiles, values })).toEqual(expected.sort());
      compared++;
      if (expected.length < keys.length) overruled++;
      if (searched.length > 0) withValues++;
    } catch (error) {
      if (!(error instanceof InputError)) throw error; // two keys of which neither selects fewer
    }
  }
  expect(Math.min(compared / 3, overruled, withValues)).toBeGreaterThan(15);
});
