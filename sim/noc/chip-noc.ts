/**
 * The network of a chip's description, as the kernels take it, property by property. Properties that only prices read
 * (lengths) are left out. Pure.
 */
import { type Chip, dieFlitCycles, endsPerRouter, nocTopology, portRouter } from "../../arch/index.js";
import type { DieLinks, NocSpec } from "./noc.js";

/** Links between dies; null if the network is on one die. */
function dieLinks({ noc }: Pick<Chip, "noc">): DieLinks | null {
  if (noc.dies === null) return null;
  const { columns, rows, latencyCycles } = noc.dies;
  return { columns, rows, latencyCycles, flitCycles: dieFlitCycles(noc.dies, noc) };
}

/** Parameters of the chip's network. */
export function nocSpec(chip: Chip): NocSpec {
  const { noc } = chip;
  const [width, height] = nocTopology(noc).grid(noc);
  return {
    topology: noc.topology,
    own: noc.own,
    tree: noc.tree,
    dies: dieLinks(chip),
    width,
    height,
    routing: noc.routing,
    coresPerRouter: endsPerRouter(chip),
    portRouter: portRouter(chip),
    virtualChannels: noc.virtualChannels,
    middleVc: "upper",
    vcBufferFlits: noc.vcBufferFlits,
    allocator: noc.allocator,
    routingDelayCycles: noc.routingDelayCycles,
    vcAllocationDelayCycles: noc.vcAllocationDelayCycles,
    switchAllocationDelayCycles: noc.switchAllocationDelayCycles,
    switchTraversalDelayCycles: noc.switchTraversalDelayCycles,
    creditDelayCycles: noc.creditDelayCycles,
    linkCycles: noc.linkCycles,
    multicast: noc.multicast,
    injectionQueuePackets: Math.max(chip.port?.queueDepth ?? 1, ...chip.cores.map((core) => core.outputQueue.depth)),
  };
}
