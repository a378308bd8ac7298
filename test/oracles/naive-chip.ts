/**
 * Slow, obvious model of a chip in timestep mode: every unit looks at every cycle. The oracle of the fast one; shares
 * no code with it but the memory packing rule and the network kernel, which is stepped one cycle at a time.
 */
import {
  type Chip,
  type Core,
  type Dram,
  type Port,
  type Precision,
  type Projection,
  packing,
  type SharedKernel,
  type SpikeTrace,
  type Topology,
} from "../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type PortCounters } from "../../sim/counters.js";
import { accumulatorBuffers, delayWaves, rowsOf, stateRegions, synapseItemBits } from "../../sim/mapping/layout.js";
import type { Placement, Slice } from "../../sim/mapping/placement.js";
import type { NocKernel } from "../../sim/noc/noc.js";
import { naiveRows } from "./naive-rows.js";
import { NaiveSteps, type StepPacket } from "./naive-steps.js";

export interface Message {
  readonly population: number;
  readonly neuron: number;
  readonly payload: number;
  readonly last: boolean;
  /** In which it was sent. */
  readonly wave: number;
}
/** One word's service: who waits for it. */
interface Ticket {
  open: number;
}
interface Batch {
  /** Of states that come from DRAM for it. */
  readonly bits: number;
  /** Cycles to find its neurons. */
  readonly find: number;
  readonly words: readonly number[];
  readonly slice: Slice;
  readonly neurons: readonly number[];
  readonly spikes: readonly Message[];
}
interface Group {
  readonly words: readonly number[];
  readonly beat: number;
  /** Words of the synapse memory that it lies in. */
  readonly held: number;
  /** Cycles after which the next one begins if nothing disturbs it, a kernel's as if all its words were at hand. */
  readonly plan: number;
  /** Bits of the fetch that brings its words, up to the last of them; 0: they are on the chip. */
  readonly through: number;
  /** It is no group, but the row's bitmap or run lengths are decoded. */
  readonly decodes?: true;
}

class NaiveMemory {
  private readonly waiting: Ticket[][];
  private readonly left: number[];
  constructor(
    private readonly banks: number,
    private readonly access: number,
  ) {
    this.waiting = Array.from({ length: banks }, () => []);
    this.left = Array(banks).fill(0);
  }
  ask(words: readonly number[]): Ticket {
    const ticket = { open: words.length };
    for (const word of words) this.waiting[word % this.banks].push(ticket);
    return ticket;
  }
  serve(): void {
    for (let bank = 0; bank < this.banks; bank++) {
      if (this.waiting[bank].length === 0) continue;
      if (this.left[bank] === 0) this.left[bank] = this.access;
      if (--this.left[bank] === 0) (this.waiting[bank].shift() as Ticket).open--;
    }
  }
}

/**
 * Fetches in the order of their cycle, of one cycle by core. In each cycle the channel counts a fixed part of a bit
 * more, in steps of 2^-20.
 */
class NaiveDram {
  private busyUntil = 0;
  /** When the transfer of the last fetch began. */
  begunAt = 0;
  constructor(private readonly dram: Dram) {}
  fetch(from: number, bits: number): number {
    this.begunAt = Math.max(from, this.busyUntil);
    this.busyUntil = this.begunAt + this.transfer(bits);
    return this.busyUntil + this.dram.latencyCycles;
  }
  /** When the first `bits` of a fetch are there whose transfer began in a cycle. */
  arrival({ begunAt }: Fetched, bits: number): number {
    return begunAt + this.transfer(bits) + this.dram.latencyCycles;
  }
  private transfer(bits: number): number {
    let cycles = 0;
    const credit = Math.max(1, Math.round(this.dram.bitsPerCycle * 2 ** 20));
    while (cycles * credit < bits * 2 ** 20) cycles++;
    return cycles;
  }
}

/** A part of the bits of a message's rows. */
interface Fetched {
  readonly bits: number;
  readonly begunAt: number;
}

interface Target {
  readonly core: number;
  readonly slice: Slice;
  readonly projection: number;
  readonly targets: number[] | null;
}

function targetsOf(topology: Topology, slices: readonly Slice[], message: Message): Target[] {
  return topology.projections.flatMap((projection, index) => {
    if (projection.source !== message.population || (projection.recurrent && message.last)) return [];
    const rows = rowsOf(topology, projection);
    if (message.neuron < rows.first || message.neuron >= rows.first + rows.count) return [];
    if ((projection.rowOf?.[message.neuron] ?? 0) < 0) return [];
    const row = projection.sparse === null ? null : naiveRows(projection)[message.neuron].map(({ target }) => target);
    return slices
      .filter((slice) => slice.population === projection.target)
      .map((slice) => ({
        core: slice.core,
        slice,
        projection: index,
        targets: row?.filter((n) => n >= slice.firstNeuron && n < slice.firstNeuron + slice.neurons).sort((x, y) => x - y) ?? null,
      }))
      .filter((t) => t.targets === null || t.targets.length > 0);
  });
}

class NaiveCore {
  readonly count = Object.fromEntries(CORE_COUNTERS.map((name) => [name, 0])) as Record<CoreCounter, number>;
  queue: Message[] = [];
  /** Messages that are stored from the next cycle on. */
  arriving: Message[] = [];
  /** Cycle in which each message of the queue came. */
  private cameAt: number[] = [];
  /** By message of the queue, what has been fetched for it before its turn. */
  private readonly early = new Map<Message, Fetched>();
  /** The same for the message whose rows are under way, and whether the rest of its rows is still to be asked for. */
  private parts: Fetched[] = [];
  lost = 0;
  /** Messages meant for this core. */
  meant = 0;
  /** The step is about to end: no message is taken. */
  held = false;
  /** Told of messages that are taken, with the wave that the core is in. */
  took: (message: Message, wave: number) => void = () => {};
  private readonly memory: NaiveMemory;
  private readonly slices: { slice: Slice; base: number }[] = [];
  private batches: Batch[] = [];
  private askedAt = Number.NEGATIVE_INFINITY;
  private ticket: Ticket | null = null;
  private current: Batch | null = null;
  private resultAt = 0;
  /** Words of the soma's last request in this wave. */
  private heldWords = 0;
  /** The neurons of the next batch are known from this cycle on. */
  private foundAt = 0;
  private packets: { readyAt: number; message: Message; to: number[] }[] = [];
  private lastPushAt = -1;
  private groups: Group[] = [];
  private groupTicket: Ticket | null = null;
  private groupAt = 0;
  private startAt = 0;
  private takenAt = 0;
  private drainedAt = 0;
  wave = 0;
  private wantedBits = 0;
  /** Exchange of states that is to be granted at the cycle's end. */
  private stateBits = 0;
  private statesAt = 0;
  private wanted: "none" | "asked" = "none";
  /** First group, if no row came from DRAM. */
  private weightsAt = 0;
  private readonly touched = new Map<string, Set<number>>();
  full = false;

  constructor(
    readonly core: Core,
    private readonly chip: Chip,
    private readonly placement: Placement,
    private readonly topology: Topology,
    private readonly precision: Precision,
    private readonly allSlices: readonly Slice[],
    private readonly noc: NocKernel,
    private readonly dram: NaiveDram | null,
    private readonly spilled: Placement["spilled"],
    private readonly send: (core: number, to: number[], message: Message | StepPacket, flits: number) => void,
    /** null: waves do not wait for their sources. */
    readonly links: NaiveSteps | null,
  ) {
    this.memory = new NaiveMemory(core.stateMemory.banks, core.stateMemory.ports === "1rw" ? 2 : 1);
    let base = 0;
    for (const slice of placement.slices.filter((s) => s.core === core.id)) {
      this.slices.push({ slice, base });
      const r = stateRegions(topology, precision, core.stateMemory.wordBits, slice.population, slice.neurons);
      base += this.stateRoom(slice) + r.totalWords - r.stateWords;
    }
  }

