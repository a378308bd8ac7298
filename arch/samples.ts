/** A data set's part as flat arrays, ready for a network: what data-set readers give and engines take. */
export interface Samples {
  /** E.g. `mnist-rows/test`. */
  readonly name: string;
  /** Features a frame. */
  readonly inputs: number;
  readonly classes: number;
  readonly task: "sequence" | "frames";
  /** [frames][inputs], all utterances one after the other, normalised as the network was trained. */
  readonly features: Float32Array;
  /** [utterances + 1]: first frame of each utterance, and the total. */
  readonly frameStart: Uint32Array;
  /** One label an utterance (`sequence`) or a frame (`frames`). */
  readonly labels: Int32Array;
  /** Content address of the arrays (SHA-256, hex). */
  readonly hash: string;
}

/** The chosen utterances as a data set of their own. */
export function subsetOf(samples: Samples, chosen: Uint32Array): Samples {
  const { inputs, task } = samples;
  const frameStart = new Uint32Array(chosen.length + 1);
  for (const [i, u] of chosen.entries()) frameStart[i + 1] = frameStart[i] + samples.frameStart[u + 1] - samples.frameStart[u];
  const features = new Float32Array(frameStart[chosen.length] * inputs);
  const labels = new Int32Array(task === "sequence" ? chosen.length : frameStart[chosen.length]);
  for (const [i, u] of chosen.entries()) {
    const [first, end] = [samples.frameStart[u], samples.frameStart[u + 1]];
    features.set(samples.features.subarray(first * inputs, end * inputs), frameStart[i] * inputs);
    if (task === "sequence") labels[i] = samples.labels[u];
    else labels.set(samples.labels.subarray(first, end), frameStart[i]);
  }
  return { ...samples, features, frameStart, labels };
}
