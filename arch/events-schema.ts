/**
 * Schema of how recordings of event cameras become steps of a network: key names, bounds, defaults, one sentence each.
 */
import * as z from "zod";
import { scalarPaths } from "./issues.js";
import { choice, int, real } from "./schema-fields.js";

/** Data sets of events, each with one line for lists and editors; only these take `workload.events`. */
export const EVENT_DATASETS = {
  events: "recordings of event cameras: a file, a folder of files, or a folder per class",
  nmnist: "N-MNIST, folders Train and Test with a folder per digit, 34 x 34",
  "dvs-gesture": "IBM DVS128 Gesture, its recordings cut by their tables, 128 x 128",
  "cifar10-dvs": "CIFAR10-DVS, a folder per class, the first nine tenths train, 128 x 128",
  "shd-events": "Spiking Heidelberg Digits, all 700 units",
  ssc: "Spiking Speech Commands, all 700 units",
} as const;
export type EventDataset = keyof typeof EVENT_DATASETS;

export const isEventDataset = (name: string): name is EventDataset => Object.hasOwn(EVENT_DATASETS, name);

/** Data sets for one input of several. */
export const INPUT_DATASETS = ["spike-file", "events"] as const;

const pixels = (text: string) => z.int().min(1).max(65_536).nullable().default(null).describe(text);

const EVENTS_PER_STEP = 1000;

export const eventsSchema = z.strictObject({
  slice: choice(["time", "count"], "a step lasts a fixed time, or a fixed number of events", "time"),
  step_seconds: z
    .number()
    .positive()
    .max(1000)
    .nullable()
    .default(null)
    .describe("length of a step with slice: time; null: network.nir.step_seconds"),
  events_per_step: int(
    1,
    100_000_000,
    "events per step with slice: count; events that do not fill a whole step are left out",
    EVENTS_PER_STEP,
  ),
  steps: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .default(null)
    .describe("steps of every recording: later events are left out, missing steps are silent; null: as many as the recording fills"),
  start_seconds: real(0, 1_000_000, "time of the first step; earlier events are left out", 0),
  zero: choice(
    ["first-event", "file"],
    "where the time of a recording begins: at its first event (of several inputs: the first of all of them), or at the 0 of its file",
    "first-event",
  ),
  polarity: choice(["separate", "merged"], "separate: two channels, OFF then ON; merged: one channel", "separate"),
  width: pixels("size of the sensor; null: as the file or data set says"),
  height: pixels("size of the sensor; null: as the file or data set says"),
  crop: z
    .strictObject({
      x: int(0, 65_535, "first column that is kept", 0),
      y: int(0, 65_535, "first row that is kept", 0),
      width: pixels("columns that are kept; null: all from x on"),
      height: pixels("rows that are kept; null: all from y on"),
    })
    .prefault({})
    .describe("part of the sensor"),
  downsample: int(1, 1024, "side of the square of pixels that becomes one pixel; squares at the edge may be smaller", 1),
  values: choice(
    ["counts", "binary"],
    "what two events of one input in one step become. counts: a spike of 2; binary: a spike of 1",
    "counts",
  ),
});

/**
 * Keys of steps that the chosen slicing does not read, each with the reason; a default value is not known to be
 * written.
 */
export function idleEventKeys(events: z.infer<typeof eventsSchema>): readonly (readonly [key: string, why: string])[] {
  const { slice, step_seconds: seconds, events_per_step: count } = events;
  if (slice === "count")
    return seconds === null ? [] : [["step_seconds", "is read with slice: time; a step of slice: count has no fixed length"]];
  return count === EVENTS_PER_STEP
    ? []
    : [["events_per_step", "is read with slice: count; a step of slice: time has any number of events"]];
}

/** Labels of a workload's samples or of training samples. */
export const labelsSchema = z
  .string()
  .min(1)
  .max(4096)
  .nullable()
  .default(null)
  .describe("classes of the samples of spike-file and events, one per line; for events also lines of file,class");

/** Paths of the keys of `workload.events`. */
export const EVENT_PATHS: readonly string[] = scalarPaths(eventsSchema, "workload.events");
