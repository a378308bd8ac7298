/** A chain's decisions on samples, in float. */
import type { LayerChain, SampleSet } from "../../arch/index.js";
import type { Engine } from "../fused/kernels.js";
import { batchOf, scoredAtOnce, stepsOf, UNMOVED } from "./chain-samples.js";
import { runChain } from "./spiking-chain.js";

export interface ChainScore {
  readonly dataset: string;
  readonly scored: number;
  readonly correct: number;
  readonly accuracy: number;
  /** Per layer of neurons: spikes per neuron and step. */
  readonly density: readonly number[];
  /** [scored] decisions. */
  readonly predictions: Int32Array;
}

/** Decides for the class with the largest sum of each sample; of equal ones, for the first. */
export function scoreChain(engine: Engine, chain: LayerChain, samples: SampleSet, chosen: readonly number[]): ChainScore {
  const predictions = new Int32Array(chosen.length);
  const spikes: number[] = [];
  let allSteps = 0;
  const size = scoredAtOnce(chain, samples);
  for (let first = 0; first < chosen.length; first += size) {
    // Only samples of equal length share a batch, so that densities count their own steps only.
    for (const part of byLength(samples, chosen.slice(first, first + size))) {
      const batch = batchOf(
        chain,
        samples,
        part,
        part.map(() => UNMOVED),
      );
      const { sums, rates } = runChain(engine, chain, batch);
      const steps = batch.steps * part.length;
      allSteps += steps;
      for (const [layer, rate] of rates.entries()) spikes[layer] = (spikes[layer] ?? 0) + rate * steps;
      for (const [at, sample] of part.entries()) {
        const own = sums.subarray(at * chain.classes, (at + 1) * chain.classes);
        predictions[chosen.indexOf(sample, first)] = own.indexOf(Math.max(...own));
      }
    }
  }
  const correct = chosen.reduce((sum, sample, at) => sum + (predictions[at] === samples.labels[sample] ? 1 : 0), 0);
  const density = spikes.map((sum) => sum / allSteps);
  return { dataset: samples.name, scored: chosen.length, correct, accuracy: correct / chosen.length, density, predictions };
}

function byLength(samples: SampleSet, chosen: readonly number[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const sample of chosen) {
    const steps = stepsOf(samples, sample);
    groups.set(steps, [...(groups.get(steps) ?? []), sample]);
  }
  return [...groups.values()];
}
