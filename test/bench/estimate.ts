/**
 * What `check` says a sweep takes, beside what it takes: processor time of whole sweeps of the built program with one
 * worker, start-up taken off. It knows of replays that points share by chance; where a sampler stays near good points,
 * more do than it says.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import { isBuilt, program } from "../cli/small-sweep.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

interface Case {
  readonly name: string;
  readonly extend: string;
  readonly body: string;
}

function said(folder: string, file: string): { readonly seconds: number; readonly workers: number } {
  const { stdout } = spawnSync(process.execPath, [program, "check", file, "--json"], { cwd: folder, encoding: "utf8" });
  return (JSON.parse(stdout) as { estimate: { seconds: number; workers: number } }).estimate;
}

/** Processor seconds of a command and its threads. */
function taken(folder: string, ...parameters: readonly string[]): number {
  const meter = `data:text/javascript,${encodeURIComponent(`import { isMainThread } from "node:worker_threads"; import { writeSync } from "node:fs";
if (isMainThread) process.on("exit", () => { const { user, system } = process.cpuUsage(); writeSync(2, "@@" + (user + system)); });`)}`;
  const { stderr, status } = spawnSync(process.execPath, ["--import", meter, program, ...parameters], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  return Number(/@@(\d+)$/.exec(stderr)?.[1]) / 1e6;
}

function rowsOf({ name, extend, body }: Case): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  writeFileSync(join(folder, "it.yaml"), `version: 1\nextends: ${join(packageRoot(), "arch/examples", extend)}\n${body}`);
  const { seconds, workers } = said(folder, "it.yaml");
  const startUp = taken(folder, "check", "it.yaml");
  const spent = taken(folder, "sweep", "it.yaml", "--no-tui", "--workers", "1") - startUp;
  rmSync(folder, { recursive: true });
  return [
    row(`${name}: a sweep's processor time`, "CPU s", "less", [spent]),
    row(`${name}: of it what check says`, "times", "more", [(seconds * workers) / spent]),
  ];
}

await benchmark(import.meta.url, async () => {
  if (!isBuilt) throw new Error("the program is not built: npm run build");
  const fsdd = process.env.FSDD_PATH ?? join(packageRoot(), "../shared/data/fsdd");
  const objectives = "  objectives: { energy_uj_per_inference: min, latency_us: min }\n";
  const cases: Case[] = [
    { name: "edge.yaml, 300 points", extend: "edge.yaml", body: "" },
    {
      name: "15 chips, 20 digits",
      extend: "mesh-scaling.yaml",
      body: `workload: { timing_samples: 20 }\nnoc: { width: 2, height: 2 }\ntile: { core: { lanes: { sweep: [2, 4, 8, 16, 32] }, neuron_update: { units: { sweep: [1, 2, 4] } } } }\nsweep:\n${objectives}  sampler: { name: grid, budget: 100, seed: 1 }\n`,
    },
  ];
  if (existsSync(fsdd)) {
    cases.push({
      name: "200 meshes of 1 to 16 cores, 8 spoken digits",
      extend: "thousand-chips.yaml",
      body: `workload: { path: ${fsdd}, samples: 8, timing_samples: 8 }\nnoc: { width: { sweep: [1, 2] }, height: { sweep: [1, 2] } }\nsweep:\n${objectives}  sampler: { name: grid, budget: 1000, seed: 1 }\n`,
    });
    cases.push({
      name: "8 meshes of 4 to 64 cores, 20 spoken digits",
      extend: "thousand-chips.yaml",
      body: `workload: { path: ${fsdd}, samples: 20, timing_samples: 20 }\nnoc: { width: { sweep: [2, 4] }, height: { sweep: [2, 4] } }\ntile: { cores: { sweep: [1, 4] }, core: { lanes: 16, state_memory: { word_bits: 64 } } }\nsweep:\n${objectives}  sampler: { name: grid, budget: 100, seed: 1 }\n`,
    });
  }
  return cases.flatMap(rowsOf);
});
