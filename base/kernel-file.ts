/**
 * Compiled kernels of the package, `dist/kernels/<name>.wasm`: each is compiled once per thread, and each instance has
 * its own memory.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostFault } from "./errors.js";
import { packageRoot } from "./package-root.js";
import { type WasmMemory, wasm } from "./wasm.js";

/**
 * A new memory of `initial` pages that can grow to `maximum`. Throws: HostFault if the process may not have more
 * addresses: V8 reserves those of 4 GiB and of guards beside them for each memory, so a limit on addresses ends it long
 * before memory is used.
 */
export function createWasmMemory(initial = 1, maximum?: number): WasmMemory {
  try {
    return new wasm.Memory(maximum === undefined ? { initial } : { initial, maximum });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw hostFault(
      "memory",
      "the system gives this process no more addresses; each kernel reserves 8 to 10 GiB of them, and uses few",
      "raise the limit (ulimit -v unlimited; of a batch system, its limit of virtual memory), or take fewer workers",
    );
  }
}

const compiled = new Map<string, object>();

/**
 * Exports of kernel `name` over `memory`; `calls`: host functions that it calls, by name. Throws: HostFault if the
 * package was not built, or has lost its files.
 */
export function instantiateKernel(
  name: string,
  memory: WasmMemory,
  calls: { readonly [name: string]: (value: number) => unknown } = {},
): unknown {
  let module = compiled.get(name);
  if (module === undefined) {
    const path = join(packageRoot(), "dist", "kernels", `${name}.wasm`);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch {
      throw hostFault(path, "this kernel of the program cannot be read", "run: npm run build, or install the package again");
    }
    module = new wasm.Module(new Uint8Array(bytes));
    compiled.set(name, module);
  }
  const abort = (): never => {
    throw new Error(`snn-dse: kernel ${name} aborted`);
  };
  return new wasm.Instance(module, { env: { ...calls, memory, abort } }).exports;
}
