/**
 * HDF5 files for the fuzzer: built sound by the library from a tree of plain data with one or more hostile values in
 * it, or damaged in their bytes.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import hdf5 from "h5wasm/node";
import { damagedBytes } from "./mutate.js";
import type { Reader, Rng } from "./reader.js";
import { damagedTree, type Tree } from "./trees.js";

/** Datasets and groups by name: `{ dtype, shape, data }` is a dataset, `@name` an attribute, anything else a group. */
export type Hdf5Tree = { readonly [name: string]: Tree };

export const text = (value: string): Tree => ({ dtype: "S", shape: [], data: value });
export const numbers = (dtype: string, shape: readonly number[], data: readonly number[]): Tree => ({ dtype, shape, data });
export const floats = (...data: number[]): Tree => numbers("<f", [data.length], data);

const isMap = (tree: Tree): tree is Hdf5Tree => typeof tree === "object" && tree !== null && !Array.isArray(tree);
const isDataset = (tree: Tree): boolean => isMap(tree) && "data" in tree && "dtype" in tree;
const ARRAYS: { readonly [dtype: string]: (data: readonly number[]) => unknown } = {
  "<f": (data) => Float32Array.from(data),
  "<d": (data) => Float64Array.from(data),
  "<q": (data) =>
    BigInt64Array.from(data, (value) => BigInt(Number.isFinite(value) ? Math.trunc(Math.max(-9e18, Math.min(9e18, value))) : 0)),
  "<i": (data) => Int32Array.from(data),
};

type Group = InstanceType<typeof hdf5.Group>;

function writeDataset(group: Group, name: string, tree: Hdf5Tree): void {
  const dtype = typeof tree.dtype === "string" && (tree.dtype === "S" || Object.hasOwn(ARRAYS, tree.dtype)) ? tree.dtype : "<d";
  const list = Array.isArray(tree.data) ? (tree.data as readonly Tree[]).flat(3) : [tree.data];
  const sizes = Array.isArray(tree.shape) ? tree.shape.map((size) => Math.abs(Math.trunc(Number(size))) % 2 ** 31 || 0) : [list.length];
  const size = sizes.reduce((product, n) => product * n, 1);
  const packed = sizes.length > 0 && size > 0 && size < 2 ** 16;
  if (dtype === "S") {
    const data = list.map(String);
    group.create_dataset({
      name,
      data: sizes.length === 0 ? (data[0] ?? "") : data,
      shape: size === data.length ? sizes : [data.length],
      dtype: "S",
    });
    return;
  }
  // An array that says it is large and holds nothing is a dataset that was never written.
  if (size > 2 ** 16) group.create_dataset({ name, data: ARRAYS[dtype]([]) as never, shape: sizes, dtype, maxshape: sizes } as never);
  else {
    const data = ARRAYS[dtype](Array.from({ length: size }, (_, i) => Number(list[i % Math.max(1, list.length)] ?? 0)));
    group.create_dataset({ name, data: data as never, shape: sizes, dtype, ...(packed ? { chunks: sizes, compression: 4 } : {}) });
  }
}

function writeGroup(group: Group, tree: Hdf5Tree): void {
  for (const [key, value] of Object.entries(tree)) {
    const name = key.replaceAll("/", "_").replaceAll("\u0000", "_") || "_";
    if (key.startsWith("@")) group.create_attribute(name.slice(1) || "_", typeof value === "number" ? value : String(value));
    else if (isDataset(value)) writeDataset(group, name, value as Hdf5Tree);
    else if (isMap(value)) writeGroup(group.create_group(name), value);
    else writeDataset(group, name, { dtype: typeof value === "string" ? "S" : "<d", shape: [], data: value });
  }
}

/** The tree as a file's bytes; what the library refuses to write is tried with fewer bad values by the caller. */
function hdf5Bytes(path: string, tree: Hdf5Tree): Uint8Array {
  rmSync(path, { force: true });
  writeFileSync(path, "");
  const file = new hdf5.File(path, "w");
  try {
    writeGroup(file as unknown as Group, tree);
  } finally {
    file.close();
  }
  return readFileSync(path);
}

/** The HDF5 library writes pages about every damage straight to descriptor 2. */
export async function silently<T>(work: () => T | Promise<T>): Promise<T> {
  const fs = createRequire(import.meta.url)("node:fs") as { writeSync: (...parameters: unknown[]) => number };
  const write = fs.writeSync;
  fs.writeSync = (to, data, ...more) =>
    to === 2 ? (typeof more[1] === "number" ? more[1] : (data as { length: number }).length) : write(to, data, ...more);
  try {
    return await work();
  } finally {
    fs.writeSync = write;
  }
}

function hdf5Damage(path: string, tree: Hdf5Tree): (rng: Rng) => Promise<Uint8Array> {
  return (rng) =>
    silently(async () => {
      for (;;) {
        try {
          const damaged = damagedTree(tree, rng);
          if (!isMap(damaged)) continue;
          const bytes = hdf5Bytes(path, damaged);
          return rng.float() < 0.8 ? bytes : damagedBytes(bytes, rng);
        } catch {
          // The library cannot write such a file: another one.
        }
      }
    });
}

export async function hdf5Reader(
  name: string,
  share: number,
  folder: string,
  trees: readonly Hdf5Tree[],
  read: (path: string) => unknown,
): Promise<Reader> {
  const path = join(folder, "hdf5.h5");
  const sound = await silently(() => trees.map((tree) => hdf5Bytes(path, tree)));
  return {
    name,
    share,
    sound,
    damages: sound.flatMap((bytes, i) => [(rng: Rng) => damagedBytes(bytes, rng), hdf5Damage(path, trees[i])]),
    read: (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      return silently(() => read(path));
    },
  };
}
