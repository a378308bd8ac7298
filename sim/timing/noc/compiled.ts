/**
 * The compiled network kernel behind the common contract: same cycles, same counters as kernel.ts, two times faster or more.
 *
 * Memory grows with packets waiting in endless injection queues. Counters are copied out of it when they are read: the arrays stay the same objects,
 * up to date at the last reading of the property.
 */

import { nocTopology } from "../../../arch/index.js";
import { ROUTER_COUNTERS } from "../../counters.js";
import { createWasmMemory, instantiateKernel } from "../../functional/kernel-file.js";
import { explainDeadlock, type Waiting } from "./deadlock.js";
import { checkMulticast, refuseFull, refuseSkip } from "./injection.js";
import { layOut, type NocLayout, portCount } from "./layout.js";
import type { NocKernel, NocSpec } from "./noc.js";
import { FROM_MULTICAST, routesOf } from "./route.js";

interface GlobalNumber<T> {
  readonly value: T;
}
/** What wiring and reports need of a kernel that has the network in it. */
export interface NocExports {
  create(...sizes: number[]): void;
  wireCore(core: number, router: number, port: number): void;
  /** Output port of a router towards a core, where routes come from outside. */
  wireWay(router: number, core: number, port: number): void;
  wirePort(router: number, port: number, down: number, flitCycles: number, up: number, creditCycles: number): void;
  acceptsOf(core: number): number;
  settleCounters(): void;
  readonly inFlight: GlobalNumber<number>;
  readonly cycle: GlobalNumber<bigint>;
  readonly lastMove: GlobalNumber<bigint>;
  readonly counters: GlobalNumber<number>;
  readonly links: GlobalNumber<number>;
  /** Of requester rq = iv * branches + branch; see noc-report.part.as.ts. */
  isWaiting(rq: number): number;
  isStarved(rq: number): number;
  outOf(rq: number): number;
  permittedOf(rq: number): number;
  heldBy(rq: number): number;
  totalOf(iv: number): number;
}
interface KernelExports extends NocExports {
  injectionSpace(core: number): number;
  inject(core: number, destination: number, flits: number, tag: number): void;
  enqueue(core: number, flits: number, tag: number, flags: number): number;
  addDestination(slot: number, destination: number, first: number): void;
  setAccept(core: number, accept: number): void;
  step(): number;
  run(untilCycle: number): number;
  skipTo(untilCycle: number, wheelSlots: number): void;
  readonly injectedFlits: GlobalNumber<number>;
  readonly ejectedFlits: GlobalNumber<number>;
  readonly deliveredAt: GlobalNumber<number>;
}

/** An injection queue of the compiled kernel counts in 32 bits. */
const ENDLESS = 0x7fffffff;

/** Its masks of ports have 32 bits. */
const MOST_PORTS = 30;

/** Its table of routes that a topology brings along has a byte for each router and core. */
const MOST_WAYS = 1 << 26;

/** Whether the compiled kernel has room for such routers. */
export function canCompile(spec: NocSpec): boolean {
  const ports = portCount(spec);
  const branches = spec.multicast === "tree" ? ports : 1;
  const cores = spec.coresPerRouter.reduce((sum, n) => sum + n, 0);
  if (nocTopology(spec).routes !== null && spec.coresPerRouter.length * cores > MOST_WAYS) return false;
  return ports <= MOST_PORTS && ports * spec.virtualChannels * branches <= 64;
}

/** Creates the network in the kernel's memory, anew if there is one, and wires it. */
export function wire(kernel: NocExports, spec: NocSpec, layout: NocLayout): void {
  const { routers, ports, cores, wheelSlots, injectionCycles, ejectionCreditCycles } = layout;
  const own = routesOf(spec);
  const mode =
    (nocTopology(spec).wraps ? 1 : 0) |
    (spec.routing === "yx" ? 2 : 0) |
    (spec.routing === "odd-even" ? 8 : 0) |
    (spec.middleVc === "both" ? 16 : 0) |
    (own === null ? 0 : 32);
  const branches = spec.multicast === "tree" ? ports : 1;
  const stages = [spec.routingDelayCycles, spec.vcAllocationDelayCycles, spec.allocator === "separable-input-first" ? 1 : 0];
  const limit = Math.min(spec.injectionQueuePackets, ENDLESS);
  const [width, height] = own === null ? [spec.width, spec.height] : [routers, 1];
  const sizes = [width, height, ports, spec.virtualChannels, branches, cores, spec.vcBufferFlits];
  kernel.create(...sizes, mode, ...stages, wheelSlots, limit, injectionCycles, ejectionCreditCycles);
  for (let core = 0; core < cores; core++) kernel.wireCore(core, layout.coreRouter[core], layout.corePort[core]);
  if (own !== null) {
    const { coreRouter, corePort } = layout;
    for (let router = 0; router < routers; router++)
      for (let core = 0; core < cores; core++)
        kernel.wireWay(router, core, coreRouter[core] === router ? corePort[core] : own(router, coreRouter[core]));
  }
  for (let router = 0; router < routers; router++) {
    for (let port = 0; port < ports; port++) {
      const at = router * ports + port;
      kernel.wirePort(router, port, layout.down[at], layout.flitCycles[at], layout.up[at], layout.creditCycles[at]);
    }
  }
}

