/**
 * Networks and chips searched together, against chips alone, at equal processor time. Both search the chips and bits of
 * `arch/examples/phones-co-search.yaml`; the second has one network, that of the example's last width and first theta, trained and then rounded, whose
 * training counts too. Each ends once its threads have taken the given processor time, or its space has no more; its front then runs on the test set,
 * and fronts are compared there by hypervolume. A search that was interrupted begins anew, a finished one is kept.
 *
 *   npx tsx scripts/co-search-study.ts FSDD_FOLDER WORK_FOLDER CPU_SECONDS SEEDS
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localEngine } from "../app/engine.js";
import { openRunnable } from "../app/open.js";
import { StudyFiles } from "../app/study-files.js";
import { openSweep } from "../app/sweep.js";
import { testFront } from "../app/test-front.js";
import { patchExperiment } from "../arch/index.js";
import { packageRoot } from "../base/package-root.js";
import { nonDominated } from "../base/pareto.js";
import {
  buildDigest,
  defaultReference,
  hypervolume,
  ModelFolder,
  modelsBeside,
  Store,
  storedModels,
  testedPoints,
} from "../sweeps/index.js";

const WORKERS = 2;
const MOST_POINTS = 4000;
const METRICS = ["accuracy_percent", "energy_uj_per_inference", "area_mm2"] as const;

const [data, folder, seconds, seeds] = process.argv.slice(2);
if (seeds === undefined) throw new Error("usage: tsx scripts/co-search-study.ts FSDD_FOLDER WORK_FOLDER CPU_SECONDS SEEDS");
mkdirSync(folder, { recursive: true });
const cpuSeconds = Number(seconds);
const example = readFileSync(join(packageRoot(), "arch", "examples", "phones-co-search.yaml"), "utf8").replace(
  /path: free-spoken-digit-dataset.*/,
  `path: ${data}`,
);

/** The example as each search takes it. */
const ARMS: { readonly [arm: string]: (text: string) => string } = {
  "co-search": (text) => text,
  "chips alone": (text) =>
    text
      .replace(/width: \{ sweep: \[.*?(\d+)\] \}/, "width: $1")
      .replace(/theta: \{ sweep: \[(\d+).*?\] \}/, "theta: $1")
      .replace(/chip_epochs: \d+/, "chip_epochs: 0")
      .replaceAll("* width * (2 * 26 + 6 * width + 20)", `* ${lastWidth(text)} * (2 * 26 + 6 * ${lastWidth(text)} + 20)`),
};
const lastWidth = (text: string): string => /width: \{ sweep: \[.*?(\d+)\] \}/.exec(text)?.[1] ?? "";

interface Found {
  readonly arm: string;
  readonly seed: number;
  readonly cpuSeconds: number;
  readonly points: number;
  readonly networks: number;
  readonly reason: string;
  /** On the test set, all minimised. */
  readonly front: readonly (readonly number[])[];
}

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function search(arm: string, seed: number): Promise<Found> {
  const name = join(folder, `${arm.replace(" ", "-")}-${seed}`);
  const [file, database, report] = [`${name}.yaml`, `${name}.db`, `${name}.json`];
  if (existsSync(report)) return JSON.parse(readFileSync(report, "utf8")) as Found;
  rmSync(database, { force: true });
  rmSync(modelsBeside(database), { recursive: true, force: true });
  writeFileSync(file, ARMS[arm](example).replace(/sampler: \{.*\}/, `sampler: { name: nsga2, budget: ${MOST_POINTS}, seed: ${seed} }`));
  const description = await openRunnable(file);
  const before = cpuNow();
  const opened = await openSweep(description, { db: database, workers: WORKERS, onEvent: () => undefined });
  const timer = setInterval(() => cpuNow() - before >= cpuSeconds && opened.study.stop(false), 250);
  const summary = await opened.run();
  clearInterval(timer);
  const used = cpuNow() - before;
  const files = new StudyFiles(file, () => undefined, new ModelFolder(modelsBeside(database)));
  const { sweep, document } = description;
  if (sweep === null) throw new Error(`${file} has no sweep`);
  const setup = {
    ...{ name: arm, file, spec: sweep, document, engineVersion: "", build: buildDigest(), inputs: [], provenance: {} },
    ...{ inputsOf: files.inputsOf, experimentOf: (values: Parameters<typeof patchExperiment>[1]) => patchExperiment(description, values) },
  };
  await testFront(
    summary.front.map(({ id }) => id),
    { setup, database, openEngine: () => localEngine(files, description.experiment, WORKERS), tell: () => undefined },
  );
  const store = Store.read(database);
  const tested = [...testedPoints(store).values()];
  const networks = storedModels(store).size;
  store.close();
  const values = tested.flatMap(({ metrics }) => {
    const [accuracy, energy, area] = METRICS.map((metric) => metrics[metric]);
    return typeof accuracy === "number" && typeof energy === "number" && typeof area === "number" ? [[-accuracy, energy, area]] : [];
  });
  const found: Found = {
    ...{ arm, seed, cpuSeconds: used, points: summary.done, networks, reason: summary.reason },
    front: nonDominated(values).map((i) => values[i]),
  };
  writeFileSync(report, JSON.stringify(found));
  return found;
}

const found: Found[] = [];
for (let seed = 1; seed <= Number(seeds); seed++) for (const arm of Object.keys(ARMS)) found.push(await search(arm, seed));
// One reference for all: the worst of every front, and a tenth of their width more.
const reference = defaultReference(found.flatMap(({ front }) => front));
const whole = hypervolume(
  found.flatMap(({ front }) => front),
  reference,
);
console.log(`npx tsx scripts/co-search-study.ts FSDD_FOLDER WORK_FOLDER ${cpuSeconds} ${seeds}`);
console.log("search       seed  CPU s  points  networks  ended      front  best accuracy %  hypervolume (share of all fronts together)");
for (const { arm, seed, cpuSeconds: used, points, networks, reason, front } of found) {
  const best = Math.max(...front.map(([accuracy]) => -accuracy));
  const share = hypervolume(front, reference) / whole;
  console.log(
    `${arm.padEnd(12)} ${String(seed).padStart(4)} ${used.toFixed(0).padStart(6)} ${String(points).padStart(7)} ${String(networks).padStart(9)}  ${reason.padEnd(9)} ${String(front.length).padStart(6)} ${best.toFixed(2).padStart(16)} ${share.toFixed(4).padStart(12)}`,
  );
}
for (const arm of Object.keys(ARMS)) {
  const shares = found.filter((one) => one.arm === arm).map(({ front }) => hypervolume(front, reference) / whole);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  console.log(`${arm}: mean ${mean.toFixed(4)}, ${Math.min(...shares).toFixed(4)} to ${Math.max(...shares).toFixed(4)}`);
}
