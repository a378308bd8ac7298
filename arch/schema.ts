/**
 * The description file as zod schemas: key names with units, ranges, defaults, and one sentence each. JSON Schema is
 * made from these.
 *
 * `tile` and `core` keys may have selectors (`tile[0..3]`), so their mappings are separate schemas, checked fragment by
 * fragment.
 */

import * as z from "zod";
import type { Json } from "../base/hash.js";
import { chipSchema } from "./chip-schema.js";
import { diesSchema } from "./dies-schema.js";
import { eventsSchema, INPUT_DATASETS, labelsSchema } from "./events-schema.js";
import { inputsSchema } from "./inputs-schema.js";
import { LEAK_RULES } from "./leak-rule.js";
import { macroTables } from "./macros/macro-schema.js";
import { inputQueue, memory, parameterMemory, queue, table } from "./memory-schema.js";
import { network, training } from "./network-schema.js";
import { ownPrices } from "./own-price.js";
import { barrierSchema, tickSchema } from "./pace-schema.js";
import { PLAIN } from "./parse-plain.js";
import { restKeys } from "./rest-schema.js";
import { choice, int, nameInNetwork, real } from "./schema-fields.js";
import { PRICE_BASES } from "./silicon-groups.js";
import { TOPOLOGY_NAMES, topologyTexts } from "./topologies/registry.js";
import { WEIGHT_FORMATS } from "./weight-format-schema.js";

export const treeSchema = z.strictObject({
  arity: int(2, 16, "children of each router of the tree", 4),
  levels: int(1, 6, "levels of routers above the meshes; there are arity^levels meshes", 1),
  link_cycles: int(1, 64, "cycles of a wire of the tree", 2),
  link_length_mm: real(0.01, 50, "length of that wire, for energy and area", 4),
});

const noc = z
  .strictObject({
    topology: z
      .union([z.enum(TOPOLOGY_NAMES), z.string().min(1).max(80)])
      .default("mesh")
      .describe(`${topologyTexts()}; or one of a plug-in`),
    width: int(1, 64, "tiles in x; for mesh-tree, tiles of each mesh", 2),
    height: int(1, 64, "tiles in y; for mesh-tree, tiles of each mesh", 2),
    tree: treeSchema.optional().describe("tree of a mesh-tree; left out: the defaults of its keys"),
    dies: diesSchema
      .optional()
      .describe(
        "dies over which the tiles of a mesh, torus, ring or flattened butterfly are divided, and the links between them; left out: one die",
      ),
    routing: choice(
      ["xy", "yx", "odd-even"],
      "order of dimensions; or odd-even: minimal adaptive routing by the odd-even turn model (mesh)",
      "xy",
    ),
    flit_width_bits: int(4, 1024, "bits that a link carries per cycle", 32),
    virtual_channels: int(1, 30, "virtual channels per link", 2),
    vc_buffer_flits: int(1, 4096, "depth of the input buffer of one virtual channel", 4),
    allocator: choice(["islip", "separable-input-first"], "virtual-channel and switch allocator", "islip"),
    routing_delay_cycles: int(0, 64, "router pipeline: route computation", 1),
    vc_allocation_delay_cycles: int(1, 64, "router pipeline: virtual-channel allocation", 1),
    switch_allocation_delay_cycles: int(1, 64, "router pipeline: switch allocation", 1),
    switch_traversal_delay_cycles: int(1, 64, "router pipeline: crossbar", 1),
    credit_delay_cycles: int(0, 64, "cycles that a credit takes on its way back, in addition to the link", 1),
    link_cycles: int(1, 64, "cycles of a wire between two routers; for a crossbar, between core and switch", 1),
    link_length_mm: real(0.01, 20, "length of that wire, for energy; where a torus or ring is folded, twice that", 1),
    multicast: choice(
      ["unicast", "tree"],
      "how a spike reaches several cores: one packet per core, or one packet that forks on its way (tree)",
      "unicast",
    ),
    header_bits: int(1, 256, "bits in front of the payload: destination, axon and parity of the timestep", 24),
  })
  .prefault({});

const spill = z
  .strictObject({
    to: choice(
      ["none", "dram"],
      "what happens to weights and membrane states that do not fit the chip's memories. none: the point is infeasible; dram: they are kept in external DRAM",
      "none",
    ),
    bandwidth_gbit_s: real(0.001, 100_000, "bandwidth of the chip's one DRAM channel, independent of the chip's clock", 12.8),
    latency_ns: real(0, 100_000, "time from a request to its first bit", 60),
    burst_bits: int(8, 65_536, "size of a burst; rows of weights and chunks of states are transferred in whole bursts", 256),
    rows: choice(
      ["whole", "streamed"],
      "when the rows of a spike are used. whole: after all of them have arrived; streamed: while they arrive, from the cycle on in which no group has to wait for its words",
      "whole",
    ),
    prefetch_bits: int(
      0,
      16_777_216,
      "size of each core's buffer for rows of spikes that wait in its input queue: their rows are asked for as soon as they fit, in the order of the queue; 0: the rows of a spike are asked for when it has been taken and looked up",
      0,
    ),
  })
  .prefault({});

