/**
 * Two convolutions in a row as one: what a convolution and a pool make that no neuron parts. A pool is a convolution of
 * a channel with itself.
 *
 * Input row m × S - p + j × D meets tap j of the first where it stands at m, and the second stands at m = t × S' - p' +
 * k × D': together they are a convolution of stride S × S' whose tap j × D + k × D' × S has the sum of the products.
 * That holds where the zeros with which the second pads are what the first would give there: at no place of its padding
 * may the first meet its own input.
 */
import { type Plane, weightsOfChannel } from "../../arch/index.js";
import { type KernelShape, MOST_KERNEL_WEIGHTS } from "./connections.js";

/** null: no single convolution does what they do, their groups cross, or it would be too large to be held. */
export function composedKernel(first: KernelShape, second: KernelShape): KernelShape | null {
  const groups = Math.min(first.groups, second.groups);
  if (first.groups % groups !== 0 || second.groups % groups !== 0) return null;
  const plane = (of: (axis: 0 | 1) => number): Plane => [of(0), of(1)];
  const size = plane((a) => (first.size[a] - 1) * first.dilation[a] + (second.size[a] - 1) * second.dilation[a] * first.stride[a] + 1);
  if (first.sourceChannels * (second.targetChannels / groups) * size[0] * size[1] > MOST_KERNEL_WEIGHTS) return null;
  if (![0, 1].every((axis) => padsWithNothing(first, second, axis))) return null;
  const { sourceChannels, input } = first;
  const { targetChannels, targetArea, output } = second;
  const shape = {
    ...{ sourceChannels, targetChannels, targetArea, groups, taps: size[0] * size[1], input, output, size, dilation: [1, 1] as Plane },
    stride: plane((a) => first.stride[a] * second.stride[a]),
    padding: plane((a) => second.padding[a] * first.stride[a] + first.padding[a]),
  };
  const { weights, present } = products(first, second, shape);
  return { ...shape, weights, present: present.includes(0) ? present : null };
}

/** Along an axis, the first meets nothing wherever the second stands on its padding. */
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

/** Sums of products, channels and taps between them in ascending order; `present`: both of some product are weights. */
function products(first: KernelShape, second: KernelShape, to: Composed): { readonly weights: Float64Array; readonly present: Uint8Array } {
  const each = weightsOfChannel(to);
  const weights = new Float64Array(to.sourceChannels * each);
  const present = new Uint8Array(weights.length);
  const tapOf = tapsBetween(first, second, to);
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
            const at = target + tapOf[k * first.taps + j];
            weights[at] += inner * outer;
            present[at] = 1;
          }
        }
      }
    }
  }
  return { weights, present };
}

/** [taps of the second][taps of the first] tap that they make; all count backwards. */
function tapsBetween(first: KernelShape, second: KernelShape, { size, taps }: Composed): Int32Array {
  const made = new Int32Array(second.taps * first.taps);
  for (let k = 0; k < second.taps; k++) {
    for (let j = 0; j < first.taps; j++) {
      const [outer, inner] = [second.taps - 1 - k, first.taps - 1 - j];
      const along = (axis: 0 | 1, o: number, i: number): number =>
        o * second.dilation[axis] * first.stride[axis] + i * first.dilation[axis];
      const y = along(0, Math.floor(outer / second.size[1]), Math.floor(inner / first.size[1]));
      const x = along(1, outer % second.size[1], inner % first.size[1]);
      made[k * first.taps + j] = taps - 1 - (y * size[1] + x);
    }
  }
  return made;
}
