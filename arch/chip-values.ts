/** From checked documents to a chip: camel case, bits for KiB, cycles of the chip's clock for times. */
import type { Chip, Core, Dram, Memory, Tick } from "./chip.js";
import { type CoreDocument, type RootDocument, treeSchema } from "./schema.js";
import type { Tree } from "./topologies/mesh-tree.js";
import { TOPOLOGIES } from "./topologies/registry.js";
import { nominalVoltageV } from "./voltage.js";

const memoryOf = (memory: CoreDocument["state_memory"]): Memory => ({
  sizeBits: Math.floor(memory.size_kib * 8192),
  wordBits: memory.word_bits,
  banks: memory.banks,
  ports: memory.ports,
  readLatencyCycles: memory.read_latency_cycles,
  refetch: memory.refetch ?? "row",
  rereadsInStalls: memory.reread_in_stalls ?? false,
});

/** A core of a checked description. */
export const coreOf = (core: CoreDocument, id: number, tile: number): Core => ({
  id,
  tile,
  maxNeurons: core.max_neurons,
  lanes: core.lanes,
  accumulateDepthCycles: core.accumulate_depth_cycles,
  eventOverheadCycles: core.event_overhead_cycles,
  scan: {
    policy: core.scan.policy,
    chunkBits: core.scan.chunk_bits,
    cyclesPerChunk: core.scan.cycles_per_chunk,
    cyclesPerSetBit: core.scan.cycles_per_set_bit,
  },
  synapseMemory: memoryOf(core.synapse_memory),
  stateMemory: memoryOf(core.state_memory),
  axonEntries: core.axon_table?.entries ?? null,
  routeEntries: core.route_table?.entries ?? null,
  inputQueue: { depth: core.input_queue.depth },
  intake: {
    full: core.input_queue.full,
    visibilityCycles: core.input_queue.visibility_cycles,
    fullJudged: core.input_queue.full_judged,
  },
  outputQueue: { depth: core.output_queue.depth },
  neuronUpdate: {
    policy: core.neuron_update.policy,
    units: core.neuron_update.units,
    cyclesPerNeuron: core.neuron_update.cycles_per_neuron,
    pipelineDepthCycles: core.neuron_update.pipeline_depth_cycles,
  },
});

function tickOf({ tick, chip }: RootDocument): Tick | null {
  if (tick.period_us === 0) return null;
  const periodCycles = Math.max(1, Math.round(tick.period_us * chip.clock_mhz));
  const { overrun } = tick;
  if (overrun === "wait" || overrun === "refuse") return { periodCycles, overrun };
  return { periodCycles, overrun, spreadCycles: tick.timers === "local" ? Math.round(tick.spread_us * chip.clock_mhz) : 0 };
}

/** null: the topology has no tree. */
export function treeOf({ noc }: RootDocument): Tree | null {
  if (!TOPOLOGIES[noc.topology].hasTree) return null;
  const { arity, levels, link_cycles, link_length_mm } = noc.tree ?? treeSchema.parse({});
  return { arity, levels, linkCycles: link_cycles, linkLengthMm: link_length_mm };
}

function dramOf({ spill, chip }: RootDocument): Dram | null {
  if (spill.to === "none") return null;
  return {
    bitsPerCycle: (spill.bandwidth_gbit_s * 1000) / chip.clock_mhz,
    latencyCycles: Math.ceil((spill.latency_ns * chip.clock_mhz) / 1000),
    burstBits: spill.burst_bits,
  };
}

export function chipOf(root: RootDocument, cores: readonly Core[], coresPerTile: readonly number[]): Chip {
  const { chip, noc, barrier } = root;
  return {
    name: chip.name,
    technology: {
      nodeNm: chip.technology_nm,
      sramCell: chip.sram_cell,
      voltageV: chip.voltage_v === "nominal" ? nominalVoltageV(chip.technology_nm, chip.sram_cell) : chip.voltage_v,
      temperatureK: chip.temperature_k,
      clockMhz: chip.clock_mhz,
      idle: chip.idle,
    },
    noc: {
      topology: noc.topology,
      tree: treeOf(root),
      width: noc.width,
      height: noc.height,
      routing: noc.routing,
      flitWidthBits: noc.flit_width_bits,
      virtualChannels: noc.virtual_channels,
      vcBufferFlits: noc.vc_buffer_flits,
      allocator: noc.allocator,
      routingDelayCycles: noc.routing_delay_cycles,
      vcAllocationDelayCycles: noc.vc_allocation_delay_cycles,
      switchAllocationDelayCycles: noc.switch_allocation_delay_cycles,
      switchTraversalDelayCycles: noc.switch_traversal_delay_cycles,
      creditDelayCycles: noc.credit_delay_cycles,
      linkCycles: noc.link_cycles,
      linkLengthMm: noc.link_length_mm,
      multicast: noc.multicast,
      headerBits: noc.header_bits,
    },
    barrier: { baseCycles: barrier.base_cycles, perCoreCycles: barrier.per_core_cycles },
    tick: tickOf(root),
    spill: dramOf(root),
    coresPerTile,
    cores,
    priceOverrides: root.prices as Chip["priceOverrides"],
  };
}
