/** xxHash against the checksums that the tools `lz4` 1.10 and `zstd` 1.5.7 write at the end of a frame. */
import { expect, test } from "vitest";
import { xxh32, xxh64Low } from "../../base/xxhash.js";

/** Number of bytes (37 i + 11 mod 256), checksum of LZ4, checksum of Zstandard: every remainder of the two stripes. */
const WRITTEN: readonly (readonly [bytes: number, lz4: number, zstd: number])[] = [
  [0, 0x02cc5d05, 0x51d8e999],
  [1, 0x3fe5a29d, 0x639c4cb6],
  [3, 0x4021af28, 0x601d4f27],
  [4, 0x1eb8f11a, 0xf1ae4d95],
  [7, 0x02226fe7, 0x0496c04e],
  [8, 0x9d02a89c, 0x21f3e21a],
  [12, 0xd40fa400, 0x66039e64],
  [15, 0x162986eb, 0xb00e8d29],
  [16, 0x96ac9fa6, 0x99721174],
  [31, 0xdf853fbf, 0xe519a4ae],
  [32, 0xda8072dc, 0xda790b2d],
  [33, 0x3c8fd07d, 0x0475a832],
  [47, 0x0ea9c191, 0x22942dda],
  [63, 0x00bf10c5, 0xcf95b28a],
  [64, 0x043913c6, 0xbf32befc],
  [100, 0xede8e390, 0x566ea023],
  [131, 0x589bf923, 0xe22532ea],
];

test.each(WRITTEN)("%d bytes have the checksums that lz4 and zstd write", (count, lz4, zstd) => {
  const bytes = Uint8Array.from({ length: count }, (_, i) => 37 * i + 11);
  expect([xxh32(bytes), xxh64Low(bytes)]).toEqual([lz4, zstd]);
});
