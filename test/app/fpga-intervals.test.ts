/** Intervals of an FPGA's resources: those that `check` prints are those of the result, for the network's own needs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check } from "../../app/check.js";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { intervalsOfResult } from "../../app/uncertainty.js";
import { BUILT_NEEDS, fpgaUse } from "../../arch/index.js";
import { fpgaLines } from "../../cli/format/fpga-lines.js";
import { FPGA_METRICS, type QuantileName } from "../../sim/index.js";
import { StudyQuantiles } from "../../sweeps/index.js";

const folder = mkdtempSync(join(tmpdir(), "fpga-intervals-"));
afterAll(() => rmSync(folder, { recursive: true }));

function chip(name: string, units: number): ReturnType<typeof open> {
  const file = join(folder, `${name}-${units}.yaml`);
  writeFileSync(
    file,
    `version: 1
extends: mesh-2x2
chip: {fpga: ${name}, clock_mhz: 10}
noc: {width: 1, height: 1}
tile: {core: {max_neurons: 512, lanes: 8, synapse_memory: {size_kib: 128, word_bits: 64}, neuron_update: {units: ${units}}, state_memory: {size_kib: 8, word_bits: 64}}}
precision: {weight_bits: 4, state_bits: 16, state_fraction_bits: 6}
network: {model: mnist-rows-gru.safetensors}
workload: {dataset: mnist-rows, samples: 20, timing_samples: 1}
`,
  );
  return open(file);
}

describe.each([
  ["xczu7ev", 8],
  ["ecp5-85", 1],
])("a gated cell on %s with %d update units", (name, units) => {
  test("check and sim print one interval for every resource, and for the fullest, and a search's quantiles are its ends", async () => {
    const described = chip(name, units);
    const [checked, simulated] = [await check(described), await simulate(described)];
    if (checked.kind !== "board" || checked.fpga === null) throw new Error("expected a chip on an FPGA");
    expect(checked.infeasible).toBeNull();
    const { chip: built, precision } = checked.experiment;
    if (units > 4) expect(fpgaUse(built, precision, BUILT_NEEDS)?.errors).not.toEqual(checked.fpga.errors);
    for (const metric of FPGA_METRICS) {
      const interval = checked.fpga.intervals[metric];
      expect(interval, metric).toBeDefined();
      expect(simulated.intervals[metric], metric).toEqual(interval);
      expect(simulated.result.metrics[metric], metric).toBeGreaterThan(interval?.low ?? Number.POSITIVE_INFINITY);
      expect(simulated.result.metrics[metric], metric).toBeLessThanOrEqual(interval?.high ?? 0);
    }
    const names = FPGA_METRICS.map((metric) => `${metric}@95` as QuantileName);
    const quantiles = new StudyQuantiles(names, () => checked.experiment).extended({}, simulated.result);
    for (const metric of FPGA_METRICS) expect(quantiles[`${metric}@95`], metric).toBe(checked.fpga.intervals[metric]?.high);
    const { result } = simulated;
    const older = { ...result, provenance: { ...result.provenance, lawErrors: undefined } };
    expect(intervalsOfResult(checked.experiment, older).fpga_luts).toBeDefined();
    const text = fpgaLines({ colour: false, unicode: true }, checked.fpga).join("\n");
    expect(text).toMatch(/90 % interval +\d+ \.\. \d+ +\d+ \.\. \d+ +[\d.]+ \.\. [\d.]+ +[\d.]+ \.\. [\d.]+/);
    expect(text).toMatch(/fullest: [\d.]+ % of the device, 90 % interval [\d.]+ \.\. [\d.]+ %/);
  });
});
