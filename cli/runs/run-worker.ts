/** Runs a worker process until it is asked to leave. Effects: signals, stderr. */
import { openWorker } from "../../app/worker.js";
import { type PluginOptions, pluginsOf } from "../options/plugins.js";
import { keyOf, type SecretOptions, serverOf } from "../options/secrets.js";
import { warn } from "../output/print.js";
import { EXIT } from "../process/exit.js";
import { onLeaveSignals } from "../process/leave-signals.js";

export interface WorkerCommandOptions extends SecretOptions, PluginOptions {
  readonly redisPrefix: string;
  readonly name?: string;
  readonly threads?: number;
  readonly sharedDir?: string;
  readonly graceSeconds: number;
  readonly idleExit?: number;
}

export async function runWorker(options: WorkerCommandOptions): Promise<never> {
  const worker = await openWorker({
    redisUrl: serverOf(options),
    key: keyOf(options),
    prefix: options.redisPrefix,
    sharedDir: options.sharedDir ?? null,
    name: options.name ?? `worker-${process.pid}`,
    threads: options.threads ?? null,
    graceMs: options.graceSeconds * 1000,
    idleMs: options.idleExit === undefined ? null : options.idleExit * 1000,
    plugins: await pluginsOf(options),
    log: (line) => warn(line),
  });
  let asked = 0;
  const leave = (): void => {
    asked++;
    if (asked > 1) process.exit(EXIT.interrupted); // its points go to other workers when their leases end
    worker.stop();
  };
  onLeaveSignals(leave);
  warn("waiting for sweeps");
  await worker.run();
  // Connections to an unreachable server would keep the process alive for ever.
  process.exit(EXIT.ok);
}
