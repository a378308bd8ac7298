/**
 * Products of matrices that skip zeros, in blocks of rows, so that scratch memory stays small and the right matrix
 * stays in the nearest cache. Matrices are addresses in the engine's memory, row-major; sizes are [rows, columns,
 * wide].
 */
import { type Engine, padded } from "./kernels.js";

/** Rows that are compressed at a time, which bounds scratch memory. */
const BLOCK_ROWS = 512;

/** Rows of an outer product at a time. Their part of a panel, 32 KiB, fits in the first-level cache. */
const OUTER_ROWS = 256;

/** Above this share of non-zero values the dense product is faster. */
const DENSE_SHARE = 0.6;

/** Addresses of compressed rows or columns. */
interface Compressed {
  readonly start: number;
  readonly index: number;
  readonly value: number;
}

/** Entries that compressing may write behind the last one. */
const ROOM = 4;

type Sizes = readonly [rows: number, columns: number, wide: number];

/** Allocates room for the non-zero values of `rows` rows. */
export const compressedSpace = (engine: Engine, rows: number, columns: number): Compressed => ({
  start: engine.allocate(rows + 1),
  index: engine.allocate(rows * columns + ROOM),
  value: engine.allocate(rows * columns + ROOM),
});

/** Copies b [rows][columns] into the panels that products read. */
export function packed(engine: Engine, b: number, rows: number, columns: number): number {
  const panels = engine.allocate(rows * columns);
  engine.products.pack(b, rows, columns, panels);
  return panels;
}

/** Copies the transpose [columns][rows] of b [rows][columns] into panels. */
export function packedTranspose(engine: Engine, b: number, rows: number, columns: number): number {
  const panels = engine.allocate(rows * columns);
  engine.scratch(() => {
    const transposed = engine.allocate(rows * columns);
    engine.products.transpose(b, rows, columns, transposed);
    engine.products.pack(transposed, columns, rows, panels);
  });
  return panels;
}

/**
 * out [rows][wide] = x [rows][columns] x b [columns][wide], b in panels; skips zeros if there are enough of them.
 * `space` is for `rows` rows.
 */
export function multiply(engine: Engine, x: number, [rows, columns, wide]: Sizes, b: number, out: number, space: Compressed): void {
  const { products } = engine;
  const entries = products.compressRows(x, rows, columns, space.start, space.index, space.value, engine.shuffles);
  if (entries > DENSE_SHARE * rows * columns) products.multiplyDense(x, rows, columns, b, wide, out);
  else products.multiply(space.start, space.index, space.value, rows, columns, b, wide, out, 0);
}

/** The same in blocks of rows. */
export function multiplyRows(engine: Engine, x: number, [rows, columns, wide]: Sizes, b: number, out: number): void {
  engine.scratch(() => {
    const space = compressedSpace(engine, Math.min(rows, BLOCK_ROWS), columns);
    for (let r = 0; r < rows; r += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows - r);
      multiply(engine, x + r * columns * 4, [count, columns, wide], b, out + r * wide * 4, space);
    }
  });
}

const everyRow = (rows: number): Int32Array => {
  const map = new Int32Array(rows);
  for (let r = 0; r < rows; r++) map[r] = r;
  return map;
};

/**
 * left^T x right, [columns][wide]. Row r of `left` [rows][columns] is multiplied with row `map[r]` of `right`; -1: with
 * none. Without a map, it is row r.
 */
export function outerProduct(engine: Engine, left: number, [rows, columns, wide]: Sizes, map: Int32Array | null, right: number): number {
  const out = engine.allocate(columns * wide);
  engine.scratch(() => {
    const panels = packed(engine, right, rows, wide);
    const block = Math.min(rows, OUTER_ROWS);
    const start = engine.allocate(columns + 1);
    const value = engine.allocate(block * columns + ROOM);
    const index = engine.allocate(block * columns + ROOM);
    const mapped = engine.allocate(rows + ROOM);
    const space = engine.allocate(4 * padded(block));
    engine.words(mapped, rows).set(map ?? everyRow(rows));
    for (let r = 0; r < rows; r += block) {
      const count = Math.min(block, rows - r);
      engine.products.compressColumns(left + r * columns * 4, count, columns, mapped + r * 4, start, index, value, engine.shuffles, space);
      engine.products.multiply(start, index, value, columns, rows, panels, wide, out, r === 0 ? 0 : 1);
    }
  });
  return out;
}
