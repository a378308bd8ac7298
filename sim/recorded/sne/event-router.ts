/**
 * SNE's event router: it fetches and processes one event at a time. It also contains the time register, and knows which
 * receivers have taken a time step.
 *
 * States RESET, FETCH, SPIKE, TIME, DONE, ERROR. A spike event is done when its sequencer is done. A time event is done
 * when all its receivers have taken it, each once, in the first cycle in which it is ready. Outside SPIKE the data path
 * sees an idle event at (0, 0).
 * Source: specification of the slice, event router and time path. Not modelled: anything that would end the design's
 * own deadlocks.
 */
import type { Part } from "../parts/part.js";
import type { EventBus, Grant, Sequencer, WordSource } from "./ports.js";
import { channelOf, hex8, isSpikeEvent, isSweepOp, isTimeEvent, NONE, OP, opOf, timeOf, xOf, yOf } from "./sne-words.js";

type RouterState = "RESET" | "FETCH" | "SPIKE" | "TIME" | "DONE" | "ERROR";

/** Receivers of time events. */
const RECEIVERS = ["mapper", "time register", "window", "sweep", "fully connected"] as const;
export const MAPPER = RECEIVERS.indexOf("mapper");
export const FULLY_CONNECTED = RECEIVERS.indexOf("fully connected");

export interface Receiver {
  /** Whether the receiver takes a time event in this cycle if it is offered. */
  takesTime(): boolean;
}

interface RouterOptions {
  readonly isFullyConnected: boolean;
  readonly fetchCycles: number;
  readonly doneCycles: number;
}

export class EventRouter implements Part, EventBus {
  readonly name = "event router";
  isTimeStable = false;
  time = 0;
  op: number = OP.idle;
  x = 0;
  y = 0;
  channel = 0;
  /** Rows `first cycle,last cycle,state,word` of completed visits. */
  readonly visits: string[] = [];
  readonly stateCycles = new Map<RouterState, number>();
  /** Cycles of completed events that sweep all neurons, and of other spike events. */
  private sweepCycles = 0;
  private spikeCycles = 0;
  /** Last cycle outside RESET and FETCH. */
  private lastBusy = -1;
  private state: RouterState = "RESET";
  private next: RouterState = "RESET";
  private enteredAt = 0;
  /** Cycles for which FETCH has seen a word, or DONE has lasted. */
  private stayed = 0;
  private isWaiting = false;
  private word = 0;
  private nextTime = 0;
  private nextStable = false;
  private readonly hasTaken = RECEIVERS.map(() => false);
  private readonly takes = RECEIVERS.map(() => false);

  constructor(
    private readonly source: WordSource,
    private readonly options: RouterOptions,
    /** One receiver per entry of `RECEIVERS`, in that order. */
    private readonly receivers: () => readonly Receiver[],
    private readonly sequencer: () => Sequencer,
    private readonly grant: Grant,
  ) {}

  /** Whether an event is in progress. */
  get isProcessing(): boolean {
    return this.state === "SPIKE";
  }

  get isAtRest(): boolean {
    return (this.state === "RESET" || this.state === "FETCH") && this.source.word() === NONE;
  }

  /** Whether a receiver still has to take a time event. */
  isPending(receiver: number): boolean {
    return this.state === "TIME" && this.partakes(receiver) && !this.hasTaken[receiver];
  }

  /** The time event on offer. */
  get offered(): number {
    return this.word;
  }

  /** In a fully connected layer SYNCH goes to its sequencer alone. */
  private partakes(receiver: number): boolean {
    return receiver === FULLY_CONNECTED || !this.options.isFullyConnected || opOf(this.word) !== OP.synch;
  }

