/** How many points travel in one job: by what points took, never so many that a thread has nothing to do. */
import { expect, test } from "vitest";
import { BatchSize, MOST_IN_BATCH } from "../../sweeps/engine/batch-size.js";

function after(...durationsMs: readonly number[]): BatchSize {
  const batch = new BatchSize();
  for (const durationMs of durationsMs) batch.took(durationMs);
  return batch;
}
const alike = (durationMs: number): number[] => new Array<number>(40).fill(durationMs);

test("points travel alone until it is known what they take, and when they take long", () => {
  expect(new BatchSize().size).toBe(1);
  expect(after(...alike(100)).size).toBe(1);
  expect(after(...alike(5000)).size).toBe(1);
});

test("cheap points travel together: the largest power of two within 120 ms, at most the protocol's bound", () => {
  expect(after(...alike(50)).size).toBe(2);
  expect(after(...alike(25)).size).toBe(4);
  expect(after(...alike(9)).size).toBe(8);
  expect(after(...alike(0.1)).size).toBe(MOST_IN_BATCH);
});

test("points that become dear travel alone again", () => {
  expect(after(...alike(1), ...alike(1000)).size).toBe(1);
});

test("every thread has two jobs to choose from before one job brings two points", () => {
  const batch = after(...alike(0.1));
  expect(batch.of(4, 2)).toBe(1);
  expect(batch.of(8, 2)).toBe(2);
  expect(batch.of(1000, 2)).toBe(MOST_IN_BATCH);
  expect(batch.of(0, 0)).toBe(1);
});
