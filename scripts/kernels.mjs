/**
 * Compiles the AssemblyScript kernels (`*.as.ts`, not their `*.part.as.ts`) to `dist/kernels/*.wasm`.
 *
 * A kernel is stale unless the hash beside it (`*.sources`) is that of its sources, the compiler's version and its
 * flags. The hash covers contents, so that a checkout of older sources, or a `dist` copied from elsewhere, never counts
 * as fresh.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const compiler = join(root, "node_modules", "assemblyscript");
const folder = join(root, "dist", "kernels");
// `--debug` keeps the names of functions for profiles, 7 to 11 KB per large kernel; the code is the same to the byte
const flags = ["-O3", "--debug", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory", "--importMemory"];

function sourcesBelow(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return sourcesBelow(inside);
    return entry.name.endsWith(".as.ts") ? [inside] : [];
  });
}

function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The file and everything that it imports, directly or not. */
function withImports(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name] of readFileSync(path, "utf8").matchAll(/ from "(\.[^"]+)"/g)) withImports(`${join(dirname(path), name)}.ts`, seen);
  return seen;
}

/** Kernels with the hash of everything from which they are compiled. */
function kernels() {
  const version = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8")).version;
  return ["sim", "sweeps", "training"]
    .flatMap((room) => sourcesBelow(join(root, room)))
    .filter((path) => !path.endsWith(".part.as.ts"))
    .map((source) => {
      const hash = createHash("sha256").update(JSON.stringify([version, flags]));
      for (const path of [...withImports(source)].sort()) hash.update(JSON.stringify([relative(root, path), readFileSync(path, "utf8")]));
      const target = join(folder, `${basename(source, ".as.ts")}.wasm`);
      return { source, target, stamp: target.replace(/wasm$/, "sources"), hash: hash.digest("hex") };
    });
}

/** Compiles the kernels that are stale; returns their names. */
export function buildStaleKernels() {
  mkdirSync(folder, { recursive: true });
  const stale = kernels().filter(({ target, stamp, hash }) => textOf(stamp) !== hash || textOf(target) === "");
  for (const { source, target, stamp, hash } of stale) {
    const fresh = `${target}.${process.pid}`;
    execFileSync(process.execPath, [join(compiler, "bin", "asc.js"), relative(root, source), "-o", fresh, ...flags], {
      cwd: root,
      stdio: "inherit",
    });
    renameSync(fresh, target);
    writeFileSync(`${stamp}.${process.pid}`, hash);
    renameSync(`${stamp}.${process.pid}`, stamp);
  }
  return stale.map(({ target }) => basename(target, ".wasm"));
}

/** For vitest's `globalSetup`: no test runs a stale kernel. */
export function setup() {
  const built = buildStaleKernels();
  if (built.length > 0) process.stdout.write(`compiled stale kernels: ${built.join(", ")}\n`);
}
