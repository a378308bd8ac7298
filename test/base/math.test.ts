/**
 * Compares the functions of `base/math` with slow integer arithmetic, with the definitions of special values, and with
 * recorded bits.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cos, exp, expm1, hypot, log, log2, log10, pow, powerOfTwo, sin, tanh, wholePower } from "../../base/math.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { exactly, fixed, precise, ulps } from "../oracles/precise-math.js";

const own = { exp, expm1, log, log2, log10, sin, cos, tanh };
const runtimes = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};
const BITS = 300;
const oracle = precise(BITS);
const SEED = 20261127;

type Unary = keyof typeof own;
/**
 * Arguments of each function by a uniform number, and the largest error that is allowed, in units of the last place.
 */
const UNARY: { readonly [name in Unary]: { readonly argument: (u: number, i: number) => number; readonly most: number } } = {
  exp: { argument: (u, i) => (i % 2 ? 1400 * u - 700 : 4 * u - 2), most: 1 },
  expm1: { argument: (u, i) => (i % 2 ? 750 * u - 50 : 4 * u - 2), most: 1 },
  log: { argument: (u, i) => (i % 2 ? spread(u) : 0.5 + u), most: 1 },
  log2: { argument: (u, i) => (i % 2 ? spread(u) : 0.5 + u), most: 1 },
  log10: { argument: (u, i) => (i % 2 ? spread(u) : 0.5 + u), most: 2.5 },
  sin: { argument: (u, i) => (i % 2 ? 1_600_000 * (u - 0.5) : 20 * (u - 0.5)), most: 1 },
  cos: { argument: (u, i) => (i % 2 ? 1_600_000 * (u - 0.5) : 20 * (u - 0.5)), most: 1 },
  tanh: { argument: (u, i) => (i % 2 ? 50 * (u - 0.5) : 2 * (u - 0.5)), most: 2.5 },
};
const names = Object.keys(UNARY) as Unary[];

/** Over the whole range of positive numbers, subnormal ones included. */
function spread(u: number): number {
  return (1 + u) * powerOfTwo(Math.floor(2097 * u) - 1074);
}

/** The value as n / 2^BITS times 2^shift. */
function truth(name: Unary, x: number): { readonly scaled: bigint; readonly shift: number } {
  const { one, over, ln2 } = oracle;
  const expOf = (scaled: bigint): bigint => {
    const { scaled: n, shift } = oracle.exp(scaled);
    return shift >= 0 ? n << BigInt(shift) : n >> BigInt(-shift);
  };
  if (name === "exp") return oracle.exp(fixed(x, BITS));
  if (name === "expm1") return { scaled: expOf(fixed(x, BITS)) - one, shift: 0 };
  if (name === "log") return { scaled: oracle.log(x), shift: 0 };
  if (name === "log2") return { scaled: over(oracle.log(x), ln2), shift: 0 };
  if (name === "log10") return { scaled: over(oracle.log(x), oracle.log(10)), shift: 0 };
  if (name === "sin") return { scaled: oracle.sin(fixed(x, BITS)), shift: 0 };
  if (name === "cos") return { scaled: oracle.cos(fixed(x, BITS)), shift: 0 };
  const twice = expOf(fixed(2 * x, BITS));
  return { scaled: over(twice - one, twice + one), shift: 0 };
}

function powerTruth(x: number, y: number): { readonly scaled: bigint; readonly shift: number } {
  const { mantissa, exponent } = exactly(y);
  return oracle.exp((oracle.log(x) * mantissa) >> BigInt(-exponent));
}

const error = (value: number, { scaled, shift }: { scaled: bigint; shift: number }): number => ulps(value, scaled, BITS - shift);

test.each(names)("%s is within its bound of the true value, over its range and near its centre", (name) => {
  const rng = createRng(SEED, name);
  const { argument, most } = UNARY[name];
  for (let i = 0; i < 600; i++) {
    const x = argument(rng.float(), i);
    expect(error(own[name](x), truth(name, x)), `${name}(${x}), seed ${SEED}`).toBeLessThan(most);
  }
});

test("pow is within 1 unit of the last place of the true value, and so are results below the normal numbers", () => {
  const rng = createRng(SEED, "pow");
  let subnormal = 0;
  for (let i = 0; i < 1500; i++) {
    const x = i % 2 ? spread(rng.float()) : 1000 * rng.float();
    // exponents that reach over all results, and the usual small ones
    const y = i % 2 ? (2096 * rng.float() - 1074) / Math.log2(x) : 10 * rng.float() - 5;
    const result = pow(x, y);
    if (result < 2.3e-308) subnormal++;
    expect(error(result, powerTruth(x, y)), `${x} ** ${y}, seed ${SEED}`).toBeLessThan(1);
  }
  expect(subnormal).toBeGreaterThan(10);
});

