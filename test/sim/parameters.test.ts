/**
 * Every parameter that the schema accepts changes the right result in the right direction, with one claim per path. A
 * path without a claim fails, so no parameter without effect can be added. Real network, real digits, the whole
 * evaluation.
 */
// @module-tag slow
import { serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { type NirNode, nirArray } from "../../arch/formats/nir/graph.js";
import { nirNetwork } from "../../arch/formats/nir/nir-network.js";
import {
  type Experiment,
  KNOWN_PATHS,
  type ModelNetwork,
  parseArch,
  patchDocument,
  readModel,
  resolveModelPath,
} from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import type { Functional } from "../../sim/functional/index.js";
import { evaluatePoint, functionalKey, type MetricName, prepareFunctional, type Result, selectUtterances } from "../../sim/index.js";
import { loadDataset } from "../../training/index.js";
import { usualAndLong } from "../usual.js";

type Values = { readonly [path: string]: Json };

interface Claim {
  readonly path: string;
  readonly from: Json;
  readonly to: Json;
  /** A metric, or the pJ of a breakdown component. */
  readonly what: MetricName | `pJ of ${string}`;
  readonly order: "rises" | "falls" | "changes";
  /** Changes to the base chip on which the claim is made. */
  readonly on?: Values;
}

// Two rows of four cores and small slices: every layer spans cores, so the network on chip carries every spike.
const parsed = parseArch(
  `version: 1
extends: mesh-2x2
noc: { width: 4, height: 2 }
workload: { samples: 40, timing_samples: 1 }
mapping: { strategy: sequential, max_neurons_per_core: 48 }
`,
  "base.yaml",
);
const model = readModel(resolveModelPath(parsed.experiment.network.model, "base.yaml"));
const leaky = readModel(resolveModelPath("mnist-rows-lif.safetensors", "base.yaml"));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });

// The same eight cores: four meshes of two tiles.
const meshTree: Values = { "noc.topology": "mesh-tree", "noc.width": 2, "noc.height": 1 };

// The same eight cores on two dies; then with a price for their pads at rest.
const twoDies: Values = { "noc.dies.columns": 2 };
const pricedPads: Values = { "prices.die_link_leakage_mw": { value: 0.1, source: "a guess" } };

// Cores so fast, and links so narrow, that the network on chip limits the run.
const narrowLinks: Values = {
  "noc.flit_width_bits": 8,
  "noc.vc_buffer_flits": 2,
  "tile.core.lanes": 64,
  "tile.core.synapse_memory.word_bits": 512,
  "tile.core.state_memory.word_bits": 512,
};
const oneChannel: Values = { ...narrowLinks, "noc.virtual_channels": 1 };
// A wide datapath and wide state memory, so that the weights limit the run.
const wideState: Values = { "tile.core.lanes": 64, "tile.core.state_memory.word_bits": 1024, "tile.core.state_memory.ports": "1r1w" };
// A network with a constant leak, and one of another tool.
const constantLeak: Values = { "network.model": "mnist-rows-lif.safetensors" };
const nir: Values = {
  "network.model": "small.nir",
  "network.nir.step_seconds": 1e-3,
  "network.nir.reset": "zero",
  "workload.encoder.kind": "rate",
};
const sparseNir: Values = { ...nir, "network.model": "sparse.nir" };
const latency: Values = { "workload.encoder.kind": "latency", "workload.encoder.steps_per_frame": 4 };
// Macros of the user.
const macroTable = (areaUm2: number, pj: number): string =>
  `words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns\n1024,64,1r1w,22,0.8,${areaUm2},${pj},${pj},1,1\n`;
const ownMacros: Values = {
  "chip.technology_nm": 22,
  "chip.voltage_v": 0.8,
  "prices.macros": { small: { csv: macroTable(9000, 2) }, dear: { csv: macroTable(8000, 9) } },
};
/** Words of own macros, `bits` wide. */
const ownWords = (path: string): Values => ({ ...ownMacros, [`${path}.macros`]: "small", [`${path}.word_bits`]: 128 });
// A chip that can hold half of the weights.
const small: Values = { "tile.core.synapse_memory.size_kib": 8, "spill.to": "dram" };
// Inputs off the chip; the first cores get them.
const byPort: Values = { "inputs.at": "port" };
// Input queues that fill.
const shallow: Values = { "tile.core.input_queue.depth": 4, "workload.samples": 12 }; // each of them runs on the chip, if they drop
const oneEntry: Values = { "tile.core.input_queue.depth": 1 };
// Steps that begin whether or not the work is done.
const late: Values = { "tick.period_us": 15, "tick.overrun": "late", "workload.samples": 8 }; // each of them runs on the chip
// A layer per core, whose steps wait for their sources.
const layered: Values = { "barrier.scope": "sources", "mapping.strategy": "layer-per-core", "mapping.max_neurons_per_core": 256 };
const compressed: Values = { "tile.core.scan.policy": "compressed" };
const annealed: Values = { "mapping.strategy": "min-traffic" };

// Rows that name their targets.
const named: Values = { ...sparseNir, "chip.weight_format": "rows" };

