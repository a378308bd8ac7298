/** The shipped network for N-MNIST is what its record says: made by the shipped configuration, and as often right. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chainRecordOf } from "../../app/chain-record.js";
import { defaultSlicing, readNir } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { wilson } from "../../base/wilson.js";
import { FEATURES_AS_THEY_ARE } from "../../sim/functional/index.js";
import { chainOf, importNir, prepareNir, scoreNir } from "../../sim/nir/index.js";
import { chainKey, parseChainConfig, readEventSamples } from "../../training/index.js";

const model = join(packageRoot(), "training/models/nmnist-cnn.nir");
const configuration = join(packageRoot(), "training/configs/nmnist-cnn.yaml");
const { graph, version } = await readNir(model);
const record = chainRecordOf(graph) as { readonly [key: string]: Json };
const OPTIONS = { dtSeconds: 0.02, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;

test("its record's key is that of the shipped configuration on its data, and it has at most 20,000 weights", () => {
  const chain = chainOf(prepareNir({ version, graph }, model, OPTIONS));
  const config = parseChainConfig(readFileSync(configuration, "utf8"), configuration);
  expect(chainKey(config, chain, String(record.train_data_sha256))).toBe(record.key);
  const weights = chain.stages.reduce((sum, stage) => sum + (stage.kind === "weights" ? stage.weights.length : 0), 0);
  expect(weights).toBe(4112);
  expect(record.data).toEqual({ recordings: 200, recordings_held_out: 40, made_from_mnist: 4000, learnt_per_epoch: 4800 });
});

test("the intervals of its record are those of its counts, at 90 %", () => {
  for (const name of ["test", "on_chip"] as const) {
    const { correct, scored, interval_90: interval } = record[name] as { readonly [key: string]: Json };
    const { lowPercent, highPercent } = wilson(Number(correct), Number(scored));
    expect(interval).toEqual([lowPercent / 100, highPercent / 100]);
  }
});

const sample = join(packageRoot(), "../shared/data/nmnist-sample");
if (!existsSync(sample)) console.log(`skipped: no recordings of N-MNIST at ${sample}`);

describe.skipIf(!existsSync(sample))("on the 40 recordings of the test half", () => {
  const folder = mkdtempSync(join(tmpdir(), "nmnist-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("the float engine of NIR files, which shares nothing with training, is right as often as the record says", {
    tags: ["long"],
  }, async () => {
    const script = join(packageRoot(), "scripts/nmnist-sample.ts");
    execFileSync(process.execPath, ["--import", "tsx", script, sample, folder], { cwd: packageRoot() });
    const slicing = { ...defaultSlicing(), steps: 16, values: "binary" } as const;
    const samples = await readEventSamples("nmnist", { path: folder, labels: null, split: "test" }, slicing, 0.02);
    expect(samples.hash).toBe(record.test_data_sha256);
    const all = Uint32Array.from({ length: 40 }, (_, u) => u);
    expect(scoreNir(await importNir(model, OPTIONS), samples, all, FEATURES_AS_THEY_ARE)).toEqual({ correct: 40, scored: 40 });
    expect(record.test).toMatchObject({ correct: 40, scored: 40 });
  });
});
