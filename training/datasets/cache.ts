/**
 * Float arrays on disk under their content hash, in `$XDG_CACHE_HOME/snn-dse` (default `~/.cache/snn-dse`). If the
 * cache cannot be read or written, the values are computed again. When it grows beyond its bound, the arrays that were
 * not used for longest are removed.
 */
import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { GIB } from "../../base/bytes.js";
import { piecesOf, sha256, sha256Of } from "../../base/hash.js";
import { readPieces } from "../../base/read-file.js";
import { isTemporary, makeFolder, writeWhole } from "../../base/write-file.js";

const DIGEST_CHARACTERS = 64;

/** Most bytes of the cache. 100 hours of LibriSpeech are 36 million frames: 3.7 GB at 26 columns, 5.8 GB at 40. */
const MOST_BYTES = 8 * GIB;

/**
 * The `count` floats stored under `key`, or those that `compute` gives. `mostBytes`: of the whole cache; the array that
 * is written now stays.
 */
export function cached(key: string, count: number, compute: () => Float32Array, mostBytes = MOST_BYTES): Float32Array {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "snn-dse", "features");
  const path = join(folder, `${key}.f32`);
  try {
    const stored = storedFloats(path, count);
    if (stored !== null) {
      touch(folder, path);
      return stored;
    }
  } catch {
    // The file is not there yet, or cannot be read.
  }
  const values = compute();
  try {
    makeFolder(folder);
    writeWhole(path, Buffer.from(sha256(values)), ...piecesOf(values));
    bound(folder, path, mostBytes);
  } catch {
    // A read-only or full disk costs time only.
  }
  return values;
}

/** null: the file does not hold them whole. Read in pieces, since they may be more than a buffer holds. */
function storedFloats(path: string, count: number): Float32Array | null {
  let digest = "";
  let at = 0;
  let values = new Float32Array(0);
  function* bodies(): Iterable<Uint8Array> {
    for (const piece of readPieces(path, { what: "cache file", mostBytes: DIGEST_CHARACTERS + count * 4, fix: "" })) {
      if (at === 0 && digest === "") values = new Float32Array(count);
      const head = piece.toString("latin1", 0, DIGEST_CHARACTERS - digest.length);
      digest += head;
      const body = piece.subarray(head.length);
      new Uint8Array(values.buffer, at, body.length).set(body);
      at += body.length;
      yield body;
    }
  }
  return sha256Of(bodies()) === digest && at === count * 4 ? values : null;
}

interface Stored {
  readonly path: string;
  readonly bytes: number;
  /** When it was written or used; only the order counts. */
  readonly usedMs: number;
}

/**
 * The arrays of the cache, the one that was not used for longest first; what a killed program left half written, too.
 */
const storedIn = (folder: string): readonly Stored[] =>
  readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}\.f32$/.test(name) || isTemporary(name))
    .map((name): Stored => {
      const path = join(folder, name);
      const found = statSync(path, { throwIfNoEntry: false }); // another process may have removed it
      return { path, bytes: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
    })
    .sort((a, b) => a.usedMs - b.usedMs);

/** Marks an array as the last one used, by the time of the last one. */
function touch(folder: string, path: string): void {
  try {
    const last = storedIn(folder).at(-1);
    if (last === undefined || last.path === path) return;
    const seconds = (last.usedMs + 1) / 1000;
    utimesSync(path, seconds, seconds);
  } catch {
    // A read-only cache is not cleared either.
  }
}

/** Removes arrays until all take at most `mostBytes`, but `newest`. */
function bound(folder: string, newest: string, mostBytes: number): void {
  const stored = storedIn(folder);
  let left = stored.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of stored) {
    if (left <= mostBytes) return;
    if (path === newest) continue;
    rmSync(path, { force: true });
    left -= bytes;
  }
}
