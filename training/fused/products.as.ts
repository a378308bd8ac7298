/**
 * Matrix products over compressed rows: only non-zero entries of the left matrix cost anything.
 * Shapes: dense matrices are row-major float32 with row lengths that are multiples of 4; compressed rows are `rowStart`
 * uint32 [rows + 1], `index` uint32 [entries] and `value` float32 [entries]. All tables are in the imported memory.
 * Sums run in ascending order of the shared index, so results are the same on every machine.
 * Not modelled: alignment (unaligned vector loads are legal).
 */
import { isBefore, Table } from "../../base/kernel/views.part.as";

/** Compresses `rows` rows of x [rows][columns]; returns the number of entries. */
export function compressRows(x: Table<f32>, rows: i32, columns: i32, rowStart: Table<u32>, index: Table<u32>, value: Table<f32>): i32 {
  let entries = 0;
  rowStart[0] = 0;
  const zero = f32x4.splat(0);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      if (v128.any_true(f32x4.ne(x.lanes(0), zero))) {
        for (let k = 0; k < 4; k++) {
          const e = x[k];
          if (e != 0) {
            index[entries] = c + k;
            value[entries] = e;
            entries++;
          }
        }
      }
      x = x.from(4);
    }
    rowStart[r + 1] = entries;
  }
  return entries;
}

/**
 * Compresses the columns of x [rows][columns] (the rows of its transpose). Row r enters as index rowMap[r]; rows with a
 * negative rowMap are left out. `cursor` is scratch, uint32 [columns]. Returns the number of entries.
 */
export function compressColumns(
  x: Table<f32>,
  rows: i32,
  columns: i32,
  rowMap: Table<i32>,
  columnStart: Table<u32>,
  cursor: Table<u32>,
  index: Table<u32>,
  value: Table<f32>,
): i32 {
  const zero = f32x4.splat(0);
  columnStart.fill(0, columns + 1);
  for (let r = 0; r < rows; r++) {
    const row = x.from(r * columns);
    if (rowMap[r] < 0) continue;
    for (let c = 0; c < columns; c += 4) {
      const at = row.from(c);
      if (!v128.any_true(f32x4.ne(at.lanes(0), zero))) continue;
      for (let k = 0; k < 4; k++) if (at[k] != 0) columnStart.place(c + k + 1).value++;
    }
  }
  for (let c = 0; c < columns; c++) {
    const before = columnStart[c];
    cursor[c] = before;
    columnStart.place(c + 1).value += before;
  }
  for (let r = 0; r < rows; r++) {
    const row = x.from(r * columns);
    const mapped = rowMap[r];
    if (mapped < 0) continue;
    for (let c = 0; c < columns; c += 4) {
      const at = row.from(c);
      if (!v128.any_true(f32x4.ne(at.lanes(0), zero))) continue;
      for (let k = 0; k < 4; k++) {
        const e = at[k];
        if (e != 0) {
          const slot = cursor.place(c + k);
          const entry = slot.value;
          index[entry] = mapped;
          value[entry] = e;
          slot.value = entry + 1;
        }
      }
    }
  }
  return columnStart[columns];
}

/** out [rows][n] = compressed [rows][k] x b [k][n], or added to the values in `out` if `accumulate` is 1. */
export function multiply(
  rowStart: Table<u32>,
  index: Table<u32>,
  value: Table<f32>,
  rows: i32,
  b: Table<f32>,
  n: i32,
  out: Table<f32>,
  accumulate: i32,
): void {
  const zero = f32x4.splat(0);
  let j = 0;
  for (; j + 32 <= n; j += 32) {
    const bj = b.from(j);
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
        const w = bj.from(index[p] * n);
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
  }
  for (; j < n; j += 4) {
    const bj = b.from(j);
    let o = out.from(j);
    for (let r = 0; r < rows; r++) {
      let a0 = accumulate ? o.lanes(0) : zero;
      const end = rowStart[r + 1];
      for (let p = rowStart[r]; p < end; p++) {
        const w = bj.from(index[p] * n);
        a0 = f32x4.add(a0, f32x4.mul(value.splat(p), w.lanes(0)));
      }
      o.setLanes(0, a0);
      o = o.from(n);
    }
  }
}

/**
 * out [rows][n] = x [rows][inner] x b [inner][n] without skipping zeros: four rows share every load of b. The sums have the same order as in
 * `multiply`, so the results are the same bits (a product with zero adds nothing).
 */
export function multiplyDense(x: Table<f32>, rows: i32, inner: i32, b: Table<f32>, n: i32, out: Table<f32>): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < n; j += 8) {
    const wide = j + 8 <= n;
    const bj = b.from(j);
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
          w = w.from(n);
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
          w = w.from(n);
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
        w = w.from(n);
      }
      o.setLanes(0, a0);
      if (wide) o.setLanes(4, a1);
    }
  }
}

/** out [columns][rows] = transpose of x [rows][columns]; 4 x 4 blocks. */
export function transpose(x: Table<f32>, rows: i32, columns: i32, out: Table<f32>): void {
  for (let r = 0; r < rows; r += 4) {
    for (let c = 0; c < columns; c += 4) {
      const s = x.from(r * columns).from(c);
      const d = out.from(c * rows).from(r);
      const r0 = s.lanes(0),
        r1 = s.lanes(columns),
        r2 = s.lanes(2 * columns),
        r3 = s.lanes(3 * columns);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
        t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
        t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      d.setLanes(0, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      d.setLanes(rows, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      d.setLanes(2 * rows, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      d.setLanes(3 * rows, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
    }
  }
}
