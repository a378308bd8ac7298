/**
 * What a topology of the network on chip IS: routers, ports, links with their wires, routes, names of ports, and how it
 * is drawn. One file per topology, one line per topology in the registry; everything else (wiring, routes, prices,
 * area, analytical model, drawings, description) asks the entry.
 *
 * Routers are numbered from 0: those of the tiles first, tile = x + width * y. Ports of a router: `firstLocalPort`
 * ports to other routers, then its cores, then what a topology adds behind them.
 */

/** Size of the network as the description gives it: tiles in x and y; `tree` only where the topology has one. */
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

/** Two routers joined by a wire in each direction, and the ports by which they see each other. */
export interface Link {
  readonly from: number;
  readonly fromPort: number;
  readonly to: number;
  readonly toPort: number;
  /**
   * `tile`: `tiles` times as long as `noc.link_length_mm`, and so many times `noc.link_cycles`; `tree`:
   * `noc.tree.link_length_mm` and `noc.tree.link_cycles`; `die`: between dies (`dies.ts`), which no topology knows of.
   */
  readonly wire: "tile" | "tree" | "die";
  readonly tiles: number;
}

/** Links on a way, or their expected number. */
export interface Way {
  /** Between routers of tiles. */
  readonly grid: number;
  /** Of a tree. */
  readonly tree: number;
}

export interface MeanWay extends Way {
  /** Length of the links between tiles on the way, in tiles: `grid`, where each is one tile long. */
  readonly tiles: number;
  /** Share of all packets that the busiest link of a tree carries. */
  readonly treeShare: number;
}

/** Output port at `router` towards another router. */
export type RouteByRouter = (router: number, to: number) => number;

/** What a description got wrong: the key below `noc`, the message, what to write instead. */
export interface Refusal {
  readonly key: string;
  readonly message: string;
  readonly fix: string;
}

/** A router numbers its ports in a byte, and its cores and the port for spikes from off the chip with room to spare. */
export const MOST_PORTS = 254;
export const MOST_ENDS = 250;

export interface NocTopology {
  /** One phrase for the reference. */
  readonly text: string;
  /** Wrap-around links: dimension-order routes take the shorter way and split the virtual channels. */
  readonly wraps: boolean;
  /** Minimal adaptive routing by the odd-even turn model is allowed. */
  readonly allowsOddEven: boolean;
  /** `noc.tree` belongs to it. */
  readonly hasTree: boolean;
  /** The channels between cores and routers are its links: `noc.link_cycles` and `noc.link_length_mm` are theirs. */
  readonly coreLinks: boolean;
  /** @returns why the network cannot be so large; null: it can. */
  refusal(shape: Shape, cores: number): Refusal | null;
  /** The shape in words: `4 x 4 mesh`. */
  words(shape: Shape & { readonly tree: (TreeShape & { readonly linkCycles: number }) | null }): string;
  /** Columns and rows of the routers that dimension-order routes go over. */
  grid(shape: Shape): readonly [columns: number, rows: number];
  /** Tiles of the chip. */
  tiles(shape: Shape): number;
  /** Cores at each router, in router order. `coresPerTile`: [tiles]. */
  coresPerRouter(shape: Shape, coresPerTile: readonly number[]): readonly number[];
  /** Ports before a router's cores; the same at every router. */
  firstLocalPort(shape: Shape): number;
  /** Links between routers. `coresPerRouter`: [routers]. */
  links(shape: Shape, coresPerRouter: readonly number[]): readonly Link[];
  /** Links on the way that packets take between the routers of two tiles. */
  way(shape: Shape, fromTile: number, toTile: number): Way;
  /**
   * Expected way between two different cores of an evenly used part of the chip.
   * @param tiles tiles in use, the first of the chip
   * @param others cores / (cores - 1): a pair never is one core twice
   */
  meanWay(shape: Shape, tiles: number, others: number): MeanWay;
  /**
   * Places behind `from` on the way to `to` along a row or column of so many, of equal ways one; null: there are none
   * that could be divided among dies.
   */
  readonly along: ((from: number, to: number, places: number) => readonly number[]) | null;
  /** Routes between routers; null: dimension order over the grid (`noc.routing`). */
  readonly routes: ((shape: Shape, coresPerRouter: readonly number[], routing: "xy" | "yx") => RouteByRouter) | null;
  /** What a port leads to, by name: `east`, `core 0`, `up`. `cores`: of this router. */
  portName(shape: Shape, router: number, port: number, cores: number): string;
  readonly drawing: TopologyDrawing;
}

/** How a drawing shows the links. */
export interface TopologyDrawing {
  /**
   * Port of a tile's router that leads to the tile beside it, below or above it; null: no such link, or one that is not
   * drawn.
   */
  portTo(shape: Shape, fromTile: number, toTile: number): string | null;
  /** What a reader must know of the drawn links; null: one switch joins all. */
  readonly notes: readonly string[] | null;
  /** Names of ports (first word) whose links are one kind, with words for it ("": the links between tiles). */
  readonly kinds: readonly { readonly about: string; readonly ports: readonly string[] }[];
}
