import type { Dies, Noc, TreeShape } from "../../arch/index.js";

/** The network on chip as the cores see it: inject packets, advance a cycle, take deliveries. */

export const MIDDLE_VCS = ["upper", "both"] as const;
/**
 * Half of the middle VC of an odd number in a ring: the upper one, or, as in BookSim 2, both (then a ring can
 * deadlock).
 */
export type MiddleVc = (typeof MIDDLE_VCS)[number];

/**
 * Complete parameters of a kernel: the network of a chip, and further choices of its user. Width and height are those
 * of the topology's `grid`.
 */
export interface NocSpec extends Omit<Noc, "tree" | "dies" | "flitWidthBits" | "linkLengthMm" | "headerBits"> {
  /** null: the topology has no tree. */
  readonly tree: (TreeShape & { readonly linkCycles: number }) | null;
  /** null: no link leaves a die. */
  readonly dies: DieLinks | null;
  /** Number of local ports of each router; core ids follow the order of routers, except that of the chip's port. */
  readonly coresPerRouter: readonly number[];
  /** Router whose last local port is the chip's port, which has the last id; null: the chip has no port. */
  readonly portRouter: number | null;
  readonly middleVc: MiddleVc;
  /** Capacity of a core's injection queue in packets; Infinity: unlimited (synthetic traffic). */
  readonly injectionQueuePackets: number;
}

/**
 * Links between dies. A flit occupies such a link for `flitCycles`; its last bit arrives `flitCycles` + `latencyCycles`
 * - 1 cycles after its first cycle.
 */
export interface DieLinks extends Pick<Dies, "columns" | "rows" | "latencyCycles"> {
  readonly flitCycles: number;
}

export interface NocKernel {
  readonly spec: NocSpec;
  /** The cycle that the next `step` runs. */
  readonly atCycle: number;
  /** Packets injected and not yet delivered. */
  readonly inFlight: number;
  /** Free packet slots in `core`'s injection queue, as committed. */
  injectionSpace(core: number): number;
  /**
   * Queues one packet of `flits` flits; it can leave in cycle `atCycle`. `tag` is the caller's; the delivery returns
   * it.
   */
  inject(core: number, destinationCore: number, flits: number, tag: number): void;
  /** Tree multicast: one packet to several cores, copied at the routers where their routes part. */
  injectMulticast(core: number, destinationCores: readonly number[], flits: number, tag: number): void;
  /**
   * False stops ejection to `core` (its input queue is full): flits wait, their credits do not return, back-pressure
   * spreads.
   */
  setAccept(core: number, accept: boolean): void;
  /**
   * Runs one cycle; returns the number of packets delivered (tail ejected) in it. They are readable until the next
   * call.
   */
  step(): number;
  deliveredTag(index: number): number;
  deliveredCore(index: number): number;
  /** Cycle in which the delivered packet's head left its injection queue. */
  deliveredLeftAtCycle(index: number): number;
  /**
   * Steps until something is delivered, a full injection queue has space again, nothing is in flight, or `untilCycle`
   * is next; returns what `step` returns.
   */
  run(untilCycle: number): number;
  /** Jumps over idle time to `cycle`; allowed only if `inFlight` is 0. */
  skipTo(cycle: number): void;
  /**
   * [routers][ROUTER_COUNTERS] and [routers][ports] (E, W, N, S, local...) as in counters.ts; up to date whenever the
   * property is read.
   */
  readonly routerCounters: Float64Array;
  readonly linkFlits: Float64Array;
  readonly portsPerRouter: number;
  /** Flits that the sources have sent, and that the cores have taken, since the beginning. */
  readonly injectedFlits: number;
  readonly ejectedFlits: number;
  /**
   * Report of a circle of waiting packets, if no flit has moved for a whole credit round trip while flits are in
   * flight; null if there is no circle.
   */
  deadlock(): string | null;
}
