/** Work of a core in a full wave, as the analytical model expects it: what is summed over cores, and what is not. */

/** Mean work of a core in a full wave. */
export interface Load {
  readonly cores: number;
  readonly soma: number;
  /** Synapse unit: cycles of issuing, and of waiting for look-ups and first weights. */
  readonly issue: number;
  readonly overhead: number;
  readonly latency: number;
  readonly groups: number;
  /** Cycles of the longest row (not a mean). */
  readonly lastRow: number;
  readonly events: number;
  /** Packets that a core sends, except to itself; and their flits. */
  readonly packets: number;
  readonly flits: number;
  /** Cores that these packets reach, each counted. */
  readonly copies: number;
  /** Flits of the core that sends most in a step; its mean exceeds the mean of the cores. */
  readonly mostFlits: number;
  /** Step packets among the packets, and flits of one; the port sends one to each core. */
  readonly stepPackets: number;
  readonly stepFlits: number;
  readonly synapseWords: number;
  /** Bits read from DRAM, and cycles for which the synapse unit waits for them. */
  readonly dramBits: number;
  readonly dramWait: number;
  /** For states in DRAM: bits in both directions, and cycles for which the soma waits for them. */
  readonly dramStateBits: number;
  readonly somaDramWait: number;
  readonly accumulatorWords: number;
  readonly somaWords: number;
  readonly batches: number;
  readonly neurons: number;
  readonly spikes: number;
  readonly macs: number;
  readonly adds: number;
  readonly decoded: number;
  readonly generated: number;
  readonly requantises: number;
  readonly parameterReads: number;
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
  /** The port's load, which is no mean. */
  readonly port: PortLoad;
}

/**
 * Load of all spikes that enter by the port: spikes, packets, their flits and receivers, bits and cycles of the host
 * link.
 */
export interface PortLoad {
  readonly events: number;
  readonly packets: number;
  readonly flits: number;
  readonly copies: number;
  readonly bits: number;
  readonly busyCycles: number;
  /** Cycles of the host link for the first packet. */
  readonly firstCycles: number;
}

/** Fields of a load that are sums over the cores in use, and finally divided by their number. */
export const MEANS = [
  "soma",
  "issue",
  "overhead",
  "latency",
  "groups",
  "events",
  "packets",
  "flits",
  "copies",
  "synapseWords",
  "dramBits",
  "dramWait",
  "dramStateBits",
  "somaDramWait",
  "accumulatorWords",
  "somaWords",
  "batches",
  "neurons",
  "spikes",
  "macs",
  "adds",
  "decoded",
  "generated",
  "requantises",
  "parameterReads",
  "multiplies",
  "additions",
  "lutReads",
] as const satisfies readonly (keyof Load)[];

/** The load of cores without work. */
export const NO_LOAD: Load = {
  ...{ cores: 0, soma: 0, issue: 0, overhead: 0, latency: 0, groups: 0, lastRow: 0, events: 0 },
  ...{ packets: 0, flits: 0, copies: 0, mostFlits: 0, stepPackets: 0, stepFlits: 0 },
  ...{ synapseWords: 0, dramBits: 0, dramWait: 0, dramStateBits: 0, somaDramWait: 0, accumulatorWords: 0, somaWords: 0 },
  ...{ batches: 0, neurons: 0, spikes: 0, macs: 0, adds: 0, decoded: 0, generated: 0 },
  ...{ requantises: 0, parameterReads: 0, multiplies: 0, additions: 0, lutReads: 0 },
  port: { events: 0, packets: 0, flits: 0, copies: 0, bits: 0, busyCycles: 0, firstCycles: 0 },
};
