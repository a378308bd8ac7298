/**
 * Matrix products over compressed rows: only non-zero entries of the left matrix cost anything.
 * Shapes: dense matrices are row-major float32 with row lengths that are multiples of 4; compressed rows are
 * `rowStart` uint32 [rows + 1], `index` uint32 [entries] and `value` float32 [entries]. All pointers are byte offsets in the imported memory.
 * Sums run in ascending order of the shared index, so results are the same on every machine.
 * Not modelled: alignment (unaligned vector loads are legal).
 */

/** Compresses `rows` rows of x [rows][columns]; returns the number of entries. */
export function compressRows(x: usize, rows: i32, columns: i32, rowStart: usize, index: usize, value: usize): i32 {
  let entries: i32 = 0;
  store<u32>(rowStart, 0);
  const zero = f32x4.splat(0);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      const v = v128.load(x);
      if (v128.any_true(f32x4.ne(v, zero))) {
        for (let k = 0; k < 4; k++) {
          const e = load<f32>(x + ((<usize>k) << 2));
          if (e != 0) {
            store<u32>(index + ((<usize>entries) << 2), c + k);
            store<f32>(value + ((<usize>entries) << 2), e);
            entries++;
          }
        }
      }
      x += 16;
    }
    store<u32>(rowStart + ((<usize>(r + 1)) << 2), entries);
  }
  return entries;
}

/**
 * Compresses the columns of x [rows][columns] (that is: the rows of its transpose). Row r enters as index rowMap[r]; rows with a negative
 * rowMap are left out. `cursor` is scratch, uint32 [columns]. Returns the number of entries.
 */
export function compressColumns(
  x: usize,
  rows: i32,
  columns: i32,
  rowMap: usize,
  columnStart: usize,
  cursor: usize,
  index: usize,
  value: usize,
): i32 {
  const zero = f32x4.splat(0);
  memory.fill(columnStart, 0, (<usize>columns + 1) << 2);
  for (let r = 0; r < rows; r++) {
    const row = x + <usize>r * ((<usize>columns) << 2);
    if (load<i32>(rowMap + ((<usize>r) << 2)) < 0) continue;
    for (let c = 0; c < columns; c += 4) {
      const at = row + ((<usize>c) << 2);
      if (!v128.any_true(f32x4.ne(v128.load(at), zero))) continue;
      for (let k = 0; k < 4; k++) {
        if (load<f32>(at + ((<usize>k) << 2)) != 0) {
          const slot = columnStart + ((<usize>(c + k + 1)) << 2);
          store<u32>(slot, load<u32>(slot) + 1);
        }
      }
    }
  }
  for (let c = 0; c < columns; c++) {
    const before = load<u32>(columnStart + ((<usize>c) << 2));
    store<u32>(cursor + ((<usize>c) << 2), before);
    const slot = columnStart + ((<usize>(c + 1)) << 2);
    store<u32>(slot, load<u32>(slot) + before);
  }
  for (let r = 0; r < rows; r++) {
    const row = x + <usize>r * ((<usize>columns) << 2);
    const mapped = load<i32>(rowMap + ((<usize>r) << 2));
    if (mapped < 0) continue;
    for (let c = 0; c < columns; c += 4) {
      const at = row + ((<usize>c) << 2);
      if (!v128.any_true(f32x4.ne(v128.load(at), zero))) continue;
      for (let k = 0; k < 4; k++) {
        const e = load<f32>(at + ((<usize>k) << 2));
        if (e != 0) {
          const slot = cursor + ((<usize>(c + k)) << 2);
          const place = (<usize>load<u32>(slot)) << 2;
          store<u32>(index + place, mapped);
          store<f32>(value + place, e);
          store<u32>(slot, load<u32>(slot) + 1);
        }
      }
    }
  }
  return load<u32>(columnStart + ((<usize>columns) << 2));
}

/** out [rows][n] = compressed [rows][k] x b [k][n], or added to what `out` holds when `accumulate` is 1. */
export function multiply(rowStart: usize, index: usize, value: usize, rows: i32, b: usize, n: i32, out: usize, accumulate: i32): void {
  const stride = (<usize>n) << 2;
  const zero = f32x4.splat(0);
  let j = 0;
  for (; j + 32 <= n; j += 32) {
    const bj = b + ((<usize>j) << 2);
    let o = out + ((<usize>j) << 2);
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
        a0 = v128.load(o);
        a1 = v128.load(o, 16);
        a2 = v128.load(o, 32);
        a3 = v128.load(o, 48);
        a4 = v128.load(o, 64);
        a5 = v128.load(o, 80);
        a6 = v128.load(o, 96);
        a7 = v128.load(o, 112);
      }
      const end = (<usize>load<u32>(rowStart + ((<usize>(r + 1)) << 2))) << 2;
      for (let p = (<usize>load<u32>(rowStart + ((<usize>r) << 2))) << 2; p < end; p += 4) {
        const v = v128.load_splat<f32>(value + p);
        const w = bj + <usize>load<u32>(index + p) * stride;
        a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
        a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
        a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
        a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
        a4 = f32x4.add(a4, f32x4.mul(v, v128.load(w, 64)));
        a5 = f32x4.add(a5, f32x4.mul(v, v128.load(w, 80)));
        a6 = f32x4.add(a6, f32x4.mul(v, v128.load(w, 96)));
        a7 = f32x4.add(a7, f32x4.mul(v, v128.load(w, 112)));
      }
      v128.store(o, a0);
      v128.store(o, a1, 16);
      v128.store(o, a2, 32);
      v128.store(o, a3, 48);
      v128.store(o, a4, 64);
      v128.store(o, a5, 80);
      v128.store(o, a6, 96);
      v128.store(o, a7, 112);
      o += stride;
    }
  }
  for (; j < n; j += 4) {
    const bj = b + ((<usize>j) << 2);
    let o = out + ((<usize>j) << 2);
    for (let r = 0; r < rows; r++) {
      let a0 = accumulate ? v128.load(o) : zero;
      const end = (<usize>load<u32>(rowStart + ((<usize>(r + 1)) << 2))) << 2;
      for (let p = (<usize>load<u32>(rowStart + ((<usize>r) << 2))) << 2; p < end; p += 4) {
        const w = bj + <usize>load<u32>(index + p) * stride;
        a0 = f32x4.add(a0, f32x4.mul(v128.load_splat<f32>(value + p), v128.load(w)));
      }
      v128.store(o, a0);
      o += stride;
    }
  }
}

