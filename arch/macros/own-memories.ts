/** Memories of a described core that name a table of macros. Pure. */
import { type OwnMemories, technologyOf } from "../chip-values.js";
import type { CoreDocument, RootDocument } from "../schema.js";
import { describedMacro } from "./described-macros.js";
import type { OwnMacro } from "./macro.js";

/** Is told what is wrong with a key of the core. */
type Check = (ok: boolean, key: readonly string[], message: string, fix: string) => void;

function ownMacroOf(memory: CoreDocument["state_memory"], root: RootDocument, check: Check, name: string): OwnMacro | null {
  const { macros, kind = "sram", size_kib, word_bits: wordBits, banks, ports } = memory;
  if (macros === undefined) return null;
  check(kind === "sram", [name, "macros"], `is given, and kind is ${kind}`, "leave one of them out");
  const wish = { sizeBits: Math.floor(size_kib * 8192), wordBits, banks, ports };
  const found = describedMacro(root.prices.macros ?? {}, macros, wish, technologyOf(root));
  if (found === null || !("refused" in found)) return found;
  check(false, [name, "macros"], found.refused, found.fix);
  return null;
}

/** null: the component library prices the memory, or something is wrong, which `check` was told. */
export function ownMemoriesOf(core: CoreDocument, root: RootDocument, check: Check): OwnMemories {
  const of = (name: "synapse_memory" | "state_memory"): OwnMacro | null => ownMacroOf(core[name], root, check, name);
  return { synapse: of("synapse_memory"), state: of("state_memory") };
}
