/** Networks for tests: a 4 x 4 mesh of one-cycle stages, and what a test wants different. */
import type { NocSpec } from "../../../../sim/timing/noc/noc.js";

export function networkOf(change: Partial<NocSpec> = {}): NocSpec {
  const spec: NocSpec = {
    topology: "mesh",
    width: 4,
    height: 4,
    routing: "xy",
    coresPerRouter: [],
    virtualChannels: 2,
    middleVc: "upper",
    vcBufferFlits: 8,
    allocator: "islip",
    routingDelayCycles: 1,
    vcAllocationDelayCycles: 1,
    switchAllocationDelayCycles: 1,
    switchTraversalDelayCycles: 1,
    creditDelayCycles: 0,
    linkCycles: 1,
    multicast: "unicast",
    injectionQueuePackets: Number.POSITIVE_INFINITY,
    ...change,
  };
  return spec.coresPerRouter.length > 0 ? spec : { ...spec, coresPerRouter: new Array<number>(spec.width * spec.height).fill(1) };
}
