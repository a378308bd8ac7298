/** A block that limits the clock. */
export interface ClockLimit {
  readonly block: string;
  /** The library's rule by which it goes, if the clocks reached beside that rule are known (`clock-margin.ts`). */
  readonly rule?: "logic" | "sram";
  /** Shortest clock period at which the block works, ns. */
  readonly periodNs: number;
  /** The change that removes the limit, for the wanted period. */
  readonly fix: (periodNs: number) => string;
}
