/**
 * What parts count: integers, without prices. The names are the columns of a flat array, one row per core or router.
 */

/** One core's counters. Cycle counters of one unit (busy + stalls + idle) sum to the run's cycles. */
export const CORE_COUNTERS = [
  "synapse_reads", // words read from the synapse memory
  "state_reads", // words read from the state memory, for updates and for accumulation
  "state_writes",
  "input_queue_pushes",
  "input_queue_pops",
  "output_queue_pushes",
  "output_queue_pops",
  "synaptic_macs", // weight × payload, |payload| > 1
  "synaptic_adds", // payload ±1
  "element_multiplies",
  "element_adds",
  "lut_reads",
  "neuron_updates",
  "spikes_sent", // spikes fired by neurons of this core, and its partial sums for neurons whose fan-in is cut
  "packets_sent", // packets injected: one per destination core, or one per multicast tree
  "spikes_received",
  "synapse_busy_cycles", // the accumulate unit issues a group
  "synapse_overhead_cycles", // axon look-up and pipeline drain
  "synapse_stall_state_cycles", // waits for a state-memory port or bank
  "synapse_stall_memory_cycles", // waits for a synapse-memory bank
  "synapse_idle_cycles",
  "soma_busy_cycles",
  "soma_stall_state_cycles",
  "soma_stall_output_cycles", // output queue full: back-pressure of the network
  "soma_idle_cycles",
  "dram_bits", // bits read for spilled rows, in whole bursts
  "synapse_stall_dram_cycles", // waits for spilled rows
  "dram_state_bits", // bits of spilled states, out and in, in whole bursts
  "soma_stall_dram_cycles", // waits for spilled states
  "synapse_rereads", // words read again while the accumulate unit waits for the state memory
  "state_rereads", // words of the state memory read again while the unit that holds them waits
  "requantisations", // those element multiplications that multiply a whole accumulator
  "decoded_weights", // synaptic operations whose targets are coded as a bitmap or as run lengths
  "generated_addresses", // targets of rows that are not dense: an address generator finds their weights
  "parameter_memory_reads", // rows read: one per update of a neuron that has parameters
  "active_cycles", // a unit works or waits: of each utterance the sum of both units, at most all cycles
  "resting_cycles", // all other cycles of a core that holds neurons
] as const;
export type CoreCounter = (typeof CORE_COUNTERS)[number];

/** One router's counters. */
export const ROUTER_COUNTERS = [
  "buffer_writes",
  "buffer_reads",
  "crossbar_flits",
  "vc_allocations",
  "switch_allocations",
  "stall_credit_cycles", // VC-cycles waiting for a credit
  "stall_vc_cycles", // VC-cycles waiting for an output VC
  "stall_switch_cycles", // VC-cycles that lost switch allocation
  "awake_cycles", // cycles in which the router had work
] as const;
export type RouterCounter = (typeof ROUTER_COUNTERS)[number];

/** Counts of the port. */
export interface PortCounters {
  /** Spikes of the populations behind the port. */
  readonly events: number;
  /** One per destination core of a spike, or one per multicast tree. */
  readonly packets: number;
  /** Bits over the host link. */
  readonly bits: number;
  /** Cycles in which a packet passes the host link. */
  readonly busyCycles: number;
  /** Cycles in which a packet waits for space in the port's queue: back-pressure of the network. */
  readonly stallCycles: number;
}

/** All counts of a timing run over `utterances` utterances. */
export interface Counters {
  readonly cycles: number;
  readonly utterances: number;
  readonly steps: number;
  /** Counts of [cores][CORE_COUNTERS.length], row-major. */
  readonly cores: Float64Array;
  /** Counts of [routers][ROUTER_COUNTERS.length], row-major. */
  readonly routers: Float64Array;
  /** Flits sent, by [routers][output ports]; a mesh's ports: E, W, N, S, then the tile's cores. */
  readonly links: Float64Array;
  readonly portsPerRouter: number;
  readonly packets: number;
  readonly flits: number;
  /** Routers passed, summed over flits. */
  readonly flitHops: number;
  /** Cycles spent in barriers. */
  readonly barrierCycles: number;
  /** null: the chip has no port. */
  readonly port: PortCounters | null;
}

/** Column of a core counter. */
export const coreColumn = Object.fromEntries(CORE_COUNTERS.map((name, i) => [name, i])) as { readonly [name in CoreCounter]: number };
/** Column of a router counter. */
export const routerColumn = Object.fromEntries(ROUTER_COUNTERS.map((name, i) => [name, i])) as { readonly [name in RouterCounter]: number };

/** Sum of a counter over all cores. */
export function coreSum(counters: Counters, name: CoreCounter): number {
  let sum = 0;
  for (let at = coreColumn[name]; at < counters.cores.length; at += CORE_COUNTERS.length) sum += counters.cores[at];
  return sum;
}
