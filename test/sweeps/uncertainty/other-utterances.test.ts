/** D3: what another choice of timed utterances moves has an interval, or is named as having none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { patchDocument, readArch, readModel, resolveModelPath, type SampleSet } from "../../../arch/index.js";
import { square } from "../../../base/math.js";
import { packageRoot } from "../../../base/package-root.js";
import { evaluatePoint, METRICS, type MetricName, prepareFunctional, type Result } from "../../../sim/index.js";
import { Draws, type Intervals, intervalsOf, type UncertainPoint, uncertainPoint } from "../../../sweeps/index.js";
import { loadDataset } from "../../../training/index.js";

const file = join(packageRoot(), "arch", "examples", "edge.yaml");
const parsed = readArch(file);
const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });
/** The same rows as utterances of 14, 28 and 42 rows in turn: three of them have those of three digits. */
const uneven: SampleSet = {
  ...digits,
  hash: `${digits.hash.slice(1)}0`,
  frameStart: digits.frameStart.map((start, u) => start - [0, 14, 14][u % 3]),
};
const SEEDS = 12;
const names = Object.keys(METRICS) as MetricName[];

interface Simulated extends Pick<UncertainPoint, "timed"> {
  readonly result: Result;
  readonly intervals: Intervals;
}

function simulated(samples: SampleSet, seed: number, values: { readonly [path: string]: number } = {}): Simulated {
  const experiment = patchDocument(parsed, { "workload.samples": 16, "workload.timing_samples": 8, "workload.seed": seed, ...values });
  const { result } = evaluatePoint(experiment, prepareFunctional(experiment, model.network, model.hash, samples));
  const point = uncertainPoint(experiment, { id: 1, ...result }, result);
  return { result, timed: point.timed, intervals: intervalsOf(point, new Draws(1000, 1)) };
}

describe.each([
  ["one length", digits],
  ["three lengths", uneven],
] as const)(`of ${SEEDS} choices of 8 utterances of %s`, (lengths, samples) => {
  const found = Array.from({ length: SEEDS }, (_, k) => simulated(samples, k + 1));
  const valuesOf = (name: MetricName): readonly number[] => found.map(({ result }) => result.metrics[name] as number);

  test("each metric that varies has an interval, or docs/prices.md says that it has none", () => {
    const text = readFileSync(join(packageRoot(), "docs", "prices.md"), "utf8");
    const [, none = ""] = /\nNo interval: ([\s\S]*?)\.\n/.exec(text) ?? [];
    const named = Array.from(none.matchAll(/`(\w+)`/g), ([, name]) => name);
    const bare = names.filter((name) => new Set(valuesOf(name)).size > 1 && found.every(({ intervals }) => intervals[name] === undefined));
    expect(bare.length).toBeGreaterThan(3);
    expect(named).toEqual(expect.arrayContaining(bare));
    for (const name of named) expect(found[0].intervals).not.toHaveProperty(name);
  });

  test.each(["latency_us", "step_latency_us", "throughput_per_s"] as const)("nearly all intervals of %s hold its mean", (name) => {
    const values = valuesOf(name);
    const mean = values.reduce((sum, value) => sum + value, 0) / SEEDS;
    const holds = found.filter(({ intervals }) => (intervals[name]?.low ?? mean) < mean && mean < (intervals[name]?.high ?? mean));
    expect(holds.length).toBeGreaterThanOrEqual(9);
    for (const [k, { intervals }] of found.entries()) {
      expect(intervals[name]?.low).toBeLessThan(values[k]);
      expect(intervals[name]?.high).toBeGreaterThan(values[k]);
    }
  });

  test("the error of power is that of a jackknife over the utterances: of the ratio of their energies and times", () => {
    for (const { result, timed } of found) {
      const { timedEnergyPj: energies = [], timedLatencyCycles: latencies = [] } = result.provenance;
      const sumOf = (values: readonly number[], without = -1): number =>
        values.reduce((sum, value, i) => sum + (i === without ? 0 : value), 0);
      const { power_mw: power, energy_uj_per_inference: energy, latency_cycles, latency_us } = result.metrics;
      const runCycles = ((energy ?? 0) * 1e3 * (latency_cycles ?? 0)) / (power ?? 0) / (latency_us ?? 0);
      const times = latencies.map((cycles) => cycles + runCycles - (latency_cycles ?? 0));
      const without = energies.map((_, i) => sumOf(energies, i) / sumOf(times, i) / (sumOf(energies) / sumOf(times)));
      const mean = sumOf(without) / 8;
      const expected = Math.sqrt((7 / 8) * sumOf(without.map((each) => square(each - mean))));
      expect(expected).toBeGreaterThan(0.0005);
      expect(Math.abs(timed.power.relative / expected - 1)).toBeLessThan(0.15);
    }
  });

  test("a step is as sure as its utterances' latency if they are equally long, and surer if they are not", () => {
    const mixed = lengths === "one length" ? found : found.filter(({ result }) => new Set(result.provenance.timedSteps).size === 3);
    expect(mixed.length).toBeGreaterThan(6);
    for (const { result, intervals } of mixed) {
      const widthOf = (name: MetricName): number =>
        ((intervals[name]?.high ?? 0) - (intervals[name]?.low ?? 0)) / (result.metrics[name] ?? 0);
      const share = widthOf("step_latency_us") / widthOf("latency_us");
      if (lengths === "one length") expect(share).toBeCloseTo(1, 9);
      else expect(share).toBeLessThan(0.75);
    }
  });
});

test("on a chip of global ticks power is no surer than the energy: each utterance takes the same time", () => {
  const { timed, result } = simulated(digits, 1, { "tick.period_us": 100 });
  expect(new Set(result.provenance.timedLatencyCycles).size).toBe(1);
  expect(timed.energy.relative).toBeGreaterThan(0.01);
  expect(timed.power.relative / timed.energy.relative).toBeCloseTo(1, 5); // to the digits of stored energies
});
