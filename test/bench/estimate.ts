/**
 * What `check` says a sweep takes, beside what it takes by the clock: whole sweeps of the built program. It knows of
 * replays that points share by chance; where a sampler stays near good points, more do than it says.
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

function run(folder: string, ...parameters: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...parameters], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  return stdout;
}

function rowsOf({ name, extend, body }: Case): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  writeFileSync(join(folder, "it.yaml"), `version: 1\nextends: ${join(packageRoot(), "arch/examples", extend)}\n${body}`);
  const said = (JSON.parse(run(folder, "check", "it.yaml", "--json")) as { estimate: { seconds: number } }).estimate.seconds;
  const startMs = performance.now();
  run(folder, "sweep", "it.yaml", "--no-tui");
  const seconds = (performance.now() - startMs) / 1000;
  rmSync(folder, { recursive: true });
  return [row(`${name}: a sweep`, "s", "less", [seconds]), row(`${name}: what check says, of it`, "times", "more", [said / seconds])];
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
