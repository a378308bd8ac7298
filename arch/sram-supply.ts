/**
 * The supply below which SRAM cells of six transistors are unreliable.
 *
 * Source: J. Boley, J. Wang, B. H. Calhoun, JLPEA 2(2):143-154 (2012): "unreliable at voltages below about 700 mV due
 * to process variations"; other cells and assist circuits work at lower supplies, as in ODIN (0.55 V) and ReckOn (0.5
 * V), with special macros.
 */
import type { Chip } from "./chip.js";

const SRAM_LEAST_V = 0.7;

/** A warning for a chip whose SRAM has a lower supply; null: none. An FPGA has the supply of its own memories. */
export function sramSupplyWarning({ technology, cores, fpga }: Pick<Chip, "technology" | "cores" | "fpga">): string | null {
  const hasSram = cores.some(({ synapseMemory, stateMemory }) => synapseMemory.kind === "sram" || stateMemory.kind === "sram");
  if (fpga !== null || !hasSram || technology.voltageV >= SRAM_LEAST_V) return null;
  return `SRAM at ${technology.voltageV} V: cells of six transistors are unreliable below about ${SRAM_LEAST_V} V without assist circuits, which have no price here`;
}
