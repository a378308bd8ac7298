/** The bits of a number: its two words, and exact powers of two. */

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);
/** Indices of the two words of a number; they depend on the processor's byte order. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0];
const LOW = 1 - HIGH;

export function highWord(value: number): number {
  number[0] = value;
  return words[HIGH];
}

export function withHighWord(value: number, high: number): number {
  number[0] = value;
  words[HIGH] = high;
  return number[0];
}

export function withoutLowWord(value: number): number {
  number[0] = value;
  words[LOW] = 0;
  return number[0];
}

const LEAST_EXPONENT = -1074;
const POWERS = new Float64Array(1024 - LEAST_EXPONENT);
POWERS[0] = Number.MIN_VALUE;
for (let i = 1; i < POWERS.length; i++) POWERS[i] = 2 * POWERS[i - 1];

/** 2^exponent, exactly, for whole exponents from -1074 to 1023. */
export function powerOfTwo(exponent: number): number {
  return POWERS[exponent - LEAST_EXPONENT];
}
