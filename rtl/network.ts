/**
 * The network on chip of several cores, or of one core with a port, as numbers: parameters of `rtl/lib/mesh.sv` and of
 * the packets, and the destinations of each population's spikes. Its ends are numbered from 0: first the used cores,
 * then the port.
 */
import { type Chip, type Core, coresPerRouter, endsPerRouter, portRouter } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import type { Placement } from "../sim/mapping/index.js";
import type { Program } from "../sim/program/index.js";
import { addressBits } from "./numbers.js";

export interface NetworkTables {
  /** Parameters of the mesh. */
  readonly mesh: { readonly [name: string]: number };
  /** Parameters of the packets. */
  readonly packet: { readonly [name: string]: number };
  /** Router and local port of each end. */
  readonly homes: readonly (readonly [router: number, port: number])[];
  /** Flits per packet, by population. */
  readonly flits: readonly number[];
  /**
   * By population: the cores to which its spikes go, one bit per core, in all steps except the last one, and in the
   * last one.
   */
  readonly routes: readonly (readonly [number, number])[];
  readonly routers: number;
  readonly ports: number;
}

/** Parts of a point from which the network is made. */
export interface NetworkParts {
  readonly chip: Chip;
  readonly placement: Placement;
  readonly program: Program;
}

/** A single core takes its spikes from its own queue, and has no router. */
export const hasNetwork = ({ port }: Pick<Chip, "port">, { usedCores }: Pick<Placement, "usedCores">): boolean =>
  usedCores.length > 1 || port !== null;

/** Ends of the network: cores that hold neurons, and the port. */
export const networkEnds = ({ port }: Pick<Chip, "port">, { usedCores }: Pick<Placement, "usedCores">): number =>
  usedCores.length + (port === null ? 0 : 1);

/** Output classes, and other populations without targets, send no spikes. */
const sends = ({ topology }: Placement, p: number): boolean => topology.populations[p].payloadBits > 0;

/** Flits per packet, by population; a population that sends nothing over the network gets the smallest number. */
function flitsOf({ program, placement }: NetworkParts): number[] {
  const slices = program.somaSlices.flat();
  const found = placement.topology.populations.map((_, p) => slices.find(({ slice }) => slice.population === p)?.flits ?? 1);
  const least = Math.min(...found.filter((_, p) => sends(placement, p)));
  return found.map((flits, p) => (sends(placement, p) ? flits : least));
}

/** Bits of a packet for its destination and its kind. */
export function packetBits(
  { chip, placement }: NetworkParts,
  payloadBits: number,
): { readonly destination: number; readonly all: number; readonly neuron: number } {
  const { populations } = placement.topology;
  const ends = networkEnds(chip, placement);
  const destination = chip.noc.multicast === "tree" ? ends : addressBits(ends);
  const neuron = addressBits(Math.max(...populations.filter((_, p) => sends(placement, p)).map(({ neurons }) => neurons)));
  return { destination, neuron, all: destination + 1 + addressBits(populations.length) + neuron + payloadBits };
}

/** Bits of the shortest packet. */
export function shortestPacketBits(parts: NetworkParts): number {
  return Math.min(...flitsOf(parts)) * parts.chip.noc.flitWidthBits;
}

function routesOf({ program, placement }: NetworkParts): (readonly [number, number])[] {
  const { populationStart, routeOf, entryStart, entryCore } = program;
  const position = new Map(placement.usedCores.map((id, i) => [id, i]));
  return placement.topology.populations.map((_, population) => {
    const [normal, last] = routeOf.map((routes) => {
      const route = routes[populationStart[population]];
      const cores = Array.from(entryCore.subarray(entryStart[route], entryStart[route + 1]));
      return cores.reduce((sum, id) => sum + powerOfTwo(position.get(id) ?? 0), 0);
    });
    return [normal, last];
  });
}

/** Tables for these cores; `shared`: parameters that all cores have in common. */
export function networkTables(parts: NetworkParts, cores: readonly Core[], shared: { readonly [name: string]: number }): NetworkTables {
  const { chip } = parts;
  const { noc } = chip;
  const perRouter = coresPerRouter(chip);
  const firsts = perRouter.map((_, router) => perRouter.slice(0, router).reduce((sum, count) => sum + count, 0));
  const flits = flitsOf(parts);
  const { destination, neuron } = packetBits(parts, shared.PAYLOAD);
  const most = Math.max(...flits);
  const local = Math.max(...endsPerRouter(chip));
  const atPort = portRouter(chip);
  return {
    mesh: {
      COLUMNS: noc.width,
      ROWS: noc.height,
      LOCAL: local,
      CORES: networkEnds(chip, parts.placement),
      Y_FIRST: noc.routing === "yx" ? 1 : 0,
      TREE: noc.multicast === "tree" ? 1 : 0,
      VCS: noc.virtualChannels,
      WIDTH: noc.flitWidthBits,
      MOST: most,
      DEPTH: noc.vcBufferFlits,
      QUEUE: cores[0].outputQueue.depth,
      ...(chip.port === null ? {} : { PORT_QUEUE: chip.port.queueDepth }),
      FIRST: noc.allocator === "separable-input-first" ? 1 : 0,
      ROUTING: noc.routingDelayCycles,
      VC_CYCLES: noc.vcAllocationDelayCycles,
      SWITCH: noc.switchAllocationDelayCycles,
      TRAVERSAL: noc.switchTraversalDelayCycles,
      CREDIT: noc.creditDelayCycles,
      LINK: noc.linkCycles,
    },
    packet: {
      ...{ NP: shared.NP, TW: shared.TW, PAYLOAD: shared.PAYLOAD },
      ...{ NEURON: neuron, DEST: destination, WIDTH: noc.flitWidthBits, MOST: most },
    },
    homes: [
      ...cores.map(({ id, tile }) => [tile, id - firsts[tile]] as const),
      ...(atPort === null ? [] : [[atPort, perRouter[atPort]] as const]),
    ],
    flits,
    routes: routesOf(parts),
    routers: perRouter.length,
    ports: 4 + local,
  };
}
