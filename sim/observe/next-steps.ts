/**
 * What another tenth of speed or energy needs: the smallest set of changes found that gains it, simulated on the same
 * placement.
 *
 * The search is greedy, in rounds. It simulates every single step, and every pair of steps that belong together, on the
 * first utterances. Of the candidates that reach the goal it takes the one with the fewest changes, then the smallest
 * area; otherwise the one with the largest gain. The final set is measured on all utterances. Chips whose clock is too
 * fast for the changed blocks are left out.
 * Not modelled: a new placement, another clock or supply, other precision.
 */

import { areaOf, type Chip, checkClock, coreNeedsOf, type Precision, type SpikeTrace } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { runTiming, type TimingRun } from "../board/index.js";
import { price } from "../energy.js";
import type { Placement } from "../mapping/index.js";
import { type ChangedChip, pairedChanges, singleChanges } from "./changes.js";

const GOAL_RATIO = 0.9;
const MOST_ROUNDS = 3;
const SEARCH_UTTERANCES = 2;
/** A round that gains less than this ends the search. */
const LEAST_GAIN = 0.001;

export interface NextSteps {
  readonly goal: "latency" | "energy";
  /** Empty: no change that was tried is a gain. */
  readonly changes: readonly { readonly path: string; readonly from: number | string; readonly to: number | string }[];
  /** New value / old value. */
  readonly latencyRatio: number;
  /** null: unknown. */
  readonly energyRatio: number | null;
  /** null: an FPGA has no area. */
  readonly areaRatio: number | null;
  readonly isReached: boolean;
  /** Number of chips simulated. */
  readonly tried: number;
}

interface Measured {
  readonly latency: number;
  readonly energy: number | null;
}

interface Candidate {
  readonly steps: readonly ChangedChip[];
  readonly chip: Chip;
  /** Goal of the candidate / goal of the described chip. */
  readonly ratio: number;
  /** 0 for an FPGA, whose candidates do not differ in area. */
  readonly areaMm2: number;
}

export function nextSteps(
  chip: Chip,
  placement: Placement,
  precision: Precision,
  trace: SpikeTrace,
  base: TimingRun,
  goal: NextSteps["goal"],
): NextSteps {
  const needs = coreNeedsOf(placement.topology);
  const few: SpikeTrace = { ...trace, stepStart: trace.stepStart.slice(0, SEARCH_UTTERANCES + 1) };
  const measure = (on: Chip, run: TimingRun): Measured => ({
    latency: run.total.cycles,
    energy: price(on, precision, placement.topology, run.total).totalPj,
  });
  let tried = 0;
  const attempt = (steps: readonly ChangedChip[], start: number | null): Candidate[] => {
    const on = (steps.at(-1) as ChangedChip).chip;
    try {
      checkClock(on, precision, needs);
      const ratio = over(measure(on, runTiming(on, placement, precision, few))[goal], start) ?? Number.POSITIVE_INFINITY;
      tried++;
      return [{ steps, chip: on, ratio, areaMm2: areaOf(on, precision, needs).totalMm2 ?? 0 }];
    } catch (error) {
      if (!(error instanceof InfeasibleError)) throw error;
      return [];
    }
  };
  const start = measure(chip, runTiming(chip, placement, precision, few))[goal];
  const taken: ChangedChip[] = [];
  let [current, reached] = [chip, 1];
  for (let round = 0; round < MOST_ROUNDS && reached > GOAL_RATIO; round++) {
    const candidates = [...singleChanges(current).map((step) => [step]), ...pairedChanges(current)].flatMap((steps) =>
      attempt(steps, start),
    );
    const best = candidates.sort(better)[0];
    if (best === undefined || best.ratio > reached - LEAST_GAIN) break;
    taken.push(...best.steps);
    [current, reached] = [best.chip, best.ratio];
  }
  const before = measure(chip, base);
  const after = taken.length === 0 ? before : measure(current, runTiming(current, placement, precision, trace));
  const ratios = { latencyRatio: after.latency / before.latency, energyRatio: over(after.energy, before.energy) };
  return {
    ...{ goal, changes: merged(taken), ...ratios, tried },
    areaRatio: over(areaOf(current, precision, needs).totalMm2, areaOf(chip, precision, needs).totalMm2),
    isReached: (ratios[`${goal}Ratio`] ?? 1) <= GOAL_RATIO,
  };
}

/** null if one of them is unknown. */
export const over = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a / b);

/** Order of candidates: reaching the goal first, then fewer changes, then less area; if none reaches it, by gain. */
function better(a: Candidate, b: Candidate): number {
  const [isA, isB] = [a.ratio <= GOAL_RATIO, b.ratio <= GOAL_RATIO];
  if (isA !== isB) return isA ? -1 : 1;
  return isA ? a.steps.length - b.steps.length || a.areaMm2 - b.areaMm2 : a.ratio - b.ratio || a.areaMm2 - b.areaMm2;
}

/** Several steps of one parameter as one change. */
function merged(steps: readonly ChangedChip[]): NextSteps["changes"] {
  const paths = [...new Set(steps.map((step) => step.path))];
  return paths.map((path) => {
    const mine = steps.filter((step) => step.path === path);
    return { path, from: mine[0].from, to: (mine.at(-1) as ChangedChip).to };
  });
}
