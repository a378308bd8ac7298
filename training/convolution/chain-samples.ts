/** Packs samples of events into batches for a chain. Pure. */
import { featuresOf, isSparse, type LayerChain, type SampleSet } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { Rng } from "../../base/rng.js";
import { type ChainBatch, inputsOf, valuesOf } from "./spiking-chain.js";

/** Columns and rows by which a sample is shifted. */
type Shift = readonly [columns: number, rows: number];

export const UNMOVED: Shift = [0, 0];

/** A random shift of at most `pixels` in each direction. */
export const drawShift = (rng: Rng, pixels: number): Shift =>
  pixels === 0 ? UNMOVED : [rng.int(-pixels, pixels), rng.int(-pixels, pixels)];

/** Most 4-byte numbers in an engine's memory that a batch may take: 3 GiB. */
const MOST_VALUES = 3 * powerOfTwo(28);

export const stepsOf = ({ frameStart }: SampleSet, sample: number): number => frameStart[sample + 1] - frameStart[sample];

/** Numbers that one sample of a set may take in an engine's memory, and the steps of the longest one. */
function largest(chain: LayerChain, samples: SampleSet): { readonly steps: number; readonly values: number } {
  let steps = 0;
  for (let sample = 0; sample + 1 < samples.frameStart.length; sample++) steps = Math.max(steps, stepsOf(samples, sample));
  return { steps, values: valuesOf(chain) * steps };
}

/** Throws: InputError if a batch of this many samples does not fit into an engine's memory. */
export function checkSize(chain: LayerChain, samples: SampleSet, batch: number, file: string): void {
  const { steps, values } = largest(chain, samples);
  if (batch * values <= MOST_VALUES) return;
  const isAlone = values > MOST_VALUES;
  throw inputError(
    file,
    `${isAlone ? "a sample" : `${batch} samples`} of ${steps} steps (${samples.name}) take ${isAlone ? values : batch * values} numbers at once, at most ${MOST_VALUES} are kept`,
    isAlone ? "fewer or longer steps" : "a smaller one, or fewer or longer steps (data.events)",
    isAlone ? "data.events" : "training.batch",
  );
}

/** Most samples that are scored at once. */
const SCORED_AT_ONCE = 16;

/**
 * How many samples of a set that `checkSize` accepts are scored at once: as many as fit, whatever a training's batch
 * is.
 */
export function scoredAtOnce(chain: LayerChain, samples: SampleSet): number {
  return Math.max(1, Math.min(SCORED_AT_ONCE, Math.floor(MOST_VALUES / largest(chain, samples).values)));
}

/** Packs samples side by side, each with its shift; what is moved out of the image is lost. */
export function batchOf(chain: LayerChain, samples: SampleSet, chosen: readonly number[], shifts: readonly Shift[]): ChainBatch {
  const lengths = chosen.map((sample) => stepsOf(samples, sample));
  const steps = Math.max(...lengths);
  const inputs = inputsOf(chain);
  const images = new Float32Array(steps * chosen.length * inputs);
  for (const [at, sample] of chosen.entries())
    eachFeature(samples, sample, (step, place, value) => {
      const moved = movedPlace(chain, place, shifts[at]);
      if (moved >= 0) images[(step * chosen.length + at) * inputs + moved] = value;
    });
  return { steps, lengths, images };
}

/** Index in an image [height][width][channels] of an input (channel, row, column) after its shift; -1: outside. */
function movedPlace({ input: { channels, height, width } }: LayerChain, place: number, [columns, rows]: Shift): number {
  const area = height * width;
  const [channel, pixel] = [Math.floor(place / area), place % area];
  const [row, column] = [Math.floor(pixel / width) + rows, (pixel % width) + columns];
  return row < 0 || row >= height || column < 0 || column >= width ? -1 : (row * width + column) * channels + channel;
}

/** Calls `meet` for each value of a sample that is not 0. */
function eachFeature(samples: SampleSet, sample: number, meet: (step: number, place: number, value: number) => void): void {
  const { features, frameStart, inputs } = samples;
  const [first, end] = [frameStart[sample], frameStart[sample + 1]];
  if (!isSparse(features)) {
    featuresOf(samples, first, end).forEach((value, i) => {
      if (value !== 0) meet(Math.floor(i / inputs), i % inputs, value);
    });
    return;
  }
  const { entryStart, place, value } = features;
  for (let frame = first; frame < end; frame++)
    for (let e = entryStart[frame]; e < entryStart[frame + 1]; e++) meet(frame - first, place[e], value[e]);
}
