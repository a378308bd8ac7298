/** The confidence interval of the difference of two shares that are counted on the same things. Pure. */
import { samplesOfClusters } from "./independent-samples.js";
import { square } from "./math.js";

/** After these the interval's end is known to the last bit. */
const HALVINGS = 60;

/** Whether the score test does not refuse a difference of the shares. */
function isPossible(difference: number, onlyFirst: number, onlySecond: number, pairs: number, z: number): boolean {
  // the share of `onlySecond` that is most likely beside this difference: the larger root of a x^2 + b x + c
  const a = 2 * pairs;
  const b = (a - onlyFirst + onlySecond) * difference - onlyFirst - onlySecond;
  const c = -onlySecond * difference * (1 - difference);
  const share = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  const variance = pairs * (2 * share + difference * (1 - difference));
  return square(onlyFirst - onlySecond - pairs * difference) <= square(z) * variance;
}

function upperEnd(onlyFirst: number, onlySecond: number, pairs: number, z: number): number {
  let [low, high] = [(onlyFirst - onlySecond) / pairs, 1];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (isPossible(middle, onlyFirst, onlySecond, pairs, z)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Confidence interval of a first share minus a second one, of `pairs`. What both or neither have does not matter.
 * Counts may be broken, as those of clusters divided by their design effect are. Source: T. Tango, "Equivalence test
 * and confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17
 * (1998). The square of the test of no difference is that of McNemar. Of pairs, `wilson` is to a single share what this
 * is to a difference: an interval of some width also if no pair differs.
 *
 * @param onlyFirst number of pairs of which only the first is counted
 * @param onlySecond number of pairs of which only the second is counted
 * @param z quantile of the normal distribution at the interval's upper end
 */
export function tango(onlyFirst: number, onlySecond: number, pairs: number, z: number): readonly [number, number] {
  return [-upperEnd(onlySecond, onlyFirst, pairs, z), upperEnd(onlyFirst, onlySecond, pairs, z)];
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);

/**
 * The same of decisions in clusters. Decisions of a cluster come out together, so counts of what differs are divided by
 * their design effect, and the interval is that of what is left. Source of this division: J. N. K. Rao and A. J. Scott,
 * "A simple method for the analysis of clustered binary data", Biometrics 48 (1992).
 *
 * @param decisions [clusters]
 * @param differences [clusters] of how many more decisions the first is counted than the second
 * @returns null if there are no decisions
 */
export function tangoOfClusters(decisions: Float64Array, differences: Float64Array, z: number): readonly [number, number] | null {
  const all = sum(decisions);
  const [more, fewer] = [1, -1].map((sign) => sum(differences.map((each) => Math.max(0, sign * each))) / all);
  const pairs = samplesOfClusters(decisions, differences, more + fewer - square(more - fewer));
  return pairs === null ? null : tango(more * pairs, fewer * pairs, pairs, z);
}
