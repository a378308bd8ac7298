/** Steps that begin at ticks: the emitted chip begins them in the same cycles as the simulator and the naive chip. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { randomChip } from "./random-chips.js";
import { randomCore } from "./random-cores.js";
import { studyOf, studyPoint } from "./study-cores.js";
import { ticked } from "./ticks.js";

const absent = versionOf("iverilog") === null;
const skipped = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Seeds with short runs: steps of one tick and of several, events and both scans. */
const CORES = [13, 34, 1];
const CHIPS = [29];

test.skipIf(absent)(
  `cores with ticks, with events and scans, equal the simulator's and the naive chip's${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const { seen, found } = studyOf(
      CORES.map((seed) => studyPoint(ticked(randomCore(seed)))),
      "cores with ticks",
    );
    expect(found).toEqual([]);
    seen.expectEach(["a step of several ticks", "a step of one tick", "scan=event", "scan=compressed", "scan=dense"]);
  },
);

test.skipIf(absent)(`so does a chip of several cores${skipped}`, { tags: ["long"], timeout: 300_000 }, () => {
  const { found, run } = studyOf(
    CHIPS.flatMap((seed) => randomChip(seed) ?? []).map((point) => studyPoint(ticked(point))),
    "chips with ticks",
  );
  expect(found).toEqual([]);
  expect(run).toBe(CHIPS.length);
});
