/**
 * Recordings of event cameras, cut into steps, as the samples of a workload; they stay sparse. Throws: InputError if
 * recordings do not fit together.
 */
import {
  type CameraEvents,
  type EventGrid,
  type EventSlicing,
  eventGrid,
  eventSteps,
  type SampleSet,
  type SparseFrames,
  sparseBytes,
} from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { powerOfTwo } from "../../base/math.js";
import { recordingsThat, silentRecordings } from "./left-out.js";

/** One sample. */
export interface Recording {
  /** Name in errors. */
  readonly name: string;
  readonly events: CameraEvents;
  /** Class; -1: none. */
  readonly label: number;
}

export interface EventRecordings {
  /** Name of the data set and its part. */
  readonly name: string;
  readonly classes: number;
  /** False if all events of the set have the same polarity: one channel, whatever `polarity` says. */
  readonly polarities: boolean;
  /** Read one after the other, so that only one is in memory as events. */
  readonly recordings: Iterable<Recording>;
}

/** Most spikes that are kept: 3 GiB. */
const MOST_ENTRIES = powerOfTwo(29);

/**
 * `stepSeconds`: the network's step, for a slicing that does not give its own. `zerosUs`: times at which the recordings
 * begin, for inputs that share them; null: as the slicing says.
 */
export function eventSamples(
  { name, classes, polarities, recordings }: EventRecordings,
  slicing: EventSlicing,
  stepSeconds: number | null,
  zerosUs: readonly number[] | null = null,
): SampleSet {
  const parts: SparseFrames[] = [];
  const silent: string[] = [];
  const missed: string[] = [];
  const resized: string[] = [];
  const labels: number[] = [];
  const files: string[] = [];
  let first: EventGrid | null = null;
  let [entries, frames] = [0, 0];
  for (const recording of recordings) {
    const grid = eventGrid(slicing, recording.events, polarities, recording.name);
    first ??= grid;
    if (grid.width !== first.width || grid.height !== first.height)
      throw inputError(
        recording.name,
        `has ${grid.width} x ${grid.height} pixels, the recordings before it have ${first.width} x ${first.height}`,
        "crop all to one size",
        "workload.events.crop",
      );
    const part = eventSteps(recording.events, slicing, grid, stepSeconds, recording.name, zerosUs?.[labels.length]);
    entries += part.place.length;
    frames += part.entryStart.length - 1;
    if (entries > MOST_ENTRIES)
      throw inputError(
        recording.name,
        `with it, ${entries} spikes are read; at most ${MOST_ENTRIES} are kept`,
        "take a part of the recordings",
      );
    parts.push(part);
    const { width, height } = recording.events;
    if ((width !== null && width !== grid.sensorWidth) || (height !== null && height !== grid.sensorHeight)) resized.push(recording.name);
    if (part.place.length === 0) (recording.events.timeUs.length === 0 ? silent : missed).push(recording.name);
    labels.push(recording.label);
    files.push(recording.name);
  }
  if (first === null) throw inputError(name, "holds no recording");
  const inputs = first.channels * first.height * first.width;
  const features = joined(parts, frames, entries);
  const frameStart = new Uint32Array(parts.length + 1);
  for (const [u, { entryStart }] of parts.entries()) frameStart[u + 1] = frameStart[u] + entryStart.length - 1;
  const { entryStart, place, value } = features;
  const pixels = `${first.sensorWidth} x ${first.sensorHeight} pixels`;
  const hash = sha256("events", String(inputs), entryStart, place, value, frameStart, Int32Array.from(labels));
  return {
    name,
    inputs,
    classes,
    task: "sequence",
    features,
    featureBytes: sparseBytes(features),
    grid: [first.channels, first.height, first.width],
    frameStart,
    labels: Int32Array.from(labels),
    files,
    leftOut: [
      ...silentRecordings(silent),
      ...recordingsThat(
        missed,
        "has no event in its steps, and is read as silence",
        "have no event in their steps, and are read as silence",
      ),
      ...recordingsThat(resized, `says another sensor, and is read as of ${pixels}`, `say another sensor, and are read as of ${pixels}`),
    ],
    hash,
  };
}

function joined(parts: readonly SparseFrames[], frames: number, entries: number): SparseFrames {
  const all = { entryStart: new Uint32Array(frames + 1), place: new Uint32Array(entries), value: new Uint16Array(entries) };
  let [frame, entry] = [0, 0];
  for (const { entryStart, place, value } of parts) {
    all.place.set(place, entry);
    all.value.set(value, entry);
    for (let step = 1; step < entryStart.length; step++) all.entryStart[++frame] = entry + entryStart[step];
    entry += place.length;
  }
  return all;
}
