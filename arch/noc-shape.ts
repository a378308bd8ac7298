/** What the topology of a chip's network says about its routers and links. */
import type { Chip, Noc } from "./chip.js";
import { GRID_PORTS, linksBetween, meshCount, type Tree, treeLinks, treeRouterCount } from "./mesh-tree.js";

/** Tiles of the chip. */
export function tileCount({ width, height, tree }: Pick<Noc, "width" | "height" | "tree">): number {
  return width * height * (tree === null ? 1 : meshCount(tree));
}

/** The shape in words: `4 x 4 mesh`. */
export function gridOf({ noc: { width, height, topology, tree } }: Chip): string {
  if (tree === null) return `${width} x ${height} ${topology}`;
  return `${topology} of ${meshCount(tree)} meshes of ${width} x ${height}, arity ${tree.arity}, links of the tree ${tree.linkCycles} cycles`;
}

/** Cores at each router, in router order: one router a tile; a crossbar is one switch for all; those of a tree of meshes follow the tiles' without cores. */
export function coresPerRouter({ noc, cores, coresPerTile }: Chip): readonly number[] {
  if (noc.topology === "crossbar") return [cores.length];
  return noc.tree === null ? coresPerTile : [...coresPerTile, ...new Array<number>(treeRouterCount(noc.tree)).fill(0)];
}

/** Ports of each router, in router order: neighbours, and the router's cores. */
export function routerPorts(chip: Chip): readonly number[] {
  const { width, height, topology, tree } = chip.noc;
  const along = (at: number, size: number): number =>
    size === 1 ? 0 : topology === "torus" ? 2 : (at > 0 ? 1 : 0) + (at < size - 1 ? 1 : 0);
  const ports = coresPerRouter(chip).map((cores, router) => {
    if (topology === "crossbar" || router >= chip.coresPerTile.length) return cores;
    if (topology === "ring") return cores + (chip.coresPerTile.length === 1 ? 0 : 2);
    return cores + along(router % width, width) + along(Math.floor(router / width) % height, height);
  });
  for (const { child, parent } of tree === null ? [] : treeLinks(chip.noc, tree, coresPerRouter(chip))) {
    (ports[child] as number)++;
    (ports[parent] as number)++;
  }
  return ports;
}

/** Directed links of a tree of meshes that join routers of its tree and gateways: one up and one down for every router but the root. */
export function treeLinkCount({ noc: { tree } }: Chip): number {
  return tree === null ? 0 : 2 * (meshCount(tree) + treeRouterCount(tree) - 1);
}

/** What a port of a router leads to, by name: `east`, `core 0`; in a tree of meshes `up` to the parent, `down 0` to a child. */
export function portName(chip: Chip, router: number, port: number): string {
  const { tree } = chip.noc;
  const cores = chip.coresPerTile[router] ?? 0;
  if (tree !== null && router >= chip.coresPerTile.length) return port === tree.arity ? "up" : `down ${port}`;
  if (port < GRID_PORTS) return GRID_NAMES[port] as string;
  return tree !== null && port === GRID_PORTS + cores ? "up" : `core ${port - GRID_PORTS}`;
}
const GRID_NAMES = ["east", "west", "north", "south"];

/** Directed links, but those of a tree: between routers; of a crossbar between each core and the switch. */
export function linkCount(chip: Chip): number {
  if (chip.noc.topology === "crossbar") return chip.cores.length === 1 ? 0 : 2 * chip.cores.length;
  const cores = coresPerRouter(chip);
  return routerPorts(chip).reduce((sum, ports, router) => sum + ports - (cores[router] as number), 0) - treeLinkCount(chip);
}

/** Links on the way between two tiles: those of meshes, rings and rows, and those of a tree. */
export function linksOnWay(
  noc: Pick<Noc, "topology" | "width" | "height"> & { readonly tree: Pick<Tree, "arity" | "levels"> | null },
  from: number,
  to: number,
): { readonly grid: number; readonly tree: number } {
  const { width, height, topology, tree } = noc;
  if (tree !== null) return linksBetween(noc, tree, from, to);
  if (topology === "crossbar") return { grid: 0, tree: 0 };
  const span = (a: number, b: number, size: number): number =>
    topology === "mesh" ? Math.abs(a - b) : Math.min(Math.abs(a - b), size - Math.abs(a - b));
  if (topology === "ring") return { grid: span(from, to, width * height), tree: 0 };
  return { grid: span(from % width, to % width, width) + span(Math.floor(from / width), Math.floor(to / width), height), tree: 0 };
}
