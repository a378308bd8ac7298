/** The reader of spike files and recordings. Only such data load this file. Effects: reads files. */
import { type EventSlicing, type InputPlace, type InputSamples, type SampleSet, sideBySide } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { readEventSamples, readFirstTimes, readSpikeSamples } from "../training/index.js";
import { EVENT_AXES, eventMisfit } from "./event-shape.js";

export { readEventSamples, readSpikeSamples };

/** An input of a network: its name, and its number of values per step with their axes. */
export interface NamedInput {
  readonly name: string;
  // null: the network's file does not say
  readonly size: number | null;
  readonly shape: readonly number[] | null;
}

interface Reading {
  readonly labels: string | null;
  readonly split: "train" | "test";
  readonly stepSeconds: number | null;
}

/** Reads each input from its own path and joins the values side by side, in the network's order, which is by name. */
export async function readInputs(
  inputs: readonly NamedInput[],
  places: readonly InputPlace[],
  reading: Reading,
  read: <T>(input: string, made: () => Promise<T>) => Promise<T> = (_, made) => made(),
): Promise<SampleSet> {
  const parts: InputSamples[] = [];
  const zerosUs = await sharedZeros(places, reading, read);
  for (const input of inputs) {
    const place = places.find((one) => one.input === input.name);
    if (place === undefined) throw inputError(input.name, "has no path of its values");
    const samples = await read(input.name, () => readInput(input, place, reading, zerosUs));
    parts.push({ input: input.name, place: place.path, samples });
  }
  return sideBySide(parts);
}

/**
 * When each sample of several recorded inputs begins: at the first event of all of them, because they share a clock;
 * null: each input by itself.
 */
async function sharedZeros(
  places: readonly InputPlace[],
  reading: Reading,
  read: <T>(input: string, made: () => Promise<T>) => Promise<T>,
): Promise<readonly number[] | null> {
  const recorded = places.filter(({ events }) => events?.zero === "first-event");
  if (recorded.length < 2) return null;
  const zeros: number[] = [];
  for (const { input, path } of recorded)
    for (const [u, first] of (await read(input, () => readFirstTimes("events", { ...reading, path }))).entries())
      zeros[u] = Math.min(zeros[u] ?? first, first);
  return zeros;
}

async function readInput(
  input: NamedInput,
  { path, events }: { path: string; events: EventSlicing | null },
  reading: Reading,
  zerosUs: readonly number[] | null,
) {
  const { name, size } = input;
  const samples =
    events === null
      ? await readSpikeSamples({ ...reading, path, inputs: size, node: name })
      : await readEventSamples("events", { path, labels: reading.labels, split: reading.split }, events, reading.stepSeconds, zerosUs);
  if (size !== null && samples.inputs !== size)
    throw inputError(path, `has ${samples.inputs} values per step, the input ${name} takes ${size}`);
  if (size !== null && samples.inputs !== size)
    throw inputError(path, `has ${samples.inputs} values per step, the input ${name} takes ${size}`);
  const misfit = eventMisfit(samples, input);
  if (misfit !== null) throw inputError(path, misfit, EVENT_AXES);
  return samples;
}

/** Reads one NIRData file with a node for each input, by name. */
export async function readTogether(inputs: readonly NamedInput[], path: string, reading: Reading): Promise<SampleSet> {
  const parts: InputSamples[] = [];
  for (const { name, size } of inputs)
    parts.push({ input: name, place: path, samples: await readSpikeSamples({ ...reading, path, inputs: size, node: name, byName: true }) });
  return sideBySide(parts);
}
