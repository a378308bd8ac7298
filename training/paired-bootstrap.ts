/**
 * How sure a difference between two recipes is, given the utterances on which they were tested: the paired bootstrap.
 * Each draw takes utterances with all their decisions, with replacement, and compares both recipes on the same ones.
 * The networks stay the same, so the interval does not include what other seeds would have learned. Pure.
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentiles of 1,000 draws).
 */
import { createRng } from "../base/rng.js";
import type { UtteranceScores } from "./evaluate.js";

const DRAWS = 1000;
const SEED = 1;
/** Ends of an interval of 95 %. */
const TAILS = [0.025, 0.975] as const;

/** Wrong decisions in an utterance, averaged over the networks of a recipe. */
function wrongOf(recipe: readonly UtteranceScores[], utterance: number): number {
  return recipe.reduce((sum, { scored, correct }) => sum + scored[utterance] - correct[utterance], 0) / recipe.length;
}

/**
 * Interval of 95 % of the error of `one` minus that of `other`, averaged over their networks, in percentage points;
 * null if they were not tested on the same decisions, or if fewer than two
 * utterances have any.
 */
export function distanceInterval(one: readonly UtteranceScores[], other: readonly UtteranceScores[]): readonly [number, number] | null {
  const [{ scored }] = one;
  const isSame = [...one, ...other].every(
    (scores) => scores.scored.length === scored.length && scores.scored.every((n, u) => n === scored[u]),
  );
  if (!isSame) return null;
  // Utterances without decisions are not drawn: a draw of nothing else would say nothing.
  const utterances = Uint32Array.from(scored.keys()).filter((u) => scored[u] > 0);
  if (utterances.length < 2) return null;
  const differences = Float64Array.from(scored, (_, u) => wrongOf(one, u) - wrongOf(other, u));
  const rng = createRng(SEED, "paired bootstrap");
  const distances = Float64Array.from({ length: DRAWS }, () => {
    let [difference, decisions] = [0, 0];
    for (let k = 0; k < utterances.length; k++) {
      const u = utterances[rng.int(0, utterances.length - 1)];
      difference += differences[u];
      decisions += scored[u];
    }
    return (100 * difference) / decisions;
  }).sort();
  const at = (share: number): number => distances[Math.round(share * (DRAWS - 1))];
  return [at(TAILS[0]), at(TAILS[1])];
}
