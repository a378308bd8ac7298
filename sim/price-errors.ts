/**
 * Errors of the prices behind a breakdown, by cause: which macros share an error, and which have an error of their own.
 *
 * A cause multiplies its lines by exp(z × its size), z standard normal. One z holds for all lines and chips that name
 * the cause. So an error that two chips share does not change their order, and an error of a single macro can.
 * Sizes and their sources: `error-causes.ts`.
 *
 * A price of the description has the error that the description states, or none. So does a memory of the user's own
 * macros, by macro or by table. A line that several tables price counts as one of them: a datapath's area and leakage
 * as logic, a deep queue as flip-flops.
 */
import {
  axonEntryBits,
  type Chip,
  type Core,
  type Memory,
  PRICE_GROUPS,
  type PriceName,
  type SiliconGroup,
  SRAM_QUANTITIES,
  type SramQuantity,
  siliconFactor,
  type Technology,
  unlikeCores,
} from "../arch/index.js";
import { cornerCauses, type ErrorCause, LOGIC, macroCauses, ownCause, ownMacroCauses, sharedCause, tableCause } from "./error-causes.js";
import { linePrice } from "./price-lines.js";

/** Causes by the component of a breakdown's line; undefined if it has none. */
export type LineErrors = { readonly get: (component: string) => readonly ErrorCause[] | undefined };

type Macro = Pick<Memory, "kind" | "own" | "sizeBits" | "wordBits" | "banks" | "ports">;
const tableOf = (entries: number | null, wordBits: number, own: Macro["own"]): Macro | null =>
  entries === null ? null : { kind: "sram", own, sizeBits: entries * wordBits, wordBits, banks: 1, ports: "1rw" };

/** Precision and network decide the row's width. Macros of other widths differ by less than a macro's own error. */
const NOMINAL_ROW_BITS = 100;
function parameterMemory({ parameterKind, ownWords, maxNeurons, neuronUpdate }: Core): Macro {
  const sizeBits = Math.ceil(maxNeurons / neuronUpdate.units) * NOMINAL_ROW_BITS;
  return { kind: parameterKind, own: ownWords.parameters?.macro ?? null, sizeBits, wordBits: NOMINAL_ROW_BITS, banks: 1, ports: "1rw" };
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
  };
}

/** Memories by the beginning of their prices' names; null: the core does not have this memory. */
const MEMORIES: { readonly [beginning: string]: (core: Core, chip: Chip) => Macro | null } = {
  synapse_memory: ({ synapseMemory }) => synapseMemory,
  state_memory: ({ stateMemory }) => stateMemory,
  parameter_memory: parameterMemory,
  frame_buffer: (_, chip) => frameBuffer(chip),
  axon_table: (core) => tableOf(core.axonEntries, axonEntryBits(core), core.tableMacros.axons),
  route_table: ({ routeEntries, tableMacros }, chip) => tableOf(routeEntries, chip.noc.headerBits, tableMacros.routes),
};

/** The causes behind each line of a chip's breakdown. */
export function priceErrors(chip: Chip): LineErrors {
  const known = new Map<string, readonly ErrorCause[] | undefined>();
  return {
    get: (component) => {
      if (!known.has(component)) known.set(component, causesOf(chip, linePrice(component)));
      return known.get(component);
    },
  };
}

function causesOf(chip: Chip, price: string | null): readonly ErrorCause[] | undefined {
  if (price === null) return undefined;
  const own = chip.priceOverrides[price];
  if (own !== undefined) return own.plusMinusPercent === undefined ? undefined : [ownCause(price, own.plusMinusPercent)];
  if (Object.hasOwn(LOGIC.padLink, price)) return [LOGIC.padLink[price as keyof typeof LOGIC.padLink]];
  if (price === "die_link_leakage_mw") return undefined;
  if (price.startsWith("dram_")) return price === "dram_bit_pj" ? [LOGIC.dram] : undefined;
  const beginning = Object.keys(MEMORIES).find((name) => price.startsWith(`${name}_`));
  const memory = beginning === undefined ? queueCauses(chip, price) : memoryCauses(chip, beginning, price.slice(beginning.length + 1));
  const causes = memory?.causes ?? logicCauses(chip.technology, price);
  return [...causes, ...siliconCauses(chip, price, memory === null || beginning === undefined, memory?.libraryShare ?? 1)];
}

const GENERATOR = "address_generator_";

function logicCauses(technology: Technology, price: string): readonly ErrorCause[] {
  if (price.startsWith("decoder_")) return [LOGIC.decoder, ...logicCauses(technology, price.slice("decoder_".length))];
  if (price === `${GENERATOR}pj`) return [LOGIC.generator, LOGIC.generatorEnergy, ...logicCauses(technology, "pj")];
  if (price.startsWith(GENERATOR)) return [LOGIC.generator, ...logicCauses(technology, price.slice(GENERATOR.length))];
  if (price === "lut_read_pj") return [tableCause(technology), ...cornerCauses(technology, "energy", "sram")];
  if (price.endsWith("_mm2")) return [LOGIC.area, ...cornerCauses(technology, "area", "area")];
  if (price.endsWith("_mw")) return [LOGIC.leakage, ...cornerCauses(technology, "leakage", "sram")];
  if (price === "control_pj_per_cycle") return [LOGIC.adder, ...cornerCauses(technology, "energy", "arithmetic")];
  if (price.endsWith("_pj_per_cycle")) return [LOGIC.clock, ...cornerCauses(technology, "energy", "router")];
  if (/_memory_|_table_|^write_queue_|^frame_buffer_/.test(price)) return [LOGIC.register, ...cornerCauses(technology, "energy", "area")];
  if (/^(input|output|port)_queue_|^prefetch_buffer_|^router_|^(tree_)?link_|_wire_pj$/.test(price))
    return [LOGIC.router, ...cornerCauses(technology, "energy", "router")];
  return [...arithmeticCauses(price), ...cornerCauses(technology, "energy", "arithmetic")];
}

