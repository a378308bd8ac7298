/**
 * Active and resting cycles of cores: energies are sums over utterances, and a core with neurons keeps its memories.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip } from "../../arch/index.js";
import { coreCount } from "../../sim/activity.js";
import { runTiming } from "../../sim/board/run-timing.js";
import { price } from "../../sim/energy.js";
import { cases as many } from "../cases.js";
import { precision } from "./board/fixtures.js";
import { allCases, type Case, place, plainCases } from "./board/random-chips.js";

const idles = fc.constantFrom("clocked" as const, "clock-gated" as const, "power-gated" as const);
const gated = (c: Case, idle: Chip["technology"]["idle"]): Chip => ({ ...c.chip, technology: { ...c.chip.technology, idle } });
/** Longer than any inference here. */
const REST = { periodMs: 1000, logicPercent: null, memoryPercent: null };

test("the energy of several utterances is the sum of their own, with and without a period, in every idle mode", () => {
  let bound = 0;
  fc.assert(
    fc.property(fc.oneof(plainCases, allCases), idles, (c, idle) => {
      const chip = gated(c, idle);
      const { total, utterances } = runTiming(chip, place(c), precision, c.trace);
      for (const rest of [null, REST]) {
        const energyOf = (of: typeof total): number => Number(price(chip, precision, c.topology, of, rest).totalPj);
        const mean = utterances.reduce((sum, one) => sum + energyOf(one), 0) / utterances.length;
        expect(Math.abs(energyOf(total) / mean - 1), idle).toBeLessThan(1e-12);
      }
      // cases in which the bound of the sums is not the sum of the bounds
      for (const { id } of chip.cores) {
        const idle = coreCount(total, id, "synapse_idle_cycles") + coreCount(total, id, "soma_idle_cycles");
        if (coreCount(total, id, "active_cycles") !== Math.min(total.cycles, 2 * total.cycles - idle)) bound++;
      }
    }),
    { seed: 20_261_202, numRuns: many(46) },
  );
  expect(bound).toBeGreaterThan(0);
});

test("a core that holds neurons keeps its memories at their retention, whether it works or not; other cores keep nothing", () => {
  const seen = { working: 0, resting: 0, empty: 0 };
  fc.assert(
    fc.property(fc.oneof(plainCases, allCases), (c) => {
      // no spike: with the policy touched no unit works
      const silent = { ...c.trace, eventStart: new Uint32Array(c.trace.eventStart.length) };
      const placement = place(c);
      for (const trace of [c.trace, silent]) {
        const { total } = runTiming(c.chip, placement, precision, trace);
        for (const { id } of c.chip.cores) {
          const [active, resting] = [coreCount(total, id, "active_cycles"), coreCount(total, id, "resting_cycles")];
          const holds = placement.usedCores.includes(id);
          expect(active + resting).toBe(holds ? total.cycles : 0);
          seen[!holds ? "empty" : active > 0 ? "working" : "resting"]++;
        }
      }
    }),
    { seed: 20_261_203, numRuns: many(20) },
  );
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0);
});
