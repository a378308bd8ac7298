import { join } from "node:path";
import { expect, test } from "vitest";
import { readArch } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { evaluatePoint } from "../../../sim/evaluate.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { importNir } from "../../../sim/nir/import.js";
import { nirFunctional } from "../../../sim/nir/on-chip.js";
import { nirTopology } from "../../../sim/nir/topology.js";
import { csv, EULER, fixture, present } from "./fixtures.js";

test.skipIf(!present)(
  "the Braille network on a chip: the cores' additions are exactly NeuroBench's 25,799 effective ACs, and no multiplication",
  async () => {
    const { experiment } = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
    const imported = await importNir(fixture("braille_noDelay_bias_zero.nir"), EULER);
    const { topology } = nirTopology(imported);
    const rows = csv("braille_sample0_input.csv");
    const inputs = new Map([["input", Float64Array.from(rows.flat())]]);
    const engine = createNirEngine(imported);
    const run = engine.run(inputs, rows.length, ["lif1.lif", "lif2"]);
    const { result } = evaluatePoint(
      experiment,
      nirFunctional(imported, topology, inputs, run, { weightBits: () => 8, neurobench: engine.metrics(), stepsPerFrame: 1 }),
    );
    const count = (component: string): number | null => result.breakdown.find((row) => row.component === component)!.count;
    expect(count("synaptic additions")).toBe(25_799);
    expect(count("synaptic multiply-accumulates")).toBe(0);
    // The workload's own count includes the last step's recurrent spikes: here one spike with 38 weights.
    expect(result.metrics.synaptic_operations_per_inference).toBe(25_799 + 38);
    expect(result.metrics.latency_cycles).toBeGreaterThan(256);
  },
);
