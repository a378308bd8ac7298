/**
 * Runs an event-driven core with its two AER links and its queue, and reports trace, operations, spikes and summary.
 * Source of the report's layout: the recorded RTL runs of ODIN and tinyODIN.
 */

import type { TinyOdinChip } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import type { Kernel } from "./event-loop.js";
import { type ControllerShape, EventController, type EventCore, type Operation } from "./parts/event-controller.js";
import { Fifo, newFifoCounters } from "./parts/fifo.js";
import { FourPhaseOutput, FourPhaseSink, FourPhaseSource } from "./parts/four-phase.js";
import type { SramCounters } from "./parts/sram.js";
import { Synchroniser } from "./parts/synchroniser.js";
import { TraceWriter } from "./trace-writer.js";

/** The recorded runs stop after this many idle cycles. */
const SETTLE_CYCLES = 32;

/** Keys that the descriptions of all event-driven chips have. */
type EventDrivenChip = Pick<TinyOdinChip, "loop" | "output_on" | "event_queue" | "input_link" | "output_link">;

export interface AerEvent {
  readonly notBefore: number;
  readonly value: number;
}

/** Settled values of one cycle, for per-cycle reports. */
export interface AerView {
  readonly controller: EventController;
  readonly queue: Fifo<number>;
  readonly source: FourPhaseSource;
  readonly output: FourPhaseOutput;
  readonly sink: FourPhaseSink;
}

/** The core's memory counters; the columns of the operation report are their differences. */
interface AerMemories {
  readonly neuron: SramCounters;
  readonly synapse: SramCounters;
  /** The synapse memory is written (plasticity), so reports have a column for writes. */
  readonly hasSynapseWrites: boolean;
}

export interface AerReport {
  readonly trace: string;
  readonly operations: string;
  readonly spikes: string;
  readonly summary: { readonly [key: string]: number | boolean | { readonly [state: string]: number } };
  readonly totalCycles: number;
}

