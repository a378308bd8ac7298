/**
 * A neurosynaptic core in timestep mode: soma and synapse unit around one state memory, an input queue, and a way out.
 *
 * All times are cycles. O event overhead, R weight read latency, Rs state read latency, A accumulate depth, P soma pipeline depth,
 * I cycles a neuron, U soma units, s cycles a word takes its state bank (1r1w 1, 1rw 2).
 *
 * | what                    | when                                                                                                     |
 * |-------------------------|----------------------------------------------------------------------------------------------------------|
 * | soma: ask for a batch   | up to U neurons of a slice; first at the wave's start, then at max(previous done, previous ask + I), and   |
 * |                         | not while a finished packet still waits after this cycle's hand-over                                     |
 * | soma: states in DRAM    | a batch's are asked for with the batch before, of the wave's first one at its start; as many bits go out, then come in    |
 * | soma: done              | every word of the batch served by its bank; at least 1 cycle after the ask                               |
 * | soma: spikes finished   | done - 1 + Rs + P; from this cycle on one packet a cycle is handed over, oldest first                     |
 * | output queue            | handed over in c: may leave in c; full as the network saw it when c began                                 |
 * | loop-back to own core   | handed over in c: visible to the synapse unit in c + 1; needs a free slot when c began                     |
 * | network delivery in c   | visible in c + 1 (with the loop-back: in c + visibility)                                                 |
 * | input queue full        | senders wait (stall), and the core's soma hands over and asks nothing (freeze); or what comes is lost    |
 * | synapse: take           | message visible, last event's rows issued                                                                |
 * | synapse: first group    | take + O + R; further rows follow without a gap, in the order of the core's slices, then of projections  |
 * | synapse: spilled rows   | asked of the DRAM at take + O, all of an event in one fetch; first group not before they are there       |
 * | synapse: next group     | all words of the group served, at least the beat (lanes, weight words) later                             |
 * | synapse: drained        | last group's end - 1 + Rs + A; the next event need not wait for it                                       |
 * | state bank              | requests first come, first served; of one cycle, the soma's first                                        |
 * | under a scan            | a message is taken a cycle and sets its bit; when all units of the chip rest, chunks, set bits and rows follow   |
 * |                         | each other (compressed), or the rows of all axons, R and a beat a group each, and the waits of set ones (dense)  |
 * | scan: spilled rows      | asked of the DRAM, all of an axon in one fetch, when its set bit is found (compressed), or when the sweep comes to |
 * |                         | it, axons in the order of their sources, spikes or not (dense); first group not before they are there     |
 * | wave over               | somas done, network and queues empty, synapse units drained; then the barrier                            |
 *
 * Unit cycles: synapse = busy (a group each) + overhead (O, drains) + stall_memory (R, beats) + stall_state (the rest of a group)
 * + stall_dram (the wait for spilled rows) + idle; soma = busy (I a batch, last pipeline) + stall_state (a batch's words beyond I) + stall_output (held by packets)
 * + stall_dram (states that come from DRAM) + idle.
 * Not modelled: clock domain crossings, axon table misses, learning.
 */
import type { Core } from "../../arch/index.js";
import { CORE_COUNTERS, coreColumn } from "../counters.js";
import { SynapseUnit } from "./accumulate.js";
import { MessageQueue } from "./message-queue.js";
import type { NocKernel } from "./noc/noc.js";
import type { Recorder } from "./observe/recorder.js";
import { type Messages, Outlet } from "./outlet.js";
import type { Part } from "./part.js";
import type { DramChannel } from "./parts/dram.js";
import type { Program } from "./program.js";
import { Soma } from "./soma.js";
import type { SpikeSource } from "./spike-source.js";
import { StateMemory } from "./state-memory.js";

export class TimestepCore implements Part {
  readonly name: string;
  readonly id: number;
  readonly queue: MessageQueue;
  readonly soma: Soma;
  readonly synapse: SynapseUnit;
  readonly outlet: Outlet;

  constructor(
    core: Core,
    program: Program,
    spikes: SpikeSource,
    noc: NocKernel,
    messages: Messages,
    private readonly counters: Float64Array,
    private readonly recorder: Recorder | null,
    dram: DramChannel | null,
  ) {
    this.id = core.id;
    this.name = `core[${core.id}]`;
    this.queue = new MessageQueue(core.inputQueue.depth, core.intake);
    const memory = new StateMemory(core.stateMemory);
    this.outlet = new Outlet(core, program, spikes.neuron, noc, messages, counters, recorder);
    this.soma = new Soma(core, program.somaSlices[core.id], spikes.neuron, this.queue, memory, this.outlet, counters, recorder, dram);
    this.synapse = new SynapseUnit(core, program, spikes, this.queue, memory, this.soma, counters, recorder, dram);
  }

  startWave(wave: number, cycle: number): void {
    this.soma.startWave(wave, cycle);
    this.synapse.startWave(wave);
  }

  /** Takes messages again, from `cycle` on. */
  resume(cycle: number): void {
    if (this.queue.committed > 0) this.synapse.wake(cycle);
  }

  /** Earliest cycle with work, given the committed queue; Infinity while only the network can wake it. */
  get nextAt(): number {
    return Math.min(this.soma.nextAt, this.synapse.nextAt);
  }

  nextCycle(cycle: number): number {
    return Math.max(cycle, this.nextAt);
  }

  evaluate(cycle: number): void {
    this.queue.popping = this.synapse.takesIn(cycle);
    if (this.soma.blockedOnLoopback && !this.queue.isFull) this.soma.nextAt = cycle;
    if (this.soma.nextAt <= cycle) this.soma.evaluate(cycle);
    if (this.synapse.nextAt <= cycle) this.synapse.evaluate(cycle);
  }

  /** Takes a message that the network delivered at the end of the running cycle. */
  deliver(entry: number, event: number, cycle: number): void {
    if (this.queue.push(entry, event, cycle)) this.counters[this.id * CORE_COUNTERS.length + coreColumn.input_queue_pushes]++;
  }

  /** Makes this cycle's pushes and pops visible; both units see them in the next cycle. */
  commit(cycle: number): void {
    this.outlet.loopedBack = 0;
    const before = this.queue.committed;
    this.queue.commit();
    if (this.recorder !== null && this.queue.committed !== before)
      this.recorder.record("level", cycle + 1, this.id, this.queue.committed, 0);
    if (this.queue.committed > 0) this.synapse.wake(cycle + 1);
    if (this.soma.blockedOnLoopback && !this.queue.isFull) this.soma.nextAt = cycle + 1;
  }

  get doneAt(): number {
    return Math.max(this.soma.doneAt, this.synapse.drainedAt);
  }

  /** What this core waits for, for reports. */
  get waitingFor(): string {
    if (this.soma.blockedOnOutput) return "space in its output queue";
    if (this.soma.blockedOnLoopback) return "space in its own input queue";
    return this.soma.busy ? "its soma" : "messages";
  }

  endWave(): void {
    if (this.recorder !== null) this.recorder.record("coreDone", this.soma.doneAt, this.id, this.synapse.drainedAt, 0);
    this.soma.endWave();
    this.synapse.endWave();
  }
}
