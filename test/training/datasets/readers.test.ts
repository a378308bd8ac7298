/** Readers of speech corpora, on small corpora made here and on the sample corpora beside the project. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { readAudio } from "../../../training/datasets/audio.js";
import { foldPhone, PHONES, readPhn, readTextGrid } from "../../../training/datasets/phones.js";
import { loadDataset } from "../../../training/datasets/registry.js";
import { assemble, frameLabels, momentsOf, type Recording } from "../../../training/datasets/speech.js";
import { openTree } from "../../../training/datasets/tree.js";
import { DEFAULT_FEATURES, featureExtractor } from "../../../training/features.js";
import { riff } from "./riff.js";

const root = mkdtempSync(join(tmpdir(), "corpora-"));
process.env.XDG_CACHE_HOME = join(root, "cache");
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

const tone = (count: number, hz: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / 16000)));

function sphere(samples: Int16Array, order: "01" | "10", coding = "pcm"): Buffer {
  const header = `NIST_1A\n   1024\nsample_count -i ${samples.length}\nsample_rate -i 16000\nchannel_count -i 1\nsample_n_bytes -i 2\nsample_byte_format -s2 ${order}\nsample_coding -s${coding.length} ${coding}\nend_head\n`;
  const out = Buffer.alloc(1024 + samples.length * 2, 0x20);
  out.write(header, 0);
  samples.forEach((s, i) => {
    if (order === "01") out.writeInt16LE(s, 1024 + 2 * i);
    else out.writeInt16BE(s, 1024 + 2 * i);
  });
  return out;
}

test("RIFF and SPHERE in either byte order give the same samples, the content decides, not the name", () => {
  const samples = tone(500, 440);
  const want = Float32Array.from(samples, (s) => s / 32768);
  for (const bytes of [riff(samples), sphere(samples, "01"), sphere(samples, "10")])
    expect(readAudio(bytes, "x.WAV")).toEqual({ rateHz: 16000, count: want.length, samples: want });
});

test("the error for a sound that cannot be read says what it is", () => {
  expect(() => readAudio(Buffer.from("fLaC----"), "x.flac")).toThrow(/is FLAC[\s\S]*flac -d/);
  expect(() => readAudio(Buffer.from("ID3xxxxx"), "x.mp3")).toThrow(/neither RIFF WAV nor NIST SPHERE/);
  expect(() => readAudio(sphere(tone(10, 1), "01", "pcm,embedded-shorten-v2.00"), "x.WAV")).toThrow(
    /sample coding pcm,embedded-shorten[\s\S]*sph2pipe/,
  );
  expect(() => readAudio(riff(tone(100, 1)).subarray(0, 150), "x.wav")).toThrow(/cut short: 106 bytes of 200/);
});

test("a header's count, rate and byte order that cannot be are refused by name; what it may leave out is known", () => {
  const samples = tone(10, 1);
  const sphereOf = (from: string | RegExp, to: string) => (): unknown => {
    const bytes = sphere(samples, "01");
    const header = bytes.toString("latin1", 0, 1024).replace(from, to).replaceAll("\0", "").padEnd(1024, "\0");
    return readAudio(Buffer.concat([Buffer.from(header, "latin1"), bytes.subarray(1024)]), "x.WAV").count;
  };
  for (const [from, to, message] of [
    ["sample_count -i 10", "sample_count -i abc", "sample_count 'abc', expected a whole number from 0"],
    ["sample_count -i 10", "sample_count -i -5", "sample_count '-5', expected a whole number from 0"],
    ["sample_count -i 10", "sample_count -i 9.5", "sample_count '9.5', expected a whole number from 0"],
    ["sample_rate -i 16000", "sample_rate -i Infinity", "sample_rate 'Infinity', expected samples per second"],
    ["sample_rate -i 16000\n", "", "no sample_rate, expected samples per second"],
    ["sample_byte_format -s2 01", "sample_byte_format -s2 11", "sample_byte_format '11', expected 01 or 10"],
    ["sample_byte_format -s2 01", "sample_byte_format -s6 mu-law", "sample_byte_format 'mu-law', expected 01 or 10"],
    ["sample_n_bytes -i 2", "sample_n_bytes -i 1", "sample_n_bytes '1', expected 2"],
    ["channel_count -i 1", "channel_count -i one", "channel_count 'one', expected a whole number"],
  ])
    expect(sphereOf(from, to), to).toThrow(`x.WAV: its SPHERE header has ${message}`);
  for (const line of ["sample_count -i 10\n", "sample_byte_format -s2 01\n", "sample_n_bytes -i 2\n", "channel_count -i 1\n"])
    expect(sphereOf(line, "")(), line).toBe(10);
  expect(() => readAudio(riff(samples, 0), "x.wav")).toThrow("x.wav: its header has a rate of 0 Hz");
  expect(readAudio(riff(samples, 1), "x.wav").rateHz).toBe(1);
});

test("a stream whose length was not known when it began is read to its end; an empty chunk before others holds no sound", () => {
  const samples = tone(500, 440);
  for (const [whole, size] of [
    [0, 0],
    [36, 0],
    [0xffffffff, 0],
    [0xffffffff, 0xffffffff],
  ]) {
    const bytes = riff(samples);
    bytes.writeUInt32LE(whole, 4);
    bytes.writeUInt32LE(size, 40);
    expect(readAudio(bytes, "x.wav").count, `${whole}, ${size}`).toBe(500);
  }
  const empty = Buffer.concat([riff(new Int16Array(0)), Buffer.from("LIST\x04\x00\x00\x00INFO")]);
  empty.writeUInt32LE(empty.length - 8, 4);
  expect(readAudio(empty, "x.wav").count).toBe(0);
});

test("folding has 61, 48 and 39 classes, and merges what Lee and Hon merge", () => {
  expect([PHONES[61].length, PHONES[48].length, PHONES[39].length]).toEqual([61, 48, 39]);
  const fold = (phone: string): (string | null)[] => [foldPhone(phone, 48), foldPhone(phone, 39)];
  expect(fold("ix")).toEqual(["ix", "ih"]);
  expect(fold("zh")).toEqual(["zh", "sh"]);
  expect(fold("tcl")).toEqual(["cl", "sil"]);
  expect(fold("bcl")).toEqual(["vcl", "sil"]);
  expect(fold("ao")).toEqual(["ao", "aa"]);
  expect(fold("hv")).toEqual(["hh", "hh"]);
  expect(foldPhone("AH0", 39)).toBe("ah");
  expect(foldPhone("sp", 39)).toBe("sil");
  expect(foldPhone("xx", 39)).toBeNull();
});

test("a frame has the phone that holds its centre, on both sides of a boundary", () => {
  const segments = readPhn("0 240 h#\n240 400 aa\n400 640 s\n", 39, "x.phn");
  // 16 kHz: frames are centred on samples 80, 240, 400, 560.
  const [sil, aa, s] = ["sil", "aa", "s"].map((p) => PHONES[39].indexOf(p));
  expect([...frameLabels(segments, { count: 640, rateHz: 16000 }, "x")]).toEqual([sil, aa, s, s]);
});

test("a broken .PHN line is named with its number", () => {
  expect(() => readPhn("0 100 h#\n100 200\n", 39, "a.phn")).toThrow(/a\.phn:2: expected "start end phone"/);
  expect(() => readPhn("0 100 h#\n200 150 aa\n", 39, "a.phn")).toThrow(/a\.phn:2: phone ends at 150/);
  expect(() => readPhn("0 100 qq\n", 39, "a.phn")).toThrow(/a\.phn:1: unknown phone "qq"/);
});

test("phones that do not follow each other from sample 0 are refused in .PHN files and in TextGrids", () => {
  const rows = (...starts: readonly (readonly [number, number])[]) => starts;
  for (const [segments, row] of [
    [rows([8000, 16000]), 1],
    [rows([0, 4000], [9000, 16000]), 2],
    [rows([8000, 16000], [0, 4000]), 1],
    [rows([0, 12000], [4000, 16000]), 2],
  ] as const) {
    const phn = segments.map(([from, to]) => `${from} ${to} aa\n`).join("");
    expect(() => readPhn(phn, 39, "a.phn"), phn).toThrow(new RegExp(`a\\.phn:${row}: segment \\d+\\.\\.\\d+ does not follow`));
    const tier = segments.map(([from, to]) => `${from / 16000} ${to / 16000} "AA1"`).join("\n");
    const grid = `"IntervalTier" "phones" 0 1 ${segments.length}\n${tier}\n`;
    expect(() => readTextGrid(grid, 39, 16000, "g"), grid).toThrow(new RegExp(`g: interval ${row}: segment .* does not follow`));
  }
});

test("labels that end more than 0.1 s before or after their sound are refused", () => {
  const sound = { count: 16000, rateHz: 16000 };
  for (const end of [4000, 14399, 17601, 32000])
    expect(() => frameLabels([{ endSample: end, label: 3 }], sound, "x")).toThrow(
      `x: has 16000 samples, and its labels end at sample ${end}`,
    );
  for (const end of [14400, 16000, 17600]) expect(new Set(frameLabels([{ endSample: end, label: 3 }], sound, "x"))).toEqual(new Set([3]));
});

test("recordings of another rate in the other split, or than the model learnt, are refused, whichever split is read", () => {
  const recording = (id: string, rateHz: number): Recording => {
    const samples = new Float32Array(rateHz);
    return { id, path: id, speaker: "s", label: 0, read: () => ({ rateHz, count: rateHz, samples }) };
  };
  const corpus = (train: number, test: number) => ({
    ...{ name: "c", classes: 1, train: [recording("a", train)], test: [recording("b", test)] },
  });
  for (const normalisation of ["none", "utterance", "global"] as const)
    for (const split of ["train", "test"] as const) {
      const recipe = { ...DEFAULT_FEATURES, normalisation };
      expect(() => assemble(corpus(16000, 8000), split, recipe)).toThrow(/has (16000|8000) Hz, [ab] has (16000|8000) Hz/);
      expect(assemble(corpus(16000, 16000), split, { ...recipe, rateHz: 16000 }).rateHz).toBe(16000);
      expect(() => assemble(corpus(16000, 16000), split, { ...recipe, rateHz: 8000 })).toThrow(
        /^[ab]: has 16000 Hz, and the model learnt sound of 8000 Hz/,
      );
    }
});

const LONG_GRID = `File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 0.3
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 0.3
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 0.3
            text = "a 1 ""quoted"" word"
    item [2]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 0.3
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.1
            text = "sil"
        intervals [2]:
            xmin = 0.1
            xmax = 0.25
            text = "AA1"
        intervals [3]:
            xmin = 0.25
            xmax = 0.3
            text = ""
`;
const SHORT_GRID = `File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n0.3\n<exists>\n1\n"IntervalTier"\n"phones"\n0\n0.3\n3\n0\n0.1\n"sil"\n0.1\n0.25\n"AA1"\n0.25\n0.3\n""\n`;

test("long and short TextGrids give the same segments, in samples", () => {
  const want = [
    { endSample: 1600, label: PHONES[39].indexOf("sil") },
    { endSample: 4000, label: PHONES[39].indexOf("aa") },
    { endSample: 4800, label: PHONES[39].indexOf("sil") },
  ];
  expect(readTextGrid(LONG_GRID, 39, 16000, "g")).toEqual(want);
  expect(readTextGrid(SHORT_GRID, 39, 16000, "g")).toEqual(want);
  const exponents = (grid: string): string =>
    grid
      .replaceAll(/\b0\.1\b/g, "1e-01")
      .replaceAll("0.25", "2.5E-1")
      .replace(/0(\s+(?:xmax = )?1e)/, "5.5e-17$1");
  for (const grid of [LONG_GRID, SHORT_GRID].map(exponents)) {
    expect(grid).toMatch(/5\.5e-17[\s\S]*1e-01[\s\S]*2\.5E-1/);
    expect(readTextGrid(grid, 39, 16000, "g")).toEqual(want);
  }
  expect(() => readTextGrid(SHORT_GRID.replace("phones", "words"), 39, 16000, "g")).toThrow(/no interval tier "phones"/);
});

const PHN = "0 800 h#\n800 2400 aa\n2400 3200 s\n";

test("TIMIT: SA sentences are dropped, the core test replaces the whole test, SPHERE and RIFF mix, any case", () => {
  const sound = tone(3200, 500);
  put("timit/TIMIT/TRAIN/DR1/FAAA0/SA1.WAV", sphere(sound, "01"));
  for (const [path, bytes] of [
    ["timit/TIMIT/TRAIN/DR1/FAAA0/SX1", sphere(sound, "01")],
    ["timit/TIMIT/TRAIN/DR2/MBBB0/SI2", riff(sound)],
    ["timit/TIMIT/TEST/DR1/MDAB0/SX3", sphere(sound, "10")],
    ["timit/TIMIT/TEST/DR1/FZZZ0/SX4", sphere(sound, "01")],
  ] as const) {
    put(`${path}.WAV`, bytes);
    put(`${path}.PHN`, PHN);
  }
  const load = (split: "train" | "test") => loadDataset("timit", { path: join(root, "timit"), split });
  const [train, core] = [load("train"), load("test")];
  expect([train.frameStart.length - 1, core.frameStart.length - 1, core.name]).toEqual([2, 1, "timit-39 (core test)/test"]);
  expect([train.inputs, train.classes, train.task, train.labels.length]).toEqual([40, 39, "frames", 40]);
  rmSync(join(root, "timit/TIMIT/TEST/DR1/MDAB0"), { recursive: true });
  expect(load("test").name).toBe("timit-39 (whole test)/test");
  rmSync(join(root, "timit/TIMIT/TRAIN/DR1/FAAA0/SX1.PHN"));
  expect(() => load("train")).toThrow(/SX1\.WAV: has no \.PHN file beside it/);
  rmSync(join(root, "timit/TIMIT/TEST"), { recursive: true });
  expect(() => load("train")).toThrow(/has no test recordings \(SA sentences do not count\)/);
});

test("TIMIT's flat layout in lower case holds out every fourth speaker", () => {
  ["faaa0", "fbbb0", "mccc0", "mddd0"].forEach((speaker, i) => {
    put(`flat/dr${i + 1}-${speaker}/sx${i}.wav`, riff(tone(3200, 300 + 100 * i)));
    put(`flat/dr${i + 1}-${speaker}/sx${i}.phn`, PHN);
  });
  const test_ = loadDataset("timit-61", { path: join(root, "flat"), split: "test" });
  expect([test_.name, test_.frameStart.length - 1, test_.classes]).toEqual(["timit-61 (every fourth speaker)/test", 1, 61]);
});

test("LibriSpeech: TextGrids in another folder are found by name, a second alignment is refused, FLAC alone is refused with the way to decode it", () => {
  for (const [part, id] of [
    ["train-clean-100", "19-198-0001"],
    ["test-clean", "61-70-0002"],
    ["dev-clean", "84-12-0003"],
  ]) {
    put(`libri/LibriSpeech/${part}/${id.split("-").slice(0, 2).join("/")}/${id}.wav`, riff(tone(4800, 700)));
    put(`libri/alignments/${id}.TextGrid`, LONG_GRID);
  }
  const [train, tested] = (["train", "test"] as const).map((split) => loadDataset("librispeech", { path: join(root, "libri"), split }));
  expect([train.frameStart.length - 1, tested.frameStart.length - 1, tested.name]).toEqual([1, 1, "librispeech/test"]);
  put("libri/old/19-198-0001.PHN", PHN);
  for (const split of ["train", "test"] as const)
    expect(() => loadDataset("librispeech", { path: join(root, "libri"), split })).toThrow(
      /libri\/old\/19-198-0001\.PHN: aligns recording 19-198-0001, as does alignments\/19-198-0001\.TextGrid\n.*keep one of the two/,
    );
  put("flac/LibriSpeech/train-clean-100/1/2/1-2-3.flac", "fLaC");
  expect(() => loadDataset("librispeech", { path: join(root, "flac"), split: "train" })).toThrow(/only FLAC recordings[\s\S]*flac -d/);
});

test("Speech Commands: testing_list is the test, validation_list is left out, background noise too", () => {
  for (const word of ["yes", "no"])
    for (const n of [0, 1, 2]) put(`commands/${word}/abc${n}_nohash_0.wav`, riff(tone(1600, 200 * (n + 1) + (word === "yes" ? 50 : 0))));
  put("commands/_background_noise_/pink.wav", riff(tone(100, 1)));
  expect(() => loadDataset("speech-commands", { path: join(root, "commands"), split: "train" })).toThrow(/no testing_list\.txt/);
  put("commands/testing_list.txt", "yes/abc1_nohash_0.wav\nno/abc1_nohash_0.wav\n");
  put("commands/validation_list.txt", "yes/abc2_nohash_0.wav\n");
  const [train, tested] = (["train", "test"] as const).map((split) =>
    loadDataset("speech-commands", { path: join(root, "commands"), split }),
  );
  expect([...train.labels]).toEqual([0, 0, 1]);
  expect([...tested.labels]).toEqual([0, 1]);
  expect(train.classes).toBe(2);
});

test("Speech Commands: a word without a folder keeps its number if a list names it", () => {
  for (const word of ["bed", "yes"]) for (const n of [0, 1]) put(`some/${word}/abc${n}_nohash_0.wav`, riff(tone(1600, 200)));
  put("some/testing_list.txt", "bed/abc1_nohash_0.wav\ncat/abc1_nohash_0.wav\nyes/abc1_nohash_0.wav\n");
  put("some/validation_list.txt", "dog/abc1_nohash_0.wav\n");
  const { labels, classes } = loadDataset("speech-commands", { path: join(root, "some"), split: "test" });
  expect([[...labels], classes]).toEqual([[0, 3], 4]);
});

test("phone labels of spoken digits that are damaged or cut are an input error with their path", () => {
  const text = "id\tstart_sample\tend_sample\tphone\n0_jackson_0\t0\t1600\tsil\n0_jackson_9\t0\t1600\tsil\n";
  const table = gzipSync(text);
  for (const index of [0, 9]) put(`digits/recordings/0_jackson_${index}.wav`, riff(tone(1600, 200), 8000));
  const load = () => loadDataset("fsdd-phones", { path: join(root, "digits"), split: "test" });
  put("digits/fsdd-phones.tsv.gz", gzipSync(text.replaceAll("\n", "\r\n")));
  const { hash } = load();
  put("digits/fsdd-phones.tsv.gz", table);
  expect(load()).toMatchObject({ hash, frameStart: Uint32Array.from([0, 20]) });
  const damaged = Buffer.from(table);
  damaged[20] ^= 0xff;
  for (const bytes of [damaged, table.subarray(0, -12), Buffer.from("plain text")]) {
    put("digits/fsdd-phones.tsv.gz", bytes);
    expect(load).toThrow(/digits\/fsdd-phones\.tsv\.gz: is not a gzip file, or it is damaged/);
  }
});

test("a recording that lies in two places is refused with both, by every reader of sound, in one split or in two", () => {
  const sound = riff(tone(3200, 200));
  const trees = [
    ["fsdd-digits", ["recordings/3_theo_0.wav", "recordings/3_theo_9.wav"], "copy/", /3_theo_\d/],
    ["timit", ["TRAIN/DR1/FAAA0/SX1.WAV", "TEST/DR1/MZZZ0/SX2.WAV"], "copy/", /(faaa0\/sx1|mzzz0\/sx2)/],
    // the copies lie in the other split
    ["librispeech", ["train-clean-100/1-2-3.wav", "test-clean/4-5-6.wav"], "test-other/", /(1-2-3|4-5-6)/],
    ["speech-commands", ["yes/abc0_nohash_0.wav", "no/abc1_nohash_0.wav"], "copy/", /(yes\/abc0|no\/abc1)_nohash_0\.wav/],
  ] as const;
  for (const [name, files, copy, id] of trees) {
    const at = join(root, "twice", name);
    const both = (under: string): void => {
      for (const file of files) {
        put(`twice/${name}/${under}${file}`, sound);
        if (name !== "fsdd-digits") put(`twice/${name}/${under}${file.replace(/\.wav$/i, ".PHN")}`, PHN);
      }
    };
    put(`twice/${name}/testing_list.txt`, "no/abc1_nohash_0.wav\n");
    put(`twice/${name}/validation_list.txt`, "");
    both("");
    const load = (split: "train" | "test") => loadDataset(name, { path: at, split });
    expect([load("train"), load("test")].map(({ frameStart }) => frameStart.length)).toEqual([2, 2]);
    both(copy);
    for (const split of ["train", "test"] as const)
      expect(() => load(split), name).toThrow(
        new RegExp(`twice/${name}/.*: is recording ${id.source}, which also lies at .*twice/${name}/`),
      );
  }
});

test("Japanese Vowels: both separators, and counts that must match", () => {
  const frame = (v: number): string => Array.from({ length: 12 }, (_, i) => (v + i / 10).toFixed(3)).join(" ");
  const ones = new Array<string>(12).fill("1.0").join(" ");
  const blocks = Array.from({ length: 9 }, (_, s) => `${frame(s)}\n${frame(s + 2)}`);
  put("vowels/ae.train", blocks.join("\n\n"));
  put("vowels/ae.test.gz", gzipSync(`${blocks.join(`\n${ones}\n`)}\n${ones}\n`));
  put("vowels/size_ae.train", "1 1 1 1 1 1 1 1 1");
  put("vowels/size_ae.test", "1 1 1 1 1 1 1 1 1");
  const load = (split: "train" | "test") => loadDataset("japanese-vowels", { path: join(root, "vowels"), split });
  expect(load("test").features).toEqual(load("train").features);
  expect([...load("test").labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  put("vowels/size_ae.test", "2 1 1 1 1 1 1 1 1");
  expect(() => load("test")).toThrow(/names 10 utterances of 9 speakers; ae\.test holds 9/);
  put("vowels/ae.train", blocks.join("\n\n").replace("2.000 ", "two "));
  expect(() => load("train")).toThrow(/ae\.train:2: expected 12 numbers/);
});

test("global normalisation gives the training frames mean 0 and deviation 1; speaker and utterance do so for their own frames", () => {
  const path = join(root, "commands");
  for (const normalisation of ["global", "speaker", "utterance"] as const) {
    const train = loadDataset("speech-commands", { path, split: "train" }, { ...DEFAULT_FEATURES, normalisation });
    // Speaker abc0 says both words: utterances 0 and 2.
    const groups = { global: [[0, 1, 2]], speaker: [[0, 2], [1]], utterance: [[0], [1], [2]] }[normalisation];
    for (const members of groups) {
      const rows = members.flatMap((u) => [...train.features.subarray(train.frameStart[u] * 40, train.frameStart[u + 1] * 40)]);
      const { mean } = momentsOf(Float32Array.from(rows), 40);
      for (const m of mean) expect(Math.abs(m)).toBeLessThan(1e-4);
    }
  }
});

test("a common scale takes each column's mean and leaves the columns' energies in proportion: all deviations shrink by one factor", () => {
  const path = join(root, "commands");
  const load = (split: "train" | "test", normalisation: "none" | "global-scale") =>
    loadDataset("speech-commands", { path, split }, { ...DEFAULT_FEATURES, kind: "mfcc", coefficients: 40, normalisation }).features;
  const [raw, scaled] = [momentsOf(load("train", "none"), 40), momentsOf(load("train", "global-scale"), 40)];
  expect(scaled.deviation.reduce((sum, d) => sum + d * d, 0) / 40).toBeCloseTo(1, 4);
  const factor = raw.deviation[0] / scaled.deviation[0];
  for (let c = 0; c < 40; c++) {
    expect(Math.abs(scaled.mean[c])).toBeLessThan(1e-4);
    expect(raw.deviation[c] / scaled.deviation[c] / factor).toBeCloseTo(1, 3);
  }
  // The test split is shifted and scaled by the training split's numbers, not by its own.
  const [half, shifted] = [load("test", "none"), load("test", "global-scale")];
  for (let i = 0; i < half.length; i++) expect(shifted[i]).toBeCloseTo((half[i] - raw.mean[i % 40]) / factor, 3);
});

test("features come from the cache the second time, and a damaged cache is computed again", () => {
  const path = join(root, "commands");
  const first = loadDataset("speech-commands", { path, split: "test" });
  const cache = openTree(join(root, "cache"), "download it");
  for (const file of cache.paths) writeFileSync(join(root, "cache", file), "damaged");
  expect(loadDataset("speech-commands", { path, split: "test" }).hash).toBe(first.hash);
});

test("sound that is cut elsewhere has features of its own, though samples and numbers of frames are the same", () => {
  const sound = Float32Array.from(tone(1600, 700), (s) => s / 32768);
  const cutAt = (cut: number): Float32Array => {
    const part = (id: string, from: number, to: number): Recording => ({
      ...{ id, path: id, speaker: "s", label: 0 },
      read: () => ({ rateHz: 8000, count: to - from, samples: sound.slice(from, to) }),
    });
    const corpus = { name: "cut", classes: 1, train: [part("a", 0, cut), part("b", cut, 1600)], test: [] };
    return assemble(corpus, "train", { ...DEFAULT_FEATURES, mels: 10, normalisation: "none" }).features;
  };
  const [early, late] = [cutAt(801), cutAt(860)];
  expect(late).toHaveLength(early.length);
  expect(late).not.toEqual(early);
  const computed = featureExtractor({ ...DEFAULT_FEATURES, mels: 10 }, 8000);
  expect(late).toEqual(Float32Array.from([...computed(sound.slice(0, 860)), ...computed(sound.slice(860))]));
});

test("a path that does not exist, and a file that is no archive, are refused", () => {
  expect(() => loadDataset("timit", { path: join(root, "nowhere"), split: "train" })).toThrow(
    /nowhere: no such file or folder\s+take your licensed copy, and give the folder/,
  );
  put("not.tar.gz", "hello");
  expect(() => loadDataset("timit", { path: join(root, "not.tar.gz"), split: "train" })).toThrow(/is not a gzip file/);
  for (const name of ["timit", "librispeech", "fsdd-digits", "speech-commands", "japanese-vowels"])
    expect(() => loadDataset(name, { path: null, split: "train" })).toThrow(/does not come with this package/);
});

const shared = join(packageRoot(), "..", "shared", "data");
const present = existsSync(join(shared, "timit-shaped-tts"));
if (!present) console.log(`skipped: ${shared} is not here`);

test.skipIf(!present)("the sample corpora beside the project load by the same readers, straight from their archives", () => {
  const count = (name: string, folder: string, split: "train" | "test"): number[] => {
    const s = loadDataset(name, { path: join(shared, folder), split });
    return [s.frameStart.length - 1, new Set(s.labels).size];
  };
  expect(count("timit", "timit-shaped-tts", "test")).toEqual([18, 38]);
  expect(count("timit", "timit-shaped-tts", "train")).toEqual([48, 38]);
  expect(count("librispeech", "librispeech-sample", "train")).toEqual([7, 37]);
  expect(count("japanese-vowels", "japanese-vowels", "train")).toEqual([270, 9]);
  expect(count("japanese-vowels", "japanese-vowels", "test")).toEqual([370, 9]);
  expect(count("fsdd-digits", "fsdd", "test")).toEqual([300, 10]);
  expect(count("fsdd-phones", "fsdd", "test")).toEqual([300, 20]);
});

const archive = join(shared, "timit-shaped-tts", "timit-shaped-tts.tar.gz");

test.skipIf(!existsSync(archive))("the corpus's SPHERE copies decode to its RIFF originals", () => {
  const tree = openTree(archive, "download it");
  for (const [copy, original] of [
    ["sphere-sample/FSLT2-SI11.WAV", /FSLT2\/SI11\.WAV$/],
    ["sphere-sample/MRMS2-SI1.WAV", /MRMS2\/SI1\.WAV$/],
  ] as const) {
    const path = tree.paths.find((p) => original.test(p))!;
    expect(readAudio(tree.read(copy), copy)).toEqual(readAudio(tree.read(path), path));
  }
});

test("of spoken digits, the last five recordings of each speaker and digit are what a search chooses by", () => {
  const path = join(root, "held");
  const kinds = ["0_a", "0_b", "1_a"];
  for (const kind of kinds)
    for (let index = 0; index < 13; index++) put(`held/recordings/${kind}_${index}.wav`, riff(tone(1600, 400 + 10 * index), 8000));
  const frames = (split: "train" | "fit" | "validation" | "test") => loadDataset("fsdd-digits", { path, split }).frameStart.length - 1;
  expect((["train", "fit", "validation", "test"] as const).map(frames)).toEqual([24, 9, 15, 15]);
});
