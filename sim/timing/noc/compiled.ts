/**
 * The compiled network kernel behind the common contract: same cycles, same counters as kernel.ts, two times faster or more.
 *
 * Memory grows with packets waiting in endless injection queues. Counters are copied out of it when they are read: the arrays stay the same objects,
 * up to date at the last reading of the property.
 */

import { nocTopology } from "../../../arch/index.js";
import { powerOfTwo } from "../../../base/math.js";
import { ROUTER_COUNTERS } from "../../counters.js";
import { createWasmMemory, instantiateKernel, type WasmMemory } from "../../functional/kernel-file.js";
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
  readonly routers: GlobalNumber<number>;
  readonly counters: GlobalNumber<number>;
  readonly links: GlobalNumber<number>;
  readonly ROUTER_SHIFT: GlobalNumber<number>;
  readonly OUTPUT_AT: GlobalNumber<number>;
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

/** What deadlock.ts asks, read from the records (see noc-records.part.as.ts). */
function waitingIn(buffer: ArrayBuffer, kernel: NocExports, layout: NocLayout, spec: NocSpec): Waiting {
  // A kernel that goes by lists says only then who waits.
  kernel.settleCounters();
  const view = new DataView(buffer);
  const { ports, routers } = layout;
  const vcs = spec.virtualChannels;
  const branches = spec.multicast === "tree" ? ports : 1;
  const requesters = ports * vcs * branches;
  const base = kernel.routers.value;
  const shift = kernel.ROUTER_SHIFT.value;
  const head = 128;
  const record = (rq: number): number => base + Math.floor(rq / requesters) * powerOfTwo(shift) + head + 32 * (rq % requesters);
  const inMask = (rq: number, offset: number): boolean => {
    const mask = view.getBigUint64(base + Math.floor(rq / requesters) * powerOfTwo(shift) + offset, true);
    return ((mask >> BigInt(rq % requesters)) & 1n) === 1n;
  };
  const outputNumber = (address: number): number => {
    const router = Math.floor((address - base) / powerOfTwo(shift));
    return router * ports * vcs + (address - base - router * powerOfTwo(shift) - kernel.OUTPUT_AT.value) / 16;
  };
  const held = (rq: number): number => {
    const address = view.getUint32(record(rq) + 12, true);
    return address === 0 ? -1 : outputNumber(address);
  };
  const owners = new Int32Array(routers * ports * vcs).fill(-1);
  for (let rq = 0; rq < routers * requesters; rq++) if (held(rq) >= 0) owners[held(rq)] = rq;
  return {
    requesters: routers * requesters,
    branches,
    waits: (rq) => inMask(rq, 72),
    starved: (rq) => inMask(rq, 80),
    out: (rq) => view.getUint8(record(rq) + 28),
    permitted: (rq) => view.getUint16(record(rq) + 30, true),
    held,
    owner: (ov) => (ov < owners.length ? owners[ov] : -1),
    total: (iv) => view.getUint8(record(iv * branches) + 6),
    accepts: (core) => kernel.acceptsOf(core) === 1,
  };
}

/** Cycle-of-waiting report when nothing moved for a whole credit round trip while flits are in flight; null: none. */
export function describeDeadlock(memory: WasmMemory, kernel: NocExports, layout: NocLayout, spec: NocSpec): string | null {
  const quiet = Number(kernel.cycle.value - kernel.lastMove.value);
  if (kernel.inFlight.value === 0 || quiet <= layout.quietCycles) return null;
  return explainDeadlock(layout, spec.virtualChannels, waitingIn(memory.buffer, kernel, layout, spec));
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
    deadlock: () => describeDeadlock(memory, kernel, layout, spec),
  };
}
