/**
 * The benchmark harness: its statistics against their definitions, and what it calls slower, by seeded measurements of
 * known speed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { compare, kindOf } from "./harness/baseline.js";
import { repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { reached, row } from "./harness/row.js";
import { statistics } from "./harness/statistics.js";

const SEED = 17;

test("median and median absolute deviation equal what sorting by hand gives; best and worst follow the direction", () => {
  // sorted 1 2 4 6 9, median 4; distances 3 2 0 2 5, sorted 0 2 2 3 5, median 2
  expect(statistics([9, 1, 6, 4, 2], "more")).toEqual({ best: 9, median: 4, worst: 1, spread: 0.5, runs: 5 });
  expect(statistics([9, 1, 6, 4, 2], "less")).toMatchObject({ best: 1, worst: 9 });
  // even: mean of the middle two, 3; distances 2 1 1 5
  expect(statistics([1, 2, 4, 8], "more")).toMatchObject({ median: 3, spread: 1.5 / 3 });
  expect(() => statistics([], "more")).toThrow(/no statistics/);
  expect(() => statistics([1, Number.NaN], "more")).toThrow(/no statistics/);
});

test("warm-ups run first and do not count", async () => {
  let calls = 0;
  expect(await repeat(() => calls++, { warmUps: 3, runs: 2 })).toEqual([3, 4]);
});

test("a target is reached by the best run, in either direction", () => {
  expect(reached(row("a", "M/s", "more", [9, 11], 10))).toBe(true);
  expect(reached(row("a", "M/s", "more", [9, 9.5], 10))).toBe(false);
  expect(reached(row("a", "ms", "less", [140, 160], 150))).toBe(true);
  expect(reached(row("a", "ms", "less", [151, 160], 150))).toBe(false);
});

test("twice as slow is marked, equal speed under noise is not, whichever way the unit counts", () => {
  const rng = createRng(SEED, "bench");
  const noisy = (value: number): number[] => Array.from({ length: 5 }, () => value * (1 + 0.02 * rng.normal()));
  for (let round = 0; round < 200; round++) {
    const before = [row("rate", "M/s", "more", noisy(10)), row("time", "ms", "less", noisy(10))];
    const verdicts = (rate: number, time: number) =>
      compare([row("rate", "M/s", "more", noisy(rate)), row("time", "ms", "less", noisy(time))], before).map(({ verdict }) => verdict);
    expect(verdicts(10, 10), `seed ${SEED}, round ${round}`).toEqual(["same", "same"]);
    expect(verdicts(5, 20)).toEqual(["SLOWER", "SLOWER"]);
    expect(verdicts(20, 5)).toEqual(["faster", "faster"]);
  }
  const [ratio] = compare([row("time", "ms", "less", [20])], [row("time", "ms", "less", [10])]);
  expect(ratio.ratio).toBe(0.5);
  expect(compare([row("new", "ms", "less", [20])], [])[0]).toMatchObject({ verdict: "new", before: null });
});

test("a benchmark and a linter that are called through a symbolic link run; an imported benchmark does not", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "links-")));
  const typed = process.argv[1];
  const printed = vi.spyOn(console, "log").mockReturnValue();
  try {
    const file = join(folder, "bench.ts");
    writeFileSync(file, "");
    symlinkSync(folder, join(folder, "link"));
    let runs = 0;
    const bench = () => [row("a", "ms", "less", [++runs])];
    for (const [path, after] of [
      [join(folder, "link"), 0],
      [join(folder, "link/bench.ts"), 1],
      [file, 2],
    ] as const) {
      process.argv[1] = path;
      await benchmark(pathToFileURL(file).href, bench);
      expect(runs).toBe(after);
    }
    symlinkSync(packageRoot(), join(folder, "project"));
    const tool = (...words: readonly string[]) =>
      spawnSync(process.execPath, [join(folder, "project/scripts/lint/tool.mjs"), ...words], { encoding: "utf8" });
    expect(tool("biome", "--version").stdout).toMatch(/^Version: \d/);
    expect(tool("boime", "check")).toMatchObject({ status: 2, stderr: expect.stringMatching(/^error: got the tool boime\n.*biome\|tsc/) });
    expect(tool()).toMatchObject({ status: 2, stderr: expect.stringContaining("biome|tsc") });
  } finally {
    process.argv[1] = typed as string;
    printed.mockRestore();
    rmSync(folder, { recursive: true });
  }
});

test("a kind of machine is its processor and how many, fit for a file name", () => {
  expect(kindOf({ model: "Intel(R) Xeon(R) CPU @ 2.20GHz", processors: 2 })).toBe("intel-r-xeon-r-cpu-2-20ghz-x2");
});
