/** Faults that are planted in the library, one at a time, are all seen by random cores. */
// @module-tag slow
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { candidateOf, obstaclesOf, versionOf } from "../../rtl/index.js";
import { libraryFolder } from "../../rtl/tools.js";
import { FAULTS, planted } from "./faults.js";
import { randomCore } from "./random-cores.js";
import { runCore } from "./run-core.js";

const absent = versionOf("iverilog") === null;

/** A twelfth of them; the long run plants all. */
const SHORT = FAULTS.filter((_, i) => i % 12 === 0);

for (const fault of FAULTS)
  test.skipIf(absent)(
    `a core sees that '${fault.name}'${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
    {
      tags: SHORT.includes(fault) ? [] : ["long"],
      timeout: 120_000,
    },
    () => {
      const folder = planted(fault);
      try {
        const point = randomCore(fault.seed);
        expect(obstaclesOf(candidateOf(point))).toEqual([]);
        expect(runCore(point, "iverilog", folder).verdict.isEqual).toBe(false);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

test.skipIf(absent)("a core sees one wrong bit of a weight", () => {
  const flip = (name: string, text: string): string =>
    name === "weights_00.hex"
      ? text.replace(/^(\w+)(\w)/, (_, rest: string, digit: string) => rest + (Number.parseInt(digit, 16) ^ 4).toString(16))
      : text;
  expect(runCore(randomCore(3), "iverilog", libraryFolder(), flip).verdict.isEqual).toBe(false);
});

for (const [faults, tags] of [
  [SHORT, []],
  [FAULTS, ["long"]],
] as const)
  test.skipIf(absent)(`the library without a fault passes the cores that see ${faults.length} of them`, { tags: [...tags] }, () => {
    for (const seed of new Set(faults.map(({ seed: one }) => one))) expect(runCore(randomCore(seed)).verdict.differences).toEqual([]);
  });
