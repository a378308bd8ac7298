/**
 * Which parts of a core leak and when, and which clocks it has beside its clock tree. Three accounts read these tables:
 * that of a run (`energy.ts`), of the time between inferences (`rest.ts`), and by layer (`observe/layer-energy.ts`).
 */
import { axonTablePrices, type Chip, type Core, type CorePrices, type Price, routeTablePrices } from "../arch/index.js";

/** A part of a core that leaks, and its line in a breakdown. */
interface LeakingPart {
  readonly component: string;
  /** Logic leaks while it is on; a part that holds content also leaks to keep it (`activity.ts`). */
  readonly leaks: "logic" | "memory";
  /** By what the populations of a core share its leakage: their work, or the words that they occupy in a memory. */
  readonly sharedBy: "work" | "synapses" | "states";
  /** False: it has no line if it takes no energy. */
  readonly always: boolean;
  /** mW of the part in a core; null: the core does not have it. */
  readonly priceOf: (chip: Chip, core: Core, prices: CorePrices) => Price | null;
}

function part(
  component: string,
  price: keyof CorePrices,
  leaks: LeakingPart["leaks"],
  sharedBy: LeakingPart["sharedBy"],
  always: boolean,
): LeakingPart {
  return { component, leaks, sharedBy, always, priceOf: (_chip, _core, prices) => prices[price] };
}

/** In the order of their lines. */
export const CORE_LEAKAGE: readonly LeakingPart[] = [
  part("synapse memory leakage", "synapse_memory_leakage_mw", "memory", "synapses", true),
  part("state memory leakage", "state_memory_leakage_mw", "memory", "states", true),
  part("parameter memory leakage", "parameter_memory_leakage_mw", "memory", "states", false),
  part("queue leakage", "queue_leakage_mw", "logic", "work", true),
  part("control leakage", "control_leakage_mw", "logic", "work", true),
  part("decoder leakage", "decoder_leakage_mw", "logic", "work", false),
  part("address generator leakage", "address_generator_leakage_mw", "logic", "work", false),
  part("configuration leakage", "configuration_leakage_mw", "memory", "work", false), // registers, which hold content
  part("write queue leakage", "write_queue_leakage_mw", "logic", "work", true),
  part("datapath leakage", "datapath_leakage_mw", "logic", "work", true),
];

const table = { leaks: "memory", sharedBy: "synapses", always: true } as const;

/** Tables of a core that have a size. */
export const TABLE_LEAKAGE: readonly LeakingPart[] = [
  {
    ...{ component: "axon table leakage", ...table },
    priceOf: (chip, core) => axonTablePrices(chip, core)?.axon_table_leakage_mw ?? null,
  },
  {
    ...{ component: "route table leakage", ...table },
    priceOf: (chip, core) => routeTablePrices(chip, core)?.route_table_leakage_mw ?? null,
  },
];

/** Clocks of memories that are not SRAM, of configuration registers, and of queues. */
export const MEMORY_CLOCKS = [
  { component: "synapse memory clock", price: "synapse_memory_clock_pj_per_cycle" },
  { component: "state memory clock", price: "state_memory_clock_pj_per_cycle" },
  { component: "parameter memory clock", price: "parameter_memory_clock_pj_per_cycle" },
  { component: "decoder clock", price: "decoder_clock_pj_per_cycle" },
  { component: "address generator clock", price: "address_generator_clock_pj_per_cycle" },
  { component: "configuration clock", price: "configuration_clock_pj_per_cycle" },
  { component: "queue clock", price: "queue_clock_pj_per_cycle" },
  { component: "write queue clock", price: "write_queue_clock_pj_per_cycle" },
] as const;
