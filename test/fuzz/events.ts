/**
 * Readers of event files on damaged ones; those that scripts/event-fixtures.py wrote are sound. HDF5 is in `files.ts`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_FORMATS } from "../../arch/formats/events/registry.js";
import { packageRoot } from "../../base/package-root.js";
import { damagedText } from "./mutate.js";
import { bytesDamage, type Reader } from "./reader.js";

const sound = (name: string): Uint8Array => readFileSync(join(packageRoot(), "test/arch/formats/events", name));

const eventReader = (format: string, share: number, ...names: readonly string[]): Reader => {
  const files = names.map(sound);
  const { read } = EVENT_FORMATS.demand(format, "fuzz");
  // As files come: a piece of a larger buffer, from an odd place in it.
  const odd = files.map((bytes) => Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]).subarray(3, 3 + bytes.length));
  const isText = format === "csv";
  return {
    name: `events: ${format} (${names.join(", ")})`,
    share,
    sound: [...files, ...odd],
    damages: files.flatMap((bytes) => [
      bytesDamage(bytes),
      ...(isText
        ? [(rng: Parameters<typeof damagedText>[1]) => new TextEncoder().encode(damagedText(new TextDecoder().decode(bytes), rng))]
        : []),
    ]),
    read: (bytes: Uint8Array) => read("x", () => bytes),
  };
};

export const EVENT_READERS: readonly Reader[] = [
  eventReader("nmnist-bin", 300, "digit.bin"),
  eventReader("slayer-bs2", 300, "digit.bs2"),
  eventReader("aedat-2", 300, "dvs128.aedat", "davis346.aedat"),
  eventReader("aedat-3", 300, "gesture.aedat"),
  eventReader("aedat-4", 300, "dv-none.aedat4"),
  eventReader("aedat-4", 300, "dv-lz4.aedat4", "dv-lz4-high.aedat4"),
  eventReader("aedat-4", 300, "dv-zstd.aedat4", "dv-zstd-stream.aedat4"),
  eventReader("prophesee-dat", 300, "cd.dat"),
  eventReader("prophesee-raw", 300, "evt2.raw"),
  eventReader("prophesee-raw", 300, "evt3.raw"),
  eventReader("npy", 300, "tonic.npy", "padded.npy", "big-endian.npy"),
  eventReader("csv", 300, "txyp.csv", "pyx-ms.csv"),
];
