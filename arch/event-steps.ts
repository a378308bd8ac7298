/**
 * Turns events of a camera into steps of a network: [step][channel][y][x], stored as non-zero entries. Pure.
 * Input of an event: (channel * height + y) * width + x after crop and down-sampling, with channel 0 for OFF, 1 for ON,
 * as NIR and PyTorch order them.
 * Throws: InputError for a sensor of unknown size, events outside of it, too many steps, or too large counts.
 */
import { inputError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";
import { type Camel, camel } from "./camel.js";
import { eventsSchema } from "./events-schema.js";
import type { CameraEvents } from "./formats/events/event-list.js";
import type { SparseFrames } from "./samples.js";
import { stepAt, wholeUs } from "./step-times.js";

export type EventSlicing = Camel<ReturnType<(typeof eventsSchema)["parse"]>>;

/** The slicing of a description that does not set it. */
export const defaultSlicing = (): EventSlicing => camel(eventsSchema.parse({}));

/** The inputs to which events are assigned. */
export interface EventGrid {
  readonly channels: 1 | 2;
  /** After crop and down-sampling. */
  readonly width: number;
  readonly height: number;
  /** Size of the whole sensor. */
  readonly sensorWidth: number;
  readonly sensorHeight: number;
}

const MOST_STEPS = 1_000_000;
const MOST_INPUTS = powerOfTwo(23);
const LARGEST_COUNT = 65_535;

/** The inputs for a sensor's events; `polarities`: its events have a polarity. `place` is only used in errors. */
export function eventGrid(
  slicing: EventSlicing,
  sensor: Pick<CameraEvents, "width" | "height">,
  polarities: boolean,
  place: string,
): EventGrid {
  const { crop, downsample } = slicing;
  const side = (key: "width" | "height", from: number): { readonly of: number; readonly kept: number } => {
    const of = slicing[key] ?? sensor[key];
    if (of === null) throw inputError(place, `does not contain the ${key} of its sensor`, "e.g. 128", `workload.events.${key}`);
    const kept = crop[key] ?? of - from;
    if (kept < 1 || from + kept > of)
      throw inputError(place, `${kept} pixels from ${from} on do not lie in a ${key} of ${of}`, "", `workload.events.crop.${key}`);
    return { of, kept: Math.ceil(kept / downsample) };
  };
  const [x, y] = [side("width", crop.x), side("height", crop.y)];
  const channels = polarities && slicing.polarity === "separate" ? 2 : 1;
  if (channels * x.kept * y.kept > MOST_INPUTS)
    throw inputError(
      place,
      `${channels} x ${y.kept} x ${x.kept} inputs; at most ${MOST_INPUTS} are possible`,
      "crop it, or downsample it",
      "workload.events",
    );
  return { channels, width: x.kept, height: y.kept, sensorWidth: x.of, sensorHeight: y.of };
}

/**
 * A recording's steps; `stepSeconds` is used if the slicing does not give a step. `file` is only used in errors.
 * `zeroUs`: the time at which the recording begins, for inputs that share one.
 */
export function eventSteps(
  events: CameraEvents,
  slicing: EventSlicing,
  grid: EventGrid,
  stepSeconds: number | null,
  file: string,
  zeroUs = ownZeroUs(events, slicing),
): SparseFrames {
  const startUs = zeroUs + wholeUs(1e6 * slicing.startSeconds);
  const stepOf = slicing.slice === "time" ? timeSteps(events, slicing, stepSeconds, file, startUs) : countSteps(events, slicing, startUs);
  const cellOf = cells(events, slicing, grid, file);
  const count = events.x.length;
  const last = slicing.steps ?? lastStep(stepOf, count);
  if (last > MOST_STEPS)
    throw inputError(
      file,
      `ends at step ${last}; at most ${MOST_STEPS} are possible`,
      "take longer steps, or fewer",
      "workload.events.steps",
    );
  const steps = Math.max(1, last);
  // Sorts events by step: first counts them, then places them.
  const start = new Uint32Array(steps + 1);
  const isKept = (e: number, step: number): boolean => step >= 0 && step < steps && cellOf(e) >= 0;
  for (let e = 0; e < count; e++) {
    const step = stepOf(e);
    if (isKept(e, step)) start[step + 1]++;
  }
  for (let step = 0; step < steps; step++) start[step + 1] += start[step];
  const cell = new Uint32Array(start[steps]);
  const next = start.slice();
  for (let e = 0; e < count; e++) {
    const step = stepOf(e);
    if (isKept(e, step)) cell[next[step]++] = cellOf(e);
  }
  return merged(start, cell, slicing.values === "binary", file);
}

/** Joins equal inputs of a step into one entry. */
function merged(start: Uint32Array, cell: Uint32Array, isBinary: boolean, file: string): SparseFrames {
  const entryStart = new Uint32Array(start.length);
  const value = new Uint16Array(cell.length);
  let entries = 0;
  for (let step = 0; step + 1 < start.length; step++) {
    const own = cell.subarray(start[step], start[step + 1]).sort();
    for (let i = 0; i < own.length; i++) {
      if (i > 0 && own[i] === own[i - 1]) {
        if (isBinary) continue;
        if (value[entries - 1] === LARGEST_COUNT)
          throw inputError(
            file,
            `step ${step} has more than ${LARGEST_COUNT} events of one input`,
            "take shorter steps, or values: binary",
            "workload.events",
          );
        value[entries - 1]++;
      } else {
        cell[entries] = own[i];
        value[entries++] = 1;
      }
    }
    entryStart[step + 1] = entries;
  }
  return { entryStart, place: cell.slice(0, entries), value: value.slice(0, entries) };
}

type StepOf = (event: number) => number;

/** Time of the earliest event; infinity for a recording without events. */
export const firstUs = ({ timeUs }: CameraEvents): number =>
  timeUs.reduce((first, time) => Math.min(first, time), Number.POSITIVE_INFINITY);

function ownZeroUs(events: CameraEvents, { slice, zero }: EventSlicing): number {
  if (zero === "file") return 0;
  return slice === "time" || events.timeUs.length === 0 ? firstUs(events) : events.timeUs[0];
}

function timeSteps({ timeUs }: CameraEvents, slicing: EventSlicing, networkStep: number | null, file: string, startUs: number): StepOf {
  const seconds = slicing.stepSeconds ?? networkStep;
  if (seconds === null)
    throw inputError(file, "its events have times, but the length of a step is not given", "e.g. 1e-3", "workload.events.step_seconds");
  const stepUs = wholeUs(1e6 * seconds);
  return (e) => stepAt(timeUs[e] - startUs, stepUs);
}

/** Steps by number of events, in the order of the file; events before `start_seconds` are left out. */
function countSteps({ timeUs }: CameraEvents, { eventsPerStep }: EventSlicing, startUs: number): StepOf {
  let skipped = 0;
  while (skipped < timeUs.length && timeUs[skipped] < startUs) skipped++;
  const whole = Math.floor((timeUs.length - skipped) / eventsPerStep);
  return (e) => {
    const step = Math.floor((e - skipped) / eventsPerStep);
    return step < whole ? step : -1;
  };
}

function lastStep(stepOf: StepOf, count: number): number {
  let last = 0;
  for (let e = 0; e < count; e++) last = Math.max(last, stepOf(e) + 1);
  return last;
}

/** Input of each event; -1 outside the crop. */
function cells(
  { x, y, polarity }: CameraEvents,
  { crop, downsample }: EventSlicing,
  grid: EventGrid,
  file: string,
): (event: number) => number {
  const { channels, width, height, sensorWidth, sensorHeight } = grid;
  const [right, bottom] = [crop.x + (crop.width ?? sensorWidth - crop.x), crop.y + (crop.height ?? sensorHeight - crop.y)];
  for (let e = 0; e < x.length; e++)
    if (x[e] >= sensorWidth || y[e] >= sensorHeight)
      throw inputError(
        file,
        `event ${e} lies at x = ${x[e]}, y = ${y[e]}, outside the sensor of ${sensorWidth} x ${sensorHeight} pixels`,
        "",
        "workload.events",
      );
  return (e) => {
    if (x[e] < crop.x || x[e] >= right || y[e] < crop.y || y[e] >= bottom) return -1;
    const [column, row] = [Math.floor((x[e] - crop.x) / downsample), Math.floor((y[e] - crop.y) / downsample)];
    return ((channels === 2 ? polarity[e] : 0) * height + row) * width + column;
  };
}
