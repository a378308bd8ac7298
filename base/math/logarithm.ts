/**
 * Logarithms to the bases e, 2 and 10.
 * Source: FreeBSD msun, e_log.c, e_log2.c, k_log.h; fdlibm 5.3, e_log10.c. Copyright (C) 1993, 2004 by Sun
 * Microsystems, Inc. All rights reserved. Developed at SunPro and SunSoft, Sun Microsystems, Inc. businesses.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 * preserved.
 */
import { highWord, powerOfTwo, withHighWord, withoutLowWord } from "./binary.js";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

/** A subnormal number times 2^54 is none; other numbers stay. */
const normal = (x: number): number => (x < powerOfTwo(-1022) ? x * powerOfTwo(54) : x);

/** k for a normal number 2^k (1 + f) with 1 + f between sqrt(2) / 2 and sqrt(2), from its high word. */
const exponentOf = (high: number): number => (high >> 20) - 1023 + ((((high & 0xfffff) + 0x95f64) & 0x100000) >> 20);

/** The logarithm if it is NaN or infinite, else null. */
function logarithmAtLimits(x: number): number | null {
  if (x > 0) return x === Number.POSITIVE_INFINITY ? x : null;
  return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
}

/** With s = f / (2 + f): log(1 + f) = 2s + s R. */
function logSeries(s: number): number {
  const z = s * s;
  const w = z * z;
  return z * (LG1 + w * (LG3 + w * (LG5 + w * LG7))) + w * (LG2 + w * (LG4 + w * LG6));
}

export function log(x: number): number {
  const limit = logarithmAtLimits(x);
  if (limit !== null) return limit;
  const scaled = normal(x);
  const high = highWord(scaled);
  const exponent = exponentOf(high);
  const k = scaled === x ? exponent : exponent - 54;
  const f = scaled * powerOfTwo(0 - exponent) - 1;
  const fraction = high & 0xfffff;
  if ((0xfffff & (2 + fraction)) < 3) {
    if (f === 0) return k * LN2_HIGH + k * LN2_LOW;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
  }
  const s = f / (2 + f);
  const r = logSeries(s);
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

const INVERSE_LN2_HIGH = 1.4426950407214463;
const INVERSE_LN2_LOW = 1.6751713164886512e-10;

/** Exact for powers of two. */
export function log2(x: number): number {
  const limit = logarithmAtLimits(x);
  if (limit !== null) return limit;
  const scaled = normal(x);
  const exponent = exponentOf(highWord(scaled));
  const k = scaled === x ? exponent : exponent - 54;
  const f = scaled * powerOfTwo(0 - exponent) - 1;
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const r = s * (half + logSeries(s));
  const high = withoutLowWord(f - half);
  const low = f - high - half + r;
  const top = high * INVERSE_LN2_HIGH;
  const rest = (low + high) * INVERSE_LN2_LOW + low * INVERSE_LN2_HIGH;
  const sum = k + top;
  return rest + (k - sum + top) + sum;
}

const INVERSE_LN10 = Math.LOG10E;
const LOG10_2_HIGH = 0.30102999566361177;
const LOG10_2_LOW = 3.694239077158931e-13;

/** Exact for powers of ten to 10^22. */
export function log10(x: number): number {
  const limit = logarithmAtLimits(x);
  if (limit !== null) return limit;
  const scaled = normal(x);
  const high = highWord(scaled);
  const k = (high >> 20) - 1023 - (scaled === x ? 0 : 54);
  // below 1, the fraction lies between a half and 1
  const below = k < 0 ? 1 : 0;
  const fraction = withHighWord(scaled, (high & 0xfffff) | ((0x3ff - below) << 20));
  return (k + below) * LOG10_2_LOW + INVERSE_LN10 * log(fraction) + (k + below) * LOG10_2_HIGH;
}
