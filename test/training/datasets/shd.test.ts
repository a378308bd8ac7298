/** The SHD reader on HDF5 files made by hand, read through the HDF5 library. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, inflateSync } from "node:zlib";
import hdf5 from "h5wasm/node";
import { tsImport } from "tsx/esm/api";
import { afterAll, expect, test } from "vitest";
import { loadDataset, prepareDataset } from "../../../training/datasets/registry.js";
import { halfToNumber } from "../../../training/datasets/shd.js";
import { hdf5File, toHalf } from "./hdf5-file.js";

const folder = mkdtempSync(join(tmpdir(), "shd-"));
afterAll(() => rmSync(folder, { recursive: true }));
const put = (bytes: Uint8Array | string): void => writeFileSync(join(folder, "shd_train.h5"), bytes);
const load = () => loadDataset("shd", { path: folder, split: "train" });

test("before the HDF5 library has started, the reader says so", { tags: ["long"] }, async () => {
  // modules of their own: another test of this process may have started the library
  const fresh = (await tsImport("../../../training/datasets/registry.js", import.meta.url)) as { loadDataset: typeof loadDataset };
  expect(() => fresh.loadDataset("shd", { path: folder, split: "train" })).toThrow(/prepareDataset was not awaited/);
});

test("spikes are counted by 10 ms and five units", async () => {
  await prepareDataset("shd");
  const times = [[0, 0.0078125, 0.01171875, 0.5], [], [0.03125]];
  const units = [[0, 4, 5, 699], [], [350]];
  put(
    hdf5File({
      labels: { kind: "flat", values: [3, 0, 19] },
      spikes: { times: { kind: "float16", rows: times }, units: { kind: "uint16", rows: units } },
    }),
  );
  const s = load();
  expect([s.inputs, s.classes, s.task, [...s.labels]]).toEqual([140, 20, "sequence", [3, 0, 19]]);
  expect([...s.frameStart]).toEqual([0, 51, 52, 56]);
  const at = (frame: number, input: number): number => s.features[frame * 140 + input];
  expect([at(0, 0), at(1, 1), at(50, 139), at(55, 70)]).toEqual([2, 1, 1, 1]);
  expect(s.features.reduce((a, b) => a + b, 0)).toBe(5);
  expect(s.leftOut).toEqual([`1 recording holds no events, and is read as silence: ${join(folder, "shd_train.h5")}, recording 1`]);
});

test("half precision converts both ways, subnormal and infinite too", () => {
  for (const v of [1, -2.5, 0.0999755859375, 1.3701171875, 65504]) expect(halfToNumber(toHalf(v))).toBe(v);
  expect([halfToNumber(1), halfToNumber(0x7c00), halfToNumber(0xfc00)]).toEqual([
    2 ** -24,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

test("packed labels that fail the checksum of their stream are refused, never read as what lies in memory", async () => {
  await prepareDataset("shd");
  const count = 64;
  const rows = (value: number): number[][] => Array.from({ length: count }, () => [value]);
  put(hdf5File({ spikes: { times: { kind: "float16", rows: rows(0.5) }, units: { kind: "uint16", rows: rows(1) } } }));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 20);
  const file = new hdf5.File(join(folder, "shd_train.h5"), "a");
  const pieces: { chunks: number[]; compression: "gzip" } = { chunks: [count], compression: "gzip" };
  file.create_dataset({ name: "labels", data: labels, shape: [count], dtype: "<i", ...pieces });
  file.close();
  expect([...load().labels]).toEqual([...labels]);
  const bytes = readFileSync(join(folder, "shd_train.h5"));
  const streamAt = bytes.findIndex((byte, at) => byte === 0x78 && unpacks(bytes.subarray(at), labels));
  expect(streamAt).toBeGreaterThan(0);
  bytes[streamAt + 20] ^= 1;
  put(bytes);
  expect(load).toThrow(/labels: is damaged: filter returned failure during read/);
});

const unpacks = (bytes: Uint8Array, into: Int32Array): boolean => {
  try {
    return inflateSync(bytes).equals(Buffer.from(into.buffer));
  } catch {
    return false; // no stream begins here
  }
};

test("each fault of a file is reported", async () => {
  await prepareDataset("shd");
  put("not hdf5");
  expect(load).toThrow(/is not an HDF5 file/);
  put(gzipSync("x"));
  expect(load).toThrow(/still packed[\s\S]*gunzip/);
  expect(() => loadDataset("shd", { path: folder, split: "test" })).toThrow(/shd_test\.h5: no such file/);
  const rows = { kind: "float16", rows: [[0.5]] } as const;
  put(hdf5File({ labels: { kind: "flat", values: [1] }, spikes: { times: rows } }));
  expect(load).toThrow(/holds no dataset spikes\/units/);
  put(hdf5File({ labels: { kind: "flat", values: [1] }, spikes: { times: rows, units: { kind: "uint16", rows: [[700]] } } }));
  expect(load).toThrow(/spike of unit 700 at 0\.5 s/);
  put(hdf5File({ labels: { kind: "flat", values: [20] }, spikes: { times: rows, units: { kind: "uint16", rows: [[1]] } } }));
  expect(load).toThrow(/label 20, expected 0 to 19/);
  // 32 bits would keep 3 of it
  put(hdf5File({ labels: { kind: "flat64", values: [2 ** 40 + 3] }, spikes: { times: rows, units: { kind: "uint16", rows: [[1]] } } }));
  expect(load).toThrow(/recording 0 has label 1099511627779\n.*labels are -1/);
  put(hdf5File({ labels: { kind: "flat64", values: [3] }, spikes: { times: rows, units: { kind: "uint16", rows: [[1]] } } }));
  expect([...load().labels]).toEqual([3]);
  put(hdf5File({ labels: { kind: "flat", values: [1, 2] }, spikes: { times: rows, units: { kind: "uint16", rows: [[1]] } } }));
  expect(load).toThrow(/1 rows of times, 1 of units, 2 labels/);
});
