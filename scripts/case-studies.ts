/**
 * Runs a shipped case study, draws its figure and writes its section of docs/case-studies.md: one command each.
 *
 *   npx tsx scripts/case-studies.ts mesh-scaling
 *   npx tsx scripts/case-studies.ts mnist-systems
 *   npx tsx scripts/case-studies.ts ternary
 *   npx tsx scripts/case-studies.ts fsdd-phones free-spoken-digit-dataset
 *   npx tsx scripts/case-studies.ts fsdd-phones-systems free-spoken-digit-dataset
 *   npx tsx scripts/case-studies.ts nmnist-cnn N-MNIST cnn_sinabs.nir
 *   npx tsx scripts/case-studies.ts nmnist-ports N-MNIST cnn_sinabs.nir
 *
 * The sweep writes NAME.db into this folder; if the file exists, the sweep continues it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { Store, testedPoints } from "../sweeps/index.js";
import { FSDD_PHONES } from "./case-studies/fsdd-phones.js";
import { MESH_SCALING } from "./case-studies/mesh-scaling.js";
import { NMNIST_CNN } from "./case-studies/nmnist-cnn.js";
import { NMNIST_PORTS } from "./case-studies/nmnist-ports.js";
import { writeSection } from "./case-studies/section.js";
import type { CaseStudy, StudyPoint } from "./case-studies/study.js";
import { surenessOf } from "./case-studies/sureness.js";
import { FSDD_PHONES_SYSTEMS, MNIST_SYSTEMS } from "./case-studies/systems.js";
import { TERNARY } from "./case-studies/ternary.js";

const STUDIES = [MESH_SCALING, FSDD_PHONES, MNIST_SYSTEMS, FSDD_PHONES_SYSTEMS, NMNIST_CNN, NMNIST_PORTS, TERNARY];
const [name, data, model] = process.argv.slice(2);
const found = STUDIES.find((one) => one.name === name);
if (found === undefined) throw new Error(`usage: npx tsx scripts/case-studies.ts ${STUDIES.map((one) => one.name).join("|")} [recordings]`);
const study: CaseStudy = found;
if (study.needsData && data === undefined) throw new Error(`${study.name} needs the folder of the recordings as second argument`);
if (study.needsModel && model === undefined) throw new Error(`${study.name} needs the network's file as third argument`);

const root = packageRoot();
const database = resolve(`${study.name}.db`);

function sweep(): void {
  const folder = mkdtempSync(join(tmpdir(), "case-study-"));
  try {
    const described = readFileSync(join(root, study.needsModel ? "scripts/case-studies" : "arch/examples", `${study.name}.yaml`), "utf8");
    const placed = (text: string, key: string, place: string | undefined): string =>
      place === undefined ? text : text.replace(new RegExp(`^( *${key}:) .*$`, "m"), `$1 ${JSON.stringify(resolve(place))}`);
    const file = join(folder, `${study.name}.yaml`);
    writeFileSync(file, placed(placed(described, "path", data), "model", model));
    const run = spawnSync(process.execPath, [join(root, "dist/main.js"), "sweep", file, "--db", database, "--no-tui"], {
      stdio: "inherit",
    });
    // The sweep has already reported the error, and its exit code is passed on.
    if (run.status !== 0) process.exitCode = run.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function finishedPoints(): StudyPoint[] {
  const store = Store.read(database);
  const tested = new Map([...testedPoints(store).values()].map(({ id, metrics }) => [id, metrics.accuracy_percent]));
  const points = [...store.points()].flatMap((point): StudyPoint[] => {
    const result = point.metrics === null ? null : store.result(point.id);
    if (point.metrics === null || result === null) return [];
    return [{ id: point.id, values: point.values, metrics: point.metrics, result, testedPercent: tested.get(point.id) ?? null }];
  });
  store.close();
  return points;
}

sweep();
if (process.exitCode !== undefined) process.exit();
const points = finishedPoints();
writeSection(study.name, study.figure?.(points) ?? null, study.report(points, surenessOf(database, points)));
