/**
 * SNE's clusters in lock step: the state memory of each, the neuron that all share, and their spikes.
 *
 * states[cluster * neurons + address]. A cluster's memory has two banks, selected by the lowest bit of the address,
 * with one port each: a write takes its bank's port. A bank's output shows the word at the address that it read last,
 * also when that word is written later. A cluster that an event does not reach has no clock. Border neurons fire no
 * spikes, because they are inner neurons of another cluster.
 * Source: specification of the slice, clusters, state memory, neuron arithmetic. Not modelled: the online read port,
 * power gating.
 */
import type { Part } from "../parts/part.js";
import type { KernelMemory } from "./kernel-memory.js";
import type { Neuron } from "./neuron.js";
import type { EventBus, Sequencer } from "./ports.js";
import type { SneCluster } from "./sne-settings.js";
import { isSweepOp, OP } from "./sne-words.js";

/** After this many cycles without an event every latch has its final value. */
const SETTLE_CYCLES = 3;
const KERNEL_SIDE = 3;

interface ClusterPorts {
  readonly event: EventBus;
  readonly sequencer: () => Sequencer;
  readonly kernels: KernelMemory;
  /** Weights of a fully connected layer; null: the layer has kernels. */
  readonly weights: { weight(cluster: number): number } | null;
  readonly onSpike: (cluster: number, row: number, column: number, cycle: number) => void;
  readonly onWrite: (cycle: number, cluster: number, address: number, word: number) => void;
}

export class Clusters implements Part {
  readonly name = "clusters";
  /** By cluster: reads. */
  readonly reads: Float64Array;
  readonly writes: Float64Array;
  /** Writes by spikes; all others are by sweeps over all neurons. */
  operations = 0;
  private readonly states: Int32Array;
  /** [cluster * 2 + bank] address read last. */
  private readonly latched: Int32Array;
  /** Bank requested in the cycle before. */
  private readonly bank: Uint8Array;
  /** Reads of the last cycle; they repeat in every cycle while nothing changes. */
  private readonly lastReads: Uint8Array;
  private quietCycles = 0;
  private lastReading = false;
  private lastAddress = 0;
  private lastCycle = -1;

  constructor(
    private readonly side: number,
    private readonly layout: readonly SneCluster[],
    private readonly neuron: Neuron,
    private readonly ports: ClusterPorts,
  ) {
    const count = layout.length;
    this.reads = new Float64Array(count);
    this.writes = new Float64Array(count);
    this.states = new Int32Array(count * side * side);
    this.latched = new Int32Array(count * 2);
    this.bank = new Uint8Array(count);
    this.lastReads = new Uint8Array(count);
  }

  nextCycle(cycle: number): number {
    return this.quietCycles >= SETTLE_CYCLES && this.ports.event.op === OP.idle ? Number.POSITIVE_INFINITY : cycle;
  }

  /** Counts the reads of cycles in which nothing changed. */
  private catchUp(cycle: number): void {
    const skipped = cycle - this.lastCycle - 1;
    this.lastCycle = cycle;
    if (skipped > 0) for (let g = 0; g < this.reads.length; g++) this.reads[g] += skipped * this.lastReads[g];
  }

  /** Counts the idle reads up to the end of a run. */
  finish(cycles: number): void {
    this.catchUp(cycles);
  }

  evaluate(cycle: number): void {
    this.catchUp(cycle);
    const { event, sequencer: selected } = this.ports;
    const sequencer = selected();
    const { isReading, isWriting } = sequencer;
    const isEverywhere = this.ports.weights !== null || isSweepOp(event.op);
    for (let g = 0; g < this.layout.length; g++) {
      const read = sequencer.readAddress(g);
      const isEnabled = isEverywhere || this.reaches(this.layout[g]);
      const write = isEnabled && isWriting ? sequencer.writeAddress(g) : -1;
      if (write >= 0) this.update(g, write, sequencer, cycle);
      const reads = isEnabled && isReading && (write < 0 || ((write ^ read) & 1) === 1);
      if (reads) {
        this.latched[2 * g + (read & 1)] = read;
        this.reads[g]++;
      }
      this.lastReads[g] = reads ? 1 : 0;
      this.bank[g] = read & 1;
    }
    this.settle(sequencer);
  }

  private settle(sequencer: Sequencer): void {
    const { isReading, isWriting } = sequencer;
    const address = sequencer.readAddress(0);
    const isStill = !isWriting && this.ports.event.op === OP.idle && isReading === this.lastReading && address === this.lastAddress;
    this.quietCycles = isStill ? this.quietCycles + 1 : 0;
    this.lastReading = isReading;
    this.lastAddress = address;
  }

  private reaches({ lowX, lowY, highX, highY }: SneCluster): boolean {
    const { x, y } = this.ports.event;
    return lowX <= x && x <= highX && lowY <= y && y <= highY;
  }

  private update(cluster: number, address: number, sequencer: Sequencer, cycle: number): void {
    const { event, weights, onSpike, onWrite } = this.ports;
    const base = cluster * this.side * this.side;
    const [row, column] = [sequencer.row(cluster), sequencer.column(cluster)];
    const isSweep = isSweepOp(event.op);
    const isConnected = weights !== null && !isSweep;
    const op = isConnected ? OP.spike : this.layout[cluster].takesEvents ? event.op : OP.idle;
    const weight = isSweep ? 0 : isConnected ? weights.weight(cluster) : this.kernelWeight(cluster, row, column);
    const { neuron } = this;
    neuron.update(op, this.states[base + this.latched[2 * cluster + this.bank[cluster]]], weight > 7 ? weight - 16 : weight, event.time);
    this.states[base + address] = neuron.word;
    this.writes[cluster]++;
    if (!isSweep) this.operations++;
    onWrite(cycle, cluster, address, neuron.word);
    if (neuron.hasFired && (isConnected || this.isInner(row, column))) onSpike(cluster, row, column, cycle);
  }

  private isInner(row: number, column: number): boolean {
    return row > 0 && row < this.side - 1 && column > 0 && column < this.side - 1;
  }

  /** A neuron outside the kernel is updated with weight 0. */
  private kernelWeight(cluster: number, row: number, column: number): number {
    const { event, kernels } = this.ports;
    const { kernelX, kernelY } = this.layout[cluster];
    const x = (event.x - column + 1 + kernelX) & (this.side - 1);
    const y = (event.y - row + 1 + kernelY) & (this.side - 1);
    return x < KERNEL_SIDE && y < KERNEL_SIDE ? kernels.weight(cluster, x + KERNEL_SIDE * y) : 0;
  }

  commit(_cycle: number): void {}
}
