/**
 * How far the prices behind a breakdown may be off, by cause: which macros share an error, and which have one of their own.
 *
 * A cause multiplies the lines that it stands under by exp(sigma z), z standard normal, one z for all lines and all chips that name it. So what two
 * chips share does not tell them apart, and what one macro has of its own does.
 *
 * - SRAM: the fit's rms error over CACTI's macros (`sram_cacti7_fit.csv`), by macro: quantity, size, word, banks, ports, node and cell.
 * - Below 22 nm: energies of the 22 nm tables are scaled by a fit to inverters. Against published int8 cells it is 1.2 off in the ln from 45 to 7 nm
 *   (`arch/components/README.md`, caveat 6): 0.66 per unit of ln(node), of all energies of a node alike.
 *
 * A price of the description has no error here. Not modelled: what the library is off by against silicon as a whole (`snn-dse published boards`), which
 * all points of a study share; errors of DSENT and of the arithmetic tables.
 */
import { type Chip, type Core, coreKind, fitError, type Memory, type PriceName, type SramQuantity } from "../arch/index.js";
import { log } from "../base/math.js";

/** One cause of error of a line's price. */
export interface ErrorCause {
  readonly name: string;
  /** Standard deviation of ln(price). */
  readonly sigma: number;
}
/** Causes by the component of a breakdown's line; a component that is not here has none. */
export type LineErrors = ReadonlyMap<string, readonly ErrorCause[]>;

interface MemoryLine {
  readonly component: string;
  readonly memory: "synapseMemory" | "stateMemory";
  readonly quantity: SramQuantity;
  readonly price: PriceName;
}
const LINES: readonly MemoryLine[] = [
  { component: "synapse memory reads", memory: "synapseMemory", quantity: "read_pj", price: "synapse_memory_read_pj" },
  { component: "synapse memory re-reads", memory: "synapseMemory", quantity: "read_pj", price: "synapse_memory_read_pj" },
  { component: "synapse memory leakage", memory: "synapseMemory", quantity: "leakage_mw", price: "synapse_memory_leakage_mw" },
  { component: "synapse memory area", memory: "synapseMemory", quantity: "area_mm2", price: "synapse_memory_area_mm2" },
  { component: "state memory reads", memory: "stateMemory", quantity: "read_pj", price: "state_memory_read_pj" },
  { component: "state memory re-reads", memory: "stateMemory", quantity: "read_pj", price: "state_memory_read_pj" },
  { component: "state memory writes", memory: "stateMemory", quantity: "write_pj", price: "state_memory_write_pj" },
  { component: "state memory leakage", memory: "stateMemory", quantity: "leakage_mw", price: "state_memory_leakage_mw" },
  { component: "state memory area", memory: "stateMemory", quantity: "area_mm2", price: "state_memory_area_mm2" },
];

const SCALED_FROM_NM = 22;
const SCALING_SIGMA_PER_LN = 0.66;

/** The causes behind each line of a chip's breakdown. */
export function priceErrors(chip: Chip): LineErrors {
  const { technology } = chip;
  const { nodeNm, sramCell } = technology;
  const macroOf = ({ sizeBits, wordBits, banks, ports }: Memory): string =>
    `${sizeBits / 8192} KiB x ${wordBits} bit, ${banks} banks, ${ports}, ${nodeNm} nm ${sramCell}`;
  const scaled =
    nodeNm < SCALED_FROM_NM ? [{ name: `energies at ${nodeNm} nm`, sigma: SCALING_SIGMA_PER_LN * log(SCALED_FROM_NM / nodeNm) }] : [];
  // where macros differ among the cores, each is taken to have an equal share of the line
  const kinds: readonly Core[] = [...new Map(chip.cores.map((core) => [coreKind(core), core])).values()];
  const errors = new Map<string, readonly ErrorCause[]>();
  for (const { component, memory, quantity, price } of LINES) {
    if (chip.priceOverrides[price] !== undefined) continue;
    const srams = kinds.map((core) => core[memory]).filter(({ kind }) => kind === "sram");
    const macros = [...new Set(srams.map(macroOf))];
    const sigma = fitError(technology, quantity) / macros.length;
    const own = macros.map((macro) => ({ name: `${quantity} of ${macro}`, sigma }));
    errors.set(component, quantity.endsWith("_pj") ? [...own, ...scaled] : own);
  }
  return errors;
}
