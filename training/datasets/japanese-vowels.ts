/**
 * Japanese Vowels (UCI): 640 utterances of /ae/ by nine men, 7 to 29 frames of 12 LPC cepstra; the class is the
 * speaker. Files `ae.train`, `ae.test` (also .gz): a line per frame, utterances separated by an empty line or by a line
 * of ones; speakers in order, counts in `size_ae.train`, `size_ae.test`. Features are normalised to mean 0 and variance
 * 1 over the training frames.
 * @throws InputError that names file and line
 */

import type { Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import { givenTree } from "./fetched.js";
import { momentsOf } from "./speech.js";
import type { Split } from "./split.js";
import { type FileTree, gunzip } from "./tree.js";

const INPUTS = 12;
const SPEAKERS = 9;

function readText(tree: FileTree, name: string): string {
  const file = tree.paths.find((p) => new RegExp(`(?:^|/)${name.replace(".", "\\.")}(\\.gz)?$`).test(p));
  if (file === undefined) throw inputError(tree.name, `holds no ${name}`);
  const bytes = tree.read(file);
  return new TextDecoder().decode(file.endsWith(".gz") ? gunzip(bytes, `${tree.name}/${file}`) : bytes);
}

function readUtterances(text: string, file: string): number[][][] {
  const utterances: number[][][] = [];
  let open: number[][] = [];
  const close = (): void => {
    if (open.length > 0) utterances.push(open);
    open = [];
  };
  text.split(/\r?\n/).forEach((line, i) => {
    const values = line.trim() === "" ? [] : line.trim().split(/\s+/).map(Number);
    if (values.length === 0 || values.every((v) => v === 1)) {
      close();
      return;
    }
    if (values.length !== INPUTS || values.some((v) => !Number.isFinite(v)))
      throw inputError(`${file}:${i + 1}`, `expected ${INPUTS} numbers, got "${line.trim()}"`);
    open.push(values);
  });
  close();
  return utterances;
}

/** Reads one split. */
export function loadJapaneseVowels(path: string | null, split: Split): Samples {
  const tree = givenTree(path, { name: "japanese-vowels", fetch: "download it from the UCI repository" });
  const flat = (half: Split): number[][][] => readUtterances(readText(tree, `ae.${half}`), `ae.${half}`);
  const utterances = flat(split);
  const sizes = readText(tree, `size_ae.${split}`).trim().split(/\s+/).map(Number);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (sizes.length !== SPEAKERS || sizes.some((size) => !(Number.isInteger(size) && size >= 0)) || total !== utterances.length)
    throw inputError(
      `size_ae.${split}`,
      `names ${total} utterances of ${sizes.length} speakers; ae.${split} holds ${utterances.length}, of ${SPEAKERS}`,
    );
  const labels = Int32Array.from(sizes.flatMap((n, speaker) => new Array<number>(n).fill(speaker)));
  const features = Float32Array.from(utterances.flat(2));
  const { mean, deviation } = momentsOf(split === "train" ? features.slice() : Float32Array.from(flat("train").flat(2)), INPUTS);
  for (let i = 0; i < features.length; i++) features[i] = (features[i] - mean[i % INPUTS]) / deviation[i % INPUTS];
  const frameStart = new Uint32Array(utterances.length + 1);
  utterances.forEach((frames, u) => {
    frameStart[u + 1] = frameStart[u] + frames.length;
  });
  const hash = sha256("japanese-vowels", split, bytesOf(features), bytesOf(frameStart), bytesOf(labels));
  return { name: `japanese-vowels/${split}`, inputs: INPUTS, classes: SPEAKERS, task: "sequence", features, frameStart, labels, hash };
}
