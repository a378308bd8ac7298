/**
 * Links that a multicast packet crosses on its way to several cores: those of the routes to all of them, each once. The
 * routes of the first cores of the chip are walked once per network (of more than 64 cores: from some, evenly spread),
 * and say to how many cores each link leads; the mean is over all equally likely sets of receivers.
 */
import { type Chip, endsPerRouter, linksOf, nocTopology, ON_ONE_DIE, portRouter } from "../../arch/index.js";
import { type ChipWay, meanWay, portWay } from "./chip-way.js";
import type { Load } from "./load.js";

/** All routes of 64 cores. */
const MOST_ROUTES = 4096;
const MOST_NETWORKS = 256;

type Wire = "tile" | "tree" | "die";

/** By number of cores behind a link: how many such links the tree of a mean source has. */
type Links = Map<number, number>;

/** The trees from some sources to all other cores in use. */
interface Trees {
  /** Cores that a packet may go to. */
  readonly others: number;
  readonly links: { readonly [wire in Wire]: Links };
  /** Single links that can be the busiest of their kind. */
  readonly single: readonly { readonly wire: "tree" | "die"; readonly links: Links }[];
}

const add = (links: Links, behind: number, weight: number): void => void links.set(behind, (links.get(behind) ?? 0) + weight);

/** The next router and the wire to it; null: the packet is there. */
function stepper(chip: Chip): (router: number, to: number) => { readonly link: number; readonly next: number; readonly wire: Wire } | null {
  const { noc } = chip;
  const topology = nocTopology(noc);
  const ends = endsPerRouter(chip);
  const byPort = new Map<number, { link: number; next: number; wire: Wire }>();
  const byRouter = new Map<number, { link: number; next: number; wire: Wire }>();
  for (const { from, fromPort, to, toPort, wire } of linksOf(chip)) {
    for (const [a, port, b] of [
      [from, fromPort, to],
      [to, toPort, from],
    ]) {
      const step = { link: a * 256 + port, next: b, wire };
      byPort.set(step.link, step);
      byRouter.set(a * ends.length + b, step);
    }
  }
  const route = topology.routes?.(noc, ends, noc.routing === "yx" ? "yx" : "xy");
  const [columns, rows] = topology.grid(noc);
  return (router, to) => {
    if (router === to) return null;
    if (route !== undefined) return byPort.get(router * 256 + route(router, to)) ?? null;
    const [x, y, toX, toY] = [router % columns, Math.floor(router / columns), to % columns, Math.floor(to / columns)];
    const isInX = y === toY || (x !== toX && noc.routing !== "yx");
    const place = isInX ? topology.along?.(x, toX, columns)[0] : topology.along?.(y, toY, rows)[0];
    const next = isInX ? y * columns + (place ?? toX) : (place ?? toY) * columns + x;
    return byRouter.get(router * ends.length + next) ?? null;
  };
}

function treesOf(chip: Chip, cores: number, isPort: boolean): Trees {
  const routers = nocTopology(chip.noc).coresPerRouter(chip.noc, chip.coresPerTile);
  const routerOf = routers.flatMap((count, router) => Array<number>(count).fill(router)).slice(0, cores);
  const every = Math.ceil((cores * cores) / MOST_ROUTES);
  const sources = isPort ? [portRouter(chip) ?? 0] : routerOf.filter((_, core) => core % every === 0);
  const step = stepper(chip);
  const links: Trees["links"] = { tile: new Map(), tree: new Map(), die: new Map() };
  const single = new Map<number, Trees["single"][number]>();
  for (const source of sources) {
    const behind = new Map<number, { wire: Wire; cores: number }>();
    for (const to of routerOf) {
      for (let at = step(source, to); at !== null; at = step(at.next, to)) {
        const known = behind.get(at.link) ?? { wire: at.wire, cores: 0 };
        known.cores++;
        behind.set(at.link, known);
      }
    }
    for (const [link, { wire, cores: count }] of behind) {
      add(links[wire], count, 1 / sources.length);
      if (wire === "tile") continue;
      const one = single.get(link) ?? { wire, links: new Map() };
      single.set(link, one);
      add(one.links, count, 1 / sources.length);
    }
  }
  return { others: isPort ? cores : cores - 1, links, single: [...single.values()] };
}

const networks = new Map<string, Trees>();
function treesFor(chip: Chip, cores: number, isPort: boolean): Trees {
  const { topology, tree, own, dies, width, height, routing } = chip.noc;
  const shape = [topology, width, height, routing, tree?.arity, tree?.levels, dies?.columns, dies?.rows, own?.name];
  const key = [...shape, cores, isPort, chip.port?.tile, chip.coresPerTile].join();
  const known = own === null ? networks.get(key) : undefined;
  if (known !== undefined) return known;
  const made = treesOf(chip, cores, isPort);
  if (networks.size >= MOST_NETWORKS) networks.clear();
  if (own === null) networks.set(key, made);
  return made;
}

/** By number of cores behind a link: the chance that a packet to `copies` of `others` cores crosses it. */
function chances(copies: number, others: number): Float64Array {
  const crossed = new Float64Array(others + 1);
  let none = 1;
  for (let behind = 1; behind <= others; behind++) {
    none *= Math.max(0, 1 - copies / (others - behind + 1));
    crossed[behind] = 1 - none;
  }
  return crossed;
}

function expected(links: Links, crossed: Float64Array): number {
  let sum = 0;
  for (const [behind, count] of links) sum += count * crossed[behind];
  return sum;
}

/** What a mean packet crosses, and how many cores it reaches. */
export interface Carried {
  readonly way: ChipWay;
  readonly copies: number;
}

const NO_WAY: ChipWay = { grid: 0, tree: 0, tiles: 0, treeShare: 0, between: ON_ONE_DIE };

/** What the packets of cores, or of the port, cross: a path each, or a tree of several paths. */
export function carriedBy(chip: Chip, cores: number, sending: Pick<Load, "packets" | "copies">, from: "cores" | "port"): Carried {
  const path = (from === "port" ? portWay(chip, cores) : meanWay(chip, cores)) ?? NO_WAY;
  const copies = sending.packets === 0 ? 1 : sending.copies / sending.packets;
  if (chip.noc.multicast === "unicast" || copies <= 1) return { way: path, copies };
  const { others, links, single } = treesFor(chip, cores, from === "port");
  const crossed = chances(copies, others);
  const [tile, tree, die] = [links.tile, links.tree, links.die].map((of) => expected(of, crossed));
  const busiest = (wire: "tree" | "die"): number =>
    single.reduce((most, one) => (one.wire === wire ? Math.max(most, expected(one.links, crossed)) : most), 0);
  const between = { links: die, busiestShare: busiest("die") };
  return { way: { grid: tile + die, tree, tiles: path.tiles, treeShare: busiest("tree"), between }, copies };
}
