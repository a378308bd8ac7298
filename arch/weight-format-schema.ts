/** Formats of a matrix with zeros in the synapse memories: names, and their meaning in one sentence. */
export const WEIGHT_FORMATS = ["auto", "smallest", "dense", "rows", "bitmap", "run-length"] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

export const WEIGHT_FORMAT_TEXT =
  "how a matrix with zeros is stored. dense: all weights; rows: a weight and an index per synapse; bitmap: a bit per target, and the non-zero weights; run-length: a weight and the number of zeros before it; auto: dense or rows, whichever takes fewer bits; smallest: the smallest of all four";
