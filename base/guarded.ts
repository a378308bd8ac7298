/** Wraps what a plug-in provides, so that errors in it name the plug-in. */
import { InfeasibleError, InputError, InterruptedError, PluginFault } from "./errors.js";
import type { PluginFile } from "./plugin-file.js";

/** The same object; its functions throw `PluginFault` that names the plug-in and `what`, e.g. `sampler spiral`. */
export function guarded<Entry extends object>(by: PluginFile, what: string, entry: Entry): Entry {
  return new Proxy(entry, {
    get(target, key) {
      const value: unknown = attempted(by, `${what}: ${String(key)}`, () => Reflect.get(target, key, target));
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]) => attempted(by, `${what}: ${String(key)}`, () => value.apply(target, parameters));
    },
  });
}

/** The error for a value that a plug-in returned and may not return. */
export function refused(by: PluginFile, what: string, message: string, fix = ""): PluginFault {
  return new PluginFault([{ file: by.name, line: null, column: null, path: "", message: `its ${what} ${message}`, fix }]);
}

/** What `work` returns; its errors name the plug-in and `what`. */
function attempted(by: PluginFile, what: string, work: () => unknown): unknown {
  const named = (error: unknown): never => {
    if (error instanceof InputError || error instanceof InfeasibleError || error instanceof InterruptedError) throw error;
    throw refused(by, what, `fails: ${error instanceof Error ? error.message : error}`);
  };
  try {
    const value = work();
    return value instanceof Promise ? value.catch(named) : value;
  } catch (error) {
    return named(error);
  }
}
