/**
 * Supplies at which a chip is hardly built: below which SRAM cells of six transistors are unreliable, and far above the
 * nominal one, where transistors of the node do not last.
 *
 * Source: J. Boley, J. Wang, B. H. Calhoun, JLPEA 2(2):143-154 (2012): "unreliable at voltages below about 700 mV due
 * to process variations"; other cells and assist circuits work at lower supplies, as in ODIN (0.55 V) and ReckOn (0.5
 * V), with special macros. Above: IHP's fast corner is 1.1 times the nominal supply, TrueNorth ran at up to 1.14 times
 * (1.05 V at 28 nm); that 1.2 times is too much is a guess.
 */
import type { Chip } from "./chip.js";
import { nominalVoltageV } from "./voltage.js";

const SRAM_LEAST_V = 0.7;

/** A warning for a chip whose SRAM has a lower supply; null: none. An FPGA has the supply of its own memories. */
export function sramSupplyWarning({ technology, cores, fpga }: Pick<Chip, "technology" | "cores" | "fpga">): string | null {
  const hasSram = cores.some(({ synapseMemory, stateMemory }) => synapseMemory.kind === "sram" || stateMemory.kind === "sram");
  if (fpga !== null || !hasSram || technology.voltageV >= SRAM_LEAST_V) return null;
  return `SRAM at ${technology.voltageV} V: cells of six transistors are unreliable below about ${SRAM_LEAST_V} V without assist circuits, which have no price here`;
}

const MOST_OF_NOMINAL = 1.2;
/** Of a supply that is typed in: 1.2 times 0.7 V is not exactly 0.84 V. */
const ROUNDING = 1e-9;

/** A warning for a chip whose supply is far above the nominal one of its node and family; null: none. */
export function highSupplyWarning({ technology, fpga }: Pick<Chip, "technology" | "fpga">): string | null {
  const { nodeNm, sramCell, voltageV } = technology;
  const nominalV = nominalVoltageV(nodeNm, sramCell);
  if (fpga !== null || voltageV < MOST_OF_NOMINAL * nominalV - ROUNDING) return null;
  return `chip.voltage_v: ${voltageV} is ${(voltageV / nominalV).toPrecision(2)} times the nominal ${nominalV} V of ${nodeNm} nm ${sramCell}: transistors of this node are not built for it, and prices and delays are extrapolated`;
}
