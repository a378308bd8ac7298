/**
 * A queue between two clock domains, with an output register of a few words. Each side sees the other's counter a few
 * cycles late, one per flip-flop.
 *
 * If the queue was empty, a word pushed in cycle c is at the output in cycle c + flops + 2. The source sees space that
 * the output frees `flops` cycles after the counter has moved. Space in the register is judged at the start of the
 * cycle. Words are unsigned 32-bit numbers. Throws InvariantError on a push into a full queue. Not modelled: clocks of
 * different frequency.
 */
import { InvariantError } from "../../../base/errors.js";
import type { Part } from "./part.js";

interface CrossingShape {
  readonly depth: number;
  /** Flip-flops between a counter and the other side. */
  readonly flops: number;
  /** Capacity of the output register in words. */
  readonly registerWords: number;
}

export class CrossingQueue implements Part {
  /** The queue takes a push in this cycle. */
  isReady = true;
  /** Words in the output register. */
  private held = 0;
  private readonly words: Uint32Array;
  private readonly register: Uint32Array;
  private written = 0;
  private read = 0;
  /** Counters of the last cycles, the latest first. */
  private readonly writtenBefore: Float64Array;
  private readonly readBefore: Float64Array;
  private incoming = -1;
  private isTaken = false;
  private isLoading = false;
  /** Cycles until both sides see the same counters. */
  private unsettled = 0;

  constructor(
    readonly name: string,
    readonly shape: CrossingShape,
  ) {
    this.words = new Uint32Array(shape.depth);
    this.register = new Uint32Array(shape.registerWords);
    this.writtenBefore = new Float64Array(shape.flops);
    this.readBefore = new Float64Array(shape.flops);
  }

  /** The oldest word in the output register; -1 if it is empty. */
  word(): number {
    return this.held === 0 ? -1 : this.register[0];
  }

  take(): void {
    this.isTaken = true;
  }

  push(word: number): void {
    this.incoming = word;
  }

  nextCycle(cycle: number): number {
    return this.unsettled > 0 || this.mayLoad() ? cycle : Number.POSITIVE_INFINITY;
  }

  private mayLoad(): boolean {
    return this.writtenBefore[this.shape.flops - 1] !== this.read && this.held < this.shape.registerWords;
  }

  evaluate(_cycle: number): void {
    this.isLoading = this.mayLoad();
  }

  commit(cycle: number): void {
    const isMoving = this.incoming >= 0 || this.isTaken || this.isLoading;
    if (!isMoving && this.unsettled === 0) return;
    this.unsettled = isMoving ? this.shape.flops : this.unsettled - 1;
    remember(this.writtenBefore, this.written);
    remember(this.readBefore, this.read);
    if (this.isTaken) {
      this.register.copyWithin(0, 1);
      this.held--;
      this.isTaken = false;
    }
    if (this.isLoading) {
      this.register[this.held++] = this.words[this.read++ % this.shape.depth];
      this.isLoading = false;
    }
    if (this.incoming >= 0) {
      if (!this.isReady) throw new InvariantError(this.name, cycle, "push into a full queue");
      this.words[this.written++ % this.shape.depth] = this.incoming;
      this.incoming = -1;
    }
    this.isReady = this.written - this.readBefore[this.shape.flops - 1] < this.shape.depth;
  }
}

function remember(before: Float64Array, value: number): void {
  before.copyWithin(1, 0);
  before[0] = value;
}

/** Queues as one part: with twenty separate queues a run takes a quarter longer. */
export class CrossingQueues implements Part {
  constructor(
    readonly name: string,
    private readonly queues: readonly CrossingQueue[],
  ) {}

  nextCycle(cycle: number): number {
    for (const queue of this.queues) if (queue.nextCycle(cycle) === cycle) return cycle;
    return Number.POSITIVE_INFINITY;
  }

  evaluate(cycle: number): void {
    for (const queue of this.queues) queue.evaluate(cycle);
  }

  commit(cycle: number): void {
    for (const queue of this.queues) queue.commit(cycle);
  }
}
