/**
 * Memories of latches: words are written while the clock is low, and the emitted core behaves as the simulator and the
 * naive chip.
 */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { replay } from "../../sim/index.js";
import { type RandomCore, randomCore } from "./random-cores.js";
import { studyOf, studyPoint } from "./study-cores.js";

const absent = versionOf("iverilog") === null;
const skipped = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Both kinds of ports, forwarded sums, and read latencies of 1 and more. */
const SEEDS = [44, 33, 41];

/** The point with all memories of a core made of latches. */
function latched(point: RandomCore): RandomCore {
  const { chip } = point.experiment;
  const kind = "latches" as const;
  const cores = chip.cores.map((core) => ({
    ...core,
    synapseMemory: { ...core.synapseMemory, kind },
    stateMemory: { ...core.stateMemory, kind },
    parameterKind: kind,
  }));
  const experiment = { ...point.experiment, chip: { ...chip, cores } };
  return { ...point, experiment, run: replay(experiment, point.functional.trace) };
}

test.skipIf(absent)(
  `cores with memories of latches equal the simulator's and the naive chip's${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const { seen, found, run } = studyOf(
      SEEDS.map((seed) => studyPoint(latched(randomCore(seed)))),
      "cores with latches",
    );
    expect(found).toEqual([]);
    expect(run).toBe(SEEDS.length);
    seen.expectEach(["ports=1rw", "ports=1r1w", "forwarded sum", "state latency=1"]);
  },
);
