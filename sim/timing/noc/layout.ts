/**
 * Wiring of the network as flat tables: who is behind which port, and how many cycles away.
 *
 * Ports of a router: E, W, N, S (x + 1, x - 1, y + 1, y - 1), then its cores; a ring uses E and W, a crossbar none of the four. Router = x + width * y;
 * cores run over routers in order. A tree of meshes: see arch/mesh-tree.ts.
 * An input VC is (router * ports + port) * virtualChannels + vc, an output VC likewise; output VCs of the sources (core, vc) follow behind them.
 * Throws `InputError` when the numbers cannot make a network.
 */

import { GRID_PORTS, meshCount, type TreeLink, treeLinks, treeRouterCount } from "../../../arch/index.js";
import { InputError, type Problem } from "../../../base/errors.js";
import type { NocSpec } from "./noc.js";

export const FIRST_LOCAL_PORT = GRID_PORTS;

/** Routers of a network. */
export function routerCount({ width, height, tree }: NocSpec): number {
  return tree === null ? width * height : width * height * meshCount(tree) + treeRouterCount(tree);
}

/** Links of its tree. */
function treeLinksOf(spec: NocSpec): readonly TreeLink[] {
  return spec.tree === null ? [] : treeLinks(spec, spec.tree, spec.coresPerRouter);
}

/** Ports of its largest router; every router has room for so many. */
export function portCount(spec: NocSpec): number {
  const ports = FIRST_LOCAL_PORT + Math.max(...spec.coresPerRouter);
  return treeLinksOf(spec).reduce((most, { childPort, parentPort }) => Math.max(most, childPort + 1, parentPort + 1), ports);
}

export interface NocLayout {
  readonly routers: number;
  /** Routers of tiles; those of a tree follow them. */
  readonly tiles: number;
  readonly ports: number;
  readonly cores: number;
  /** [cores] router and port of each core. */
  readonly coreRouter: Int32Array;
  readonly corePort: Int32Array;
  /** [routers][ports] first input VC behind an output port; -1: nothing; -2 - core: the core itself. */
  readonly down: Int32Array;
  /** [routers][ports] first output VC (of a router or a source) before an input port; -1: nothing. */
  readonly up: Int32Array;
  /** [routers][ports] cycles from a switch grant to the flit's arrival behind an output port. */
  readonly flitCycles: Int32Array;
  /** [routers][ports] cycles from freeing a slot of an input port to its credit's use upstream. */
  readonly creditCycles: Int32Array;
  /** Cycles from a source's sending to the flit's arrival in the router. */
  readonly injectionCycles: number;
  /** Cycles from a flit's ejection to its credit's use in the router. */
  readonly ejectionCreditCycles: number;
  /** Slots of the event wheel, a power of two above every delay. */
  readonly wheelSlots: number;
  /** Cycles without any movement after which waiting can no longer be in transit. */
  readonly quietCycles: number;
}

function problemsOf(spec: NocSpec): Problem[] {
  const problems: Problem[] = [];
  const demand = (path: string, value: number, low: number, high: number): void => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    const message = `got ${value}, expected an integer from ${low} to ${high}`;
    problems.push({ file: "noc", line: null, column: null, path, message, fix: "" });
  };
  const crossbar = spec.topology === "crossbar";
  demand("width", spec.width, 1, crossbar ? 1 : 4096);
  demand("height", spec.height, 1, crossbar || spec.topology === "ring" ? 1 : 1024);
  demand("virtual_channels", spec.virtualChannels, 1, 30);
  demand("vc_buffer_flits", spec.vcBufferFlits, 1, 4096);
  demand("routing_delay_cycles", spec.routingDelayCycles, 0, 64);
  demand("vc_allocation_delay_cycles", spec.vcAllocationDelayCycles, 1, 64);
  demand("switch_allocation_delay_cycles", spec.switchAllocationDelayCycles, 1, 64);
  demand("switch_traversal_delay_cycles", spec.switchTraversalDelayCycles, 1, 64);
  demand("credit_delay_cycles", spec.creditDelayCycles, 0, 64);
  demand("link_cycles", spec.linkCycles, 1, 64);
  if (spec.tree !== null) {
    demand("tree.arity", spec.tree.arity, 2, 16);
    demand("tree.levels", spec.tree.levels, 1, 6);
    demand("tree.link_cycles", spec.tree.linkCycles, 1, 64);
  }
  if ((spec.tree !== null) !== (spec.topology === "mesh-tree")) {
    const message = spec.tree === null ? "a mesh-tree needs one" : `a ${spec.topology} has none`;
    problems.push({ file: "noc", line: null, column: null, path: "tree", message, fix: "" });
  }
  if (problems.length > 0) return problems;
  demand("cores_per_router (routers)", spec.coresPerRouter.length, routerCount(spec), routerCount(spec));
  for (const [router, cores] of spec.coresPerRouter.entries()) demand(`cores_per_router[${router}]`, cores, 0, 250);
  if (spec.injectionQueuePackets !== Number.POSITIVE_INFINITY) demand("injection_queue_packets", spec.injectionQueuePackets, 1, 1 << 20);
  if (spec.routing === "odd-even" && spec.topology !== "mesh") {
    const message = `odd-even is for a mesh, got a ${spec.topology}`;
    problems.push({ file: "noc", line: null, column: null, path: "routing", message, fix: "use xy" });
  }
  return problems;
}

