/**
 * AEDAT 3.1 (cAER): header lines with `#` up to `#!END-HEADER`, then packets, little endian: a header of 28 bytes
 * (type, source: i16; event size, offset of the time stamp, overflows of its 31 bits, capacity, number, valid: i32),
 * then its events. Only packets of polarity events are read (type 1, 8 bytes per event): data (32), microseconds (32);
 * data holds valid (bit 0), polarity (1), y (2 to 16), x (17 to 31). Invalid events are skipped.
 * Source: iniVation, "AEDAT 3.1" (docs.inivation.com); README of the IBM DVS128 Gesture data set.
 * Not modelled: compressed formats, which the header names; AEDAT 3.0.
 */
import { inputError } from "../../../base/errors.js";
import { powerOfTwo } from "../../../base/math.js";
import { byteError, type CameraEvents, EventCollector, viewOf } from "./event-list.js";
import { beginsWith, type EventFormat } from "./format.js";
import { sensorNamed } from "./sensors.js";
import { headerValue, textHeader } from "./text-header.js";

const PACKET_HEADER = 28;
const POLARITY = 1;
const POLARITY_BYTES = 8;
const OVERFLOW_US = powerOfTwo(31);
/** Bounds the clock by 2^53 us. */
const MOST_OVERFLOWS = powerOfTwo(22);

export const aedat3: EventFormat = {
  about: "AEDAT 3.1, polarity events",
  isOne: (start) => beginsWith(start, "#!AER-DAT3.1"),
  read: (path, bytes) => parseAedat3(bytes(), path),
};

function parseAedat3(bytes: Uint8Array, file: string): CameraEvents {
  const header = textHeader(bytes, "#", /^!END-HEADER$/);
  if (!header.closed) throw inputError(file, "has no line #!END-HEADER: cut or damaged");
  const format = headerValue(header, /^Format:\s*(.*)/) ?? "RAW";
  if (!/^RAW$/i.test(format)) throw inputError(file, `is of the format ${format.slice(0, 80)}, expected RAW`, "write it uncompressed");
  const sensor = sensorNamed(headerValue(header, /^Source \d+:\s*(.*)/) ?? "");
  const view = viewOf(bytes);
  const events = new EventCollector(file);
  for (let at = header.end; at < bytes.length; ) {
    if (at + PACKET_HEADER > bytes.length) throw byteError(file, at, `${bytes.length - at} bytes are left, a packet's header has 28: cut`);
    const [size, overflows, capacity, number] = [4, 12, 16, 20].map((offset) => view.getInt32(at + offset, true));
    const type = view.getInt16(at, true);
    if (!(size > 0 && number >= 0 && capacity === number))
      throw byteError(file, at, `a packet of ${number} events of ${size} bytes with a capacity of ${capacity}: damaged`);
    const end = at + PACKET_HEADER + size * number;
    if (end > bytes.length) throw byteError(file, at, `a packet of ${number} events of ${size} bytes ends beyond the file: cut`);
    if (type === POLARITY) {
      if (size !== POLARITY_BYTES) throw byteError(file, at, `polarity events of ${size} bytes, expected ${POLARITY_BYTES}`);
      if (!(overflows >= 0 && overflows < MOST_OVERFLOWS)) throw byteError(file, at, `${overflows} overflows of the clock: damaged`);
      addPacket(events, view, at + PACKET_HEADER, end, overflows * OVERFLOW_US);
    }
    at = end;
  }
  return events.events(sensor?.width ?? null, sensor?.height ?? null);
}

function addPacket(events: EventCollector, view: DataView, start: number, end: number, offsetUs: number): void {
  for (let at = start; at < end; at += POLARITY_BYTES) {
    const data = view.getUint32(at, true);
    if ((data & 1) === 0) continue;
    events.add(data >>> 17, (data >> 2) & 0x7fff, (data >> 1) & 1, offsetUs + (view.getUint32(at + 4, true) & 0x7fffffff));
  }
}
