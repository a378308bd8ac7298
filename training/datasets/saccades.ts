/**
 * Digits of MNIST as an event camera sees them when it moves in three saccades: generated events of N-MNIST's kind.
 *
 * A dark digit on a light ground moves along a triangle in 300 ms. A pixel gives an event whenever the logarithm of its
 * brightness has changed by a threshold since its last event (H. Rebecq et al., "ESIM: an Open Event Camera Simulator",
 * CoRL 2018). Noise is events of any pixel and polarity at any time. Source of the recording method: G. Orchard et al.,
 * "Converting Static Image Datasets to Spiking Neuromorphic Datasets Using Saccades", Front. Neurosci. 9:437 (2015).
 * Positions, times and the brightness of the ground were fitted to 200 recordings of N-MNIST's training split
 * (`scripts/saccade-fit.py`, `docs/logs/saccade-fit.txt`); threshold and noise give as many events as those recordings
 * have.
 * Not modelled: blur, differences between pixels, latency and refractory time of a pixel, flicker of the screen.
 */
import { basename } from "node:path";
import { type CameraEvents, EventCollector, type SampleSet } from "../../arch/index.js";
import { cos, log } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";
import type { EventRecordings, Recording } from "./event-samples.js";
import { loadMnist } from "./mnist.js";

const SIDE = 34;
const DIGIT_SIDE = 28;

/** Offset of the digit's corner from the sensor's, columns and rows, at the corners of the triangle. */
const CORNERS = [
  [0, 1.45],
  [2, 6.75],
  [5.7, 1.3],
] as const;

/** Start and end of each move between corners, milliseconds; speed follows half a period of a sine. */
const SACCADES_MS = [
  [9, 84],
  [116, 190],
  [220, 300],
] as const;

const RECORDING_MS = 306;

/** Brightness of the darkest pixel; that of the ground is 1 more. */
const DARK = 0.425;

/** Change of the logarithm of brightness that causes an event. */
const CONTRAST = 0.22;

const NOISE_PER_MS = 1;

/** Position of the digit's corner at a time. */
function placeAt(ms: number): readonly [column: number, row: number] {
  let [column, row] = CORNERS[0];
  for (const [k, [from, to]] of SACCADES_MS.entries()) {
    const share = 0.5 - 0.5 * cos(Math.PI * Math.min(1, Math.max(0, (ms - from) / (to - from))));
    const [start, end] = [CORNERS[k], CORNERS[(k + 1) % CORNERS.length]];
    column += share * (end[0] - start[0]);
    row += share * (end[1] - start[1]);
  }
  return [column, row];
}

/**
 * Logarithm of the brightness at each pixel of the sensor, for `digit` [28][28] at a position between pixels; that of
 * the ground is 0.
 */
function seen(digit: Float32Array, [column, row]: readonly [number, number], out: Float64Array): void {
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, below] = [column - left, row - top];
  const at = (y: number, x: number): number => (y < 0 || x < 0 || y >= DIGIT_SIDE || x >= DIGIT_SIDE ? 0 : digit[y * DIGIT_SIDE + x]);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const [v, u] = [y - top, x - left];
      const upper = right * at(v - 1, u - 1) + (1 - right) * at(v - 1, u);
      out[y * SIDE + x] = below * upper + (1 - below) * (right * at(v, u - 1) + (1 - right) * at(v, u));
    }
}

/** Events of one digit [28][28], where 1 is ink and 0 is ground. */
export function saccadeEvents(picture: Float32Array, rng: Rng): CameraEvents {
  const digit = picture.map((ink) => log((1 - ink + DARK) / (1 + DARK)));
  const collector = new EventCollector("saccades");
  const brightness = new Float64Array(SIDE * SIDE);
  const last = new Float64Array(SIDE * SIDE);
  seen(digit, placeAt(0), last);
  for (let ms = 1; ms <= RECORDING_MS; ms++) {
    const found: { readonly us: number; readonly pixel: number; readonly polarity: number }[] = [];
    const add = (pixel: number, polarity: number): void => {
      found.push({ us: 1000 * (ms - 1) + rng.int(0, 999), pixel, polarity });
    };
    for (let noise = 0; noise < NOISE_PER_MS; noise++) add(rng.int(0, SIDE * SIDE - 1), rng.int(0, 1));
    seen(digit, placeAt(ms), brightness);
    for (let pixel = 0; pixel < brightness.length; pixel++) {
      for (; brightness[pixel] - last[pixel] >= CONTRAST; last[pixel] += CONTRAST) add(pixel, 1);
      for (; last[pixel] - brightness[pixel] >= CONTRAST; last[pixel] -= CONTRAST) add(pixel, 0);
    }
    for (const { us, pixel, polarity } of found.sort((a, b) => a.us - b.us))
      collector.add(pixel % SIDE, Math.floor(pixel / SIDE), polarity, us);
  }
  return collector.events(SIDE, SIDE);
}

/** Index in MNIST of the digit that a recording of N-MNIST shows, by the name of its file; null: another name. */
export function recordedDigit(name: string): number | null {
  const number = /^(\d{1,5})[.][^.]+$/.exec(basename(name))?.[1];
  return number === undefined ? null : Number(number) - 1;
}

/**
 * Events of the last `count` digits of MNIST's training split, without those in `left`; N-MNIST's first recordings show
 * the first ones. `path`: folder of MNIST; null: the data that come with the package.
 */
export function saccadeRecordings(count: number, seed: number, path: string | null, left: ReadonlySet<number>): EventRecordings {
  const pictures: SampleSet & { readonly features: Float32Array } = loadMnist("pictures", path, "train");
  const all = pictures.frameStart.length - 1;
  function* recordings(): Generator<Recording> {
    for (let digit = Math.max(0, all - count); digit < all; digit++) {
      if (left.has(digit)) continue;
      const picture = pictures.features.subarray(digit * pictures.inputs, (digit + 1) * pictures.inputs);
      const events = saccadeEvents(picture, createRng(seed, `saccades/${digit}`));
      yield { name: `saccades of digit ${digit}`, events, label: pictures.labels[digit] };
    }
  }
  return { name: "saccades", classes: 10, polarities: true, recordings: recordings() };
}
