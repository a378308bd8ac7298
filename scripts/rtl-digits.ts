/**
 * `npx tsx scripts/rtl-digits.ts [--digits 8] [--only NAME]`: named shapes of arch/examples/edge.yaml as SystemVerilog, on whole digits in Verilator,
 * compared with the simulator. Exit code 1 where one differs.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadModel, loadSamples } from "../app/inputs.js";
import { experimentWith, openChip } from "../app/open.js";
import { candidateOf, checkEmittable, emit, judge, partsOf, runBench, writeChip } from "../rtl/index.js";

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
const WIDTHS = (weights: number, states: number) => ({ "precision.weight_bits": weights, "precision.state_bits": states });

/** Cores and widths of the example's front as the README shows it; words of states and flits are those of the example's first point. */
const FRONT = (width: number, height: number, lanes: number, kib: number, word: number, widths: ReturnType<typeof WIDTHS>) => ({
  ...{ "noc.width": width, "noc.height": height, [LANES]: lanes, [WORD]: word, [STATES]: 64 },
  ...{ "tile.core.synapse_memory.size_kib": kib, "tile.core.state_memory.size_kib": 8, ...widths },
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
  "front: fastest, 8 cores": FRONT(4, 2, 16, 64, 32, WIDTHS(5, 12)),
  "front: least energy, 4 cores": FRONT(2, 2, 16, 16, 128, WIDTHS(4, 12)),
  "front: smallest, 1 core": FRONT(1, 1, 4, 64, 128, WIDTHS(4, 12)),
  "front: knee, 4 cores": FRONT(2, 2, 16, 64, 256, WIDTHS(5, 12)),
  "front: knee, 4 cores, trees": { ...FRONT(2, 2, 16, 64, 256, WIDTHS(5, 12)), "noc.multicast": "tree", "noc.virtual_channels": 2 },
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
  const folder = mkdtempSync(join(tmpdir(), "digits-"));
  const { files, expected, bench } = emit(parts);
  writeChip(join(folder, "chip"), files, expected, name);
  const output = runBench(join(folder, "chip"), "verilator");
  const { isEqual, compared, differences } = judge(output, expected);
  const seconds = /cpu ([\d.]+) s/.exec(output)?.[1] ?? "?";
  const { overflows, saturations, counters } = bench;
  console.log(
    `${isEqual ? "equal " : "DIFFERS"} ${name}: ${compared.spikes} spikes, ${compared.scores} scores, ${compared.waves} waves, ${counters.cycles} cycles, ` +
      `${overflows} overflows, ${saturations} clamped states; ${seconds} s of processor time${isEqual ? "" : `; ${differences.slice(0, 5).join("; ")}`}`,
  );
  if (!isEqual) differ++;
  rmSync(folder, { recursive: true });
}
process.exitCode = differ === 0 ? 0 : 1;
