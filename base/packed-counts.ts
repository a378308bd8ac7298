/** Counts as bytes, seven bits per byte, lowest first; the highest bit of a byte says that another follows. Pure. */

/** Most bytes of a count, which has up to 53 bits. */
export const MOST_COUNT_BYTES = 8;
/** From this value on, bits are taken by division, not by shifts. */
const WORD = 0x80000000;

type Counts = Float64Array | Uint32Array;

/** Returns the bytes written; null if a value is no count. `bytes` has room for the most that there may be. */
export function writeCounts(values: Counts, bytes: Uint8Array): number | null {
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let rest = values[i];
    if (!(rest > 0 ? Number.isSafeInteger(rest) : Object.is(rest, 0))) return null;
    for (; rest >= WORD; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
    let word = rest | 0;
    for (; word >= 128; word >>= 7) bytes[at++] = (word & 127) | 128;
    bytes[at++] = word;
  }
  return at;
}

/** Reads as many counts as `into` holds. Returns the bytes read: more than there are if the bytes are cut. */
export function readCounts(bytes: Uint8Array, into: Counts): number {
  let at = 0;
  for (let i = 0; i < into.length; i++) {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let scale = 128; byte >= 128; scale *= 128) {
      byte = bytes[at++];
      value += (byte & 127) * scale;
    }
    into[i] = value;
  }
  return at;
}
