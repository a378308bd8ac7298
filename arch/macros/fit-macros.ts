/**
 * Fits power laws to a table of macros, one per cost and kind of macro (ports, node): cost = a size^c (word / 32)^w,
 * times (volts / reference)^v if the table has several supplies, by least squares in the logarithms (`../law-fit.ts`).
 *
 * 90 % interval for a macro outside of the fit: law x exp(+-t sigma sqrt(1 + h)), with Student's t of n - p degrees of
 * freedom, p coefficients through n macros. h is the leverage at that corner of the range of words, bits and supply
 * where the macros tell least; so the interval holds more than 90 % elsewhere. Each macro is also predicted by the law
 * through all others (left out); the coverage is the share of macros within the interval of that law at their place.
 * Pure.
 */
import { exp, log, square, wholePower } from "../../base/math.js";
import { ExpressionError } from "../expression.js";
import { fitLaw, type Law, type Sample } from "../law-fit.js";
import { priceValue } from "../own-price-value.js";
import { macroVariables, type Range } from "./law-table.js";
import { MACRO_QUANTITIES, type MacroQuantity } from "./macro.js";
import { type MacroPorts, type MacroRow, MOST_PLUS_MINUS } from "./macro-table.js";

/** One macro compared with its law. */
export interface MacroResidual {
  /** Line in the table, 1-based. */
  readonly line: number;
  /** Name of the macro; empty: none. */
  readonly macro: string;
  /** Words of the macro. */
  readonly words: number;
  /** Bits of a word. */
  readonly bits: number;
  /** Supply at which the value holds. */
  readonly voltageV: number;
  /** Value in the table, in the unit of the law's quantity. */
  readonly value: number;
  /** Difference to the law through all macros, percent. */
  readonly percent: number;
  /** Difference to the law through all others, percent. */
  readonly leftOutPercent: number;
}

/** A cost's law through macros of one kind. */
export interface FittedLaw {
  /** Quantity of the law, with its unit: `read_pj`, `area_mm2`. */
  readonly quantity: MacroQuantity;
  /** Ports of the macros. */
  readonly ports: MacroPorts;
  /** Node of the macros, nm. */
  readonly technologyNm: number;
  /** Corner of the macros; empty: the table has none. */
  readonly corner: string;
  /** The expression, as in a table of laws. */
  readonly law: string;
  /** Exponents by variable; a variable that follows from the others in the whole range is left out. */
  readonly exponents: { readonly [variable: string]: number };
  /** Least and most words of the macros. */
  readonly words: Range;
  /** Least and most bits of their words. */
  readonly bits: Range;
  /** Lowest and highest supply, V. */
  readonly volts: Range;
  /** Number of macros. */
  readonly macros: number;
  /** Root mean square of ln(value / law), and of ln(value / law through the others). */
  readonly rms: number;
  /** Root mean square of ln(value / law through all others). */
  readonly leftOutRms: number;
  /** Interval that holds 90 % of macros outside of the fit, or more, anywhere in the range, percent. */
  readonly plusMinusPercent: number;
  /** Share of macros within the interval of the law through the others. */
  readonly coverage: number;
  /** One per macro, in the table's order. */
  readonly residuals: readonly MacroResidual[];
}

export interface MacroFit {
  readonly laws: readonly FittedLaw[];
  /** Kinds of macros for which no law can be fitted, and why. */
  readonly leftOut: readonly string[];
}

/** Where a law is asked. */
type Place = Pick<MacroRow, "words" | "bits" | "voltageV">;

interface Variable {
  readonly name: "size_kib" | "word_bits" | "voltage_v";
  /** Text of the variable in the law, relative to its reference. */
  readonly text: string;
  readonly of: (at: Place) => number;
}

