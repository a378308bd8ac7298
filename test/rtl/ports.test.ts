/** Emitted chips whose input enters by a port behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { studyOf } from "./study-cores.js";
import { PORT_CATEGORIES, portCase } from "./study-ports.js";

const absent = versionOf("iverilog") === null;
const why = absent ? " (skipped: Icarus Verilog is absent)" : "";
/**
 * A trained network on three cores with a full port queue; the same on one core; an imported network on three cores;
 * one that scans in an utterance's first cycle.
 */
const FEW = [10, 35, 95, 549];
const MANY = 120;

const studied = (seeds: readonly number[]) =>
  studyOf(
    seeds.flatMap((seed) => portCase(seed) ?? []),
    "chips with a port",
  );

test.skipIf(absent)(
  `spikes, scores, cycles of each wave, counters of cores, routers and the port of ${FEW.length} chips equal the simulator's, and the naive chip's${why}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const { found, run, compared, seen } = studied(FEW);
    expect(found).toEqual([]);
    expect(run).toBe(FEW.length);
    expect(compared.spikes).toBeGreaterThan(10);
    seen.expectEach([
      "port's queue is full",
      "a spike to several cores",
      "packet in several beats",
      "step without a packet",
      "a dense scan in an utterance's first cycle",
    ]);
  },
);

test.skipIf(absent)(`the same for seeds 1 to ${MANY}, every category among them${why}`, { tags: ["long"], timeout: 2_400_000 }, () => {
  const { found, seen } = studied(Array.from({ length: MANY }, (_, i) => 1 + i));
  expect(found).toEqual([]);
  seen.expectEach(PORT_CATEGORIES);
});
