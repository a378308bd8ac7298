/**
 * Formats and lints the AssemblyScript kernels with Biome: `node scripts/lint/kernels.mjs [--write]`.
 *
 * Biome reports decorators of functions and constants (`@inline`, `@global`, `@external(..)`) as errors. Biome
 * therefore checks a copy of the kernels under `dist/` in which they are comments; its output is compared with the
 * kernels, or copied back with `--write`. Exit code 1 if a kernel is not formatted or a rule is broken.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { toolProgram } from "./tool.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folders = [
  "base/kernel",
  "sim/board/kernel",
  "sim/functional/kernels",
  "sim/noc/kernel",
  "sim/sanafe/kernel",
  "sweeps/samplers/kernel",
  "training",
];
const copies = join(root, "dist", "kernel-lint");
const writes = process.argv.includes("--write");

const kernels = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((path) => path.endsWith(".as.ts"))
    .map((path) => join(folder, path)),
);

rmSync(copies, { recursive: true, force: true });
for (const path of kernels) {
  const copy = join(copies, path);
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, readFileSync(join(root, path), "utf8").replace(/^( *)@(inline|global|external\([^)]*\))\s+/gm, "$1// @$2\n$1"));
}
/** Returns true if Biome reports nothing. */
function biome(...args) {
  const options = ["--colors=off", `--config-path=${join(root, "scripts", "lint", "kernels.json")}`, copies];
  const { status, stdout, stderr } = spawnSync(process.execPath, [toolProgram("biome"), ...args, ...options], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) process.stderr.write(`${stdout}${stderr}`.replaceAll(`${relative(root, copies)}/`, ""));
  return status === 0;
}

// Rules only report: a change that is harmless in TypeScript may change a kernel.
const isClean = biome("lint", "--error-on-warnings");
const isWhole = biome("check", "--write", "--linter-enabled=false");
let failed = !isClean || !isWhole;
for (const path of kernels) {
  const text = readFileSync(join(copies, path), "utf8").replace(/^( *)\/\/ @(?=(?:inline|global|external\(.*\))$)/gm, "$1@");
  if (text === readFileSync(join(root, path), "utf8")) continue;
  if (writes) writeFileSync(join(root, path), text);
  else {
    failed = true;
    process.stderr.write(`${path}: is not formatted\n    run \`npm run format\`\n`);
  }
}
rmSync(copies, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
