/**
 * Parts of one update unit: tables, multipliers, adders and pipeline registers with their widths. The emitted
 * SystemVerilog (`rtl/tables.ts`), the quantiser, prices and clock limits use these widths.
 *
 * A sum is requantised by a product accumulator x multiplier; its bias, then half of the last place, is added at the
 * product's width. The product with a gate from a table has (gate + 1) x (state + 1) bits, with a leak state x (gate +
 * 2), signs included. All other additions are as wide as a state. Pipeline: products | pre-activations | results, as in
 * `rtl/lib/update.sv`.
 * Not modelled: shifters, clamps, comparisons; the jump of an `alif` neuron counts as one more leak, which is wider
 * than in the emitted hardware; the emitted unit of imported neurons has two leaks whatever they need, and is counted
 * with those that they need.
 */
import type { UpdateWork } from "./cells/cell.js";
import { SCORE_BITS, SUM_BITS } from "./costs/network-shape.js";
import type { Population, Topology } from "./network.js";
import type { Precision } from "./precision.js";

/** Bits of the magnitude of a requantiser's multiplier: `quantise` uses the largest shift for which it fits. */
export const MULTIPLIER_MAGNITUDE_BITS = 16;

/** Number of multipliers, adders and tables of each kind in one unit: enough for the population that needs the most. */
export interface UpdateUnit {
  /** Requantisers; each has an adder for its bias and one for rounding. */
  readonly requantisers: number;
  /** Products of a state and a gate that comes from a table. */
  readonly gates: number;
  /** Products of a state and a constant factor. */
  readonly leaks: number;
  /** Additions other than those of the requantisers. */
  readonly additions: number;
  /** Products among `leaks` that depend on the neuron's own spike. */
  readonly gains: number;
  /** Tables of a sigmoid or tanh: one per read of an update, all in parallel. */
  readonly tables: number;
  /** True if it updates neurons of an imported network (`integration.ts`). */
  readonly integrates: boolean;
}

/** Unit of the gated cells (`rec-v1`, `rec-v2`), for a chip without a network. */
export const BUILT_UNIT: UpdateUnit = { requantisers: 2, gates: 1, leaks: 0, additions: 4, gains: 0, tables: 1, integrates: false };

/** The unit of a network: the same hardware updates all populations. */
export function updateUnitOf({ populations }: Pick<Topology, "populations">): UpdateUnit {
  const most = (of: (update: UpdateWork) => number): number => Math.max(0, ...populations.map(({ update }: Population) => of(update)));
  const products = ({ multiplies, requantises }: UpdateWork): number => multiplies - requantises;
  return {
    requantisers: most(({ requantises }) => requantises),
    gates: most((update) => (update.lutReads > 0 ? products(update) : 0)),
    leaks: most((update) => (update.lutReads > 0 ? 0 : products(update))),
    additions: most(({ additions, requantises }) => additions - requantises),
    gains: most(({ gains }) => gains ?? 0),
    tables: most(({ lutReads }) => lutReads),
    integrates: populations.some(({ update }) => update.integrates === true),
  };
}

/** Widths of operands, signs included. */
export interface UpdateWidths {
  readonly accumulatorBits: number;
  readonly multiplierBits: number;
  /** Width of the product of accumulator and multiplier. */
  readonly productBits: number;
  /** A bias is at most the product of the largest weight and the largest payload. */
  readonly biasBits: number;
  readonly gateBits: number;
  /** Width of the difference of two states. */
  readonly differenceBits: number;
  readonly stateBits: number;
  readonly factorBits: number;
  /** Width of a requantised sum (a state, an index of a table or a score) with one more bit for clamping. */
  readonly preActivationBits: number;
  /** Bits of all states of a neuron, or of a class's sum. */
  readonly itemBits: number;
}

/** @param payloadBits bits of the widest payload */
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
/** Bits of the distance of a leak by shift. */
const SHIFT_BITS = 6;

/** Sum over one unit's multipliers of the product of their widths, bits². */
export function updateMultiplierBits2({ requantisers, gates, leaks }: UpdateUnit, w: UpdateWidths): number {
  return requantisers * w.accumulatorBits * w.multiplierBits + gates * w.gateBits * w.differenceBits + leaks * w.stateBits * w.factorBits;
}

/** Sum of the widths of one unit's adders, bits. */
export function updateAdderBits({ requantisers, additions }: UpdateUnit, w: UpdateWidths): number {
  return 2 * requantisers * w.productBits + additions * w.stateBits;
}

/** Stages of the three parts of the pipeline; results of the last cycle go directly to the memory. */
function stagesOf(depthCycles: number): { readonly products: number; readonly preActivations: number; readonly results: number } {
  return {
    products: depthCycles >= 5 ? depthCycles - 3 : depthCycles >= 2 ? 1 : 0,
    preActivations: depthCycles >= 3 ? 1 : 0,
    results: depthCycles >= 4 ? 1 : 0,
  };
}

/**
 * True if a register behind a unit's table of its gate gives its word a cycle later, as block RAMs do
 * (`rtl/lib/rec.sv`).
 */
export const isTableClocked = (depthCycles: number): boolean => stagesOf(depthCycles).preActivations > 0;

/** Bits of one unit's pipeline registers. */
export function updateRegisterBits({ requantisers, leaks }: UpdateUnit, w: UpdateWidths, depthCycles: number): number {
  const { products, preActivations, results } = stagesOf(depthCycles);
  // states, addends and factors pass through the stages until they are used
  const carried = w.itemBits + w.stateBits + leaks * w.factorBits;
  const wide = w.stateBits + w.factorBits;
  const total = Math.max(w.preActivationBits, wide) + 1;
  return (
    products * (requantisers * (w.productBits + w.biasBits) + carried) +
    preActivations * (requantisers * w.preActivationBits + carried) +
    results * (total + wide + SCORE_BITS + SUM_BITS)
  );
}