/** Fits all laws to rows of one corner. */
export function fitMacros(rows: readonly MacroRow[]): MacroFit {
  const kinds = new Map<string, MacroRow[]>();
  for (const row of rows) {
    const key = `${row.ports} macros at ${row.technologyNm} nm`;
    kinds.set(key, [...(kinds.get(key) ?? []), row]);
  }
  const laws: FittedLaw[] = [];
  const leftOut: string[] = [];
  for (const [kind, group] of kinds) {
    const hasCycles = group.some(({ costs }) => costs.cycle_ns !== costs.access_ns);
    const quantities = MACRO_QUANTITIES.filter((quantity) => quantity !== "cycle_ns" || hasCycles);
    const fitted = quantities.map((quantity) => fitOne(quantity, group));
    const wrong = fitted.find((one) => typeof one === "string");
    if (typeof wrong === "string") leftOut.push(`${kind}: ${wrong}`);
    else laws.push(...(fitted as FittedLaw[]));
  }
  return { laws, leftOut };
}

/** The law for a table of laws, or why there is none. */
function fitOne(quantity: MacroQuantity, rows: readonly MacroRow[]): FittedLaw | string {
  try {
    const law = throughAll(quantity, rows);
    if (typeof law === "string" || law.plusMinusPercent <= MOST_PLUS_MINUS) return law;
    return `the 90 % interval of the law of ${quantity} is ${law.plusMinusPercent.toPrecision(3)} %, more than ${MOST_PLUS_MINUS} %`;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return `the law of ${quantity} ${error.message}`;
  }
}

function throughAll(quantity: MacroQuantity, rows: readonly MacroRow[]): FittedLaw | string {
  const none = rows.find(({ costs }) => costs[quantity] === 0);
  if (none !== undefined) return `line ${none.line} has a ${quantity} of 0, to which no power law can be fitted`;
  const variables = variablesOf(rows);
  const coefficients = variables.length + 1;
  if (rows.length < coefficients + 2)
    return `${rows.length} macros are too few for a law with ${coefficients} coefficients: ${coefficients + 2} are needed`;
  const law = lawOver(variables, quantity, rows);
  if (law === null) return dependenceOf(variables, quantity, rows);
  const text = textOf(law, variables);
  const { ports, technologyNm, corner } = rows[0];
  const [words, bits, volts] = [
    rangeOf(rows.map((row) => row.words)),
    rangeOf(rows.map((row) => row.bits)),
    rangeOf(rows.map((row) => row.voltageV)),
  ];
  const leverages = cornersOf({ words, bits, voltageV: volts }).map((place) => law.leverageAt(variables.map(({ of }) => of(place))));
  const half = tailOfT(rows.length - coefficients) * law.sigma * Math.sqrt(1 + Math.max(...leverages));
  const leftOutHalf = leftOutHalves(law, coefficients);
  const written = (row: MacroRow): number => priceValue(text, macroVariables(row.words, row.bits, row.voltageV, row.technologyNm));
  const within = law.unseen.filter((residual, i) => Math.abs(residual) <= leftOutHalf[i]);
  return {
    ...{ quantity, ports, technologyNm, corner, law: text },
    exponents: Object.fromEntries(variables.map(({ name }, i) => [name, law.exponents[i]])),
    ...{ words, bits, volts },
    macros: rows.length,
    rms: rootMeanSquare(rows.map((row) => log(row.costs[quantity] / written(row)))),
    leftOutRms: rootMeanSquare(law.unseen),
    plusMinusPercent: 100 * (exp(half) - 1),
    coverage: within.length / rows.length,
    residuals: rows.map((row, i) => ({
      ...{ line: row.line, macro: row.name, words: row.words, bits: row.bits, voltageV: row.voltageV, value: row.costs[quantity] },
      percent: 100 * (row.costs[quantity] / written(row) - 1),
      leftOutPercent: 100 * (exp(law.unseen[i]) - 1),
    })),
  };
}

/** The variables of the law: as many as there are of words, bits and supply that differ. */
function variablesOf(rows: readonly MacroRow[]): readonly Variable[] {
  const reference = rows[0].voltageV;
  const { words, bits, voltageV } = differing(rows);
  return [
    ...(words || bits ? [{ name: "size_kib", text: "size_kib", of: (at: Place) => (at.words * at.bits) / 8192 } as const] : []),
    ...(words && bits ? [{ name: "word_bits", text: "(word_bits / 32)", of: (at: Place) => at.bits / 32 } as const] : []),
    ...(voltageV ? [{ name: "voltage_v", text: `(voltage_v / ${reference})`, of: (at: Place) => at.voltageV / reference } as const] : []),
  ];
}

