/**
 * A worker process: it looks for studies on the server, serves those of its own build, reports its state, and leaves in
 * order when asked to.
 * Throws: `InputError` if the server cannot be used.
 */
import { hostname } from "node:os";
import { performance } from "node:perf_hooks";
import { boundedJson } from "../../base/bounded-json.js";
import type { PluginFile } from "../../base/plugin-file.js";
import { selfCheck } from "../../sim/index.js";
import { buildDigest } from "./build.js";
import { inTime } from "./in-time.js";
import {
  type Announcement,
  about,
  announcementSchema,
  BEAT_MS,
  type Beat,
  beatSchema,
  checkedPrefix,
  NOTE_LIMIT_BYTES,
  QUEUE,
  STUDY_ID,
  type Stranger,
  strangerSchema,
  studiesKey,
  studyKeys,
  textOf,
} from "./protocol.js";
import { checkedServer, connect, loadBullMq, type Redis } from "./queue-connection.js";
import { elsewhereRefusal, refusalOf, strangerRefusal } from "./refusal.js";
import { ServedStudy } from "./served-study.js";
import { type Signer, unverified } from "./signer.js";
import { FolderBlobs, ServerBlobs } from "./transfer.js";

interface RemoteWorkerOptions {
  readonly redisUrl: string;
  readonly signer: Signer;
  readonly prefix: string;
  readonly name: string;
  readonly threads: number;
  readonly sharedDir: string | null;
  readonly version: string;
  /** Plug-ins that its own command line names. */
  readonly plugins: readonly PluginFile[];
  /** Time that running points have after a request to leave; points that are not ready by then go back to the queue. */
  readonly graceMs: number;
  /** Idle time after which it leaves by itself; null: it stays. */
  readonly idleMs: number | null;
  readonly log: (line: string) => void;
}

/** Once its coordinator has been silent for this long, nothing of a study is kept. */
const ORPHAN_MS = 60_000;

/** Time to send the last answers, once points have ended or were given back. */
const FAREWELL_MS = 5_000;

/** Most characters of a reason that a beat may hold. */
const MOST_REFUSAL = 1_000;

/** Most refused studies that are remembered: anybody can write announcements. */
const MOST_REFUSED = 100;

interface Served {
  readonly announcement: Announcement | Stranger;
  /** The announcement as it was on the server. */
  readonly signed: string;
  /** Null: refused. */
  readonly study: ServedStudy | null;
  readonly refused: string | null;
  /** True if it is refused because its files are in another folder than this worker's. */
  readonly isElsewhere: boolean;
  aliveMs: number;
}

export class RemoteWorker {
  private readonly served = new Map<string, Served>();
  private readonly build = buildDigest();
  private readonly id: string;
  private beats = 0;
  private leaving = false;
  private idleSinceMs = performance.now();
  private wake: () => void = () => {};
  /** Resolves when the worker is asked to leave. */
  private readonly asked: Promise<void>;
  private ask: () => void = () => {};

  private constructor(
    private readonly options: RemoteWorkerOptions,
    private readonly client: Redis,
    private readonly bull: Awaited<ReturnType<typeof loadBullMq>>,
  ) {
    this.asked = new Promise((resolve) => {
      this.ask = resolve;
    });
    this.id = `${hostname()}:${process.pid}:${process.hrtime.bigint().toString(36)}`;
  }

  static async open(options: RemoteWorkerOptions): Promise<RemoteWorker> {
    checkedPrefix(options.prefix);
    const { name, threads } = options;
    textOf("worker", beatSchema.pick({ name: true, threads: true }), { name, threads }, NOTE_LIMIT_BYTES);
    checkedServer(options.redisUrl, options.signer);
    if (options.sharedDir !== null) new FolderBlobs(options.sharedDir); // fails here if there is no such folder
    const bull = await loadBullMq();
    const client = await connect(options.redisUrl, options.log);
    return new RemoteWorker(options, client, bull);
  }

