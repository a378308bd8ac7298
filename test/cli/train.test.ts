/** `snn-dse train` over several configurations and seeds, on a tiny data set made here. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { readModel } from "../../arch/index.js";
import { trainAndPrint } from "../../cli/runs/run-training.js";

const folder = mkdtempSync(join(tmpdir(), "train-"));
const models = join(folder, "made", "here");
afterAll(() => rmSync(folder, { recursive: true }));
let printed: string[] = [];
beforeEach(() => {
  printed = [];
  const keep = (text: unknown) => {
    printed.push(String(text));
    return true;
  };
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

const frame = (v: number): string => Array.from({ length: 12 }, (_, i) => Math.sin(v * (i + 1)).toFixed(3)).join(" ");
for (const half of ["train", "test"]) {
  const speakers = Array.from({ length: 9 }, (_, s) => `${frame(s)}\n${frame(s + 0.5)}\n${frame(s + 1)}`);
  writeFileSync(join(folder, `ae.${half}`), speakers.join("\n\n"));
  writeFileSync(join(folder, `size_ae.${half}`), "1 1 1 1 1 1 1 1 1");
}

function config(system: string, epochs: number, name = `tiny-${system}`): string {
  const path = join(folder, `${name}.yaml`);
  const training = `{epochs: ${epochs}, batch: 3, learning_rate: {schedule: cosine, peak: 0.01}}`;
  writeFileSync(
    path,
    `{version: 1, name: ${name}, data: {set: japanese-vowels}, network: {system: ${system}, neurons: [6]}, training: ${training}}`,
  );
  return path;
}
const options = { backend: "cpu", data: folder, outDir: models } as const;

test("every configuration is trained with every seed, and all models end in one comparison with a row a recipe", async () => {
  await trainAndPrint([config("gru", 2), config("rec-v2", 2)], { ...options, seed: [1, 7] });
  for (const name of ["tiny-gru", "tiny-gru-seed7", "tiny-rec-v2", "tiny-rec-v2-seed7"]) {
    const { record, network } = readModel(join(models, `${name}.safetensors`));
    expect(record).toMatchObject({ seed: name.endsWith("7") ? 7 : 1 });
    expect(name).toContain(network.system);
    expect(existsSync(join(models, `${name}.safetensors.checkpoint`))).toBe(false);
  }
  const text = printed.join("\n");
  expect(text).toContain("mean error (%)");
  expect(text).toMatch(/\| tiny-gru-seed7 +\| gru /);
  expect(text).not.toMatch(/\| tiny-rec-v2-seed7 .*\| +2 \|/);
  expect(text).toMatch(/\| tiny-rec-v2 +\| rec-v2 +\| japanese-vowels\/test +\| 6 +\| +0 \| +2 \|/);
});

test("the same command again keeps the models that are there and trains only what changed", async () => {
  const file = (name: string) => join(models, `${name}.safetensors`);
  const before = [readFileSync(file("tiny-gru")), statSync(file("tiny-rec-v2-seed7")).mtimeMs] as const;
  await trainAndPrint([config("gru", 3), config("rec-v2", 2)], { ...options, seed: [1, 7], json: true });
  const events = printed.map((line) => JSON.parse(line) as { kind: string; model: string; record?: { curve: unknown[] } });
  expect(events.filter(({ kind }) => kind === "kept").map(({ model }) => model)).toEqual(["tiny-rec-v2", "tiny-rec-v2"]);
  expect(events.filter(({ kind }) => kind === "written").map(({ record }) => record!.curve.length)).toEqual([3, 3]);
  expect(readFileSync(file("tiny-gru")).equals(before[0])).toBe(false);
  expect(statSync(file("tiny-rec-v2-seed7")).mtimeMs).toBe(before[1]);
});

test("one file for several models, and two models of one name, are refused before anything is trained", async () => {
  const out = join(folder, "one.safetensors");
  await expect(trainAndPrint([config("gru", 1)], { ...options, seed: [1, 2], out })).rejects.toThrow(/one file for 2 models/);
  await expect(trainAndPrint([config("gru", 1), config("lif", 1, "tiny-gru")], options)).rejects.toThrow(/two models would be written to/);
  expect(printed).toEqual([]);
});
