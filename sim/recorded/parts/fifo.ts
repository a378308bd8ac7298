/**
 * A FIFO queue: a word pushed in cycle c is readable from cycle c + visibilityCycles on.
 *
 * Whether the queue is full is judged at the start of the cycle, or (`after-pop`) after a pop in the same cycle. The
 * holder decides about a refused word: it drops it (counted here), or keeps it and tries again. Throws InvariantError
 * on a pop from an unreadable queue. Not modelled: pointer width, metastability, almost-full flags.
 */
import { InvariantError } from "../../../base/errors.js";
import type { Part, QueueInput, QueueOutput } from "./part.js";

interface FifoShape {
  readonly depth: number;
  readonly visibilityCycles: number;
  readonly fullJudged: "before-pop" | "after-pop";
}

interface FifoCounters {
  pushes: number;
  pops: number;
  /** Words refused by `pushOrDrop`. */
  drops: number;
  maxOccupancy: number;
  /** First cycle that starts with `maxOccupancy` words; -1 before any push. */
  peakAtCycle: number;
}

export const newFifoCounters = (): FifoCounters => ({ pushes: 0, pops: 0, drops: 0, maxOccupancy: 0, peakAtCycle: -1 });

export class Fifo<Word> implements Part, QueueInput<Word>, QueueOutput<Word> {
  /** Words at the start of the cycle, readable or not. */
  occupancy = 0;
  private readonly words: (Word | null)[];
  private readonly readableAt: Float64Array;
  private headSlot = 0;
  private popping = false;
  private incoming: Word | null = null;

  constructor(
    readonly name: string,
    readonly shape: FifoShape,
    readonly counters: FifoCounters,
  ) {
    this.words = new Array<Word | null>(shape.depth).fill(null);
    this.readableAt = new Float64Array(shape.depth);
  }

  isReadable(cycle: number): boolean {
    return this.occupancy > 0 && this.readableAt[this.headSlot] <= cycle;
  }

  isFull(): boolean {
    return this.occupancy >= this.shape.depth;
  }

  /** Whether a push in this cycle is taken; `popping`: a pop happens in the same cycle. */
  accepts(popping: boolean): boolean {
    return !this.isFull() || (popping && this.shape.fullJudged === "after-pop");
  }

  /** The oldest word (first-word fall-through). */
  head(cycle: number): Word {
    if (!this.isReadable(cycle)) throw new InvariantError(this.name, cycle, "read of an empty queue");
    return this.words[this.headSlot] as Word;
  }

  pop(cycle: number): Word {
    const word = this.head(cycle);
    this.popping = true;
    return word;
  }

  /** Pushes a word; the holder knows that it will be taken. */
  push(word: Word, cycle: number): void {
    if (this.incoming !== null) throw new InvariantError(this.name, cycle, "two pushes in one cycle");
    this.incoming = word;
  }

  /** Pushes, or counts a drop; returns whether the word was taken. */
  pushOrDrop(word: Word, popping: boolean, cycle: number): boolean {
    if (!this.accepts(popping)) {
      this.counters.drops++;
      return false;
    }
    this.push(word, cycle);
    return true;
  }

  nextCycle(cycle: number): number {
    if (this.occupancy === 0) return Number.POSITIVE_INFINITY;
    const at = this.readableAt[this.headSlot];
    return at > cycle ? at : Number.POSITIVE_INFINITY;
  }

  evaluate(_cycle: number): void {}

  commit(cycle: number): void {
    if (this.popping) {
      this.words[this.headSlot] = null;
      this.headSlot = (this.headSlot + 1) % this.shape.depth;
      this.occupancy--;
      this.counters.pops++;
      this.popping = false;
    }
    if (this.incoming !== null) {
      if (this.occupancy >= this.shape.depth) throw new InvariantError(this.name, cycle, "push into a full queue");
      const slot = (this.headSlot + this.occupancy) % this.shape.depth;
      this.words[slot] = this.incoming;
      this.readableAt[slot] = cycle + this.shape.visibilityCycles;
      this.occupancy++;
      this.counters.pushes++;
      if (this.occupancy > this.counters.maxOccupancy) {
        this.counters.maxOccupancy = this.occupancy;
        this.counters.peakAtCycle = cycle + 1;
      }
      this.incoming = null;
    }
  }
}