const CLAIMS: readonly Claim[] = [
  { path: "chip.technology_nm", from: 22, to: 45, what: "energy_uj_per_inference", order: "rises" },
  { path: "chip.technology_nm", from: 22, to: 45, what: "area_mm2", order: "rises" },
  { path: "chip.sram_cell", from: "lstp", to: "hp", what: "pJ of synapse memory leakage", order: "rises" },
  { path: "chip.voltage_v", from: 1, to: 0.8, what: "energy_uj_per_inference", order: "falls" },
  { path: "chip.temperature_k", from: 300, to: 350, what: "pJ of synapse memory leakage", order: "rises" },
  { path: "chip.corner", from: "typical", to: "fast", what: "pJ of synapse memory leakage", order: "rises" },
  { path: "chip.weight_format", from: "dense", to: "rows", what: "pJ of synapse memory reads", order: "falls", on: sparseNir },
  { path: "chip.weight_format", from: "rows", to: "run-length", what: "pJ of synapse memory reads", order: "falls", on: sparseNir },
  { path: "chip.weight_format", from: "rows", to: "bitmap", what: "latency_cycles", order: "rises", on: sparseNir },
  { path: "chip.weight_format", from: "auto", to: "dense", what: "pJ of synaptic additions", order: "rises", on: sparseNir },
  { path: "tile.core.lanes", from: 1, to: 4, what: "pJ of generated addresses", order: "rises", on: named },
  { path: "tile.core.synapse_memory.word_bits", from: 64, to: 128, what: "pJ of generated addresses", order: "rises", on: named },
  {
    path: "tile.core.synapse_memory.read_latency_cycles",
    from: 1,
    to: 2,
    what: "pJ of address generator clock",
    order: "rises",
    on: named,
  },
  { path: "tile.core.lanes", from: 1, to: 4, what: "pJ of address generator leakage", order: "rises", on: named },
  { path: "prices.basis", from: "library", to: "silicon", what: "energy_uj_per_inference", order: "rises" },
  { path: "prices.basis", from: "library", to: "silicon", what: "area_mm2", order: "rises" },
  { path: "prices.basis", from: "library", to: "silicon", what: "pJ of core clock", order: "falls" },
  { path: "prices.basis", from: "library", to: "silicon", what: "pJ of synapse memory leakage", order: "rises" },
  { path: "chip.clock_mhz", from: 100, to: 50, what: "latency_us", order: "rises" },
  { path: "chip.clock_mhz", from: 100, to: 50, what: "pJ of synapse memory leakage", order: "rises" },
  { path: "chip.idle", from: "clocked", to: "clock-gated", what: "pJ of core clock", order: "falls" },
  { path: "chip.idle", from: "clock-gated", to: "power-gated", what: "energy_uj_per_inference", order: "falls" },

  {
    path: "noc.topology",
    from: "mesh",
    to: "torus",
    what: "pJ of router buffer writes",
    order: "falls",
    on: { "noc.height": 4, "mapping.max_neurons_per_core": 20 },
  },
  { path: "noc.topology", from: "mesh", to: "ring", what: "pJ of router buffer writes", order: "rises" },
  { path: "noc.topology", from: "mesh", to: "crossbar", what: "pJ of router buffer writes", order: "falls" },
  { path: "noc.topology", from: "mesh", to: "crossbar", what: "latency_cycles", order: "falls" },
  { path: "noc.topology", from: "mesh", to: "ring", what: "area_mm2", order: "falls" },
  { path: "noc.link_cycles", from: 1, to: 4, what: "latency_cycles", order: "rises", on: { "noc.topology": "crossbar" } },
  { path: "noc.topology", from: "mesh", to: "mesh-tree", what: "area_mm2", order: "rises" },
  {
    path: "noc.tree.arity",
    from: 4,
    to: 2,
    what: "pJ of tree link flits",
    order: "changes",
    on: { ...meshTree, "noc.tree.levels": 2, "noc.width": 1 },
  },
  { path: "noc.tree.levels", from: 1, to: 2, what: "area_mm2", order: "rises", on: meshTree },
  { path: "noc.tree.link_cycles", from: 1, to: 9, what: "latency_cycles", order: "rises", on: meshTree },
  { path: "noc.tree.link_length_mm", from: 2, to: 8, what: "pJ of tree link flits", order: "rises", on: meshTree },
  { path: "noc.dies.columns", from: 1, to: 2, what: "latency_cycles", order: "rises" },
  { path: "noc.dies.columns", from: 2, to: 4, what: "pJ of die link bits", order: "rises" },
  { path: "noc.dies.columns", from: 2, to: 4, what: "area_mm2", order: "rises" },
  { path: "noc.dies.columns", from: 2, to: 4, what: "pJ of die link leakage", order: "rises", on: pricedPads },
  { path: "noc.dies.rows", from: 1, to: 2, what: "energy_uj_per_inference", order: "rises" },
  { path: "noc.dies.bandwidth_gbit_s", from: 10, to: 0.5, what: "latency_cycles", order: "rises", on: twoDies },
  { path: "noc.dies.bandwidth_gbit_s", from: 1, to: 3, what: "area_mm2", order: "rises", on: twoDies },
  { path: "noc.dies.latency_ns", from: 10, to: 200, what: "latency_cycles", order: "rises", on: twoDies },
  { path: "noc.width", from: 4, to: 6, what: "area_mm2", order: "rises" },
  { path: "noc.height", from: 2, to: 3, what: "area_mm2", order: "rises" },
  { path: "noc.routing", from: "xy", to: "yx", what: "latency_cycles", order: "changes", on: oneChannel },
  { path: "noc.routing", from: "xy", to: "odd-even", what: "latency_cycles", order: "changes", on: oneChannel },
  { path: "noc.flit_width_bits", from: 32, to: 8, what: "latency_cycles", order: "rises" },
  { path: "noc.virtual_channels", from: 1, to: 4, what: "latency_cycles", order: "falls", on: narrowLinks },
  { path: "noc.virtual_channels", from: 1, to: 4, what: "area_mm2", order: "rises", on: narrowLinks },
  { path: "noc.vc_buffer_flits", from: 2, to: 8, what: "latency_cycles", order: "falls", on: narrowLinks },
  { path: "noc.vc_buffer_flits", from: 2, to: 8, what: "area_mm2", order: "rises", on: narrowLinks },
  {
    path: "noc.allocator",
    from: "islip",
    to: "separable-input-first",
    what: "latency_cycles",
    order: "changes",
    on: { "workload.timing_samples": 2, ...narrowLinks, "noc.virtual_channels": 4 },
  },
  { path: "noc.routing_delay_cycles", from: 1, to: 3, what: "latency_cycles", order: "rises" },
  { path: "noc.vc_allocation_delay_cycles", from: 1, to: 3, what: "latency_cycles", order: "rises" },
  { path: "noc.switch_allocation_delay_cycles", from: 1, to: 3, what: "latency_cycles", order: "rises" },
  { path: "noc.switch_traversal_delay_cycles", from: 1, to: 3, what: "latency_cycles", order: "rises" },
  { path: "noc.credit_delay_cycles", from: 1, to: 8, what: "latency_cycles", order: "rises", on: narrowLinks },
  { path: "noc.link_cycles", from: 1, to: 4, what: "latency_cycles", order: "rises" },
  { path: "noc.link_length_mm", from: 0.5, to: 2, what: "pJ of link flits", order: "rises" },
  { path: "noc.multicast", from: "unicast", to: "tree", what: "pJ of link flits", order: "falls" },
  { path: "noc.header_bits", from: 24, to: 64, what: "pJ of link flits", order: "rises" },
  { path: "barrier.base_cycles", from: 4, to: 40, what: "latency_cycles", order: "rises" },
  { path: "tick.period_us", from: 0, to: 400, what: "latency_cycles", order: "rises" },
  { path: "barrier.scope", from: "chip", to: "sources", what: "pJ of router buffer writes", order: "rises" },
  { path: "barrier.scope", from: "chip", to: "sources", what: "latency_cycles", order: "falls", on: { "barrier.base_cycles": 200 } },
  { path: "barrier.run_ahead_steps", from: 0, to: 2, what: "throughput_per_s", order: "rises", on: layered },
  { path: "barrier.per_core_cycles", from: 1, to: 8, what: "latency_cycles", order: "rises" },

  { path: "precision.weight_bits", from: 8, to: 4, what: "pJ of synapse memory reads", order: "falls" },
  { path: "precision.weight_bits", from: 8, to: 2, what: "accuracy_percent", order: "falls" },
  {
    path: "precision.weight_scale",
    from: "max",
    to: "mse",
    what: "accuracy_percent",
    order: "rises",
    on: { "precision.weight_bits": 2 },
  },
  { path: "precision.state_bits", from: 24, to: 12, what: "area_mm2", order: "falls" },
  { path: "precision.state_bits", from: 16, to: 12, what: "accuracy_percent", order: "falls" },
  { path: "precision.state_fraction_bits", from: 6, to: 2, what: "synaptic_operations_per_inference", order: "changes" },
  { path: "precision.accumulator_bits", from: 24, to: 16, what: "pJ of state memory reads", order: "falls" },
  { path: "precision.accumulator_bits", from: 24, to: 12, what: "accuracy_percent", order: "falls" },
  {
    path: "precision.accumulator_overflow",
    from: "saturate",
    to: "wrap",
    what: "accuracy_percent",
    order: "falls",
    on: { "precision.accumulator_bits": 12 },
  },
  { path: "precision.lut_bits", from: 8, to: 2, what: "synaptic_operations_per_inference", order: "changes" },
  { path: "precision.lut_bits", from: 8, to: 12, what: "pJ of table reads", order: "rises" },
  { path: "precision.gate_bits", from: 8, to: 2, what: "synaptic_operations_per_inference", order: "changes" },

  { path: "precision.leak", from: "multiplier", to: "shift", what: "pJ of element multiplications", order: "falls", on: constantLeak },
  { path: "precision.leak", from: "multiplier", to: "truncate", what: "synaptic_operations_per_inference", order: "falls", on: nir },
  { path: "precision.leak", from: "multiplier", to: "shift", what: "synaptic_operations_per_inference", order: "changes", on: nir },
  { path: "precision.spike_bits", from: 6, to: 3, what: "synaptic_operations_per_inference", order: "changes" },
  { path: "precision.spike_bits", from: null, to: 3, what: "pJ of link flits", order: "falls" },

  { path: "network.nir.step_seconds", from: 1e-3, to: 5e-4, what: "synaptic_operations_per_inference", order: "changes", on: nir },
  { path: "network.nir.reset", from: "zero", to: "subtract", what: "synaptic_operations_per_inference", order: "rises", on: nir },
  { path: "network.nir.scheme", from: "euler", to: "zoh", what: "synaptic_operations_per_inference", order: "changes", on: nir },
  { path: "network.nir.integrator_gain", from: "unit", to: "dt", what: "synaptic_operations_per_inference", order: "falls", on: nir },
  { path: "network.nir.refractory_seconds", from: 0, to: 3e-3, what: "synaptic_operations_per_inference", order: "falls", on: nir },

  { path: "workload.encoder.kind", from: "rate", to: "delta", what: "synaptic_operations_per_inference", order: "changes", on: nir },
  { path: "workload.encoder.steps_per_frame", from: 1, to: 3, what: "latency_cycles", order: "rises" },
  { path: "workload.encoder.gain", from: 1, to: 2, what: "synaptic_operations_per_inference", order: "rises" },
  { path: "workload.encoder.threshold", from: 0.1, to: 0.6, what: "synaptic_operations_per_inference", order: "falls", on: latency },

  { path: "mapping.strategy", from: "sequential", to: "balanced", what: "latency_cycles", order: "falls" },
  { path: "mapping.max_neurons_per_core", from: 100, to: 48, what: "latency_cycles", order: "falls" },
  { path: "mapping.seed", from: 1, to: 5, what: "latency_cycles", order: "changes", on: annealed },

  { path: "tile.cores", from: 1, to: 2, what: "area_mm2", order: "rises" },
  { path: "tile.core.max_neurons", from: 256, to: 40, what: "latency_cycles", order: "changes" },
  { path: "tile.core.lanes", from: 8, to: 1, what: "latency_cycles", order: "rises" },
  { path: "tile.core.lanes", from: 8, to: 32, what: "area_mm2", order: "rises", on: narrowLinks },
  { path: "tile.core.accumulate_depth_cycles", from: 3, to: 12, what: "latency_cycles", order: "rises" },
  { path: "tile.core.event_overhead_cycles", from: 2, to: 20, what: "latency_cycles", order: "rises" },
  { path: "tile.core.axon_table.entries", from: 1024, to: 4096, what: "pJ of axon table reads", order: "rises" },
  { path: "tile.core.route_table.entries", from: 1024, to: 8192, what: "area_mm2", order: "rises" },
  { path: "tile.core.route_table.entries", from: 1024, to: 8192, what: "pJ of route table leakage", order: "rises" },
  { path: "tile.core.synapse_memory.refetch", from: "row", to: "group", what: "pJ of synapse memory reads", order: "rises" },
  { path: "tile.core.synapse_memory.reread_in_stalls", from: false, to: true, what: "energy_uj_per_inference", order: "rises" },
  { path: "tile.core.state_memory.reread_in_stalls", from: false, to: true, what: "energy_uj_per_inference", order: "rises" },
  {
    path: "tile.core.state_memory.refetch",
    from: "row",
    to: "group",
    what: "pJ of state memory reads",
    order: "rises",
    on: { "tile.core.lanes": 3 },
  },
  { path: "tile.core.synapse_memory.size_kib", from: 64, to: 128, what: "area_mm2", order: "rises" },
  { path: "tile.core.synapse_memory.size_kib", from: 64, to: 128, what: "pJ of synapse memory reads", order: "rises" },
  { path: "tile.core.synapse_memory.word_bits", from: 16, to: 128, what: "latency_cycles", order: "falls", on: wideState },
  { path: "tile.core.synapse_memory.banks", from: 1, to: 4, what: "area_mm2", order: "rises" },
  { path: "tile.core.synapse_memory.ports", from: "1rw", to: "1r1w", what: "area_mm2", order: "rises" },
  { path: "tile.core.synapse_memory.read_latency_cycles", from: 1, to: 6, what: "latency_cycles", order: "rises" },
  { path: "tile.core.state_memory.size_kib", from: 8, to: 32, what: "pJ of state memory reads", order: "rises" },
  { path: "tile.core.state_memory.word_bits", from: 64, to: 256, what: "pJ of state memory reads", order: "falls" },
  { path: "tile.core.state_memory.word_bits", from: 32, to: 256, what: "latency_cycles", order: "falls" },
  { path: "tile.core.state_memory.banks", from: 1, to: 4, what: "latency_cycles", order: "falls" },
  { path: "tile.core.state_memory.ports", from: "1rw", to: "1r1w", what: "latency_cycles", order: "falls" },
  { path: "tile.core.state_memory.read_latency_cycles", from: 1, to: 6, what: "latency_cycles", order: "rises" },
  { path: "tile.core.synapse_memory.kind", from: "sram", to: "latches", what: "area_mm2", order: "rises" },
  { path: "tile.core.synapse_memory.kind", from: "latches", to: "registers", what: "area_mm2", order: "rises" },
  { path: "tile.core.state_memory.kind", from: "sram", to: "registers", what: "pJ of state memory reads", order: "rises" },
  { path: "tile.core.state_memory.kind", from: "registers", to: "latches", what: "pJ of state memory writes", order: "falls" },
  { path: "workload.period_ms", from: 10, to: 100, what: "energy_uj_per_inference", order: "rises" },
  {
    path: "workload.rest.logic_percent",
    from: 100,
    to: 10,
    what: "energy_uj_per_inference",
    order: "falls",
    on: { "workload.period_ms": 50 },
  },
  {
    path: "workload.rest.memory_percent",
    from: 0,
    to: 30,
    what: "energy_uj_per_inference",
    order: "rises",
    on: { "workload.period_ms": 50 },
  },
  { path: "tile.core.synapse_memory.macros", from: "small", to: "dear", what: "pJ of synapse memory reads", order: "rises", on: ownMacros },
  { path: "tile.core.synapse_memory.macros", from: "small", to: "dear", what: "area_mm2", order: "falls", on: ownMacros },
  { path: "tile.core.state_memory.macros", from: "small", to: "dear", what: "pJ of state memory writes", order: "rises", on: ownMacros },
  {
    path: "tile.core.axon_table.macros",
    from: "small",
    to: "dear",
    what: "pJ of axon table reads",
    order: "rises",
    on: { ...ownMacros, "tile.core.axon_table.entries": 1024 },
  },
  {
    path: "tile.core.route_table.macros",
    from: "small",
    to: "dear",
    what: "pJ of route table reads",
    order: "rises",
    on: { ...ownMacros, "tile.core.route_table.entries": 2048 },
  },
  ...(
    [
      ["tile.core.input_queue", "pJ of input queue pushes"],
      ["tile.core.output_queue", "pJ of output queue pops"],
      ["tile.core.parameter_memory", "pJ of parameter memory reads"],
      ["inputs.frame_buffer", "pJ of frame buffer reads"],
    ] as const
  ).flatMap(([path, what]): Claim[] => [
    { path: `${path}.macros`, from: "small", to: "dear", what, order: "rises", on: ownWords(path) },
    { path: `${path}.word_bits`, from: 128, to: 256, what, order: "rises", on: ownWords(path) },
  ]),
  { path: "tile.core.configuration_bits", from: 256, to: 2048, what: "pJ of configuration clock", order: "rises" },
  { path: "tile.core.configuration_bits", from: 256, to: 2048, what: "pJ of configuration leakage", order: "rises" },
  { path: "tile.core.configuration_bits", from: 0, to: 2048, what: "area_mm2", order: "rises" },
  { path: "inputs.frame_buffer.entries", from: 64, to: 4096, what: "pJ of frame buffer reads", order: "rises" },
  { path: "inputs.frame_buffer.entries", from: 64, to: 4096, what: "pJ of frame buffer writes", order: "rises" },
  { path: "inputs.frame_buffer.entries", from: 64, to: 4096, what: "pJ of frame buffer leakage", order: "rises" },
  { path: "inputs.frame_buffer.entries", from: 64, to: 4096, what: "area_mm2", order: "rises" },
  {
    path: "inputs.frame_buffer.kind",
    from: "latches",
    to: "registers",
    what: "pJ of frame buffer clock",
    order: "rises",
    on: { "chip.idle": "clocked" },
  },
  { path: "tile.core.parameter_memory.kind", from: "sram", to: "latches", what: "pJ of parameter memory reads", order: "rises" },
  { path: "tile.core.max_neurons", from: 256, to: 512, what: "pJ of parameter memory leakage", order: "rises" },
  { path: "tile.core.input_queue.kind", from: "registers", to: "latches", what: "pJ of input queue pushes", order: "falls" },
  { path: "tile.core.output_queue.kind", from: "auto", to: "sram", what: "area_mm2", order: "falls" },
  { path: "tile.core.scan.policy", from: "event", to: "dense", what: "pJ of synapse memory reads", order: "rises" },
  { path: "tile.core.scan.policy", from: "event", to: "compressed", what: "latency_cycles", order: "changes" },
  { path: "tile.core.scan.chunk_bits", from: 64, to: 8, what: "latency_cycles", order: "rises", on: compressed },
  { path: "tile.core.scan.cycles_per_chunk", from: 1, to: 8, what: "latency_cycles", order: "rises", on: compressed },
  { path: "tile.core.scan.cycles_per_set_bit", from: 1, to: 8, what: "latency_cycles", order: "rises", on: compressed },
  { path: "inputs.at", from: "cores", to: "port", what: "area_mm2", order: "rises" },
  { path: "inputs.port.tile", from: 0, to: 7, what: "pJ of router buffer writes", order: "rises", on: byPort },
  { path: "inputs.port.bandwidth_gbit_s", from: 1.14, to: 0.1, what: "latency_cycles", order: "rises", on: byPort },
  { path: "inputs.port.latency_ns", from: 0, to: 10_000, what: "latency_cycles", order: "rises", on: byPort },
  { path: "inputs.port.packet_bits", from: 20, to: 40, what: "pJ of host link", order: "rises", on: byPort },
  { path: "inputs.port.queue.depth", from: 1, to: 16, what: "area_mm2", order: "rises", on: byPort },
  { path: "spill.bandwidth_gbit_s", from: 12.8, to: 3.2, what: "latency_cycles", order: "rises", on: small },
  { path: "spill.latency_ns", from: 60, to: 200, what: "latency_cycles", order: "rises", on: small },
  { path: "spill.burst_bits", from: 64, to: 1024, what: "pJ of DRAM reads", order: "rises", on: small },
  { path: "spill.rows", from: "whole", to: "streamed", what: "latency_cycles", order: "falls", on: small },
  { path: "spill.prefetch_bits", from: 0, to: 4096, what: "latency_cycles", order: "falls", on: small },
  { path: "spill.prefetch_bits", from: 1024, to: 65_536, what: "pJ of prefetch buffer bits", order: "rises", on: small },
  { path: "spill.prefetch_bits", from: 0, to: 4096, what: "pJ of queue leakage", order: "rises", on: small },
  { path: "spill.prefetch_bits", from: 0, to: 4096, what: "area_mm2", order: "rises", on: small },
  { path: "tile.core.input_queue.depth", from: 16, to: 1, what: "latency_cycles", order: "rises" },
  { path: "tile.core.input_queue.full", from: "stall", to: "drop", what: "events_dropped", order: "rises", on: shallow },
  { path: "tile.core.input_queue.full", from: "stall", to: "drop", what: "accuracy_percent", order: "falls", on: shallow },
  { path: "tile.core.input_queue.full", from: "stall", to: "freeze", what: "latency_cycles", order: "changes", on: shallow },
  { path: "tile.core.input_queue.visibility_cycles", from: 1, to: 40, what: "latency_cycles", order: "rises" },
  { path: "tile.core.input_queue.full_judged", from: "before-pop", to: "after-pop", what: "latency_cycles", order: "falls", on: oneEntry },
  { path: "tick.timers", from: "global", to: "local", what: "events_processed", order: "changes", on: { ...late, "tick.spread_us": 40 } },
  { path: "tick.spread_us", from: 0, to: 20, what: "latency_cycles", order: "rises", on: { ...late, "tick.timers": "local" } },
  { path: "tile.core.output_queue.depth", from: 16, to: 1, what: "latency_cycles", order: "rises", on: oneChannel },
  { path: "tile.core.output_queue.depth", from: 4, to: 16, what: "area_mm2", order: "rises" },
  { path: "tile.core.neuron_update.policy", from: "dense", to: "touched", what: "pJ of element multiplications", order: "falls", on: nir },
  { path: "tile.core.neuron_update.units", from: 1, to: 4, what: "latency_cycles", order: "falls" },
  { path: "tile.core.neuron_update.units", from: 1, to: 4, what: "area_mm2", order: "rises" },
  { path: "tile.core.neuron_update.cycles_per_neuron", from: 1, to: 20, what: "latency_cycles", order: "rises" },
  { path: "tile.core.neuron_update.pipeline_depth_cycles", from: 4, to: 30, what: "latency_cycles", order: "rises" },
];

