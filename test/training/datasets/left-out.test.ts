/** What lies in a folder of recordings is read, refused or named in a warning. */
import { copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { evaluateModels } from "../../../app/evaluate-models.js";
import { shortageOf } from "../../../app/inputs.js";
import { TrainingFiles } from "../../../app/training-files.js";
import { defaultSlicing, parseArch, type Samples } from "../../../arch/index.js";
import { readAudio } from "../../../training/datasets/audio.js";
import { eventSamples } from "../../../training/datasets/event-samples.js";
import { checkApart, searchPart } from "../../../training/datasets/held-out.js";
import { loadDataset } from "../../../training/datasets/registry.js";
import { openTree } from "../../../training/datasets/tree.js";
import { riff } from "./riff.js";

const root = mkdtempSync(join(tmpdir(), "left-out-"));
process.env.XDG_CACHE_HOME = join(root, "cache");
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}
/** A sound of 0.1 s that no other frequency gives. */
const tone = (hz: number): Buffer =>
  riff(
    Int16Array.from({ length: 800 }, (_, i) => Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / 8000))),
    8000,
  );
const load = (set: string, folder: string, split: "train" | "test" = "train"): Samples =>
  loadDataset(set, { path: join(root, folder), split });
const said = ({ leftOut = [] }: Samples): string => leftOut.join("\n").replaceAll(`${root}/`, "");

/** Words with four recordings each, of which the lists name the first for the test and the second for validation. */
function words(folder: string, names: readonly string[], list = (line: string): string => line): void {
  names.forEach((word, w) => {
    for (const n of [0, 1, 2, 3]) put(`${folder}/${word}/Anna-${n}_nohash_0.${n === 3 ? "WAV" : "wav"}`, tone(300 + 100 * w + 20 * n));
  });
  const lines = (n: number): string => names.map((word) => `${list(`${word}/Anna-${n}_nohash_0.wav`)}\n`).join("");
  put(`${folder}/testing_list.txt`, lines(0));
  put(`${folder}/validation_list.txt`, lines(1));
}
const NAMES = ["Up", "cat", "turn_left", "ähm 2"];

test("words and speakers have any names, a line of a list may begin with ./ and end with blanks, and nothing is left out", () => {
  words("own", NAMES, (line) => `./${line} \r`);
  put("own/_background_noise_/pink_nohash_0.wav", tone(50));
  put("own/cat/._Anna-0_nohash_0.wav", "no sound");
  put("own/.git/x.wav", "no sound");
  const [train, tested] = [load("speech-commands", "own"), load("speech-commands", "own", "test")];
  expect([[...train.labels], [...tested.labels], train.classes, said(train), said(tested)]).toEqual([
    [0, 0, 1, 1, 2, 2, 3, 3],
    [0, 1, 2, 3],
    4,
    "",
    "",
  ]);
});

test("a folder behind a link is read as any other; links that lead back or nowhere change nothing, and those of an archive are refused where they are read", () => {
  words("linked", NAMES);
  const { hash } = load("speech-commands", "linked");
  renameSync(join(root, "linked/Up"), join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), join(root, "linked/Up"));
  expect(load("speech-commands", "linked").hash).toBe(hash);
  symlinkSync(join(root, "linked"), join(root, "elsewhere/again"));
  symlinkSync(join(root, "gone"), join(root, "linked/LICENSE"));
  expect(load("speech-commands", "linked").hash).toBe(hash);
  symlinkSync(join(root, "gone.wav"), join(root, "linked/Up/Anna-9_nohash_0.wav"));
  expect(() => load("speech-commands", "linked")).toThrow(/linked\/Up\/Anna-9_nohash_0\.wav/);
  const header = Buffer.alloc(1024);
  header.write("./yes/./b_nohash_0.wav");
  header.write("00000000000", 124);
  for (const type of ["1", "2"]) {
    header.write(type, 156);
    put("links.tar.gz", gzipSync(header));
    const { paths, read } = openTree(join(root, "links.tar.gz"), "");
    expect(paths).toEqual(["yes/b_nohash_0.wav"]);
    expect(() => read(paths[0])).toThrow(/links\.tar\.gz: holds yes\/b_nohash_0\.wav as a link/);
  }
});

test("Speech Commands: sounds of another name, and lines that name no recording, are counted and named", () => {
  words("strange", NAMES, (line) => line.replace("cat/Anna-0", "cat/Ana-0"));
  for (const n of [0, 1, 2, 3]) put(`strange/cat/take${n}.mp3`, "");
  put("strange/loose.wav", tone(1));
  put("strange/cat/Anna-3_nohash_0.flac", "the same in another format");
  put("strange/old.tar.gz", "");
  for (const split of ["train", "test"] as const) {
    const samples = load("speech-commands", "strange", split);
    expect(samples.labels).toHaveLength(split === "train" ? 9 : 3);
    expect(said(samples)).toBe(
      `6 files not read, because not named word/speaker_nohash_n.wav: strange/cat/take0.mp3, strange/cat/take1.mp3, strange/cat/take2.mp3, and 3 more
1 line of testing_list.txt without a recording of that name: cat/Ana-0_nohash_0.wav`,
    );
  }
});

