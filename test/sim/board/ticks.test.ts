/**
 * Cores that begin their waves at ticks, whether or not messages are still on their way: the board and the naive model
 * agree.
 */
// @module-tag slow
import fc from "fast-check";
import { test } from "vitest";
import type { HardTick } from "../../../arch/index.js";
import { cases as many } from "../../cases.js";
import { Counted } from "../../counted.js";
import { expectAgreement } from "./agreement.js";
import { onTick, plainCases } from "./random-chips.js";

const hardTicks: fc.Arbitrary<HardTick> = fc.record({
  periodCycles: fc.constantFrom(1, 9, 20, 50, 120, 400),
  overrun: fc.constantFrom("late" as const, "drop" as const),
  spreadCycles: fc.constantFrom(0, 0, 7, 60, 300),
});

test(`all of ${many(46)} random plain chips with hard ticks agree, with late waves and lost messages`, {
  tags: ["long"],
  timeout: 600_000,
}, () => {
  const seen = new Counted("boards with hard ticks");
  const property = fc.property(plainCases, hardTicks, (drawn, tick) => {
    const { waveCycles, dropped } = expectAgreement(onTick(drawn, tick));
    seen.see(tick.overrun, tick.spreadCycles === 0 ? "global" : "local timers", drawn.chip.noc.multicast);
    if (waveCycles.some((cycles) => cycles > tick.periodCycles + tick.spreadCycles)) seen.see("late wave");
    if (waveCycles.slice(1, -1).every((cycles) => cycles === tick.periodCycles)) seen.see("on time");
    if (dropped > 0) seen.see("lost messages");
    if (drawn.chip.cores[0].neuronUpdate.policy === "touched") seen.see("touched");
  });
  fc.assert(property, { numRuns: many(46), seed: 20_261_141 });
  seen.expectEach(
    ["late", "drop", "global", "local timers", "late wave", "on time", "lost messages", "touched", "unicast", "tree"],
    many(3),
  );
});
