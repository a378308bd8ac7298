/**
 * What the optimiser does to each number: in double precision, rounded when it is stored. Every result depends on the
 * numbers of one place only, or on a sum in their order. Shapes: all arrays [count] float32, with space behind them up
 * to a whole vector of four, whose content is of no account.
 */
import { Table } from "../../base/kernel/views.part.as";

/** `sum` and the squares of all values, added one after the other. */
export function addSquares(sum: f64, values: Table<f32>, count: i32): f64 {
  for (let i = 0; i < count; i++) {
    const value = <f64>values[i];
    sum += value * value;
  }
  return sum;
}

/**
 * One step of Adam: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g g; p = p - rate m / (sqrt(v / correction)
 * + epsilon), with g = gain gradient, and m and v as they are stored.
 */
export function move(
  count: i32,
  values: Table<f32>,
  gradient: Table<f32>,
  first: Table<f32>,
  second: Table<f32>,
  gain: f64,
  rate: f64,
  correction: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
): void {
  const keep1 = f64x2.splat(beta1),
    take1 = f64x2.splat(1 - beta1),
    keep2 = f64x2.splat(beta2),
    take2 = f64x2.splat(1 - beta2),
    least = f64x2.splat(epsilon),
    gains = f64x2.splat(gain),
    rates = f64x2.splat(rate),
    corrections = f64x2.splat(correction);
  for (let i = 0; i < count; i += 2) {
    const g = f64x2.mul(f64x2.promote_low_f32x4(gradient.halfLanes(i)), gains);
    const m = f64x2.add(f64x2.mul(keep1, f64x2.promote_low_f32x4(first.halfLanes(i))), f64x2.mul(take1, g));
    const v = f64x2.add(f64x2.mul(keep2, f64x2.promote_low_f32x4(second.halfLanes(i))), f64x2.mul(f64x2.mul(take2, g), g));
    const storedM = f32x4.demote_f64x2_zero(m);
    const storedV = f32x4.demote_f64x2_zero(v);
    first.setHalfLanes(i, storedM);
    second.setHalfLanes(i, storedV);
    const size = f64x2.add(f64x2.sqrt(f64x2.div(f64x2.promote_low_f32x4(storedV), corrections)), least);
    const step = f64x2.div(f64x2.mul(rates, f64x2.promote_low_f32x4(storedM)), size);
    values.setHalfLanes(i, f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(values.halfLanes(i)), step)));
  }
}

/** mean = mean + share (value - mean). */
export function follow(count: i32, mean: Table<f32>, values: Table<f32>, share: f64): void {
  const shares = f64x2.splat(share);
  for (let i = 0; i < count; i += 2) {
    const before = f64x2.promote_low_f32x4(mean.halfLanes(i));
    const apart = f64x2.sub(f64x2.promote_low_f32x4(values.halfLanes(i)), before);
    mean.setHalfLanes(i, f32x4.demote_f64x2_zero(f64x2.add(before, f64x2.mul(shares, apart))));
  }
}
