/**
 * A point on an FPGA: the same function and cycles as silicon, resources in place of area, energy only if the
 * description prices it.
 */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Experiment, patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import type { Functional } from "../../sim/functional/index.js";
import { brokenInvariant, evaluatePoint, linePrice, PRICED_METRICS, prepareFunctional, replayKey } from "../../sim/index.js";
import { loadDataset } from "../../training/index.js";

const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
const on = (values: { readonly [path: string]: number | string }): Experiment =>
  patchDocument(described, {
    ...{
      "noc.width": 1,
      "noc.height": 1,
      "chip.clock_mhz": 10,
      "tile.core.synapse_memory.size_kib": 128,
      "workload.samples": 20,
      "workload.timing_samples": 2,
    },
    ...values,
  });
const fpga = { "chip.fpga": "ecp5-85" };

describe("edge.yaml on one core", () => {
  let functional: Functional;
  beforeAll(() => {
    const { network } = readModel(resolveModelPath(on({}).network.model, "edge.yaml"));
    functional = prepareFunctional(on({}), network, "m", loadDataset("mnist-rows", { path: null, split: "test" }));
  });
  const evaluated = (values: { readonly [path: string]: number | string }) => evaluatePoint(on(values), functional);

  test("cycles, counts and the replay's key equal those of silicon; energy and area are unknown, not 0", () => {
    const [silicon, device] = [evaluated({}), evaluated(fpga)];
    expect(device.timing.total).toEqual(silicon.timing.total);
    const traced = { key: "k", trace: functional.trace, placedBy: functional.placedBy };
    expect(replayKey(on(fpga), traced)).toBe(replayKey(on({}), traced));
    const { metrics, breakdown } = device.result;
    for (const name of PRICED_METRICS) expect(metrics[name], name).toBeNull();
    expect(metrics.latency_us).toBe(silicon.result.metrics.latency_us);
    expect(metrics.fpga_luts).toBeGreaterThan(1000);
    expect(silicon.result.metrics.fpga_luts).toBeNull();
    const works = breakdown.filter(({ count, component }) => count !== 0 && linePrice(component) !== null);
    expect(works.length).toBeGreaterThan(10);
    for (const { energyPj, component, source } of works) {
      expect(energyPj, component).toBeNull();
      expect(source).toContain(`set prices.${linePrice(component)}`);
    }
    expect(breakdown.some(({ group }) => group === "area")).toBe(false);
    expect(brokenInvariant(device.result, device.timing.total)).toBeNull();
  });

  test("if the description prices a part, the energy is unknown; if it prices all, the energy is the sum of counts × prices", () => {
    const names = [...new Set(evaluated(fpga).result.breakdown.flatMap(({ component }) => linePrice(component) ?? []))];
    const prices = (some: readonly string[]) =>
      Object.fromEntries(
        some.flatMap((name) => [
          [`prices.${name}.value`, 2],
          [`prices.${name}.source`, "a meter"],
        ]),
      );
    const part = evaluated({ ...fpga, ...prices(names.filter((name) => name === "synapse_memory_read_pj")) }).result;
    expect(part.metrics.energy_uj_per_inference).toBeNull();
    expect(part.breakdown.find(({ component }) => component === "synapse memory reads")?.energyPj).toBeGreaterThan(0);
    const { result, timing } = evaluated({ ...fpga, ...prices(names) });
    const sum = result.breakdown.reduce((all, { energyPj }) => all + (energyPj ?? 0), 0);
    expect(result.metrics.energy_uj_per_inference).toBeCloseTo(sum * 1e-6, 12);
    const reads = result.breakdown.find(({ component }) => component === "synapse memory reads");
    expect(reads?.energyPj).toBeCloseTo(2 * (reads?.count ?? 0), 6);
    expect(result.metrics.power_mw).toBeGreaterThan(0);
    expect(result.metrics.area_mm2).toBeNull();
    expect(brokenInvariant(result, timing.total)).toBeNull();
  });

  test("a chip that does not fit is infeasible, with need and capacity", () => {
    expect(() => evaluated({ ...fpga, "chip.fpga": "ecp5-45", "tile.core.synapse_memory.size_kib": 256 })).toThrow(
      /FPGA_BLOCK_RAMS_FULL: .* needs \d+, has 108/,
    );
  });
});
