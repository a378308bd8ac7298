/**
 * Events of a camera in the order of their file, as flat arrays: the result of every reader of event files. x grows to
 * the right and y downwards, both from 0; polarity is 1 if the pixel became brighter (ON), 0 if it became darker (OFF).
 * Throws: InputError for too many events, and for an event outside the sensor.
 */
import { type InputError, inputError } from "../../../base/errors.js";
import { powerOfTwo } from "../../../base/math.js";

export interface CameraEvents {
  /** Pixels of the sensor; null if the file does not contain it. */
  readonly width: number | null;
  readonly height: number | null;
  /** [events]. */
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly polarity: Uint8Array;
  /** Microseconds; whole numbers in all binary formats. */
  readonly timeUs: Float64Array;
}

/** Most events of one file; at 13 bytes each they take 832 MiB. */
export const MOST_EVENTS = powerOfTwo(26);
export const LARGEST_ADDRESS = 65_535;
const FIRST_ROOM = 4096;

/** Collects the events of a file of unknown length, in at most twice the memory that they need. */
export class EventCollector {
  private count = 0;
  private x = new Uint16Array(FIRST_ROOM);
  private y = new Uint16Array(FIRST_ROOM);
  private polarity = new Uint8Array(FIRST_ROOM);
  private timeUs = new Float64Array(FIRST_ROOM);

  /** `file` is only named in errors. */
  constructor(private readonly file: string) {}

  /** `x` and `y` are whole numbers from 0 to `LARGEST_ADDRESS`. */
  add(x: number, y: number, polarity: number, timeUs: number): void {
    if (this.count === this.x.length) this.grow();
    const at = this.count++;
    this.x[at] = x;
    this.y[at] = y;
    this.polarity[at] = polarity;
    this.timeUs[at] = timeUs;
  }

  /** The events so far, on a sensor of `width` x `height` pixels. */
  events(width: number | null, height: number | null): CameraEvents {
    const { count, file } = this;
    const events = {
      width,
      height,
      x: this.x.slice(0, count),
      y: this.y.slice(0, count),
      polarity: this.polarity.slice(0, count),
      timeUs: this.timeUs.slice(0, count),
    };
    checkInside(events, file);
    return events;
  }

  private grow(): void {
    const room = Math.min(MOST_EVENTS, 2 * this.x.length);
    if (room === this.x.length) throw inputError(this.file, `holds more than ${MOST_EVENTS} events`, "cut the recording");
    const larger = <T extends Uint8Array | Uint16Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.x = larger(new Uint16Array(room), this.x);
    this.y = larger(new Uint16Array(room), this.y);
    this.polarity = larger(new Uint8Array(room), this.polarity);
    this.timeUs = larger(new Float64Array(room), this.timeUs);
  }
}

function checkInside({ width, height, x, y }: CameraEvents, file: string): void {
  if (width === null || height === null) return;
  for (let e = 0; e < x.length; e++)
    if (x[e] >= width || y[e] >= height)
      throw inputError(file, `event ${e} lies at x = ${x[e]}, y = ${y[e]}, outside the sensor of ${width} x ${height} pixels: damaged`);
}

/** The events from one time until before another as a separate recording, in the order of their file. */
export function eventsBetween({ width, height, x, y, polarity, timeUs }: CameraEvents, fromUs: number, toUs: number): CameraEvents {
  const within = new Uint32Array(timeUs.length);
  let count = 0;
  for (let e = 0; e < timeUs.length; e++) if (timeUs[e] >= fromUs && timeUs[e] < toUs) within[count++] = e;
  const places = within.subarray(0, count);
  return {
    width,
    height,
    x: Uint16Array.from(places, (e) => x[e]),
    y: Uint16Array.from(places, (e) => y[e]),
    polarity: Uint8Array.from(places, (e) => polarity[e]),
    timeUs: Float64Array.from(places, (e) => timeUs[e]),
  };
}

/**
 * Unwraps the times of a counter of `bits` bits: a step back by more than half of its range means that it began again
 * at 0. A step forward by more than half is a late event of the round before, if there was one.
 */
export class WrappedClock {
  private last = 0;
  private offset = 0;
  private readonly range: number;

  constructor(bits: number) {
    this.range = powerOfTwo(bits);
  }

  /** `ticks`: from 0 to the range - 1. */
  at(ticks: number): number {
    const step = ticks - this.last;
    if (step < -this.range / 2) this.offset += this.range;
    else if (step > this.range / 2 && this.offset > 0) this.offset -= this.range;
    this.last = ticks;
    return this.offset + ticks;
  }
}

/** The error for a mistake at a byte of a binary file. */
export function byteError(file: string, byte: number, message: string, fix = ""): InputError {
  return inputError(file, `at byte ${byte}: ${message}`, fix);
}

/** Checks that the bytes from `start` on are whole records of `size` bytes. */
export function checkWhole(file: string, bytes: Uint8Array, start: number, size: number): void {
  const rest = (bytes.length - start) % size;
  if (rest !== 0)
    throw byteError(file, bytes.length - rest, `${rest} bytes are left, an event has ${size}: cut or damaged`, "copy the file again");
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
