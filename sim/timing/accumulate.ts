/**
 * Synapse unit of a core: takes spike messages from the input queue, reads their weight rows, adds them to next-wave accumulators.
 *
 * Cycles: see the table in `core.ts`. Groups are run ahead up to the soma's next possible request; a dense row that ends before it, with the
 * banks free, is taken in closed form (same cycles).
 * Not modelled: prefetch of the next row's weights, write-back conflicts (accumulators are forwarded inside the pipeline).
 */
import type { Core } from "../../arch/index.js";
import { CORE_COUNTERS, coreColumn } from "../counters.js";
import { dramBitsOf, groupsOf } from "./axons.js";
import { type Block, newWords, rowReads, wordsAround } from "./blocks.js";
import type { MessageQueue } from "./message-queue.js";
import type { Recorder } from "./observe/recorder.js";
import type { DramChannel, DramUser } from "./parts/dram.js";
import type { Program } from "./program.js";
import type { Scanning } from "./scans.js";
import type { Soma } from "./soma.js";
import type { SpikeSource } from "./spike-source.js";
import { type BegunRows, type RowUnit, SpikeVector } from "./spike-vector.js";
import type { StateMemory } from "./state-memory.js";

export class SynapseUnit implements DramUser, RowUnit {
  /** Earliest cycle with work; Infinity: a message must come. */
  nextAt = Number.POSITIVE_INFINITY;
  /** First cycle in which the last event's rows are all issued. */
  freeAt = 0;
  /** First cycle after the last accumulator's write. */
  drainedAt = 0;
  private inRow = false;
  /** The soma makes no request to the state memory before this cycle. */
  private undisturbedUntil = 0;
  private segment = 0;
  private segmentEnd = 0;
  /** Next item of the segment's row. */
  private item = 0;
  private itemEnd = 0;
  /** First item of the segment's row. */
  private rowStart = 0;
  private block: Block;
  private base = 0;
  private lastWord = -1;
  private wave = 0;
  private takenAt = 0;
  /** Cycle of the first group if the event's weights were on the chip. */
  private wantedAt = 0;
  readonly id: number;
  private readonly overhead: number;
  private readonly latency: number;
  private readonly drain: number;
  private readonly at: number;
  /** From this cycle on no message is taken: the core's step is about to end. */
  private heldAt = Number.POSITIVE_INFINITY;
  /** Rows wait for the scan at the wave's end. */
  readonly gathers: boolean;
  private readonly rereads: { readonly weights: boolean; readonly states: boolean };
  private readonly vector: SpikeVector;

  constructor(
    core: Core,
    private readonly program: Program,
    private readonly spikes: SpikeSource,
    private readonly queue: MessageQueue,
    private readonly memory: StateMemory,
    private readonly soma: Soma,
    private readonly counters: Float64Array,
    private readonly recorder: Recorder | null,
    /** null: all weights are on the chip. */
    private readonly dram: DramChannel | null,
  ) {
    this.id = core.id;
    this.overhead = core.eventOverheadCycles;
    this.latency = core.synapseMemory.readLatencyCycles;
    this.drain = memory.readLatencyCycles + core.accumulateDepthCycles - 1;
    this.at = core.id * CORE_COUNTERS.length;
    this.block = program.blocks[0];
    this.rereads = { weights: core.synapseMemory.rereadsInStalls, states: core.stateMemory.rereadsInStalls };
    this.gathers = core.scan.policy !== "event";
    this.vector = new SpikeVector(core, program.axons[core.id], program.axonOf, counters, recorder);
  }

  startWave(wave: number): void {
    this.wave = wave;
  }

  /** Messages that are visible can be taken from `cycle` on. */
  wake(cycle: number): void {
    if (!this.inRow) this.nextAt = Math.max(cycle, this.freeAt, this.queue.readableAt);
  }

  /** An event's rows are under way. */
  get isInRow(): boolean {
    return this.inRow;
  }

  /** Takes no message from `cycle` on (Infinity: takes them again). */
  hold(cycle: number): void {
    this.heldAt = cycle;
  }

  /** Takes a message when it evaluates in `cycle`. */
  takesIn(cycle: number): boolean {
    return !this.inRow && this.nextAt <= cycle && this.queue.readableAt <= cycle && cycle < this.heldAt;
  }

  evaluate(cycle: number): void {
    if (!this.inRow) {
      if (this.queue.readableAt > cycle || this.heldAt <= cycle) {
        this.nextAt = this.heldAt <= cycle ? Number.POSITIVE_INFINITY : this.queue.readableAt;
        return;
      }
      if (this.gathers) {
        this.gather(cycle);
        if (!this.queue.hasMore) this.nextAt = Number.POSITIVE_INFINITY;
        return;
      }
      // the slot that this frees may wake the soma in the next cycle
      const freedAt = this.soma.isHeldByQueue ? cycle + 1 : Number.POSITIVE_INFINITY;
      this.undisturbedUntil = Math.min(this.soma.nextAskFrom(cycle), freedAt);
      this.take(cycle);
    } else this.undisturbedUntil = this.soma.nextAskFrom(cycle);
    while (this.inRow && (this.nextAt <= cycle || this.nextAt < this.undisturbedUntil)) this.advance(this.nextAt);
    // a message that is pushed in this cycle wakes the unit at the cycle's end
    if (!this.inRow && !this.queue.hasMore) this.nextAt = Number.POSITIVE_INFINITY;
  }

