/** Every parameter of a coupled chip's description has its effect, in the physically correct direction. */
// @module-tag slow
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CoupledChip, parseCoupledChip, patchCoupledChip } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { caseFiles } from "../../../sim/recorded/read-case.js";
import { runCoupled } from "../../../sim/recorded/registry.js";
import { readCoupledChip } from "../../../sim/recorded/shipped-chip.js";
import type { WorkloadRequest } from "../../../sim/recorded/workload.js";
import { usualAndLong } from "../../usual.js";

type Values = { [path: string]: number | string | boolean };
const busy: WorkloadRequest = { seed: 3, events: 40, density: 0.4, gapCycles: 60, limitCycles: 12_000 };
const run = (name: string, values: Values, request: Partial<WorkloadRequest> = {}) =>
  runCoupled(readCoupledChip(name), { kind: "synthetic", request: { ...busy, ...request } }, (chip) => patchCoupledChip(chip, values));

/**
 * Chip, path, two values, metric, and whether the metric falls (-1), rises (1) or only differs (0) from the first to
 * the second value.
 */
const CLAIMS: readonly [string, string, Values[string], Values[string], string, number, Values?][] = [
  ["tinyodin", "neurons", 32, 64, "neuron_sram_writes", 1, { loop: "open" }],
  ["tinyodin", "membrane_bits", 5, 12, "spikes", 0],
  ["tinyodin", "synapses_per_word", 1, 8, "synapse_sram_reads", -1, { loop: "open" }],
  ["tinyodin", "loop", "open", "closed", "fifo_push_neuron", 1],
  ["tinyodin", "output_on", "spike", "event", "aer_out_requests", 0, { neurons: 64 }],
  ["tinyodin", "event_queue.depth", 4, 64, "fifo_push_dropped", -1, { neurons: 64 }],
  ["tinyodin", "event_queue.visibility_cycles", 1, 9, "total_cycles", 1, { neurons: 16, loop: "open" }],
  ["tinyodin", "event_queue.full_judged", "before-pop", "after-pop", "fifo_push_dropped", 0, { "event_queue.depth": 1, neurons: 16 }],
  ["tinyodin", "input_link.synchroniser_flops", 1, 6, "total_cycles", 1, { neurons: 4, loop: "open" }],
  ["tinyodin", "input_link.request_gap_cycles", 0, 500, "total_cycles", 1, { neurons: 16, loop: "open" }],
  ["tinyodin", "input_link.request_fall_delay_cycles", 0, 500, "total_cycles", 1, { neurons: 16, loop: "open" }],
  ["tinyodin", "output_link.synchroniser_flops", 1, 6, "neuron_sram_reads", 1, { neurons: 64, loop: "open" }],
  ["tinyodin", "output_link.ack_up_delay_cycles", 0, 20, "neuron_sram_reads", 1, { neurons: 64, loop: "open" }],
  ["tinyodin", "output_link.ack_down_delay_cycles", 0, 20, "neuron_sram_reads", 1, { neurons: 64, loop: "open" }],
  ["odin", "neurons", 32, 64, "neuron_sram_writes", 1, { loop: "open" }],
  ["odin", "membrane_bits", 4, 8, "spikes", 0],
  ["odin", "synapses_per_word", 1, 8, "synapse_sram_writes", -1, { loop: "open" }],
  ["odin", "loop", "open", "closed", "fifo_push_neuron", 1],
  ["odin", "output_on", "spike", "event", "aer_out_requests", 0],
  ["odin", "event_queue.depth", 2, 32, "fifo_push_dropped", -1],
  ["odin", "event_queue.visibility_cycles", 1, 9, "total_cycles", 1, { neurons: 16, loop: "open" }],
  ["odin", "event_queue.full_judged", "before-pop", "after-pop", "fifo_push_dropped", 0, { "event_queue.depth": 1, neurons: 256 }],
  ["odin", "input_link.synchroniser_flops", 1, 6, "total_cycles", 1, { neurons: 4, loop: "open" }],
  ["odin", "input_link.request_gap_cycles", 0, 500, "total_cycles", 1, { neurons: 16, loop: "open" }],
  ["odin", "input_link.request_fall_delay_cycles", 0, 500, "total_cycles", 1, { neurons: 16, loop: "open" }],
  ["odin", "output_link.synchroniser_flops", 1, 6, "neuron_sram_reads", 1, { neurons: 64, loop: "open" }],
  ["odin", "output_link.ack_up_delay_cycles", 0, 20, "neuron_sram_reads", 1, { neurons: 64, loop: "open" }],
  ["odin", "output_link.ack_down_delay_cycles", 0, 20, "neuron_sram_reads", 1, { neurons: 64, loop: "open" }],
  ["ranc", "grid.width", 2, 4, "totals.csram_writes", 1, { neurons: 8, axons: 8 }],
  ["ranc", "grid.height", 2, 4, "totals.csram_writes", 1, { neurons: 8, axons: 8 }],
  ["ranc", "output_core.x", 0, 1, "totals.outputs", 0, { neurons: 8, axons: 8, "output_core.y": 1 }],
  ["ranc", "output_core.y", 0, 1, "totals.outputs", 0, { neurons: 8, axons: 8 }],
  ["ranc", "neurons", 8, 16, "totals.busy_cycles", 0, { axons: 8 }],
  ["ranc", "axons", 8, 16, "totals.csram_writes", -1, { neurons: 8 }],
  ["ranc", "delay_slots", 2, 16, "totals.spikes", 0, { neurons: 8, axons: 8 }],
  ["ranc", "potential_bits", 4, 12, "totals.spikes", 0, { neurons: 8, axons: 8 }],
  ["ranc", "router_buffer_depth", 1, 8, "totals.stall_cycles", -1, { neurons: 16, axons: 2, "grid.width": 4, "grid.height": 4 }],
  ["ranc", "input_queue_depth", 1, 64, "totals.hops", 1, { neurons: 8, axons: 8 }],
  [
    "ranc",
    "merge_arbiter",
    "ordered",
    "round-robin",
    "totals.sched_drops",
    0,
    { neurons: 16, axons: 2, "grid.width": 4, "grid.height": 4 },
  ],
  ["sne", "clusters", 4, 16, "state_writes", 0],
  ["sne", "cluster_side", 4, 16, "outputs", 0],
  ["sne", "mode", "window", "sweep", "last_active", 1],
  ["sne", "mode", "window", "fully-connected", "inputs", 1],
  ["sne", "kernel_sharing", "quarters", "halves", "outputs", 0],
  ["sne", "kernel_channels", 8, 16, "kernel_writes", 1],
  ["sne", "neuron.rest", -4, 4, "outputs", 0],
  ["sne", "neuron.threshold", 4, 20, "outputs", -1],
  ["sne", "neuron.refractory_steps", 0, 200, "outputs", -1, { time_insertion: false }],
  ["sne", "neuron.threshold_rise", 0, 60, "outputs", -1],
  ["sne", "neuron.time_scale", 0, 4, "outputs", 0, { time_insertion: false }],
  ["sne", "time_insertion", false, true, "router_TIME", 1],
  ["sne", "refresh_insertion", false, true, "state_writes", 1],
  ["sne", "spike_filter", false, true, "router_SPIKE", -1],
  ["sne", "event_queue_depth", 1, 16, "last_active", -1],
  ["sne", "kernel_queue_depth", 1, 16, "last_active", -1],
  ["sne", "weight_queue_depth", 1, 64, "last_active", -1, { mode: "fully-connected" }],
  ["sne", "output_queue_depth", 2, 16, "no_grant_cycles", -1],
  ["sne", "crossing.synchroniser_flops", 1, 6, "last_active", 1],
  ["sne", "crossing.register_words", 1, 8, "last_active", -1, { mode: "fully-connected" }],
  ["sne", "verify_cycles", 1, 9, "last_active", 1],
  ["sne", "close_cycles", 1, 9, "last_active", 1],
  ["sne", "fetch_cycles", 1, 9, "last_active", 1],
  ["sne", "done_cycles", 1, 9, "last_active", 1],
  ["sne", "restart_cycles", 1, 9, "no_grant_cycles", 1],
  ["sne", "sink.period_cycles", 1, 16, "no_grant_cycles", 1],
  ["sne", "sink.ready_cycles", 1, 8, "no_grant_cycles", -1, { "sink.period_cycles": 16 }],
  ["snn-dse", "layer_neurons", 20, 40, "done_cycle", 1, { lanes: 4 }],
  ["snn-dse", "lanes", 2, 8, "done_cycle", -1, { layer_neurons: 40 }],
  ["snn-dse", "chunk_bits", 20, 100, "done_cycle", -1, { layer_neurons: 40 }],
  ["snn-dse", "spike_read_cycles", 1, 5, "spike_ram_reads", 1, { layer_neurons: 40 }],
  ["snn-dse", "start_delay_cycles", 1, 5, "done_cycle", 1, { layer_neurons: 40 }],
  ["snn-dse-pipeline", "layers.0.neurons", 100, 200, "total_cycles", 1],
  ["snn-dse-pipeline", "layers.1.neurons", 100, 2000, "total_cycles", 1],
  ["snn-dse-pipeline", "layers.0.neurons_per_unit", 1, 16, "total_cycles", 1],
  ["snn-dse-pipeline", "layers.2.neurons_per_unit", 1, 16, "total_cycles", 1],
  ["snn-dse-pipeline", "layers.1.hand_over_cycles", 2, 9, "total_cycles", 1],
  ["snn-dse-pipeline", "cycles_per_weight", 1, 4, "total_cycles", 1],
  ["snn-dse-pipeline", "cycles_per_spike", 1, 4, "total_cycles", 1],
];

