/** Options of a thread pool: which module its threads run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hostFault } from "./errors.js";
import { packageRoot } from "./package-root.js";

/** `workerData` of a thread. */
export interface ThreadData<Shared = null> {
  readonly workerFile: string;
  /** Data that all tasks of the pool share. */
  readonly shared: Shared;
}

/**
 * Piscina's options for threads that run the default export of `workerFile` (through `thread.ts`). @throws HostFault if
 * the worker is not built.
 */
export function threadOptions<Shared>(
  workerFile: string,
  shared: Shared,
): { readonly filename: string; readonly workerData: ThreadData<Shared> } {
  const filename = join(packageRoot(), "dist", "thread.cjs");
  for (const file of [filename, workerFile]) if (!existsSync(file)) throw hostFault(file, "the worker is not built", "run: npm run build");
  return { filename, workerData: { workerFile, shared } };
}
