/**
 * A look at the global heaps of an HDF5 file before the library reads them: one whose objects take no room or more than
 * there is sends the library into an endless loop. Throws: `InputError` for such a file.
 * Source: HDF5 File Format Specification 3.0, II.A (superblock), III.E (global heap).
 */

import { readSync } from "node:fs";
import { MIB } from "./bytes.js";
import { inputError } from "./errors.js";
import { withRegular } from "./read-file.js";

const FILE_SIGNATURE = Buffer.from("\u0089HDF\r\n\u001a\n", "latin1");
/** Name and version, the only one there is. */
const SIGNATURE = Buffer.from("GCOL\u0001", "latin1");
const PIECE_BYTES = MIB;
/** Of a heap, of each object in it: name or index, counts, size. */
const HEADER_BYTES = 16;
const ALIGNMENT_BYTES = 8;
const LENGTH_BYTES = 8;

export function checkGlobalHeaps(path: string): void {
  withRegular(path, { what: "file", fix: "check the path" }, (descriptor, size) => {
    const read = (at: number, bytes: number): Buffer => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - at)));
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, at));
    };
    checkLengths(read(0, HEADER_BYTES), path);
    let heapBytes = 0;
    for (let from = 0; from < size; from += PIECE_BYTES) {
      const piece = read(from, PIECE_BYTES + HEADER_BYTES - 1);
      for (let at = piece.indexOf(SIGNATURE); at >= 0 && at + HEADER_BYTES <= piece.length; at = piece.indexOf(SIGNATURE, at + 1)) {
        // As the library sees it: its sizes have 32 bits, those of files 64.
        const bytes = piece.readUInt32LE(at + ALIGNMENT_BYTES);
        // Of another size it is no heap but values that look like one, or the library refuses it.
        if (bytes > size - from - at) continue;
        heapBytes += bytes;
        if (heapBytes > size) throw inputError(path, "is damaged inside: its heaps overlap");
        if (!ends(read(from + at, bytes))) throw inputError(path, `is damaged inside: its heap at byte ${from + at} has no end`);
      }
    }
  });
}

/**
 * @throws InputError where there is no HDF5 file, or one whose sizes are not of 8 bytes, as every usual writer has
 * them.
 */
function checkLengths(superblock: Buffer, path: string): void {
  if (!superblock.subarray(0, FILE_SIGNATURE.length).equals(FILE_SIGNATURE)) throw inputError(path, "is not an HDF5 file");
  if (superblock.length < HEADER_BYTES) return; // cut, as the library says
  const [version, ...rest] = superblock.subarray(ALIGNMENT_BYTES);
  const lengthBytes = version < 2 ? rest[5] : rest[1];
  if (lengthBytes !== LENGTH_BYTES)
    throw inputError(path, `is an HDF5 file with lengths of ${lengthBytes} bytes; those of 8 bytes are read`);
}

/** Whether going from object to object leads to the heap's end. */
function ends(heap: Buffer): boolean {
  let at = HEADER_BYTES;
  while (at + HEADER_BYTES <= heap.length) {
    const index = heap.readUInt16LE(at);
    const size = Number(heap.readBigUInt64LE(at + HEADER_BYTES - LENGTH_BYTES));
    // What is free counts its own header.
    const step = index === 0 ? size : HEADER_BYTES + Math.ceil(size / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    if (step < HEADER_BYTES || at + step > heap.length) return false;
    at += step;
  }
  return true;
}
