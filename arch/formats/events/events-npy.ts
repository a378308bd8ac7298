/**
 * NumPy structured arrays of events, as Tonic makes them: fields x, y, t, p in any order, whole numbers of 8 to 64 bits
 * or truth values, either byte order, with padding or without; times in microseconds, or in the unit that the field's
 * name ends with, as in CSV.
 * Source: numpy.lib.format, versions 1 to 3; Tonic, `tonic.io.make_structured_array`. Not modelled: times in floating
 * point, whose unit is unknown.
 */
import { inputError } from "../../../base/errors.js";
import { shortened, timeUnitUs } from "../event-columns.js";
import { npyHeader, npyShape } from "../npy.js";
import { type CameraEvents, viewOf } from "./event-list.js";
import { type ColumnOf, eventsOfColumns, fieldsOf } from "./field-columns.js";
import { beginsWith, type EventFormat } from "./format.js";

type Read = (view: DataView, at: number, isLittle: boolean) => number;
/** Readers by NumPy's kind and number of bytes. */
const READERS: { readonly [code: string]: Read } = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u8: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
  i8: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
};

export const eventsNpy: EventFormat = {
  about: "NumPy structured arrays (Tonic), fields x, y, t, p",
  isOne: (start) => start[0] === 0x93 && beginsWith(start.subarray(1), "NUMPY"),
  read: (path, bytes) => parseEventsNpy(bytes(), path),
};

interface RecordField {
  readonly name: string;
  readonly at: number;
  readonly isLittle: boolean;
  /** null: padding, or not a whole number. */
  readonly read: Read | null;
  readonly code: string;
}

function parseEventsNpy(bytes: Uint8Array, file: string): CameraEvents {
  const { header, start } = npyHeader(bytes, file);
  const records = /'descr':\s*\[(.*?)\]/s.exec(header)?.[1];
  if (records === undefined)
    throw inputError(file, "holds plain numbers, expected records with the fields x, y, t, p", "grids are read with dataset: spike-file");
  const { fields, bytesEach } = recordOf(records, file);
  const shape = npyShape(header);
  const [count] = shape;
  if (shape.length !== 1 || !Number.isSafeInteger(count))
    throw inputError(file, `has shape (${shape.join(", ")}), expected one axis of events`);
  if (bytes.length - start !== count * bytesEach)
    throw inputError(file, `${count} records of ${bytesEach} bytes need ${count * bytesEach} bytes, the file has ${bytes.length - start}`);
  const places = fieldsOf(
    fields.map(({ name }) => name),
    file,
  );
  for (const place of Object.values(places))
    if (fields[place].read === null)
      throw inputError(
        file,
        `its field ${shortened(fields[place].name)} is of type ${shortened(fields[place].code)}, expected whole numbers`,
      );
  const view = viewOf(bytes);
  const column: ColumnOf = (field, event) => {
    const { read, at, isLittle } = fields[places[field]];
    return read === null ? Number.NaN : read(view, start + event * bytesEach + at, isLittle);
  };
  const unitUs = timeUnitUs(fields[places.time].name, file);
  return eventsOfColumns(count, column, { file, unitUs, width: null, height: null, placeOf: (event) => `event ${event}` });
}

/** Fields and size of a record, from text such as `('x', '<i2'), ('', '|V4')`. */
function recordOf(records: string, file: string): { readonly fields: readonly RecordField[]; readonly bytesEach: number } {
  const fields: RecordField[] = [];
  let at = 0;
  for (const [, name, order, kind, size] of records.matchAll(/\(\s*'([^']*)'\s*,\s*'([<>|=]?)([A-Za-z?])(\d{0,6})'\s*\)/g)) {
    const code = kind === "?" ? "b1" : `${kind}${size}`;
    fields.push({ name, at, isLittle: order !== ">", read: Object.hasOwn(READERS, code) ? READERS[code] : null, code });
    at += Math.max(1, Number(code.slice(1)));
  }
  if (fields.length !== records.split("(").length - 1)
    throw inputError(file, `holds records of ${shortened(records)}, expected plain fields`);
  return { fields, bytesEach: at };
}
