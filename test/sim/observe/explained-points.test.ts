/** An explanation of a described point says what the described points beside it say. */
import { expect, test } from "vitest";
import { type Experiment, parseArch, patchDocument, readModel, resolveModelPath } from "../../../arch/index.js";
import type { Json } from "../../../base/hash.js";
import { busiestDieShare } from "../../../sim/die-links.js";
import { evaluatePoint, prepareFunctional } from "../../../sim/index.js";
import { bindingOf } from "../../../sim/observe/binding.js";
import { bottleneckOf } from "../../../sim/observe/bottleneck.js";
import type { Explanation } from "../../../sim/observe/explain.js";
import { explainRun, recordRun } from "../../../sim/observe/record.js";
import { loadDataset } from "../../../training/index.js";

const parsed = parseArch(
  "version: 1\nextends: mesh-2x2\nmapping: { strategy: sequential, max_neurons_per_core: 32 }\nworkload: { samples: 2, timing_samples: 1 }\n",
  "a.yaml",
);
const model = readModel(resolveModelPath(parsed.experiment.network.model, "a.yaml"));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });
type Values = { readonly [path: string]: Json };
const at = (values: Values): Experiment => patchDocument(parsed, values);
const functional = prepareFunctional(parsed.experiment, model.network, "m", digits);
const { trace, placedBy } = functional;
const pointOf = (values: Values) => evaluatePoint(at(values), functional);

function explained(values: Values): { readonly explanation: Explanation; readonly shared: ReturnType<typeof bindingOf> } {
  const experiment = at(values);
  const recorded = recordRun(experiment, trace, placedBy, false);
  const { total } = recorded.run;
  return {
    explanation: explainRun(experiment, trace, recorded),
    shared: bindingOf(total, busiestDieShare(experiment.chip, total), experiment.chip.tick),
  };
}

test.each([
  ["without a period", {}],
  ["with a period", { "workload.period_ms": 20 }],
])("%s, the ratios of a change equal those of the point that is typed with it", (_, values) => {
  const { explanation } = explained(values);
  const before = pointOf(values);
  const ratios = (changes: Explanation["next"][number]["changes"]) => {
    const { result, placement } = pointOf({ ...values, ...Object.fromEntries(changes.map(({ path, to }) => [path, to])) });
    expect(placement).toEqual(before.placement);
    const of = (name: "latency_cycles" | "energy_uj_per_inference"): number =>
      Number(result.metrics[name]) / Number(before.result.metrics[name]);
    return { latency: of("latency_cycles"), energy: of("energy_uj_per_inference") };
  };
  expect(explanation.gains.length).toBeGreaterThan(8);
  for (const gain of explanation.gains) {
    const { latency, energy } = ratios([gain]);
    expect(gain.latencyRatio, gain.path).toBeCloseTo(latency, 12);
    expect(gain.energyRatio, gain.path).toBeCloseTo(energy, 12);
  }
  for (const { changes, latencyRatio, energyRatio, goal } of explanation.next) {
    const { latency, energy } = ratios(changes);
    expect(latencyRatio, goal).toBeCloseTo(latency, 12);
    expect(energyRatio, goal).toBeCloseTo(energy, 12);
  }
});

test("a change that takes longer than the period is none", () => {
  const slow = { "noc.link_cycles": 1, "barrier.base_cycles": 2 };
  const periodMs = (pointOf(slow).result.metrics.latency_us as number) / 1000;
  const free = explained(slow).explanation.gains.filter(({ latencyRatio }) => latencyRatio > 1);
  expect(free.length).toBeGreaterThan(0);
  const { gains } = explained({ ...slow, "workload.period_ms": periodMs }).explanation;
  expect(gains.filter(({ latencyRatio }) => latencyRatio > 1)).toEqual([]);
});

test.each([
  ["the links between dies", { "noc.dies.columns": 2, "noc.dies.bandwidth_gbit_s": 0.05 }, "noc.dies.bandwidth_gbit_s"],
  ["the host link", { "inputs.at": "port", "inputs.port.bandwidth_gbit_s": 0.005 }, "inputs.port.bandwidth_gbit_s"],
  ["the barrier between steps", { "barrier.base_cycles": 100_000 }, "barrier.base_cycles"],
  ["the tick", { "tick.period_us": 2000, "tick.overrun": "wait" }, null],
])("%s as the limit of all cores is what an explanation and an estimate name", (resource, values, wider) => {
  const { explanation, shared } = explained(values);
  expect(shared).toMatchObject({ core: null, resource });
  expect(explanation.bottleneck).toEqual(shared);
  if (wider !== null) expect(explanation.gains.find(({ path }) => path === wider)?.latencyRatio).toBeLessThan(0.8);
});

test("the busiest link is the one that is busy for longest, as the metric says: a slow link between dies before one with more flits", () => {
  const values = { "noc.dies.columns": 2, "noc.dies.bandwidth_gbit_s": 0.05 };
  const { result, timing } = pointOf(values);
  const { chip } = at(values);
  const share = busiestDieShare(chip, timing.total);
  expect(share).toBeGreaterThan(0.5);
  expect(result.metrics.peak_link_utilisation_percent).toBeCloseTo(100 * share, 9);
  const { link } = bottleneckOf(chip, result);
  expect(link).toMatchObject({ port: expect.stringMatching(/^(east|west)$/), flitCycles: (32 / 0.05) * (chip.technology.clockMhz / 1000) });
  expect(Number(link?.flitsPerCycle) * Number(link?.flitCycles)).toBeCloseTo(share, 12);
  expect(link?.flitsPerCycle).toBeLessThan(Math.max(...result.utilisation.links.map(({ flitsPerCycle }) => flitsPerCycle)));
});
