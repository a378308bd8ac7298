/**
 * What another tenth of speed or energy needs: the smallest set of changes found that gains it. Each changed chip is
 * mapped and simulated as a point of its own (changed-points.ts).
 *
 * The search is greedy, in rounds. It simulates every single step, and every pair of steps that belong together, on the
 * first utterances. Of the candidates that reach the goal it takes the one with the fewest changes, then the smallest
 * area; otherwise the one with the largest gain. The final set is measured on all utterances.
 * Not modelled: another clock or supply, other precision.
 */

import { areaOf, type Chip } from "../../arch/index.js";
import { needsOn } from "../needs.js";
import { type ChangedPoints, type Explained, measured } from "./changed-points.js";
import { type ChangedChip, pairedChanges, singleChanges, type Variant } from "./changes.js";

const GOAL_RATIO = 0.9;
const MOST_ROUNDS = 3;
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

interface Candidate {
  readonly steps: readonly ChangedChip[];
  readonly made: Variant;
  /** Goal of the candidate / goal of the described chip. */
  readonly ratio: number;
  /** 0 for an FPGA, whose candidates do not differ in area. */
  readonly areaMm2: number;
}

/** `points`: of the explanation. */
export function nextSteps(explained: Explained, points: ChangedPoints, goal: NextSteps["goal"]): NextSteps {
  const { chip, precision, trace, rebuild } = explained;
  const area = (of: Chip): number | null => areaOf(of, precision, needsOn(of, precision, trace.topology)).totalMm2;
  let tried = 0;
  const attempt = (steps: readonly ChangedChip[], start: number | null): Candidate[] => {
    const made = steps.at(-1) as ChangedChip;
    const found = points.first(made.chip);
    if (found === null) return [];
    tried++;
    const ratio = over(found[goal], start) ?? Number.POSITIVE_INFINITY;
    return [{ steps, made, ratio, areaMm2: area(made.chip) ?? 0 }];
  };
  const start = points.first(chip)?.[goal] ?? null;
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
  const after = taken.length === 0 ? null : points.all(current.chip);
  const [on, changes] = after === null ? [chip, []] : [current.chip, merged(taken)];
  const ratios = {
    latencyRatio: (after ?? before).latency / before.latency,
    energyRatio: over((after ?? before).energy, before.energy),
  };
  return {
    ...{ goal, changes, ...ratios, tried },
    areaRatio: over(area(on), area(chip)),
    isReached: (ratios[`${goal}Ratio`] ?? 1) <= GOAL_RATIO,
  };
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
