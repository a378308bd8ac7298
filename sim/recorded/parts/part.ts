/**
 * The interface of every clocked part of a chip, and the ports between parts. No part names another part: whoever
 * builds a chip passes ports to the parts, and a port offers no more than its user needs.
 */

/**
 * A clocked part. In a cycle the kernel calls `evaluate` on every awake part, which reads only committed state of
 * others and writes only its own next state; then it calls `commit` on the same parts. So the order of parts cannot
 * matter.
 */
export interface Part {
  readonly name: string;
  /**
   * Earliest cycle >= `cycle` in which this part has work if nothing new reaches it; Infinity if only an input can wake
   * it.
   */
  nextCycle(cycle: number): number;
  evaluate(cycle: number): void;
  commit(cycle: number): void;
}

/** The output end of a queue. */
export interface QueueOutput<Word> {
  isReadable(cycle: number): boolean;
  /** The oldest word. */
  head(cycle: number): Word;
  pop(cycle: number): Word;
}

/** The input end of a queue. */
export interface QueueInput<Word> {
  /** Words at the start of the cycle, readable or not. */
  readonly occupancy: number;
  isFull(): boolean;
  /** Pushes, or counts a drop; returns whether the word was taken. `popping`: a pop happens in the same cycle. */
  pushOrDrop(word: Word, popping: boolean, cycle: number): boolean;
}

/** Decides which of several ready requesters is served. Decisions are combinational; the cycles are the holder's. */
export interface Arbiter {
  /** Index of the requester to serve; -1 if none is ready. */
  choose(count: number, isReady: (index: number) => boolean): number;
  /** Reports that `index` was served. */
  served(index: number): void;
}

/** An output link that carries one word at a time. */
export interface OutputLink {
  readonly isBusy: boolean;
  send(value: number, cycle: number): void;
}

/** A scheduler of delayed bits, one slot per tick. */
export interface Scheduler {
  /** Moves the pointer at the end of this cycle. */
  advance(): void;
  /** The current slot becomes 0 at the end of this cycle. */
  clear(): void;
  /** Sets a bit at the end of this cycle. */
  write(axon: number, delayTicks: number): void;
  /** Whether a read of the current slot at clock edge `edge` sees the bit. */
  sees(axon: number, edge: number): boolean;
}
