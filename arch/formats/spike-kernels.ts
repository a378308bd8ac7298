/**
 * Reads kernels of convolutions in a spike-trace file: geometry in the header, entry positions and zero weights as
 * arrays. Throws as the file's reader.
 */
import * as z from "zod";
import { powerOfTwo } from "../../base/math.js";
import type { Population, SharedKernel, SparseRows, WindowTaps } from "../network.js";
import { rowLengths } from "../rows.js";

const size = z.int().min(1).max(powerOfTwo(24));
const plane = z.tuple([size, size]);

export const kernelHeader = z.strictObject({
  source_channels: size,
  target_channels: size,
  groups: size,
  input: plane,
  output: plane,
  size: plane,
  stride: plane,
  dilation: plane,
  padding: z.tuple([z.int().min(0).max(powerOfTwo(24)), z.int().min(0).max(powerOfTwo(24))]),
  entering: z.boolean(),
  zeros: z.boolean(),
  /** Reach of windows with their own taps, which are in the arrays `window_rows` and `window_columns`. */
  reach: plane.optional(),
});
type KernelHeader = z.infer<typeof kernelHeader>;

export function kernelHeaderOf(kernel: SharedKernel): KernelHeader {
  const [input, output, extent, stride, dilation, padding] = (["input", "output", "size", "stride", "dilation", "padding"] as const).map(
    (name): [number, number] => [...kernel[name]],
  );
  return {
    ...{ source_channels: kernel.sourceChannels, target_channels: kernel.targetChannels, groups: kernel.groups },
    ...{ input, output, size: extent, stride, dilation, padding },
    ...{ entering: kernel.entering !== null, zeros: kernel.present !== null },
    ...(kernel.windowTaps === null ? {} : { reach: reachOf(kernel.windowTaps, output) }),
  };
}

function reachOf([rows, columns]: WindowTaps, output: readonly [number, number]): [number, number] {
  return [rows.length / output[0], columns.length / output[1]];
}

/** Most weights of a kernel, and most steps along an axis. */
const MOST = powerOfTwo(28);
const area = ([height, width]: readonly [number, number]): number => height * width;

/** The kernel of a header and its arrays. Throws: the error of `fail` for a contradiction. */
export function kernelFrom(
  head: KernelHeader,
  from: Population,
  to: Population,
  arrays: Pick<SharedKernel, "entering" | "present" | "windowTaps">,
  fail: (message: string) => Error,
): SharedKernel {
  const { source_channels: sourceChannels, target_channels: targetChannels, groups, input, output } = head;
  const whole = (total: number, part: number): boolean => total % part === 0;
  if (!whole(sourceChannels, groups) || !whole(targetChannels, groups) || !whole(from.neurons, sourceChannels))
    throw fail("kernel: channels do not divide");
  const taps = area(head.size);
  const steps = Math.max(...[0, 1].map((axis) => input[axis] * (head.reach ?? head.size)[axis]));
  if (steps > MOST || sourceChannels * (targetChannels / groups) * taps > MOST || sourceChannels * area(input) > MOST)
    throw fail(`kernel: more than ${MOST} weights or places`);
  if (targetChannels * area(output) !== to.neurons) throw fail("kernel: its outputs are not the population's neurons");
  const { entering, present, windowTaps } = arrays;
  if (windowTaps?.some((taps, axis) => !areWindows(taps, output[axis], head.size[axis], head.reach?.[axis] ?? 0)))
    throw fail("kernel: the taps of its windows are not in order");
  const [sourceArea, inputArea] = [from.neurons / sourceChannels, area(input)];
  if (entering === null ? sourceArea !== inputArea : entering.length !== from.neurons)
    throw fail("kernel: its inputs are not the population's neurons");
  if (entering?.some((place, n) => place < -1 || (place >= 0 && Math.floor(place / inputArea) !== Math.floor(n / sourceArea))))
    throw fail("kernel: a source enters at another channel");
  if (present !== null && present.length !== sourceChannels * (targetChannels / groups) * taps)
    throw fail("kernel: needs one mark per weight");
  return {
    ...{ sourceChannels, sourceArea, targetChannels, targetArea: area(output), groups, taps },
    ...{ input, output, size: head.size, stride: head.stride, dilation: head.dilation, padding: head.padding },
    ...{ entering, present, windowTaps },
  };
}

/**
 * True if taps follow the rule of `WindowTaps`: each is a row or column of the kernel, and taps at larger offsets are
 * higher.
 */
function areWindows(taps: Int32Array, windows: number, size: number, reach: number): boolean {
  if (taps.length !== windows * reach) return false;
  let above = -1;
  for (let behind = 0; behind < reach; behind++) {
    let highest = above;
    for (let at = behind; at < taps.length; at += reach) {
      const tap = taps[at];
      if (tap < -1 || tap >= size || (tap >= 0 && tap <= above)) return false;
      highest = Math.max(highest, tap);
    }
    above = highest;
  }
  return true;
}

/** True if rows are as long as the kernel makes them. */
export function rowsFit({ rowStart }: SparseRows, kernel: SharedKernel): boolean {
  return rowLengths(kernel).every((length, source) => rowStart[source + 1] - rowStart[source] === length);
}
