/**
 * Laws of an FPGA's look-up tables and flip-flops per core, router and address generator: sums of structure times
 * coefficients (`components/fpga_laws.csv`, which `scripts/fpga-laws.ts` fits to the synthesised cores of
 * docs/logs/fpga-cores.json and the other parts of docs/logs/fpga-parts.json), with their error for parts outside of
 * the fit.
 */
import { log, square } from "../../base/math.js";
import { num, type Row, table } from "../component-tables.js";
import type { CoreStructure } from "./core-structure.js";
import type { FpgaFamily } from "./devices.js";
import type { LogicErrors } from "./resources.js";

/** Laws are fitted to syntheses for this family; those of another one are these times a ratio between families. */
export const FITTED_FAMILY: FpgaFamily = "ecp5";

/** Terms of the law: parts of a core's structure, and a constant per core. */
export const TERMS = ["core", "returnBits", "sumBits", "placeBits", "unitBits"] as const;
type Term = (typeof TERMS)[number];

/** Parts of which the synthesised cores have a largest one: beyond it a law is extrapolated. */
export const MEASURED_PARTS = ["returnBits", "sumBits", "placeBits", "unitBits", "registerBits"] as const;

export const termValue = (structure: CoreStructure, term: Term): number => (term === "core" ? 1 : structure[term]);

/** Structure of a router's logic, by the sizes that tables and flip-flops grow with. */
export interface RouterStructure {
  /** One per port and virtual channel. */
  readonly buffers: number;
  /** Pairs of an input's and an output's virtual channels, which are matched. */
  readonly pairs: number;
  /** Bits that the switch can pass: of every buffer to every output. */
  readonly crossBits: number;
  /** Of pointers, fill counts and credits. */
  readonly counterBits: number;
}

/** Terms of the laws of routers. */
export const ROUTER_TERMS = {
  luts: ["buffers", "pairs", "crossBits"],
  flipFlops: ["buffers", "pairs", "counterBits"],
} as const satisfies { readonly [kind in keyof LogicErrors]: readonly (keyof RouterStructure)[] };

/** Sizes of a router of which the synthesised ones have a least and a largest: outside, a law is extrapolated. */
export const ROUTER_SIZES = ["buffers", "ports", "flitBits", "bufferFlits"] as const;
export type RouterSizes = { readonly [size in (typeof ROUTER_SIZES)[number]]: number };

interface RouterLaw {
  /** Per unit of each term. */
  readonly logic: { readonly [kind in keyof LogicErrors]: readonly (readonly [term: keyof RouterStructure, each: number])[] };
  /** How many times as large the logic is with trees. */
  readonly treeTimes: LogicErrors;
  readonly sigma: LogicErrors;
  readonly treeSigma: number;
  /** Standard deviation per ln(times beyond the synthesised routers). */
  readonly growth: number;
  /** Of the synthesised routers. */
  readonly least: RouterSizes;
  readonly largest: RouterSizes;
}

interface GeneratorLaw {
  /** Per bit of additions and choices, and per bit that is held outside windows. */
  readonly lutsPerBit: number;
  readonly flipFlopsPerBit: number;
  readonly sigma: LogicErrors;
}

/** Chains of logic whose period has a law of its own, from placed cores with trained cells or imported neurons. */
export type FpgaChain = "trained" | "imported";

export interface FpgaLaws {
  readonly router: RouterLaw;
  readonly generator: GeneratorLaw;

  readonly luts: { readonly [term in Term]: number };
  /** Flip-flops per register bit. */
  readonly flipFlopsPerBit: number;
  /** DSP blocks of addresses, per update unit: for weights of 1, 2, 4, 8 ... bits, and of other widths. */
  readonly addressProducts: { readonly even: number; readonly odd: number };
  /** Standard deviation of ln(synthesised / law) for a core outside of the fit. */
  readonly lutSigma: number;
  readonly flipFlopSigma: number;
  readonly dspSigma: number;
  /** The same for block RAMs, below the law and above it: the rule seldom takes too few. */
  readonly blockRamDown: number;
  readonly blockRamUp: number;
  /** How fast the error grows beyond the synthesised cores: standard deviation per ln(times as large). */
  readonly lutGrowth: number;
  readonly flipFlopGrowth: number;
  /**
   * Of the cores that the laws were fitted to, or compared with on this family, the largest part of each kind, in bits.
   */
  readonly largest: { readonly [part in (typeof MEASURED_PARTS)[number]]: number };
  /**
   * Clock period in ns per level of gates, of the arbitration and the spike of trained cells, and of the update unit of
   * imported neurons; null: unknown for the family.
   */
  readonly clock: { readonly [chain in FpgaChain]: { readonly nsPerLevel: number; readonly sigma: number } } | null;
  /** Cores and tools that the laws come from. */
  readonly source: string;
}

