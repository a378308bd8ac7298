/**
 * The part of the WebAssembly API that the project uses, typed here because its type libraries (no DOM) leave it out.
 */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmApi {
  readonly Memory: { new (size: { initial: number; maximum?: number }): WasmMemory; readonly prototype: WasmMemory };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: { readonly env: object }) => { readonly exports: unknown };
  validate(bytes: Uint8Array): boolean;
}

export const wasm: WasmApi = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
