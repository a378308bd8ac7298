/**
 * Lets signals, timers and sockets be heard during long work whose promises need no event: without a breath, a million
 * of them are one turn of the event loop. Effects: the clock is handed in.
 */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "./engine/clock.js";

/** Heartbeats come every 2 s, and a dashboard is drawn ten times per second. */
const EVERY_MS = 50;

export class Breath {
  private lastMs: number;

  constructor(private readonly clock: Clock) {
    this.lastMs = clock.monotonicMs();
  }

  /** Waits for the next turn of the event loop if the last one was long ago. */
  async take(): Promise<void> {
    if (this.clock.monotonicMs() - this.lastMs < EVERY_MS) return;
    await setImmediate();
    this.lastMs = this.clock.monotonicMs();
  }
}
