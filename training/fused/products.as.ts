/**
 * Matrix products over compressed rows: only non-zero entries of the left matrix cost anything.
 * Shapes: dense matrices are row-major float32 with row lengths that are multiples of 4; compressed rows are
 * `rowStart` uint32 [rows + 1], `index` uint32 [entries] and `value` float32 [entries]. Right matrices [inner][n] are stored in panels of 32
 * columns, each row-major; the last one has the remaining columns (`pack`). All tables are in the imported memory.
 * Sums run in ascending order of the shared index, so results are the same on every machine.
 * Not modelled: alignment (unaligned vector loads are legal).
 */
import { isBefore, Table } from "../../base/kernel/views.part.as";

/** Lanes of a vector of float32 or of words. */
const LANES: i32 = 4;

/** Writes for each set of lanes, a mask of 4 bits, the shuffle of 16 bytes that moves them to the front. */
export function writeShuffles(shuffles: Table<u8>): void {
  for (let mask = 0; mask < 1 << LANES; mask++) {
    let to = mask << 4;
    for (let lane = 0; lane < LANES; lane++) {
      if (!((mask >> lane) & 1)) continue;
      for (let byte = 0; byte < 4; byte++) shuffles[to++] = <u8>(4 * lane + byte);
    }
    while (to < (mask + 1) << 4) shuffles[to++] = 0;
  }
}

/**
 * Compresses `rows` rows of x [rows][columns]; returns the number of entries. No branch predictor knows which values
 * are 0, so whole vectors are written, the values that count at their front, and the next vector overwrites the rest.
 * `index` and `value` need room for `LANES` entries more than the result has. `shuffles` is from `writeShuffles`.
 */
export function compressRows(
  x: Table<f32>,
  rows: i32,
  columns: i32,
  rowStart: Table<u32>,
  index: Table<u32>,
  value: Table<f32>,
  shuffles: Table<u8>,
): i32 {
  const zero = f32x4.splat(0),
    step = i32x4.splat(LANES);
  let entries = 0;
  rowStart[0] = 0;
  for (let r = 0; r < rows; r++) {
    let lanes = i32x4(0, 1, 2, 3);
    for (let c = 0; c < columns; c += LANES) {
      const values = x.lanes(0);
      const mask = i32x4.bitmask(f32x4.ne(values, zero));
      const shuffle = shuffles.lanes(mask << 4);
      value.setLanes(entries, i8x16.swizzle(values, shuffle));
      index.setLanes(entries, i8x16.swizzle(lanes, shuffle));
      entries += popcnt(mask);
      lanes = i32x4.add(lanes, step);
      x = x.from(LANES);
    }
    rowStart[r + 1] = entries;
  }
  return entries;
}

/** Writes four columns of x [rows][columns] as rows of `space` [4][rows, filled to whole vectors]; what fills them is 0. */
function takeColumns(x: Table<f32>, rows: i32, columns: i32, space: Table<f32>, length: i32): void {
  const zero = f32x4.splat(0);
  for (let r = 0; r < rows; r += LANES) {
    const left = rows - r;
    const s = x.from(r * columns);
    const r0 = s.lanes(0),
      r1 = left > 1 ? s.lanes(columns) : zero,
      r2 = left > 2 ? s.lanes(2 * columns) : zero,
      r3 = left > 3 ? s.lanes(3 * columns) : zero;
    writeTransposed(r0, r1, r2, r3, space.from(r), length);
  }
}

/**
 * Compresses the columns of x [rows][columns] (the rows of its transpose). Row r enters as index rowMap[r]; rows with a
 * negative rowMap are left out. Returns the number of entries; `index` and `value` need room for `LANES` more, `rowMap`
 * and each of the four rows of `space` for whole vectors. `shuffles` is from `writeShuffles`.
 */
export function compressColumns(
  x: Table<f32>,
  rows: i32,
  columns: i32,
  rowMap: Table<i32>,
  columnStart: Table<u32>,
  index: Table<u32>,
  value: Table<f32>,
  shuffles: Table<u8>,
  space: Table<f32>,
): i32 {
  const zero = f32x4.splat(0);
  const length = (rows + LANES - 1) & ~(LANES - 1);
  let entries = 0;
  columnStart[0] = 0;
  for (let c = 0; c < columns; c += LANES) {
    takeColumns(x.from(c), rows, columns, space, length);
    for (let own = 0; own < LANES; own++) {
      const column = space.from(own * length);
      for (let r = 0; r < rows; r += LANES) {
        const values = column.lanes(r);
        const mapped = rowMap.lanes(r);
        const mask = i32x4.bitmask(v128.andnot(f32x4.ne(values, zero), mapped));
        const shuffle = shuffles.lanes(mask << 4);
        value.setLanes(entries, i8x16.swizzle(values, shuffle));
        index.setLanes(entries, i8x16.swizzle(mapped, shuffle));
        entries += popcnt(mask);
      }
      columnStart[c + own + 1] = entries;
    }
  }
  return entries;
}

