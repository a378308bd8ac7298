/**
 * The coordinator's side of a sweep over many hosts: points as jobs of a BullMQ queue on Redis or Valkey, each under its key, so that a point asked
 * twice, delivered twice or answered twice is one point. Only this side writes results. What the server loses is sent again.
 * A job that loses its worker comes back as a retryable failure, and its next delivery runs alone in its process: what kills workers kills no bystander.
 * Throws: `InputError` where the server cannot be used, is full, or an input is too large for it.
 */
import { canonicalJson, type Json } from "../../arch/base/hash.js";
import { type Experiment, encodeModel, type Samples } from "../../arch/index.js";
import { encodeNirNetwork, functionalKey } from "../../sim/index.js";
import type { StudyEvent } from "../events.js";
import type { PointInputs } from "../point.js";
import { connect, loadBullMq, type Redis, redacted } from "./connection.js";
import { dataAddress } from "./data-address.js";
import type { Engine, Outcome, ChipTask as Task } from "./engine.js";
import { Hosts } from "./hosts.js";
import { Jobs } from "./jobs.js";
import type { Model } from "./local.js";
import { encodeSamples } from "./parcel.js";
import { remember } from "./pool.js";
import {
  type Announcement,
  BEAT_MS,
  buildDigest,
  type Job,
  PROTOCOL,
  QUEUE,
  type Reply,
  STUDY_ID,
  studiesKey,
  studyId,
  studyKeys,
  unpackDone,
} from "./protocol.js";
import { type Blobs, FolderBlobs, KEPT_SECONDS, ServerBlobs } from "./transfer.js";

export interface RemoteEngineOptions {
  readonly redisUrl: string;
  /** First part of every key on the server. */
  readonly prefix: string;
  /** A folder that all hosts see; null: files go through the server. */
  readonly sharedDir: string | null;
  readonly study: { readonly name: string; readonly identity: string; readonly document: Json; readonly engineVersion: string };
  readonly loadModel: (experiment: Experiment) => Promise<Model>;
  readonly loadSamples: (experiment: Experiment) => Promise<Samples>;
  /** A point that runs longer ends as `timeout`. */
  readonly timeoutMs: number;
  /** A worker that does not renew its hold on a point for so long has lost it. */
  readonly leaseMs: number;
  readonly tell: (event: StudyEvent) => void;
  /** Threads of all workers together, whenever that changes. */
  readonly onThreads: (threads: number) => void;
}

type Missing = Extract<Reply, { readonly kind: "missing" }>;

const RESENDS = 3;
const FIRST_BEAT_MS = 200;

export async function openRemoteEngine(options: RemoteEngineOptions): Promise<RemoteEngine> {
  const bull = await loadBullMq();
  const trouble = (message: string): void => options.tell({ type: "fault", code: "SERVER", message });
  const client = await connect(options.redisUrl, trouble);
  const listener = await connect(options.redisUrl, () => {});
  const build = buildDigest();
  const id = studyId(options.study.identity, build);
  const keys = studyKeys(options.prefix, id);
  const queue = new bull.Queue(QUEUE, { connection: client, prefix: keys.queue, streams: { events: { maxLen: 4_000 } } });
  const events = new bull.QueueEvents(QUEUE, { connection: listener, prefix: keys.queue });
  // The connection tells.
  queue.on("error", () => {});
  events.on("error", () => {});
  await events.waitUntilReady();
  const blobs = options.sharedDir === null ? new ServerBlobs(client, keys.root) : new FolderBlobs(options.sharedDir);
  const document = await blobs.put(Buffer.from(canonicalJson(options.study.document)), "the description");
  const announcement: Announcement = {
    protocol: PROTOCOL,
    name: options.study.name.slice(0, 200),
    version: options.study.engineVersion,
    build,
    document,
    transfer: options.sharedDir === null ? "server" : "folder",
    leaseMs: options.leaseMs,
    timeoutMs: options.timeoutMs,
  };
  const engine = new RemoteEngine(options, { client, listener, queue, events, blobs, id, announcement });
  await engine.start();
  return engine;
}

interface Parts {
  readonly client: Redis;
  readonly listener: Redis;
  readonly queue: import("bullmq").Queue;
  readonly events: import("bullmq").QueueEvents;
  readonly blobs: Blobs;
  readonly id: string;
  readonly announcement: Announcement;
}

