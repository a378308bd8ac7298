/**
 * What the shipped example says of fraction bits is true: narrow states fail with a fixed number, and work with its
 * own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { packageRoot } from "../../base/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "example-states-"));
afterAll(() => rmSync(folder, { recursive: true }));
const example = join(packageRoot(), "arch/examples/edge.yaml");

/** Percent of 100 digits and saturated states, by bits of a state. */
async function runs(fraction: string): Promise<readonly (readonly [percent: number, saturations: number])[]> {
  const file = join(folder, "arch.yaml");
  writeFileSync(file, `version: 1\nextends: ${JSON.stringify(example)}\nprecision: { state_fraction_bits: ${fraction} }\n`);
  const described = open(file);
  const each = [16, 12, 10].map(async (bits) => {
    const values = { "precision.state_bits": bits, "workload.samples": 100, "workload.timing_samples": 1 };
    const { result } = await simulate(described, { values });
    return [result.metrics.accuracy_percent ?? 0, result.operations.stateSaturations] as const;
  });
  return Promise.all(each);
}

test("10-bit states of the example saturate with 6 fraction bits, and are as right as wider ones with its own", async () => {
  const [, own = ""] = /state_fraction_bits: (\{.*\})/.exec(readFileSync(example, "utf8")) ?? [];
  const [fixed, derived] = [await runs("6"), await runs(own)];
  expect(fixed[2][0]).toBeLessThan(40);
  expect(fixed[2][1]).toBeGreaterThan(10_000);
  expect(derived.slice(0, 2)).toEqual(fixed.slice(0, 2));
  for (const [percent, saturations] of derived) {
    expect(percent).toBeGreaterThan(95);
    expect(saturations).toBeLessThan(100);
  }
});
