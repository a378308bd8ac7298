/**
 * Reads event files of all known formats, recognised by content if possible. Effects: reads files. Throws: InputError.
 */
import { inputError } from "../../../base/errors.js";
import { firstBytes, MOST_BINARY_BYTES, readBounded } from "../../../base/read-file.js";
import { binaryKind, refuseBinary, START_BYTES } from "../binary-kind.js";
import { eventRole } from "../event-columns.js";
import type { CameraEvents } from "./event-list.js";
import type { EventFormat } from "./format.js";
import { EVENT_FORMATS } from "./registry.js";

const WANTED = { what: "event file", fix: "give a recording of an event camera" };

/** Endings of files with events; other files in a folder of recordings are skipped. */
export const EVENT_FILE = /\.(aedat4?|dat|raw|npy|h5|hdf5|csv|bin|bs2)$/i;

/** Loads what readers need; await it before `readEvents`. */
export async function prepareEvents(): Promise<void> {
  for (const [, { prepare }] of EVENT_FORMATS.entries) await prepare?.();
}

/**
 * True if the file at `path` holds camera events and not a grid of spikes: a recording by content or name, NumPy
 * records, or a table whose header names an event's fields. False for HDF5, which says it only inside.
 */
export function isEventFile(path: string): boolean {
  const start = firstBytes(path, START_BYTES, WANTED);
  const text = new TextDecoder("latin1").decode(start);
  const names = (text.split("\n")[0] ?? "").split(",").map((name) => eventRole(name));
  if (/^\x93NUMPY/.test(text)) return /'descr':\s*\[/.test(text);
  if (EVENT_FORMATS.entries.some(([name, { isOne }]) => name !== "hdf5" && isOne(start, ""))) return true;
  return /\.(bin|bs2)$/i.test(path) || ["x", "y", "time", "polarity"].every((field) => names.includes(field));
}

/** The events of the file at `path`. */
export function readEvents(path: string): CameraEvents {
  const format = formatOf(path, firstBytes(path, START_BYTES, WANTED));
  return format.read(path, () => readBounded(path, { ...WANTED, mostBytes: MOST_BINARY_BYTES }));
}

/** The format of a file. A recognised content takes precedence over the name. Throws for an unknown format. */
function formatOf(path: string, start: Uint8Array): EventFormat {
  const formats = EVENT_FORMATS.entries.map(([, format]) => format);
  const readable = `these can be read: ${formats.map(({ about }) => about).join("; ")}`;
  const bySign = formats.find(({ isOne }) => isOne(start, ""));
  if (bySign !== undefined) return bySign;
  const byName = formats.find(({ isOne }) => isOne(start, path));
  const known = binaryKind(start);
  if (byName !== undefined && (known === null || !known.isSure)) return byName;
  refuseBinary(start, path, readable);
  throw inputError(path, "is not an event file of a known format", readable);
}
