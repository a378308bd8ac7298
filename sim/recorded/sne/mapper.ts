/**
 * SNE's mapper: puts spikes, with their coordinates on the map, into the clusters' output queues, and time steps into
 * all of these queues.
 *
 * States PASS, HOLD, EMIT. A step waits until every queue has space and no event is in progress; spikes wait during
 * HOLD and EMIT.
 * Source: specification of the slice, time path.
 */
import type { Part } from "../parts/part.js";
import type { Receiver } from "./event-router.js";
import type { WordSink } from "./ports.js";
import { spikeWord, timeOf, timeWord } from "./sne-words.js";

/** Position of a cluster's neurons, and the channel of its spikes. */
interface Place {
  readonly lowX: number;
  readonly lowY: number;
  readonly channel: number;
}

export class Mapper implements Part, Receiver {
  readonly name = "mapper";
  private state: "PASS" | "HOLD" | "EMIT" = "PASS";
  private next: "PASS" | "HOLD" | "EMIT" = "PASS";

  constructor(
    private readonly outputs: readonly WordSink[],
    private readonly places: readonly Place[],
    /** The time event that it has to take; null if there is none. */
    private readonly pending: () => number | null,
    private readonly isResting: () => boolean,
  ) {}

  get isPassing(): boolean {
    return this.state === "PASS";
  }

  /** Whether a spike of a cluster is taken in this cycle. */
  accepts(cluster: number): boolean {
    return this.isPassing && this.outputs[cluster].isReady;
  }

  get haveRoom(): boolean {
    for (const output of this.outputs) if (!output.isReady) return false;
    return true;
  }

  wordOf(cluster: number, row: number, column: number): number {
    const { lowX, lowY, channel } = this.places[cluster];
    return spikeWord(channel, row + lowY, column + lowX);
  }

  send(cluster: number, word: number): void {
    this.outputs[cluster].push(word);
  }

  takesTime(): boolean {
    return this.state === "EMIT";
  }

  nextCycle(cycle: number): number {
    return this.isPassing && this.pending() === null ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(_cycle: number): void {
    if (this.state === "PASS") {
      if (this.pending() !== null && this.haveRoom && this.isResting()) this.next = "HOLD";
    } else if (this.state === "HOLD") {
      if (this.haveRoom) this.next = "EMIT";
    } else {
      const word = timeWord(timeOf(this.pending() ?? 0));
      for (const output of this.outputs) output.push(word);
      this.next = "PASS";
    }
  }

  commit(_cycle: number): void {
    this.state = this.next;
  }
}
