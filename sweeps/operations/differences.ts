/** Where two plain values differ: path and both sides. Numbers must be equal to the last bit. */

export interface Difference {
  /** E.g. `metrics.latency_us` or `breakdown[3].energyPj`. */
  readonly path: string;
  readonly left: string;
  readonly right: string;
}

function text(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

/** The first line in which two texts differ. */
function differentLine(left: string, right: string, path: string): Difference {
  const [a, b] = [left.split("\n"), right.split("\n")];
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at < 0 ? a.length : at; // the shorter text is the beginning of the other
  return { path: `${path} line ${line + 1}`, left: text(a[line]), right: text(b[line]) };
}

/** Differences of all leaves; `path`: of the two values. */
export function differences(left: unknown, right: unknown, path = ""): Difference[] {
  if (Object.is(left, right)) return [];
  if (typeof left === "string" && typeof right === "string" && left.includes("\n")) return [differentLine(left, right, path)];
  if (
    typeof left !== "object" ||
    typeof right !== "object" ||
    left === null ||
    right === null ||
    Array.isArray(left) !== Array.isArray(right)
  ) {
    return [{ path, left: text(left), right: text(right) }];
  }
  const a = left as { readonly [key: string]: unknown };
  const b = right as { readonly [key: string]: unknown };
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(a[key], b[key], Array.isArray(left) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`),
  );
}
