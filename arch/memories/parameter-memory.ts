/**
 * Memory of each neuron's own parameters, read once per update: per gate a multiplier and a bias, then factors of
 * leaks, and jumps.
 *
 * Every update unit has its own macro with its share of the core's `max_neurons` rows, so capacity is checked with the
 * number of neurons. Reads are known one batch ahead, so they take no cycles and do not limit the clock. A bias has the
 * width that any network of the precision may need; the emitted SystemVerilog uses only what the trained values need
 * (`rec-v2` on digits: 90 bits of 100).
 * Not modelled: the distance of a leak by shift (6 bits), thresholds and resets of NIR networks, writing the rows
 * before the first run.
 */
import type { Core, Technology } from "../chip.js";
import type { UpdateUnit, UpdateWidths } from "../update-unit.js";
import { type MemoryMacro, memoryMacro, ownWordsMacro } from "./memory-macro.js";

/** Fields of a neuron's row: their numbers and widths. */
export interface ParameterRow {
  readonly gates: number;
  readonly multiplierBits: number;
  readonly biasBits: number;
  readonly factors: number;
  readonly factorBits: number;
  readonly jumps: number;
  readonly jumpBits: number;
}

export function parameterRowBits({ gates, multiplierBits, biasBits, factors, factorBits, jumps, jumpBits }: ParameterRow): number {
  return gates * (multiplierBits + biasBits) + factors * factorBits + jumps * jumpBits;
}

/** Row of a unit that is built for any network of the precision. */
export function builtRow({ requantisers, leaks }: UpdateUnit, { multiplierBits, biasBits, factorBits }: UpdateWidths): ParameterRow {
  return { gates: requantisers, multiplierBits, biasBits, factors: leaks, factorBits, jumps: 0, jumpBits: 0 };
}

/**
 * Costs of the core's parameter memory: a read is of one row, other costs of all units. null: its neurons have no
 * parameters.
 */
export function parameterMacro(
  {
    parameterKind: kind,
    ownWords,
    maxNeurons,
    neuronUpdate: { units },
  }: Pick<Core, "parameterKind" | "ownWords" | "maxNeurons" | "neuronUpdate">,
  row: ParameterRow,
  technology: Technology,
): MemoryMacro | null {
  const wordBits = parameterRowBits(row);
  if (wordBits === 0) return null;
  const shape = { kind, sizeBits: Math.ceil(maxNeurons / units) * wordBits, wordBits, banks: 1, ports: "1rw" } as const;
  const own = ownWords.parameters;
  const macro = own === null ? memoryMacro(shape, technology) : ownWordsMacro(own, wordBits, "tile.core.parameter_memory");
  const { clock_pj_per_cycle, leakage_mw, area_mm2 } = macro;
  return { ...macro, clock_pj_per_cycle: clock_pj_per_cycle * units, leakage_mw: leakage_mw * units, area_mm2: area_mm2 * units };
}
