/**
 * Kinds of memories by the names that descriptions use: one file and one line here per kind. Plug-ins can add kinds,
 * whose costs go into the chip like those of a user's macros. A kind changes prices, access time and usable capacity,
 * but no cycles.
 */
import * as z from "zod";
import { didYouMean } from "../../base/nearest.js";
import { Registry } from "../../base/registry.js";
import type { Memory, MemoryKind, Technology } from "../chip.js";
import { MACRO_QUANTITIES, type MacroQuantity, type OwnMacro } from "../macros/macro.js";
import { errorOf } from "../macros/macro-errors.js";
import { byQuantity, costsOf } from "../macros/supply.js";
import { sramMacro } from "../sram.js";
import { MEMORY_KIND_NAMES } from "./kind-names.js";
import { PERIPHERY_SOURCE } from "./periphery.js";
import { type RegisterMacro, registerMacro } from "./registers.js";

/** Costs with units in their names. `clock_pj_per_cycle`: 0 for SRAM, whose accesses include the clock. */
export type MemoryMacro = RegisterMacro & {
  /** True if the memory is outside of the range of its sources. */
  readonly extrapolated: boolean;
};

type Shape = Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports">;

interface BuiltInKind {
  readonly macro: (shape: Shape, technology: Technology) => MemoryMacro;
}

/** The memory that a plug-in must price. */
export interface MemoryQuestion extends Shape {
  /** Which memory of a core it is. */
  readonly memory: "synapse" | "state";
  readonly technology: Technology;
}

/** A memory of a plug-in's kind: its costs and its usable capacity. */
export interface OwnMemory {
  readonly own: OwnMacro;
  readonly sizeBits: number;
}

export interface OwnMemoryKind {
  readonly about: string;
  /** @throws InputError that names the plug-in, or a key of the memory with an impossible value */
  readonly memory: (question: MemoryQuestion) => OwnMemory;
}

const BUILT_IN: { readonly [kind in MemoryKind]: BuiltInKind } = {
  sram: {
    macro: (shape, technology) => {
      const { source, leakageSource, ...costs } = sramMacro(shape, technology);
      const sources = { energy: source, clock: source, leakage: leakageSource, area: `${source}; ${PERIPHERY_SOURCE}` };
      return { ...costs, clock_pj_per_cycle: 0, sources };
    },
  },
  registers: { macro: (shape, technology) => ({ ...registerMacro("registers", shape, technology), extrapolated: false }) },
  latches: { macro: (shape, technology) => ({ ...registerMacro("latches", shape, technology), extrapolated: false }) },
};

export const MEMORY_KINDS = new Registry<BuiltInKind | OwnMemoryKind>("memory kind", BUILT_IN);

export const builtInMacro = (kind: MemoryKind, shape: Shape, technology: Technology): MemoryMacro =>
  BUILT_IN[kind].macro(shape, technology);

const isBuiltIn = (kind: string): kind is MemoryKind => (MEMORY_KIND_NAMES as readonly string[]).includes(kind);

/** The memory of a plug-in's kind; null: the kind is built in. @throws InputError as the plug-in's */
export function memoryOfKind(kind: string, question: MemoryQuestion): OwnMemory | null {
  const entry = isBuiltIn(kind) ? undefined : MEMORY_KINDS.demand(kind, "kind");
  return entry !== undefined && "memory" in entry ? entry.memory(question) : null;
}

/** The message for an unknown kind. */
export const unknownMemoryKind = (name: string): { readonly message: string; readonly fix: string } => ({
  message: `no kind of memory is named ${name}`,
  fix:
    didYouMean(name, MEMORY_KIND_NAMES) ||
    `known: ${MEMORY_KIND_NAMES.join(", ")}; name the plug-in that brings another: plugins: [./my-plugin.mjs], or --plugin ./my-plugin.mjs`,
});

const cost = z.number().min(0).max(1e12);
const answerSchema = z.strictObject({
  ...(Object.fromEntries(MACRO_QUANTITIES.map((quantity) => [quantity, cost])) as { [quantity in MacroQuantity]: typeof cost }),
  source: z.string().min(1).max(1000),
  /** Usable bits; default: all. */
  capacity_bits: z.int().min(1).optional(),
  /** Error of all costs; default: exact. */
  plus_minus_percent: z.number().min(0).max(900).optional(),
  /** True if the memory is outside of the range of its source: results mark its lines. */
  extrapolated: z.boolean().default(false),
});

const EXAMPLE =
  "{ read_pj: 1, write_pj: 2, leakage_mw: 0.1, area_mm2: 0.02, access_ns: 1, cycle_ns: 1.2, source: 'where from' }, and perhaps capacity_bits, plus_minus_percent, extrapolated";

/**
 * Checks what a plug-in returned for a memory. @param fault makes the error that names the plug-in @throws the error of
 * `fault`
 */
export function ownMemory(
  name: string,
  { sizeBits, wordBits, banks }: MemoryQuestion,
  given: unknown,
  fault: (message: string, fix: string) => Error,
): OwnMemory {
  const found = answerSchema.safeParse(given);
  const [issue] = found.error?.issues ?? [];
  if (!found.success) throw fault(`gives no memory: ${issue?.path.join(".") || "its top"}: ${issue?.message}`, EXAMPLE);
  const { source, capacity_bits: capacityBits = sizeBits, plus_minus_percent: plusMinusPercent = 0, extrapolated, ...costs } = found.data;
  if (capacityBits > sizeBits || capacityBits < wordBits * banks)
    throw fault(
      `has a capacity of ${capacityBits} bits`,
      `a size of ${sizeBits} bits holds no more, and no less than a word of ${wordBits} bits in each of ${banks} banks`,
    );
  const errors = errorOf(`memories of kind ${name}`, plusMinusPercent);
  const own = {
    costs: costsOf((quantity) => costs[quantity]),
    source: `${name}: ${source}${extrapolated ? `; extrapolated: by the plug-in's kind ${name}` : ""}`,
    extrapolated,
    errors: byQuantity(() => errors),
    scaledFromV: null,
  };
  return { own, sizeBits: capacityBits };
}