/** Inputs that load the part under test. */
const requestFor = (chip: string, path: string): Partial<WorkloadRequest> => {
  if (chip.startsWith("snn-dse")) return { events: 6, density: 0.1 };
  if (path === "router_buffer_depth" || path === "merge_arbiter") return { events: 1500, gapCycles: 1, density: 0.9, limitCycles: 3000 };
  if (path === "input_queue_depth") return { events: 400, gapCycles: 1, limitCycles: 3000 };
  if (chip === "sne") {
    const events = /time_scale|refresh/.test(path) ? 300 : path.includes("register_words") ? 6 : 40;
    return { events, density: 0.9, gapCycles: 1, limitCycles: 20_000 };
  }
  if (chip === "ranc") return { events: 200, gapCycles: 10, limitCycles: 4000 };
  if (path === "membrane_bits") return { density: 0.9, gapCycles: 10 };
  return path.startsWith("event_queue.full") ? { density: 0.9, events: 300, gapCycles: 1, limitCycles: 30_000 } : {};
};

for (const [some, options] of usualAndLong(CLAIMS, (_, i) => i % 3 === 0))
  test.each(some)("%s: %s from %s to %s changes %s", options, (chip, path, low, high, metric, sign, base = {}) => {
    const request = requestFor(chip, path);
    const [before, after] = [low, high].map((value) => run(chip, { ...base, [path]: value }, request)[metric] ?? 0) as [number, number];
    if (sign === 0) expect(after).not.toBe(before);
    else expect((after - before) * sign).toBeGreaterThan(0);
  });