/** Paths that select what runs, not how: their claims are below, one test each. */
const IDENTITY = [
  "chip.name",
  "chip.fpga", // resources in place of area: test/sim/fpga.test.ts, test/arch/fpga.test.ts
  "chip.price_model", // plug-ins bring them: test/app/plugins
  "chip.convolution", // of networks with convolutions: test/sim/board/convolutions.test.ts
  "network.model",
  "network.lava.restart_steps", // of a Lava file: test/sim/nir/lava.test.ts
  "network.lava.remainder", // of a Lava file: test/sim/nir/sigma-delta.test.ts
  "precision.integers", // of a file that holds integers: test/sim/nir/loihi.test.ts
  "workload.dataset",
  "workload.path",
  "workload.labels",
  "workload.split",
  "workload.samples",
  "workload.timing_samples",
  "workload.seed",
  ...KNOWN_PATHS.filter((path) => path.startsWith("workload.events.")), // how recordings become steps: test/arch/event-steps.test.ts counts by hand
];

/** 28 inputs, 20 leaky neurons, 10 plain integrators, weights drawn by seed; the share `density` of them is not 0. */
function smallNir(density: number): ModelNetwork {
  const rng = createRng(4, "parameters/nir");
  const node = (type: string, fields: { readonly [field: string]: readonly [readonly number[], readonly number[]] }): NirNode => ({
    type,
    fields: new Map(
      Object.entries(fields).map(([field, [data, shape]]) => [field, nirArray(data, shape, field === "shape" ? "i8" : "f8")]),
    ),
    metadata: new Map(),
    graph: null,
  });
  const all = (value: number, count: number) => [new Array<number>(count).fill(value), [count]] as const;
  const zeros = createRng(5, "parameters/zeros");
  const weight = (): number => (zeros.float() < density ? rng.float() - 0.2 : 0);
  const weights = (rows: number, columns: number) => [Array.from({ length: rows * columns }, weight), [rows, columns]] as const;
  const nodes = {
    input: node("Input", { shape: [[28], [1]] }),
    a: node("Linear", { weight: weights(20, 28) }),
    lif: node("LIF", { tau: all(7e-3, 20), r: all(2, 20), v_leak: all(0, 20), v_threshold: all(0.4, 20) }),
    b: node("Linear", { weight: weights(10, 20) }),
    if: node("IF", { r: all(1, 10), v_threshold: all(1, 10) }),
    c: node("Linear", { weight: weights(10, 10) }),
    last: node("IF", { r: all(1, 10), v_threshold: all(1, 10) }),
    output: node("Output", { shape: [[10], [1]] }),
  };
  const edges = ["input a", "a lif", "lif b", "b if", "if c", "c last", "last output"].map((edge) => edge.split(" "));
  const graph = { nodes: new Map(Object.entries(nodes)), edges: edges.map(([from, to]) => ({ from, to })), metadata: new Map() };
  return nirNetwork({ version: "1", graph }, "small.nir");
}

