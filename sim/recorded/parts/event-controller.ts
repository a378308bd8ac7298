/**
 * The controller of an event-driven core: it decides in WAIT, then runs an operation that sweeps items in read and
 * write phases.
 *
 * Events arrive through a four-phase input (REQ is seen behind a synchroniser, ACK = state WAIT_REQDN) and through a
 * FIFO that neurons refill when they fire (closed loop). While the output link is busy the phase counter stops, and the
 * read phase repeats. Arithmetic and memories belong to the `EventCore` that is handed in. Source: ODIN and tinyODIN,
 * controller.v.
 * Not modelled: configuration over SPI.
 */

import type { OutputLink, Part, QueueInput, QueueOutput } from "./part.js";

type EventState = "WAIT" | "TREF" | "BIST" | "SYNAPSE" | "PUSH" | "POP_NEUR" | "POP_VIRT" | "AER_POP" | "WAIT_REQDN";

/** One sweep of the controller. */
export interface Operation {
  readonly state: "TREF" | "BIST" | "SYNAPSE" | "POP_NEUR" | "POP_VIRT";
  /** Argument of the operation in `ops.csv`. */
  readonly arg: number;
  /** Number of items; each takes two cycles, the read phase and the write phase. */
  readonly items: number;
  /** The neuron counter counts the items (a sweep over all neurons). */
  readonly countsNeurons: boolean;
  /** The operation pops the queue's head. */
  readonly pops: boolean;
}

/** An input request: a sweep, or a word for the queue. */
export type Request =
  | { readonly kind: "operation"; readonly operation: Operation; readonly afterQueue: boolean }
  | { readonly kind: "push"; readonly word: number };

/** Arithmetic and memories of a core; it counts its own memory accesses. */
export interface EventCore {
  request(address: number): Request;
  /** The operation that a queue word starts. */
  event(word: number): Operation;
  read(operation: Operation, item: number, cycle: number): void;
  /** Returns the neuron that sends a spike, or -1. */
  write(operation: Operation, item: number, cycle: number): number;
}

export interface ControllerShape {
  /** Neurons that fire are not pushed into the queue. */
  readonly openLoop: boolean;
  /** When the output sends: when a neuron fires, or when a spike event of the queue has been processed. */
  readonly outputOn: "spike" | "event";
  /**
   * When a spike event leaves the queue. `pop-state`: in a state of its own, once the output is free. `last-write`: in
   * the last write phase.
   */
  readonly spikeEventPop: "pop-state" | "last-write";
  /** Neuron in whose write phase the output counts a spike event as processed. */
  readonly eventOutputAt: "first" | "last";
}

/** Calls to observers; each reports a fact of that cycle. */
interface ControllerEvents {
  state(cycle: number, state: EventState): void;
  push(cycle: number, source: "aer" | "neur", word: number, occupancy: number, isTaken: boolean): void;
  pop(cycle: number, word: number, occupancy: number): void;
  spike(cycle: number, neuron: number): void;
  begin(cycle: number, operation: Operation): void;
  end(cycle: number, operation: Operation): void;
}

export class EventController implements Part {
  readonly name = "controller";
  state: EventState = "WAIT";
  /** Cycles in each state so far, without the current stay. */
  readonly stateCycles = new Map<EventState, number>();
  /** Flags of this cycle, for observers. */
  pushedAt = -1;
  poppedAt = -1;
  firedAt = -1;
  operation: Operation | null = null;
  private enteredAt = 0;
  private phaseCount = 0;
  private item = 0;
  private pushWord = 0;
  private nextState: EventState = "WAIT";
  private nextOperation: Operation | null = null;
  private nextPhaseCount = 0;
  private nextItem = 0;

  constructor(
    private readonly shape: ControllerShape,
    private readonly core: EventCore,
    private readonly queue: QueueInput<number> & QueueOutput<number>,
    /** Value on the input wires. */
    private readonly input: { readonly value: number },
    private readonly requestSeen: () => boolean,
    private readonly output: OutputLink,
    private readonly events: ControllerEvents,
  ) {}

  /** Phase counter register: even in read phases, odd in write phases. */
  phaseCountAt(cycle: number): number {
    return this.hasRested(cycle) ? 0 : this.phaseCount;
  }

  /** Neuron counter register, one byte: it is 0 again after a sweep of 256 neurons. */
  neuronCountAt(cycle: number): number {
    return this.hasRested(cycle) ? 0 : this.item % 256;
  }

  /** Cycles by state over [0, cycles); states without cycles are left out. */
  stateCyclesUntil(cycles: number): { [state: string]: number } {
    const all = new Map(this.stateCycles);
    all.set(this.state, (all.get(this.state) ?? 0) + cycles - this.enteredAt);
    return Object.fromEntries([...all].filter(([, count]) => count > 0));
  }

