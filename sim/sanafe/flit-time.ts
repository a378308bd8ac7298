/**
 * Time of one step's messages through the flit-level network: departures, contention, arrival order, and service in the target core.
 *
 * A message is one flit. The network's clock is chosen so that a hop without contention takes the mean of the description's hop
 * latencies; a link holds `link_buffer_size` flits; a core that has that many messages waiting takes no more (back-pressure).
 * Times in s. Not modelled: hop latencies that differ by direction or tile (their mean counts).
 */
import { InvariantError, inputError } from "../../base/errors.js";
import type { NocKernel } from "../noc/index.js";
import { createNoc } from "../noc/index.js";
import type { SanafeChip } from "./architecture.js";

export interface Message {
  readonly source: number;
  readonly target: number;
  readonly axon: number;
  /** From the start of the step: when the source core has made it. */
  readonly readyS: number;
  /** How long the target core works on it. */
  readonly processingS: number;
}

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

  constructor(chip: SanafeChip) {
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
            ...{ creditDelayCycles: 1, linkCycles: 1, injectionQueuePackets: Number.POSITIVE_INFINITY },
          })
        : null;
  }

  /**
   * Duration of the step: the last core's last work, sending or receiving. `generatedS`: when each core ends its neuron phase; `closingS`:
   * how long each works on after its last message.
   */
  stepS(messages: readonly Message[], generatedS: Float64Array, closingS: Float64Array): number {
    const busyUntil = new Float64Array(generatedS.length);
    const serve = (message: Message, arrivedS: number): number => {
      const start = Math.max(arrivedS, busyUntil[message.target]);
      busyUntil[message.target] = start + message.processingS;
      return start;
    };
    if (this.noc === null) {
      for (const message of [...messages].sort((a, b) => a.readyS - b.readyS)) serve(message, message.readyS);
    } else this.replay(this.noc, messages, serve);
    return busyUntil.reduce((end, busy, core) => Math.max(end, generatedS[core], busy + closingS[core]), 0);
  }

  private replay(noc: NocKernel, messages: readonly Message[], serve: (message: Message, arrivedS: number) => number): void {
    const base = noc.atCycle;
    const longest = messages.reduce((latest, message) => Math.max(latest, message.readyS + message.processingS), 0) / this.cycleS;
    if (!(longest < MAX_CYCLES))
      throw inputError(
        "architecture",
        `a step lasts ${longest.toExponential(1)} hop cycles, at most ${MAX_CYCLES} are simulated`,
        "check latency_*_hop against the other latencies",
      );
    const cycleOf = (timeS: number): number => base + Math.ceil(timeS / this.cycleS);
    const queue = messages.map((message, tag) => ({ message, tag, at: cycleOf(message.readyS) })).sort((a, b) => a.at - b.at);
    /** By core: cycles at which its waiting messages are taken. */
    const waiting = new Map<number, number[]>();
    let next = 0;
    const release = (): number => {
      let soonest = Number.POSITIVE_INFINITY;
      for (const [core, starts] of waiting) {
        while (starts.length > 0 && starts[0] <= noc.atCycle) starts.shift();
        const full = starts.length >= this.waitingLimit;
        noc.setAccept(this.port[core], !full);
        if (full) soonest = Math.min(soonest, starts[starts.length - this.waitingLimit]);
        if (starts.length === 0) waiting.delete(core);
      }
      return soonest;
    };
    while (next < queue.length || noc.inFlight > 0) {
      if (noc.inFlight === 0 && (queue[next] as { at: number }).at > noc.atCycle) noc.skipTo((queue[next] as { at: number }).at);
      for (; next < queue.length && (queue[next] as { at: number }).at <= noc.atCycle; next++) {
        const { message, tag } = queue[next] as { message: Message; tag: number };
        noc.inject(this.port[message.source], this.port[message.target], 1, tag);
      }
      const soonest = release();
      const delivered = noc.run(Math.min(queue[next]?.at ?? Number.POSITIVE_INFINITY, soonest));
      for (let i = 0; i < delivered; i++) {
        const message = messages[noc.deliveredTag(i)];
        if (this.coreAtPort[noc.deliveredCore(i)] !== message.target)
          throw new InvariantError("network", noc.atCycle, "a message reached another core");
        const start = serve(message, (noc.atCycle - base) * this.cycleS);
        const starts = waiting.get(message.target) ?? [];
        waiting.set(message.target, starts);
        starts.push(cycleOf(start));
      }
      const stuck = delivered === 0 && soonest === Number.POSITIVE_INFINITY ? noc.deadlock() : null;
      if (stuck !== null) throw new InvariantError("network", noc.atCycle, stuck);
    }
    for (const core of waiting.keys()) noc.setAccept(this.port[core], true);
  }
}
