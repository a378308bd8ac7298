/**
 * A tick-driven core: on each accepted tick it visits every neuron, reads every axon bit, and sends the spikes.
 *
 * A tick seen in cycle T starts the sweep at T + 1. Neuron n has its first axon in F(n), F(0) = T + 2; axon a is read
 * at clock edge F(n) + 1 + a; the write state is F(n) + axons and repeats while a spike cannot leave; the check
 * follows. After the last check: clear state, then idle, with the scheduler's clear strobe in the first idle cycle.
 * Cost without stalls, start to idle: neurons x (axons + 2) + 2 cycles. Arithmetic wraps in two's complement.
 * Source: RANC token controller and neuron block. Not modelled: half-cycle positions, repeated fetches of the core
 * memory word.
 */

import type { Part, Scheduler } from "./part.js";

export interface SweepNeuron {
  /** Connected axons, ascending. */
  readonly axons: readonly number[];
  readonly potential: number;
  readonly reset: number;
  /** Weights by synaptic type. */
  readonly weights: readonly number[];
  readonly leak: number;
  readonly positiveThreshold: number;
  readonly negativeThreshold: number;
  /** 0: reset to a value; 1: subtract the threshold. */
  readonly resetMode: number;
}

interface SweepPorts {
  /** Whether a spike can leave in this cycle. */
  canSend(): boolean;
  begin(cycle: number): void;
  clear(cycle: number): void;
  end(cycle: number, stallCycles: number, potentials: Int32Array): void;
  spike(cycle: number, neuron: number): void;
}

/** Work of the core in cycle `dueAt`; between due cycles the sweep needs no attention. */
type Phase = "idle" | "start" | "write" | "check" | "clear" | "end";

export class SweepCore implements Part {
  readonly potential: Int32Array;
  missedTicks = 0;
  private phase: Phase = "idle";
  /** Cycle in which the work of `phase` is due. */
  private dueAt = Number.POSITIVE_INFINITY;
  private neuron = 0;
  private firstAxonAt = 0;
  /** Result for the neuron being written: computed in its first write cycle, committed in its check cycle. */
  private outcome: { readonly potential: number; readonly fires: boolean; readonly operations: number } | null = null;
  private startedAt = -1;
  private busyCycles = 0;
  private stallCycles = 0;
  private writtenBack = 0;
  private synapticOps = 0;
  private received = 0;
  private lost = 0;
  private spikes = 0;
  private next: { readonly phase: Phase; readonly dueAt: number } | null = null;
  private isTicked = false;

  constructor(
    readonly name: string,
    private readonly shape: { readonly axons: number; readonly potentialBits: number },
    private readonly axonTypes: readonly number[],
    private readonly neurons: readonly SweepNeuron[],
    private readonly slots: Scheduler,
    private readonly ports: SweepPorts,
  ) {
    this.potential = Int32Array.from(neurons, (neuron) => neuron.potential);
  }

  counters(): {
    stall_cycles: number;
    csram_writes: number;
    synaptic_ops: number;
    sched_writes: number;
    sched_drops: number;
    spikes: number;
  } {
    return {
      stall_cycles: this.stallCycles,
      csram_writes: this.writtenBack,
      synaptic_ops: this.synapticOps,
      sched_writes: this.received,
      sched_drops: this.lost,
      spikes: this.spikes,
    };
  }

  busyCyclesUntil(cycles: number): number {
    return this.busyCycles + (this.startedAt < 0 ? 0 : Math.max(0, cycles - this.startedAt));
  }

  /** The tick wire is high in this cycle: an idle core accepts the tick, any other misses it. */
  tick(_cycle: number): void {
    if (this.phase === "idle" || this.phase === "end") this.isTicked = true;
    else this.missedTicks++;
  }

  /** A packet arrives in this cycle; returns false if the clear strobe loses it. */
  receive(axon: number, delayTicks: number, cycle: number): boolean {
    if (this.phase === "end" && this.dueAt === cycle) {
      this.lost++;
      return false;
    }
    this.slots.write(axon, delayTicks);
    this.received++;
    return true;
  }

  nextCycle(cycle: number): number {
    return Math.max(this.dueAt, cycle);
  }

  evaluate(cycle: number): void {
    if (cycle !== this.dueAt) return;
    if (this.phase === "start") {
      this.ports.begin(cycle);
      // the pointer moves in the middle of the next cycle: later writes go by the new slot
      this.slots.advance();
      this.visit(0, cycle + 1);
    } else if (this.phase === "write") this.writeState(cycle);
    else if (this.phase === "check") this.check(cycle);
    else if (this.phase === "clear") {
      this.ports.clear(cycle);
      this.next = { phase: "end", dueAt: cycle + 1 };
    } else {
      this.ports.end(cycle, this.stallCycles, this.potential);
      this.slots.clear();
      this.next = { phase: "idle", dueAt: Number.POSITIVE_INFINITY };
    }
  }

  commit(cycle: number): void {
    if (this.next !== null) {
      if (this.next.phase === "end") {
        this.busyCycles += cycle + 1 - this.startedAt;
        this.startedAt = -1;
      }
      this.phase = this.next.phase;
      this.dueAt = this.next.dueAt;
      this.next = null;
    }
    if (this.isTicked) {
      this.isTicked = false;
      this.startedAt = cycle + 1;
      this.phase = "start";
      this.dueAt = cycle + 1;
    }
  }

  private visit(neuron: number, firstAxonAt: number): void {
    this.neuron = neuron;
    this.firstAxonAt = firstAxonAt;
    this.outcome = null;
    this.next = { phase: "write", dueAt: firstAxonAt + this.shape.axons };
  }

  private writeState(cycle: number): void {
    this.outcome ??= this.integrate(this.neurons[this.neuron]);
    const stalls = this.outcome.fires && !this.ports.canSend();
    if (stalls) this.stallCycles++;
    this.next = { phase: stalls ? "write" : "check", dueAt: cycle + 1 };
  }

  private check(cycle: number): void {
    const outcome = this.outcome as NonNullable<typeof this.outcome>;
    this.potential[this.neuron] = outcome.potential;
    this.writtenBack++;
    this.synapticOps += outcome.operations;
    if (outcome.fires) {
      this.spikes++;
      this.ports.spike(cycle, this.neuron);
    }
    if (this.neuron + 1 < this.neurons.length) this.visit(this.neuron + 1, cycle + 1);
    else this.next = { phase: "clear", dueAt: cycle + 1 };
  }

  private integrate(neuron: SweepNeuron): { potential: number; fires: boolean; operations: number } {
    let sum = this.potential[this.neuron] + neuron.leak;
    let operations = 0;
    for (const axon of neuron.axons) {
      if (!this.slots.sees(axon, this.firstAxonAt + 1 + axon)) continue;
      sum += neuron.weights[this.axonTypes[axon]];
      operations++;
    }
    const u = this.wrap(sum);
    const subtracts = neuron.resetMode === 1;
    const { positiveThreshold, negativeThreshold } = neuron;
    if (u >= positiveThreshold) return { potential: subtracts ? this.wrap(u - positiveThreshold) : neuron.reset, fires: true, operations };
    if (u < negativeThreshold) return { potential: this.wrap(subtracts ? u - negativeThreshold : -neuron.reset), fires: false, operations };
    return { potential: u, fires: false, operations };
  }

  /** Value in two's complement of `potentialBits`; wrapping the sum equals wrapping at every step. */
  private wrap(value: number): number {
    const shift = 32 - this.shape.potentialBits;
    return (value << shift) >> shift;
  }
}
