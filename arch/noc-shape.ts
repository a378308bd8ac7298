/** Routers and links of a chip's network, by the rules of its topology (`topologies/`). */
import type { Chip, Noc } from "./chip.js";
import { type DieGrid, dieFlitCycles, dieLinksOnWay, overDies } from "./dies.js";
import { topologyNamed } from "./topologies/registry.js";
import type { Link, NocTopology, Shape, Way } from "./topologies/topology.js";

/** The registry entry of a network's topology. */
export const nocTopology = ({ topology, own }: Pick<Noc, "topology" | "own">): NocTopology => topologyNamed(topology, own);

/** Tiles of the chip. */
export const tileCount = (noc: Pick<Noc, "topology" | "own" | "width" | "height" | "tree">): number => nocTopology(noc).tiles(noc);

/** The shape in words: `4 x 4 mesh`. */
export const gridOf = ({ noc }: Chip): string => nocTopology(noc).words(noc);

/** Cores at each router, in router order. */
export const coresPerRouter = ({ noc, coresPerTile }: Chip): readonly number[] => nocTopology(noc).coresPerRouter(noc, coresPerTile);

/** Number of ends at each router, in router order: its cores and the port. */
export function endsPerRouter({ noc, coresPerTile, port }: Chip): readonly number[] {
  const onTiles = port === null ? coresPerTile : coresPerTile.map((cores, tile) => (tile === port.tile ? cores + 1 : cores));
  return nocTopology(noc).coresPerRouter(noc, onTiles);
}

/** False for a core alone, without a port: it takes its spikes from its own queue. */
export const hasRouters = ({ cores, port }: Pick<Chip, "cores" | "port">): boolean => cores.length > 1 || port !== null;

/** The port's router; null: the chip has no port. */
export function portRouter(chip: Chip): number | null {
  if (chip.port === null) return null;
  const cores = coresPerRouter(chip);
  return endsPerRouter(chip).findIndex((ends, router) => ends > cores[router]);
}

/** Parameters on which links depend. */
type Network = Shape & Pick<Noc, "topology" | "own"> & { readonly dies: DieGrid | null };

/** Links between routers of a network with these numbers of ends, two directions each. */
export function linksIn(noc: Network, ends: readonly number[]): readonly Link[] {
  const topology = nocTopology(noc);
  return overDies(topology.links(noc, ends), topology, noc, noc.dies);
}

/** Links between routers, two directions each. */
export const linksOf = (chip: Chip): readonly Link[] => linksIn(chip.noc, endsPerRouter(chip));

/** Number of ports of each router, in router order: neighbours, the router's cores, and the port. */
export function routerPorts(chip: Chip): readonly number[] {
  const ports = [...endsPerRouter(chip)];
  for (const { from, to } of linksOf(chip)) {
    ports[from]++;
    ports[to]++;
  }
  return ports;
}

/**
 * Kinds of routers by their ports and the ends among them, with the number of each, in order of first appearance; none
 * for a core alone.
 */
export function routerShapes(chip: Chip): readonly { readonly ports: number; readonly ends: number; readonly count: number }[] {
  if (!hasRouters(chip)) return [];
  const ends = endsPerRouter(chip);
  const counts = new Map<string, { ports: number; ends: number; count: number }>();
  for (const [router, ports] of routerPorts(chip).entries()) {
    const key = `${ports}/${ends[router]}`;
    const known = counts.get(key) ?? { ports, ends: ends[router], count: 0 };
    known.count++;
    counts.set(key, known);
  }
  return [...counts.values()];
}

/**
 * Number of directed links in the tree of a tree of meshes: one up and one down for every router and gateway but the
 * root.
 */
export const treeLinkCount = (chip: Chip): number => 2 * linksOf(chip).filter(({ wire }) => wire === "tree").length;

/** Number of directed links between dies. */
export const dieLinkCount = (chip: Chip): number => 2 * linksOf(chip).filter(({ wire }) => wire === "die").length;

/**
 * Number of directed links by length in tiles, without links of a tree and between dies: between routers, or in a
 * crossbar between ends and switch. A core alone, which has no router, has none.
 */
export function linkCounts(chip: Chip): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  if (!hasRouters(chip)) return counts;
  const add = (tiles: number, links: number): void => void counts.set(tiles, (counts.get(tiles) ?? 0) + links);
  const ends = chip.cores.length + (chip.port === null ? 0 : 1);
  if (nocTopology(chip.noc).coreLinks) add(1, 2 * ends);
  for (const { wire, lengthTiles } of linksOf(chip)) if (wire === "tile") add(lengthTiles, 2);
  return counts;
}

/**
 * Both directions of the links between tiles of a die: the router and port from which each starts, and its length; by
 * router, then port.
 */
export function directedLinks(chip: Chip): readonly { readonly router: number; readonly port: number; readonly tiles: number }[] {
  const both = linksOf(chip).flatMap(({ from, fromPort, to, toPort, wire, lengthTiles: tiles }) =>
    wire !== "tile"
      ? []
      : [
          { router: from, port: fromPort, tiles },
          { router: to, port: toPort, tiles },
        ],
  );
  return both.sort((a, b) => a.router - b.router || a.port - b.port);
}

/** Name of a router's port. */
export function portName(chip: Chip, router: number, port: number): string {
  const { noc, coresPerTile } = chip;
  const topology = nocTopology(noc);
  if (router !== portRouter(chip)) return topology.portName(noc, router, port, coresPerTile[router] ?? 0);
  const ends = endsPerRouter(chip)[router];
  return port === topology.firstLocalPort(noc) + ends - 1 ? "host port" : topology.portName(noc, router, port, ends);
}

/** Number of links on the route between two tiles. */
export const linksOnWay = (noc: Shape & Pick<Noc, "topology" | "own">, from: number, to: number): Way =>
  nocTopology(noc).way(noc, from, to);

/** Number of links between dies on the route between two tiles. */
export const dieLinksBetween = (noc: Network, from: number, to: number): number => dieLinksOnWay(nocTopology(noc), noc, noc.dies, from, to);

/** Cycles for which a flit occupies a link, by its router and the port's name: several only between dies. */
export function flitCyclesOn(chip: Chip): (link: { readonly router: number; readonly port: string }) => number {
  const { dies } = chip.noc;
  if (dies === null) return () => 1;
  const cycles = dieFlitCycles(dies, chip.noc);
  const between = linksOf(chip).filter(({ wire }) => wire === "die");
  const ends = between.flatMap(({ from, fromPort, to, toPort }) => [[from, fromPort] as const, [to, toPort] as const]);
  const names = new Set(ends.map(([router, port]) => `${router} ${portName(chip, router, port)}`));
  return ({ router, port }) => (names.has(`${router} ${port}`) ? cycles : 1);
}