  /** Serves until `stop`, or until idle for long enough. */
  async run(): Promise<void> {
    while (!this.leaving) {
      // No failure here ends the worker: it tries again. While a server is away, the worker waits, but it can still
      // leave.
      const looked = this.look().catch((error: unknown) =>
        this.options.log(`looking for studies: ${error instanceof Error ? error.message : error}`),
      );
      if (await this.idlesDuring(Promise.race([looked, this.asked]))) {
        this.options.log("no study for long enough: leaving");
        break;
      }
      if (!this.leaving) await this.pause();
    }
    this.leaving = true;
    const beating = setInterval(() => void this.beat().catch(() => {}), BEAT_MS);
    const drained = Promise.all([...this.served.values()].map(({ study }) => study?.drain(this.options.graceMs)));
    if (!(await inTime(drained, this.options.graceMs + FAREWELL_MS)))
      this.options.log("the server does not answer: leaving all the same; what ran here goes to others");
    clearInterval(beating);
    await inTime(this.sayGoodBye(), 1_000);
    this.client.disconnect();
  }

  /** Takes no further points; `run` returns once the running ones have ended. */
  stop(): void {
    if (this.leaving) return;
    this.leaving = true;
    this.options.log("leaving: no further points, running ones end first");
    this.ask();
    this.wake();
  }

