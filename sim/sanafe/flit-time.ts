/**
 * Time of one step's messages through the flit-level network: departures, contention, arrival order, and service in the
 * target core.
 *
 * A message is one flit. The network's clock is chosen so that a hop without contention takes the mean of the
 * description's hop latencies; a link holds `link_buffer_size` flits; a core that has that many messages waiting takes
 * no more (back-pressure). Times in s. Not modelled: hop latencies that differ by direction or tile (their mean
 * counts).
 */
import { InvariantError, inputError } from "../../base/errors.js";
import type { NocKernel } from "../noc/index.js";
import { createNoc } from "../noc/index.js";
import type { SanafeChip } from "./architecture.js";
import { EventHeap } from "./event-heap.js";
import type { Messages } from "./messages.js";

/** Router stages and link of the network below: cycles of one hop. */
const HOP_CYCLES = 5;
/** Longest step that is simulated. */
const MAX_CYCLES = 1e12;

export class FlitTimer {
  private readonly noc: NocKernel | null;
  private readonly cycleS: number;
  /** Core id of the description -> core id of the network, and back. */
  private readonly port: Int32Array;
  private readonly coreAtPort: Int32Array;
  private readonly waitingLimit: number;
  private readonly busyUntilS: Float64Array;
  private readonly heap: EventHeap;
  /** Messages in the order in which they are ready, and the cycles. */
  private queue = new Int32Array(0);
  private atCycle = new Float64Array(0);
  /** Cycles at which core c takes what has reached it: those of taken[c] .. arrived[c] are still to come. */
  private takenAtCycle = new Float64Array(0);
  private readonly taken: Int32Array;
  private readonly arrived: Int32Array;
  /** Source core by message. */
  private sourceOf = new Int32Array(0);
  /** Cores that something waits for. */
  private waiting: number[] = [];

  /** Of the description, as errors call it. */
  private readonly file: string;

