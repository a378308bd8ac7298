/**
 * One study as a worker process serves it: it takes the study's jobs, fetches what they name by content hash, runs them
 * in threads, and answers. The event loop stays free, so leases on jobs are renewed however long a point takes. It
 * reads no file that a job names.
 */
import { hostname } from "node:os";
import { performance } from "node:perf_hooks";
import type { Job as QueueJob } from "bullmq";
import { type AnyExperiment, type CoupledExperiment, denseSamples, type Experiment, ofKind, patchExperiment } from "../../arch/index.js";
import { boundedJson } from "../../base/bounded-json.js";
import { HostFault, InfeasibleError, InputError, inputError } from "../../base/errors.js";
import { once } from "../../base/once.js";
import { functionalKey, keyedReplay } from "../../sim/index.js";
import type { ModelReply } from "../models/made-model.js";
import type { ModelTask } from "../models/model-worker.js";
import { answerModel } from "../models/remote-models.js";
import { MODEL_WORKER } from "../models/trainer.js";
import { pointKey, trialKey } from "../point.js";
import { packDone, packFunctional } from "./answer.js";
import { type BoundedWorker, openBoundedWorker } from "./bounded-worker.js";
import { buildWith } from "./build.js";
import { cellPluginOf } from "./cell-plugin.js";
import { coupledInputs } from "./coupled.js";
import type { Outcome } from "./engine.js";
import { Fetched, Missing } from "./fetched.js";
import { Gate } from "./gate.js";
import { hostFailure, isHostFailure, transferFailure } from "./host-fault.js";
import { encodeFunctional } from "./parcel.js";
import { ThreadPool } from "./pool.js";
import { type Announcement, about, JOB_LIMIT_BYTES, type Job, jobSchema, type Reply, sendable, studyKeys } from "./protocol.js";
import type { BullMq, Redis } from "./queue-connection.js";
import { Replays } from "./replays.js";
import type { Signer } from "./signer.js";
import type { Blobs } from "./transfer.js";
import { TransferError } from "./transfer-error.js";

interface ServedStudyOptions {
  readonly bull: BullMq;
  readonly client: Redis;
  readonly signer: Signer;
  readonly prefix: string;
  readonly id: string;
  readonly announcement: Announcement;
  readonly blobs: Blobs;
  readonly threads: number;
  readonly log: (line: string) => void;
  /** Called if this host proves unable to run the study's points; it must drop the study. */
  readonly onFault: (reason: string) => void;
}

type JobOf<Kind extends Job["kind"]> = Extract<Job, { readonly kind: Kind }>;

export class ServedStudy {
  busy = 0;
  done = 0;
  failed = 0;
  private readonly pool: ThreadPool;
  /** Threads that make networks, started for the first job that asks for one. */
  private readonly makers = once(() => this.openMakers());
  private making: ThreadPool<ModelTask, ModelReply> | null = null;
  private readonly replays = new Replays();
  private readonly worker: BoundedWorker;
  private readonly gate = new Gate();
  private readonly fetched: Fetched;
  private handsBack = false;
  private foreign = 0;

  constructor(private readonly options: ServedStudyOptions) {
    const { bull, client, prefix, id, announcement, threads } = options;
    this.fetched = new Fetched(options.blobs);
    this.pool = new ThreadPool(threads);
    this.worker = openBoundedWorker(bull, (job, token) => this.process(job, token ?? ""), {
      connection: client,
      prefix: studyKeys(prefix, id).queue,
      concurrency: threads,
      lockDuration: announcement.leaseMs,
      stalledInterval: Math.max(250, announcement.leaseMs / 2),
      // The first loss is reported: the coordinator counts losses and decides.
      maxStalledCount: 0,
      drainDelay: 2,
    });
    this.worker.on("error", () => {}); // the connection reports it; a lost lease means that another worker has the job
  }

  private openMakers(): ThreadPool<ModelTask, ModelReply> {
    this.making = new ThreadPool(this.options.threads, MODEL_WORKER);
    return this.making;
  }

  private async closePools(): Promise<void> {
    await Promise.all([this.pool.close(true), this.making?.close(true)]);
  }

  /** Lets running jobs end within `graceMs`; the rest then goes back to the queue, for other workers. */
  async drain(graceMs: number): Promise<void> {
    const timer = setTimeout(() => void this.handBack(), graceMs);
    await this.worker.close();
    clearTimeout(timer);
    await this.closePools();
  }

  /** Stops serving a study that has ended or lost its coordinator: running jobs go back to the queue, if it exists. */
  async drop(): Promise<void> {
    this.handsBack = true;
    const closed = this.worker.close(true);
    await this.closePools();
    await closed;
  }

  private async handBack(): Promise<void> {
    this.handsBack = true;
    await this.closePools();
  }

  /** The signed answer to a job. A text that is not signed as a job of this study gets an empty answer. */
  private async process(queued: QueueJob, token: string): Promise<string> {
    const { signer, id } = this.options;
    const signed = typeof queued.data === "string" ? queued.data : "";
    const said = signer.open(about.job(id, queued.id ?? ""), signed);
    if (said === null) {
      this.refuse(signed);
      return "";
    }
    const job = jobSchema.parse(boundedJson(said, JOB_LIMIT_BYTES)); // it is signed, so a coordinator of this build made it
    const reply = sendable(await this.answerInTurn(job, queued, token));
    return signer.sign(about.answer(id, queued.id ?? "", job.nonce), JSON.stringify(reply));
  }

