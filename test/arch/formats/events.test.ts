/**
 * Event files against an independent writer: scripts/event-fixtures.py writes them with numpy, struct, h5py, lz4,
 * zstandard and flatbuffers.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CameraEvents, WrappedClock } from "../../../arch/formats/events/event-list.js";
import { prepareEvents, readEvents } from "../../../arch/formats/events/read-events.js";
import { EVENT_FORMATS } from "../../../arch/formats/events/registry.js";
import { unpackZstd } from "../../../arch/formats/events/zstd-frame.js";
import { packageRoot } from "../../../base/package-root.js";

interface Expected {
  readonly width: number | null;
  readonly height: number | null;
  /** [x, y, polarity, microseconds]. */
  readonly events: readonly (readonly [number, number, number, number])[];
  /** The last event stands there so many times. */
  readonly lastRepeats?: number;
}

const fixtures = join(packageRoot(), "test/arch/formats/events");
const expected = JSON.parse(readFileSync(join(fixtures, "events.json"), "utf8")) as Record<string, Expected>;
const folder = mkdtempSync(join(tmpdir(), "snn-dse-events-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(prepareEvents);

const listed = ({ x, y, polarity, timeUs }: CameraEvents): number[][] => Array.from(x, (at, e) => [at, y[e], polarity[e], timeUs[e]]);
const near = (list: readonly (readonly number[])[]): number[][] => list.map((event) => event.map((value) => Math.round(value * 1e6) / 1e6));

test.each(Object.keys(expected))("%s holds the events that its writer says", (name) => {
  const { width, height, events, lastRepeats = 1 } = expected[name];
  const read = readEvents(join(fixtures, name));
  expect({ width: read.width, height: read.height }).toEqual({ width, height });
  const all = [...events.slice(0, -1), ...Array.from({ length: lastRepeats }, () => events[events.length - 1])];
  expect(near(listed(read))).toEqual(near(all));
  expect(new Set(events.map(([, , polarity]) => polarity)).size).toBe(2);
});

test("every format has a fixture, and every fixture is told by its format alone", () => {
  const told = Object.keys(expected).map((name) => {
    const start = readFileSync(join(fixtures, name)).subarray(0, 4096);
    const signs = EVENT_FORMATS.entries.filter(([, format]) => format.isOne(start, ""));
    const named = EVENT_FORMATS.entries.filter(([, format]) => format.isOne(start, name));
    expect(signs.length, name).toBeLessThan(2);
    return (signs[0] ?? named[0])[0];
  });
  expect([...new Set(told)].sort()).toEqual([...EVENT_FORMATS.names].sort());
});

const sound = (name: string): Buffer => readFileSync(join(fixtures, name));
const spliced = (bytes: Buffer, at: number, ...values: readonly number[]): Buffer => {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
};

const refused: readonly (readonly [claim: string, name: string, bytes: Buffer | string, message: RegExp])[] = [
  ["a .bin of 7 bytes", "a.bin", Buffer.alloc(7), /a\.bin: at byte 5: 2 bytes are left, an event has 5/],
  [
    "an AEDAT 2 file that is cut in an event",
    "a.aedat",
    sound("dvs128.aedat").subarray(0, -3),
    /at byte \d+: 5 bytes are left, an event has 8/,
  ],
  [
    "an AEDAT 2 sensor whose addresses are not known",
    "a.aedat",
    "#!AER-DAT2.0\r\n# AEChip: ch.unizh.Tmpdiff128\r\n",
    /names the sensor ch\.unizh\.Tmpdiff128/,
  ],
  [
    "wide AEDAT 2 addresses without a sensor's name",
    "a.aedat",
    Buffer.concat([Buffer.from("#!AER-DAT2.0\r\n"), Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])]),
    /more than 16 bits \(0x10000\)/,
  ],
  ["AEDAT 3 without the end of its header", "a.aedat", "#!AER-DAT3.1\r\n#Format: RAW\r\n", /no line #!END-HEADER/],
  ["compressed AEDAT 3", "a.aedat", "#!AER-DAT3.1\r\n#Format: Serial-TS\r\n#!END-HEADER\r\n", /format Serial-TS, expected RAW/],
  [
    "an AEDAT 3 packet that ends beyond the file",
    "a.aedat",
    sound("gesture.aedat").subarray(0, 300),
    /at byte \d+: a packet of \d+ events of 8 bytes ends beyond the file/,
  ],
  ["AEDAT 3.0", "a.aedat", "#!AER-DAT3.0\r\n", /is an AEDAT 3 recording of an event camera, which cannot be read/],
  ["AEDAT 1", "a.aedat", "#!AER-DAT1.0\r\n", /is an AEDAT 1 recording/],
  [
    "an AEDAT 4 compression that does not exist",
    "a.aedat4",
    spliced(
      sound("dv-zstd.aedat4"),
      sound("dv-zstd.aedat4").findIndex((byte, at) => byte === 3 && sound("dv-lz4.aedat4")[at] === 1),
      9,
    ),
    /compression 9; only none, LZ4 and Zstandard can be read/,
  ],
  [
    "an AEDAT 4 file that is cut",
    "a.aedat4",
    sound("dv-lz4-high.aedat4").subarray(0, -9),
    /at byte \d+: a packet of \d+ bytes ends beyond byte/,
  ],
  [".dat of version 1", "a.dat", "% Data file containing CD events\n% Version 1\n", /a \.dat file of version 1, expected version 2/],
  [
    ".dat of other events",
    "a.dat",
    Buffer.concat([Buffer.from("% Data file containing CD events\n% Version 2\n"), Buffer.from([14, 8])]),
    /at byte 45: events of type 14 and 8 bytes/,
  ],
  ["EVT 2.1", "a.raw", "% evt 2.1\n", /encoded as EVT 2\.1; only EVT 2\.0 and 3\.0 can be read/],
  ["EVT 2.1 by its format line", "a.raw", "% format EVT21;height=320;width=320\n", /encoded as EVT 2\.1/],
  ["big-endian words", "a.raw", "% evt 3.0\n% endianness big\n", /big-endian words/],
  [
    "an EVT 3.0 word that does not exist",
    "a.raw",
    Buffer.concat([Buffer.from("% evt 3.0\n% end\n"), Buffer.from([0, 0x90])]),
    /at byte 16: a word of type 9/,
  ],
  [
    "an event outside the sensor",
    "a.dat",
    Buffer.from(sound("cd.dat").toString("latin1").replace("% Width 640", "% Width 100"), "latin1"),
    /outside the sensor of 100 x 480 pixels/,
  ],
  [
    "records of something else",
    "a.npy",
    Buffer.from(sound("tonic.npy").toString("latin1").replace("'t'", "'q'"), "latin1"),
    /none is the event's time/,
  ],
  [
    "times in floating point, whose unit is not said",
    "a.npy",
    Buffer.from(sound("tonic.npy").toString("latin1").replace("'<i8'", "'<f8'"), "latin1"),
    /field t is of type f8, expected whole numbers/,
  ],
  ["an array that is cut", "a.npy", sound("tonic.npy").subarray(0, -1), /100 records of 13 bytes need 1300 bytes, the file has 1299/],
  ["text without a header", "a.csv", "1,2,3,1\n4,5,6,0\n", /line 1 holds numbers, expected a header/],
  ["text with half an event", "a.csv", "t,x,y,p\n1,2,3,1\n4,5,6\n", /line 3 is "4,5,6", expected 4 numbers/],
  [
    "fractions of a time whose unit is not said",
    "a.csv",
    "timestamp,x,y,p\n5,2,3,1\n5.25,2,3,1\n",
    /line 3: the event has time 5\.25, no whole number, and no unit of time is said\n.*name the field by its unit: t_s/,
  ],
  ["a polarity of 2", "a.csv", "t,x,y,p\n1,2,3,2\n", /line 2: the event has polarity 2, expected 1 or 0, or 1 or -1/],
  ["a pixel at -1", "a.csv", "t,x,y,p\n1,-1,3,0\n", /line 2: the event lies at x = -1, y = 3/],
  ["a picture named .bin", "a.bin", Buffer.from([0x89, ...Buffer.from("PNG"), 0, 0, 0, 0, 0, 0]), /is a PNG picture/],
  ["what is no event file", "a.xyz", "hello", /is not an event file of a known format/],
];

test.each(refused)("refused by name and place: %s", (_, name, bytes, message) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  expect(() => readEvents(path)).toThrow(message);
});

