/**
 * Runs the main job and the arithmetic's self-check under several versions of Node and compares every stored digest.
 * Each version comes from the npm package `node`; native modules are built with its own headers in a copy of
 * `node_modules` (all other packages are links).
 *
 *   npx tsx scripts/node-versions.ts 20 22 24.18.1 > docs/logs/node-versions.txt
 *
 * `--keep FOLDER` keeps its installations and builds for the next run. Effects: installs into that folder, or into a
 * temporary one; prints; exit code 1 if a digest differs.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { packageRoot } from "../base/package-root.js";

const root = packageRoot();
const { values, positionals: versions } = parseArgs({ options: { keep: { type: "string" } }, allowPositionals: true });
const NATIVE = "better-sqlite3";
const RESULTS = "SELECT p.key AS key, r.digest AS digest FROM point p JOIN result r ON r.point_id = p.id ORDER BY p.key";

interface Run {
  readonly node: string;
  readonly v8: string;
  readonly selfCheck: string;
  readonly digests: ReadonlyMap<string, string>;
}

function run(program: string, parameters: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(program, parameters, { cwd, encoding: "utf8", env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** Installs one version of Node; returns its folder, which has `bin/node` and its headers in `include`. */
function installNode(version: string, folder: string): string {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    run("npm", ["install", "--no-audit", "--no-fund", "--silent", `node@${version}`], folder);
  }
  const package_ = `node-${process.platform}-${process.arch}`;
  const places = [join(folder, "node_modules", "node", "node_modules", package_), join(folder, "node_modules", package_)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`npm installed no ${package_}`);
  return found;
}

/** The built program with native modules for the given Node, which are built once. */
function copyProgram(node: string, folder: string): void {
  const modules = join(folder, "node_modules");
  if (!existsSync(join(modules, NATIVE, "build/Release/better_sqlite3.node"))) {
    mkdirSync(modules, { recursive: true });
    for (const name of readdirSync(join(root, "node_modules")).filter((entry) => entry !== NATIVE && !entry.startsWith(".")))
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    cpSync(join(root, "node_modules", NATIVE), join(modules, NATIVE), { recursive: true, filter: (path) => !path.endsWith("/build") });
    const npm = run("npm", ["root", "--global"], root).trim();
    const gyp = join(npm, "npm", "node_modules", "node-gyp", "bin", "node-gyp.js");
    // the environment, which npm fills from its settings, counts more than the option
    run(join(node, "bin", "node"), [gyp, "rebuild", "--release", `--nodedir=${node}`], join(modules, NATIVE), { npm_config_nodedir: node });
  }
  for (const part of ["dist", "arch", "training", "package.json"]) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
}

function runVersion(version: string, folder: string): Run {
  const home = installNode(version, join(folder, "node"));
  copyProgram(home, join(folder, "program"));
  const node = join(home, "bin", "node");
  const main = join(folder, "program", "dist", "main.js");
  const doctor = JSON.parse(run(node, [main, "doctor", "--json"], folder)) as {
    readonly findings: readonly { part: string; detail: string }[];
  };
  const arithmetic = doctor.findings.find(({ part }) => part === "arithmetic")?.detail ?? "";
  const selfCheck = /self-check (\w+)/.exec(arithmetic)?.[1] ?? "none";
  rmSync(join(folder, "edge.db"), { force: true });
  run(node, [main, "sweep", join(folder, "program", "arch/examples/edge.yaml"), "--db", "edge.db", "--workers", "1", "--no-tui"], folder);
  const db = new Database(join(folder, "edge.db"), { readonly: true });
  const rows = db.prepare(RESULTS).all() as { readonly key: string; readonly digest: string }[];
  db.close();
  const [name, v8] = run(node, ["-p", "process.version + ' ' + process.versions.v8"], folder).trim().split(" ");
  return { node: name, v8, selfCheck, digests: new Map(rows.map(({ key, digest }) => [key, digest])) };
}

const folder = values.keep ?? mkdtempSync(join(tmpdir(), "node-versions-"));
let differ = 0;
try {
  console.log(`$ npx tsx scripts/node-versions.ts ${versions.join(" ")}`);
  let first: Run | null = null;
  for (const version of versions) {
    const now = runVersion(version, join(folder, version));
    first ??= now;
    const { digests } = first;
    const keys = new Set([...digests.keys(), ...now.digests.keys()]);
    const others = [...keys].filter((key) => digests.get(key) !== now.digests.get(key)).length;
    if (others > 0 || now.selfCheck !== first.selfCheck) differ++;
    console.log(
      `Node ${now.node}, V8 ${now.v8}: self-check ${now.selfCheck}; sweep of edge.yaml: ${now.digests.size} results, ${others} of them other than those of Node ${first.node}`,
    );
  }
  console.log(differ === 0 ? "all versions give the same bits" : `${differ} versions differ`);
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}
process.exitCode = differ === 0 && versions.length > 1 ? 0 : 1;
