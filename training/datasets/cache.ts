/**
 * Float arrays on disk under their content hash, in `$XDG_CACHE_HOME/snn-dse` (default `~/.cache/snn-dse`). If the
 * cache cannot be read or written, the values are computed again.
 */
import { homedir } from "node:os";
import { join } from "node:path";
import { bytesOf, sha256 } from "../../base/hash.js";
import { readBounded } from "../../base/read-file.js";
import { makeFolder, writeWhole } from "../../base/write-file.js";

const DIGEST_CHARACTERS = 64;

/** The `count` floats stored under `key`, or those that `compute` gives. */
export function cached(key: string, count: number, compute: () => Float32Array): Float32Array {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "snn-dse", "features");
  const path = join(folder, `${key}.f32`);
  try {
    const stored = readBounded(path, { what: "cache file", mostBytes: DIGEST_CHARACTERS + count * 4, fix: "" });
    const body = new Uint8Array(stored.subarray(DIGEST_CHARACTERS));
    const digest = new TextDecoder().decode(stored.subarray(0, DIGEST_CHARACTERS));
    if (body.length === count * 4 && sha256(body) === digest) return new Float32Array(body.buffer);
  } catch {
    // The file is not there yet, or cannot be read.
  }
  const values = compute();
  try {
    makeFolder(folder);
    const body = bytesOf(values);
    writeWhole(path, Buffer.concat([Buffer.from(sha256(body)), body]));
  } catch {
    // A read-only or full disk costs time only.
  }
  return values;
}