  /** Words of accumulators `from .. to - 1` of a slice in a buffer. */
  private accumulatorWords(slice: Slice, base: number, buffer: number, from: number, to: number): number[] {
    const r = stateRegions(this.topology, this.precision, this.core.stateMemory.wordBits, slice.population, slice.neurons);
    return this.words(base + this.stateRoom(slice) + buffer * r.accumulatorWords, r.accumulators, from, to);
  }
  private words(base: number, p: { itemsPerWord: number; wordsPerItem: number }, from: number, to: number): number[] {
    const found = new Set<number>();
    for (let item = from; item < to; item++) {
      if (p.wordsPerItem > 1) for (let k = 0; k < p.wordsPerItem; k++) found.add(base + item * p.wordsPerItem + k);
      else if (p.wordsPerItem === 1) found.add(base + Math.floor(item / p.itemsPerWord));
    }
    return [...found];
  }

  private isAway(slice: Slice): boolean {
    return this.placement.spilledStates.some(
      (s) => s.core === this.core.id && s.population === slice.population && s.firstNeuron === slice.firstNeuron,
    );
  }

  /** Words of a chunk. */
  private chunkOf({ states }: ReturnType<typeof stateRegions>, { burstBits }: Dram): number {
    const { stateMemory, neuronUpdate } = this.core;
    const batch = Math.ceil(neuronUpdate.units / states.itemsPerWord) * states.wordsPerItem;
    let chunk = stateMemory.banks;
    while (chunk * stateMemory.wordBits < burstBits || chunk < batch) chunk += stateMemory.banks;
    return chunk;
  }

  /** Words of the state memory that a slice's states take. */
  private stateRoom(slice: Slice): number {
    const { stateMemory } = this.core;
    const r = stateRegions(this.topology, this.precision, stateMemory.wordBits, slice.population, slice.neurons);
    if (this.chip.spill === null || !this.isAway(slice)) return r.stateWords;
    return Math.min(r.stateWords, 3 * this.chunkOf(r, this.chip.spill));
  }

  /** Bits that a batch's states need from DRAM: chunks of whole bursts that hold a batch, none twice in a row. */
  private bitsFromDram(slice: Slice, base: number, words: readonly number[], brought: Set<number>): number {
    const { spill } = this.chip;
    const { stateMemory } = this.core;
    if (spill === null || !this.isAway(slice)) return 0;
    const r = stateRegions(this.topology, this.precision, stateMemory.wordBits, slice.population, slice.neurons);
    const chunk = this.chunkOf(r, spill);
    let bits = 0;
    for (const id of new Set(words.map((word) => Math.floor((word - base) / chunk)))) {
      if (brought.has(id)) continue;
      brought.add(id);
      const inIt = Math.min(chunk, r.stateWords - id * chunk) * stateMemory.wordBits;
      for (let moved = 0; moved < inIt; moved += spill.burstBits) bits += spill.burstBits;
      this.count.state_reads += chunk;
      this.count.state_writes += chunk;
    }
    return bits;
  }

  startWave(wave: number, cycle: number, stepOf: (slice: Slice) => { first: boolean; spikes: Message[] } | null): void {
    this.wave = wave;
    this.batches = [];
    this.heldWords = 0;
    this.askedAt = Number.NEGATIVE_INFINITY;
    this.resultAt = cycle;
    this.wanted = "none";
    this.statesAt = 0;
    for (const { slice, base } of this.slices) {
      const population = this.topology.populations[slice.population];
      const buffers = accumulatorBuffers(this.topology, slice.population);
      const key = `${slice.population}/${slice.firstNeuron}`;
      const arrived = this.touched.get(`${key}/${wave % buffers}`) ?? new Set<number>();
      this.touched.delete(`${key}/${wave % buffers}`);
      const step = stepOf(slice);
      if (step === null) continue;
      const known = step.first ? new Set<number>() : (this.touched.get(key) ?? new Set<number>());
      for (const n of arrived) known.add(n);
      this.touched.set(key, known);
      let neurons = Array.from({ length: slice.neurons }, (_, i) => slice.firstNeuron + i);
      const fed = this.topology.projections.some((p) => p.target === slice.population);
      const r = stateRegions(this.topology, this.precision, this.core.stateMemory.wordBits, slice.population, slice.neurons);
      const streams = this.isAway(slice) && r.stateWords > 0;
      const finds = this.core.neuronUpdate.policy === "touched" && fed && !streams;
      if (finds) neurons = neurons.filter((n) => known.has(n));
      let chunks = 0;
      const brought = new Set<number>();
      for (let i = 0; i < neurons.length; i += this.core.neuronUpdate.units) {
        const batch = neurons.slice(i, i + this.core.neuronUpdate.units);
        const local = batch.map((n) => n - slice.firstNeuron);
        const a = population.accumulators;
        const words = new Set<number>([
          ...local.flatMap((n) => this.words(base, r.states, n, n + 1)),
          ...local.flatMap((n) => this.accumulatorWords(slice, base, wave % buffers, n * a, (n + 1) * a)),
        ]);
        const bits = this.bitsFromDram(
          slice,
          base,
          local.flatMap((n) => this.words(base, r.states, n, n + 1)),
          brought,
        );
        const isLast = i + this.core.neuronUpdate.units >= neurons.length;
        const find = finds ? this.findCycles(slice, local, isLast, chunks) : 0;
        chunks = Math.floor((local.at(-1) as number) / this.core.scan.chunkBits) + 1;
        this.batches.push({
          bits,
          find,
          words: [...words],
          slice,
          neurons: batch,
          spikes: step.spikes.filter((s) => batch.includes(s.neuron)),
        });
      }
    }
    this.foundAt = cycle + (this.batches[0]?.find ?? 0);
  }

  /** Wave that a message counts to. */
  private waveOf(message: Message): number {
    return this.links === null ? this.wave : message.wave;
  }

  /** Tells a neighbour that all neurons of the wave are updated, and their packets handed over. */
  private tell(cycle: number): void {
    const used = this.noc.spec.injectionQueuePackets - this.noc.injectionSpace(this.core.id);
    if (this.links === null || this.links.untold.length === 0 || used >= this.core.outputQueue.depth || !this.somaDone(cycle)) return;
    const { to, packet } = this.links.tell();
    this.send(this.core.id, [to], packet, this.links.flits);
    this.count.output_queue_pushes++;
    this.count.output_queue_pops++;
    this.count.packets_sent++;
    this.lastPushAt = cycle;
  }

  /**
   * The encoder walks over the chunks of a slice's marks, `done` of them so far, up to the batch's last neuron or the
   * slice's end.
   */
  private findCycles(slice: Slice, local: readonly number[], isLast: boolean, done: number): number {
    const { chunkBits, cyclesPerChunk, cyclesPerSetBit } = this.core.scan;
    const end = isLast ? slice.neurons : (local.at(-1) as number) + 1;
    let cycles = 0;
    for (let chunk = done; chunk * chunkBits < end; chunk++) cycles += cyclesPerChunk;
    for (const _ of local) cycles += cyclesPerSetBit;
    return cycles;
  }

  private want(batch: Batch): void {
    this.wanted = "asked";
    this.statesAt = batch.bits === 0 ? 0 : Number.POSITIVE_INFINITY;
    this.stateBits = 2 * batch.bits;
    this.count.dram_state_bits += this.stateBits;
  }

