/** Integer widths of a design point. Source: design rules of networks (integer meaning of the gated-leak cells). */
export interface Precision {
  /** Signed symmetric weights, 2 to 16. */
  readonly weightBits: number;
  /** h and the membrane potential, signed, saturating, 8 to 24. */
  readonly stateBits: number;
  /** State unit = quantiser step / 2^stateFractionBits. */
  readonly stateFractionBits: number;
  /** 12 to 32. */
  readonly accumulatorBits: number;
  readonly accumulatorOverflow: "saturate" | "wrap";
  /** Sigmoid table of 2^lutBits entries. */
  readonly lutBits: number;
  /** Unsigned fixed point of the gate z. */
  readonly gateBits: number;
}
