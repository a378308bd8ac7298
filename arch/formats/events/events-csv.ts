/**
 * Events as text: a header that names x, y, t and p in any order, then an event per line, separated by commas. The time
 * is in whole microseconds, or in the unit that its column's name ends with: `t_us`, `t_ms`, `t_s`, `t [ns]`.
 * Throws: InputError with the line. Not modelled: quoted fields, other separators.
 */
import { inputError } from "../../../base/errors.js";
import { MOST_TEXT_BYTES } from "../../../base/read-file.js";
import { refuseControls } from "../binary-kind.js";
import { shortened, timeUnitUs } from "../event-columns.js";
import type { CameraEvents } from "./event-list.js";
import { type ColumnOf, eventsOfColumns, FIELDS, fieldsOf } from "./field-columns.js";
import type { EventFormat } from "./format.js";

const READABLE = "events are read as .csv with a header x,y,t,p, and from the cameras' own files";

export const eventsCsv: EventFormat = {
  about: "CSV with a header that names x, y, t, p",
  isOne: (start, name) => /\.(csv|txt)$/i.test(name) && !start.includes(0),
  read: (path, bytes) => parseEventsCsv(textOf(bytes(), path), path),
};

function textOf(bytes: Uint8Array, file: string): string {
  if (bytes.length > MOST_TEXT_BYTES)
    throw inputError(file, `is ${bytes.length} bytes of text; at most ${MOST_TEXT_BYTES} are read`, "save its events as .npy or HDF5");
  return new TextDecoder().decode(bytes);
}

function parseEventsCsv(text: string, file: string): CameraEvents {
  refuseControls(text, file, READABLE);
  const lines = new Lines(text.replace(/^\ufeff/, "").trimEnd());
  const header = lines.next();
  if (header === "") throw inputError(file, "is empty", READABLE);
  const names = header.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "" && Number.isFinite(Number(name))))
    throw inputError(file, "line 1 holds numbers, expected a header that names x, y, t, p", "say which column is which");
  const places = fieldsOf(names, file);
  let at = -1;
  let cells: readonly string[] = [];
  const column: ColumnOf = (field, event) => {
    if (event !== at) {
      [at, cells] = [event, lines.next().split(",")];
      if (cells.length !== names.length || FIELDS.some((name) => Number.isNaN(numberOf(cells[places[name]]))))
        throw inputError(file, `line ${event + 2} is ${JSON.stringify(shortened(cells.join(",")))}, expected ${names.length} numbers`);
    }
    return numberOf(cells[places[field]]);
  };
  return eventsOfColumns(lines.left(), column, {
    ...{ file, unitUs: timeUnitUs(names[places.time], file), width: null, height: null },
    placeOf: (event) => `line ${event + 2}: the event`,
  });
}

/** Reads lines one by one: all lines at once would take many times the size of the text. */
class Lines {
  private at = 0;

  constructor(private readonly text: string) {}

  next(): string {
    const end = this.text.indexOf("\n", this.at);
    const line = this.text.slice(this.at, end < 0 ? this.text.length : end);
    this.at = end < 0 ? this.text.length + 1 : end + 1;
    return line.replace(/\r$/, "");
  }

  /** Number of lines that are left. */
  left(): number {
    let count = 0;
    for (let at = this.at; at <= this.text.length; count++) {
      const end = this.text.indexOf("\n", at);
      at = end < 0 ? this.text.length + 1 : end + 1;
    }
    return count;
  }
}

const TRUTH: { readonly [word: string]: number } = { true: 1, false: 0 };

function numberOf(cell: string): number {
  const text = cell.trim().toLowerCase();
  if (Object.hasOwn(TRUTH, text)) return TRUTH[text];
  return text === "" || !Number.isFinite(Number(text)) ? Number.NaN : Number(text);
}
