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
