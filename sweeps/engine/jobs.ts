/**
 * Jobs of one study on the server, each under its own name: a job that is added twice is one job, and one that is
 * answered twice is answered once. A job is signed and has a nonce; its answer is signed over that nonce. Other answers
 * are counted, reported once and ignored. Jobs that an earlier coordinator left are taken over; jobs that the server
 * has lost are added again.
 * Throws: `TransferError` if the server takes no more jobs.
 */
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Queue } from "bullmq";
import { boundedJson } from "../../base/bounded-json.js";
import { Blame } from "./blame.js";
import type { Outcome } from "./engine.js";
import { text } from "./job-events.js";
import { about, JOB_LIMIT_BYTES, JOB_TEXT_BYTES, type Job, jobSchema, type Question, type Reply, replySchema, textOf } from "./protocol.js";
import type { Redis } from "./queue-connection.js";
import type { Signer } from "./signer.js";
import { serverError } from "./transfer-error.js";

interface JobsOptions {
  readonly queue: Queue;
  readonly client: Redis;
  readonly signer: Signer;
  /** The study's name on the server. */
  readonly study: string;
  /** The server's name in error messages. */
  readonly server: string;
  readonly leaseMs: number;
  /** Called for the first answer that is not signed with our key, and at the end with their number. */
  readonly warn: (message: string) => void;
}

interface Pending {
  readonly question: Question;
  /** Nonce of the job on the server; null: it must be looked up first. */
  nonce: string | null;
  /** Most bytes of an answer; a longer one is not read. */
  readonly mostBytes: number;
  readonly settle: (answer: Reply | Outcome) => void;
  checkedMs: number;
}

const CHECKS_AT_ONCE = 200;
/** BullMQ's reason for a job whose worker vanished. */
const STALLED = /stalled/;
const ENDED = ["completed", "failed"];
/** States of jobs that no worker has taken; the server has lost one that it does not know. */
const UNTAKEN = ["waiting", "delayed", "prioritized", "unknown"];

export class Jobs {
  private readonly pending = new Map<string, Pending>();
  private readonly removing = new Map<string, Promise<unknown>>();
  /** Jobs that an earlier coordinator of this study left on the server. */
  private leftovers = new Set<string>();
  /** Nonces of jobs whose answer was no result. Such an answer may arrive again after the job was asked again. */
  private readonly asked = new Map<string, string>();
  private readonly blame = new Blame();
  private foreign = 0;
  private withdrawn = false;
  private closed = false;

  constructor(private readonly options: JobsOptions) {}

  async start(): Promise<void> {
    this.leftovers = new Set(await this.options.queue.getRanges(["wait", "active", "completed", "failed", "delayed"], 0, -1));
  }

  /** True if a delivery of this key lost its worker. */
  hasLostWorker(key: string): boolean {
    return this.blame.isSuspect(key);
  }

  close(): void {
    this.closed = true;
    this.abandon();
    if (this.foreign > 1) this.options.warn(`${this.foreign} answers that are not signed as ours were ignored`);
  }

  /** Abandons all jobs under way. */
  abandon(): void {
    for (const { settle } of this.pending.values()) settle({ kind: "abandoned" });
    this.pending.clear();
  }

  /** Removes the jobs that no worker has taken, and abandons them; from now on no job is added. */
  async withdraw(): Promise<void> {
    this.withdrawn = true;
    const { queue } = this.options;
    for (const [id, pending] of [...this.pending]) {
      if (!UNTAKEN.includes(await queue.getJobState(id)) || (await queue.remove(id)) === 0) continue;
      if (this.pending.get(id) === pending) this.giveUp(id); // otherwise it was answered meanwhile
    }
  }

  private giveUp(id: string): void {
    this.pending.get(id)?.settle({ kind: "abandoned" });
    this.pending.delete(id);
  }

  /** Adds a job, or takes it over, and resolves with its answer. Answers above `mostBytes` are not read. */
  async submit(id: string, question: Question, mostBytes: number): Promise<Reply | Outcome> {
    await this.removing.get(id);
    if (this.closed || this.withdrawn) return { kind: "abandoned" };
    const isLeftover = this.leftovers.delete(id);
    const answer = new Promise<Reply | Outcome>((settle) => {
      const nonce = isLeftover ? null : randomBytes(16).toString("hex");
      this.pending.set(id, { question, nonce, mostBytes, settle, checkedMs: performance.now() });
    });
    try {
      await (isLeftover ? this.look(id) : this.add(id));
    } catch (error) {
      this.pending.delete(id);
      throw error;
    }
    return answer;
  }

  private async add(id: string): Promise<void> {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    if (this.withdrawn) return this.giveUp(id);
    pending.nonce ??= randomBytes(16).toString("hex");
    const job: Job = { ...pending.question, nonce: pending.nonce };
    const { queue, signer, study, server } = this.options;
    const signed = signer.sign(about.job(study, id), textOf("a job for workers", jobSchema, job, JOB_TEXT_BYTES));
    try {
      await queue.add(job.kind, signed, { jobId: id, sizeLimit: JOB_LIMIT_BYTES, removeOnComplete: false, removeOnFail: false });
    } catch (error) {
      if (!this.closed) throw serverError(server, error);
    }
    if (this.withdrawn && !this.pending.has(id)) await this.remove(id); // it was withdrawn before it was there
  }

