import type { ErrorCause, LineErrors } from "../../sim/index.js";

/** Errors of lines by a map; a line without causes is exact. */
export function mapErrors(lines: ReadonlyMap<string, readonly ErrorCause[]> = new Map()): LineErrors {
  return { get: (component) => lines.get(component), exactShare: (component) => ((lines.get(component) ?? []).length === 0 ? 1 : 0) };
}
