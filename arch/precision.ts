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
  /** Unsigned fixed point of the gate z, and of leaks that are multipliers. */
  readonly gateBits: number;
  /**
   * How a constant leak is computed: state times a factor of `gateBits` fraction bits, or state -= state >> k (toward zero) with the k whose
   * 2^-k is nearest to the share that leaks away.
   */
  readonly leak: "multiplier" | "shift";
  /** Bits of every spike, 1 to 8; null: as the network was trained. */
  readonly spikeBits: number | null;
}
