/**
 * HDF5 files with the datasets `events/x`, `events/y`, `events/t`, `events/p`: whole numbers, times in microseconds, to
 * which `t_offset` is added if the file has it. Attributes `width` and `height` of the file or of `events` give the
 * sensor.
 * Source: M. Gehrig et al., "DSEC: A Stereo Event Camera Dataset for Driving Scenarios", IEEE RA-L 6(3), 2021
 * (dsec.ifi.uzh.ch, data format). The HDF5 library starts asynchronously: `prepare` must have run. Not modelled:
 * Prophesee's HDF5 with its own filter; times in floating point.
 */
import type { Entity, File } from "h5wasm/node";
import { inputError } from "../../../base/errors.js";
import { superblockAt } from "../../../base/hdf5-superblock.js";
import { shortened } from "../event-columns.js";
import { h5wasm, openHdf5, startHdf5, valuesOf } from "../nir/hdf5.js";
import { type CameraEvents, LARGEST_ADDRESS } from "./event-list.js";
import { type ColumnOf, eventsOfColumns, FIELDS, type Field } from "./field-columns.js";
import type { EventFormat } from "./format.js";

const DATASETS: { readonly [field in Field]: string } = { x: "events/x", y: "events/y", time: "events/t", polarity: "events/p" };

export const eventsHdf5: EventFormat = {
  about: "HDF5 with events/x, events/y, events/t, events/p",
  isOne: (start) => superblockAt(start) >= 0,
  prepare: startHdf5,
  read: (path) => openHdf5(path, (file) => eventsIn(file, path)),
};

function eventsIn(file: File, path: string): CameraEvents {
  const column = (field: Field): ArrayLike<number | bigint> => numbers(file.get(DATASETS[field]), path, DATASETS[field]);
  const columns = { x: column("x"), y: column("y"), time: column("time"), polarity: column("polarity") };
  const count = columns.x.length;
  for (const field of FIELDS)
    if (columns[field].length !== count)
      throw inputError(path, `holds ${columns[field].length} numbers, events/x ${count}`, "", DATASETS[field]);
  const offsetUs = offsetOf(file, path);
  const at: ColumnOf = (field, event) => Number(columns[field][event]) + (field === "time" ? offsetUs : 0);
  return eventsOfColumns(count, at, {
    file: path,
    unitUs: 1,
    width: sizeOf(file, "width"),
    height: sizeOf(file, "height"),
    placeOf: (event) => `event ${event}`,
  });
}

/** Microseconds that are added to all times; 0 if the file has none. */
function offsetOf(file: File, path: string): number {
  const offset = file.get("t_offset");
  if (!(offset instanceof h5wasm.Dataset)) return 0;
  const value = valuesOf(offset, path, "t_offset");
  const offsetUs = typeof value === "string" ? Number.NaN : Number(value);
  if (Number.isSafeInteger(offsetUs)) return offsetUs;
  throw inputError(path, `is ${shortened(String(value))}, expected one whole number of microseconds`, "", "t_offset");
}

function numbers(entity: Entity | null, file: string, path: string): ArrayLike<number | bigint> {
  if (!(entity instanceof h5wasm.Dataset)) throw inputError(file, "is missing", "expected events/x, events/y, events/t, events/p", path);
  const value: unknown = entity.shape?.length === 1 ? valuesOf(entity, file, path) : null;
  if (isWhole(value)) return value;
  const shape = (entity.shape ?? []).join(", ");
  throw inputError(file, `is of shape [${shape}] and type ${entity.dtype}, expected one axis of whole numbers`, "", path);
}

const isWhole = (value: unknown): value is ArrayLike<number | bigint> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView || value instanceof Float32Array || value instanceof Float64Array);

/** Size of the sensor; null if neither the file nor its events have it. */
function sizeOf(file: File, key: string): number | null {
  const events = file.get("events");
  const value = Number(file.attrs[key]?.value ?? (events instanceof h5wasm.Group ? events.attrs[key]?.value : undefined) ?? Number.NaN);
  return Number.isInteger(value) && value >= 1 && value <= LARGEST_ADDRESS + 1 ? value : null;
}
