/**
 * The program that computes results, identified by its content: code, kernels, component tables. Effects: reads the
 * package's files, once per process, and looks whether they have changed.
 */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { hashJson, sha256 } from "../../base/hash.js";
import { once } from "../../base/once.js";
import { packageRoot } from "../../base/package-root.js";
import type { PluginFile } from "../../base/plugin-file.js";
import { type Change, changedBuild, type Input, PROGRAM } from "../inputs.js";
import { KnownFiles } from "./known-files.js";

const files = new KnownFiles();

/** Files of the built program, and each component table. */
export const buildInputs = once((): readonly Input[] => {
  const root = packageRoot();
  const program = createHash("sha256");
  for (const file of filesBelow(join(root, "dist"), /\.(js|wasm)$/))
    program.update(relative(root, file)).update("\0").update(files.read(file)).update("\0");
  const tables = filesBelow(join(root, "arch", "components"), /\.csv$/).map(
    (file): Input => ({ kind: "table", name: relative(root, file), sha256: sha256(files.read(file)) }),
  );
  return [{ kind: "program", name: PROGRAM, sha256: program.digest("hex") }, ...tables];
});

/** How this program and its tables differ from those that computed results of these inputs. */
export const otherBuild = (inputs: readonly Input[]): readonly Change[] => changedBuild(inputs, buildInputs());

/** One digest of these inputs: the part of a point's key that says which program computed it. */
export const buildDigest = once((): string => hashJson(buildInputs()));

/** Called when a thread starts: it reads the program as it is then. */
export const programIsRead = (): void => files.threadStarts();

/**
 * Why results of this process are none of the program by which it names them: a file of the program has changed since
 * it was read. Null: none has.
 */
export async function programChange(): Promise<string | null> {
  buildInputs();
  const file = await files.changed();
  if (file === null) return null;
  return `${relative(packageRoot(), file)} of the program has changed since this process read it: its results would be of two builds`;
}

/** Why a task failed for which this process lacked a file of the program. Null: all files are there. */
export function programGap(): string | null {
  buildInputs();
  const file = files.missing();
  return file === null ? null : `${relative(packageRoot(), file)} of the program is missing: build or install it again`;
}

/** The digest of this program together with plug-ins of these contents. */
export function buildWith(plugins: readonly Pick<PluginFile, "sha256">[], build = buildDigest()): string {
  const sums = [...new Set(plugins.map(({ sha256: sum }) => sum))].sort();
  return sums.length === 0 ? build : hashJson({ build, plugins: sums });
}

/**
 * Plug-ins as inputs of a study: named by the file's own name, not by its folder. If several have the same name, later
 * ones are numbered, because inputs are compared by name.
 */
export function pluginInputs(plugins: readonly PluginFile[]): readonly Input[] {
  const names = plugins.map(({ path }) => basename(path));
  return plugins.map(({ sha256: sum }, i): Input => {
    const before = names.slice(0, i).filter((name) => name === names[i]).length;
    return { kind: "plugin", name: before === 0 ? names[i] : `${names[i]} (${before + 1})`, sha256: sum };
  });
}

function filesBelow(folder: string, wanted: RegExp): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => wanted.test(name))
    .sort()
    .map((name) => join(folder, name));
}
