/**
 * What a study asks of workers, in jobs on the server: a functional run or a point of a coupled chip each by itself, ordinary points several in a job.
 * Each is asked under its own name: one answered twice is answered once, and one in a job that lost its worker is tried again in a job of its own.
 * Jobs that an earlier coordinator left behind are taken over; what the server has lost is added again.
 * Throws: `TransferError` where the server takes no more.
 */
import { performance } from "node:perf_hooks";
import type { Queue, QueueEvents } from "bullmq";
import { sha256 } from "../../arch/base/hash.js";
import { BatchSize } from "./batch-size.js";
import type { Outcome } from "./engine.js";
import { batchReplySchema, JOB_LIMIT_BYTES, type Job, jobSchema, type Reply, replySchema } from "./protocol.js";
import { serverError } from "./transfer-error.js";

interface Pending {
  /** Of this one alone, whatever travels beside it. */
  readonly job: Job;
  readonly settle: (answer: Reply | Outcome) => void;
  readonly fail: (error: unknown) => void;
  /** The job on the server that brings it; null: not sent yet. */
  carrier: string | null;
  checkedMs: number;
}

const CHECKS_AT_ONCE = 200;
/** BullMQ's words for a job whose worker vanished. */
const STALLED = /stalled/;

export class Jobs {
  readonly batch = new BatchSize();
  /** Of all workers, as last heard. */
  threads = 0;
  /** By name: `p-` or `f-` and the key. */
  private readonly pending = new Map<string, Pending>();
  /** Names in each job that is on the server for us, in their order. */
  private readonly carriers = new Map<string, readonly string[]>();
  private readonly removing = new Map<string, Promise<unknown>>();
  /** Names, and their jobs, that an earlier coordinator of this study left on the server. */
  private readonly leftovers = new Map<string, { readonly id: string; readonly names: readonly string[] }>();
  /** The jobs themselves. */
  private readonly found = new Set<string>();
  private unsent: string[] = [];
  private readonly deaths = new Map<string, number>();
  private closed = false;

  constructor(
    private readonly queue: Queue,
    private readonly events: QueueEvents,
    /** For errors. */
    private readonly server: string,
    private readonly leaseMs: number,
  ) {}

  async start(): Promise<void> {
    for (const { id, data } of await this.queue.getJobs(["wait", "active", "completed", "failed", "delayed"])) {
      const names = namesIn(String(id), data);
      this.found.add(String(id));
      for (const name of names) this.leftovers.set(name, { id: String(id), names });
    }
    this.events.on("completed", ({ jobId, returnvalue }) => this.answered(jobId, returnvalue as unknown));
    this.events.on("failed", ({ jobId, failedReason }) => this.lost(jobId, failedReason));
  }

  /** True where a delivery of this key lost its worker. */
  hasLostWorker(key: string): boolean {
    return (this.deaths.get(key) ?? 0) > 0;
  }

  /** Everything under way is abandoned. */
  close(): void {
    this.closed = true;
    for (const { settle } of this.pending.values()) settle({ kind: "abandoned" });
    this.pending.clear();
  }

  async submit(name: string, job: Job): Promise<Reply | Outcome> {
    if (this.closed) return { kind: "abandoned" };
    const answer = new Promise<Reply | Outcome>((settle, fail) => {
      this.pending.set(name, { job, settle, fail, carrier: null, checkedMs: performance.now() });
    });
    const left = this.leftovers.get(name);
    if (left !== undefined) this.takeOver(name, left);
    else {
      // What is asked in one turn of the loop can travel together.
      if (this.unsent.length === 0) setImmediate(() => this.send());
      this.unsent.push(name);
    }
    return answer;
  }

  private takeOver(name: string, { id, names }: { readonly id: string; readonly names: readonly string[] }): void {
    this.leftovers.delete(name);
    this.carriers.set(id, names);
    (this.pending.get(name) as Pending).carrier = id;
    this.look(id).catch((error: unknown) => this.failed([name], error));
  }

  /** Sends what waits: points together as many as one job should bring, everything else by itself. */
  private send(): void {
    const names = this.unsent.filter((name) => this.pending.has(name));
    this.unsent = [];
    const together = names.filter((name) => travels(this.pending.get(name)?.job));
    for (const name of names) if (!together.includes(name)) this.add([name]);
    const size = this.batch.of(this.pending.size, this.threads);
    for (let i = 0; i < together.length; i += size) this.add(together.slice(i, i + size));
  }

  private add(names: readonly string[]): void {
    const id = names.length === 1 ? names[0] : `b-${sha256(names.join()).slice(0, 40)}`;
    this.carriers.set(id, names);
    for (const name of names) (this.pending.get(name) as Pending).carrier = id;
    this.put(id).catch((error: unknown) => this.failed(names, error));
  }