  /** `value`: JSON of what a worker returned, or any other bytes. */
  answered(id: string, value: Buffer): void {
    const pending = this.pending.get(id);
    // Nobody waits for it: another delivery answered already, or it answers an earlier coordinator.
    if (pending === undefined) {
      if (!this.leftovers.has(id) && !id.startsWith("f-")) this.drop(id);
      return;
    }
    if (pending.nonce === null) return; // `look` reads it with its answer
    const signed = signedText(value, pending.mostBytes);
    const { signer, study } = this.options;
    const said = signed === null ? null : signer.open(about.answer(study, id, pending.nonce), signed);
    if (said === null) {
      this.ignore(id, signed ?? "");
      pending.checkedMs = Number.NEGATIVE_INFINITY; // the next check looks at the job itself
      return;
    }
    const parsed = replySchema.safeParse(json(said));
    if (!parsed.success) {
      this.lost(id, `its answer is not valid: ${parsed.error.issues[0]?.message}`);
      return;
    }
    this.pending.delete(id);
    if (["missing", "failed"].includes(parsed.data.kind)) this.asked.set(id, pending.nonce);
    else this.blame.succeed(pending.question.key);
    pending.settle(parsed.data);
    // The answer is removed after the store has it: settling runs the study's part before the next turn of the event
    // loop. The address of a trace stays for a later coordinator.
    if (parsed.data.kind !== "functional") this.drop(id);
  }

  private ignore(id: string, signed: string): void {
    const { signer, study, warn } = this.options;
    if (signer.open(about.answer(study, id, this.asked.get(id) ?? ""), signed) !== null) return;
    this.foreign++;
    if (this.foreign === 1)
      warn(`an answer on the server is ignored, and so are others like it: ${signer.mismatch(signed, "its writer's")}`);
  }

  /** A job ended without an answer. */
  lost(id: string, reason: string): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    const why = STALLED.test(reason) ? "the worker that ran it vanished" : reason;
    const outcome = this.outcomeOfLoss(pending.question, why);
    this.drop(id, () => pending.settle(outcome));
  }

  private outcomeOfLoss({ kind, key }: Question, reason: string): Outcome {
    const isBlamed = this.blame.lose(key);
    const failed = { kind: "failed", code: "WORKER_DIED", reason, durationMs: 0 } as const;
    if (kind !== "functional") return isBlamed ? { ...failed, retryable: true } : { kind: "lost", reason };
    // Many points wait for a functional run, and none of them is to blame.
    return this.blame.isHopeless(key) ? { ...failed, retryable: false } : { kind: "lost", reason };
  }

  /** Removes a job. One with the same key is added only after that. */
  private drop(id: string, then: () => void = () => {}): void {
    const removal = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.remove(id));
    const done = removal.finally(() => {
      if (this.removing.get(id) === done) this.removing.delete(id);
      then();
    });
    this.removing.set(id, done);
  }

  async remove(id: string): Promise<void> {
    if (!this.closed) await this.options.queue.remove(id).catch(() => 0);
  }

  /** Asks the server about jobs that were silent for long: the event or the job itself may be lost. */
  async check(): Promise<void> {
    const now = performance.now();
    const silentMs = this.options.leaseMs / 2;
    const silent = [...this.pending].filter(([, pending]) => now - pending.checkedMs > silentMs).slice(0, CHECKS_AT_ONCE);
    for (const [id, pending] of silent) {
      pending.checkedMs = now;
      await this.look(id);
    }
  }

  /** The job is read as bytes, because anything may be written there. */
  private async look(id: string): Promise<void> {
    const { queue, client } = this.options;
    const state = await queue.getJobState(id);
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    if (state === "unknown") return this.add(id);
    if (pending.nonce !== null && !ENDED.includes(state)) return;
    const [data, value, reason] = await client.hmgetBuffer(queue.toKey(id), "data", "returnvalue", "failedReason");
    if (this.pending.get(id) !== pending) return;
    pending.nonce ??= this.nonceOf(id, pending.question, data ?? null);
    if (pending.nonce === null) return this.replace(id);
    if (state === "failed") return this.lost(id, text(reason));
    if (state !== "completed") return;
    this.answered(id, value ?? Buffer.alloc(0));
    if (this.pending.get(id) === pending) await this.replace(id); // an ignored answer would stay there for ever
  }

  /** Nonce of an earlier coordinator's job; null if it asks something else or is not signed with our key. */
  private nonceOf(id: string, { kind, key }: Question, data: Buffer | null): string | null {
    const signed = data === null ? null : signedText(data, JOB_LIMIT_BYTES);
    const said = signed === null ? null : this.options.signer.open(about.job(this.options.study, id), signed);
    const job = said === null ? null : jobSchema.safeParse(json(said));
    return job?.success === true && job.data.kind === kind && job.data.key === key ? job.data.nonce : null;
  }

  private async replace(id: string): Promise<void> {
    await this.remove(id);
    await this.add(id);
  }
}

/** A text in JSON; null for anything else, which is not parsed. */
function signedText(value: Buffer, mostBytes: number): string | null {
  if (value.length > mostBytes || value[0] !== 0x22) return null;
  const parsed = json(value.toString());
  return typeof parsed === "string" ? parsed : null;
}

function json(said: string): unknown {
  try {
    return boundedJson(said, said.length);
  } catch {
    return null;
  }
}
