/** Frames of LZ4 and Zstandard whose bytes are changed are refused: their checksums are compared. */
import { expect, test } from "vitest";
import { unpackLz4 } from "../../../arch/formats/events/lz4-frame.js";
import { unpackZstd } from "../../../arch/formats/events/zstd-frame.js";
import { xxh32 } from "../../../base/xxhash.js";

const TEXT = "spikes, spikes, spikes, spikes and spikes".repeat(3);
/** Written by `zstd --check` 1.5.7 and `lz4 -BX --content-size` 1.10 (sums of header, block and content). */
const FRAMES = [
  ["Zstandard", unpackZstd, "28b52ffd0458e50000607370696b65732c2020616e64050061ea00572f10a580cf8c4c295c6ab95fb4"],
  [
    "LZ4",
    unpackLz4,
    "04224d187c407b000000000000001e240000008f7370696b65732c200800034320616e641b000f2100030439000f2900" +
      "1c5070696b6573d6ac3560000000009ff0c898",
  ],
] as const;

class Refusal extends Error {}

test.each(FRAMES)("%s: a frame that its tool wrote unpacks, and with any one bit flipped it is refused", (_name, unpack, hex) => {
  const frame = Buffer.from(hex, "hex");
  const whole = (bytes: Uint8Array): string => Buffer.from(unpack(bytes, 1000, (message) => new Refusal(message))).toString();
  expect(whole(frame)).toBe(TEXT);
  const passed: string[] = [];
  for (let bit = 0; bit < 8 * frame.length; bit++) {
    const damaged = Buffer.from(frame);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    try {
      if (whole(damaged) !== TEXT) passed.push(`bit ${bit & 7} of byte ${bit >> 3}`);
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
  }
  expect(passed).toEqual([]);
});

/**
 * Of `lz4` 1.10, with the options that are named: each has only some of the checks. Changes that the content's sum
 * cannot tell unpack to the same.
 */
const BLOCKS = "240000008f7370696b65732c200800034320616e641b000f2100030439000f29001c5070696b6573";
const CONTENT_FROM = 7;
const PARTLY = [
  ["the header's", "--no-frame-crc", `04224d18604082${BLOCKS}00000000`, 4, CONTENT_FROM],
  ["the content's", "", `04224d186440a7${BLOCKS}000000009ff0c898`, CONTENT_FROM, 51],
  ["a block's", "-BX --no-frame-crc", `04224d187040ad${BLOCKS}d6ac356000000000`, 11, 51],
] as const;

test.each(PARTLY)("LZ4: what %s checksum alone is of is refused with any bit flipped (lz4 %s)", (_name, _options, hex, from, end) => {
  const frame = Buffer.from(hex, "hex");
  const whole = (bytes: Uint8Array): string => Buffer.from(unpackLz4(bytes, 1000, (message) => new Refusal(message))).toString();
  expect(whole(frame)).toBe(TEXT);
  for (let bit = 8 * from; bit < 8 * end; bit++) {
    const damaged = Buffer.from(frame);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    try {
      const text = whole(damaged);
      expect([from, text], `bit ${bit & 7} of byte ${bit >> 3}`).toEqual([CONTENT_FROM, TEXT]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
});

test("LZ4: a frame that unpacks to another size than its header's is refused, though no checksum tells", () => {
  const frame = Buffer.from(`04224d1868407b000000000000007e${BLOCKS}00000000`, "hex");
  const whole = (): string => Buffer.from(unpackLz4(frame, 1000, (message) => new Refusal(message))).toString();
  expect(whole()).toBe(TEXT);
  frame[6]++;
  frame[14] = (xxh32(frame.subarray(4, 14)) >>> 8) & 255;
  expect(whole).toThrow("an LZ4 frame of 124 bytes that unpacks to 123");
});
