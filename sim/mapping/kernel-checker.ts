/**
 * Number of a kernel's weights, zero or not, that a slice needs, counted from the targets' side: those that some
 * position of the slice multiplies with an input at which a source enters. Shares no code with the rows that sources
 * read.
 */
import type { SharedKernel } from "../../arch/index.js";

/** Weights from sources `rows` into neurons `from .. to - 1`. */
export function kernelWeightsInto(
  kernel: SharedKernel,
  rows: { readonly first: number; readonly count: number },
  from: number,
  to: number,
): number {
  const { sourceChannels, targetChannels, targetArea, groups } = kernel;
  const entered = enteredPlaces(kernel, rows);
  const each = targetChannels / groups;
  let count = 0;
  for (let channel = 0; channel < sourceChannels; channel++) {
    const group = Math.floor((channel * groups) / sourceChannels) * each;
    // slices begin and end inside a channel; all others between are whole
    const known = new Map<number, Uint8Array>();
    for (let o = Math.max(group, Math.floor(from / targetArea)); o < Math.min(group + each, Math.ceil(to / targetArea)); o++) {
      const [first, end] = [Math.max(0, from - o * targetArea), Math.min(targetArea, to - o * targetArea)];
      const key = first * (targetArea + 1) + end;
      const used = known.get(key) ?? usedTaps(kernel, entered, channel, first, end);
      known.set(key, used);
      for (const isUsed of used) count += isUsed;
    }
  }
  return count;
}

const everything = new WeakMap<SharedKernel, Uint8Array>();

/** [source channels][input] 1 if one of the sources enters there. */
function enteredPlaces(kernel: SharedKernel, { first, count }: { readonly first: number; readonly count: number }): Uint8Array {
  const { sourceChannels, sourceArea, input, entering } = kernel;
  const isAll = count === sourceChannels * sourceArea;
  const known = isAll ? everything.get(kernel) : undefined;
  if (known !== undefined) return known;
  const places = new Uint8Array(sourceChannels * input[0] * input[1]);
  for (let source = first; source < first + count; source++) {
    const place = entering === null ? source : entering[source];
    if (place >= 0) places[place] = 1;
  }
  if (isAll) everything.set(kernel, places);
  return places;
}

/** [taps] 1 if a position in `first .. end - 1` of an output channel uses the tap on a source of the channel. */
function usedTaps(kernel: SharedKernel, entered: Uint8Array, channel: number, first: number, end: number) {
  const { taps, input, output, size, stride, padding } = kernel;
  const [rows, columns] = [0, 1].map((axis) => windowsAlong(kernel, axis));
  const used = new Uint8Array(taps);
  const start = channel * input[0] * input[1];
  for (let position = first, left = taps; position < end && left > 0; position++) {
    const [row, column] = [Math.floor(position / output[1]), position % output[1]];
    for (const [down, line] of rows[row % rows.length]) {
      const y = row * stride[0] - padding[0] + down;
      if (y < 0 || y >= input[0]) continue;
      for (const [aside, place] of columns[column % columns.length]) {
        const [x, tap] = [column * stride[1] - padding[1] + aside, line * size[1] + place];
        if (used[tap] === 1 || x < 0 || x >= input[1] || entered[start + y * input[1] + x] === 0) continue;
        used[tap] = 1;
        left--;
      }
    }
  }
  return used;
}

/** Along an axis, by window: its taps, each with its distance from the beginning; one entry if all are alike. */
function windowsAlong({ output, size, dilation, windowTaps }: SharedKernel, axis: number): (readonly [behind: number, tap: number])[][] {
  if (windowTaps === null) return [Array.from({ length: size[axis] }, (_, tap) => [tap * dilation[axis], tap] as const)];
  const reach = windowTaps[axis].length / output[axis];
  return Array.from({ length: output[axis] }, (_, window) =>
    Array.from(windowTaps[axis].subarray(window * reach, (window + 1) * reach), (tap, behind) => [behind, tap] as const).filter(
      ([, tap]) => tap >= 0,
    ),
  );
}
