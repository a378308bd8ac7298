/**
 * Where the routers of a network are, what their ports lead to and which way a packet takes: the second writing of the
 * topologies and routes, by search and by addresses instead of formulas and tables.
 */
import type { NocSpec } from "../../sim/noc/noc.js";
import { oddEvenMoves } from "./turn-model.js";

/** A packet as far as its way depends on it. */
export interface Traveller {
  readonly source: number;
  readonly coin: number;
  readonly tree: boolean;
}
export interface Place {
  readonly number: number;
  readonly x: number;
  readonly y: number;
  /** Of a tree of meshes: a digit a level, from the root; a mesh has one for each level. */
  readonly address: string;
  readonly isGateway: boolean;
  readonly isNode: boolean;
  /** Port behind the cores. */
  readonly up: number;
}

const digitOf = (character: string): number => Number.parseInt(character, 36);

/**
 * Addresses of a tree of meshes' routers: mesh after mesh, then the nodes from those with the longest address to the
 * root.
 */
function addressesOf({ width, height, tree }: NocSpec): readonly Pick<Place, "address" | "isGateway" | "isNode">[] {
  const { arity, levels } = tree as { arity: number; levels: number };
  const layers: string[][] = [[""]];
  for (let level = 0; level < levels; level++)
    layers.push(layers[level].flatMap((address) => Array.from({ length: arity }, (_, digit) => address + digit.toString(36))));
  const middle = Math.ceil(width / 2) - 1 + width * (Math.ceil(height / 2) - 1);
  const tiles = layers[levels].flatMap((address) =>
    Array.from({ length: width * height }, (_, tile) => ({ address, isGateway: tile === middle, isNode: false })),
  );
  const nodes = layers.slice(0, levels).reverse();
  return [...tiles, ...nodes.flat().map((address) => ({ address, isGateway: false, isNode: true }))];
}

export class Places {
  readonly places: readonly Place[];
  readonly homes: readonly { readonly router: number; readonly port: number }[];
  readonly ports: number;
  /** Ports to other routers come before those to cores. */
  private readonly firstCore: number;
  private readonly treePeers = new Map<Place, ReadonlyMap<number, { readonly router: Place; readonly port: number }>>();
  private readonly meshes: readonly Place[];

  constructor(private readonly spec: NocSpec) {
    const { width, height, coresPerRouter, tree } = spec;
    const addresses = tree === null ? [] : addressesOf(spec);
    this.firstCore = spec.topology === "flattened-butterfly" ? width + height - 2 : 4;
    const upAt = (router: number): number => 4 + coresPerRouter[router];
    const gateways = addresses.flatMap(({ isGateway }, router) => (isGateway ? [upAt(router) + 1] : []));
    this.ports = Math.max(
      this.firstCore + Math.max(...coresPerRouter),
      ...gateways,
      tree === null ? 0 : tree.arity + (tree.levels > 1 ? 1 : 0),
    );
    this.places = coresPerRouter.map((_, number) => ({
      number,
      x: number % width,
      y: Math.floor(number / width) % height,
      ...(addresses[number] ?? { address: "", isGateway: false, isNode: false }),
      up: upAt(number),
    }));
    const homes = coresPerRouter.flatMap((cores, router) =>
      Array.from({ length: cores }, (_, local) => ({ router, port: this.firstCore + local })),
    );
    const isPort = ({ router, port }: (typeof homes)[number]): boolean =>
      router === spec.portRouter && port === this.firstCore + coresPerRouter[router] - 1;
    this.homes = [...homes.filter((home) => !isPort(home)), ...homes.filter(isPort)];
    this.meshes = this.places.filter((place) => !place.isNode);
    if (tree === null) return;
    for (const place of this.places) {
      const above = this.places.find((node) => node.isNode && node.address === place.address.slice(0, -1));
      if (above === undefined || place.address === "" || (!place.isNode && !place.isGateway)) continue;
      const [below, here] = [place.isNode ? tree.arity : place.up, digitOf(place.address.at(-1) as string)];
      this.treePeers.set(place, new Map([...(this.treePeers.get(place) ?? []), [below, { router: above, port: here }]]));
      this.treePeers.set(above, new Map([...(this.treePeers.get(above) ?? []), [here, { router: place, port: below }]]));
    }
  }

