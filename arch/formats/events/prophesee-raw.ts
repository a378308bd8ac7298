/**
 * Prophesee `.raw`: header lines with `% `, one of which names the encoding (`% evt 3.0`, or `% format
 * EVT3;height=720;width=1280`), then the encoded words.
 * Source: Prophesee, "RAW File Format" (docs.prophesee.ai). EVT 2.0 and EVT 3.0 are read; EVT 2.1 and big-endian words
 * are refused by name.
 */
import { inputError } from "../../../base/errors.js";
import { type CameraEvents, EventCollector } from "./event-list.js";
import { addEvt2 } from "./evt2.js";
import { addEvt3 } from "./evt3.js";
import { beginsWith, type EventFormat } from "./format.js";
import { headerValue, sizeValue, type TextHeader, textHeader } from "./text-header.js";

const LATIN = new TextDecoder("latin1");
const ENCODINGS: { readonly [name: string]: typeof addEvt2 } = { "2.0": addEvt2, "3.0": addEvt3 };

export const propheseeRaw: EventFormat = {
  about: "Prophesee .raw, EVT 2.0 and EVT 3.0",
  isOne: (start) => beginsWith(start, "% ") && /^% *(format\s+evt|evt\s+)\d/im.test(LATIN.decode(start)),
  read: (path, bytes) => parseRaw(bytes(), path),
};

function parseRaw(bytes: Uint8Array, file: string): CameraEvents {
  const header = textHeader(bytes, "%", /^\s*end\s*$/i);
  const encoding = encodingOf(header);
  if (!Object.hasOwn(ENCODINGS, encoding))
    throw inputError(
      file,
      `is encoded as EVT ${encoding}; only EVT ${Object.keys(ENCODINGS).join(" and ")} can be read`,
      "convert it with metavision",
    );
  const endianness = headerValue(header, /\bendianness[= ]+(\w+)/i) ?? "little";
  if (!/^little$/i.test(endianness)) throw inputError(file, `has ${endianness}-endian words, expected little-endian ones`);
  const events = new EventCollector(file);
  ENCODINGS[encoding](bytes, header.end, events, file);
  const size = (key: string, geometry: RegExp): number | null =>
    sizeValue(header, file, new RegExp(`\\b${key}[= ]+(\\w+)`, "i")) ?? sizeValue(header, file, geometry);
  return events.events(size("width", /^\s*geometry\s+(\w+?)x/i), size("height", /^\s*geometry\s+\w+?x(\w+)/i));
}

/** `3.0` from `evt 3.0`, `evt 3` or `format EVT3`; `2.1` from `EVT21`. */
function encodingOf(header: TextHeader): string {
  const digits = headerValue(header, /^\s*(?:format\s+)?evt\s*(\d(?:\.?\d)?)/i) ?? "";
  return digits.length === 1 ? `${digits}.0` : `${digits.slice(0, 1)}.${digits.slice(-1)}`;
}
