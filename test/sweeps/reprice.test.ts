/** New prices for stored counts give the results of a new simulation under those prices. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Experiment, patchDocument, readArch, readModel, resolveModelPath, topologyOf } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { CORE_COUNTERS, evaluatePoint, prepareFunctional } from "../../sim/index.js";
import { reprice, Store, studyRecord } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";
import { usualAndLong } from "../usual.js";
import { setupOf, specOf } from "./fake-study.js";

test("repriced energy, power and breakdown equal a simulation with the new prices; the old prices change nothing", () => {
  const file = join(packageRoot(), "arch", "examples", "edge.yaml");
  const parsed = readArch(file);
  const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  const values = { "workload.samples": 20, "workload.timing_samples": 2 };
  const experiment = patchDocument(parsed, values);
  const functional = prepareFunctional(experiment, model.network, model.hash, samples);
  const { result, timing } = evaluatePoint(experiment, functional);

  const store = Store.inMemory();
  store.begin(studyRecord(setupOf(specOf())), 1, {});
  store.insert({ id: 1, key: "k", values, fidelity: 1 }, values);
  store.finish({ id: 1 }, result, timing.total, 0, 1);
  const shape = (e: Experiment) => topologyOf(model.network, e.precision);
  const same = [...reprice(store, () => experiment, shape)];
  // counts of a version that had two columns less
  const cores = timing.total.cores.filter((_, i) => i % CORE_COUNTERS.length < CORE_COUNTERS.length - 2);
  const older = Object.assign(Object.create(store) as Store, { counters: () => ({ ...timing.total, cores }) });
  expect(() => [...reprice(older, () => experiment, shape)]).toThrow(/counts per core of an earlier version.*\n.*sweep it again/);
  expect(same[0].after).toEqual(result.metrics);

  // A price of ten times the library's, under the name that descriptions use.
  const chip = {
    ...experiment.chip,
    priceOverrides: { ...experiment.chip.priceOverrides, synapse_memory_read_pj: { value: 130, source: "test" } },
  };
  const dear: Experiment = { ...experiment, chip };
  const want = evaluatePoint(dear, functional).result;
  expect(want.metrics.energy_uj_per_inference).toBeGreaterThan(result.metrics.energy_uj_per_inference as number);
  const [repriced] = [...reprice(store, () => dear, shape)];
  store.close();
  for (const metric of [
    "energy_uj_per_inference",
    "power_mw",
    "edp_nj_s",
    "energy_pj_per_synaptic_operation",
    "latency_us",
    "area_mm2",
  ] as const) {
    expect(repriced.after[metric]).toBeCloseTo(want.metrics[metric] as number, 9);
  }
  expect(repriced.breakdown).toEqual(want.breakdown);
  expect([result.metrics.energy_std_uj, repriced.after.energy_std_uj]).toEqual([expect.any(Number), null]);
});

for (const [some, options] of usualAndLong(["mnist-rows-rec-v2", "mnist-rows-lif"], (model) => model.includes("rec-v2")))
  test.each(some)("counts of a study of %s on one basis, priced on the other, give the results of a simulation there", options, (name) => {
    const file = join(packageRoot(), "arch", "examples", "edge.yaml");
    const parsed = readArch(file);
    const model = readModel(resolveModelPath(name, file));
    const samples = loadDataset("mnist-rows", { path: null, split: "test" });
    const short = { "network.model": name, "workload.samples": 20, "workload.timing_samples": 2 };
    const on = (basis: string) => patchDocument(parsed, { ...short, "prices.basis": basis });
    const functional = prepareFunctional(on("library"), model.network, model.hash, samples);
    const { result, timing } = evaluatePoint(on("library"), functional);
    const store = Store.inMemory();
    store.begin(studyRecord(setupOf(specOf())), 1, {});
    store.insert({ id: 1, key: "k", values: {}, fidelity: 1 }, {});
    store.finish({ id: 1 }, result, timing.total, 0, 1);
    const silicon = on("silicon");
    const [repriced] = [
      ...reprice(
        store,
        () => silicon,
        (e) => topologyOf(model.network, e.precision),
      ),
    ];
    store.close();
    const want = evaluatePoint(silicon, functional).result;
    expect(want.metrics.area_mm2).toBeGreaterThan(result.metrics.area_mm2 as number);
    expect(repriced.after.area_mm2).toBeCloseTo(want.metrics.area_mm2 as number, 9);
    expect(repriced.after.energy_uj_per_inference).toBeCloseTo(want.metrics.energy_uj_per_inference as number, 9);
    expect(repriced.breakdown).toEqual(want.breakdown);
  });
