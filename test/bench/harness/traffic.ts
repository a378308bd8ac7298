/** Uniform traffic through the network's kernel. */
import { createRng } from "../../../base/rng.js";
import { ROUTER_COUNTERS, routerColumn } from "../../../sim/counters.js";
import type { NocKernel, NocSpec } from "../../../sim/noc/noc.js";
import { createArrivals } from "../../../sim/noc/traffic.js";
import { networkOf } from "../../sim/noc/spec.js";

export const mesh = (size: number): NocSpec => networkOf({ width: size, height: size });

export interface Uniform {
  /** Of a packet. */
  readonly flits: number;
  /** Flits a node a cycle. */
  readonly rate: number;
  readonly cycles: number;
}

export function flitHops(noc: NocKernel): number {
  let sum = 0;
  const columns = ROUTER_COUNTERS.length;
  for (let at = routerColumn.crossbar_flits; at < noc.routerCounters.length; at += columns) sum += noc.routerCounters[at];
  return sum;
}

/** Runs uniform Bernoulli traffic; returns the flit-hops. */
export function drive(noc: NocKernel, nodes: number, { flits, rate, cycles }: Uniform): number {
  const arrivals = createArrivals(rate / flits, nodes, createRng(1, "bench arrivals"));
  const destinations = createRng(1, "bench destinations");
  const end = noc.atCycle + cycles;
  const start = noc.atCycle;
  for (let cycle = start; cycle < end; cycle++) {
    for (; arrivals.atCycle + start === cycle; arrivals.next()) noc.inject(arrivals.node, destinations.int(0, nodes - 1), flits, 0);
    noc.step();
  }
  return flitHops(noc);
}