test("an HDF5 file's t_offset is one whole number of microseconds, added to all times", async () => {
  await h5wasm.ready;
  const read = (name: string, offset: { data: BigInt64Array | Float64Array | string; shape?: number[] }): CameraEvents => {
    const path = join(folder, name);
    const file = new h5wasm.File(path, "w");
    const events = file.create_group("events");
    for (const field of "xypt") events.create_dataset({ name: field, data: Int32Array.of(1, 0) });
    file.create_dataset({ name: "t_offset", ...offset });
    file.close();
    return readEvents(path);
  };
  expect([...read("one.h5", { data: BigInt64Array.of(77n) }).timeUs]).toEqual([78, 77]);
  expect([...read("scalar.h5", { data: BigInt64Array.of(77n), shape: [] }).timeUs]).toEqual([78, 77]);
  for (const [name, data, got] of [
    ["two.h5", BigInt64Array.of(5n, 6n), "5,6"],
    ["half.h5", Float64Array.of(0.5), "0.5"],
    ["text.h5", "now", "now"],
  ] as const)
    expect(() => read(name, { data }), name).toThrow(new RegExp(`${name}: t_offset: is ${got}, expected one whole number of microseconds`));
});

test("a few bytes that promise gigabytes are refused before memory is taken", () => {
  // Zstandard, one block of 2^31 times the same byte; LZ4, copies of copies: 255 times per byte.
  const header = sound("dv-zstd.aedat4").subarray(0, sound("dv-zstd.aedat4").indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])) - 8);
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0x80, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
  const packet = Buffer.alloc(8);
  packet.writeInt32LE(frame.length, 4);
  const unbounded = Buffer.from(header);
  unbounded.fill(0xff, unbounded.indexOf(tableBytes(sound("dv-zstd.aedat4"))), unbounded.indexOf(tableBytes(sound("dv-zstd.aedat4"))) + 8);
  const path = join(folder, "bomb.aedat4");
  writeFileSync(path, Buffer.concat([unbounded, packet, frame]));
  expect(() => readEvents(path)).toThrow(/a Zstandard frame of 2147483648 bytes; at most 67108864 are unpacked/);
});

