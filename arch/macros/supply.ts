/**
 * Rows of a macro table at a chip's node, corner and supply. A supply that the table does not have is refused. With
 * `interpolate`, ln(cost) of the same macro is linear in volts between two supplies. With `extrapolate`, costs of the
 * nearest supply, the lower of two equally near ones, are scaled by the component library's laws (`../scaling.ts`,
 * leakage as V 10^V). Pure.
 */
import { quoted } from "../../base/errors.js";
import { exp, log } from "../../base/math.js";
import type { Technology } from "../chip.js";
import { familyRatios } from "../scaling.js";
import { leakageVoltageRatio } from "../sram.js";
import { MACRO_QUANTITIES, type MacroCosts, type MacroError, type MacroQuantity } from "./macro.js";
import { errorOfRow, errorsBetween } from "./macro-errors.js";
import { type MacroPorts, type MacroRow, macroKey } from "./macro-table.js";

/** The description's rules for a table. */
export interface MacroRules {
  readonly between: "macros" | "interpolate";
  readonly beyond: "refuse" | "extrapolate";
  /** Corner to use; empty: the table has one corner, or none. */
  readonly corner: string;
  /** Common error of all macros, for rows without their own; null: exact. */
  readonly plusMinusPercent: number | null;
}

/** Why a table has no price for a memory. */
export interface Refused {
  readonly refused: string;
  readonly fix: string;
}

/** None of its macros serves the memory's ports. */
export interface OtherPorts extends Refused {
  readonly otherPorts: readonly MacroPorts[];
}

export const withoutPorts = (what: string, wanted: MacroPorts, known: readonly { readonly ports: MacroPorts }[]): OtherPorts => {
  const otherPorts = [...new Set(known.map(({ ports }) => ports))];
  return { refused: `has no ${what} with ports ${wanted}`, fix: `it has ${otherPorts.join(", ")}`, otherPorts };
};

/** A macro with its costs at a supply, and what shares their errors. */
export interface SuppliedRow extends Omit<MacroRow, "plusMinusPercent"> {
  readonly errors: readonly MacroError[];
}

/** Rows with their costs at the chip's supply. */
export interface Supplied {
  readonly rows: readonly SuppliedRow[];
  /** How costs were found, for sources; null: the table has the supply. */
  readonly how: string | null;
  /** The supply from which costs were extrapolated; null: not extrapolated. */
  readonly scaledFromV: number | null;
}

type Point = Pick<Technology, "nodeNm" | "sramCell" | "voltageV">;
const SAME_V = 1e-6;

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** Rows of a table for a corner and a node. */
export function atCorner<T extends Pick<MacroRow, "corner" | "technologyNm">>(
  all: readonly T[],
  nodeNm: number,
  rules: MacroRules,
): readonly T[] | Refused {
  const corners = distinct(all.map(({ corner }) => corner));
  if (rules.corner === "" && corners.length > 1)
    return { refused: `holds the corners ${corners.map(quoted).join(", ")}`, fix: `say which: corner: ${corners[0]}` };
  const ofCorner = rules.corner === "" ? all : all.filter(({ corner }) => corner === rules.corner);
  if (ofCorner.length === 0) return { refused: `has no corner ${quoted(rules.corner)}`, fix: cornersText(corners) };
  const ofNode = ofCorner.filter(({ technologyNm }) => technologyNm === nodeNm);
  if (ofNode.length > 0) return ofNode;
  const nodes = distinct(ofCorner.map(({ technologyNm }) => technologyNm)).join(", ");
  return { refused: `has no macro of ${nodeNm} nm`, fix: `it has ${nodes} nm: set chip.technology_nm, or name another table` };
}

const cornersText = (corners: readonly string[]): string =>
  corners.every((corner) => corner === "") ? "it names no corners: leave corner out" : `it has ${corners.map(quoted).join(", ")}`;

