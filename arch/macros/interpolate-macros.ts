/**
 * Interpolates costs of a macro of any size from a table, if the description says so: ln(cost) is linear in ln(words)
 * within a width, then in ln(bits) between two widths. Exact at the table's macros. Beyond the table's widths and words
 * the outermost lines are extrapolated, if the description says so. Pure.
 */
import { log } from "../../base/math.js";
import type { MacroCosts, MacroError } from "./macro.js";
import { errorsBetween } from "./macro-errors.js";
import { costsOf, type MacroRules, type Refused, type SuppliedRow, straight } from "./supply.js";

interface MacroBetween {
  readonly costs: MacroCosts;
  readonly errors: readonly MacroError[];
  /** Lines of the table between which it lies. */
  readonly lines: readonly number[];
  /** True outside of the table's words or widths. */
  readonly beyond: boolean;
}

/** @param rows macros of the same ports, at one supply */
export function macroBetween(rows: readonly SuppliedRow[], words: number, bits: number, rules: MacroRules): MacroBetween | Refused {
  const mayGoBeyond = rules.beyond === "extrapolate";
  const joined = (low: Column, high: Column, beyond: boolean): MacroBetween => between(low, high, words, bits, beyond);
  const widths = byWidth(rows);
  const holding = widths.filter(([, column]) => spans(column, words));
  const low = holding.findLast(([width]) => width <= bits);
  const high = holding.find(([width]) => width >= bits);
  if (low !== undefined && high !== undefined) return joined(low, high, false);
  const wide = widths.filter(([width, column]) => column.length > 1 || (width === bits && column[0].words === words));
  const [left, right] = neighbours(wide, bits);
  if (mayGoBeyond && left !== undefined) return joined(left, right ?? left, true);
  const sizes = `${range(rows.map((row) => row.words))} words of ${range(rows.map((row) => row.bits))} bits, ${rows[0].ports}`;
  return {
    refused: `has no macros around ${words} words of ${bits} bits`,
    fix: mayGoBeyond
      ? "extrapolation needs two sizes of each of two widths"
      : `it has ${sizes}: change the memory's size or word, or set the table's beyond: extrapolate`,
  };
}

type Column = readonly [bits: number, rows: readonly SuppliedRow[]];

/** For each width, the macro of least area per number of words; ascending. */
function byWidth(rows: readonly SuppliedRow[]): readonly Column[] {
  const widths = new Map<number, Map<number, SuppliedRow>>();
  for (const row of rows) {
    const column = widths.get(row.bits) ?? new Map<number, SuppliedRow>();
    widths.set(row.bits, column);
    const known = column.get(row.words);
    if (known === undefined || row.costs.area_mm2 < known.costs.area_mm2) column.set(row.words, row);
  }
  return [...widths]
    .map(([bits, column]): Column => [bits, [...column.values()].toSorted((a, b) => a.words - b.words)])
    .toSorted((a, b) => a[0] - b[0]);
}

const spans = (column: readonly SuppliedRow[], words: number): boolean =>
  column[0].words <= words && words <= (column.at(-1) as SuppliedRow).words;

/** The two widths around `bits`, or nearest to it. */
function neighbours(columns: readonly Column[], bits: number): readonly Column[] {
  const exact = columns.find(([width]) => width === bits);
  if (exact !== undefined) return [exact];
  if (columns.length < 2) return [];
  const next = columns.findIndex(([width]) => width > bits);
  const right = Math.max(1, next < 0 ? columns.length - 1 : next);
  return [columns[right - 1], columns[right]];
}

function between([lowBits, low]: Column, [highBits, high]: Column, words: number, bits: number, beyond: boolean): MacroBetween {
  const [a, b] = [alongWords(low, words), alongWords(high, words)];
  const share = lowBits === highBits ? 0 : shareOf(lowBits, highBits, bits);
  const used = share === 0 ? a.rows : share === 1 ? b.rows : [...a.rows, ...b.rows];
  return {
    costs: costsOf((quantity) => straight(a.costs[quantity], b.costs[quantity], share)),
    errors: errorsBetween(a.errors, b.errors, share),
    lines: [...new Set(used.map(({ line }) => line))].toSorted((x, y) => x - y),
    beyond,
  };
}

const shareOf = (low: number, high: number, at: number): number => log(at / low) / log(high / low);

interface Along extends Pick<MacroBetween, "costs" | "errors"> {
  readonly rows: readonly SuppliedRow[];
}

function alongWords(column: readonly SuppliedRow[], words: number): Along {
  const exact = column.find((row) => row.words === words);
  if (exact !== undefined) return { costs: exact.costs, errors: exact.errors, rows: [exact] };
  const next = column.findIndex((row) => row.words > words);
  const right = Math.max(1, next < 0 ? column.length - 1 : next);
  const [low, high] = [column[right - 1], column[right]];
  const share = shareOf(low.words, high.words, words);
  return {
    costs: costsOf((quantity) => straight(low.costs[quantity], high.costs[quantity], share)),
    errors: errorsBetween(low.errors, high.errors, share),
    rows: [low, high],
  };
}

const range = (values: readonly number[]): string => `${Math.min(...values)} to ${Math.max(...values)}`;
