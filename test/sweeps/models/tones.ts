/**
 * Recordings for training that are made in no time: one tone per digit, each with its own pitch, in the folders of the
 * spoken digits; and a search that trains on them.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "../../../base/rng.js";
import { riff } from "../../training/datasets/riff.js";

const RATE_HZ = 8000;
const SAMPLES = 2400;
/** Recordings per speaker and digit: 5 test, 5 validation, and 3 for training. */
const RECORDINGS = 13;

const BASE = `version: 1
name: tones
seed: 3
data: { set: fsdd-digits, features: { kind: mfcc, coefficients: 8, normalisation: global-scale } }
network: { system: rec-v2, neurons: [8, 8] }
training: { epochs: 3, batch: 4, learning_rate: { schedule: cosine, peak: 0.01 } }
`;

const SEARCH = `version: 1
extends: edge-core
training: { base: tones-base.yaml, width: { sweep: [6, 8] }, chip_epochs: 1 }
workload: { dataset: fsdd-digits, path: tones, split: validation, samples: 20, timing_samples: 1 }
precision: { weight_bits: { sweep: [2, 4] }, state_bits: 16, state_fraction_bits: 6 }
tile: { core: { lanes: { sweep: [1, 2] } } }
sweep:
  objectives: { accuracy_percent: max, energy_uj_per_inference: min }
  sampler: { name: grid }
`;

/** A folder with `tones.yaml`: 8 points of 6 networks, 2 of them parents of the others. */
export function tonesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-tones-"));
  const recordings = join(folder, "tones", "recordings");
  mkdirSync(recordings, { recursive: true });
  const rng = createRng(7, "tones");
  for (const digit of [0, 1, 2, 3])
    for (let index = 0; index < RECORDINGS; index++) {
      const step = (2 * Math.PI * (300 + 350 * digit + 10 * rng.float())) / RATE_HZ;
      const samples = Int16Array.from({ length: SAMPLES }, (_, t) => Math.round(8000 * Math.sin(step * t) + 1500 * rng.normal()));
      writeFileSync(join(recordings, `${digit}_anna_${index}.wav`), riff(samples, RATE_HZ));
    }
  writeFileSync(join(folder, "tones-base.yaml"), BASE);
  writeFileSync(join(folder, "tones.yaml"), SEARCH);
  return folder;
}
