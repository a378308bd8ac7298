/**
 * A second model of the network, written for being obvious: objects, closures, no masks, no event wheel, every router visited every cycle in
 * a shuffled order. It shares only the description of the network with the product, and says in which cycle every packet arrives.
 */
import type { Rng } from "../../../../base/rng.js";
import type { NocSpec } from "../../../../sim/timing/noc/noc.js";
import { oddEvenMoves } from "./turn-model.js";

interface Packet {
  readonly tag: number;
  readonly source: number;
  readonly flits: number;
  readonly coin: number;
  readonly tree: boolean;
}
interface Flit {
  readonly packet: Packet;
  readonly destinations: readonly number[];
  readonly head: boolean;
  readonly tail: boolean;
}
interface Branch {
  readonly output: number;
  readonly permitted: readonly number[];
  readonly destinations: readonly number[];
  readonly number: number;
  vc: number;
  sent: number;
  done: boolean;
}
interface InputVc {
  readonly port: number;
  queue: Flit[];
  state: "idle" | "routing" | "open";
  branches: Branch[];
}
interface OutputVc {
  credits: number;
  free: boolean;
}
interface Batch<T> {
  readonly end: number;
  readonly work: readonly T[];
}
interface Router {
  readonly x: number;
  readonly y: number;
  /** Of a tree of meshes: a digit a level, from the root; a mesh has one for each level. */
  readonly address: string;
  readonly isGateway: boolean;
  readonly isNode: boolean;
  /** Port behind the cores. */
  readonly up: number;
  readonly inputs: InputVc[][];
  readonly outputs: OutputVc[][];
  routing: Batch<InputVc> | null;
  allocating: Batch<() => void> | null;
  readonly vcGrant: number[];
  readonly vcAccept: number[];
  readonly swGrant: number[];
  readonly swAccept: number[];
  readonly vcTurn: number[];
}
export interface Arrival {
  readonly atCycle: number;
  readonly tag: number;
  readonly core: number;
}

const digitOf = (character: string): number => Number.parseInt(character, 36);

