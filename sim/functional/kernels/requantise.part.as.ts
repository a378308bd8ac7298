/**
 * Words of a neuron from its accumulators: requantised sums, products with a factor, leaks, ranges. A SIMD step computes four neurons; a scalar version has the
 * same arithmetic. Pre-activations are clamped to 31 bits before the state's own range, which changes no result. Products are computed in float64, where they
 * are exact: |acc * multiplier| + |bias| < 2^52, and a power of two in a factor costs no bit.
 */
import { Table } from "../../../base/kernel/views.part.as";

let saturations: i64 = 0;

/** State words clamped since the last call. */
export function takeSaturations(): f64 {
  const n = saturations;
  saturations = 0;
  return <f64>n;
}

/** Counts state words that lanes clamp. */
@inline
export function countSaturations(count: i64): void {
  saturations += count;
}

export const SIGNS = f64x2.splat(-0.0);
/** Adding this to a number below 2^51 leaves the nearest integer in the low bits, ties to even. */
const ROUNDS = f64x2.splat(6755399441055744.0);
const FAR = f64x2.splat(1073741823.0);
const NEAR = f64x2.splat(-1073741823.0);

/** Nearest integer, halves away from zero. */
@inline
function nearest(x: f64): i64 {
  return <i64>trunc(x + copysign(0.5, x));
}

/**
 * Nearest integers of two pairs as i32, halves away from zero, clamped to ±(2^30 - 1). `tie` is half the grid of the numbers (0 for integers): each number is
 * first moved away from zero by `tie`, so a half is no tie any more, and no other number changes its nearest integer.
 */
@inline
function nearest4(low: v128, high: v128, tie: v128): v128 {
  const a = f64x2.add(low, v128.or(v128.and(low, SIGNS), tie));
  const b = f64x2.add(high, v128.or(v128.and(high, SIGNS), tie));
  const x = f64x2.add(ROUNDS, f64x2.pmax(NEAR, f64x2.pmin(FAR, a)));
  const y = f64x2.add(ROUNDS, f64x2.pmax(NEAR, f64x2.pmin(FAR, b)));
  return v128.shuffle<i32>(x, y, 0, 2, 4, 6);
}

@inline
function highHalf(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 2, 3);
}

/** Requantised sums of neurons n to n + 3. */
@inline
export function requantise(acc: Table<i32>, multiplier: Table<f64>, bias: Table<f64>, n: i32, tie: v128): v128 {
  const sums = acc.lanes(n);
  const factors = multiplier.from(n),
    offsets = bias.from(n);
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(sums), factors.lanes(0));
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(highHalf(sums)), factors.lanes(2));
  return nearest4(f64x2.add(low, offsets.lanes(0)), f64x2.add(high, offsets.lanes(2)), tie);
}

@inline
export function requantiseOne(acc: Table<i32>, multiplier: Table<f64>, bias: Table<f64>, n: i32): i64 {
  return nearest(<f64>acc[n] * multiplier[n] + bias[n]);
}

/** The pre-activation, clamped as the lanes clamp it. */
@inline
export function cutToWord(value: i64): i32 {
  return <i32>max<i64>(-0x3fffffff, min<i64>(0x3fffffff, value));
}

/** a b / 2^shift, halves away from zero; `unit` is 2^-shift. */
@inline
export function shiftedProduct(a: i64, b: i64, unit: f64): i64 {
  return nearest(<f64>(a * b) * unit);
}

/** a b / 2^shift towards zero; `unit` is 2^-shift. */
@inline
export function truncatedProduct(a: i64, b: i64, unit: f64): i64 {
  return <i64>trunc(<f64>(a * b) * unit);
}

/** `shiftedProduct` of four pairs. `narrow`: the products fit 31 bits, which allows a faster path. */
@inline
export function shiftedProducts(a: v128, b: v128, narrow: bool, shift: i32, unit: v128): v128 {
  if (narrow) {
    const value = i32x4.mul(a, b);
    const sign = i32x4.shr_s(value, 31);
    const size = i32x4.shr_u(i32x4.add(i32x4.abs(value), i32x4.splat((1 << shift) >> 1)), shift);
    return i32x4.sub(v128.xor(size, sign), sign);
  }
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(b));
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(highHalf(a)), f64x2.convert_low_i32x4_s(highHalf(b)));
  return nearest4(f64x2.mul(low, unit), f64x2.mul(high, unit), f64x2.mul(unit, f64x2.splat(0.5)));
}

/** Whether the product of a factor of 2^-bits and a state word, plus half a unit, fits 31 bits. */
@inline
export function fitsNarrow(bits: i32, most: i32): bool {
  return ((<i64>1) << bits) * (<i64>most + 1) + (((<i64>1) << bits) >> 1) <= 0x7fffffff;
}

@inline
export function unitOf(shift: i32): f64 {
  return 1.0 / <f64>((<i64>1) << shift);
}

/** Half of 2^-shift; 0 for whole numbers. */
@inline
export function tieOf(shift: i32): v128 {
  return f64x2.splat(shift == 0 ? 0.0 : 0.5 * unitOf(shift));
}

/** `value` minus its share of 2^-shift, which is rounded toward zero. */
@inline
export function leakByShift(value: i64, shift: i64): i64 {
  const sign = value >> 63;
  const size = (value ^ sign) - sign;
  return value - (((size >> shift) ^ sign) - sign);
}

/** `value` minus `value >> shift`, at least one unit closer to 0. */
@inline
export function decayByShift(value: i64, shift: i64): i64 {
  const gone = value >> shift;
  return value - (gone == 0 && value > 0 ? 1 : gone);
}

@inline
export function clampState(value: i64, most: i64): i64 {
  if (value > most) {
    saturations++;
    return most;
  }
  if (value < -most - 1) {
    saturations++;
    return -most - 1;
  }
  return value;
}

/** Sum of four lanes. */
@inline
export function laneSum(x: v128): i64 {
  return <i64>i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}
