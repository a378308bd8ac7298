/**
 * Time of one step's messages through the flit-level network: departures, contention, arrival order, and service in the
 * target core.
 *
 * A message is one flit. The network's clock is chosen so that a router and a link without contention take the mean of
 * the description's hop latencies. A message passes one router more than its hops and the channels of its cores, so it
 * takes (hops + 1.6) of them, from the network's next cycle on. A link holds `link_buffer_size` flits, at most 64; a
 * core with that many waiting messages (without the limit of 64) takes no more (back-pressure). Times in s. Not
 * modelled: hop latencies that differ by direction or tile (their mean is used).
 */
import { InvariantError, inputError } from "../../base/errors.js";
import type { NocKernel } from "../noc/index.js";
import { createNoc } from "../noc/index.js";
import type { SanafeChip } from "./architecture.js";
import type { StepKernel } from "./step-kernel.js";

/** Cycles per hop: router stages and link of the network below. */
const HOP_CYCLES = 5;
/** Longest step that is simulated, in cycles. */
const MAX_CYCLES = 1e12;

/** Most flits that a link of the network holds: each port of each router has memory for as many. */
const MOST_LINK_FLITS = 64;

/** What the model of time changes in the description, one line each. */
export function flitWarnings({ file, linkBufferSize }: SanafeChip): readonly string[] {
  if (linkBufferSize <= MOST_LINK_FLITS) return [];
  const path = "architecture.attributes: link_buffer_size";
  return [`${file}: ${path}: got ${linkBufferSize}; in time_s.flit a link holds ${MOST_LINK_FLITS}`];
}

export class FlitTimer {
  private readonly noc: NocKernel | null;
  private readonly cycleS: number;
  /** Maps core ids of the description to core ids of the network, and back. */
  private readonly port: Int32Array;
  private readonly coreAtPort: Int32Array;
  private readonly waitingLimit: number;
  private readonly busyUntilS: Float64Array;
  /**
   * By index in the merged order of messages: the cycle in which it leaves, its cores, the seconds for which its target
   * processes it.
   */
  private readonly atCycle: Float64Array;
  private readonly source: Int32Array;
  private readonly target: Int32Array;
  private readonly processingS: Float64Array;
  /** Cycles in which core c takes messages that have arrived; those of taken[c] .. arrived[c] are still to come. */
  private readonly takenAtCycle: Float64Array;
  private readonly taken: Int32Array;
  private readonly arrived: Int32Array;
  /** Cores for which messages wait. */
  private waiting: number[] = [];

  /** Name of the description's file in errors. */
  private readonly file: string;

  constructor(
    chip: SanafeChip,
    private readonly host: StepKernel,
    /** Largest number of messages of a step. */
    most: number,
  ) {
    const { kernel } = host;
    kernel.setDepartures(most);
    this.atCycle = host.doubles(kernel.departures.value, most);
    this.source = host.words(kernel.departureSources.value, most);
    this.target = host.words(kernel.departureTargets.value, most);
    this.processingS = host.doubles(kernel.departureProcessingS.value, most);
    this.takenAtCycle = new Float64Array(most);
    this.file = chip.file;
    this.busyUntilS = new Float64Array(chip.cores.length);
    this.taken = new Int32Array(chip.cores.length);
    this.arrived = new Int32Array(chip.cores.length);
    const latencies = chip.tiles.flatMap((tile) => Object.values(tile.hop).map((hop) => hop.latencyS));
    const meanS = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
    this.cycleS = meanS / HOP_CYCLES;
    this.port = new Int32Array(chip.cores.length);
    this.coreAtPort = new Int32Array(chip.cores.length);
    this.waitingLimit = chip.linkBufferSize;
    let ports = 0;
    const coresPerRouter: number[] = [];
    for (let y = 0; y < chip.height; y++) {
      for (let x = 0; x < chip.width; x++) {
        const tile = chip.tiles[x * chip.height + y];
        coresPerRouter.push(tile?.cores.length ?? 0);
        for (const core of tile?.cores ?? []) {
          this.coreAtPort[ports] = core;
          this.port[core] = ports++;
        }
      }
    }
    // without hop latency there is no network to simulate: messages arrive when they leave
    this.noc =
      this.cycleS > 0
        ? createNoc({
            ...{ topology: "mesh", routing: "xy", width: chip.width, height: chip.height, coresPerRouter, multicast: "unicast" },
            ...{
              virtualChannels: 1,
              middleVc: "upper",
              portRouter: null,
              vcBufferFlits: Math.min(this.waitingLimit, MOST_LINK_FLITS),
              allocator: "separable-input-first",
            },
            ...{ routingDelayCycles: 1, vcAllocationDelayCycles: 1, switchAllocationDelayCycles: 1, switchTraversalDelayCycles: 1 },
            tree: null,
            own: null,
            dies: null,
            ...{ creditDelayCycles: 1, linkCycles: 1, injectionQueuePackets: Number.POSITIVE_INFINITY },
          })
        : null;
  }