export function runAerCore(
  chip: EventDrivenChip,
  design: Pick<ControllerShape, "spikeEventPop" | "eventOutputAt">,
  core: EventCore,
  memories: AerMemories,
  items: readonly AerEvent[],
  limitCycles: number,
  observe: ((cycle: number, view: AerView) => void) | null,
  kernel: Kernel,
): AerReport {
  const trace = new TraceWriter("cycle,event,a,b,c", [
    ["STATE"],
    ["IN_REQ_UP", "IN_REQ_DN"],
    ["IN_ACK_UP", "IN_ACK_DN"],
    ["PUSH", "PUSH_DROP"],
    ["POP"],
    ["SPIKE"],
    ["OUT_REQ_UP", "OUT_REQ_DN"],
    ["OUT_ACK_UP", "OUT_ACK_DN"],
  ]);
  const shape: ControllerShape = { openLoop: chip.loop === "open", outputOn: chip.output_on, ...design };
  const count = { inputs: 0, outputs: 0, aerPushes: 0, neuronPushes: 0, spikes: 0 };
  const operations: string[] = [];
  const spikes: string[] = [];
  let started = { cycle: 0, neuron: { ...memories.neuron }, synapse: { ...memories.synapse }, spikes: 0 };
  let wasAcknowledging = false;

  const queueCounters = newFifoCounters();
  const { depth, visibility_cycles: visibilityCycles, full_judged: fullJudged } = chip.event_queue;
  const queue = new Fifo<number>("event queue", { depth, visibilityCycles, fullJudged }, queueCounters);
  const source: FourPhaseSource = new FourPhaseSource(
    "input sender",
    items,
    { requestGapCycles: chip.input_link.request_gap_cycles, requestFallDelayCycles: chip.input_link.request_fall_delay_cycles },
    () => controller.state === "WAIT_REQDN",
    (cycle, isUp) => trace.add(cycle, isUp ? "IN_REQ_UP" : "IN_REQ_DN", [source.value, source.sequence, ""]),
  );
  const requestSync = new Synchroniser("input REQ synchroniser", chip.input_link.synchroniser_flops, () => source.request);
  const sink: FourPhaseSink = new FourPhaseSink(
    "output receiver",
    { ackUpDelayCycles: chip.output_link.ack_up_delay_cycles, ackDownDelayCycles: chip.output_link.ack_down_delay_cycles },
    () => output.request,
    (cycle, isUp) => trace.add(cycle, isUp ? "OUT_ACK_UP" : "OUT_ACK_DN", ["", "", ""]),
  );
  const ackSync = new Synchroniser("output ACK synchroniser", chip.output_link.synchroniser_flops, () => sink.ack);
  const output: FourPhaseOutput = new FourPhaseOutput(
    "output link",
    () => ackSync.output(),
    (cycle, isUp) => {
      trace.add(cycle, isUp ? "OUT_REQ_UP" : "OUT_REQ_DN", [output.value, "", ""]);
      if (isUp && cycle < limitCycles) count.outputs++;
    },
  );
  const controller: EventController = new EventController(shape, core, queue, source, () => requestSync.output(), output, {
    state(cycle, state) {
      trace.add(cycle, "STATE", [state, "", ""]);
      const acknowledges = state === "WAIT_REQDN";
      if (acknowledges !== wasAcknowledging) {
        trace.add(cycle, acknowledges ? "IN_ACK_UP" : "IN_ACK_DN", ["", "", ""]);
        if (acknowledges && cycle < limitCycles) count.inputs++;
      }
      wasAcknowledging = acknowledges;
    },
    push(cycle, from, word, occupancy, isTaken) {
      trace.add(cycle, isTaken ? "PUSH" : "PUSH_DROP", [from, word, occupancy]);
      if (!isTaken) return;
      if (from === "aer") count.aerPushes++;
      else count.neuronPushes++;
    },
    pop: (cycle, word, occupancy) => trace.add(cycle, "POP", [word, occupancy, ""]),
    spike(cycle, neuron) {
      count.spikes++;
      trace.add(cycle, "SPIKE", [neuron, "", ""]);
      spikes.push(`${cycle},${neuron},${shape.outputOn === "spike" ? cycle + 1 : -1}`);
    },
    begin(cycle) {
      started = { cycle, neuron: { ...memories.neuron }, synapse: { ...memories.synapse }, spikes: count.spikes };
    },
    end(cycle, operation: Operation) {
      const { neuron, synapse } = memories;
      const cells = [started.cycle, cycle, operation.state, operation.arg, neuron.reads - started.neuron.reads];
      cells.push(neuron.writes - started.neuron.writes, synapse.reads - started.synapse.reads);
      if (memories.hasSynapseWrites) cells.push(synapse.writes - started.synapse.writes);
      operations.push([...cells, count.spikes - started.spikes].join(","));
    },
  });

  // The clock edge to cycle 0: ACK was low before, so a sender whose first event may come in cycle 0 raises REQ here.
  source.evaluate(-1);
  source.commit(-1);
  const view: AerView = { controller, queue, source, output, sink };
  const run = kernel([source, requestSync, controller, queue, output, sink, ackSync], {
    limitCycles,
    settleCycles: SETTLE_CYCLES,
    observe: observe === null ? null : (cycle) => observe(cycle, view),
  });
  if (run.quietAt !== null && !(controller.state === "WAIT" && queue.occupancy === 0 && !output.isBusy && source.isDone())) {
    throw new InvariantError("event-driven core", run.quietAt, "nothing moves, but work is left");
  }
  const totalCycles = run.quietAt ?? limitCycles;
  const operationHeader = `start,end,op,arg,neur_rd,neur_wr,syn_rd,${memories.hasSynapseWrites ? "syn_wr," : ""}spikes`;
  return {
    trace: trace.csv(run.cycles),
    operations: `${[operationHeader, ...operations].join("\n")}\n`,
    spikes: `${["fire_cycle,neuron,aer_req_cycle", ...spikes].join("\n")}\n`,
    totalCycles,
    summary: {
      quiescent: run.quietAt !== null,
      total_cycles: totalCycles,
      inputs_accepted: count.inputs,
      neuron_sram_reads: memories.neuron.reads,
      neuron_sram_writes: memories.neuron.writes,
      synapse_sram_reads: memories.synapse.reads,
      ...(memories.hasSynapseWrites ? { synapse_sram_writes: memories.synapse.writes } : {}),
      fifo_push_aer: count.aerPushes,
      fifo_push_neuron: count.neuronPushes,
      fifo_push_dropped: queueCounters.drops,
      fifo_pops: queueCounters.pops,
      // A word pushed in the last cycle is held only after the end; occupancy grows by at most one word per cycle.
      fifo_max_occupancy: queueCounters.maxOccupancy - (queueCounters.peakAtCycle >= limitCycles ? 1 : 0),
      spikes: count.spikes,
      aer_out_requests: count.outputs,
      state_cycles: controller.stateCyclesUntil(totalCycles),
    },
  };
}
