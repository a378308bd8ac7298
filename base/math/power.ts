/**
 * Powers: x^y of any numbers, and whole powers by multiplication. Source of `pow`: FreeBSD msun, e_pow.c. Copyright (C)
 * 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro and SunSoft, Sun Microsystems, Inc.
 * businesses. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 * notice is preserved.
 */
import { highWord, powerOfTwo, withHighWord, withoutLowWord } from "./binary.js";

export function square(x: number): number {
  return x * x;
}

export function cube(x: number): number {
  return x * x * x;
}

/** base^exponent for a whole exponent, by multiplication: exact while the power of a whole base is below 2^53. */
export function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < Math.abs(exponent); i++) result *= base;
  return exponent < 0 ? 1 / result : result;
}

const P1 = 0.16666666666666602;
const P2 = -2.7777777777015593e-3;
const P3 = 6.613756321437934e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;
const INVERSE_LN2 = Math.LOG2E;
const L1 = 0.5999999999999946;
const L2 = 0.4285714285785502;
const L3 = 0.33333332981837743;
const L4 = 0.272728123808534;
const L5 = 0.23066074577556175;
const L6 = 0.20697501780033842;
const LN2 = Math.LN2;
const POW_LN2_HIGH = 0.6931471824645996;
const POW_LN2_LOW = -1.904654299957768e-9;
/** 2 / (3 ln 2). */
const CP = 0.9617966939259756;
const CP_HIGH = 0.9617967009544373;
const CP_LOW = -7.028461650952758e-9;
/** log2(1.5). */
const DP_HIGH = 0.5849624872207642;
const DP_LOW = 1.350039202129749e-8;
const POW_INVERSE_LN2_HIGH = 1.4426950216293335;
const POW_INVERSE_LN2_LOW = 1.9259629911266175e-8;
/** -(1024 - log2(largest + 0.5 ulp)). */
const OVERFLOW = 8.008566259537294e-17;

/** log2(ax) as a sum of two numbers, the first of 21 bits; `preciseLog2` leaves it here for `pow`. */
const logarithm = { high: 0, low: 0 };

/** For ax > 0, finite. */
function preciseLog2(ax: number): void {
  const isSmall = ax < powerOfTwo(-1022);
  const scaled = isSmall ? ax * powerOfTwo(53) : ax;
  const word = highWord(scaled);
  let n = (word >> 20) - 1023 - (isSmall ? 53 : 0);
  const fraction = word & 0xfffff;
  let high = fraction | 0x3ff00000;
  const nearThreeHalves = fraction > 0x3988e && fraction < 0xbb67a;
  if (fraction >= 0xbb67a) {
    n++;
    high -= 0x100000;
  }
  const x = withHighWord(scaled, high);
  const centre = nearThreeHalves ? 1.5 : 1;
  const u = x - centre;
  const v = 1 / (x + centre);
  const s = u * v;
  const sHigh = withoutLowWord(s);
  const tHigh = withHighWord(0, ((high >> 1) | 0x20000000) + 0x80000 + (nearThreeHalves ? 0x40000 : 0));
  const tLow = x - (tHigh - centre);
  const sLow = v * (u - sHigh * tHigh - sHigh * tLow);
  const s2 = s * s;
  const r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6))))) + sLow * (sHigh + s);
  const sHigh2 = sHigh * sHigh;
  const dHigh = withoutLowWord(3 + sHigh2 + r);
  const dLow = r - (dHigh - 3 - sHigh2);
  const top = sHigh * dHigh;
  const rest = sLow * dHigh + dLow * s;
  const pHigh = withoutLowWord(top + rest);
  const pLow = rest - (pHigh - top);
  const zHigh = CP_HIGH * pHigh;
  const zLow = CP_LOW * pHigh + pLow * CP + (nearThreeHalves ? DP_LOW : 0);
  const dp = nearThreeHalves ? DP_HIGH : 0;
  logarithm.high = withoutLowWord(zHigh + zLow + dp + n);
  logarithm.low = zLow - (logarithm.high - n - dp - zHigh);
}

/** As `preciseLog2`, for |1 - ax| <= 2^-20, which only huge exponents need. */
function preciseLog2NearOne(ax: number): void {
  const t = ax - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = POW_INVERSE_LN2_HIGH * t;
  const v = t * POW_INVERSE_LN2_LOW - w * INVERSE_LN2;
  logarithm.high = withoutLowWord(u + v);
  logarithm.low = v - (logarithm.high - u);
}

/** `x ** y`. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const ax = Math.abs(x);
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    if (ax === 1) return Number.NaN;
    return ax > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  if (y === 2) return x * x;
  const isNegative = x < 0 || Object.is(x, -0);
  if (y === 0.5 && !isNegative) return Math.sqrt(x);
  const sign = isNegative && isOdd(y) ? -1 : 1;
  if (ax === 0 || ax === 1 || ax === Number.POSITIVE_INFINITY) {
    if (x === -1 && !Number.isInteger(y)) return Number.NaN;
    return sign * (y < 0 ? 1 / ax : ax);
  }
  if (x < 0 && !Number.isInteger(y)) return Number.NaN;
  const ySize = highWord(y) & 0x7fffffff;
  if (ySize > 0x41e00000) {
    const xSize = highWord(ax);
    const isNearOne = xSize === 0x3fefffff || xSize === 0x3ff00000;
    if (ySize > 0x43f00000 || !isNearOne) return ax > 1 === y > 0 ? sign * Number.POSITIVE_INFINITY : sign * 0;
    preciseLog2NearOne(ax);
  } else preciseLog2(ax);
  return sign * powerOfProduct(y);
}

function isOdd(y: number): boolean {
  return Math.abs(y % 2) === 1;
}

/** 2^(y log2(ax)), with the logarithm that was computed last. */
function powerOfProduct(y: number): number {
  const { high: t1, low: t2 } = logarithm;
  const y1 = withoutLowWord(y);
  const pLow = (y - y1) * t1 + y * t2;
  let pHigh = y1 * t1;
  const sum = pLow + pHigh;
  if (sum > 1024 || (sum === 1024 && pLow + OVERFLOW > sum - pHigh)) return Number.POSITIVE_INFINITY;
  if (sum < -1075 || (sum === -1075 && pLow <= sum - pHigh)) return 0;
  const word = highWord(sum);
  const size = word & 0x7fffffff;
  let n = 0;
  if (size > 0x3fe00000) {
    const rounded = word + (0x100000 >> ((size >> 20) - 1022));
    const k = ((rounded & 0x7fffffff) >> 20) - 1023;
    const whole = withHighWord(0, rounded & ~(0xfffff >> k));
    n = ((rounded & 0xfffff) | 0x100000) >> (20 - k);
    if (word < 0) n = -n;
    pHigh -= whole;
  }
  const t = withoutLowWord(pLow + pHigh);
  const u = t * POW_LN2_HIGH;
  const v = (pLow - (t - pHigh)) * LN2 + t * POW_LN2_LOW;
  const z = u + v;
  const w = v - (z - u);
  const z2 = z * z;
  const c = z - z2 * (P1 + z2 * (P2 + z2 * (P3 + z2 * (P4 + z2 * P5))));
  const r = (z * c) / (c - 2) - (w + z * w);
  const result = 1 - (r - z);
  const resultWord = highWord(result) + (n << 20);
  // a result below the normal numbers is rounded once more
  if (resultWord >> 20 <= 0) return result * powerOfTwo(n + 54) * powerOfTwo(-54);
  return withHighWord(result, resultWord);
}
