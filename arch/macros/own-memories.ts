/** Memories and tables of a described core that name a table of macros, or a kind of a plug-in. Pure. */
import { InputError } from "../../base/errors.js";
import { type OwnMemories, technologyOf } from "../chip-values.js";
import { BUILT_PAYLOAD_BITS } from "../core-needs.js";
import { MEMORY_KINDS, memoryOfKind, type OwnMemory, unknownMemoryKind } from "../memories/memory-kinds.js";
import { stepBits } from "../pace.js";
import { axonEntryBits } from "../route-tables.js";
import type { CoreDocument, RootDocument } from "../schema.js";
import { describedMacro } from "./described-macros.js";
import type { OwnMacro, OwnWords } from "./macro.js";

/** Is told what is wrong with a key of the core. */
type Check = (ok: boolean, key: readonly string[], message: string, fix: string) => void;

/** Keys of a memory that a plug-in may refuse by name. */
const MAY_REFUSE = ["kind", "size_kib", "word_bits", "banks", "ports"];

function ownMemoryOf(core: CoreDocument, root: RootDocument, check: Check, name: "synapse_memory" | "state_memory"): OwnMemory | null {
  const { macros, kind = "sram", size_kib, word_bits: wordBits, banks, ports } = core[name];
  const wish = { sizeBits: Math.floor(size_kib * 8192), wordBits, banks, ports };
  const technology = technologyOf(root);
  if (macros === undefined) {
    const isKnown = MEMORY_KINDS.has(kind);
    const { message, fix } = unknownMemoryKind(kind);
    check(isKnown, [name, "kind"], message, fix);
    const onSilicon = root.chip.fpga === undefined || !MEMORY_KINDS.isAdded(kind);
    check(
      onSilicon,
      [name, "kind"],
      `is ${kind}, of a plug-in, and the chip is on an FPGA, whose memories are its own`,
      "leave one of them out",
    );
    if (!isKnown || !onSilicon) return null;
    const memory = name === "synapse_memory" ? "synapse" : "state";
    try {
      return memoryOfKind(kind, { ...wish, memory, technology });
    } catch (error) {
      if (!(error instanceof InputError) || !error.problems.every(({ file }) => MAY_REFUSE.includes(file))) throw error;
      for (const { file, message: why, fix: change } of error.problems) check(false, [name, file], why, change);
      return null;
    }
  }
  check(kind === "sram", [name, "macros"], `is given, and kind is ${kind}`, "leave one of them out");
  const found = describedMacro(root.prices.macros ?? {}, macros, wish, technology);
  if (found === null) return null;
  if (!("refused" in found)) return { own: found, sizeBits: wish.sizeBits };
  check(false, [name, "macros"], found.refused, found.fix);
  return null;
}

/** A table of routes, an entry a word of `bits`. */
function ownTableOf(
  core: CoreDocument,
  root: RootDocument,
  check: Check,
  name: "axon_table" | "route_table",
  bits: number,
): OwnMacro | null {
  const { entries = null, macros } = core[name] ?? {};
  if (macros === undefined) return null;
  check(entries !== null, [name, "macros"], "is given, and entries is not: a table without a size has no price", "set entries, too");
  if (entries === null) return null;
  const wish = { sizeBits: entries * bits, wordBits: bits, banks: 1, ports: "1rw" } as const;
  const found = describedMacro(root.prices.macros ?? {}, macros, wish, technologyOf(root));
  if (found === null || !("refused" in found)) return found;
  check(false, [name, "macros"], found.refused, found.fix);
  return null;
}

/** A queue's entries, or an update unit's rows of parameters: words as wide as they are built. */
function ownWordsOf(
  core: CoreDocument,
  root: RootDocument,
  check: Check,
  name: "input_queue" | "output_queue" | "parameter_memory",
  words: number,
): OwnWords | null {
  const { macros, word_bits: wordBits, kind } = core[name] ?? {};
  if (macros === undefined) {
    check(
      wordBits === undefined,
      [name, "word_bits"],
      "is given, and macros is not: without them words are as wide as the network needs",
      "leave it out",
    );
    return null;
  }
  check(kind === undefined, [name, "macros"], `is given, and kind is ${kind}`, "leave one of them out");
  const wide = name === "parameter_memory" ? 128 : root.noc.header_bits + stepBits(root) + BUILT_PAYLOAD_BITS;
  check(
    wordBits !== undefined,
    [name, "macros"],
    "is given, and word_bits is not: a table says nothing of how wide words are built",
    `set word_bits, too, such as ${wide}`,
  );
  if (wordBits === undefined || kind !== undefined) return null;
  const ports = name === "parameter_memory" ? "1rw" : "1r1w";
  const found = describedMacro(
    root.prices.macros ?? {},
    macros,
    { sizeBits: words * wordBits, wordBits, banks: 1, ports },
    technologyOf(root),
  );
  if (found === null) return null;
  if (!("refused" in found)) return { macro: found, wordBits };
  check(false, [name, "macros"], found.refused, found.fix);
  return null;
}

/** null: the component library prices the memory, or something is wrong, which `check` was told. */
export function ownMemoriesOf(core: CoreDocument, root: RootDocument, check: Check): OwnMemories {
  const [synapse, state] = [ownMemoryOf(core, root, check, "synapse_memory"), ownMemoryOf(core, root, check, "state_memory")];
  const { size_kib, word_bits: wordBits } = core.synapse_memory;
  const sizeBits = synapse?.sizeBits ?? Math.floor(size_kib * 8192);
  return {
    ...{ synapse, state },
    axons: ownTableOf(core, root, check, "axon_table", axonEntryBits({ synapseMemory: { sizeBits, wordBits } })),
    routes: ownTableOf(core, root, check, "route_table", root.noc.header_bits + stepBits(root)),
    input: ownWordsOf(core, root, check, "input_queue", core.input_queue.depth),
    output: ownWordsOf(core, root, check, "output_queue", core.output_queue.depth),
    parameters: ownWordsOf(core, root, check, "parameter_memory", Math.ceil(core.max_neurons / core.neuron_update.units)),
  };
}
