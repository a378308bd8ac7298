/**
 * Prophesee `.dat`: header lines with `% `, one byte for the type of the events, one for their size, then events of 8
 * bytes, little endian: microseconds (32), then x (bits 0 to 13), y (14 to 27), polarity (28).
 * Source: Prophesee, "DAT File Format" (docs.prophesee.ai), version 2. Not modelled: version 1 and trigger events.
 */
import { inputError } from "../../../base/errors.js";
import { byteError, type CameraEvents, checkWhole, EventCollector, viewOf, WrappedClock } from "./event-list.js";
import { beginsWith, type EventFormat } from "./format.js";
import { headerValue, sizeValue, textHeader } from "./text-header.js";

const BYTES = 8;
const TYPES: ReadonlySet<number> = new Set([0x00, 0x0c]);
const LATIN = new TextDecoder("latin1");

export const propheseeDat: EventFormat = {
  about: "Prophesee .dat, version 2, contrast detection events",
  isOne: (start) => beginsWith(start, "% ") && /^% *data file containing/im.test(LATIN.decode(start)),
  read: (path, bytes) => parseDat(bytes(), path),
};

function parseDat(bytes: Uint8Array, file: string): CameraEvents {
  const header = textHeader(bytes, "%", /^\s*end\s*$/i);
  const version = headerValue(header, /^\s*version\s+(\S+)/i);
  if (version !== "2") throw inputError(file, `is a .dat file of version ${version ?? "(none named)"}, expected version 2`);
  const [type, size] = [bytes[header.end], bytes[header.end + 1]];
  if (!TYPES.has(type) || size !== BYTES)
    throw byteError(file, header.end, `events of type ${type} and ${size} bytes, expected type 0 or 12 (contrast detection) and 8 bytes`);
  const start = header.end + 2;
  checkWhole(file, bytes, start, BYTES);
  const view = viewOf(bytes);
  const events = new EventCollector(file);
  const clock = new WrappedClock(32);
  for (let at = start; at < bytes.length; at += BYTES) {
    const data = view.getUint32(at + 4, true);
    events.add(data & 0x3fff, (data >> 14) & 0x3fff, (data >> 28) & 1, clock.at(view.getUint32(at, true)));
  }
  return events.events(sizeValue(header, file, /^\s*width\s+(\S+)/i), sizeValue(header, file, /^\s*height\s+(\S+)/i));
}
