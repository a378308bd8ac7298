/** Memory of kernels of row additions: weights packed by source neuron, dense or compressed. */
import { powerOfTwo } from "../../base/math.js";
import type { FillableKernel, KernelHost } from "../kernel/kernel-host.js";
import type { Requantiser } from "./integer-network.js";

/** Exports of every kernel of row additions. Functions that add something return its handle; 0: none. */
export interface RowKernel extends FillableKernel {
  addDense8(rows: number, largest: number, weights: number, group: number): number;
  addDense16(rows: number, largest: number, weights: number, group: number): number;
  addSparse8(rows: number, largest: number, weights: number, targets: number, starts: number): number;
  addSparse16(rows: number, largest: number, weights: number, targets: number, starts: number): number;
  /** `wraps`: 1 if sums wrap when a word cannot hold them, 0 if they saturate. */
  setOverflow(wraps: number): void;
  /** Number of overflows since the last call. */
  takeOverflows(): number;
  takeSaturations(): number;
}

/** A requantiser as the kernels take it: factors and offsets times 2^-shift, which is exact. */
export function scaled({ multiplier, bias, shift }: Requantiser): { readonly factors: Float64Array; readonly offsets: Float64Array } {
  const unit = powerOfTwo(-shift);
  return { factors: Float64Array.from(multiplier, (m) => m * unit), offsets: bias.map((b) => b * unit) };
}

/** Weights of the integer network: blocks of rows, each [rows][sources], stacked in accumulator order. */
interface RowBlocks {
  readonly sources: number;
  readonly blocks: readonly Int16Array[];
}

/** Blocks that add at most `limit` × |weight| to the accumulators from `firstRow` on. */
export interface FedRows extends RowBlocks {
  readonly limit: number;
  readonly firstRow: number;
}

/** True if every row's sum of |weight × payload| stays within `most` even when all payloads are largest. */
export function rowsCannotOverflow(fed: readonly FedRows[], most: number): boolean {
  const sums: number[] = [];
  for (const { blocks, sources, limit, firstRow } of fed) {
    let row = firstRow;
    for (const block of blocks) {
      for (let i = 0; i < block.length; i += sources, row++) {
        let sum = sums[row] ?? 0;
        for (let source = 0; source < sources; source++) sum += Math.abs(block[i + source]) * limit;
        sums[row] = sum;
      }
    }
  }
  return sums.every((sum) => sum <= most);
}

/** Compressed rows are faster than dense ones below this share of non-zero weights (measured: about 1 in 8). */
export const SPARSE_BELOW = 0.12;
/**
 * Weights that the second-level cache of one processor core holds, in bytes; larger matrices are streamed a few rows at
 * a time.
 */
export const CACHE_BYTES = 768 * 1024;
const STREAMED_EVENTS = 8;
const ALL_EVENTS = powerOfTwo(24);

/** Form of weights in memory: the faster one, or the one that benchmarks and tests ask for. */
export type Storage = "auto" | "dense" | "sparse";

/** Adds a projection with its weights; returns its handle. */
export function addProjection(host: KernelHost<RowKernel>, { sources, blocks }: RowBlocks, storage: Storage): number {
  const rows = blocks.reduce((sum, block) => sum + block.length / sources, 0);
  const padded = Math.ceil(rows / 16) * 16;
  let largest = 0;
  let nonZero = 0;
  for (const block of blocks) {
    for (const w of block) {
      if (w !== 0) nonZero++;
      largest = Math.max(largest, Math.abs(w));
    }
  }
  const wide = largest > 127;
  const fits = padded <= 65536;
  if (fits && (storage === "sparse" || (storage === "auto" && nonZero < SPARSE_BELOW * rows * sources))) {
    return addCompressed(host, compress(blocks, sources, nonZero), padded, largest);
  }
  const weights = wide ? new Int16Array(sources * padded) : new Int8Array(sources * padded);
  let offset = 0;
  for (const block of blocks) {
    const height = block.length / sources;
    for (let row = 0; row < height; row++) {
      for (let source = 0; source < sources; source++) weights[source * padded + offset + row] = block[row * sources + source];
    }
    offset += height;
  }
  return addDense(host, weights, padded, largest);
}

/** Adds dense weights [sources][rows]; returns their handle. */
export function addDense(host: KernelHost<RowKernel>, weights: Int8Array | Int16Array, rows: number, largest: number): number {
  const { kernel } = host;
  const group = weights.byteLength > CACHE_BYTES ? STREAMED_EVENTS : ALL_EVENTS;
  const at = host.place(weights);
  return weights instanceof Int8Array ? kernel.addDense8(rows, largest, at, group) : kernel.addDense16(rows, largest, at, group);
}

/** The non-zero weights of blocks. */
function compress(blocks: readonly Int16Array[], sources: number, nonZero: number): CompressedRows {
  const targets = new Uint32Array(nonZero);
  const weights = new Int16Array(nonZero);
  let at = 0;
  const rowStart = new Uint32Array(sources + 1);
  for (let source = 0; source < sources; source++) {
    let offset = 0;
    for (const block of blocks) {
      const height = block.length / sources;
      for (let row = 0; row < height; row++) {
        const w = block[row * sources + source];
        if (w === 0) continue;
        weights[at] = w;
        targets[at++] = offset + row;
      }
      offset += height;
    }
    rowStart[source + 1] = at;
  }
  return { rowStart, targets, weights };
}

/** Number of entries that the kernel processes at a time. */
const UNROLLED = 4;

/** Weights grouped by source neuron. */
interface CompressedRows {
  readonly rowStart: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Int16Array;
}

/** Addresses of rows that have been filled up. */
interface PlacedRows {
  readonly isWide: boolean;
  readonly weights: number;
  readonly targets: number;
  readonly starts: number;
}

/**
 * Copies rows, filled up to whole groups of entries with weights of 0, which change no sum; targets have the given
 * type.
 */
export function placeRows(
  host: KernelHost<RowKernel>,
  { rowStart, targets, weights }: CompressedRows,
  largest: number,
  Targets: Uint16ArrayConstructor | Uint32ArrayConstructor,
): PlacedRows {
  const sources = rowStart.length - 1;
  const starts = new Uint32Array(sources + 1);
  for (let n = 0; n < sources; n++) starts[n + 1] = starts[n] + Math.ceil((rowStart[n + 1] - rowStart[n]) / UNROLLED) * UNROLLED;
  const places = new Targets(starts[sources]);
  const wide = largest > 127;
  const words = wide ? new Int16Array(starts[sources]) : new Int8Array(starts[sources]);
  for (let n = 0; n < sources; n++) {
    places.set(targets.subarray(rowStart[n], rowStart[n + 1]), starts[n]);
    words.set(weights.subarray(rowStart[n], rowStart[n + 1]), starts[n]);
  }
  return { isWide: wide, weights: host.place(words), targets: host.place(places), starts: host.place(starts) };
}

/** Adds compressed rows; targets must be below 65,536. */
export function addCompressed(host: KernelHost<RowKernel>, compressed: CompressedRows, rows: number, largest: number): number {
  const { isWide, weights, targets, starts } = placeRows(host, compressed, largest, Uint16Array);
  const { kernel } = host;
  return isWide ? kernel.addSparse16(rows, largest, weights, targets, starts) : kernel.addSparse8(rows, largest, weights, targets, starts);
}
