/**
 * `npx tsx scripts/rtl-nmnist.ts N-MNIST cnn_sinabs.nir [--recordings 4]`: the case study's convolutional network on
 * one core that stores its kernels once, as SystemVerilog, on whole recordings in Verilator, compared with the
 * simulator. Exit code 1 if it differs.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadModel, samplesFor } from "../app/inputs.js";
import { experimentWith, openChip } from "../app/open.js";
import { candidateOf, checkEmittable, emit, partsOf } from "../rtl/index.js";
import { verilated } from "./rtl-verilated.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { recordings: { type: "string", default: "4" } } });
const [recordings, model] = positionals;
if (recordings === undefined || model === undefined) throw new Error("usage: npx tsx scripts/rtl-nmnist.ts N-MNIST cnn_sinabs.nir");

const folder = mkdtempSync(join(tmpdir(), "nmnist-"));
try {
  const file = join(folder, "nmnist-cnn.yaml");
  const described = readFileSync("scripts/case-studies/nmnist-cnn.yaml", "utf8");
  const placed = (text: string, key: string, place: string): string =>
    text.replace(new RegExp(`^( *${key}:) .*$`, "m"), `$1 ${JSON.stringify(resolve(place))}`);
  writeFileSync(file, placed(placed(described, "path", recordings), "model", model));
  const point = { "noc.width": 1, "noc.height": 1, "chip.convolution": "shared", "precision.weight_bits": 8 };
  const experiment = experimentWith(openChip(file), { ...point, "workload.timing_samples": Number(values.recordings) });
  const loaded = await loadModel(experiment, file);
  const parts = partsOf(experiment, loaded.network, await samplesFor(loaded, experiment, file));
  checkEmittable(candidateOf(parts), "the case study's chip");
  const emission = emit(parts);
  const isEqual = await verilated(`${values.recordings} recordings`, emission, `; ${emission.memoryBits.weights} bits of weights`);
  process.exitCode = isEqual ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
