/** A block that limits the clock. */
export interface ClockLimit {
  readonly block: string;
  /** Shortest clock period at which the block works, ns. */
  readonly periodNs: number;
  /** The change that removes the limit, for the wanted period. */
  readonly fix: (periodNs: number) => string;
}
