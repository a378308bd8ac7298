/** A stored point run once more. Effects: reads the database and files, starts a thread. */
import { patchExperiment } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { selfCheck } from "../sim/index.js";
import { buildDigest, buildInputs, type Reproduction, reproduce as reproduced, Store } from "../sweeps/index.js";
import { localEngine } from "./engine.js";
import { type Provenance, provenanceNow, runtimeDifferences } from "./provenance.js";
import { besideOf, pointOf } from "./stored.js";
import { StudyFiles } from "./study-files.js";

export interface ReproducedPoint extends Reproduction {
  /** Where something differs: how the runtimes of the stored sessions differ from this one, a sentence each. */
  readonly runtimes: readonly string[];
}

export interface ReproduceOptions {
  /** The description that the sweep was made from, if its model file lies beside it. */
  readonly base?: string | null;
  readonly onWarning?: (text: string) => void;
  /** Gives the point up. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a stored point again and compares it bit for bit.
 *
 * @returns `differences` is empty where every value is the same to the last bit
 * @throws InputError where the database has no such finished point, or its model or data cannot be read
 */
export async function reproduce(database: string, id: number, options: ReproduceOptions = {}): Promise<ReproducedPoint> {
  const { base = null, onWarning = () => {}, signal } = options;
  signal?.throwIfAborted();
  const store = Store.read(database);
  const files = new StudyFiles(besideOf(base, database), onWarning);
  try {
    const { document } = store.edition(pointOf(store, id).edition);
    const experimentOf = (byPath: { readonly [path: string]: Json }) => patchExperiment({ document, file: database }, byPath);
    const engine = localEngine(files, experimentOf({}), 1);
    const stop = (): void => void engine.close(true);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const source = { document, build: buildDigest(), inputs: buildInputs(), inputsOf: files.inputsOf, experimentOf };
      const found = await reproduced(store, id, source, engine);
      signal?.throwIfAborted();
      if (found.differences.length === 0) return { ...found, runtimes: [] };
      const sessions = store.sessions() as readonly Partial<Provenance>[];
      return { ...found, runtimes: runtimeDifferences(sessions, provenanceNow(selfCheck())) };
    } finally {
      signal?.removeEventListener("abort", stop);
      await engine.close(true);
    }
  } finally {
    store.close();
  }
}
