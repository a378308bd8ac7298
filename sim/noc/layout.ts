/**
 * Wiring of the network as flat tables: what is behind each port, and how many cycles away.
 *
 * Ports of a router: those to other routers, then its cores (arch/topologies); core ids follow the order of routers. An
 * input VC is (router * ports + port) * virtualChannels + vc, an output VC likewise; output VCs of the sources (core,
 * vc) follow. Throws `InputError` if the numbers cannot make a network.
 */

import { boundsOf, type Link, linksIn, MOST_ENDS, MOST_PORTS, type NocTopology, nocTopology } from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { log2, powerOfTwo } from "../../base/math.js";
import type { NocSpec } from "./noc.js";

const linksOfSpec = (spec: NocSpec): readonly Link[] => linksIn(spec, spec.coresPerRouter);

/** Number of ports of the largest router; every router has room for as many. */
export function portCount(spec: NocSpec): number {
  const cores = spec.coresPerRouter.reduce((most, count) => Math.max(most, count), 0);
  const ports = nocTopology(spec).firstLocalPort(spec) + cores;
  return linksOfSpec(spec).reduce((most, { fromPort, toPort }) => Math.max(most, fromPort + 1, toPort + 1), ports);
}

/** Number of routers of this topology, whatever cores are at them. */
function routersNeeded(topology: NocTopology, spec: NocSpec): number {
  const [columns, rows] = topology.grid(spec);
  const tiles = topology.hasTree ? topology.tiles(spec) : columns * rows;
  return topology.coresPerRouter(spec, new Array<number>(tiles).fill(0)).length;
}

export interface NocLayout {
  readonly routers: number;
  /** Number of routers with tiles; those of a tree follow them. */
  readonly tiles: number;
  readonly ports: number;
  readonly cores: number;
  /** [cores] router and port of each core. */
  readonly coreRouter: Int32Array;
  readonly corePort: Int32Array;
  /** [routers][ports] first input VC behind an output port; -1: none; -2 - core: the core itself. */
  readonly down: Int32Array;
  /** [routers][ports] first output VC (of a router or a source) upstream of an input port; -1: none. */
  readonly up: Int32Array;
  /** [routers][ports] cycles from a switch grant to the flit's arrival behind an output port. */
  readonly flitCycles: Int32Array;
  /** [routers][ports] cycles that a flit occupies the link behind an output port. */
  readonly linkFlitCycles: Int32Array;
  /** [routers][ports] cycles from freeing a slot of an input port to the use of its credit upstream. */
  readonly creditCycles: Int32Array;
  /** Cycles from a source's sending to the flit's arrival in the router. */
  readonly injectionCycles: number;
  /** Cycles from a flit's ejection to the use of its credit in the router. */
  readonly ejectionCreditCycles: number;
  /** Slots of the event wheel: a power of two above every delay. */
  readonly wheelSlots: number;
  /** After this many cycles without movement, no flit or credit can still be on its way. */
  readonly quietCycles: number;
}

function problemsOf(spec: NocSpec): Problem[] {
  const problems: Problem[] = [];
  const demand = (path: string, value: number, low: number, high: number): void => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    const message = `got ${value}, expected an integer from ${low} to ${high}`;
    problems.push({ file: "noc", line: null, column: null, path, message, fix: "" });
  };
  const topology = nocTopology(spec);
  const [columns, rows] = topology.grid(spec);
  demand("width", spec.width, 1, Math.min(columns, 4096));
  demand("height", spec.height, 1, Math.min(rows, 1024));
  const bounded = (key: string, value: number): void => {
    const { low, high } = boundsOf(`noc.${key}`);
    demand(key, value, low, high);
  };
  bounded("virtual_channels", spec.virtualChannels);
  bounded("vc_buffer_flits", spec.vcBufferFlits);
  bounded("routing_delay_cycles", spec.routingDelayCycles);
  bounded("vc_allocation_delay_cycles", spec.vcAllocationDelayCycles);
  bounded("switch_allocation_delay_cycles", spec.switchAllocationDelayCycles);
  bounded("switch_traversal_delay_cycles", spec.switchTraversalDelayCycles);
  bounded("credit_delay_cycles", spec.creditDelayCycles);
  bounded("link_cycles", spec.linkCycles);
  if (spec.tree !== null) {
    bounded("tree.arity", spec.tree.arity);
    bounded("tree.levels", spec.tree.levels);
    bounded("tree.link_cycles", spec.tree.linkCycles);
  }
  if ((spec.tree !== null) !== topology.hasTree) {
    const message = spec.tree === null ? `a ${spec.topology} needs one` : `a ${spec.topology} has none`;
    problems.push({ file: "noc", line: null, column: null, path: "tree", message, fix: "" });
  }
  if (problems.length > 0) return problems;
  const routers = routersNeeded(topology, spec);
  demand("cores_per_router (routers)", spec.coresPerRouter.length, routers, routers);
  for (const [router, cores] of spec.coresPerRouter.entries()) demand(`cores_per_router[${router}]`, cores, 0, MOST_ENDS);
  demand("cores_per_router (ports of a router)", portCount(spec), 1, MOST_PORTS);
  if (spec.injectionQueuePackets !== Number.POSITIVE_INFINITY) demand("injection_queue_packets", spec.injectionQueuePackets, 1, 1 << 20);
  if (spec.routing === "odd-even" && !topology.allowsOddEven) {
    const message = `odd-even is for a mesh, got a ${spec.topology}`;
    problems.push({ file: "noc", line: null, column: null, path: "routing", message, fix: "use xy" });
  }
  return problems;
}

