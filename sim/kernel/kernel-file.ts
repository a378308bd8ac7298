/**
 * Compiled kernels of the package, `dist/kernels/<name>.wasm`: each is compiled once per thread, and each instance has
 * its own memory.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import { type WasmMemory, wasm } from "../../base/wasm.js";

/** A new memory of one page. */
export function createWasmMemory(): WasmMemory {
  return new wasm.Memory({ initial: 1 });
}

const compiled = new Map<string, object>();

/**
 * Exports of kernel `name` over `memory`; `calls`: host functions that it calls, by name. Throws: Error if the package
 * was not built.
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
      throw new Error(`snn-dse: kernel ${path} is missing; run \`npm run build\` or reinstall the package`);
    }
    module = new wasm.Module(new Uint8Array(bytes));
    compiled.set(name, module);
  }
  const abort = (): never => {
    throw new Error(`snn-dse: kernel ${name} aborted`);
  };
  return new wasm.Instance(module, { env: { ...calls, memory, abort } }).exports;
}
