/**
 * Reads synapses of a projection row by row: as stored, or computed from the positions of a convolution's kernel. Rows
 * of a kernel are not stored.
 *
 * Reading a kernel's row takes time proportional to its synapses. Positions along each axis are tabulated once: per
 * place of the input, the taps that cover it and their outputs, ascending.
 */
import type { PartProjection, Projection, SharedKernel, SparseRows, WindowTaps } from "./network.js";

/** Fields of a projection that a reader needs. */
type Rows = Pick<Projection, "sparse" | "kernel">;

export interface RowReader {
  /** Targets of the row that was read last: `targets[first .. first + length - 1]`. */
  readonly targets: Uint32Array;
  readonly first: number;
  readonly length: number;
  read(source: number): void;
  /**
   * Index of the weight of synapse `k` of the row, among weights by synapse, or of a kernel [source channels][target
   * channels of its group][taps].
   */
  weightOf(k: number): number;
}

/** A reader of a sparse projection. Its result is valid until it reads again. */
export function rowReader({ sparse, kernel }: Rows): RowReader {
  if (sparse === null) throw new Error("rows of a dense projection");
  if (sparse.targets !== null) return new WrittenReader(sparse.rowStart, sparse.targets);
  if (kernel === undefined) throw new Error("rows without targets or a kernel");
  return new KernelReader(kernel);
}

/** Whether a mapping has cut a projection. */
export function isPart(projection: Projection): projection is PartProjection {
  return "rows" in projection;
}

/** Whether a projection brings sums of other cores, which need no weights. */
export const isSum = (projection: Projection): boolean => isPart(projection) && projection.weightless;

/** Number of synapses of a sparse projection. */
export function synapsesIn({ rowStart }: { readonly rowStart: Uint32Array }): number {
  return rowStart[rowStart.length - 1];
}

/** Targets of the source that has the most of them. */
export function mostTargets(rowStart: Uint32Array): number {
  let most = 0;
  for (let i = 0; i + 1 < rowStart.length; i++) most = Math.max(most, rowStart[i + 1] - rowStart[i]);
  return most;
}

/** Targets of all synapses of a sparse projection. */
export function writtenTargets(rows: Rows & { readonly sparse: SparseRows }): Uint32Array {
  const { rowStart, targets } = rows.sparse;
  if (targets !== null) return targets;
  const reader = rowReader(rows);
  const written = new Uint32Array(rowStart[rowStart.length - 1]);
  for (let source = 0; source + 1 < rowStart.length; source++) {
    reader.read(source);
    written.set(reader.targets.subarray(reader.first, reader.first + reader.length), rowStart[source]);
  }
  return written;
}

/** The row that synapse `k` is in. */
export function rowHolding(rowStart: Uint32Array, k: number): number {
  let [low, high] = [0, rowStart.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rowStart[middle] <= k) low = middle;
    else high = middle;
  }
  return low;
}

class WrittenReader implements RowReader {
  first = 0;
  length = 0;

  constructor(
    private readonly rowStart: Uint32Array,
    readonly targets: Uint32Array,
  ) {}

  read(source: number): void {
    this.first = this.rowStart[source];
    this.length = this.rowStart[source + 1] - this.first;
  }

  weightOf(k: number): number {
    return this.first + k;
  }
}

/** By place i along one axis of the input: taps `tap[start[i] .. start[i + 1])` cover it, for outputs `out`. */
interface Axis {
  readonly start: Int32Array;
  readonly tap: Int32Array;
  readonly out: Int32Array;
}

/** Geometry of a kernel or of a pool's window. */
export type Windows = Pick<SharedKernel, "input" | "output" | "size" | "stride" | "dilation" | "padding">;

