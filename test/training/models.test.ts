/** Every shipped model does what its record says. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot, readModel } from "../../arch/index.js";
import { loadDataset } from "../../training/datasets/registry.js";
import { evaluateFloat } from "../../training/evaluate.js";
import { denseMultiplications } from "../../training/operations.js";

const folder = join(packageRoot(), "training", "models");
const files = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
const read = (name: string) => readModel(join(folder, name));

interface Record_ {
  readonly command: string;
  readonly seed: number;
  readonly backend: string;
  readonly curve: readonly { readonly loss: number }[];
  readonly test: {
    readonly scored: number;
    readonly correct: number;
    readonly accuracy: number;
    readonly multiplications_per_frame: number;
  };
}

test.each(files)("%s is below 1 MB and carries command, seed, back end, curve and result", (name) => {
  expect(statSync(join(folder, name)).size).toBeLessThan(1_000_000);
  const record = read(name).record as unknown as Record_;
  expect(record.command).toMatch(/^snn-dse train training\/configs\/.*\.yaml/);
  expect(record.command).not.toMatch(/\/(work|tmp|home)\//);
  expect(Number.isInteger(record.seed)).toBe(true);
  expect(["wasm", "tensorflow"]).toContain(record.backend);
  expect(record.curve[record.curve.length - 1]!.loss).toBeLessThan(record.curve[0]!.loss);
  expect(record.test.correct / record.test.scored).toBe(record.test.accuracy);
});

test("the shipped MNIST rec-v2 model reaches 98.7 % of all 10,000 test digits with at least 15 times fewer multiplications than its GRU", () => {
  const { network, record } = read("mnist-rows-rec-v2.safetensors");
  const evaluation = evaluateFloat(network, loadDataset("mnist-rows", { path: null, split: "test" }));
  const promised = (record as unknown as Record_).test;
  expect(evaluation.scored).toBe(10_000);
  expect(evaluation.accuracy).toBeGreaterThanOrEqual(0.987);
  expect(Math.abs(evaluation.correct - promised.correct)).toBeLessThanOrEqual(2);
  expect(evaluation.multiplicationsPerFrame).toBeCloseTo(promised.multiplications_per_frame, 6);
  const gru = denseMultiplications("gru", 28, [128, 128], 10);
  expect(gru).toBe(160_256);
  expect(gru / evaluation.multiplicationsPerFrame).toBeGreaterThanOrEqual(15);
});
