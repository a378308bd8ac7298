/**
 * The network on chip: the compiled kernel behind the interface of noc.ts.
 *
 * Memory grows with packets waiting in unlimited injection queues. Counters are copied when they are read: the arrays
 * remain the same objects, up to date as of the last read of the property. Throws `InvariantError` on misuse,
 * `InfeasibleError` if the network does not fit into the kernel's memory.
 */

import { createWasmMemory, instantiateKernel } from "../../base/kernel-file.js";
import { ROUTER_COUNTERS } from "../counters.js";
import { describeDeadlock, type GlobalNumber, type NocExports, wire } from "./compiled.js";
import { checkMulticast, refuseFull, refuseSkip } from "./injection.js";
import { layOut } from "./layout.js";
import type { NocKernel, NocSpec } from "./noc.js";

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

/** Flag of a packet that is a copy of a multicast packet. */
const FROM_MULTICAST = 4;

export function createNoc(spec: NocSpec): NocKernel {
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
  /** Renews the views if memory has grown. */
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
