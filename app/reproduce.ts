/**
 * Runs a stored point again and compares it. Effects: reads the database and files, starts a thread; of a search that
 * trains, writes the network into the folder beside the database.
 */
import { patchExperiment } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { selfCheck } from "../sim/index.js";
import {
  buildInputs,
  buildWith,
  networksBeside,
  pluginInputs,
  type Reproduction,
  reproduce as reproduced,
  Store,
  usedPlugins,
} from "../sweeps/index.js";
import { checkedOptions } from "./checked-options.js";
import { localEngine } from "./engine.js";
import type { Plugin } from "./plugins.js";
import { type Provenance, provenanceNow, runtimeDifferences } from "./provenance.js";
import { besideOf, pointOf, readBeside } from "./stored.js";
import { StudyFiles } from "./study-files.js";

/** A stored point and the result of running it again. */
export interface ReproducedPoint extends Reproduction {
  /** If a value differs: sentences about how the runtimes of stored sessions differ from this one. */
  readonly runtimes: readonly string[];
}

/** Where the files of a stored point are. */
export interface ReproduceOptions {
  /** Results of `loadPlugins`, with the content that the point was computed with. */
  readonly plugins?: readonly Plugin[];
  /** The description that the sweep was made from, if its model file lies beside it. */
  readonly base?: string | null;
  /** Called with what differs in the machine or the program. */
  readonly onWarning?: (text: string) => void;
  /** Stops the run. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a stored point again and compares it bit for bit.
 *
 * @returns `differences` is empty if every value is the same to the last bit
 * @throws InputError if the database has no such finished point, its model or data cannot be read, or a plug-in that it
 * was computed with is missing
 */
export async function reproduce(database: string, id: number, options: ReproduceOptions = {}): Promise<ReproducedPoint> {
  checkedOptions("reproduce", options, {
    base: "text or null",
    plugins: "list of loaded plug-ins",
    onWarning: "function",
    signal: "signal",
  });
  const { base = null, plugins = [], onWarning = () => {}, signal } = options;
  signal?.throwIfAborted();
  const store = Store.read(database);
  const networks = networksBeside(store);
  const files = new StudyFiles(besideOf(base, database), onWarning, networks, plugins);
  try {
    const { document, inputs } = store.edition(pointOf(store, id).edition);
    const used = usedPlugins(inputs, plugins, database);
    const experimentOf = (byPath: { readonly [path: string]: Json }) => patchExperiment({ document, file: database }, byPath);
    const engine = localEngine(files, experimentOf({}), 1);
    const stop = (): void => void engine.close(true);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const inputsNow = [...buildInputs(), ...pluginInputs(used)];
      const source = { document, build: buildWith(used), inputs: inputsNow, inputsOf: files.inputsOf, experimentOf };
      const found = await readBeside(base, database, () =>
        reproduced(store, id, source, engine, (stored, now) => networks.isSame(stored, now)),
      );
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
