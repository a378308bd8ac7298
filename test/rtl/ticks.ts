/** Random points whose steps begin at ticks. */
import { createRng } from "../../base/rng.js";
import { replay } from "../../sim/index.js";
import type { RandomCore } from "./random-cores.js";

/** Periods shorter and longer than most steps. */
const PERIODS_CYCLES = [5, 64, 150, 250];

/** The point with a tick of a drawn period in place of its barrier. */
export function ticked(point: RandomCore): RandomCore {
  const periodCycles = PERIODS_CYCLES[createRng(point.seed, "rtl ticks").int(0, PERIODS_CYCLES.length - 1)];
  const { chip } = point.experiment;
  const paced = { ...chip, barrier: { baseCycles: 0, perCoreCycles: 0 }, tick: { periodCycles, overrun: "wait" as const } };
  const experiment = { ...point.experiment, chip: paced };
  const run = replay(experiment, point.functional.trace);
  const isLong = run.timing.waveCycles.some((cycles) => cycles > periodCycles);
  const isShort = run.timing.waveCycles.some((cycles) => cycles === periodCycles);
  const choices = [
    ...point.choices.filter((choice) => !choice.startsWith("barrier slack=")),
    `tick=${periodCycles}`,
    ...(isLong ? ["a step of several ticks"] : []),
    ...(isShort ? ["a step of one tick"] : []),
  ];
  return { ...point, experiment, run, choices };
}
