/**
 * Bundles the program and the library: `dist/main.js`, `dist/index.js`, the workers, and chunks that they share. Of a
 * module, a chunk holds only what is used, so an import by a room's index reads no more than an import of the file
 * itself.
 */
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

/**
 * Packages that are bundled: they are read at every start, and as one file without unused parts they cost a fraction of
 * the processor time.
 */
export const bundledPackages = JSON.parse(readFileSync("scripts/bundled.json", "utf8"));

/** Entries by name of the built file. */
const ENTRIES = {
  main: "cli/main.ts",
  index: "app/index.ts",
  "sweep-worker": "sweeps/engine/worker.ts",
  "training-worker": "training/parallel/worker.ts",
  "model-worker": "sweeps/models/model-worker.ts",
};

const isPackage = (id) => /^[a-z@]/.test(id);
/** True for bundled packages, and for the bundler's own helpers. */
const isBundled = (id) => [...bundledPackages, "@oxc-project/runtime"].some((name) => id === name || id.startsWith(`${name}/`));

const SOURCES = { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } };

/** Bundles one source file and its imports, except packages, for programs that tests kill. */
export async function bundleOne(source, file) {
  const build = await rolldown({
    input: source,
    platform: "node",
    external: (id) => id.startsWith("node:") || isPackage(id),
    resolve: SOURCES,
  });
  await build.write({ file, format: "esm", codeSplitting: false });
  await build.close();
}

/** Returns the names of the files that it wrote. */
export async function bundle(folder) {
  const build = await rolldown({
    input: ENTRIES,
    platform: "node",
    external: (id) => id.startsWith("node:") || (isPackage(id) && !isBundled(id)),
    resolve: {
      // the package's entry for Node is CommonJS, from which unused parts cannot be removed
      alias: { yaml: `${process.cwd()}/node_modules/yaml/browser/dist/index.js` },
      ...SOURCES,
    },
    transform: { target: "node20" },
    treeshake: { moduleSideEffects: (id) => Object.values(ENTRIES).some((file) => id.endsWith(`/${file}`)) },
  });
  const { output } = await build.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    // lines are kept, because an uncaught error prints the line that threw it
    comments: false,
    codeSplitting: {
      // modules that are always read together share a file: a file, and an import between two files, cost a fraction of
      // a millisecond at the start
      groups: [
        {
          name: "start",
          test: /[\\/](cli[\\/](process[\\/](exit|runtime)|output[\\/]print|options[\\/](help|encoding)|format[\\/]style)|base[\\/]package-root)\.ts$/,
          priority: 2,
        },
        { name: "description", test: /[\\/]arch[\\/](parse|area|cells[\\/]cell)\.ts$/, priority: 1 },
      ],
    },
  });
  await build.close();
  return output.map(({ fileName }) => fileName);
}

/** The file that Piscina loads in each thread: CommonJS, and without chunks (base/thread.ts says why). */
export async function bundleThread(folder) {
  const build = await rolldown({ input: "base/thread.ts", platform: "node" });
  await build.write({ file: join(folder, "thread.cjs"), format: "cjs", codeSplitting: false, comments: false });
  await build.close();
}

/**
 * The parts of TensorFlow.js that training uses (tensorflow-entry.mjs), 1 MB of 65, as one file beside the binaries of
 * its back end wasm. It is CommonJS, because the loaders of those binaries ask for their own path.
 */
export async function bundleTensorflow(folder) {
  const build = await rolldown({
    input: "scripts/tensorflow-entry.mjs",
    platform: "node",
    external: (id) => isBuiltin(id) || id === "node-fetch",
    resolve: { mainFields: ["module", "main"] },
  });
  await build.write({ file: join(folder, "tensorflow.cjs"), format: "cjs", codeSplitting: false, comments: false });
  await build.close();
  const binaries = "node_modules/@tensorflow/tfjs-backend-wasm/dist";
  for (const name of readdirSync(binaries).filter((file) => file.endsWith(".wasm"))) copyFileSync(join(binaries, name), join(folder, name));
}
