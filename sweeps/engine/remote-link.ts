/**
 * The coordinator's connection to a server. It announces the study as long as that runs, keeps its jobs, stores what
 * workers fetch by content hash, and watches the workers. Engines for many hosts (`bullmq.ts`, `remote-coupled.ts`) use
 * the server only through it.
 * Throws: `InputError` if the server cannot be used or is full.
 */
import { canonicalJson, type Json } from "../../base/hash.js";
import type { PluginFile } from "../../base/plugin-file.js";
import { selfCheck } from "../../sim/index.js";
import type { StudyEvent } from "../events.js";
import { buildDigest } from "./build.js";
import type { Outcome } from "./engine.js";
import { Hosts } from "./hosts.js";
import { inTime } from "./in-time.js";
import { JobEvents } from "./job-events.js";
import { Jobs } from "./jobs.js";
import {
  type Announcement,
  about,
  announcementSchema,
  BEAT_MS,
  checkedLease,
  checkedPrefix,
  NOTE_LIMIT_BYTES,
  PROTOCOL,
  QUEUE,
  STUDY_ID,
  studiesKey,
  studyId,
  studyKeys,
  textOf,
} from "./protocol.js";
import { checkedServer, connect, loadBullMq, type Redis, redacted } from "./queue-connection.js";
import type { Signer } from "./signer.js";
import { type Blobs, FolderBlobs, KEPT_SECONDS, ServerBlobs } from "./transfer.js";
import { serverError } from "./transfer-error.js";

export interface RemoteLinkOptions {
  readonly redisUrl: string;
  readonly signer: Signer;
  /** First part of every key on the server. */
  readonly prefix: string;
  /** A folder that all hosts see; null: files pass through the server. */
  readonly sharedDir: string | null;
  readonly study: {
    readonly name: string;
    readonly identity: string;
    readonly document: Json;
    readonly engineVersion: string;
    readonly plugins: readonly Pick<PluginFile, "name" | "sha256">[];
  };
  /** A point that runs longer ends as `timeout`. */
  readonly timeoutMs: number;
  /** A worker that does not renew its lease on a point for this long has lost the point. */
  readonly leaseMs: number;
  readonly tell: (event: StudyEvent) => void;
  /** Called with the threads of all workers together, whenever their number changes. */
  readonly onThreads: (threads: number) => void;
}

type Abandoned = Extract<Outcome, { readonly kind: "abandoned" }>;

interface Parts {
  readonly client: Redis;
  readonly listener: Redis;
  readonly queue: import("bullmq").Queue;
  readonly blobs: Blobs;
  readonly id: string;
  /** Text of its announcement. */
  readonly said: string;
}

const FIRST_BEAT_MS = 200;

export class RemoteLink {
  readonly jobs: Jobs;
  readonly blobs: Blobs;
  private readonly hosts: Hosts;
  private readonly events: JobEvents;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private threads = -1;
  private ended = false;
  private withdraws = false;
  /** Resolves when nothing is waited for any more. */
  private readonly over: Promise<void>;
  private waitNoMore: () => void = () => {};

  private constructor(
    private readonly options: RemoteLinkOptions,
    private readonly parts: Parts,
  ) {
    const { client, listener, queue, id } = parts;
    const { signer, leaseMs, tell } = options;
    this.hosts = new Hosts(tell, signer, id);
    const warn = (message: string): void => tell({ type: "fault", code: "FOREIGN_ANSWER", message });
    this.jobs = new Jobs({ queue, client, signer, study: id, server: redacted(options.redisUrl), leaseMs, warn });
    this.events = new JobEvents(listener, queue.toKey("events"), {
      completed: (job, value) => this.jobs.answered(job, value),
      failed: (job, reason) => this.jobs.lost(job, reason),
    });
    this.blobs = parts.blobs;
    this.over = new Promise((resolve) => {
      this.waitNoMore = resolve;
    });
  }

