/**
 * A result is stored only if it is possible: each number of a real one is changed in turn, and the rule that it breaks
 * is named.
 */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import type { Functional } from "../../sim/functional/index.js";
import { brokenInvariant, type Counters, evaluatePoint, FPGA_METRICS, METRICS, prepareFunctional, type Result } from "../../sim/index.js";
import { packReplay, unpackReplay } from "../../sweeps/engine/packed-replay.js";
import work from "../../sweeps/engine/worker.js";
import { loadDataset } from "../../training/index.js";

type Writable<T> = T extends Float64Array
  ? T
  : T extends object
    ? { -readonly [key in keyof T]: Writable<T[key]> }
    : T extends number
      ? number | null
      : T;
type Spoil = (result: Writable<Result>, counters: Writable<Counters>) => void;

const experiment = patchDocument(readArch(join(packageRoot(), "arch/examples/edge.yaml")), {
  "workload.samples": 20,
  "workload.timing_samples": 2,
});

describe("a result of edge.yaml", () => {
  let functional: Functional;
  let result: Result;
  let counters: Counters;
  beforeAll(() => {
    const { network } = readModel(resolveModelPath(experiment.network.model, "edge.yaml"));
    functional = prepareFunctional(experiment, network, "m", loadDataset("mnist-rows", { path: null, split: "test" }));
    const evaluation = evaluatePoint(experiment, functional);
    result = evaluation.result;
    counters = evaluation.timing.total;
  });
  const spoilt = (spoil: Spoil): string | null => {
    const [copy, counts] = [structuredClone(result) as Writable<Result>, structuredClone(counters) as Writable<Counters>];
    spoil(copy, counts);
    return brokenInvariant(copy as Result, counts as Counters);
  };
  const energy = (row: Writable<Result>["breakdown"][number]): boolean => (row.energyPj ?? 0) > 0 && row.count !== null;

  test("a real result breaks no rule", () => {
    expect(spoilt(() => {})).toBeNull();
  });

  test.each(Object.keys(METRICS) as (keyof typeof METRICS)[])("%s can be neither NaN, infinite nor negative", (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e308, -1e-300])
      expect(spoilt(({ metrics }) => (metrics[name] = value))).toContain(`${name} is ${value}`);
  });

  test("metrics of every chip of the library must be known; accuracy without labels, throughput at hard ticks, and spreads of one utterance may be unknown", () => {
    const unknown = Object.keys(METRICS).filter((name) => spoilt(({ metrics }) => (metrics[name as keyof typeof METRICS] = null)) === null);
    const some = ["accuracy_percent", "throughput_per_s", "energy_std_uj", "latency_std_us", "energy_pj_per_synaptic_operation"];
    expect(unknown).toEqual([...some, ...FPGA_METRICS]);
  });

  test.each<[what: string, spoil: Spoil, rule: RegExp]>([
    ["accuracy above 100", ({ metrics }) => (metrics.accuracy_percent = 100.1), /accuracy_percent is 100.1, more than 100/],
    ["no area", ({ metrics }) => (metrics.area_mm2 = 0), /area_mm2 is 0/],
    ["energy apart from its rows", ({ metrics }) => (metrics.energy_uj_per_inference = 1e-9), /edp_nj_s is .* energy times latency/],
    [
      "energy and its products apart from the rows",
      ({ metrics }) => Object.assign(metrics, { energy_uj_per_inference: 1, edp_nj_s: (metrics.latency_us as number) * 1e-3 }),
      /energy_uj_per_inference is 1, but the \d+ rows/,
    ],
    ["a row less", ({ breakdown }) => breakdown.splice(breakdown.findIndex(energy), 1), /rows of its breakdown sum to/],
    ["no rows", ({ breakdown }) => breakdown.splice(0), /the 0 rows of its breakdown/],
    ["area rows lost", (all) => (all.breakdown = all.breakdown.filter(({ group }) => group !== "area")), /area_mm2 is .* 0 rows/],
    [
      "a price not its own",
      ({ breakdown }) => Object.assign(breakdown.find(energy) ?? {}, { unitEnergyPj: 7 }),
      /but count times price is/,
    ],
    ["a negative row", ({ breakdown }) => (breakdown[0].energyPj = -1), /energyPj of .* is -1/],
    ["half a cycle", (_, counts) => (counts.cycles = 0.5), /the counter cycles is 0.5/],
    ["half a read", (_, { cores }) => (cores[0] += 0.5), /the counter cores\[0\]/],
    ["a busy cycle too many", (_, { cores }) => cores[16]++, /the synapse unit of core 0 has \d+ cycles of/],
    ["a link lost", (_, counts) => (counts.links = counts.links.slice(1)), /the counters of links are/],
    ["half a spike", ({ operations }) => (operations.layers[0].spikes = 0.5), /spikes of .* is 0.5/],
    ["more than all the time", ({ utilisation }) => (utilisation.cores[0].somaBusy = 1.01), /core 0 is busy for/],
    ["an utterance more", ({ provenance }) => provenance.timedUtterances.push(7), /3 utterances of 20 are timed, and 2 were counted/],
    ["a timed value lost", ({ provenance }) => provenance.timedEnergyPj?.pop(), /2 utterances are timed, with the values [\d.]+$/],
    [
      "a timed value below 0",
      ({ provenance }) => provenance.timedLatencyCycles?.splice(0, 1, -1),
      /2 utterances are timed, with the values -1, \d+$/,
    ],
  ])("the fault is detected: %s", (_what, spoil, rule) => {
    expect(spoilt(spoil)).toMatch(rule);
  });

  test("a worker returns a point that breaks a rule as failed, with the rule as its reason", async () => {
    const whole = await work({ kind: "point", experiment, functional, replay: null, placement: null });
    if (whole.kind !== "replayed" || whole.replay === null) throw new Error("no replay");
    const { topology } = functional.trace;
    const { placement, timing } = unpackReplay(whole.replay, topology);
    const spoiltTiming = { ...timing, latencyCycles: timing.latencyCycles.map(() => Number.NaN) };
    const replay = packReplay({ placement, timing: spoiltTiming }, topology);
    expect(await work({ kind: "point", experiment, functional, replay, placement: null })).toMatchObject({
      ...{ kind: "failed", code: "INVARIANT", retryable: false },
      reason: expect.stringContaining("latency_us is NaN"),
    });
  });
});
