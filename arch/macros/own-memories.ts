/** Builds memories and tables of a described core that name a table of macros, or a plug-in's kind. Pure. */
import { InputError } from "../../base/errors.js";
import { type OwnMemories, technologyOf } from "../chip-values.js";
import { BUILT_PAYLOAD_BITS } from "../core-needs.js";
import { MEMORY_KINDS, memoryOfKind, type OwnMemory, unknownMemoryKind } from "../memories/memory-kinds.js";
import { stepBits } from "../pace.js";
import { axonEntryBits } from "../route-tables.js";
import type { CoreDocument, RootDocument } from "../schema.js";
import { describedMacro } from "./described-macros.js";
import type { OwnMacro, OwnWords } from "./macro.js";
import type { MacroWish } from "./own-macro.js";
import type { OtherPorts, Refused } from "./supply.js";

/** Reports a problem at a key of the core. */
type Check = (ok: boolean, key: readonly string[], message: string, fix: string) => void;

/** Keys of a memory that a plug-in may refuse. */
const MAY_REFUSE = ["kind", "size_kib", "word_bits", "banks", "ports"];

const isOnSilicon = ({ chip }: RootDocument): boolean => (chip.fpga ?? null) === null;
const ON_FPGA = "but the chip is on an FPGA, which has its own memories";

/** The macro of a memory that names a table; null: a problem was reported. */
function macroOf(root: RootDocument, table: string, wish: MacroWish): OwnMacro | Refused | OtherPorts | null {
  if (!isOnSilicon(root)) return { refused: `is given, ${ON_FPGA}`, fix: "leave one of them out: macros: null, or chip: { fpga: null }" };
  return describedMacro(root.prices.macros ?? {}, table, wish, technologyOf(root));
}

function ownMemoryOf(core: CoreDocument, root: RootDocument, check: Check, name: "synapse_memory" | "state_memory"): OwnMemory | null {
  const { macros = null, kind = "sram", size_kib, word_bits: wordBits, banks, ports } = core[name];
  const wish = { sizeBits: Math.floor(size_kib * 8192), wordBits, banks, ports };
  if (macros === null) {
    const isKnown = MEMORY_KINDS.has(kind);
    const { message, fix } = unknownMemoryKind(kind);
    check(isKnown, [name, "kind"], message, fix);
    const hasPlace = isOnSilicon(root) || !MEMORY_KINDS.isAdded(kind);
    check(hasPlace, [name, "kind"], `is ${kind}, of a plug-in, ${ON_FPGA}`, "leave one of them out");
    if (!isKnown || !hasPlace) return null;
    const memory = name === "synapse_memory" ? "synapse" : "state";
    try {
      return memoryOfKind(kind, { ...wish, memory, technology: technologyOf(root) });
    } catch (error) {
      if (!(error instanceof InputError) || !error.problems.every(({ file }) => MAY_REFUSE.includes(file))) throw error;
      for (const { file, message: why, fix: change } of error.problems) check(false, [name, file], why, change);
      return null;
    }
  }
  check(kind === "sram", [name, "macros"], `is given, but kind is ${kind}`, "leave one of them out: macros: null, or kind: sram");
  const found = macroOf(root, macros, wish);
  if (found === null) return null;
  if (!("refused" in found)) return { own: found, sizeBits: wish.sizeBits };
  const { refused, fix } = found;
  const isOfOnePort = "otherPorts" in found && found.otherPorts.includes("1rw");
  check(false, [name, "macros"], refused, isOfOnePort ? `${fix}: set ports: 1rw, or name another table` : fix);
  return null;
}

/** A table with one entry per word of `bits`. */
function ownTableOf(
  core: CoreDocument,
  root: RootDocument,
  check: Check,
  name: "axon_table" | "route_table",
  bits: number,
): OwnMacro | null {
  const { entries = null, macros = null } = core[name] ?? {};
  if (macros === null) return null;
  check(entries !== null, [name, "macros"], "is given without entries: a table without a size has no price", "set entries, too");
  if (entries === null) return null;
  const wish = { sizeBits: entries * bits, wordBits: bits, banks: 1, ports: "1rw" } as const;
  const found = macroOf(root, macros, wish);
  if (found === null || !("refused" in found)) return found;
  check(false, [name, "macros"], found.refused, found.fix);
  return null;
}

