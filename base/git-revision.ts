/** The source revision of a checkout. Effects: runs git. Also bundled for the build (`scripts/build.mjs`). */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Revision {
  /** null if it is not known. */
  readonly gitHash: string | null;
  /** True if the sources have changes that this revision does not hold. */
  readonly gitDirty: boolean | null;
}

/** Null without git, and for a folder that is no repository of its own, such as a package in a user's repository. */
function git(root: string, ...parameters: readonly string[]): string | null {
  if (!existsSync(join(root, ".git"))) return null;
  try {
    return execFileSync("git", ["-C", root, ...parameters], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

/** The checked-out revision. */
export function checkoutRevision(root: string): Revision {
  const status = git(root, "status", "--porcelain", "--untracked-files=no");
  return { gitHash: git(root, "rev-parse", "HEAD"), gitDirty: status === null ? null : status !== "" };
}

/** True if files of these paths are known to differ from those of the revision. */
export function differsFrom(root: string, gitHash: string, paths: readonly string[]): boolean {
  const changed = git(root, "diff", "--name-only", gitHash, "--", ...paths);
  return changed !== null && changed !== "";
}
