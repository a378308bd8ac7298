/** A worker that takes points of sweeps on other hosts. Effects: connects, starts threads. */
import { availableParallelism } from "node:os";
import { RemoteWorker, Signer } from "../sweeps/index.js";
import type { Cluster } from "./engine.js";
import type { Plugin } from "./plugins.js";
import { packageVersion } from "./provenance.js";

interface WorkerOptions extends Omit<Cluster, "leaseMs"> {
  /** As others see it. */
  readonly name: string;
  /** Points at a time; null: the usable cores. */
  readonly threads: number | null;
  /** How long points under way may still take when it is asked to leave. */
  readonly graceMs: number;
  /** It leaves after so long without work; null: never. */
  readonly idleMs: number | null;
  /** Plug-ins that studies may depend on; others are refused. */
  readonly plugins: readonly Plugin[];
  readonly log: (line: string) => void;
}

/**
 * Opens a worker: `run` works until `stop` is called. @throws InputError where the server cannot be reached or refuses
 * the key.
 */
export function openWorker({
  redisUrl,
  key,
  prefix,
  sharedDir,
  name,
  threads,
  graceMs,
  idleMs,
  plugins,
  log,
}: WorkerOptions): Promise<RemoteWorker> {
  return RemoteWorker.open({
    redisUrl,
    signer: new Signer(key),
    prefix,
    name,
    threads: threads ?? availableParallelism(),
    sharedDir,
    version: packageVersion(),
    graceMs,
    idleMs,
    plugins,
    log,
  });
}
