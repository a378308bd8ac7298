/**
 * Worker threads on this machine (Piscina). Model, samples and spike traces are in shared memory; each functional run
 * is computed once, by the first point that needs it, and used by all others.
 * Throws: `InputError` from the loaders (no such model, no such data set).
 */
import { availableParallelism } from "node:os";
import { type Experiment, feedsBack, type Topology } from "../../arch/index.js";
import { type ActivityProfile, profileOf } from "../../sim/expect/index.js";
import type { Functional } from "../../sim/functional/index.js";
import { fewerTimed, functionalKey, keyedReplay } from "../../sim/index.js";
import type { Phase } from "../events.js";
import type { Compared } from "../models/median-stopping.js";
import { MadeModels, type ModelSource, threadsOf } from "../models/model-source.js";
import type { Metrics } from "../objectives.js";
import type { PointInputs } from "../point.js";
import { scoredRun } from "../store/packed-errors.js";
import { cellPluginOf } from "./cell-plugin.js";
import type { Outcome, ChipTask as Task } from "./engine.js";
import { type EstimatingEngine, estimatedMetrics, runForEstimates } from "./estimate.js";
import { DEFAULT_CACHE_BYTES } from "./memory.js";
import { ThreadPool } from "./pool.js";
import { Replays } from "./replays.js";
import { shared, sharedBytes } from "./share.js";
import { type InputLoaders, StudyInputs } from "./study-inputs.js";
import type { WorkerReply, WorkerTask } from "./worker.js";

interface LocalEngineOptions extends InputLoaders {
  readonly maxWorkers?: number;
  /** A point that runs longer ends as `timeout`; default 10 minutes. */
  readonly timeoutMs?: number;
  /** Most bytes of traces kept in memory; older ones are computed again if needed. Default 1 GiB. */
  readonly cacheBytes?: number;
  /** Built worker; default the package's own. */
  readonly workerFile?: string;
  /** Makes the networks that descriptions ask for; without it, all are read from files. */
  readonly models?: ModelSource;
  /** Called when a point's worker begins another phase. */
  readonly onPhase?: (key: string, phase: Phase) => void;
}

/** A functional run: computed, or being computed by the point that asked first. */
interface Run {
  readonly ready: Promise<Functional | Outcome>;
  /** Key that runs share if they differ only in the number of timed utterances, and that number. */
  readonly family: string;
  readonly timed: number;
  bytes: number;
  settled: boolean;
  /** null: not ready, or it failed. */
  functional: Functional | null;
}

export class LocalEngine implements EstimatingEngine {
  readonly maxWorkers: number;
  private readonly pool: ThreadPool;
  private readonly inputs: StudyInputs;
  private readonly functionals = new Map<string, Run>();
  private readonly profiles = new Map<string, ActivityProfile>();
  private readonly keys = new Map<string, string>();
  private readonly replays = new Replays();
  private readonly keyed = new WeakMap<Experiment, ReturnType<typeof keyedReplay>>();
  private readonly making: MadeModels | null;
  private readonly timeoutMs: number;
  private readonly cacheBytes: number;

  constructor(private readonly options: LocalEngineOptions) {
    this.maxWorkers = options.maxWorkers ?? Math.max(2, availableParallelism());
    this.timeoutMs = options.timeoutMs ?? 600_000;
    this.cacheBytes = options.cacheBytes ?? DEFAULT_CACHE_BYTES;
    this.pool = new ThreadPool(this.maxWorkers, options.workerFile);
    this.making = options.models === undefined ? null : new MadeModels(options.models, threadsOf(this.maxWorkers));
    this.inputs = new StudyInputs(options, this.making, shared);
  }

  identify(experiment: Experiment): Promise<PointInputs> {
    return this.inputs.identify(experiment);
  }

  topology(experiment: Experiment): Promise<Topology> {
    return this.inputs.topology(experiment);
  }

  async ask(task: Task, compared: Compared): Promise<void> {
    await this.making?.ask(task, compared);
  }

  stops(task: Pick<Task, "inputs">): boolean {
    return (this.making?.stopped(task) ?? null) !== null;
  }

  waitsFor(task: Task): boolean {
    const run = this.functionals.get(this.keyOf(task));
    if (run === undefined) return this.making?.isMaking(task.inputs.modelHash) === true;
    return !run.settled || (run.functional !== null && this.replays.waitsFor(this.keyedOf(task, run.functional).key));
  }

  async evaluate(task: Task): Promise<Outcome> {
    const functional = await this.functional(task);
    // a network that the search stops may have been made for a point of the caller's choice
    const run = "kind" in functional ? functional : (this.making?.stopped(task) ?? functional);
    if ("kind" in run) {
      this.making?.tellUnmade(task);
      return run;
    }
    this.options.onPhase?.(task.key, "chip");
    const { experiment } = task;
    const { key, placement } = this.keyedOf(task, run);
    const outcome = await this.replays.evaluate(key, (replay) =>
      this.call({ kind: "point", experiment, functional: run, replay, placement }),
    );
    return outcome.kind === "done" ? { ...outcome, run: scoredRun(run) } : outcome;
  }

