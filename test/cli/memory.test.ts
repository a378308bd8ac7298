/** `check` predicts the memory of a sweep; the test compares it with the peak resident set of whole sweeps. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tonesFolder } from "../sweeps/models/tones.js";
import { isBuilt, sweepFolder } from "./small-sweep.js";
import { heavySweep, quickEdge, shortEdge, sweepMemory, wideSweep } from "./sweep-memory.js";

describe.skipIf(!isBuilt)("memory", () => {
  let folder = "";
  let trained = "";
  beforeAll(() => {
    folder = sweepFolder(40);
    trained = tonesFolder();
    writeFileSync(join(folder, "edge30.yaml"), shortEdge(30));
    writeFileSync(join(folder, "edge2000.yaml"), quickEdge(2_000));
    writeFileSync(join(folder, "heavy.yaml"), heavySweep(40));
    writeFileSync(join(folder, "wide.yaml"), wideSweep(40));
  });
  afterAll(() => {
    for (const made of [folder, trained]) rmSync(made, { recursive: true, force: true });
  });

  for (const [name, workers, ...tags] of [
    ["small.yaml", 2],
    ["tones.yaml", 2, "long"], // a search that trains its networks
    ["edge30.yaml", 4, "long"], // many digits on many threads: what each leaves behind counts
    ["edge2000.yaml", 2, "long"], // many points: what V8 has not collected counts
    ["heavy.yaml", 2, "long"],
    ["wide.yaml", 2, "long"], // 1,024 cores
  ] as const)
    test(`${name}, ${workers} workers: the peak of the sweep lies within 0.8 to 1.25 times what check said`, {
      tags: [...tags],
      timeout: 300_000,
    }, () => {
      const { predictedMib, peakMib } = sweepMemory(name === "tones.yaml" ? trained : folder, name, workers);
      console.log(`${name}: check says ${predictedMib.toFixed(0)} MiB, the sweep's peak is ${peakMib.toFixed(0)} MiB`);
      expect(peakMib / predictedMib).toBeGreaterThan(0.8);
      expect(peakMib / predictedMib).toBeLessThan(1.25);
    });
});
