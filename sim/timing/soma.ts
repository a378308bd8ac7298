/**
 * Soma unit of a core: updates the neurons of its slices once a wave and hands their spikes to the network, one packet a cycle.
 *
 * Cycles: see the table in `core.ts`. Which neurons fire comes from the spike trace.
 * `touched` updates neurons with input this step, with input earlier in the utterance (their state is taken as non-zero from then on), or
 * with a spike this step; populations without incoming projections (encoders, fed by the host) are always updated in full.
 * Not modelled: a state's return to exactly zero inside an utterance, the host's feeding of input frames.
 */
import type { Core } from "../../arch/index.js";
import { CORE_COUNTERS, coreColumn } from "../counters.js";
import { BatchPlan } from "./batches.js";
import type { Block, SomaSlice } from "./blocks.js";
import type { MessageQueue } from "./message-queue.js";
import type { Recorder } from "./observe/recorder.js";
import type { Outlet } from "./outlet.js";
import type { DramChannel, DramUser } from "./parts/dram.js";
import type { SliceStep } from "./spike-source.js";
import type { StateMemory } from "./state-memory.js";

/** Batches with spikes in the pipeline, at most: its depth and memory latency are below this. */
const RING = 1024;
const NEVER = Number.POSITIVE_INFINITY;

/** Neurons touched so far, for the `touched` policy; empty arrays under `dense`. */
interface Touched {
  /** Since the utterance began. */
  readonly now: Uint8Array;
  /** By accumulator buffer: touched by spikes for the wave that uses it. */
  readonly arrived: readonly Uint8Array[];
  readonly order: Int32Array;
}

export class Soma implements DramUser {
  /** Earliest cycle with work; Infinity: none, or a slot must come free. */
  nextAt = NEVER;
  /** First cycle after the service of all requests so far. */
  servedAt = 0;
  /** Waits for the network to take a packet. */
  blockedOnOutput = false;
  /** Waits for a slot of its own core's input queue: for a loop-back, or frozen while it is full. */
  blockedOnLoopback = false;
  /** First cycle after the wave's last update and last packet; final once the unit is no longer busy. */
  doneAt = 0;
  readonly steps: SliceStep[];
  /** The policy is `touched`. */
  readonly tracksTouched: boolean;
  private readonly plans: BatchPlan[];
  private readonly touched: Touched[];
  private readonly interval: number;
  private readonly latency: number;
  private slice = 0;
  private plan: BatchPlan | null = null;
  private batch = 0;
  private bufferOffset = 0;
  private event = 0;
  private eventTo = 0;
  private askAt = 0;
  /** Cycle in which the last batch's result leaves the pipeline. */
  private resultAt = 0;
  /** Cycle from which on the next batch's states are on the chip. */
  private statesAt = 0;
  /** The next batch's states have been asked for. */
  private asked = false;
  private stallState = 0;
  private stallDram = 0;
  private stallOutput = 0;
  /** Words of the batch that was asked for last; 0 at a wave's start. */
  private heldWords = 0;
  /** Words that are read again in the wave's waits. */
  private rereads = 0;
  private wave = 0;
  /** Ring of batches with spikes. */
  private readonly finishAt = new Float64Array(RING);
  private readonly eventFrom = new Int32Array(RING);
  private readonly eventEnd = new Int32Array(RING);
  private readonly sliceOf = new Int32Array(RING);
  private head = 0;
  private tail = 0;
  private readonly at: number;
  readonly id: number;