test("spoken digits: a speaker has any name, and what has no digit, speaker and index is named", async () => {
  const files = ["3_Anna_0.wav", "3_jo-2_0.wav", "3_bob_12.WAV", "3_bob_0.wav", "4_a_b_7.wav"];
  files.forEach((file, i) => {
    put(`digits/recordings/${file}`, tone(300 + 50 * i));
  });
  for (const file of ["recordings/three_bob_1.wav", "3_bob_2.wav"]) put(`digits/${file}`, tone(200));
  const [train, tested] = [load("fsdd-digits", "digits"), load("fsdd-digits", "digits", "test")];
  expect([[...train.labels], [...tested.labels]]).toEqual([
    [3, 4],
    [3, 3, 3],
  ]);
  const warning =
    "2 files not read, because not named recordings/{digit}_{speaker}_{index}.wav: digits/3_bob_2.wav, digits/recordings/three_bob_1.wav";
  expect([said(train), said(tested)]).toEqual([warning, warning]);
  const told: string[] = [];
  const models = ["fsdd-digits-lif", "fsdd-digits-gru"];
  await evaluateModels(models, { data: [join(root, "digits")], onWarning: (text) => told.push(text.replaceAll(`${root}/`, "")) });
  expect(told.filter((text) => text.includes("not read"))).toEqual([warning]);
  const { experiment } = parseArch("version: 1\nworkload: { samples: 9 }\n", "a.yaml");
  expect(shortageOf(experiment, { ...tested, leftOut: [warning] })).toEqual([
    warning,
    "workload.samples is 9; fsdd-digits/test has 3, and all of them are used",
  ]);
});

const PHN = "0 400 h#\n400 800 aa\n";

test("TIMIT and LibriSpeech: recordings in no part, in another layout, not aligned or not decoded are named; dev parts and decoded FLAC are not", () => {
  for (const at of ["TRAIN/DR1/FAAA0/SX1", "TEST/DR1/MZZZ0/SX2", "dr1-fbbb0/sx3", "TRAIN/DR1/F-A/SX4"]) {
    put(`timit/${at}.wav`, tone(500));
    put(`timit/${at}.phn`, PHN);
  }
  put("timit/TRAIN/DR1/FAAA0/SX1.WAV.flac", "a copy");
  expect(said(load("timit", "timit"))).toBe(
    "2 files not read, because not named {TRAIN,TEST}/DRn/SPEAKER/NAME.WAV: timit/TRAIN/DR1/F-A/SX4.wav, timit/dr1-fbbb0/sx3.wav",
  );
  for (const [i, at] of ["train-clean-100/1-2-3", "test-clean/1-2-4", "dev-clean/1-2-5", "mine/1-2-6", "test-clean/1-2-7"].entries()) {
    put(`libri/${at}.wav`, tone(500 + 20 * i));
    put(`libri/${at}.flac`, "decoded");
    if (!at.endsWith("7")) put(`libri/${at}.PHN`, PHN);
  }
  put("libri/test-clean/1-2-8.flac", "not decoded");
  expect(said(load("librispeech", "libri"))).toBe(`1 file not read, because no .wav: libri/test-clean/1-2-8.flac
1 recording without a .PHN or .TextGrid of its name, not read: libri/test-clean/1-2-7.wav
1 recording in no part train-*, dev-* or test-*, not read: libri/mine/1-2-6.wav`);
});

/** A WAV file of 32-bit float samples. */
function floats(values: readonly number[]): Buffer {
  const bytes = riff(new Int16Array(2 * values.length), 8000);
  bytes.writeUInt16LE(3, 20);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(32, 34);
  values.forEach((value, i) => {
    bytes.writeFloatLE(value, 44 + 4 * i);
  });
  return bytes;
}

test("a sample that is no finite number is refused with file and place; so is a second channel", () => {
  expect([...readAudio(floats([0.5, -3e38]), "x.wav").samples]).toEqual([0.5, Math.fround(-3e38)]);
  for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(() => readAudio(floats([0, 1, broken]), "x.wav").samples).toThrow(`x.wav: sample 2 is ${broken}, no finite number`);
  words("broken", NAMES);
  put("broken/cat/Anna-2_nohash_0.wav", floats([...new Array<number>(799).fill(0), Number.NaN]));
  expect(() => load("speech-commands", "broken").features).toThrow(/cat\/Anna-2_nohash_0\.wav: sample 799 is NaN/);
  const stereo = tone(300);
  stereo.writeUInt16LE(2, 22);
  expect(() => readAudio(stereo, "x.wav")).toThrow(/x\.wav: has 2 channels[\s\S]*-ac 1/);
  const sphere = Buffer.from("NIST_1A\n   1024\nsample_count -i 1\nsample_rate -i 8000\nchannel_count -i 2\nend_head\n".padEnd(1028));
  expect(() => readAudio(sphere, "x.sph")).toThrow(/x\.sph: has 2 channels/);
});

