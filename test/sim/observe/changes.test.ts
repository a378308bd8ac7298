/** A change that an explanation names can be typed, and then is the chip that was simulated. */
import { expect, test } from "vitest";
import { type Description, open, withValues } from "../../../app/open.js";
import { rebuilding } from "../../../app/rebuilding.js";
import { type Chip, ofKind, shippedNames } from "../../../arch/index.js";
import { type Rebuild, singleChanges } from "../../../sim/observe/changes.js";
import { written } from "./written.js";

const chipOf = ({ experiment }: Pick<Description, "experiment">): Chip | null =>
  ofKind<Chip | null>(experiment, { board: ({ chip }) => chip, coupled: () => null });
const example = (values: { readonly [path: string]: number }): Description => withValues(open("edge"), values);
const rebuildOf = (description: Description): Rebuild =>
  ofKind<Rebuild>(description.experiment, { board: (experiment) => rebuilding(description, experiment, {}), coupled: () => () => null });

/** Values at or next to the schema's ends. */
const NEAR_ENDS: readonly { readonly [path: string]: number }[] = [
  { "tile.core.event_overhead_cycles": 1, "barrier.base_cycles": 1 },
  { "tile.core.lanes": 512, "tile.core.neuron_update.units": 32, "noc.flit_width_bits": 512, "noc.vc_buffer_flits": 2048 },
];

test("on shipped chips and next to the schema's ends, a typed change is the chip with that one parameter written", {
  tags: ["long"],
}, () => {
  let typed = 0;
  const shipped = shippedNames("chip").map((name) => open(name));
  for (const description of [...shipped, ...NEAR_ENDS.map(example)]) {
    const chip = chipOf(description);
    if (chip === null) continue;
    for (const { path, to, chip: simulated, values } of singleChanges({ chip, values: {} }, rebuildOf(description))) {
      expect(values).toEqual({ [path]: to });
      expect(simulated, `${description.file} ${path}: ${to}`).toEqual(written(chip)(values));
      typed++;
    }
  }
  expect(typed).toBeGreaterThan(100);
});

test("parameters of which cores have several values are no change; those that they share are", () => {
  const chip = chipOf(open("edge"));
  if (chip === null) throw new Error("edge is a board");
  const [first, ...others] = chip.cores;
  const mixed = { ...chip, cores: [{ ...first, lanes: 2 * first.lanes }, ...others] };
  const paths = singleChanges({ chip: mixed, values: {} }, written(mixed)).map(({ path }) => path);
  expect(paths).not.toContain("tile.core.lanes");
  expect(paths).toContain("tile.core.synapse_memory.banks");
});

test("a value that the description refuses, or that changes nothing, is no change", () => {
  const chip = chipOf(open("edge"));
  if (chip === null) throw new Error("edge is a board");
  const rebuild: Rebuild = (values) =>
    "tile.core.lanes" in values ? null : "tile.core.synapse_memory.banks" in values ? chip : written(chip)(values);
  const paths = singleChanges({ chip, values: {} }, rebuild).map(({ path }) => path);
  expect(paths).toContain("tile.core.synapse_memory.word_bits");
  expect(paths).not.toContain("tile.core.lanes");
  expect(paths).not.toContain("tile.core.synapse_memory.banks");
});
