/** An explanation of a described point says what the described points beside it say. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, expect, test } from "vitest";
import { rebuilding } from "../../../app/rebuilding.js";
import { type Experiment, floorPlanOf, parseArch, patchDocument, readModel, resolveModelPath } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import type { Json } from "../../../base/hash.js";
import { createRng } from "../../../base/rng.js";
import { chipLines } from "../../../cli/format/chip-drawing.js";
import { utilisationLines } from "../../../cli/format/result.js";
import { CORE_COUNTERS, coreColumn } from "../../../sim/counters.js";
import { busiestDieShare } from "../../../sim/die-links.js";
import { evaluatePoint, prepareFunctional } from "../../../sim/index.js";
import { bindingOf } from "../../../sim/observe/binding.js";
import { bottleneckOf } from "../../../sim/observe/bottleneck.js";
import { singleChanges } from "../../../sim/observe/changes.js";
import type { Explanation } from "../../../sim/observe/explain.js";
import { groupLimits } from "../../../sim/observe/group-limits.js";
import { explainRun, recordRun } from "../../../sim/observe/record.js";
import { runFrames } from "../../../sim/observe/run-page/run-frames.js";
import { chipFigure } from "../../../sweeps/index.js";
import { loadDataset } from "../../../training/index.js";
import { usualAndLong } from "../../usual.js";

const folder = mkdtempSync(join(tmpdir(), "explained-"));
afterAll(() => rmSync(folder, { recursive: true }));
const macros = join(folder, "macros.csv");
writeFileSync(
  macros,
  `macro,words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns
A,256,64,1rw,22,0.8,5200,1.9,2.2,1.1,0.5
B,1024,64,1rw,22,0.8,11000,2.5,2.9,3.7,0.65
`,
);

const WORKLOAD = "workload: { samples: 2, timing_samples: 1 }";
const parsed = parseArch(
  `version: 1\nextends: mesh-2x2\nmapping: { strategy: sequential, max_neurons_per_core: 32 }\n${WORKLOAD}\n`,
  "a.yaml",
);
const onFpga = parseArch(`version: 1\nextends: edge-core\nchip: { fpga: ecp5-45, clock_mhz: 45 }\n${WORKLOAD}\n`, "b.yaml");
const ofMacros = parseArch(
  `version: 1
extends: mesh-2x2
chip: { technology_nm: 22 }
mapping: { strategy: sequential, max_neurons_per_core: 32 }
${WORKLOAD}
prices: { macros: { mine: { file: ${JSON.stringify(macros)} } } }
tile:
  core:
    synapse_memory: { size_kib: 32, word_bits: 64, macros: mine }
    state_memory: { size_kib: 2, word_bits: 64, ports: 1rw, macros: mine }
`,
  "c.yaml",
);
const model = readModel(resolveModelPath(parsed.experiment.network.model, "a.yaml"));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });
type Values = { readonly [path: string]: Json };
const at = (values: Values, from = parsed): Experiment => patchDocument(from, values);
const functional = prepareFunctional(parsed.experiment, model.network, "m", digits);
const { trace, placedBy } = functional;
const pointOf = (values: Values, from = parsed) => evaluatePoint(at(values, from), functional);

function explained(values: Values, from = parsed): { readonly explanation: Explanation; readonly shared: ReturnType<typeof bindingOf> } {
  const experiment = at(values, from);
  const recorded = recordRun(experiment, trace, placedBy, false);
  const { total } = recorded.run;
  return {
    explanation: explainRun(experiment, trace, recorded, rebuilding(from, experiment, values)),
    shared: bindingOf(
      total,
      busiestDieShare(experiment.chip, total),
      experiment.chip.tick,
      groupLimits(experiment.chip, recorded.placement, experiment.precision, trace),
    ),
  };
}

/**
 * Expects that every gain that is told is what typing the change gives, and that typing any other change is infeasible.
 * Returns the paths told, and the numbers of told changes that move the placement, and of infeasible ones.
 */
