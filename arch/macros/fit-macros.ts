/**
 * Fits power laws to a table of macros, one per cost and kind of macro (ports, node): cost = a size^c (word / 32)^w,
 * times (volts / reference)^v if the table has several supplies, by least squares in the logarithms (`../law-fit.ts`).
 *
 * 90 % interval for a macro outside of the fit (`law-interval.ts`): that of the corner of the range of words, bits and
 * supply where the macros tell least; so it holds more than 90 % elsewhere. Rows of the same name, words, bits and
 * ports are one macro at several supplies; names that change with the supply are refused, because a macro's common
 * error would count as that of several. Each macro is also predicted by the law through all others (left out, with all
 * its supplies); the coverage is the share of rows within the interval of that law at their place. An interval is at
 * least as wide as the mean of those that the rows state: a law is no surer than its macros. Pure.
 */
import { exp, log, square } from "../../base/math.js";
import { ExpressionError } from "../expression.js";
import { fitLaw } from "../law-fit.js";
import { priceValue } from "../own-price-value.js";
import { beyondText, sharedTexts } from "./law-beyond.js";
import { lawWithInterval, type MacroSample } from "./law-interval.js";
import { macroVariables, type Range } from "./law-table.js";
import { MACRO_QUANTITIES, type MacroQuantity } from "./macro.js";
import { type MacroPorts, type MacroRow, MOST_PLUS_MINUS, macroKey } from "./macro-table.js";

/** One macro at one supply, compared with its law. */
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
  /** Difference to the law through all other macros, percent. */
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
  /**
   * Interval that holds about 90 % of macros outside of the fit, or more, anywhere in the range, percent; at least
   * `statedPercent`.
   */
  readonly plusMinusPercent: number;
  /** Mean of the errors that the rows state (`plus_minus_percent`; without one: 0), percent. */
  readonly statedPercent: number;
  /** The interval outside of the range of words and bits, percent, as an expression like the law; empty: exact. */
  readonly beyondPercent: string;
  /** What of the interval all sizes share: half widths in ln(cost), as expressions; empty: exact. */
  readonly sharedLn: readonly string[];
  /** Share of rows within the interval of the law through the other macros. */
  readonly coverage: number;
  /** One per macro and supply, in the table's order. */
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
  const few = renamedAt(rows) ?? tooFew(variables, rows);
  if (few !== null) return few;
  const law = lawWithInterval(samplesOf(variables, quantity, rows));
  if (law === null) return dependenceOf(variables, quantity, rows);
  const exponents = law.exponents.map(cleared);
  const text = textOf(law.a, exponents, variables);
  const { ports, technologyNm, corner } = rows[0];
  const [words, bits, volts] = [
    rangeOf(rows.map((row) => row.words)),
    rangeOf(rows.map((row) => row.bits)),
    rangeOf(rows.map((row) => row.voltageV)),
  ];
  const intervals = placesOf({ words, bits, voltageV: volts }).map((place) => law.intervalAt(variables.map(({ of }) => of(place))));
  const half = cleared(Math.max(...intervals.map((interval) => interval.half)));
  const stated = rows.reduce((sum, { plusMinusPercent }) => sum + log(1 + (plusMinusPercent ?? 0) / 100), 0) / rows.length;
  const names = variables.map((variable) => variable.text);
  const t = Math.max(law.farT, ...intervals.map((interval) => interval.t));
  const written = (row: MacroRow): number => priceValue(text, macroVariables(row.words, row.bits, row.voltageV, row.technologyNm));
  const within = law.unseen.filter((residual, i) => Math.abs(cleared(residual)) <= law.leftOutHalves[i]);
  return {
    ...{ quantity, ports, technologyNm, corner, law: text },
    exponents: Object.fromEntries(variables.map(({ name }, i) => [name, exponents[i]])),
    ...{ words, bits, volts },
    macros: supplyCounts(rows).length,
    rms: rootMeanSquare(rows.map((row) => log(row.costs[quantity] / written(row)))),
    leftOutRms: rootMeanSquare(law.unseen),
    plusMinusPercent: 100 * (exp(Math.max(half, stated)) - 1),
    statedPercent: 100 * (exp(stated) - 1),
    beyondPercent: half === 0 ? "" : beyondText(law.variance, names, t),
    sharedLn: half === 0 ? [] : sharedTexts(law.variance, names, t),
    coverage: within.length / rows.length,
    residuals: rows.map((row, i) => ({
      ...{ line: row.line, macro: row.name, words: row.words, bits: row.bits, voltageV: row.voltageV, value: row.costs[quantity] },
      percent: 100 * (row.costs[quantity] / written(row) - 1),
      leftOutPercent: 100 * (exp(law.unseen[i]) - 1),
    })),
  };
}