  constructor(
    private readonly core: Core,
    readonly slices: readonly SomaSlice[],
    private readonly neuron: Uint16Array | Uint32Array,
    private readonly queue: MessageQueue,
    private readonly memory: StateMemory,
    private readonly outlet: Outlet,
    private readonly counters: Float64Array,
    private readonly recorder: Recorder | null,
    /** null: all states are on the chip. */
    private readonly dram: DramChannel | null,
  ) {
    this.id = core.id;
    this.at = core.id * CORE_COUNTERS.length;
    this.tracksTouched = core.neuronUpdate.policy === "touched";
    this.interval = core.neuronUpdate.cyclesPerNeuron;
    this.latency = memory.readLatencyCycles + core.neuronUpdate.pipelineDepthCycles - 1;
    this.steps = slices.map(() => ({ active: false, first: false, last: false, eventFrom: 0, eventTo: 0 }));
    this.plans = slices.map((soma) => {
      const plan = new BatchPlan(soma, core.neuronUpdate.units);
      plan.plan(
        Int32Array.from({ length: soma.slice.neurons }, (_, n) => n),
        soma.slice.neurons,
      );
      return plan;
    });
    this.touched = slices.map(({ slice, buffers, hasInputs }) => {
      const size = this.tracksTouched && hasInputs ? slice.neurons : 0;
      return {
        now: new Uint8Array(size),
        arrived: Array.from({ length: buffers }, () => new Uint8Array(size)),
        order: new Int32Array(size),
      };
    });
  }

  /** Marks the targets of a row that arrives in `wave`. */
  touch(block: Block, from: number, to: number, wave: number): void {
    const { arrived, now } = this.touched[block.targetIndex];
    if (now.length === 0) return;
    const marks = arrived[(wave + block.delayWaves) % block.target.buffers];
    if (block.sparseTargets === null) marks.fill(1);
    else for (let k = from; k < to; k++) marks[block.sparseTargets[k] - block.target.slice.firstNeuron] = 1;
  }

  /** `steps` is filled in by the breadboard before. */
  startWave(wave: number, cycle: number): void {
    const { counters, at } = this;
    this.wave = wave;
    this.heldWords = 0;
    this.askAt = cycle;
    this.doneAt = cycle;
    this.resultAt = cycle;
    for (let i = 0; i < this.slices.length; i++) {
      if (this.touched[i].now.length > 0) this.gather(i, wave);
      const step = this.steps[i];
      if (!step.active) continue;
      const { neurons, words, batches, dramBits, dramWords } = this.plans[i];
      const { multiplies, additions, lutReads } = this.slices[i];
      counters[at + coreColumn.spikes_sent] += step.eventTo - step.eventFrom;
      counters[at + coreColumn.state_reads] += words + dramWords;
      counters[at + coreColumn.state_writes] += words + dramWords;
      counters[at + coreColumn.dram_state_bits] += 2 * dramBits;
      counters[at + coreColumn.neuron_updates] += neurons;
      counters[at + coreColumn.element_multiplies] += neurons * multiplies;
      counters[at + coreColumn.element_adds] += neurons * additions;
      counters[at + coreColumn.lut_reads] += neurons * lutReads;
      counters[at + coreColumn.soma_busy_cycles] += batches * this.interval;
    }
    this.slice = -1;
    this.nextSlice();
    this.nextAt = this.plan === null ? NEVER : cycle;
  }

  /** Plans the touched neurons of slice `i`. */
  private gather(i: number, wave: number): void {
    const { now, arrived, order } = this.touched[i];
    const step = this.steps[i];
    const marks = arrived[wave % arrived.length];
    if (step.active) {
      const { firstNeuron } = this.slices[i].slice;
      if (step.first) now.fill(0);
      for (let n = 0; n < now.length; n++) now[n] |= marks[n];
      for (let e = step.eventFrom; e < step.eventTo; e++) now[this.neuron[e] - firstNeuron] = 1;
      let count = 0;
      for (let n = 0; n < now.length; n++) if (now[n] === 1) order[count++] = n;
      this.plans[i].plan(order, count);
    }
    marks.fill(0);
  }

  /** Asks for the states of the next batch: a chunk comes in while as many bits of an older one go out. */
  private fetch(cycle: number): void {
    this.asked = true;
    this.statesAt = 0;
    const bits = this.plan === null ? 0 : this.plan.fetchBits[this.batch];
    if (bits === 0 || this.dram === null) return;
    // a full queue has held the soma from the wave's start until now
    if (cycle > this.askAt) this.hold(cycle);
    this.statesAt = NEVER;
    this.dram.post(this, cycle, 2 * bits);
  }

