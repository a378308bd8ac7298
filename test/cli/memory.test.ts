/** `check` predicts the memory of a sweep; the test compares it with the peak resident set of whole sweeps. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PEAK_KIB } from "./peak-memory.js";
import { isBuilt, program, smallSweep, sweepFolder } from "./small-sweep.js";

/** Runs in the sweep's process before the program: at its end it says its peak resident set, KiB. */
const METER = `data:text/javascript,${encodeURIComponent(`import { isMainThread } from "node:worker_threads";
import { existsSync, readFileSync, writeSync } from "node:fs";
const peakKib = ${PEAK_KIB};
if (isMainThread) process.on("exit", () => writeSync(2, "@@" + peakKib()));`)}`;

describe.skipIf(!isBuilt)("memory", () => {
  let folder = "";
  beforeAll(() => {
    folder = sweepFolder(40);
    // Many utterances timed: traces and replays count.
    const heavy = smallSweep(40)
      .replace("samples: 20, timing_samples: 1", "samples: 200, timing_samples: 100")
      .replace("weight_bits: 8", "weight_bits: { sweep: [8, 7, 6, 5, 4] }");
    writeFileSync(join(folder, "heavy.yaml"), heavy);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(...parameters: readonly string[]) {
    const ended = spawnSync(process.execPath, ["--import", METER, program, ...parameters], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    expect(ended.stderr, ended.stderr).toMatch(/@@\d+$/);
    return { out: ended.stdout, peakMib: Number(/@@(\d+)$/.exec(ended.stderr)?.[1]) / 1024 };
  }

  for (const [name, ...tags] of [["small.yaml"], ["heavy.yaml", "long"]])
    test(`${name}: the peak of the sweep lies within 0.7 to 1.4 times what check said`, { tags, timeout: 300_000 }, () => {
      const { estimate } = JSON.parse(run("check", name, "--json").out) as { estimate: { memoryBytes: number; workers: number } };
      expect(estimate.workers).toBe(availableParallelism());
      const saidMib = estimate.memoryBytes / 2 ** 20;
      const { peakMib } = run("sweep", name, "--no-tui");
      console.log(`${name}: check says ${saidMib.toFixed(0)} MiB, the sweep's peak is ${peakMib.toFixed(0)} MiB`);
      expect(peakMib / saidMib).toBeGreaterThan(0.7);
      expect(peakMib / saidMib).toBeLessThan(1.4);
    });
});