test("test recordings that are copies of or links to training recordings are counted and named; nothing but such is refused", () => {
  words("leak", NAMES);
  const copies: readonly ((from: string, to: string) => void)[] = [copyFileSync, linkSync, symlinkSync, cpSync];
  const compared = () => checkApart(load("speech-commands", "leak"), load("speech-commands", "leak", "test"));
  for (const [i, word] of NAMES.entries()) {
    const warnings = compared();
    if (i === 0) expect(warnings).toEqual([]);
    else {
      const [warning] = warnings;
      expect(warning).toMatch(new RegExp(`^${i} samples? of speech-commands-4/test with the features of one in speech-commands-4/train`));
      expect(warning).toContain(`${root}/leak/Up/Anna-0_nohash_0.wav as ${root}/leak/Up/Anna-2_nohash_0.wav`);
    }
    rmSync(join(root, `leak/${word}/Anna-0_nohash_0.wav`));
    copies[i](join(root, `leak/${word}/Anna-2_nohash_0.wav`), join(root, `leak/${word}/Anna-0_nohash_0.wav`));
  }
  expect(compared).toThrow(/speech-commands-4\/test: holds nothing but samples of speech-commands-4\/train/);
  const train = load("speech-commands", "leak");
  expect(checkApart(searchPart(train, "fit"), searchPart(train, "validation"))).toEqual([]);
});

test("a search that trains its networks warns of the same in the part on which they are scored, and refuses nothing but such", async () => {
  for (const index of [0, 1, 2, ...Array.from({ length: 10 }, (_, i) => 5 + i)])
    put(`searched/recordings/3_a_${index}.wav`, tone(300 + 10 * index));
  put("base.yaml", "version: 1\ndata: { set: fsdd-digits }\n");
  const copyTo = (index: number): void =>
    copyFileSync(join(root, "searched/recordings/3_a_5.wav"), join(root, `searched/recordings/3_a_${index}.wav`));
  const file = join(root, "arch.yaml");
  const text = "version: 1\ntraining: { base: base.yaml }\nworkload: { dataset: fsdd-digits, path: searched, split: validation }\n";
  const { experiment } = parseArch(text, file);
  const compared = async (split: "test" | "validation"): Promise<readonly string[]> => {
    const [files, on] = [new TrainingFiles(file), { ...experiment, workload: { ...experiment.workload, split } }];
    return files.learntIn(on, await files.samples(on));
  };
  expect(await Promise.all((["test", "validation"] as const).map(compared))).toEqual([[], []]);
  copyTo(14); // one of the last five, on which the search chooses
  expect((await compared("validation")).join()).toMatch(/^1 sample of fsdd-digits\/validation .*3_a_14\.wav as .*3_a_5\.wav$/);
  for (const index of [0, 1]) copyTo(index);
  expect((await compared("test")).join()).toMatch(/^2 samples of fsdd-digits\/test with/);
  copyTo(2);
  await expect(compared("test")).rejects.toThrow(
    /arch\.yaml: workload\.path: fsdd-digits\/test: holds nothing but samples of fsdd-digits\/fit/,
  );
});

test("recordings of events are compared by all of their events, wherever these lie in their set", () => {
  const recording = (name: string, timeUs: readonly number[], x: number) => ({
    name,
    label: 0,
    events: {
      ...{ width: 4, height: 1, timeUs: Float64Array.from(timeUs) },
      x: new Uint16Array(timeUs.length).fill(x),
      y: new Uint16Array(timeUs.length),
      polarity: new Uint8Array(timeUs.length),
    },
  });
  const set = (name: string, recordings: ReturnType<typeof recording>[]) =>
    eventSamples({ name, classes: 1, polarities: false, recordings }, defaultSlicing(), 1e-3);
  const train = set("train", [recording("a", [0, 1500], 1), recording("b", [0, 2500], 1), recording("c", [0, 2500], 3)]);
  const tested = set("test", [recording("c2", [0, 2500], 3), recording("other", [0, 2500], 2), recording("longer", [0, 3500], 3)]);
  expect(checkApart(train, tested)).toEqual(["1 sample of test with the features of one in train, so scored on what is learnt: c2 as c"]);
});
