/** Folds a batch normalisation with frozen statistics into a product. */
import type { BatchNorm } from "../network.js";

/** Scale and bias of output `row` of a product: y = scale product + bias. */
export function folded(norm: BatchNorm, row: number): { readonly scale: number; readonly bias: number } {
  const scale = norm.gamma[row] / Math.sqrt(norm.variance[row] + norm.epsilon);
  return { scale, bias: norm.beta[row] - scale * norm.mean[row] };
}
