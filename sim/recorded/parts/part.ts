/**
 * The one contract of every clocked part of a chip, and the ports through which parts meet. A part names no other part:
 * whoever puts a chip together hands ports in, and a port says no more than its user needs.
 */

/**
 * A clocked part. In a cycle the kernel calls `evaluate` on every awake part (reads only committed state of others,
 * writes only its own next state), then `commit` on the same parts: the order of parts cannot matter.
 */
export interface Part {
  readonly name: string;
  /**
   * Earliest cycle >= `cycle` in which this part has work if nothing new reaches it; Infinity when it can only be
   * woken.
   */
  nextCycle(cycle: number): number;
  evaluate(cycle: number): void;
  commit(cycle: number): void;
}

/** The end of a queue at which words leave. */
export interface QueueOutput<Word> {
  isReadable(cycle: number): boolean;
  /** The oldest word. */
  head(cycle: number): Word;
  pop(cycle: number): Word;
}

/** The end of a queue at which words enter. */
export interface QueueInput<Word> {
  /** Words held at the start of the cycle, readable or not. */
  readonly occupancy: number;
  isFull(): boolean;
  /** Pushes, or counts a drop; returns whether the word was taken. `popping`: a pop happens in the same cycle. */
  pushOrDrop(word: Word, popping: boolean, cycle: number): boolean;
}

/** Which of several ready requesters is served. Decisions are combinational; the holder spends the cycles. */
export interface Arbiter {
  /** Index of the requester to serve, -1 when none is ready. */
  choose(count: number, isReady: (index: number) => boolean): number;
  /** Tells that `index` was served. */
  served(index: number): void;
}

/** A link that carries one word at a time to the outside. */
export interface OutputLink {
  readonly isBusy: boolean;
  send(value: number, cycle: number): void;
}

/** A scheduler of delayed bits, one slot a tick. */
export interface Scheduler {
  /** The pointer moves on at the end of this cycle. */
  advance(): void;
  /** The current slot is zeroed at the end of this cycle. */
  clear(): void;
  /** Sets a bit at the end of this cycle. */
  write(axon: number, delayTicks: number): void;
  /** Whether a read of the current slot at clock edge `edge` sees the bit. */
  sees(axon: number, edge: number): boolean;
}
