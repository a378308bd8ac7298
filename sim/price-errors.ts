/**
 * Errors of the prices behind a breakdown, by cause: which macros share an error, and which have an error of their own.
 *
 * A cause multiplies its lines by exp(z × its size), z standard normal. One z holds for all lines and chips that name
 * the cause. So an error that two chips share does not change their order, and an error of a single macro can.
 * Sizes and their sources: `error-causes.ts`.
 *
 * A price of the description has the error that the description states, or none. So does a memory of the user's own
 * macros, by macro or by table. A line of unlike memories has the errors of its parts, each by its share of the cost
 * (`line-parts.ts`). Other lines that several tables price count as one of them: a datapath's area and leakage as
 * logic, a deep queue as flip-flops.
 */
import {
  type Chip,
  type Core,
  coreCounts,
  factorErrors,
  type LaneCounts,
  partGroup,
  type SramQuantity,
  type Technology,
} from "../arch/index.js";
import {
  controlCauses,
  cornerCauses,
  type ErrorCause,
  generatorCauses,
  LOGIC,
  macroCauses,
  ownCause,
  ownMacroCauses,
  routerSizeCauses,
  tableCause,
} from "./error-causes.js";
import { cornerOf, type LinePart, lineParts } from "./line-parts.js";
import { linePrice } from "./price-lines.js";

/** Errors by the component of a breakdown's line. */
export interface LineErrors {
  /** Undefined if the line has no causes. */
  readonly get: (component: string) => readonly ErrorCause[] | undefined;
  /** Share of the line, 0 to 1, whose prices state no error. */
  readonly exactShare: (component: string) => number;
}

/**
 * The causes behind each line of a chip's breakdown. `built`: lanes of each kind of core (`unlikeCores`); undefined: as
 * described.
 */
export function priceErrors(chip: Chip, built?: readonly LaneCounts[]): LineErrors {
  const cores = coreCounts(chip).map(({ core, count }, k): BuiltCore => ({ ...core, count, addressLanes: core.lanes, ...built?.[k] }));
  const known = new Map<string, LineError>();
  const of = (component: string): LineError => {
    const found = known.get(component) ?? errorOf({ chip, cores }, linePrice(component));
    known.set(component, found);
    return found;
  };
  return { get: (component) => of(component).causes, exactShare: (component) => of(component).exactShare };
}

type BuiltCore = Core & LaneCounts & { readonly count: number };

/** A chip, and its kinds of cores as they are built. */
interface BuiltChip {
  readonly chip: Chip;
  readonly cores: readonly BuiltCore[];
}

interface LineError {
  readonly causes: readonly ErrorCause[] | undefined;
  readonly exactShare: number;
}

const EXACT: LineError = { causes: undefined, exactShare: 1 };
const by = (...causes: readonly ErrorCause[]): LineError => ({ causes, exactShare: 0 });

function errorOf(made: BuiltChip, price: string | null): LineError {
  if (price === null) return EXACT;
  const { chip } = made;
  const own = chip.priceOverrides[price];
  if (own !== undefined) return own.plusMinusPercent === undefined ? EXACT : by(ownCause(price, own.plusMinusPercent, own.model));
  if (Object.hasOwn(LOGIC.padLink, price)) return by(LOGIC.padLink[price as keyof typeof LOGIC.padLink]);
  if (price === "die_link_leakage_mw") return EXACT;
  if (price.startsWith("dram_")) return price === "dram_bit_pj" ? by(LOGIC.dram) : EXACT;
  const line = lineParts(chip, price);
  if (line === null) return by(...libraryCauses(made, price));
  return ofParts(line.parts.map((part) => ({ cost: part.cost, causes: partCauses(made, price, line.quantity, part.made) })));
}

/** Causes of a line of which no part is SRAM or a user's macro. */
const libraryCauses = ({ chip, cores }: BuiltChip, price: string): readonly ErrorCause[] => [
  ...routerSizeCauses(price, chip.noc),
  ...controlCauses(price, cores),
  ...generatorCauses(price, cores),
  ...logicCauses(chip.technology, price),
  ...siliconCauses(chip, price, "logic"),
];