test.each([
  ["tinyodin", [4, 5, 6, 12, 24]],
  ["odin", [2, 3, 4, 5, 6, 8, 16]],
] as const)("neurons of %s fire at every width of their membranes, and widths that hold all drawn values agree", (name, widths) => {
  const request = { density: 0.9, gapCycles: 10 };
  const spikes = widths.map((bits) => run(name, { membrane_bits: bits, loop: "open" }, request).spikes as number);
  expect(Math.min(...spikes)).toBeGreaterThan(0);
  // thresholds up to 20 and 40 fit 6 bits; 8 bits also hold all sums of these inputs
  expect(spikes.at(-2)).toBe(spikes.at(-1));
});

test("a case whose thresholds or potentials no register of ODIN holds is refused, as for tinyODIN", () => {
  for (const [name, folder, bits, fits] of [
    ["odin", "odin/cases/closed_bist", 4, 8],
    ["tinyodin", "tinyodin/cases/rec64_closed", 4, 12],
  ] as const) {
    const input = { kind: "case", files: caseFiles(join(packageRoot(), "test/conformance", folder)), limitCycles: 1000 } as const;
    const at = (value: number) => runCoupled(readCoupledChip(name), input, (chip) => patchCoupledChip(chip, { membrane_bits: value }));
    expect(() => at(bits)).toThrow(/thr is \d+, expected 0 to 15/);
    expect(at(fits).total_cycles).toBeGreaterThan(0);
  }
});

test("claims cover every parameter, except prices (tested with the published chips) and ODIN's plasticity (tested with the RTL cases)", () => {
  const paths = (value: unknown, path: string): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, entry]) => paths(entry, path === "" ? key : `${path}.${key}`))
      : [path];
  const covered = new Set(CLAIMS.map(([chip, path]) => `${chip} ${path.replace(/layers\.\d/, "layers")}`));
  const missing = ["tinyodin", "odin", "ranc", "sne", "snn-dse", "snn-dse-pipeline"].flatMap((name) =>
    paths(readCoupledChip(name), "")
      .filter((path) => !/^(version|name|model|source|power.*)$/.test(path))
      .map((path) => `${name} ${path.replace(/layers\.\d/, "layers")}`)
      .filter((path) => !covered.has(path)),
  );
  expect(missing).toEqual(["odin update_unmapped", "odin propagate_unmapped", "odin plasticity_on_synapse_event"]);
});

test("all problems of a description are reported at once, with line and column", () => {
  const text =
    "version: 1\nname: x\nmodel: snn-dse\nsource: me\nlayer_neurons: -1\nlanes: two\nchunk_bits: 8\nspike_read_cycles: 2\nstart_delay_cycles: 2\nlane: 3\n";
  try {
    parseCoupledChip(text, "x.yaml");
    throw new Error("was accepted");
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { problems } = error as InputError;
    expect(problems.map((problem) => [problem.path, problem.line])).toEqual(
      expect.arrayContaining([
        ["layer_neurons", 5],
        ["lanes", 6],
      ]),
    );
    expect(problems.some((problem) => /lane/.test(problem.message))).toBe(true);
  }
  expect(() => parseCoupledChip("a: [", "y.yaml")).toThrow(InputError);
  expect(() => parseCoupledChip("version: 1\nmodel: other\n", "z.yaml")).toThrow(/no such core model: other/);
  expect(() => parseCoupledChip("version: 1\nextends: mesh-2x2\n", "z.yaml")).toThrow(/without its own core model/);
});

test("a patch refuses paths that the chip does not have, and values that do not fit", () => {
  const chip: CoupledChip = readCoupledChip("ranc");
  expect(() => patchCoupledChip(chip, { "grid.widht": 3 })).toThrow(/did you mean grid\.width/);
  expect(() => patchCoupledChip(chip, { grid: 3 })).toThrow(InputError);
  expect(() => patchCoupledChip(chip, { "grid.width": 0 })).toThrow(/grid\.width/);
  expect(() => patchCoupledChip(chip, { model: "odin" })).toThrow(InputError);
});
