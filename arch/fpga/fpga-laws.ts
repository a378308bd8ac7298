/**
 * Laws of an FPGA's look-up tables and flip-flops per core: a sum of structure times coefficients
 * (`components/fpga_laws.csv`, which `scripts/fpga-laws.ts` fits to synthesised cores of docs/logs/fpga-cores.json),
 * with their error for cores outside of the fit.
 */
import { num, type Row, table } from "../component-tables.js";
import type { CoreStructure } from "./core-structure.js";
import type { FpgaFamily } from "./devices.js";

/** Terms of the law: parts of a core's structure, and a constant per core. */
export const TERMS = ["core", "returnBits", "sumBits", "placeBits", "unitBits"] as const;
type Term = (typeof TERMS)[number];

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
  /** Clock period in ns per level of the arbitration's gates; null: unknown for the family. */
  readonly clock: { readonly nsPerLevel: number; readonly sigma: number } | null;
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
    clock: hasClock ? { nsPerLevel: value("clock_ns_per_level"), sigma: value("clock_sigma") } : null,
  };
}
