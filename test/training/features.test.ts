/** Log-mel and MFCC features: closed forms, the stored features of another implementation, and meyda. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { readAudio } from "../../training/datasets/audio.js";
import { openTree, treeWith } from "../../training/datasets/tree.js";
import {
  cosineTransform,
  DEFAULT_FEATURES,
  demandFilters,
  featureExtractor,
  fft,
  frameCentre,
  frameCount,
  melFilters,
} from "../../training/features.js";

const SEED = 11;
const rng = createRng(SEED, "features");

test("the transform equals the sum that defines it", () => {
  const n = 64;
  const x = Float64Array.from({ length: n }, () => rng.normal());
  const y = Float64Array.from({ length: n }, () => rng.normal());
  const [re, im] = [x.slice(), y.slice()];
  fft(re, im);
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let t = 0; t < n; t++) {
      const angle = (-2 * Math.PI * k * t) / n;
      a += x[t] * Math.cos(angle) - y[t] * Math.sin(angle);
      b += x[t] * Math.sin(angle) + y[t] * Math.cos(angle);
    }
    expect(re[k]).toBeCloseTo(a, 9);
    expect(im[k]).toBeCloseTo(b, 9);
  }
});

test("the cosine transform equals its definition and keeps the energy", () => {
  const x = Float64Array.from({ length: 40 }, () => rng.normal());
  const y = cosineTransform(x, 40);
  const energy = (v: Float64Array): number => v.reduce((s, e) => s + e * e, 0);
  expect(energy(y)).toBeCloseTo(energy(x), 9);
  expect(y[0]).toBeCloseTo(x.reduce((s, e) => s + e, 0) / Math.sqrt(40), 9);
});

test("silence gives the floor log(1e-7) in every band", () => {
  const out = featureExtractor(DEFAULT_FEATURES, 8000)(new Float32Array(1000));
  expect(out.length).toBe(frameCount(1000, 8000) * 40);
  for (const v of out) expect(v).toBeCloseTo(Math.log(1e-7), 5);
});

test("filters are refused if noise leaves one of them at the floor in every frame, and only then", () => {
  const noise = Float32Array.from({ length: 4000 }, () => 0.3 * rng.normal());
  const met = { accepted: 0, refused: 0 };
  for (const rate of [4000, 8000, 16000])
    for (const mels of [2, 40, 64, 80, 100, 256])
      for (const lowHz of [0, 20, 1500, 4000]) {
        const recipe = { ...DEFAULT_FEATURES, mels, lowHz };
        if (lowHz >= rate / 2) {
          expect(() => demandFilters(recipe, rate)).toThrow(`filters begin at ${lowHz} Hz, and sound of ${rate} samples`);
          continue;
        }
        const out = featureExtractor(recipe, rate)(noise);
        const isDead = Array.from({ length: mels }, (_, m) =>
          out.every((value, i) => i % mels !== m || value === Math.fround(Math.log(1e-7))),
        );
        const dead = isDead.filter(Boolean).length;
        met[dead === 0 ? "accepted" : "refused"]++;
        const check = expect(() => demandFilters(recipe, rate), `${mels} filters from ${lowHz} Hz at ${rate} Hz`);
        if (dead === 0) check.not.toThrow();
        else check.toThrow(`data.features: ${dead} of ${mels} mel filters from ${lowHz} to ${rate / 2} Hz hold none of`);
      }
  expect(Math.min(met.accepted, met.refused)).toBeGreaterThan(10);
  expect(() => demandFilters(DEFAULT_FEATURES, 8000)).not.toThrow();
});

test("a single unit sample has the closed form: its window weight times the pre-emphasis response, through the filters", () => {
  const rate = 8000;
  const at = 400;
  const x = new Float32Array(800);
  x[at] = 1;
  const out = featureExtractor(DEFAULT_FEATURES, rate)(x);
  const filters = melFilters(40, 256, rate, 20);
  for (const t of [4, 5]) {
    const i = at - (frameCentre(t, rate) - 100);
    const hamming = (k: number): number => 0.54 - 0.46 * Math.cos((2 * Math.PI * k) / 199);
    for (let m = 0; m < 40; m++) {
      let energy = 1e-7;
      for (let k = 0; k <= 128; k++) {
        const w = (2 * Math.PI * k) / 256;
        const [a, b] = [hamming(i), -0.97 * hamming(i + 1)];
        energy += filters[m][k] * (a * a + b * b + 2 * a * b * Math.cos(w));
      }
      expect(out[t * 40 + m]).toBeCloseTo(Math.log(energy), 4);
    }
  }
});

test("a pure tone peaks in the filter whose centre is nearest", () => {
  const rate = 16000;
  for (const hz of [300, 1000, 2500, 6000]) {
    const x = Float32Array.from({ length: 4000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rate));
    const row = featureExtractor(DEFAULT_FEATURES, rate)(x).subarray(10 * 40, 11 * 40);
    const mel = (f: number): number => 2595 * Math.log10(1 + f / 700);
    const spacing = (mel(8000) - mel(20)) / 41;
    const nearest = Math.round((mel(hz) - mel(20)) / spacing) - 1;
    expect(Math.abs(row.indexOf(Math.max(...row)) - nearest)).toBeLessThanOrEqual(1);
  }
});

test("mfcc are the cosine transform of the log-mel energies", () => {
  const x = Float32Array.from({ length: 2000 }, () => 0.1 * rng.normal());
  const mel = featureExtractor(DEFAULT_FEATURES, 8000)(x);
  const mfcc = featureExtractor({ ...DEFAULT_FEATURES, kind: "mfcc" }, 8000)(x);
  const t = 7;
  const want = cosineTransform(Float64Array.from(mel.subarray(t * 40, (t + 1) * 40)), 13);
  for (let k = 0; k < 13; k++) expect(mfcc[t * 13 + k]).toBeCloseTo(want[k], 4);
});

interface Meyda {
  bufferSize: number;
  sampleRate: number;
  windowingFunction: string;
  extract(feature: "powerSpectrum", frame: Float32Array): Float32Array;
}

test("the power spectrum behind the filters agrees with meyda on a full window", () => {
  const meyda = createRequire(import.meta.url)("meyda") as Meyda;
  meyda.bufferSize = 512;
  meyda.sampleRate = 20480;
  meyda.windowingFunction = "hamming";
  // 25 ms are exactly 512 samples here, so both transforms have the same window.
  const rate = 20480;
  const x = Float32Array.from({ length: 4096 }, () => 0.3 * rng.normal());
  const t = 8;
  const start = frameCentre(t, rate) - 256;
  const emphasised = Float32Array.from({ length: 512 }, (_, i) => x[start + i] - 0.97 * x[start + i - 1]);
  const power = meyda.extract("powerSpectrum", emphasised);
  const filters = melFilters(40, 512, rate, 20);
  const out = featureExtractor(DEFAULT_FEATURES, rate)(x).subarray(t * 40, (t + 1) * 40);
  for (let m = 0; m < 40; m++) {
    // meyda omits the last bin, where the filters are zero.
    const energy = power.reduce((s, p, k) => s + p * filters[m][k], 0);
    expect(Math.abs(out[m] - Math.log(energy + 1e-7))).toBeLessThan(0.05);
  }
});

const fsdd = join(packageRoot(), "..", "shared", "data", "fsdd");
const present = existsSync(join(fsdd, "fsdd-logmel40-u8.bin.gz"));
if (!present) console.log(`skipped: ${fsdd} is not here`);

test.skipIf(!present)("features of 60 real recordings equal the stored ones within half a quantisation step", { tags: ["long"] }, () => {
  const index = JSON.parse(readFileSync(join(fsdd, "fsdd-index.json"), "utf8")) as { ids: string[]; frames: number[] };
  const stored = gunzipSync(readFileSync(join(fsdd, "fsdd-logmel40-u8.bin.gz")));
  const tree = treeWith(openTree(fsdd, "clone it"), /recordings\/.*\.wav$/)!;
  const extract = featureExtractor({ ...DEFAULT_FEATURES, lowHz: 64 }, 8000);
  const step = (6 + 16.2) / 255;
  let [position, compared] = [0, 0];
  index.ids.forEach((id, i) => {
    const frames = index.frames[i];
    const path = `recordings/${id}.wav`;
    if (i % 25 === 0 && tree.paths.includes(path)) {
      const ours = extract(readAudio(tree.read(path), path).samples);
      expect(ours.length).toBe(frames * 40);
      ours.forEach((v, k) => {
        const clipped = Math.max(-16.2, Math.min(6, v));
        const far = Math.abs(clipped - (-16.2 + stored[position * 40 + k] * step));
        if (!(far < step / 2 + 2e-3)) expect(far, `${id}, ${k}`).toBeLessThan(step / 2 + 2e-3);
      });
      compared++;
    }
    position += frames;
  });
  expect(compared).toBeGreaterThanOrEqual(60);
});
