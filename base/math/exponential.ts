/**
 * e^x, e^x - 1 and the hyperbolic tangent.
 * Source: FreeBSD msun, e_exp.c, s_expm1.c, s_tanh.c. Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights
 * reserved. Developed at SunPro and SunSoft, Sun Microsystems, Inc. businesses. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved.
 */
import { highWord, powerOfTwo } from "./binary.js";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;
/** Above it, exp is infinite. */
const EXP_MOST = 709.782712893384;
/** Below it, exp is 0. */
const EXP_LEAST = -745.1332191019411;

const P1 = 0.16666666666666602;
const P2 = -2.7777777777015593e-3;
const P3 = 6.613756321437934e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;

export function exp(x: number): number {
  if (!(x <= EXP_MOST)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  if (x < EXP_LEAST) return 0;
  const size = highWord(x) & 0x7fffffff;
  let k = 0;
  let high = x;
  let low = 0;
  if (size > 0x3fd62e42) {
    if (x === 1) return Math.E;
    k = size < 0x3ff0a2b2 ? (x < 0 ? -1 : 1) : Math.trunc(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  } else if (size < 0x3e300000) return 1 + x;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k === 1024) return y * 2 * powerOfTwo(1023);
  return k >= -1021 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}

const Q1 = -0.03333333333333313;
const Q2 = 1.5873015872548146e-3;
const Q3 = -7.93650757867488e-5;
const Q4 = 4.008217827329362e-6;
const Q5 = -2.0109921818362437e-7;

/** exp(x) - 1. */
export function expm1(x: number): number {
  const size = highWord(x) & 0x7fffffff;
  if (!(x <= EXP_MOST)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  // from 56 ln 2 on
  if (x < 0 && size >= 0x4043687a) return -1;
  let k = 0;
  let r = x;
  let c = 0;
  if (size > 0x3fd62e42) {
    k = size < 0x3ff0a2b2 ? (x < 0 ? -1 : 1) : Math.trunc(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    r = high - low;
    c = high - r - low;
  } else if (size < 0x3c900000) return x;
  const half = 0.5 * r;
  const s = r * half;
  const r1 = 1 + s * (Q1 + s * (Q2 + s * (Q3 + s * (Q4 + s * Q5))));
  const t = 3 - r1 * half;
  let e = s * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - s);
  e = r * (e - c) - c - s;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k === 1024) return (1 - (e - r)) * 2 * powerOfTwo(1023) - 1;
  if (k <= -2 || k > 56) return (1 - (e - r)) * powerOfTwo(k) - 1;
  if (k < 20) return (1 - powerOfTwo(-k) - (e - r)) * powerOfTwo(k);
  return (r - (e + powerOfTwo(-k)) + 1) * powerOfTwo(k);
}

export function tanh(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size < powerOfTwo(-28)) return x;
  if (size >= 22) return x < 0 ? -1 : 1;
  const t = expm1(size >= 1 ? 2 * size : -2 * size);
  const y = size >= 1 ? 1 - 2 / (t + 2) : -t / (t + 2);
  return x < 0 ? -y : y;
}
