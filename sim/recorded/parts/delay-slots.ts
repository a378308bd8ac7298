/**
 * A scheduler memory of delay slots: one bit per axon and slot. A pointer selects the slot of the current tick.
 *
 * A packet with delay d sets its bit in slot (pointer + 1 + d) mod slots, so d = slots - 1 means the slot being read. A
 * write requested in cycle c happens at the edge to c + 1; if the current slot is cleared in cycle c, the write is
 * lost. A second write to a set bit has no effect. Each bit stores the edge at which it was set, so a reader that
 * visits the axons one by one sees exactly the writes before its own read edge. A packet's field can name more axons
 * than the core has; a write to such an axon has no bit to set.
 * Shape: [slots][axons]. Source: RANC Scheduler. Not modelled: SRAM word organisation.
 */
import type { Part, Scheduler } from "./part.js";

const UNSET = Number.POSITIVE_INFINITY;

export class DelaySlots implements Part, Scheduler {
  /** Slot that is read in this tick. */
  pointer: number;
  private readonly setAtEdge: Float64Array;
  private advancing = false;
  private clearing = false;
  private readonly writes: number[] = [];

  constructor(
    readonly name: string,
    readonly slots: number,
    readonly axons: number,
  ) {
    this.pointer = slots - 1;
    this.setAtEdge = new Float64Array(slots * axons).fill(UNSET);
  }

  /** Moves the pointer at the end of this cycle. */
  advance(): void {
    this.advancing = true;
  }

  /** The clear strobe is active in this cycle: the current slot becomes 0 at its end. */
  clear(): void {
    this.clearing = true;
  }

  /** Sets a bit at the end of this cycle. */
  write(axon: number, delayTicks: number): void {
    if (axon >= this.axons) return;
    this.writes.push(((this.pointer + 1 + delayTicks) % this.slots) * this.axons + axon);
  }

  /** Whether a read of the current slot at clock edge `edge` sees the bit. */
  sees(axon: number, edge: number): boolean {
    return this.setAtEdge[this.pointer * this.axons + axon] < edge;
  }

  nextCycle(_cycle: number): number {
    return Number.POSITIVE_INFINITY;
  }

  evaluate(_cycle: number): void {}

  commit(cycle: number): void {
    for (const bit of this.writes) if (this.setAtEdge[bit] === UNSET) this.setAtEdge[bit] = cycle + 1;
    this.writes.length = 0;
    if (this.clearing) this.setAtEdge.fill(UNSET, this.pointer * this.axons, (this.pointer + 1) * this.axons);
    if (this.advancing) this.pointer = (this.pointer + 1) % this.slots;
    this.clearing = false;
    this.advancing = false;
  }
}
