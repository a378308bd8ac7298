/**
 * Kills sweeps that make their networks, again and again, at times drawn by seed: each study must end with the networks (their files, byte for byte)
 * and the database of one that nothing disturbed. Prints what was done.
 *
 *   npx tsx scripts/training-kills.ts FSDD_FOLDER [kills] [seed]
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../base/hash.js";
import { packageRoot } from "../base/package-root.js";
import { createRng } from "../base/rng.js";
import { modelsBeside, Store, testedPoints } from "../sweeps/index.js";
import { contentOf } from "../test/sweeps/fake-study.js";

const [data, most = "50", seedText = "1"] = process.argv.slice(2);
if (data === undefined) throw new Error("usage: tsx scripts/training-kills.ts FSDD_FOLDER [kills] [seed]");
const [KILLS, SEED] = [Number(most), Number(seedText)];
const folder = mkdtempSync(join(tmpdir(), "training-kills-"));
const description = join(folder, "kills.yaml");
writeFileSync(
  description,
  `version: 1
extends: edge-core
training:
  base: fsdd-phones-rec-v2
  width: { sweep: [8, 12] }
  epochs: 2
  chip_epochs: 1
workload: { dataset: fsdd-phones, path: ${data}, split: validation, samples: 60, timing_samples: 1 }
tile: { core: { lanes: { sweep: [1, 2] } } }
precision: { weight_bits: { sweep: [2, 4] } }
sweep:
  objectives: { accuracy_percent: max, energy_uj_per_inference: min }
  sampler: { name: grid }
`,
);

/** Runs the sweep; killed after so many milliseconds. True: it ended by itself. */
async function sweep(database: string, killAfterMs: number | null): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [join(packageRoot(), "dist", "main.js"), "sweep", description, "--db", database, "--workers", "2", "--no-tui"],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const timer = killAfterMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  if (timer !== null) clearTimeout(timer);
  if (code !== null && code !== 0) throw new Error(`the sweep ended with ${code}: ${errors}`);
  return code === 0;
}

/** Name and content of every network, and of all points. */
function endOf(database: string): { readonly networks: string; readonly points: string } {
  const models = modelsBeside(database);
  const names = readdirSync(models).sort();
  const left = names.filter((name) => name.endsWith(".checkpoint"));
  if (left.length > 0) throw new Error(`checkpoints are left: ${left.join(", ")}`);
  const whole = names.filter((name) => name.endsWith(".safetensors"));
  return { networks: whole.map((name) => `${name} ${sha256(readFileSync(join(models, name)))}`).join("\n"), points: pointsOf(database) };
}

/** All that is stored of points, and the front on the test set; when things happened, and in which order networks were made, may differ. */
function pointsOf(database: string): string {
  const { events: _when, ...content } = JSON.parse(contentOf(database)) as { readonly [table: string]: unknown };
  const store = Store.read(database);
  const tested = [...testedPoints(store).values()].sort((a, b) => a.id - b.id);
  store.close();
  return JSON.stringify({ ...content, tested });
}

mkdirSync(folder, { recursive: true });
const start = performance.now();
await sweep(join(folder, "plain.db"), null);
const plainMs = performance.now() - start;
const plain = endOf(join(folder, "plain.db"));
const rng = createRng(SEED, "training kills");
const counts = { kills: 0, studies: 0, networks: 0, points: 0 };
while (counts.kills < KILLS) {
  const database = join(folder, `study-${counts.studies++}.db`);
  // Late enough to get on, early enough to die often; the start of a process is a part of it.
  while (!(await sweep(database, counts.kills < KILLS ? plainMs * (0.1 + 0.5 * rng.float()) : null))) counts.kills++;
  const end = endOf(database);
  if (end.networks !== plain.networks) counts.networks++;
  if (end.points !== plain.points) counts.points++;
}
const networks = plain.networks.split("\n").length;
console.log(`npx tsx scripts/training-kills.ts FSDD_FOLDER ${KILLS} ${SEED}`);
console.log(
  `${counts.kills} kills in ${counts.studies} studies of 8 points and ${networks} networks; an undisturbed one takes ${(plainMs / 1000).toFixed(0)} s`,
);
console.log(`other networks than undisturbed: ${counts.networks} studies; other points: ${counts.points} studies`);
rmSync(folder, { recursive: true, force: true });
if (counts.networks + counts.points > 0) process.exit(1);