  /** Of each message that was asked for: a message of a neuron reaches the same targets in every wave. */
  private readonly reached = new Map<string, readonly Target[]>();

  private targetsOf(message: Message): readonly Target[] {
    const key = `${message.population}/${message.neuron}/${message.last}`;
    const targets = this.reached.get(key) ?? targetsOf(this.topology, this.allSlices, message);
    this.reached.set(key, targets);
    return targets;
  }

  private packetsOf(message: Message): number[][] {
    const cores = [...new Set(this.targetsOf(message).map((t) => t.core))].sort((a, b) => a - b);
    const remote = cores.filter((core) => core !== this.core.id);
    const own = cores.includes(this.core.id) ? [[this.core.id]] : [];
    if (this.chip.noc.multicast === "tree") return remote.length === 0 ? own : [...own, remote];
    return [...own, ...remote.map((core) => [core])];
  }

  evaluate(cycle: number): void {
    const { count, core } = this;
    // soma: results of the outstanding request
    const { cyclesPerNeuron, pipelineDepthCycles } = core.neuronUpdate;
    if (this.ticket !== null && this.ticket.open === 0 && this.current !== null && cycle > this.askedAt) {
      const readyAt = cycle - 1 + core.stateMemory.readLatencyCycles + pipelineDepthCycles;
      this.resultAt = readyAt;
      for (const message of this.current.spikes) for (const to of this.packetsOf(message)) this.packets.push({ readyAt, message, to });
      this.ticket = null;
      this.current = null;
    }
    // synapse unit: the last group is served; may it take a message?
    if (this.groupTicket !== null && this.groupTicket.open === 0 && cycle >= this.groupAt + this.groups[0].beat) {
      this.groups.shift();
      this.groupTicket = null;
      if (this.groups.length === 0) this.drainedAt = cycle - 1 + core.stateMemory.readLatencyCycles + core.accumulateDepthCycles;
    }
    const message = this.cameAt.length > 0 && this.cameAt[0] + core.intake.visibilityCycles <= cycle ? this.queue[0] : undefined;
    const rests = core.scan.policy === "event" ? this.groups.length === 0 : cycle >= this.drainedAt;
    const takes = message !== undefined && rests && !this.held;
    const occupied = this.queue.length - (takes && core.intake.fullJudged === "after-pop" ? 1 : 0);
    const isFrozen = core.intake.full === "freeze" && occupied >= core.inputQueue.depth;
    // soma: the states of the next batch are wanted
    if (this.batches.length > 0 && this.wanted === "none" && !isFrozen) this.want(this.batches[0]);
    if (!isFrozen) this.tell(cycle);
    // soma: hand over
    let loops = 0;
    const front = this.packets[0];
    if (front !== undefined && front.readyAt <= cycle && !isFrozen) {
      const loop = front.to.length === 1 && front.to[0] === core.id;
      const used = this.noc.spec.injectionQueuePackets - this.noc.injectionSpace(core.id);
      const drops = core.intake.full === "drop";
      if (loop ? drops || occupied < core.inputQueue.depth : used < core.outputQueue.depth) {
        this.packets.shift();
        this.lastPushAt = cycle;
        this.links?.countSent(front.to);
        if (loop) {
          this.meant++;
          if (drops && occupied >= core.inputQueue.depth) this.lost++;
          else {
            this.arriving.push(front.message);
            count.input_queue_pushes++;
            loops = 1;
          }
        } else {
          const bits = this.chip.noc.headerBits + this.topology.populations[front.message.population].payloadBits;
          this.send(core.id, front.to, front.message, Math.ceil(bits / this.chip.noc.flitWidthBits));
          count.output_queue_pushes++;
          count.output_queue_pops++;
          count.packets_sent++;
        }
      }
    }
    // soma: ask
    const waits = this.packets.length > 0 && this.packets[0].readyAt <= cycle;
    const interval = cycle >= this.askedAt + cyclesPerNeuron;
    if (
      this.batches.length > 0 &&
      this.ticket === null &&
      interval &&
      !waits &&
      !isFrozen &&
      this.wanted === "asked" &&
      cycle >= this.foundAt &&
      cycle >= this.statesAt
    ) {
      const batch = this.batches.shift() as Batch;
      this.current = batch;
      this.wanted = "none";
      if (this.batches.length > 0) this.want(this.batches[0]);
      this.ticket = this.memory.ask(batch.words);
      this.askedAt = cycle;
      this.heldWords = batch.words.length;
      if (this.batches.length > 0) this.foundAt = cycle + this.batches[0].find;
      const { update } = this.topology.populations[batch.slice.population];
      count.state_reads += batch.words.length;
      count.state_writes += batch.words.length;
      count.neuron_updates += batch.neurons.length;
      count.requantisations += batch.neurons.length * update.requantises;
      for (const _ of batch.neurons) if (update.multiplies > 0) count.parameter_memory_reads++;
      count.element_multiplies += batch.neurons.length * update.multiplies;
      count.element_adds += batch.neurons.length * update.additions;
      count.lut_reads += batch.neurons.length * update.lutReads;
      count.spikes_sent += batch.spikes.length;
    }
    const waitedBefore = count.soma_stall_state_cycles + count.soma_stall_output_cycles;
    if (cycle < this.askedAt + cyclesPerNeuron) count.soma_busy_cycles++;
    else if (this.ticket !== null) count.soma_stall_state_cycles++;
    else if (this.batches.length > 0 && cycle < this.foundAt) count.soma_busy_cycles++;
    else if (this.batches.length > 0 && cycle < this.statesAt) count.soma_stall_dram_cycles++;
    else if (this.batches.length > 0) count.soma_stall_output_cycles++;
    else if (cycle < this.resultAt) count.soma_busy_cycles++;
    else if (this.packets.length > 0 || this.lastPushAt === cycle || (this.links?.untold.length ?? 0) > 0) count.soma_stall_output_cycles++;
    else count.soma_idle_cycles++;
    const isWaiting = count.soma_stall_state_cycles + count.soma_stall_output_cycles > waitedBefore;
    if (isWaiting && core.stateMemory.rereadsInStalls) count.state_rereads += this.heldWords;

    this.findEarly(cycle);

    // synapse unit
    const latency = core.synapseMemory.readLatencyCycles;
    if (takes && core.scan.policy !== "event") {
      this.pop(message);
      this.vector.push(message);
      count.input_queue_pops++;
      count.spikes_received++;
      this.markTouched(message);
      this.drainedAt = cycle + 1;
    } else if (takes) {
      this.pop(message);
      this.take(message);
      this.takenAt = cycle;
      this.startAt = cycle + core.eventOverheadCycles + latency;
      this.weightsAt = this.startAt;
    }
    if (this.groups.length > 0 && this.groupTicket === null && cycle >= this.startAt) {
      const { words } = this.groups[0];
      this.groupTicket = this.memory.ask(words);
      this.groupAt = cycle;
      count.state_reads += words.length;
      count.state_writes += words.length;
    }
    if (this.groups.length > 0) {
      if (cycle < this.takenAt + core.eventOverheadCycles) count.synapse_overhead_cycles++;
      else if (cycle < this.weightsAt) count.synapse_stall_memory_cycles++;
      else if (cycle < this.startAt) count.synapse_stall_dram_cycles++;
      else if (cycle === this.groupAt && this.groups[0].decodes === undefined) count.synapse_busy_cycles++;
      else if (cycle < this.groupAt + this.groups[0].beat) count.synapse_stall_memory_cycles++;
      else {
        count.synapse_stall_state_cycles++;
        if (core.synapseMemory.rereadsInStalls) count.synapse_rereads += this.groups[0].held;
        if (core.stateMemory.rereadsInStalls) count.state_rereads += this.groups[0].words.length;
      }
    } else if (cycle < this.drainedAt) count.synapse_overhead_cycles++;
    else count.synapse_idle_cycles++;
    this.memory.serve();
    const held = core.intake.fullJudged === "after-pop" ? this.queue.length : this.occupiedAtStart;
    this.full = core.intake.full !== "drop" && held + loops >= core.inputQueue.depth;
  }

