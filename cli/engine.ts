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
  studyName,
} from "../sweeps/index.js";
import type { SweepOptions } from "./options.js";
import { serverOf, signerOf } from "./secrets.js";
import type { StudyFiles } from "./study-files.js";

const TIMEOUT_MS = 600_000;
const QUEUE_OPTIONS = [
  ["redis", "--redis"],
  ["redisFile", "--redis-file"],
  ["keyFile", "--key-file"],
  ["sharedDir", "--shared-dir"],
] as const;

export interface EngineHooks {
  readonly tell: (event: StudyEvent) => void;
  /** Threads of all remote workers together, whenever that changes. */
  readonly onThreads: (threads: number) => void;
}

/** `experiment`: any point of the study; all are of its kind. */
export async function openEngine(
  files: StudyFiles,
  experiment: AnyExperiment,
  setup: StudySetup,
  options: SweepOptions,
  hooks: EngineHooks,
): Promise<Engine> {
  const maxWorkers = Math.max(options.workers ?? availableParallelism(), availableParallelism());
  const { loadModel, loadSamples, loadCase } = files;
  if (options.engine === "local") {
    for (const [option, name] of QUEUE_OPTIONS)
      if (options[option] !== undefined) throw inputError(name, "is used by --engine bullmq only", "add --engine bullmq");
    if (isCoupled(experiment)) return new CoupledEngine({ loadCase, maxWorkers, timeoutMs: TIMEOUT_MS });
    return new LocalEngine({
      loadModel,
      loadSamples,
      maxWorkers,
      timeoutMs: TIMEOUT_MS,
      onPhase: (key, phase) => hooks.tell({ type: "phase", key, phase }),
    });
  }
  const link = {
    ...hooks,
    redisUrl: serverOf(options),
    signer: signerOf(options),
    prefix: options.redisPrefix,
    sharedDir: options.sharedDir ?? null,
    study: {
      name: setup.name,
      identity: studyName(setup),
      document: setup.document,
      engineVersion: setup.engineVersion,
    },
    timeoutMs: TIMEOUT_MS,
    leaseMs: options.leaseSeconds * 1000,
  };
  if (isCoupled(experiment)) return openRemoteCoupledEngine({ ...link, loadCase });
  return openRemoteEngine({ ...link, loadModel, loadSamples });
}
