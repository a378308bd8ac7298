/** Names of all prices of the component library, unit last; `prices:` in a description uses these names. */

/** `_pj` per action, `_pj_per_cycle` of clock, `_mw` of leakage per instance, `_mm2` of area per instance. */
export const PRICE_NAMES = [
  "synapse_memory_read_pj", // a word
  "synapse_memory_clock_pj_per_cycle", // of registers and latches
  "synapse_memory_leakage_mw", // a core's memory
  "synapse_memory_area_mm2",
  "state_memory_read_pj",
  "state_memory_write_pj",
  "state_memory_clock_pj_per_cycle",
  "state_memory_leakage_mw",
  "state_memory_area_mm2",
  "parameter_memory_read_pj", // a neuron's row
  "parameter_memory_clock_pj_per_cycle",
  "parameter_memory_leakage_mw", // of all update units of a core
  "parameter_memory_area_mm2",
  "input_queue_push_pj",
  "input_queue_pop_pj",
  "output_queue_push_pj",
  "output_queue_pop_pj",
  "queue_clock_pj_per_cycle",
  "queue_leakage_mw", // all queues of a core
  "queue_area_mm2",
  "prefetch_buffer_bit_pj", // a bit from DRAM, in and out of the buffer
  "write_queue_push_pj", // a word on its way to the state memory, in and out
  "write_queue_clock_pj_per_cycle",
  "write_queue_leakage_mw", // all of a core
  "write_queue_area_mm2",
  "axon_table_read_pj", // an entry; of cores whose tables have a size
  "axon_table_leakage_mw",
  "axon_table_area_mm2",
  "route_table_read_pj",
  "route_table_leakage_mw",
  "route_table_area_mm2",
  "frame_buffer_read_pj", // a feature; of chips with a frame buffer
  "frame_buffer_write_pj",
  "frame_buffer_clock_pj_per_cycle", // of registers and latches
  "frame_buffer_leakage_mw",
  "frame_buffer_area_mm2",
  "dram_bit_pj", // a bit read
  "dram_background_mw", // refresh and standby; the library has none
  "synaptic_mac_pj",
  "synaptic_add_pj",
  "requantisation_pj", // accumulator x multiplier, bias, rounding
  "element_multiply_pj", // state x gate, or x leak
  "element_add_pj",
  "lut_read_pj",
  "datapath_leakage_mw", // a core's lanes, update units and table
  "datapath_area_mm2",
  "control_pj_per_cycle", // sequencers, addresses, grants of a core, while a unit of it works
  "control_leakage_mw",
  "control_area_mm2",
  "decoder_pj", // a weight of a row behind a bitmap or with run lengths
  "decoder_clock_pj_per_cycle",
  "decoder_leakage_mw", // of a core that holds such rows
  "decoder_area_mm2",
  "address_generator_pj", // a target of a row that is not dense
  "address_generator_clock_pj_per_cycle",
  "address_generator_leakage_mw", // of a core with such rows
  "address_generator_area_mm2",
  "configuration_clock_pj_per_cycle", // of a core's configuration registers
  "configuration_leakage_mw",
  "configuration_area_mm2",
  "synapse_wire_pj", // a word from the memory to the lanes
  "state_wire_pj", // a word to the lanes or update units, or back
  "core_clock_pj_per_cycle",
  "router_buffer_write_pj", // a flit
  "router_buffer_read_pj",
  "router_crossbar_pj",
  "router_vc_allocation_pj",
  "router_switch_allocation_pj",
  "router_clock_pj_per_cycle",
  "router_leakage_mw", // a router
  "router_area_mm2",
  "link_flit_pj",
  "link_leakage_mw", // a directed link
  "link_area_mm2",
  "tree_link_flit_pj", // the same of a tree of meshes' longer links
  "tree_link_leakage_mw",
  "tree_link_area_mm2",
  "die_link_bit_pj", // a bit over a link between dies, both of its ends
  "die_link_leakage_mw", // a directed link, its pads at rest; the library has none
  "die_link_area_mm2", // a directed link, a driver on one die's edge and a receiver on the other's
  "port_bit_pj", // a bit over the host link, both of its ends
  "port_queue_push_pj", // of chips whose inputs are behind a port
  "port_queue_pop_pj",
  "port_queue_clock_pj_per_cycle",
  "port_queue_leakage_mw",
  "port_queue_area_mm2",
  "port_link_area_mm2", // the chip's end of the host link
] as const;
export type PriceName = (typeof PRICE_NAMES)[number];
