/**
 * Laws of an FPGA's look-up tables and flip-flops per core: a sum of structure times coefficients
 * (`components/fpga_laws.csv`, which `scripts/fpga-laws.ts` fits to synthesised cores of docs/logs/fpga-cores.json),
 * with their error for cores outside of the fit.
 */
import { log, square } from "../../base/math.js";
import { num, type Row, table } from "../component-tables.js";
import type { CoreStructure } from "./core-structure.js";
import type { FpgaFamily } from "./devices.js";

/** Terms of the law: parts of a core's structure, and a constant per core. */
export const TERMS = ["core", "returnBits", "sumBits", "placeBits", "unitBits"] as const;
type Term = (typeof TERMS)[number];

/** Parts of which the synthesised cores have a largest one: beyond it a law is extrapolated. */
export const MEASURED_PARTS = ["returnBits", "sumBits", "placeBits", "unitBits", "registerBits"] as const;

export const termValue = (structure: CoreStructure, term: Term): number => (term === "core" ? 1 : structure[term]);

interface FpgaLaws {
  readonly luts: { readonly [term in Term]: number };
  /** Flip-flops per register bit. */
  readonly flipFlopsPerBit: number;
  /** DSP blocks of addresses, per update unit. */
  readonly addressProducts: number;
  /** Standard deviation of ln(synthesised / law) for a core outside of the fit. */
  readonly lutSigma: number;
  readonly flipFlopSigma: number;
  /** How fast the error grows beyond the synthesised cores: standard deviation per ln(times as large). */
  readonly lutGrowth: number;
  readonly flipFlopGrowth: number;
  /**
   * Of the cores that the laws were fitted to, or compared with on this family, the largest part of each kind, in bits.
   */
  readonly largest: { readonly [part in (typeof MEASURED_PARTS)[number]]: number };
  /** Clock period in ns per level of the arbitration's gates; null: unknown for the family. */
  readonly clock: { readonly nsPerLevel: number; readonly sigma: number } | null;
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
  return {
    luts: Object.fromEntries(TERMS.map((term) => [term, value(`luts_per_${term}`)])) as FpgaLaws["luts"],
    flipFlopsPerBit: value("flip_flops_per_bit"),
    addressProducts: value("address_products"),
    lutSigma: value("lut_sigma"),
    flipFlopSigma: value("flip_flop_sigma"),
    lutGrowth: value("lut_sigma_growth"),
    flipFlopGrowth: value("flip_flop_sigma_growth"),
    largest: Object.fromEntries(MEASURED_PARTS.map((part) => [part, value(`largest_${part}`)])) as FpgaLaws["largest"],
    clock: hasClock ? { nsPerLevel: value("clock_ns_per_level"), sigma: value("clock_sigma") } : null,
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
export function errorsOf(structure: CoreStructure, laws: FpgaLaws): { readonly luts: number; readonly flipFlops: number } {
  const beyond = (parts: readonly BeyondFit["part"][]): number =>
    log(Math.max(1, ...parts.map((part) => structure[part] / laws.largest[part])));
  const logic = countedParts(laws).filter((part) => part !== "registerBits");
  const grown = (sigma: number, growth: number): number => Math.sqrt(square(sigma) + square(growth));
  return {
    luts: grown(laws.lutSigma, laws.lutGrowth * beyond(logic)),
    flipFlops: grown(laws.flipFlopSigma, laws.flipFlopGrowth * beyond(["registerBits"])),
  };
}
