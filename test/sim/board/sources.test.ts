/**
 * Cores whose waves wait for their sources: the board and the naive model agree, and no spike counts to another step.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SpikeTrace } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { Counted } from "../../counted.js";
import { expectAgreement } from "./agreement.js";
import { precision, randomTrace, repeated } from "./fixtures.js";
import { behindSources, place, plainCases, withPort } from "./random-chips.js";

test("all random plain chips whose waves wait for their sources agree, with and without a port", () => {
  const seen = new Counted("boards behind sources");
  const property = fc.property(plainCases, fc.constantFrom(0, 1, 2, 6), fc.boolean(), (drawn, runAhead, hasPort) => {
    const c = behindSources(drawn, runAhead);
    const { dropped } = expectAgreement(hasPort ? withPort(c) : c);
    expect(dropped).toBe(0);
    seen.see(`run ahead ${runAhead}`, hasPort ? "port" : "cores", drawn.chip.noc.multicast, c.chip.cores[0].intake.full);
  });
  fc.assert(property, { numRuns: 40, seed: 20_270_101 });
  seen.expectEach(["run ahead 0", "run ahead 1", "run ahead 2", "run ahead 6", "port", "cores", "unicast", "tree", "stall", "freeze"], 3);
}, 60_000);

/** A trace of two utterances, the second one first. */
function turned(trace: SpikeTrace): SpikeTrace {
  const populations = trace.topology.populations.length;
  const [, middle, end] = trace.stepStart;
  const steps = [...Array.from({ length: end - middle }, (_, i) => middle + i), ...Array.from({ length: middle }, (_, i) => i)];
  const groups = steps.flatMap((step) => Array.from({ length: populations }, (_, p) => step * populations + p));
  const events = groups.map((g) => [trace.eventStart[g], trace.eventStart[g + 1]] as const);
  const eventStart = [0];
  for (const [from, to] of events) eventStart.push(eventStart[eventStart.length - 1] + to - from);
  return {
    ...trace,
    stepStart: Uint32Array.of(0, end - middle, end),
    eventStart: Uint32Array.from(eventStart),
    neuron: Uint32Array.from(events.flatMap(([from, to]) => Array.from(trace.neuron.subarray(from, to)))),
    payload: Int16Array.from(events.flatMap(([from, to]) => Array.from(trace.payload.subarray(from, to)))),
  };
}

test("throughput behind sources depends neither on how many equal utterances are timed nor on which of two comes first: within 1.5 %", {
  tags: ["long"],
  timeout: 60_000,
}, () => {
  const seen = new Counted("boards behind sources, back to back");
  const steps = fc.tuple(fc.constantFrom(2, 3, 12), fc.constantFrom(2, 12));
  const property = fc.property(plainCases, fc.constantFrom(0, 1, 2, 6), steps, (drawn, runAhead, [first, second]) => {
    const c = behindSources(drawn, runAhead);
    const placement = place(c);
    const cyclesOf = (trace: SpikeTrace) => Number(runTiming(c.chip, placement, precision, trace).cyclesPerUtterance);
    const of = (...counts: number[]) => randomTrace(c.topology, counts, [0.4, 0.4, 0.4, 0.3], c.seed);
    const two = of(first, second);
    for (const [a, b] of [
      [of(first), repeated(of(first), 8)],
      [two, turned(two)],
    ])
      expect(Math.abs(cyclesOf(a) / cyclesOf(b) - 1)).toBeLessThan(0.015);
    seen.see(`run ahead ${runAhead}`, `${first} steps`, placement.usedCores.length > 1 ? "cores" : "one core");
  });
  fc.assert(property, { seed: 20_270_102, numRuns: 27 });
  seen.expectEach(["run ahead 0", "run ahead 1", "run ahead 2", "run ahead 6", "2 steps", "3 steps", "12 steps", "cores"], 5);
});