export const coreSchema = z.strictObject({
  max_neurons: int(1, 65_536, "neurons that the core can hold", 256),
  lanes: int(1, 1024, "synaptic operations per cycle", 4),
  accumulate_depth_cycles: int(1, 64, "pipeline stages from the weight word to the accumulator write; counted once per event", 3),
  event_overhead_cycles: int(1, 1024, "cycles from taking an event to its first weight read, in which its rows are looked up", 2),
  scan: z
    .strictObject({
      policy: choice(
        ["event", "compressed", "dense"],
        "when rows of weights are read. event: when a spike arrives; compressed: at the end of a step, for the set bits of the core's spike vector; dense: at the end of a step, for all axons. Rows in DRAM are fetched when the scan finds their set bit (compressed), or axon by axon in order of the source, with or without a spike (dense)",
        "event",
      ),
      chunk_bits: int(
        1,
        65_536,
        "bits that a priority encoder examines at once, of the spike vector (compressed) or of the vector of touched neurons",
        64,
      ),
      cycles_per_chunk: int(1, 1024, "cycles to load a chunk and find it empty", 1),
      cycles_per_set_bit: int(1, 1024, "cycles to find a spike, or a neuron to update", 1),
    })
    .prefault({})
    .describe("how the synapse unit finds its spikes"),
  synapse_memory: memory(
    "weights",
    32,
    64,
    "words of weights",
    "whether the words of a group are read again in each cycle in which the group waits for the state memory",
  ),
  state_memory: memory(
    "membranes, currents and accumulators",
    4,
    64,
    "words of accumulators",
    "whether the words of the last request are read again in each cycle in which its unit waits: the synapse unit for the memory, the soma for the memory or for its packets to leave",
  ),
  parameter_memory: parameterMemory,
  configuration_bits: z
    .int()
    .min(0)
    .max(1_048_576)
    .optional()
    .describe(
      "bits of configuration registers, which are priced with their clock; left out: settings are constants, as in the emitted core",
    ),
  axon_table: table(
    "source neurons with weights on the core (fan-in); an entry points at a row of weights and is read once per spike taken",
  ),
  route_table: table(
    "packets that the spikes of the core's neurons make (fan-out): one per destination core, or with noc.multicast: tree one for all of them; an entry is the header of a packet",
  ),
  input_queue: inputQueue,
  output_queue: queue("spikes waiting for the network"),
  neuron_update: z
    .strictObject({
      policy: choice(
        ["dense", "touched"],
        "neurons that are updated at the end of a step. dense: all; touched: those that have had input in this utterance, which a priority encoder finds. touched needs neurons that stay at 0 without input (no bias); states in DRAM are all updated",
        "dense",
      ),
      units: int(1, 256, "update units that work in parallel", 1),
      cycles_per_neuron: int(1, 1024, "cycles between two neurons of one unit", 1),
      pipeline_depth_cycles: int(1, 256, "latency of an update unit", 4),
    })
    .prefault({})
    .describe("end of a step"),
});

export const tileSchema = z.strictObject({
  cores: z.int().min(1).max(256).optional().describe("cores per tile; left out: as many as the core keys name, at least one"),
});

