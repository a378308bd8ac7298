/** Folding of a batch normalisation whose statistics are frozen. */
import type { BatchNorm } from "../network.js";

/** What it does to output `row` of a product: y = scale product + bias. */
export function folded(norm: BatchNorm, row: number): { readonly scale: number; readonly bias: number } {
  const scale = norm.gamma[row] / Math.sqrt(norm.variance[row] + norm.epsilon);
  return { scale, bias: norm.beta[row] - scale * norm.mean[row] };
}
