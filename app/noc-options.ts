/** Options of a network on chip and of its traffic. Imports little, as the command line loads it at every start. */
import type { MiddleVc, TrafficPattern } from "../sim/noc/index.js";

export { MIDDLE_VCS, type MiddleVc, TRAFFIC_PATTERNS, type TrafficPattern } from "../sim/noc/index.js";

/** Short names of the description's keys of the network on chip. The schema has their bounds and meaning. */
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

/** As in chips. */
export const DEFAULT_MIDDLE_VC: MiddleVc = "upper";

/** The traffic that a network is offered. */
export interface NocTraffic {
  /** Where packets go. */
  readonly traffic: TrafficPattern;
  /** Flits per packet. */
  readonly packetFlits: number;
  /** Cycles before the measurement. */
  readonly warmupCycles: number;
  /** Cycles whose injected packets are measured. */
  readonly measureCycles: number;
  /** Seed of sources, destinations and times. */
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
