/** Result of one design point: metrics by name, the breakdown behind them, and details that explain them. */

import type { FpgaErrors, LaneCounts, NeurobenchMetrics, OperationTotals } from "../arch/index.js";

/**
 * Every metric: name with its unit last, direction, description. Objectives, constraints and exports use these names.
 */
export const METRICS = {
  accuracy_percent: { unit: "%", direction: "max", about: "correct utterances (or frames) of the integer network on the workload" },
  energy_uj_per_inference: {
    unit: "uJ",
    direction: "min",
    about: "dynamic + clock + leakage energy of one utterance, or of its workload.period_ms, mean over the timed utterances",
  },
  latency_us: { unit: "us", direction: "min", about: "first input frame to last readout of one utterance, mean over the timed utterances" },
  latency_cycles: { unit: "cycles", direction: "min", about: "latency in clock cycles" },
  step_latency_us: { unit: "us", direction: "min", about: "mean duration of one wave (one network timestep on the chip)" },
  throughput_per_s: {
    unit: "1/s",
    direction: "max",
    about: "utterances per second in steady state, one after the other without a pause",
  },
  area_mm2: { unit: "mm2", direction: "min", about: "area of memories, datapaths, queues and routers by the component library" },
  power_mw: { unit: "mW", direction: "min", about: "mean power while running, or over workload.period_ms" },
  edp_nj_s: { unit: "nJ s", direction: "min", about: "energy per inference times its latency (energy-delay product)" },
  energy_std_uj: { unit: "uJ", direction: "min", about: "standard deviation of energy over the timed utterances" },
  latency_std_us: { unit: "us", direction: "min", about: "standard deviation of latency over the timed utterances" },
  synaptic_operations_per_inference: {
    unit: "1",
    direction: "min",
    about: "synaptic operations of one utterance (MAC + AC), mean over the workload",
  },
  multiplications_per_frame: {
    unit: "1",
    direction: "min",
    about:
      "synaptic operations (each non-zero spike meets each weight once, payloads of +-1 included) and element-wise multiplications per frame",
  },
  energy_pj_per_synaptic_operation: { unit: "pJ", direction: "min", about: "total energy per synaptic operation" },
  core_utilisation_percent: { unit: "%", direction: "max", about: "busy share of a core's busier unit, mean over the used cores" },
  peak_link_utilisation_percent: { unit: "%", direction: "min", about: "share of the cycles in which the busiest link carries a flit" },
  // New metrics are added at the end, so that rows stored before keep their checksums.
  events_processed: { unit: "1", direction: "max", about: "spikes or packets that cores received, per inference" },
  events_dropped: {
    unit: "1",
    direction: "min",
    about: "events lost to full or cleared queues and cleared memories, per inference; 0 where queues stall",
  },
  spikes_fired: { unit: "1", direction: "min", about: "spikes of the chip's neurons, per inference" },
  fpga_luts: {
    unit: "1",
    direction: "min",
    about: "look-up tables of the FPGA that the chip takes, for logic, carries and small memories",
  },
  fpga_flip_flops: { unit: "1", direction: "min", about: "flip-flops of the FPGA that the chip takes" },
  fpga_block_rams: { unit: "1", direction: "min", about: "block RAMs of 18 kbit of the FPGA that the chip takes" },
  fpga_dsps: { unit: "1", direction: "min", about: "multipliers of the FPGA that the chip takes" },
  fpga_utilisation_percent: {
    unit: "%",
    direction: "min",
    about: "largest of the used shares of the FPGA's look-up tables, flip-flops, block RAMs and multipliers",
  },
} as const;
export type MetricName = keyof typeof METRICS;

/** Metrics that the functional run alone decides: all chips that share it have the same values. */
export const FUNCTIONAL_METRICS: ReadonlySet<string> = new Set<MetricName>([
  "accuracy_percent",
  "synaptic_operations_per_inference",
  "multiplications_per_frame",
]);