const known = new Map<FpgaFamily, FpgaLaws>();

export function fpgaLaws(family: FpgaFamily): FpgaLaws {
  let laws = known.get(family);
  if (laws === undefined) {
    laws = readLaws(family);
    known.set(family, laws);
  }
  return laws;
}

function readLaws(family: FpgaFamily): FpgaLaws {
  const rows = table("fpga_laws").filter((row) => row.family === family);
  const value = (quantity: string): number => num(rows.find((row) => row.quantity === quantity) as Row, "value");
  const hasClock = rows.some(({ quantity }) => quantity === "clock_ns_per_level");
  const errors = (part: string): LogicErrors => ({ luts: value(`${part}_lut_sigma`), flipFlops: value(`${part}_flip_flop_sigma`) });
  const sizes = (end: "least" | "largest"): RouterSizes =>
    Object.fromEntries(ROUTER_SIZES.map((size) => [size, value(`router_${end}_${size}`)])) as RouterSizes;
  return {
    router: {
      logic: {
        luts: ROUTER_TERMS.luts.map((term) => [term, value(`router_luts_per_${term}`)]),
        flipFlops: ROUTER_TERMS.flipFlops.map((term) => [term, value(`router_flip_flops_per_${term}`)]),
      },
      treeTimes: { luts: value("router_tree_luts"), flipFlops: value("router_tree_flip_flops") },
      sigma: errors("router"),
      treeSigma: value("router_tree_sigma"),
      growth: value("router_sigma_growth"),
      least: sizes("least"),
      largest: sizes("largest"),
    },
    generator: {
      lutsPerBit: value("generator_luts_per_bit"),
      flipFlopsPerBit: value("generator_flip_flops_per_bit"),
      sigma: errors("generator"),
    },
    luts: Object.fromEntries(TERMS.map((term) => [term, value(`luts_per_${term}`)])) as FpgaLaws["luts"],
    flipFlopsPerBit: value("flip_flops_per_bit"),
    addressProducts: { even: value("address_products_even"), odd: value("address_products_odd") },
    lutSigma: value("lut_sigma"),
    flipFlopSigma: value("flip_flop_sigma"),
    dspSigma: value("dsp_sigma"),
    blockRamDown: value("block_ram_down"),
    blockRamUp: value("block_ram_up"),
    lutGrowth: value("lut_sigma_growth"),
    flipFlopGrowth: value("flip_flop_sigma_growth"),
    largest: Object.fromEntries(MEASURED_PARTS.map((part) => [part, value(`largest_${part}`)])) as FpgaLaws["largest"],
    clock: hasClock
      ? {
          trained: { nsPerLevel: value("clock_ns_per_level"), sigma: value("clock_sigma") },
          imported: { nsPerLevel: value("imported_clock_ns_per_level"), sigma: value("imported_clock_sigma") },
        }
      : null,
    source: (rows[0] as Row).source.replace(/^derived: /, ""),
  };
}

/** A part of a core by which the laws are extrapolated: how many times as large as in the largest synthesised core. */
export interface BeyondFit {
  readonly part: (typeof MEASURED_PARTS)[number];
  readonly times: number;
}

/** The part of a core that goes furthest beyond the synthesised ones; null: none does. */
export function beyondFit(structure: CoreStructure, laws: FpgaLaws): BeyondFit | null {
  const found = countedParts(laws).map((part): BeyondFit => ({ part, times: structure[part] / laws.largest[part] }));
  const furthest = found.reduce((most, one) => (one.times > most.times ? one : most));
  return furthest.times > 1 ? furthest : null;
}

const countedParts = ({ luts }: Pick<FpgaLaws, "luts">): BeyondFit["part"][] =>
  MEASURED_PARTS.filter((part) => part === "registerBits" || luts[part] > 0);

/** Standard deviations of ln(synthesised / law) for a core of this structure, within the fit and beyond it. */
export function errorsOf(structure: CoreStructure, laws: FpgaLaws): LogicErrors {
  const beyond = (parts: readonly BeyondFit["part"][]): number =>
    log(Math.max(1, ...parts.map((part) => structure[part] / laws.largest[part])));
  const logic = countedParts(laws).filter((part) => part !== "registerBits");
  const grown = (sigma: number, growth: number): number => Math.sqrt(square(sigma) + square(growth));
  return {
    luts: grown(laws.lutSigma, laws.lutGrowth * beyond(logic)),
    flipFlops: grown(laws.flipFlopSigma, laws.flipFlopGrowth * beyond(["registerBits"])),
  };
}
