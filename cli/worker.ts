/** Runs a worker process until it is asked to leave. Effects: signals, stderr. */
import { availableParallelism } from "node:os";
import { inputError } from "../base/errors.js";
import { RemoteWorker, redacted } from "../sweeps/index.js";
import { EXIT } from "./exit.js";
import { onLeaveSignals } from "./leave-signals.js";
import { warn } from "./print.js";
import { packageVersion } from "./provenance.js";

export interface WorkerCommandOptions {
  readonly redis?: string;
  readonly redisPrefix: string;
  readonly name?: string;
  readonly threads?: number;
  readonly sharedDir?: string;
  readonly graceSeconds: number;
  readonly idleExit?: number;
}

/** The server's address: an option, or the environment, where other users of the host do not see its password. */
export function serverOf(option: string | undefined): string {
  const url = option ?? process.env.SNN_DSE_REDIS;
  if (url === undefined || url === "")
    throw inputError("--redis", "names no server", "e.g. --redis redis://localhost:6379, or set SNN_DSE_REDIS");
  if (option?.includes("@")) hideInProcessList(option);
  return url;
}

/** Every user of a host sees the command lines of all processes: ours without user and password. */
function hideInProcessList(url: string): void {
  const words = process.argv.slice(2).map((word) => word.replace(url, redacted(url)));
  process.title = ["snn-dse", ...words].join(" ");
}

export async function runWorker(options: WorkerCommandOptions): Promise<never> {
  const worker = await RemoteWorker.open({
    redisUrl: serverOf(options.redis),
    prefix: options.redisPrefix,
    name: options.name ?? `worker-${process.pid}`,
    threads: options.threads ?? availableParallelism(),
    sharedDir: options.sharedDir ?? null,
    version: packageVersion(),
    graceMs: options.graceSeconds * 1000,
    idleMs: options.idleExit === undefined ? null : options.idleExit * 1000,
    log: (line) => warn(line),
  });
  let asked = 0;
  const leave = (): void => {
    asked++;
    if (asked > 1) process.exit(EXIT.interrupted); // its points go to others when their holds run out
    worker.stop();
  };
  onLeaveSignals(leave);
  warn("waiting for sweeps");
  await worker.run();
  // Connections to a server that is away would keep the process for ever.
  process.exit(EXIT.ok);
}
