/**
 * For the build: what every start of the program reads lies in one file. esbuild makes a file per set of entries that share a module, so the small
 * modules that all commands need lay in nine files, and each file read costs about half a millisecond per start. Here every entry shares them all.
 */
import { resolve } from "node:path";
import { build } from "esbuild";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];
const NAME = "one-start";

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

export interface OneStart {
  readonly plugin: Plugin;
  /** The text of a source file with the import that makes it share the start. */
  sharing(path: string, text: string): string;
}

/** `entries`: the files below `root` that every start reads. */
export async function oneStart(root: string, entries: readonly string[]): Promise<OneStart> {
  const shared = await closureOf(entries, root);
  const plugin: Plugin = {
    name: NAME,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${NAME}$`) }, () => ({ path: NAME, namespace: NAME, sideEffects: true }));
      onLoad({ filter: /.*/, namespace: NAME }, () => ({
        contents: [...shared].map((file) => `import ${JSON.stringify(file)};`).join("\n"),
        resolveDir: root,
      }));
      // esbuild drops the bare import of a module without effects
      onResolve({ filter: /.*/, namespace: NAME }, ({ path }) => ({ path, sideEffects: true }));
    },
  };
  return { plugin, sharing: (path, text) => (shared.has(path) ? text : `${text}\nimport "${NAME}";\n`) };
}
