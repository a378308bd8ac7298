/**
 * Writes `fsdd-phones.tsv` into a clone of the Free Spoken Digit Dataset: the shipped GRU's phone probabilities,
 * aligned with each recording's digit. These labels are for clones without any; the networks here were trained and
 * scored on other labels (docs/case-studies.md).
 *
 *   npx tsx scripts/label-fsdd.ts free-spoken-digit-dataset [other labels.tsv]
 *
 * With other labels it also prints in how many 10 ms frames both agree, in each split.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readModel, type Samples } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { exp, log } from "../base/math.js";
import { packageRoot } from "../base/package-root.js";
import { cutPieces, packBatch } from "../training/batch.js";
import { readAudio } from "../training/datasets/audio.js";
import { FSDD_PHONES } from "../training/datasets/fsdd.js";
import { openTree, treeWith } from "../training/datasets/tree.js";
import { runFloat } from "../training/evaluate.js";
import { createEngine } from "../training/fused/kernels.js";
import { loadDataset, recordedData, type Split } from "../training/index.js";
import { ActivityCounter } from "../training/operations.js";

const SILENCE = FSDD_PHONES.indexOf("sil");
/** Pronunciations of the digits. */
const WORDS = [
  ["z ih r ow", "z iy r ow"],
  ["w ah n"],
  ["t uw"],
  ["th r iy"],
  ["f ao r"],
  ["f ay v"],
  ["s ih k s"],
  ["s eh v ah n", "s eh v n"],
  ["ey t"],
  ["n ay n"],
].map((variants) => variants.map((phones) => phones.split(" ").map((phone) => FSDD_PHONES.indexOf(phone))));
const RECORDING = /(?:^|\/)recordings\/((\d)_([a-z]+)_(\d+))\.wav$/;
const LAST_TEST_INDEX = 4;
const HOPS_A_SECOND = 100;

const [given, other] = process.argv.slice(2);
if (given === undefined) throw new Error("usage: npx tsx scripts/label-fsdd.ts folder [other labels.tsv]");
const folder: string = given;
const found = treeWith(openTree(folder, "git clone https://github.com/Jakobovski/free-spoken-digit-dataset"), RECORDING);
if (found === null) throw inputError(folder, "holds no recordings/{digit}_{speaker}_{index}.wav");
const tree = found;
const { network, record } = readModel(join(packageRoot(), "training/models/fsdd-phones-gru.safetensors"));
const features = recordedData(record)?.features;
const engine = createEngine();

interface Labelled {
  readonly id: string;
  readonly samples: number;
  readonly rateHz: number;
  /** [frames] phone of each. */
  readonly phones: Int32Array;
}

/**
 * Log-probabilities of every frame's phones over their mean probability: the evidence of the sound, without how common
 * a phone is.
 */
function evidence(samples: Samples, utterance: number): Float32Array {
  const silent: Samples = {
    ...samples,
    task: "frames",
    classes: network.classes,
    labels: new Int32Array(samples.features.length / samples.inputs),
  };
  const pieces = cutPieces(silent, 0).filter((piece) => piece.utterance === utterance);
  return runFloat(engine, network, packBatch(silent, pieces, 0), new ActivityCounter(network, 1));
}

/** The most likely phones of the frames: one pronunciation from left to right, optional silence around it. */
function align(scores: Float32Array, variants: readonly (readonly number[])[], prior: Float64Array): Int32Array {
  const frames = scores.length / network.classes;
  const path = (line: readonly number[]): { readonly score: number; readonly phones: Int32Array } => {
    const at = (t: number, s: number): number => {
      const phone = line[s];
      return scores[t * network.classes + phone] - log(prior[phone]);
    };
    const moved = Array.from({ length: frames }, () => new Uint8Array(line.length));
    let best = Float64Array.from(line, (_, s) => (s <= 1 ? at(0, s) : Number.NEGATIVE_INFINITY));
    for (let t = 1; t < frames; t++) {
      const before = best;
      best = Float64Array.from(line, (_, s) => {
        const [stay, move] = [before[s], s > 0 ? before[s - 1] : Number.NEGATIVE_INFINITY];
        (moved[t] as Uint8Array)[s] = move > stay ? 1 : 0;
        return Math.max(stay, move) + at(t, s);
      });
    }
    let s = best[line.length - 1] > best[line.length - 2] ? line.length - 1 : line.length - 2;
    const score = best[s];
    const phones = new Int32Array(frames);
    for (let t = frames - 1; t >= 0; t--) {
      phones[t] = line[s];
      s -= (moved[t] as Uint8Array)[s];
    }
    return { score, phones };
  };
  const paths = variants.map((variant) => path([SILENCE, ...variant, SILENCE]));
  return paths.reduce((best, one) => (one.score > best.score ? one : best)).phones;
}

