/**
 * AEDAT 2.0 (jAER): header lines with `#`, then events of 8 bytes, big endian: address (32), microseconds (32). The
 * line `# AEChip:` names the sensor, whose class says what an address means; without it, addresses of 16 bits are taken
 * as those of a DVS128. y of an address grows upwards from the lower left corner, so it is inverted. Events of external
 * inputs, frames and the inertial sensor are skipped.
 * Source: iniVation, "AEDAT 2.0" (docs.inivation.com): DVS128 has y in bits 14 to 8, x in 7 to 1, polarity in 0 (1 is
 * ON), bit 15 an external event; DAVIS has bit 31 for frames and the inertial sensor, y in 30 to 22, x in 21 to 12,
 * polarity in 11 (1 is ON), bit 10 an external event.
 */
import { byteError, type CameraEvents, checkWhole, EventCollector, viewOf, WrappedClock } from "./event-list.js";
import { beginsWith, type EventFormat } from "./format.js";
import { DVS128, type Sensor, sensorNamed } from "./sensors.js";
import { headerValue, textHeader } from "./text-header.js";

const BYTES = 8;
const EXTERNAL_DVS128 = 0x8000;
const NOT_POLARITY_DAVIS = 0x80000400;

export const aedat2: EventFormat = {
  about: "AEDAT 2.0 of DVS128 and DAVIS sensors",
  isOne: (start) => beginsWith(start, "#!AER-DAT2.0"),
  read: (path, bytes) => parseAedat2(bytes(), path),
};

function parseAedat2(bytes: Uint8Array, file: string): CameraEvents {
  const header = textHeader(bytes, "#", /^\s*end of ascii header/i);
  checkWhole(file, bytes, header.end, BYTES);
  const name = headerValue(header, /^\s*AEChip:\s*(\S+)/);
  const sensor = name === null ? DVS128 : sensorNamed(name);
  if (sensor === null)
    throw byteError(
      file,
      0,
      `its header names the sensor ${name}, whose addresses are unknown`,
      "only DVS128 and DAVIS sensors can be read",
    );
  const view = viewOf(bytes);
  const events = new EventCollector(file);
  const clock = new WrappedClock(32);
  for (let at = header.end; at < bytes.length; at += BYTES) {
    const address = view.getUint32(at);
    const timeUs = clock.at(view.getUint32(at + 4));
    if (name === null && address > 0xffff)
      throw byteError(file, at, `an address of more than 16 bits (0x${address.toString(16)}), and no line # AEChip: names the sensor`);
    add(events, sensor, address, timeUs, () => byteError(file, at, `the address 0x${address.toString(16)} is outside the sensor`));
  }
  return events.events(sensor.width, sensor.height);
}

function add(events: EventCollector, { address: kind, height }: Sensor, address: number, timeUs: number, outside: () => Error): void {
  if ((address & (kind === "dvs128" ? EXTERNAL_DVS128 : NOT_POLARITY_DAVIS)) !== 0) return;
  const isDvs128 = kind === "dvs128";
  const x = isDvs128 ? (address >> 1) & 127 : (address >> 12) & 1023;
  const up = isDvs128 ? (address >> 8) & 127 : (address >> 22) & 511;
  if (up >= height) throw outside();
  events.add(x, height - 1 - up, isDvs128 ? address & 1 : (address >> 11) & 1, timeUs);
}
