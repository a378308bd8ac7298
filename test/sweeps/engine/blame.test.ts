/**
 * Which losses of workers a job is blamed for, on a simulated machine whose workers die by chance, by jobs, or both.
 */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { BLAMED_LOSSES, Blame } from "../../../sweeps/engine/blame.js";

/**
 * Runs jobs one after the other until each has succeeded or was given up; returns the losses of those given up, by job.
 */
function given(jobs: number, blame: Blame, isLost: (job: number) => boolean): Map<number, number> {
  const ends = new Map<number, number>();
  for (let job = 0; job < jobs; job++) {
    for (let [losses, blamed] = [0, 0]; ; ) {
      if (!isLost(job)) {
        blame.succeed(String(job));
        break;
      }
      losses++;
      if (blame.lose(String(job)) && ++blamed === BLAMED_LOSSES) {
        ends.set(job, losses);
        break;
      }
    }
  }
  return ends;
}

test("if workers die of one job only, each loss is blamed on that job", () => {
  const blame = new Blame();
  const ends = given(50, blame, (job) => job === 7 || job === 30);
  expect([...ends]).toEqual([
    [7, BLAMED_LOSSES],
    [30, BLAMED_LOSSES],
  ]);
  expect([blame.isSuspect("7"), blame.isSuspect("8")]).toEqual([true, false]);
});

test.each([0.05, 0.3, 0.6])(
  "if deliveries are lost by chance at a rate of %f, no innocent job is given up, and one that always kills is",
  (rate) => {
    const rng = createRng(3, "blame");
    const jobs = 20_000;
    const killers = new Set([500, 9_000, 19_999]);
    const ends = given(jobs, new Blame(), (job) => killers.has(job) || (job > 0 && rng.float() < rate));
    const innocent = [...ends.keys()].filter((job) => !killers.has(job));
    expect(innocent).toEqual([]);
    expect(ends.size).toBe(killers.size);
    // this many losses in a row, at this rate, happen to one job in a million
    const likely = Math.ceil(Math.log(1e-6) / Math.log(rate));
    for (const losses of ends.values()) expect(Math.abs(losses - Math.max(BLAMED_LOSSES, likely))).toBeLessThanOrEqual(2);
  },
);

test("a job on which many wait is hopeless only after two dozen losses, and a success in between resets the count", () => {
  const blame = new Blame();
  for (let i = 0; i < 20; i++) blame.lose("run");
  expect(blame.isHopeless("run")).toBe(false);
  blame.succeed("run");
  for (let i = 0; i < 23; i++) blame.lose("run");
  expect(blame.isHopeless("run")).toBe(false);
  blame.lose("run");
  expect(blame.isHopeless("run")).toBe(true);
});
