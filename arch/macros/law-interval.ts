/**
 * A power law through macros, and the 90 % interval in ln for a macro outside of the fit.
 *
 * If each macro has one row: least squares over rows; interval t sigma root(1 + h), Student's t of n - p degrees of
 * freedom, p coefficients through n macros, h the leverage of the place.
 *
 * If macros have rows at several supplies, the rows of a macro share its error. So size and word are fitted to each
 * macro's mean over its supplies (in ln), and the supply to the differences from these means. The interval is t root(b
 * + w). b = sigma^2 (1 + h) is that of the means. w is that of the supply: each macro has an exponent of its own, whose
 * variance over macros counts with the squared distance in ln from the mean supply; at least the variance of single
 * rows. Degrees of freedom of b: macros minus coefficients; of w: macros with several supplies minus 1; of the sum:
 * Satterthwaite's.
 *
 * Not modelled: macros whose exponent of the supply goes with their error at the mean supply.
 *
 * Pure.
 */
import { studentQuantile } from "../../base/distribution-quantiles.js";
import { exp, log, square } from "../../base/math.js";
import { Memo } from "../component-tables.js";
import { fitLaw, type Law, lawAt, type Sample } from "../law-fit.js";
import type { LawVariance } from "./law-beyond.js";

export interface MacroSample extends Sample {
  /** Rows with the same text are one macro at several supplies; then the supply is the last variable of `at`. */
  readonly macro: string;
}

interface LawWithInterval extends Pick<Law, "a" | "exponents" | "unseen"> {
  /** [samples]: half width in ln of the interval of the law through all other macros. */
  readonly leftOutHalves: readonly number[];
  /** Interval of an unseen macro at a place. */
  readonly intervalAt: (at: readonly number[]) => Interval;
  /** Its variance; far from the macros `farT` times its root is the half width. */
  readonly variance: LawVariance;
  readonly farT: number;
}

const tails = new Memo<number>();
/** End of the 90 % interval; without a degree of freedom there is none. */
const tailOfT = (freedom: number): number =>
  freedom < 1 ? Number.POSITIVE_INFINITY : tails.get(`${freedom}`, () => studentQuantile(0.95, freedom));

/** Half width in ln, `t` standard deviations. */
interface Interval {
  readonly half: number;
  readonly t: number;
}

/** null: too few macros, or variables that do not vary independently. */
export function lawWithInterval(samples: readonly MacroSample[]): LawWithInterval | null {
  const isOnce = new Set(samples.map(({ macro }) => macro)).size === samples.length;
  return isOnce ? throughRows(samples) : throughMacros(samples);
}

function throughRows(samples: readonly Sample[]): LawWithInterval | null {
  const law = fitLaw(samples);
  if (law === null) return null;
  const { a, exponents, unseen, leverages, sigma } = law;
  const freedom = samples.length - exponents.length - 1;
  const squares = square(sigma) * freedom;
  const [t, leftOutT] = [tailOfT(freedom), tailOfT(freedom - 1)];
  return {
    ...{ a, exponents, unseen },
    leftOutHalves: unseen.map((residual, i) => {
      // variance of the law without macro i, from the sum of squares minus macro i's share; and that law's spread at
      // macro i
      const rest = Math.max(0, squares - square(residual) * (1 - leverages[i])) / (freedom - 1);
      return leftOutT * Math.sqrt(rest) * Math.sqrt(1 + besideOf(leverages[i]));
    }),
    intervalAt: (at) => ({ half: t * sigma * Math.sqrt(1 + law.leverageAt(at)), t }),
    variance: { sigma2: square(sigma), covariance: law.covariance, supply: null },
    farT: t,
  };
}

/** Leverage of a sample's place for the law through the others. */
const besideOf = (leverage: number): number => leverage / Math.max(1e-9, 1 - leverage);

/** Sums over a macro's rows, or over macros, of ln(supply) and ln(value) less the macro's means. */
interface WithinSums {
  readonly macros: number;
  /** Rows minus macros. */
  readonly rows: number;
  readonly zz: number;
  /** Sum over macros of the square of zz. */
  readonly zz2: number;
  readonly zy: number;
  readonly yy: number;
}

interface OneMacro {
  readonly sizes: readonly number[];
  /** Means over its rows. */
  readonly z: number;
  readonly y: number;
  readonly sums: WithinSums;
}

const NONE: WithinSums = { macros: 0, rows: 0, zz: 0, zz2: 0, zy: 0, yy: 0 };
const combined = (a: WithinSums, b: WithinSums, sign: 1 | -1): WithinSums => ({
  ...{ macros: a.macros + sign * b.macros, rows: a.rows + sign * b.rows },
  ...{ zz: a.zz + sign * b.zz, zz2: a.zz2 + sign * b.zz2, zy: a.zy + sign * b.zy, yy: a.yy + sign * b.yy },
});

const supplyOf = ({ at }: Pick<Sample, "at">): number => log(at[at.length - 1]);
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function oneMacro(rows: readonly MacroSample[]): OneMacro {
  const [z, y] = [meanOf(rows.map(supplyOf)), meanOf(rows.map(({ value }) => log(value)))];
  const off = rows.map((row) => ({ z: supplyOf(row) - z, y: log(row.value) - y }));
  const sum = (of: (one: (typeof off)[number]) => number): number => off.reduce((total, one) => total + of(one), 0);
  const zz = sum((one) => square(one.z));
  const sums =
    rows.length === 1
      ? NONE
      : {
          ...{ macros: 1, rows: rows.length - 1, zz, zz2: square(zz) },
          ...{ zy: sum((one) => one.z * one.y), yy: sum((one) => square(one.y)) },
        };
  return { sizes: rows[0].at.slice(0, -1), z, y, sums };
}