function expectTypable(values: Values, from: typeof parsed) {
  const experiment = at(values, from);
  const recorded = recordRun(experiment, trace, placedBy, false);
  const rebuild = rebuilding(from, experiment, values);
  const { gains, next } = explainRun(experiment, trace, recorded, rebuild);
  const before = pointOf(values, from).result.metrics;
  const typed = (changes: readonly { readonly path: string; readonly to: number | string }[]) =>
    pointOf({ ...values, ...Object.fromEntries(changes.map(({ path, to }) => [path, to])) }, from);
  let moved = 0;
  for (const { changes, latencyRatio, energyRatio } of [...gains.map((gain) => ({ ...gain, changes: [gain] })), ...next]) {
    const label = `${JSON.stringify(values)} ${changes.map(({ path, to }) => `${path} ${to}`).join(", ")}`;
    const { result, placement } = typed(changes);
    const ratio = (name: "latency_cycles" | "energy_uj_per_inference"): number => Number(result.metrics[name]) / Number(before[name]);
    expect(latencyRatio, label).toBeCloseTo(ratio("latency_cycles"), 12);
    expect(energyRatio === null, label).toBe(result.metrics.energy_uj_per_inference === null);
    if (energyRatio !== null) expect(energyRatio, label).toBeCloseTo(ratio("energy_uj_per_inference"), 12);
    moved += Number(!isDeepStrictEqual(placement, recorded.placement));
  }
  const paths = gains.map(({ path }) => path);
  const others = singleChanges({ chip: experiment.chip, values: {} }, rebuild).filter(({ path }) => !paths.includes(path));
  for (const change of others) expect(() => typed([change]), change.path).toThrow(InfeasibleError);
  return { paths, moved, refused: others.length };
}

for (const [some, options] of usualAndLong(
  [
    ["without a period", {}, parsed, []],
    ["with a period", { "workload.period_ms": 20 }, parsed, []],
    ["with macros of the user's", {}, ofMacros, ["tile.core.state_memory.ports"]],
    ["on an FPGA near its clock limit", {}, onFpga, ["tile.core.state_memory.banks"]],
  ] as const,
  ([what]) => what === "with a period" || what.startsWith("with macros"),
))
  test.each(some)(
    "%s, the ratios of a change equal those of the point that is typed with it, which can be built",
    options,
    (_, values, from, refused) => {
      const { paths } = expectTypable(values, from);
      expect(paths.length).toBeGreaterThan(8);
      expect(refused.filter((path) => paths.includes(path))).toEqual([]);
    },
  );

test("if a change moves neurons, or weights and states to DRAM, its ratios are those of the point that is typed with it", {
  tags: ["long"],
}, () => {
  const rng = createRng(1, "explained chips");
  const met = { points: 0, moved: 0, dram: 0, refused: 0 };
  const spill = { "spill.to": "dram", "spill.burst_bits": 64, "spill.bandwidth_gbit_s": 100 };
  const pick = <T>(of: readonly T[]): T => of[rng.int(0, of.length - 1)];
  for (let draw = 0; draw < 14; draw++) {
    const hasDram = rng.float() < 0.5;
    const values: Values = {
      "mapping.max_neurons_per_core": 128,
      "mapping.strategy": pick(["sequential", "balanced", "min-traffic"]),
      "tile.core.max_neurons": 256,
      "tile.core.lanes": pick([2, 4, 8]),
      "tile.core.synapse_memory.size_kib": pick(hasDram ? [8, 16, 24] : [27, 27.5, 29]),
      "tile.core.state_memory.size_kib": pick(hasDram ? [1.1875, 1.25, 1.5] : [1.3125, 1.375, 1.5]),
      ...(hasDram ? spill : {}),
    };
    try {
      pointOf(values);
    } catch (error) {
      if (error instanceof InfeasibleError) continue;
      throw error;
    }
    const { moved, refused } = expectTypable(values, parsed);
    met.points++;
    met.moved += moved;
    met.dram += Number(hasDram);
    met.refused += refused;
  }
  expect(
    Object.values(met).every((count) => count > 2),
    JSON.stringify(met),
  ).toBe(true);
});

