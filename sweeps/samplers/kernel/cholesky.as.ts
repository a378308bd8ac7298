/**
 * Cholesky factor of a symmetric positive matrix, and the squared lengths of many right sides under it. Each number
 * goes through the operations of the textbook's loops in their order, in a lane beside others, so the results equal
 * those of the loops to the last bit.
 * Factors are stored by columns: `columns` [n][stride], element (row, column) at column * stride + row, stride a
 * multiple of 8.
 * Source: Golub and Van Loan, "Matrix Computations", 4th ed., 2013, algorithm 4.2.1 (by columns).
 */
import { Table } from "../../../base/kernel/views.part.as";

/** Least square of a diagonal element, which rounding may make vanish. */
const LEAST: f64 = 1e-10;

/** Replaces a matrix's lower part by its lower factor; overwrites what is above the diagonal and behind row n. */
export function factorise(columns: Table<f64>, n: i32, stride: i32): void {
  for (let j = 0; j < n; j++) {
    const column = columns.from(j * stride);
    // eight rows at a time; those above the diagonal are not used and do no harm
    for (let i = j & ~7; i < n; i += 8) {
      let a = column.lanes(i);
      let b = column.lanes(i + 2);
      let c = column.lanes(i + 4);
      let d = column.lanes(i + 6);
      let before = columns;
      for (let m = 0; m < j; m++) {
        const factor = before.splat(j);
        a = f64x2.sub(a, f64x2.mul(factor, before.lanes(i)));
        b = f64x2.sub(b, f64x2.mul(factor, before.lanes(i + 2)));
        c = f64x2.sub(c, f64x2.mul(factor, before.lanes(i + 4)));
        d = f64x2.sub(d, f64x2.mul(factor, before.lanes(i + 6)));
        before = before.from(stride);
      }
      column.setLanes(i, a);
      column.setLanes(i + 2, b);
      column.setLanes(i + 4, c);
      column.setLanes(i + 6, d);
    }
    const diagonal = Math.sqrt(Math.max(column[j], LEAST));
    column[j] = diagonal;
    for (let i = j + 1; i < n; i++) column[i] /= diagonal;
  }
}

/**
 * Packs rows of the factor in fours, `panels` [rows / 4][column][4], up to the diagonal of each four; rows from n on
 * are those of the unit matrix.
 */
function pack(columns: Table<f64>, n: i32, stride: i32, panels: Table<f64>): void {
  let to = panels;
  for (let first = 0; first < n; first += 4) {
    for (let m = 0; m < first + 4; m++) {
      for (let r = first; r < first + 4; r++) to[r - first] = r < n && m < n ? columns[m * stride + r] : r == m ? 1 : 0;
      to = to.from(4);
    }
  }
}

/**
 * Squared lengths of L^-1 k for right sides k in groups of four. `sides` [groups][rows][4] is overwritten; rows is n
 * rounded up to a multiple of four. `panels` has room for rows * (rows + 4) / 2 numbers; the result is `explained`
 * [groups][4].
 */
export function explain(
  columns: Table<f64>,
  n: i32,
  stride: i32,
  panels: Table<f64>,
  sides: Table<f64>,
  groups: i32,
  explained: Table<f64>,
): void {
  pack(columns, n, stride, panels);
  const rows = (n + 3) & ~3;
  for (let g = 0; g < groups; g++) {
    const side = sides.from(g * rows * 4);
    let left = f64x2.splat(0);
    let right = f64x2.splat(0);
    let l = panels;
    for (let first = 0; first < rows; first += 4) {
      const own = side.from(4 * first);
      let a = own.lanes(0);
      let aa = own.lanes(2);
      let b = own.lanes(4);
      let bb = own.lanes(6);
      let c = own.lanes(8);
      let cc = own.lanes(10);
      let d = own.lanes(12);
      let dd = own.lanes(14);
      let x = side;
      for (let m = 0; m < first; m++) {
        const v = x.lanes(0);
        const w = x.lanes(2);
        const la = l.splat(0);
        a = f64x2.sub(a, f64x2.mul(la, v));
        aa = f64x2.sub(aa, f64x2.mul(la, w));
        const lb = l.splat(1);
        b = f64x2.sub(b, f64x2.mul(lb, v));
        bb = f64x2.sub(bb, f64x2.mul(lb, w));
        const lc = l.splat(2);
        c = f64x2.sub(c, f64x2.mul(lc, v));
        cc = f64x2.sub(cc, f64x2.mul(lc, w));
        const ld = l.splat(3);
        d = f64x2.sub(d, f64x2.mul(ld, v));
        dd = f64x2.sub(dd, f64x2.mul(ld, w));
        l = l.from(4);
        x = x.from(4);
      }
      // the triangle of these four rows: rows of `l` are columns of the factor here
      const da = l.splat(0);
      a = f64x2.div(a, da);
      aa = f64x2.div(aa, da);
      const ba = l.splat(1);
      b = f64x2.sub(b, f64x2.mul(ba, a));
      bb = f64x2.sub(bb, f64x2.mul(ba, aa));
      const ca = l.splat(2);
      c = f64x2.sub(c, f64x2.mul(ca, a));
      cc = f64x2.sub(cc, f64x2.mul(ca, aa));
      const ea = l.splat(3);
      d = f64x2.sub(d, f64x2.mul(ea, a));
      dd = f64x2.sub(dd, f64x2.mul(ea, aa));
      const db = l.splat(5);
      b = f64x2.div(b, db);
      bb = f64x2.div(bb, db);
      const cb = l.splat(6);
      c = f64x2.sub(c, f64x2.mul(cb, b));
      cc = f64x2.sub(cc, f64x2.mul(cb, bb));
      const eb = l.splat(7);
      d = f64x2.sub(d, f64x2.mul(eb, b));
      dd = f64x2.sub(dd, f64x2.mul(eb, bb));
      const dc = l.splat(10);
      c = f64x2.div(c, dc);
      cc = f64x2.div(cc, dc);
      const ec = l.splat(11);
      d = f64x2.sub(d, f64x2.mul(ec, c));
      dd = f64x2.sub(dd, f64x2.mul(ec, cc));
      const ed = l.splat(15);
      d = f64x2.div(d, ed);
      dd = f64x2.div(dd, ed);
      l = l.from(16);
      own.setLanes(0, a);
      own.setLanes(2, aa);
      own.setLanes(4, b);
      own.setLanes(6, bb);
      own.setLanes(8, c);
      own.setLanes(10, cc);
      own.setLanes(12, d);
      own.setLanes(14, dd);
      // rows from n on are 0 and add nothing
      left = f64x2.add(left, f64x2.mul(a, a));
      right = f64x2.add(right, f64x2.mul(aa, aa));
      left = f64x2.add(left, f64x2.mul(b, b));
      right = f64x2.add(right, f64x2.mul(bb, bb));
      left = f64x2.add(left, f64x2.mul(c, c));
      right = f64x2.add(right, f64x2.mul(cc, cc));
      left = f64x2.add(left, f64x2.mul(d, d));
      right = f64x2.add(right, f64x2.mul(dd, dd));
    }
    explained.from(4 * g).setLanes(0, left);
    explained.from(4 * g).setLanes(2, right);
  }
}
