/** A block that limits the clock. */
export interface ClockLimit {
  readonly block: string;
  /** Shortest clock period that the block stands, ns. */
  readonly periodNs: number;
  /** The change that lifts the limit, given the period wanted. */
  readonly fix: (periodNs: number) => string;
}
