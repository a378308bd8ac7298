/** What a memory costs, of a kind of the program's (`memory-kinds.ts`) or of macros of the user's (`../macros/own-macro.ts`). */
import type { Memory, MemoryKind, Technology } from "../chip.js";
import { Memo } from "../component-tables.js";
import { technologyKey } from "../sram.js";
import { builtInMacro, type MemoryMacro } from "./memory-kinds.js";

export type { MemoryMacro } from "./memory-kinds.js";

type Size = Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports">;
export type MemoryShape = Size & ({ readonly kind: MemoryKind; readonly own?: null } | Pick<Memory, "kind" | "own">);

const macros = new Memo<MemoryMacro>();

export function memoryMacro(memory: MemoryShape, technology: Technology): MemoryMacro {
  const { kind, own = null, sizeBits, wordBits, banks, ports } = memory;
  if (own !== null) {
    const { costs, source, extrapolated } = own;
    return { ...costs, clock_pj_per_cycle: 0, extrapolated, sources: { energy: source, clock: source, leakage: source, area: source } };
  }
  if (kind === "plug-in") throw new Error("snn-dse: the costs of a plug-in's memory are not there");
  const key = `${kind}/${sizeBits}/${wordBits}/${banks}/${ports}/${technology.idle}/${technologyKey(technology)}`;
  return macros.get(key, () => builtInMacro(kind, memory, technology));
}
