/** The network of a chip alone under synthetic traffic: latency and throughput over offered load. */
import { nocTopology, TOPOLOGY_NAMES } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { type CurveRow, type NocSpec, nocCurve, nocSpec, type TrafficPattern } from "../sim/noc/index.js";
import { type ChipDescription, experimentWith, type Values } from "./open.js";

export type { TrafficPattern } from "../sim/noc/index.js";
export type NocCurveRow = CurveRow;

/** A network without a description: one core per router, every stage one cycle unless said. */
export interface NocShape {
  readonly topology?: string;
  readonly routing?: NocSpec["routing"];
  /** Routers per side of a mesh (of a mesh-tree: of each) or torus, routers of a ring, ports of a crossbar. */
  readonly k?: number;
  readonly treeArity?: number;
  readonly treeLevels?: number;
  /** Cycles of a link of the tree. */
  readonly treeLink?: number;
  readonly vcs?: number;
  /** Flits per virtual channel. */
  readonly vcBuffer?: number;
  readonly allocator?: "islip" | "separable-input-first" | "separable_input_first";
  /** Cycles of each stage. */
  readonly routingDelay?: number;
  readonly vcAllocDelay?: number;
  readonly swAllocDelay?: number;
  readonly stFinalDelay?: number;
  readonly creditDelay?: number;
  readonly link?: number;
}

export interface NocLoad {
  readonly traffic?: TrafficPattern;
  readonly packetFlits?: number;
  /** Offered flits per node and cycle, a row each. */
  readonly rates: readonly number[];
  readonly warmupCycles?: number;
  readonly measureCycles?: number;
  readonly seed?: number;
  /** Independent runs per rate, averaged. */
  readonly replications?: number;
  /** Values by path over a description first. */
  readonly values?: Values;
}

/**
 * Measures a network.
 *
 * @param network an opened description, whose network is taken, or a shape
 * @returns a row per rate: offered, injected and accepted load, hops and latencies in cycles (null where saturated)
 * @throws InputError for a shape or a load that cannot be
 */
export function noc(network: ChipDescription | NocShape, load: NocLoad): readonly NocCurveRow[] {
  const { traffic = "uniform", packetFlits = 1, rates, warmupCycles = 7500, measureCycles = 7500, seed = 1, replications = 4 } = load;
  const spec = "experiment" in network ? nocSpec(experimentWith(network, load.values ?? {}, "--set").chip) : specOf(network);
  return nocCurve({ spec, traffic, packetFlits, rates, warmupCycles, measureCycles, seed, replications });
}

function specOf(options: NocShape): NocSpec {
  const topology = topologyNamed(options.topology ?? "mesh");
  const shapes = nocTopology({ topology });
  const tree = treeOf(topology, options);
  const k = options.k ?? 8;
  const isLine = shapes.grid({ width: k, height: k, tree })[1] === 1;
  const shape = { width: k, height: isLine ? 1 : k, tree };
  const [width, height] = shapes.grid(shape);
  return {
    topology,
    tree,
    width,
    height,
    routing: options.routing ?? "xy",
    coresPerRouter: shapes.coresPerRouter(shape, new Array<number>(shapes.tiles(shape)).fill(1)),
    virtualChannels: options.vcs ?? 2,
    middleVc: topology === "torus" ? "both" : "upper",
    vcBufferFlits: options.vcBuffer ?? 8,
    allocator: (options.allocator ?? "islip") === "islip" ? "islip" : "separable-input-first",
    routingDelayCycles: options.routingDelay ?? 1,
    vcAllocationDelayCycles: options.vcAllocDelay ?? 1,
    switchAllocationDelayCycles: options.swAllocDelay ?? 1,
    switchTraversalDelayCycles: options.stFinalDelay ?? 1,
    creditDelayCycles: options.creditDelay ?? 0,
    linkCycles: options.link ?? (topology === "torus" ? 2 : 1),
    multicast: "unicast",
    injectionQueuePackets: Number.POSITIVE_INFINITY,
  };
}

function topologyNamed(given: string): NocSpec["topology"] {
  const name = TOPOLOGY_NAMES.find((known) => known === given);
  if (name === undefined)
    throw inputError("--topology", `got '${given}', expected one of ${TOPOLOGY_NAMES.join(", ")}`, "e.g. --topology torus");
  return name;
}

function treeOf(topology: NocSpec["topology"], { treeArity, treeLevels, treeLink }: NocShape): NocSpec["tree"] {
  if (nocTopology({ topology }).hasTree) return { arity: treeArity ?? 4, levels: treeLevels ?? 1, linkCycles: treeLink ?? 2 };
  for (const [flag, value] of Object.entries({ "--tree-arity": treeArity, "--tree-levels": treeLevels, "--tree-link": treeLink }))
    if (value !== undefined) throw inputError(flag, `is of a tree of meshes, got topology ${topology}`, "use --topology mesh-tree");
  return null;
}