  private pop(message: Message): void {
    this.queue.shift();
    this.cameAt.shift();
    const early = this.early.get(message);
    this.early.delete(message);
    this.parts = early === undefined ? [] : [early];
    this.links?.countTaken(message.wave);
    this.took(message, this.waveOf(message));
  }

  /** A message comes out of the network. */
  deliver(message: Message): void {
    const { intake, inputQueue } = this.core;
    this.meant++;
    const held = intake.fullJudged === "after-pop" ? this.queue.length : this.occupiedAtStart;
    if (intake.full === "drop" && held + this.arriving.length >= inputQueue.depth) {
      this.lost++;
      return;
    }
    this.arriving.push(message);
    this.count.input_queue_pushes++;
  }

  /** Loses what is left in the queue. */
  clear(): void {
    this.lost += this.queue.length;
    this.queue = [];
    this.cameAt = [];
    this.early.clear();
  }

  /** The soma has nothing left to do from this cycle on. */
  somaDone(cycle: number): boolean {
    const waits = this.batches.length > 0 || this.ticket !== null || this.packets.length > 0;
    return !waits && cycle >= this.resultAt && cycle >= this.askedAt + this.core.neuronUpdate.cyclesPerNeuron && cycle > this.lastPushAt;
  }

  /** No rows are under way. */
  synapseRests(cycle: number): boolean {
    const isServed = this.groups.length === 1 && this.groupTicket?.open === 0 && cycle >= this.groupAt + this.groups[0].beat;
    const drained = cycle - 1 + this.core.stateMemory.readLatencyCycles + this.core.accumulateDepthCycles;
    return (this.groups.length === 0 && cycle >= this.drainedAt) || (isServed && drained <= cycle);
  }

  private occupiedAtStart = 0;
  beginCycle(): void {
    this.occupiedAtStart = this.queue.length;
  }

  private take(message: Message): void {
    this.count.input_queue_pops++;
    this.count.spikes_received++;
    this.markTouched(message);
    this.rows(message);
  }

  /** Neurons that get input from a message, for the wave that uses it. */
  private markTouched(message: Message): void {
    for (const { core, slice, projection, targets } of this.targetsOf(message)) {
      if (core !== this.core.id) continue;
      const delay = delayWaves(this.topology, this.topology.projections[projection]);
      const buffer = (this.waveOf(message) + delay) % accumulatorBuffers(this.topology, slice.population);
      const key = `${slice.population}/${slice.firstNeuron}/${buffer}`;
      const marks = this.touched.get(key) ?? new Set<number>();
      for (const n of targets ?? Array.from({ length: slice.neurons }, (_, i) => slice.firstNeuron + i)) marks.add(n);
      this.touched.set(key, marks);
    }
  }

  /** The groups of a message's rows, with their operations and reads. */
  private rows(message: Message): void {
    const { core, count, precision, topology } = this;
    const order = (slice: Slice): number => this.allSlices.indexOf(slice);
    const rows = this.targetsOf(message).toSorted((x, y) => order(x.slice) - order(y.slice) || x.projection - y.projection);
    for (const { core: where, slice, projection, targets } of rows) {
      if (where !== core.id) continue;
      const p = topology.projections[projection];
      const { base } = this.slices.find((s) => s.slice === slice) as { base: number };
      const a = topology.populations[slice.population].accumulators;
      const synapse = packing(synapseItemBits(topology, p, precision, slice.neurons), core.synapseMemory.wordBits);
      const state = stateRegions(topology, precision, core.stateMemory.wordBits, slice.population, slice.neurons);
      const beatOf = (wordsPerItem: number, itemsPerWord: number, banks: number): number =>
        wordsPerItem === 0
          ? Number.POSITIVE_INFINITY
          : wordsPerItem > 1
            ? Math.max(1, Math.floor(banks / wordsPerItem))
            : itemsPerWord * banks;
      // the generator is built for targets' numbers as long as on a full core, in the rows of which most are found at
      // once
      const found = (any: Topology["projections"][number]): number => {
        const { neurons, accumulators } = topology.populations[any.target];
        if (any.sparse === null || ("weightless" in any && any.weightless)) return 0;
        const bits = synapseItemBits(topology, any, precision, Math.min(neurons, core.maxNeurons));
        const { wordsPerItem, itemsPerWord } = packing(bits, core.synapseMemory.wordBits);
        return Math.min(Math.max(1, Math.floor(core.lanes / accumulators)), beatOf(wordsPerItem, itemsPerWord, core.synapseMemory.banks));
      };
      const weights = targets === null ? 1 : a;
      const items =
        targets === null
          ? Array.from({ length: slice.neurons * a }, (_, i) => [i, i + 1])
          : targets.map((n) => [(n - slice.firstNeuron) * a, (n - slice.firstNeuron + 1) * a]);
      let size = Math.min(
        Math.max(1, Math.floor(core.lanes / weights)),
        beatOf(synapse.wordsPerItem, synapse.itemsPerWord, core.synapseMemory.banks),
        targets === null || ("weightless" in p && p.weightless) ? Number.POSITIVE_INFINITY : Math.max(...topology.projections.map(found)),
      );
      if (targets === null) {
        size = Math.min(size, beatOf(state.accumulators.wordsPerItem, state.accumulators.itemsPerWord, core.stateMemory.banks));
      }
      const { banks } = core.synapseMemory;
      const supply = synapse.wordsPerItem > 1 ? Math.ceil((size * synapse.wordsPerItem) / banks) : 1;
      const beat = Math.max(supply, Math.ceil(weights / core.lanes));
      const wordOf = p.kernel === undefined || targets === null ? null : kernelAddresses(p, p.kernel, slice, message.neuron, targets);
      const operations = items.length * weights;
      if (Math.abs(message.payload) > 1 && precision.weightBits > 2) count.synaptic_macs += operations;
      else count.synaptic_adds += operations;
      if (p.coding !== undefined) count.decoded_weights += operations;
      const isSum = "weightless" in p && p.weightless === true;
      if (p.sparse !== null && !isSum) count.generated_addresses += items.length;
      const rowWords = Math.ceil(items.length / synapse.itemsPerWord) * synapse.wordsPerItem;
      const addressesOf = (from: number, to: number): Set<number> => {
        const addresses = new Set<number>();
        for (let i = from; i < to; i++)
          for (let w = 0; w < synapse.wordsPerItem; w++)
            addresses.add(Math.floor((wordOf?.[i] ?? i) / synapse.itemsPerWord) * synapse.wordsPerItem + w);
        return addresses;
      };
      const wordsHeld = (from: number, to: number): number => addressesOf(from, to).size;
      const { inFront, decode } = naiveCode(p, core, slice);
      const isSpilled = this.spilled.some((r) => r.core === core.id && r.firstNeuron === slice.firstNeuron && r.projection === projection);
      const { wordBits } = core.synapseMemory;
      const before = this.wantedBits;
      /** Bits of the fetch that are there when the first `words` words of this row are; 0: it is on the chip. */
      const through = (words: number): number => (isSpilled ? before + words * wordBits : 0);
      if (decode > 0) this.groups.push({ words: [], beat: decode, plan: decode, through: through(inFront), held: 0, decodes: true });
      if (isSpilled && this.chip.spill !== null) {
        let bits = 0;
        while (bits < (inFront + rowWords) * core.synapseMemory.wordBits) bits += this.chip.spill.burstBits;
        this.wantedBits += bits;
      } else if (core.synapseMemory.refetch === "row")
        count.synapse_reads += wordOf === null ? inFront + rowWords : wordsHeld(0, items.length);
      else {
        count.synapse_reads += inFront;
        for (let i = 0; i < items.length; i += size) count.synapse_reads += wordsHeld(i, Math.min(i + size, items.length));
      }
      const buffers = accumulatorBuffers(topology, slice.population);
      const buffer = (this.waveOf(message) + delayWaves(topology, p)) % buffers;
      const seen = new Set<number>();
      for (let i = 0; i < items.length; i += size) {
        if (core.stateMemory.refetch === "group") seen.clear();
        const words = items.slice(i, i + size).flatMap(([from, to]) => this.accumulatorWords(slice, base, buffer, from, to));
        const fresh = [...new Set(words)].filter((word) => !seen.has(word));
        for (const word of fresh) seen.add(word);
        const end = Math.min(i + size, items.length);
        let takes = beat;
        if (wordOf !== null) {
          // a cycle reads words of a window of as many as there are banks, and not those that the group before brought
          const earlier = core.synapseMemory.refetch === "group" ? new Set<number>() : addressesOf(0, i);
          const unread = [...addressesOf(i, end)].filter((word) => !earlier.has(word));
          takes = Math.max(Math.ceil(weights / core.lanes), 1);
          let cycles = 0;
          if (synapse.wordsPerItem > 1) cycles = Math.ceil(unread.length / banks);
          else
            while (unread.length > 0) {
              const [first] = unread;
              while (unread.length > 0 && unread[0] < first + banks) unread.shift();
              cycles++;
            }
          takes = Math.max(takes, cycles);
        }
        const arrived = wordOf === null ? Math.ceil(end / synapse.itemsPerWord) * synapse.wordsPerItem : rowWords;
        this.groups.push({
          ...{ words: fresh, beat: takes, held: isSpilled ? 0 : wordsHeld(i, end) },
          ...{ plan: beat, through: through(inFront + arrived) },
        });
      }
    }
  }

