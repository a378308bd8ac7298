/** Throughput at hard ticks, which cores may overrun, each for itself. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { runTiming } from "../../../sim/board/run-timing.js";
import { cases } from "../../cases.js";
import { precision, randomTrace, repeated } from "./fixtures.js";
import { onTick, place, plainCases } from "./random-chips.js";

test("throughput does not depend on how many equal utterances are timed: within 3 % if ticks are overrun, exactly a tick per step if not", {
  tags: ["long"],
}, () => {
  const seen = { met: 0, overrun: 0, unknown: 0 };
  const drawn = fc.tuple(
    plainCases,
    fc.constantFrom("late" as const, "drop" as const),
    fc.constantFrom(60, 150, 400),
    fc.constantFrom(3, 12),
  );
  fc.assert(
    fc.property(drawn, ([base, overrun, periodCycles, steps]) => {
      const trace = randomTrace(base.topology, [steps], [0.4, 0.4, 0.4, 0.3], base.seed);
      const c = onTick({ ...base, trace }, { periodCycles, overrun, spreadCycles: 0 });
      const placement = place(c);
      const [one, eight] = [1, 8].map((times) => runTiming(c.chip, placement, precision, repeated(trace, times)).cyclesPerUtterance);
      if (one === null || eight === null) {
        seen.unknown++;
        return;
      }
      expect(Math.abs(one / eight - 1)).toBeLessThan(0.03);
      expect(Math.min(one, eight)).toBeGreaterThan(0.99 * steps * periodCycles);
      const alone = runTiming(c.chip, placement, precision, trace).waveCycles;
      const isMet = alone.slice(0, -1).every((cycles) => cycles === periodCycles) && one < 1.001 * steps * periodCycles;
      if (isMet) expect([one, eight]).toEqual([steps * periodCycles, steps * periodCycles]);
      seen[isMet ? "met" : "overrun"]++;
    }),
    { seed: 20_261_204, numRuns: cases(8) },
  );
  expect(Math.min(seen.met, seen.overrun), JSON.stringify(seen)).toBeGreaterThan(0);
  expect(seen.unknown).toBeLessThan(cases(4));
});
