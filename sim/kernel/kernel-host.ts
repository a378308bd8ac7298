/** A kernel with its own memory, which grows as it is filled. */
import { GIB } from "../../base/bytes.js";
import { InfeasibleError } from "../../base/errors.js";
import { createWasmMemory, instantiateKernel } from "../../base/kernel-file.js";
import type { WasmMemory } from "../../base/wasm.js";

/** Exports of every kernel whose memory the host fills. */
export interface FillableKernel {
  /** Allocates zeroed bytes at a multiple of 64; 0: no memory left. */
  allocate(bytes: number): number;
}

/** Addresses are byte offsets. */
export class KernelHost<Kernel extends FillableKernel> {
  readonly kernel: Kernel;
  readonly #memory: WasmMemory = createWasmMemory();

  constructor(
    name: string,
    /** Content of the memory, for errors. */
    private readonly content: string,
    /** Host functions that the kernel calls. */
    calls: { readonly [name: string]: (value: number) => number } = {},
  ) {
    this.kernel = instantiateKernel(name, this.#memory, calls) as Kernel;
  }

  /** The memory; valid until something is added or allocated. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  allocate(bytes: number): number {
    const at = this.kernel.allocate(bytes) >>> 0;
    if (at !== 0) return at;
    const need = `${(bytes / GIB).toFixed(1)} GiB more`;
    throw new InfeasibleError("KERNEL_MEMORY", `memory of ${this.content}`, need, "4.0 GiB in all", "simulate a smaller network");
  }

  /** Copies `data`; returns its address. */
  place(data: Int8Array | Int16Array | Uint16Array | Uint8Array | Int32Array | Uint32Array | Float64Array): number {
    const at = this.allocate(data.byteLength);
    new Uint8Array(this.buffer, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }
}
