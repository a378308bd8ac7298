/** Host side of the compiled network: creates and wires it, and reports a deadlock. */
import { nocTopology } from "../../arch/index.js";
import { explainDeadlock, type Waiting } from "./deadlock.js";
import { refuseSize } from "./injection.js";
import type { NocLayout } from "./layout.js";
import type { NocSpec } from "./noc.js";
import { routesOf } from "./route.js";

export interface GlobalNumber<T> {
  readonly value: T;
}
/** Exports for wiring and reports, of every kernel that contains the network. */
export interface NocExports {
  /** Returns the bytes that the network takes; if they exceed the address space, it creates nothing. */
  create(...sizes: number[]): number;
  wireCore(core: number, router: number, port: number): void;
  /** Sets the output port of a router towards a core, for routes that a topology brings. */
  wireWay(router: number, core: number, port: number): void;
  wirePort(router: number, port: number, down: number, flitCycles: number, up: number, creditCycles: number, linkFlitCycles: number): void;
  acceptsOf(core: number): number;
  settleCounters(): void;
  readonly inFlight: GlobalNumber<number>;
  readonly cycle: GlobalNumber<bigint>;
  readonly lastMove: GlobalNumber<bigint>;
  readonly counters: GlobalNumber<number>;
  readonly links: GlobalNumber<number>;
  /** Argument: requester rq = iv × branches + branch; see noc-report.part.as.ts. */
  isWaiting(rq: number): number;
  isStarved(rq: number): number;
  outOf(rq: number): number;
  permittedOf(rq: number): number;
  heldBy(rq: number): number;
  totalOf(iv: number): number;
}
/** An unlimited injection queue: the compiled kernel counts in 32 bits. */
const ENDLESS = 0x7fffffff;

/** Capacity of a WebAssembly memory of 32-bit addresses. */
const MOST_BYTES = 0xffff_ffff - 0xf_ffff;

/** Creates the network in the kernel's memory, in place of an earlier one, and wires it. */
export function wire(kernel: NocExports, spec: NocSpec, layout: NocLayout): void {
  const { routers, ports, cores, wheelSlots, injectionCycles, ejectionCreditCycles } = layout;
  const own = routesOf(spec);
  const mode =
    (nocTopology(spec).wraps ? 1 : 0) |
    (spec.routing === "yx" ? 2 : 0) |
    (spec.routing === "odd-even" ? 8 : 0) |
    (spec.middleVc === "both" ? 16 : 0) |
    (own === null ? 0 : 32) |
    (layout.linkFlitCycles.some((cycles) => cycles > 1) ? 64 : 0);
  const branches = spec.multicast === "tree" ? ports : 1;
  const stages = [spec.routingDelayCycles, spec.vcAllocationDelayCycles, spec.allocator === "separable-input-first" ? 1 : 0];
  const limit = Math.min(spec.injectionQueuePackets, ENDLESS);
  const [width, height] = own === null ? [spec.width, spec.height] : [routers, 1];
  const sizes = [width, height, ports, spec.virtualChannels, branches, cores, spec.vcBufferFlits];
  const bytes = kernel.create(...sizes, mode, ...stages, wheelSlots, limit, injectionCycles, ejectionCreditCycles);
  if (bytes > MOST_BYTES) refuseSize(bytes, routers, ports, branches);
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
      kernel.wirePort(
        router,
        port,
        layout.down[at],
        layout.flitCycles[at],
        layout.up[at],
        layout.creditCycles[at],
        layout.linkFlitCycles[at],
      );
    }
  }
}

/** The kernel's state as deadlock.ts reads it. */
function waitingIn(kernel: NocExports, { ports, routers }: NocLayout, spec: NocSpec): Waiting {
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

/**
 * Report of a circle of waiting packets, if no flit has moved for a whole credit round trip while flits are in flight;
 * null if there is no circle.
 */
export function describeDeadlock(kernel: NocExports, layout: NocLayout, spec: NocSpec): string | null {
  const quiet = Number(kernel.cycle.value - kernel.lastMove.value);
  if (kernel.inFlight.value === 0 || quiet <= layout.quietCycles) return null;
  return explainDeadlock(layout, spec.virtualChannels, waitingIn(kernel, layout, spec));
}
