/** Networks for tests: a 4 x 4 mesh of one-cycle stages, with a test's changes. */
import type { NocSpec } from "../../../sim/noc/noc.js";

export function networkOf(change: Partial<NocSpec> = {}): NocSpec {
  const spec: NocSpec = {
    topology: "mesh",
    tree: null,
    own: null,
    dies: null,
    width: 4,
    height: 4,
    routing: "xy",
    coresPerRouter: [],
    virtualChannels: 2,
    portRouter: null,
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

/** A tree of meshes, 1 .. `cores` cores per tile. */
export function treeOf(of: {
  readonly width: number;
  readonly height: number;
  readonly arity: number;
  readonly levels: number;
  readonly linkCycles: number;
  readonly cores: number;
}): Pick<NocSpec, "topology" | "tree" | "width" | "height" | "coresPerRouter"> {
  const { width, height, arity, levels, linkCycles, cores } = of;
  const onTiles = Array.from({ length: width * height * arity ** levels }, (_, tile) => (tile % cores) + 1);
  const nodes = Array.from({ length: levels }, (_, level) => arity ** level).reduce((a, b) => a + b, 0);
  return {
    topology: "mesh-tree",
    tree: { arity, levels, linkCycles },
    width,
    height,
    coresPerRouter: [...onTiles, ...new Array<number>(nodes).fill(0)],
  };
}