const networks: { readonly [file: string]: ModelNetwork } = {
  "small.nir": smallNir(1),
  "sparse.nir": smallNir(0.2),
  "mnist-rows-lif.safetensors": leaky.network,
  [parsed.experiment.network.model]: model.network,
};

const runs = new Map<string, Functional>();
/** By bytes of the experiment: most claims begin at the same chip. */
const results = new Map<string, Result>();
function evaluate(experiment: Experiment): Result {
  const bytes = serialize(experiment).toString("latin1");
  const result = results.get(bytes) ?? evaluated(experiment);
  results.set(bytes, result);
  return result;
}

function evaluated(experiment: Experiment): Result {
  const hash = experiment.network.model;
  const key = functionalKey(experiment, hash, digits.hash);
  const functional = runs.get(key) ?? prepareFunctional(experiment, networks[hash], hash, digits);
  runs.set(key, functional);
  return evaluatePoint(experiment, functional).result;
}

function measured(result: Result, what: Claim["what"]): number {
  if (!what.startsWith("pJ of ")) return result.metrics[what as MetricName] as number;
  const row = result.breakdown.find(({ component }) => component === what.slice("pJ of ".length));
  return row?.energyPj as number;
}

describe("each parameter", () => {
  for (const [some, options] of usualAndLong(
    CLAIMS.map((claim) => ({
      ...claim,
      title: `${claim.path} ${JSON.stringify(claim.from)} -> ${JSON.stringify(claim.to)}: ${claim.what} ${claim.order}`,
    })),
    ({ path }, i) => CLAIMS.findIndex((one) => one.path === path) === i,
  ))
    test.each(some)("$title", options, ({ path, from, to, what, order, on }) => {
      const before = measured(evaluate(patchDocument(parsed, { ...on, [path]: from })), what);
      const after = measured(evaluate(patchDocument(parsed, { ...on, [path]: to })), what);
      expect(before).toBeTypeOf("number");
      if (order === "rises") expect(after).toBeGreaterThan(before);
      else if (order === "falls") expect(after).toBeLessThan(before);
      else expect(after).not.toBe(before);
    });

  test("mapping.manual moves layers to the named cores", () => {
    const manual = parseArch(
      "version: 1\nextends: mesh-4x4\nworkload: { samples: 40, timing_samples: 2 }\nmapping: { strategy: manual, manual: { layer1: [3, 12], layer2: [15] } }\n",
      "m.yaml",
    );
    const { cores } = evaluate(manual.experiment).utilisation;
    const holders = (population: string): number[] =>
      cores.filter(({ populations }) => populations.includes(population)).map(({ core }) => core);
    expect(holders("layer1")).toEqual([3, 12]);
    expect(holders("layer2")).toEqual([15]);
  });

  test("tick.overrun: a tick that is too short costs whole ticks, or makes the point infeasible; one that is long enough is kept exactly", {
    tags: ["long"],
  }, () => {
    const few: Values = { "workload.samples": 8 }; // where messages are lost, each of them runs on the chip
    const short: Values = { ...few, "tick.period_us": 1 };
    expect(() => evaluate(patchDocument(parsed, { ...short, "tick.overrun": "refuse" }))).toThrow(/global tick/);
    const { latency_cycles: waited } = evaluate(patchDocument(parsed, { ...short, "tick.overrun": "wait" })).metrics;
    expect(((waited as number) * parsed.experiment.workload.timingSamples) % 100).toBe(0);
    const long: Values = { ...few, "tick.period_us": 1000, "tick.overrun": "refuse" };
    // 28 rows of a digit, and the three stages after the first
    expect(evaluate(patchDocument(parsed, long)).metrics.latency_cycles).toBe((28 + 3) * 100_000);
    const [idle, tight] = [1000, 3].map((period) =>
      ["late", "drop"].map(
        (overrun) => evaluate(patchDocument(parsed, { ...few, "tick.period_us": period, "tick.overrun": overrun })).metrics,
      ),
    );
    const base = evaluate(patchDocument(parsed, few)).metrics;
    for (const { latency_cycles: cycles, accuracy_percent: accuracy, events_dropped: dropped } of idle)
      expect([cycles, accuracy, dropped]).toEqual([(28 + 3) * 100_000, base.accuracy_percent, 0]);
    for (const { accuracy_percent: accuracy } of tight) expect(accuracy).toBeLessThan(base.accuracy_percent as number);
    expect(tight.map(({ events_dropped: dropped }) => (dropped as number) > 0)).toEqual([false, true]);
  });

  test("spill.to sends rows that do not fit to DRAM, at its price and time, and does not change a chip that holds everything", () => {
    const refused = { ...small, "spill.to": "none" };
    expect(() => evaluate(patchDocument(parsed, refused))).toThrow(/MAP_SYNAPSE_MEMORY_FULL|does not fit|synapse memory/);
    const spilled = evaluate(patchDocument(parsed, small));
    const held = evaluate(patchDocument(parsed, {}));
    expect(measured(spilled, "pJ of DRAM reads")).toBeGreaterThan(measured(spilled, "pJ of synapse memory reads"));
    expect(spilled.metrics.latency_cycles).toBeGreaterThan(held.metrics.latency_cycles as number);
    const unused = evaluate(patchDocument(parsed, { "spill.to": "dram" }));
    expect(unused.metrics.latency_cycles).toBe(held.metrics.latency_cycles);
    expect(measured(unused, "pJ of DRAM reads")).toBe(0);
  });

  test("workload.steady_state: replayed changes only throughput, and little", () => {
    const [composed, replayed] = ["composed", "replayed"].map(
      (steady) =>
        evaluate(
          patchDocument(parsed, {
            "mapping.max_neurons_per_core": 4,
            "noc.width": 8,
            "noc.height": 4,
            "tile.cores": 4,
            "workload.steady_state": steady,
          }),
        ).metrics,
    );
    const { throughput_per_s: quick, ...rest } = composed;
    const { throughput_per_s: exact, ...same } = replayed;
    expect(same).toEqual(rest);
    expect(quick).not.toBe(exact);
    expect(Math.abs((quick as number) / (exact as number) - 1)).toBeLessThan(0.01);
  });

  test("every parameter has a claim", () => {
    const claimed = new Set([...CLAIMS.map(({ path }) => path), ...IDENTITY, "spill.to", "tick.overrun", "workload.steady_state"]);
    claimed.add("chip.logic_period_ns"); // which clocks are refused: test/arch/logic-period.test.ts
    // what makes a network: claims stand in test/sweeps/models and test/arch/training-section.test.ts
    expect(KNOWN_PATHS.filter((path) => !claimed.has(path) && !path.startsWith("training."))).toEqual([]);
  });
});

