/** Builds the program: AssemblyScript kernels (`*.as.ts`) to `dist/kernels/*.wasm`, TypeScript to `dist/*.js`. Idempotent; writes only `dist/`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
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
for (const source of ["sim", "training"].flatMap(kernelsBelow)) {
  const target = join("dist/kernels", `${basename(source, ".as.ts")}.wasm`);
  if (modifiedMs(target) > modifiedMs(source)) continue;
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory", "--importMemory"];
  execFileSync(process.execPath, [asc, source, "-o", `${target}.new`, ...flags], { stdio: "inherit" });
  renameSync(`${target}.new`, target);
}

execFileSync(process.execPath, [join("node_modules", "tsup", "dist", "cli-default.js"), "--silent"], { stdio: "inherit" });
