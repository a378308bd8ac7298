/**
 * TIMIT and corpora of its shape: `{TRAIN,TEST}/DRn/SPEAKER/NAME.{WAV,PHN}` in any case and below any folder, or the
 * flat layout of NLTK's sample, `drN-speaker/name.{wav,phn}`. Sound is SPHERE or RIFF; its content decides. SA
 * sentences are dropped. Test: the 24 core-test speakers if they are there, or else the whole TEST part; the flat
 * layout without core-test speakers holds out every fourth speaker.
 * @throws InputError that says what is missing.
 */

import type { Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { FeatureRecipe } from "../features.js";
import { readAudio } from "./audio.js";
import { givenTree } from "./fetched.js";
import { leftOut, unknownFiles } from "./left-out.js";
import { type Folding, PHONES, readPhn } from "./phones.js";
import { assemble, type Recording } from "./speech.js";
import type { Split } from "./split.js";
import { treeWith } from "./tree.js";

const CORE_TEST = new Set(
  `mdab0 mwbt0 felc0 mtas1 mwew0 fpas0 mjmp0 mlnt0 fpkt0 mlll0 mtls0 fjlm0 mbpm0 mklt0 fnlp0 mcmj0 mjdh0 fmgd0 mgrt0 mnjm0 fdhc0 mjln0 mpam0 fmld0`.split(
    " ",
  ),
);

const DEEP = /(?:^|\/)(train|test)\/(dr\d)\/([a-z0-9]+)\/([a-z0-9]+)\.wav(\.wav)?$/i;
const FLAT = /(?:^|\/)(dr\d)-([a-z0-9]+)\/([a-z0-9]+)\.wav$/i;
const HELD_OUT_OF = 4;

interface Found {
  readonly path: string;
  readonly part: "train" | "test" | null;
  readonly speaker: string;
  readonly sentence: string;
}

function find(paths: readonly string[], layout: RegExp): Found[] {
  const found = new Map<string, Found>();
  for (const path of paths) {
    const deep = layout === DEEP ? DEEP.exec(path) : null;
    const flat = layout === FLAT ? FLAT.exec(path) : null;
    if (deep) {
      const part = deep[1].toLowerCase() === "train" ? "train" : "test";
      // Some copies have NAME.WAV (SPHERE) and NAME.WAV.wav (RIFF) side by side: only one of them is read.
      found.set(path.toLowerCase().replace(/(\.wav)+$/, ""), {
        path,
        part,
        speaker: deep[3].toLowerCase(),
        sentence: deep[4].toLowerCase(),
      });
    } else if (flat) found.set(path.toLowerCase(), { path, part: null, speaker: flat[2].toLowerCase(), sentence: flat[3].toLowerCase() });
  }
  return [...found.values()].filter(({ sentence }) => !/^sa\d$/.test(sentence));
}

/** Splits by the rules of the header, and names the test part. */
function partition(found: readonly Found[]): { train: Found[]; test: Found[]; testName: string } {
  const speakers = [...new Set(found.map((f) => f.speaker))].sort();
  const core = found.filter((f) => CORE_TEST.has(f.speaker) && f.part !== "train");
  if (found.some((f) => f.part !== null)) {
    const test = core.length > 0 ? core : found.filter((f) => f.part === "test");
    return { train: found.filter((f) => f.part === "train"), test, testName: core.length > 0 ? "core test" : "whole test" };
  }
  const isTest = (f: Found): boolean =>
    core.length > 0 ? CORE_TEST.has(f.speaker) : speakers.indexOf(f.speaker) % HELD_OUT_OF === HELD_OUT_OF - 1;
  return {
    train: found.filter((f) => !isTest(f)),
    test: found.filter(isTest),
    testName: core.length > 0 ? "core test" : "every fourth speaker",
  };
}

/** Reads one split with phones folded to 61, 48 or 39 classes. */
export function loadTimit(folding: Folding, path: string | null, split: Split, recipe: FeatureRecipe): Samples {
  const top = givenTree(path, { name: "timit", fetch: "take your licensed copy" });
  const deep = treeWith(top, DEEP);
  const [layout, tree] = deep === null ? [FLAT, treeWith(top, FLAT)] : [DEEP, deep];
  if (tree === null)
    throw inputError(
      top.name,
      "holds neither {TRAIN,TEST}/DRn/SPEAKER/NAME.WAV nor drN-speaker/name.wav",
      "give the folder that holds TRAIN and TEST",
    );
  const lowerCase = new Map(tree.paths.map((p) => [p.toLowerCase(), p]));
  const found = find(tree.paths, layout);
  const parts = partition(found);
  for (const half of ["train", "test"] as const)
    if (parts[half].length === 0) throw inputError(top.name, `has no ${half} recordings (SA sentences do not count)`);
  const recording = (f: Found): Recording => {
    const labels = lowerCase.get(`${f.path.toLowerCase().replace(/(\.wav)+$/, "")}.phn`);
    if (labels === undefined) throw inputError(`${tree.name}/${f.path}`, "has no .PHN file beside it");
    const segments = readPhn(new TextDecoder().decode(tree.read(labels)), folding, `${tree.name}/${labels}`);
    const where = `${tree.name}/${f.path}`;
    const read = () => readAudio(tree.read(f.path), where);
    return { id: `${f.speaker}/${f.sentence}`, path: where, speaker: f.speaker, label: segments, read };
  };
  const name = `timit-${folding} (${parts.testName})`;
  const unread = leftOut(
    "file",
    `not read, because not named ${layout === DEEP ? "{TRAIN,TEST}/DRn/SPEAKER/NAME.WAV" : "drN-speaker/name.wav"}`,
    unknownFiles(top, tree, (path) => layout.test(path)),
  );
  const [train, test] = [parts.train.map(recording), parts.test.map(recording)];
  return assemble({ name, classes: PHONES[folding].length, train, test, leftOut: unread }, split, recipe);
}
