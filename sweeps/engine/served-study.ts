/**
 * One study as a worker process serves it: takes its jobs, fetches what they name by content, runs them in threads, answers. The event loop stays
 * free, so holds on jobs are renewed however long a point takes. Reads no file that a job names.
 */
import { performance } from "node:perf_hooks";
import type { Worker as BullWorker, Job as QueueJob } from "bullmq";
import { InfeasibleError, InputError, inputError } from "../../arch/base/errors.js";
import type { Json } from "../../arch/base/hash.js";
import { decodeModel, type Experiment, patchDocument, type Samples } from "../../arch/index.js";
import { decodeNirNetwork, type Functional, functionalKey, holdsNirNetwork, type ModelNetwork } from "../../sim/index.js";
import { pointKey } from "../point.js";
import type { BullMq, Redis } from "./connection.js";
import type { Outcome } from "./engine.js";
import { Gate } from "./gate.js";
import { decodeFunctional, decodeSamples, encodeFunctional } from "./parcel.js";
import { remember, ThreadPool } from "./pool.js";
import { type Announcement, type Job, jobSchema, packDone, QUEUE, type Reply, studyKeys } from "./protocol.js";
import { shared, sharedBytes } from "./share.js";
import type { Blobs } from "./transfer.js";

/** Traces kept in memory at most; older ones are fetched again. */
const CACHE_BYTES = 2 ** 30;

export interface ServedStudyOptions {
  readonly bull: BullMq;
  readonly client: Redis;
  readonly prefix: string;
  readonly id: string;
  readonly announcement: Announcement;
  readonly blobs: Blobs;
  readonly threads: number;
  readonly log: (line: string) => void;
}

/** Something that a job names is not where it should be: the coordinator sends it again. */
class Missing extends Error {
  constructor(readonly what: "document" | "model" | "data" | "trace") {
    super(what);
  }
}

export class ServedStudy {
  busy = 0;
  done = 0;
  failed = 0;
  private readonly pool: ThreadPool;
  private readonly worker: BullWorker;
  private readonly gate = new Gate();
  private readonly documents = new Map<string, Promise<Json>>();
  private readonly networks = new Map<string, Promise<ModelNetwork>>();
  private readonly samples = new Map<string, Promise<Samples>>();
  private readonly traces = new Map<string, Promise<Functional>>();
  private readonly traceBytes = new Map<string, number>();
  private handsBack = false;

  constructor(private readonly options: ServedStudyOptions) {
    const { bull, client, prefix, id, announcement, threads } = options;
    this.pool = new ThreadPool(threads);
    this.worker = new bull.Worker(QUEUE, (job, token) => this.process(job, token ?? ""), {
      connection: client,
      prefix: studyKeys(prefix, id).queue,
      concurrency: threads,
      lockDuration: announcement.leaseMs,
      stalledInterval: Math.max(250, announcement.leaseMs / 2),
      // The first loss is reported: the coordinator counts them, and decides.
      maxStalledCount: 0,
      drainDelay: 2,
    });
    this.worker.on("error", () => {}); // the connection tells; a lost hold means that another worker has the job
  }

  /** Ends what runs within `graceMs`; what is left then goes back to the queue, for others. */
  async drain(graceMs: number): Promise<void> {
    const timer = setTimeout(() => void this.handBack(), graceMs);
    await this.worker.close();
    clearTimeout(timer);
    await this.pool.close(true);
  }

  /** The study is over: what runs for it is of no use any more. */
  async drop(): Promise<void> {
    await this.pool.close(true);
    await this.worker.close(true);
  }

  private async handBack(): Promise<void> {
    this.handsBack = true;
    await this.pool.close(true);
  }

