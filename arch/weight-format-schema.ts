/** How a matrix with zeros can lie in the synapse memories: names, and what they mean in one sentence. */
export const WEIGHT_FORMATS = ["auto", "smallest", "dense", "rows", "bitmap", "run-length"] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

export const WEIGHT_FORMAT_TEXT =
  "a matrix with zeros: dense; compressed rows, a weight and an index per synapse; bitmap, a bit per target and the weights there are; run-length, a weight and the zeros before it; auto: dense or rows, what takes fewer bits; smallest: of all four";
