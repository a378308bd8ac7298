/** Membranes of multi-bit spikes: accumulation with soft reset, the quantiser, and the gradient through both. */
import { isNone, Table } from "../../base/kernel/views.part.as";

/** a = aPrevious - oPrevious + h over `count` values; extremes [2] (minimum, maximum) are extended to include a. */
export function accumulate(
  count: i32,
  h: Table<f32>,
  aPrevious: Table<f32>,
  oPrevious: Table<f32>,
  a: Table<f32>,
  extremes: Table<f32>,
): void {
  let low = extremes.splat(0),
    high = extremes.splat(1);
  for (let k = 0; k < count; k += 4) {
    let v = h.lanes(k);
    if (!isNone(aPrevious)) v = f32x4.add(f32x4.sub(aPrevious.lanes(k), oPrevious.lanes(k)), v);
    a.setLanes(k, v);
    low = f32x4.min(low, v);
    high = f32x4.max(high, v);
  }
  extremes[0] = min(
    min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
    min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
  );
  extremes[1] = max(
    max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)),
    max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)),
  );
}

/** o = q / scale with q = trunc(scale clamp(a, -range, range)); o = 0 if |q| <= theta. */
export function quantise(count: i32, a: Table<f32>, range: f32, scale: f32, theta: f32, o: Table<f32>): void {
  const high = f32x4.splat(range),
    low = f32x4.splat(-range),
    s = f32x4.splat(scale),
    limit = f32x4.splat(theta);
  for (let k = 0; k < count; k += 4) {
    const q = f32x4.trunc(f32x4.mul(s, f32x4.max(low, f32x4.min(high, a.lanes(k)))));
    const fires = f32x4.gt(f32x4.abs(q), limit);
    o.setLanes(k, v128.and(f32x4.div(q, s), fires));
  }
}

/**
 * Sum that gives a learned threshold its gradient: (dO + recurrent - dCarryA) sign(a), recurrent 0 = none, over the
 * membranes within one payload of `edge`, the smallest payload that is sent.
 */
export function thresholdBackward(
  count: i32,
  dO: Table<f32>,
  recurrent: Table<f32>,
  dCarryA: Table<f32>,
  a: Table<f32>,
  scale: f32,
  edge: f32,
): f32 {
  const s = f32x4.splat(scale),
    at = f32x4.splat(edge),
    one = f32x4.splat(1),
    zero = f32x4.splat(0),
    signs = f32x4.splat(-0.0);
  let sum = zero;
  for (let k = 0; k < count; k += 4) {
    const v = a.lanes(k);
    let d = f32x4.sub(dO.lanes(k), dCarryA.lanes(k));
    if (!isNone(recurrent)) d = f32x4.add(d, recurrent.lanes(k));
    const near = f32x4.le(f32x4.abs(f32x4.sub(f32x4.mul(f32x4.abs(v), s), at)), one);
    sum = f32x4.add(sum, v128.and(v128.xor(d, v128.and(v, signs)), v128.and(near, f32x4.ne(v, zero))));
  }
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
}

/** Sum of |a| / (1 + |a| bend) over `count` values, one after the other, in double precision. */
export function sumPenalties(count: i32, a: Table<f32>, bend: f64): f64 {
  const one = f64x2.splat(1),
    bends = f64x2.splat(bend);
  let sum: f64 = 0;
  for (let k = 0; k < count; k += 2) {
    const size = f64x2.abs(f64x2.promote_low_f32x4(a.halfLanes(k)));
    const penalties = f64x2.div(size, f64x2.add(one, f64x2.mul(size, bends)));
    sum += f64x2.extract_lane(penalties, 0);
    sum += f64x2.extract_lane(penalties, 1);
  }
  return sum;
}

/** Slope of the membrane penalty at `a`: push sign(a) / (1 + |a| bend)^2; bend 0 gives the slope of the mean size. */
@inline
export function penaltySlope(a: v128, push: v128, bend: v128): v128 {
  const zero = f32x4.splat(0),
    signs = f32x4.splat(-0.0);
  const t = f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.abs(a), bend));
  const size = f32x4.div(push, f32x4.mul(t, t));
  return v128.and(v128.or(size, v128.and(a, signs)), f32x4.ne(a, zero));
}

/**
 * Gradient through quantiser and soft reset, straight-through inside the clamp. dO (and recurrent, 0 = none) is
 * combined with the carried gradient of the residual: da = dCarryA + (dO + recurrent - dCarryA) [|a| <= range] + the
 * slope of the penalty.
 */
@inline
export function quantiserBackward(spike: v128, carry: v128, a: v128, range: v128, push: v128, bend: v128): v128 {
  const inside = f32x4.le(f32x4.abs(a), range);
  const through = v128.and(f32x4.sub(spike, carry), inside);
  return f32x4.add(f32x4.add(carry, through), penaltySlope(a, push, bend));
}
