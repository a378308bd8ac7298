/** The two splits of a data set. */
export type Split = "train" | "test";
