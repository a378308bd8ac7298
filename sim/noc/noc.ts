import type { Dies, Noc, TreeShape } from "../../arch/index.js";

/**
 * The network on chip as the cores see it: inject packets, advance a cycle, take deliveries. One contract, several
 * kernels.
 */

/**
 * What a kernel is built from, complete: the network of a chip, and what else its user decides. Width and height are
 * those of `grid` of the topology.
 */
export interface NocSpec extends Omit<Noc, "tree" | "dies" | "flitWidthBits" | "linkLengthMm" | "headerBits"> {
  /** null: the topology has no tree. */
  readonly tree: (TreeShape & { readonly linkCycles: number }) | null;
  /** null: all links are on one die. */
  readonly dies: DieLinks | null;
  /** Local ports of each router; core ids run over routers in order, but for the port's. */
  readonly coresPerRouter: readonly number[];
  /** Router whose last local port is the chip's port, which has the last id; null: there is none. */
  readonly portRouter: number | null;
  /**
   * Of an odd number of VCs in a ring: the middle one belongs to the upper half, or, as in BookSim 2, to both (then a
   * ring can deadlock).
   */
  readonly middleVc: "upper" | "both";
  /** Packets a core's injection queue holds; Infinity: endless (synthetic traffic). */
  readonly injectionQueuePackets: number;
}

/**
 * Links between dies: a flit keeps one for `flitCycles`, and the last of it arrives as many and `latencyCycles` after
 * it began, but one.
 */
export interface DieLinks extends Pick<Dies, "columns" | "rows" | "latencyCycles"> {
  readonly flitCycles: number;
}

export interface NocKernel {
  readonly spec: NocSpec;
  /** The cycle that the next `step` works on. */
  readonly atCycle: number;
  /** Packets accepted and not yet delivered. */
  readonly inFlight: number;
  /** Free packet slots in `core`'s injection queue, committed state. */
  injectionSpace(core: number): number;
  /**
   * Queue one packet of `flits` flits; it can leave in cycle `atCycle`. `tag` is the caller's and comes back at
   * delivery.
   */
  inject(core: number, destinationCore: number, flits: number, tag: number): void;
  /** Tree multicast: one packet to several cores, copied at the routers where ways part. */
  injectMulticast(core: number, destinationCores: readonly number[], flits: number, tag: number): void;
  /**
   * False stops ejection to `core` (its input queue is full): flits wait, credits stay taken, back-pressure spreads.
   */
  setAccept(core: number, accept: boolean): void;
  /** Work one cycle; returns how many packets were delivered (tail ejected) in it, readable until the next call. */
  step(): number;
  deliveredTag(index: number): number;
  deliveredCore(index: number): number;
  /** Cycle in which the delivered packet's head left its injection queue. */
  deliveredLeftAtCycle(index: number): number;
  /**
   * Step until something is delivered, a full injection queue has space again, nothing is in flight, or `untilCycle` is
   * next; returns as `step`.
   */
  run(untilCycle: number): number;
  /** Jump over idle time to `cycle`; allowed only while `inFlight` is 0. */
  skipTo(cycle: number): void;
  /**
   * [routers][ROUTER_COUNTERS] and [routers][ports] (E, W, N, S, local...) as in counters.ts; up to date when read from
   * the kernel.
   */
  readonly routerCounters: Float64Array;
  readonly linkFlits: Float64Array;
  readonly portsPerRouter: number;
  /** Flits that the sources have sent and that the cores have taken, since the beginning. */
  readonly injectedFlits: number;
  readonly ejectedFlits: number;
  /** Cycle-of-waiting report when nothing moved for a whole credit round trip while flits are in flight; null: none. */
  deadlock(): string | null;
}
