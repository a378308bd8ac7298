import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { multiplicationsPerFrame, readModel } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { runFunctional } from "../../../sim/functional/run.js";
import { runnableNetwork } from "../../../sim/functional/runnable.js";
import { evaluateFloat, loadDataset } from "../../../training/index.js";
import { USUAL, WIDE } from "./random-network.js";

const path = join(packageRoot(), "training/models/mnist-rows-rec-v2.safetensors");
if (!existsSync(path)) console.log(`skipped: ${path} is not there`);

test.skipIf(!existsSync(path))(
  "on 10,000 test digits the shipped model at 8/16 bits is within 0.5 points of float; at 16/24 bits 99 % of 500 decisions equal float's",
  { tags: ["long"] },
  async () => {
    const { network, record } = readModel(path);
    const float = (record as unknown as { test: { correct: number; multiplications_per_frame: number } }).test;
    const samples = await loadDataset("mnist-rows", { path: null, split: "test" });
    const options = { utterances: Uint32Array.from({ length: 10_000 }, (_, i) => i), traced: new Uint32Array() } as const;
    const usual = quantise(network, USUAL);
    const run = runFunctional(usual, samples, options);
    expect(run.scored).toBe(10_000);
    expect(Math.abs(run.correct - float.correct)).toBeLessThanOrEqual(50);
    expect(Math.abs(multiplicationsPerFrame(run.operations, runnableNetwork(usual), 1) / float.multiplications_per_frame - 1)).toBeLessThan(
      0.02,
    );
    expect(run.operations.accumulatorOverflows + run.operations.stateSaturations).toBe(0);
    const part = { ...samples, frameStart: samples.frameStart.slice(0, 501), labels: samples.labels.slice(0, 500) };
    const decisions = evaluateFloat(network, part).predictions;
    const wide = runFunctional(quantise(network, WIDE), samples, options);
    const same = decisions.filter((decision, u) => decision === wide.predictions[u]).length;
    console.log(
      `float ${float.correct}, 8/16 bits ${run.correct}, 16/24 bits ${wide.correct} correct; 16/24 decides like float on ${same} of the first 500`,
    );
    expect(same).toBeGreaterThanOrEqual(495);
  },
);
