/**
 * Checks the global heaps of an HDF5 file before the library reads them: an object of size 0, or larger than its heap,
 * makes the library loop for ever. Throws: `InputError` for such a file.
 * Source: HDF5 File Format Specification 3.0, II.A (superblock), III.E (global heap).
 */

import { readSync } from "node:fs";
import { MIB } from "./bytes.js";
import { inputError } from "./errors.js";
import { NO_SUPERBLOCK, SUPERBLOCK_WITHIN, superblockAt } from "./hdf5-superblock.js";
import { withRegular } from "./read-file.js";

/** Signature and version 1, the only one. */
const SIGNATURE = Buffer.from("GCOL\u0001", "latin1");
const PIECE_BYTES = MIB;
/** Size of the header of a heap, and of the header of each object. */
const HEADER_BYTES = 16;
const ALIGNMENT_BYTES = 8;
const LENGTH_BYTES = 8;

export function checkGlobalHeaps(path: string): void {
  withRegular(path, { what: "file", fix: "check the path" }, (descriptor, size) => {
    const read = (at: number, bytes: number): Buffer => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - at)));
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, at));
    };
    checkLengths(read(0, SUPERBLOCK_WITHIN + HEADER_BYTES), path);
    let heapBytes = 0;
    for (let from = 0; from < size; from += PIECE_BYTES) {
      const piece = read(from, PIECE_BYTES + HEADER_BYTES - 1);
      for (let at = piece.indexOf(SIGNATURE); at >= 0 && at + HEADER_BYTES <= piece.length; at = piece.indexOf(SIGNATURE, at + 1)) {
        // Files use 64 bits for a size; the library reads the lower 32.
        const bytes = piece.readUInt32LE(at + ALIGNMENT_BYTES);
        // If the size differs, these bytes are data that look like a heap, or the library refuses the heap.
        if (bytes > size - from - at) continue;
        heapBytes += bytes;
        if (heapBytes > size) throw inputError(path, "is damaged inside: its heaps overlap");
        if (!ends(read(from + at, bytes))) throw inputError(path, `is damaged inside: its heap at byte ${from + at} has no end`);
      }
    }
  });
}

/** @throws InputError if this is not an HDF5 file, or its lengths do not have 8 bytes. All usual writers use 8. */
function checkLengths(start: Buffer, path: string): void {
  const at = superblockAt(start);
  if (at < 0) throw inputError(path, `is not an HDF5 file: ${NO_SUPERBLOCK}`);
  const superblock = start.subarray(at, at + HEADER_BYTES);
  if (superblock.length < HEADER_BYTES) return; // the file was cut; the library reports it
  const [version, ...rest] = superblock.subarray(ALIGNMENT_BYTES);
  const lengthBytes = version < 2 ? rest[5] : rest[1];
  if (lengthBytes !== LENGTH_BYTES)
    throw inputError(path, `is an HDF5 file with lengths of ${lengthBytes} bytes; those of 8 bytes are read`);
}

/** Whether the sizes of the objects lead exactly to the end of the heap. */
function ends(heap: Buffer): boolean {
  let at = HEADER_BYTES;
  while (at + HEADER_BYTES <= heap.length) {
    const index = heap.readUInt16LE(at);
    const size = Number(heap.readBigUInt64LE(at + HEADER_BYTES - LENGTH_BYTES));
    // The size of the free space includes its own header.
    const step = index === 0 ? size : HEADER_BYTES + Math.ceil(size / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    if (step < HEADER_BYTES || at + step > heap.length) return false;
    at += step;
  }
  return true;
}
