/** Frames of LZ4 and Zstandard whose bytes are changed are refused: their checksums are compared. */
import { expect, test } from "vitest";
import { unpackLz4 } from "../../../arch/formats/events/lz4-frame.js";
import { unpackZstd } from "../../../arch/formats/events/zstd-frame.js";

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
