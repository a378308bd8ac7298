/**
 * Kills studies in processes of their own again and again, and starts second writers: no result is lost or computed
 * twice, no study is blocked, and each ends with the content of an undisturbed one. Prints the counts. npx tsx
 * scripts/kill-study.ts [kills] [writers] [seed]
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { createRng } from "../base/rng.js";
import { Store } from "../sweeps/index.js";
import { contentOf, FakeEngine, fakeStudy, specOf } from "../test/sweeps/fake-study.js";
import { bundleOne } from "./bundle.mjs";

const [KILLS, WRITERS, SEED] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 50), Number(process.argv[4] ?? 1)];
const BUDGET = 150;
const code = mkdtempSync(join(packageRoot(), "node_modules", ".kill-study-"));
const data = realpathSync(mkdtempSync(join(tmpdir(), "kill-study-")));
await bundleOne(join(packageRoot(), "test/faults/sweep-child.ts"), join(code, "sweep-child.mjs"));
const rng = createRng(SEED, "kill study");

class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  lines = 0;
  errors = "";

  constructor(file: string, sampler: string) {
    this.process = spawn(process.execPath, [join(code, "sweep-child.mjs"), file, sampler, "3", String(BUDGET)]);
    this.process.stdout?.on("data", (chunk: Buffer) => {
      this.lines += chunk.toString().split("\n").length - 1;
    });
    this.process.stderr?.on("data", (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.ended = new Promise((resolve) => this.process.on("exit", resolve));
  }

  /** Waits until the process has reported `lines` points, or has ended. */
  async told(lines: number): Promise<void> {
    while (this.lines < lines && this.process.exitCode === null && this.process.signalCode === null)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Result and time of every ended point, by key. */
function marks(file: string): Map<string, string> {
  const store = Store.open(file); // after a kill, this opening repairs the file
  const rows = store.query(
    "SELECT p.key, coalesce(r.digest, p.reason) || p.ended_at AS mark FROM point p LEFT JOIN result r ON r.point_id = p.id WHERE p.ended_at IS NOT NULL",
  );
  store.close();
  return new Map(rows.map((row) => [String(row.key), String(row.mark)]));
}

const counts = { kills: 0, studies: 0, lost: 0, wedged: 0, different: 0, refused: 0, let: 0 };
const specs = ["grid", "nsga2"].map(
  (name) => [name, specOf({}, { name, budget: BUDGET, options: name === "nsga2" ? { population: 16 } : {} })] as const,
);
const undisturbed = new Map<string, string>();
for (const [name, spec] of specs) {
  const file = join(data, `${name}.db`);
  await fakeStudy(spec, file, new FakeEngine()).run();
  undisturbed.set(name, contentOf(file));
}

async function finish(file: string, sampler: string): Promise<void> {
  counts.studies++;
  const child = new Child(file, sampler);
  if ((await child.ended) !== 0) {
    counts.wedged++;
    console.log(`wedged: ${file}: ${child.errors}`);
  } else if (contentOf(file) !== undisturbed.get(sampler)) {
    counts.different++;
    console.log(`another content: ${file}`);
  }
}

while (counts.kills < KILLS) {
  const sampler = specs[counts.studies % 2]?.[0];
  const file = join(data, `killed-${counts.studies}.db`);
  let before = new Map<string, string>();
  for (let i = 0; i < 20 && counts.kills < KILLS; i++) {
    const child = new Child(file, sampler);
    await child.told(rng.float() < 0.2 ? 0 : before.size + rng.int(1, 8));
    await new Promise((resolve) => setTimeout(resolve, 400 * rng.float() * rng.float()));
    child.process.kill("SIGKILL");
    await child.ended;
    counts.kills++;
    const now = marks(file);
    for (const [key, mark] of before) if (now.get(key) !== mark) counts.lost++;
    before = now;
  }
  await finish(file, sampler);
}

/** Tricks with the file's name or its lock; each returns the name that the second writer uses. */
const TRICKS: readonly (readonly [string, (file: string) => string])[] = [
  ["the same name", (file) => file],
  ["a symbolic link", (file) => named(file, "link", symlinkSync)],
  ["a hard link", (file) => named(file, "hard", linkSync)],
  ["a removed lock", (file) => unlocked(file)],
  ["a new name", (file) => named(file, "moved", renameSync)],
  ["a mounted folder", (file) => mounted(join(file, ".."), `${file}.folder`, (at) => mkdirSync(at), "x.db")],
  ["a mounted file", (file) => mounted(file, `${file}.mount`, (at) => writeFileSync(at, ""), "")],
];
const mounts: string[] = [];
function named(file: string, end: string, name: (from: string, to: string) => void): string {
  name(file, `${file}.${end}`);
  return `${file}.${end}`;
}
function unlocked(file: string): string {
  rmSync(`${file}.lock`, { force: true });
  return file;
}
function mounted(from: string, at: string, make: (at: string) => void, name: string): string {
  make(at);
  if (spawnSync("mount", ["--bind", from, at]).status !== 0) return from;
  mounts.push(at);
  return join(at, name);
}

const tricks = new Map<string, number>();
for (let i = 0; i < WRITERS; i++) {
  const [trick, play] = TRICKS[i % TRICKS.length];
  const sampler = specs[i % 2]?.[0];
  mkdirSync(join(data, `two-${i}`));
  let file = join(data, `two-${i}`, "x.db");
  const first = new Child(file, sampler);
  await first.told(rng.int(1, 60));
  first.process.kill("SIGSTOP"); // so that it cannot end in the meantime
  const second = new Child(play(file), sampler);
  if ((await second.ended) === 0) counts.let++;
  else counts.refused++;
  first.process.kill("SIGCONT");
  await first.ended;
  for (const at of mounts.splice(0)) spawnSync("umount", ["-l", at]);
  rmSync(`${file}.hard`, { force: true });
  if (trick === "a new name") file = `${file}.moved`;
  tricks.set(trick, (tricks.get(trick) ?? 0) + 1);
  await finish(file, sampler);
}
for (const folder of [code, data]) rmSync(folder, { recursive: true });
console.log(`second writers by ${[...tricks].map(([name, n]) => `${name}: ${n}`).join(", ")}`);
console.log(
  `seed ${SEED}: ${counts.kills} kills, ${WRITERS} second writers (${counts.refused} refused, ${counts.let} let in), ${counts.studies} studies: ` +
    `${counts.lost} results lost, ${counts.wedged} wedged, ${counts.different} unlike the undisturbed run`,
);
process.exitCode = counts.lost + counts.wedged + counts.different + counts.let === 0 ? 0 : 1;
