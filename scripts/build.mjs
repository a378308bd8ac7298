/** Builds the program and the library: stale kernels (kernels.mjs) to `dist/kernels/*.wasm`, TypeScript to `dist/*.js`. Idempotent; writes only `dist/`. */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, bundledPackages } from "./bundle.mjs";
import { buildStaleKernels } from "./kernels.mjs";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));

buildStaleKernels();

const written = new Set(await bundle("dist"));
chmodSync(join("dist", "main.js"), 0o755);
const licences = bundledPackages.map((name) => `${name}\n\n${readFileSync(join("node_modules", name, "LICENSE"), "utf8")}`);
writeFileSync(join("dist", "LICENCES-OF-BUNDLED-PACKAGES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
// chunks of an earlier build, left to the end so that a running program keeps its files until the new ones are there
for (const name of readdirSync("dist")) if (name.endsWith(".js") && !written.has(name)) rmSync(join("dist", name));
