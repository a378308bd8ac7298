/**
 * The spike vector of a core that scans: messages set bits while a step runs; at its end the rows of set bits follow each other, or of all axons.
 *
 * Spilled rows are asked for when the scan comes to their set bit, or (dense) to their axon; nothing else is done until they are there.
 * Cycles: see the table in `core.ts`. Not modelled: prefetch of the next row from DRAM.
 */
import type { Core, Scan } from "../../arch/index.js";
import { CORE_COUNTERS, coreColumn } from "../counters.js";
import type { Axons } from "./axons.js";
import type { Recorder } from "./observe/recorder.js";
import type { Scanning } from "./scans.js";

/** Rows of an event: words of the synapse memory, groups, their lane time, bits of the DRAM. */
export interface BegunRows {
  reads: number;
  groups: number;
  laneCycles: number;
  dramBits: number;
}

/** Who issues rows. */
export interface RowUnit {
  begin(entry: number, event: number): BegunRows;
  issue(cycle: number, takenAt: number): number;
}

export class SpikeVector {
  private readonly id: number;
  private readonly at: number;
  private readonly latency: number;
  private readonly scanning: Scan;
  /** Entry and event of the messages whose bits are set. */
  private readonly gathered: number[] = [];

  constructor(
    core: Core,
    private readonly axons: Axons,
    /** By entry, as in program.ts. */
    private readonly axonOf: Uint32Array,
    private readonly counters: Float64Array,
    private readonly recorder: Recorder | null,
  ) {
    this.id = core.id;
    this.at = core.id * CORE_COUNTERS.length;
    this.latency = core.synapseMemory.readLatencyCycles;
    this.scanning = core.scan;
  }

  set(entry: number, event: number): void {
    this.gathered.push(entry, event);
  }

  get isEmpty(): boolean {
    return this.gathered.length === 0;
  }

  /** Scans and clears the vector; the result is the first cycle in which all rows are issued. */
  *scan(start: number, unit: RowUnit): Scanning<number> {
    const { counters, at, scanning, axons, gathered } = this;
    let now = start;
    if (scanning.policy === "compressed") now = yield* this.setBits(start, unit);
    else if (axons.each.length > 0) now = yield* this.sweep(start, unit);
    else now = yield* this.plainSweep(start, unit);
    if (scanning.policy === "dense") counters[at + coreColumn.synapse_reads] += axons.words.reduce((sum, words) => sum + words, 0);
    gathered.length = 0;
    return now;
  }

  /** Chunk by chunk, and the rows of each set bit. */
  private *setBits(start: number, unit: RowUnit): Scanning<number> {
    const { counters, at, scanning, axons, gathered } = this;
    const look = Math.ceil(axons.count / scanning.chunkBits) * scanning.cyclesPerChunk;
    counters[at + coreColumn.synapse_overhead_cycles] += look + (gathered.length / 2) * scanning.cyclesPerSetBit;
    let now = start + look;
    for (let k = 0; k < gathered.length; k += 2) {
      const { reads, dramBits } = unit.begin(gathered[k], gathered[k + 1]);
      counters[at + coreColumn.synapse_reads] += reads;
      now = unit.issue(yield* this.weights(now + scanning.cyclesPerSetBit, dramBits), now);
    }
    return now;
  }

  /** All axons, with all rows on the chip: those without a spike differ in nothing, and are taken together. */
  private *plainSweep(start: number, unit: RowUnit): Scanning<number> {
    const { axons, gathered } = this;
    let { groups, cycles } = axons;
    let now = start;
    for (let k = 0; k < gathered.length; k += 2) {
      const used = unit.begin(gathered[k], gathered[k + 1]);
      groups -= used.groups;
      cycles -= used.laneCycles;
      now = unit.issue(yield* this.weights(now, 0), now);
    }
    const waits = (axons.count - gathered.length / 2) * this.latency;
    this.counters[this.at + coreColumn.synapse_stall_memory_cycles] += waits;
    return this.pass(now + waits, groups, cycles);
  }

  /** Axon by axon, spikes or not. */
  private *sweep(start: number, unit: RowUnit): Scanning<number> {
    const { axons, gathered, axonOf } = this;
    const spikeOf = new Map<number, number>();
    for (let k = 0; k < gathered.length; k += 2) spikeOf.set(axonOf[gathered[k]], k);
    let now = start;
    for (const [axon, { groups, cycles, dramBits }] of axons.each.entries()) {
      const k = spikeOf.get(axon);
      const first = yield* this.weights(now, dramBits);
      if (k === undefined) {
        now = this.pass(first, groups, cycles);
        continue;
      }
      const used = unit.begin(gathered[k], gathered[k + 1]);
      now = this.pass(unit.issue(first, now), groups - used.groups, cycles - used.laneCycles);
    }
    return now;
  }

  /** Reads weights of which `dramBits` are in DRAM, from `cycle` on; returns the cycle of their first group. */
  private *weights(cycle: number, dramBits: number): Scanning<number> {
    const { counters, at, latency } = this;
    const wanted = cycle + latency;
    counters[at + coreColumn.synapse_stall_memory_cycles] += latency;
    if (dramBits === 0) return wanted;
    counters[at + coreColumn.dram_bits] += dramBits;
    const first = Math.max(wanted, yield { from: cycle, bits: dramBits });
    counters[at + coreColumn.synapse_stall_dram_cycles] += first - wanted;
    if (this.recorder !== null) this.recorder.record("fetch", wanted, this.id, first, 0);
    return first;
  }

  /** Lane time of rows that no spike uses. */
  private pass(cycle: number, groups: number, cycles: number): number {
    this.counters[this.at + coreColumn.synapse_busy_cycles] += groups;
    this.counters[this.at + coreColumn.synapse_stall_memory_cycles] += cycles - groups;
    return cycle + cycles;
  }
}
