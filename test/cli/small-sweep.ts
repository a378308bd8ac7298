/** A description whose points take a fraction of a second: for tests of the program as a whole. */
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";

export const program = join(packageRoot(), "dist", "main.js");
/** Node's options for a run of a second or two: it takes a fifth less processor time if V8 optimises nothing in it. */
export const BRIEF: readonly string[] = ["--no-opt"];
export const isBuilt = existsSync(program) && existsSync(join(packageRoot(), "dist", "sweep-worker.js"));

export function smallSweep(budget: number): string {
  return `version: 1
extends: mesh-2x2
network: { model: mnist-rows-rec-v2.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 20, timing_samples: 1, seed: 1 }
tile:
  core:
    lanes: { sweep: [8, 16, 32] }
    synapse_memory: { size_kib: { sweep: [128, 96, 8] }, word_bits: { sweep: [64, 128, 256] } }
chip:
  clock_mhz: { sweep: { range: [50, 200], step: 1 } }
precision: { weight_bits: 8, state_bits: 16, state_fraction_bits: 6 }
mapping: { strategy: balanced }
sweep:
  objectives: { energy_uj_per_inference: min, latency_us: min }
  sampler: { name: random, budget: ${budget}, seed: 3 }
`;
}

/** A new folder with the description in it. */
export function sweepFolder(budget: number): string {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-cli-"));
  writeFileSync(join(folder, "small.yaml"), smallSweep(budget));
  return folder;
}
