/** Random kernels of convolutions: both axes of their own, groups, sources that enter behind a pool or not at all, weights of zero. */
import type { Plane, SharedKernel } from "../../arch/index.js";
import type { createRng } from "../../base/rng.js";

type Rng = ReturnType<typeof createRng>;

export const FEATURES: readonly string[] = [
  ...["strided", "dilated", "padded", "grouped", "depthwise", "one row", "pooled", "delayed", "with zeros", "plain"],
];

export function randomKernel(rng: Rng): { readonly kernel: SharedKernel; readonly said: readonly string[] } {
  const pick = <Value>(...values: Value[]): Value => values[rng.int(0, values.length - 1)];
  const plane = (make: () => number): Plane => [make(), make()];
  for (;;) {
    const sourceChannels = pick(1, 2, 3, 4);
    const groups = pick(1, 1, sourceChannels, ...(sourceChannels % 2 === 0 ? [2] : []));
    const targetChannels = groups * pick(1, 2, 3);
    const input = pick<Plane>([1, rng.int(3, 9)], [rng.int(2, 6), rng.int(2, 6)]);
    const size: Plane = [input[0] === 1 ? 1 : rng.int(1, 3), rng.int(1, 3)];
    const [stride, dilation] = [plane(() => pick(1, 1, 2, 3)), plane(() => pick(1, 1, 2))];
    const padding: Plane = [input[0] === 1 ? 0 : pick(0, 1), pick(0, 1, 2)];
    const along = (axis: 0 | 1): number =>
      Math.floor((input[axis] + 2 * padding[axis] - dilation[axis] * (size[axis] - 1) - 1) / stride[axis]) + 1;
    const output: Plane = [along(0), along(1)];
    if (Math.min(...output) < 1) continue;
    const taps = size[0] * size[1];
    const inputArea = input[0] * input[1];
    const enters = pick("own", "own", "pool", "delay");
    const sourceArea = enters === "pool" ? 2 * inputArea + 1 : inputArea;
    /** Two sources per place, and one over, which a pool leaves out. */
    const pooled = (source: number): number => {
      const at = source % sourceArea;
      return at === sourceArea - 1 ? -1 : Math.floor(source / sourceArea) * inputArea + Math.floor(at / 2);
    };
    const delayed = (source: number): number => (rng.float() < 0.5 ? source : -1);
    const entering =
      enters === "own" ? null : new Int32Array(sourceChannels * sourceArea).map((_, n) => (enters === "pool" ? pooled : delayed)(n));
    const hasZeros = rng.float() < 0.3;
    const marks = new Uint8Array((sourceChannels * targetChannels * taps) / groups);
    const present = hasZeros ? marks.map(() => (rng.float() < 0.3 ? 0 : 1)) : null;
    const said = {
      ...{ strided: Math.max(...stride) > 1, dilated: Math.max(...dilation) > 1, padded: Math.max(...padding) > 0 },
      ...{ grouped: groups > 1 && groups < sourceChannels, depthwise: groups > 1 && groups === sourceChannels },
      ...{ "one row": input[0] === 1, pooled: enters === "pool", delayed: enters === "delay", "with zeros": hasZeros },
      plain: groups === 1 && enters === "own" && !hasZeros,
    };
    return {
      kernel: {
        ...{ sourceChannels, sourceArea, targetChannels, targetArea: output[0] * output[1], groups, taps },
        ...{ input, output, size, stride, dilation, padding, entering, present },
      },
      said: Object.entries(said).flatMap(([name, is]) => (is ? [name] : [])),
    };
  }
}