  private refuse(signed: string): void {
    this.foreign++;
    const { log, signer, announcement } = this.options;
    if (this.foreign === 1)
      log(`study ${announcement.name}: a job is refused, and so are others like it: ${signer.mismatch(signed, "its writer's")}`);
  }

  private async answerInTurn(job: Job, queued: QueueJob, token: string): Promise<Reply> {
    const { alone } = job;
    await this.gate.enter(alone);
    this.busy++;
    try {
      const answer = await this.answer(job);
      const isFault = isHostFailure(answer);
      // Other hosts get the point: it has not failed. The study is dropped first, so that the point does not come back.
      if (isFault && "reason" in answer) this.options.onFault(answer.reason);
      if (isFault || answer.kind === "abandoned") {
        if (this.handsBack) {
          await queued.moveToWait(token);
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
      if (job.kind === "model") return await this.network(job);
      return await ofKind(await this.experiment(job), {
        board: (experiment) => {
          if (job.kind === "coupled") throw inputError("job", "takes an ordinary chip for a coupled one");
          return job.kind === "functional" ? this.functional(job, experiment) : this.point(job, experiment);
        },
        coupled: (experiment) => {
          if (job.kind !== "coupled") throw inputError("job", "takes a coupled chip for an ordinary one");
          return this.coupled(job, experiment);
        },
      });
    } catch (error) {
      if (error instanceof Missing) return { kind: "missing", what: error.what };
      const durationMs = performance.now() - start;
      if (error instanceof InfeasibleError) return { kind: "infeasible", code: error.code, reason: error.message, durationMs };
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof TransferError) return transferFailure(`worker on ${hostname()}: ${reason}`, durationMs);
      if (error instanceof HostFault) return hostFailure(reason, durationMs);
      return { kind: "failed", code: error instanceof InputError ? "BAD_INPUT" : "WORKER", reason, retryable: false, durationMs };
    }
  }

  private async network(job: JobOf<"model">): Promise<Reply | Outcome> {
    const { fetched } = this;
    const source = {
      recipe: (address: string) => fetched.recipe(address),
      samples: async (address: string) => denseSamples(await fetched.samples(address)),
      model: (address: string) => fetched.parent(address),
    };
    return answerModel(job, source, this.options.blobs, this.makers());
  }

  private async point(job: JobOf<"point">, experiment: Experiment): Promise<Reply | Outcome> {
    this.check(job, experiment, job.fidelity);
    const functional = await this.fetched.trace(job.trace);
    if (functional.key !== functionalKey(experiment, job.modelHash, job.dataHash))
      throw inputError("job", "names the trace of another run");
    const { timeoutMs } = this.options.announcement;
    const { key, placement } = keyedReplay(experiment, functional);
    return this.replays.evaluate(key, (replay) => this.pool.run({ kind: "point", experiment, functional, replay, placement }, timeoutMs));
  }

  private async coupled(job: JobOf<"coupled">, experiment: CoupledExperiment): Promise<Reply | Outcome> {
    this.check(job, experiment, 1);
    const files = await this.fetched.caseFiles(job.files);
    const inputs = coupledInputs(experiment, files);
    if (inputs.dataHash !== job.dataHash || inputs.modelHash !== job.modelHash)
      throw inputError("job", "names another case than it carries");
    const reply = await this.pool.run({ kind: "coupled", experiment, files, inputs }, this.options.announcement.timeoutMs);
    if (reply.kind === "functional" || reply.kind === "replayed") throw new Error("the thread answered a coupled point with another run");
    return reply;
  }

  private async functional(job: JobOf<"functional">, experiment: Experiment): Promise<Reply | Outcome> {
    if (functionalKey(experiment, job.modelHash, job.dataHash) !== job.key)
      throw inputError("job", "its values give another functional run on this host than on the sender", "do all hosts run the same build?");
    const [network, samples] = await Promise.all([this.fetched.network(job.model), this.fetched.samples(job.data)]);
    if (samples.hash !== job.dataHash) throw inputError("job", "names another data set than it carries");
    const task = { kind: "functional", experiment, network, modelHash: job.modelHash, samples, plugin: cellPluginOf(network) } as const;
    const reply = await this.pool.run(task, this.options.announcement.timeoutMs);
    if (reply.kind === "replayed") throw new Error("the thread answered a functional run with a point");
    if (reply.kind !== "functional") return reply;
    const trace = await this.options.blobs.put(encodeFunctional(reply.functional), "the spike trace");
    this.fetched.keep(trace, Promise.resolve(reply.functional));
    return packFunctional(reply.functional, trace, reply.durationMs);
  }

  /** The job's experiment, made and checked like that of a description file. */
  private async experiment(job: Exclude<Job, { readonly kind: "model" }>): Promise<AnyExperiment> {
    const { document, name } = this.options.announcement;
    return patchExperiment({ document: await this.fetched.document(document), file: name }, job.values);
  }

  /** @throws InputError if the values give another point here than on the coordinator */
  private check({ key, modelHash, dataHash }: JobOf<"point" | "coupled">, experiment: AnyExperiment, fidelity: number): void {
    const { build, plugins } = this.options.announcement;
    const own = trialKey(pointKey(experiment, { modelHash, dataHash }, buildWith(plugins, build)), fidelity);
    if (own !== key)
      throw inputError("job", "its values give another point on this host than on the sender", "do all hosts run the same build?");
  }
}