  /** Messages whose bits are set. */
  private vector: Message[] = [];
  /** What a scan does, cycle by cycle: waits of a kind, and groups of rows. */
  private steps: ({ readonly left: number; readonly counter: CoreCounter } | { readonly dramBits: number } | Group)[] = [];

  /** What `rowsOfAxons` found: the same in every wave. */
  private axons: ReturnType<NaiveCore["rowsOfAxons"]> | null = null;

  /**
   * Every source with a row here: its groups without a word of the state memory, words of the synapse memory, bits of
   * the DRAM.
   */
  private rowsOfAxons(): {
    readonly population: number;
    readonly neuron: number;
    readonly beats: number[];
    readonly words: number;
    readonly bits: number;
  }[] {
    const found: ReturnType<NaiveCore["rowsOfAxons"]> = [];
    this.topology.populations.forEach(({ neurons }, population) => {
      for (let neuron = 0; neuron < neurons; neuron++) {
        const reaches = this.targetsOf({ population, neuron, payload: 1, last: false, wave: 0 }).some(({ core }) => core === this.core.id);
        if (!reaches) continue;
        const before = { ...this.count };
        const { groups } = this;
        this.groups = [];
        this.rows({ population, neuron, payload: 1, last: false, wave: this.wave });
        const beats = this.groups.map(({ beat }) => beat);
        const words = this.count.synapse_reads - before.synapse_reads;
        this.groups = groups;
        Object.assign(this.count, before);
        const bits = this.wantedBits;
        this.wantedBits = 0;
        found.push({ population, neuron, beats, words, bits });
      }
    });
    return found;
  }

  /** Plans the scan of the spike vector. */
  beginScan(): void {
    const { policy, chunkBits, cyclesPerChunk, cyclesPerSetBit } = this.core.scan;
    if (policy === "event") return;
    this.axons ??= this.rowsOfAxons();
    const { axons } = this;
    const wait = (left: number, counter: CoreCounter): void => void this.steps.push({ left, counter });
    const reads = this.count.synapse_reads;
    const weights = (dramBits: number): void => {
      if (dramBits > 0) this.steps.push({ dramBits });
      else wait(this.core.synapseMemory.readLatencyCycles, "synapse_stall_memory_cycles");
    };
    /** Groups of a spike's rows, and their bits in DRAM. */
    const groupsOf = (message: Message): [Group[], number] => {
      this.groups = [];
      this.rows(message);
      const bits = this.wantedBits;
      this.wantedBits = 0;
      return [this.groups, bits];
    };
    if (policy === "compressed") {
      for (let bit = 0; bit < axons.length; bit += chunkBits) wait(cyclesPerChunk, "synapse_overhead_cycles");
      for (const message of this.vector) {
        wait(cyclesPerSetBit, "synapse_overhead_cycles");
        const [groups, bits] = groupsOf(message);
        weights(bits);
        this.steps.push(...groups);
      }
    } else {
      for (const { population, neuron, beats, bits } of axons) {
        weights(bits);
        const unused = [...beats];
        for (const message of this.vector) {
          if (message.population !== population || message.neuron !== neuron) continue;
          const [groups] = groupsOf(message);
          this.steps.push(...groups);
          // what is left: its own rows that a spike does not use, recurrent ones in an utterance's last step
          for (const { beat } of groups) unused.splice(unused.indexOf(beat), 1);
        }
        for (const beat of unused) {
          wait(1, "synapse_busy_cycles");
          wait(beat - 1, "synapse_stall_memory_cycles");
        }
      }
      this.count.synapse_reads = reads + axons.reduce((sum, { words }) => sum + words, 0);
    }
    if (this.vector.length > 0) {
      wait(this.core.stateMemory.readLatencyCycles + this.core.accumulateDepthCycles - 1, "synapse_overhead_cycles");
    }
    this.groups = [];
    this.vector = [];
  }

  /** One cycle of the scan; false: there is nothing left to do. */
  scanCycle(cycle: number): boolean {
    while (this.steps.length > 0) {
      const step = this.steps[0];
      if ("dramBits" in step) {
        const { readLatencyCycles } = this.core.synapseMemory;
        const there = (this.dram as NaiveDram).fetch(cycle, step.dramBits);
        this.count.dram_bits += step.dramBits;
        this.steps.splice(
          0,
          1,
          { left: readLatencyCycles, counter: "synapse_stall_memory_cycles" },
          { left: Math.max(0, there - cycle - readLatencyCycles), counter: "synapse_stall_dram_cycles" },
        );
        continue;
      }
      if ("left" in step) {
        if (step.left === 0) {
          this.steps.shift();
          continue;
        }
        this.steps[0] = { left: step.left - 1, counter: step.counter };
        this.count[step.counter]++;
        this.memory.serve();
        return true;
      }
      if (this.groupTicket === null) {
        this.groupTicket = this.memory.ask(step.words);
        this.count.state_reads += step.words.length;
        this.count.state_writes += step.words.length;
        this.groupAt = 0;
      } else if (this.groupTicket.open === 0 && this.groupAt >= step.beat) {
        this.groupTicket = null;
        this.steps.shift();
        continue;
      }
      if (this.groupAt === 0) this.count.synapse_busy_cycles++;
      else if (this.groupAt < step.beat) this.count.synapse_stall_memory_cycles++;
      else {
        this.count.synapse_stall_state_cycles++;
        if (this.core.synapseMemory.rereadsInStalls) this.count.synapse_rereads += step.held;
        if (this.core.stateMemory.rereadsInStalls) this.count.state_rereads += step.words.length;
      }
      this.groupAt++;
      this.memory.serve();
      return true;
    }
    return false;
  }

