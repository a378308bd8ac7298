/**
 * The tools that check the sources, which have a package file of their own beside this one: Biome and TypeScript's
 * native compiler. Installs them if they are missing.
 *
 *   node scripts/lint/tool.mjs biome check .
 *   node scripts/lint/tool.mjs tsc --noEmit
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const programs = {
  biome: join(folder, "node_modules", "@biomejs", "biome", "bin", "biome"),
  tsc: join(folder, "node_modules", "typescript", "bin", "tsc"),
};

/** Path of a tool's program, to be run by Node. */
export function toolProgram(name) {
  const program = programs[name];
  if (!existsSync(program)) {
    process.stdout.write("snn-dse: installing Biome and TypeScript in scripts/lint (127 MB)\n");
    execFileSync("npm", ["ci", "--silent", "--prefix", folder], { stdio: "inherit" });
  }
  return program;
}

// the path that was typed may lead through symbolic links, the module's does not
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [name, ...options] = process.argv.slice(2);
  if (Object.hasOwn(programs, name)) {
    const { status } = spawnSync(process.execPath, [toolProgram(name), ...options], { stdio: "inherit" });
    process.exitCode = status ?? 1;
  } else {
    process.stderr.write(`error: got the tool ${name}\n    node scripts/lint/tool.mjs ${Object.keys(programs).join("|")} ...\n`);
    process.exitCode = 2;
  }
}
