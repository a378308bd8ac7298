/** The two halves of a data set. */
export type Split = "train" | "test";