  /** A message that waits, and the bits to be fetched for it. */
  private wantedEarly: { readonly message: Message; readonly bits: number } | null = null;

  /** Bits in DRAM of the rows of each neuron's messages that were asked for: they are the same in every wave. */
  private readonly away = new Map<string, number>();

  /** Bits in DRAM of a message's rows. */
  private bitsAway(message: Message): number {
    const key = `${message.population}/${message.neuron}/${message.last}`;
    const bits = this.away.get(key) ?? this.countedAway(message);
    this.away.set(key, bits);
    return bits;
  }

  private countedAway(message: Message): number {
    const before = { ...this.count };
    const { groups, wantedBits } = this;
    this.groups = [];
    this.wantedBits = 0;
    this.rows(message);
    const bits = this.wantedBits;
    this.groups = groups;
    this.wantedBits = wantedBits;
    Object.assign(this.count, before);
    return bits;
  }

  /** The first visible message for whose rows nothing has been asked, if they fit in the buffer. */
  private findEarly(cycle: number): void {
    const { spill } = this.chip;
    if (spill === null || this.core.scan.policy !== "event" || this.wantedBits > 0) return;
    const whole = spill.burstBits * Math.floor((spill.prefetchBits ?? 0) / spill.burstBits);
    let room = whole;
    if (whole === 0) return;
    for (const [i, message] of this.queue.entries()) {
      if (this.cameAt[i] + this.core.intake.visibilityCycles > cycle) return;
      const fetched = this.early.get(message);
      room -= fetched?.bits ?? 0;
      if (fetched !== undefined) continue;
      const bits = this.bitsAway(message);
      if (bits === 0) continue;
      if (bits <= room) this.wantedEarly = { message, bits };
      else if (room === whole) this.wantedEarly = { message, bits: whole };
      return;
    }
  }

  /** After all cores have evaluated, in the order of their ids. */
  fetch(cycle: number): void {
    const { dram } = this;
    if (dram === null) return;
    if (this.stateBits > 0) this.statesAt = dram.fetch(cycle, this.stateBits);
    this.stateBits = 0;
    if (this.wantedEarly !== null) {
      const { message, bits } = this.wantedEarly;
      this.wantedEarly = null;
      this.count.dram_bits += bits;
      dram.fetch(cycle, bits);
      const part = { bits, begunAt: dram.begunAt };
      // it may have been taken in this cycle
      if (this.queue.includes(message)) this.early.set(message, part);
      else this.parts = [part];
    }
    if (this.wantedBits === 0) return;
    const rest = this.wantedBits - this.parts.reduce((sum, { bits }) => sum + bits, 0);
    if (rest > 0) {
      if (cycle < this.takenAt + this.core.eventOverheadCycles) return;
      this.count.dram_bits += rest;
      dram.fetch(cycle, rest);
      this.parts.push({ bits: rest, begunAt: dram.begunAt });
    }
    this.wantedBits = 0;
    this.weightsAt = this.startAt;
    /** When the first `bits` of all rows are there. */
    const thereAt = (bits: number): number => {
      let before = 0;
      for (const part of this.parts) {
        if (bits <= before + part.bits) return dram.arrival(part, bits - before);
        before += part.bits;
      }
      throw new Error("bits that nobody has asked for");
    };
    if (this.chip.spill?.streamsRows !== true) {
      this.startAt = Math.max(this.startAt, thereAt(this.parts.reduce((sum, { bits }) => sum + bits, 0)));
      return;
    }
    // the first cycle from which on no group would find its words missing
    const isEarly = (start: number): boolean => {
      let at = start;
      for (const { plan, through } of this.groups) {
        if (through > 0 && thereAt(through) > at) return true;
        at += plan;
      }
      return false;
    };
    while (isEarly(this.startAt)) this.startAt++;
  }

  commit(cycle: number): void {
    this.queue.push(...this.arriving);
    for (const _ of this.arriving) this.cameAt.push(cycle);
    this.arriving = [];
  }

  get idle(): boolean {
    return (
      this.batches.length === 0 && this.ticket === null && this.packets.length === 0 && this.queue.length === 0 && this.groups.length === 0
    );
  }
  /** First cycle in which nothing of this core is under way. */
  doneBy(cycle: number): boolean {
    const { cyclesPerNeuron } = this.core.neuronUpdate;
    return (
      this.idle && cycle >= this.resultAt && cycle >= this.drainedAt && cycle >= this.askedAt + cyclesPerNeuron && cycle > this.lastPushAt
    );
  }
}

/** The port: a packet at a time over the host link, then into the queue as soon as there is a place. */
export class NaivePort {
  readonly count: { -readonly [name in keyof PortCounters]: number } = { events: 0, packets: 0, bits: 0, busyCycles: 0, stallCycles: 0 };
  private waiting: { readonly message: Message; readonly to: readonly number[]; readonly bits: number }[] = [];
  /** Cycles that the packet on the link still needs; null: none is on it. */
  private left: number | null = null;
  private opensAt = 0;
  private lastPushAt = -1;
  readonly end: number;
  readonly slices: readonly Slice[];

  constructor(
    private readonly port: Port,
    private readonly chip: Chip,
    private readonly topology: Topology,
    private readonly coreSlices: readonly Slice[],
    private readonly noc: NocKernel,
    private readonly send: (from: number, to: readonly number[], message: Message | StepPacket, flits: number) => void,
    readonly links: NaiveSteps | null,
  ) {
    this.end = chip.cores.length;
    this.slices = topology.populations.flatMap(({ accumulators, neurons }, population) =>
      accumulators > 0 ? [] : [{ population, firstNeuron: 0, neurons, core: chip.cores.length }],
    );
  }

  startWave(cycle: number, stepOf: (slice: Slice) => { spikes: Message[] } | null): void {
    this.opensAt = cycle + this.port.latencyCycles;
    for (const slice of this.slices) {
      const { noc } = this.chip;
      const bits = this.port.packetBits ?? noc.headerBits + this.topology.populations[slice.population].payloadBits;
      for (const message of stepOf(slice)?.spikes ?? []) {
        this.count.events++;
        const cores = [...new Set(targetsOf(this.topology, this.coreSlices, message).map(({ core }) => core))].sort((a, b) => a - b);
        const packets = noc.multicast === "tree" && cores.length > 0 ? [cores] : cores.map((core) => [core]);
        for (const to of packets) this.waiting.push({ message, to, bits });
      }
    }
  }

  evaluate(cycle: number): void {
    const [packet] = this.waiting;
    if (packet === undefined && this.links !== null && this.links.untold.length > 0 && cycle > this.lastPushAt)
      this.tell(this.links, cycle);
    if (packet === undefined || cycle < this.opensAt) return;
    this.left ??= packet.bits;
    const hasPassed = this.left <= 0;
    if (hasPassed) this.count.stallCycles++;
    else {
      this.count.busyCycles++;
      this.left -= this.port.bitsPerCycle;
    }
    const used = this.noc.spec.injectionQueuePackets - this.noc.injectionSpace(this.end);
    if (this.left > 1e-9 || used >= this.port.queueDepth) return;
    const { headerBits, flitWidthBits } = this.chip.noc;
    const flits = Math.ceil((headerBits + this.topology.populations[packet.message.population].payloadBits) / flitWidthBits);
    this.send(this.end, packet.to, packet.message, flits);
    this.links?.countSent(packet.to);
    this.count.packets++;
    this.count.bits += packet.bits;
    this.waiting.shift();
    this.left = null;
    this.lastPushAt = cycle;
  }

