/**
 * What computed a result: program version, source revision, Node, machine. Effects: reads package.json, runs git once
 * per process.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { once } from "../base/once.js";
import { packageRoot, packageVersion } from "../base/package-root.js";

export interface Provenance {
  readonly version: string;
  /** null if the program does not run from a repository. */
  readonly gitHash: string | null;
  readonly gitDirty: boolean | null;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  /** Digest of the program's arithmetic on this host: sessions with equal digests store the same bits. */
  readonly selfCheck: string;
}

function git(...parameters: readonly string[]): string | null {
  // Only the program's own repository counts, not one in which the package is installed.
  if (!existsSync(join(packageRoot(), ".git"))) return null;
  try {
    return execFileSync("git", ["-C", packageRoot(), ...parameters], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

/** The revision is that of the first call: the program in memory does not change with its repository. */
const revision = once((): Pick<Provenance, "gitHash" | "gitDirty"> => {
  const status = git("status", "--porcelain", "--untracked-files=no");
  return { gitHash: git("rev-parse", "HEAD"), gitDirty: status === null ? null : status !== "" };
});

export function provenanceNow(selfCheck: string): Provenance {
  return {
    version: packageVersion(),
    ...revision(),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    selfCheck,
  };
}

/** Short revision, with `*` for uncommitted changes; empty if unknown. */
export function revisionText({ gitHash, gitDirty }: Pick<Provenance, "gitHash" | "gitDirty">): string {
  return gitHash === null ? "" : `${gitHash.slice(0, 7)}${gitDirty === true ? "*" : ""}`;
}

type Runtime = Pick<Provenance, "node" | "v8" | "platform" | "selfCheck">;

/**
 * Sentences about how the runtimes of stored sessions differ from this one; empty if they do not differ, or are
 * unknown.
 */
export function runtimeDifferences(stored: readonly Partial<Runtime>[], here: Runtime): readonly string[] {
  const name = ({ node, v8, platform }: Partial<Runtime>): string =>
    `Node ${node ?? "unknown"} (V8 ${v8 ?? "unknown"}, ${platform ?? "unknown"})`;
  const others = stored.filter((one) => name(one) !== name(here) || one.selfCheck !== here.selfCheck);
  const lines = others.map((one) => {
    const verdict =
      one.selfCheck === undefined
        ? "it stored no self-check"
        : one.selfCheck === here.selfCheck
          ? "its arithmetic gives the same bits"
          : "its arithmetic gives other bits: another version of snn-dse, or a defect of a runtime";
    return `a session of the sweep ran on ${name(one)}, this is ${name(here)}; ${verdict}`;
  });
  return [...new Set(lines)];
}
