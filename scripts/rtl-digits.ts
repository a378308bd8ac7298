/**
 * `npx tsx scripts/rtl-digits.ts [--digits 8] [--only NAME]`: named variants of arch/examples/edge.yaml as
 * SystemVerilog, on whole digits in Verilator, compared with the simulator. Exit code 1 if one differs.
 */
import { parseArgs } from "node:util";
import { loadModel, loadSamples } from "../app/inputs.js";
import { experimentWith, openChip } from "../app/open.js";
import { candidateOf, checkEmittable, emit, partsOf } from "../rtl/index.js";
import { verilated } from "./rtl-verilated.js";

const FILE = "arch/examples/edge.yaml";
const COMMON = {
  "noc.width": 1,
  "noc.height": 1,
  "chip.clock_mhz": 10,
  "tile.core.synapse_memory.size_kib": 256,
  "tile.core.state_memory.size_kib": 16,
  "workload.samples": 1000,
};
const LANES = "tile.core.lanes";
const WORD = "tile.core.synapse_memory.word_bits";
const STATES = "tile.core.state_memory.word_bits";
/** With a fraction of 6 bits states of 10 are clamped, so that clamps are compared, too. */
const WIDTHS = (weights: number, states: number) => ({
  "precision.weight_bits": weights,
  "precision.state_bits": states,
  "precision.state_fraction_bits": 6,
});

const SHAPES: { readonly [name: string]: { readonly [path: string]: number | string } } = {
  "first value of each sweep": {},
  "lanes 8, words of 64": { [LANES]: 8, [WORD]: 64, [STATES]: 64 },
  "the same, 5-bit weights, 12-bit states": { [LANES]: 8, [WORD]: 64, [STATES]: 64, ...WIDTHS(5, 12) },
  "lanes 2, words of 16 and 128, 4 and 12 bits": { [LANES]: 2, [WORD]: 16, [STATES]: 128, ...WIDTHS(4, 12) },
  "lanes 8, one port": { [LANES]: 8, [WORD]: 64, [STATES]: 64, "tile.core.state_memory.ports": "1rw" },
  "lanes 8, queue of one": { [LANES]: 8, [WORD]: 64, [STATES]: 64, "tile.core.input_queue.depth": 1 },
  "lanes 32, words of 256, 6 and 10 bits": { [LANES]: 32, [WORD]: 256, [STATES]: 256, ...WIDTHS(6, 10) },
  "lanes 8, accumulators of 12 bits, saturating": { [LANES]: 8, [WORD]: 64, [STATES]: 64, "precision.accumulator_bits": 12 },
  "the same, wrapping": {
    ...{ [LANES]: 8, [WORD]: 64, [STATES]: 64, "precision.accumulator_bits": 12 },
    "precision.accumulator_overflow": "wrap",
  },
  "lanes 8, dense scan": { [LANES]: 8, [WORD]: 64, [STATES]: 64, "tile.core.scan.policy": "dense" },
  "lanes 8, compressed scan": { [LANES]: 8, [WORD]: 64, [STATES]: 64, "tile.core.scan.policy": "compressed" },
  "lif, lanes 8": { [LANES]: 8, [WORD]: 64, [STATES]: 64, "network.model": "mnist-rows-lif.safetensors" },
  "rec-v1, lanes 4": { [LANES]: 4, [WORD]: 64, [STATES]: 64, "network.model": "mnist-rows-rec-v1.safetensors" },
};

const { values } = parseArgs({ options: { digits: { type: "string", default: "8" }, only: { type: "string", default: "" } } });
let differ = 0;
for (const [name, shape] of Object.entries(SHAPES)) {
  if (!name.includes(values.only)) continue;
  const experiment = experimentWith(openChip(FILE), { ...COMMON, ...shape, "workload.timing_samples": Number(values.digits) });
  const model = await loadModel(experiment, FILE);
  const parts = partsOf(experiment, model.network, await loadSamples(experiment, FILE));
  checkEmittable(candidateOf(parts), name);
  if (!(await verilated(name, emit(parts)))) differ++;
}
process.exitCode = differ === 0 ? 0 : 1;