  private tell(links: NaiveSteps, cycle: number): void {
    if (this.noc.spec.injectionQueuePackets - this.noc.injectionSpace(this.end) >= this.port.queueDepth) return;
    const { to, packet } = links.tell();
    this.send(this.end, [to], packet, links.flits);
    this.count.packets++;
    this.lastPushAt = cycle;
  }

  doneBy(cycle: number): boolean {
    return this.waiting.length === 0 && (this.links?.untold.length ?? 0) === 0 && cycle > this.lastPushAt;
  }
}

export interface NaiveRun {
  readonly waveCycles: number[];
  /** null: the chip has no port. */
  readonly port: PortCounters | null;
  readonly counters: Record<CoreCounter, number>[];
  /** Messages meant for cores, and those of them that were lost. */
  readonly meant: number;
  readonly lost: number;
}

/** Spikes that are computed as the chip runs, in place of a trace's. */
export interface NaiveFunction {
  /** Spikes of a slice in a step, from what has been taken so far for the wave. */
  spikesOf(slice: Slice, step: number, wave: number): { readonly neuron: number; readonly payload: number }[];
  /** A core has taken a message in its wave. */
  took(core: number, message: Message, wave: number): void;
}

/** Cycles until the last words are written and all cores know that all rest. */
function leastBarrierOf(chip: Chip, { topology, usedCores }: Placement, precision: Precision): number {
  let least = 0;
  for (let cores = usedCores.length; cores > 1; cores = Math.ceil(cores / 4)) least += 2;
  for (const id of usedCores) {
    const { stateMemory, neuronUpdate, accumulateDepthCycles } = chip.cores[id];
    const apart = Math.abs(neuronUpdate.pipelineDepthCycles - accumulateDepthCycles);
    for (const { name, states, accumulators } of topology.populations) {
      const own = precision.layers[name] ?? {};
      let words = 0;
      for (const [bits, each] of [
        [states * (own.stateBits ?? precision.stateBits), 1],
        [own.accumulatorBits ?? precision.accumulatorBits, accumulators],
      ]) {
        const { itemsPerWord, wordsPerItem } = packing(bits, stateMemory.wordBits);
        // items that lie worst: the first is the last of a word
        const inBank = (items: number): number => {
          const found = new Set<number>();
          for (let i = 0; i < items; i++)
            for (let w = 0; w < wordsPerItem; w++)
              found.add(wordsPerItem > 1 ? i * wordsPerItem + w : Math.floor((itemsPerWord - 1 + i) / itemsPerWord));
          const count = Array<number>(stateMemory.banks).fill(0);
          for (const word of found) count[word % stateMemory.banks]++;
          return Math.max(...count);
        };
        const { units, policy } = neuronUpdate;
        words += policy === "touched" ? units * inBank(each) : inBank(units * each);
      }
      least = Math.max(least, apart + words + 1);
    }
  }
  return least;
}

/** By core id, or the port's: what it knows of its neighbours, who send it spikes or get some of its. */
function naiveLinks(chip: Chip, { topology, slices }: Placement): (id: number) => NaiveSteps | null {
  const { sourcePace, noc } = chip;
  if (sourcePace === null) return () => null;
  const homes = new Map<number, { population: number; neuron: number }[]>();
  topology.populations.forEach(({ neurons, accumulators }, population) => {
    for (let neuron = 0; neuron < neurons; neuron++) {
      const home = slices.find((s) => s.population === population && neuron >= s.firstNeuron && neuron < s.firstNeuron + s.neurons);
      const id = accumulators === 0 && chip.port !== null ? chip.cores.length : (home as Slice).core;
      homes.set(id, [...(homes.get(id) ?? []), { population, neuron }]);
    }
  });
  const targets = new Map<number, Set<number>>();
  for (const [id, neurons] of homes) {
    const all = neurons.flatMap((one) =>
      [true, false].flatMap((last) => targetsOf(topology, slices, { ...one, payload: 1, last, wave: 0 })),
    );
    targets.set(id, new Set(all.map(({ core }) => core)));
  }
  return (id) => {
    const sources = new Set([...targets].filter(([, to]) => to.has(id)).map(([from]) => from));
    const flits = Math.ceil((noc.headerBits + (homes.get(id)?.length ?? 0).toString(2).length) / noc.flitWidthBits);
    return new NaiveSteps(id, sources, targets.get(id) ?? new Set(), sourcePace.runAheadWaves, flits);
  };
}

