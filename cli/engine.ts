/** Chooses what evaluates a sweep's points: threads of this host, or workers behind a server. */
import { availableParallelism } from "node:os";
import { type AnyExperiment, isCoupled } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import {
  CoupledEngine,
  type Engine,
  LocalEngine,
  openRemoteCoupledEngine,
  openRemoteEngine,
  type StudyEvent,
  type StudySetup,
  studyRecord,
} from "../sweeps/index.js";
import { loadCase, loadModel, loadSamples } from "./load.js";
import type { SweepOptions } from "./options.js";
import { serverOf } from "./worker.js";

const TIMEOUT_MS = 600_000;

export interface EngineHooks {
  readonly tell: (event: StudyEvent) => void;
  /** Threads of all remote workers together, whenever that changes. */
  readonly onThreads: (threads: number) => void;
}

/** `experiment`: any point of the study; all are of its kind. */
export async function openEngine(
  file: string,
  experiment: AnyExperiment,
  setup: StudySetup,
  options: SweepOptions,
  hooks: EngineHooks,
): Promise<Engine> {
  const maxWorkers = Math.max(options.workers ?? availableParallelism(), availableParallelism());
  const loaders = {
    loadModel: async (experiment: Parameters<typeof loadModel>[0]) => loadModel(experiment, file),
    loadSamples: async (experiment: Parameters<typeof loadSamples>[0]) => loadSamples(experiment, file),
    loadCase: async (folder: string) => loadCase(folder, file),
  };
  if (options.engine === "local") {
    if (options.redis !== undefined) throw inputError("--redis", "is used by --engine bullmq only", "add --engine bullmq");
    if (options.sharedDir !== undefined) throw inputError("--shared-dir", "is used by --engine bullmq only", "add --engine bullmq");
    if (isCoupled(experiment)) return new CoupledEngine({ loadCase: loaders.loadCase, maxWorkers, timeoutMs: TIMEOUT_MS });
    return new LocalEngine({
      ...loaders,
      maxWorkers,
      timeoutMs: TIMEOUT_MS,
      onPhase: (key, phase) => hooks.tell({ type: "phase", key, phase }),
    });
  }
  const link = {
    ...hooks,
    redisUrl: serverOf(options.redis),
    prefix: options.redisPrefix,
    sharedDir: options.sharedDir ?? null,
    study: {
      name: setup.name,
      identity: studyRecord(setup).identity,
      document: setup.document,
      engineVersion: setup.engineVersion,
    },
    timeoutMs: TIMEOUT_MS,
    leaseMs: options.leaseSeconds * 1000,
  };
  if (isCoupled(experiment)) return openRemoteCoupledEngine({ ...link, loadCase: loaders.loadCase });
  return openRemoteEngine({ ...link, ...loaders });
}
