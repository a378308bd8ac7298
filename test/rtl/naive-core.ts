/**
 * Differences between the naive chip and the board on a random point. Each utterance begins on a new chip, as on the
 * board.
 */
import { COMPARED_PORT } from "../../rtl/bench.js";
import { CORE_COUNTERS } from "../../sim/counters.js";
import { nocSpec } from "../../sim/noc/chip-noc.js";
import { createNoc } from "../../sim/noc/create.js";
import { runNaive } from "../oracles/naive-chip.js";
import type { RandomCore } from "./random-cores.js";

/** One line per kind of difference: cycles of the waves, or a counter of a core. */
export function naiveDifferences({ experiment, functional, run }: RandomCore): string[] {
  const { chip, precision } = experiment;
  const { trace } = functional;
  const runs = Array.from(trace.stepStart.subarray(1), (end, u) => {
    const from = trace.stepStart[u];
    const line = Array.from({ length: end - from }, (_, i) => ({ step: from + i, first: i === 0, last: from + i === end - 1 }));
    return runNaive(chip, run.placement, precision, trace, createNoc(nocSpec(chip)), [line], (items) => items);
  });
  const { waveCycles, total } = run.timing;
  const naiveCycles = runs.flatMap((one) => one.waveCycles);
  const waves = naiveCycles.length === waveCycles.length && naiveCycles.every((cycles, w) => cycles === waveCycles[w]);
  const counters = run.placement.usedCores.flatMap((id) =>
    CORE_COUNTERS.flatMap((name, column) => {
      const board = total.cores[id * CORE_COUNTERS.length + column];
      const naive = runs.reduce((sum, one) => sum + one.counters[id][name], 0);
      return board === naive ? [] : [`naive chip: ${name} of core ${id} is ${naive}, the board's ${board}`];
    }),
  );
  const portDifferences = COMPARED_PORT.flatMap((name) => {
    const naive = runs.reduce((sum, { port }) => sum + (port?.[name] ?? 0), 0);
    return naive === (total.port?.[name] ?? 0) ? [] : [`naive chip: ${name} of the port is ${naive}, the board's ${total.port?.[name]}`];
  });
  return [...(waves ? [] : ["naive chip: cycles of the waves differ"]), ...counters, ...portDifferences];
}
