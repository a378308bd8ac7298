/** A simulated model hears what it was trained on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadSamples } from "../../app/inputs.js";
import { openChip } from "../../app/open.js";
import { encodeModel, readModel } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { dataAddress } from "../../sweeps/data-address.js";
import { loadDataset } from "../../training/datasets/registry.js";
import { DEFAULT_FEATURES, type FeatureRecipe } from "../../training/features.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-load-"));
process.env.XDG_CACHE_HOME = join(folder, "cache");
afterAll(() => rmSync(folder, { recursive: true }));

/** 0.2 s at 8 kHz of a tone, 16-bit RIFF. */
function tone(hz: number): Buffer {
  const [rate, count] = [8000, 1600];
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
function description(name: string, features: FeatureRecipe): string {
  const { network } = readModel(join(packageRoot(), "training", "models", "fsdd-digits-rec-v2.safetensors"));
  writeFileSync(
    join(folder, `${name}.safetensors`),
    encodeModel(network, { config: { data: { set: "fsdd-digits", features: { ...features } } } }),
  );
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
