/**
 * Rows of a projection, written out from the definition of a convolution: for each target, the taps of its kernel.
 * Shares no code with `arch/rows.ts`.
 */
import type { Projection, SharedKernel } from "../../arch/index.js";

/** A synapse: its target, and of a kernel its place (target channel x taps + tap, taps counted backwards). */
export interface NaiveSynapse {
  readonly target: number;
  readonly place: number;
}

const known = new WeakMap<object, readonly (readonly NaiveSynapse[])[]>();

/** Every row of a sparse projection, as it lies; a kernel's with ascending targets. */
export function naiveRows({ sparse, kernel }: Pick<Projection, "sparse" | "kernel">): readonly (readonly NaiveSynapse[])[] {
  if (sparse === null) throw new Error("rows of a dense projection");
  const made = known.get(sparse) ?? (kernel === undefined ? written(sparse) : convolved(kernel));
  known.set(sparse, made);
  return made;
}

function written({ rowStart, targets }: NonNullable<Projection["sparse"]>): NaiveSynapse[][] {
  const all = Array.from(targets as Uint32Array, (target) => ({ target, place: 0 }));
  return Array.from({ length: rowStart.length - 1 }, (_, i) => all.slice(rowStart[i], rowStart[i + 1]));
}

export function convolved(kernel: SharedKernel): NaiveSynapse[][] {
  const { sourceChannels, sourceArea, targetChannels, groups, taps, input, output, size, stride, dilation, padding, entering, present } =
    kernel;
  /** By axis, how far behind the beginning of window `w` tap `k` lies; null: it has no such tap. */
  const behind = (axis: 0 | 1, w: number, k: number): number | null => {
    if (kernel.windowTaps === null) return k * dilation[axis];
    const reach = kernel.windowTaps[axis].length / output[axis];
    const at = kernel.windowTaps[axis].slice(w * reach, (w + 1) * reach).indexOf(k);
    return at < 0 ? null : at;
  };
  const rows: NaiveSynapse[][] = Array.from({ length: sourceChannels * sourceArea }, () => []);
  const sourcesAt = new Map<number, number[]>();
  for (const source of rows.keys()) {
    const place = entering === null ? source : entering[source];
    sourcesAt.set(place, [...(sourcesAt.get(place) ?? []), source]);
  }
  const [sources, targets] = [sourceChannels / groups, targetChannels / groups];
  for (let o = 0; o < targetChannels; o++) {
    const group = Math.floor(o / targets);
    for (let oy = 0; oy < output[0]; oy++) {
      for (let ox = 0; ox < output[1]; ox++) {
        for (let c = group * sources; c < (group + 1) * sources; c++) {
          for (let tap = 0; tap < taps; tap++) {
            const [down, aside] = [behind(0, oy, Math.floor(tap / size[1])), behind(1, ox, tap % size[1])];
            if (down === null || aside === null) continue;
            const y = oy * stride[0] - padding[0] + down;
            const x = ox * stride[1] - padding[1] + aside;
            if (y < 0 || x < 0 || y >= input[0] || x >= input[1]) continue;
            const backwards = taps - 1 - tap;
            if (present !== null && present[(c * targets + (o % targets)) * taps + backwards] === 0) continue;
            const synapse = { target: (o * output[0] + oy) * output[1] + ox, place: o * taps + backwards };
            for (const source of sourcesAt.get((c * input[0] + y) * input[1] + x) ?? []) rows[source].push(synapse);
          }
        }
      }
    }
  }
  for (const row of rows) row.sort((a, b) => a.target - b.target);
  return rows;
}

/** A projection of the kernel, its rows as long as the definition makes them. */
export function ofKernel(source: number, target: number, kernel: SharedKernel): Projection {
  const rowStart = [0];
  for (const row of convolved(kernel)) rowStart.push((rowStart.at(-1) as number) + row.length);
  return { source, target, recurrent: false, sparse: { rowStart: Uint32Array.from(rowStart), targets: null }, kernel };
}
