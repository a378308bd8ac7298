/** Faults that are planted in rows, kernels and imported neurons, one at a time, are all seen by random cores. */
// @module-tag slow
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { candidateOf, obstaclesOf, versionOf } from "../../rtl/index.js";
import { planted } from "./faults.js";
import { randomRows } from "./random-rows.js";
import { ROW_FAULTS } from "./row-faults.js";
import { runCore } from "./run-core.js";

const absent = versionOf("iverilog") === null;

/** A kernel's index; the long run plants all. */
const SHORT = ROW_FAULTS.slice(0, 1);

for (const fault of ROW_FAULTS)
  test.skipIf(absent)(
    `a core sees that '${fault.name}'${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
    { tags: SHORT.includes(fault) ? [] : ["long"], timeout: 120_000 },
    () => {
      const folder = planted(fault);
      try {
        const point = randomRows(fault.seed);
        expect(obstaclesOf(candidateOf(point))).toEqual([]);
        expect(runCore(point, "iverilog", folder).verdict.isEqual).toBe(false);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

test.skipIf(absent)("the library without a fault passes the cores that see them", { tags: ["long"], timeout: 300_000 }, () => {
  for (const seed of new Set(ROW_FAULTS.map(({ seed: one }) => one))) expect(runCore(randomRows(seed)).verdict.differences).toEqual([]);
});
