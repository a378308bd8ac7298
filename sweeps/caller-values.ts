/**
 * What the caller of an open study gives, checked by kind: programs in plain JavaScript have no compiler. Pure. Throws:
 * `InputError`.
 */
import { inputError, quoted } from "../base/errors.js";

const said = (value: unknown): string =>
  typeof value === "string" ? quoted(value) : typeof value === "object" && value !== null ? "an object" : String(value);

/** A point as a caller names it: its number, and its key where the point itself was given. */
export function namedPoint(point: unknown): { readonly id: number; readonly key: string | null } {
  if (typeof point === "number") return { id: point, key: null };
  const { id, key } = (typeof point === "object" && point !== null ? point : {}) as { readonly [name: string]: unknown };
  if (typeof id === "number" && typeof key === "string") return { id, key };
  throw inputError("point", `got ${said(point)}`, "expected a point that `ask` gave, or its number");
}

/** The signal among the options of a call. */
export function signalOf(call: string, options: unknown): AbortSignal | undefined {
  if (typeof options !== "object" || options === null) throw inputError(call, `got ${said(options)}`, "expected an object of options");
  const { signal, ...others } = options as { readonly [name: string]: unknown };
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw inputError(call, "is no option", "options: signal", stranger);
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw inputError(call, `got ${said(signal)}, expected signal`, "new AbortController().signal", "signal");
}

/** Values by name. */
export function namedValues(values: unknown): { readonly [name: string]: unknown } {
  if (typeof values === "object" && values !== null && !Array.isArray(values)) return values as { readonly [name: string]: unknown };
  throw inputError("point", `got ${Array.isArray(values) ? "a list" : said(values)}`, "expected values by name, e.g. { lanes: 8 }");
}
