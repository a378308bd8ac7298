/**
 * Free Spoken Digit Dataset: 8 kHz digits by six speakers, as a clone of its repository (`recordings/*.wav`) or as
 * archives of it. Digits are labels of whole recordings; phone frames need `fsdd-phones.tsv` (or .gz): id,
 * start_sample, end_sample, phone, gap-free.
 * Split: index 0-4 test, all others train (the official split). A search chooses its networks on the last five
 * recordings of each speaker and digit (in the whole set, index 45-49), which are left out of their training.
 * @throws InputError that says what is missing or wrong
 */
import type { Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { FeatureRecipe } from "../features.js";
import { readAudio } from "./audio.js";
import { givenTree } from "./fetched.js";
import type { SearchPart } from "./held-out.js";
import { leftOut, unknownFiles } from "./left-out.js";
import { assemble, type Corpus, nextSegment, type Recording, type Segment } from "./speech.js";
import type { Split } from "./split.js";
import { gunzip, treeWith } from "./tree.js";

export const FSDD_PHONES = "sil z ih r ow iy w ah n t uw th f ao ay v s k eh ey".split(" ");

const RECORDING = /(?:^|\/)recordings\/((\d)_([^/]+)_(\d+))\.wav$/i;
const PHONES = /(?:^|\/)fsdd-phones\.tsv(\.gz)?$/;
const LAST_TEST_INDEX = 4;
const HELD_OUT_OF_EACH = 5;

function readPhones(text: string, file: string): Map<string, Segment[]> {
  const segments = new Map<string, Segment[]>();
  text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .forEach((line, i) => {
      const [id, start, end, phone] = line.split("\t");
      const label = FSDD_PHONES.indexOf(phone ?? "");
      const own = segments.get(id) ?? [];
      if (label < 0) throw inputError(`${file}:${i + 2}`, `unknown phone "${phone}"`, `known: ${FSDD_PHONES.join(" ")}`);
      own.push(nextSegment(own, Number(start), Number(end), label, `${file}:${i + 2}`));
      segments.set(id, own);
    });
  return segments;
}

const indexOf = (id: string): number => Number(id.slice(id.lastIndexOf("_") + 1));
const kindOf = (id: string): string => id.slice(0, id.lastIndexOf("_"));

/** Ids of the last recordings of each speaker and digit. */
function lastOfEach(train: readonly Recording[]): ReadonlySet<string> {
  const kinds = new Map<string, string[]>();
  for (const { id } of train) kinds.set(kindOf(id), [...(kinds.get(kindOf(id)) ?? []), id]);
  return new Set([...kinds.values()].flatMap((ids) => ids.sort((a, b) => indexOf(b) - indexOf(a)).slice(0, HELD_OUT_OF_EACH)));
}

/** Reads one split, or a part of the training split; `task` says what is labelled. */
export function loadFsdd(task: "digits" | "phones", path: string | null, split: Split | SearchPart, recipe: FeatureRecipe): Samples {
  const top = givenTree(path, { name: "fsdd", fetch: "git clone https://github.com/Jakobovski/free-spoken-digit-dataset" });
  const tree = treeWith(top, RECORDING);
  if (tree === null)
    throw inputError(
      top.name,
      "holds no recordings/{digit}_{speaker}_{index}.wav",
      "give the root of a clone of free-spoken-digit-dataset",
    );
  let phones: Map<string, Segment[]> | null = null;
  if (task === "phones") {
    const file = top.paths.find((p) => PHONES.test(p));
    if (file === undefined)
      throw inputError(
        top.name,
        "holds no fsdd-phones.tsv(.gz)",
        "put phone labels there (npx tsx scripts/label-fsdd.ts FOLDER makes some), or use fsdd-digits",
      );
    const bytes = top.read(file);
    phones = readPhones(new TextDecoder().decode(file.endsWith(".gz") ? gunzip(bytes, `${top.name}/${file}`) : bytes), file);
  }
  const halves: { train: Recording[]; test: Recording[] } = { train: [], test: [] };
  for (const file of tree.paths) {
    const match = RECORDING.exec(file);
    if (!match) continue;
    const [, id, digit, speaker, index] = match;
    const where = `${tree.name}/${file}`;
    const read = () => readAudio(tree.read(file), where);
    const label = phones ? phones.get(id) : Number(digit);
    if (label === undefined) throw inputError(top.name, `has no phone labels for ${id}`);
    halves[Number(index) <= LAST_TEST_INDEX ? "test" : "train"].push({ id, path: where, speaker, read, label });
  }
  const heldOut = lastOfEach(halves.train);
  const corpus: Corpus = {
    name: `fsdd-${task}`,
    classes: task === "digits" ? 10 : FSDD_PHONES.length,
    ...halves,
    leftOut: leftOut(
      "file",
      "not read, because not named recordings/{digit}_{speaker}_{index}.wav",
      unknownFiles(top, tree, (file) => RECORDING.test(file)),
    ),
    isHeldOut: ({ id }) => heldOut.has(id),
  };
  return assemble(corpus, split, recipe);
}
