/**
 * Four-phase handshake (REQ up, ACK up, REQ down, ACK down): the outside sender, the outside receiver, and a chip's
 * output port. The chip's input port is its controller: it sees REQ through a synchroniser and drives ACK.
 *
 * Every wire changes at clock edges; `observe(cycle, isUp)` gets the first cycle in which the new level is visible.
 * Source: AER links of ODIN and tinyODIN. Not modelled: bundled-data skew.
 */
import { InvariantError } from "../../../base/errors.js";
import type { OutputLink, Part } from "./part.js";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Outside sender: offers its items in order, each not before its cycle. The first item needs no gap, because ACK was
 * low long before the run.
 */
export class FourPhaseSource implements Part {
  request = false;
  /** Value on the wires; holds its last value between transfers. */
  value = 0;
  /** Position of the item offered last. */
  sequence = -1;
  private isOpen = false;
  private ackUpAt = -1;
  private ackLowAt = Number.NEGATIVE_INFINITY;
  private nextRequest = false;
  private nextOpen = false;

  constructor(
    readonly name: string,
    private readonly items: readonly { readonly notBefore: number; readonly value: number }[],
    private readonly timing: { readonly requestGapCycles: number; readonly requestFallDelayCycles: number },
    private readonly ack: () => boolean,
    private readonly observe: (cycle: number, isUp: boolean) => void,
  ) {}

  /** Whether every item has been transferred, and the end of the last transfer is visible. */
  isDone(): boolean {
    return !this.isOpen && this.sequence + 1 >= this.items.length;
  }

  nextCycle(cycle: number): number {
    if (this.request) {
      if (this.ackUpAt >= 0) return Math.max(cycle, this.ackUpAt + this.timing.requestFallDelayCycles);
      return this.ack() ? cycle : NEVER;
    }
    if (this.isOpen) return this.ack() ? NEVER : cycle;
    const item = this.items[this.sequence + 1];
    return item === undefined ? NEVER : Math.max(cycle, item.notBefore - 1, this.ackLowAt + this.timing.requestGapCycles);
  }

  evaluate(cycle: number): void {
    this.nextRequest = this.request;
    this.nextOpen = this.isOpen;
    if (this.request) {
      if (this.ack() && this.ackUpAt < 0) this.ackUpAt = cycle;
      if (this.ackUpAt >= 0 && cycle >= this.ackUpAt + this.timing.requestFallDelayCycles) this.nextRequest = false;
      return;
    }
    if (this.ack()) return;
    if (this.isOpen) {
      this.nextOpen = false;
      this.ackLowAt = cycle;
    }
    const item = this.items[this.sequence + 1];
    if (item !== undefined && cycle + 1 >= item.notBefore && cycle >= this.ackLowAt + this.timing.requestGapCycles) this.nextRequest = true;
  }

  commit(cycle: number): void {
    this.isOpen = this.nextOpen;
    if (this.nextRequest === this.request) return;
    this.request = this.nextRequest;
    if (this.request) {
      this.sequence++;
      this.value = (this.items[this.sequence] as { value: number }).value;
      this.isOpen = true;
      this.ackUpAt = -1;
    }
    this.observe(cycle + 1, this.request);
  }
}

/** Outside receiver: answers each level of REQ after its delay. */
export class FourPhaseSink implements Part {
  ack = false;
  private seenAt = -1;
  private next = false;

  constructor(
    readonly name: string,
    private readonly timing: { readonly ackUpDelayCycles: number; readonly ackDownDelayCycles: number },
    private readonly request: () => boolean,
    private readonly observe: (cycle: number, isUp: boolean) => void,
  ) {}

  nextCycle(cycle: number): number {
    if (this.request() === this.ack) return NEVER;
    return this.seenAt < 0 ? cycle : Math.max(cycle, this.seenAt + this.delayCycles());
  }

  evaluate(cycle: number): void {
    this.next = this.ack;
    if (this.request() === this.ack) return;
    if (this.seenAt < 0) this.seenAt = cycle;
    if (cycle >= this.seenAt + this.delayCycles()) this.next = !this.ack;
  }

  commit(cycle: number): void {
    if (this.next === this.ack) return;
    this.ack = this.next;
    this.seenAt = -1;
    this.observe(cycle + 1, this.ack);
  }

  private delayCycles(): number {
    return this.ack ? this.timing.ackDownDelayCycles : this.timing.ackUpDelayCycles;
  }
}

/**
 * A chip's output port: a word sent in cycle s raises REQ and `isBusy` at s + 1; it is busy until the falling ACK is
 * visible.
 */
export class FourPhaseOutput implements Part, OutputLink {
  request = false;
  isBusy = false;
  /** Value on the wires; holds its last value between transfers. */
  value = 0;
  private incoming = -1;
  private nextRequest = false;
  private nextBusy = false;

  constructor(
    readonly name: string,
    /** ACK after its synchroniser. */
    private readonly ack: () => boolean,
    private readonly observe: (cycle: number, isUp: boolean) => void,
  ) {}

  send(value: number, cycle: number): void {
    if (this.isBusy || this.incoming >= 0) throw new InvariantError(this.name, cycle, "a word sent while the link is busy");
    this.incoming = value;
  }

  nextCycle(cycle: number): number {
    return this.isBusy && this.ack() === this.request ? cycle : NEVER;
  }

  evaluate(_cycle: number): void {
    this.nextRequest = this.request && !this.ack();
    this.nextBusy = this.isBusy && (this.request || this.ack());
  }

  commit(cycle: number): void {
    const before = this.request;
    this.request = this.nextRequest;
    this.isBusy = this.nextBusy;
    if (this.incoming >= 0) {
      this.request = true;
      this.isBusy = true;
      this.value = this.incoming;
      this.incoming = -1;
    }
    if (this.request !== before) this.observe(cycle + 1, this.request);
  }
}
