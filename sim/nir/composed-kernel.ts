/**
 * Two consecutive convolutions as one, e.g. a convolution and a pool with no neuron between them. A pool is a
 * convolution of each channel with itself.
 *
 * Position m of the first kernel applies its tap j to input row m × S - p + j × D. Position t of the second applies its
 * tap k to m = t × S' - p' + k × D'. Together they are a convolution of stride S × S', whose tap j × D + k × D' × S has
 * the sum of the products. This requires that the second's padding zeros equal what the first would compute there: at
 * no padded position may the first reach its own input.
 *
 * If it does, windows at the border lack products. A tap along an axis is then a set of pairs (k, j): windows that sum
 * the same pairs at a place share the tap, and other windows have a further tap for that place.
 */
import { type Plane, weightsOfChannel, windowAlong } from "../../arch/index.js";
import { type KernelShape, MOST_KERNEL_WEIGHTS } from "./connections.js";

/** null: no single convolution equals both, their groups do not match, or it would be too large. */
export function composedKernel(first: KernelShape, second: KernelShape): KernelShape | null {
  if (!takesOutputOf(second, first)) return null;
  const groups = Math.min(first.groups, second.groups);
  if (first.groups % groups !== 0 || second.groups % groups !== 0) return null;
  const axes = composedAxes(first, second);
  if (axes === null) return null;
  const { sourceChannels, input } = first;
  const { targetChannels, targetArea, output } = second;
  const size = plane((axis) => axes[axis].taps);
  if (sourceChannels * (targetChannels / groups) * size[0] * size[1] > MOST_KERNEL_WEIGHTS) return null;
  const [rows, columns] = axes.map(({ windowTaps }) => windowTaps);
  const shape = {
    ...{ sourceChannels, targetChannels, targetArea, groups, taps: size[0] * size[1], input, output, size, dilation: plane(() => 1) },
    stride: plane((axis) => first.stride[axis] * second.stride[axis]),
    padding: plane((axis) => paddingOf(first, second, axis)),
    windowTaps: rows === null || columns === null ? null : ([rows, columns] as const),
  };
  const { weights, present } = products(first, second, shape, axes);
  return { ...shape, weights, present: present.includes(0) ? present : null };
}

/** False: a Flatten between them has changed the places' channels or axes. */
const takesOutputOf = (second: KernelShape, first: KernelShape): boolean =>
  first.targetChannels === second.sourceChannels && [0, 1].every((axis) => first.output[axis] === second.input[axis]);

const plane = (of: (axis: 0 | 1) => number): Plane => [of(0), of(1)];

const paddingOf = (first: KernelShape, second: KernelShape, axis: number): number =>
  second.padding[axis] * first.stride[axis] + first.padding[axis];

/** The composed kernel along an axis. */
interface Axis {
  readonly taps: number;
  /** [taps of the second][taps of the first] composed taps that contain their product. */
  readonly made: readonly (readonly number[])[];
  /** [output][reach] as in `WindowTaps`; null: all windows are alike. */
  readonly windowTaps: Int32Array | null;
}

/** null: too many products, or none. */
function composedAxes(first: KernelShape, second: KernelShape): readonly [Axis, Axis] | null {
  const isAlike = first.windowTaps === null && second.windowTaps === null && [0, 1].every((axis) => padsWithNothing(first, second, axis));
  const [rows, columns] = [0, 1].map((axis) => (isAlike ? alikeAxis : borderedAxis)(first, second, axis));
  if (rows === null || columns === null) return null;
  const count = productsOf(rows) * productsOf(columns);
  return count === 0 || count > MOST_KERNEL_WEIGHTS ? null : [rows, columns];
}

const productsOf = ({ made }: Axis): number => made.reduce((sum, taps) => sum + taps.length, 0);

function alikeAxis(first: KernelShape, second: KernelShape, axis: number): Axis | null {
  const apart = second.dilation[axis] * first.stride[axis];
  const taps = (first.size[axis] - 1) * first.dilation[axis] + (second.size[axis] - 1) * apart + 1;
  if (Math.max(taps, first.size[axis] * second.size[axis]) > MOST_KERNEL_WEIGHTS) return null;
  const made = Array.from({ length: second.size[axis] * first.size[axis] }, (_, pair) => {
    const [k, j] = [Math.floor(pair / first.size[axis]), pair % first.size[axis]];
    return [k * apart + j * first.dilation[axis]];
  });
  return { taps, made, windowTaps: null };
}

function borderedAxis(first: KernelShape, second: KernelShape, axis: number): Axis | null {
  const [inner, outer] = [first, second].map((kernel) => windowAlong(kernel, kernel.windowTaps, axis));
  const [windows, stride] = [second.output[axis], first.stride[axis]];
  const reach = (outer.places - 1) * outer.apart * stride + (inner.places - 1) * inner.apart + 1;
  if (windows * Math.max(reach, outer.places * inner.places) > MOST_KERNEL_WEIGHTS) return null;
  /** By distance from a window's beginning: sets of pairs that windows sum there, in the order of their first use. */
  const sets = Array.from({ length: reach }, () => new Map<string, readonly number[]>());
  /** [window][distance] index of the set that the window sums; -1: none. */
  const windowTaps = new Int32Array(windows * reach).fill(-1);
  for (let window = 0; window < windows; window++) {
    for (const [behind, pairs] of pairsOf(first, second, axis, window)) {
      const [known, name] = [sets[behind], pairs.join()];
      if (!known.has(name)) known.set(name, pairs);
      windowTaps[window * reach + behind] = [...known.keys()].indexOf(name);
    }
  }
  const made = Array.from({ length: second.size[axis] * first.size[axis] }, (): number[] => []);
  let taps = 0;
  for (const [behind, known] of sets.entries()) {
    for (let at = behind; at < windowTaps.length; at += reach) if (windowTaps[at] >= 0) windowTaps[at] += taps;
    for (const pairs of known.values()) {
      for (const pair of pairs) made[pair].push(taps);
      taps++;
    }
  }
  return { taps, made, windowTaps };
}