/** Both axes of a kernel: rows, columns. */
export function axesOf(windows: Windows, windowTaps: WindowTaps | null): readonly [Axis, Axis] {
  const { input, output, stride, padding } = windows;
  return [0, 1].map((axis): Axis => {
    const { places, apart, tapOf } = windowAlong(windows, windowTaps, axis);
    const start = new Int32Array(input[axis] + 1);
    const [tap, out]: [number[], number[]] = [[], []];
    for (let at = 0; at < input[axis]; at++) {
      for (let place = places - 1; place >= 0; place--) {
        const from = at + padding[axis] - place * apart;
        if (from < 0 || from % stride[axis] !== 0 || from / stride[axis] >= output[axis]) continue;
        const k = tapOf(from / stride[axis], place);
        if (k < 0) continue;
        tap.push(k);
        out.push(from / stride[axis]);
      }
      start[at + 1] = tap.length;
    }
    return { start, tap: Int32Array.from(tap), out: Int32Array.from(out) };
  }) as [Axis, Axis];
}

/** Number of places of a window along an axis, and their distance `apart`; `tapOf`: the tap at a place, -1: none. */
export function windowAlong(
  { output, size, dilation }: Pick<Windows, "output" | "size" | "dilation">,
  windowTaps: WindowTaps | null,
  axis: number,
): { readonly places: number; readonly apart: number; readonly tapOf: (window: number, place: number) => number } {
  if (windowTaps === null) return { places: size[axis], apart: dilation[axis], tapOf: (_, place) => place };
  const taps = windowTaps[axis];
  const places = taps.length / output[axis];
  return { places, apart: 1, tapOf: (window, place) => taps[window * places + place] };
}

/** Number of weights of one source channel. */
export const weightsOfChannel = ({ targetChannels, groups, taps }: Pick<SharedKernel, "targetChannels" | "groups" | "taps">): number =>
  (targetChannels / groups) * taps;

/** Number of synapses of each row, [source neurons]. */
export function rowLengths(kernel: SharedKernel): Float64Array {
  const { sourceChannels, sourceArea, taps, size, input, entering, present, windowTaps } = kernel;
  const [rows, columns] = axesOf(kernel, windowTaps);
  const each = weightsOfChannel(kernel);
  /** By tap: synapses of one position. By place of a channel: synapses of a source that enters there. */
  const counts = new Float64Array(taps);
  const ofPlace = new Float64Array(input[0] * input[1]);
  const lengths = new Float64Array(sourceChannels * sourceArea);
  for (let channel = 0; channel < sourceChannels; channel++) {
    if (present !== null || channel === 0) {
      counts.fill(present === null ? each / taps : 0);
      if (present !== null) for (let w = 0; w < each; w++) counts[w % taps] += present[channel * each + w];
      for (let y = 0, at = 0; y < input[0]; y++) {
        for (let x = 0; x < input[1]; x++, at++) {
          let synapses = 0;
          for (let r = rows.start[y]; r < rows.start[y + 1]; r++)
            for (let c = columns.start[x]; c < columns.start[x + 1]; c++)
              synapses += counts[taps - 1 - (rows.tap[r] * size[1] + columns.tap[c])];
          ofPlace[at] = synapses;
        }
      }
    }
    for (let source = channel * sourceArea; source < (channel + 1) * sourceArea; source++) {
      const place = entering === null ? source : entering[source];
      if (place >= 0) lengths[source] = ofPlace[place - channel * ofPlace.length];
    }
  }
  return lengths;
}

/** Starts of a kernel's rows, [source neurons + 1], which are right if the number of all `synapses` is below 2^32. */
export function rowStarts(kernel: SharedKernel): { readonly rowStart: Uint32Array; readonly synapses: number } {
  const lengths = rowLengths(kernel);
  const rowStart = new Uint32Array(lengths.length + 1);
  let synapses = 0;
  for (const [row, length] of lengths.entries()) {
    synapses += length;
    rowStart[row + 1] = synapses;
  }
  return { rowStart, synapses };
}

