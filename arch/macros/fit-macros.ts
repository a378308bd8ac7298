/**
 * Power laws through a table of macros, one per cost and kind of macro (ports, node): cost = a size^c (word / 32)^w,
 * and (volts / reference)^v where the table has several supplies, by least squares in the logarithms (`../law-fit.ts`).
 *
 * How sure a law is of a macro that it has not seen: nine tenths lie within exp(+-t sigma root(1 + p / n)), Student's t
 * of n - p degrees of freedom, p coefficients through n macros, p / n their mean leverage. Each macro is also predicted
 * by the law through all others (left out), and it is counted how many of these lie within the interval of that law.
 * Pure.
 */
import { exp, log, square, wholePower } from "../../base/math.js";
import { ExpressionError } from "../expression.js";
import { fitLaw, type Law, type Sample } from "../law-fit.js";
import { priceValue } from "../own-price-value.js";
import { macroVariables, type Range } from "./law-table.js";
import { MACRO_QUANTITIES, type MacroQuantity } from "./macro.js";
import { type MacroPorts, type MacroRow, MOST_PLUS_MINUS } from "./macro-table.js";

/** One macro beside its law. */
export interface MacroResidual {
  /** In the table, 1-based. */
  readonly line: number;
  /** Empty: it has none. */
  readonly macro: string;
  /** Words of the macro. */
  readonly words: number;
  /** Bits of a word. */
  readonly bits: number;
  /** Supply at which the value holds. */
  readonly voltageV: number;
  /** As the table has it, in the unit of the law's quantity. */
  readonly value: number;
  /** Over the law through all macros, percent. */
  readonly percent: number;
  /** Over the law through all others, percent. */
  readonly leftOutPercent: number;
}

/** A cost's law through macros of one kind. */
export interface FittedLaw {
  /** What the law gives, with its unit: `read_pj`, `area_mm2`. */
  readonly quantity: MacroQuantity;
  /** Of the macros that it was fitted to. */
  readonly ports: MacroPorts;
  /** Node of the macros, nm. */
  readonly technologyNm: number;
  /** Of the table's corners; empty: it has none. */
  readonly corner: string;
  /** As a table of laws has it. */
  readonly law: string;
  /** By what it depends on; what all macros have in common is left out. */
  readonly exponents: { readonly [variable: string]: number };
  /** Least and most words of the macros. */
  readonly words: Range;
  /** Least and most bits of their words. */
  readonly bits: Range;
  /** Lowest and highest supply, V. */
  readonly volts: Range;
  /** How many it was fitted to. */
  readonly macros: number;
  /** Root mean square of ln(value / law), and of ln(value / law through the others). */
  readonly rms: number;
  /** The same of each macro by the law through all others. */
  readonly leftOutRms: number;
  /** Nine tenths of unseen macros lie within so many percent. */
  readonly plusMinusPercent: number;
  /** Share of the macros, each left out, that lie within the interval of the law through the others. */
  readonly coverage: number;
  /** One per macro, in the table's order. */
  readonly residuals: readonly MacroResidual[];
}

export interface MacroFit {
  readonly laws: readonly FittedLaw[];
  /** Kinds of macros that no law can go through, and why. */
  readonly leftOut: readonly string[];
}

interface Variable {
  readonly name: "size_kib" | "word_bits" | "voltage_v";
  /** In the law's text, over what the coefficient is nothing at. */
  readonly text: string;
  readonly of: (row: MacroRow) => number;
}

/** Rows of one corner. */
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

/** The law as a table of laws takes it, or why there is none. */
function fitOne(quantity: MacroQuantity, rows: readonly MacroRow[]): FittedLaw | string {
  try {
    const law = throughAll(quantity, rows);
    if (typeof law === "string" || law.plusMinusPercent <= MOST_PLUS_MINUS) return law;
    return `90 % lie within ${law.plusMinusPercent.toPrecision(3)} % of the law of ${quantity}, which is more than ${MOST_PLUS_MINUS} %`;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return `the law of ${quantity} ${error.message}`;
  }
}

function throughAll(quantity: MacroQuantity, rows: readonly MacroRow[]): FittedLaw | string {
  const none = rows.find(({ costs }) => costs[quantity] === 0);
  if (none !== undefined) return `line ${none.line} has a ${quantity} of 0, through which no power law goes`;
  const { law, variables } = lawThrough(quantity, rows);
  const coefficients = variables.length + 1;
  if (law === null || rows.length < coefficients + 2)
    return `${rows.length} macros are too few for a law with ${coefficients} coefficients: ${coefficients + 2} are needed`;
  const text = textOf(law, variables);
  const { ports, technologyNm, corner } = rows[0];
  const freedom = rows.length - coefficients;
  const half = tailOfT(freedom) * law.sigma * Math.sqrt(1 + coefficients / rows.length);
  const leftOutHalf = leftOutHalves(law, coefficients);
  const written = (row: MacroRow): number => priceValue(text, macroVariables(row.words, row.bits, row.voltageV, row.technologyNm));
  const within = law.unseen.filter((residual, i) => Math.abs(residual) <= leftOutHalf[i]);
  return {
    ...{ quantity, ports, technologyNm, corner, law: text },
    exponents: Object.fromEntries(variables.map(({ name }, i) => [name, law.exponents[i]])),
    words: rangeOf(rows.map((row) => row.words)),
    bits: rangeOf(rows.map((row) => row.bits)),
    volts: rangeOf(rows.map((row) => row.voltageV)),
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

/** By all that varies; where that does not vary on its own, without the last of it. */
function lawThrough(
  quantity: MacroQuantity,
  rows: readonly MacroRow[],
): { readonly law: Law | null; readonly variables: readonly Variable[] } {
  const reference = rows[0].voltageV;
  const all: readonly Variable[] = [
    { name: "size_kib", text: "size_kib", of: ({ words, bits }) => (words * bits) / 8192 },
    { name: "word_bits", text: "(word_bits / 32)", of: ({ bits }) => bits / 32 },
    { name: "voltage_v", text: `(voltage_v / ${reference})`, of: ({ voltageV }) => voltageV / reference },
  ];
  let variables = all.filter(({ of }) => rows.some((row) => of(row) !== of(rows[0])));
  for (;;) {
    const samples = rows.map((row): Sample => ({ value: row.costs[quantity], at: variables.map(({ of }) => of(row)) }));
    const law = fitLaw(samples);
    if (law !== null || variables.length === 0 || rows.length <= variables.length + 1) return { law, variables };
    variables = variables.slice(0, -1);
  }
}

/** Half widths in ln of the intervals of the laws through all macros but one, for that one. */
function leftOutHalves({ unseen, leverages, sigma }: Law, coefficients: number): readonly number[] {
  const n = unseen.length;
  const squares = square(sigma) * (n - coefficients);
  return unseen.map((residual, i) => {
    // residuals of the law without macro i, by what its own leaves of their sum; and the spread of that law at macro i
    const rest = Math.max(0, squares - square(residual) * (1 - leverages[i])) / (n - coefficients - 1);
    return tailOfT(n - coefficients - 1) * Math.sqrt(rest) * Math.sqrt(1 + leverages[i] / Math.max(1e-9, 1 - leverages[i]));
  });
}

function textOf(law: Law, variables: readonly Variable[]): string {
  const power = ({ text }: Variable, i: number): string => `${text} ** ${digits(law.exponents[i])}`;
  return [digits(law.a), ...variables.map(power)].join(" * ");
}

/** Six digits; a negative exponent in brackets. */
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

/** Student's t beyond which a twentieth lies (Abramowitz and Stegun 26.7.5). */
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