  nextCycle(cycle: number): number {
    return this.isAtRest ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(cycle: number): void {
    this.next = this.follow(cycle);
  }

  private follow(cycle: number): RouterState {
    switch (this.state) {
      case "RESET":
        return this.source.word() === NONE ? "RESET" : "FETCH";
      case "FETCH":
        return this.fetch();
      case "SPIKE":
        return this.sequencer().isDone && this.grant.isGranted(cycle) ? "DONE" : "SPIKE";
      case "TIME":
        return this.offer();
      case "DONE":
        if (this.stayed + 1 < this.options.doneCycles) return "DONE";
        this.source.take();
        return "FETCH";
      default:
        this.source.take();
        return "RESET";
    }
  }

  private fetch(): RouterState {
    const word = this.source.word();
    this.isWaiting = word === NONE;
    if (word === NONE || this.stayed + 1 < this.options.fetchCycles) return "FETCH";
    this.word = word;
    const op = opOf(word);
    return isSpikeEvent(op) ? "SPIKE" : isTimeEvent(op) ? "TIME" : "ERROR";
  }

  /** Offers the time event to all receivers that have not taken it. */
  private offer(): RouterState {
    let isDone = true;
    const receivers = this.receivers();
    for (let i = 0; i < receivers.length; i++) {
      this.takes[i] = this.isPending(i) && receivers[i].takesTime();
      if (this.isPending(i) && !this.takes[i]) isDone = false;
    }
    this.nextStable = isDone;
    if (isDone && opOf(this.word) === OP.time) this.nextTime = timeOf(this.word);
    return isDone ? "DONE" : "TIME";
  }

  commit(cycle: number): void {
    this.time = this.nextTime;
    this.isTimeStable = this.nextStable;
    if (this.state === "TIME") for (let i = 0; i < this.takes.length; i++) if (this.takes[i]) this.hasTaken[i] = true;
    this.stayed = this.next === this.state && !this.isWaiting ? this.stayed + 1 : 0;
    this.isWaiting = false;
    if (this.next !== this.state) this.leave(cycle);
  }

  private leave(cycle: number): void {
    const { state, enteredAt } = this;
    this.stateCycles.set(state, (this.stateCycles.get(state) ?? 0) + cycle + 1 - enteredAt);
    if (state !== "RESET" && state !== "FETCH") this.lastBusy = cycle;
    if (state === "SPIKE") ({ sweepCycles: this.sweepCycles, spikeCycles: this.spikeCycles } = this.eventCyclesUntil(cycle + 1));
    if (state === "SPIKE" || state === "TIME" || state === "ERROR") this.visits.push(`${enteredAt},${cycle},${state},${hex8(this.word)}`);
    if (state === "TIME") this.hasTaken.fill(false);
    this.state = this.next;
    this.enteredAt = cycle + 1;
    const { word } = this;
    const isSeen = this.state === "SPIKE";
    this.op = isSeen ? opOf(word) : OP.idle;
    this.x = isSeen ? xOf(word) : 0;
    this.y = isSeen ? yOf(word) : 0;
    this.channel = isSeen ? channelOf(word) : 0;
  }

  /** Cycles by state over a run of `cycles` cycles; states never entered are left out. */
  stateCyclesUntil(cycles: number): ReadonlyMap<RouterState, number> {
    return new Map(this.stateCycles).set(this.state, (this.stateCycles.get(this.state) ?? 0) + cycles - this.enteredAt);
  }

  /**
   * Cycles of events that sweep all neurons, and of other spike events, over a run of `cycles` cycles; an event in
   * progress counts.
   */
  eventCyclesUntil(cycles: number): { readonly sweepCycles: number; readonly spikeCycles: number } {
    const { sweepCycles, spikeCycles } = this;
    const stay = this.state === "SPIKE" ? cycles - this.enteredAt : 0;
    return isSweepOp(this.op) ? { sweepCycles: sweepCycles + stay, spikeCycles } : { sweepCycles, spikeCycles: spikeCycles + stay };
  }

  /** Last cycle outside RESET and FETCH of a run of `cycles` cycles; a state entered at its end is none of it. */
  lastBusyUntil(cycles: number): number {
    return this.state === "RESET" || this.state === "FETCH" || this.enteredAt === cycles ? this.lastBusy : cycles - 1;
  }
}
