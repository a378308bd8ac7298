/** One-line charts: sparkline and bar, in block characters or ASCII. Pure. */
import { isSingle, limitsOf } from "../../base/plot/axis.js";
import type { Look } from "./style.js";

const BLOCKS = [..."▁▂▃▄▅▆▇█"];
const ASCII = [...".:-=+*#%@"];

/**
 * The last values of a series in `width` cells, scaled between their lowest and highest value; values that differ by
 * rounding alone are a level line.
 */
export function sparkline(look: Look, values: readonly number[], width: number): string {
  const ramp = look.unicode ? BLOCKS : ASCII;
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0 || width <= 0) return "";
  const cells = Math.min(width, finite.length);
  const picked = Array.from({ length: cells }, (_, i) => finite[Math.floor(((i + 1) * finite.length) / cells) - 1]);
  const { low, high } = limitsOf(picked);
  const level = isSingle({ low, high });
  const top = ramp.length - 1;
  return picked.map((value) => ramp[level ? top : Math.round(((value - low) / (high - low)) * top)]).join("");
}

const EIGHTHS = ["", ..."▏▎▍▌▋▊▉"];

/** A bar of `share` (0 to 1) over `width` cells: eighths of a cell in Unicode, `#` in ASCII, filled up with `rest`. */
export function bar(look: Look, share: number, width: number, rest = look.unicode ? "░" : "-"): string {
  const exact = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * width;
  if (!look.unicode) {
    const full = Math.round(exact);
    return "#".repeat(full) + rest.repeat(width - full);
  }
  const full = Math.floor(exact + 1e-9);
  const part = EIGHTHS[Math.floor((exact - full) * 8)] ?? "";
  return "█".repeat(full) + part + rest.repeat(Math.max(0, width - full - (part === "" ? 0 : 1)));
}