const workload = z
  .strictObject({
    dataset: z.string().min(1).max(80).default("mnist-rows").describe("data-set reader"),
    path: z
      .string()
      .min(1)
      .max(4096)
      .nullable()
      .default(null)
      .describe("folder of the data, or the spike or event file, relative to this file; null for embedded sets"),
    labels: labelsSchema,
    inputs: z
      .record(
        nameInNetwork,
        z.strictObject({
          path: z.string().min(1).max(4096).describe("spike file or recordings of this input"),
          dataset: z.enum(INPUT_DATASETS).optional().describe("data set of this input; left out: workload.dataset"),
          events: eventsSchema.optional().describe("how recordings become steps; left out: workload.events"),
        }),
      )
      .optional()
      .describe("for a .nir file with several inputs: the files of each input, by the name of its Input node, instead of path"),
    encoder: z
      .strictObject({
        kind: choice(["direct", "rate", "latency", "delta", "level-crossing"], "how features become input of each step", "direct"),
        steps_per_frame: int(1, 10_000, "network steps per frame", 1),
        gain: real(-1e6, 1e6, "direct: factor of the features; rate: spike probability per step at feature 1", 1),
        threshold: real(0, 1e6, "delta and level-crossing: change that makes a spike; latency: features above it make a spike", 0.1),
      })
      .prefault({})
      .describe("encoder before the network's input"),
    events: eventsSchema.optional().describe("how the events of a data set become steps; left out: the defaults of its keys"),
    split: choice(
      ["train", "validation", "test"],
      "part of the set; validation: recordings of the training half that a network made by a search does not learn from",
      "test",
    ),
    samples: int(1, 10_000_000, "utterances on which accuracy is measured", 1000),
    timing_samples: int(1, 100_000, "utterances, drawn from these samples, that run on the chip cycle by cycle", 8),
    seed: int(0, 4_294_967_295, "seed of the draw", 1),
    steady_state: choice(
      ["composed", "replayed"],
      "how the throughput of utterances back to back is found. composed: waves of one utterance keep their cycles, and waves in which two utterances meet are simulated, 0.05 to 0.2 % off in the mean, and 1 to 3 % in a few chips (scale.md); replayed: all waves are simulated again",
      "composed",
    ),
    period_ms: z
      .number()
      .positive()
      .max(1e9)
      .optional()
      .describe(
        "period of a device that is always on, with one inference per period; the energy then includes what the chip takes until the next inference; left out: only the inference counts",
      ),
    rest: restKeys,
  })
  .prefault({});

const precision = z
  .strictObject({
    integers: choice(
      ["quantised", "from-file", "speck", "xylo"],
      "where the integers of weights, thresholds and leaks come from. quantised: real numbers, scaled to the widths below; from-file: the whole numbers of a .net or .nir file as they are, refused if a width is too small; speck: a .nir file, scaled as sinabs does for Speck, whose IF neurons have a lower bound and spike at the threshold; xylo: a .nir file, scaled as Rockpool does for Xylo, whose LIF and CubaLIF neurons leak by shifts",
      "quantised",
    ),
    weight_bits: int(
      1,
      16,
      "bits of a weight, signed and symmetric; 2: the values -1, 0 and 1; 1: -1 and 1, or 0 and 1 if no weight of a gate is negative",
      8,
    ),
    weight_scale: choice(
      ["max", "mse"],
      "step of a row of weights. max: the largest weight becomes the largest word; mse: the step with the least squared error, which clips large weights",
      "max",
    ),
    state_bits: int(8, 24, "bits of membrane potentials and hidden states, signed, saturating", 16),
    state_fraction_bits: int(
      0,
      16,
      "fraction bits of a state: its unit is the step of the spike quantiser / 2^this. The rest of state_bits are whole bits with the sign; too few of them, and states saturate, so fewer state_bits go with fewer of these",
      8,
    ),
    accumulator_bits: int(12, 32, "bits of a sum of weight x payload", 24),
    accumulator_overflow: choice(["saturate", "wrap"], "what a full accumulator does", "saturate"),
    lut_bits: int(2, 14, "address bits of the sigmoid table, which has 2^this entries", 8),
    gate_bits: int(2, 15, "bits of a gate (unsigned fixed point), and fraction bits of a leak factor", 8),
    leak: choice(
      LEAK_RULES,
      "how constant leaks are computed (lif, and LIF, LI, CubaLIF of NIR files). multiplier: state times a factor, rounded to nearest; shift: state -= state >> k, with the nearest k; truncate: state times a factor, rounded towards zero as on Loihi",
      "multiplier",
    ),
    layers: z
      .record(
        nameInNetwork,
        z.strictObject({
          weight_bits: z.int().min(1).max(16).optional().describe("bits of the weights into this layer"),
          state_bits: z.int().min(8).max(24).optional().describe("bits of its states"),
          state_fraction_bits: z.int().min(0).max(16).optional().describe("fraction bits of its states, below a spike or threshold"),
          spike_bits: z
            .int()
            .min(1)
            .max(8)
            .optional()
            .describe("bits of its spikes, with the same range; only for networks trained by this program"),
          accumulator_bits: z.int().min(12).max(32).optional().describe("bits of its accumulators"),
          weight_format: z.enum(WEIGHT_FORMATS).optional().describe("format of a matrix with zeros into it; as chip.weight_format"),
        }),
      )
      .default({})
      .describe("by population: narrower words and another weight format; hardware is built for the widths above"),
    spike_bits: z
      .int()
      .min(1)
      .max(8)
      .nullable()
      .default(null)
      .describe("bits of every spike, with the same range; null: as the network was trained"),
  })
  .prefault({});

