import type { ErrorCause, LineErrors } from "../../sim/index.js";
import type { UncertainPoint } from "../../sweeps/index.js";

/** Errors of lines by a map; a line without causes is exact. */
export function mapErrors(lines: ReadonlyMap<string, readonly ErrorCause[]> = new Map()): LineErrors {
  return { get: (component) => lines.get(component), exactShare: (component) => ((lines.get(component) ?? []).length === 0 ? 1 : 0) };
}

/** Timed utterances whose means err by so much; all times err as the latency does. */
export function timedBy(
  count: number,
  key: string,
  latency: UncertainPoint["timed"]["latency"] = { relative: 0, residuals: null },
): UncertainPoint["timed"] {
  const none = { relative: 0, residuals: null };
  return { count, key, energy: none, latency, power: none, step: latency, turn: latency };
}
