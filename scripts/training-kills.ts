/**
 * Kills sweeps that train their networks, again and again, at times drawn by seed: each study must end with the network
 * files (byte for byte) and the database of an undisturbed one. Networks are trained on the first 12 recordings of each
 * speaker and digit, so that a study is short and kills are many. Prints the counts.
 *
 *   npx tsx scripts/training-kills.ts FSDD_FOLDER [kills] [seed]
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { createRng } from "../base/rng.js";
import { modelsBeside } from "../sweeps/index.js";
import { trainedEnd } from "../test/sweeps/models/trained-end.js";

const [data, most = "50", seedText = "1"] = process.argv.slice(2);
if (data === undefined) throw new Error("usage: tsx scripts/training-kills.ts FSDD_FOLDER [kills] [seed]");
const [KILLS, SEED] = [Number(most), Number(seedText)];
const MOST_INDEX = 11;
const folder = mkdtempSync(join(tmpdir(), "training-kills-"));

const isTaken = (name: string): boolean => Number(/_(\d+)(\.wav)?$/.exec(name)?.[1]) <= MOST_INDEX;
const recordings = join(data, "recordings");
const part = join(folder, "recordings");
mkdirSync(part);
for (const name of readdirSync(recordings)) if (isTaken(name)) symlinkSync(resolve(recordings, name), join(part, name));
const [head, ...lines] = readFileSync(join(data, "fsdd-phones.tsv"), "utf8").trim().split("\n");
writeFileSync(join(folder, "fsdd-phones.tsv"), [head, ...lines.filter((line) => isTaken(line.split("\t")[0]))].join("\n"));

const description = join(folder, "kills.yaml");
writeFileSync(
  description,
  `version: 1
extends: edge-core
training:
  base: fsdd-phones-rec-v2
  width: { sweep: [8, 12] }
  epochs: 6
  chip_epochs: 3
workload: { dataset: fsdd-phones, path: ${folder}, split: validation, samples: 60, timing_samples: 1 }
tile: { core: { lanes: { sweep: [1, 2] } } }
precision: { weight_bits: { sweep: [2, 4] } }
sweep:
  objectives: { accuracy_percent: max, energy_uj_per_inference: min }
  sampler: { name: grid }
`,
);

/** Runs the sweep and kills it after this many milliseconds. Returns true if it ended by itself. */
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

/** Present phase: a network is being trained, or some are not made yet. */
function phaseOf(database: string): keyof typeof killed {
  const models = modelsBeside(database);
  const names = existsSync(models) ? readdirSync(models) : [];
  if (names.filter((name) => name.endsWith(".safetensors")).length === plain.files.length) return "after";
  return names.some((name) => name.endsWith(".checkpoint")) ? "learning" : "between";
}

const killed = { between: 0, learning: 0, after: 0 };
const start = performance.now();
await sweep(join(folder, "plain.db"), null);
const plainMs = performance.now() - start;
const plain = trainedEnd(join(folder, "plain.db"));
const rng = createRng(SEED, "training kills");
const counts = { kills: 0, studies: 0, files: 0, networks: 0, points: 0 };
while (counts.kills < KILLS) {
  const database = join(folder, `study-${counts.studies++}.db`);
  // Late enough to make progress, early enough to die often; the start of the process counts too.
  while (!(await sweep(database, counts.kills < KILLS ? plainMs * (0.1 + 0.4 * rng.float()) : null))) {
    counts.kills++;
    killed[phaseOf(database)]++;
  }
  const end = trainedEnd(database);
  if (end.files.join() !== plain.files.join()) counts.files++;
  if (end.networks !== plain.networks) counts.networks++;
  if (end.points !== plain.points) counts.points++;
}
console.log(`npx tsx scripts/training-kills.ts FSDD_FOLDER ${KILLS} ${SEED}`);
console.log(
  `${counts.kills} kills in ${counts.studies} studies of 8 points and ${plain.files.length} networks; an undisturbed one takes ${(plainMs / 1000).toFixed(0)} s`,
);
console.log(
  `killed while a network was learning: ${killed.learning}; between two, or before the first checkpoint: ${killed.between}; after the last: ${killed.after}`,
);
console.log(
  `other than undisturbed: files of networks in ${counts.files} studies, what the database says of networks in ${counts.networks}, of points in ${counts.points}`,
);
rmSync(folder, { recursive: true, force: true });
if (counts.files + counts.networks + counts.points > 0) process.exit(1);
