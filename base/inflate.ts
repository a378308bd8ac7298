/** Unpacks deflated bytes within a limit: few bytes can unpack to a thousand times as many. */
import { inflateRawSync } from "node:zlib";

/** Null: the bytes are damaged, or unpack to more than `mostBytes`. */
export function inflated(bytes: Uint8Array, mostBytes: number): Uint8Array | null {
  try {
    const whole = unpacked(bytes, mostBytes);
    return whole.length <= mostBytes ? whole : null;
  } catch {
    return null;
  }
}

/** As UTF-8 text. @throws RangeError beyond `mostBytes`, Error if the bytes are damaged */
export const inflatedText = (bytes: Uint8Array, mostBytes: number): string => unpacked(bytes, mostBytes).toString();

/** zlib's limit is at least one byte. */
const unpacked = (bytes: Uint8Array, mostBytes: number): Buffer => inflateRawSync(bytes, { maxOutputLength: Math.max(1, mostBytes) });