/** Reads rows of a convolution, with their places in its kernel. */
export class KernelReader implements RowReader {
  readonly targets: Uint32Array;
  /** Target channel x taps + tap. */
  readonly places: Uint32Array;
  readonly first = 0;
  length = 0;
  private readonly axes: readonly [Axis, Axis];
  /** Positions of the current row: offset in a target channel, and tap. */
  private readonly offsets: Int32Array;
  private readonly tapOf: Int32Array;
  private readonly each: number;
  /** Added to a place to get the index of its weight. */
  private base = 0;

  constructor(readonly kernel: SharedKernel) {
    const { targetChannels, groups, taps } = kernel;
    this.axes = axesOf(kernel, kernel.windowTaps);
    this.each = targetChannels / groups;
    this.targets = new Uint32Array(this.each * taps);
    this.places = new Uint32Array(this.each * taps);
    this.offsets = new Int32Array(taps);
    this.tapOf = new Int32Array(taps);
  }

  /** Reads a row's synapses, only for targets `from .. to - 1`. */
  read(source: number, from = 0, to = Number.POSITIVE_INFINITY): void {
    this.length = 0;
    const positions = this.position(source);
    if (positions === 0) return;
    const { kernel, offsets, tapOf, targets, places } = this;
    const { targetArea, taps, present } = kernel;
    const channels = this.targetChannels(source, from, to);
    this.base = channels.base;
    let length = 0;
    for (let o = channels.first; o < channels.last; o++) {
      const [first, place] = [o * targetArea, o * taps];
      const isWhole = first >= from && first + targetArea <= to;
      for (let p = 0; p < positions; p++) {
        const target = first + offsets[p];
        if (!isWhole && (target < from || target >= to)) continue;
        if (present !== null && present[this.base + place + tapOf[p]] === 0) continue;
        targets[length] = target;
        places[length++] = place + tapOf[p];
      }
    }
    this.length = length;
  }

  /** True if a row has targets among `from .. to - 1`. */
  reaches(source: number, from: number, to: number): boolean {
    const positions = this.position(source);
    const { first, last, base } = this.targetChannels(source, from, to);
    const { targetArea, taps, present } = this.kernel;
    for (let o = first; o < last; o++) {
      for (let p = 0; p < positions; p++) {
        const target = o * targetArea + this.offsets[p];
        if (target >= from && target < to && (present === null || present[base + o * taps + this.tapOf[p]] !== 0)) return true;
      }
    }
    return false;
  }

  /** Channels of a source's group with neurons among `from .. to - 1`, and `base`. */
  private targetChannels(
    source: number,
    from: number,
    to: number,
  ): { readonly first: number; readonly last: number; readonly base: number } {
    const { each } = this;
    const { sourceArea, sourceChannels, targetArea, groups, taps } = this.kernel;
    const channel = Math.floor(source / sourceArea);
    const group = Math.floor((channel * groups) / sourceChannels);
    return {
      first: Math.max(group * each, Math.floor(from / targetArea)),
      last: Math.min((group + 1) * each, Math.ceil(to / targetArea)),
      base: (channel - group) * each * taps,
    };
  }

  weightOf(k: number): number {
    return this.base + this.places[k];
  }

  /** Sets the positions of a row; returns their number. */
  private position(source: number): number {
    const { entering, input, output, size, taps } = this.kernel;
    const place = entering === null ? source : entering[source];
    if (place < 0) return 0;
    const [rows, columns] = this.axes;
    const x = place % input[1];
    const y = ((place - x) / input[1]) % input[0];
    let count = 0;
    for (let r = rows.start[y]; r < rows.start[y + 1]; r++) {
      for (let c = columns.start[x]; c < columns.start[x + 1]; c++) {
        this.offsets[count] = rows.out[r] * output[1] + columns.out[c];
        this.tapOf[count++] = taps - 1 - (rows.tap[r] * size[1] + columns.tap[c]);
      }
    }
    return count;
  }
}
