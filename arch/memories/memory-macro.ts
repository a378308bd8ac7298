/** What a memory of any kind costs: SRAM (`../sram.ts`), registers or latches (`registers.ts`), macros of the user's (`../macros/own-macro.ts`). A kind changes prices and access time, no cycle. */
import type { Memory, Technology } from "../chip.js";
import { Memo } from "../component-tables.js";
import { sramMacro, technologyKey } from "../sram.js";
import { PERIPHERY_SOURCE } from "./periphery.js";
import { type RegisterMacro, registerMacro } from "./registers.js";

export type MemoryShape = Pick<Memory, "kind" | "sizeBits" | "wordBits" | "banks" | "ports"> & Partial<Pick<Memory, "own">>;
/** Units by name. `clock_pj_per_cycle`: 0 for SRAM, whose clock is in its accesses. */
export type MemoryMacro = RegisterMacro & {
  /** The memory lies outside the range of its sources. */
  readonly extrapolated: boolean;
};

const macros = new Memo<MemoryMacro>();

export function memoryMacro(memory: MemoryShape, technology: Technology): MemoryMacro {
  const { kind, own = null, sizeBits, wordBits, banks, ports } = memory;
  if (own !== null) {
    const { costs, source, extrapolated } = own;
    return { ...costs, clock_pj_per_cycle: 0, extrapolated, sources: { energy: source, clock: source, leakage: source, area: source } };
  }
  const key = `${kind}/${sizeBits}/${wordBits}/${banks}/${ports}/${technology.idle}/${technologyKey(technology)}`;
  return macros.get(key, () => {
    if (kind !== "sram") return { ...registerMacro(kind, memory, technology), extrapolated: false };
    const { source, leakageSource, ...costs } = sramMacro(memory, technology);
    return {
      ...costs,
      clock_pj_per_cycle: 0,
      sources: { energy: source, clock: source, leakage: leakageSource, area: `${source}; ${PERIPHERY_SOURCE}` },
    };
  });
}