describe("what is run", () => {
  const key = (values: Values): string => functionalKey(patchDocument(parsed, values), model.hash, digits.hash);

  test("samples, timing samples, seed and split cause another functional run", () => {
    const keys = [
      {},
      { "workload.samples": 41 },
      { "workload.timing_samples": 3 },
      { "workload.seed": 2 },
      { "workload.split": "train" },
    ].map(key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("the chip, its mapping and its name do not cause another functional run", () => {
    const chips: readonly Values[] = [
      { "chip.clock_mhz": 50 },
      { "tile.core.lanes": 8 },
      { "mapping.strategy": "balanced" },
      { "chip.name": "other" },
    ];
    expect(chips.map(key)).toEqual(chips.map(() => key({})));
    // if the chip's time feeds back, all of it does, except names and prices
    const drops = { "tile.core.input_queue.full": "drop" };
    const made = [{}, ...chips].map((values) => key({ ...drops, ...values }));
    expect(new Set([key({}), ...made])).toHaveProperty("size", 4);
    expect(made[1]).toBe(made[0]);
    expect(made[4]).toBe(made[0]);
  });

  test("another seed draws other utterances, and the timed ones are among the scored ones", () => {
    const workload = { ...parsed.experiment.workload, timingSamples: 2 };
    const { utterances, timed } = selectUtterances(workload, 10_000);
    expect(utterances).toHaveLength(40);
    expect(timed).toHaveLength(2);
    expect(Math.max(...timed)).toBeLessThan(40);
    expect(selectUtterances({ ...workload, seed: workload.seed + 1 }, 10_000).utterances).not.toEqual(utterances);
    expect(selectUtterances({ ...workload, samples: 20_000 }, 10_000).utterances).toEqual(
      Uint32Array.from({ length: 10_000 }, (_, i) => i),
    );
  });

  test("the train split has other data; an unknown set and a missing model are refused by name", () => {
    expect(loadDataset("mnist-rows", { path: null, split: "train" }).hash).not.toBe(digits.hash);
    expect(() => loadDataset("mnist-rowz", { path: null, split: "test" })).toThrow(/mnist-rowz/);
    expect(() => loadDataset("mnist-rows", { path: "/nowhere", split: "test" })).toThrow(/nowhere/);
    expect(() => resolveModelPath("absent.safetensors", "base.yaml")).toThrow(/absent\.safetensors/);
  });
});

describe("what does not fit", () => {
  test.each([
    [{ "tile.core.synapse_memory.size_kib": 4 }, "MAP_"],
    [{ "tile.core.state_memory.size_kib": 0.0625 }, "MAP_"],
    [{ "tile.core.max_neurons": 10 }, "MAP_"],
    [{ "chip.clock_mhz": 5000 }, "CLOCK_TOO_FAST"],
  ] as const)("%j is refused with code %s, need, capacity, and a change that fits", (values, code) => {
    try {
      evaluate(patchDocument(parsed, values));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InfeasibleError);
      const { code: got, need, have, fix } = error as InfeasibleError;
      expect(got.startsWith(code)).toBe(true);
      expect([need, have, fix].every((text) => text.length > 0)).toBe(true);
    }
  });
});
