/**
 * Input queue of a core: a FIFO of spike messages with committed occupancy.
 *
 * Who reads in a cycle sees the queue as it was when the cycle began: a message pushed in cycle c can be popped in c + its visibility (1 or more),
 * and a slot freed in c can be filled in c + 1, or in c where full is judged after the same cycle's pop.
 * Full, it stops the network (`stall`, `freeze`): flits already past the switch wait in the ejection buffer, which holds their credits. Or it
 * loses what comes (`drop`); of a loop-back and a delivery of one cycle, the loop-back comes first.
 */
import type { Intake } from "../../arch/index.js";

export class MessageQueue {
  private entries = new Int32Array(16);
  private events = new Int32Array(16);
  /** First cycle in which each message can be taken. */
  private visibleAt = new Float64Array(16);
  private head = 0;
  /** Messages stored, this cycle's pushes and pops included. */
  private stored = 0;
  /** Messages stored when the cycle began. */
  committed = 0;
  /** Messages lost since the run began. */
  lost = 0;
  /** The synapse unit takes a message in the running cycle; set before the soma's turn. */
  popping = false;
  /** Full stops the senders. */
  readonly refuses: boolean;
  /** Full stops the core's soma. */
  readonly freezes: boolean;
  private readonly afterPop: boolean;
  private readonly visibilityCycles: number;
  /** The cycle last worked in, and the messages stored when it began and pushed in it. */
  private cycle = -1;
  private before = 0;
  private pushed = 0;

  constructor(
    readonly depth: number,
    intake: Intake,
  ) {
    this.refuses = intake.full !== "drop";
    this.freezes = intake.full === "freeze";
    this.afterPop = intake.fullJudged === "after-pop";
    this.visibilityCycles = intake.visibilityCycles;
  }

  /** No slot for a loop-back of the running cycle. */
  get isFull(): boolean {
    return this.committed - (this.popping && this.afterPop ? 1 : 0) >= this.depth;
  }

  /** The network may eject a message in the running cycle, whose loop-backs and pop are made. */
  accepts(loopedBack: number): boolean {
    return !this.refuses || (this.afterPop ? this.stored : this.committed + loopedBack) < this.depth;
  }

  /** The network may eject a message in the cycle that begins now. */
  get isOpen(): boolean {
    return !this.refuses || this.committed < this.depth;
  }

  /** Takes a message in, or loses it; true if it was taken. */
  push(entry: number, event: number, cycle: number): boolean {
    this.mark(cycle);
    if (!this.refuses && (this.afterPop ? this.stored - (this.popping ? 1 : 0) : this.before + this.pushed) >= this.depth) {
      this.lost++;
      return false;
    }
    if (this.stored === this.entries.length) this.grow();
    const at = (this.head + this.stored) & (this.entries.length - 1);
    this.entries[at] = entry;
    this.events[at] = event;
    this.visibleAt[at] = cycle + this.visibilityCycles;
    this.stored++;
    this.pushed++;
    return true;
  }

  private mark(cycle: number): void {
    if (cycle === this.cycle) return;
    this.cycle = cycle;
    this.before = this.stored;
    this.pushed = 0;
  }

  private grow(): void {
    const size = this.entries.length;
    const entries = new Int32Array(size * 2);
    const events = new Int32Array(size * 2);
    const visibleAt = new Float64Array(size * 2);
    for (let i = 0; i < size; i++) {
      const from = (this.head + i) & (size - 1);
      entries[i] = this.entries[from];
      events[i] = this.events[from];
      visibleAt[i] = this.visibleAt[from];
    }
    this.entries = entries;
    this.events = events;
    this.visibleAt = visibleAt;
    this.head = 0;
  }

  /** Destination entry of the oldest message. */
  get frontEntry(): number {
    return this.entries[this.head];
  }

  /** Trace event of the oldest message. */
  get frontEvent(): number {
    return this.events[this.head];
  }

  /** First cycle in which a committed message can be taken; Infinity: there is none. */
  get readableAt(): number {
    return this.committed === 0 ? Number.POSITIVE_INFINITY : this.visibleAt[this.head];
  }

  pop(cycle: number): void {
    this.mark(cycle);
    this.head = (this.head + 1) & (this.entries.length - 1);
    this.stored--;
    this.popping = false;
  }

  /** Loses all messages, at the beginning of a cycle. */
  clear(): void {
    this.lost += this.stored;
    this.stored = 0;
    this.committed = 0;
  }

  /** Something was pushed or popped in this cycle. */
  get changed(): boolean {
    return this.stored !== this.committed;
  }

  /** Messages are stored, this cycle's pushes included. */
  get hasMore(): boolean {
    return this.stored > 0;
  }

  /** Ends the cycle. */
  commit(): void {
    this.committed = this.stored;
  }
}