/** What deadlock.ts asks. */
function waitingIn(kernel: NocExports, { ports, routers }: NocLayout, spec: NocSpec): Waiting {
  // A kernel that goes by lists says only then who waits.
  kernel.settleCounters();
  const branches = spec.multicast === "tree" ? ports : 1;
  const outputs = routers * ports * spec.virtualChannels;
  const requesters = outputs * branches;
  const owners = new Int32Array(outputs).fill(-1);
  for (let rq = 0; rq < requesters; rq++) {
    const held = kernel.heldBy(rq);
    if (held >= 0) owners[held] = rq;
  }
  return {
    requesters,
    branches,
    waits: (rq) => kernel.isWaiting(rq) === 1,
    starved: (rq) => kernel.isStarved(rq) === 1,
    out: kernel.outOf,
    permitted: kernel.permittedOf,
    held: kernel.heldBy,
    owner: (ov) => (ov < outputs ? owners[ov] : -1),
    total: kernel.totalOf,
    accepts: (core) => kernel.acceptsOf(core) === 1,
  };
}

/** Cycle-of-waiting report when nothing moved for a whole credit round trip while flits are in flight; null: none. */
export function describeDeadlock(kernel: NocExports, layout: NocLayout, spec: NocSpec): string | null {
  const quiet = Number(kernel.cycle.value - kernel.lastMove.value);
  if (kernel.inFlight.value === 0 || quiet <= layout.quietCycles) return null;
  return explainDeadlock(layout, spec.virtualChannels, waitingIn(kernel, layout, spec));
}

export function createCompiledNoc(spec: NocSpec): NocKernel {
  const layout = layOut(spec);
  const memory = createWasmMemory();
  const kernel = instantiateKernel("noc-kernel", memory) as KernelExports;
  wire(kernel, spec, layout);
  const { routers, ports, cores, wheelSlots } = layout;
  const { step, run, injectionSpace, inject } = kernel;
  const queueLimit = spec.injectionQueuePackets;
  const deliveredAt = kernel.deliveredAt.value;

  const routerCounters = new Float64Array(routers * ROUTER_COUNTERS.length);
  const linkFlits = new Float64Array(routers * ports);
  let buffer: ArrayBuffer | null = null;
  let delivered = new Int32Array(0);
  let left = new Float64Array(0);
  /** Views are made anew when memory has grown. */
  const look = (): void => {
    if (buffer === memory.buffer) return;
    buffer = memory.buffer;
    delivered = new Int32Array(buffer, deliveredAt, cores * 4);
    left = new Float64Array(buffer, deliveredAt, cores * 2);
  };
  look();
  let counted = -1n;
  const count = (): void => {
    if (kernel.cycle.value === counted) return;
    counted = kernel.cycle.value;
    kernel.settleCounters();
    routerCounters.set(new Float64Array(memory.buffer, kernel.counters.value, routerCounters.length));
    linkFlits.set(new Float64Array(memory.buffer, kernel.links.value, linkFlits.length));
  };
  const spaceOf = (core: number): number => {
    const space = injectionSpace(core);
    return queueLimit === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : space;
  };
  return {
    spec,
    get atCycle() {
      return Number(kernel.cycle.value);
    },
    get inFlight() {
      return kernel.inFlight.value;
    },
    injectionSpace: spaceOf,
    inject(core, destinationCore, flits, tag) {
      if (injectionSpace(core) <= 0) refuseFull(core, queueLimit);
      inject(core, destinationCore, flits, tag);
    },
    injectMulticast(core, destinationCores, flits, tag) {
      checkMulticast(spec, core, destinationCores, flits);
      if (injectionSpace(core) <= 0) refuseFull(core, queueLimit);
      if (destinationCores.length === 1) {
        inject(core, destinationCores[0], flits, tag);
        return;
      }
      const slot = kernel.enqueue(core, flits, tag, FROM_MULTICAST);
      for (const [i, destination] of destinationCores.entries()) kernel.addDestination(slot, destination, i === 0 ? 1 : 0);
    },
    setAccept: (core, accept) => kernel.setAccept(core, accept ? 1 : 0),
    step,
    run,
    deliveredTag(index) {
      look();
      return delivered[4 * index + 2];
    },
    deliveredCore(index) {
      look();
      return delivered[4 * index + 3];
    },
    deliveredLeftAtCycle(index) {
      look();
      return left[2 * index];
    },
    skipTo(cycle) {
      if (kernel.inFlight.value > 0) refuseSkip(Number(kernel.cycle.value), kernel.inFlight.value);
      kernel.skipTo(cycle, wheelSlots);
    },
    get routerCounters() {
      count();
      return routerCounters;
    },
    get linkFlits() {
      count();
      return linkFlits;
    },
    portsPerRouter: ports,
    get injectedFlits() {
      return kernel.injectedFlits.value;
    },
    get ejectedFlits() {
      return kernel.ejectedFlits.value;
    },
    deadlock: () => describeDeadlock(kernel, layout, spec),
  };
}
