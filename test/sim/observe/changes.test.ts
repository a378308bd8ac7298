/** A change that an explanation names can be typed, and then is the chip that was simulated. */
import { expect, test } from "vitest";
import { type Description, open, withValues } from "../../../app/open.js";
import { type Chip, ofKind, shippedNames } from "../../../arch/index.js";
import { singleChanges } from "../../../sim/observe/changes.js";

const chipOf = ({ experiment }: Pick<Description, "experiment">): Chip | null =>
  ofKind<Chip | null>(experiment, { board: ({ chip }) => chip, coupled: () => null });
const example = (values: { readonly [path: string]: number }): Description => withValues(open("edge"), values);

/** Values at or next to the schema's ends. */
const ENDS: readonly { readonly [path: string]: number }[] = [
  { "tile.core.event_overhead_cycles": 1, "barrier.base_cycles": 1 },
  { "tile.core.lanes": 1024, "tile.core.neuron_update.units": 64, "noc.flit_width_bits": 1024, "noc.vc_buffer_flits": 4096 },
];

test("on shipped chips and at the schema's ends, every named change is accepted and gives the simulated chip", () => {
  let typed = 0;
  const shipped = shippedNames("chip").map((name) => open(name));
  for (const description of [...shipped, ...ENDS.map(example)]) {
    const chip = chipOf(description);
    if (chip === null) continue;
    for (const { path, to, chip: simulated } of singleChanges(chip)) {
      const found = chipOf(withValues(description, { [path]: to }));
      expect(found, `${description.file} ${path}: ${to}`).toEqual(simulated);
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
  const paths = singleChanges(mixed).map(({ path }) => path);
  expect(paths).not.toContain("tile.core.lanes");
  expect(paths).toContain("tile.core.synapse_memory.banks");
});