/** Number of supplies of each macro. */
function supplyCounts(rows: readonly MacroRow[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const key of rows.map(macroKey)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts.values()];
}

/** Two names of one size that are never at one supply, so that they may be one macro; null: there are none. */
function renamedAt(rows: readonly MacroRow[]): string | null {
  const sizes = new Map<string, Map<string, MacroRow[]>>();
  for (const row of rows) {
    const size = `${row.words} x ${row.bits}`;
    const names = sizes.get(size) ?? new Map<string, MacroRow[]>();
    sizes.set(size, names.set(row.name, [...(names.get(row.name) ?? []), row]));
  }
  for (const [size, names] of sizes)
    for (const [own, ...others] of [...names.values()].map((_, i, all) => all.slice(i))) {
      const volts = new Set(own.map(({ voltageV }) => voltageV));
      const other = others.find((rest) => rest.every(({ voltageV }) => !volts.has(voltageV)));
      if (other !== undefined)
        return `lines ${own[0].line} and ${other[0].line} give the size ${size} another name at another supply: give a macro one name at all its supplies; if they are two macros, leave one of them out`;
    }
  return null;
}

/** Why there are too few macros; null: there are enough. */
function tooFew(variables: readonly Variable[], rows: readonly MacroRow[]): string | null {
  const counts = supplyCounts(rows);
  const several = counts.filter((count) => count > 1).length;
  const coefficients = variables.length + (several === 0 ? 1 : 0);
  const beside = several === 0 ? "" : " beside the supply's";
  if (counts.length < coefficients + 2)
    return `${counts.length === 1 ? "1 macro is" : `${counts.length} macros are`} too few for a law with ${coefficients} ${coefficients === 1 ? "coefficient" : "coefficients"}${beside}: ${coefficients + 2} are needed`;
  return several === 0 || several >= 3
    ? null
    : `${several} ${several === 1 ? "macro" : "macros"} at several supplies ${several === 1 ? "is" : "are"} too few to tell how the supply's effect varies over macros: 3 are needed`;
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

const samplesOf = (variables: readonly Variable[], quantity: MacroQuantity, rows: readonly MacroRow[]): readonly MacroSample[] =>
  rows.map((row) => ({ macro: macroKey(row), value: row.costs[quantity], at: variables.map(({ of }) => of(row)) }));

/** Why there is no law: the macros lie on a line or plane, and the range has places beside it. */
function dependenceOf(variables: readonly Variable[], quantity: MacroQuantity, rows: readonly MacroRow[]): string {
  const withoutSupply = variables.filter(({ name }) => name !== "voltage_v");
  const isOfSizes = fitLaw(samplesOf(withoutSupply, quantity, rows)) === null;
  const { words, bits, voltageV } = differing(rows);
  const names = [...(words ? ["words"] : []), ...(bits ? ["bits"] : []), ...(voltageV && !isOfSizes ? ["supply"] : [])];
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} do not vary independently, so no law can tell their effects apart: add a macro that differs from another in one of them alone${names.includes("supply") ? ", or three of them at another supply" : ""}`;
}

/**
 * Places where the interval is looked for at its widest: the corners of the range; with several supplies a grid in ln
 * over it, as degrees of freedom then change with the place, and their number, rounded down, in steps.
 */
function placesOf({ words, bits, voltageV }: { readonly [name in keyof Place]: Range }): readonly Place[] {
  const steps = (range: Range, inside: number): readonly number[] => {
    const parts = voltageV.least === voltageV.most ? 1 : inside;
    const between = Array.from({ length: parts - 1 }, (_, i) => range.least * exp((log(range.most / range.least) * (i + 1)) / parts));
    return range.least === range.most ? [range.least] : [range.least, ...between, range.most];
  };
  return steps(words, 2).flatMap((w) =>
    steps(bits, 2).flatMap((b) => steps(voltageV, 32).map((v) => ({ words: w, bits: b, voltageV: v }))),
  );
}

/** A logarithm or exponent without what rounding leaves of 0; laws are written with six digits. */
const cleared = (value: number): number => (Math.abs(value) < 1e-9 ? 0 : value);

function textOf(a: number, exponents: readonly number[], variables: readonly Variable[]): string {
  const powers = variables.flatMap(({ text }, i) => (exponents[i] === 0 ? [] : [`${text} ** ${digits(exponents[i])}`]));
  return [digits(a), ...powers].join(" * ");
}

/** A number with six digits; a negative one in brackets. */
function digits(value: number): string {
  const text = String(Number(value.toPrecision(6)));
  return value < 0 ? `(${text})` : text;
}

const rangeOf = (values: readonly number[]): Range => ({ least: Math.min(...values), most: Math.max(...values) });
const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + square(value), 0) / values.length);
