/** The reader of spike files and recordings. Only such data load this file. Effects: reads files. */
import { type EventSlicing, type InputPlace, type InputSamples, type SampleSet, sideBySide } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { readEventSamples, readSpikeSamples } from "../training/index.js";

export { readEventSamples, readSpikeSamples };

/** An input of a network: its name, and its number of values per step. */
export interface NamedInput {
  readonly name: string;
  /** null: the network's file does not say. */
  readonly size: number | null;
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
  for (const input of inputs) {
    const place = places.find((one) => one.input === input.name);
    if (place === undefined) throw inputError(input.name, "has no path of its values");
    parts.push({ input: input.name, place: place.path, samples: await read(input.name, () => readInput(input, place, reading)) });
  }
  return sideBySide(parts);
}

async function readInput({ name, size }: NamedInput, { path, events }: { path: string; events: EventSlicing | null }, reading: Reading) {
  const samples =
    events === null
      ? await readSpikeSamples({ ...reading, path, inputs: size, node: name })
      : await readEventSamples("events", { path, labels: reading.labels, split: reading.split }, events, reading.stepSeconds);
  if (size !== null && samples.inputs !== size)
    throw inputError(path, `has ${samples.inputs} values per step, the input ${name} takes ${size}`);
  return samples;
}

/** Reads one NIRData file with a node for each input, by name. */
export async function readTogether(inputs: readonly NamedInput[], path: string, reading: Reading): Promise<SampleSet> {
  const parts: InputSamples[] = [];
  for (const { name, size } of inputs)
    parts.push({ input: name, place: path, samples: await readSpikeSamples({ ...reading, path, inputs: size, node: name, byName: true }) });
  return sideBySide(parts);
}