  /** Under a scan: a message sets its bit, one a cycle. */
  private gather(cycle: number): void {
    const { queue, counters, at, wave } = this;
    if (this.recorder !== null) this.recorder.record("take", cycle, this.id, queue.frontEvent, queue.frontEntry);
    const entry = queue.frontEntry;
    this.vector.set(entry, queue.frontEvent);
    this.spikes.taken(entry, queue.frontEvent, wave);
    queue.pop(cycle);
    counters[at + coreColumn.input_queue_pops]++;
    counters[at + coreColumn.spikes_received]++;
    counters[at + coreColumn.synapse_overhead_cycles]++;
    this.freeAt = cycle + 1;
    this.drainedAt = cycle + 1;
    this.nextAt = cycle + 1;
    this.touch(entry);
  }

  /** Marks the neurons that get input by an entry. */
  private touch(entry: number): void {
    const { program, soma, wave } = this;
    if (!soma.tracksTouched) return;
    for (let s = program.segmentStart[entry]; s < program.segmentStart[entry + 1]; s++) {
      soma.touch(program.blocks[program.segmentBlock[s]], program.segmentFrom[s], program.segmentTo[s], wave);
    }
  }

  /** Scans the spike vector from `start` on, when all messages of the wave have come and the somas rest. */
  *scan(start: number): Scanning<void> {
    this.undisturbedUntil = Number.POSITIVE_INFINITY;
    const drain = this.vector.isEmpty ? 0 : this.drain;
    this.freeAt = yield* this.vector.scan(start, this);
    this.drainedAt = this.freeAt + drain;
    this.nextAt = Number.POSITIVE_INFINITY;
  }

  /** Issues the rows that have been begun, the first group at `cycle`, of an event taken up at `takenAt`; returns the first cycle after them. */
  issue(cycle: number, takenAt: number): number {
    this.takenAt = takenAt;
    this.inRow = true;
    this.nextAt = cycle;
    this.open();
    while (this.inRow) this.advance(this.nextAt);
    return this.freeAt;
  }

  /** Sets out on an entry's rows and counts their operations; words, bits of DRAM and groups are the caller's to count. */
  begin(entry: number, event: number): BegunRows {
    const { program, counters, at, dram } = this;
    const payload = this.spikes.payload[event];
    const operation = payload > 1 || payload < -1 ? coreColumn.synaptic_macs : coreColumn.synaptic_adds;
    this.segment = program.segmentStart[entry];
    this.segmentEnd = program.segmentStart[entry + 1];
    const sum = { reads: 0, groups: 0, laneCycles: 0, dramBits: 0 };
    for (let s = this.segment; s < this.segmentEnd; s++) {
      const block = program.blocks[program.segmentBlock[s]];
      const items = block.sparseTargets === null ? block.rowItems : program.segmentTo[s] - program.segmentFrom[s];
      const groups = groupsOf(block, program.segmentFrom[s], program.segmentTo[s]);
      counters[at + operation] += items * block.weightsPerItem;
      if (block.isSpilled && dram !== null) sum.dramBits += dramBitsOf(block, items, dram.dram);
      else sum.reads += rowReads(block, items);
      sum.groups += groups;
      sum.laneCycles += groups * block.beatCycles;
    }
    return sum;
  }

  private take(cycle: number): void {
    const { queue, counters, at } = this;
    if (this.recorder !== null) this.recorder.record("take", cycle, this.id, queue.frontEvent, queue.frontEntry);
    this.takenAt = cycle;
    const [entry, event] = [queue.frontEntry, queue.frontEvent];
    this.spikes.taken(entry, event, this.wave);
    queue.pop(cycle);
    counters[at + coreColumn.input_queue_pops]++;
    counters[at + coreColumn.spikes_received]++;
    counters[at + coreColumn.synapse_overhead_cycles] += this.overhead + Math.min(cycle, this.drainedAt) - this.freeAt;
    counters[at + coreColumn.synapse_stall_memory_cycles] += this.latency;
    const { reads, dramBits } = this.begin(entry, event);
    counters[at + coreColumn.synapse_reads] += reads;
    this.touch(entry);
    this.inRow = true;
    this.nextAt = cycle + this.overhead + this.latency;
    this.open();
    if (dramBits === 0 || this.dram === null) return;
    counters[at + coreColumn.dram_bits] += dramBits;
    this.wantedAt = this.nextAt;
    this.nextAt = Number.POSITIVE_INFINITY;
    this.dram.post(this, cycle + this.overhead, dramBits);
  }

  /** The spilled rows of the taken event are at hand from `cycle` on. */
  fetched(cycle: number): void {
    this.nextAt = Math.max(this.wantedAt, cycle);
    this.counters[this.at + coreColumn.synapse_stall_dram_cycles] += this.nextAt - this.wantedAt;
    if (this.recorder !== null) this.recorder.record("fetch", this.wantedAt, this.id, this.nextAt, 0);
  }

