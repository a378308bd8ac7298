/** Throughput at hard ticks, which cores may overrun, each for itself. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { CompiledBoard } from "../../../sim/board/compiled-chip.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { withPartialSums } from "../../../sim/mapping/index.js";
import { nocSpec } from "../../../sim/noc/index.js";
import { buildProgram, timeline } from "../../../sim/program/index.js";
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

/**
 * Cycles per utterance over the second half of a stream of `steps` steps, as far as all cores have work; null: fewer
 * than eight turns are complete by then.
 */
function longRate(c: ReturnType<typeof onTick>, steps: number): number | null {
  const placement = place(c);
  const trace = withPartialSums(placement.topology, c.trace);
  const program = buildProgram(c.chip, placement, precision);
  const board = new CompiledBoard(c.chip, placement, program, trace, nocSpec(c.chip));
  const utterances = trace.stepStart.length - 1;
  const ofTurn = trace.stepStart[utterances];
  const order = Array.from({ length: utterances * Math.ceil(steps / ofTurn) }, (_, i) => i % utterances);
  const line = timeline(trace, order);
  let cycle = 0;
  const ends = Array.from(board.runLine(line, board.waves(line)), (cycles) => (cycle += cycles));
  const depth = ends.length - line.steps.length;
  const turns = ends.filter((end, wave) => (wave + 1 - depth) % ofTurn === 0 && wave >= depth && end <= board.firstIdleAtCycle);
  const middle = turns.length >> 1;
  return turns.length < 8 ? null : (turns[turns.length - 1] - turns[middle - 1]) / (turns.length - middle) / utterances;
}

/** Chips of which the rates are compared with long streams: how many, and how far they are apart. */
function comparedWithLong(seed: number, count: number) {
  const drawn = fc.tuple(
    plainCases,
    fc.constantFrom("late" as const, "drop" as const),
    fc.constantFrom(20, 40, 60, 90, 150, 250),
    fc.constantFrom<readonly number[]>([3], [12], [5, 7], [9, 2, 4]),
    fc.constantFrom(0, 0.5, 1),
    fc.constantFrom(0.05, 0.4, 0.8),
  );
  const found = { met: 0, unknown: 0, errors: [] as number[] };
  for (const [base, overrun, periodCycles, lengths, spread, rate] of fc.sample(drawn, { seed, numRuns: count })) {
    const trace = randomTrace(base.topology, [...lengths], [rate, rate, rate, 0.3], base.seed);
    const c = onTick({ ...base, trace }, { periodCycles, overrun, spreadCycles: Math.round(spread * periodCycles) });
    const rateFound = runTiming(c.chip, place(c), precision, trace).cyclesPerUtterance;
    const truth = longRate(c, 12_000);
    if (truth === null) continue;
    const ticks = (trace.stepStart[lengths.length] * periodCycles) / lengths.length;
    if (rateFound === null) found.unknown++;
    else if (rateFound === ticks) {
      found.met++;
      // a wave begins when the rows in progress have drained: the last one may have waited for a few more
      expect(Math.abs(truth / ticks - 1)).toBeLessThan(1e-3);
    } else found.errors.push(Math.abs(rateFound / truth - 1));
  }
  return found;
}

test("the rate is that of a long stream: a tick per step if none is overrun, within 1 % on most chips if one is", () => {
  const { met, errors } = comparedWithLong(1, 8);
  expect(met).toBeGreaterThan(0);
  expect(errors.length).toBeGreaterThan(2);
  expect(Math.max(...errors)).toBeLessThan(0.02);
});

test("of 100 chips nineteen in twenty rates are within 1 % of a long stream's, and all within 5 %", {
  tags: ["long"],
  timeout: 600_000,
}, () => {
  const { met, unknown, errors } = comparedWithLong(20_261_201, 100);
  console.info({ met, unknown, compared: errors.length, beyond: errors.filter((error) => error > 0.01) });
  expect(met).toBeGreaterThan(20);
  expect(unknown).toBeLessThan(0.1 * errors.length);
  expect(errors.filter((error) => error > 0.01).length).toBeLessThan(0.05 * errors.length);
  expect(Math.max(...errors)).toBeLessThan(0.05);
});
