/** Builds the program: AssemblyScript kernels (`*.as.ts`, not their `*.part.as.ts`) to `dist/kernels/*.wasm`, TypeScript to `dist/*.js`. Idempotent; writes only `dist/`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

function kernelsBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return kernelsBelow(path);
    return entry.name.endsWith(".as.ts") ? [path] : [];
  });
}

function modifiedMs(path) {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

mkdirSync("dist/kernels", { recursive: true });
const asc = join("node_modules", "assemblyscript", "bin", "asc.js");
const sources = ["sim", "training"].flatMap(kernelsBelow);
// a part is compiled within the kernels that import it
for (const source of sources.filter((path) => !path.endsWith(".part.as.ts"))) {
  const target = join("dist/kernels", `${basename(source, ".as.ts")}.wasm`);
  // kernels import kernels of their own folder and of folders below: any change there rebuilds all of it
  const below = `${dirname(source)}/`;
  const newest = Math.max(...sources.filter((other) => other.startsWith(below)).map(modifiedMs));
  if (modifiedMs(target) > newest) continue;
  const fresh = `${target}.${process.pid}`;
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory", "--importMemory"];
  execFileSync(process.execPath, [asc, source, "-o", fresh, ...flags], { stdio: "inherit" });
  renameSync(fresh, target);
}

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
