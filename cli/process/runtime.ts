/** Checks the version of Node. */

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
