/**
 * SNE's sweep sequencer: visits addresses `start` to `end` by `step` in every cluster at once, one read per cycle and
 * the write one cycle later.
 *
 * States INIT, WAIT, RESUME, RUN, STOP. A sweep of n addresses takes n + 6 cycles.
 * Source: specification of the slice, sequencers, SWEEP.
 */
import type { Part } from "../parts/part.js";
import { type AddressRegisters, AddressSequencer } from "./address-sequencer.js";
import type { EventBus, Grant } from "./ports.js";
import type { SneLayout } from "./sne-settings.js";

type State = "INIT" | "WAIT" | "RESUME" | "RUN" | "STOP";

interface Registers extends AddressRegisters {
  state: State;
  hasRun: boolean;
}
const cleared = (state: State): Registers => ({
  ...{ state, read: 0, write: 0, isReading: false, isWriting: false, hasRun: false, isDone: false },
});

export class SweepSequencer extends AddressSequencer<Registers> implements Part {
  readonly name = "sweep sequencer";
  private next = cleared("INIT");
  private readonly start: number;
  private readonly end: number;
  private readonly stride: number;

  constructor(
    side: number,
    { start, end, step }: SneLayout["sweep"],
    private readonly event: EventBus,
    private readonly starts: (cycle: number) => boolean,
    private readonly grant: Grant,
  ) {
    super(side, cleared("INIT"));
    const neurons = side * side;
    this.start = start % neurons;
    this.end = end % neurons;
    this.stride = step % neurons;
  }

  get isResting(): boolean {
    return this.now.state === "INIT" || this.now.state === "WAIT";
  }

  nextCycle(cycle: number): number {
    return this.now.state === "INIT" && !this.starts(cycle) ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(cycle: number): void {
    const { now } = this;
    const next = cleared(now.state);
    this.next = next;
    switch (now.state) {
      case "INIT":
        if (this.starts(cycle)) next.state = "WAIT";
        return;
      case "WAIT":
        if (this.event.isTimeStable) next.state = "RESUME";
        return;
      case "RESUME":
        next.read = this.start;
        next.isReading = true;
        next.state = "RUN";
        return;
      case "RUN":
        this.run(next, this.grant.isGranted(cycle));
        return;
      case "STOP": {
        next.isDone = true;
        if (now.isDone && this.grant.isGranted(cycle)) {
          next.isDone = false;
          next.state = "INIT";
        }
      }
    }
  }

  private run(next: Registers, isGranted: boolean): void {
    const { now } = this;
    next.isReading = true;
    next.write = now.read;
    if (!isGranted) {
      next.read = now.read;
      next.hasRun = now.hasRun;
    } else {
      next.isWriting = now.write < this.end;
      const isLast = now.read + this.stride > this.end;
      next.read = isLast ? this.start : now.read + this.stride;
      next.hasRun = isLast;
    }
    if (now.hasRun) next.state = "STOP";
  }

  commit(_cycle: number): void {
    this.now = this.next;
  }
}
