/**
 * Jobs of one study on the server: each under its own name, so that one added twice is one, and one answered twice is answered once.
 * Jobs that an earlier coordinator left behind are taken over; what the server has lost is added again.
 * Throws: `TransferError` where the server takes no more.
 */
import { performance } from "node:perf_hooks";
import type { Queue, QueueEvents } from "bullmq";
import { Blame } from "./blame.js";
import type { Outcome } from "./engine.js";
import { JOB_LIMIT_BYTES, type Job, type Reply, replySchema } from "./protocol.js";
import { serverError } from "./transfer-error.js";

interface Pending {
  readonly job: Job;
  readonly settle: (answer: Reply | Outcome) => void;
  checkedMs: number;
}

const CHECKS_AT_ONCE = 200;
/** BullMQ's words for a job whose worker vanished. */
const STALLED = /stalled/;

export class Jobs {
  private readonly pending = new Map<string, Pending>();
  private readonly removing = new Map<string, Promise<unknown>>();
  /** Jobs that an earlier coordinator of this study left on the server. */
  private leftovers = new Set<string>();
  private readonly blame = new Blame();
  private closed = false;

  constructor(
    private readonly queue: Queue,
    private readonly events: QueueEvents,
    /** For errors. */
    private readonly server: string,
    private readonly leaseMs: number,
  ) {}

  async start(): Promise<void> {
    const found = await this.queue.getJobs(["wait", "active", "completed", "failed", "delayed"]);
    this.leftovers = new Set(found.map((job) => String(job.id)));
    this.events.on("completed", ({ jobId, returnvalue }) => this.answered(jobId, returnvalue as unknown));
    this.events.on("failed", ({ jobId, failedReason }) => this.lost(jobId, failedReason));
  }

  /** True where a delivery of this key lost its worker. */
  hasLostWorker(key: string): boolean {
    return this.blame.isSuspect(key);
  }

  /** Everything under way is abandoned. */
  close(): void {
    this.closed = true;
    for (const { settle } of this.pending.values()) settle({ kind: "abandoned" });
    this.pending.clear();
  }

  async submit(id: string, job: Job): Promise<Reply | Outcome> {
    await this.removing.get(id);
    if (this.closed) return { kind: "abandoned" };
    const answer = new Promise<Reply | Outcome>((settle) => {
      this.pending.set(id, { job, settle, checkedMs: performance.now() });
    });
    try {
      if (this.leftovers.delete(id)) await this.look(id);
      else await this.add(id, job);
    } catch (error) {
      this.pending.delete(id);
      throw error;
    }
    return answer;
  }

  private async add(id: string, job: Job): Promise<void> {
    try {
      await this.queue.add(job.kind, job, { jobId: id, sizeLimit: JOB_LIMIT_BYTES, removeOnComplete: false, removeOnFail: false });
    } catch (error) {
      if (!this.closed) throw serverError(this.server, error);
    }
  }

  private answered(id: string, value: unknown): void {
    const pending = this.pending.get(id);
    // Nobody waits: answered already, by another delivery, or by an earlier coordinator's worker.
    if (pending === undefined) {
      if (!this.leftovers.has(id) && !id.startsWith("f-")) this.drop(id);
      return;
    }
    const parsed = replySchema.safeParse(typeof value === "string" ? json(value) : value);
    if (!parsed.success) {
      this.lost(id, `its answer is none: ${parsed.error.issues[0]?.message}`);
      return;
    }
    this.pending.delete(id);
    if (!["missing", "failed"].includes(parsed.data.kind)) this.blame.succeed(pending.job.key);
    pending.settle(parsed.data);
    // After the store has it: settling runs the study's part before the next turn of the loop. A trace's address stays for a next coordinator.
    if (parsed.data.kind !== "functional") this.drop(id);
  }

  /** The job ended without an answer. */
  private lost(id: string, reason: string): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    const text = STALLED.test(reason) ? "the worker that ran it vanished" : reason;
    const outcome = this.outcomeOfLoss(pending.job, text);
    this.drop(id, () => pending.settle(outcome));
  }

  private outcomeOfLoss({ kind, key }: Job, reason: string): Outcome {
    const isBlamed = this.blame.lose(key);
    const failed = { kind: "failed", code: "WORKER_DIED", reason, durationMs: 0 } as const;
    if (kind !== "functional") return isBlamed ? { ...failed, retryable: true } : { kind: "lost", reason };
    // Many points wait for it, and none of them is to blame.
    return this.blame.isHopeless(key) ? { ...failed, retryable: false } : { kind: "lost", reason };
  }

  /** Removes a job; one with the same key is added only after that. */
  private drop(id: string, then: () => void = () => {}): void {
    const removal = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.remove(id));
    const done = removal.finally(() => {
      if (this.removing.get(id) === done) this.removing.delete(id);
      then();
    });
    this.removing.set(id, done);
  }

  async remove(id: string): Promise<void> {
    if (!this.closed) await this.queue.remove(id).catch(() => 0);
  }

  /** Asks the server about jobs that were silent for long: an event may be lost, or the job itself. */
  async check(): Promise<void> {
    const now = performance.now();
    const silent = [...this.pending].filter(([, pending]) => now - pending.checkedMs > this.leaseMs / 2).slice(0, CHECKS_AT_ONCE);
    for (const [id, pending] of silent) {
      pending.checkedMs = now;
      await this.look(id);
    }
  }

  private async look(id: string): Promise<void> {
    const { queue } = this;
    const state = await queue.getJobState(id);
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    if (state === "unknown") return this.add(id, pending.job);
    if (state !== "completed" && state !== "failed") return;
    const found = await queue.getJob(id);
    if (found === undefined || this.pending.get(id) !== pending) return;
    if (state === "completed") this.answered(id, found.returnvalue as unknown);
    else this.lost(id, found.failedReason);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