function arithmeticCauses(price: string): readonly ErrorCause[] {
  if (price.includes("mac")) return LOGIC.multiplyAdd;
  return [/multiply|requantisation/.test(price) ? LOGIC.multiplier : LOGIC.adder];
}

/** Causes of a memory's line, and the share of the line that the component library prices. */
interface MemoryErrors {
  readonly causes: readonly ErrorCause[];
  readonly libraryShare: number;
}

/**
 * Causes of the SRAM macros behind a line; null: no core has such a memory in SRAM, or the line is not a quantity of
 * SRAM.
 */
function memoryCauses(chip: Chip, beginning: string, quantity: string): MemoryErrors | null {
  if (!isSramQuantity(quantity)) return null;
  const { technology } = chip;
  // if macros differ among the cores, each is taken to cause an equal share of the line
  const kinds = unlikeCores(chip);
  const macros = new Map(
    kinds.flatMap((core) => {
      const macro = MEMORIES[beginning](core, chip);
      return macro === null || (macro.kind !== "sram" && macro.own === null)
        ? []
        : [[`${macro.sizeBits}/${macro.wordBits}/${macro.banks}/${macro.ports}/${macro.own?.source ?? ""}`, macro] as const];
    }),
  );
  if (macros.size === 0) return null;
  const share = 1 / macros.size;
  const corner = cornerOf(quantity);
  const all = [...macros.values()];
  const described = all.flatMap(({ own }) => (own === null ? [] : ownMacroCauses(own, quantity, corner, technology, share)));
  const library = all.filter(({ own }) => own === null);
  if (library.length === 0) return { causes: described, libraryShare: 0 };
  const laws = library.flatMap((macro) => macroCauses(technology, quantity, macro, share));
  return { causes: [...described, ...laws, ...cornerCauses(technology, corner, "sram")], libraryShare: library.length / macros.size };
}

/** Lines of queues: the queues that they sum, and the quantity of a macro. */
const QUEUE_LINES: { readonly [price: string]: readonly [of: readonly ("input" | "output")[], quantity: SramQuantity] } = {
  ...{ input_queue_push_pj: [["input"], "write_pj"], input_queue_pop_pj: [["input"], "read_pj"] },
  ...{ output_queue_push_pj: [["output"], "write_pj"], output_queue_pop_pj: [["output"], "read_pj"] },
  ...{ queue_leakage_mw: [["input", "output"], "leakage_mw"], queue_area_mm2: [["input", "output"], "area_mm2"] },
};

/** Causes of queues in the user's own macros, each with an equal share of the line; null: no queue is. */
function queueCauses(chip: Chip, price: string): MemoryErrors | null {
  if (!Object.hasOwn(QUEUE_LINES, price)) return null;
  const [which, quantity] = QUEUE_LINES[price];
  const queues = unlikeCores(chip).flatMap(({ ownWords }) => which.map((one) => ownWords[one]));
  const own = queues.filter((queue) => queue !== null);
  if (own.length === 0) return null;
  const libraryShare = 1 - own.length / queues.length;
  const described = own.flatMap(({ macro }) => ownMacroCauses(macro, quantity, cornerOf(quantity), chip.technology, 1 / queues.length));
  const library = libraryShare === 0 ? [] : logicCauses(chip.technology, price);
  const shared = library.map((cause) => ({ ...cause, down: cause.down * libraryShare, up: cause.up * libraryShare }));
  return { causes: [...described, ...shared], libraryShare };
}

const cornerOf = (quantity: SramQuantity): "energy" | "area" | "leakage" =>
  quantity.endsWith("_pj") ? "energy" : quantity === "area_mm2" ? "area" : "leakage";

const isSramQuantity = (quantity: string): quantity is SramQuantity => (SRAM_QUANTITIES as readonly string[]).includes(quantity);

/**
 * Errors of the factor from the library to silicon that measured chips leave: prices measured together err together.
 */
function siliconCauses(chip: Chip, price: string, isLogic: boolean, share: number): readonly ErrorCause[] {
  const group = priceGroup(price);
  if (chip.silicon === null || group === null || share === 0) return [];
  const { cause, sigma } = siliconFactor(isLogic ? (LOGIC_GROUPS[group] ?? group) : group);
  return [sharedCause(`silicon over library: ${cause}`, sigma * share)];
}

/** Groups of measured prices to which a memory in registers belongs. */
const LOGIC_GROUPS: { readonly [group: string]: SiliconGroup } = {
  ...{ sram_area: "logic_area", sram_energy: "logic_energy", sram_leakage: "logic_leakage" },
};

const priceGroup = (price: string): SiliconGroup | null => (Object.hasOwn(PRICE_GROUPS, price) ? PRICE_GROUPS[price as PriceName] : null);