function partCauses(on: BuiltChip, price: string, quantity: SramQuantity, made: LinePart["made"]): readonly ErrorCause[] {
  const { chip } = on;
  const { technology } = chip;
  const corner = cornerOf(quantity);
  if (made.by === "own") return ownMacroCauses(made.macro, quantity, corner, technology);
  if (made.by === "logic") return libraryCauses(on, price);
  if (made.by === "registers") return [...registerCauses(technology), ...siliconCauses(chip, price, "logic")];
  const laws = [...macroCauses(technology, quantity, made.macro), ...cornerCauses(technology, corner, "sram")];
  return [...laws, ...siliconCauses(chip, price, "sram")];
}

/** Errors of a sum: each part's causes, by the part's share of the cost. */
function ofParts(parts: readonly { readonly cost: number; readonly causes: readonly ErrorCause[] }[]): LineError {
  const total = parts.reduce((sum, { cost }) => sum + cost, 0);
  const sums = new Map<string, ErrorCause>();
  let exactShare = 0;
  for (const { cost, causes } of parts) {
    const share = parts.length === 1 ? 1 : total === 0 ? 0 : cost / total;
    if (causes.length === 0) exactShare += share;
    for (const { name, kind, down, up } of causes) {
      const before = sums.get(name);
      sums.set(name, { name, kind, down: (before?.down ?? 0) + share * down, up: (before?.up ?? 0) + share * up });
    }
  }
  return { causes: [...sums.values()], exactShare };
}

const GENERATOR = "address_generator_";
/** Prices from DSENT's tables of routers; those of queues are its flip-flop buffers, those of wires its links. */
const ROUTERS = /^router_/;
const LINKS = /^(tree_)?link_|_wire_pj$/;
const BUFFERS = /^(input|output|port)_queue_|^prefetch_buffer_/;

function logicCauses(technology: Technology, price: string): readonly ErrorCause[] {
  if (price.startsWith("decoder_")) return [LOGIC.decoder, ...logicCauses(technology, price.slice("decoder_".length))];
  if (price === `${GENERATOR}pj`) return [LOGIC.generator, LOGIC.adder, ...cornerCauses(technology, "energy", "gates")];
  if (price.startsWith(GENERATOR)) return [LOGIC.generator, ...logicCauses(technology, price.slice(GENERATOR.length))];
  if (price === "lut_read_pj") return [tableCause(technology), ...cornerCauses(technology, "energy", "sram")];
  if (price.endsWith("_mm2")) return [LOGIC.area, ...cornerCauses(technology, "area", LINKS.test(price) ? "network" : "logic")];
  if (price.endsWith("_mw")) return [LOGIC.leakage, ...cornerCauses(technology, "leakage", "sram")];
  if (price === "control_pj_per_cycle") return [LOGIC.adder, ...cornerCauses(technology, "energy", "gates")];
  if (price.endsWith("_pj_per_cycle")) return [LOGIC.clock, ...cornerCauses(technology, "energy", "clock")];
  if (/_memory_|_table_|^write_queue_|^frame_buffer_/.test(price)) return registerCauses(technology);
  const network = ROUTERS.test(price) ? LOGIC.router : LINKS.test(price) ? LOGIC.wire : BUFFERS.test(price) ? LOGIC.queue : null;
  if (network !== null) return [network, ...cornerCauses(technology, "energy", "network")];
  return [...arithmeticCauses(price), ...cornerCauses(technology, "energy", "arithmetic")];
}

/** Energies of memories and queues of registers or latches. */
const registerCauses = (technology: Technology): readonly ErrorCause[] => [LOGIC.register, ...cornerCauses(technology, "energy", "logic")];

function arithmeticCauses(price: string): readonly ErrorCause[] {
  if (price.includes("mac")) return LOGIC.multiplyAdd;
  return [/multiply|requantisation/.test(price) ? LOGIC.multiplier : LOGIC.adder];
}

/**
 * Errors of the factor from the library to silicon that measured chips leave: prices measured together err together.
 */
function siliconCauses(chip: Chip, price: string, part: "sram" | "logic"): readonly ErrorCause[] {
  const group = partGroup(price, part);
  if (chip.silicon === null || group === null) return [];
  return factorErrors(group, chip.technology).map(({ name, down, up }) => {
    const full = `silicon over library: ${name}`;
    return { name: full, kind: full, down, up };
  });
}