  /** Duration of a step with `count` messages: the end of the last work of any core. */
  stepS(count: number): number {
    const { noc, busyUntilS } = this;
    const { kernel, used } = this.host;
    const longestS = kernel.lineUp(noc?.atCycle ?? 0, noc === null ? 0 : this.cycleS);
    let place = 0;
    for (const core of used) {
      busyUntilS[core] = 0;
      this.taken[core] = this.arrived[core] = place;
      place += kernel.messagesTo(core);
    }
    if (noc === null) for (let i = 0; i < count; i++) this.serve(i, this.atCycle[i]);
    else this.replay(noc, count, longestS);
    let last = 0;
    for (const core of used) last = Math.max(last, kernel.generatedOf(core), busyUntilS[core] + kernel.closingOf(core));
    return last;
  }

  /** The target processes a message that has arrived; returns when it begins. */
  private serve(message: number, arrivedS: number): number {
    const target = this.target[message];
    const startS = Math.max(arrivedS, this.busyUntilS[target]);
    this.busyUntilS[target] = startS + this.processingS[message];
    return startS;
  }

  private replay(noc: NocKernel, count: number, longestS: number): void {
    const { atCycle, port, source, target } = this;
    const base = noc.atCycle;
    if (!(longestS / this.cycleS < MAX_CYCLES))
      throw inputError(
        this.file,
        `a step lasts ${(longestS / this.cycleS).toExponential(1)} hop cycles, at most ${MAX_CYCLES} are simulated`,
        "check latency_*_hop against the other latencies",
      );
    let now = base;
    let next = 0;
    while (next < count || noc.inFlight > 0) {
      if (next < count && atCycle[next] > now && noc.inFlight === 0) {
        noc.skipTo(atCycle[next]);
        now = atCycle[next];
      }
      for (; next < count && atCycle[next] <= now; next++) noc.inject(port[source[next]], port[target[next]], 1, next);
      const soonest = this.release(noc, now);
      const delivered = noc.run(Math.min(next < count ? atCycle[next] : Number.POSITIVE_INFINITY, soonest));
      now = noc.atCycle;
      for (let i = 0; i < delivered; i++) {
        const message = noc.deliveredTag(i);
        const reached = target[message];
        if (this.coreAtPort[noc.deliveredCore(i)] !== reached) throw new InvariantError("network", now, "a message reached another core");
        const startS = this.serve(message, (now - base) * this.cycleS);
        if (this.taken[reached] === this.arrived[reached]) this.waiting.push(reached);
        this.takenAtCycle[this.arrived[reached]++] = base + Math.ceil(startS / this.cycleS);
      }
      const stuck = delivered === 0 && soonest === Number.POSITIVE_INFINITY ? noc.deadlock() : null;
      if (stuck !== null) throw new InvariantError("network", now, stuck);
    }
    for (const core of this.waiting) noc.setAccept(port[core], true);
    this.waiting = [];
  }

  /**
   * Stops ejection to cores with too many waiting messages; returns the first cycle in which one of them takes messages
   * again.
   */
  private release(noc: NocKernel, now: number): number {
    const { taken, arrived, takenAtCycle, waitingLimit, waiting } = this;
    let soonest = Number.POSITIVE_INFINITY;
    let kept = 0;
    for (const core of waiting) {
      let at = taken[core];
      const end = arrived[core];
      while (at < end && takenAtCycle[at] <= now) at++;
      taken[core] = at;
      const isFull = end - at >= waitingLimit;
      noc.setAccept(this.port[core], !isFull);
      if (isFull) soonest = Math.min(soonest, takenAtCycle[end - waitingLimit]);
      if (at < end) waiting[kept++] = core;
    }
    waiting.length = kept;
    return soonest;
  }
}
