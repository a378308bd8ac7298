/**
 * Google Speech Commands (version 1 or 2), or words of one's own in its shape: `word/speaker_nohash_n.wav`, one class
 * per word in the order of their characters, of those that have a folder or stand in a list. Test: the recordings of
 * `testing_list.txt`; train: those neither there nor in `validation_list.txt`; `_background_noise_` is left out.
 * @throws InputError that says what is missing.
 */

import type { Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { FeatureRecipe } from "../features.js";
import { readAudio } from "./audio.js";
import { givenTree } from "./fetched.js";
import { leftOut, unknownFiles } from "./left-out.js";
import { assemble, type Recording } from "./speech.js";
import type { Split } from "./split.js";
import { treeWith } from "./tree.js";

const RECORDING = /(?:^|\/)(?!_background_noise_\/)([^/]+)\/(([^/]+)_nohash_\d+)\.wav$/i;
const NOISE = /(?:^|\/)_background_noise_\//;

/** Reads one split. */
export function loadSpeechCommands(path: string | null, split: Split, recipe: FeatureRecipe): Samples {
  const top = givenTree(path, { name: "speech-commands", fetch: "download speech_commands_v0.02.tar.gz (or unpack it)" });
  const tree = treeWith(top, RECORDING);
  if (tree === null) throw inputError(top.name, "holds no word/speaker_nohash_n.wav");
  const list = (name: string): ReadonlySet<string> => {
    const file = tree.paths.find((p) => p === name || p.endsWith(`/${name}`));
    if (file === undefined) throw inputError(top.name, `holds no ${name}`, "the split is written there; take the whole archive");
    return new Set(
      new TextDecoder()
        .decode(tree.read(file))
        .split("\n")
        .map((line) =>
          line
            .trim()
            .replace(/^\.\//, "")
            .replace(/\.wav$/i, ".wav"),
        )
        .filter((line) => line !== ""),
    );
  };
  const [testing, validation] = [list("testing_list.txt"), list("validation_list.txt")];
  const found = tree.paths.flatMap((p) => {
    const match = RECORDING.exec(p);
    return match ? [{ path: p, word: match[1], id: `${match[1]}/${match[2]}.wav`, speaker: match[3] }] : [];
  });
  // also the words whose folder is missing here: without them all later classes would be others than in training
  const listed = [...testing, ...validation].flatMap((entry) => /^([^/]+)\//.exec(entry)?.[1] ?? []);
  const words = [...new Set([...found.map(({ word }) => word), ...listed])].sort();
  const halves: { train: Recording[]; test: Recording[] } = { train: [], test: [] };
  for (const { path: file, word, id, speaker } of found) {
    const half = testing.has(id) ? "test" : validation.has(id) ? null : "train";
    const where = `${tree.name}/${file}`;
    if (half) halves[half].push({ id, path: where, speaker, label: words.indexOf(word), read: () => readAudio(tree.read(file), where) });
  }
  const ids = new Set(found.map(({ id }) => id));
  const missing = (entries: ReadonlySet<string>): readonly string[] => [...entries].filter((entry) => !ids.has(entry));
  const warnings = [
    ...leftOut(
      "file",
      "not read, because not named word/speaker_nohash_n.wav",
      unknownFiles(top, tree, (file) => RECORDING.test(file) || NOISE.test(file)),
    ),
    ...leftOut("line", "of testing_list.txt without a recording of that name", missing(testing)),
    ...leftOut("line", "of validation_list.txt without a recording of that name", missing(validation)),
  ];
  return assemble({ name: `speech-commands-${words.length}`, classes: words.length, ...halves, leftOut: warnings }, split, recipe);
}
