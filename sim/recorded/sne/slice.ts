/**
 * A slice of SNE, an event-driven convolution engine: clusters of neurons in lock step, one event at a time, in the
 * order of arrival.
 *
 * Order of a word's way: packet router, event queue, insertions and filter, event router, sequencers, clusters, stall
 * unit, mapper, output queues, output merge.
 * Source: github.com/pulp-platform/sne at 92449df7a49f485f331dc785522b82acd33759ae, module evt_engine, and its recorded
 * runs.
 * Not modelled: bus and engine clocks that differ, register bus, streamers, several slices, the online read port,
 * changes of registers during a run.
 */
import type { SneChip } from "../../../arch/index.js";
import { type Kernel, runKernel } from "../event-loop.js";
import { CrossingQueue, CrossingQueues } from "../parts/crossing-queue.js";
import { TraceWriter } from "../trace-writer.js";
import { Clusters } from "./clusters.js";
import { type Box, RefreshInsertion, SpikeFilter, TimeInsertion } from "./event-filters.js";
import { EventRouter, FULLY_CONNECTED, MAPPER, type Receiver } from "./event-router.js";
import { KernelMemory } from "./kernel-memory.js";
import { Mapper } from "./mapper.js";
import { Neuron } from "./neuron.js";
import { OutputMerge } from "./output-merge.js";
import { PacketRouter } from "./packet-router.js";
import type { Sequencer } from "./ports.js";
import { neuronsOf, quarterOf, type SneLayout, type SneStimulus } from "./sne-settings.js";
import { hex8, isSweepOp, OP, opOf } from "./sne-words.js";
import { StallUnit } from "./stall-unit.js";
import { SweepSequencer } from "./sweep-sequencer.js";
import { WeightPort } from "./weight-port.js";
import { WeightsSequencer } from "./weights-sequencer.js";
import { WindowSequencer } from "./window-sequencer.js";

export interface SneRun {
  readonly trace: string;
  readonly operations: string;
  /** Lines `name values` in the order of the recorded runs. */
  readonly summary: ReadonlyMap<string, readonly number[]>;
  /** First cycle from which no work is left; null if the limit came first. */
  readonly quietAt: number | null;
  readonly spikes: number;
  readonly dropped: number;
  /** State writes by spikes. */
  readonly synapticOperations: number;
  /** Cycles of sweeps over all neurons, and of other spike events. */
  readonly sweepCycles: number;
  readonly spikeCycles: number;
}

const TRACE_ORDER = [["IN"], ["KWR"], ["SWR"], ["OUT"]] as const;
const TIME_REGISTER: Receiver = { takesTime: () => true };

