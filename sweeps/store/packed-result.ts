/**
 * The texts that the store keeps of a result, as it keeps them. Made where the result is made (a worker), so that the
 * one thread that writes results has only bytes to write.
 */
import { deflateRawSync } from "node:zlib";
import { canonicalJson, sha256 } from "../../base/hash.js";
import type { Counters, Result } from "../../sim/index.js";
import { jsonOf } from "../point.js";

export interface PackedResult {
  /** Content address of the result: SHA-256 of its canonical JSON. */
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

/** Content address of a whole result. */
export function resultDigest(result: Result): string {
  return sha256(canonicalJson(jsonOf(result)));
}
