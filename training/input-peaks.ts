/** Largest value of each feature. It sets the unit of the words in which gru and lstm take their inputs on a chip. */
import type { Network, Samples } from "../arch/index.js";

/** Largest magnitude of each feature over `samples`, [inputs]. */
function inputPeaks({ features, inputs }: Samples): Float32Array {
  const peaks = new Float32Array(inputs);
  for (let i = 0; i < features.length; i++) {
    const feature = i % inputs;
    peaks[feature] = Math.max(peaks[feature], Math.abs(features[i]));
  }
  return peaks;
}

/**
 * A gru or lstm network with the peaks of its training samples. Spiking networks are returned unchanged, because their
 * encoder has its own range.
 */
export function withInputPeaks(network: Network, samples: Samples): Network {
  return network.encoder === null ? { ...network, inputPeaks: inputPeaks(samples) } : network;
}
