/**
 * For the build: what is always read together lies in one file. esbuild makes a file per set of entries that share a module, so that the small modules
 * that all commands need lay in many; each file, and each import between two files, costs a start a fraction of a millisecond. Here whoever needs a
 * group of modules shares all of it.
 */
import { resolve } from "node:path";
import { build } from "esbuild";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];
const NAMESPACE = "together";

/** The files that `entries` import, themselves included. */
async function closureOf(entries: readonly string[], root: string): Promise<ReadonlySet<string>> {
  const options = {
    bundle: true,
    write: false,
    metafile: true,
    outdir: root,
    platform: "node",
    packages: "external",
    logLevel: "error",
  } as const;
  const { metafile } = await build({ ...options, absWorkingDir: root, entryPoints: [...entries] });
  return new Set(Object.keys(metafile.inputs).map((file) => resolve(root, file)));
}

/** Files that are read together. */
interface Group {
  /** They and all that they import. */
  readonly entries: readonly string[];
  /** Whether a source file needs the group, by its text. */
  readonly isNeededBy: (text: string) => boolean;
}

export interface Groups {
  readonly plugin: Plugin;
  /** The text of a source file with the imports that make it share its groups. */
  sharing(path: string, text: string): string;
}

/** `groups`: of files below `root`; a file of one may need those before it. */
export async function together(root: string, groups: readonly Group[]): Promise<Groups> {
  const members = await Promise.all(groups.map(({ entries }) => closureOf(entries, root)));
  const plugin: Plugin = {
    name: NAMESPACE,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${NAMESPACE}:`) }, ({ path }) => ({ path, namespace: NAMESPACE, sideEffects: true }));
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
        contents: [...members[Number(path.split(":")[1])]].map((file) => `import ${JSON.stringify(file)};`).join("\n"),
        resolveDir: root,
      }));
      // esbuild drops the bare import of a module without effects
      onResolve({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ path, sideEffects: true }));
    },
  };
  const sharing = (path: string, text: string): string => {
    const own = members.findIndex((files) => files.has(path));
    const needed = groups.flatMap(({ isNeededBy }, k) =>
      (own === -1 || k < own) && isNeededBy(text) ? [`import "${NAMESPACE}:${k}";`] : [],
    );
    return [text, ...needed, ""].join("\n");
  };
  return { plugin, sharing };
}