  /**
   * Waits for `work`, which may never end; true as soon as the worker has been idle for long enough. A study counts
   * until its coordinator has been silent for so long that the study would be given up.
   */
  private async idlesDuring(work: Promise<void>): Promise<boolean> {
    const { idleMs } = this.options;
    if (idleMs === null) return work.then(() => false);
    const leftMs = (): number => {
      const studies = [...this.served.values()].flatMap(({ study, aliveMs }) => (study === null ? [] : [aliveMs + ORPHAN_MS]));
      return Math.max(this.idleSinceMs, ...studies) + idleMs - performance.now();
    };
    while (!(await inTime(work, BEAT_MS))) if (leftMs() <= 0) return true;
    return leftMs() <= 0;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, BEAT_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async look(): Promise<void> {
    const { prefix } = this.options;
    const studies = await this.client.hgetall(studiesKey(prefix));
    const now = performance.now();
    for (const [id, signed] of Object.entries(studies)) {
      if (!STUDY_ID.test(id)) continue;
      const alive = (await this.client.exists(studyKeys(prefix, id).alive)) === 1;
      const known = this.served.get(id);
      const isFound = known?.isElsewhere === true && !(await this.lacksFiles(known.announcement));
      if (known !== undefined && !isFound && (known.signed === signed || (known.study !== null && !this.isFromOwner(id, signed)))) {
        if (alive) known.aliveMs = now;
      } else if (alive && !this.leaving) {
        if (known !== undefined && known.study !== null) await this.dropOld(id, known);
        if (!this.leaving) await this.take(id, signed, now);
      }
    }
    for (const [id, { study, aliveMs, announcement }] of [...this.served]) {
      const announced = Object.hasOwn(studies, id);
      if (announced && now - aliveMs < ORPHAN_MS) continue;
      this.served.delete(id);
      if (study !== null) this.options.log(`study ${announcement.name}: ${announced ? "its sweep is gone" : "ended"}`);
      await study?.drop();
      await this.sweepUp(id);
    }
    if ([...this.served.values()].some(({ study }) => study !== null)) this.idleSinceMs = now;
    await this.beat();
  }

  /** Stops serving a study whose coordinator was started again with other settings. */
  private async dropOld(id: string, { study, announcement }: Served): Promise<void> {
    this.served.delete(id);
    this.options.log(`study ${announcement.name}: announced anew, with other settings`);
    await study?.drop();
  }

  private isFromOwner(id: string, signed: string): boolean {
    return signed.length <= NOTE_LIMIT_BYTES && this.options.signer.open(about.announcement(id), signed) !== null;
  }

  private async take(id: string, signed: string, now: number): Promise<void> {
    const { log, sharedDir, prefix, threads, signer } = this.options;
    const said = signed.length > NOTE_LIMIT_BYTES ? null : signer.open(about.announcement(id), signed);
    const announcement = announcementOf(said ?? unverified(signed.slice(0, NOTE_LIMIT_BYTES)) ?? "");
    if (announcement === null) return;
    const unfit = said === null ? signer.mismatch(signed, "its") : this.refusal(announcement);
    const isElsewhere = unfit === null && (await this.lacksFiles(announcement));
    if (this.leaving) return;
    const refused = isElsewhere ? elsewhereRefusal(sharedDir ?? "") : unfit;
    if (refused !== null && !this.served.has(id) && this.refusals >= MOST_REFUSED) return;
    let study: ServedStudy | null = null;
    if (refused === null && "build" in announcement) {
      const { client, bull } = this;
      const blobs =
        announcement.transfer === "folder" && sharedDir !== null
          ? new FolderBlobs(sharedDir)
          : new ServerBlobs(client, studyKeys(prefix, id).root);
      study = new ServedStudy({
        ...{ bull, client, signer, prefix, id, announcement, blobs, threads, log },
        onFault: (reason) => this.giveUp(id, reason),
      });
      log(`study ${announcement.name}: taking points, ${threads} at a time`);
    } else log(`study ${announcement.name}: not served, ${refused}`);
    this.served.set(id, { announcement, signed, study, refused, isElsewhere, aliveMs: now });
  }

  /** Serves a study no more whose points this host cannot run; other hosts do, and the coordinator reads why. */
  private giveUp(id: string, reason: string): void {
    const known = this.served.get(id);
    if (known === undefined || known.study === null) return;
    const { study, announcement } = known;
    const refused = reason.replace(/\s*\n\s*/g, "; ").slice(0, MOST_REFUSAL);
    this.served.set(id, { ...known, study: null, refused });
    this.options.log(`study ${announcement.name}: not served any more, ${refused}`);
    study
      .drop()
      .catch((error: unknown) => this.options.log(`study ${announcement.name}: ${error instanceof Error ? error.message : error}`));
  }

  /**
   * Whether the sweep passes files through another folder than this worker's: its description is not there. A folder of
   * a network may show it later.
   */
  private async lacksFiles(announcement: Served["announcement"]): Promise<boolean> {
    const { sharedDir } = this.options;
    if (!("build" in announcement) || announcement.transfer !== "folder" || sharedDir === null) return false;
    return !(await new FolderBlobs(sharedDir).has(announcement.document));
  }

  private get refusals(): number {
    return [...this.served.values()].filter(({ refused }) => refused !== null).length;
  }

  private refusal(announcement: Announcement | Stranger): string | null {
    const { version, sharedDir } = this.options;
    if (!("build" in announcement)) return strangerRefusal(announcement, version);
    const plugins = this.options.plugins.map(({ sha256 }) => sha256);
    const own = { version, build: this.build, plugins, node: process.version, selfCheck: selfCheck(), sharesFolder: sharedDir !== null };
    return refusalOf(announcement, own);
  }

  private async beat(): Promise<void> {
    this.beats++;
    const { prefix, name, threads, version, signer } = this.options;
    for (const [id, { study, refused }] of this.served) {
      const beat: Beat = {
        host: hostname(),
        name,
        pid: process.pid,
        threads,
        busy: study?.busy ?? 0,
        done: study?.done ?? 0,
        failed: study?.failed ?? 0,
        version,
        refused,
        draining: this.leaving,
        beat: this.beats,
      };
      await this.client.hset(studyKeys(prefix, id).workers, this.id, signer.sign(about.beat(id, this.id), JSON.stringify(beat)));
    }
  }

  private async sayGoodBye(): Promise<void> {
    for (const id of this.served.keys()) {
      await this.client.hdel(studyKeys(this.options.prefix, id).workers, this.id).catch(() => 0);
      await this.sweepUp(id).catch(() => {});
    }
  }

  /** Removes keys that this worker's last messages made again after the coordinator had removed the study. */
  private async sweepUp(id: string): Promise<void> {
    const { prefix } = this.options;
    if ((await this.client.hexists(studiesKey(prefix), id)) === 1) return;
    const { workers, queue } = studyKeys(prefix, id);
    await this.client.unlink(workers, ...["meta", "stalled-check", "stalled", "marker"].map((part) => `${queue}:${QUEUE}:${part}`));
  }
}

function announcementOf(said: string): Announcement | Stranger | null {
  try {
    const announced = boundedJson(said, NOTE_LIMIT_BYTES);
    return announcementSchema.safeParse(announced).data ?? strangerSchema.parse(announced);
  } catch {
    return null;
  }
}
