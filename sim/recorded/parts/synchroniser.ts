/** A chain of flip-flops that brings one bit into a clock domain: the output is the input of `flops` cycles before. */
import type { Part } from "./part.js";

export class Synchroniser implements Part {
  private readonly chain: Uint8Array;
  private readonly next: Uint8Array;

  constructor(
    readonly name: string,
    flops: number,
    private readonly input: () => boolean,
  ) {
    this.chain = new Uint8Array(flops);
    this.next = new Uint8Array(flops);
  }

  output(): boolean {
    return this.chain[this.chain.length - 1] === 1;
  }

  nextCycle(cycle: number): number {
    const bit = this.input() ? 1 : 0;
    return this.chain.every((flop) => flop === bit) ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(_cycle: number): void {
    this.next[0] = this.input() ? 1 : 0;
    for (let i = 1; i < this.next.length; i++) this.next[i] = this.chain[i - 1];
  }

  commit(_cycle: number): void {
    this.chain.set(this.next);
  }
}
