/**
 * The time that `check` predicts, on a machine of many cores: a point is never divided. The effort of a large chip is
 * compared with whole sweeps.
 */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { check, open } from "../../app/index.js";
import { MIB } from "../../base/bytes.js";
import { createRng } from "../../base/rng.js";
import { searchSize } from "../../sweeps/index.js";

const CORES = 64;
beforeAll(() => {
  vi.spyOn(os, "availableParallelism").mockReturnValue(CORES);
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

const SEARCHED = { sweep: { objectives: { latency_us: "min" } } };
const described = (changes: object) => open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" }, ...changes });

async function predicted(description: ReturnType<typeof open>) {
  const found = await check(description);
  if (found.kind === "coupled") return { ...found.estimate, all: (found.search?.points ?? 1) * found.estimate.pointSeconds };
  const { seconds, workers, pointSeconds, functionalSeconds, precisions, replays } = found.estimate ?? expect.unreachable();
  expect(replays).toBe(found.search?.points ?? 1);
  return { seconds, workers, pointSeconds, all: replays * pointSeconds + precisions * functionalSeconds };
}

test.each([["mesh-2x2"], ["tinyodin"]])("the single point of %s takes its whole time on one worker", async (chip) => {
  const { seconds, workers, all } = await predicted(chip === "tinyodin" ? open(chip) : described({}));
  expect(workers).toBe(1);
  expect(seconds).toBeGreaterThan(all + 0.3);
  expect(seconds).toBeLessThan(2 * all + 0.3 + 1e-9);
});

test("a search is divided among all cores, but among no more workers than it has points", async () => {
  const overheads = (count: number) => ({
    tile: { core: { event_overhead_cycles: { sweep: { range: [1, count], step: 1 } } } },
  });
  for (const [points, busy] of [
    [3, 3],
    [CORES + 6, CORES],
  ]) {
    const { seconds, workers, all } = await predicted(described({ ...overheads(points), ...SEARCHED }));
    expect(workers).toBe(busy);
    expect(seconds).toBeGreaterThan(all / busy + 1);
    expect(seconds).toBeLessThan((1.3 * 2 * all) / busy + 1 + 1e-9);
  }
});

test("a point takes time for each of the chip's cores, used or not, in as many tiles or few, and memory in each thread", async () => {
  const of = async (width: number, cores: number) => {
    const found = await check(described({ noc: { width, height: width }, tile: { cores }, mapping: { strategy: "sequential" } }));
    return (found.kind === "board" ? found.estimate : null) ?? expect.unreachable();
  };
  const [small, tiles, shared] = [await of(2, 1), await of(32, 1), await of(16, 4)];
  // 20 to 80 points on 1,024 cores took 0.07 to 0.12 s each, where points of four cores took 0.004
  for (const large of [tiles, shared]) {
    expect(large.pointSeconds - small.pointSeconds).toBeGreaterThan(0.065);
    expect(large.pointSeconds - small.pointSeconds).toBeLessThan(0.125);
  }
  // and 15 to 60 MiB more in each thread
  expect((tiles.memoryBytes - small.memoryBytes) / MIB / CORES).toBeGreaterThan(15);
  expect((tiles.memoryBytes - small.memoryBytes) / MIB / CORES).toBeLessThan(60);
});

test("a search that draws its points needs fewer functional runs than there are, and a grid all of them", () => {
  const size = (sampler: object) => {
    const precision = { weight_bits: { sweep: [4, 5, 6, 7, 8] }, state_bits: { sweep: [12, 14, 16] } };
    const tile = { core: { lanes: { sweep: [1, 2] } } };
    const description = described({ precision, tile, sweep: { objectives: { latency_us: "min" }, sampler } });
    return searchSize(description.sweep ?? expect.unreachable(), "test");
  };
  // counted: mean number of different ones among 7 draws of 15
  const rng = createRng(1, "draws");
  const counts = Array.from({ length: 20_000 }, () => new Set(Array.from({ length: 7 }, () => Math.floor(15 * rng.float()))).size);
  const { precisions, drawnPrecisions } = size({ name: "random", budget: 7 });
  expect(precisions).toBe(7);
  expect(drawnPrecisions).toBeCloseTo(counts.reduce((sum, count) => sum + count, 0) / counts.length, 1);
  expect(size({ name: "grid", budget: 30 })).toMatchObject({ gridPoints: 30, precisions: 15, drawnPrecisions: 15 });
});