export class RemoteEngine implements Engine {
  readonly maxWorkers = 100_000;
  private readonly models = new Map<string, Promise<Model>>();
  private readonly samples = new Map<string, Promise<Samples>>();
  /** Addresses by content hash of what was sent. */
  private readonly sent = new Map<string, Promise<string>>();
  /** Functional runs under way or done: addresses of their traces, or why there is none. */
  private readonly traces = new Map<string, Promise<string | Outcome>>();
  private readonly waiting = new Set<string>();
  private readonly jobs: Jobs;
  private readonly hosts: Hosts;
  private readonly timers: NodeJS.Timeout[] = [];
  private threads = -1;
  private closed = false;

  constructor(
    private readonly options: RemoteEngineOptions,
    private readonly parts: Parts,
  ) {
    this.hosts = new Hosts(options.tell);
    this.jobs = new Jobs(parts.queue, parts.events, redacted(options.redisUrl), options.leaseMs);
  }

  async start(): Promise<void> {
    await this.jobs.start();
    await this.announce();
    await this.forgetOld();
    const every = (ms: number, work: () => Promise<void>): void => {
      let running = false;
      const timer = setInterval(() => {
        if (running) return;
        running = true;
        work()
          .catch(() => {}) // the connection tells
          .finally(() => {
            running = false;
          });
      }, ms);
      this.timers.push(timer);
    };
    // Who works is told once the study is there to hear it.
    this.timers.push(setTimeout(() => void this.beat().catch(() => {}), FIRST_BEAT_MS));
    every(BEAT_MS, () => this.beat());
    every(Math.max(500, this.options.leaseMs / 4), () => this.jobs.check());
  }

  async identify(experiment: Experiment): Promise<PointInputs> {
    const [model, samples] = await Promise.all([this.model(experiment), this.data(experiment)]);
    return { modelHash: model.hash, dataHash: samples.hash };
  }

  waitsFor(task: Task): boolean {
    return this.waiting.has(keyOf(task));
  }

  async evaluate(task: Task): Promise<Outcome> {
    const { modelHash, dataHash } = task.inputs;
    let missing: Missing | null = null;
    for (let round = 0; round <= RESENDS; round++) {
      if (this.closed) return { kind: "abandoned" };
      const trace = await this.trace(task);
      if (typeof trace !== "string") return trace;
      const alone = this.jobs.hasLostWorker(task.key);
      const job: Job = { kind: "point", key: task.key, values: valuesOf(task), modelHash, dataHash, trace, alone };
      const reply = await this.jobs.submit(`p-${task.key}`, job);
      if (reply.kind === "functional") throw new Error("a worker answered a point with a functional run");
      if (reply.kind !== "missing") {
        return outcomeOf(reply);
      }
      missing = reply;
      await this.resend(task, reply.what);
    }
    return { kind: "failed", code: "TRANSFER", reason: `${missing?.what} never reached a worker`, retryable: true, durationMs: 0 };
  }

