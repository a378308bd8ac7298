/**
 * Energy between inferences by closed forms of the run's own lines: leakage and clocks by `chip.idle` and by stated
 * shares.
 */
import { describe, expect, test } from "vitest";
import { type Experiment, parseArch, patchDocument, readModel, resolveModelPath } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { RETENTION } from "../../sim/activity.js";
import { evaluatePoint, functionalKey, prepareFunctional, priceErrors, type Result, replayTraits } from "../../sim/index.js";
import { linePrice } from "../../sim/price-lines.js";
import { clockedRest, REST } from "../../sim/rest.js";
import { intervalsOf } from "../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../sweeps/uncertainty/draws.js";
import { uncertainPoint } from "../../sweeps/uncertainty/uncertain-point.js";
import { loadDataset } from "../../training/index.js";

const parsed = parseArch("version: 1\nextends: mesh-2x2\nworkload: { samples: 20, timing_samples: 1 }\n", "a.yaml");
const model = readModel(resolveModelPath(parsed.experiment.network.model, "a.yaml"));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });
const at = (values: { readonly [path: string]: Json }): Experiment => patchDocument(parsed, values);
const functional = prepareFunctional(parsed.experiment, model.network, "m", digits);
const resultOf = (values: { readonly [path: string]: Json }): Result => evaluatePoint(at(values), functional).result;
const line = ({ breakdown }: Result, component: string): number => breakdown.find((row) => row.component === component)?.energyPj ?? 0;
const PERIOD_MS = 5;

describe.each(["clocked", "clock-gated", "power-gated"] as const)("%s", (idle) => {
  const alone = resultOf({ "chip.idle": idle });
  const always = resultOf({ "chip.idle": idle, "workload.period_ms": PERIOD_MS });
  /** Time between inferences / time of an inference. */
  const ratio = (PERIOD_MS * 1000) / (alone.metrics.latency_us as number) - 1;

  test("the run's lines, counts and cycles do not change; the lines between inferences sum to the difference", () => {
    const own = always.breakdown.filter(({ component }) => !component.endsWith(REST));
    expect(own).toEqual(alone.breakdown);
    const added = always.breakdown
      .filter(({ component }) => component.endsWith(REST))
      .reduce((sum, { energyPj }) => sum + (energyPj as number), 0);
    const energy = ({ metrics }: Result): number => metrics.energy_uj_per_inference as number;
    expect(energy(always) - energy(alone)).toBeCloseTo(added * 1e-6, 9);
    expect(always.metrics.latency_cycles).toBe(alone.metrics.latency_cycles);
    expect(always.metrics.power_mw).toBeCloseTo(energy(always) / PERIOD_MS, 12);
  });

  test("leakage and clocks between inferences follow the idle mode", () => {
    const logic = idle === "power-gated" ? 0 : 1;
    for (const part of ["queue", "control", "datapath", "router"])
      expect(line(always, `${part} leakage${REST}`), part).toBeCloseTo(
        idle === "power-gated" ? 0 : logic * ratio * line(alone, `${part} leakage`),
        6,
      );
    for (const clock of ["core clock", "router clock", "write queue clock"])
      expect(line(always, `${clock}${REST}`) / (idle === "clocked" ? ratio * line(alone, clock) : 1), clock).toBeCloseTo(
        idle === "clocked" ? 1 : 0,
        9,
      );
    // for memories: full leakage is that of the same chip if only its clocks are gated
    const full = line(resultOf({ "chip.idle": "clock-gated" }), "synapse memory leakage") * ratio;
    expect(line(always, `synapse memory leakage${REST}`)).toBeCloseTo(full * (idle === "power-gated" ? RETENTION : 1), 3);
    expect(line(always, `link leakage${REST}`)).toBeCloseTo(ratio * line(alone, "link leakage"), 6);
  });
});

test.each([1, 5])(
  "with a period of %i ms, power is energy over a constant: both have one interval, relative to their values",
  (periodMs) => {
    const few = patchDocument(parsed, { "workload.timing_samples": 2 });
    const run = prepareFunctional(few, model.network, "m", digits);
    const [alone, always] = [{}, { "workload.period_ms": periodMs }].map((values) => {
      const experiment = patchDocument(parsed, { "workload.timing_samples": 2, ...values });
      const { result } = evaluatePoint(experiment, run);
      const { metrics, breakdown } = result;
      const found = intervalsOf(uncertainPoint(experiment, { id: 1, metrics, breakdown }, result), new Draws(500, 1));
      return (["power_mw", "energy_uj_per_inference"] as const).map((name) => {
        const { low, high } = found[name] as { readonly low: number; readonly high: number };
        return [low, high].map((end) => end / (metrics[name] as number));
      });
    });
    for (const end of [0, 1]) expect(always[0][end]).toBeCloseTo(always[1][end], 9);
    // without a period only prices move the ratio of energy and time
    expect(alone[0][1]).toBeLessThan(alone[1][1]);
  },
);