test("a change that takes longer than the period is none", () => {
  const slow = { "noc.link_cycles": 1, "barrier.base_cycles": 2 };
  const periodMs = (pointOf(slow).result.metrics.latency_us as number) / 1000;
  const free = explained(slow).explanation.gains.filter(({ latencyRatio }) => latencyRatio > 1);
  expect(free.length).toBeGreaterThan(0);
  const { gains } = explained({ ...slow, "workload.period_ms": periodMs }).explanation;
  expect(gains.filter(({ latencyRatio }) => latencyRatio > 1)).toEqual([]);
});

/** Many small cores whose spikes leave in many flits, one after the other. */
const NARROW: Values = {
  ...{ "noc.width": 4, "noc.height": 4, "noc.flit_width_bits": 4, "noc.vc_buffer_flits": 2 },
  ...{ "mapping.max_neurons_per_core": 12, "inputs.at": "cores", "tile.core.output_queue.depth": 1 },
  ...{ "tile.core.lanes": 64, "tile.core.synapse_memory.word_bits": 512, "tile.core.state_memory.word_bits": 512 },
};

for (const [some, options] of usualAndLong(
  [
    ["the links between dies", { "noc.dies.columns": 2, "noc.dies.bandwidth_gbit_s": 0.05 }, "noc.dies.bandwidth_gbit_s"],
    ["the network on chip", NARROW, "noc.flit_width_bits"],
    ["the host link", { "inputs.at": "port", "inputs.port.bandwidth_gbit_s": 0.005 }, "inputs.port.bandwidth_gbit_s"],
    ["the barrier between steps", { "barrier.base_cycles": 100_000 }, "barrier.base_cycles"],
    ["the tick", { "tick.period_us": 2000, "tick.overrun": "wait" }, null],
  ],
  ([what]) => what.startsWith("the network"),
))
  test.each(some)("%s as the limit of all cores is what an explanation and an estimate name", options, (resource, values, wider) => {
    const { explanation, shared } = explained(values);
    expect(shared).toMatchObject({ core: null, resource });
    expect(explanation.bottleneck).toEqual(shared);
    if (wider !== null) expect(explanation.gains.find(({ path }) => path === wider)?.latencyRatio).toBeLessThan(0.8);
  });