  private async process(job: QueueJob, token: string): Promise<Reply> {
    const parsed = jobSchema.safeParse(job.data);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const reason = `the job is not one of ours: ${issue?.path.join(".")}: ${issue?.message}`;
      return { kind: "failed", code: "BAD_JOB", reason, retryable: false, durationMs: 0 };
    }
    const { alone } = parsed.data;
    await this.gate.enter(alone);
    this.busy++;
    try {
      const answer = await this.answer(parsed.data);
      if (answer.kind === "abandoned") {
        if (this.handsBack) {
          await job.moveToWait(token);
          throw new this.options.bull.WaitingError();
        }
        throw new Error("the study ended");
      }
      if (answer.kind === "failed" || answer.kind === "timeout") this.failed++;
      else if (answer.kind !== "missing") this.done++;
      return answer.kind === "done" && "result" in answer ? packDone(answer) : (answer as Reply);
    } finally {
      this.busy--;
      this.gate.leave(alone);
    }
  }

  private async answer(job: Job): Promise<Reply | Outcome> {
    const start = performance.now();
    try {
      return job.kind === "point" ? await this.point(job) : await this.functional(job);
    } catch (error) {
      if (error instanceof Missing) return { kind: "missing", what: error.what };
      const durationMs = performance.now() - start;
      if (error instanceof InfeasibleError) return { kind: "infeasible", code: error.code, reason: error.message, durationMs };
      const code = error instanceof InputError ? "BAD_INPUT" : "WORKER";
      return { kind: "failed", code, reason: error instanceof Error ? error.message : String(error), retryable: false, durationMs };
    }
  }

  private async point(job: Extract<Job, { readonly kind: "point" }>): Promise<Reply | Outcome> {
    const experiment = await this.experiment(job);
    const key = pointKey(experiment, { modelHash: job.modelHash, dataHash: job.dataHash }, this.options.announcement.version);
    if (key !== job.key) throw inputError("job", "its values make another point here than there", "do all hosts run the same build?");
    const functional = await this.trace(job.trace);
    if (functional.key !== functionalKey(experiment, job.modelHash, job.dataHash))
      throw inputError("job", "names the trace of another run");
    const reply = await this.pool.run({ kind: "point", experiment, functional }, this.options.announcement.timeoutMs);
    if (reply.kind === "functional") throw new Error("the thread answered a point with a functional run");
    return reply;
  }

  private async functional(job: Extract<Job, { readonly kind: "functional" }>): Promise<Reply | Outcome> {
    const experiment = await this.experiment(job);
    if (functionalKey(experiment, job.modelHash, job.dataHash) !== job.key)
      throw inputError("job", "its values make another functional run here than there", "do all hosts run the same build?");
    const [network, samples] = await Promise.all([this.network(job.model), this.data(job.data)]);
    if (samples.hash !== job.dataHash) throw inputError("job", "names another data set than it carries");
    const task = { kind: "functional", experiment, network, modelHash: job.modelHash, samples } as const;
    const reply = await this.pool.run(task, this.options.announcement.timeoutMs);
    if (reply.kind !== "functional") return reply;
    const trace = await this.options.blobs.put(encodeFunctional(reply.functional), "the spike trace");
    this.keep(trace, Promise.resolve(reply.functional));
    return { kind: "functional", trace, durationMs: reply.durationMs };
  }

  /** The job's experiment, made and checked as from a description file. */
  private async experiment(job: Job): Promise<Experiment> {
    const { document: address } = this.options.announcement;
    const document = await remember(
      this.documents,
      address,
      async () => JSON.parse(Buffer.from(await this.fetch(address, "document")).toString()) as Json,
    );
    return patchDocument({ document, file: this.options.announcement.name }, job.values);
  }

  private network(address: string): Promise<ModelNetwork> {
    return remember(this.networks, address, async () => {
      const bytes = await this.fetch(address, "model");
      return shared(holdsNirNetwork(bytes) ? decodeNirNetwork(bytes) : decodeModel(bytes, "model").network);
    });
  }

  private data(address: string): Promise<Samples> {
    return remember(this.samples, address, async () => shared(decodeSamples(await this.fetch(address, "data"))));
  }

  private trace(address: string): Promise<Functional> {
    const known = this.traces.get(address);
    if (known !== undefined) {
      this.traces.delete(address); // to the young end
      this.traces.set(address, known);
      return known;
    }
    return this.keep(
      address,
      this.fetch(address, "trace").then((bytes) => shared(decodeFunctional(bytes))),
    );
  }

  private keep(address: string, made: Promise<Functional>): Promise<Functional> {
    this.traces.set(address, made);
    made.then(
      (functional) => {
        this.traceBytes.set(address, sharedBytes(functional));
        this.evict(address);
      },
      () => this.traces.delete(address),
    );
    return made;
  }

  /** Forgets the oldest traces above the limit, never `keep`. */
  private evict(keep: string): void {
    let total = [...this.traceBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const address of [...this.traces.keys()]) {
      if (total <= CACHE_BYTES) return;
      if (address === keep) continue;
      total -= this.traceBytes.get(address) ?? 0;
      this.traces.delete(address);
      this.traceBytes.delete(address);
    }
  }

  private async fetch(address: string, what: Missing["what"]): Promise<Uint8Array> {
    const bytes = await this.options.blobs.get(address);
    if (bytes === null) throw new Missing(what);
    return bytes;
  }
}