/** Pairs [taps of the second][taps of the first] of a window that reach an input, by distance from its beginning. */
function pairsOf(first: KernelShape, second: KernelShape, axis: number, window: number): Map<number, number[]> {
  const [inner, outer] = [first, second].map((kernel) => windowAlong(kernel, kernel.windowTaps, axis));
  const stride = first.stride[axis];
  const pairs = new Map<number, number[]>();
  for (let far = 0; far < outer.places; far++) {
    const k = outer.tapOf(window, far);
    const between = window * second.stride[axis] - second.padding[axis] + far * outer.apart;
    if (k < 0 || between < 0 || between >= first.output[axis]) continue;
    for (let near = 0; near < inner.places; near++) {
      const j = inner.tapOf(between, near);
      const at = between * stride - first.padding[axis] + near * inner.apart;
      if (j < 0 || at < 0 || at >= first.input[axis]) continue;
      const behind = far * outer.apart * stride + near * inner.apart;
      pairs.set(behind, [...(pairs.get(behind) ?? []), k * first.size[axis] + j]);
    }
  }
  return pairs;
}

/** Whether along an axis the first reaches no input at any padded position of the second. */
function padsWithNothing(first: KernelShape, second: KernelShape, axis: number): boolean {
  for (let t = 0; t < second.output[axis]; t++) {
    for (let k = 0; k < second.size[axis]; k++) {
      const m = t * second.stride[axis] - second.padding[axis] + k * second.dilation[axis];
      if (m >= 0 && m < first.output[axis]) continue;
      const top = m * first.stride[axis] - first.padding[axis];
      const j = Math.max(0, Math.ceil(-top / first.dilation[axis]));
      if (j < first.size[axis] && top + j * first.dilation[axis] < first.input[axis]) return false;
    }
  }
  return true;
}

type Composed = Omit<KernelShape, "weights" | "present">;

/**
 * Sums of products, with channels and taps between them in ascending order; `present`: some product has two weights.
 */
function products(
  first: KernelShape,
  second: KernelShape,
  to: Composed,
  axes: readonly [Axis, Axis],
): { readonly weights: Float64Array; readonly present: Uint8Array } {
  const each = weightsOfChannel(to);
  const weights = new Float64Array(to.sourceChannels * each);
  const present = new Uint8Array(weights.length);
  const { start, made } = tapsBetween(first, second, to, axes);
  const [perFirst, perSecond, perBoth] = [first, second, to].map(({ targetChannels, groups }) => targetChannels / groups);
  for (let channel = 0; channel < to.sourceChannels; channel++) {
    const firstGroup = Math.floor((channel * first.groups) / first.sourceChannels);
    const group = Math.floor((channel * to.groups) / to.sourceChannels);
    for (let i = 0; i < perFirst; i++) {
      const between = firstGroup * perFirst + i;
      const secondGroup = Math.floor((between * second.groups) / second.sourceChannels);
      for (let o = 0; o < perSecond; o++) {
        const target = channel * each + (secondGroup * perSecond + o - group * perBoth) * to.taps;
        for (let k = second.taps - 1; k >= 0; k--) {
          const outer = second.weights[(between * perSecond + o) * second.taps + k];
          if (outer === 0) continue;
          for (let j = first.taps - 1; j >= 0; j--) {
            const inner = first.weights[(channel * perFirst + i) * first.taps + j];
            if (inner === 0) continue;
            const pair = k * first.taps + j;
            for (let m = start[pair]; m < start[pair + 1]; m++) {
              weights[target + made[m]] += inner * outer;
              present[target + made[m]] = 1;
            }
          }
        }
      }
    }
  }
  return { weights, present };
}

/**
 * By pair [taps of the second][taps of the first], its composed taps `made[start[pair] .. start[pair + 1])`; all taps
 * count backwards.
 */
function tapsBetween(
  first: KernelShape,
  second: KernelShape,
  { size, taps }: Composed,
  [rows, columns]: readonly [Axis, Axis],
): { readonly start: Int32Array; readonly made: Int32Array } {
  const start = new Int32Array(second.taps * first.taps + 1);
  const made: number[] = [];
  for (let k = 0; k < second.taps; k++) {
    for (let j = 0; j < first.taps; j++) {
      const [outer, inner] = [second.taps - 1 - k, first.taps - 1 - j];
      const [down, aside] = [Math.floor(outer / second.size[1]), outer % second.size[1]];
      const ys = rows.made[down * first.size[0] + Math.floor(inner / first.size[1])];
      const xs = columns.made[aside * first.size[1] + (inner % first.size[1])];
      for (const y of ys) for (const x of xs) made.push(taps - 1 - (y * size[1] + x));
      start[k * first.taps + j + 1] = made.length;
    }
  }
  return { start, made: Int32Array.from(made) };
}