test("if a core's packets wait because its own input queue is full, the unit that empties it is named, not the network they never enter", () => {
  const full = {
    ...{ "noc.width": 1, "noc.height": 1, "inputs.at": "cores", "mapping.max_neurons_per_core": 512, "tile.core.max_neurons": 512 },
    ...{ "tile.core.synapse_memory.size_kib": 128, "tile.core.lanes": 1, "tile.core.neuron_update.cycles_per_neuron": 10 },
    ...{ "tile.core.input_queue.depth": 1, "tile.core.output_queue.depth": 1 },
  };
  const { total } = pointOf(full).timing;
  expect(total.flits).toBe(0);
  expect(total.cores[coreColumn.soma_stall_output_cycles] / total.cycles).toBeGreaterThan(0.5);
  const { explanation, shared } = explained(full);
  expect(shared).toMatchObject({ core: 0, resource: "its lanes" });
  expect(explanation.bottleneck).toEqual(shared);
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

test("in tables, drawings, figures and run pages too, the busiest link is the one that is busy for longest", () => {
  const values = { "noc.dies.columns": 2, "noc.dies.bandwidth_gbit_s": 0.05 };
  const { result, timing, placement } = pointOf(values);
  const experiment = at(values);
  const plan = floorPlanOf(experiment);
  const [share, { link }] = [busiestDieShare(experiment.chip, timing.total), bottleneckOf(experiment.chip, result)];
  if (link === null) throw new Error("no link");
  const look = { colour: false, unicode: false };
  const table = utilisationLines(look, result, plan, 16);
  const head = table.findIndex((line) => line.startsWith("router"));
  expect(table[head]).toMatch(/flits per cycle +busy/);
  expect(table[head + 2]).toMatch(new RegExp(`^ +${link.router}  ${link.port} .* ${(100 * share).toFixed(1)} %`));
  const drawing = chipLines(look, plan, result, 200).join(" ");
  expect(drawing).toContain(`hottest ${link.flitsPerCycle.toFixed(3)} flits per cycle of ${link.flitCycles} cycles each`);
  const texts = chipFigure(plan, result, "double", "", "").shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
  expect(texts).toContain(`links: busy in 0 to ${Number((100 * share).toPrecision(3))} % of cycles`);
  const { recorder } = recordRun(experiment, trace, placedBy, true);
  const frames = runFrames(recorder, experiment.chip, placement);
  const busy = frames.links.map(({ flitCycles }, l) =>
    frames.wave.reduce((sum, _, f) => sum + frames.flits[f * frames.links.length + l] * flitCycles, 0),
  );
  expect(frames.links[busy.indexOf(Math.max(...busy))]).toMatchObject({
    name: `router ${link.router} ${link.port}`,
    flitCycles: link.flitCycles,
  });
});

test("by core, twice as many of what bounds a group of synapses shorten its work, and of a part of it or of another resource do not", {
  tags: ["long"],
}, () => {
  const paths = {
    lanes: "tile.core.lanes",
    "weight words": "tile.core.synapse_memory.word_bits",
    "accumulator words": "tile.core.state_memory.word_bits",
  } as const;
  const names = Object.keys(paths) as (keyof typeof paths)[];
  const met = new Set<string>();
  const unlike = { cores: 0, bits: 0 };
  let mixed = 0;
  for (const [values, more] of [
    [[4, 64, 128], {}],
    [[16, 32, 256], {}],
    [[32, 128, 64], {}],
    [[8, 64, 256], {}],
    [[4, 64, 64], {}],
    [[8, 128, 128], {}],
    [[12, 64, 1024], { "precision.layers.readout.weight_bits": 4 }],
    [[16, 64, 1024], { "precision.layers.readout.weight_bits": 2 }],
    [[16, 64, 1024], { "chip.weight_format": "rows" }],
    [[4, 64, 1024], { "chip.weight_format": "rows" }],
    [[64, 512, 2048], { "noc.width": 4, "noc.height": 4, "mapping.max_neurons_per_core": 25 }],
  ] as const) {
    const told = { ...more, ...Object.fromEntries(names.map((name, i) => [paths[name], values[i]])) };
    const { chip, precision } = at(told);
    const { placement } = pointOf(told);
    const limitAt = groupLimits(chip, placement, precision, trace);
    const work = (doubled: readonly string[]): readonly number[] => {
      const wider = names.map((name, i) => [paths[name], values[i] * (doubled.includes(name) ? 2 : 1)] as const);
      const { cores } = pointOf({ ...more, ...Object.fromEntries(wider) }).timing.total;
      return chip.cores.map(({ id }) => cores[id * CORE_COUNTERS.length + coreColumn.synapse_busy_cycles]);
    };
    const before = work([]);
    const limits = placement.usedCores.map(limitAt);
    unlike.cores += Number(new Set(limits).size > 1);
    for (const core of placement.usedCores) {
      const targets = placement.slices.filter(
        (slice) => slice.core === core && trace.topology.projections.some(({ target }) => target === slice.population),
      );
      if (before[core] === 0) continue;
      const isMixed =
        new Set(targets.map(({ population, neurons }) => neurons * trace.topology.populations[population].accumulators)).size > 1;
      const limit = limitAt(core);
      met.add(limit);
      if (limit === "its weight words" && "precision.layers.readout.weight_bits" in more) unlike.bits++;
      const short = names.filter((name) => limit.includes(name));
      const label = `core ${core}, ${limit}, ${JSON.stringify(told)}`;
      const others = work(names.filter((name) => !short.includes(name)))[core];
      if (isMixed) {
        // the limit is that of the rows that take most of its time
        mixed++;
        expect(work(short)[core], label).toBeLessThan(others);
        continue;
      }
      if (limit.includes("short rows")) expect(work(names)[core], label).toBe(before[core]);
      else expect(work(short)[core], label).toBeLessThan(before[core]);
      expect(work(short.slice(1))[core], `${label}, all but one`).toBe(before[core]);
      expect(others, `not ${label}`).toBe(before[core]);
    }
  }
  expect(met.size).toBeGreaterThan(5);
  expect(met).toContain("its short rows");
  expect(unlike.cores).toBeGreaterThan(0);
  expect(mixed).toBeGreaterThan(5);
  expect(unlike.bits).toBeGreaterThan(1);
});