/** A variance and its degrees of freedom. */
interface Variance {
  readonly value: number;
  readonly freedom: number;
}

/** Exponent of the supply, and the variance of an unseen macro at a distance in ln from the mean supply. */
function withinLaw({ macros, rows, zz, zz2, zy, yy }: WithinSums): {
  readonly exponent: number;
  readonly perSquare: number;
  /** The part of `perSquare` that is the exponent's own error; the rest is that of a macro's exponent. */
  readonly ofLaw: number;
  readonly least: number;
  readonly at: (distance: number) => Variance;
} {
  const squares = Math.max(0, yy - square(zy) / zz);
  const ofMacro = squares / (zz - zz2 / zz);
  const ofLaw = ofMacro * (zz2 / square(zz));
  const ofExponent = ofMacro + ofLaw;
  const least = squares / (rows - 1);
  return {
    ...{ exponent: zy / zz, perSquare: ofExponent, ofLaw, least },
    at: (distance) => ({ value: Math.max(ofExponent * square(distance), least), freedom: macros - 1 }),
  };
}

function throughMacros(samples: readonly MacroSample[]): LawWithInterval | null {
  const groups = new Map<string, MacroSample[]>();
  for (const sample of samples) {
    const known = groups.get(sample.macro);
    if (known === undefined) groups.set(sample.macro, [sample]);
    else known.push(sample);
  }
  const places = new Map([...groups.keys()].map((name, i) => [name, i]));
  const macros = [...groups.values()].map(oneMacro);
  const sums = macros.reduce((total, macro) => combined(total, macro.sums, 1), NONE);
  // two laws over sizes: of the macros' mean costs, and of their mean supplies, which differ if supplies are missing
  const costs = fitLaw(macros.map(({ sizes, y }) => ({ value: exp(y), at: sizes })));
  const supplies = fitLaw(macros.map(({ sizes, z }) => ({ value: exp(z), at: sizes })));
  if (costs === null || supplies === null || sums.macros < 3 || sums.zz < 1e-9) return null;
  const { leverages } = costs;
  const within = withinLaw(sums);
  const freedom = macros.length - costs.exponents.length - 1;
  const residualsOf = ({ unseen }: Law, i: number): number => unseen[i] * Math.max(1e-9, 1 - leverages[i]);
  const product = (a: Law, b: Law): number => macros.reduce((sum, _, i) => sum + residualsOf(a, i) * residualsOf(b, i), 0);
  const products = [product(costs, costs), product(costs, supplies), product(supplies, supplies)] as const;
  const between = ([yy, zy, zz]: typeof products, exponent: number): number => Math.max(0, yy - 2 * exponent * zy + square(exponent) * zz);
  const others = macros.map((macro, i) => {
    const rest = withinLaw(combined(sums, macro.sums, -1));
    const [cost, supply, free] = [costs.unseen[i], supplies.unseen[i], Math.max(1e-9, 1 - leverages[i])];
    const left = [products[0] - cost * cost * free, products[1] - cost * supply * free, products[2] - supply * supply * free] as const;
    const value = (between(left, rest.exponent) / (freedom - 1)) * (1 + besideOf(leverages[i]));
    return { rest, mean: cost - rest.exponent * supply, between: { value, freedom: freedom - 1 } };
  });
  const rows = samples.map((sample) => {
    const i = places.get(sample.macro) as number;
    const [{ rest, mean, between: ofMean }, { z, y }] = [others[i], macros[i]];
    const distance = supplyOf(sample) - z;
    return {
      unseen: mean + (log(sample.value) - y) - rest.exponent * distance,
      half: intervalOf(ofMean, rest.at(distance + supplies.unseen[i])).half,
    };
  });
  const sigma2 = between(products, within.exponent) / freedom;
  return {
    a: exp(log(costs.a) - within.exponent * log(supplies.a)),
    exponents: [...costs.exponents.map((exponent, k) => exponent - within.exponent * supplies.exponents[k]), within.exponent],
    unseen: rows.map(({ unseen }) => unseen),
    leftOutHalves: rows.map(({ half }) => half),
    intervalAt: (at) => {
      const sizes = at.slice(0, -1);
      const distance = supplyOf({ at }) - log(lawAt(supplies, sizes));
      return intervalOf({ value: sigma2 * (1 + costs.leverageAt(sizes)), freedom }, within.at(distance));
    },
    variance: {
      ...{ sigma2, covariance: costs.covariance },
      supply: { perSquare: within.perSquare, ofLaw: within.ofLaw, least: within.least, mean: [log(supplies.a), ...supplies.exponents] },
    },
    farT: tailOfT(freedom), // where the law's own variance, which grows, is nearly all
  };
}

/** The 90 % interval of a sum of two errors. */
function intervalOf(a: Variance, b: Variance): Interval {
  const sum = a.value + b.value;
  if (sum === 0) return { half: 0, t: 0 };
  // Satterthwaite's degrees of freedom, rounded down, a whole number in spite of rounding errors
  const freedom = square(sum) / (square(a.value) / a.freedom + square(b.value) / b.freedom);
  const t = tailOfT(Math.max(1, Math.floor(freedom + 1e-9)));
  return { half: t * Math.sqrt(sum), t };
}
