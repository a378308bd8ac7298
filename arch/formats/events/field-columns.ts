/**
 * Reads events from columns of numbers: x, y, time, polarity, each checked. Polarity is 1 or 0, or 1 or -1.
 * Throws: InputError with the event, its value and the expected value.
 */
import { inputError } from "../../../base/errors.js";
import { wholeUs } from "../../step-times.js";
import { eventRole, shortened } from "../event-columns.js";
import { type CameraEvents, EventCollector, LARGEST_ADDRESS, MOST_EVENTS } from "./event-list.js";

export const FIELDS = ["x", "y", "time", "polarity"] as const;
export type Field = (typeof FIELDS)[number];

/** Index in `names` of each field, which must appear exactly once; other names are ignored. */
export function fieldsOf(names: readonly string[], file: string): { readonly [field in Field]: number } {
  const roles = names.map((name) => eventRole(name));
  const places = FIELDS.map((field) => {
    const first = roles.indexOf(field);
    if (first < 0 || roles.indexOf(field, first + 1) >= 0)
      throw inputError(
        file,
        `its fields are ${shortened(names.join(", "))}: ${first < 0 ? "none is" : "two are"} the event's ${field}`,
        "events have x, y, t, p",
      );
    return first;
  });
  return { x: places[0], y: places[1], time: places[2], polarity: places[3] };
}

/** Value of a field of one event. */
export type ColumnOf = (field: Field, event: number) => number;

/** `count` events of a file; times in units of `unitUs` microseconds, 1 if it is null. */
export function eventsOfColumns(
  count: number,
  column: ColumnOf,
  {
    file,
    unitUs,
    width,
    height,
    placeOf,
  }: {
    readonly file: string;
    /** null: the file does not say it, so times are whole microseconds. */
    readonly unitUs: number | null;
    readonly width: number | null;
    readonly height: number | null;
    /** Place of an event in its file, for errors. */
    readonly placeOf: (event: number) => string;
  },
): CameraEvents {
  if (count > MOST_EVENTS) throw inputError(file, `holds ${count} events; at most ${MOST_EVENTS} are read`, "cut the recording");
  const events = new EventCollector(file);
  for (let e = 0; e < count; e++) {
    const [x, y, time, polarity] = [column("x", e), column("y", e), column("time", e), column("polarity", e)];
    if (!isAddress(x) || !isAddress(y))
      throw inputError(file, `${placeOf(e)} lies at x = ${x}, y = ${y}, expected whole numbers from 0 to ${LARGEST_ADDRESS}`);
    const us = wholeUs(time * (unitUs ?? 1));
    if (!(time >= 0 && us <= Number.MAX_SAFE_INTEGER)) throw inputError(file, `${placeOf(e)} has time ${time}, expected a number from 0`);
    if (unitUs === null && !Number.isInteger(us))
      throw inputError(
        file,
        `${placeOf(e)} has time ${time}, no whole number, and no unit of time is said`,
        "name the field by its unit: t_s, t_ms or t_us",
      );
    if (polarity !== 1 && polarity !== 0 && polarity !== -1)
      throw inputError(file, `${placeOf(e)} has polarity ${polarity}, expected 1 or 0, or 1 or -1`);
    events.add(x, y, polarity === 1 ? 1 : 0, us);
  }
  return events.events(width, height);
}

const isAddress = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST_ADDRESS;
