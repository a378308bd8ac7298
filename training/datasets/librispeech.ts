/**
 * LibriSpeech with phone alignments: recordings `speaker-chapter-number.wav` anywhere below the folder, each with a
 * `.PHN` (samples) or `.TextGrid` (seconds, tier "phones") of the same name, beside it or in another folder. Phones
 * fold to TIMIT's 39 classes. Parts named train-* train, test-* test; a corpus without train-* holds out every fourth
 * recording.
 * Not modelled: FLAC; decode it first.
 * @throws InputError that says what is missing
 */

import { basename } from "node:path";
import type { Samples } from "../../arch/index.js";
import { entry } from "../../base/entry.js";
import { inputError } from "../../base/errors.js";
import type { FeatureRecipe } from "../features.js";
import { readAudio } from "./audio.js";
import { givenTree } from "./fetched.js";
import { leftOut, unknownFiles } from "./left-out.js";
import { PHONES, readPhn, readTextGrid } from "./phones.js";
import { assemble, type Recording } from "./speech.js";
import type { Split } from "./split.js";
import { treeWith } from "./tree.js";

const SOUND = /(?:^|\/)([^/]+)\.wav$/i;
const HELD_OUT_OF = 4;

/** Reads one split. */
export function loadLibrispeech(path: string | null, split: Split, recipe: FeatureRecipe): Samples {
  const top = givenTree(path, { name: "librispeech", fetch: "download LibriSpeech and its alignments into one folder" });
  const tree = treeWith(top, SOUND);
  if (tree === null) {
    const isFlac = top.paths.some((p) => p.endsWith(".flac"));
    const fix = isFlac
      ? 'decode them: find . -name "*.flac" -exec flac -d {} \\;'
      : "give the folder that holds LibriSpeech/train-clean-100 and so on";
    throw inputError(top.name, isFlac ? "holds only FLAC recordings" : "holds no recordings (.wav)", fix);
  }
  const alignments = new Map<string, string>();
  const seconds = new Map<string, string>();
  for (const p of tree.paths) {
    const match = /(?:^|\/)([^/]+)\.(phn|textgrid)$/i.exec(p);
    if (match) (alignments.has(match[1]) ? seconds : alignments).set(match[1], p);
  }
  const all = tree.paths.flatMap((p) => {
    const id = SOUND.exec(p)?.[1];
    return id === undefined ? [] : [{ path: p, id, part: /(?:^|\/)(train|dev|test)-[a-z]+(?:-\d+)?\//.exec(p)?.[1] ?? null }];
  });
  const aligned = all.filter(({ id }) => alignments.has(id));
  if (aligned.length === 0)
    throw inputError(
      top.name,
      `has ${all.length} recordings and no .PHN or .TextGrid of the same name`,
      "put phone alignments beside them",
    );
  for (const { id } of aligned) {
    const second = seconds.get(id);
    // of copied recordings, `assemble` tells
    if (second === undefined || aligned.filter((one) => one.id === id).length > 1) continue;
    throw inputError(`${tree.name}/${second}`, `aligns recording ${id}, as does ${entry(alignments, id)}`, "keep one of the two");
  }
  const hasTrain = aligned.some(({ part }) => part === "train");
  const halfOf = (part: string | null, index: number): string | null =>
    hasTrain ? part : index % HELD_OUT_OF === HELD_OUT_OF - 1 ? "test" : "train";
  const halves: { train: Recording[]; test: Recording[] } = { train: [], test: [] };
  aligned.forEach(({ path: file, id, part }, index) => {
    const half = halfOf(part, index);
    if (half !== "train" && half !== "test") return;
    const where = `${tree.name}/${file}`;
    const labels = entry(alignments, id);
    const text = new TextDecoder().decode(tree.read(labels));
    const read = () => readAudio(tree.read(file), where);
    const label = /\.phn$/i.test(labels) ? readPhn(text, 39, labels) : readTextGrid(text, 39, read().rateHz, labels);
    halves[half].push({ id, path: where, speaker: id.split("-")[0], label, read });
  });
  const name = hasTrain ? "librispeech" : "librispeech (every fourth recording)";
  const where = ({ path: file }: { readonly path: string }): string => `${tree.name}/${file}`;
  const unread = [
    ...leftOut(
      "file",
      "not read, because no .wav",
      unknownFiles(top, tree, (file) => SOUND.test(file), basename),
    ),
    ...leftOut("recording", "without a .PHN or .TextGrid of its name, not read", all.filter(({ id }) => !alignments.has(id)).map(where)),
    ...leftOut(
      "recording",
      "in no part train-*, dev-* or test-*, not read",
      aligned.filter(({ part }) => hasTrain && part === null).map(where),
    ),
  ];
  return assemble({ name, classes: PHONES[39].length, ...halves, leftOut: unread }, split, recipe);
}
