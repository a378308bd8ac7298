/**
 * Loads the WASM kernels of training over one shared memory and allocates space in it. All pointers are byte offsets;
 * values are float32 unless a name says otherwise. Every float array starts on a 16-byte boundary.
 * @throws HostFault if `dist/kernels` was not built, or if the process may not have more addresses
 */
import type { CellKernel } from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { createWasmMemory, instantiateKernel } from "../../base/kernel-file.js";
import type { WasmMemory } from "../../base/wasm.js";

type Kernel = (...args: number[]) => number;
export type Library<Names extends string> = Readonly<Record<Names, Kernel>>;

type Products = Library<"writeShuffles" | "compressRows" | "compressColumns" | "multiply" | "multiplyDense" | "pack" | "transpose">;
type Norm = Library<"statistics" | "normalise" | "normaliseBackward" | "columnSums">;
type Projection = Library<"columnPeaks" | "project" | "projectBackward">;
type Convolutions = Library<"convolve" | "weightGradients" | "inputGradients" | "pool" | "poolGradients">;
type Neurons = Library<"fire" | "fireGradients">;
type Cells = Library<`${CellKernel}Forward` | `${CellKernel}Backward` | "accumulate" | "quantise" | "sumPenalties" | "thresholdBackward">;

/** The addresses below belong to the modules. */
const FIRST_BYTE = 65536;
/** 16 shuffles of 16 bytes. */
const SHUFFLES_BYTES = 256;
export const PAGE_BYTES = 65536;

/** Kernels, their memory, and a bump allocator over it: `reset` frees everything at once. */
export class Engine {
  readonly products: Products;
  readonly norm: Norm;
  readonly cells: Cells;
  readonly projection: Projection;
  readonly convolutions: Convolutions;
  readonly neurons: Neurons;
  readonly #memory: WasmMemory;
  readonly #mostPages: number;
  /** Pointer to the shuffles that compress rows; they stay for good. */
  readonly shuffles = FIRST_BYTE;
  #next = FIRST_BYTE + SHUFFLES_BYTES;

  /** `mostPages`: pages to which the memory may grow. */
  constructor(memory: WasmMemory, mostPages: number) {
    this.#memory = memory;
    this.#mostPages = mostPages;
    this.products = instantiateKernel("products", memory) as Products;
    this.norm = instantiateKernel("norm", memory) as Norm;
    this.cells = instantiateKernel("cells", memory) as Cells;
    this.projection = instantiateKernel("projection", memory) as Projection;
    this.convolutions = instantiateKernel("convolutions", memory) as Convolutions;
    this.neurons = instantiateKernel("neurons", memory) as Neurons;
    this.products.writeShuffles(this.shuffles);
  }

  /** Frees all allocated space. */
  reset(): void {
    this.#next = FIRST_BYTE + SHUFFLES_BYTES;
  }

  /** Runs `work`, then frees the space that it allocated. */
  scratch<T>(work: () => T): T {
    const mark = this.#next;
    const result = work();
    this.#next = mark;
    return result;
  }

  /** Size of the memory, bytes. */
  sizeBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Allocates space for `count` 4-byte values, not cleared. Throws: InputError if the memory cannot grow so far. */
  allocate(count: number): number {
    const pointer = this.#next;
    this.#next = pointer + Math.ceil(count / 4) * 16;
    const missing = this.#next - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(missing);
    return pointer;
  }

  /** Grows by a quarter at least, if there is so much, because growing may copy the memory. */
  #grow(missing: number): void {
    const size = this.sizeBytes();
    const room = this.#mostPages - size / PAGE_BYTES;
    const needed = Math.ceil(missing / PAGE_BYTES);
    if (needed > room)
      throw inputError(
        "memory of the kernels",
        `a batch takes more than ${(this.#mostPages * PAGE_BYTES) / MIB} MiB at once`,
        "a smaller one, shorter utterances, or fewer neurons",
        "training.batch",
      );
    this.#memory.grow(Math.min(room, Math.max(needed, Math.ceil(size / 4 / PAGE_BYTES))));
  }

  /** Allocates space for `count` zeros. */
  zeros(count: number): number {
    const pointer = this.allocate(count);
    this.floats(pointer, count).fill(0);
    return pointer;
  }

  /** A view of `count` floats; valid until the next `allocate`. */
  floats(pointer: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, pointer, count);
  }

  /** A view of `count` signed words; valid until the next `allocate`. */
  words(pointer: number, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, pointer, count);
  }

  /** Copies values in; returns their address. */
  put(values: Float32Array): number {
    const pointer = this.allocate(values.length);
    this.floats(pointer, values.length).set(values);
    return pointer;
  }

  /** Copies [rows][columns] in with rows padded by zeros to `paddedColumns`, and zero rows up to `paddedRows`. */
  putPadded(values: Float32Array, rows: number, columns: number, paddedRows: number, paddedColumns: number): number {
    if (rows === paddedRows && columns === paddedColumns) return this.put(values);
    const pointer = this.zeros(paddedRows * paddedColumns);
    const target = this.floats(pointer, paddedRows * paddedColumns);
    for (let r = 0; r < rows; r++) target.set(values.subarray(r * columns, (r + 1) * columns), r * paddedColumns);
    return pointer;
  }

  /** Copies [rows][columns] out of rows that are `paddedColumns` wide. */
  takePadded(pointer: number, rows: number, columns: number, paddedColumns: number): Float32Array {
    const source = this.floats(pointer, rows * paddedColumns);
    if (columns === paddedColumns) return source.slice();
    const out = new Float32Array(rows * columns);
    for (let r = 0; r < rows; r++) out.set(source.subarray(r * paddedColumns, r * paddedColumns + columns), r * columns);
    return out;
  }
}

/** Length of a row after padding to whole vectors of four. */
export function padded(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** 4 GiB, the most that addresses of 32 bits reach. */
const MOST_PAGES = 65536;

/** A new engine with its own memory, of at most 4 GiB. */
export function createEngine(mostPages = MOST_PAGES): Engine {
  return new Engine(createWasmMemory(64, mostPages), mostPages);
}
