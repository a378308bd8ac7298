/** The predicted time of a point has the search for a placement. */
import { expect, test } from "vitest";
import { type Experiment, parseArch } from "../../arch/index.js";
import { placingSeconds } from "../../sweeps/engine/effort.js";
import { population } from "../sim/board/fixtures.js";

const topology = { populations: [population("a", 28, 0), population("b", 100, 1)], projections: [] };
const secondsOf = (width: number, strategy: string, dies = ""): number => {
  const text = `version: 1\nextends: mesh-2x2\nnoc: { width: ${width}, height: ${width}${dies} }\nmapping: { strategy: ${strategy} }\n`;
  const experiment = parseArch(text, "a.yaml").experiment as Experiment;
  return placingSeconds(experiment, topology);
};

test("only min-traffic searches; the moves grow with the cores, and the paths of a move with the groups", () => {
  for (const strategy of ["sequential", "balanced", "layer-per-core"]) expect(secondsOf(8, strategy)).toBe(0);
  // 128 neurons: 128 groups on 256 cores and more; a group moves alone, or swaps with another
  expect(secondsOf(32, "min-traffic") / secondsOf(16, "min-traffic")).toBeCloseTo((4 * (1 + 128 / 1024)) / (1 + 128 / 256), 9);
  expect(secondsOf(4, "min-traffic") / secondsOf(2, "min-traffic")).toBeCloseTo(4 * 4, 9);
  // expensive links to other dies: more rounds
  expect(secondsOf(8, "min-traffic", ", dies: { columns: 2, latency_ns: 1000 }")).toBeGreaterThan(secondsOf(8, "min-traffic"));
});
