/**
 * Arbiters: an ordered list (always the first ready requester) or round robin (the first ready one after the last
 * served).
 */
import type { Arbiter } from "./part.js";

class OrderedArbiter implements Arbiter {
  choose(count: number, isReady: (index: number) => boolean): number {
    for (let i = 0; i < count; i++) if (isReady(i)) return i;
    return -1;
  }
  served(): void {}
}

class RoundRobinArbiter implements Arbiter {
  private last = -1;
  choose(count: number, isReady: (index: number) => boolean): number {
    for (let k = 1; k <= count; k++) {
      const i = (this.last + k) % count;
      if (isReady(i)) return i;
    }
    return -1;
  }
  served(index: number): void {
    this.last = index;
  }
}

/** Arbiters by their names in chip descriptions. */
export const ARBITERS = {
  ordered: (): Arbiter => new OrderedArbiter(),
  "round-robin": (): Arbiter => new RoundRobinArbiter(),
} as const;
