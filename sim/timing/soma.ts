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
import type { MessageQueue } from "./message-queue.js";
import type { Outlet } from "./outlet.js";
import type { Block, SomaSlice } from "./program.js";
import type { StateMemory } from "./state-memory.js";

/** Batches with spikes in the pipeline, at most: its depth and memory latency are below this. */
const RING = 1024;

/** What a slice does in a wave. */
export interface SliceStep {
  /** False while its population has no step in this wave (the pipeline fills or empties). */
  active: boolean;
  /** First step of an utterance: state starts from zero. */
  first: boolean;
  /** Last step of an utterance: recurrent spikes have no use. */
  last: boolean;
  /** Trace events of the slice's neurons in this step. */
  eventFrom: number;
  eventTo: number;
}

/** Neurons touched so far, for the `touched` policy. */
interface Touched {
  /** Since the utterance began. */
  readonly now: Uint8Array;
  /** By accumulator buffer: touched by spikes for the wave that uses it. */
  readonly arrived: readonly Uint8Array[];
  readonly order: Int32Array;
}

export class Soma {
  /** Earliest cycle with work; Infinity: none, or a slot must come free. */
  nextAt = Number.POSITIVE_INFINITY;
  /** First cycle after the service of all requests so far. */
  servedAt = 0;
  /** Waits for the network to take a packet. */
  blockedOnOutput = false;
  /** Waits for a slot of its own core's input queue. */
  blockedOnLoopback = false;
  readonly steps: SliceStep[];
  private readonly touched: Touched[];
  private readonly policyTouched: boolean;
  private slice = 0;
  private cursor = 0;
  private length = 0;
  private event = 0;
  private askAt = 0;
  /** First cycle after everything that was asked so far has left the pipeline. */
  private drainedAt = 0;
  /** Cycle in which the last batch's result leaves the pipeline. */
  private resultAt = 0;
  /** Neurons that each slice updates in this wave, under `touched`. */
  private readonly gathered: number[] = [];
  private wave = 0;
  /** Ring of batches with spikes. */
  private readonly finishAt = new Float64Array(RING);
  private readonly eventFrom = new Int32Array(RING);
  private readonly eventTo = new Int32Array(RING);
  private readonly routeVariant = new Uint8Array(RING);
  private readonly sliceOf = new Int32Array(RING);
  private head = 0;
  private tail = 0;
  private readonly at: number;

  constructor(
    private readonly core: Core,
    readonly slices: readonly SomaSlice[],
    private readonly neuron: Uint16Array | Uint32Array,
    private readonly queue: MessageQueue,
    private readonly memory: StateMemory,
    private readonly outlet: Outlet,
    private readonly counters: Float64Array,
  ) {
    this.at = core.id * CORE_COUNTERS.length;
    this.policyTouched = core.neuronUpdate.policy === "touched";
    this.steps = slices.map(() => ({ active: false, first: false, last: false, eventFrom: 0, eventTo: 0 }));
    this.touched = slices.map(({ slice, buffers, hasInputs }) => {
      const size = this.policyTouched && hasInputs ? slice.neurons : 0;
      return {
        now: new Uint8Array(size),
        arrived: Array.from({ length: buffers }, () => new Uint8Array(size)),
        order: new Int32Array(size),
      };
    });
  }

  /** Marks the targets of a row that arrives in `wave`. */
  touch(block: Block, from: number, to: number, wave: number): void {
    if (!this.policyTouched) return;
    const marks = this.touched[block.targetIndex].arrived[(wave + block.delayWaves) % block.target.buffers];
    if (block.sparseTargets === null) marks.fill(1);
    else for (let k = from; k < to; k++) marks[block.sparseTargets[k] - block.target.slice.firstNeuron] = 1;
  }

  /** `steps` is filled in by the breadboard before. */
  startWave(wave: number, cycle: number): void {
    this.wave = wave;
    this.slice = -1;
    this.askAt = cycle;
    this.drainedAt = cycle;
    this.resultAt = cycle;
    if (this.policyTouched) for (let i = 0; i < this.slices.length; i++) this.gather(i, wave);
    this.nextSlice();
    this.nextAt = this.slice < this.slices.length ? cycle : Number.POSITIVE_INFINITY;
  }

