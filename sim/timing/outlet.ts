/**
 * Way out of a core: turns a spike into packets, one a destination core or one multicast tree, and its own core's copy into a loop-back.
 *
 * Order of a spike's packets: the loop-back (1 cycle into the own input queue, past the network), then the others, core ids ascending.
 * A packet goes straight into the network's injection queue, which is the core's output queue (`output_queue.depth` packets).
 */
import type { Core } from "../../arch/index.js";
import { CORE_COUNTERS, coreColumn } from "../counters.js";
import type { SomaSlice } from "./blocks.js";
import type { MessageQueue } from "./message-queue.js";
import type { NocKernel } from "./noc/noc.js";
import type { Recorder } from "./observe/recorder.js";
import type { Program } from "./program.js";

/** Packets of the running wave: what a tag stands for. */
export class Messages {
  /** Unicast: entry. Multicast: route. */
  target = new Int32Array(1024);
  event = new Int32Array(1024);
  count = 0;
  /** Packets on their way, a multicast counted once a destination. */
  inFlight = 0;
  /** Since the run began. */
  packets = 0;
  flits = 0;

  add(target: number, event: number): number {
    if (this.count === this.target.length) {
      const targets = new Int32Array(this.count * 2);
      const events = new Int32Array(this.count * 2);
      targets.set(this.target);
      events.set(this.event);
      this.target = targets;
      this.event = events;
    }
    this.target[this.count] = target;
    this.event[this.count] = event;
    return this.count++;
  }
}

export class Outlet {
  /** A spike has packets left. */
  open = false;
  /** The next packet is the loop-back. */
  wantsLoopback = false;
  /** Loop-backs of the running cycle, 0 or 1. */
  loopedBack = 0;
  private readonly at: number;
  /** Slots of the network's injection queue beyond this core's depth (queues may differ by core; the network has one size). */
  readonly hidden: number;
  private readonly multicast: boolean;
  private readonly remotes = new Map<number, number[]>();
  private route = 0;
  private entry = 0;
  private entryEnd = 0;
  private loopEntry = -1;
  private event = 0;
  private flits = 0;

  constructor(
    private readonly core: Core,
    private readonly program: Program,
    private readonly neuron: Uint16Array | Uint32Array,
    private readonly noc: NocKernel,
    private readonly messages: Messages,
    private readonly counters: Float64Array,
    private readonly recorder: Recorder | null,
  ) {
    this.at = core.id * CORE_COUNTERS.length;
    this.multicast = noc.spec.multicast === "tree";
    this.hidden = noc.spec.injectionQueuePackets - core.outputQueue.depth;
  }

  private routeOf(soma: SomaSlice, event: number, variant: number): number {
    return this.program.routeOf[variant][this.program.populationStart[soma.slice.population] + this.neuron[event]];
  }

  /** First event in `from .. to - 1` whose neuron sends anything; `to` if none. */
  firstWithDestination(soma: SomaSlice, from: number, to: number, variant: number): number {
    const { entryStart } = this.program;
    for (let event = from; event < to; event++) {
      const route = this.routeOf(soma, event, variant);
      if (entryStart[route + 1] > entryStart[route]) return event;
    }
    return to;
  }

  /** Starts on a spike that has a destination. */
  begin(soma: SomaSlice, event: number, variant: number): void {
    const { entryStart, entryCore } = this.program;
    const route = this.routeOf(soma, event, variant);
    this.route = route;
    this.event = event;
    this.flits = soma.flits;
    this.entry = entryStart[route];
    this.entryEnd = entryStart[route + 1];
    this.loopEntry = -1;
    for (let e = this.entry; e < this.entryEnd; e++) if (entryCore[e] === this.core.id) this.loopEntry = e;
    this.wantsLoopback = this.loopEntry >= 0;
    this.skipLoopEntry();
    this.open = true;
  }

  private skipLoopEntry(): void {
    if (this.entry === this.loopEntry) this.entry++;
  }

  /** Packets of the open spike that are not handed over yet. */
  get remaining(): number {
    if (this.multicast) return (this.wantsLoopback ? 1 : 0) + (this.entry < this.entryEnd ? 1 : 0);
    const passed = this.loopEntry >= this.entry ? 1 : 0;
    return this.entryEnd - this.entry - passed + (this.wantsLoopback ? 1 : 0);
  }

  loopBack(queue: MessageQueue, cycle: number): void {
    if (this.recorder !== null) this.recorder.record("send", this.noc.atCycle, this.core.id, this.event, this.core.id);
    if (queue.push(this.loopEntry, this.event, cycle)) this.counters[this.at + coreColumn.input_queue_pushes]++;
    this.loopedBack = 1;
    this.wantsLoopback = false;
    this.open = this.entry < this.entryEnd;
  }

  /** The network reports space only in queues that were full to its own size. */
  get mustPoll(): boolean {
    return this.hidden > 0;
  }

  hasSpace(): boolean {
    return this.noc.injectionSpace(this.core.id) > this.hidden;
  }

  /** Injects the next packet; the caller has asked `hasSpace`. */
  send(): void {
    const { noc, messages, counters, at } = this;
    counters[at + coreColumn.output_queue_pushes]++;
    counters[at + coreColumn.output_queue_pops]++;
    counters[at + coreColumn.packets_sent]++;
    messages.packets++;
    messages.flits += this.flits;
    if (this.recorder !== null) {
      const destination = this.multicast ? -1 : this.program.entryCore[this.entry];
      this.recorder.record("send", noc.atCycle, this.core.id, this.event, destination);
    }
    if (this.multicast) {
      const remotes = this.remotesOf(this.route);
      messages.inFlight += remotes.length;
      noc.injectMulticast(this.core.id, remotes, this.flits, messages.add(this.route, this.event));
      this.entry = this.entryEnd;
    } else {
      messages.inFlight++;
      noc.inject(this.core.id, this.program.entryCore[this.entry], this.flits, messages.add(this.entry, this.event));
      this.entry++;
      this.skipLoopEntry();
    }
    this.open = this.entry < this.entryEnd;
  }

  private remotesOf(route: number): number[] {
    const known = this.remotes.get(route);
    if (known !== undefined) return known;
    const { entryStart, entryCore } = this.program;
    const cores = Array.from(entryCore.subarray(entryStart[route], entryStart[route + 1])).filter((core) => core !== this.core.id);
    this.remotes.set(route, cores);
    return cores;
  }
}

/** Entry of a delivered packet: what `core` does with it. */
export function entryFor(program: Program, messages: Messages, multicast: boolean, tag: number, core: number): number {
  const target = messages.target[tag];
  if (!multicast) return target;
  let entry = program.entryStart[target];
  while (program.entryCore[entry] !== core) entry++;
  return entry;
}
