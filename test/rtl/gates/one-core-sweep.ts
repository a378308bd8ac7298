/** A description of one core that holds the whole network, and a search of one point, for tests of synthesis. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes it into a folder; returns its path. */
export function oneCoreSweep(folder: string): string {
  const file = join(folder, "one.yaml");
  writeFileSync(
    file,
    `version: 1
extends: mesh-2x2
network: { model: mnist-rows-lif.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 1, timing_samples: 1, seed: 1 }
noc: { width: 1, height: 1 }
chip: { clock_mhz: 10 }
tile:
  core:
    max_neurons: 512
    lanes: { sweep: [4] }
    synapse_memory: { size_kib: 256, word_bits: 32 }
    state_memory: { size_kib: 16, word_bits: 64 }
precision: { weight_bits: 8, state_bits: 16, state_fraction_bits: 6 }
sweep:
  objectives: { energy_uj_per_inference: min }
  sampler: { name: grid }
`,
  );
  return file;
}