export function layOut(spec: NocSpec): NocLayout {
  const problems = problemsOf(spec);
  if (problems.length > 0) throw new InputError(problems);
  const { width, height, virtualChannels, linkCycles, creditDelayCycles } = spec;
  // A switch allocator of several cycles is a pipeline: it decides in the first, the flit leaves its buffer in the last.
  const decisionCycles = spec.switchAllocationDelayCycles - 1;
  const switchCycles = decisionCycles + spec.switchTraversalDelayCycles;
  const routers = routerCount(spec);
  const tiles = spec.tree === null ? routers : width * height * meshCount(spec.tree);
  const ports = portCount(spec);
  const cores = spec.coresPerRouter.reduce((sum, n) => sum + n, 0);
  const inputVcs = routers * ports * virtualChannels;
  const down = new Int32Array(routers * ports).fill(-1);
  const up = new Int32Array(routers * ports).fill(-1);
  const flitCycles = new Int32Array(routers * ports);
  const creditCycles = new Int32Array(routers * ports);
  const coreRouter = new Int32Array(cores);
  const corePort = new Int32Array(cores);
  const wrap = spec.topology === "torus" || spec.topology === "ring";
  // The channels between a core and its router.
  const channelCycles = spec.topology === "crossbar" ? linkCycles : 1;
  const join = (out: number, arrival: number, cycles: number): void => {
    down[out] = arrival * virtualChannels;
    up[arrival] = out * virtualChannels;
    flitCycles[out] = switchCycles + cycles + 1;
    creditCycles[arrival] = decisionCycles + cycles + 1 + creditDelayCycles;
  };
  for (const { child, childPort, parent, parentPort } of treeLinksOf(spec)) {
    const [below, above] = [child * ports + childPort, parent * ports + parentPort];
    join(below, above, spec.tree?.linkCycles ?? 0);
    join(above, below, spec.tree?.linkCycles ?? 0);
  }
  let core = 0;
  for (let router = 0; router < routers; router++) {
    const x = router % width;
    const y = Math.floor(router / width) % height;
    const first = router - x - y * width;
    for (let port = 0; port < FIRST_LOCAL_PORT && router < tiles; port++) {
      const size = port < 2 ? width : height;
      const at = port < 2 ? x : y;
      const next = at + (port % 2 === 0 ? 1 : -1);
      if (size === 1 || (!wrap && (next < 0 || next >= size))) continue;
      const to = (next + size) % size;
      const neighbour = first + (port < 2 ? y * width + to : to * width + x);
      join(router * ports + port, neighbour * ports + (port ^ 1), linkCycles);
    }
    for (let local = 0; local < spec.coresPerRouter[router]; local++, core++) {
      const slot = router * ports + FIRST_LOCAL_PORT + local;
      coreRouter[core] = router;
      corePort[core] = FIRST_LOCAL_PORT + local;
      down[slot] = -2 - core;
      up[slot] = inputVcs + core * virtualChannels;
      flitCycles[slot] = switchCycles + channelCycles + 1;
      creditCycles[slot] = decisionCycles + channelCycles + 1;
    }
  }
  const longestLink = Math.max(linkCycles, spec.tree?.linkCycles ?? 0);
  const farthest = switchCycles + longestLink + creditDelayCycles + 4;
  const stages = spec.routingDelayCycles + spec.vcAllocationDelayCycles;
  return {
    routers,
    tiles,
    ports,
    cores,
    coreRouter,
    corePort,
    down,
    up,
    flitCycles,
    creditCycles,
    injectionCycles: channelCycles + 1,
    ejectionCreditCycles: channelCycles + 1 + creditDelayCycles,
    wheelSlots: 2 ** Math.ceil(Math.log2(farthest + 1)),
    quietCycles: farthest + 2 * (stages + longestLink + creditDelayCycles) + 8,
  };
}