  private gather(i: number, wave: number): void {
    const { now, arrived, order } = this.touched[i];
    const step = this.steps[i];
    const marks = arrived[wave % arrived.length];
    if (step.active) {
      const { firstNeuron } = this.slices[i].slice;
      if (step.first) now.fill(0);
      for (let n = 0; n < now.length; n++) now[n] |= marks[n];
      for (let e = step.eventFrom; e < step.eventTo && now.length > 0; e++) now[this.neuron[e] - firstNeuron] = 1;
      let count = 0;
      for (let n = 0; n < now.length; n++) if (now[n] === 1) order[count++] = n;
      this.gathered[i] = count;
    }
    marks.fill(0);
  }

  private nextSlice(): void {
    const { slices, steps } = this;
    for (this.slice++; this.slice < slices.length; this.slice++) {
      const all = !this.policyTouched || !slices[this.slice].hasInputs;
      this.length = all ? slices[this.slice].slice.neurons : this.gathered[this.slice];
      if (steps[this.slice].active && this.length > 0) break;
    }
    this.cursor = 0;
    if (this.slice < slices.length) this.event = steps[this.slice].eventFrom;
  }

  evaluate(cycle: number): void {
    this.blockedOnOutput = false;
    this.blockedOnLoopback = false;
    if (this.head !== this.tail && this.finishAt[this.head & (RING - 1)] <= cycle) this.push(cycle);
    const waiting = this.head !== this.tail && this.finishAt[this.head & (RING - 1)] <= cycle;
    const more = this.slice < this.slices.length;
    if (more && this.askAt <= cycle && !waiting) this.ask(cycle);
    if (this.blockedOnOutput || this.blockedOnLoopback) {
      this.nextAt = this.blockedOnOutput && this.outlet.mustPoll ? cycle + 1 : Number.POSITIVE_INFINITY;
      return;
    }
    const pushAt = this.head === this.tail ? Number.POSITIVE_INFINITY : Math.max(cycle + 1, this.finishAt[this.head & (RING - 1)]);
    // an ask waits while a finished packet waits, so the push comes first
    const nextAsk = this.slice < this.slices.length && !waiting ? Math.max(this.askAt, cycle + 1) : Number.POSITIVE_INFINITY;
    this.nextAt = Math.min(pushAt, nextAsk);
  }

  /** Hands over the oldest finished packet if there is space. */
  private push(cycle: number): void {
    const i = this.head & (RING - 1);
    const outlet = this.outlet;
    if (!outlet.open) outlet.begin(this.slices[this.sliceOf[i]], this.eventFrom[i], this.routeVariant[i]);
    if (outlet.wantsLoopback) {
      if (this.queue.committed >= this.queue.depth) {
        this.blockedOnLoopback = true;
        return;
      }
      outlet.loopBack(this.queue);
    } else {
      if (!outlet.hasSpace()) {
        this.blockedOnOutput = true;
        return;
      }
      outlet.send();
    }
    if (cycle + 1 > this.drainedAt) this.drainedAt = cycle + 1;
    if (outlet.open) return;
    const soma = this.slices[this.sliceOf[i]];
    this.eventFrom[i] = outlet.firstWithDestination(soma, this.eventFrom[i] + 1, this.eventTo[i], this.routeVariant[i]);
    if (this.eventFrom[i] === this.eventTo[i]) this.head++;
  }