const mapping = z
  .strictObject({
    strategy: choice(["sequential", "balanced", "min-traffic", "layer-per-core", "manual"], "how neurons are placed on cores", "balanced"),
    manual: z
      .record(nameInNetwork, z.array(z.int().min(0).max(65_535)).max(65_536))
      .default({})
      .describe("cores by population, for strategy: manual"),
    max_neurons_per_core: z
      .int()
      .min(1)
      .max(65_536)
      .nullable()
      .default(null)
      .describe("neurons of one population per core; null: as many as fit"),
    seed: int(0, 4_294_967_295, "seed of the placement search", 1),
  })
  .prefault({});

const prices = z
  .strictObject({
    basis: choice(
      PRICE_BASES,
      "prices of the component library. library: its models as they are; silicon: multiplied by factors measured on published chips",
      "silicon",
    ),
    macros: macroTables,
    ...ownPrices,
  })
  .prefault({})
  .describe("prices that replace the component library's");

export const rootSchema = z.strictObject({
  version: z.literal(1).describe("version of this file format"),
  extends: z.string().min(1).max(4096).optional().describe("shipped chip (mesh-2x2) or a file beside this one (base.yaml)"),
  plugins: z.array(z.string().min(1).max(4096)).max(16).optional().describe("plug-ins: files beside this one (./my-plugin.mjs)"),
  chip: chipSchema,
  noc,
  barrier: barrierSchema,
  tick: tickSchema,
  spill,
  inputs: inputsSchema.optional().describe("where spikes come in; left out: the defaults of its keys"),
  prices,
  network,
  training,
  workload,
  precision,
  mapping,
});
export type RootDocument = z.infer<typeof rootSchema>;
export type CoreDocument = z.infer<typeof coreSchema>;

/** Most points of a search. */
export const MOST_POINTS = 10_000_000;
const samplerSchema = z.looseObject({
  name: z.string().min(1).max(80).default("nsga2").describe("search strategy"),
  budget: int(1, MOST_POINTS, "number of design points", 200),
  seed: int(0, 4_294_967_295, "seed of the search", 1),
});
const bounds = z.tuple([z.number(), z.number()]);
/** Most characters of a parameter's path, and of a value that is a text; the queue of a cluster takes as many. */
export const MOST_PARAMETER_TEXT = 4096;
const value = z.union([z.number(), z.string().max(MOST_PARAMETER_TEXT), z.boolean()]);
/** Domain keys of a swept parameter: exactly one of the kinds. */
export const domainSchema = z.strictObject({
  values: z.array(value).min(1).max(10_000).optional().describe("list of values"),
  range: bounds.optional().describe("[low, high], both ends included"),
  step: z.number().positive().optional().describe("grid of range; left out: continuous, or 1 for integers"),
  log: bounds.optional().describe("[low, high], uniform in the logarithm"),
  log2: bounds.optional().describe("[low, high], powers of two"),
  derived: z.string().min(1).max(500).optional().describe("computed from other parameters' names"),
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,79}$/)
    .optional()
    .describe("short name; default the end of the path"),
  when: z.string().min(1).max(500).optional().describe("active only if this comparison holds"),
});
export const parameterSchema = z.strictObject({ path: z.string().min(1).max(MOST_PARAMETER_TEXT), ...domainSchema.shape });
export const sweepSchema = z.strictObject({
  parameters: z.array(parameterSchema).max(200).default([]).describe("parameters by path; or write {sweep: [...]} in place of any value"),
  objectives: z
    .record(z.string(), z.enum(["min", "max"]))
    .describe(
      "direction (min or max) by metric; energy_uj_per_inference@90 is the quantile that 90 % of the draws of prices do not exceed (prices.md)",
    ),
  constraints: z.array(z.string().min(1).max(500)).max(100).default([]).describe("comparisons over metrics and parameters"),
  sampler: samplerSchema.prefault({}),
  reference_point: z
    .record(z.string(), z.number())
    .nullable()
    .default(null)
    .describe(
      "worst value by metric, for the hypervolume; null: the worst values of the front of the first 32 feasible points, a tenth of its extent further out, rounded outwards (samplers.md)",
    ),
});

/** Every key with its default: the document into which a description is merged. */
export const defaultDocument: Json = {
  ...(rootSchema.parse({ version: 1, inputs: {} }, PLAIN) as { readonly [key: string]: Json }),
  tile: { core: coreSchema.parse({}, PLAIN) as { readonly [key: string]: Json } },
};
