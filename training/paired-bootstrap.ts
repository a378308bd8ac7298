/**
 * How sure a distance between two recipes is, given the utterances that they were tested on: the paired bootstrap.
 * Utterances are drawn anew, with all their decisions, and each draw compares both recipes on the same ones; networks
 * stay as they are, so what other seeds would have learnt is not in the interval. Pure.
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentiles of 1,000 draws).
 */
import { createRng } from "../base/rng.js";
import type { UtteranceScores } from "./evaluate.js";

const DRAWS = 1000;
const SEED = 1;
/** Of 95 %. */
const TAILS = [0.025, 0.975] as const;

/** Wrong decisions of an utterance, a mean over the networks of a recipe. */
function wrongOf(recipe: readonly UtteranceScores[], utterance: number): number {
  return recipe.reduce((sum, { scored, correct }) => sum + scored[utterance] - correct[utterance], 0) / recipe.length;
}

/**
 * Interval of 95 % of the error of `one` less that of `other`, means over their networks, in points; null where they
 * were not tested on the same decisions.
 */
export function distanceInterval(one: readonly UtteranceScores[], other: readonly UtteranceScores[]): readonly [number, number] | null {
  const [{ scored }] = one;
  const isSame = [...one, ...other].every(
    (scores) => scores.scored.length === scored.length && scores.scored.every((n, u) => n === scored[u]),
  );
  if (!isSame) return null;
  const differences = Float64Array.from(scored, (_, u) => wrongOf(one, u) - wrongOf(other, u));
  const rng = createRng(SEED, "paired bootstrap");
  const distances = Float64Array.from({ length: DRAWS }, () => {
    let [difference, decisions] = [0, 0];
    for (let k = 0; k < scored.length; k++) {
      const u = rng.int(0, scored.length - 1);
      difference += differences[u];
      decisions += scored[u];
    }
    return (100 * difference) / decisions;
  }).sort();
  const at = (share: number): number => distances[Math.round(share * (DRAWS - 1))];
  return [at(TAILS[0]), at(TAILS[1])];
}
