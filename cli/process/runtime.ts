/** Checks the runtime: the version of Node, and native modules. */
import { type InputError, inputError } from "../../base/errors.js";

/** The same as `engines` of package.json; a test compares them. */
export const LEAST_NODE = "20.19";

/** Why this version of Node cannot be used; null if it can. */
export function nodeTooOld(version: string): string | null {
  const [major, minor] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return null;
  return `this is Node ${version}; snn-dse needs Node ${LEAST_NODE} or newer: install one (https://nodejs.org), then npm rebuild`;
}

/**
 * A known risk of this version of Node; null: none. Node 24.19 checks objects of native modules that better-sqlite3
 * releases too late.
 */
export function nodeRisk(version: string): string | null {
  const [major, minor] = version.split(".").map(Number);
  if (major !== 24 || minor < 19) return null;
  return `Node ${version} can end the process while better-sqlite3 frees a statement; take Node 24.18 or 22 and type npm rebuild`;
}

/** The error with what to type if a native module does not load; null for other errors. */
export function nativeModuleProblem(error: Error): InputError | null {
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