function labelHalf(split: Split): Labelled[] {
  const samples = loadDataset("fsdd-digits", { path: folder, split }, features);
  const recordings = tree.paths.flatMap((path) => {
    const match = RECORDING.exec(path);
    if (match === null || Number(match[4]) <= LAST_TEST_INDEX !== (split === "test")) return [];
    const audio = readAudio(tree.read(path), path);
    return [{ id: match[1], digit: Number(match[2]), samples: audio.count, rateHz: audio.rateHz }];
  });
  const scores = recordings.map((_, u) => evidence(samples, u));
  const prior = new Float64Array(network.classes).fill(1e-3);
  let total = 0;
  for (const rows of scores) {
    for (const [i, value] of rows.entries()) prior[i % network.classes] = prior[i % network.classes] + exp(value);
    total += rows.length / network.classes;
  }
  const mean = prior.map((sum) => sum / total);
  return recordings.map(({ id, digit, samples: count, rateHz }, u) => {
    const rows = scores[u];
    const frames = Math.ceil(count / (rateHz / HOPS_A_SECOND));
    if (rows.length !== frames * network.classes || samples.labels[u] !== digit)
      throw new Error(`${id} is not the data set's recording ${u}`);
    return { id, samples: count, rateHz, phones: align(rows, WORDS[digit], mean) };
  });
}

/** Lines of a recording, one per segment: `id`, first sample, sample after the last, phone. */
function lines({ id, samples, rateHz, phones }: Labelled): string[] {
  const hop = rateHz / HOPS_A_SECOND;
  return Array.from(phones).flatMap((phone, t) => {
    if (t > 0 && phones[t - 1] === phone) return [];
    let end = t + 1;
    while (end < phones.length && phones[end] === phone) end++;
    return [[id, t * hop, end === phones.length ? samples : end * hop, FSDD_PHONES[phone]].join("\t")];
  });
}

const halves = { train: labelHalf("train"), test: labelHalf("test") };
const all = [...halves.train, ...halves.test].sort((a, b) => (a.id < b.id ? -1 : 1));
const out = join(folder, "fsdd-phones.tsv");
writeFileSync(out, `${["id", "start_sample", "end_sample", "phone"].join("\t")}\n${all.flatMap(lines).join("\n")}\n`);
console.log(`${out}: ${all.length} recordings`);

if (other !== undefined) {
  const bytes = readFileSync(other);
  const theirs = new Map<string, [end: number, phone: string][]>();
  for (const line of (other.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trim().split("\n").slice(1)) {
    const [id = "", , end = "", phone = ""] = line.split("\t");
    theirs.set(id, [...(theirs.get(id) ?? []), [Number(end), phone]]);
  }
  for (const [half, labelled] of Object.entries(halves)) {
    let [same, frames] = [0, 0];
    for (const { id, rateHz, phones } of labelled) {
      for (const [t, phone] of phones.entries()) {
        const centre = Math.round(((t + 0.5) * rateHz) / HOPS_A_SECOND);
        const their = theirs.get(id)?.find(([end]) => centre < end);
        if (their === undefined) continue;
        frames++;
        if (FSDD_PHONES[phone] === their[1]) same++;
      }
    }
    console.log(`${half}: ${((100 * same) / frames).toFixed(2)} % of ${frames} frames agree with ${other}`);
  }
}