/**
 * out [rows][n] = x [rows][inner] x b [inner][n] without skipping zeros: four rows share every load of b. The sums have the same order as in
 * `multiply`, so the results are the same bits (a product with zero adds nothing).
 */
export function multiplyDense(x: usize, rows: i32, inner: i32, b: usize, n: i32, out: usize): void {
  const stride = (<usize>n) << 2,
    line = (<usize>inner) << 2;
  const zero = f32x4.splat(0);
  for (let j = 0; j < n; j += 8) {
    const wide = j + 8 <= n;
    const bj = b + ((<usize>j) << 2);
    let r = 0;
    for (; r + 4 <= rows; r += 4) {
      let x0 = x + <usize>r * line;
      let x1 = x0 + line,
        x2 = x1 + line,
        x3 = x2 + line;
      const end = x0 + line;
      let o = out + <usize>r * stride + ((<usize>j) << 2);
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
        while (x0 < end) {
          const w0 = v128.load(w),
            w1 = v128.load(w, 16);
          const v0 = v128.load_splat<f32>(x0),
            v1 = v128.load_splat<f32>(x1);
          a0 = f32x4.add(a0, f32x4.mul(v0, w0));
          a1 = f32x4.add(a1, f32x4.mul(v0, w1));
          a2 = f32x4.add(a2, f32x4.mul(v1, w0));
          a3 = f32x4.add(a3, f32x4.mul(v1, w1));
          const v2 = v128.load_splat<f32>(x2),
            v3 = v128.load_splat<f32>(x3);
          a4 = f32x4.add(a4, f32x4.mul(v2, w0));
          a5 = f32x4.add(a5, f32x4.mul(v2, w1));
          a6 = f32x4.add(a6, f32x4.mul(v3, w0));
          a7 = f32x4.add(a7, f32x4.mul(v3, w1));
          x0 += 4;
          x1 += 4;
          x2 += 4;
          x3 += 4;
          w += stride;
        }
        v128.store(o, a0);
        v128.store(o, a1, 16);
        o += stride;
        v128.store(o, a2);
        v128.store(o, a3, 16);
        o += stride;
        v128.store(o, a4);
        v128.store(o, a5, 16);
        o += stride;
        v128.store(o, a6);
        v128.store(o, a7, 16);
      } else {
        let a0 = zero,
          a1 = zero,
          a2 = zero,
          a3 = zero;
        while (x0 < end) {
          const w0 = v128.load(w);
          a0 = f32x4.add(a0, f32x4.mul(v128.load_splat<f32>(x0), w0));
          a1 = f32x4.add(a1, f32x4.mul(v128.load_splat<f32>(x1), w0));
          a2 = f32x4.add(a2, f32x4.mul(v128.load_splat<f32>(x2), w0));
          a3 = f32x4.add(a3, f32x4.mul(v128.load_splat<f32>(x3), w0));
          x0 += 4;
          x1 += 4;
          x2 += 4;
          x3 += 4;
          w += stride;
        }
        v128.store(o, a0);
        o += stride;
        v128.store(o, a1);
        o += stride;
        v128.store(o, a2);
        o += stride;
        v128.store(o, a3);
      }
    }
    for (; r < rows; r++) {
      let x0 = x + <usize>r * line;
      const end = x0 + line;
      const o = out + <usize>r * stride + ((<usize>j) << 2);
      let w = bj;
      let a0 = zero,
        a1 = zero;
      while (x0 < end) {
        const v0 = v128.load_splat<f32>(x0);
        a0 = f32x4.add(a0, f32x4.mul(v0, v128.load(w)));
        if (wide) a1 = f32x4.add(a1, f32x4.mul(v0, v128.load(w, 16)));
        x0 += 4;
        w += stride;
      }
      v128.store(o, a0);
      if (wide) v128.store(o, a1, 16);
    }
  }
}

/** out [columns][rows] = transpose of x [rows][columns]; 4 x 4 blocks. */
export function transpose(x: usize, rows: i32, columns: i32, out: usize): void {
  const from = (<usize>columns) << 2,
    to = (<usize>rows) << 2;
  for (let r = 0; r < rows; r += 4) {
    for (let c = 0; c < columns; c += 4) {
      const s = x + <usize>r * from + ((<usize>c) << 2);
      const d = out + <usize>c * to + ((<usize>r) << 2);
      const r0 = v128.load(s),
        r1 = v128.load(s + from),
        r2 = v128.load(s + 2 * from),
        r3 = v128.load(s + 3 * from);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
        t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
        t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(d, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      v128.store(d + to, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      v128.store(d + 2 * to, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      v128.store(d + 3 * to, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
    }
  }
}
