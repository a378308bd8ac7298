/**
 * Warnings about the range of a breakdown's prices (`arch/price-range.ts`): each warning with the lines that it applies
 * to.
 */
import type { BreakdownRow } from "./result.js";

interface PriceMark {
  /** `extrapolated: word of 16 bits ...`, `indicative below 22 nm`. */
  readonly mark: string;
  readonly components: readonly string[];
}

const MARK = /\b(extrapolated: [^;|]+|indicative (?:below|above) \d+ nm)/g;

/** Marks in the order of their first lines. */
export function priceMarks(breakdown: readonly Pick<BreakdownRow, "component" | "source">[]): readonly PriceMark[] {
  const marks = new Map<string, Set<string>>();
  for (const { component, source } of breakdown) {
    for (const [, found] of source.matchAll(MARK)) {
      const mark = found.trim();
      marks.set(mark, (marks.get(mark) ?? new Set()).add(component));
    }
  }
  return [...marks].map(([mark, components]) => ({ mark, components: [...components] }));
}
