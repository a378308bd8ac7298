/** A random chip with a network under the names of docs/description.md, as a case for the program of docs/mesh.md. */
import type { Chip } from "../../arch/index.js";
import { candidateOf, emit, obstaclesOf } from "../../rtl/index.js";
import { describedCore, trainedHere } from "./described-core.js";
import { describedGraph } from "./described-graph.js";
import { type ProgramCase, printedProgram } from "./page-program.js";
import type { RandomCore } from "./random-cores.js";

const meshOf = ({ noc }: Chip) => ({
  ...{
    multicast: noc.multicast,
    routing: noc.routing,
    allocator: noc.allocator,
    width: noc.width,
    height: noc.height,
    flit_width_bits: noc.flitWidthBits,
    header_bits: noc.headerBits,
  },
  ...{ virtual_channels: noc.virtualChannels, vc_buffer_flits: noc.vcBufferFlits, link_cycles: noc.linkCycles },
  ...{ routing_delay_cycles: noc.routingDelayCycles, vc_allocation_delay_cycles: noc.vcAllocationDelayCycles },
  switch_allocation_delay_cycles: noc.switchAllocationDelayCycles,
  switch_traversal_delay_cycles: noc.switchTraversalDelayCycles,
  credit_delay_cycles: noc.creditDelayCycles,
});

/** The chip's port in the units of a description. */
const portOf = ({ port, technology: { clockMhz } }: Chip) =>
  port === null
    ? {}
    : {
        inputs: {
          port: {
            ...{ tile: port.tile, packet_bits: port.packetBits, queue: { depth: port.queueDepth } },
            ...{ bandwidth_gbit_s: (port.bitsPerCycle * clockMhz) / 1000, latency_ns: (port.latencyCycles * 1000) / clockMhz },
          },
        },
      };

/** Null: the page does not hold such a point, or `snn-dse rtl` does not write it. */
export function meshCase(point: RandomCore): ProgramCase | null {
  const { experiment, choices, run } = point;
  const network = trainedHere(point);
  if (obstaclesOf(candidateOf(point)).length > 0) return null;
  const { chip } = experiment;
  const described = {
    ...describedCore(point, network),
    // where the description has the shortest barrier, the program must find it; imported networks have longer ones
    barrier: {
      base_cycles: network !== null && choices.includes("barrier slack=0") ? 0 : chip.barrier.baseCycles,
      per_core_cycles: chip.barrier.perCoreCycles,
    },
    ...portOf(chip),
    ...(network === null ? { network: describedGraph(point) } : {}),
    noc: meshOf(chip),
    output_queue: { depth: chip.cores[0].outputQueue.depth },
    cores_of_tile: chip.coresPerTile,
    slices: run.placement.slices.map(({ core, population, firstNeuron, neurons }) => [core, population, firstNeuron, neurons]),
  };
  const files = {
    ...emit(point).files,
    "chip.json": JSON.stringify(described),
    "core.py": printedProgram("one-core.md", "core.py"),
    "imported.py": printedProgram("mesh.md", "imported.py"),
  };
  return { network, files, words: ["chip.json"] };
}
