/**
 * A second model of the network, written for being obvious: objects, closures, no masks, no event wheel, every router
 * visited every cycle in a shuffled order. It shares only the description of the network with the product, says in
 * which cycle every packet arrives, and counts what routers count.
 */
import type { Rng } from "../../base/rng.js";
import { ROUTER_COUNTERS } from "../../sim/counters.js";
import type { NocSpec } from "../../sim/noc/noc.js";
import { allocate } from "./object-allocator.js";
import { type Place, Places, type Traveller } from "./object-places.js";

type RouterCounter = (typeof ROUTER_COUNTERS)[number];
const NO_COUNTS = Object.fromEntries(ROUTER_COUNTERS.map((name) => [name, 0])) as Record<RouterCounter, number>;

interface Packet extends Traveller {
  readonly tag: number;
  readonly flits: number;
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
  readonly place: Place;
  readonly inputs: InputVc[][];
  readonly outputs: OutputVc[][];
  routing: Batch<InputVc> | null;
  allocating: Batch<() => void> | null;
  readonly vcGrant: number[];
  readonly vcAccept: number[];
  readonly swGrant: number[];
  readonly swAccept: number[];
  readonly vcTurn: number[];
  readonly counts: Record<RouterCounter, number>;
  /** By output port. */
  readonly linkFlits: number[];
  /** By output port: the cycle from which on its link takes a flit. */
  readonly linkFree: number[];
}
export interface Arrival {
  readonly atCycle: number;
  readonly tag: number;
  readonly core: number;
}