/** Runs utterance after utterance; `shuffle` orders the cores of each cycle. */
export function runNaive(
  chip: Chip,
  placement: Placement,
  precision: Precision,
  trace: SpikeTrace,
  noc: NocKernel,
  lines: readonly (readonly { step: number; first: boolean; last: boolean }[])[],
  shuffle: <T>(items: T[]) => T[],
  live: NaiveFunction | null = null,
): NaiveRun {
  const { topology } = placement;
  const sent: (Message | StepPacket)[] = [];
  const dram = chip.spill === null ? null : new NaiveDram(chip.spill);
  const inject = (from: number, to: readonly number[], message: Message | StepPacket, flits: number, isTree: boolean): void => {
    sent.push(message);
    if (isTree) noc.injectMulticast(from, [...to], flits, sent.length - 1);
    else noc.inject(from, to[0], flits, sent.length - 1);
  };
  const linksOf = naiveLinks(chip, placement);
  const cores = new Map(
    placement.usedCores.map((id) => [
      id,
      new NaiveCore(
        chip.cores[id],
        chip,
        placement,
        topology,
        precision,
        placement.slices,
        noc,
        dram,
        placement.spilled,
        (from, to, message, flits) => inject(from, to, message, flits, to.length > 1),
        linksOf(id),
      ),
    ]),
  );
  const list = [...cores.values()];
  const port =
    chip.port === null
      ? null
      : new NaivePort(
          chip.port,
          chip,
          topology,
          placement.slices,
          noc,
          (from, to, message, flits) => inject(from, to, message, flits, "population" in message && to.length > 1),
          linksOf(chip.cores.length),
        );
  const waveCycles: number[] = [];
  const depth = Math.max(...topology.populations.map((p) => p.depth));
  const least = leastBarrierOf(chip, placement, precision);
  const barrier = Math.max(least, chip.barrier.baseCycles + chip.barrier.perCoreCycles * list.length);
  const scans = list.some(({ core }) => core.scan.policy !== "event");
  for (const core of list) if (live !== null) core.took = (message, wave) => live.took(core.core.id, message, wave);
  const stepOf = (line: (typeof lines)[number], wave: number) => (slice: Slice) => {
    const position = wave - topology.populations[slice.population].depth;
    const at = line[position];
    if (at === undefined) return null;
    const group = at.step * topology.populations.length + slice.population;
    const spikes: Message[] = [];
    if (live !== null)
      for (const one of live.spikesOf(slice, position, wave)) spikes.push({ population: slice.population, ...one, last: at.last, wave });
    else {
      for (let e = trace.eventStart[group]; e < trace.eventStart[group + 1]; e++) {
        const neuron = trace.neuron[e];
        if (neuron < slice.firstNeuron || neuron >= slice.firstNeuron + slice.neurons) continue;
        spikes.push({ population: slice.population, neuron, payload: trace.payload[e], last: at.last, wave });
      }
    }
    return { first: at.first, spikes };
  };
  const oneCycle = (cycle: number): void => {
    for (const core of list) core.beginCycle();
    for (const core of shuffle([...list])) core.evaluate(cycle);
    port?.evaluate(cycle);
    for (const core of list) core.fetch(cycle);
    for (const core of list) noc.setAccept(core.core.id, !core.full);
    const delivered = noc.step();
    for (let i = 0; i < delivered; i++) {
      const [message, core] = [sent[noc.deliveredTag(i)], cores.get(noc.deliveredCore(i))];
      if (!("population" in message)) ((core ?? port) as NaiveCore | NaivePort).links?.hear(message);
      else (core as NaiveCore).deliver(message);
    }
    for (const core of list) core.commit(cycle);
  };
  let cycle = 0;
  const { tick } = chip;
  const hard = tick !== null && (tick.overrun === "late" || tick.overrun === "drop") ? tick : null;
  if (hard !== null || chip.sourcePace !== null) {
    const [line] = lines;
    const waves = line.length + depth;
    const begunBy = new Array<number>(waves + 1).fill(0);
    const begun = new Map(list.map((core) => [core, 0]));
    const timerOf = (core: NaiveCore): number =>
      hard === null
        ? 0
        : Math.floor((core.core.id * hard.spreadCycles) / chip.cores.length) + (begun.get(core) as number) * hard.periodCycles;
    const isDue = (core: NaiveCore): boolean => cycle >= timerOf(core) && core.somaDone(cycle) && (core.links?.isComplete ?? true);
    const portIsDue = (one: NaivePort): boolean =>
      cycle >= portBegun * (hard?.periodCycles ?? 0) && one.doneBy(cycle) && (portBegun === 0 || (one.links?.isComplete ?? true));
    let portBegun = port === null ? waves + 1 : 0;
    const isOver = (): boolean =>
      list.every((core) => begun.get(core) === waves + 1 && core.doneBy(cycle)) &&
      portBegun === waves + 1 &&
      (port?.doneBy(cycle) ?? true) &&
      noc.inFlight === 0;
    for (; ; cycle++) {
      if (port !== null && portBegun <= waves && portIsDue(port)) {
        const wave = portBegun++;
        port.links?.begin(wave, wave === waves);
        port.startWave(cycle, wave === waves ? () => null : stepOf(line, wave));
        begunBy[wave] = Math.max(begunBy[wave], cycle);
      }
      for (const core of list) {
        const wave = begun.get(core) as number;
        core.held = wave === 0 || (wave <= waves && isDue(core));
        if (wave > waves || cycle < timerOf(core) || (wave > 0 && !(isDue(core) && core.synapseRests(cycle)))) continue;
        if (hard?.overrun === "drop") core.clear();
        core.held = false;
        core.links?.begin(wave, wave === waves);
        core.startWave(wave, cycle, wave === waves ? () => null : stepOf(line, wave));
        begunBy[wave] = Math.max(begunBy[wave], cycle);
        begun.set(core, wave + 1);
      }
      if (isOver()) break;
      oneCycle(cycle);
      if (cycle > 1e6) throw new Error("the naive model does not end");
    }
    const ends = begunBy.slice(1);
    ends[waves - 1] = cycle = Math.max(cycle, ends[waves - 1]);
    waveCycles.push(...ends.map((end, w) => end - (w === 0 ? 0 : ends[w - 1])));
  } else
    for (const line of lines) {
      for (let wave = 0; wave < line.length + depth; wave++) {
        const start = cycle;
        noc.skipTo(cycle);
        for (const core of list) core.startWave(wave, cycle, stepOf(line, wave));
        port?.startWave(cycle, stepOf(line, wave));
        while (noc.inFlight > 0 || !(port?.doneBy(cycle) ?? true) || !list.every((core) => core.doneBy(cycle))) {
          oneCycle(cycle);
          cycle++;
          if (cycle - start > 1e6) throw new Error("the naive model does not end");
        }
        if (scans && list.length > 1) {
          for (const { count } of list) {
            count.soma_idle_cycles += barrier;
            count.synapse_idle_cycles += barrier;
          }
          cycle += barrier;
        }
        for (const core of list) core.beginScan();
        for (let busy = true; busy; ) {
          busy = false;
          const idle: NaiveCore[] = [];
          for (const core of list) {
            if (core.scanCycle(cycle)) busy = true;
            else idle.push(core);
          }
          if (!busy) break;
          for (const core of idle) core.count.synapse_idle_cycles++;
          for (const core of list) core.count.soma_idle_cycles++;
          cycle++;
        }
        let next = cycle + barrier;
        if (chip.tick !== null) for (next = start + chip.tick.periodCycles; next < cycle + least; ) next += chip.tick.periodCycles;
        for (const core of list) {
          core.count.soma_idle_cycles += next - cycle;
          core.count.synapse_idle_cycles += next - cycle;
        }
        cycle = next;
        waveCycles.push(cycle - start);
      }
    }
  // a core with neurons rests while neither unit works; cycles in which both work count twice, up to the run's
  for (const { count } of cores.values()) {
    count.active_cycles = Math.min(cycle, 2 * cycle - count.synapse_idle_cycles - count.soma_idle_cycles);
    count.resting_cycles = cycle - count.active_cycles;
  }
  const none = Object.fromEntries(CORE_COUNTERS.map((name) => [name, 0])) as Record<CoreCounter, number>;
  return {
    waveCycles,
    port: port?.count ?? null,
    meant: list.reduce((sum, core) => sum + core.meant, 0),
    lost: list.reduce((sum, core) => sum + core.lost, 0),
    counters: chip.cores.map((core) => cores.get(core.id)?.count ?? { ...none, synapse_idle_cycles: cycle, soma_idle_cycles: cycle }),
  };
}

/**
 * Words in front of a row's weights, and cycles to decode it: a bitmap bit by bit of the slice's neurons, a word per
 * bank and cycle; one cycle to add run lengths up.
 */
function naiveCode(
  { coding }: Projection,
  { synapseMemory }: Core,
  { neurons }: Slice,
): { readonly inFront: number; readonly decode: number } {
  if (coding === undefined) return { inFront: 0, decode: 0 };
  if (coding.kind === "run-length") return { inFront: 0, decode: 1 };
  let inFront = 0;
  for (let bit = 0; bit < neurons; bit += synapseMemory.wordBits) inFront++;
  let decode = 0;
  for (let word = 0; word < inFront; word += synapseMemory.banks) decode++;
  return { inFront, decode };
}

/**
 * Where a row's weights lie, counted in weights from the beginning of its row in the memory, which is written out place
 * by place.
 */
function kernelAddresses(projection: Projection, kernel: SharedKernel, slice: Slice, source: number, targets: readonly number[]): number[] {
  const { sourceChannels, sourceArea, targetChannels, targetArea, groups, taps } = kernel;
  const placeOf = new Map(naiveRows(projection)[source].map(({ target, place }) => [target, place]));
  const groupOf = (channel: number, channels: number): number => Math.floor((channel * groups) / channels);
  const row: number[] = [];
  for (let o = 0; o < targetChannels; o++) {
    if (groupOf(o, targetChannels) !== groupOf(Math.floor(source / sourceArea), sourceChannels)) continue;
    const isHere = Array.from({ length: targetArea }, (_, at) => o * targetArea + at).some(
      (n) => n >= slice.firstNeuron && n < slice.firstNeuron + slice.neurons,
    );
    if (isHere) for (let tap = 0; tap < taps; tap++) row.push(o * taps + tap);
  }
  return targets.map((target) => row.indexOf(placeOf.get(target) as number));
}
