/** Costs of a memory, of a built-in kind (`memory-kinds.ts`) or of the user's macros (`../macros/own-macro.ts`). */
import { inputError } from "../../base/errors.js";
import type { Memory, MemoryKind, Technology } from "../chip.js";
import { Memo } from "../component-tables.js";
import type { OwnMacro, OwnWords } from "../macros/macro.js";
import { technologyKey } from "../sram.js";
import { builtInMacro, type MemoryMacro } from "./memory-kinds.js";

export type { MemoryMacro } from "./memory-kinds.js";

type Size = Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports">;
type MemoryShape = Size & ({ readonly kind: MemoryKind; readonly own?: null } | Pick<Memory, "kind" | "own">);

const macros = new Memo<MemoryMacro>();

/** Costs of the user's macros with words of fixed width. @throws InputError at the key `path` if the data are wider */
export function ownWordsMacro({ macro, wordBits }: OwnWords, bits: number, path: string): MemoryMacro {
  if (bits > wordBits)
    throw inputError(
      `${path}.word_bits`,
      `words of its macros are ${wordBits} bits wide, but this network and precision need ${bits}`,
      `set it to ${bits} or more`,
    );
  return ownCosts(macro);
}

function ownCosts({ costs, source, extrapolated }: OwnMacro): MemoryMacro {
  return { ...costs, clock_pj_per_cycle: 0, extrapolated, sources: { energy: source, clock: source, leakage: source, area: source } };
}

export function memoryMacro(memory: MemoryShape, technology: Technology): MemoryMacro {
  const { kind, own = null, sizeBits, wordBits, banks, ports } = memory;
  if (own !== null) return ownCosts(own);
  if (kind === "plug-in") throw new Error("snn-dse: the costs of a plug-in's memory are not there");
  const key = `${kind}/${sizeBits}/${wordBits}/${banks}/${ports}/${technology.idle}/${technologyKey(technology)}`;
  return macros.get(key, () => builtInMacro(kind, memory, technology));
}
