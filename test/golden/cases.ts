/**
 * Twelve chips, each with three shipped networks, and what they count: integers that no restructuring may move. `scripts/write-golden.ts` records them.
 * Each chip is `arch/examples/edge.yaml` with changes; together they reach every topology, queue rule, tick rule, scan, memory rule and traffic kind.
 */
import { join } from "node:path";
import { patchDocument, readArch, readModel, resolveModelPath, type Samples } from "../../arch/index.js";
import { bytesOf, type Json, sha256 } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";
import { CORE_COUNTERS, ROUTER_COUNTERS } from "../../sim/counters.js";
import { evaluatePoint, prepareFunctional } from "../../sim/index.js";

type Changes = { readonly [path: string]: Json };

export const NETWORKS: readonly string[] = ["mnist-rows-lif", "mnist-rows-rec-v2", "mnist-rows-gru"];

export const ROOMY: Changes = {
  "workload.samples": 12,
  "workload.timing_samples": 2,
  "tile.core.synapse_memory.size_kib": 1024,
  "tile.core.state_memory.size_kib": 64,
  "tile.core.max_neurons": 1024,
  "mapping.max_neurons_per_core": 100,
  "noc.width": 3,
  "noc.height": 2,
};

export const CHIPS: { readonly [name: string]: Changes } = {
  "one core": { "noc.width": 1, "noc.height": 1, "mapping.max_neurons_per_core": null },
  "mesh, odd-even, one lane": { "noc.routing": "odd-even", "tile.core.lanes": 1, "noc.flit_width_bits": 8, "noc.vc_buffer_flits": 1 },
  "torus, tree, four cores a tile": {
    "noc.topology": "torus",
    "noc.width": 2,
    "noc.height": 1,
    "tile.cores": 4,
    "noc.multicast": "tree",
    "noc.virtual_channels": 2,
  },
  "ring, compressed scan": { "noc.topology": "ring", "noc.width": 6, "noc.height": 1, "tile.core.scan.policy": "compressed", "tile.core.scan.chunk_bits": 16 },
  "crossbar, dense scan": { "noc.topology": "crossbar", "tile.core.scan.policy": "dense", "tile.core.state_memory.ports": "1rw" },
  "flattened butterfly, separable allocator": { "noc.topology": "flattened-butterfly", "noc.allocator": "separable-input-first", "noc.link_cycles": 3 },
  "tree of meshes": {
    "noc.topology": "mesh-tree",
    "noc.width": 2,
    "noc.height": 1,
    "noc.tree.levels": 1,
    "noc.tree.arity": 4,
  },
  "weights and states in DRAM": {
    "spill.to": "dram",
    "tile.core.synapse_memory.size_kib": 2,
    "tile.core.state_memory.size_kib": 1.125,
    "spill.bandwidth_gbit_s": 3.2,
  },
  "queues that freeze": { "tile.core.input_queue.depth": 2, "tile.core.input_queue.full": "freeze", "tile.core.input_queue.visibility_cycles": 3 },
  "groups fetched again, words read again": {
    "tile.core.synapse_memory.refetch": "group",
    "tile.core.synapse_memory.reread_in_stalls": true,
    "tile.core.state_memory.refetch": "group",
    "tile.core.state_memory.reread_in_stalls": true,
    "tile.core.lanes": 2,
  },
  "ticks that wait": { "tick.period_us": 5, "tick.overrun": "wait", "tile.core.state_memory.banks": 4, "tile.core.synapse_memory.banks": 2 },
  "local timers, late ticks, queues that drop": {
    "tick.period_us": 4,
    "tick.overrun": "late",
    "tick.timers": "local",
    "tick.spread_us": 2,
    "tile.core.input_queue.depth": 4,
    "tile.core.input_queue.full": "drop",
  },
};

/** What one chip counts for one network: sums by counter, cycles of each wave, and the spikes and waves as digests. */
export interface Golden {
  readonly spikes: string;
  readonly correct: number;
  readonly latencyCycles: readonly number[];
  readonly cyclesPerUtterance: number | null;
  readonly waves: string;
  readonly droppedMessages: number;
  readonly packets: number;
  readonly flits: number;
  readonly linkFlits: number;
  readonly barrierCycles: number;
  readonly core: { readonly [counter: string]: number };
  readonly router: { readonly [counter: string]: number };
}

const file = join(packageRoot(), "arch/examples/edge.yaml");
const parsed = readArch(file);

/** [rows][counters] summed by counter; zeros left out. */
function sums(values: Float64Array, names: readonly string[]): { [counter: string]: number } {
  const found: { [counter: string]: number } = {};
  for (const [at, value] of values.entries()) {
    if (value === 0) continue;
    const name = names[at % names.length];
    found[name] = (found[name] ?? 0) + value;
  }
  return found;
}

const digest = (...arrays: readonly ArrayBufferView[]): string => sha256(...arrays.map(bytesOf)).slice(0, 16);

export function goldenOf(chip: string, network: string, samples: Samples): Golden {
  const experiment = patchDocument(parsed, { ...ROOMY, ...CHIPS[chip], "network.model": `${network}.safetensors` });
  const model = readModel(resolveModelPath(experiment.network.model, file));
  const functional = prepareFunctional(experiment, model.network, model.hash, samples);
  const { timing } = evaluatePoint(experiment, functional);
  const { total } = timing;
  const { trace } = functional;
  return {
    spikes: digest(trace.stepStart, trace.eventStart, trace.neuron, trace.payload),
    correct: functional.correct,
    latencyCycles: [...timing.latencyCycles],
    cyclesPerUtterance: timing.cyclesPerUtterance,
    waves: digest(timing.waveCycles),
    droppedMessages: timing.droppedMessages.reduce((sum, n) => sum + n, 0),
    packets: total.packets,
    flits: total.flits,
    linkFlits: total.links.reduce((sum, n) => sum + n, 0),
    barrierCycles: total.barrierCycles,
    core: sums(total.cores, CORE_COUNTERS),
    router: sums(total.routers, ROUTER_COUNTERS),
  };
}
