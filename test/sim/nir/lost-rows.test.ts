/** Which rows of weights count as lost to rounding, by the number of their weights before and after. */
import { expect, test } from "vitest";
import type { GraphPopulation, GraphProjection } from "../../../sim/functional/index.js";
import { lostRows } from "../../../sim/nir/lost-rows.js";
import type { LoweredGraph } from "../../../sim/nir/lowered-graph.js";

test("a row of two weights is lost only if both are 0; one of three also if its largest is all that is left", () => {
  const rows = [
    { name: "one weight, kept", real: [5], kept: [5], isLost: false },
    { name: "one weight, lost", real: [5], kept: [0], isLost: true },
    { name: "two weights, one left", real: [5, 1], kept: [5, 0], isLost: false },
    { name: "two weights, none left", real: [5, 1], kept: [0, 0], isLost: true },
    { name: "two weights and a 0 of the file", real: [5, 1, 0], kept: [5, 0, 0], isLost: false },
    { name: "three weights, one left", real: [5, 1, 1], kept: [5, 0, 0], isLost: true },
    { name: "three weights, two left", real: [5, 4, 1], kept: [5, 4, 0], isLost: false },
    { name: "weights of 0 in the file", real: [0, 0, 0], kept: [0, 0, 0], isLost: false },
  ];
  for (const { name, real, kept, isLost } of rows) {
    const matrix = { target: 0, targets: Int32Array.from(real, () => 0), factors: Float64Array.from(real), kernel: null };
    const population = { kind: "output", name: "out", neurons: 1, requantiser: { multiplier: Int32Array.of(1) } };
    const found = lostRows(
      { matrices: [matrix] } as unknown as Pick<LoweredGraph, "matrices">,
      [population] as unknown as readonly GraphPopulation[],
      [{ weights: Int32Array.from(kept) }] as unknown as readonly Pick<GraphProjection, "weights">[],
    );
    expect(found.length === 1, name).toBe(isLost);
  }
});
