/** A native part that does not load: why, and what to type. Pure. */
import { type InputError, inputError } from "./errors.js";

/** The error with what to type if the native part of better-sqlite3 does not load; null for other errors. */
export function nativeModuleProblem(error: unknown): InputError | null {
  if (!(error instanceof Error)) return null;
  const [, built] = /NODE_MODULE_VERSION (\d+)/.exec(error.message) ?? [];
  const isMissing = error.message.startsWith("Could not locate the bindings file");
  const isBroken = "code" in error && error.code === "ERR_DLOPEN_FAILED";
  if (built === undefined && !isMissing && !isBroken) return null;
  const why =
    built !== undefined
      ? `was built for another version of Node (module version ${built}; this is Node ${process.version}, ${process.versions.modules})`
      : isMissing
        ? "was not built: npm ran without a compiler, or with --ignore-scripts"
        : `does not load (${error.message.split("\n")[0]?.slice(0, 200)})`;
  const fix = "type `npm rebuild better-sqlite3` where snn-dse is installed (add -g for a global one); `snn-dse doctor` says what works";
  return inputError("better-sqlite3", `its native part ${why}`, fix);
}
