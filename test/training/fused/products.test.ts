/** Products over compressed rows against plain triple loops. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { createEngine } from "../../../training/fused/kernels.js";
import { outerProduct, packed, packedTranspose } from "../../../training/fused/skipping-products.js";

const SEED = 31;
const rng = createRng(SEED, "products");
const sparse = (count: number, density: number): Float32Array =>
  Float32Array.from({ length: count }, () => (rng.float() < density ? rng.normal() : 0));

test.each([
  [5, 8, 4, 0.5],
  [17, 28, 36, 0.2],
  [9, 12, 100, 1],
  [3, 4, 32, 0],
])("%i x %i times %i columns at density %f equals the plain product", (rows, inner, columns, density) => {
  const engine = createEngine();
  const x = sparse(rows * inner, density);
  const w = sparse(inner * columns, 1);
  const [start, index, value] = [rows + 1, rows * inner + 4, rows * inner + 4].map((count) => engine.allocate(count));
  const out = engine.allocate(rows * columns);
  const entries = engine.products.compressRows(engine.put(x), rows, inner, start, index, value, engine.shuffles);
  const kept = Array.from(x, (v, i) => [i % inner, v] as const).filter(([, v]) => v !== 0);
  expect(entries).toBe(kept.length);
  expect([...engine.words(index, entries)]).toEqual(kept.map(([c]) => c));
  expect([...engine.floats(value, entries)]).toEqual(kept.map(([, v]) => v));
  const b = packed(engine, engine.put(w), inner, columns);
  engine.products.multiply(start, index, value, rows, inner, b, columns, out, 0);
  const want = Array.from({ length: rows * columns }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += x[Math.floor(i / columns) * inner + k] * w[k * columns + (i % columns)];
    return sum;
  });
  engine.floats(out, rows * columns).forEach((v, i) => {
    expect(v).toBeCloseTo(want[i], 4);
  });
  const dense = engine.allocate(rows * columns);
  engine.products.multiplyDense(engine.put(x), rows, inner, b, columns, dense);
  expect(engine.floats(dense, rows * columns).slice()).toEqual(engine.floats(out, rows * columns).slice());
  engine.products.multiply(start, index, value, rows, inner, b, columns, out, 1);
  engine.floats(out, rows * columns).forEach((v, i) => {
    expect(v).toBeCloseTo(2 * want[i], 4);
  });
});

test("compressed columns give the transposed product, with rows moved and left out by the map", () => {
  const engine = createEngine();
  const [rows, columns, wide] = [7, 8, 40];
  const x = sparse(rows * columns, 0.4);
  const g = sparse(rows * wide, 1);
  const map = Int32Array.from([3, -1, 0, 6, -1, 2, 5]);
  const mapAt = engine.allocate(rows);
  engine.words(mapAt, rows).set(map);
  const [start, index, value, space] = [columns + 1, 60, 60, 32].map((count) => engine.allocate(count));
  engine.products.compressColumns(engine.put(x), rows, columns, mapAt, start, index, value, engine.shuffles, space);
  const out = engine.allocate(columns * wide);
  engine.products.multiply(start, index, value, columns, rows, packed(engine, engine.put(g), rows, wide), wide, out, 0);
  const got = engine.floats(out, columns * wide);
  for (let c = 0; c < columns; c++)
    for (let j = 0; j < wide; j++) {
      let want = 0;
      for (let r = 0; r < rows; r++) if (map[r] >= 0) want += x[r * columns + c] * g[map[r] * wide + j];
      expect(got[c * wide + j]).toBeCloseTo(want, 4);
    }
});

test("transpose swaps rows and columns exactly", () => {
  const engine = createEngine();
  const x = sparse(12 * 20, 1);
  const out = engine.allocate(12 * 20);
  engine.products.transpose(engine.put(x), 12, 20, out);
  const got = engine.floats(out, 240);
  for (let r = 0; r < 12; r++) for (let c = 0; c < 20; c++) expect(got[c * 12 + r]).toBe(x[r * 20 + c]);
});

test("a matrix lies in panels of 32 columns, the last one with those that are left, and so does its transpose", () => {
  const engine = createEngine();
  const [rows, columns] = [36, 44];
  const x = sparse(rows * columns, 1);
  const at = engine.put(x);
  const straight = packed(engine, at, rows, columns);
  const turned = packedTranspose(engine, at, rows, columns);
  const place = (r: number, c: number, of: readonly [number, number]): number => {
    const first = Math.floor(c / 32) * 32;
    return first * of[0] + r * Math.min(32, of[1] - first) + (c - first);
  };
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      expect(engine.floats(straight, x.length)[place(r, c, [rows, columns])]).toBe(x[r * columns + c]);
      expect(engine.floats(turned, x.length)[place(c, r, [columns, rows])]).toBe(x[r * columns + c]);
    }
});

test("an outer product over several blocks of rows is the same bits as sums in float32 in the order of the rows", () => {
  const engine = createEngine();
  const [rows, columns, wide] = [700, 8, 36];
  const x = sparse(rows * columns, 0.4);
  const g = sparse(rows * wide, 1);
  const map = Int32Array.from({ length: rows }, (_, r) => (r % 7 === 0 ? -1 : rows - 1 - r));
  const got = engine.floats(outerProduct(engine, engine.put(x), [rows, columns, wide], map, engine.put(g)), columns * wide);
  for (let c = 0; c < columns; c++)
    for (let j = 0; j < wide; j++) {
      let want = 0;
      for (let r = 0; r < rows; r++) if (map[r] >= 0) want = Math.fround(want + Math.fround(x[r * columns + c] * g[map[r] * wide + j]));
      expect(got[c * wide + j]).toBe(want);
    }
});
