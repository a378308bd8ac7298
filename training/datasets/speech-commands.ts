/**
 * Google Speech Commands (version 1 or 2): `word/speaker_nohash_n.wav`, one class per word in alphabetical order, of
 * those that have a folder or stand in a list. Test: the recordings of `testing_list.txt`; train: those neither there
 * nor in `validation_list.txt`; `_background_noise_` is left out.
 * @throws InputError that says what is missing.
 */

import type { Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { FeatureRecipe } from "../features.js";
import { readAudio } from "./audio.js";
import { givenTree } from "./fetched.js";
import { assemble, type Recording } from "./speech.js";
import type { Split } from "./split.js";
import { treeWith } from "./tree.js";

const RECORDING = /(?:^|\/)([a-z]+)\/(([0-9a-f]+)_nohash_\d+)\.wav$/;

/** Reads one split. */
export function loadSpeechCommands(path: string | null, split: Split, recipe: FeatureRecipe): Samples {
  const top = givenTree(path, { name: "speech-commands", fetch: "download speech_commands_v0.02.tar.gz (or unpack it)" });
  const tree = treeWith(top, RECORDING);
  if (tree === null) throw inputError(top.name, "holds no word/speaker_nohash_n.wav");
  const list = (name: string): Set<string> => {
    const file = tree.paths.find((p) => p === name || p.endsWith(`/${name}`));
    if (file === undefined) throw inputError(top.name, `holds no ${name}`, "the split is written there; take the whole archive");
    return new Set(
      new TextDecoder()
        .decode(tree.read(file))
        .split(/\r?\n/)
        .filter((line) => line !== ""),
    );
  };
  const [testing, validation] = [list("testing_list.txt"), list("validation_list.txt")];
  const found = tree.paths.flatMap((p) => {
    const match = RECORDING.exec(p);
    return match ? [{ path: p, word: match[1], id: `${match[1]}/${match[2]}.wav`, speaker: match[3] }] : [];
  });
  // also the words whose folder is missing here: without them all later classes would be others than in training
  const listed = [...testing, ...validation].flatMap((entry) => /^([a-z]+)\//.exec(entry)?.[1] ?? []);
  const words = [...new Set([...found.map(({ word }) => word), ...listed])].sort();
  const halves: { train: Recording[]; test: Recording[] } = { train: [], test: [] };
  for (const { path: file, word, id, speaker } of found) {
    const half = testing.has(id) ? "test" : validation.has(id) ? null : "train";
    const where = `${tree.name}/${file}`;
    if (half) halves[half].push({ id, path: where, speaker, label: words.indexOf(word), read: () => readAudio(tree.read(file), where) });
  }
  return assemble({ name: `speech-commands-${words.length}`, classes: words.length, ...halves }, split, recipe);
}
