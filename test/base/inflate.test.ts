/** Deflated bytes unpack to what was packed, and no further than to a limit. */
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { inflated, inflatedText } from "../../base/inflate.js";

test.each([0, 1, 5, 100_000])("%i bytes unpack whole at their own size as limit, and not at all below it", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => 32 + (i % 64));
  const packed = deflateRawSync(bytes);
  expect(Buffer.from(inflated(packed, length) ?? []).equals(bytes)).toBe(true);
  expect(inflatedText(packed, length)).toBe(Buffer.from(bytes).toString("latin1"));
  if (length === 0) return;
  expect(inflated(packed, length - 1)).toBeNull();
  if (length > 1) expect(() => inflatedText(packed, length - 1)).toThrow(RangeError);
});

test("bytes that no packer wrote, or that were cut, do not unpack", () => {
  const cut = deflateRawSync(Buffer.from("snn".repeat(99))).subarray(0, 5);
  for (const bytes of [Uint8Array.of(255, 255, 255), cut]) {
    expect(inflated(bytes, 1000)).toBeNull();
    expect(() => inflatedText(bytes, 1000)).toThrow(Error);
  }
});
