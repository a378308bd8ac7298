/**
 * Runs Biome, which has a package file of its own beside this one: `node scripts/lint/biome.mjs check .` Installs it if
 * it is missing.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const program = join(folder, "node_modules", "@biomejs", "biome", "bin", "biome");

/** Path of Biome's program, to be run by Node. */
export function biomeProgram() {
  if (!existsSync(program)) {
    process.stdout.write("snn-dse: installing Biome in scripts/lint (97 MB)\n");
    execFileSync("npm", ["ci", "--silent", "--prefix", folder], { stdio: "inherit" });
  }
  return program;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { status } = spawnSync(process.execPath, [biomeProgram(), ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
