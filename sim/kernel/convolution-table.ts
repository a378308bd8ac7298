/**
 * Writes a convolution's geometry into a kernel's memory, as the `Convolution` of base/kernel/convolution.part.as.ts.
 */
import { axesOf, type SharedKernel } from "../../arch/index.js";

/** Returns the geometry's address; `place` copies a table into the memory and returns its address. */
export function placeConvolution(kernel: SharedKernel, place: (table: Int32Array) => number): number {
  const { sourceChannels, sourceArea, targetChannels, targetArea, groups, taps, input, output, size, entering } = kernel;
  const axes = axesOf(kernel, kernel.windowTaps).flatMap(({ start, tap, out }) => [start, tap, out]);
  const scratch = [new Int32Array(taps), new Int32Array(taps)];
  const words = [
    ...[sourceArea, targetArea, sourceChannels / groups, targetChannels / groups, taps],
    ...[input[0], input[1], output[1], size[1]],
    entering === null ? 0 : place(entering),
    ...[...axes, ...scratch].map(place),
  ];
  return place(Int32Array.from(words));
}
