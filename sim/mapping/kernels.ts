/**
 * Kernels that a core's synapse memory stores once for all positions of a convolution.
 *
 * The memory stores one row per source channel that reaches the slice: [target channels of the slice][taps], each row
 * from the beginning of a word. A spike's synapses are processed in the order of their targets; an address generator
 * finds their weights, at rising places of the row. Consecutive words are in consecutive banks, so one cycle reads
 * words within a window of as many words as there are banks; a group whose weights are further apart takes more cycles.
 *
 * Kernels are shared if the description says so, but not with a dense scan, whose sweep reads every row, and not with
 * DRAM, which stores rows.
 */
import { type Chip, type Packing, packedWords, type SharedKernel } from "../../arch/index.js";

/** Whether the chip's cores share kernels. */
export function sharesKernels({ convolution, spill, cores }: Chip): boolean {
  return convolution === "shared" && spill === null && cores.every(({ scan }) => scan.policy !== "dense");
}

/**
 * First of the target channels, in a source channel's group, that have neurons among `first .. first + neurons - 1`,
 * and their number.
 */
export function channelsIn(
  { sourceChannels, targetChannels, targetArea, groups }: SharedKernel,
  sourceChannel: number,
  first: number,
  neurons: number,
): { readonly from: number; readonly count: number } {
  const group = Math.floor(sourceChannel / (sourceChannels / groups));
  const each = targetChannels / groups;
  const from = Math.max(group * each, Math.floor(first / targetArea));
  const to = Math.min((group + 1) * each, Math.ceil((first + neurons) / targetArea));
  return { from, count: Math.max(0, to - from) };
}

/** Words of the kernel's rows for target neurons `first .. first + neurons - 1` and sources `rows`. */
export function kernelWords(
  kernel: SharedKernel,
  packed: Packing,
  rows: { readonly first: number; readonly count: number },
  first: number,
  neurons: number,
): number {
  const { sourceArea, taps } = kernel;
  let words = 0;
  for (let channel = Math.floor(rows.first / sourceArea); channel * sourceArea < rows.first + rows.count; channel++)
    words += packedWords(channelsIn(kernel, channel, first, neurons).count * taps, packed);
  return words;
}