/** Runs a slice until its limit; idle time costs nothing. Throws InvariantError on a defect of the model. */
export function runSne(chip: SneChip, stimulus: SneStimulus, kernel: Kernel = runKernel): SneRun {
  const { layout, inputs, limitCycles } = stimulus;
  const { cluster_side: side, mode } = chip;
  const trace = new TraceWriter("cycle,event,a,b,c", TRACE_ORDER);
  const shape = (depth: number): CrossingQueue["shape"] => ({
    ...{ depth, flops: chip.crossing.synchroniser_flops, registerWords: chip.crossing.register_words },
  });
  const events = new CrossingQueue("event queue", shape(chip.event_queue_depth));
  const kernelWords = new CrossingQueue("kernel queue", shape(chip.kernel_queue_depth));
  const weightWords = [0, 1].map((i) => new CrossingQueue(`weight queue ${i}`, shape(chip.weight_queue_depth)));
  const outputs = layout.clusters.map((_, g) => new CrossingQueue(`output queue ${g}`, shape(chip.output_queue_depth)));

  const isConnected = mode === "fully-connected";
  const weightPort: WeightPort = new WeightPort(
    weightWords,
    2 * neuronsOf(chip) + 1,
    (cycle) => isConnected && packets.offersMemory(cycle),
  );
  const durations = { verifyCycles: chip.verify_cycles, closeCycles: chip.close_cycles };
  const packets = new PacketRouter(inputs, durations, events, isConnected ? weightPort : kernelWords, (word, cycle) =>
    trace.add(cycle, "IN", [hex8(word), "", ""]),
  );

  const timeInsertion = new TimeInsertion(events, chip.time_insertion);
  const refreshInsertion = new RefreshInsertion(timeInsertion, chip.refresh_insertion);
  const filter = new SpikeFilter(refreshInsertion, chip.spike_filter ? filterBox(layout) : null);

  const sequencer = (): Sequencer => (isSweepOp(router.op) || mode === "sweep" ? sweep : isConnected ? weights : window);
  const grant = { isGranted: (cycle: number): boolean => stall.isGranted(cycle) };
  const options = { isFullyConnected: isConnected, fetchCycles: chip.fetch_cycles, doneCycles: chip.done_cycles };
  const router: EventRouter = new EventRouter(filter, options, () => receivers, sequencer, grant);

  const places = layout.clusters.map(({ lowX, lowY }, g) => ({ lowX, lowY, channel: layout.channels[quarterOf(chip, g)] }));
  const pending = (): number | null => (router.isPending(MAPPER) ? router.offered : null);
  const mapper = new Mapper(outputs, places, pending, () => sequencer().isResting);
  const stall: StallUnit = new StallUnit(layout.clusters.length, mapper, chip.restart_cycles);
  const starts =
    (own: () => Sequencer) =>
    (cycle: number): boolean =>
      router.isProcessing && sequencer() === own() && stall.isGranted(cycle);
  const window: WindowSequencer = new WindowSequencer(
    ...([side, layout.clusters, router] as const),
    starts(() => window),
    stall,
  );
  const sweep: SweepSequencer = new SweepSequencer(
    ...([side, layout.sweep, router] as const),
    starts(() => sweep),
    stall,
  );
  const isSynchOffered = (): boolean => router.isPending(FULLY_CONNECTED) && opOf(router.offered) === OP.synch;
  const weights: WeightsSequencer = new WeightsSequencer(side, weightWords, isSynchOffered, stall);
  const receivers: readonly Receiver[] = [mapper, TIME_REGISTER, window, sweep, weights];

  const kernels = new KernelMemory(kernelWords, router, chip.kernel_channels, chip.kernel_sharing, chip.clusters, (cycle, ...fields) =>
    trace.add(cycle, "KWR", fields),
  );
  const clusters = new Clusters(side, layout.clusters, new Neuron(chip.neuron), {
    ...{ event: router, sequencer, kernels, weights: isConnected ? weights : null },
    onSpike: (g, row, column) => stall.spike(g, mapper.wordOf(g, row, column)),
    onWrite: (cycle, g, address, word) => trace.add(cycle, "SWR", [g, address, hex8(word)]),
  });
  const { period_cycles: period, ready_cycles: duty } = chip.sink;
  const merge = new OutputMerge(
    outputs,
    (cycle) => cycle % period < duty,
    (word, cycle) => trace.add(cycle, "OUT", [hex8(word), "", ""]),
  );

  const queues = new CrossingQueues("queues", [events, kernelWords, ...weightWords, ...outputs]);
  const machines = [packets, weightPort, timeInsertion, refreshInsertion, filter, router, window, sweep, weights, kernels, mapper, stall];
  const { quietAt } = kernel([queues, ...machines, clusters, merge], { limitCycles, settleCycles: 0, observe: null });
  clusters.finish(limitCycles);

  const states = [...router.stateCyclesUntil(limitCycles)].filter(([, cycles]) => cycles > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);
  const summary = new Map<string, readonly number[]>([
    ["last_active", [Math.max(trace.lastCycle(limitCycles), router.lastBusyUntil(limitCycles))]],
    ["inputs", [packets.taken]],
    ["inputs_left", [packets.left]],
    ["outputs", [merge.words]],
    ["state_reads", [sum(clusters.reads)]],
    ["state_writes", [sum(clusters.writes)]],
    ["kernel_writes", [kernels.writes]],
    ["no_grant_cycles", [stall.stalledCycles]],
    ...states.map(([state, cycles]): [string, readonly number[]] => [`router_${state}`, [cycles]]),
    ["reads_by_group", [...clusters.reads]],
    ["writes_by_group", [...clusters.writes]],
  ]);
  return {
    trace: trace.csv(limitCycles),
    operations: `${["start,end,op,word", ...router.visits].join("\n")}\n`,
    summary,
    quietAt: packets.left === 0 && router.isAtRest ? quietAt : null,
    ...{ spikes: merge.spikes, dropped: filter.dropped, synapticOperations: clusters.operations },
    ...router.eventCyclesUntil(limitCycles),
  };
}

/** The box of the spike filter: each bound is that of one cluster. */
function filterBox({ clusters, filter }: SneLayout): Box {
  const of = (bound: number): SneLayout["clusters"][number] => clusters[filter[bound]];
  return { lowX: of(0).lowX, lowY: of(1).lowY, highX: of(2).highX, highY: of(3).highY };
}