export class ObjectNetwork {
  readonly arrivals: Arrival[] = [];
  cycle = 0;
  injectedFlits = 0;
  ejectedFlits = 0;
  private readonly map: Places;
  private readonly routers: readonly Router[];
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
    const { virtualChannels: vcs, vcBufferFlits, coresPerRouter } = spec;
    this.channel = spec.topology === "crossbar" ? spec.linkCycles : 1;
    this.map = new Places(spec);
    this.ports = this.map.ports;
    this.branchesPerVc = spec.multicast === "tree" ? this.ports : 1;
    const many = this.ports * vcs;
    this.routers = this.map.places.map((place) => ({
      place,
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
      counts: { ...NO_COUNTS },
      linkFlits: new Array<number>(this.ports).fill(0),
      linkFree: new Array<number>(this.ports).fill(0),
    }));
    for (let core = 0; core < coresPerRouter.reduce((sum, cores) => sum + cores, 0); core++) {
      this.sources.push({ queue: [], destinations: [], left: 0, vc: 0, credits: new Array<number>(vcs).fill(vcBufferFlits) });
      this.sinks.push({ waiting: [], accepts: true });
    }
  }

  /** [routers][ROUTER_COUNTERS] and [routers][ports]. */
  get routerCounters(): number[] {
    return this.routers.flatMap(({ counts }) => ROUTER_COUNTERS.map((name) => counts[name]));
  }

  get linkFlits(): number[] {
    return this.routers.flatMap((router) => router.linkFlits);
  }

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
    for (const router of this.routers) this.countWaiting(router);
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

  private receive(router: number, vc: InputVc, flit: Flit): void {
    vc.queue.push(flit);
    this.routers[router].counts.buffer_writes++;
  }

  /** A router is awake while it has flits; a branch with a flit and no credit waits for one. */
  private countWaiting({ inputs, outputs, counts }: Router): void {
    const vcs = inputs.flat();
    if (vcs.some(({ queue }) => queue.length > 0)) counts.awake_cycles++;
    for (const { branches, queue } of vcs)
      for (const { vc, done, sent, output } of branches)
        if (vc >= 0 && !done && sent < queue.length && outputs[output][vc].credits === 0) counts.stall_credit_cycles++;
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
    const creditsOf = (port: number): number => router.outputs[port].reduce((sum, { credits }) => sum + credits, 0);
    return destinations.map((core) => ({ core, ...this.map.way(router.place, vc.port, packet, core, creditsOf) }));
  }

  private open(vc: InputVc, ways: readonly { core: number; output: number; permitted: number[] }[]): void {
    const outputs = [...new Set(ways.map((way) => way.output))].sort((a, b) => a - b);
    vc.state = "open";
    vc.branches = outputs.map((output, number) => {
      const mine = ways.filter((way) => way.output === output);
      return { output, permitted: mine[0].permitted, destinations: mine.map((way) => way.core), number, vc: -1, sent: 0, done: false };
    });
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
        router.counts.vc_allocations++;
      });
      router.counts.stall_vc_cycles += (branchOf.size - pairs.length) * vcAllocationDelayCycles;
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
    let able = 0;
    for (const [port, row] of router.inputs.entries()) {
      for (let turn = 0; turn < vcs; turn++) {
        const number = (router.vcTurn[port] + turn) % vcs;
        const vc = row[number];
        for (const branch of vc.branches) {
          if (branch.vc < 0 || branch.done || branch.sent >= vc.queue.length || router.outputs[branch.output][branch.vc].credits === 0)
            continue;
          able++;
          if (router.linkFree[branch.output] > this.cycle) continue;
          const key = `${port}>${branch.output}`;
          if (asking.has(key)) continue;
          asking.set(key, { vc, branch, number });
          requests.push([port, branch.output]);
        }
      }
    }
    const winners = allocate(allocator, requests, this.ports, this.ports, router.swGrant, router.swAccept);
    router.counts.stall_switch_cycles += able - winners.length;
    for (const [port, output] of winners) {
      const { vc, branch, number } = asking.get(`${port}>${output}`) as { vc: InputVc; branch: Branch; number: number };
      commits.push(() => this.send(router, port, number, vc, branch));
    }
  }

  private send(router: Router, port: number, number: number, vc: InputVc, branch: Branch): void {
    const { virtualChannels: vcs, switchAllocationDelayCycles, switchTraversalDelayCycles, creditDelayCycles } = this.spec;
    const old = vc.queue[branch.sent++];
    const flit: Flit = { ...old, destinations: branch.destinations };
    const out = router.outputs[branch.output][branch.vc];
    const outVc = branch.vc;
    out.credits--;
    router.linkFlits[branch.output]++;
    router.counts.buffer_reads++;
    router.counts.crossbar_flits++;
    router.counts.switch_allocations++;
    router.vcTurn[port] = (number + 1) % vcs;
    const late = switchAllocationDelayCycles - 1;
    const through = late + switchTraversalDelayCycles;
    if (!this.map.isCorePort(router.place, branch.output)) {
      const peer = this.map.peer(router.place, branch.output);
      const next = this.routers[peer.router.number].inputs[peer.port][outVc];
      router.linkFree[branch.output] = this.cycle + peer.flitCycles;
      this.after(through + peer.cycles + peer.flitCycles, () => this.receive(peer.router.number, next, flit));
    } else {
      const core = this.map.homes.findIndex((home) => home.router === router.place.number && home.port === branch.output);
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
      if (!this.map.isCorePort(router.place, port)) {
        const peer = this.map.peer(router.place, port);
        const before = this.routers[peer.router.number].outputs[peer.port][number];
        this.after(late + peer.cycles + 1 + creditDelayCycles, () => before.credits++);
      } else {
        const core = this.map.homes.findIndex((home) => home.router === router.place.number && home.port === port);
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
      this.injectedFlits++;
      const left = (head ? packet.flits : source.left) - 1;
      source.left = left;
      const flit: Flit = { packet, destinations: source.destinations[0], head, tail: left === 0 };
      const { router, port } = this.map.homes[core];
      const target = this.routers[router].inputs[port][vc];
      this.after(this.channel + 1, () => this.receive(router, target, flit));
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
      this.ejectedFlits++;
      const { router, port } = this.map.homes[core];
      const out = this.routers[router].outputs[port][vc];
      this.after(this.channel + 1 + this.spec.creditDelayCycles, () => out.credits++);
      if (flit.tail) this.arrivals.push({ atCycle: this.cycle, tag: flit.packet.tag, core });
    });
  }
}
