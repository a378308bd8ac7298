/** Builds the program: stale kernels (kernels.mjs) to `dist/kernels/*.wasm`, TypeScript to `dist/*.js`. Idempotent; writes only `dist/`. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildStaleKernels } from "./kernels.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

function modifiedMs(path) {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

buildStaleKernels();

const startMs = Date.now() - 1000;
execFileSync(process.execPath, [join("node_modules", "tsup", "dist", "cli-default.js"), "--silent"], { stdio: "inherit" });
const licences = JSON.parse(readFileSync("scripts/bundled.json", "utf8")).map(
  (name) => `${name}\n\n${readFileSync(join("node_modules", name, "LICENSE"), "utf8")}`,
);
writeFileSync(join("dist", "LICENCES-OF-BUNDLED-PACKAGES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
// chunks of an earlier build, left to the end so that a running program keeps its files until the new ones are there
for (const name of readdirSync("dist")) {
  if (name.endsWith(".js") && modifiedMs(join("dist", name)) < startMs) rmSync(join("dist", name));
}
