/** The HDF5 library, loaded when a file is first opened: its memory (600 MB of address space touched at start) is not for every command and worker. */

type Library = typeof import("h5wasm/node").default;

/** Set by `loadHdf5`; reading and writing begin with it. */
export let h5wasm: Library;

export async function loadHdf5(): Promise<void> {
  h5wasm ??= (await import("h5wasm/node")).default;
  await h5wasm.ready;
}
