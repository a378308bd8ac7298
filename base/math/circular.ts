/**
 * Sine, cosine, and the length of a vector.
 * Source of sine and cosine: FreeBSD msun, e_rem_pio2.c, k_sin.c, k_cos.c (their first versions, which V8 has too).
 * Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro and SunSoft, Sun
 * Microsystems, Inc. businesses. Permission to use, copy, modify, and distribute this software is freely granted,
 * provided that this notice is preserved.
 * Not modelled: sine and cosine of angles beyond 823,549 (`RangeError`); no caller has any.
 */
import { highWord, powerOfTwo } from "./binary.js";

/** Square root of the sum of squares, compensated, without overflow on the way. */
export function hypot(...values: readonly number[]): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  for (const value of values) most = Math.max(most, Math.abs(value));
  if (most === 0 || Number.isNaN(most)) return most;
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const share = Math.abs(value) / most;
    const summand = share * share - lost;
    const next = sum + summand;
    lost = next - sum - summand;
    sum = next;
  }
  return Math.sqrt(sum) * most;
}

const INVERSE_HALF_PI = 0.6366197723675814;
/** pi / 2 in three pieces of 33 bits, each with its remainder. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_1_REST = 6.077100506506192e-11;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_2_REST = 2.0222662487959506e-21;
const HALF_PI_3 = 2.0222662487111665e-21;
const HALF_PI_3_REST = 8.4784276603689e-32;
/** The largest argument that the three pieces reduce exactly enough. */
const ANGLE_MOST = powerOfTwo(19) * (Math.PI / 2);

/** The angle minus its whole quarter turns, as a sum of two numbers. */
const reduced = { high: 0, low: 0 };
const exponentOf = (value: number): number => (highWord(value) >> 20) & 0x7ff;

/** Reduces an angle to at most pi / 4, in `reduced`; returns the number of quarter turns. */
function reduceAngle(x: number): number {
  const size = Math.abs(x);
  const word = highWord(size);
  if (word <= 0x3fe921fb) {
    reduced.high = x;
    reduced.low = 0;
    return 0;
  }
  if (!(size <= ANGLE_MOST)) throw new RangeError(`sine and cosine of ${x} are not computed here: the largest angle is ${ANGLE_MOST}`);
  const n = Math.trunc(size * INVERSE_HALF_PI + 0.5);
  let r = size - n * HALF_PI_1;
  let w = n * HALF_PI_1_REST;
  const isClear = n < 32 && word !== highWord(n * (Math.PI / 2));
  let high = r - w;
  // the closer to a whole quarter turn, the more bits are lost
  if (!isClear && (word >> 20) - exponentOf(high) > 16) {
    const before = r;
    w = n * HALF_PI_2;
    r = before - w;
    w = n * HALF_PI_2_REST - (before - r - w);
    high = r - w;
    if ((word >> 20) - exponentOf(high) > 49) {
      const second = r;
      w = n * HALF_PI_3;
      r = second - w;
      w = n * HALF_PI_3_REST - (second - r - w);
      high = r - w;
    }
  }
  const low = r - high - w;
  reduced.high = x < 0 ? -high : high;
  reduced.low = x < 0 ? -low : low;
  return x < 0 ? -n : n;
}

const S1 = -0.16666666666666632;
const S2 = 8.33333333332249e-3;
const S3 = -1.984126982985795e-4;
const S4 = 2.7557313707070068e-6;
const S5 = -2.5050760253406863e-8;
const S6 = 1.58969099521155e-10;

function sineOfReduced(): number {
  const { high: x, low: y } = reduced;
  if (Math.abs(x) < powerOfTwo(-27)) return x;
  const z = x * x;
  const v = z * x;
  const r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
  return y === 0 ? x + v * (S1 + z * r) : x - (z * (0.5 * y - v * r) - y - v * S1);
}

const C1 = 0.0416666666666666;
const C2 = -1.388888888887411e-3;
const C3 = 2.480158728947673e-5;
const C4 = -2.7557314351390663e-7;
const C5 = 2.087572321298175e-9;
const C6 = -1.1359647557788195e-11;

function cosineOfReduced(): number {
  const { high: x, low: y } = reduced;
  const word = highWord(x) & 0x7fffffff;
  if (word < 0x3e400000) return 1;
  const z = x * x;
  const r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
  if (word < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * y));
  // a quarter of |x| without its low word; writing words and reading a number would wait for the memory
  const part = word > 0x3fe90000 ? 0.28125 : ((word & 0xfffff) + 0x100000) * powerOfTwo((word >> 20) - 1045);
  return 1 - part - (0.5 * z - part - (z * r - x * y));
}

/** Throws: RangeError beyond 823,549, for infinities and NaN. */
export function sin(x: number): number {
  const quarter = reduceAngle(x) & 3;
  const value = quarter & 1 ? cosineOfReduced() : sineOfReduced();
  return quarter & 2 ? -value : value;
}

/** Throws: as `sin`. */
export function cos(x: number): number {
  const quarter = reduceAngle(x) & 3;
  const value = quarter & 1 ? sineOfReduced() : cosineOfReduced();
  return quarter === 1 || quarter === 2 ? -value : value;
}