test("the oracle notices an error in the last bit: a neighbour of each function's value is outside of its bound", () => {
  const neighbour = (value: number, steps: number): number => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
    return view.getFloat64(0);
  };
  for (const name of names) {
    const x = UNARY[name].argument(0.7, 0);
    expect(error(neighbour(own[name](x), 2), truth(name, x)), name).toBeGreaterThan(1);
  }
  expect(error(neighbour(pow(3, 0.7), 2), powerTruth(3, 0.7))).toBeGreaterThan(1);
  expect(Number(oracle.log(2) >> 260n)).toBe(Math.floor(Math.LN2 * 2 ** 40));
});

const SPECIAL = [
  ...[0, 1, 0.5, 2, 3, 10, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-20, 708, 709.782712893384, 709.7827128933841, 745.1332191019411],
  ...[745.1332191019412, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e300, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 1 + 2 ** -52, 1 - 2 ** -53],
];
const specials = [Number.NaN, ...SPECIAL, ...SPECIAL.map((value) => -value)];
/**
 * Results that ECMAScript defines; where it leaves the last bits open, the runtime's result is compared with a
 * tolerance.
 */
function expectLike(found: number, wanted: number, what: string): void {
  const isFixed = wanted === 0 || !Number.isFinite(wanted);
  if (isFixed) expect(found, what).toBe(wanted);
  else expect(Math.abs(found - wanted), what).toBeLessThanOrEqual(Math.max(1e-15 * Math.abs(wanted), 1e-322));
}

test("infinities, zeros of both signs, NaN, overflow and underflow are as in ECMAScript's Math", () => {
  for (const x of specials) {
    for (const name of names)
      if (Math.abs(x) < 823_549 || (name !== "sin" && name !== "cos")) expectLike(own[name](x), runtimes[name](x), `${name}(${x})`);
    for (const y of specials) {
      expectLike(pow(x, y), x ** y, `${x} ** ${y}`);
      expectLike(hypot(x, y), Math.hypot(x, y), `hypot(${x}, ${y})`);
    }
  }
  expect(hypot()).toBe(0);
  expect(hypot(3e300, 4e300)).toBe(5e300);
});

test("sine and cosine refuse angles that they would reduce badly", () => {
  for (const angle of [823_550, -1e9, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(() => sin(angle)).toThrow(RangeError);
    expect(() => cos(angle)).toThrow(RangeError);
  }
});

test("powers of whole numbers are exact below 2^53, by pow and by wholePower; powers of two everywhere", () => {
  let checked = 0;
  const wrong: [number, number][] = [];
  for (let base = 2; base < 2000; base++) {
    for (let exponent = 2, power = BigInt(base) ** 2n; power <= 2n ** 53n; exponent++, power *= BigInt(base)) {
      if (pow(base, exponent) !== Number(power) || wholePower(base, exponent) !== Number(power)) wrong.push([base, exponent]);
      checked++;
    }
  }
  expect(wrong).toEqual([]);
  expect(checked).toBeGreaterThan(8000);
  expect(wholePower(10, -3)).toBe(0.001);
  for (let exponent = -1074; exponent <= 1023; exponent++) {
    const power = powerOfTwo(exponent);
    const isExact = ulps(power, 1n << BigInt(exponent + 1074), 1074) === 0;
    expect(isExact && pow(2, exponent) === power && log2(power) === exponent, `2 ** ${exponent}`).toBe(true);
  }
});

const hex = (value: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
};
const fromHex = (text: string): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${text}`));
  return view.getFloat64(0);
};

test("H1: every function gives the recorded bits on any Node version", () => {
  const rows = readFileSync(join(packageRoot(), "test/base/math-bits.csv"), "utf8").trim().split("\n").slice(1);
  expect(rows.length).toBeGreaterThan(150);
  for (const row of rows) {
    const [name, x, y, bits] = row.split(",");
    const value = name === "pow" ? pow(fromHex(x), fromHex(y)) : own[name as Unary](fromHex(x));
    expect(hex(value), `${name}(${fromHex(x)}${y === "" ? "" : `, ${fromHex(y)}`})`).toBe(bits);
  }
});

/** First 16 digits of the SHA-256 over the bits of 20,000 results each. */
const DIGESTS: { readonly [name: string]: string } = {
  exp: "8da455e48721811b",
  expm1: "16ef5b47785118b1",
  log: "189216ea63e28e5d",
  log2: "a71cb513cdb1bbb1",
  log10: "9b50dcf2805a9d6e",
  sin: "01895096caac63a8",
  cos: "acb54b92dec99e57",
  tanh: "80bd42566b02c0b2",
  pow: "2771172facae1d87",
};

test.each([...names, "pow"] as const)("H1: 20,000 results of %s have the recorded digest", (name) => {
  const rng = createRng(SEED, `digest/${name}`);
  const hash = createHash("sha256");
  for (let i = 0; i < 20_000; i++) {
    const u = rng.float();
    const value = name === "pow" ? pow(1000 * u, 10 * rng.float() - 5) : own[name](UNARY[name].argument(u, i));
    hash.update(hex(value));
  }
  expect(hash.digest("hex").slice(0, 16)).toBe(DIGESTS[name]);
});
