/** The source revision that results name: the built program's own, whatever is checked out meanwhile. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { revisionOf } from "../../app/provenance.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-revision-"));
afterAll(() => rmSync(folder, { recursive: true }));

const IDENTITY = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
/** A package whose `dist` says that it was built of the revision. */
function packageIn(name: string) {
  const root = join(folder, name);
  const dist = join(root, "dist");
  for (const each of ["sim", "arch/components", "dist"]) mkdirSync(join(root, each), { recursive: true });
  const git = (...parameters: string[]): string =>
    execFileSync("git", ["-C", root, ...IDENTITY, ...parameters], { encoding: "utf8" }).trim();
  const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
  const commit = (file: string, text: string): string => {
    write(file, text);
    git("add", "sim", "arch");
    git("commit", "--quiet", "-m", "change");
    return git("rev-parse", "HEAD");
  };
  const built = (gitHash: string | null, gitDirty: boolean | null): void =>
    write("dist/revision.json", `${JSON.stringify({ gitHash, gitDirty })}\n`);
  return { root, dist, git, write, commit, built };
}

test("a built program names the revision of its build after a commit, and changes of tables that it reads unbuilt; sources name HEAD", () => {
  const { root, dist, git, write, commit, built } = packageIn("checkout");
  git("init", "--quiet");
  commit("arch/components/prices.csv", "1");
  const first = commit("sim/a.ts", "1");
  built(first, false);
  const ofSources = () => revisionOf(root, join(root, "app"));
  expect([revisionOf(root, dist), ofSources()]).toEqual(Array(2).fill({ gitHash: first, gitDirty: false }));
  const second = commit("sim/a.ts", "2");
  expect(revisionOf(root, dist)).toEqual({ gitHash: first, gitDirty: false });
  expect(ofSources()).toEqual({ gitHash: second, gitDirty: false });
  write("sim/a.ts", "3");
  expect(revisionOf(root, dist)).toEqual({ gitHash: first, gitDirty: false });
  expect(ofSources()).toEqual({ gitHash: second, gitDirty: true });
  commit("arch/components/prices.csv", "2");
  expect(revisionOf(root, dist)).toEqual({ gitHash: first, gitDirty: true });
  built(second, true);
  expect(revisionOf(root, dist)).toEqual({ gitHash: second, gitDirty: true });
  // a history that lacks the revision says nothing of files
  built("0".repeat(40), false);
  expect(revisionOf(root, dist)).toEqual({ gitHash: "0".repeat(40), gitDirty: false });
});

test("without a repository of its own the package has its build's revision, or none, and never that of a user's repository around it", () => {
  const unknown = { gitHash: null, gitDirty: null };
  const user = packageIn("user");
  user.git("init", "--quiet");
  user.commit("sim/a.ts", "1");
  const { root, dist, built, write } = packageIn("user/node_modules/snn-dse");
  expect([revisionOf(root, dist), revisionOf(root, join(root, "app"))]).toEqual([unknown, unknown]);
  built("a".repeat(40), false);
  expect(revisionOf(root, dist)).toEqual({ gitHash: "a".repeat(40), gitDirty: false });
  // git that fails, as where it is not installed
  write(".git", "gitdir: nowhere\n");
  expect(revisionOf(root, dist)).toEqual({ gitHash: "a".repeat(40), gitDirty: false });
  expect(revisionOf(root, join(root, "app"))).toEqual(unknown);
});
