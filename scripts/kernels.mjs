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

/**
 * Kernels of board and network are inlined once more, beyond the compiler's limits: chips take 0.91 to 0.95
 * times the processor time (docs/scale.md). Sizes are those of Binaryen's inliner.
 */
const inlinedRooms = ["noc", "board"].map((room) => join("sim", room));
const inlining = { always: 60, oneCaller: 10_000, flexible: 200, rounds: 2 };
const features = ["SIMD128", "BulkMemory", "BulkMemoryOpt", "MutableGlobals", "SignExt", "NontrappingFPToInt"];

async function inlined(bytes) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features.reduce((all, name) => all | binaryen.Features[name], 0));
  binaryen.setOptimizeLevel(4);
  binaryen.setShrinkLevel(0);
  binaryen.setDebugInfo(true);
  binaryen.setAlwaysInlineMaxSize(inlining.always);
  binaryen.setOneCallerInlineMaxSize(inlining.oneCaller);
  binaryen.setFlexibleInlineMaxSize(inlining.flexible);
  binaryen.setAllowInliningFunctionsWithLoops(true);
  for (let round = 0; round < inlining.rounds; round++) module.optimize();
  if (!module.validate()) throw new Error("a kernel is not valid after inlining");
  const code = module.emitBinary();
  module.dispose();
  return code;
}

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

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}

/** Kernels with the hash of everything from which they are compiled. */
function kernels() {
  const [version, optimiser] = ["assemblyscript", "binaryen"].map(versionOf);
  return ["sim", "sweeps", "training"]
    .flatMap((room) => sourcesBelow(join(root, room)))
    .filter((path) => !path.endsWith(".part.as.ts"))
    .map((source) => {
      const isInlined = inlinedRooms.some((room) => relative(root, source).startsWith(room));
      const hash = createHash("sha256").update(JSON.stringify([version, flags, ...(isInlined ? [optimiser, inlining, features] : [])]));
      for (const path of [...withImports(source)].sort()) hash.update(JSON.stringify([relative(root, path), readFileSync(path, "utf8")]));
      const target = join(folder, `${basename(source, ".as.ts")}.wasm`);
      return { source, isInlined, target, stamp: target.replace(/wasm$/, "sources"), hash: hash.digest("hex") };
    });
}

/** Compiles the kernels that are stale; returns their names. */
export async function buildStaleKernels() {
  mkdirSync(folder, { recursive: true });
  const stale = kernels().filter(({ target, stamp, hash }) => textOf(stamp) !== hash || textOf(target) === "");
  for (const { source, isInlined, target, stamp, hash } of stale) {
    const fresh = `${target}.${process.pid}`;
    execFileSync(process.execPath, [join(compiler, "bin", "asc.js"), relative(root, source), "-o", fresh, ...flags], {
      cwd: root,
      stdio: "inherit",
    });
    if (isInlined) writeFileSync(fresh, await inlined(readFileSync(fresh)));
    renameSync(fresh, target);
    writeFileSync(`${stamp}.${process.pid}`, hash);
    renameSync(`${stamp}.${process.pid}`, stamp);
  }
  return stale.map(({ target }) => basename(target, ".wasm"));
}

/** For vitest's `globalSetup`: no test runs a stale kernel. */
export async function setup() {
  const built = await buildStaleKernels();
  if (built.length > 0) process.stdout.write(`compiled stale kernels: ${built.join(", ")}\n`);
}
