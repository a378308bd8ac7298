/** How many independent samples decisions in clusters are worth: the design effect. Pure. */
import { square } from "./math.js";

type Numbers = Uint32Array | Float64Array;

function sum(values: Numbers): number {
  let all = 0;
  for (const value of values) all += value;
  return all;
}

/**
 * Number of independent decisions whose mean has the variance of that of these; null if there is none.
 *
 * Decisions of a cluster come out together, so that variance is estimated by the sums of whole clusters, and there are
 * at most as many samples as decisions. Clusters of one decision each count one; so do all clusters if decisions do not
 * vary. Few clusters show little of their own variance, so one more counts in it, as prior knowledge: one of mean
 * squared size whose decisions are all alike, the worst that a cluster can be. Sources: a share from clusters, W. G.
 * Cochran, "Sampling Techniques", 3rd ed., 1977, chapter 3; the decisions per sample are the design effect of L. Kish,
 * "Survey Sampling", 1965; the prior is the scaled inverse chi-squared one with one degree of freedom, A. Gelman et
 * al., "Bayesian Data Analysis", 3rd ed., 2013, section 2.6.
 *
 * @param sizes [clusters] decisions
 * @param values [clusters] sums of the decisions' values
 * @param variance of a decision's value, as if decisions were independent
 */
export function samplesOfClusters(sizes: Numbers, values: Numbers, variance: number): number | null {
  const [all, total] = [sum(sizes), sum(values)];
  if (all === 0) return null;
  let clusters = 0;
  let squaredSizes = 0;
  let squares = 0;
  for (const [c, size] of sizes.entries()) {
    clusters += Number(size > 0);
    squaredSizes += square(size);
    squares += square(total * (size / all) - values[c]);
  }
  if (all === clusters || variance === 0) return clusters;
  return Math.min(all, (variance * square(all)) / (squares + (variance * squaredSizes) / clusters));
}