  constructor(chip: SanafeChip) {
    this.file = chip.file;
    this.busyUntilS = new Float64Array(chip.cores.length);
    this.heap = new EventHeap(chip.cores.length);
    this.taken = new Int32Array(chip.cores.length);
    this.arrived = new Int32Array(chip.cores.length);
    const latencies = chip.tiles.flatMap((tile) => Object.values(tile.hop).map((hop) => hop.latencyS));
    const meanS = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
    this.cycleS = meanS / HOP_CYCLES;
    this.port = new Int32Array(chip.cores.length);
    this.coreAtPort = new Int32Array(chip.cores.length);
    this.waitingLimit = Math.max(1, Math.floor(chip.linkBufferSize));
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
    // Without hop latency there is no network to simulate: messages arrive as they leave.
    this.noc =
      this.cycleS > 0
        ? createNoc({
            ...{ topology: "mesh", routing: "xy", width: chip.width, height: chip.height, coresPerRouter, multicast: "unicast" },
            ...{
              virtualChannels: 1,
              middleVc: "upper",
              portRouter: null,
              vcBufferFlits: Math.min(this.waitingLimit, 64),
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

  /**
   * Duration of the step: the last core's last work, sending or receiving. `generatedS`: when each core ends its neuron
   * phase; `closingS`: how long each works on after its last message.
   */
  stepS(messages: Messages, generatedS: Float64Array, closingS: Float64Array): number {
    for (const core of messages.used) this.busyUntilS[core] = 0;
    this.lineUp(messages);
    if (this.noc === null) for (let i = 0; i < messages.count; i++) this.serve(messages, this.queue[i], messages.readyS[this.queue[i]]);
    else this.replay(this.noc, messages);
    let last = 0;
    for (const core of messages.used) last = Math.max(last, generatedS[core], this.busyUntilS[core] + closingS[core]);
    return last;
  }

  /** The target works on a message that has come; when it begins. */
  private serve({ axon, axonCore, processingS }: Messages, message: number, arrivedS: number): number {
    const target = axonCore[axon[message]];
    const startS = Math.max(arrivedS, this.busyUntilS[target]);
    this.busyUntilS[target] = startS + processingS[axon[message]];
    return startS;
  }

  /**
   * Merges the messages of all cores, each in order, by the time or, with a network, by the cycle in which they are
   * ready; then by core.
   */
  private lineUp(messages: Messages): void {
    const { used, firstOf, endOf, readyS, count } = messages;
    if (this.queue.length < count) {
      this.queue = new Int32Array(2 * count);
      this.atCycle = new Float64Array(2 * count);
      this.takenAtCycle = new Float64Array(2 * count);
    }
    const { heap, queue, atCycle } = this;
    const base = this.noc?.atCycle ?? 0;
    const dueAt = (message: number): number => (this.noc === null ? readyS[message] : base + Math.ceil(readyS[message] / this.cycleS));
    const next = this.taken;
    let place = 0;
    for (const core of used) {
      next[core] = firstOf[core];
      if (firstOf[core] < endOf[core]) heap.push(dueAt(firstOf[core]), core);
    }
    for (let i = 0; heap.size > 0; i++) {
      const core = heap.event;
      queue[i] = next[core]++;
      atCycle[i] = heap.time;
      if (next[core] < endOf[core]) heap.replace(dueAt(next[core]), core);
      else heap.pop();
    }
    for (const core of used) {
      this.taken[core] = this.arrived[core] = place;
      place += messages.inOf[core];
    }
  }

  private replay(noc: NocKernel, messages: Messages): void {
    const { axon, axonCore, readyS, processingS, count } = messages;
    const { queue, atCycle, port } = this;
    const base = noc.atCycle;
    let longest = 0;
    for (let i = 0; i < count; i++) longest = Math.max(longest, readyS[i] + processingS[axon[i]]);
    if (!(longest / this.cycleS < MAX_CYCLES))
      throw inputError(
        this.file,
        `a step lasts ${(longest / this.cycleS).toExponential(1)} hop cycles, at most ${MAX_CYCLES} are simulated`,
        "check latency_*_hop against the other latencies",
      );
    const sourceOf = this.sources(messages);
    let now = base;
    let next = 0;
    while (next < count || noc.inFlight > 0) {
      if (next < count && atCycle[next] > now && noc.inFlight === 0) {
        noc.skipTo(atCycle[next]);
        now = atCycle[next];
      }
      for (; next < count && atCycle[next] <= now; next++) {
        const message = queue[next];
        noc.inject(port[sourceOf[message]], port[axonCore[axon[message]]], 1, message);
      }
      const soonest = this.release(noc, now);
      const delivered = noc.run(Math.min(next < count ? atCycle[next] : Number.POSITIVE_INFINITY, soonest));
      now = noc.atCycle;
      for (let i = 0; i < delivered; i++) {
        const message = noc.deliveredTag(i);
        const target = axonCore[axon[message]];
        if (this.coreAtPort[noc.deliveredCore(i)] !== target) throw new InvariantError("network", now, "a message reached another core");
        const startS = this.serve(messages, message, (now - base) * this.cycleS);
        if (this.taken[target] === this.arrived[target]) this.waiting.push(target);
        this.takenAtCycle[this.arrived[target]++] = base + Math.ceil(startS / this.cycleS);
      }
      const stuck = delivered === 0 && soonest === Number.POSITIVE_INFINITY ? noc.deadlock() : null;
      if (stuck !== null) throw new InvariantError("network", now, stuck);
    }
    for (const core of this.waiting) noc.setAccept(port[core], true);
    this.waiting = [];
  }

  /** Source core by message. */
  private sources({ used, firstOf, endOf, count }: Messages): Int32Array {
    if (this.sourceOf.length < count) this.sourceOf = new Int32Array(2 * count);
    for (const core of used) this.sourceOf.fill(core, firstOf[core], endOf[core]);
    return this.sourceOf;
  }

  /** Cores whose waiting messages are too many take no more; the first cycle at which one of them takes some again. */
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