  /** Output port and permitted VCs of a packet that has come into a router by port `entered`, towards a core. */
  way(
    router: Place,
    entered: number,
    packet: Traveller,
    core: number,
    creditsOf: (port: number) => number,
  ): { output: number; permitted: number[] } {
    const { spec } = this;
    const all = Array.from({ length: spec.virtualChannels }, (_, vc) => vc);
    const home = this.homes[core];
    const goal = this.places[home.router];
    const source = this.places[this.homes[packet.source].router];
    if (goal === router) return { output: home.port, permitted: all };
    if (spec.routing === "odd-even") {
      const moves = oddEvenMoves(router.x, router.y, entered < 4 ? entered ^ 1 : -1, goal.x, goal.y);
      // East and west come first: the other way needs strictly more.
      const best = moves.reduce((a, b) => (creditsOf(b) > creditsOf(a) ? b : a));
      return { output: best, permitted: all };
    }
    if (spec.tree !== null) return { output: this.treeWay(router, goal, spec.tree.arity), permitted: all };
    if (spec.topology === "flattened-butterfly") {
      const straight = (spec.routing === "xy" ? goal.x !== router.x : goal.y === router.y) ? [goal.x, router.y] : [router.x, goal.y];
      const port = this.butterflyPorts(router).findIndex((one) => one.x === straight[0] && one.y === straight[1]);
      return { output: port, permitted: all };
    }
    const dimension = spec.routing === "xy" ? (goal.x !== router.x ? "x" : "y") : goal.y !== router.y ? "y" : "x";
    const base = dimension === "x" ? 0 : 2;
    if (spec.topology === "mesh") return { output: base + (goal[dimension] > router[dimension] ? 0 : 1), permitted: all };
    const size = dimension === "x" ? spec.width : spec.height;
    // A ring is one row of a torus.
    const up = (goal[dimension] - router[dimension] + size) % size;
    const down = (router[dimension] - goal[dimension] + size) % size;
    const heads = up === down ? (packet.coin >> (dimension === "x" ? 0 : 1)) % 2 === 1 : up < down;
    const output = base + (heads ? 0 : 1);
    if (spec.virtualChannels === 1) return { output, permitted: all };
    // Does the way from the entry into this ring pass the wrap-around link: at all (unicast), or up to the next router
    // (tree)?
    const walked = (to: number): number => (heads ? to - source[dimension] + size : source[dimension] - to + size) % size;
    const steps = walked(router[dimension]) + (packet.tree ? 1 : Math.min(up, down));
    const edge = heads ? size - source[dimension] : source[dimension] + 1;
    const wraps = steps >= edge;
    const lowerSize = Math.floor(spec.virtualChannels / 2);
    const upper = heads === wraps;
    const isMiddle = (vc: number): boolean => 2 * vc + 1 === spec.virtualChannels && spec.middleVc === "both";
    return { output, permitted: all.filter((vc) => isMiddle(vc) || (upper ? vc >= lowerSize : vc < lowerSize)) };
  }

  /** By addresses: the digits of a mesh say the way down from the root. */
  private treeWay(router: Place, goal: Place, arity: number): number {
    if (router.isNode) return goal.address.startsWith(router.address) ? digitOf(goal.address[router.address.length]) : arity;
    const isHome = router.address === goal.address;
    if (!isHome && router.isGateway) return router.up;
    const to = isHome ? goal : (this.meshes.find((one) => one.isGateway && one.address === router.address) as Place);
    const dx = to.x - router.x;
    const dy = to.y - router.y;
    const inX = this.spec.routing === "yx" ? dy === 0 : dx !== 0;
    return inX ? (dx > 0 ? 0 : 1) : dy > 0 ? 2 : 3;
  }

  /** What a port that leads to no core leads to; cycles on the wire, and that a flit keeps it. */
  peer(
    router: Place,
    port: number,
  ): { readonly router: Place; readonly port: number; readonly cycles: number; readonly flitCycles: number } {
    const peer = this.onOneDie(router, port);
    const { dies } = this.spec;
    if (dies === null || this.dieOf(router) === this.dieOf(peer.router)) return { ...peer, flitCycles: 1 };
    return { ...peer, cycles: dies.latencyCycles, flitCycles: dies.flitCycles };
  }

  /** Dies are counted off: the first so many places of a row are the first die's. */
  private dieOf({ x, y, number }: Place): string {
    const { dies, topology, width, height, coresPerRouter } = this.spec;
    if (dies === null) return "";
    const inRow = topology === "ring" ? number : x;
    const places = topology === "ring" ? coresPerRouter.length : width;
    let [across, up] = [0, 0];
    while ((across + 1) * (places / dies.columns) <= inRow) across++;
    while ((up + 1) * (height / dies.rows) <= (topology === "ring" ? 0 : y)) up++;
    return `${across},${up}`;
  }

  private onOneDie(router: Place, port: number): { readonly router: Place; readonly port: number; readonly cycles: number } {
    const { tree, linkCycles } = this.spec;
    const joined = this.treePeers.get(router)?.get(port);
    if (joined !== undefined && (router.isNode || port >= 4)) return { ...joined, cycles: (tree as { linkCycles: number }).linkCycles };
    if (this.spec.topology === "flattened-butterfly") {
      const far = this.butterflyPorts(router)[port];
      const back = this.butterflyPorts(far).indexOf(router);
      return { router: far, port: back, cycles: linkCycles * (Math.abs(far.x - router.x) + Math.abs(far.y - router.y)) };
    }
    return { router: this.neighbour(router, port), port: port ^ 1, cycles: linkCycles };
  }

  isCorePort(router: Place, port: number): boolean {
    return !router.isNode && port >= this.firstCore && !(router.isGateway && port === router.up);
  }

  /**
   * Routers behind the ports of one of a flattened butterfly: the others of its row by x, then those of its column by
   * y.
   */
  private butterflyPorts(router: Place): readonly Place[] {
    const row = this.places.filter((one) => one.y === router.y && one.x !== router.x);
    const column = this.places.filter((one) => one.x === router.x && one.y !== router.y);
    return [...row.sort((a, b) => a.x - b.x), ...column.sort((a, b) => a.y - b.y)];
  }

  private neighbour(router: Place, port: number): Place {
    const { width, height } = this.spec;
    const x = (router.x + (port === 0 ? 1 : port === 1 ? width - 1 : 0)) % width;
    const y = (router.y + (port === 2 ? 1 : port === 3 ? height - 1 : 0)) % height;
    const mesh = this.places.filter((one) => !one.isNode && one.address === router.address);
    return mesh[y * width + x];
  }
}
