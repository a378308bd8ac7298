/**
 * Bundles the program and the library: `dist/main.js`, `dist/index.js`, the workers, and chunks that they share. A
 * module is in a chunk only for what is used of it, so an import by a room's index reads no more than an import of the
 * file behind it.
 */
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

/**
 * Packages that lie in the built program: read at every start, in one file and without what is not used, they cost a
 * fraction of their processor time.
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
/** Packages, and the bundler's own helpers. */
const isBundled = (id) => [...bundledPackages, "@oxc-project/runtime"].some((name) => id === name || id.startsWith(`${name}/`));

const SOURCES = { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } };

/** One source file and what it imports, packages left out, as one file: for programs of tests that are killed. */
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
      // the package's own choice for Node is CommonJS, which cannot be cut down
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
    // lines stay: an error that a user does not catch prints the line that threw it
    comments: false,
    codeSplitting: {
      // what is always read together, in one file each: a file, and an import between two, costs a start a fraction of
      // a millisecond
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

/** What Piscina loads in each thread: CommonJS, and no chunk (base/thread.ts says why). */
export async function bundleThread(folder) {
  const build = await rolldown({ input: "base/thread.ts", platform: "node" });
  await build.write({ file: join(folder, "thread.cjs"), format: "cjs", codeSplitting: false, comments: false });
  await build.close();
}

/**
 * What training uses of TensorFlow.js (tensorflow-entry.mjs), 1 MB of 65, as one file beside the binaries of its back
 * end wasm. CommonJS: the loaders of those binaries ask where their file lies.
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
