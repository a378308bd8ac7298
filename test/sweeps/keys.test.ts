/**
 * Writing out a default does not change a key. Results of chips whose descriptions do not mention intake and hard ticks
 * equal those that an earlier version recorded before it had these keys. The counts are as first recorded; results were
 * recorded again when prices changed on purpose.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Experiment, patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { hashJson, type Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { CORE_COUNTERS, evaluatePoint, FPGA_METRICS, functionalKey, prepareFunctional } from "../../sim/index.js";
import { pointKey } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";

/** Counters that the recording version did not have. Results have today's prices, the counts do not depend on them. */
const LATER: ReadonlySet<unknown> = new Set(["requantisations", "parameter_memory_reads", "active_cycles", "resting_cycles"]);
const described = (name: string) => readArch(join(packageRoot(), "arch/examples", `${name}.yaml`));
const inputs = { modelHash: "m", dataHash: "d" };

test.each(["edge", "mesh-scaling"])("%s: a default that is written out makes the same key, another value another one", (name) => {
  const keyOf = (of: Experiment): string => pointKey(of, inputs, "1");
  const plain = keyOf(described(name).experiment);
  const [full, visible, judged] = ["full", "visibility_cycles", "full_judged"].map((key) => `tile.core.input_queue.${key}`);
  const defaults = { [full]: "stall", [visible]: 1, [judged]: "before-pop" };
  expect(keyOf(patchDocument(described(name), defaults))).toBe(plain);
  for (const [path, value] of Object.entries({ [full]: "drop", [visible]: 2, [judged]: "after-pop" }))
    expect(keyOf(patchDocument(described(name), { [path]: value }))).not.toBe(plain);
});

test("a step of least squares has a key of its own; the usual step has the key from before the option existed", () => {
  const keyOf = (values: { readonly [path: string]: Json }): string => functionalKey(patchDocument(described("edge"), values), "m", "d");
  expect(keyOf({})).toBe("bd30937a85321475053dfe0d4176d2a2fe7fa0bc3c4b17481ed8752b833df0bf");
  expect(keyOf({ "precision.weight_scale": "max" })).toBe(keyOf({}));
  expect(keyOf({ "precision.weight_scale": "mse" })).not.toBe(keyOf({}));
});

test.each([
  [
    "a barrier",
    {},
    "b3a231ed1209eb6678534e2eaf8a3242b430ff50873a630bc326e6f6c1c38c4b",
    "bb97d3043568f41056843771f5b84ecece993e68c874359df563682ad0feb4e6",
  ],
  [
    "a tick that waits",
    { "tick.period_us": 7 },
    "97cd39551320714bf8565dcf83c0bc3d929a55cbdb47b46f86eb6f7607914ac9",
    "ece1c2865fa724209cdb30c754dc47522dbed70ddb658d1f7da2abbe604fca42",
  ],
])("behind %s, result and counters are the recorded ones, to the bit", (_, values, recorded, countsRecorded) => {
  const experiment = patchDocument(described("edge"), { ...values, "workload.samples": 50, "workload.timing_samples": 3 });
  const { network } = readModel(resolveModelPath(experiment.network.model, "edge.yaml"));
  const functional = prepareFunctional(experiment, network, "m", loadDataset("mnist-rows", { path: null, split: "test" }));
  const { result, timing } = evaluatePoint(experiment, functional);
  const { cores, routers, links, port: _port, ...counts } = timing.total;
  // by name, so that later counters, which are 0 here, are not compared
  const counted = Array.from(cores, (count, i) => [Math.floor(i / CORE_COUNTERS.length), CORE_COUNTERS[i % CORE_COUNTERS.length], count]);
  // metrics of later kinds of chips are unknown for this chip
  const metrics = Object.entries(result.metrics).filter(([name]) => !(FPGA_METRICS as readonly string[]).includes(name));
  for (const name of FPGA_METRICS) expect(result.metrics[name]).toBeNull();
  // values of single utterances, whose mean is in the hash, and lanes as built came later
  const { timedLatencyCycles = [], timedEnergyPj: _energies, laneCounts, ...provenance } = result.provenance;
  expect(laneCounts?.map(({ lanes }) => lanes)).toEqual([...new Set(experiment.chip.cores.map(({ lanes }) => lanes))]);
  expect(timedLatencyCycles.reduce((sum, cycles) => sum + cycles, 0) / 3).toBeCloseTo(
    (result.metrics.latency_us ?? 0) * experiment.chip.technology.clockMhz,
    6,
  );
  expect(hashJson({ ...result, provenance, metrics: Object.fromEntries(metrics) } as unknown as Json)).toBe(recorded);
  expect(
    hashJson({
      ...counts,
      cores: counted.filter(([, name, count]) => count !== 0 && !LATER.has(name)),
      routers: [...routers],
      links: [...links],
    } as unknown as Json),
  ).toBe(countsRecorded);
});
