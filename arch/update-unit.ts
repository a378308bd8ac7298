/**
 * What one update unit is built of: multipliers, adders and pipeline registers by their widths. The emitted
 * SystemVerilog (`rtl/tables.ts`), the quantiser, prices and clock limits take these widths.
 *
 * A sum is requantised by accumulator x multiplier; its bias, then half of the last place, is added at the product's
 * width. A gate from a table multiplies (gate + 1) x (state + 1) bits, a leak state x (gate + 2); a sign is in each.
 * All other additions are as wide as a state.
 * Pipeline: products | pre-activations | results, as `rtl/lib/update.sv` cuts it.
 * Not modelled: shifters, clamps, comparisons; the jump of an `alif` neuron counts as one more leak, which is wider
 * than what is emitted.
 */
import type { UpdateWork } from "./cells/cell.js";
import { SCORE_BITS, SUM_BITS } from "./costs/network-shape.js";
import type { Population, Topology } from "./network.js";
import type { Precision } from "./precision.js";

/** Magnitude of a requantiser's multiplier: `quantise` takes the largest shift that keeps it in so many bits. */
export const MULTIPLIER_MAGNITUDE_BITS = 16;

/** How many multipliers and adders of each kind one unit has: enough for the population that needs most of them. */
export interface UpdateUnit {
  /** Requantisers; each has an adder for its bias and one for rounding. */
  readonly requantisers: number;
  /** Products of a state and a gate that comes from a table. */
  readonly gates: number;
  /** Products of a state and a constant factor. */
  readonly leaks: number;
  /** Additions besides those of the requantisers. */
  readonly additions: number;
  /** Those of the leaks' products that wait for the neuron's own spike. */
  readonly gains: number;
}

/** Unit of the gated cells (`rec-v1`, `rec-v2`): what a chip is taken to have where no network is given. */
export const BUILT_UNIT: UpdateUnit = { requantisers: 2, gates: 1, leaks: 0, additions: 4, gains: 0 };

/** Unit for every population of a network: one hardware updates them all. */
export function updateUnitOf({ populations }: Pick<Topology, "populations">): UpdateUnit {
  const most = (of: (update: UpdateWork) => number): number => Math.max(0, ...populations.map(({ update }: Population) => of(update)));
  const products = ({ multiplies, requantises }: UpdateWork): number => multiplies - requantises;
  return {
    requantisers: most(({ requantises }) => requantises),
    gates: most((update) => (update.lutReads > 0 ? products(update) : 0)),
    leaks: most((update) => (update.lutReads > 0 ? 0 : products(update))),
    additions: most(({ additions, requantises }) => additions - requantises),
    gains: most(({ gains }) => gains ?? 0),
  };
}

/** Widths of operands, signs included. */
export interface UpdateWidths {
  readonly accumulatorBits: number;
  readonly multiplierBits: number;
  /** Width of the product of accumulator and multiplier. */
  readonly productBits: number;
  /** A bias is at most what one weight of full size times one payload of full size comes to. */
  readonly biasBits: number;
  readonly gateBits: number;
  /** A state less another one. */
  readonly differenceBits: number;
  readonly stateBits: number;
  readonly factorBits: number;
  /** A requantised sum: a state, an index of a table or a score, with a bit to clamp by. */
  readonly preActivationBits: number;
  /** All states of a neuron, or a class's sum. */
  readonly itemBits: number;
}

/** @param payloadBits of the widest spike. */
export function updateWidths(precision: Precision, payloadBits: number): UpdateWidths {
  const { weightBits, accumulatorBits, stateBits, gateBits, lutBits, leak } = precision;
  const multiplierBits = MULTIPLIER_MAGNITUDE_BITS + 1;
  return {
    accumulatorBits,
    multiplierBits,
    productBits: accumulatorBits + multiplierBits,
    biasBits: multiplierBits + weightBits + payloadBits,
    gateBits: gateBits + 1,
    differenceBits: stateBits + 1,
    stateBits,
    factorBits: leak === "shift" ? SHIFT_BITS : gateBits + 2,
    preActivationBits: Math.max(lutBits, SCORE_BITS, stateBits + 1) + 1,
    itemBits: Math.max(2 * stateBits, SUM_BITS),
  };
}
/** A leak by shift names its distance. */
const SHIFT_BITS = 6;

/** Sum of one unit's products of widths. */
export function updateMultiplierBits2({ requantisers, gates, leaks }: UpdateUnit, w: UpdateWidths): number {
  return requantisers * w.accumulatorBits * w.multiplierBits + gates * w.gateBits * w.differenceBits + leaks * w.stateBits * w.factorBits;
}

/** Sum of one unit's adders' bits. */
export function updateAdderBits({ requantisers, additions }: UpdateUnit, w: UpdateWidths): number {
  return 2 * requantisers * w.productBits + additions * w.stateBits;
}

/** Stages of each of the three parts of the pipeline; what is computed in the last cycle goes to the memory. */
function stagesOf(depthCycles: number): { readonly products: number; readonly preActivations: number; readonly results: number } {
  return {
    products: depthCycles >= 5 ? depthCycles - 3 : depthCycles >= 2 ? 1 : 0,
    preActivations: depthCycles >= 3 ? 1 : 0,
    results: depthCycles >= 4 ? 1 : 0,
  };
}

/** One unit's pipeline registers. */
export function updateRegisterBits({ requantisers, leaks }: UpdateUnit, w: UpdateWidths, depthCycles: number): number {
  const { products, preActivations, results } = stagesOf(depthCycles);
  // states, what is added to them, and factors come along until they are used
  const carried = w.itemBits + w.stateBits + leaks * w.factorBits;
  const wide = w.stateBits + w.factorBits;
  const total = Math.max(w.preActivationBits, wide) + 1;
  return (
    products * (requantisers * (w.productBits + w.biasBits) + carried) +
    preActivations * (requantisers * w.preActivationBits + carried) +
    results * (total + wide + SCORE_BITS + SUM_BITS)
  );
}
