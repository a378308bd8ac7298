/**
 * The definition of a network-on-chip topology: routers, ports, links with their wires, routes, names of ports, and
 * drawing. One file and one line in the registry per topology; all other code (wiring, routes, prices, area, analytical
 * model, drawings, description) reads the entry.
 *
 * Routers are numbered from 0: those of the tiles first, tile = x + width * y. Ports of a router: `firstLocalPort`
 * ports to other routers, then its cores, then further ports of the topology.
 */

/** Size of the network in the description: tiles in x and y; `tree` only if the topology has one. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly tree: TreeShape | null;
}

/** Children of each router of a tree, and levels of routers above the meshes. */
export interface TreeShape {
  readonly arity: number;
  readonly levels: number;
}

/** A link between two routers, with a wire in each direction, and its ports at both ends. */
export interface Link {
  readonly from: number;
  readonly fromPort: number;
  readonly to: number;
  readonly toPort: number;
  /**
   * `tile`: `tiles` times `noc.link_cycles`, `lengthTiles` times `noc.link_length_mm`; `tree`:
   * `noc.tree.link_length_mm` and `noc.tree.link_cycles`; `die`: between dies, set by `dies.ts` and not by a topology.
   */
  readonly wire: "tile" | "tree" | "die";
  readonly tiles: number;
  /** Length of the wire, which prices follow; it differs from `tiles` where a layout folds the network. */
  readonly lengthTiles: number;
}

/** Number of links on a route, or its expected value. */
export interface Way {
  /** Links between routers of tiles. */
  readonly grid: number;
  /** Of a tree. */
  readonly tree: number;
}

export interface MeanWay extends Way {
  /** Times `noc.link_cycles` that the links between tiles on the route take: `grid` if each takes one. */
  readonly tiles: number;
  /** Share of all packets that pass the busiest link of a tree. */
  readonly treeShare: number;
}

/**
 * Another size of a chip whose network is the same but for the numbers of ports: the same routers, links of as many
 * cycles, the same order of the used ports, and the same routes. So both take the same cycles.
 */
export interface Twin {
  readonly width: number;
  readonly height: number;
  /** Its port for a port of a router, and the reverse. */
  readonly port: (port: number) => number;
}

/** Output port at `router` towards another router. */
export type RouteByRouter = (router: number, to: number) => number;

/** A mistake in a description: the key below `noc`, the message, what to write instead. */
export interface Refusal {
  readonly key: string;
  readonly message: string;
  readonly fix: string;
}

/**
 * A router numbers its ports with one byte, which leaves room for its cores and the port for spikes from outside the
 * chip.
 */
export const MOST_PORTS = 254;
export const MOST_ENDS = 250;

export interface NocTopology {
  /** One phrase for the reference. */
  readonly text: string;
  /** Wrap-around links: dimension-order routes take the shorter direction and split the virtual channels. */
  readonly wraps: boolean;
  /** True if minimal adaptive routing by the odd-even turn model is allowed. */
  readonly allowsOddEven: boolean;
  /** True if `noc.tree` applies to it. */
  readonly hasTree: boolean;
  /**
   * True if its links are the channels between cores and routers, to which `noc.link_cycles` and `noc.link_length_mm`
   * then apply.
   */
  readonly coreLinks: boolean;
  /** @returns why the network cannot have this size; null: it can. */
  refusal(shape: Shape, cores: number): Refusal | null;
  /** The shape in words: `4 x 4 mesh`. */
  words(shape: Shape & { readonly tree: (TreeShape & { readonly linkCycles: number }) | null }): string;
  /** Columns and rows of the routers for dimension-order routes. */
  grid(shape: Shape): readonly [columns: number, rows: number];
  /** Number of tiles of the chip. */
  tiles(shape: Shape): number;
  /** Number of cores at each router, in router order. `coresPerTile`: [tiles]. */
  coresPerRouter(shape: Shape, coresPerTile: readonly number[]): readonly number[];
  /** Number of ports before a router's cores; the same for every router. */
  firstLocalPort(shape: Shape): number;
  /** Links between routers. `coresPerRouter`: [routers]. */
  links(shape: Shape, coresPerRouter: readonly number[]): readonly Link[];
  /** The size that stands for all sizes with the same network; null: this one. */
  twin(shape: Shape): Twin | null;
  /** Links on the route between the routers of two tiles. */
  way(shape: Shape, fromTile: number, toTile: number): Way;
  /**
   * Expected route between two different cores of an evenly used part of the chip.
   * @param tiles tiles in use, the first of the chip
   * @param others cores / (cores - 1), as no packet goes to its own core
   */
  meanWay(shape: Shape, tiles: number, others: number): MeanWay;
  /**
   * Places after `from` on the route to `to` along a row or column of `places`; of equal routes, one. null: the
   * topology has no rows and columns that could be divided among dies.
   */
  readonly along: ((from: number, to: number, places: number) => readonly number[]) | null;
  /** Routes between routers; null: dimension order over the grid (`noc.routing`). */
  readonly routes: ((shape: Shape, coresPerRouter: readonly number[], routing: "xy" | "yx") => RouteByRouter) | null;
  /** Name of a port: `east`, `core 0`, `up`. `cores`: number at this router. */
  portName(shape: Shape, router: number, port: number, cores: number): string;
  readonly drawing: TopologyDrawing;
}

/** How a drawing shows the links. */
export interface TopologyDrawing {
  /** Port of a tile's router to a neighbouring tile; null: no such link, or one that is not drawn. */
  portTo(shape: Shape, fromTile: number, toTile: number): string | null;
  /** Notes for readers of the drawing; null: one switch connects all. */
  readonly notes: readonly string[] | null;
  /** Kinds of links: names of their ports (first word), and a text ("": the links between tiles). */
  readonly kinds: readonly { readonly about: string; readonly ports: readonly string[] }[];
}
