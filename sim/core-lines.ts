/** Which price belongs to which counter of a core: one line of the breakdown each. */
import type { Chip, PriceName } from "../arch/index.js";
import { type CoreCounter, type Counters, coreSum } from "./counters.js";
import type { BreakdownRow } from "./result.js";

/** Name of a breakdown line, and of its price. */
export interface Line {
  readonly component: string;
  readonly group: BreakdownRow["group"];
  readonly price: PriceName;
}

/** Work of a core: a counter, minus the counter of the part that has a line of its own (null: no part has). */
interface CoreLine extends Line {
  readonly counter: CoreCounter;
  readonly less: CoreCounter | null;
}

function line(component: string, group: Line["group"], counter: CoreCounter, price: PriceName, less: CoreCounter | null = null): CoreLine {
  return { component, group, counter, less, price };
}

export const CORE_LINES: readonly CoreLine[] = [
  line("synapse memory reads", "memory", "synapse_reads", "synapse_memory_read_pj"),
  line("synapse memory re-reads", "memory", "synapse_rereads", "synapse_memory_read_pj"),
  line("DRAM reads", "memory", "dram_bits", "dram_bit_pj"),
  line("DRAM state transfers", "memory", "dram_state_bits", "dram_bit_pj"),
  line("state memory reads", "memory", "state_reads", "state_memory_read_pj"),
  line("state memory re-reads", "memory", "state_rereads", "state_memory_read_pj"),
  line("state memory writes", "memory", "state_writes", "state_memory_write_pj"),
  line("parameter memory reads", "memory", "parameter_memory_reads", "parameter_memory_read_pj"),
  line("synapse wires", "datapath", "synapse_reads", "synapse_wire_pj"),
  line("state wires, words read", "datapath", "state_reads", "state_wire_pj"),
  line("state wires, words written", "datapath", "state_writes", "state_wire_pj"),
  line("synaptic multiply-accumulates", "datapath", "synaptic_macs", "synaptic_mac_pj"),
  line("synaptic additions", "datapath", "synaptic_adds", "synaptic_add_pj"),
  line("decoded weights", "datapath", "decoded_weights", "decoder_pj"),
  line("generated addresses", "datapath", "generated_addresses", "address_generator_pj"),
  line("requantisations", "datapath", "requantisations", "requantisation_pj"),
  line("element multiplications", "datapath", "element_multiplies", "element_multiply_pj", "requantisations"),
  line("element additions", "datapath", "element_adds", "element_add_pj", "requantisations"),
  line("table reads", "datapath", "lut_reads", "lut_read_pj"),
  line("input queue pushes", "queue", "input_queue_pushes", "input_queue_push_pj"),
  line("input queue pops", "queue", "input_queue_pops", "input_queue_pop_pj"),
  line("output queue pushes", "queue", "output_queue_pushes", "output_queue_push_pj"),
  line("output queue pops", "queue", "output_queue_pops", "output_queue_pop_pj"),
  line("prefetch buffer bits", "queue", "dram_bits", "prefetch_buffer_bit_pj"),
  line("write queue pushes", "queue", "state_writes", "write_queue_push_pj"),
];

/** The lines of the cores' actions that a chip has: those of parts that are not there have no energy, at any price. */
export function coreLinesOf(chip: Chip, counters: Counters): readonly CoreLine[] {
  const happens: { readonly [counter in CoreCounter]?: boolean } = {
    dram_bits: chip.spill !== null,
    synapse_rereads: chip.cores.some(({ synapseMemory }) => synapseMemory.rereadsInStalls),
    state_rereads: chip.cores.some(({ stateMemory }) => stateMemory.rereadsInStalls),
    decoded_weights: coreSum(counters, "decoded_weights") > 0,
    generated_addresses: coreSum(counters, "generated_addresses") > 0,
    dram_state_bits: coreSum(counters, "dram_state_bits") > 0,
  };
  const without = (chip.spill?.prefetchBits ?? 0) > 0 ? "" : "prefetch_buffer_bit_pj";
  return CORE_LINES.filter(({ counter, price }) => (happens[counter] ?? true) && price !== without);
}