/** Columns of a panel. Its 32 sums stay in registers. */
const PANEL: i32 = 32;

/**
 * Writes b [inner][n] into panels. The rows of a panel are adjacent, so a product keeps them in the first-level cache.
 * Rows of a whole matrix are often a power of two apart and then share a few sets of that cache: weight gradients took
 * 1.8 times as long without panels.
 */
export function pack(b: Table<f32>, inner: i32, n: i32, panels: Table<f32>): void {
  let to = panels;
  for (let j = 0; j < n; j += PANEL) {
    const width = min(PANEL, n - j);
    let from = b.from(j);
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < width; c += 4) to.setLanes(c, from.lanes(c));
      from = from.from(n);
      to = to.from(width);
    }
  }
}

/** out [rows][n] = compressed [rows][inner] x b [inner][n] in panels, or added to the values in `out` if `accumulate` is 1. */
export function multiply(
  rowStart: Table<u32>,
  index: Table<u32>,
  value: Table<f32>,
  rows: i32,
  inner: i32,
  b: Table<f32>,
  n: i32,
  out: Table<f32>,
  accumulate: i32,
): void {
  const zero = f32x4.splat(0);
  let panel = b,
    j = 0;
  for (; j + PANEL <= n; j += PANEL) {
    let o = out.from(j);
    for (let r = 0; r < rows; r++) {
      let a0 = zero,
        a1 = zero,
        a2 = zero,
        a3 = zero,
        a4 = zero,
        a5 = zero,
        a6 = zero,
        a7 = zero;
      if (accumulate) {
        a0 = o.lanes(0);
        a1 = o.lanes(4);
        a2 = o.lanes(8);
        a3 = o.lanes(12);
        a4 = o.lanes(16);
        a5 = o.lanes(20);
        a6 = o.lanes(24);
        a7 = o.lanes(28);
      }
      const end = rowStart[r + 1];
      for (let p = rowStart[r]; p < end; p++) {
        const v = value.splat(p);
        const w = panel.from(index[p] * PANEL);
        a0 = f32x4.add(a0, f32x4.mul(v, w.lanes(0)));
        a1 = f32x4.add(a1, f32x4.mul(v, w.lanes(4)));
        a2 = f32x4.add(a2, f32x4.mul(v, w.lanes(8)));
        a3 = f32x4.add(a3, f32x4.mul(v, w.lanes(12)));
        a4 = f32x4.add(a4, f32x4.mul(v, w.lanes(16)));
        a5 = f32x4.add(a5, f32x4.mul(v, w.lanes(20)));
        a6 = f32x4.add(a6, f32x4.mul(v, w.lanes(24)));
        a7 = f32x4.add(a7, f32x4.mul(v, w.lanes(28)));
      }
      o.setLanes(0, a0);
      o.setLanes(4, a1);
      o.setLanes(8, a2);
      o.setLanes(12, a3);
      o.setLanes(16, a4);
      o.setLanes(20, a5);
      o.setLanes(24, a6);
      o.setLanes(28, a7);
      o = o.from(n);
    }
    panel = panel.from(inner * PANEL);
  }
  const width = n - j;
  for (let c = 0; c < width; c += 4) {
    let o = out.from(j + c);
    for (let r = 0; r < rows; r++) {
      let a0 = accumulate ? o.lanes(0) : zero;
      const end = rowStart[r + 1];
      for (let p = rowStart[r]; p < end; p++) a0 = f32x4.add(a0, f32x4.mul(value.splat(p), panel.lanes(index[p] * width + c)));
      o.setLanes(0, a0);
      o = o.from(n);
    }
  }
}

/**
 * out [rows][n] = x [rows][inner] x b [inner][n] in panels, without skipping zeros: four rows share every load of b. The sums have the same order
 * as in `multiply`, so the results are the same bits (a product with zero adds nothing).
 */