  /** Until `cycle` the soma could not even ask for states. */
  private hold(cycle: number): void {
    if (this.recorder !== null) this.recorder.record("somaHeld", this.askAt, this.id, cycle, 0);
    this.stallOutput += cycle - this.askAt;
    this.askAt = cycle;
  }

  /** The states that were asked for are on the chip from `cycle` on. */
  fetched(cycle: number): void {
    this.statesAt = cycle;
    this.nextAt = Math.min(this.nextAt, Math.max(cycle, this.askAt));
  }

  private nextSlice(): void {
    const { slices, steps, plans } = this;
    this.plan = null;
    for (this.slice++; this.slice < slices.length; this.slice++) {
      if (!steps[this.slice].active || plans[this.slice].batches === 0) continue;
      const { buffers, accumulatorWords } = slices[this.slice];
      this.plan = plans[this.slice];
      this.batch = 0;
      this.asked = false;
      this.bufferOffset = (this.wave % buffers) * accumulatorWords;
      this.event = steps[this.slice].eventFrom;
      this.eventTo = steps[this.slice].eventTo;
      return;
    }
  }

  evaluate(cycle: number): void {
    this.blockedOnOutput = false;
    this.blockedOnLoopback = this.queue.freezes && this.queue.isFull;
    if (this.blockedOnLoopback) {
      this.nextAt = NEVER;
      return;
    }
    if (this.plan !== null && !this.asked) this.fetch(cycle);
    if (this.frontAt <= cycle) this.push(cycle);
    const waiting = this.frontAt <= cycle;
    if (!waiting && this.plan !== null && this.askAt <= cycle && this.statesAt <= cycle) this.ask(cycle, this.plan);
    // full already: if nothing leaves in this cycle, there is no use in a look at the next
    if (waiting && this.outlet.open && !this.outlet.wantsLoopback && !this.outlet.hasSpace()) this.blockedOnOutput = true;
    if (this.blockedOnOutput || this.blockedOnLoopback) {
      this.nextAt = this.blockedOnOutput && this.outlet.mustPoll ? cycle + 1 : NEVER;
      return;
    }
    // an ask waits while a finished packet waits, so the push comes first
    const pushAt = waiting ? cycle + 1 : this.frontAt;
    const askAt = waiting || this.plan === null ? NEVER : Math.max(this.askAt, this.statesAt);
    this.nextAt = Math.min(pushAt, askAt);
  }

  /** Cycle in which the oldest batch with spikes is finished; Infinity: none is under way. */
  private get frontAt(): number {
    return this.head === this.tail ? NEVER : this.finishAt[this.head & (RING - 1)];
  }

  /** Hands over the oldest finished packet if there is space. */
  private push(cycle: number): void {
    const i = this.head & (RING - 1);
    const { outlet } = this;
    const soma = this.slices[this.sliceOf[i]];
    const variant = this.steps[this.sliceOf[i]].last ? 1 : 0;
    if (!outlet.open) outlet.begin(soma, this.eventFrom[i], variant);
    if (outlet.wantsLoopback) {
      if (this.queue.refuses && this.queue.isFull) {
        this.blockedOnLoopback = true;
        return;
      }
      outlet.loopBack(this.queue, cycle);
    } else {
      if (!outlet.hasSpace()) {
        this.blockedOnOutput = true;
        return;
      }
      outlet.send();
    }
    if (cycle + 1 > this.doneAt) this.doneAt = cycle + 1;
    if (outlet.open) return;
    this.eventFrom[i] = outlet.firstWithDestination(soma, this.eventFrom[i] + 1, this.eventEnd[i], variant);
    if (this.eventFrom[i] === this.eventEnd[i]) this.head++;
  }