/** The place of the data table as the header has it. */
function tableBytes(bytes: Buffer): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigInt64LE(BigInt(bytes.indexOf("the table of the data")));
  return place;
}

test("a Zstandard block of 98,047 matches of 65,539 bytes each, out of bits that it does not have, is refused at once", () => {
  // One repeated literal, the longest match code always, one byte of bits.
  const body = [(1 << 3) | 1, 0x41, 0xff, 0xff, 0xff, 0b01010100, 0, 0, 52, 1];
  const block = (body.length << 3) | (2 << 1) | 1;
  const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, block & 255, block >> 8, 0, ...body);
  expect(() => unpackZstd(frame, 64 * 2 ** 20, (message) => new Error(message))).toThrow("a stream of bits that is too short");
});

test("a clock that turns goes on, a clock that falls back a little does not", () => {
  const clock = new WrappedClock(24);
  expect([2 ** 24 - 10, 5, 3, 2 ** 23, 2 ** 24 - 1, 0].map((ticks) => clock.at(ticks) - 2 ** 24)).toEqual([
    -10,
    5,
    3,
    2 ** 23,
    2 ** 24 - 1,
    2 ** 24,
  ]);
});

test("a late event of the round before does not turn the clock once more, in any round but the first", () => {
  const clock = new WrappedClock(24);
  const range = 2 ** 24;
  const ticks = [range - 10, 2, range - 1, 3, range - 3, 5, 2 ** 23, range - 2, 1, range - 1, 4];
  expect(ticks.map((tick) => clock.at(tick) - range)).toEqual([
    ...[-10, 2, -1, 3, -3, 5, 2 ** 23],
    ...[range - 2, range + 1, range - 1, range + 4],
  ]);
  expect(new WrappedClock(24).at(range - 1)).toBe(range - 1);
});
