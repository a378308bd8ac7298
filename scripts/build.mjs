/**
 * Builds the program and the library: stale kernels (kernels.mjs) to `dist/kernels/*.wasm`, TypeScript to `dist/*.js`,
 * the parts of TensorFlow.js for training to `dist/tensorflow`, the report's browser libraries to `dist/vega`, and the
 * sources' revision, nulls without a repository or without git, to `dist/revision.json`.
 * Idempotent; writes only `dist/`, and removes unused programs of the compiler. It prints one line per phase, which
 * `npm ci` shows.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle, bundledPackages, bundleOne, bundleTensorflow, bundleThread } from "./bundle.mjs";
import { buildStaleKernels } from "./kernels.mjs";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));

const BROWSER_BUILDS = ["vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js", "vega-interpreter/build/vega-interpreter.js"];

const startMs = Date.now();
const say = (text) => process.stdout.write(`snn-dse: ${text}\n`);

say("compiling kernels to WebAssembly (AssemblyScript)");
await buildStaleKernels();

// The compiler needs only Binaryen's library; 81 MB of programs beside it are removed.
rmSync(join("node_modules", "binaryen", "bin"), { recursive: true, force: true });

/** Of the sources as they are before they are read. */
async function revision() {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-build-"));
  try {
    const file = join(folder, "git-revision.mjs");
    await bundleOne("base/git-revision.ts", file);
    return (await import(pathToFileURL(file))).checkoutRevision(process.cwd());
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const built = await revision();
const revisionFile = join("dist", "revision.json");
rmSync(revisionFile, { force: true }); // a build that does not end has none

say("bundling program and library (Rolldown)");
const written = new Set(await bundle("dist"));
chmodSync(join("dist", "main.js"), 0o755);
await bundleThread("dist");
await bundleTensorflow(join("dist", "tensorflow"));

mkdirSync(join("dist", "vega"), { recursive: true });
for (const file of BROWSER_BUILDS) copyFileSync(join("node_modules", file), join("dist", "vega", basename(file)));
const licences = [...bundledPackages, ...BROWSER_BUILDS.map((file) => file.split("/")[0])].map(
  (name) => `${name}\n\n${readFileSync(join("node_modules", name, "LICENSE"), "utf8")}`,
);
licences.push(
  "@tensorflow/tfjs-core, @tensorflow/tfjs-backend-cpu, @tensorflow/tfjs-backend-wasm\n\nCopyright Google LLC. Apache License 2.0, as LICENSE of this package.\n",
);
writeFileSync(join("dist", "LICENCES-OF-BUNDLED-PACKAGES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
writeFileSync(revisionFile, `${JSON.stringify(built)}\n`);
// chunks of an earlier build are removed last, so that a running program keeps its files until the new ones are there
for (const name of readdirSync("dist")) if (name.endsWith(".js") && !written.has(name)) rmSync(join("dist", name));
say(`built in ${((Date.now() - startMs) / 1000).toFixed(1)} s: node dist/main.js --help`);