  nextCycle(cycle: number): number {
    if (this.state !== "WAIT") return cycle; // the phase counter runs
    if (this.output.isBusy) return Number.POSITIVE_INFINITY;
    return this.requestSeen() || this.queue.isReadable(cycle) ? cycle : Number.POSITIVE_INFINITY;
  }

  evaluate(cycle: number): void {
    this.nextState = this.state;
    this.nextOperation = this.operation;
    this.nextPhaseCount = this.output.isBusy ? this.phaseCount : this.phaseCount + 1;
    this.nextItem = this.item;
    if (this.state === "WAIT") this.decide(cycle);
    else if (this.state === "PUSH") {
      this.push(cycle, "aer", this.pushWord, false);
      this.nextState = "WAIT_REQDN";
    } else if (this.state === "WAIT_REQDN") {
      if (!this.requestSeen()) this.nextState = "WAIT";
    } else if (this.state === "AER_POP") {
      if (!this.output.isBusy) {
        this.pop(cycle);
        this.nextState = "WAIT";
      }
    } else if (this.phaseCount % 2 === 0) this.core.read(this.operation as Operation, this.item, cycle);
    else this.writePhase(this.operation as Operation, cycle);
  }

  commit(cycle: number): void {
    this.phaseCount = this.nextPhaseCount;
    this.item = this.nextItem;
    this.operation = this.nextOperation;
    if (this.nextState === this.state) return;
    this.stateCycles.set(this.state, (this.stateCycles.get(this.state) ?? 0) + cycle + 1 - this.enteredAt);
    this.state = this.nextState;
    this.enteredAt = cycle + 1;
    this.events.state(cycle + 1, this.state);
  }

  private decide(cycle: number): void {
    this.nextPhaseCount = 0;
    this.nextItem = 0;
    if (this.output.isBusy) return;
    if (this.queue.isFull() && this.queue.isReadable(cycle)) {
      this.begin(this.core.event(this.queue.head(cycle)), cycle);
      return;
    }
    const request = this.requestSeen() ? this.core.request(this.input.value) : null;
    if (request !== null && request.kind === "push") {
      this.pushWord = request.word;
      this.nextState = "PUSH";
    } else if (request !== null && request.kind === "operation" && !request.afterQueue) this.begin(request.operation, cycle);
    else if (this.queue.isReadable(cycle)) this.begin(this.core.event(this.queue.head(cycle)), cycle);
    else if (request !== null && request.kind === "operation") this.begin(request.operation, cycle);
  }

  private begin(operation: Operation, cycle: number): void {
    this.nextState = operation.state;
    this.nextOperation = operation;
    this.events.begin(cycle + 1, operation);
  }

  private writePhase(operation: Operation, cycle: number): void {
    const isLast = this.item === operation.items - 1;
    const popsInState = operation.state === "POP_NEUR" && this.shape.spikeEventPop === "pop-state";
    const popsNow = isLast && operation.pops && !popsInState;
    const neuron = this.core.write(operation, this.item, cycle);
    if (neuron >= 0) {
      this.firedAt = cycle;
      this.events.spike(cycle, neuron);
      if (!this.shape.openLoop) this.push(cycle, "neur", neuron, popsNow);
      if (this.shape.outputOn === "spike") this.output.send(neuron, cycle);
    }
    if (popsNow) this.pop(cycle);
    const outputsNow = this.shape.eventOutputAt === "last" ? isLast : this.item === 0;
    if (outputsNow && operation.state === "POP_NEUR" && this.shape.outputOn === "event") this.output.send(operation.arg, cycle);
    if (!isLast || operation.countsNeurons) this.nextItem = this.item + 1;
    if (!isLast) return;
    this.events.end(cycle, operation);
    this.nextOperation = null;
    this.nextState = !operation.pops ? "WAIT_REQDN" : popsInState ? "AER_POP" : "WAIT";
  }

  private push(cycle: number, source: "aer" | "neur", word: number, popping: boolean): void {
    this.pushedAt = cycle;
    const before = this.queue.occupancy;
    this.events.push(cycle, source, word, before, this.queue.pushOrDrop(word, popping, cycle));
  }

  private pop(cycle: number): void {
    this.poppedAt = cycle;
    const before = this.queue.occupancy;
    this.events.pop(cycle, this.queue.pop(cycle), before);
  }

  /** In WAIT for at least one whole cycle: counters are back at 0. */
  private hasRested(cycle: number): boolean {
    return this.state === "WAIT" && cycle > this.enteredAt;
  }
}
