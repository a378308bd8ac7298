/** What parts of a chip take of an FPGA, and how wrong that may be. */
import type { FpgaFamily } from "./devices.js";

export interface Resources {
  readonly luts: number;
  readonly flipFlops: number;
  /** Block RAMs of 18 kbit. */
  readonly blockRams: number;
  readonly dsps: number;
}
export const NO_RESOURCES: Resources = { luts: 0, flipFlops: 0, blockRams: 0, dsps: 0 };

export const plus = (a: Resources, b: Resources, times = 1): Resources => ({
  luts: a.luts + times * b.luts,
  flipFlops: a.flipFlops + times * b.flipFlops,
  blockRams: a.blockRams + times * b.blockRams,
  dsps: a.dsps + times * b.dsps,
});

/** Resources of all parts of one kind. */
export interface FpgaPart extends Resources {
  /** By the law that counts it. */
  readonly kind: "core" | "generator" | "decoder" | "router" | "link" | "port";
  /** `core`, `address generator`, `router of 5 ports`, ... */
  readonly part: string;
  readonly count: number;
}

/** A part with what its law may get wrong. */
export interface CountedPart extends FpgaPart {
  /** On a family. */
  readonly errorsOn: (family: FpgaFamily) => LogicErrors;
  /** Sizes by which its logic and multipliers are counted, and its memories; null: its law is a guess for all sizes. */
  readonly shape: { readonly logic: string; readonly memories: string } | null;
}

/** Standard deviations of ln(synthesised / law) of a part's tables and flip-flops. */
export interface LogicErrors {
  readonly luts: number;
  readonly flipFlops: number;
}
