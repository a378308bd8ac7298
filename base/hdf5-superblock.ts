/**
 * Where an HDF5 file begins: at byte 0, or behind a user block of 512, 1024 or 2048 bytes. Pure.
 * Source: HDF5 File Format Specification 3.0, II.A (superblock). Not modelled: larger user blocks.
 */

const SIGNATURE = Buffer.from("\u0089HDF\r\n\u001a\n", "latin1");
const PLACES = [0, 512, 1024, 2048] as const;

/** Number of bytes at the start of a file that are searched. */
export const SUPERBLOCK_WITHIN = 4096;
/** What an error says of a file in which `superblockAt` finds none. */
export const NO_SUPERBLOCK = `no signature at byte ${PLACES.slice(0, -1).join(", ")} or ${PLACES[PLACES.length - 1]}`;

/** Byte of the superblock, or -1. `start`: the first `SUPERBLOCK_WITHIN` bytes of a file, or all. */
export function superblockAt(start: Uint8Array): number {
  return PLACES.find((at) => SIGNATURE.equals(start.subarray(at, at + SIGNATURE.length))) ?? -1;
}