/** A memory with words of a fixed width: number of words, ports, and a sufficient width. */
interface BuiltWords {
  readonly words: number;
  readonly ports: "1rw" | "1r1w";
  readonly wideBits: number;
}

/** The description's keys of such a memory. */
type DescribedWords = Pick<NonNullable<CoreDocument["output_queue"]>, "macros" | "word_bits"> & { readonly kind?: string | undefined };

function ownWordsOf(described: DescribedWords, root: RootDocument, check: Check, { words, ports, wideBits }: BuiltWords): OwnWords | null {
  const { macros, word_bits: wordBits, kind } = described;
  if (macros === undefined) {
    check(
      wordBits === undefined,
      ["word_bits"],
      "is given without macros: then words are as wide as the network needs",
      "leave it out, or write macros: null beside it",
    );
    return null;
  }
  // word_bits may stay beside macros that an extending file takes away
  if (macros === null) return null;
  check(kind === undefined, ["macros"], `is given, but kind is ${kind}`, "leave one of them out: macros: null, or the kind");
  check(
    wordBits !== undefined,
    ["macros"],
    "is given without word_bits: a table does not say how wide words are built",
    `set word_bits, too, such as ${wideBits}`,
  );
  if (wordBits === undefined || kind !== undefined) return null;
  const found = macroOf(root, macros, { sizeBits: words * wordBits, wordBits, banks: 1, ports });
  if (found === null) return null;
  if (!("refused" in found)) return { macro: found, wordBits };
  check(false, ["macros"], found.refused, found.fix);
  return null;
}

/** The entries of a queue, or the parameter rows of an update unit. */
function ownCoreWordsOf(
  core: CoreDocument,
  root: RootDocument,
  check: Check,
  name: "input_queue" | "output_queue" | "parameter_memory",
): OwnWords | null {
  const built: BuiltWords =
    name === "parameter_memory"
      ? { words: Math.ceil(core.max_neurons / core.neuron_update.units), ports: "1rw", wideBits: 128 }
      : { words: core[name].depth, ports: "1r1w", wideBits: root.noc.header_bits + stepBits(root) + BUILT_PAYLOAD_BITS };
  return ownWordsOf(core[name] ?? {}, root, (ok, key, message, fix) => check(ok, [name, ...key], message, fix), built);
}

/** The frame buffer's words, one per feature. null: the component library prices it, or a problem was reported. */
export function ownFrameOf(root: RootDocument, check: Check): OwnWords | null {
  const buffer = root.inputs?.frame_buffer;
  if (buffer === undefined) return null;
  return ownWordsOf(buffer, root, check, { words: buffer.entries, ports: "1r1w", wideBits: root.precision.state_bits });
}

/** null: the component library prices the memory, or a problem was reported. */
export function ownMemoriesOf(core: CoreDocument, root: RootDocument, check: Check): OwnMemories {
  const [synapse, state] = [ownMemoryOf(core, root, check, "synapse_memory"), ownMemoryOf(core, root, check, "state_memory")];
  const { size_kib, word_bits: wordBits } = core.synapse_memory;
  const sizeBits = synapse?.sizeBits ?? Math.floor(size_kib * 8192);
  return {
    ...{ synapse, state },
    axons: ownTableOf(core, root, check, "axon_table", axonEntryBits({ synapseMemory: { sizeBits, wordBits } })),
    routes: ownTableOf(core, root, check, "route_table", root.noc.header_bits + stepBits(root)),
    input: ownCoreWordsOf(core, root, check, "input_queue"),
    output: ownCoreWordsOf(core, root, check, "output_queue"),
    parameters: ownCoreWordsOf(core, root, check, "parameter_memory"),
  };
}