/** Cycles on a wire. */
function wireCycles({ tree, dies, linkCycles }: NocSpec, wire: Link["wire"], tiles: number): number {
  if (wire === "tree") return tree?.linkCycles ?? 0;
  return wire === "die" ? (dies?.latencyCycles ?? 0) : tiles * linkCycles;
}

export function layOut(spec: NocSpec): NocLayout {
  const problems = problemsOf(spec);
  if (problems.length > 0) throw new InputError(problems);
  const { virtualChannels, linkCycles, creditDelayCycles } = spec;
  const topology = nocTopology(spec);
  // A switch allocator of several cycles is a pipeline: it decides in its first cycle, and the flit leaves its buffer
  // in its last.
  const decisionCycles = spec.switchAllocationDelayCycles - 1;
  const switchCycles = decisionCycles + spec.switchTraversalDelayCycles;
  const routers = spec.coresPerRouter.length;
  const tiles = topology.hasTree ? topology.tiles(spec) : routers;
  const ports = portCount(spec);
  const cores = spec.coresPerRouter.reduce((sum, n) => sum + n, 0);
  const inputVcs = routers * ports * virtualChannels;
  const down = new Int32Array(routers * ports).fill(-1);
  const up = new Int32Array(routers * ports).fill(-1);
  const flitCycles = new Int32Array(routers * ports);
  const creditCycles = new Int32Array(routers * ports);
  const linkFlitCycles = new Int32Array(routers * ports).fill(1);
  const coreRouter = new Int32Array(cores);
  const corePort = new Int32Array(cores);
  // The channels between a core and its router.
  const channelCycles = topology.coreLinks ? linkCycles : 1;
  const join = (out: number, arrival: number, cycles: number, kept: number): void => {
    down[out] = arrival * virtualChannels;
    up[arrival] = out * virtualChannels;
    flitCycles[out] = switchCycles + kept + cycles;
    linkFlitCycles[out] = kept;
    creditCycles[arrival] = decisionCycles + cycles + 1 + creditDelayCycles;
  };
  let longestLink = linkCycles;
  for (const { from, fromPort, to, toPort, wire, tiles: spans } of linksOfSpec(spec)) {
    const cycles = wireCycles(spec, wire, spans);
    const kept = wire === "die" ? (spec.dies?.flitCycles ?? 1) : 1;
    const [here, there] = [from * ports + fromPort, to * ports + toPort];
    join(here, there, cycles, kept);
    join(there, here, cycles, kept);
    longestLink = Math.max(longestLink, cycles + kept - 1);
  }
  const firstLocalPort = topology.firstLocalPort(spec);
  let next = 0;
  for (let router = 0; router < routers; router++) {
    const ends = spec.coresPerRouter[router];
    for (let local = 0; local < ends; local++) {
      const isPort = router === spec.portRouter && local === ends - 1;
      const core = isPort ? cores - 1 : next++;
      const slot = router * ports + firstLocalPort + local;
      coreRouter[core] = router;
      corePort[core] = firstLocalPort + local;
      down[slot] = -2 - core;
      up[slot] = inputVcs + core * virtualChannels;
      flitCycles[slot] = switchCycles + channelCycles + 1;
      creditCycles[slot] = decisionCycles + channelCycles + 1;
    }
  }
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
    linkFlitCycles,
    creditCycles,
    injectionCycles: channelCycles + 1,
    ejectionCreditCycles: channelCycles + 1 + creditDelayCycles,
    wheelSlots: powerOfTwo(Math.ceil(log2(farthest + 1))),
    quietCycles: farthest + 2 * (stages + longestLink + creditDelayCycles) + 8,
  };
}
