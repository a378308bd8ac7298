/**
 * Kernels that a core's synapse memory holds once for all positions of a convolution.
 *
 * The memory holds a row per source channel that reaches the slice: [target channels of the slice][taps], each row from
 * a word's beginning. A spike's synapses are taken in order of their targets; an address generator finds their weights,
 * places of the row in rising order. Words that follow each other in the memory lie in banks that follow each other, so
 * that one cycle reads words of a window as long as there are banks; a group whose weights lie further apart takes
 * more.
 *
 * Shared where the description says so, but not with a dense scan, whose sweep reads every row, nor with DRAM behind
 * the chip, which holds rows.
 */
import { type Chip, type Packing, packedWords, type SharedKernel } from "../../arch/index.js";

/** Whether the chip's cores hold kernels. */
export function sharesKernels({ convolution, spill, cores }: Chip): boolean {
  return convolution === "shared" && spill === null && cores.every(({ scan }) => scan.policy !== "dense");
}

/**
 * Target channels of a source channel's group that have neurons among `first .. first + neurons - 1`: the first of
 * them, and how many.
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

/** Words of the kernel's rows for target neurons `first .. first + neurons - 1`, of sources `rows`. */
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
