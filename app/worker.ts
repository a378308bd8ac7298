/** A worker that takes points of sweeps on other hosts. Effects: connects, starts threads. */

import { availableParallelism } from "node:os";
import { packageVersion } from "../base/package-root.js";
import { RemoteWorker, Signer } from "../sweeps/index.js";
import type { Cluster } from "./engine.js";
import type { Plugin } from "./plugins.js";

interface WorkerOptions extends Omit<Cluster, "leaseMs"> {
  /** Name that others see. */
  readonly name: string;
  /** Points that run at the same time; null: the usable cores. */
  readonly threads: number | null;
  /** Time that running points may still take after a request to stop. */
  readonly graceMs: number;
  /** Time without work after which it ends; null: never. */
  readonly idleMs: number | null;
  /** Plug-ins that studies may depend on; others are refused. */
  readonly plugins: readonly Plugin[];
  readonly log: (line: string) => void;
}

/**
 * Opens a worker: `run` works until `stop` is called. @throws InputError if the server cannot be reached or refuses the
 * key.
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
