/**
 * What computed a result: program version, source revision, Node, machine. Effects: reads package.json and the
 * build's revision, runs git once per process.
 */
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkoutRevision, differsFrom, type Revision } from "../base/git-revision.js";
import { once } from "../base/once.js";
import { packageRoot, packageVersion } from "../base/package-root.js";

export interface Provenance extends Revision {
  readonly version: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  /** Digest of the program's arithmetic on this host: sessions with equal digests store the same bits. */
  readonly selfCheck: string;
}

/** What the program reads beside the built files. */
const BESIDE = ["arch", "training", "rtl", "test/conformance", ":(exclude)*.ts"];

/**
 * The revision of the program in `folder`, which is that of the package in `root`. A built program has the revision
 * that the build found: the checkout may have moved on since. Its changes then count only in files that are not built.
 */
export function revisionOf(root: string, folder: string): Revision {
  if (folder !== join(root, "dist")) return checkoutRevision(root);
  const file = join(folder, "revision.json");
  if (!existsSync(file)) return { gitHash: null, gitDirty: null };
  const { gitHash, gitDirty } = JSON.parse(readFileSync(file, "utf8")) as Revision;
  return { gitHash, gitDirty: gitHash !== null && differsFrom(root, gitHash, BESIDE) ? true : gitDirty };
}

/** The revision is that of the first call: the program in memory does not change with its files. */
const revision = once((): Revision => revisionOf(packageRoot(), dirname(fileURLToPath(import.meta.url))));

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
export function revisionText({ gitHash, gitDirty }: Revision): string {
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