  /** Puts a job on the server, with all in it that still waits for an answer. */
  private async put(id: string): Promise<void> {
    await this.removing.get(id);
    const names = this.waitingIn(id);
    if (this.closed || names.length === 0) return;
    this.carriers.set(id, names);
    const job = joined(names.map((name) => (this.pending.get(name) as Pending).job));
    try {
      await this.queue.add(job.kind, job, { jobId: id, sizeLimit: JOB_LIMIT_BYTES, removeOnComplete: false, removeOnFail: false });
    } catch (error) {
      if (!this.closed) throw serverError(this.server, error);
    }
  }

  private failed(names: readonly string[], error: unknown): void {
    for (const name of names) {
      this.pending.get(name)?.fail(error);
      this.pending.delete(name);
    }
  }

  /** What a job brings that still waits for it. */
  private waitingIn(id: string): string[] {
    return (this.carriers.get(id) ?? []).filter((name) => this.pending.get(name)?.carrier === id);
  }

  private answered(id: string, value: unknown): void {
    const names = this.carriers.get(id);
    // Nobody waits: answered already, by another delivery, or by an earlier coordinator's worker.
    if (names === undefined) {
      if (!this.found.has(id) && !id.startsWith("f-")) this.drop(id);
      return;
    }
    const replies = repliesIn(typeof value === "string" ? json(value) : value, names);
    let wrong: string | null = null;
    let keeps = false;
    for (const name of this.waitingIn(id)) {
      const parsed = replySchema.safeParse(replies.get(name));
      if (!parsed.success) {
        wrong ??= parsed.error.issues[0]?.message ?? "";
        continue;
      }
      const reply = parsed.data;
      if (reply.kind === "done") {
        this.deaths.delete(keyIn(name));
        this.batch.took(reply.durationMs);
      }
      // A trace's address stays for a next coordinator.
      keeps ||= reply.kind === "functional";
      const { settle } = this.pending.get(name) as Pending;
      this.pending.delete(name);
      settle(reply);
    }
    if (wrong !== null) this.lost(id, `its answer is none: ${wrong}`);
    // After the store has it: settling runs the study's part before the next turn of the loop.
    else this.leave(id, keeps);
  }

  /** The job ended without an answer for what still waits for it. */
  private lost(id: string, reason: string): void {
    const names = this.waitingIn(id);
    if (names.length === 0) return;
    const settles = names.map((name) => {
      const { settle } = this.pending.get(name) as Pending;
      this.pending.delete(name);
      this.deaths.set(keyIn(name), (this.deaths.get(keyIn(name)) ?? 0) + 1);
      return settle;
    });
    const text = STALLED.test(reason) ? "the worker that ran it vanished" : reason;
    this.leave(id, false, () => {
      for (const settle of settles) settle({ kind: "failed", code: "WORKER_DIED", reason: text, retryable: true, durationMs: 0 });
    });
  }

  /** A job that has said all that it could to us; what it says to those who will still ask stays. */
  private leave(id: string, keeps: boolean, then: () => void = () => {}): void {
    const names = this.carriers.get(id) ?? [];
    this.carriers.delete(id);
    if (keeps || names.some((name) => this.leftovers.get(name)?.id === id)) setImmediate(then);
    else this.drop(id, then);
  }

  /** Removes a job; one of the same name is added only after that. */
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
    const silent = new Set<string>();
    for (const pending of this.pending.values()) {
      if (pending.carrier === null || now - pending.checkedMs <= this.leaseMs / 2) continue;
      if (!silent.has(pending.carrier) && silent.size === CHECKS_AT_ONCE) continue;
      silent.add(pending.carrier);
      pending.checkedMs = now;
    }
    for (const id of silent) await this.look(id);
  }

  private async look(id: string): Promise<void> {
    const { queue } = this;
    const state = await queue.getJobState(id);
    if (this.waitingIn(id).length === 0) return;
    if (state === "unknown") return this.put(id);
    if (state !== "completed" && state !== "failed") return;
    const found = await queue.getJob(id);
    if (found === undefined) return;
    if (state === "completed") this.answered(id, found.returnvalue as unknown);
    else this.lost(id, found.failedReason);
  }
}

const keyIn = (name: string): string => name.slice(2);

/** True for a point that may share a job; one that lost a worker has it to itself. */
function travels(job: Job | undefined): boolean {
  return job?.kind === "points" && !job.alone;
}

/** One job of several that can travel together; of one, itself. */
function joined(jobs: readonly Job[]): Job {
  const points = jobs.flatMap((job) => (job.kind === "points" ? job.points : []));
  return points.length <= 1 ? jobs[0] : { kind: "points", points, alone: false };
}

/** What a job on the server is about. */
function namesIn(id: string, data: unknown): string[] {
  const parsed = jobSchema.safeParse(data);
  return parsed.success && parsed.data.kind === "points" ? parsed.data.points.map(({ key }) => `p-${key}`) : [id];
}

/** The replies in an answer by name: each point's reply says which it is of, whatever the job held. */
function repliesIn(value: unknown, names: readonly string[]): ReadonlyMap<string, unknown> {
  const batch = batchReplySchema.safeParse(value);
  if (batch.success) return new Map(batch.data.replies.map(({ key, reply }) => [`p-${key}`, reply]));
  return new Map(names.length === 1 ? [[names[0], value]] : []);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