/** @param table its name, for errors */
export function rowsAt(
  table: string,
  all: readonly MacroRow[],
  { nodeNm, sramCell, voltageV }: Point,
  rules: MacroRules,
): Supplied | Refused {
  const told = atCorner(all, nodeNm, rules);
  if ("refused" in told) return told;
  const ofNode = told.map((row): SuppliedRow => ({ ...row, errors: errorOfRow(table, row, rules.plusMinusPercent) }));
  const exact = ofNode.filter((row) => Math.abs(row.voltageV - voltageV) < SAME_V);
  if (exact.length > 0) return { rows: exact, how: null, scaledFromV: null };
  const supplies = distinct(ofNode.map((row) => row.voltageV)).toSorted((a, b) => a - b);
  const below = supplies.findLast((v) => v < voltageV);
  const above = supplies.find((v) => v > voltageV);
  if (below !== undefined && above !== undefined && rules.between === "interpolate") {
    const rows = between(ofNode, below, above, voltageV);
    if (rows.length > 0) return { rows, how: `interpolated between ${below} and ${above} V`, scaledFromV: null };
    if (rules.beyond === "refuse")
      return {
        refused: `has no macro at ${voltageV} V, and none at both ${below} and ${above} V`,
        fix: `give a macro one name at all its supplies, or set chip.voltage_v: it has ${supplies.join(", ")} V`,
      };
  }
  const distance = (v: number): number => Math.abs(v - voltageV);
  const nearest = [below, above]
    .filter((v) => v !== undefined)
    .reduce((low, high) => (distance(low) - distance(high) < SAME_V ? low : high));
  if (rules.beyond === "extrapolate") {
    const rows = ofNode.filter((row) => row.voltageV === nearest).map((row) => scaled(row, { nodeNm, sramCell, voltageV }));
    return { rows, how: `extrapolated: from ${nearest} V by the library's laws over supply`, scaledFromV: nearest };
  }
  const wish = below !== undefined && above !== undefined ? "between: interpolate" : "beyond: extrapolate";
  return { refused: `has no macro at ${voltageV} V`, fix: `it has ${supplies.join(", ")} V: set chip.voltage_v, or the table's ${wish}` };
}

/** Macros that the table has at both supplies. */
function between(rows: readonly SuppliedRow[], lowV: number, highV: number, voltageV: number): readonly SuppliedRow[] {
  const share = (voltageV - lowV) / (highV - lowV);
  const high = new Map(rows.filter((row) => row.voltageV === highV).map((row) => [macroKey(row), row]));
  return rows
    .filter((row) => row.voltageV === lowV)
    .flatMap((row) => {
      const other = high.get(macroKey(row));
      if (other === undefined) return [];
      const costs = costsOf((quantity) => straight(row.costs[quantity], other.costs[quantity], share));
      return [{ ...row, voltageV, costs, errors: errorsBetween(row.errors, other.errors, share) }];
    });
}

export const byQuantity = <T>(of: (quantity: MacroQuantity) => T): { readonly [quantity in MacroQuantity]: T } =>
  Object.fromEntries(MACRO_QUANTITIES.map((quantity) => [quantity, of(quantity)])) as { [quantity in MacroQuantity]: T };
export const costsOf: (of: (quantity: MacroQuantity) => number) => MacroCosts = byQuantity;

/** Interpolates from a to b, linearly in the logarithm if both are above 0. */
export const straight = (a: number, b: number, share: number): number =>
  a > 0 && b > 0 ? exp(log(a) + share * (log(b) - log(a))) : Math.max(0, a + share * (b - a));

function scaled(row: SuppliedRow, point: Point): SuppliedRow {
  return { ...row, voltageV: point.voltageV, costs: scaledCosts(row.costs, row.voltageV, point) };
}

/** Costs at another supply by the component library's laws. */
export function scaledCosts(costs: MacroCosts, fromV: number, { nodeNm, sramCell, voltageV }: Point): MacroCosts {
  const scale = familyRatios(sramCell, { nodeNm, voltageV: fromV }, { nodeNm, voltageV });
  const factor = (quantity: MacroQuantity): number => {
    if (quantity === "area_mm2") return 1;
    if (quantity === "leakage_mw") return leakageVoltageRatio(voltageV, fromV);
    return quantity.endsWith("_ns") ? scale.delay : scale.energy;
  };
  return costsOf((quantity) => costs[quantity] * factor(quantity));
}
