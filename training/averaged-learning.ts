/**
 * Learning whose finished network is an exponential mean over the last steps (Polyak and Juditsky 1992 take the plain
 * mean). The mean covers everything that the optimiser moves, running statistics, and ranges. At step s the mean keeps
 * min(decay, (1 + s) / (10 + s)) of itself, so that it soon forgets the beginning. The mean of a pruned weight is 0.
 */
import { KeptArrays } from "./fused/optimiser.js";
import type { Learning } from "./learning.js";
import type { LearningState } from "./parameters.js";
import { keepZeros } from "./pruning.js";
import { createRange, rangeOf } from "./quantiser.js";

const trackersOf = ({ encoderRange, ranges }: LearningState) => [encoderRange, ...ranges];

/** `learning` with averages, which begin at its present values. */
export function averagedLearning(learning: Learning, decay: number): Learning {
  const { state, adam, arrays, pruned } = learning;
  const rangesNow = (): Float32Array => Float32Array.from(trackersOf(state), rangeOf);
  const begun = [...arrays, rangesNow()];
  const kept = new KeptArrays(begun.map(({ length }) => length));
  kept.arrays.forEach((mean, k) => {
    mean.set(begun[k]);
  });
  const means = kept.arrays.slice(0, -1);
  const ranges = kept.arrays[means.length];
  return {
    ...learning,
    arrays: [...arrays, ...means, ranges],
    take(results, rate) {
      const step = learning.take(results, rate);
      const share = 1 - Math.min(decay, (1 + adam.steps) / (10 + adam.steps));
      means.forEach((mean, k) => {
        kept.follow(k, arrays[k], share);
        if (pruned.includes(arrays[k])) keepZeros(mean, arrays[k]);
      });
      kept.follow(means.length, rangesNow(), share);
      return step;
    },
    finished(read) {
      const now = arrays.map((values) => values.slice());
      arrays.forEach((values, k) => {
        values.set(means[k]);
      });
      const [encoderRange, ...own] = Array.from(ranges, createRange);
      try {
        return learning.finished((mean) => read({ ...mean, encoderRange, ranges: own }));
      } finally {
        arrays.forEach((values, k) => {
          values.set(now[k]);
        });
      }
    },
  };
}
