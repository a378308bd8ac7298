/**
 * NumPy archives: what numpy wrote (2.4.6: savez, savez_compressed) is read by name; cut and damaged ones are refused.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseNpy } from "../../../arch/formats/npy.js";
import { readNpz } from "../../../arch/formats/npz.js";
import { MIB } from "../../../base/bytes.js";
import { crc32 } from "../../../base/crc32.js";
import { InputError } from "../../../base/errors.js";
import { readSpikeSamples } from "../../../training/datasets/spike-file.js";
import { npz } from "../../fuzz/seeds.js";

test.each([
  ["stored", npz[0]],
  ["deflated", npz[1]],
])("arrays that numpy has %s are there by name, with the numbers they were saved with", (_, archive) => {
  const arrays = readNpz(archive, "x.npz", MIB);
  expect(arrays.map(({ name }) => name)).toEqual(["left", "right"]);
  const [left, right] = arrays.map(({ bytes }) => parseNpy(bytes(), "x"));
  expect(left.map(({ steps, neurons, data }) => [steps, neurons, [...data]])).toEqual([
    [3, 2, [0, 1, 2, 3, 4, 5]],
    [3, 2, [6, 7, 8, 9, 10, 11]],
  ]);
  expect(right.map(({ steps, neurons, data }) => [steps, neurons, [...data]])).toEqual([[2, 3, [1, 0, 2, 0, 3, 0]]]);
});

test("the checksum is that of the standard's text", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("every cut is refused; a changed byte of an array is refused, or changes nothing; so is more than may be unpacked", () => {
  for (const whole of npz) {
    const readAll = (bytes: Uint8Array): readonly Uint8Array[] => readNpz(bytes, "x.npz", MIB).map((array) => array.bytes());
    const expected = readAll(whole);
    for (let end = 0; end < whole.length; end++) expect(() => readAll(whole.subarray(0, end)), `cut at ${end}`).toThrow(InputError);
    const header = new DataView(whole.buffer);
    const start = 30 + header.getUint16(26, true) + header.getUint16(28, true);
    // the central directory says how long the first array is
    const central = header.getUint32(whole.length - 6, true);
    const packed = header.getUint32(central + 20, true);
    expect(packed).toBeGreaterThan(50);
    let refused = 0;
    for (let at = start; at < start + packed; at++) {
      const changed = whole.slice();
      changed[at] ^= 0x11;
      try {
        expect(readAll(changed)).toEqual(expected);
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(InputError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(packed - 4);
    expect(() => readNpz(whole, "x.npz", 100)[0].bytes()).toThrow(/unpacks to \d+ bytes, at most 100 are read/);
  }
});

const folder = mkdtempSync(join(tmpdir(), "npz-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a network takes the array of its input's name; a name that is not there is refused with those that are", async () => {
  const path = join(folder, "both.npz");
  writeFileSync(path, npz[1]);
  const read = (node: string) => readSpikeSamples({ path, stepSeconds: null, labels: null, inputs: null, node, byName: true });
  const [left, right] = [await read("left"), await read("right")];
  expect([left.inputs, [...left.frameStart], right.inputs, [...right.frameStart]]).toEqual([2, [0, 3, 6], 3, [0, 2]]);
  expect([...left.features]).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect([...right.features]).toEqual([1, 0, 2, 0, 3, 0]);
  await expect(read("middle")).rejects.toThrow(/holds values of left, right, none of a node middle/);
});