/** Metrics of a chip on an FPGA; unknown for silicon. */
export const FPGA_METRICS = ["fpga_luts", "fpga_flip_flops", "fpga_block_rams", "fpga_dsps", "fpga_utilisation_percent"] as const;
/** Metrics that are unknown for an FPGA, or known only if the description prices all of its work. */
export const PRICED_METRICS = [
  ...["energy_uj_per_inference", "power_mw", "edp_nj_s", "energy_std_uj", "energy_pj_per_synaptic_operation", "area_mm2"],
] as readonly MetricName[];

/** One line of the energy and area breakdown. Unknown is null, never 0. */
export interface BreakdownRow {
  /** E.g. `synapse memory reads`, `router buffers`, `core leakage`. */
  readonly component: string;
  readonly group: "memory" | "datapath" | "queue" | "noc" | "clock" | "leakage" | "area";
  /** Actions per inference (mean); null for leakage and area rows. */
  readonly count: number | null;
  /** pJ per action; null where energy is power x time. */
  readonly unitEnergyPj: number | null;
  /** pJ per inference; null where unknown, 0 only where truly none. */
  readonly energyPj: number | null;
  readonly areaMm2: number | null;
  /** Where the price comes from. */
  readonly source: string;
}

/** Operation counts of the functional run, totals over the workload. */
export interface OperationCounts extends OperationTotals {
  readonly accumulatorOverflows: number;
  readonly stateSaturations: number;
  /**
   * The same run by NeuroBench's rules; null if no network of neurons and connections was run (chips whose time decides
   * their function).
   */
  readonly neurobench: NeurobenchMetrics | null;
}

/** Complete result of one point. Plain data: workers send it, and databases store it. */
export interface Result {
  /** Values by name (docs/metrics.md has their units); null: unknown. */
  readonly metrics: { readonly [name in MetricName]: number | null };
  /** Energy, leakage and area by component, each with its source. */
  readonly breakdown: readonly BreakdownRow[];
  /** Counts of the network's operations. */
  readonly operations: OperationCounts;
  /** Shares of all cycles in which the units of each core are busy, 0 to 1, and the load of each link. */
  readonly utilisation: {
    readonly cores: readonly {
      readonly core: number;
      readonly populations: readonly string[];
      readonly neurons: number;
      readonly synapseBusy: number;
      readonly somaBusy: number;
    }[];
    readonly links: readonly { readonly router: number; readonly port: string; readonly flitsPerCycle: number }[];
  };
  /** What the result was computed from. */
  readonly provenance: {
    readonly modelHash: string;
    readonly dataHash: string;
    readonly traceKey: string;
    readonly utterances: number;
    /**
     * The number of independent samples that tell as much of the accuracy: fewer than the utterances if some have no
     * class, more if their frames are scored. Left out if it is the number of utterances, and by older versions.
     */
    readonly independentSamples?: number | undefined;
    readonly timedUtterances: readonly number[];
    /**
     * [timed utterances] of which the metrics are means, if there are several: with them, two points are compared
     * utterance by utterance. Left out if unknown: in results of an older version, and of a chip without prices.
     */
    readonly timedLatencyCycles?: readonly number[] | undefined;
    /** The same in pJ, to seven digits. */
    readonly timedEnergyPj?: readonly number[] | undefined;
    /** Network steps of each. Left out if all have as many, and by older versions. */
    readonly timedSteps?: readonly number[] | undefined;
    /**
     * Errors of the laws behind an FPGA's resources, which depend on the network that the chip is built for. Left out
     * on silicon, and by older versions.
     */
    readonly lawErrors?: FpgaErrors | undefined;
    /**
     * Lanes that are built, of each kind of core (`unlikeCores`): errors of prices go by them, and the network decides
     * them. Left out by older versions, whose errors go by the description's lanes.
     */
    readonly laneCounts?: readonly LaneCounts[] | undefined;
  };
}
