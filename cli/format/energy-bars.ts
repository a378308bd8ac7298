/** A point's energy by component as bars: the largest components, then the rest as one. Pure. */
import type { BreakdownRow, Result } from "../../app/nouns.js";
import { percent, significant } from "./number.js";
import { bar } from "./sparkline.js";
import { type Look, paint } from "./style.js";
import { cell, cut } from "./text-table.js";

const MOST = 10;
const NAME_CELLS = 30;
const UNITS = [
  [1e6, "uJ"],
  [1e3, "nJ"],
  [1, "pJ"],
] as const;

/**
 * Lines of at most `width` cells; the largest component has the longest bar. Without shares if the energy is unknown,
 * because some lines have no price; empty if none has.
 */
export function energyBars(look: Look, { breakdown, metrics }: Pick<Result, "breakdown" | "metrics">, width: number): readonly string[] {
  const rows = breakdown
    .filter((row) => row.group !== "area" && row.energyPj !== null)
    .sort((a, b) => (b.energyPj ?? 0) - (a.energyPj ?? 0));
  const total = sum(rows);
  if (total === 0) return [];
  const [scale, unit] = UNITS.find(([limit]) => total >= limit) ?? ([1, "pJ"] as const);
  const named = rows.length <= MOST + 1 ? rows : rows.slice(0, MOST);
  const rest = rows.slice(named.length);
  const parts = [
    ...named.map((row) => ({ name: row.component, energyPj: row.energyPj ?? 0 })),
    ...(rest.length === 0 ? [] : [{ name: `${rest.length} smaller ones`, energyPj: sum(rest) }]),
  ];
  const largest = Math.max(...parts.map(({ energyPj }) => energyPj));
  const cells = Math.max(4, width - NAME_CELLS - 21);
  const unknown = breakdown.filter((row) => row.group !== "area" && row.energyPj === null).map((row) => row.component);
  const shown = look.unicode && unit === "uJ" ? "µJ" : unit;
  const isKnown = metrics.energy_uj_per_inference !== null;
  const head = isKnown
    ? `energy of an inference: ${significant(total / scale, 4)} ${shown}`
    : `energy of an inference: unknown; ${rows.length} of ${rows.length + unknown.length} lines have a price`;
  return [
    paint(look, head, "bold"),
    ...parts.map(({ name, energyPj }) => {
      const share = energyPj / total;
      const value = `${significant(energyPj / scale, 3)} ${shown}`.padStart(10);
      if (!isKnown) return `${cell(name, NAME_CELLS)} ${value}`;
      return `${cell(name, NAME_CELLS)} ${value} ${percent(share).padStart(7)}  ${paint(look, bar(look, energyPj / largest, cells, " "), "cyan")}`;
    }),
    ...(unknown.length === 0 ? [] : [paint(look, cut(`unknown: ${unknown.join(", ")}`, width), "yellow")]),
  ];
}

function sum(rows: readonly BreakdownRow[]): number {
  return rows.reduce((total, row) => total + (row.energyPj ?? 0), 0);
}