function differing(rows: readonly MacroRow[]): { readonly [name in keyof Place]: boolean } {
  const differ = (of: (row: MacroRow) => number): boolean => rows.some((row) => of(row) !== of(rows[0]));
  return { words: differ(({ words }) => words), bits: differ(({ bits }) => bits), voltageV: differ(({ voltageV }) => voltageV) };
}

const lawOver = (variables: readonly Variable[], quantity: MacroQuantity, rows: readonly MacroRow[]): Law | null =>
  fitLaw(rows.map((row): Sample => ({ value: row.costs[quantity], at: variables.map(({ of }) => of(row)) })));

/** Why there is no law: the macros lie on a line or plane, and the range has places beside it. */
function dependenceOf(variables: readonly Variable[], quantity: MacroQuantity, rows: readonly MacroRow[]): string {
  const withoutSupply = variables.filter(({ name }) => name !== "voltage_v");
  const isOfSizes = lawOver(withoutSupply, quantity, rows) === null;
  const { words, bits, voltageV } = differing(rows);
  const names = [...(words ? ["words"] : []), ...(bits ? ["bits"] : []), ...(voltageV && !isOfSizes ? ["supply"] : [])];
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} do not vary independently, so no law can tell their effects apart: add a macro that differs from another in one of them alone`;
}

/** The corners of a range of places. */
const cornersOf = ({ words, bits, voltageV }: { readonly [name in keyof Place]: Range }): readonly Place[] =>
  [words.least, words.most].flatMap((w) =>
    [bits.least, bits.most].flatMap((b) => [voltageV.least, voltageV.most].map((v) => ({ words: w, bits: b, voltageV: v }))),
  );

/** For each macro, half width in ln of the interval of the law through all others. */
function leftOutHalves({ unseen, leverages, sigma }: Law, coefficients: number): readonly number[] {
  const n = unseen.length;
  const squares = square(sigma) * (n - coefficients);
  return unseen.map((residual, i) => {
    // variance of the law without macro i, from the sum of squares minus macro i's share; and that law's spread at
    // macro i
    const rest = Math.max(0, squares - square(residual) * (1 - leverages[i])) / (n - coefficients - 1);
    return tailOfT(n - coefficients - 1) * Math.sqrt(rest) * Math.sqrt(1 + leverages[i] / Math.max(1e-9, 1 - leverages[i]));
  });
}

function textOf(law: Law, variables: readonly Variable[]): string {
  const power = ({ text }: Variable, i: number): string => `${text} ** ${digits(law.exponents[i])}`;
  return [digits(law.a), ...variables.map(power)].join(" * ");
}

/** A number with six digits; a negative one in brackets. */
function digits(value: number): string {
  const text = String(Number(value.toPrecision(6)));
  return value < 0 ? `(${text})` : text;
}

const rangeOf = (values: readonly number[]): Range => ({ least: Math.min(...values), most: Math.max(...values) });
const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + square(value), 0) / values.length);

/** Standard normal beyond which a twentieth lies. */
const NORMAL = 1.6448536269514722;
/** Student's t for few degrees of freedom, where the expansion is inaccurate. */
const FEW: { readonly [freedom: number]: number } = { 1: 6.313752, 2: 2.919986, 3: 2.353363, 4: 2.131847 };

/** Quantile of Student's t distribution at 95 % (Abramowitz and Stegun 26.7.5). */
export function tailOfT(freedom: number): number {
  const known = FEW[freedom];
  if (known !== undefined) return known;
  const z2 = square(NORMAL);
  const terms = [
    (z2 + 1) / 4,
    ((5 * z2 + 16) * z2 + 3) / 96,
    (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
    ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160,
  ];
  return terms.reduce((t, term, i) => t + (NORMAL * term) / wholePower(freedom, i + 1), NORMAL);
}
