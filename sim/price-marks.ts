/**
 * What the sources of a breakdown say of their prices' range (`arch/price-range.ts`), gathered: each reason with the
 * lines that it is of.
 */
import type { BreakdownRow } from "./result.js";

interface PriceMark {
  /** `extrapolated: word of 16 bits ...`, `indicative below 22 nm`. */
  readonly mark: string;
  readonly components: readonly string[];
}

const MARK = /\b(extrapolated: [^;|]+|indicative (?:below|above) \d+ nm)/g;

/** In the order of the lines. */
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
