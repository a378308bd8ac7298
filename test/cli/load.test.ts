/** A simulated model hears what it was trained on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dataWarnings } from "../../app/data-warnings.js";
import { loadSamples } from "../../app/inputs.js";
import { openChip } from "../../app/open.js";
import { encodeModel, readModel } from "../../arch/index.js";
import { asJson, type Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { dataAddress } from "../../sweeps/data-address.js";
import { parseTrainingConfig } from "../../training/config.js";
import { DATASETS, loadDataset } from "../../training/datasets/registry.js";
import type { Evaluation } from "../../training/evaluate.js";
import { DEFAULT_FEATURES, type FeatureSettings } from "../../training/features.js";
import { recordedData, recordedHeldOut, trainingRecord } from "../../training/record.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-load-"));
process.env.XDG_CACHE_HOME = join(folder, "cache");
afterAll(() => rmSync(folder, { recursive: true }));

/** 1600 samples of a tone, 16-bit RIFF. */
function tone(hz: number, rate = 8000): Buffer {
  const count = 1600;
  const out = Buffer.alloc(44 + 2 * count);
  out.write("RIFF....WAVEfmt ", 0);
  out.writeUInt32LE(36 + 2 * count, 4);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(2 * rate, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write("data", 36);
  out.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; i++) out.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / rate)), 44 + 2 * i);
  return out;
}

/** A description of a model whose record names these features. */
function description(name: string, features: FeatureSettings): string {
  const { network } = readModel(join(packageRoot(), "training", "models", "fsdd-digits-rec-v2.safetensors"));
  writeFileSync(join(folder, `${name}.safetensors`), encodeModel(network, asJson({ config: { data: { set: "fsdd-digits", features } } })));
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `version: 1\nextends: edge-core\nnetwork: { model: ${name}.safetensors }\nworkload: { dataset: fsdd-digits, path: ${folder}, split: test, samples: 2, timing_samples: 1 }\n`,
  );
  return file;
}

test("the data of a workload come with the features that the model was trained on; two models of a study do not share unequal ones", async () => {
  mkdirSync(join(folder, "recordings"));
  for (const digit of [0, 1])
    for (const index of [0, 5])
      writeFileSync(join(folder, "recordings", `${digit}_ann_${index}.wav`), tone(300 + 200 * digit + 40 * index));
  const mfcc = { ...DEFAULT_FEATURES, kind: "mfcc", coefficients: 40, normalisation: "global-scale" } as const;
  const addresses = new Set<string>();
  for (const [name, features] of [["mel", DEFAULT_FEATURES] as const, ["mfcc", mfcc] as const]) {
    const file = description(name, features);
    const { experiment } = openChip(file);
    const samples = await loadSamples(experiment, file);
    expect(samples.features).toEqual(loadDataset("fsdd-digits", { path: folder, split: "test" }, features).features);
    addresses.add(dataAddress(experiment));
  }
  expect(addresses.size).toBe(2);
});

test("a model of features that their reader normalises over the folder's training half is warned about if that is not the one that it learnt", async () => {
  const place = join(folder, "vowels");
  mkdirSync(place);
  const spoken = (level: number): string => `${Array.from({ length: 12 }, (_, i) => (level * i * i) / 7).join(" ")}\n`;
  const write = (half: string, levels: readonly number[]): void => {
    writeFileSync(join(place, `ae.${half}`), levels.map((level) => spoken(level) + spoken(level + 0.5)).join("\n"));
    writeFileSync(join(place, `size_ae.${half}`), Array.from({ length: 9 }, (_, s) => (s < levels.length ? 1 : 0)).join(" "));
  };
  const set = "japanese-vowels";
  write("test", [3, 1]);
  write("train", [1, 2, 4]);
  const load = (split: "train" | "test") => loadDataset(set, { path: place, split });
  const [learnt, judged] = [load("train").hash, load("test").hash];
  const told = (path: string | null = place) =>
    dataWarnings(
      { path: "v.safetensors", record: {}, heldOut: { set, dataHash: learnt, fraction: 0, seed: 1 } },
      { set, path, split: "test" },
    );
  expect(await told()).toEqual([]);
  write("train", [1, 2]);
  expect(load("test").hash, "the same recordings, normalised over others").not.toBe(judged);
  expect(await told()).toEqual([expect.stringMatching(/^v\.safetensors does not say what normalised .*, and it learnt others: accuracy/)]);
  expect(await told(null)).toEqual([]);
});