  /** Asks the state memory for the next batch. */
  private ask(cycle: number): void {
    const { core, counters, at, memory } = this;
    const soma = this.slices[this.slice];
    const step = this.steps[this.slice];
    const { firstNeuron } = soma.slice;
    const all = !this.policyTouched || !soma.hasInputs;
    const order = this.touched[this.slice].order;
    const end = Math.min(this.cursor + core.neuronUpdate.units, this.length);
    const buffer = soma.accumulatorBase + (this.wave % soma.buffers) * soma.accumulatorWords;
    let done = cycle + 1;
    let words = 0;
    for (let region = 0; region < 2; region++) {
      const packing = region === 0 ? soma.states : soma.accumulators;
      const perNeuron = region === 0 ? 1 : soma.accumulatorsPerNeuron;
      if (packing.wordsPerItem === 0 || perNeuron === 0) continue;
      const base = region === 0 ? soma.stateBase : buffer;
      let lastWord = -1;
      for (let k = this.cursor; k < end; ) {
        const from = all ? k : order[k];
        let to = from + 1;
        for (k++; k < end && (all || order[k] === to); k++) to++;
        const wide = packing.wordsPerItem > 1;
        const head = wide ? from * perNeuron * packing.wordsPerItem : Math.floor((from * perNeuron) / packing.itemsPerWord);
        const last = wide ? to * perNeuron * packing.wordsPerItem - 1 : Math.floor((to * perNeuron - 1) / packing.itemsPerWord);
        const first = head > lastWord ? head : lastWord + 1;
        if (last < first) continue;
        done = memory.request(cycle, base + first, base + last, done);
        words += last - first + 1;
        lastWord = last;
      }
    }
    const updated = end - this.cursor;
    counters[at + coreColumn.state_reads] += words;
    counters[at + coreColumn.state_writes] += words;
    counters[at + coreColumn.neuron_updates] += updated;
    counters[at + coreColumn.element_multiplies] += updated * soma.multiplies;
    counters[at + coreColumn.element_adds] += updated * soma.additions;
    counters[at + coreColumn.lut_reads] += updated * soma.lutReads;
    const interval = core.neuronUpdate.cyclesPerNeuron;
    counters[at + coreColumn.soma_stall_output_cycles] += cycle - this.askAt;
    counters[at + coreColumn.soma_busy_cycles] += interval;
    counters[at + coreColumn.soma_stall_state_cycles] += Math.max(0, done - cycle - interval);
    this.servedAt = done;
    this.askAt = Math.max(done, cycle + interval);
    const finish = done - 1 + memory.readLatencyCycles + core.neuronUpdate.pipelineDepthCycles;
    this.resultAt = finish;
    this.drainedAt = Math.max(this.drainedAt, finish, this.askAt);
    const lastNeuron = firstNeuron + (all ? end - 1 : order[end - 1]);
    const variant = step.last ? 1 : 0;
    const fired = this.event;
    while (this.event < step.eventTo && this.neuron[this.event] <= lastNeuron) this.event++;
    counters[at + coreColumn.spikes_sent] += this.event - fired;
    const from = this.outlet.firstWithDestination(soma, fired, this.event, variant);
    if (from < this.event) {
      const i = this.tail++ & (RING - 1);
      this.finishAt[i] = finish;
      this.eventFrom[i] = from;
      this.eventTo[i] = this.event;
      this.routeVariant[i] = variant;
      this.sliceOf[i] = this.slice;
    }
    this.cursor = end;
    if (end === this.length) {
      this.nextSlice();
    }
  }

  /** Earliest cycle in which the next request can come, seen after this unit's turn in `cycle`. */
  nextAskFrom(cycle: number): number {
    if (this.slice === this.slices.length || this.blockedOnLoopback) return Number.POSITIVE_INFINITY;
    if (this.blockedOnOutput) return cycle + 1;
    return this.askAt > cycle ? this.askAt : cycle + 1;
  }

  /** First cycle after the wave's last update and last packet; valid once nothing is left to do. */
  get doneAt(): number {
    return this.drainedAt;
  }

  /** True while batches or packets are left. */
  get busy(): boolean {
    return this.slice < this.slices.length || this.head !== this.tail;
  }

  /** Counts the pipeline's last cycles and the wait of the last packets. */
  endWave(): void {
    const updated = Math.max(this.askAt, this.resultAt);
    this.counters[this.at + coreColumn.soma_busy_cycles] += updated - this.askAt;
    this.counters[this.at + coreColumn.soma_stall_output_cycles] += this.drainedAt - updated;
  }
}