export function multiplyDense(x: Table<f32>, rows: i32, inner: i32, b: Table<f32>, n: i32, out: Table<f32>): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < n; j += 8) {
    const wide = j + 8 <= n;
    const panel = j / PANEL;
    const width = min(PANEL, n - panel * PANEL);
    const bj = b.from(panel * PANEL * inner + (j % PANEL));
    let r = 0;
    for (; r + 4 <= rows; r += 4) {
      let x0 = x.from(r * inner);
      let x1 = x0.from(inner),
        x2 = x1.from(inner),
        x3 = x2.from(inner);
      const end = x0.from(inner);
      let o = out.from(r * n).from(j);
      let w = bj;
      if (wide) {
        let a0 = zero,
          a1 = zero,
          a2 = zero,
          a3 = zero,
          a4 = zero,
          a5 = zero,
          a6 = zero,
          a7 = zero;
        while (isBefore(x0, end)) {
          const w0 = w.lanes(0),
            w1 = w.lanes(4);
          const v0 = x0.splat(0),
            v1 = x1.splat(0);
          a0 = f32x4.add(a0, f32x4.mul(v0, w0));
          a1 = f32x4.add(a1, f32x4.mul(v0, w1));
          a2 = f32x4.add(a2, f32x4.mul(v1, w0));
          a3 = f32x4.add(a3, f32x4.mul(v1, w1));
          const v2 = x2.splat(0),
            v3 = x3.splat(0);
          a4 = f32x4.add(a4, f32x4.mul(v2, w0));
          a5 = f32x4.add(a5, f32x4.mul(v2, w1));
          a6 = f32x4.add(a6, f32x4.mul(v3, w0));
          a7 = f32x4.add(a7, f32x4.mul(v3, w1));
          x0 = x0.from(1);
          x1 = x1.from(1);
          x2 = x2.from(1);
          x3 = x3.from(1);
          w = w.from(width);
        }
        o.setLanes(0, a0);
        o.setLanes(4, a1);
        o = o.from(n);
        o.setLanes(0, a2);
        o.setLanes(4, a3);
        o = o.from(n);
        o.setLanes(0, a4);
        o.setLanes(4, a5);
        o = o.from(n);
        o.setLanes(0, a6);
        o.setLanes(4, a7);
      } else {
        let a0 = zero,
          a1 = zero,
          a2 = zero,
          a3 = zero;
        while (isBefore(x0, end)) {
          const w0 = w.lanes(0);
          a0 = f32x4.add(a0, f32x4.mul(x0.splat(0), w0));
          a1 = f32x4.add(a1, f32x4.mul(x1.splat(0), w0));
          a2 = f32x4.add(a2, f32x4.mul(x2.splat(0), w0));
          a3 = f32x4.add(a3, f32x4.mul(x3.splat(0), w0));
          x0 = x0.from(1);
          x1 = x1.from(1);
          x2 = x2.from(1);
          x3 = x3.from(1);
          w = w.from(width);
        }
        o.setLanes(0, a0);
        o = o.from(n);
        o.setLanes(0, a1);
        o = o.from(n);
        o.setLanes(0, a2);
        o = o.from(n);
        o.setLanes(0, a3);
      }
    }
    for (; r < rows; r++) {
      let x0 = x.from(r * inner);
      const end = x0.from(inner);
      const o = out.from(r * n).from(j);
      let w = bj;
      let a0 = zero,
        a1 = zero;
      while (isBefore(x0, end)) {
        const v0 = x0.splat(0);
        a0 = f32x4.add(a0, f32x4.mul(v0, w.lanes(0)));
        if (wide) a1 = f32x4.add(a1, f32x4.mul(v0, w.lanes(4)));
        x0 = x0.from(1);
        w = w.from(width);
      }
      o.setLanes(0, a0);
      if (wide) o.setLanes(4, a1);
    }
  }
}

/** Writes four vectors as the columns of a block of `out`, whose rows are `length` apart. */
@inline
function writeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, out: Table<f32>, length: i32): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
    t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
    t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  out.setLanes(0, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  out.setLanes(length, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  out.setLanes(2 * length, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  out.setLanes(3 * length, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/** out [columns][rows] = transpose of x [rows][columns]; 4 x 4 blocks. */
export function transpose(x: Table<f32>, rows: i32, columns: i32, out: Table<f32>): void {
  for (let r = 0; r < rows; r += LANES) {
    for (let c = 0; c < columns; c += LANES) {
      const s = x.from(r * columns).from(c);
      writeTransposed(s.lanes(0), s.lanes(columns), s.lanes(2 * columns), s.lanes(3 * columns), out.from(c * rows).from(r), rows);
    }
  }
}
