/**
 * Replays of earlier points, for points with the same cycles: those that differ only in the cost of a cycle. While a
 * point makes a replay, others that need the same one wait for it. The replays used last are kept, up to a number of
 * bytes.
 */
import { MIB } from "../../base/bytes.js";
import type { Outcome } from "./engine.js";
import type { PackedReplay } from "./packed-replay.js";
import { sharedBytes } from "./share.js";
import type { WorkerReply } from "./worker.js";

export const KEPT_BYTES = 256 * MIB;

interface Entry {
  /** null: the replay failed, and the next point makes it itself. */
  readonly ready: Promise<PackedReplay | null>;
  settled: boolean;
  bytes: number;
}

export class Replays {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly keptBytes = KEPT_BYTES) {}

  /** True while another point makes this replay. */
  waitsFor(key: string): boolean {
    return this.entries.get(key)?.settled === false;
  }

  /** Evaluates a point by `run`, which gets the replay of `key` if there is one. */
  async evaluate(key: string, run: (replay: PackedReplay | null) => Promise<WorkerReply | Outcome>): Promise<Outcome> {
    for (let known = this.entries.get(key); known !== undefined; known = this.entries.get(key)) {
      const replay = await known.ready;
      if (replay === null) continue;
      this.entries.delete(key); // moves it to the end, where the newest are
      this.entries.set(key, known);
      return outcomeOf(await run(replay));
    }
    let settle: (replay: PackedReplay | null) => void = () => {};
    const entry: Entry = { ready: new Promise((resolve) => (settle = resolve)), settled: false, bytes: 0 };
    this.entries.set(key, entry);
    let made: PackedReplay | null = null;
    try {
      const reply = await run(null);
      if (reply.kind === "replayed") made = reply.replay;
      return outcomeOf(reply);
    } finally {
      entry.settled = true;
      if (made === null) this.entries.delete(key);
      else {
        entry.bytes = sharedBytes(made);
        this.evict();
      }
      settle(made);
    }
  }

  private evict(): void {
    let total = [...this.entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { bytes, settled }] of this.entries) {
      if (total <= this.keptBytes) return;
      if (!settled) continue;
      total -= bytes;
      this.entries.delete(key);
    }
  }
}

function outcomeOf(reply: WorkerReply | Outcome): Outcome {
  if (reply.kind === "replayed") return reply.outcome;
  if (reply.kind === "functional") throw new Error("the worker answered a point with a functional run");
  return reply;
}
