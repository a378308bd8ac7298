/** Accuracy of the float network on some utterances, with which integer widths are compared. */
import { byKind, type Experiment, isLavaFile, kernelOf, type ModelNetwork, type SampleSet, subsetOf } from "../arch/index.js";
import { type EncodedInput, encodeSamples } from "../sim/functional/index.js";
import { describedNir, scoreNir } from "../sim/nir/index.js";
import { evaluateFloat } from "../training/index.js";

export interface FloatAccuracy {
  readonly correct: number;
  readonly scored: number;
  readonly accuracyPercent: number;
}

/**
 * A NIR file's network runs in float64, a model of this program in float32. null if labelled frames last several steps,
 * for cells of plug-ins, and if nothing is labelled.
 */
export function floatAccuracy(
  experiment: Experiment,
  network: ModelNetwork,
  samples: SampleSet,
  utterances: Uint32Array,
  input: EncodedInput,
): FloatAccuracy | null {
  return byKind(network, {
    own: (own) => {
      if (kernelOf(own.system) === null) return null;
      if (samples.task === "frames" && input.encoding.stepsPerFrame > 1) return null;
      const labelsOf = (u: number): Int32Array =>
        samples.task === "sequence"
          ? samples.labels.subarray(u, u + 1)
          : samples.labels.subarray(
              samples.frameStart[u],
              Math.max(samples.frameStart[u], samples.frameStart[u + 1] - own.outputDelayFrames),
            );
      const chosen = utterances.filter((u) => labelsOf(u).some((label) => label >= 0));
      if (chosen.length === 0) return null;
      const { correct, scored, accuracy } = evaluateFloat(own, encodeSamples(subsetOf(samples, chosen), input, chosen));
      return { correct, scored, accuracyPercent: 100 * accuracy };
    },
    nir: (nir) => {
      // Loihi's neuron has no float form
      if (isLavaFile(experiment.network.model)) return null;
      const imported = describedNir(experiment, nir);
      const { correct, scored } = scoreNir(imported, samples, utterances, input);
      return scored === 0 ? null : { correct, scored, accuracyPercent: (100 * correct) / scored };
    },
  });
}
