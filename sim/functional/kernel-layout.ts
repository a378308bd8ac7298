/** Memory of a kernel: a bump allocator over WebAssembly memory, and weights packed by source neuron, dense or compressed. */
import { powerOfTwo } from "../../base/math.js";
import type { WasmMemory } from "../../base/wasm.js";
import { createWasmMemory } from "../kernel/kernel-file.js";
import type { Requantiser } from "./integer-network.js";

/** Grows as it is filled. Addresses are byte offsets, 64-byte aligned. */
export class KernelMemory {
  readonly memory: WasmMemory = createWasmMemory();
  private next = 1024;

  allocate(bytes: number): number {
    const at = this.next;
    this.next = Math.ceil((at + bytes) / 64) * 64;
    const missing = this.next - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    return at;
  }

  /** Copies `data`; returns its address. */
  place(data: Int8Array | Int16Array | Uint16Array | Uint8Array | Int32Array | Uint32Array | Float64Array): number {
    const at = this.allocate(data.byteLength);
    new Uint8Array(this.memory.buffer, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }
}

/** A requantiser as the kernels take it: factors and offsets times 2^-shift, which is exact. */
export function scaled({ multiplier, bias, shift }: Requantiser): { readonly factors: Float64Array; readonly offsets: Float64Array } {
  const unit = powerOfTwo(-shift);
  return { factors: Float64Array.from(multiplier, (m) => m * unit), offsets: bias.map((b) => b * unit) };
}

/** Weights as the integer network has them: blocks of rows, each [rows][sources], stacked in accumulator order. */
export interface RowBlocks {
  readonly sources: number;
  readonly blocks: readonly Int16Array[];
}

/** Blocks that add up to `limit` times every weight into the accumulators from `firstRow` on. */
export interface FedRows extends RowBlocks {
  readonly limit: number;
  readonly firstRow: number;
}

/** True when even all largest payloads together keep every row's sum of |weight * payload| within `most`. */
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

/** Below this share of non-zero weights compressed rows are faster than dense ones (measured: about 1 in 8). */
const SPARSE_BELOW = 0.12;
/** Weights that one core's second-level cache holds, in bytes: beyond, few rows are streamed at a time. */
const CACHE_BYTES = 768 * 1024;
const STREAMED_EVENTS = 8;

/** Places a projection's weights and its descriptor; returns the descriptor's address. */
export function placeProjection(memory: KernelMemory, { sources, blocks }: RowBlocks, storage: "auto" | "dense" | "sparse"): number {
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
    return placeCompressed(memory, compress(blocks, sources, nonZero), padded, largest);
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
  const group = weights.byteLength > CACHE_BYTES ? STREAMED_EVENTS : powerOfTwo(24);
  return memory.place(Int32Array.from([wide ? 1 : 0, memory.place(weights), padded, largest, 0, 0, group]));
}

/** Weights by source neuron as an integer graph has them, and the accumulators they lead to. */
export interface SparseRows {
  readonly rows: number;
  readonly rowStart: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Int16Array;
}

/** Places compressed rows, spread out where they are nearly full. Needs rows <= 65536 for `sparse`. */
export function placeSparseRows(memory: KernelMemory, projection: SparseRows, storage: "auto" | "dense" | "sparse"): number {
  const { rows, rowStart, targets, weights } = projection;
  const sources = rowStart.length - 1;
  let largest = 0;
  for (const w of weights) largest = Math.max(largest, Math.abs(w));
  const wide = largest > 127;
  const padded = Math.ceil(rows / 16) * 16;
  if (storage === "sparse" || (storage === "auto" && weights.length < SPARSE_BELOW * rows * sources))
    return placeCompressed(memory, projection, padded, largest);
  const full = wide ? new Int16Array(sources * padded) : new Int8Array(sources * padded);
  for (let source = 0; source < sources; source++) {
    for (let e = rowStart[source]; e < rowStart[source + 1]; e++) full[source * padded + targets[e]] = weights[e];
  }
  const group = full.byteLength > CACHE_BYTES ? STREAMED_EVENTS : powerOfTwo(24);
  return memory.place(Int32Array.from([wide ? 1 : 0, memory.place(full), padded, largest, 0, 0, group]));
}

/** The weights of blocks that are not zero. */
function compress(blocks: readonly Int16Array[], sources: number, nonZero: number): Omit<SparseRows, "rows"> {
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

/** Entries that the kernel takes at a time. */
const UNROLLED = 4;

/** Rows filled up to whole groups of entries with weights of 0, which change no sum. Needs targets below 65536. */
function placeCompressed(
  memory: KernelMemory,
  { rowStart, targets, weights }: Omit<SparseRows, "rows">,
  padded: number,
  largest: number,
): number {
  const sources = rowStart.length - 1;
  const starts = new Uint32Array(sources + 1);
  for (let n = 0; n < sources; n++) starts[n + 1] = starts[n] + Math.ceil((rowStart[n + 1] - rowStart[n]) / UNROLLED) * UNROLLED;
  const places = new Uint16Array(starts[sources]);
  const wide = largest > 127;
  const words = wide ? new Int16Array(starts[sources]) : new Int8Array(starts[sources]);
  for (let n = 0; n < sources; n++) {
    places.set(targets.subarray(rowStart[n], rowStart[n + 1]), starts[n]);
    words.set(weights.subarray(rowStart[n], rowStart[n + 1]), starts[n]);
  }
  return memory.place(Int32Array.from([wide ? 3 : 2, memory.place(words), padded, largest, memory.place(starts), memory.place(places), 0]));
}
