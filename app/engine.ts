/**
 * Opens what evaluates a study's points: threads of this host, or workers behind a server. Effects: threads, network.
 */
import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { resolve } from "node:path";
import { type AnyExperiment, ofKind } from "../arch/index.js";
import {
  CoupledEngine,
  type Engine,
  LocalEngine,
  openRemoteCoupledEngine,
  openRemoteEngine,
  type Phase,
  Signer,
  type Store,
  type StudyEvent,
  type StudySetup,
  studyName,
} from "../sweeps/index.js";
import type { StudyFiles } from "./study-files.js";

const TIMEOUT_MS = 600_000;

/** A Redis or Valkey server through which workers on other hosts get their points. */
export interface Cluster {
  /** URL of the server: `redis://host:port`, or `rediss:` over TLS. */
  readonly redisUrl: string;
  /** Key that signs jobs and answers; null: none, for a server on this host only. */
  readonly key: string | null;
  /** First part of every key on the server. */
  readonly prefix: string;
  /** A folder that all hosts see, so that files need not go through the server; null: none. */
  readonly sharedDir: string | null;
  /** A worker that is silent for this time loses its points. */
  readonly leaseMs: number;
}

interface EngineHooks {
  readonly tell: (event: StudyEvent) => void;
  /** Called with the number of threads of all remote workers when it changes. */
  readonly onThreads: (threads: number) => void;
}

/** Threads of this host that run points of `experiment`'s kind. */
export function localEngine(
  files: StudyFiles,
  experiment: AnyExperiment,
  maxWorkers: number,
  tell: (event: StudyEvent) => void = () => {},
): Engine {
  const { loadModel, loadSamples, loadCase } = files;
  const onPhase = (key: string, phase: Phase): void => tell({ type: "phase", key, phase });
  const models = files.modelSource(tell);
  return ofKind<Engine>(experiment, {
    board: () => new LocalEngine({ loadModel, loadSamples, models, maxWorkers, timeoutMs: TIMEOUT_MS, onPhase }),
    coupled: () => new CoupledEngine({ loadCase, maxWorkers, timeoutMs: TIMEOUT_MS }),
  });
}

const QUEUE_NAME = /^[0-9a-f]{32}$/;

/**
 * A random name of a database, by which its jobs on a server are told from those of another with equal host and path,
 * as in two containers. The provenance of its sessions on a server keeps it.
 */
export function queueNameOf(store: Pick<Store, "provenance">): string {
  const session = store.provenance();
  const name = typeof session === "object" && session !== null && "queueName" in session ? String(session.queueName) : "";
  return QUEUE_NAME.test(name) ? name : randomBytes(16).toString("hex");
}

/** Sweeps of one study into two databases are two on the server, or each would take the other's answers. */
export function queueIdentity(setup: StudySetup, database: string, queueName: string): string {
  return [studyName(setup), hostname(), resolve(database), queueName].join("\n");
}

/** `experiment`: any point of the study; all have the same kind of chip. `identity`: of the sweep on a server. */
export async function openEngine(
  files: StudyFiles,
  experiment: AnyExperiment,
  setup: StudySetup,
  { workers, cluster, identity }: { readonly workers: number; readonly cluster: Cluster | null; readonly identity: string },
  hooks: EngineHooks,
): Promise<Engine> {
  if (cluster === null) return localEngine(files, experiment, Math.max(workers, availableParallelism()), hooks.tell);
  const { loadModel, loadSamples, loadCase } = files;
  const { redisUrl, key, prefix, sharedDir, leaseMs } = cluster;
  const { name, document, engineVersion } = setup;
  const plugins = setup.inputs.filter(({ kind }) => kind === "plugin");
  const study = { name, identity, document, engineVersion, plugins };
  const link = { ...hooks, redisUrl, signer: new Signer(key), prefix, sharedDir, study, timeoutMs: TIMEOUT_MS, leaseMs };
  return ofKind<Promise<Engine>>(experiment, {
    board: () => openRemoteEngine({ ...link, loadModel, loadSamples, models: files.modelSource(hooks.tell) }),
    coupled: () => openRemoteCoupledEngine({ ...link, loadCase }),
  });
}
