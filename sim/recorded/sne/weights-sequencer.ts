/**
 * SNE's fully connected sequencer: visits every address of every cluster. Each address uses a pair of weight words,
 * with one weight per cluster.
 *
 * States INIT, WAIT, RESUME, RUN, STOP. It starts at a SYNCH event, takes two cycles per address, and waits for weights
 * that are late.
 * Source: specification of the slice, sequencers, FC.
 */
import type { Part } from "../parts/part.js";
import { type AddressRegisters, AddressSequencer } from "./address-sequencer.js";
import type { Grant, WordSource } from "./ports.js";
import { NONE } from "./sne-words.js";

type State = "INIT" | "WAIT" | "RESUME" | "RUN" | "STOP";

interface Registers extends AddressRegisters {
  state: State;
  /** In the second of an address's two cycles. */
  isSecond: boolean;
  hasRun: boolean;
}
const cleared = (state: State): Registers => ({
  ...{ state, read: 0, write: 0, isReading: false, isWriting: false, isSecond: false, hasRun: false, isDone: false },
});

/** Weights per word, of four bits each. */
const WEIGHTS = 8;

export class WeightsSequencer extends AddressSequencer<Registers> implements Part {
  readonly name = "fully connected sequencer";
  private next = cleared("INIT");
  private readonly weights = [0, 0];
  private readonly nextWeights = [0, 0];

  constructor(
    side: number,
    private readonly queues: readonly WordSource[],
    private readonly isSynchOffered: () => boolean,
    private readonly grant: Grant,
  ) {
    super(side, cleared("INIT"));
  }

  get isResting(): boolean {
    return this.now.state === "INIT";
  }
  /** Unsigned four-bit weight. */
  weight(cluster: number): number {
    return (this.weights[Math.floor(cluster / WEIGHTS)] >>> (4 * (cluster % WEIGHTS))) & 15;
  }

  nextCycle(cycle: number): number {
    return this.now.state === "INIT" && !this.isSynchOffered() ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(cycle: number): void {
    const { now, queues } = this;
    const next = cleared(now.state);
    this.next = next;
    switch (now.state) {
      case "INIT":
        if (this.isSynchOffered()) next.state = "WAIT";
        return;
      case "WAIT":
        if (queues.some((queue) => queue.word() !== NONE)) next.state = "RESUME";
        return;
      case "RESUME":
        next.isReading = true;
        next.state = "RUN";
        return;
      case "RUN":
        this.run(next, this.grant.isGranted(cycle));
        return;
      case "STOP":
        next.isReading = true;
        next.isDone = !now.isDone;
        if (now.isDone) next.state = "INIT";
    }
  }

  private run(next: Registers, isGranted: boolean): void {
    const { now, queues } = this;
    const areBoth = queues.every((queue) => queue.word() !== NONE);
    next.isReading = true;
    next.read = now.read;
    next.write = now.write;
    if (areBoth && isGranted) {
      if (now.isSecond) {
        next.write = now.read;
        next.read = now.read + 1;
        next.isWriting = true;
        queues.forEach((queue, i) => {
          this.nextWeights[i] = queue.word();
        });
      } else next.isSecond = true;
    }
    if (now.isSecond && isGranted) for (const queue of queues) if (queue.word() !== NONE) queue.take();
    if (now.isWriting && now.write === this.side * this.side - 1) {
      next.read = next.write = 0;
      next.isReading = next.isWriting = next.isSecond = false;
      next.hasRun = true;
    }
    if (now.hasRun) next.state = "STOP";
  }

  commit(_cycle: number): void {
    this.now = this.next;
    this.weights[0] = this.nextWeights[0];
    this.weights[1] = this.nextWeights[1];
  }
}
