/** The whole path on the small corpora beside the project: read, extract features, train, score, print the table. */
// @module-tag slow
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { chooseBackend } from "../../training/backend.js";
import { renderComparison } from "../../training/comparison.js";
import { parseTrainingConfig } from "../../training/config.js";
import { loadConfigured } from "../../training/datasets/registry.js";
import { localLearners } from "../../training/parallel/learners.js";
import { type TrainingResult, train } from "../../training/train.js";

const shared = join(packageRoot(), "..", "shared", "data");
const present = existsSync(join(shared, "timit-shaped-tts"));
if (!present) console.log(`skipped: ${shared} is not here`);

async function run(set: string, folder: string, system: string, neurons: number, epochs: number, more = ""): Promise<TrainingResult> {
  const text = `{version: 1, name: ${set}-${system}, seed: 3, data: {set: ${set}${more}}, network: {system: ${system}, neurons: [${neurons}]},
    training: {epochs: ${epochs}, batch: 8, ${set === "japanese-vowels" ? "" : "length_curriculum: [{epochs: 1, frames: 100}, {epochs: 1, frames: 400}],"} learning_rate: {schedule: cosine, peak: 0.01}}}`;
  const config = parseTrainingConfig(text, "dry-run");
  const hooks = {
    command: "test",
    report: () => undefined,
    nowMs: () => 0,
    checkpoint: null,
    checkpointBatches: 1000,
    base: null,
    chip: null,
    search: null,
    stop: async () => false,
    learners: localLearners,
  };
  return (await train(config, {
    ...hooks,
    ...(await loadConfigured(config, join(shared, folder))),
    backend: await chooseBackend("wasm"),
  }))!;
}

test.skipIf(!present)(
  "a corpus of TIMIT's shape trains, beats the most frequent phone, and prints the comparison",
  { tags: ["long"] },
  async () => {
    const results = [
      await run("timit", "timit-shaped-tts", "rec-v2", 32, 3),
      await run("timit", "timit-shaped-tts", "gru", 32, 3, ", features: {kind: mfcc}"),
    ];
    for (const { test: evaluation } of results) {
      expect(evaluation.scored).toBe(5079);
      // Silence is the most frequent class; its share is the score of a blind guess.
      expect(evaluation.accuracy).toBeGreaterThan(0.25);
    }
    const table = renderComparison(
      results.map(({ network, test: evaluation }) => ({
        name: network.name,
        recipe: network.name,
        penalty: 0,
        saturation: null,
        scoredOn: "these",
        network,
        evaluation,
      })),
      "md",
    );
    expect(table).toContain("timit-rec-v2");
    expect(table).toContain("timit-39 (whole test)/test");
  },
);

test.skipIf(!present)("LibriSpeech's sample passes through the same path", async () => {
  const { test: evaluation } = await run("librispeech", "librispeech-sample", "rec-v2", 16, 2);
  expect(evaluation.scored).toBe(1147);
  expect(evaluation.accuracy).toBeGreaterThan(0.05);
});

test.skipIf(!present)(
  "Japanese Vowels: a gru of 32 neurons names the speaker of at least 90 % of the test utterances",
  { tags: ["long"] },
  async () => {
    const { test: evaluation } = await run("japanese-vowels", "japanese-vowels", "gru", 32, 12);
    expect(evaluation.scored).toBe(370);
    expect(evaluation.accuracy).toBeGreaterThanOrEqual(0.9);
  },
);
