/**
 * What does screening cost, and what does it miss? Runs the thousand chips of `arch/examples/thousand-chips.yaml` by
 * the whole grid and by `screen`, both with two workers, and prints points, utterances, processor time and the share of
 * the true front's hypervolume. The databases are kept: a second run continues the grid.
 *
 *   npx tsx scripts/screen-study.ts FSDD_FOLDER WORK_FOLDER
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ParsedArch, patchDocument, readArch, readModel, resolveModelPath, type SweepSpec } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { packageRoot } from "../base/package-root.js";
import { compareFronts, frontReport, LocalEngine, Store, Study, systemClock } from "../sweeps/index.js";
import { loadDataset } from "../training/index.js";

const WORKERS = 2;
const [data, folder] = process.argv.slice(2);
if (data === undefined || folder === undefined) throw new Error("usage: tsx scripts/screen-study.ts FSDD_FOLDER WORK_FOLDER");
mkdirSync(folder, { recursive: true });
const file = join(packageRoot(), "arch", "examples", "thousand-chips.yaml");
const parsed: ParsedArch = readArch(file);
if (parsed.sweep === null) throw new Error(`${file} has no sweep`);

interface Cost {
  readonly database: string;
  readonly cpuSeconds: number;
}

/** Runs a study and returns its processor time over all threads. */
async function run(name: string, sampler: Partial<SweepSpec["sampler"]>): Promise<Cost> {
  const database = join(folder, `${name}.db`);
  const spec = { ...(parsed.sweep as SweepSpec), sampler: { ...(parsed.sweep as SweepSpec).sampler, ...sampler } };
  const document = { ...(parsed.document as { readonly [key: string]: Json }) };
  document.workload = { ...(document.workload as { readonly [key: string]: Json }), path: data };
  const setup = {
    name,
    spec,
    document,
    experimentOf: (byPath: { readonly [path: string]: Json }) => patchDocument({ document, file }, byPath),
    file,
    engineVersion: "screen-study",
    build: "screen-study",
    inputs: [],
    inputsOf: () => [],
    provenance: {},
  };
  const engine = new LocalEngine({
    loadModel: async (experiment) => readModel(resolveModelPath(experiment.network.model, file)),
    loadSamples: async ({ workload }) => loadDataset(workload.dataset, { path: workload.path, split: workload.split }),
    maxWorkers: WORKERS,
  });
  const options = { workers: WORKERS, retries: 2, failFast: false, retryFailed: false, rerun: false, timeLimitMs: null, patience: null };
  const before = process.cpuUsage();
  let printed = 0;
  const study = new Study(setup, options, { store: Store.open(database), engine, clock: systemClock }, (event) => {
    if (event.type !== "progress" || event.done < printed + 100) return;
    printed = event.done;
    console.error(`${name}: ${event.done} of ${event.total}`);
  });
  await study.run();
  const { user, system } = process.cpuUsage(before);
  return { database, cpuSeconds: (user + system) / 1e6 };
}

/** Number of points and utterances in a database, by fidelity. */
function work(database: string): { readonly text: string; readonly utterances: number; readonly infeasible: number } {
  const store = Store.read(database);
  const rows = store.query(
    `SELECT fidelity, count(*) AS n, sum(coalesce(json_extract(config_json, '$."workload.timing_samples"'), ?)) AS utterances
     FROM point WHERE state = 'done' GROUP BY fidelity ORDER BY fidelity`,
    [parsed.experiment.workload.timingSamples],
  );
  const infeasible = store.counts().infeasible;
  store.close();
  return {
    text: rows.map(({ n, fidelity }) => `${n} at ${fidelity}`).join(", "),
    utterances: rows.reduce((sum, row) => sum + (row.utterances as number), 0),
    infeasible,
  };
}

const report = (database: string): ReturnType<typeof frontReport> => {
  const store = Store.read(database);
  const found = frontReport(store);
  store.close();
  return found;
};

rmSync(join(folder, "screen.db"), { force: true });
const screened = await run("screen", { name: "screen" });
const whole = await run("grid", { name: "grid" });
const [few, all] = [work(screened.database), work(whole.database)];
const { left, right } = compareFronts(report(screened.database), report(whole.database));
console.log(`| | points run | utterances | CPU, s | front | share of the true hypervolume |\n| --- | --- | ---: | ---: | ---: | ---: |`);
console.log(
  `| grid | ${all.text} (${all.infeasible} do not fit) | ${all.utterances} | ${whole.cpuSeconds.toFixed(1)} | ${right.front} | 100 % |`,
);
console.log(
  `| screen | ${few.text} | ${few.utterances} | ${screened.cpuSeconds.toFixed(1)} | ${left.front} | ${((100 * left.hypervolume) / right.hypervolume).toFixed(2)} % |`,
);