/** Addresses of a tree of meshes' routers: mesh after mesh, then the nodes from those with the longest address to the root. */
function addressesOf({ width, height, tree }: NocSpec): readonly Pick<Router, "address" | "isGateway" | "isNode">[] {
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

/** Matches requests (input, output) by the rules of the allocator; pointers in place. */
function allocate(
  kind: NocSpec["allocator"],
  requests: readonly (readonly [number, number])[],
  inputs: number,
  outputs: number,
  grant: number[],
  accept: number[],
) {
  const pick = (candidates: readonly number[], pointer: number, size: number): number => {
    for (let k = 0; k < size; k++) if (candidates.includes((pointer + k) % size)) return (pointer + k) % size;
    throw new Error("nothing to pick");
  };
  const pairs: [number, number][] = [];
  const offers: [number, number][] = [];
  if (kind === "islip") {
    for (const output of new Set(requests.map((r) => r[1]))) {
      const asking = requests.filter((r) => r[1] === output).map((r) => r[0]);
      offers.push([pick(asking, grant[output], inputs), output]);
    }
    for (const input of new Set(offers.map((o) => o[0]))) {
      const offered = offers.filter((o) => o[0] === input).map((o) => o[1]);
      pairs.push([input, pick(offered, accept[input], outputs)]);
    }
  } else {
    for (const input of new Set(requests.map((r) => r[0]))) {
      const wanted = requests.filter((r) => r[0] === input).map((r) => r[1]);
      offers.push([input, pick(wanted, accept[input], outputs)]);
    }
    for (const output of new Set(offers.map((o) => o[1]))) {
      const offering = offers.filter((o) => o[1] === output).map((o) => o[0]);
      pairs.push([pick(offering, grant[output], inputs), output]);
    }
  }
  for (const [input, output] of pairs) {
    grant[output] = (input + 1) % inputs;
    accept[input] = (output + 1) % outputs;
  }
  return pairs;
}

export class ObjectNetwork {
  readonly arrivals: Arrival[] = [];
  cycle = 0;
  private readonly routers: Router[] = [];
  private readonly homes: { router: number; port: number }[] = [];
  private readonly sources: { queue: Packet[]; destinations: (readonly number[])[]; left: number; vc: number; credits: number[] }[] = [];
  private readonly sinks: { waiting: { flit: Flit; vc: number }[]; accepts: boolean }[] = [];
  private readonly later = new Map<number, (() => void)[]>();
  private readonly coins: number[] = [];
  private readonly ports: number;
  private readonly branchesPerVc: number;
  /** Cycles of the channel between a core and its router. */
  private readonly channel: number;

  constructor(
    private readonly spec: NocSpec,
    private readonly rng: Rng,
  ) {
    const { width, height, virtualChannels: vcs, vcBufferFlits, coresPerRouter, tree } = spec;
    this.channel = spec.topology === "crossbar" ? spec.linkCycles : 1;
    const addresses = tree === null ? [] : addressesOf(spec);
    if (spec.topology === "flattened-butterfly") this.firstCore = width + height - 2;
    const upAt = (router: number): number => 4 + coresPerRouter[router];
    const gateways = addresses.flatMap(({ isGateway }, router) => (isGateway ? [upAt(router) + 1] : []));
    this.ports = Math.max(
      this.firstCore + Math.max(...coresPerRouter),
      ...gateways,
      tree === null ? 0 : tree.arity + (tree.levels > 1 ? 1 : 0),
    );
    this.branchesPerVc = spec.multicast === "tree" ? this.ports : 1;
    for (let router = 0; router < coresPerRouter.length; router++) {
      const many = this.ports * vcs;
      this.routers.push({
        x: router % width,
        y: Math.floor(router / width) % height,
        ...(addresses[router] ?? { address: "", isGateway: false, isNode: false }),
        up: upAt(router),
        inputs: Array.from({ length: this.ports }, (_, port) =>
          Array.from({ length: vcs }, () => ({ port, queue: [], state: "idle" as const, branches: [] })),
        ),
        outputs: Array.from({ length: this.ports }, () => Array.from({ length: vcs }, () => ({ credits: vcBufferFlits, free: true }))),
        routing: null,
        allocating: null,
        vcGrant: new Array<number>(many).fill(0),
        vcAccept: new Array<number>(many * this.branchesPerVc).fill(0),
        swGrant: new Array<number>(this.ports).fill(0),
        swAccept: new Array<number>(this.ports).fill(0),
        vcTurn: new Array<number>(this.ports).fill(0),
      });
      for (let local = 0; local < coresPerRouter[router]; local++) {
        this.homes.push({ router, port: this.firstCore + local });
        this.sources.push({ queue: [], destinations: [], left: 0, vc: 0, credits: new Array<number>(vcs).fill(vcBufferFlits) });
        this.sinks.push({ waiting: [], accepts: true });
      }
    }
    if (tree === null) return;
    const meshes = this.routers.filter((router) => !router.isNode);
    for (const router of this.routers) {
      const above = this.routers.find((node) => node.isNode && node.address === router.address.slice(0, -1));
      if (above === undefined || router.address === "" || (!router.isNode && !router.isGateway)) continue;
      const [below, here] = [router.isNode ? tree.arity : router.up, digitOf(router.address.at(-1) as string)];
      this.treePeers.set(router, new Map([...(this.treePeers.get(router) ?? []), [below, { router: above, port: here }]]));
      this.treePeers.set(above, new Map([...(this.treePeers.get(above) ?? []), [here, { router, port: below }]]));
    }
    this.meshes = meshes;
  }
  /** Ports to other routers come before those to cores. */
  private readonly firstCore: number = 4;
  private readonly treePeers = new Map<Router, ReadonlyMap<number, { readonly router: Router; readonly port: number }>>();
  private readonly meshes: readonly Router[] = [];

  inject(core: number, destinations: readonly number[], flits: number, tag: number): void {
    this.coins[core] = (Math.imul(this.coins[core] ?? Math.imul(core + 1, 0x9e3779b9), 1664525) + 1013904223) | 0;
    this.sources[core].queue.push({ tag, source: core, flits, coin: this.coins[core] >>> 30, tree: destinations.length > 1 });
    this.sources[core].destinations.push(destinations);
  }

  setAccept(core: number, accepts: boolean): void {
    this.sinks[core].accepts = accepts;
  }

  step(): void {
    for (const event of this.later.get(this.cycle) ?? []) event();
    this.later.delete(this.cycle);
    for (const router of this.routers) this.wakeHeads(router);
    const commits: (() => void)[] = [];
    const parts: (() => void)[] = [
      ...this.routers.map((router) => () => this.evaluateRouter(router, commits)),
      ...this.sources.map((_, core) => () => this.evaluateSource(core, commits)),
      ...this.sinks.map((_, core) => () => this.evaluateSink(core, commits)),
    ];
    for (const part of this.rng.shuffle(parts)) part();
    for (const commit of this.rng.shuffle(commits)) commit();
    this.cycle++;
  }

  private after(cycles: number, event: () => void): void {
    const at = this.cycle + cycles;
    this.later.set(at, [...(this.later.get(at) ?? []), event]);
  }

  /** A flit at the front of an idle VC is a head: it enters RC, or VA when its route was computed ahead. */
  private wakeHeads(router: Router): void {
    for (const port of router.inputs) {
      for (const vc of port) {
        if (vc.state !== "idle" || vc.queue.length === 0) continue;
        vc.state = "routing";
        if (this.spec.routingDelayCycles === 0) this.open(vc, this.waysOf(router, vc));
      }
    }
  }

  private waysOf(router: Router, vc: InputVc): { core: number; output: number; permitted: number[] }[] {
    const { packet, destinations } = vc.queue[0];
    return destinations.map((core) => ({ core, ...this.way(router, vc.port, packet, core) }));
  }

  private open(vc: InputVc, ways: readonly { core: number; output: number; permitted: number[] }[]): void {
    const outputs = [...new Set(ways.map((way) => way.output))].sort((a, b) => a - b);
    vc.state = "open";
    vc.branches = outputs.map((output, number) => {
      const mine = ways.filter((way) => way.output === output);
      return { output, permitted: mine[0].permitted, destinations: mine.map((way) => way.core), number, vc: -1, sent: 0, done: false };
    });
  }

  private way(router: Router, entered: number, packet: Packet, core: number): { output: number; permitted: number[] } {
    const { spec } = this;
    const all = Array.from({ length: spec.virtualChannels }, (_, vc) => vc);
    const home = this.homes[core];
    const goal = this.routers[home.router];
    const source = this.routers[this.homes[packet.source].router];
    if (goal === router) return { output: home.port, permitted: all };
    if (spec.routing === "odd-even") {
      const moves = oddEvenMoves(router.x, router.y, entered < 4 ? entered ^ 1 : -1, goal.x, goal.y);
      const credits = (port: number): number => router.outputs[port].reduce((sum, vc) => sum + vc.credits, 0);
      // East and west come first: the other way needs strictly more.
      const best = moves.reduce((a, b) => (credits(b) > credits(a) ? b : a));
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
    // Does the way from the entry into this ring pass the wrap-around link: at all (unicast), or up to the next router (tree)?
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
  private treeWay(router: Router, goal: Router, arity: number): number {
    if (router.isNode) return goal.address.startsWith(router.address) ? digitOf(goal.address[router.address.length]) : arity;
    const isHome = router.address === goal.address;
    if (!isHome && router.isGateway) return router.up;
    const to = isHome ? goal : (this.meshes.find((one) => one.isGateway && one.address === router.address) as Router);
    const dx = to.x - router.x;
    const dy = to.y - router.y;
    const inX = this.spec.routing === "yx" ? dy === 0 : dx !== 0;
    return inX ? (dx > 0 ? 0 : 1) : dy > 0 ? 2 : 3;
  }

  private evaluateRouter(router: Router, commits: (() => void)[]): void {
    this.evaluateSwitch(router, commits);
    this.evaluateVcs(router, commits);
    const { routingDelayCycles } = this.spec;
    if (routingDelayCycles === 0) return;
    if (router.routing === null) {
      const work = router.inputs.flat().filter((vc) => vc.state === "routing");
      if (work.length === 0) return;
      router.routing = { end: this.cycle + routingDelayCycles - 1, work };
    }
    const batch = router.routing;
    if (batch.end !== this.cycle) return;
    router.routing = null;
    const ways = batch.work.map((vc) => this.waysOf(router, vc));
    commits.push(() => {
      for (const [i, vc] of batch.work.entries()) this.open(vc, ways[i]);
    });
  }

  private evaluateVcs(router: Router, commits: (() => void)[]): void {
    const { virtualChannels: vcs, vcAllocationDelayCycles, allocator } = this.spec;
    if (router.allocating === null) {
      const branchOf = new Map<number, Branch>();
      const requests: [number, number][] = [];
      for (const [port, row] of router.inputs.entries()) {
        for (const [number, vc] of row.entries()) {
          for (const branch of vc.branches) {
            if (vc.state !== "open" || branch.vc >= 0 || branch.done) continue;
            const input = (port * vcs + number) * this.branchesPerVc + branch.number;
            branchOf.set(input, branch);
            for (const out of branch.permitted)
              if (router.outputs[branch.output][out].free) requests.push([input, branch.output * vcs + out]);
          }
        }
      }
      if (branchOf.size === 0) return;
      const inputs = this.ports * vcs * this.branchesPerVc;
      const pairs = allocate(allocator, requests, inputs, this.ports * vcs, router.vcGrant, router.vcAccept);
      const work = pairs.map(([input, output]) => () => {
        (branchOf.get(input) as Branch).vc = output % vcs;
        router.outputs[Math.floor(output / vcs)][output % vcs].free = false;
      });
      router.allocating = { end: this.cycle + vcAllocationDelayCycles - 1, work };
    }
    const batch = router.allocating;
    if (batch.end !== this.cycle) return;
    router.allocating = null;
    commits.push(...batch.work);
  }

  private evaluateSwitch(router: Router, commits: (() => void)[]): void {
    const { virtualChannels: vcs, allocator } = this.spec;
    const asking = new Map<string, { vc: InputVc; branch: Branch; number: number }>();
    const requests: [number, number][] = [];
    for (const [port, row] of router.inputs.entries()) {
      for (let turn = 0; turn < vcs; turn++) {
        const number = (router.vcTurn[port] + turn) % vcs;
        const vc = row[number];
        for (const branch of vc.branches) {
          if (branch.vc < 0 || branch.done || branch.sent >= vc.queue.length || router.outputs[branch.output][branch.vc].credits === 0)
            continue;
          const key = `${port}>${branch.output}`;
          if (asking.has(key)) continue;
          asking.set(key, { vc, branch, number });
          requests.push([port, branch.output]);
        }
      }
    }
    for (const [port, output] of allocate(allocator, requests, this.ports, this.ports, router.swGrant, router.swAccept)) {
      const { vc, branch, number } = asking.get(`${port}>${output}`) as { vc: InputVc; branch: Branch; number: number };
      commits.push(() => this.send(router, port, number, vc, branch));
    }
  }

  /** What a port that leads to no core leads to. */
  private peer(router: Router, port: number): { readonly router: Router; readonly port: number; readonly cycles: number } {
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

  private isCorePort(router: Router, port: number): boolean {
    return !router.isNode && port >= this.firstCore && !(router.isGateway && port === router.up);
  }

  /** Routers behind the ports of one of a flattened butterfly: the others of its row by x, then those of its column by y. */
  private butterflyPorts(router: Router): readonly Router[] {
    const row = this.routers.filter((one) => one.y === router.y && one.x !== router.x);
    const column = this.routers.filter((one) => one.x === router.x && one.y !== router.y);
    return [...row.sort((a, b) => a.x - b.x), ...column.sort((a, b) => a.y - b.y)];
  }

  private neighbour(router: Router, port: number): Router {
    const { width, height } = this.spec;
    const x = (router.x + (port === 0 ? 1 : port === 1 ? width - 1 : 0)) % width;
    const y = (router.y + (port === 2 ? 1 : port === 3 ? height - 1 : 0)) % height;
    const mesh = this.routers.filter((one) => !one.isNode && one.address === router.address);
    return mesh[y * width + x];
  }

  private send(router: Router, port: number, number: number, vc: InputVc, branch: Branch): void {
    const { virtualChannels: vcs, switchAllocationDelayCycles, switchTraversalDelayCycles, creditDelayCycles } = this.spec;
    const old = vc.queue[branch.sent++];
    const flit: Flit = { ...old, destinations: branch.destinations };
    const out = router.outputs[branch.output][branch.vc];
    const outVc = branch.vc;
    out.credits--;
    router.vcTurn[port] = (number + 1) % vcs;
    const late = switchAllocationDelayCycles - 1;
    const through = late + switchTraversalDelayCycles;
    if (!this.isCorePort(router, branch.output)) {
      const peer = this.peer(router, branch.output);
      const next = peer.router.inputs[peer.port][outVc];
      this.after(through + peer.cycles + 1, () => next.queue.push(flit));
    } else {
      const core = this.homes.findIndex((home) => this.routers[home.router] === router && home.port === branch.output);
      this.after(through + this.channel + 1, () => this.sinks[core].waiting.push({ flit, vc: outVc }));
    }
    if (flit.tail) {
      out.free = true;
      branch.vc = -1;
      branch.done = true;
    }
    const least = Math.min(...vc.branches.filter((b) => !b.done).map((b) => b.sent));
    const finished = vc.branches.every((b) => b.done);
    if (finished || least > 0) {
      vc.queue.shift();
      for (const b of vc.branches) if (!b.done) b.sent--;
      if (!this.isCorePort(router, port)) {
        const peer = this.peer(router, port);
        const before = peer.router.outputs[peer.port][number];
        this.after(late + peer.cycles + 1 + creditDelayCycles, () => before.credits++);
      } else {
        const core = this.homes.findIndex((home) => this.routers[home.router] === router && home.port === port);
        this.after(late + this.channel + 1, () => this.sources[core].credits[number]++);
      }
    }
    if (finished) {
      vc.branches = [];
      vc.state = "idle";
    }
  }

  private evaluateSource(core: number, commits: (() => void)[]): void {
    const source = this.sources[core];
    const packet = source.queue[0];
    if (packet === undefined) return;
    const { virtualChannels: vcs } = this.spec;
    let { vc } = source;
    const head = source.left === 0;
    if (head) {
      const turn = Array.from({ length: vcs }, (_, i) => (source.vc + 1 + i) % vcs).find((v) => source.credits[v] > 0);
      if (turn === undefined) {
        return;
      }
      vc = turn;
    }
    if (source.credits[vc] === 0) return;
    commits.push(() => {
      source.vc = vc;
      source.credits[vc]--;
      const left = (head ? packet.flits : source.left) - 1;
      source.left = left;
      const flit: Flit = { packet, destinations: source.destinations[0], head, tail: left === 0 };
      const { router, port } = this.homes[core];
      const target = this.routers[router].inputs[port][vc];
      this.after(this.channel + 1, () => target.queue.push(flit));
      if (flit.tail) {
        source.queue.shift();
        source.destinations.shift();
      }
    });
  }

  private evaluateSink(core: number, commits: (() => void)[]): void {
    const sink = this.sinks[core];
    if (!sink.accepts || sink.waiting.length === 0) return;
    commits.push(() => {
      const { flit, vc } = sink.waiting.shift() as { flit: Flit; vc: number };
      const { router, port } = this.homes[core];
      const out = this.routers[router].outputs[port][vc];
      this.after(this.channel + 1 + this.spec.creditDelayCycles, () => out.credits++);
      if (flit.tail) this.arrivals.push({ atCycle: this.cycle, tag: flit.packet.tag, core });
    });
  }
}
