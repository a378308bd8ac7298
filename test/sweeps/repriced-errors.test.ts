/** Errors of energy over utterances under new prices are those of a simulation with the new prices. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { PRICE_NAMES, patchDocument, readArch, readModel, resolveModelPath, topologyOf } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { evaluatePoint, prepareFunctional, type Result } from "../../sim/index.js";
import { reprice, Store, studyRecord, type UncertainPoint, uncertainPoint } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";
import { setupOf, specOf } from "./fake-study.js";

const file = join(packageRoot(), "arch", "examples", "edge.yaml");
const parsed = readArch(file);
const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
const samples = loadDataset("mnist-rows", { path: null, split: "test" });
const SHORT = { "workload.samples": 40, "workload.timing_samples": 8 };
let functional: ReturnType<typeof prepareFunctional> | null = null;

type Values = { readonly [path: string]: number | string };
const own = (name: string, value: number): Values => ({ [`prices.${name}.value`]: value, [`prices.${name}.source`]: "own" });
const priceOf = (name: string, i: number): number => (name.endsWith("mm2") ? 0.01 : name.endsWith("mw") ? 0.002 : 0.5 + i * 0.01);
const every: Values = Object.fromEntries(PRICE_NAMES.flatMap((name, i) => Object.entries(own(name, priceOf(name, i)))));

/** A point counted under `before` and priced under `after`, and the same point simulated under `after`. */
function both(chip: Values, before: Values, after: Values, without: Partial<Result["provenance"]> = {}) {
  const on = (values: Values) => patchDocument(parsed, { ...SHORT, ...chip, ...values });
  const [old, experiment] = [on(before), on(after)];
  functional ??= prepareFunctional(old, model.network, model.hash, samples);
  const { result, timing } = evaluatePoint(old, functional);
  const store = Store.inMemory();
  store.begin(studyRecord(setupOf(specOf())), 1, {});
  store.insert({ id: 1, key: "k", values: {}, fidelity: 1 }, {});
  store.finish({ id: 1 }, result, timing.total, 0, 1);
  const shape = () => topologyOf(model.network, experiment.precision);
  const [{ after: metrics, breakdown }] = [...reprice(store, () => experiment, shape)];
  store.close();
  const fresh = evaluatePoint(experiment, functional).result;
  return {
    old: uncertainPoint(old, { id: 1, ...result }, result),
    priced: uncertainPoint(experiment, { id: 1, metrics, breakdown }, { ...result, provenance: { ...result.provenance, ...without } }),
    fresh: uncertainPoint(experiment, { id: 1, ...fresh }, fresh),
  };
}

/** How far an error is from the one that is wanted. */
const errorOf = ({ timed }: UncertainPoint): number => timed.energy.relative;
const off = (got: UncertainPoint, want: UncertainPoint): number => Math.abs(errorOf(got) / errorOf(want) - 1);

const PERIOD = { "workload.period_ms": 5 };
const FPGA = { "chip.fpga": "ecp5-85", "chip.clock_mhz": 2 };
const LEAKY = own("synapse_memory_leakage_mw", 50);
/** `near`: exact but for the digits of stored energies, or approximate. */
const CASES: readonly (readonly [what: string, chip: Values, before: Values, after: Values, near: number])[] = [
  ["more leakage", {}, {}, LEAKY, 1e-4],
  ["more leakage in a period", PERIOD, {}, LEAKY, 1e-4],
  ["less leakage in a period", PERIOD, LEAKY, {}, 1e-4],
  ["clocks that never stop in a period", { ...PERIOD, "chip.idle": "clocked" }, {}, own("core_clock_pj_per_cycle", 400), 1e-4],
  ["gated power in a period", { ...PERIOD, "chip.idle": "power-gated" }, {}, LEAKY, 1e-4],
  ["reads alone", {}, {}, own("synapse_memory_read_pj", 500), 0.1],
  ["an FPGA that had none", FPGA, {}, every, 0.05],
  ["an FPGA that had none, in a period", { ...FPGA, "workload.period_ms": 50 }, {}, every, 0.05],
];

test.each(CASES)("metrics and errors under prices of %s equal those of a simulation", (_, chip, before, after, near) => {
  const { old, priced, fresh } = both(chip, before, after);
  for (const metric of ["energy_uj_per_inference", "power_mw", "edp_nj_s", "energy_pj_per_synaptic_operation", "area_mm2"] as const) {
    const [got, want] = [priced.metrics[metric], fresh.metrics[metric]];
    if (want === null) expect(got).toBeNull();
    else expect((got as number) / (want as number)).toBeCloseTo(1, 9);
  }
  expect(off(old, fresh)).toBeGreaterThan(0.03);
  expect(off(priced, fresh)).toBeLessThan(near);
  const powers = [priced, fresh].map(({ timed }) => timed.power.relative);
  expect(Math.abs(powers[0] - powers[1])).toBeLessThan(near * errorOf(fresh));
  const scale = Math.max(...(fresh.timed.energy.residuals as Float64Array).map(Math.abs));
  expect(priced.timed.energy.residuals?.length).toBe(8);
  for (const [i, want] of (fresh.timed.energy.residuals as Float64Array).entries())
    expect(Math.abs((priced.timed.energy.residuals as Float64Array)[i] - want)).toBeLessThan(Math.max(near, 1e-3) * scale);
  expect(priced.timed.latency).toEqual(fresh.timed.latency);
});

test.each(CASES)(
  "without stored values of single utterances, errors under prices of %s are nearly the same",
  (_, chip, before, after, near) => {
    const { priced, fresh } = both(chip, before, after, { timedEnergyPj: undefined, timedLatencyCycles: undefined });
    expect(priced.timed.energy.residuals).toBeNull();
    expect(off(priced, fresh)).toBeLessThan(near + 0.05);
  },
);

test("prices that change no energy change no error, to the last bit", () => {
  const { old, priced } = both(PERIOD, {}, own("router_area_mm2", 1));
  expect(priced.timed).toEqual(old.timed);
});
