/** The two splits of a data set. */
export const SPLITS = ["train", "test"] as const;

export type Split = (typeof SPLITS)[number];
