/**
 * A network of a plug-in's topology as plain data for one size of chip: tables of links and routes. Code that has the
 * data does not need the plug-in.
 *
 * Tile t is at router t; routers beyond the tiles have no cores. Ports of a router: `ports` to other routers, then its
 * cores.
 */
import { gridSteps } from "./grid.js";
import type { Link, MeanWay, NocTopology } from "./topology.js";

export interface OwnNetwork {
  /** Name of the topology. */
  readonly name: string;
  readonly about: string;
  readonly width: number;
  readonly height: number;
  readonly routers: number;
  /** Number of ports before a router's cores; the same for every router. */
  readonly ports: number;
  /** [links][from, fromPort, to, toPort, tiles], 16 bits each, in base64. */
  readonly links: string;
  /**
   * [routers][tiles]: output port towards a tile's router, one byte each, in base64; `AT_GOAL` at that router itself.
   */
  readonly routes: string;
}

/** Most routers: the tables of more would be longer than a megabyte. */
export const MOST_ROUTERS = 1024;
export const AT_GOAL = 255;
const LINK_WORDS = 5;

export const wordsOf = (values: readonly number[]): string => Buffer.from(Uint16Array.from(values).buffer).toString("base64");
export const bytesOfTable = (table: Uint8Array): string => Buffer.from(table).toString("base64");

export const packedLink = ({ from, fromPort, to, toPort, tiles }: Omit<Link, "wire" | "lengthTiles">): readonly number[] => [
  from,
  fromPort,
  to,
  toPort,
  tiles,
];

function linksIn(packed: string): readonly Link[] {
  const bytes = Uint8Array.from(Buffer.from(packed, "base64"));
  const words = new Uint16Array(bytes.buffer);
  return Array.from({ length: words.length / LINK_WORDS }, (_, i) => {
    const [from = 0, fromPort = 0, to = 0, toPort = 0, tiles = 0] = words.subarray(i * LINK_WORDS, (i + 1) * LINK_WORDS);
    return { from, fromPort, to, toPort, wire: "tile", tiles, lengthTiles: tiles };
  });
}

const made = new WeakMap<OwnNetwork, NocTopology>();

/** The topology that the tables define. */
export function topologyOf(own: OwnNetwork): NocTopology {
  let topology = made.get(own);
  if (topology === undefined) {
    topology = new TableTopology(own);
    made.set(own, topology);
  }
  return topology;
}

class TableTopology implements NocTopology {
  readonly text: string;
  readonly wraps = false;
  readonly allowsOddEven = false;
  readonly hasTree = false;
  readonly coreLinks = false;
  readonly along = null;
  readonly twin = (): null => null;
  readonly drawing: NocTopology["drawing"];
  private readonly all: readonly Link[];
  private readonly table: Uint8Array;
  private readonly count: number;
  /** [routers][ports]: router at the other end of a port's link, and the link's length; -1: no link. */
  private readonly behind: Int32Array;
  private readonly lengths: Int32Array;
  private readonly means = new Map<number, MeanWay>();

  constructor(private readonly own: OwnNetwork) {
    const { routers, ports, width, height } = own;
    this.text = own.about;
    this.all = linksIn(own.links);
    this.table = Buffer.from(own.routes, "base64");
    this.count = width * height;
    this.behind = new Int32Array(routers * ports).fill(-1);
    this.lengths = new Int32Array(routers * ports);
    for (const { from, fromPort, to, toPort, tiles } of this.all) {
      for (const [at, next] of [
        [from * ports + fromPort, to],
        [to * ports + toPort, from],
      ]) {
        this.behind[at] = next;
        this.lengths[at] = tiles;
      }
    }
    this.drawing = {
      portTo: (shape, from, to) => {
        if (gridSteps(shape, from, to) !== 1) return null;
        const port = this.behind.subarray(from * ports, (from + 1) * ports).indexOf(to);
        return port < 0 ? null : this.portName(shape, from, port);
      },
      notes: ["links between tiles that are not neighbours are not drawn"],
      kinds: [{ about: "", ports: ["router"] }],
    };
  }

  refusal(): null {
    return null;
  }

  words(): string {
    return `${this.own.width} x ${this.own.height} ${this.own.name}`;
  }

  grid(): readonly [columns: number, rows: number] {
    return [this.own.width, this.own.height];
  }

  tiles(): number {
    return this.count;
  }

  coresPerRouter(_shape: unknown, coresPerTile: readonly number[]): readonly number[] {
    return [...coresPerTile, ...new Array<number>(this.own.routers - this.count).fill(0)];
  }

  firstLocalPort(): number {
    return this.own.ports;
  }

  links(): readonly Link[] {
    return this.all;
  }

  routes(): (router: number, to: number) => number {
    const { table, count } = this;
    return (router, to) => table[router * count + to];
  }

  way(_shape: unknown, fromTile: number, toTile: number): { readonly grid: number; readonly tree: number } {
    let links = 0;
    for (let at = fromTile; at !== toTile; links++) at = this.behind[this.outputOf(at, toTile)];
    return { grid: links, tree: 0 };
  }

  /** Averages over the routes between the first tiles; the busiest link is counted. */
  meanWay(_shape: unknown, tiles: number, others: number): MeanWay {
    let mean = this.means.get(tiles);
    if (mean === undefined) {
      mean = this.meanOver(tiles);
      this.means.set(tiles, mean);
    }
    return { grid: mean.grid * others, tree: 0, tiles: mean.tiles * others, treeShare: mean.treeShare * others };
  }

  portName(_shape: unknown, router: number, port: number): string {
    const { ports } = this.own;
    if (port >= ports) return `core ${port - ports}`;
    const mine = this.behind.subarray(router * ports, (router + 1) * ports);
    const to = mine[port];
    if (to < 0) return `none ${port}`;
    const place = mine.subarray(0, port).filter((other) => other === to).length;
    return place === 0 ? `router ${to}` : `router ${to} (link ${place + 1})`;
  }

  private outputOf(router: number, to: number): number {
    return router * this.own.ports + this.table[router * this.count + to];
  }

  private meanOver(tiles: number): MeanWay {
    const used = new Float64Array(this.behind.length);
    let [links, length] = [0, 0];
    for (let to = 0; to < tiles; to++) {
      for (let from = 0; from < tiles; from++) {
        for (let at = from; at !== to; ) {
          const out = this.outputOf(at, to);
          used[out]++;
          links++;
          length += this.lengths[out];
          at = this.behind[out];
        }
      }
    }
    const pairs = tiles * tiles;
    return { grid: links / pairs, tree: 0, tiles: length / pairs, treeShare: used.reduce((most, n) => Math.max(most, n), 0) / pairs };
  }
}
