/**
 * Elementary functions to hundreds of bits, in whole-number arithmetic: a value is `n / 2^bits` with a BigInt n. Slow,
 * by series, no rounding that matters. It knows nothing of the product's implementations: other reductions, other
 * series.
 */

/** A number of the product, exactly, as mantissa * 2^exponent. */
export function exactly(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const pattern = view.getBigUint64(0);
  const biased = Number((pattern >> 52n) & 0x7ffn);
  const fraction = pattern & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: pattern >> 63n ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1075 };
}

const shifted = (value: bigint, by: number): bigint => (by >= 0 ? value << BigInt(by) : value >> BigInt(-by));
const size = (value: bigint): bigint => (value < 0n ? -value : value);
const bitLength = (value: bigint): number => (value === 0n ? 0 : size(value).toString(2).length);

/** `value` as n of n / 2^bits; exact where its last bit is not below 2^-bits. */
export function fixed(value: number, bits: number): bigint {
  const { mantissa, exponent } = exactly(value);
  return shifted(mantissa, exponent + bits);
}

/** Arithmetic on n / 2^bits. */
export function precise(bits: number) {
  const one = 1n << BigInt(bits);
  const times = (a: bigint, b: bigint): bigint => (a * b) >> BigInt(bits);
  const over = (a: bigint, b: bigint): bigint => (a << BigInt(bits)) / b;

  /** 2 (s + s^3/3 + s^5/5 ...), the logarithm of (1 + s) / (1 - s). */
  function atanhTwice(s: bigint): bigint {
    const square = times(s, s);
    let sum = 0n;
    let power = s;
    for (let n = 1n; power > 1n || power < -1n; n += 2n) {
      sum += power / n;
      power = times(power, square);
    }
    return 2n * sum;
  }
  const ln2 = atanhTwice(one / 3n);

  /** Of a number of the product above 0. */
  function log(x: number): bigint {
    const { mantissa, exponent } = exactly(x);
    let shift = bitLength(mantissa) - 1;
    // between 3/4 and 3/2, so that nothing cancels near 1
    if (2n * mantissa > 3n << BigInt(shift)) shift++;
    const scaled = shifted(mantissa, bits - shift);
    return BigInt(exponent + shift) * ln2 + atanhTwice(over(scaled - one, scaled + one));
  }

  /** e^x as scaled * 2^shift: scaled has all its bits however small the result. */
  function exp(x: bigint): { readonly scaled: bigint; readonly shift: number } {
    const halvings = 12;
    const shift = x / ln2;
    const rest = (x - shift * ln2) >> BigInt(halvings);
    let term = one;
    let sum = 0n;
    for (let n = 1n; term !== 0n && term !== -1n; n++) {
      sum += term;
      term = times(term, rest) / n;
    }
    for (let i = 0; i < halvings; i++) sum = times(sum, sum);
    return { scaled: sum, shift: Number(shift) };
  }

  /** Machin: pi / 4 = 4 atan(1/5) - atan(1/239). */
  function pi(): bigint {
    const atanInverse = (n: bigint): bigint => {
      let sum = 0n;
      let power = one / n;
      for (let k = 1n; power !== 0n; k += 2n) {
        sum += k % 4n === 1n ? power / k : -power / k;
        power /= n * n;
      }
      return sum;
    };
    return 4n * (4n * atanInverse(5n) - atanInverse(239n));
  }

  /** Sum of x^n / n! over n = first, first + 2, ..., of alternating signs: sine (1) and cosine (0). */
  function circular(x: bigint, first: 0 | 1): bigint {
    const turn = 2n * pi();
    let rest = x % turn;
    if (2n * size(rest) > turn) rest += rest > 0n ? -turn : turn;
    const square = times(rest, rest);
    let term = first === 1 ? rest : one;
    let sum = 0n;
    for (let n = BigInt(first); term !== 0n && term !== -1n; n += 2n) {
      sum += term;
      term = -times(term, square) / ((n + 1n) * (n + 2n));
    }
    return sum;
  }

  return { one, times, over, ln2, log, exp, sin: (x: bigint) => circular(x, 1), cos: (x: bigint) => circular(x, 0) };
}

/** Distance of `value` from the number scaled / 2^bits, in units of the last place of `value`. */
export function ulps(value: number, scaled: bigint, bits: number): number {
  const { mantissa, exponent } = exactly(value);
  // both as multiples of 2^(exponent - 30)
  const [own, other] = [mantissa << 30n, shifted(scaled, 30 - exponent - bits)];
  return Number(size(own - other)) / 2 ** 30;
}
