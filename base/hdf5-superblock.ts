/**
 * Where an HDF5 file begins: at byte 0, or behind a user block of 512 bytes or a larger power of two. Pure.
 * Source: HDF5 File Format Specification 3.0, II.A (superblock). Not modelled: user blocks beyond 64 KiB.
 */

const SIGNATURE = Buffer.from("\u0089HDF\r\n\u001a\n", "latin1");
const PLACES = [0, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] as const;

/** Number of bytes at the start of a file that are searched. */
export const SUPERBLOCK_WITHIN = PLACES[PLACES.length - 1] + SIGNATURE.length;
/**
 * What an error says of a file in which `superblockAt` finds none. Source of the command: manual of HDF5's tools 1.6.
 */
export const NO_SUPERBLOCK = `no signature at byte ${PLACES[0]}, ${PLACES[1]}, or a power of two up to ${PLACES[PLACES.length - 1]}; if a larger user block is before it, take that off: h5unjam -i FILE -u BLOCK -o NEW`;

/** Byte of the superblock, or -1. `start`: the first `SUPERBLOCK_WITHIN` bytes of a file, or all. */
export function superblockAt(start: Uint8Array): number {
  return PLACES.find((at) => SIGNATURE.equals(start.subarray(at, at + SIGNATURE.length))) ?? -1;
}