test("a model's features are those that it learnt, whichever training recordings lie in the folder; one that does not say what normalised them is warned about, and refused without any", async () => {
  const recordings = join(folder, "recordings");
  const load = (split: "train" | "test" | "validation") => loadDataset("fsdd-digits", { path: folder, split }, DEFAULT_FEATURES);
  const heldOut = { set: "fsdd-digits", dataHash: load("train").hash, fraction: 0, seed: 1 };
  const config = parseTrainingConfig("version: 1\nname: digits\ndata: { set: fsdd-digits }\n", "digits.yaml");
  const evaluation = { dataset: "fsdd-digits/test", scored: 2, correct: 1 } as Evaluation;
  const made = { command: "", config, backend: "wasm", stoppedEarly: false, curve: [], evaluation, base: null, onChip: null };
  const told = trainingRecord({ ...made, train: load("train"), test: load("test") });
  const silent = trainingRecord({ ...made, train: { hash: heldOut.dataHash }, test: load("test") });
  expect(recordedHeldOut(told)).toEqual(heldOut);
  const scored = async (record: Json, split: "train" | "test" | "validation" = "test") => {
    const samples = loadDataset("fsdd-digits", { path: folder, split }, recordedData(record)!.features);
    const model = { path: "digits.safetensors", record, heldOut };
    return { samples, warnings: await dataWarnings(model, { set: "fsdd-digits", path: folder, split }) };
  };
  const first = await scored(told);
  expect([first.warnings, (await scored(silent)).warnings]).toEqual([[], []]);
  expect((await scored(silent)).samples.hash).toBe(first.samples.hash);
  // FSDD's validation part is the last five recordings of each, here all of the training half
  for (const split of ["train", "validation"] as const)
    expect((await scored(told, split)).warnings).toEqual([expect.stringMatching(`has learnt the recordings.*split: ${split}`)]);

  writeFileSync(join(recordings, "0_ann_6.wav"), tone(900));
  const [more, old] = [await scored(told), await scored(silent)];
  expect([more.samples.hash, more.warnings]).toEqual([first.samples.hash, []]);
  expect(old.samples.hash).not.toBe(first.samples.hash);
  expect(old.warnings).toEqual([expect.stringContaining("digits.safetensors does not say what normalised the features that it learnt")]);
  expect((await scored(told, "validation")).warnings).toEqual([expect.stringContaining("may have learnt")]);

  // models of one command share what was read of the data: it is gone before the second asks
  const [data, known] = [{ set: "fsdd-digits", path: folder, split: "test" } as const, new Map()];
  const ofFile = (path: string) => dataWarnings({ path, record: silent, heldOut }, data, known);
  const ofFirst = await ofFile("a/digits.safetensors");
  expect(ofFirst).toEqual([old.warnings[0].replace("digits", "a/digits")]);
  for (const name of ["0_ann_5", "1_ann_5", "0_ann_6"]) rmSync(join(recordings, `${name}.wav`));
  expect((await scored(told)).samples.hash).toBe(first.samples.hash);
  expect(await ofFile("b/digits.safetensors")).toEqual([ofFirst[0].replace("a/", "b/")]);
  expect(await dataWarnings({ path: "digits.safetensors", record: silent, heldOut }, data)).toEqual([]);
  await expect(scored(silent)).rejects.toThrow("has no training recordings: features are normalised over them");

  for (const digit of [0, 1]) writeFileSync(join(recordings, `${digit}_ann_0.wav`), tone(300 + 200 * digit, 16_000));
  await expect(scored(told)).rejects.toThrow(/_ann_0\.wav: has 16000 Hz, and the model learnt sound of 8000 Hz/);
});

test("a model of a plug-in's recordings is not warned about what normalised its features, which only the plug-in knows", async () => {
  const read = (): never => {
    throw new Error("a warning about the test half reads nothing");
  };
  DATASETS.add("plugged", { about: "", isSound: true, read }, { name: "plugged.mjs", path: "plugged.mjs", sha256: "0" });
  const record = asJson({ config: { data: { set: "plugged", features: DEFAULT_FEATURES } } });
  const heldOut = { set: "plugged", dataHash: "1", fraction: 0, seed: 1 };
  expect(await dataWarnings({ path: "m.safetensors", record, heldOut }, { set: "plugged", path: folder, split: "test" })).toEqual([]);
});
