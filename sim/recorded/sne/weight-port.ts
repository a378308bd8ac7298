/**
 * The port of fully connected weights: drops a packet's header and deals its words to two queues in turn, W1 first.
 *
 * States IDLE, ARM, OPEN; it is ready one cycle after it is armed, and still in the first cycle after it closed.
 * Source: specification of the slice, FC port of the packet router.
 */
import type { Part } from "../parts/part.js";
import type { WordSink } from "./ports.js";

export class WeightPort implements Part, WordSink {
  readonly name = "weight port";
  private state: "IDLE" | "ARM" | "OPEN" = "IDLE";
  private next: "IDLE" | "ARM" | "OPEN" = "IDLE";
  private isArmed = false;
  private turn = 0;
  private count = 0;
  private isTaking = false;

  constructor(
    private readonly queues: readonly WordSink[],
    /** Words of a packet, header included. */
    private readonly packetWords: number,
    private readonly isOffered: (cycle: number) => boolean,
  ) {}

  get isReady(): boolean {
    return this.isArmed && this.queues[this.turn].isReady;
  }

  push(word: number): void {
    this.isTaking = true;
    if (this.count > 0) this.queues[this.turn].push(word);
  }

  nextCycle(cycle: number): number {
    return this.state === "IDLE" && !this.isArmed && !this.isOffered(cycle) ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(cycle: number): void {
    if (this.state === "IDLE") this.next = this.isOffered(cycle) ? "ARM" : "IDLE";
    else this.next = this.state === "OPEN" && this.count === this.packetWords ? "IDLE" : "OPEN";
  }

  commit(_cycle: number): void {
    this.isArmed = this.state !== "IDLE";
    if (this.state === "IDLE") {
      this.turn = 0;
      this.count = 0;
    } else if (this.isTaking) {
      this.turn = 1 - this.turn;
      this.count++;
    }
    this.isTaking = false;
    this.state = this.next;
  }
}
