/** Memory of a kernel: a bump allocator over WebAssembly memory, and weights packed by source neuron, dense or compressed. */
import { createWasmMemory, type WasmMemory } from "./kernel-file.js";

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
  place(data: Int8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array): number {
    const at = this.allocate(data.byteLength);
    new Uint8Array(this.memory.buffer, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }
}

/** Weights as the integer network has them: blocks of rows, each [rows][sources], stacked in accumulator order. */
export interface RowBlocks {
  readonly sources: number;
  readonly blocks: readonly Int16Array[];
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
    const { weights, rowStart, targets } = compress(blocks, sources, nonZero, wide);
    const descriptor = [wide ? 3 : 2, memory.place(weights), padded, largest, memory.place(rowStart), memory.place(targets), 0];
    return memory.place(Int32Array.from(descriptor));
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
  const group = weights.byteLength > CACHE_BYTES ? STREAMED_EVENTS : 2 ** 24;
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
  if (storage === "sparse" || (storage === "auto" && weights.length < SPARSE_BELOW * rows * sources)) {
    const packed = wide ? weights : Int8Array.from(weights);
    const places = [memory.place(rowStart), memory.place(Uint16Array.from(targets))];
    return memory.place(Int32Array.from([wide ? 3 : 2, memory.place(packed), padded, largest, ...places, 0]));
  }
  const full = wide ? new Int16Array(sources * padded) : new Int8Array(sources * padded);
  for (let source = 0; source < sources; source++) {
    for (let e = rowStart[source]; e < rowStart[source + 1]; e++) full[source * padded + targets[e]] = weights[e];
  }
  const group = full.byteLength > CACHE_BYTES ? STREAMED_EVENTS : 2 ** 24;
  return memory.place(Int32Array.from([wide ? 1 : 0, memory.place(full), padded, largest, 0, 0, group]));
}

function compress(blocks: readonly Int16Array[], sources: number, nonZero: number, wide: boolean) {
  const weights = wide ? new Int16Array(nonZero) : new Int8Array(nonZero);
  const rowStart = new Uint32Array(sources + 1);
  const targets = new Uint16Array(nonZero);
  let at = 0;
  for (let source = 0; source < sources; source++) {
    rowStart[source] = at;
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
  }
  rowStart[sources] = at;
  return { weights, rowStart, targets };
}
