/** `snn-dse evaluate` and `table` on a tiny model and a tiny data set made here. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { writeModel } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { registerEvaluate } from "../../cli/commands/evaluate.js";
import { registerTable } from "../../cli/commands/table.js";
import { parseTrainingConfig } from "../../training/config.js";
import { freeze, initialise } from "../../training/parameters.js";
import { settingsAt } from "../../training/schedule.js";
import { printedByCommand } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "evaluate-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const frame = (v: number): string => Array.from({ length: 12 }, (_, i) => Math.sin(v * (i + 1)).toFixed(3)).join(" ");
for (const half of ["train", "test"]) {
  writeFileSync(
    join(folder, `ae.${half}`),
    Array.from({ length: 9 }, (_, s) => `${frame(s)}\n${frame(s + 0.5)}\n${frame(s + 1)}`).join("\n\n"),
  );
  writeFileSync(join(folder, `size_ae.${half}`), "1 1 1 1 1 1 1 1 1");
}

function model(system: string, record: Json): string {
  const text = `{version: 1, name: tiny-${system}, data: {set: japanese-vowels}, network: {system: ${system}, neurons: [6]}, training: {epochs: 1, batch: 1, learning_rate: {schedule: cosine, peak: 1}}}`;
  const config = parseTrainingConfig(text, "t");
  const path = join(folder, `tiny-${system}.safetensors`);
  writeModel(path, freeze(config, initialise(config, 12, 9), settingsAt(config, 0), "sequence"), record);
  return path;
}

const evaluated = (...words: readonly string[]): Promise<string> => printedByCommand(registerEvaluate, "evaluate", ...words);
const trained: Json = { config: { data: { set: "japanese-vowels" } } };

test("evaluate finds the data set in the model's record and prints accuracy, densities and multiplications", async () => {
  const printed = await evaluated(model("gru", trained), "--data", folder, "--json");
  const result = JSON.parse(printed) as { scored: number; multiplications_per_frame: number; dataset: string };
  expect([result.scored, result.dataset]).toEqual([9, "japanese-vowels/test"]);
  expect(result.multiplications_per_frame).toBeCloseTo(3 * (12 * 6 + 36) + 18 + 54, 9);
});

test("evaluate --encoder: the model runs each step of a frame and counts per frame; dense models refuse spikes", async () => {
  const rate = ["--encoder", "rate", "--steps-per-frame", "3"];
  const lif = async (...how: readonly string[]) =>
    JSON.parse(await evaluated(model("lif", trained), "--data", folder, "--json", ...how)) as { scored: number; dataset: string };
  const [once, thrice] = [await lif(), await lif(...rate)];
  expect(thrice.scored).toBe(once.scored);
  expect(thrice.dataset).toBe("japanese-vowels/test (rate x 3)");
  const gru = async (...how: readonly string[]) =>
    JSON.parse(await evaluated(model("gru", trained), "--data", folder, "--json", ...how)).multiplications_per_frame as number;
  expect(await gru("--steps-per-frame", "3")).toBeCloseTo(3 * (await gru()), 9);
  await expect(evaluated(model("gru", trained), "--data", folder, ...rate)).rejects.toThrow(
    /rate makes spikes, but .* takes real features/,
  );
});

test("a model without a record needs --dataset, and says so", async () => {
  const path = model("rec-v1", null);
  await expect(evaluated(path, "--data", folder)).rejects.toThrow(/does not name a data set[\s\S]*--dataset/);
  await evaluated(path, "--data", folder, "--dataset", "japanese-vowels", "--split", "train");
});

test("table prints one row a model in the order given, with data by name", async () => {
  const models = [model("lstm", trained), model("rec-v2", trained)];
  const printed = await printedByCommand(registerTable, "table", ...models, "--data", `japanese=${folder}`, "--format", "csv");
  const lines = printed.trim().split("\r\n");
  expect(lines.map((line) => line.split(",")[0])).toEqual(["model", "tiny-lstm", "tiny-rec-v2"]);
});
