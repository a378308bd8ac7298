/**
 * Worker threads that run one functional run or one point each (`worker.ts`), under a time limit. A dead or slow thread
 * is an outcome, and a new thread replaces it. Tasks that find no thread free wait in line, first come, first served.
 * Throws: `HostFault` if the worker is not built.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Piscina } from "piscina";
import { packageRoot } from "../../base/package-root.js";
import { threadOptions } from "../../base/thread-worker.js";
import { programChange, programGap, programIsRead } from "./build.js";
import type { Outcome } from "./engine.js";
import { hostFailure } from "./host-fault.js";
import { RunningLimit } from "./running-limit.js";
import type { WorkerReply, WorkerTask } from "./worker.js";

/** Threads that nobody uses end after this time; the process does not wait for them. */
const IDLE_MS = 60_000;

/**
 * Threads that the last closed pool of each worker left without a task: the next pool of this process with as many
 * begins with them. To start and warm up a thread costs as much processor time as 20 small points (0.3 s).
 */
const resting = new Map<string, { readonly threads: number; readonly pool: Piscina }>();

/** How tasks fail, of points and of networks. */
const FAILED: readonly string[] = ["failed", "broken"];

/** How a task ended that no thread answered. */
type PoolOutcome = Extract<Outcome, { readonly kind: "abandoned" | "timeout" | "failed" }>;

export class ThreadPool<Asked = WorkerTask, Answer extends { readonly kind: string } = WorkerReply> {
  private readonly pool: Piscina;
  private readonly abort = new AbortController();
  /**
   * Tasks in line. They are kept here, because Piscina counts a wait as time of the task, and starts no new thread for
   * what waits behind a dead one. Each is called with whether it may start.
   */
  private readonly line: ((starts: boolean) => void)[] = [];
  private busy = 0;
  /** null: not closed. */
  private ended: Promise<void> | null = null;

  /** `onMessage`: called with messages that threads send while they work; `program`: what has befallen its files. */
  constructor(
    private readonly threads: number,
    private readonly workerFile = join(packageRoot(), "dist", "sweep-worker.js"),
    private readonly onMessage: (message: unknown) => void = () => {},
    private readonly program = { change: programChange, gap: programGap },
  ) {
    const found = resting.get(workerFile);
    const isTaken = found?.threads === threads;
    this.pool = isTaken ? found.pool : newThreads(threads, workerFile);
    if (isTaken) resting.delete(workerFile);
    this.pool.on("message", onMessage);
  }

  /**
   * A task that runs longer than `timeoutMs` ends as `timeout`; neither the time in line counts, nor that for which the
   * process was stopped. One that `close(true)` interrupts, or that comes later, ends as `abandoned`. Once the program
   * has changed, a task ends as a fault of this host: its thread may have read the new one. So does a task that fails
   * while a file of the program is missing.
   */
  async run(task: Asked, timeoutMs: number): Promise<Answer | PoolOutcome> {
    if (!(await this.enter())) return { kind: "abandoned" };
    try {
      return await this.start(task, timeoutMs);
    } finally {
      this.leave();
    }
  }

  /** Without `force`, the tasks in line run first. Threads that then have no task rest for the next pool. */
  async close(force: boolean): Promise<void> {
    if (!force) await Promise.all(Array.from({ length: this.threads }, () => this.enter()));
    this.ended ??= this.end(!force || this.busy === 0);
    await this.ended;
  }

  private async end(isIdle: boolean): Promise<void> {
    this.abort.abort();
    for (const wake of this.line.splice(0)) wake(false);
    this.pool.off("message", this.onMessage);
    const { threads, pool, workerFile } = this;
    const other = resting.get(workerFile)?.pool;
    if (isIdle) resting.set(workerFile, { threads, pool });
    await (isIdle ? other : pool)?.destroy();
  }

  private async start(task: Asked, timeoutMs: number): Promise<Answer | PoolOutcome> {
    const start = performance.now();
    const before = await this.program.change();
    if (before !== null) return hostFailure(before);
    const ended = await this.attempt(task, timeoutMs, start);
    if (ended.kind === "abandoned") return ended;
    const gap = FAILED.includes(ended.kind) ? this.program.gap() : null; // first: what follows may wait until the file is back
    const fault = (await this.program.change()) ?? gap;
    return fault === null ? ended : hostFailure(fault, performance.now() - start);
  }

  private async attempt(task: Asked, timeoutMs: number, start: number): Promise<Answer | PoolOutcome> {
    const limit = new RunningLimit(timeoutMs);
    try {
      const answer: Answer = await this.pool.run(task, { signal: AbortSignal.any([limit.signal, this.abort.signal]) });
      return answer;
    } catch (error) {
      const durationMs = performance.now() - start;
      if (this.abort.signal.aborted) return { kind: "abandoned" };
      if (limit.signal.aborted) return { kind: "timeout", code: "TIMEOUT", reason: `ran longer than ${timeoutMs / 1000} s`, durationMs };
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "failed", code: "WORKER_DIED", reason, retryable: true, durationMs };
    } finally {
      limit.end();
    }
  }

  /** Resolves once a thread is free, with true; false: the pool is closed. */
  private async enter(): Promise<boolean> {
    if (this.abort.signal.aborted) return false;
    if (this.busy === this.threads) return new Promise((wake) => this.line.push(wake));
    this.busy++;
    return true;
  }

  private leave(): void {
    const wake = this.line.shift();
    if (wake === undefined) this.busy--;
    else wake(true);
  }
}

function newThreads(threads: number, workerFile: string): Piscina {
  const thread = threadOptions(workerFile, null);
  // loaded here, because commands without threads should not load it
  const { Piscina: Pool } = createRequire(import.meta.url)("piscina") as typeof import("piscina");
  const pool = new Pool({
    ...thread,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    concurrentTasksPerWorker: 1,
    atomics: "disabled",
  });
  pool.on("workerCreate", programIsRead);
  pool.on("error", () => {}); // the promise of its own task reports a dead thread
  return pool;
}

/** The promise that was made for a key, or a new one; a rejected one is removed. */
export function remember<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}
