/**
 * The parts of a breakdown's line that sums memories or queues of unlike kinds, each with its cost: a line's errors are
 * shared among its parts in proportion to their costs.
 *
 * A part costs what the memories of all its cores cost, on the chip's basis of prices. An energy is that of one access
 * in every core: results hold counts of the chip, not of single cores. Sizes that only a precision or a network decides
 * are nominal. Pure.
 */
import {
  axonEntryBits,
  BUILT_NEEDS,
  type Chip,
  type Core,
  coreCounts,
  type Memory,
  memoryMacro,
  messageBits,
  messagePayloadBits,
  type OwnMacro,
  ofMemory,
  onSilicon,
  type Price,
  prefetchBuffer,
  type QueueKind,
  queueCosts,
  SRAM_QUANTITIES,
  type SramQuantity,
} from "../arch/index.js";

/**
 * Which laws price a part: those of a user's macro, of an SRAM macro of the library, of the line's logic, or of
 * registers as memory where the line's logic is another.
 */
type PartMaker =
  | { readonly by: "own"; readonly macro: OwnMacro }
  | { readonly by: "sram"; readonly macro: Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports"> }
  | { readonly by: "logic" }
  | { readonly by: "registers" };

/** Memories or queues of one kind. */
export interface LinePart {
  /** In the unit of the line's price. */
  readonly cost: number;
  readonly made: PartMaker;
}

/** A line as the quantity of macros that it sums, and its parts. */
interface LineParts {
  readonly quantity: SramQuantity;
  readonly parts: readonly LinePart[];
}

type Macro = Pick<Memory, "kind" | "own" | "sizeBits" | "wordBits" | "banks" | "ports"> & {
  /** Equal macros of one core. */
  readonly copies: number;
};

const tableOf = (entries: number | null, wordBits: number, own: Macro["own"]): Macro | null =>
  entries === null ? null : { kind: "sram", own, sizeBits: entries * wordBits, wordBits, banks: 1, ports: "1rw", copies: 1 };

/** Precision and network decide the row's width. Macros of other widths differ by less than a macro's own error. */
const NOMINAL_ROW_BITS = 100;
function parameterMemory({ parameterKind: kind, ownWords, maxNeurons, neuronUpdate: { units } }: Core): Macro {
  const sizeBits = Math.ceil(maxNeurons / units) * NOMINAL_ROW_BITS;
  const own = ownWords.parameters?.macro ?? null;
  return { kind, own, sizeBits, wordBits: NOMINAL_ROW_BITS, banks: 1, ports: "1rw", copies: units };
}

/** A feature is as wide as a state, whose width the precision decides. */
const NOMINAL_FEATURE_BITS = 16;
function frameBuffer({ frameBuffer }: Chip): Macro | null {
  if (frameBuffer === null) return null;
  const { kind, entries, own } = frameBuffer;
  return {
    kind,
    own: own?.macro ?? null,
    sizeBits: entries * NOMINAL_FEATURE_BITS,
    wordBits: NOMINAL_FEATURE_BITS,
    banks: 1,
    ports: "1r1w",
    copies: 1,
  };
}

/** Memories by the beginning of their prices' names; null: the core does not have this memory. */
const MEMORIES: { readonly [beginning: string]: (core: Core, chip: Chip) => Macro | null } = {
  synapse_memory: ({ synapseMemory }) => ({ ...synapseMemory, copies: 1 }),
  state_memory: ({ stateMemory }) => ({ ...stateMemory, copies: 1 }),
  parameter_memory: parameterMemory,
  frame_buffer: (_, chip) => frameBuffer(chip),
  axon_table: (core) => tableOf(core.axonEntries, axonEntryBits(core), core.tableMacros.axons),
  route_table: ({ routeEntries, tableMacros }, chip) => tableOf(routeEntries, chip.noc.headerBits, tableMacros.routes),
};

/** Lines of queues: the queues that they sum, and the quantity of a macro. */
const QUEUE_LINES: { readonly [price: string]: readonly [of: readonly ("input" | "output")[], quantity: SramQuantity] } = {
  ...{ input_queue_push_pj: [["input"], "write_pj"], input_queue_pop_pj: [["input"], "read_pj"] },
  ...{ output_queue_push_pj: [["output"], "write_pj"], output_queue_pop_pj: [["output"], "read_pj"] },
  ...{ queue_leakage_mw: [["input", "output"], "leakage_mw"], queue_area_mm2: [["input", "output"], "area_mm2"] },
};

/** Null: the line sums no memories or queues, or the line's logic prices all of them. */
export function lineParts(chip: Chip, price: string): LineParts | null {
  const beginning = Object.keys(MEMORIES).find((name) => price.startsWith(`${name}_`));
  if (beginning === undefined) return queueParts(chip, price);
  const quantity = price.slice(beginning.length + 1);
  return isSramQuantity(quantity) ? memoryParts(chip, price, beginning, quantity) : null;
}

export const cornerOf = (quantity: SramQuantity): "energy" | "area" | "leakage" =>
  quantity.endsWith("_pj") ? "energy" : quantity === "area_mm2" ? "area" : "leakage";

const isSramQuantity = (quantity: string): quantity is SramQuantity => (SRAM_QUANTITIES as readonly string[]).includes(quantity);

/** Adds the costs of parts that are made alike. */
class Parts {
  private readonly byKey = new Map<string, LinePart>();
  add(key: string, cost: number, made: PartMaker): void {
    this.byKey.set(key, { cost: (this.byKey.get(key)?.cost ?? 0) + cost, made });
  }
  all(): readonly LinePart[] {
    return [...this.byKey.values()];
  }
}

/** A price on the chip's basis. */
const costOf = (chip: Chip, name: string, price: Price): number => onSilicon(chip.silicon, { [name]: price })[name].value;

function memoryParts(chip: Chip, price: string, beginning: string, quantity: SramQuantity): LineParts | null {
  const parts = new Parts();
  for (const { core, count } of coreCounts(chip)) {
    const macro = MEMORIES[beginning](core, chip);
    if (macro === null) continue;
    const { kind, own, sizeBits, wordBits, banks, ports, copies } = macro;
    const costs = memoryMacro(macro, chip.technology);
    const made: PartMaker = own !== null ? { by: "own", macro: own } : kind === "sram" ? { by: "sram", macro } : { by: "logic" };
    const corner = cornerOf(quantity);
    const one = costOf(chip, price, ofMemory(own !== null || kind === "plug-in" ? "own" : kind, costs, costs[quantity], corner));
    const key = made.by === "logic" ? "logic" : `${sizeBits}/${wordBits}/${banks}/${ports}/${own?.source ?? ""}`;
    parts.add(key, count * one * (corner === "energy" ? 1 : copies), made);
  }
  const all = parts.all();
  return all.length === 0 || all.every(({ made }) => made.by === "logic") ? null : { quantity, parts: all };
}

/** Null: all queues are flip-flops of the library (`auto`), also where they are deep. */
function queueParts(chip: Chip, price: string): LineParts | null {
  if (!Object.hasOwn(QUEUE_LINES, price)) return null;
  const [which, quantity] = QUEUE_LINES[price];
  const kinds = coreCounts(chip);
  const isAuto = (core: Core): boolean => which.every((one) => core.ownWords[one] === null && core.queueKinds[one] === "auto");
  if (kinds.every(({ core }) => isAuto(core))) return null;
  const corner = cornerOf(quantity);
  const bits = messageBits(chip, messagePayloadBits(BUILT_NEEDS));
  const parts = new Parts();
  const addLibrary = (count: number, kind: QueueKind, depth: number, costs: ReturnType<typeof queueCosts>): void => {
    const { sources, sramPart } = costs;
    const prices: { readonly [quantity: string]: Price } = {
      write_pj: { value: costs.pushPj, source: sources.energy },
      read_pj: { value: costs.popPj, source: sources.energy },
      leakage_mw: { value: costs.leakageMw, source: sources.leakage, sramPart: sramPart.leakageMw },
      area_mm2: { value: costs.areaMm2, source: sources.area, sramPart: sramPart.areaMm2 },
    };
    const cost = count * costOf(chip, price, prices[quantity]);
    const macro = { sizeBits: depth * bits, wordBits: bits, banks: 1, ports: "1r1w" } as const;
    if (kind === "sram") parts.add(`${depth}`, cost, { by: "sram", macro });
    else parts.add(kind === "auto" ? "auto" : "registers", cost, { by: kind === "auto" || corner !== "energy" ? "logic" : "registers" });
  };
  for (const { core, count } of kinds) {
    for (const one of which) {
      const [own, kind, { depth }] = [core.ownWords[one], core.queueKinds[one], core[`${one}Queue`]];
      if (own === null) addLibrary(count, kind, depth, queueCosts(kind, depth, bits, chip.technology));
      else parts.add(own.macro.source, count * own.macro.costs[quantity], { by: "own", macro: own.macro });
    }
    const prefetch = corner === "energy" ? null : prefetchBuffer(core, chip.spill?.prefetchBits ?? 0, chip.technology);
    if (prefetch !== null) addLibrary(count, "auto", 0, prefetch);
  }
  return { quantity, parts: parts.all() };
}
