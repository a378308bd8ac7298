/** Groups of prices with a common error against silicon, and the group of each price of the component library. */
import type { PriceName } from "./price-names.js";

/**
 * Bases of the library's prices: `library` is its component models as they are, `silicon` is these times measured
 * factors.
 */
export const PRICE_BASES = ["silicon", "library"] as const;
export type PriceBasis = (typeof PRICE_BASES)[number];

export const SILICON_GROUPS = [
  "sram_area",
  "sram_energy",
  "sram_leakage",
  "logic_area",
  "logic_energy",
  "logic_leakage",
  "clock",
  "noc_energy",
] as const;
export type SiliconGroup = (typeof SILICON_GROUPS)[number];

/** A factor from library to silicon. */
interface GroupFactor {
  readonly factor: number;
  /** Number of measured chips behind it. */
  readonly n: number;
  /** The family of cells for which none was measured, so that the factor is 1; null: measured. */
  readonly unmeasured: string | null;
}
export type SiliconFactors = { readonly [group in SiliconGroup]: GroupFactor };

/**
 * null: prices of a device outside the chip, or of pads, for which a chip's factor means nothing. The type forces an
 * entry for every new price.
 */
export const PRICE_GROUPS: { readonly [name in PriceName]: SiliconGroup | null } = {
  synapse_memory_read_pj: "sram_energy",
  synapse_memory_clock_pj_per_cycle: "clock",
  synapse_memory_leakage_mw: "sram_leakage",
  synapse_memory_area_mm2: "sram_area",
  state_memory_read_pj: "sram_energy",
  state_memory_write_pj: "sram_energy",
  state_memory_clock_pj_per_cycle: "clock",
  state_memory_leakage_mw: "sram_leakage",
  state_memory_area_mm2: "sram_area",
  parameter_memory_read_pj: "sram_energy",
  parameter_memory_clock_pj_per_cycle: "clock",
  parameter_memory_leakage_mw: "sram_leakage",
  parameter_memory_area_mm2: "sram_area",
  input_queue_push_pj: "logic_energy",
  input_queue_pop_pj: "logic_energy",
  output_queue_push_pj: "logic_energy",
  output_queue_pop_pj: "logic_energy",
  queue_clock_pj_per_cycle: "clock",
  queue_leakage_mw: "logic_leakage",
  queue_area_mm2: "logic_area",
  prefetch_buffer_bit_pj: "logic_energy",
  write_queue_push_pj: "logic_energy",
  write_queue_clock_pj_per_cycle: "clock",
  write_queue_leakage_mw: "logic_leakage",
  write_queue_area_mm2: "logic_area",
  axon_table_read_pj: "sram_energy",
  axon_table_leakage_mw: "sram_leakage",
  axon_table_area_mm2: "sram_area",
  route_table_read_pj: "sram_energy",
  route_table_leakage_mw: "sram_leakage",
  route_table_area_mm2: "sram_area",
  frame_buffer_read_pj: "sram_energy",
  frame_buffer_write_pj: "sram_energy",
  frame_buffer_clock_pj_per_cycle: "clock",
  frame_buffer_leakage_mw: "sram_leakage",
  frame_buffer_area_mm2: "sram_area",
  dram_bit_pj: null,
  dram_background_mw: null,
  synaptic_mac_pj: "logic_energy",
  synaptic_add_pj: "logic_energy",
  requantisation_pj: "logic_energy",
  element_multiply_pj: "logic_energy",
  element_add_pj: "logic_energy",
  lut_read_pj: "sram_energy",
  datapath_leakage_mw: "logic_leakage",
  datapath_area_mm2: "logic_area",
  control_pj_per_cycle: "logic_energy",
  control_leakage_mw: "logic_leakage",
  control_area_mm2: "logic_area",
  decoder_pj: "logic_energy",
  decoder_clock_pj_per_cycle: "clock",
  decoder_leakage_mw: "logic_leakage",
  decoder_area_mm2: "logic_area",
  address_generator_pj: "logic_energy",
  address_generator_clock_pj_per_cycle: "clock",
  address_generator_leakage_mw: "logic_leakage",
  address_generator_area_mm2: "logic_area",
  configuration_clock_pj_per_cycle: "clock",
  configuration_leakage_mw: "logic_leakage",
  configuration_area_mm2: "logic_area",
  synapse_wire_pj: "logic_energy",
  state_wire_pj: "logic_energy",
  core_clock_pj_per_cycle: "clock",
  router_buffer_write_pj: "noc_energy",
  router_buffer_read_pj: "noc_energy",
  router_crossbar_pj: "noc_energy",
  router_vc_allocation_pj: "noc_energy",
  router_switch_allocation_pj: "noc_energy",
  router_clock_pj_per_cycle: "clock",
  router_leakage_mw: "logic_leakage",
  router_area_mm2: "logic_area",
  link_flit_pj: "noc_energy",
  link_leakage_mw: "logic_leakage",
  link_area_mm2: "logic_area",
  tree_link_flit_pj: "noc_energy",
  tree_link_leakage_mw: "logic_leakage",
  tree_link_area_mm2: "logic_area",
  die_link_bit_pj: null,
  die_link_leakage_mw: null,
  die_link_area_mm2: null,
  port_bit_pj: null,
  port_queue_push_pj: "logic_energy",
  port_queue_pop_pj: "logic_energy",
  port_queue_clock_pj_per_cycle: "clock",
  port_queue_leakage_mw: "logic_leakage",
  port_queue_area_mm2: "logic_area",
  port_link_area_mm2: null,
};

/** Group of the part of a price that is SRAM. */
export const SRAM_GROUP: { readonly [group in SiliconGroup]: SiliconGroup } = {
  sram_area: "sram_area",
  sram_energy: "sram_energy",
  sram_leakage: "sram_leakage",
  logic_area: "sram_area",
  logic_energy: "sram_energy",
  logic_leakage: "sram_leakage",
  clock: "clock",
  noc_energy: "sram_energy",
};

/** Group of the part of a price that is logic: a memory of registers is. */
const LOGIC_GROUP: { readonly [group in SiliconGroup]?: SiliconGroup } = {
  sram_area: "logic_area",
  sram_energy: "logic_energy",
  sram_leakage: "logic_leakage",
};

/** Group of a part of a price; null: the price has no factor, or is none of the library. */
export function partGroup(price: string, part: "sram" | "logic"): SiliconGroup | null {
  const group = Object.hasOwn(PRICE_GROUPS, price) ? PRICE_GROUPS[price as PriceName] : null;
  if (group === null) return null;
  return part === "sram" ? SRAM_GROUP[group] : (LOGIC_GROUP[group] ?? group);
}
