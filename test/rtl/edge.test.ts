/**
 * Nearly all feasible one-core points of the shipped example can be emitted. `scripts/rtl-subset.ts` checks the whole
 * grid.
 */
import { expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { edgeObstacles, edgeSpace } from "./edge-points.js";

const POINTS = 120;

test(`of ${POINTS} one-core points of the example's space, 95 % of the feasible ones or more are emitted`, () => {
  const rng = createRng(265, "edge");
  const drawn = Array.from({ length: POINTS }, () => edgeObstacles(edgeSpace.dimensions.map(() => rng.float())));
  const feasible = drawn.filter((obstacles) => obstacles !== null);
  const emitted = feasible.filter((obstacles) => obstacles.length === 0);
  const refused = new Set(feasible.flat().map(({ key }) => key));
  process.stdout.write(
    `edge, seed 265: ${emitted.length} of ${feasible.length} feasible one-core points emitted; refused by: ${[...refused].join(", ") || "none"}\n`,
  );
  expect(feasible.length).toBeGreaterThan(POINTS / 5);
  expect(emitted.length).toBeGreaterThanOrEqual(0.95 * feasible.length);
});
