/** Damaged global heaps, on which the HDF5 library would loop for ever or take gigabytes, are refused with a reason. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { guarded, type Hdf5, loadHdf5 } from "../../base/hdf5.js";

/** Of the heap's header, and of an object's. */
const HEADER_BYTES = 16;
const SIZE_AT = 8;

describe("an HDF5 file", () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-heaps-"));
  const path = join(folder, "texts.h5");
  let hdf5: Hdf5;
  let sound: Buffer;
  let heapAt: number;
  beforeAll(async () => {
    hdf5 = await loadHdf5();
    const file = new hdf5.File(path, "w");
    file.create_dataset({ name: "texts", data: ["one", "two", "a longer one"], shape: [3], dtype: "S" });
    file.close();
    sound = readFileSync(path);
    heapAt = sound.indexOf("GCOL");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (bytes: Uint8Array): unknown => {
    writeFileSync(path, bytes);
    return guarded(path, () => {
      const file = new hdf5.File(path, "r");
      try {
        return (file.get("texts") as InstanceType<Hdf5["Dataset"]>).value;
      } finally {
        file.close();
      }
    });
  };
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(sound);
    change(bytes);
    return bytes;
  };

  test("of texts in a sound heap is read, also one cut within another heap's header, and one whose values look like a heap", () => {
    expect(heapAt).toBeGreaterThan(0);
    expect(read(sound)).toEqual(["one", "two", "a longer one"]);
    const lookalike = Buffer.concat([Buffer.from("GCOL\u0001\0\0\0"), Buffer.alloc(8, 0xff), Buffer.alloc(64)]);
    expect(read(Buffer.concat([sound, lookalike]))).toEqual(["one", "two", "a longer one"]);
    expect(read(Buffer.concat([sound, Buffer.from("GCOL\u0001\0")]))).toEqual(["one", "two", "a longer one"]);
  });

  test.each([
    ["free room of no bytes", 0, 0n],
    ["free room of fewer bytes than its header", 0, 8n],
    ["free room whose size is 0 in 32 bits", 0, 2n ** 32n],
    ["an object of more bytes than the heap", 1, 5_000n],
    ["an object whose size is -16 in 64 bits", 1, 2n ** 64n - 16n],
  ])("whose heap has %s is refused", (_what, index, size) => {
    const bytes = changed((copy) => {
      copy.writeUInt16LE(index, heapAt + HEADER_BYTES);
      copy.writeBigUInt64LE(size, heapAt + HEADER_BYTES + SIZE_AT);
    });
    expect(() => read(bytes)).toThrow(InputError);
    expect(() => read(bytes)).toThrow(`its heap at byte ${heapAt} has no end`);
  });

  test("whose heap has a size of more than 32 bits is looked at as the library does", () => {
    const bytes = changed((copy) => {
      copy.writeUInt32LE(1, heapAt + SIZE_AT + 4);
      copy.writeUInt16LE(0, heapAt + HEADER_BYTES);
      copy.writeBigUInt64LE(0n, heapAt + HEADER_BYTES + SIZE_AT);
    });
    expect(() => read(bytes)).toThrow(`its heap at byte ${heapAt} has no end`);
  });

  test("that holds thousands of heaps in one another is refused before each is looked at", () => {
    const one = Buffer.alloc(24);
    one.write("GCOL\u0001");
    one.writeBigUInt64LE(BigInt(sound.length / 2), 8);
    const many = Buffer.concat([sound, ...Array.from({ length: 100_000 }, () => one)]);
    expect(() => read(many)).toThrow(/its heaps overlap|has no end/);
  });

  test("with lengths of 4 bytes, and a file that is none, are refused", () => {
    const lengthsAt = sound[8] < 2 ? 14 : 10;
    expect(() => read(changed((copy) => copy.writeUInt8(4, lengthsAt)))).toThrow("lengths of 4 bytes");
    expect(() => read(Buffer.from("GCOL"))).toThrow("is not an HDF5 file");
  });

  test("gets no more memory than its bytes can hold, and the limit is gone afterwards", () => {
    const { prototype } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: { grow: unknown } } } }).WebAssembly.Memory;
    const { grow } = prototype;
    writeFileSync(path, sound);
    const heap = hdf5.Module as unknown as { _malloc(bytes: number): number; _free(pointer: number): void };
    const room = (bytes: number): boolean => {
      const pointer = heap._malloc(bytes);
      if (pointer !== 0) heap._free(pointer);
      return pointer !== 0;
    };
    expect(guarded(path, () => room(2 ** 30))).toBe(false);
    expect(prototype.grow).toBe(grow);
    expect(room(2 ** 27)).toBe(true);
  });
});
