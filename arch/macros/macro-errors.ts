/**
 * Errors of macros by what shares them: a macro at all its supplies, or all macros of a table. A macro between two has
 * the error of each by its weight in ln(cost), so that neighbours err alike and no interval jumps at a row of the
 * table. Independent errors would partly cancel in such a mean, but how costs run between the two is not known either:
 * the sum is enlarged to the mean of the two errors by the same weights; beyond them, to the nearer's. Pure.
 */
import { log, square } from "../../base/math.js";
import type { MacroError } from "./macro.js";
import type { MacroRow } from "./macro-table.js";

/** @param percent 90 % interval; null: exact */
export const errorOf = (name: string, percent: number | null): readonly MacroError[] =>
  percent === null || percent === 0 ? [] : [{ name, half: log(1 + percent / 100) }];

/** The error that all prices of a table share which state none of their own. */
export const errorOfTable = (table: string, percent: number | null): readonly MacroError[] => errorOf(`macros ${table}`, percent);

/**
 * The error of a row belongs to that macro of its node, at all its supplies and corners; the error of a table is common
 * to all its macros.
 */
export function errorOfRow(table: string, row: MacroRow, ofTable: number | null): readonly MacroError[] {
  const { name, words, bits, ports, technologyNm, plusMinusPercent } = row;
  if (plusMinusPercent === null) return errorOfTable(table, ofTable);
  const shape = `${words} words x ${bits} bits, ${ports}, ${technologyNm} nm`;
  return errorOf(`macro ${table}: ${name === "" ? "" : `${name}, `}${shape}`, plusMinusPercent);
}

/** The error of a law, of which the parts in `shared` are common to all its macros; the rest is this macro's own. */
export function errorOfLaw(
  names: { readonly law: string; readonly macro: string },
  percent: number,
  shared: readonly number[],
): readonly MacroError[] {
  const whole = log(1 + percent / 100);
  const causes = shared.map((half, i) => ({ name: `${names.law} (${i + 1} of ${shared.length})`, half }));
  const size = sizeOf(causes);
  const part = size > whole ? whole / size : 1;
  const own = Math.sqrt(Math.max(0, square(whole) - square(size)));
  return [...causes.map(({ name, half }) => ({ name, half: half * part })), { name: names.macro, half: own }].filter(
    ({ half }) => half !== 0,
  );
}

const sizeOf = (errors: readonly MacroError[]): number => Math.sqrt(errors.reduce((sum, { half }) => sum + square(half), 0));

/** Errors at `share` of the way from a to b; below 0 or above 1: beyond them. */
export function errorsBetween(a: readonly MacroError[], b: readonly MacroError[], share: number): readonly MacroError[] {
  if (share === 0) return a;
  if (share === 1) return b;
  const sums = new Map<string, number>();
  const add = (errors: readonly MacroError[], weight: number): void => {
    for (const { name, half } of errors) sums.set(name, (sums.get(name) ?? 0) + weight * half);
  };
  add(a, 1 - share);
  add(b, share);
  const mean = [...sums].map(([name, half]) => ({ name, half }));
  const within = Math.min(1, Math.max(0, share));
  const least = (1 - within) * sizeOf(a) + within * sizeOf(b);
  const size = sizeOf(mean);
  return size === 0 || size >= least ? mean : mean.map(({ name, half }) => ({ name, half: half * (least / size) }));
}
