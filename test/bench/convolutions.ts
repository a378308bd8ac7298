/**
 * Convolutional networks of ordinary size through the built program: processor time and peak memory of `check`, `sim`
 * and `import nir`. Shapes: LeNet's on a camera of 34 x 34 with two polarities, with three convolutions, or with two as
 * in 34x34x2-12C5-2P-32C5-2P-10; four convolutions on one of 128 x 128; VGG-9; 128 channels at 128 x 128 as in nets for
 * DVS gestures.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBuilt } from "../cli/small-sweep.js";
import { LayeredNetwork, writeSpikes } from "./harness/layered-network.js";
import { commandRows } from "./harness/meter.js";
import { benchmark } from "./harness/program.js";

const STEPS = 20;
const RUNS = 3;

const described = (name: string, cores: number, synapseKib: number, stateKib: number): string => `version: 1
network: { model: ${name}.nir, nir: { step_seconds: 1e-3, reset: zero } }
workload: { dataset: spike-file, path: ${name}.csv, samples: 1, timing_samples: 1 }
precision: { accumulator_bits: 24, state_bits: 16, weight_bits: 8 }
noc: { width: ${cores}, height: ${cores} }
tile: { core: { max_neurons: 65536, synapse_memory: { size_kib: ${synapseKib} }, state_memory: { size_kib: ${stateKib} } } }
`;

await benchmark(import.meta.url, async () => {
  if (!isBuilt) throw new Error("the program is not built: npm run build");
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const at = (name: string): string => join(folder, name);
  const within = (cpuS: number | null, memoryMib: number | null) => ({
    cpuMs: cpuS === null ? null : cpuS * 1000,
    ...{ wallMs: null, memoryMib },
  });
  const camera = (side: number): LayeredNetwork => new LayeredNetwork(1, [2, side, side]);
  try {
    await camera(34).conv(8, 5).pool(2).conv(16, 5).pool(3).conv(32, 3).dense(10).write(at("lenet.nir"));
    await camera(34).conv(12, 5, 0).pool(2).conv(32, 5, 0).pool(2).dense(10).write(at("pooled.nir"));
    await camera(128)
      .conv(16, 3)
      .pool(2)
      .conv(32, 3)
      .pool(2)
      .conv(64, 3)
      .pool(2)
      .conv(64, 3)
      .pool(2)
      .dense(256)
      .dense(11)
      .write(at("dvs.nir"));
    const gesture = camera(128);
    for (let layer = 0; layer < 5; layer++) gesture.conv(128, 3).pool(2);
    await gesture.dense(512).dense(110).write(at("gesture.nir"));
    const vgg = new LayeredNetwork(1, [3, 32, 32]).conv(64, 3).conv(64, 3).pool(2).conv(128, 3).conv(128, 3).pool(2);
    await vgg.conv(256, 3).conv(256, 3).conv(256, 3).pool(2).dense(1024).dense(10).write(at("vgg.nir"));
    for (const [name, side, cores, synapseKib, stateKib] of [
      ["lenet", 34, 4, 64, 256],
      ["pooled", 34, 4, 64, 256],
      ["dvs", 128, 8, 512, 2048],
      ["gesture", 128, 16, 4096, 16_384],
    ] as const) {
      writeSpikes(at(`${name}.csv`), 2 * side * side, STEPS, 0.01);
      writeFileSync(at(`${name}.yaml`), described(name, cores, synapseKib, stateKib));
    }
    return [
      ...(await commandRows("check, 34 x 34, 16,208 weights", ["check", at("lenet.yaml")], within(2, 400), RUNS)),
      ...(await commandRows("check, 34 x 34, 18,200 weights", ["check", at("pooled.yaml")], within(2, 400), RUNS)),
      ...(await commandRows("check, 128 x 128, 1.1 M weights", ["check", at("dvs.yaml")], within(5, 1000), RUNS)),
      ...(await commandRows(`sim of ${STEPS} steps, 128 x 128, 1.1 M weights`, ["sim", at("dvs.yaml")], within(60, null), RUNS)),
      ...(await commandRows(
        "import nir, VGG-9",
        ["import", "nir", at("vgg.nir"), "--dt", "1e-3", "--reset", "zero"],
        within(5, 1000),
        RUNS,
      )),
      ...(await commandRows("check, 128 channels at 128 x 128", ["check", at("gesture.yaml")], within(10, null), RUNS)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
});
