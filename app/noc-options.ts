/** What can be said of a network alone and of its load, by name. Light: a command line reads it at every start. */
import type { TrafficPattern } from "../sim/noc/index.js";

export { TRAFFIC_PATTERNS, type TrafficPattern } from "../sim/noc/index.js";

/** Short names of what a description says of its network. Bounds and meaning: the schema. */
export const NETWORK_PATHS = {
  topology: "noc.topology",
  routing: "noc.routing",
  treeArity: "noc.tree.arity",
  treeLevels: "noc.tree.levels",
  treeLink: "noc.tree.link_cycles",
  vcs: "noc.virtual_channels",
  vcBuffer: "noc.vc_buffer_flits",
  allocator: "noc.allocator",
  routingDelay: "noc.routing_delay_cycles",
  vcAllocDelay: "noc.vc_allocation_delay_cycles",
  swAllocDelay: "noc.switch_allocation_delay_cycles",
  stFinalDelay: "noc.switch_traversal_delay_cycles",
  creditDelay: "noc.credit_delay_cycles",
  link: "noc.link_cycles",
} as const;

/** What a network is offered. */
export interface NocTraffic {
  /** Where packets go. */
  readonly traffic: TrafficPattern;
  /** Flits per packet. */
  readonly packetFlits: number;
  /** Cycles before the first that is measured. */
  readonly warmupCycles: number;
  /** Cycles in which packets are injected that are measured. */
  readonly measureCycles: number;
  /** Of sources, destinations and times. */
  readonly seed: number;
  /** Independent runs per rate, averaged. */
  readonly replications: number;
}

export const DEFAULT_TRAFFIC: NocTraffic = {
  traffic: "uniform",
  packetFlits: 1,
  warmupCycles: 7500,
  measureCycles: 7500,
  seed: 1,
  replications: 4,
};
