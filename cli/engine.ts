/** Chooses what evaluates a sweep's points: threads of this host, or workers behind a server. */
import { availableParallelism } from "node:os";
import { inputError } from "../arch/base/errors.js";
import { type Engine, LocalEngine, openRemoteEngine, type StudyEvent, type StudySetup, studyRecord } from "../sweeps/index.js";
import { loadModel, loadSamples } from "./load.js";
import type { SweepOptions } from "./options.js";
import { serverOf } from "./worker.js";

const TIMEOUT_MS = 600_000;

export interface EngineHooks {
  readonly tell: (event: StudyEvent) => void;
  /** Threads of all remote workers together, whenever that changes. */
  readonly onThreads: (threads: number) => void;
}

export async function openEngine(file: string, setup: StudySetup, options: SweepOptions, hooks: EngineHooks): Promise<Engine> {
  const loaders = {
    loadModel: async (experiment: Parameters<typeof loadModel>[0]) => loadModel(experiment, file),
    loadSamples: async (experiment: Parameters<typeof loadSamples>[0]) => loadSamples(experiment),
  };
  if (options.engine === "local") {
    if (options.redis !== undefined) throw inputError("--redis", "is used by --engine bullmq only", "add --engine bullmq");
    if (options.sharedDir !== undefined) throw inputError("--shared-dir", "is used by --engine bullmq only", "add --engine bullmq");
    return new LocalEngine({
      ...loaders,
      maxWorkers: Math.max(options.workers ?? availableParallelism(), availableParallelism()),
      timeoutMs: TIMEOUT_MS,
    });
  }
  return openRemoteEngine({
    ...loaders,
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
  });
}