  private open(): void {
    const { program, segment } = this;
    const block = program.blocks[program.segmentBlock[segment]];
    const target = block.target;
    this.block = block;
    this.base = target.accumulatorBase + ((this.wave + block.delayWaves) % target.buffers) * target.accumulatorWords;
    this.lastWord = -1;
    this.item = block.sparseTargets === null ? 0 : program.segmentFrom[segment];
    this.rowStart = this.item;
    this.itemEnd = block.sparseTargets === null ? block.rowItems : program.segmentTo[segment];
  }

  /** Issues one group at `cycle`, or a whole dense row when nothing can disturb it. */
  private advance(cycle: number): void {
    const { block, counters, at } = this;
    let done: number;
    if (block.sparseTargets !== null) done = this.sparseGroup(cycle, block, block.sparseTargets);
    else if (
      this.item === 0 &&
      !this.rereads.weights &&
      !this.rereads.states &&
      this.soma.servedAt <= cycle &&
      cycle + block.rowCycles <= this.undisturbedUntil
    ) {
      this.item = block.rowItems;
      done = cycle + block.rowCycles;
      counters[at + coreColumn.state_reads] += block.rowStateWords;
      counters[at + coreColumn.state_writes] += block.rowStateWords;
      this.count(cycle, block.rowGroups, block.rowCycles, block);
    } else {
      const to = Math.min(this.item + block.groupItems, this.itemEnd);
      const { first, last } = newWords(block.target.accumulators, this.item, to, block.refetches.state);
      done = this.memory.request(cycle, this.base + first, this.base + last, cycle + block.beatCycles);
      if (last >= first) {
        counters[at + coreColumn.state_reads] += last - first + 1;
        counters[at + coreColumn.state_writes] += last - first + 1;
      }
      this.reread(done - cycle, block, this.item, to, Math.max(0, last - first + 1));
      this.item = to;
      this.count(cycle, 1, done - cycle, block);
    }
    this.nextAt = done;
    if (this.item < this.itemEnd) return;
    if (++this.segment < this.segmentEnd) {
      this.open();
      return;
    }
    this.inRow = false;
    if (this.recorder !== null) this.recorder.record("rows", done, this.id, this.takenAt, 0);
    this.freeAt = done;
    this.drainedAt = done + this.drain;
  }

  private sparseGroup(cycle: number, block: Block, targets: Uint32Array): number {
    const { target, weightsPerItem } = block;
    const { itemsPerWord, wordsPerItem } = target.accumulators;
    const to = Math.min(this.item + block.groupItems, this.itemEnd);
    let done = cycle + block.beatCycles;
    let words = 0;
    const first = this.item;
    if (block.refetches.state) this.lastWord = -1;
    for (; this.item < to; this.item++) {
      const accumulator = (targets[this.item] - target.slice.firstNeuron) * weightsPerItem;
      const from = wordsPerItem > 1 ? accumulator * wordsPerItem : Math.floor(accumulator / itemsPerWord);
      const last =
        wordsPerItem > 1
          ? (accumulator + weightsPerItem) * wordsPerItem - 1
          : Math.floor((accumulator + weightsPerItem - 1) / itemsPerWord);
      const fresh = Math.max(from, this.lastWord + 1);
      if (last < fresh) continue;
      done = this.memory.request(cycle, this.base + fresh, this.base + last, done);
      words += last - fresh + 1;
      this.lastWord = last;
    }
    this.counters[this.at + coreColumn.state_reads] += words;
    this.counters[this.at + coreColumn.state_writes] += words;
    this.reread(done - cycle, block, first - this.rowStart, to - this.rowStart, words);
    this.count(cycle, 1, done - cycle, block);
    return done;
  }

  /** A group of items `from .. to - 1` of its row took so many cycles: in those beyond its beat its words of both memories are read again. */
  private reread(cycles: number, block: Block, from: number, to: number, stateWords: number): void {
    const { counters, at, rereads } = this;
    const waits = cycles - block.beatCycles;
    if (rereads.weights && !block.isSpilled) counters[at + coreColumn.synapse_rereads] += waits * wordsAround(block.synapse, from, to);
    if (rereads.states) counters[at + coreColumn.state_rereads] += waits * stateWords;
  }

  private count(cycle: number, groups: number, cycles: number, block: Block): void {
    const { counters, at } = this;
    const stall = cycles - groups * block.beatCycles;
    if (this.recorder !== null && stall > 0) this.recorder.record("synapseStall", cycle, this.id, stall, 0);
    counters[at + coreColumn.synapse_busy_cycles] += groups;
    counters[at + coreColumn.synapse_stall_memory_cycles] += groups * (block.beatCycles - 1);
    counters[at + coreColumn.synapse_stall_state_cycles] += stall;
  }

  /** Counts the last drain of a wave that is over. */
  endWave(): void {
    this.counters[this.at + coreColumn.synapse_overhead_cycles] += this.drainedAt - this.freeAt;
    this.freeAt = this.drainedAt;
  }
}
