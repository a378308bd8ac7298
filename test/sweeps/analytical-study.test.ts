/** The analytical model on a real space: it ranks points like the cycle model, and refuses no point that can run. */
// @module-tag slow
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { compareModels } from "../../scripts/analytical-study.js";

/** SNN_DSE_POINTS=500 gives the long form. */
const POINTS = Number(process.env.SNN_DSE_POINTS ?? 24);
const SEED = 7;

test(`on ${POINTS} random points of the shipped example, latency, throughput and energy have rank correlations of at least 0.9`, {
  tags: ["long"],
  timeout: 300_000,
}, async () => {
  const found = await compareModels(join(packageRoot(), "arch/examples/edge.yaml"), POINTS, SEED, {
    "workload.samples": 20,
    "workload.timing_samples": 2,
  });
  console.log(`seed ${SEED}:`, found);
  expect(found.points).toBe(POINTS);
  expect(found.missed).toBe(0);
  expect(found.refused).toBeLessThan(0.2 * POINTS);
  for (const { metric, spearman, errors } of found.agreements) {
    expect(spearman, metric).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs(errors[3]), metric).toBeLessThan(0.25);
  }
});