  async close(force: boolean): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    this.jobs.close();
    const { client, listener, queue, events, id } = this.parts;
    // A server that is away right now must not keep us: what it holds of this study ends by itself.
    await Promise.race([this.clean(id), new Promise((resolve) => setTimeout(resolve, force ? 1_000 : 5_000).unref())]);
    await Promise.allSettled([events.close(), queue.close()]);
    listener.disconnect();
    client.disconnect();
  }

  /** Takes the study off the server. */
  private async clean(id: string): Promise<void> {
    const { client } = this.parts;
    const { root } = studyKeys(this.options.prefix, id);
    await client.hdel(studiesKey(this.options.prefix), id);
    for await (const found of client.scanStream({ match: `${root}:*`, count: 1000 })) {
      const names = found as string[];
      if (names.length > 0) await client.unlink(...names);
    }
  }

  private model(experiment: Experiment): Promise<Model> {
    return remember(this.models, experiment.network.model, () => this.options.loadModel(experiment));
  }

  private data(experiment: Experiment): Promise<Samples> {
    return remember(this.samples, dataAddress(experiment), () => this.options.loadSamples(experiment));
  }

  private async trace(task: Task): Promise<string | Outcome> {
    const key = keyOf(task);
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const made = this.runFunctional(task, key);
    this.traces.set(key, made);
    this.waiting.add(key);
    try {
      const answer = await made;
      // A wrong input stays wrong; a dead worker says nothing about the run.
      if (typeof answer !== "string" && (answer.kind !== "failed" || answer.retryable)) this.traces.delete(key);
      return answer;
    } catch (error) {
      this.traces.delete(key);
      throw error;
    } finally {
      this.waiting.delete(key);
    }
  }

  private async runFunctional(task: Task, key: string): Promise<string | Outcome> {
    const { modelHash, dataHash } = task.inputs;
    for (let round = 0; round <= RESENDS; round++) {
      if (this.closed) return { kind: "abandoned" };
      const [model, data] = await Promise.all([this.sendModel(task), this.sendData(task)]);
      const alone = this.jobs.hasLostWorker(key);
      const reply = await this.jobs.submit(`f-${key}`, {
        kind: "functional",
        key,
        values: valuesOf(task),
        modelHash,
        model,
        dataHash,
        data,
        alone,
      });
      if (reply.kind === "functional") return reply.trace;
      if (reply.kind === "done") throw new Error("a worker answered a functional run with a point");
      if (reply.kind !== "missing") return reply;
      await this.resend(task, reply.what);
    }
    return { kind: "failed", code: "TRANSFER", reason: "model or data never reached a worker", retryable: true, durationMs: 0 };
  }

  private sendModel(task: Task): Promise<string> {
    return remember(this.sent, task.inputs.modelHash, async () => {
      const { network } = await this.model(task.experiment);
      return this.parts.blobs.put(
        network.system === "nir" ? encodeNirNetwork(network) : encodeModel(network, null),
        `the model ${network.name}`,
      );
    });
  }

  private sendData(task: Task): Promise<string> {
    return remember(this.sent, task.inputs.dataHash, async () => {
      const samples = await this.data(task.experiment);
      return this.parts.blobs.put(encodeSamples(samples), `the data set ${samples.name}`);
    });
  }

  /** The server lost something: what was sent counts as not sent. */
  private async resend(task: Task, what: Missing["what"]): Promise<void> {
    if (what === "trace") {
      const key = keyOf(task);
      if (!this.waiting.has(key)) {
        this.traces.delete(key);
        await this.jobs.remove(`f-${key}`);
      }
    } else if (what === "document") await this.parts.blobs.put(Buffer.from(canonicalJson(this.options.study.document)), "the description");
    else this.sent.clear();
  }

  /** Sweeps that were killed long ago and never run again leave the server now. */
  private async forgetOld(): Promise<void> {
    const { client } = this.parts;
    const { prefix } = this.options;
    for (const id of await client.hkeys(studiesKey(prefix))) {
      if (STUDY_ID.test(id) && (await client.exists(studyKeys(prefix, id).kept)) === 0) await this.clean(id);
    }
  }

  /** Says that this study lives. */
  private async announce(): Promise<void> {
    const { client, id, announcement } = this.parts;
    await client.hset(studiesKey(this.options.prefix), id, JSON.stringify(announcement));
    const { alive, kept } = studyKeys(this.options.prefix, id);
    await client.set(alive, "1", "PX", 15 * BEAT_MS);
    await client.set(kept, "1", "EX", KEPT_SECONDS);
  }

  private async beat(): Promise<void> {
    await this.announce();
    const { client, id } = this.parts;
    const { workers } = studyKeys(this.options.prefix, id);
    const gone = this.hosts.update(await client.hgetall(workers));
    if (gone.length > 0) await client.hdel(workers, ...gone);
    if (this.hosts.threads === this.threads) return;
    this.threads = this.hosts.threads;
    this.options.onThreads(this.threads);
  }
}

function keyOf(task: Task): string {
  return functionalKey(task.experiment, task.inputs.modelHash, task.inputs.dataHash);
}

function valuesOf(task: Task): Job["values"] {
  return task.byPath as Job["values"];
}

function outcomeOf(reply: Exclude<Reply, { readonly kind: "functional" | "missing" }> | Outcome): Outcome {
  if (reply.kind !== "done" || !("body" in reply)) return reply as Outcome;
  try {
    return unpackDone(reply);
  } catch (error) {
    return { kind: "failed", code: "BAD_REPLY", reason: (error as Error).message, retryable: true, durationMs: reply.durationMs };
  }
}
