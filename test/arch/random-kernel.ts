/**
 * Random kernels of convolutions: both axes of their own, groups, sources that enter behind a pool or not at all,
 * weights of zero.
 */
import type { Plane, SharedKernel } from "../../arch/index.js";
import type { createRng } from "../../base/rng.js";

type Rng = ReturnType<typeof createRng>;

export const FEATURES: readonly string[] = [
  ...["strided", "dilated", "padded", "grouped", "depthwise", "one row", "pooled", "delayed", "with zeros", "own windows", "plain"],
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
    const bare: SharedKernel = {
      ...{
        sourceChannels,
        sourceArea: input[0] * input[1],
        targetChannels,
        targetArea: output[0] * output[1],
        groups,
        taps: size[0] * size[1],
      },
      ...{ input, output, size, stride, dilation, padding, entering: null, present: null, windowTaps: null },
    };
    const { kernel, said } = dressed(rng, rng.float() < 0.25 ? withWindows(rng, bare) : bare);
    const is = {
      ...{ strided: Math.max(...stride) > 1, dilated: Math.max(...dilation) > 1, padded: Math.max(...padding) > 0 },
      ...{ grouped: groups > 1 && groups < sourceChannels, depthwise: groups > 1 && groups === sourceChannels },
      ...{ "one row": input[0] === 1, plain: groups === 1 && said.length === 0 && kernel.windowTaps === null },
    };
    return {
      kernel,
      said: [
        ...said,
        ...(kernel.windowTaps === null ? [] : ["own windows"]),
        ...Object.entries(is).flatMap(([name, holds]) => (holds ? [name] : [])),
      ],
    };
  }
}

/** The kernel with up to two taps for each place of a window, of which each window has one or none. */
function withWindows(rng: Rng, bare: SharedKernel): SharedKernel {
  const axes = ([0, 1] as const).map((axis) => {
    const reach = (bare.size[axis] - 1) * bare.dilation[axis] + 1;
    const starts = [0];
    for (let behind = 0; behind < reach; behind++) starts.push(starts[behind] + rng.int(behind === 0 ? 1 : 0, 2));
    const tap = (behind: number): number =>
      starts[behind] === starts[behind + 1] || rng.float() < 0.2 ? -1 : rng.int(starts[behind], starts[behind + 1] - 1);
    return { taps: starts[reach], windows: Int32Array.from({ length: bare.output[axis] * reach }, (_, at) => tap(at % reach)) };
  });
  const size: Plane = [axes[0].taps, axes[1].taps];
  return { ...bare, size, dilation: [1, 1], taps: size[0] * size[1], windowTaps: [axes[0].windows, axes[1].windows] };
}

/**
 * The kernel behind a pool of two sources per place, or a Delay of another way, or neither; and now and then with
 * weights of zero.
 */
export function dressed(rng: Rng, bare: SharedKernel): { readonly kernel: SharedKernel; readonly said: readonly string[] } {
  const { sourceChannels, targetChannels, taps, groups, sourceArea: inputArea } = bare;
  const enters = ["own", "own", "pooled", "delayed"][rng.int(0, 3)];
  const sourceArea = enters === "pooled" ? 2 * inputArea + 1 : inputArea;
  /** One source is over, which a pool leaves out. */
  const pooled = (source: number): number => {
    const at = source % sourceArea;
    return at === sourceArea - 1 ? -1 : Math.floor(source / sourceArea) * inputArea + Math.floor(at / 2);
  };
  const delayed = (source: number): number => (rng.float() < 0.5 ? source : -1);
  const places = new Int32Array(sourceChannels * sourceArea).map((_, n) => (enters === "pooled" ? pooled : delayed)(n));
  const marks = new Uint8Array((sourceChannels * targetChannels * taps) / groups);
  const present = rng.float() < 0.3 ? marks.map(() => (rng.float() < 0.3 ? 0 : 1)) : null;
  return {
    kernel: { ...bare, sourceArea, entering: enters === "own" ? null : places, present },
    said: [...(enters === "own" ? [] : [enters]), ...(present === null ? [] : ["with zeros"])],
  };
}
