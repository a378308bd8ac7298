/** The time that `check` predicts, on a machine of many cores: a point is never divided. */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { check, open } from "../../app/index.js";

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
  expect(seconds).toBeCloseTo(all, 9);
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
    expect(seconds).toBeCloseTo(all / busy, 9);
  }
});
