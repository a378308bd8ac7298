/**
 * Scans one line of bytes from left to right. It accepts plain ASCII only; for anything else it returns false, and a
 * slower reader takes over.
 */
import { textOf } from "./byte-lines.js";

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;
const BLANK = 0x20;
const TAB = 0x09;

/** Powers of ten that a double represents exactly. */
const POWERS_OF_TEN = Float64Array.from([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);
/** All numbers with this many digits are exact in a double. */
const EXACT_DIGITS = 15;

export const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
const isLetter = (byte: number): boolean => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;
/** Letters, digits and underscore, like `\w`. */
export const isWordByte = (byte: number): boolean => isLetter(byte) || isDigit(byte);

export class ByteScanner {
  private bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Result of `takeDecimal`. */
  value = 0;

  /** Begins a line, without the carriage return at its end if there is one. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** The current byte; 0 at the end. */
  get byte(): number {
    return this.at < this.end ? this.bytes[this.at] : 0;
  }

  byteAt(at: number): number {
    return this.bytes[at];
  }

  /** Consumes `byte`; returns false if another byte follows. */
  take(byte: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Consumes spaces and tabs; returns whether there were any. */
  takeBlanks(): boolean {
    const from = this.at;
    while (this.at < this.end && (this.bytes[this.at] === BLANK || this.bytes[this.at] === TAB)) this.at++;
    return this.at > from;
  }

  /** Consumes spaces; returns their number. */
  takeSpaces(): number {
    const from = this.at;
    while (this.at < this.end && this.bytes[this.at] === BLANK) this.at++;
    return this.at - from;
  }

  /** Consumes letters, digits and underscores; returns their number. */
  takeWord(): number {
    const from = this.at;
    while (this.at < this.end && isWordByte(this.bytes[this.at])) this.at++;
    return this.at - from;
  }

  /** Consumes a whole number of at most nine digits without leading zeros; -1 if there is none. */
  takeIndex(): number {
    const from = this.at;
    let value = 0;
    while (this.at < this.end && isDigit(this.bytes[this.at])) value = value * 10 + (this.bytes[this.at++] - ZERO);
    const digits = this.at - from;
    return digits === 0 || digits > 9 || (digits > 1 && this.bytes[from] === ZERO) ? -1 : value;
  }

  /**
   * Consumes a decimal number into `value`, bit for bit what `Number` returns. Up to 15 digits and a power of ten up to
   * 22 are exact in a double, so one multiplication or division rounds correctly; other numbers go through `Number`.
   * Source: W. D. Clinger, PLDI 1990.
   */
  takeDecimal(): boolean {
    const { bytes, end } = this;
    const from = this.at;
    let at = from;
    const sign = at < end ? bytes[at] : 0;
    if (sign === MINUS || sign === PLUS) at++;
    let mantissa = 0;
    let digits = 0;
    let significant = 0;
    let exponent = 0;
    for (; at < end && isDigit(bytes[at]); at++, digits++) {
      mantissa = mantissa * 10 + (bytes[at] - ZERO);
      if (mantissa > 0) significant++;
    }
    if (at < end && bytes[at] === DOT) {
      for (at++; at < end && isDigit(bytes[at]); at++, digits++, exponent--) {
        mantissa = mantissa * 10 + (bytes[at] - ZERO);
        if (mantissa > 0) significant++;
      }
    }
    if (digits === 0) return false;
    if (at < end && (bytes[at] | 0x20) === 0x65) {
      at++;
      const exponentSign = at < end ? bytes[at] : 0;
      if (exponentSign === MINUS || exponentSign === PLUS) at++;
      const first = at;
      let power = 0;
      for (; at < end && isDigit(bytes[at]); at++) power = power * 10 + (bytes[at] - ZERO);
      if (at === first) return false;
      exponent += exponentSign === MINUS ? -power : power;
    }
    this.at = at;
    if (significant > EXACT_DIGITS || exponent > 22 || exponent < -22) {
      this.value = Number(textOf(bytes, from, at));
      return Number.isFinite(this.value);
    }
    const size = exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
    this.value = sign === MINUS ? -size : size;
    return true;
  }

  copy(start: number, end: number): Uint8Array {
    return this.bytes.slice(start, end);
  }

  /** Whether bytes `start` to `end` equal `other`. */
  isSame(start: number, end: number, other: Uint8Array): boolean {
    if (end - start !== other.length) return false;
    for (let i = 0; i < other.length; i++) if (this.bytes[start + i] !== other[i]) return false;
    return true;
  }

  text(start: number, end: number): string {
    return textOf(this.bytes, start, end);
  }
}