  async estimate(task: Task): Promise<Metrics | null> {
    const functional = await runForEstimates(() => this.functional(task));
    if (functional === null) return null;
    const key = this.keyOf(task);
    let profile = this.profiles.get(key);
    if (profile === undefined) {
      profile = profileOf(functional.trace);
      this.profiles.set(key, profile);
    }
    return estimatedMetrics(task.experiment, functional, profile);
  }

  /** A thread is there for every running point. */
  withdraw(): void {}

  close(force: boolean): Promise<void> {
    return Promise.all([this.pool.close(force), this.making?.close(force)]).then(() => undefined);
  }

  /** Key of a functional run. Every estimate asks for it, but few runs differ, so each key is computed once. */
  private keyOf({ experiment, inputs: { modelHash, dataHash } }: Task): string {
    const { precision, network, workload, chip, mapping } = experiment;
    const onChip = feedsBack(chip) ? [chip, mapping] : [];
    const text = JSON.stringify([modelHash, dataHash, precision, network.nir, network.lava, workload, ...onChip]);
    let key = this.keys.get(text);
    if (key === undefined) {
      key = functionalKey(experiment, modelHash, dataHash);
      this.keys.set(text, key);
    }
    return key;
  }

  /** Key and placement of a replay, kept because a waiting point asks for it again and again. */
  private keyedOf({ experiment }: Task, functional: Functional): ReturnType<typeof keyedReplay> {
    let keyed = this.keyed.get(experiment);
    if (keyed === undefined) {
      keyed = keyedReplay(experiment, functional);
      this.keyed.set(experiment, keyed);
    }
    return keyed;
  }

  /** The functional run of a task. A network that is still to be made is identified by its recipe. */
  private async functional(task: Task): Promise<Functional | Outcome> {
    const key = this.keyOf(task);
    const known = this.functionals.get(key);
    if (known !== undefined) {
      this.functionals.delete(key); // moves it to the end, where the newest are
      this.functionals.set(key, known);
      if (!known.settled) this.options.onPhase?.(task.key, "waiting");
      return known.ready;
    }
    const { experiment, inputs } = task;
    const timed = experiment.workload.timingSamples;
    const any = { ...experiment, workload: { ...experiment.workload, timingSamples: 0 } };
    const family = functionalKey(any, inputs.modelHash, inputs.dataHash);
    const whole = [...this.functionals.values()].find((run) => run.family === family && run.timed > timed);
    const ready = whole === undefined ? this.runFunctional(task) : this.takeFrom(whole, task);
    const entry: Run = { ready, family, timed, bytes: 0, settled: false, functional: null };
    this.functionals.set(key, entry);
    const answer = await entry.ready;
    entry.settled = true;
    if (!("kind" in answer)) {
      entry.functional = answer;
      entry.bytes = sharedBytes(answer);
    }
    // A dead worker says nothing about the run, so the next attempt computes it again. A wrong input stays wrong.
    else if (answer.kind !== "failed" || answer.retryable) this.functionals.delete(key);
    this.evict(key);
    return answer;
  }

  /** Takes a run with fewer timed utterances from a run with more. */
  private async takeFrom(whole: Run, { experiment }: Task): Promise<Functional | Outcome> {
    const [model, samples, run] = await Promise.all([this.inputs.model(experiment), this.inputs.data(experiment), whole.ready]);
    return "kind" in run ? run : shared(fewerTimed(experiment, model.network, samples, run));
  }

  private async runFunctional(task: Task): Promise<Functional | Outcome> {
    const unmade = await this.making?.make(task, () => this.options.onPhase?.(task.key, "training"));
    if (unmade !== undefined && unmade !== null) return unmade;
    this.options.onPhase?.(task.key, "network");
    const [model, samples] = await Promise.all([this.inputs.model(task.experiment), this.inputs.data(task.experiment)]);
    const reply = await this.call({
      kind: "functional",
      experiment: task.experiment,
      network: model.network,
      modelHash: model.hash,
      samples,
      plugin: cellPluginOf(model.network),
    });
    if (reply.kind === "functional") return reply.functional;
    if (reply.kind === "done" || reply.kind === "replayed") throw new Error("the worker answered a functional run with a point");
    return reply;
  }

  /** Drops the oldest finished runs above the limit, never `keep`. */
  private evict(keep: string): void {
    let total = [...this.functionals.values()].reduce((sum, f) => sum + f.bytes, 0);
    for (const [key, entry] of this.functionals) {
      if (total <= this.cacheBytes) return;
      if (key === keep || !entry.settled) continue;
      total -= entry.bytes;
      this.functionals.delete(key);
    }
  }

  private call(task: WorkerTask): Promise<WorkerReply | Outcome> {
    return this.pool.run(task, this.timeoutMs);
  }
}
