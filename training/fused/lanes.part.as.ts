/**
 * Four neurons at once: exponential, sigmoid and tanh of lanes, and reading of optional tables. Tables hold float32; a
 * table at address 0 is missing.
 */
import { isNone, Table } from "../../base/kernel/views.part.as";

@inline
function expOf(v: v128): v128 {
  const x = f32x4.min(f32x4.max(v, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

@inline
export function sigmoid(v: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, expOf(f32x4.neg(v))));
}

@inline
export function tanh(v: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.splat(2), sigmoid(f32x4.add(v, v))), f32x4.splat(1));
}

/** Lanes of a table from `i` on, or `otherwise` if the table is missing. */
@inline
export function lanesOr(table: Table<f32>, i: i32, otherwise: v128): v128 {
  return isNone(table) ? otherwise : table.lanes(i);
}

/** Values times a dropout mask; unchanged without one. */
@inline
export function masked(values: v128, mask: Table<f32>, i: i32): v128 {
  return isNone(mask) ? values : f32x4.mul(values, mask.lanes(i));
}

/** Pre-activations of a gate, without a recurrent product: `i` counts [rows][gates * neurons], `column` [gates * neurons]. */
@inline
export function affine(x: Table<f32>, gamma: Table<f32>, beta: Table<f32>, i: i32, column: i32): v128 {
  return f32x4.add(f32x4.mul(x.lanes(i), gamma.lanes(column)), beta.lanes(column));
}

/** The same with the recurrent product, if there is one. */
@inline
export function gate(x: Table<f32>, recurrent: Table<f32>, gamma: Table<f32>, beta: Table<f32>, i: i32, column: i32): v128 {
  const own = affine(x, gamma, beta, i, column);
  return isNone(recurrent) ? own : f32x4.add(own, recurrent.lanes(i));
}
