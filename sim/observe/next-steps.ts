/**
 * What another tenth of speed or energy needs: the smallest set of changes found that gains it, simulated on the same
 * placement.
 *
 * The search is greedy, in rounds. It simulates every single step, and every pair of steps that belong together, on the
 * first utterances. Of the candidates that reach the goal it takes the one with the fewest changes, then the smallest
 * area; otherwise the one with the largest gain. The final set is measured on all utterances. Chips that cannot be
 * built are left out: whose clock is too fast for the changed blocks, or which are too large for their FPGA.
 * Not modelled: a new placement, another clock or supply, other precision.
 */

import { areaOf, type Chip, type Precision, type SpikeTrace } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { runTiming, type TimingRun } from "../board/index.js";
import { demandBuildable } from "../buildable.js";
import { price } from "../energy.js";
import type { Placement } from "../mapping/index.js";
import { needsOn } from "../needs.js";
import { demandRest, type Rest } from "../rest.js";
import { type ChangedChip, pairedChanges, type Rebuild, singleChanges, type Variant } from "./changes.js";

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
  /** null: unknown, or more than none. */
  readonly energyRatio: number | null;
  /** null: an FPGA has no area; or more than none. */
  readonly areaRatio: number | null;
  readonly isReached: boolean;
  /** Number of chips simulated. */
  readonly tried: number;
}

/** A run, and what its explanation keeps when it changes the chip. */
export interface Explained {
  readonly chip: Chip;
  readonly placement: Placement;
  readonly precision: Precision;
  readonly trace: SpikeTrace;
  /** null: only inferences are priced. */
  readonly rest: Rest | null;
  readonly run: TimingRun;
  readonly rebuild: Rebuild;
  /** Called after each changed chip that was simulated. */
  readonly onTried: () => void;
}

interface Measured {
  readonly latency: number;
  readonly energy: number | null;
}

/**
 * Cycles and energy of a run on a changed chip, as of a point of its own.
 * @throws InfeasibleError if an inference takes longer than the time between two
 */
export function measured(
  { precision, trace, rest }: Pick<Explained, "precision" | "trace" | "rest">,
  chip: Chip,
  run: TimingRun,
): Measured {
  const longestCycles = run.latencyCycles.reduce((longest, cycles) => Math.max(longest, cycles), 0);
  demandRest(rest, longestCycles / chip.technology.clockMhz);
  return { latency: run.total.cycles, energy: price(chip, precision, trace.topology, run.total, rest).totalPj };
}

interface Candidate {
  readonly steps: readonly ChangedChip[];
  readonly made: Variant;
  /** Goal of the candidate / goal of the described chip. */
  readonly ratio: number;
  /** 0 for an FPGA, whose candidates do not differ in area. */
  readonly areaMm2: number;
}

export function nextSteps(explained: Explained, goal: NextSteps["goal"]): NextSteps {
  const { chip, placement, precision, trace, rebuild } = explained;
  const needsOf = (on: Chip) => needsOn(on, precision, trace.topology);
  const few: SpikeTrace = { ...trace, stepStart: trace.stepStart.slice(0, SEARCH_UTTERANCES + 1) };
  const measure = (on: Chip, spikes: SpikeTrace): Measured => measured(explained, on, runTiming(on, placement, precision, spikes));
  let tried = 0;
  const attempt = (steps: readonly ChangedChip[], start: number | null): Candidate[] => {
    const made = steps.at(-1) as ChangedChip;
    const on = made.chip;
    const needs = needsOf(on);
    return unlessInfeasible(() => {
      demandBuildable(on, precision, needs);
      const ratio = over(measure(on, few)[goal], start) ?? Number.POSITIVE_INFINITY;
      tried++;
      explained.onTried();
      return [{ steps, made, ratio, areaMm2: areaOf(on, precision, needs).totalMm2 ?? 0 }];
    }, []);
  };
  const start = measure(chip, few)[goal];
  const taken: ChangedChip[] = [];
  let [current, reached]: [Variant, number] = [{ chip, values: {} }, 1];
  for (let round = 0; round < MOST_ROUNDS && reached > GOAL_RATIO; round++) {
    const candidates = [...singleChanges(current, rebuild).map((step) => [step]), ...pairedChanges(current, rebuild)].flatMap((steps) =>
      attempt(steps, start),
    );
    const best = candidates.sort(better)[0];
    if (best === undefined || best.ratio > reached - LEAST_GAIN) break;
    taken.push(...best.steps);
    [current, reached] = [best.made, best.ratio];
  }
  const before = measured(explained, chip, explained.run);
  // on all utterances a chip may fail that could run the first ones
  const after = taken.length === 0 ? null : unlessInfeasible(() => measure(current.chip, trace), null);
  const [on, changes] = after === null ? [chip, []] : [current.chip, merged(taken)];
  const ratios = {
    latencyRatio: (after ?? before).latency / before.latency,
    energyRatio: over((after ?? before).energy, before.energy),
  };
  const area = (of: Chip): number | null => areaOf(of, precision, needsOf(of)).totalMm2;
  return {
    ...{ goal, changes, ...ratios, tried },
    areaRatio: over(area(on), area(chip)),
    isReached: (ratios[`${goal}Ratio`] ?? 1) <= GOAL_RATIO,
  };
}

/** `otherwise` if the chip cannot run. */
export function unlessInfeasible<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof InfeasibleError) return otherwise;
    throw error;
  }
}

/** null if one of them is unknown, or if only `b` is 0; two zeros are no change. */
export function over(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  return b !== 0 ? a / b : a === 0 ? 1 : null;
}

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