  /** Asks the state memory for the next batch. */
  private ask(cycle: number, plan: BatchPlan): void {
    const { memory, interval } = this;
    const k = this.batch++;
    let done = cycle + 1;
    let words = 0;
    for (let r = plan.rangeStart[k], end = plan.rangeStart[k + 1]; r < end; r++) {
      const offset = plan.inBuffer[r] === 1 ? this.bufferOffset : 0;
      done = memory.request(cycle, plan.rangeFirst[r] + offset, plan.rangeLast[r] + offset, done);
      words += plan.rangeLast[r] - plan.rangeFirst[r] + 1;
    }
    if (this.recorder !== null) this.recordAsk(this.recorder, cycle, done, plan, k);
    const held = Math.max(this.askAt, this.statesAt);
    this.stallDram += held - this.askAt;
    this.stallOutput += cycle - held;
    this.rereads += (cycle - held) * this.heldWords;
    this.heldWords = words;
    this.askAt = cycle + interval;
    if (done > this.askAt) {
      this.rereads += (done - this.askAt) * words;
      this.stallState += done - this.askAt;
      this.askAt = done;
    }
    this.servedAt = done;
    const finish = done + this.latency;
    this.resultAt = finish;
    this.doneAt = Math.max(this.doneAt, finish, this.askAt);
    const lastNeuron = plan.lastNeuron[k];
    const fired = this.event;
    while (this.event < this.eventTo && this.neuron[this.event] <= lastNeuron) this.event++;
    if (this.event > fired) this.keep(fired, finish);
    this.asked = false;
    if (this.batch === plan.batches) this.nextSlice();
    if (this.plan !== null) this.fetch(cycle);
  }

  private recordAsk(recorder: Recorder, cycle: number, done: number, plan: BatchPlan, batch: number): void {
    const { id, neuronUpdate } = this.core;
    recorder.record("batch", cycle, id, done, Math.min(neuronUpdate.units, plan.neurons - batch * neuronUpdate.units));
    const from = Math.max(this.askAt, this.statesAt);
    if (cycle > from) recorder.record("somaHeld", from, id, cycle, 0);
  }

  /** Remembers the spikes of a batch until they are finished. */
  private keep(fired: number, finish: number): void {
    const from = this.outlet.firstWithDestination(this.slices[this.slice], fired, this.event, this.steps[this.slice].last ? 1 : 0);
    if (from === this.event) return;
    const i = this.tail++ & (RING - 1);
    this.finishAt[i] = finish;
    this.eventFrom[i] = from;
    this.eventEnd[i] = this.event;
    if (this.recorder !== null) this.recorder.record("spikes", finish, this.core.id, fired, this.event);
    this.sliceOf[i] = this.slice;
  }

  /** True while batches or packets are left. */
  get busy(): boolean {
    return this.plan !== null || this.head !== this.tail;
  }

  /** Asks for nothing before the queue has space. */
  get isHeldByQueue(): boolean {
    return this.blockedOnLoopback || (this.queue.freezes && this.queue.isFull);
  }

  /** Earliest cycle in which the next request can come, seen after this unit's turn in `cycle`. */
  nextAskFrom(cycle: number): number {
    if (this.plan === null || this.isHeldByQueue) return NEVER;
    // an ask may share the cycle of the last packet of the front batch; packets leave one a cycle
    const packets = this.outlet.open ? this.outlet.remaining : 1;
    return Math.max(this.askAt, cycle + packets, this.statesAt === NEVER ? 0 : this.statesAt);
  }

  /** Counts the pipeline's last cycles and the waits of the wave. */
  endWave(): void {
    const updated = Math.max(this.askAt, this.resultAt);
    if (this.recorder !== null && this.doneAt > updated) this.recorder.record("somaHeld", updated, this.core.id, this.doneAt, 0);
    this.counters[this.at + coreColumn.soma_busy_cycles] += updated - this.askAt;
    this.counters[this.at + coreColumn.soma_stall_output_cycles] += this.stallOutput + this.doneAt - updated;
    this.counters[this.at + coreColumn.soma_stall_dram_cycles] += this.stallDram;
    this.rereads += (this.doneAt - updated) * this.heldWords;
    if (this.core.stateMemory.rereadsInStalls) this.counters[this.at + coreColumn.state_rereads] += this.rereads;
    this.rereads = 0;
    this.stallDram = 0;
    this.counters[this.at + coreColumn.soma_stall_state_cycles] += this.stallState;
    this.stallOutput = 0;
    this.stallState = 0;
  }
}
