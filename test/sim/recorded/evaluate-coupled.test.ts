/**
 * Points of coupled chips: recorded RTL runs as metrics, measured prices compared with published power, unknown values.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CoupledChip, type CoupledExperiment, ofKind, patchCoupledChip, readDescription } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { evaluateCoupled } from "../../../sim/recorded/evaluate-coupled.js";
import { caseFiles } from "../../../sim/recorded/read-case.js";
import { casesOf, runCoupled, runOnInput } from "../../../sim/recorded/registry.js";
import { readCoupledChip } from "../../../sim/recorded/shipped-chip.js";
import { usualAndLong } from "../../usual.js";

const root = packageRoot();
const provenance = { modelHash: "m", dataHash: "d" };
type Files = ReadonlyMap<string, string>;
type Numbers = { readonly [name: string]: number };
/** Summaries of all designs; each has a part of it. */
interface Recorded {
  readonly totals: Numbers;
  readonly last_event_cycle: number;
  readonly done_cycle: number;
  readonly accum_cycles: number;
  readonly quiescent: boolean;
  readonly total_cycles: number;
  readonly spikes: number;
  readonly fifo_pops: number;
  readonly fifo_push_dropped: number;
}
const registered = (chip: CoupledChip, files: Files): CoupledChip => casesOf(chip).withRegisters(chip, files);
const onCase = (chip: CoupledChip): CoupledExperiment => ({ chip, workload: { kind: "case", folder: "x", limitCycles: null } });

const cases = ["tinyodin", "odin", "ranc", "snndse_fc"].flatMap((design) =>
  readdirSync(join(root, "test/conformance", design, "cases")).map(
    (name) => [design.replace("snndse_fc", "snn-dse"), design, name] as const,
  ),
);

test.each(cases)("%s: metrics of the case %s/%s equal the recorded numbers", (model, design, name) => {
  const files = caseFiles(join(root, "test/conformance", design, "cases", name));
  const recorded = JSON.parse(files.get("summary.json") as string) as Recorded;
  const chip = readCoupledChip(model);
  const { metrics, breakdown } = evaluateCoupled(onCase(registered(chip, files)), files, provenance).result;
  if (model === "ranc") {
    const { totals } = recorded;
    expect(metrics.spikes_fired).toBe(totals.spikes);
    expect(metrics.events_processed).toBe(totals.sched_writes + totals.outputs);
    expect(metrics.synaptic_operations_per_inference ?? totals.synaptic_ops).toBe(totals.synaptic_ops);
    if (metrics.latency_cycles !== null) expect(metrics.latency_cycles).toBe(recorded.last_event_cycle + 1);
  } else if (model === "snn-dse") {
    expect(metrics.latency_cycles).toBe(recorded.done_cycle + 1);
    expect(metrics.events_processed).toBe(recorded.accum_cycles);
    expect(metrics.spikes_fired).toBeNull();
  } else {
    expect(metrics.latency_cycles).toBe(recorded.quiescent ? recorded.total_cycles : null);
    expect(metrics.spikes_fired).toBe(recorded.spikes);
    expect(metrics.events_processed).toBe(recorded.fifo_pops);
    expect(metrics.events_dropped).toBe(recorded.fifo_push_dropped);
    expect(metrics.core_utilisation_percent).toBeLessThanOrEqual(100);
  }
  expect([metrics.area_mm2, metrics.accuracy_percent]).toEqual([null, null]);
  if (model !== "odin") expect([metrics.energy_uj_per_inference, breakdown.length]).toEqual([null, 0]);
});

test("the shipped example, unchanged, equals its recorded RTL run", () => {
  const file = join(root, "arch/examples/tinyodin-fifo.yaml");
  const experiment = ofKind<CoupledExperiment | null>(readDescription(file).experiment, {
    board: () => null,
    coupled: (coupled) => coupled,
  });
  if (experiment?.workload.kind !== "case") throw new Error("is no coupled case");
  const files = caseFiles(join(root, "arch/examples", experiment.workload.folder));
  const recorded = join(root, "test/conformance/tinyodin/cases/rec64_closed");
  for (const [name, text] of files) expect(readFileSync(join(recorded, name), "utf8"), name).toBe(text);
  const summary = JSON.parse(readFileSync(join(recorded, "summary.json"), "utf8")) as { [key: string]: number };
  const { metrics } = evaluateCoupled(experiment, files, provenance).result;
  expect(metrics.latency_cycles).toBe(summary.total_cycles);
  expect([metrics.spikes_fired, metrics.events_dropped]).toEqual([summary.spikes, summary.fifo_push_dropped]);
});

