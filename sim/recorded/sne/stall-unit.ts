/**
 * SNE's stall unit: an output queue without space stops all clusters. Spikes that find no space are kept and offered
 * until they are taken.
 *
 * States RUN, PAUSE, RESUME. RESUME is the restart: the data path continues in the cycle after it, if there is still
 * space.
 * Source: specification of the slice, stall unit.
 */
import type { Part } from "../parts/part.js";
import type { Grant } from "./ports.js";
import { NONE } from "./sne-words.js";

/** Destination of spikes. */
interface SpikeOutlet {
  readonly isPassing: boolean;
  readonly haveRoom: boolean;
  accepts(cluster: number): boolean;
  send(cluster: number, word: number): void;
}

export class StallUnit implements Part, Grant {
  readonly name = "stall unit";
  /** Number of cycles without grant. */
  stalledCycles = 0;
  private state: "RUN" | "PAUSE" | "RESUME" = "RUN";
  private next: "RUN" | "PAUSE" | "RESUME" = "RUN";
  /** Words that wait, by cluster. */
  private readonly kept: Float64Array;
  private readonly nextKept: Float64Array;
  private stayed = 0;
  private askedAt = -1;
  private hasRoom = true;

  constructor(
    clusters: number,
    private readonly outlet: SpikeOutlet,
    private readonly restartCycles: number,
  ) {
    this.kept = new Float64Array(clusters).fill(NONE);
    this.nextKept = new Float64Array(clusters).fill(NONE);
  }

  private isOpen(cycle: number): boolean {
    if (this.askedAt !== cycle) {
      this.hasRoom = this.outlet.isPassing && this.outlet.haveRoom;
      this.askedAt = cycle;
    }
    return this.hasRoom;
  }

  isGranted(cycle: number): boolean {
    return this.state === "RUN" && this.isOpen(cycle);
  }

  /** A spike in this cycle. */
  spike(cluster: number, word: number): void {
    if (this.state !== "RUN") return;
    if (this.outlet.accepts(cluster)) this.outlet.send(cluster, word);
    else this.nextKept[cluster] = word;
  }

  nextCycle(cycle: number): number {
    return this.isGranted(cycle) ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(cycle: number): void {
    const isOpen = this.isOpen(cycle);
    if (!this.isGranted(cycle)) this.stalledCycles++;
    if (this.state === "RUN") this.next = isOpen ? "RUN" : "PAUSE";
    else if (this.state === "PAUSE") {
      this.offer();
      this.next = isOpen ? "RESUME" : "PAUSE";
    } else this.next = !isOpen ? "PAUSE" : this.stayed + 1 < this.restartCycles ? "RESUME" : "RUN";
  }

  private offer(): void {
    for (let g = 0; g < this.kept.length; g++) {
      if (this.kept[g] === NONE || !this.outlet.accepts(g)) continue;
      this.outlet.send(g, this.kept[g]);
      this.nextKept[g] = NONE;
    }
  }

  commit(_cycle: number): void {
    this.stayed = this.next === this.state ? this.stayed + 1 : 0;
    this.state = this.next;
    this.kept.set(this.nextKept);
  }
}
