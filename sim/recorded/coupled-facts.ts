/**
 * What a run on any coupled chip comes to: cycles, spikes, events handled and lost, synaptic operations, busy shares of its cores.
 * Counts only; null where the model has no such thing.
 */
import type { OdinChip, RancChip, SnnDseChip, TinyOdinChip } from "../../arch/index.js";
import type { AerReport } from "./aer-harness.js";
import { RANC_PORTS, type RancRun, type RancStimulus } from "./ranc.js";
import type { SnnDseRun, SnnDseStimulus } from "./snn-dse.js";

export interface CoupledFacts {
  /** Cycles until all work is done; null: the limit came first. */
  readonly latencyCycles: number | null;
  /** Cycles simulated. */
  readonly cycles: number;
  readonly spikes: number | null;
  /** Words taken from the event queue; packets delivered; spikes given to the accumulators. */
  readonly eventsProcessed: number | null;
  /** Events refused by a full queue or lost to a memory that was being cleared. */
  readonly eventsDropped: number | null;
  /** Weights met by an event, zero ones included. */
  readonly synapticOperations: number | null;
  /** Global ticks given. */
  readonly ticks: number | null;
  /** Busy shares of the simulated cycles. */
  readonly cores: readonly { readonly core: number; readonly neurons: number; readonly synapseBusy: number; readonly somaBusy: number }[];
  /** Packets a simulated cycle on each way out of a router, to its core too; empty for chips of one core. */
  readonly links: readonly { readonly router: number; readonly port: string; readonly flitsPerCycle: number }[];
}

/** States in which ODIN's controller works on synapses; TREF visits neurons only. */
const SYNAPSE_STATES = ["POP_NEUR", "POP_VIRT", "SYNAPSE", "BIST"] as const;

/** A spike event meets one weight a swept neuron, a single-synapse event one. */
export function aerFacts(chip: TinyOdinChip | OdinChip, run: AerReport): CoupledFacts {
  const { summary, totalCycles: cycles } = run;
  const of = (name: string): number => Number(summary[name]);
  const states = summary.state_cycles as { readonly [state: string]: number };
  const share = (names: readonly string[]): number => names.reduce((sum, name) => sum + (states[name] ?? 0), 0) / Math.max(cycles, 1);
  let synapticOperations = 0;
  for (const row of run.operations.split("\n")) {
    const operation = row.split(",")[2];
    if (operation === "POP_NEUR") synapticOperations += chip.neurons;
    else if (operation === "SYNAPSE") synapticOperations++;
  }
  return {
    latencyCycles: summary.quiescent === true ? cycles : null,
    cycles,
    spikes: of("spikes"),
    eventsProcessed: of("fifo_pops"),
    eventsDropped: of("fifo_push_dropped"),
    synapticOperations,
    ticks: null,
    cores: [{ core: 0, neurons: chip.neurons, synapseBusy: share(SYNAPSE_STATES), somaBusy: share(["TREF"]) }],
    links: [],
  };
}

/** A neuron takes one cycle an axon for its synapses, and the rest of its visit (write, stalls, check) for itself. */
export function rancFacts(chip: RancChip, stimulus: RancStimulus, run: RancRun): CoupledFacts {
  const cycles = stimulus.limitCycles;
  const totals = run.summary.totals as { readonly [name: string]: number };
  const live = run.cores.flatMap((core, at) => (core === null ? [] : [{ core, at }]));
  const isDone = run.inFlight === 0 && live.every(({ core }) => core.busyCyclesUntil(cycles + 1) === core.busyCyclesUntil(cycles));
  return {
    latencyCycles: isDone ? Number(run.summary.last_event_cycle) + 1 : null,
    cycles,
    spikes: totals.spikes,
    eventsProcessed: totals.sched_writes + run.outputs,
    eventsDropped: totals.sched_drops + run.refused,
    synapticOperations: totals.synaptic_ops,
    ticks: stimulus.ticks.filter((cycle) => cycle < cycles).length,
    links: rancLinks(chip, run, cycles),
    cores: live.map(({ core, at }) => {
      const synapse = core.counters().csram_writes * chip.axons;
      const [synapseBusy, somaBusy] = [synapse, core.busyCyclesUntil(cycles) - synapse].map((busy) => busy / Math.max(cycles, 1));
      return { core: at, neurons: chip.neurons, synapseBusy, somaBusy };
    }),
  };
}

/** Ways that lead somewhere: to a neighbour, and to the core or the output. */
function rancLinks({ grid }: RancChip, { departed }: RancRun, cycles: number): CoupledFacts["links"] {
  const { width, height } = grid;
  const leads = (x: number, y: number): readonly boolean[] => [x < width - 1, x > 0, y < height - 1, y > 0, true];
  return Array.from({ length: width * height }, (_, router) => router).flatMap((router) => {
    const open = leads(router % width, Math.floor(router / width));
    return RANC_PORTS.flatMap((port, k) => {
      if (open[k] !== true) return [];
      const packets = departed[router * RANC_PORTS.length + k];
      return [{ router, port: port === "core" ? `core ${router}` : port, flitsPerCycle: packets / Math.max(cycles, 1) }];
    });
  });
}

/** The controller issues a spike to one group of lanes at a time, and never the last of a step. */
export function snnDseFacts(chip: SnnDseChip, stimulus: SnnDseStimulus, run: SnnDseRun): CoupledFacts {
  const cycles = run.doneCycle + 1;
  const issued = Number(run.summary.accum_cycles);
  const groups = Math.floor(chip.layer_neurons / chip.lanes) + 1;
  const given = groups * stimulus.spikes.reduce((sum, step) => sum + step.length, 0);
  return {
    latencyCycles: cycles,
    cycles,
    spikes: null,
    eventsProcessed: issued,
    eventsDropped: given - issued,
    synapticOperations: issued * chip.lanes,
    ticks: null,
    cores: [{ core: 0, neurons: chip.layer_neurons, synapseBusy: issued / cycles, somaBusy: Number(run.summary.activ_cycles) / cycles }],
    links: [],
  };
}
