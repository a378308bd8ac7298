/** The reader of spike files and recordings, a part that is loaded for one only. Effects: reads files. */
import { type EventSlicing, type InputPlace, type SampleSet, sideBySide } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { readEventSamples, readSpikeSamples } from "../training/index.js";

export { readEventSamples, readSpikeSamples };

/** An input of a network: what it is called, and how many values it takes per step. */
export interface NamedInput {
  readonly name: string;
  /** null: its file does not say. */
  readonly size: number | null;
}

interface Reading {
  readonly labels: string | null;
  readonly split: "train" | "test";
  readonly stepSeconds: number | null;
}

/** The values of every input from a place of its own, side by side as the network takes them: by name. */
export async function readInputs(
  inputs: readonly NamedInput[],
  places: readonly InputPlace[],
  reading: Reading,
  read: <T>(input: string, made: () => Promise<T>) => Promise<T> = (_, made) => made(),
): Promise<SampleSet> {
  const parts: { readonly input: string; readonly samples: SampleSet }[] = [];
  for (const input of inputs) {
    const place = places.find((one) => one.input === input.name);
    if (place === undefined) throw inputError(input.name, "has no place of its values");
    parts.push({ input: input.name, samples: await read(input.name, () => readInput(input, place, reading)) });
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

/** One file that has the values of every input by name: NIRData with a node for each. */
export async function readTogether(inputs: readonly NamedInput[], path: string, reading: Reading): Promise<SampleSet> {
  const parts: { readonly input: string; readonly samples: SampleSet }[] = [];
  for (const { name, size } of inputs)
    parts.push({ input: name, samples: await readSpikeSamples({ ...reading, path, inputs: size, node: name, byName: true }) });
  return sideBySide(parts);
}
