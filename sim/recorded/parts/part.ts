/** The one contract of every clocked part of a chip. */

/**
 * A clocked part. In a cycle the kernel calls `evaluate` on every awake part (reads only committed state of others,
 * writes only its own next state), then `commit` on the same parts: the order of parts cannot matter.
 * A part knows no other part's class: ports are handed in by the breadboard.
 */
export interface Part {
  readonly name: string;
  /** Earliest cycle >= `cycle` in which this part has work if nothing new reaches it; Infinity when it can only be woken. */
  nextCycle(cycle: number): number;
  evaluate(cycle: number): void;
  commit(cycle: number): void;
}