test("stated shares replace those of the mode", () => {
  const plain = resultOf({ "workload.period_ms": PERIOD_MS });
  const shared = resultOf({ "workload.period_ms": PERIOD_MS, "workload.rest.logic_percent": 10, "workload.rest.memory_percent": 25 });
  for (const [part, share] of [
    ["datapath", 0.1],
    ["router", 0.1],
    ["state memory", 0.25],
    ["parameter memory", 0.25],
  ] as const)
    expect(line(shared, `${part} leakage${REST}`)).toBeCloseTo(share * line(plain, `${part} leakage${REST}`), 6);
});

test("a period shorter than an inference, and shares without a period, are refused", () => {
  expect(() => resultOf({ "workload.period_ms": 0.05 })).toThrow(
    /PERIOD_TOO_SHORT: the longest timed inference needs .* ms, has 0.05 ms; set workload.period_ms: 0\.\d+/,
  );
  expect(() => parseArch("version: 1\nextends: mesh-2x2\nworkload: { rest: { logic_percent: 5 } }\n", "a.yaml")).toThrow(
    /workload.rest: is given without workload.period_ms/,
  );
});

test("the longest of the timed inferences must end within the period, not only their mean", () => {
  const several = { "workload.timing_samples": 8 };
  const own = prepareFunctional(at(several), model.network, "m", digits);
  const run = (values: { readonly [path: string]: Json }) => evaluatePoint(at({ ...several, ...values }), own);
  const { latencyCycles } = run({}).timing;
  const longest = Math.max(...latencyCycles);
  const mean = latencyCycles.reduce((sum, cycles) => sum + cycles, 0) / latencyCycles.length;
  expect(longest).toBeGreaterThan(1.02 * mean);
  const ms = (cycles: number): number => cycles / (parsed.experiment.chip.technology.clockMhz * 1000);
  expect(() => run({ "workload.period_ms": ms((mean + longest) / 2) })).toThrow(/PERIOD_TOO_SHORT/);
  expect(() => run({ "workload.period_ms": ms(longest - 1) })).toThrow(/PERIOD_TOO_SHORT/);
  expect(run({ "workload.period_ms": ms(longest) }).result.metrics.power_mw).not.toBeNull();
});

test("all periods share function and replay; a line between inferences has the errors of the part's leakage", () => {
  const [a, b] = [at({}), at({ "workload.period_ms": 9 })];
  expect(functionalKey(a, "m", "d")).toBe(functionalKey(b, "m", "d"));
  expect(replayTraits(a, { key: "t" })).toEqual(replayTraits(b, { key: "t" }));
  expect(linePrice(`synapse memory leakage${REST}`)).toBe("synapse_memory_leakage_mw");
  const errors = priceErrors(b.chip);
  expect(errors.get(`synapse memory leakage${REST}`)).toEqual(errors.get("synapse memory leakage"));
});

test("logic that is off between inferences while clocks run is warned of, since it pays them; whole, gated or unset shares are not", () => {
  const told = (values: { readonly [path: string]: Json }) => clockedRest(at({ "workload.period_ms": PERIOD_MS, ...values }));
  const off = { "chip.idle": "clocked", "workload.rest.logic_percent": 0 };
  expect(line(resultOf({ "workload.period_ms": PERIOD_MS, ...off }), `core clock${REST}`)).toBeGreaterThan(0);
  expect(told(off)).toEqual([expect.stringMatching(/^workload.rest.logic_percent is 0, but with chip.idle: clocked all clocks run/)]);
  expect(told({ ...off, "workload.rest.logic_percent": 99 })).toHaveLength(1);
  for (const idle of ["clock-gated", "power-gated"]) expect(told({ ...off, "chip.idle": idle })).toEqual([]);
  expect(told({ ...off, "workload.rest.logic_percent": 100 })).toEqual([]);
  expect(told({ "chip.idle": "clocked", "workload.rest.memory_percent": 0 })).toEqual([]);
});