  static async open(options: RemoteLinkOptions): Promise<RemoteLink> {
    const prefix = checkedPrefix(options.prefix);
    const leaseMs = checkedLease(options.leaseMs);
    checkedServer(options.redisUrl, options.signer);
    const folder = options.sharedDir === null ? null : new FolderBlobs(options.sharedDir);
    const bull = await loadBullMq();
    const trouble = (message: string): void => options.tell({ type: "fault", code: "SERVER", message });
    const client = await connect(options.redisUrl, trouble);
    try {
      const listener = await connect(options.redisUrl, () => {});
      const build = buildDigest();
      const transfer = folder === null ? "server" : "folder";
      const { timeoutMs } = options;
      const id = studyId(options.study.identity, build, { transfer, leaseMs, timeoutMs });
      const keys = studyKeys(prefix, id);
      const queue = new bull.Queue(QUEUE, { connection: client, prefix: keys.queue, streams: { events: { maxLen: 4_000 } } });
      queue.on("error", () => {}); // the connection reports it
      const blobs = folder ?? new ServerBlobs(client, keys.root);
      const document = await blobs.put(documentBytes(options), "the description");
      const announcement: Announcement = {
        protocol: PROTOCOL,
        name: options.study.name.slice(0, 200),
        version: options.study.engineVersion,
        build,
        plugins: options.study.plugins.map(({ name, sha256 }) => ({ name: name.slice(0, 200), sha256 })),
        node: process.version,
        selfCheck: selfCheck(),
        document,
        transfer,
        leaseMs,
        timeoutMs,
      };
      const said = textOf("the sweep's announcement", announcementSchema, announcement, NOTE_LIMIT_BYTES);
      const link = new RemoteLink(options, { client, listener, queue, blobs, id, said });
      await link.start();
      return link;
    } catch (error) {
      client.disconnect();
      throw serverError(redacted(options.redisUrl), error);
    }
  }

  get closed(): boolean {
    return this.ended;
  }

  /**
   * The result of `work`, or `abandoned` as soon as the link is closed, or has no worker after `withdraw`: a server
   * that is away gives no answer, not even an error.
   */
  untilOver<T>(work: () => Promise<T>): Promise<T | Abandoned> {
    const abandoned: Abandoned = { kind: "abandoned" };
    const worked = work().catch((error: unknown) => {
      if (this.ended) return abandoned;
      throw error;
    });
    return Promise.race([worked, this.over.then(() => abandoned)]);
  }

  /** Gives up the jobs that no worker has taken, now, and all others as soon as no worker is left. */
  withdraw(): void {
    if (this.withdraws || this.ended) return;
    this.withdraws = true;
    this.launch(() => this.jobs.withdraw());
    const look = (): void => {
      if (this.hosts.areThere()) return;
      this.jobs.abandon();
      this.waitNoMore();
    };
    this.timers.push(setInterval(look, BEAT_MS)); // a worker that took a job tells so within this time
  }

  async resendDocument(): Promise<void> {
    await this.blobs.put(documentBytes(this.options), "the description");
  }

  async close(force: boolean): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.waitNoMore();
    for (const timer of this.timers) clearInterval(timer);
    this.jobs.close();
    const { client, listener, queue, id } = this.parts;
    // Running requests must end before the study's keys are removed. A server that is away must not delay the end; its
    // keys of this study expire by themselves.
    const cleaned = Promise.allSettled([...this.underWay]).then(() => this.clean(id));
    await inTime(cleaned, force ? 1_000 : 5_000);
    await inTime(queue.close(), 1_000);
    this.events.stop();
    listener.disconnect();
    client.disconnect();
  }

  private async start(): Promise<void> {
    await this.jobs.start();
    await this.events.start();
    await this.announce();
    await this.forgetOld();
    // Workers are reported once the study is ready to receive events.
    this.timers.push(setTimeout(() => this.launch(() => this.beat()), FIRST_BEAT_MS));
    this.every(BEAT_MS, () => this.beat());
    this.every(Math.max(500, this.options.leaseMs / 4), () => this.jobs.check());
  }

  /** Runs `work` at intervals; a run that is not finished delays the next one. */
  private every(ms: number, work: () => Promise<void>): void {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      this.launch(() =>
        work().finally(() => {
          running = false;
        }),
      );
    }, ms);
    this.timers.push(timer);
  }

  private launch(work: () => Promise<void>): void {
    const done = work()
      .catch(() => {}) // the connection reports it
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  /** Announces on the server that this study is alive. */
  private async announce(): Promise<void> {
    const { client, id, said } = this.parts;
    const signed = this.options.signer.sign(about.announcement(id), said);
    await client.hset(studiesKey(this.options.prefix), id, signed);
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

  /** Removes sweeps that were killed long ago and never continued. */
  private async forgetOld(): Promise<void> {
    const { client } = this.parts;
    const { prefix } = this.options;
    for (const id of await client.hkeys(studiesKey(prefix))) {
      if (STUDY_ID.test(id) && (await client.exists(studyKeys(prefix, id).kept)) === 0) await this.clean(id);
    }
  }

  /** Removes a study from the server. */
  private async clean(id: string): Promise<void> {
    const { client } = this.parts;
    const { root } = studyKeys(this.options.prefix, id);
    await client.hdel(studiesKey(this.options.prefix), id);
    for await (const found of client.scanStream({ match: `${root}:*`, count: 1000 })) {
      const names = found as string[];
      if (names.length > 0) await client.unlink(...names);
    }
  }
}

function documentBytes({ study }: RemoteLinkOptions): Buffer {
  return Buffer.from(canonicalJson(study.document));
}
