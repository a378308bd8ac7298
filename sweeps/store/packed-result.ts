/**
 * The texts of a result in the form in which the store keeps them. Workers make them, so that the one thread that
 * writes results only writes bytes.
 */
import { deflateRawSync } from "node:zlib";
import { canonicalJson, sha256 } from "../../base/hash.js";
import type { Counters, Result } from "../../sim/index.js";
import { jsonOf } from "../point.js";

export interface PackedResult {
  /** SHA-256 of the result's canonical JSON. */
  readonly digest: string;
  /** That JSON, deflated. */
  readonly result: Uint8Array;
  /** JSON of the counters, deflated. */
  readonly counters: Uint8Array;
}

/** JSON replacer: typed arrays as lists. */
function plainArrays(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value;
}

function deflated(text: string): Uint8Array {
  return deflateRawSync(text, { level: 4 });
}

export function packResult(result: Result, counters: Counters): PackedResult {
  const text = canonicalJson(jsonOf(result));
  return { digest: sha256(text), result: deflated(text), counters: deflated(JSON.stringify(counters, plainArrays)) };
}

/** SHA-256 of a whole result. */
export function resultDigest(result: Result): string {
  return sha256(canonicalJson(jsonOf(result)));
}
