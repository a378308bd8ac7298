/**
 * Jobs of one study on the server: each under its own name, so that one added twice is one, and one answered twice is
 * answered once. A job is signed and carries a number of its own, its answer is signed over that number; what is not
 * signed so is counted, told once and ignored, as if nobody had said it. Jobs that an earlier coordinator left behind
 * are taken over; what the server has lost is added again.
 * Throws: `TransferError` where the server takes no more.
 */
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Queue } from "bullmq";
import { boundedJson } from "../../base/bounded-json.js";
import { Blame } from "./blame.js";
import type { Outcome } from "./engine.js";
import { text } from "./job-events.js";
import { about, JOB_LIMIT_BYTES, type Job, jobSchema, type Question, type Reply, replySchema } from "./protocol.js";
import type { Redis } from "./queue-connection.js";
import type { Signer } from "./signer.js";
import { serverError } from "./transfer-error.js";

interface JobsOptions {
  readonly queue: Queue;
  readonly client: Redis;
  readonly signer: Signer;
  /** The study's name on the server. */
  readonly study: string;
  /** For errors. */
  readonly server: string;
  readonly leaseMs: number;
  /** Called for each answer that is not signed with our key. */
  readonly warn: (message: string) => void;
}

interface Pending {
  readonly question: Question;
  /** Nonce of the job on the server; null: it has to be looked up first. */
  nonce: string | null;
  /** Most bytes of an answer; a longer one is not read. */
  readonly mostBytes: number;
  readonly settle: (answer: Reply | Outcome) => void;
  checkedMs: number;
}

const CHECKS_AT_ONCE = 200;
/** BullMQ's words for a job whose worker vanished. */
const STALLED = /stalled/;
const ENDED = ["completed", "failed"];

export class Jobs {
  private readonly pending = new Map<string, Pending>();
  private readonly removing = new Map<string, Promise<unknown>>();
  /** Jobs that an earlier coordinator of this study left on the server. */
  private leftovers = new Set<string>();
  /**
   * Numbers of questions whose answer was no result: it may be heard once more, when the job is asked again already.
   */
  private readonly asked = new Map<string, string>();
  private readonly blame = new Blame();
  private foreign = 0;
  private closed = false;

  constructor(private readonly options: JobsOptions) {}

  async start(): Promise<void> {
    this.leftovers = new Set(await this.options.queue.getRanges(["wait", "active", "completed", "failed", "delayed"], 0, -1));
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
    if (this.foreign > 1) this.options.warn(`${this.foreign} answers that are not signed as ours were ignored`);
  }

  /** `mostBytes`: what is longer is no answer. */
  async submit(id: string, question: Question, mostBytes: number): Promise<Reply | Outcome> {
    await this.removing.get(id);
    if (this.closed) return { kind: "abandoned" };
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
    pending.nonce ??= randomBytes(16).toString("hex");
    const job: Job = { ...pending.question, nonce: pending.nonce };
    const { queue, signer, study, server } = this.options;
    const signed = signer.sign(about.job(study, id), JSON.stringify(job));
    try {
      await queue.add(job.kind, signed, { jobId: id, sizeLimit: JOB_LIMIT_BYTES, removeOnComplete: false, removeOnFail: false });
    } catch (error) {
      if (!this.closed) throw serverError(server, error);
    }
  }

  /** `value`: JSON of what a worker returned, or of anything. */
  answered(id: string, value: Buffer): void {
    const pending = this.pending.get(id);
    // Nobody waits: answered already, by another delivery, or by an earlier coordinator's worker.
    if (pending === undefined) {
      if (!this.leftovers.has(id) && !id.startsWith("f-")) this.drop(id);
      return;
    }
    if (pending.nonce === null) return; // being looked up, with its answer
    const signed = signedText(value, pending.mostBytes);
    const { signer, study } = this.options;
    const said = signed === null ? null : signer.open(about.answer(study, id, pending.nonce), signed);
    if (said === null) {
      this.ignore(id, signed ?? "");
      pending.checkedMs = Number.NEGATIVE_INFINITY; // what lies on the server is looked at next
      return;
    }
    const parsed = replySchema.safeParse(json(said));
    if (!parsed.success) {
      this.lost(id, `its answer is none: ${parsed.error.issues[0]?.message}`);
      return;
    }
    this.pending.delete(id);
    if (["missing", "failed"].includes(parsed.data.kind)) this.asked.set(id, pending.nonce);
    else this.blame.succeed(pending.question.key);
    pending.settle(parsed.data);
    // After the store has it: settling runs the study's part before the next turn of the loop. A trace's address stays
    // for a next coordinator.
    if (parsed.data.kind !== "functional") this.drop(id);
  }

  private ignore(id: string, signed: string): void {
    const { signer, study, warn } = this.options;
    if (signer.open(about.answer(study, id, this.asked.get(id) ?? ""), signed) !== null) return;
    this.foreign++;
    if (this.foreign === 1)
      warn(`an answer on the server is ignored, and so are others like it: ${signer.mismatch(signed, "its writer's")}`);
  }

  /** The job ended without an answer. */
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
    if (!this.closed) await this.options.queue.remove(id).catch(() => 0);
  }

  /** Asks the server about jobs that were silent for long: an event may be lost, or the job itself. */
  async check(): Promise<void> {
    const now = performance.now();
    const silentMs = this.options.leaseMs / 2;
    const silent = [...this.pending].filter(([, pending]) => now - pending.checkedMs > silentMs).slice(0, CHECKS_AT_ONCE);
    for (const [id, pending] of silent) {
      pending.checkedMs = now;
      await this.look(id);
    }
  }

  /** Read as bytes: what a job says on the server may be anything. */
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
    if (this.pending.get(id) === pending) await this.replace(id); // an answer that was ignored would stand there for ever
  }

  /** Number of the job that an earlier coordinator signed; null: it asks something else, or is not signed as ours. */
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

/** A text in JSON; null for anything else, which is not even parsed. */
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
