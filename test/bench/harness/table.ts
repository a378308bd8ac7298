/** Rows as a table for people, and beside a baseline as ratios. */
import type { Comparison } from "./baseline.js";
import { type Row, reached } from "./row.js";

const WIDTH = 72;

function figure(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 ? Math.round(value).toLocaleString("en-US") : size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function spreadOf({ runs, spread }: Row): string {
  return runs === 1 ? "one run" : `± ${(100 * spread).toFixed(1)} % of ${runs}`;
}

function targetOf(row: Row): string {
  if (row.target === null) return "";
  const bound = `${row.better === "more" ? "at least" : "at most"} ${figure(row.target)}`;
  return reached(row) ? bound : `${bound}: MISSED`;
}

export function rowLines(rows: readonly Row[]): string[] {
  const head = `${"what".padEnd(WIDTH)}${"best".padStart(10)}${"median".padStart(10)}  ${"unit".padEnd(16)}${"spread".padEnd(16)}target`;
  const lines = rows.map((row) =>
    `${row.name.padEnd(WIDTH)}${figure(row.best).padStart(10)}${figure(row.median).padStart(10)}  ${row.unit.padEnd(16)}${spreadOf(row).padEnd(16)}${targetOf(row)}`.trimEnd(),
  );
  return [head, ...lines];
}

/** `ratio` above 1 is better than the baseline, whichever way the unit counts. */
export function comparisonLines(comparisons: readonly Comparison[]): string[] {
  const head = `${"what".padEnd(WIDTH)}${"before".padStart(10)}${"now".padStart(10)}  ${"unit".padEnd(16)}${"ratio".padStart(6)}`;
  const lines = comparisons.map(({ row, before, ratio, verdict }) => {
    const [was, by] = before === null ? ["-", "-"] : [figure(before.best), ratio.toFixed(2)];
    return `${row.name.padEnd(WIDTH)}${was.padStart(10)}${figure(row.best).padStart(10)}  ${row.unit.padEnd(16)}${by.padStart(6)}  ${verdict === "same" ? "" : verdict}`.trimEnd();
  });
  return [head, ...lines];
}
