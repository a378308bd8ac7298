/**
 * SNE's window sequencer: visits the 3x3 neurons around a spike in every cluster at once, one read per cycle and the
 * write one cycle later.
 *
 * States INIT, WAIT, RUN, STOP. (row, column) run from -1 to 1. Without a grant it waits, and the address that it
 * writes is that of the last granted cycle. Addresses wrap at the cluster's side; the wrong neurons are border neurons.
 * It reads in every cycle, also in idle ones.
 * Source: specification of the slice, sequencers, WINDOW. Not modelled: other kernels, which the design does not have.
 */
import type { Part } from "../parts/part.js";
import type { EventBus, Grant, Sequencer } from "./ports.js";
import type { SneCluster } from "./sne-settings.js";

export class WindowSequencer implements Part, Sequencer {
  readonly name = "window sequencer";
  isDone = false;
  readonly isReading = true;
  private state: "INIT" | "WAIT" | "RUN" | "STOP" = "INIT";
  private row0 = -1;
  private column0 = -1;
  private writtenRow = -1;
  private writtenColumn = -1;
  private writes = false;
  private isLast = false;
  /** Initial values of the next cycle. */
  private readonly next = {
    state: "INIT" as "INIT" | "WAIT" | "RUN" | "STOP",
    row: 0,
    column: 0,
    writes: false,
    isLast: false,
    isDone: false,
  };
  private isGranted = false;

  constructor(
    private readonly side: number,
    private readonly clusters: readonly SneCluster[],
    private readonly event: EventBus,
    private readonly starts: (cycle: number) => boolean,
    private readonly grant: Grant,
  ) {}

  get isResting(): boolean {
    return this.state === "INIT" || this.state === "WAIT";
  }

  takesTime(): boolean {
    return this.isResting;
  }

  get isWriting(): boolean {
    return this.writes || this.isLast;
  }

  /** Row of a cluster at a step of the window; the other function: its column. */
  private rowAt(cluster: number, step: number): number {
    return (this.event.y + step - this.clusters[cluster].lowY) & (this.side - 1);
  }
  private columnAt(cluster: number, step: number): number {
    return (this.event.x + step - this.clusters[cluster].lowX) & (this.side - 1);
  }

  private addressOf(row: number, column: number): number {
    return row * this.side + (column & ~1) + ((row ^ column) & 1);
  }

  readAddress(cluster: number): number {
    return this.addressOf(this.rowAt(cluster, this.row0), this.columnAt(cluster, this.column0));
  }
  writeAddress(cluster: number): number {
    return this.addressOf(this.row(cluster), this.column(cluster));
  }
  row(cluster: number): number {
    return this.rowAt(cluster, this.writtenRow);
  }
  column(cluster: number): number {
    return this.columnAt(cluster, this.writtenColumn);
  }

  nextCycle(cycle: number): number {
    const isStill = this.row0 === -1 && this.column0 === -1 && this.writtenRow === -1 && this.writtenColumn === -1;
    return this.state === "INIT" && isStill && !this.starts(cycle) ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(cycle: number): void {
    const { next } = this;
    this.isGranted = this.grant.isGranted(cycle);
    next.state = this.state;
    next.row = next.column = 0;
    next.writes = next.isLast = next.isDone = false;
    if (this.isResting) {
      next.row = next.column = -1;
      if (this.state === "INIT") next.state = this.starts(cycle) ? "WAIT" : "INIT";
      else next.state = this.event.isTimeStable ? "RUN" : "INIT";
    } else if (this.state === "RUN") this.step();
    else {
      const leaves = this.isDone && this.isGranted;
      next.isDone = !leaves;
      if (leaves) next.state = "INIT";
    }
  }

  private step(): void {
    const { next } = this;
    next.row = this.row0;
    next.column = this.column0;
    if (!this.isGranted) return;
    next.writes = true;
    if (this.column0 < 1) next.column++;
    else if (this.row0 < 1) {
      next.row++;
      next.column = -1;
    } else {
      next.row = next.column = -1;
      next.isLast = true;
      next.state = "STOP";
    }
  }

  commit(_cycle: number): void {
    if (this.isGranted) {
      this.writtenRow = this.row0;
      this.writtenColumn = this.column0;
    }
    const { next } = this;
    this.state = next.state;
    this.row0 = next.row;
    this.column0 = next.column;
    this.writes = next.writes;
    this.isLast = next.isLast;
    this.isDone = next.isDone;
  }
}
