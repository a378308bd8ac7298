/** The naive chip on a random core: what it finds otherwise than the board. */
import { CORE_COUNTERS, type CoreCounter } from "../../sim/counters.js";
import { nocSpec } from "../../sim/noc/chip-noc.js";
import { createNoc } from "../../sim/noc/create.js";
import { runNaive } from "../oracles/naive-chip.js";
import type { RandomCore } from "./random-cores.js";

/** One line per kind that differs: cycles of the waves, or a counter of the core. */
export function naiveDifferences({ experiment, functional, run }: RandomCore): string[] {
  const { chip, precision } = experiment;
  const { trace } = functional;
  const lines = Array.from(trace.stepStart.subarray(1), (end, u) => {
    const from = trace.stepStart[u];
    return Array.from({ length: end - from }, (_, i) => ({ step: from + i, first: i === 0, last: from + i === end - 1 }));
  });
  const naive = runNaive(chip, run.placement, precision, trace, createNoc(nocSpec(chip)), lines, (items) => items);
  const { waveCycles, total } = run.timing;
  const waves = naive.waveCycles.length === waveCycles.length && naive.waveCycles.every((cycles, w) => cycles === waveCycles[w]);
  const [id] = run.placement.usedCores;
  const board = (name: CoreCounter): number => total.cores[id * CORE_COUNTERS.length + CORE_COUNTERS.indexOf(name)];
  const counters = CORE_COUNTERS.filter((name) => board(name) !== naive.counters[id][name]);
  return [
    ...(waves ? [] : ["naive chip: cycles of the waves differ"]),
    ...counters.map((name) => `naive chip: ${name} is ${naive.counters[id][name]}, the board's ${board(name)}`),
  ];
}