const synthetic = { kind: "synthetic", seed: 1, events: 200, density: 0, gapCycles: 1, limitCycles: 400_000 } as const;

describe("prices", () => {
  test("a saturated ODIN draws its published 477 uW within 3 %, and its rows sum to its energy", () => {
    const chip = readCoupledChip("odin");
    const { metrics, breakdown } = evaluateCoupled(
      { chip: { ...chip, loop: "open" } as CoupledChip, workload: synthetic },
      new Map(),
      provenance,
    ).result;
    expect(metrics.power_mw as number).toBeGreaterThan(0.477 * 0.97);
    expect(metrics.power_mw as number).toBeLessThan(0.477 * 1.03);
    const sumPj = breakdown.reduce((sum, row) => sum + (row.energyPj as number), 0);
    expect(metrics.energy_uj_per_inference).toBe(sumPj * 1e-6);
    const timeUs = (metrics.latency_cycles as number) / 75;
    const operations = metrics.synaptic_operations_per_inference as number;
    // the inputs without sweep are virtual events, one neuron each
    const virtual = 200 - operations / 256;
    expect(virtual).toBeGreaterThan(20);
    expect(sumPj).toBeCloseTo((operations + virtual) * 8.43 + (27.3 + 1.78 * 75) * timeUs, 3);
    expect(metrics.latency_us).toBe(timeUs);
  });

  test.each([
    ["allbist", null, 8192],
    ["learn_open", 8.43, 0],
  ])("ODIN's recorded run %s: accesses without a published price make its energy unknown, and none is free", (name, each, words) => {
    const files = caseFiles(join(root, "test/conformance/odin/cases", name));
    const { metrics, breakdown } = evaluateCoupled(onCase(registered(readCoupledChip("odin"), files)), files, provenance).result;
    const rows = (files.get("ops.csv") as string)
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));
    const sum = (column: number, states: readonly string[]): number =>
      rows.filter(([, , state]) => states.includes(state ?? "")).reduce((total, row) => total + Number(row[column]), 0);
    expect(sum(7, ["BIST"])).toBe(words);
    const row = (component: string) => breakdown.find((one) => one.component === component);
    expect(row("synaptic operations")?.count).toBe(sum(5, ["POP_NEUR", "SYNAPSE"]));
    expect(row("neuron updates without a synapse")?.count).toBe(sum(5, ["TREF", "POP_VIRT"]));
    // a word takes two cycles
    expect(row("cycles of bistability")).toEqual(words === 0 ? undefined : expect.objectContaining({ count: 2 * words, energyPj: null }));
    for (const value of [metrics.energy_uj_per_inference, metrics.power_mw, metrics.energy_pj_per_synaptic_operation, metrics.edp_nj_s])
      if (each === null) expect(value).toBeNull();
      else expect(value as number).toBeGreaterThan(0);
    expect(row("neuron updates without a synapse")?.unitEnergyPj).toBe(8.43);
  });

  test.each(["odin", "sne", "truenorth-like"])("clock, tick rate and prices of %s that no chip has are refused", (name) => {
    const chip = readCoupledChip(name);
    const paths = Object.keys("power" in chip ? (chip.power ?? {}) : {}).filter((key) => key !== "cores");
    expect(paths.length).toBeGreaterThan(1);
    for (const key of paths)
      for (const value of [/mhz$|_hz$/.test(key) && !key.startsWith("idle") ? 1e-300 : -1, 1e300])
        expect(() => patchCoupledChip(chip, { [`power.${key}`]: value }), `${key} ${value}`).toThrow(/must be at (least|most)/);
  });

  test("a run that reaches its limit has power, but no latency and no energy per inference", () => {
    const chip = readCoupledChip("odin");
    const { metrics, breakdown } = evaluateCoupled({ chip, workload: { ...synthetic, limitCycles: 3000 } }, new Map(), provenance).result;
    expect([metrics.latency_cycles, metrics.latency_us, metrics.energy_uj_per_inference, metrics.edp_nj_s]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(breakdown).toEqual([]);
    expect(metrics.power_mw as number).toBeGreaterThan(0.1);
  });

  test("a grid of a tick chip has its cores' share of the static power", () => {
    const chip = { ...readCoupledChip("truenorth-like"), neurons: 8, axons: 8 } as CoupledChip;
    if (chip.model !== "ranc" || chip.power === null) throw new Error("the chip has no prices");
    const workload = { ...synthetic, events: 5, density: 0.5, limitCycles: 400_000 };
    const { metrics, breakdown } = evaluateCoupled({ chip, workload }, new Map(), provenance).result;
    // the last of five packets, at most two cycles apart, comes before the second tick, which four others follow
    const ticks = 1 + 4;
    const live = chip.grid.width * chip.grid.height - 1;
    const timeUs = (ticks * 1e6) / chip.power.tick_hz;
    const staticPj = (chip.power.static_mw * 1e3 * live * timeUs) / chip.power.cores;
    const runs = runCoupled(chip, { kind: "synthetic", request: workload }, (same) => same);
    const totalPj = staticPj + runs["totals.synaptic_ops"] * chip.power.synaptic_operation_pj;
    expect((metrics.power_mw as number) / ((totalPj / timeUs) * 1e-3)).toBeCloseTo(1, 12);
    expect(metrics.latency_us).toBe(timeUs);
    expect(breakdown.map((row) => row.component)).toEqual(["synaptic operations", "static power"]);
  });

  test("SNE's energy is unknown without leakage and power of the clock; with them, a clock ten times slower draws their power for longer", () => {
    const workload = { ...synthetic, events: 3, density: 0.5 };
    const at = (power: { readonly [path: string]: number }) =>
      evaluateCoupled({ chip: patchCoupledChip(readCoupledChip("sne"), power), workload }, new Map(), provenance).result;
    const { metrics, breakdown } = at({});
    expect([metrics.energy_uj_per_inference, metrics.power_mw, metrics.edp_nj_s, metrics.energy_pj_per_synaptic_operation]).toEqual([
      ...[null, null, null, null],
    ]);
    expect(metrics.latency_us).toBe((metrics.latency_cycles as number) / 400);
    expect(breakdown.map(({ energyPj }) => energyPj !== null)).toEqual([true, false]);
    const full = { "power.leakage_uw": 100, "power.idle_uw_per_mhz": 2 };
    expect(at({ "power.leakage_uw": 100 }).metrics.power_mw).toBeNull();
    const [fast, slow] = [full, { ...full, "power.clock_mhz": 40 }].map((power) => at(power).metrics);
    const operations = (fast.synaptic_operations_per_inference as number) * 0.221;
    const cycles = fast.latency_cycles as number;
    expect((fast.energy_uj_per_inference as number) * 1e6).toBeCloseTo(operations + cycles * (100 / 400 + 2), 6);
    expect((slow.energy_uj_per_inference as number) * 1e6).toBeCloseTo(operations + cycles * (100 / 40 + 2), 6);
  });

  test("where a tick has a time, the same packets take the same ticks on cores of all sizes; a sweep that does not fit is refused", () => {
    const tick_cycles = 400;
    const at = (sizes: { readonly [path: string]: number }) =>
      patchCoupledChip(readCoupledChip("truenorth-like"), { neurons: 16, axons: 16, "power.tick_cycles": tick_cycles, ...sizes });
    const workload = { ...synthetic, events: 50, density: 0.5, gapCycles: 20, limitCycles: 100_000 };
    const timed = [{}, { axons: 4 }, { neurons: 8 }, { neurons: 2, axons: 2 }, { neurons: 22, axons: 16 }].map((sizes) => {
      const { metrics, breakdown } = evaluateCoupled({ chip: at(sizes), workload }, new Map(), provenance).result;
      return [metrics.latency_us, breakdown.find(({ component }) => component === "static power")?.energyPj];
    });
    for (const one of timed) expect(one).toEqual(timed[0]);
    // 50 gaps of 20 cycles in the mean, then four ticks
    expect(timed[0][0]).toBeGreaterThan(1000 * (1 + 4));
    expect(timed[0][0]).toBeLessThan(1000 * ((2 * 50 * 20) / tick_cycles + 1 + 4));
    // 22 x 18 + 4 cycles are 400, 22 x 19 + 4 are more
    expect(() => at({ neurons: 22, axons: 17 })).toThrow(/power.tick_cycles: got 400, less than a core's sweep of 422 cycles/);
    expect(() => at({ "grid.width": 3, "power.cores": 1 })).toThrow(/power.cores: got 1, fewer than the grid's 2/);
  });
});

test("a RANC run has a latency just if its limit leaves room for every packet and tick, and then no limit changes it", () => {
  const met = { done: 0, cut: 0 };
  for (const [seed, events, gapCycles] of [
    [1, 5, 20],
    [2, 40, 3],
    [3, 12, 200],
    [4, 1, 1],
  ]) {
    const chip = { ...readCoupledChip("ranc"), neurons: 8, axons: 8 } as CoupledChip;
    const at = (limitCycles: number) =>
      evaluateCoupled({ chip, workload: { kind: "synthetic", seed, events, density: 0.5, gapCycles, limitCycles } }, new Map(), provenance);
    const whole = at(100_000).result.metrics;
    const latency = whole.latency_cycles as number;
    for (const limit of [1, 5, 40, latency - 500, latency - 100, latency - 1, latency, latency + 1, 2 * latency, 1_000_000]) {
      if (limit < 1) continue;
      const { result, counters } = at(limit);
      if (limit < latency) {
        expect(result.metrics.latency_cycles, `seed ${seed}, limit ${limit} of ${latency}`).toBeNull();
        met.cut++;
      } else {
        expect(result.metrics, `seed ${seed}, limit ${limit}`).toEqual(whole);
        met.done++;
      }
      expect(counters.cycles).toBe(Math.min(limit, latency));
      expect(result.metrics.core_utilisation_percent).toBeLessThanOrEqual(100);
    }
    // all packets are written before the last tick's end
    expect(whole.events_processed).toBeGreaterThanOrEqual(events);
  }
  expect(Math.min(met.done, met.cut)).toBeGreaterThan(12);
});

for (const [some, options] of usualAndLong(readdirSync(join(root, "test/conformance/ranc/cases")), (name) => name === "grid6_16"))
  test.each(some)("RANC's links carry the packets of the recorded run %s", options, (name) => {
    const files = caseFiles(join(root, "test/conformance/ranc/cases", name));
    const chip = registered(readCoupledChip("ranc"), files);
    if (chip.model !== "ranc") throw new Error("is no grid");
    const { result, counters } = evaluateCoupled(onCase(chip), files, provenance);
    const { utilisation, metrics } = result;
    const recorded = new Map<string, number>();
    const last = new Map<string, number>();
    for (const row of (files.get("trace.csv") as string).trim().split("\n").slice(1)) {
      const [cycle, core, event, a = ""] = row.split(",");
      const port =
        event === "HOP"
          ? (/^(east|west|north|south)_out$/.exec(a)?.[1] ?? null)
          : /^(SCHED_WR|SCHED_DROP|OUT)$/.test(event ?? "")
            ? `core ${core}`
            : null;
      if (port === null) continue;
      const link = `${core} ${port}`;
      recorded.set(link, (recorded.get(link) ?? 0) + 1);
      // a packet takes its link for two cycles: the RTL never sent two at a shorter distance
      expect(Number(cycle) - (last.get(link) ?? Number.NEGATIVE_INFINITY), link).toBeGreaterThanOrEqual(2);
      last.set(link, Number(cycle));
    }
    const { width, height } = chip.grid;
    expect(utilisation.links).toHaveLength(width * height + 2 * (width - 1) * height + 2 * width * (height - 1));
    for (const { router, port, flitsPerCycle } of utilisation.links)
      expect(flitsPerCycle * counters.cycles, `${router} ${port}`).toBeCloseTo(recorded.get(`${router} ${port}`) ?? 0, 6);
    const peak = Math.max(...utilisation.links.map((link) => link.flitsPerCycle));
    expect(metrics.peak_link_utilisation_percent).toBeCloseTo(2 * 100 * peak, 9);
    expect(peak).toBeGreaterThan(0);
  });

test("a layer's synaptic operations are those of its neurons: lanes without a neuron, and the group too many, add none", () => {
  const workload = { ...synthetic, events: 3, density: 0.02 };
  const at = (lanes: number) => {
    const chip = { ...readCoupledChip("snn-dse"), layer_neurons: 20, lanes } as CoupledChip;
    const { trace } = runOnInput(chip, { kind: "synthetic", request: workload });
    const accumulated = (trace as string).split("\n").flatMap((row) => (row.split(",")[1] === "ACCUM" ? [Number(row.split(",")[4])] : []));
    const met = accumulated.reduce((sum, group) => sum + Math.min(lanes, Math.max(0, 20 - group * lanes)), 0);
    const { metrics } = evaluateCoupled({ chip, workload }, new Map(), provenance).result;
    expect(metrics.synaptic_operations_per_inference, `${lanes} lanes`).toBe(met);
    return met;
  };
  const met = [1, 3, 4, 20, 21, 65536].map(at);
  expect(new Set(met).size).toBe(1);
  expect(met[0]).toBeGreaterThan(0);
});

test("no limit after its end changes what is said of a run of SNE", () => {
  const at = (limitCycles: number) =>
    evaluateCoupled(
      { chip: readCoupledChip("sne"), workload: { ...synthetic, events: 5, density: 0.5, limitCycles } },
      new Map(),
      provenance,
    );
  const { result, counters } = at(100_000);
  const latency = result.metrics.latency_cycles as number;
  expect(counters.cycles).toBe(latency);
  expect(result.metrics.core_utilisation_percent).toBeGreaterThan(1);
  for (const limit of [latency + 50, 10_000_000]) expect(at(limit).result).toEqual(result);
});
