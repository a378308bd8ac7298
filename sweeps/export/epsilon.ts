/**
 * By how much a metric may differ and still count as equal: `2%` of the value, or an amount with its unit. Pure.
 * Throws: `InputError`.
 */
import { inputError, quoted } from "../../base/errors.js";

export interface Amount {
  /** A share of the value, or an amount in the metric's unit. */
  readonly value: number;
  readonly isRelative: boolean;
  /** The text as typed. */
  readonly text: string;
}

/** Exponents of ten. */
const PREFIXES: { readonly [prefix: string]: number } = { p: -12, n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9 };
const PREFIXED = /^([pnumkMG]?)(J|s|W|Hz)$/;

/**
 * Units that people type in another way: `pp` because `%` is a share of the value, `/s` because `0.51/s` is 0.51 per s.
 */
const TYPED: { readonly [unit: string]: string } = { "%": "pp", "1": "", "1/s": "/s" };
const typed = (unit: string): string => TYPED[unit] ?? unit;

/**
 * The amount in `unit`, the metric's own unit. Throws: `InputError` for texts without a number or with another unit.
 */
export function amountOf(text: string, unit: string, metric: string): Amount {
  const [, number = "", asked = ""] = /^(\d*\.?\d+(?:e[+-]?\d+)?)\s*(.*)$/.exec(text) ?? [];
  const value = Number(number);
  const own = typed(unit);
  const example = `e.g. ${metric}=2% for 2 % of the value, or ${metric}=0.5${own}`;
  if (number === "" || !Number.isFinite(value)) throw inputError("--epsilon", `expected an amount, got ${quoted(text)}`, example);
  if (asked === "%") return { value: value / 100, isRelative: true, text };
  const scale = scaleOf(asked.replace(/[µμ]/, "u"), own);
  if (scale === null)
    throw inputError("--epsilon", asked === "" ? `${quoted(text)} has no unit` : `${quoted(asked)} is no unit of ${metric}`, example);
  return { value: value * scale, isRelative: false, text };
}

/** How many `own` units one `asked` unit is; null if it is no unit of the metric. */
function scaleOf(asked: string, own: string): number | null {
  if (asked === own) return 1;
  const [from, to] = [asked, own].map((unit) => PREFIXED.exec(unit.replace(/^1?\/s$/, "Hz")));
  if (from === null || to === null || from[2] !== to[2]) return null;
  return Number(`1e${PREFIXES[from[1]] - PREFIXES[to[1]]}`);
}
