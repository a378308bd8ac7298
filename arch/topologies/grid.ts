/** Shared by mesh, torus and ring: rows and columns of routers with ports east, west, north, south. */
import type { Link, MeanWay, NocTopology, Shape, TopologyDrawing, Twin, Way } from "./topology.js";

/** Ports E, W, N, S of a tile's router: x + 1, x - 1, y + 1, y - 1. */
export const GRID_PORTS = 4;
const GRID_NAMES = ["east", "west", "north", "south"];

export type Grid = Pick<Shape, "width" | "height">;

/**
 * How rows and columns are laid out. `open`: neighbours stand beside each other. `loop`: their ends meet, too.
 * `folded`: rows and columns of more than two tiles are folded, so that no wire runs back over all of them; each is two
 * tiles long.
 */
type Layout = "open" | "loop" | "folded";

/** Links between neighbours of a grid whose routers are numbered from `first`, and where it wraps, between the ends. */
export function gridLinks({ width, height }: Grid, layout: Layout, first = 0): readonly Link[] {
  const wraps = layout !== "open";
  const wire = (places: number): Pick<Link, "wire" | "tiles" | "lengthTiles"> => ({
    ...{ wire: "tile", tiles: 1, lengthTiles: layout === "folded" && places > 2 ? 2 : 1 },
  });
  const links: Link[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = first + x + width * y;
      if (width > 1 && (wraps || x + 1 < width))
        links.push({ from, fromPort: 0, to: first + ((x + 1) % width) + width * y, toPort: 1, ...wire(width) });
      if (height > 1 && (wraps || y + 1 < height))
        links.push({ from, fromPort: 2, to: first + x + width * ((y + 1) % height), toPort: 3, ...wire(height) });
    }
  }
  return links;
}

/** Number of links between two places of a grid without wrap-around links. */
export function gridSteps({ width }: Pick<Grid, "width">, from: number, to: number): number {
  return Math.abs((from % width) - (to % width)) + Math.abs(Math.floor(from / width) - Math.floor(to / width));
}

/** Mean distance of two random places of a row of n. */
export const meanInRow = (n: number): number => (n * n - 1) / (3 * n);

/** Expected route if all links take as many cycles and there is no tree. */
export const gridWay = (grid: number): MeanWay => ({ grid, tree: 0, tiles: grid, treeShare: 0 });

/** Places after `from` on the straight route to `to`. */
export const straight = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.abs(to - from) }, (_, i) => from + (to > from ? i + 1 : -i - 1));

export const onGrid = (grid: number): Way => ({ grid, tree: 0 });

export const gridPortName = (port: number): string => GRID_NAMES[port] ?? `core ${port - GRID_PORTS}`;

/** The port towards a neighbouring tile of a grid; in a single column the next tile is the one to the north. */
export function gridPortTo({ width }: Grid, from: number, to: number): string | null {
  if (width > 1 && to === from + 1) return "east";
  if (width > 1 && to === from - 1) return "west";
  return to === from + width ? "north" : to === from - width ? "south" : null;
}

export const GRID_KIND = { about: "", ports: GRID_NAMES } as const;

export function gridDrawing(notes: readonly string[]): TopologyDrawing {
  return { portTo: gridPortTo, notes, kinds: [GRID_KIND] };
}

const samePort = (port: number): number => port;

/** A row, for a column of routers. `port`: the row's port for a port of the column, and the reverse. */
export const rowFor = ({ width, height }: Grid, port: Twin["port"] = samePort): Twin | null =>
  width === 1 && height > 1 ? { width: height, height: 1, port } : null;

/** One row of all tiles, for a network that does not depend on rows and columns. */
export const oneRowFor = ({ width, height }: Grid): Twin | null =>
  height > 1 ? { width: width * height, height: 1, port: samePort } : null;

/** East and west for north and south, and the reverse. */
export const otherDirection = (port: number): number => (port < GRID_PORTS ? port ^ 2 : port);

/** The part of a registry entry that all grids with one router per tile share. */
export const GRID: Pick<
  NocTopology,
  "hasTree" | "coreLinks" | "tiles" | "grid" | "coresPerRouter" | "firstLocalPort" | "twin" | "portName" | "routes" | "along"
> = {
  hasTree: false,
  coreLinks: false,
  tiles: ({ width, height }) => width * height,
  grid: ({ width, height }) => [width, height],
  coresPerRouter: (_, coresPerTile) => coresPerTile,
  firstLocalPort: () => GRID_PORTS,
  twin: () => null,
  portName: (_shape, _router, port) => gridPortName(port),
  routes: null,
  along: null,
};
