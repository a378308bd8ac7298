/**
 * A merge of a router: a two-cycle server that moves one packet from one of its input queues to one of its outputs.
 *
 * If no output queue is full, its arbiter picks a readable input and pops it. In the next cycle the packet is
 * presented, routed and pushed; the next pick is one cycle later. So at most one packet moves per two cycles, and a
 * full output queue stops the whole merge, wherever its inputs go (head-of-line blocking).
 * Source: RANC, hardware/IP/RANCNetwork (merge modules). Not modelled: the half-cycle position of the strobes.
 */

import type { Arbiter, Part, QueueInput, QueueOutput } from "./part.js";

export class Merge<Packet> implements Part {
  private presenting: Packet | null = null;
  private picked: Packet | null = null;

  constructor(
    readonly name: string,
    private readonly inputs: readonly QueueOutput<Packet>[],
    /** Queues that only this merge fills; if one is full, the merge stops. */
    private readonly outputs: readonly Pick<QueueInput<Packet>, "isFull">[],
    private readonly arbiter: Arbiter,
    /** Called in the cycle in which the packet is presented: routes and pushes it. */
    private readonly present: (packet: Packet, cycle: number) => void,
  ) {}

  /** Packets between their pop and their push: 0 or 1. */
  held(): number {
    return this.presenting === null ? 0 : 1;
  }

  nextCycle(cycle: number): number {
    if (this.presenting !== null) return cycle;
    for (const queue of this.outputs) if (queue.isFull()) return Number.POSITIVE_INFINITY;
    for (const queue of this.inputs) if (queue.isReadable(cycle)) return cycle;
    return Number.POSITIVE_INFINITY;
  }

  evaluate(cycle: number): void {
    if (this.presenting !== null) {
      this.present(this.presenting, cycle);
      this.picked = null;
      return;
    }
    for (const queue of this.outputs) if (queue.isFull()) return;
    const index = this.arbiter.choose(this.inputs.length, (i) => this.inputs[i].isReadable(cycle));
    if (index < 0) return;
    this.arbiter.served(index);
    this.picked = this.inputs[index].pop(cycle);
  }

  commit(_cycle: number): void {
    this.presenting = this.picked;
    this.picked = null;
  }
}
