/**
 * `npx tsx scripts/address-generator-energy.ts N-MNIST --liberty cells.lib [--only 0,2]`: synthesises cores that hold
 * kernels with the cells of a 130 nm library, runs their gates on one step of an N-MNIST recording, and compares the
 * energy of their address generator with the model of `arch/address-generator.ts`. N-MNIST: a folder that
 * `scripts/nmnist-folder.ts` made. Rows of other shapes in docs/logs/address-generator-energy.json are kept. Needs
 * yosys and iverilog. Exit code 1 if a netlist does not run as the simulator says.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { loadModel, samplesFor } from "../app/inputs.js";
import { experimentWith, openChip } from "../app/open.js";
import { addressGeneratorCosts, addressGeneratorSize } from "../arch/address-generator.js";
import { coreNeedsOf, logicAreaMm2 } from "../arch/index.js";
import { energyOf } from "../rtl/gates/gate-energy.js";
import { libraryOf } from "../rtl/gates/liberty.js";
import { timingOf } from "../rtl/gates/longest-path.js";
import { simulateNetlist } from "../rtl/gates/simulate-netlist.js";
import { mappedGraph } from "../rtl/gates/synthesise.js";
import { candidateOf, checkEmittable, emit, partsOf, synthesise, writeChip } from "../rtl/index.js";
import { LayeredNetwork } from "../test/bench/harness/layered-network.js";

const LOG = "docs/logs/address-generator-energy.json";
const NODE_NM = 130;
/** The part of a netlist that holds the address generator. */
const PART = "synapses.named";
const SEED = 1;

const [LANES, WORD] = ["tile.core.lanes", "tile.core.synapse_memory.word_bits"];
const SHAPES: readonly { readonly [path: string]: number }[] = [
  { [LANES]: 4 },
  { [LANES]: 1, [WORD]: 32 },
  { [LANES]: 8 },
  { [LANES]: 2, "precision.weight_bits": 4, "tile.core.synapse_memory.read_latency_cycles": 2 },
  { [LANES]: 4, [WORD]: 128, "tile.core.synapse_memory.banks": 4 },
];

/** A row of the log; energies in pJ, without the clock. */
interface EnergyRow {
  readonly shape: (typeof SHAPES)[number];
  /** True if scores and cycles of waves equal the simulator's. */
  readonly equal: boolean;
  readonly cycles: number;
  readonly weights: number;
  readonly gatePj: number;
  readonly gateAreaUm2: number;
  readonly modelPj: number;
  readonly modelAreaUm2: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { liberty: { type: "string" }, only: { type: "string", default: SHAPES.map((_, i) => i).join() } },
});
const [recordings] = positionals;
if (recordings === undefined || values.liberty === undefined)
  throw new Error("usage: npx tsx scripts/address-generator-energy.ts N-MNIST --liberty cells.lib");
const packed = readFileSync(values.liberty);
const liberty = { text: (packed[0] === 0x1f ? gunzipSync(packed) : packed).toString("utf8"), file: values.liberty };

const description = `version: 1
network: { model: net.nir, nir: { step_seconds: 2e-2, reset: subtract } }
workload:
  dataset: nmnist
  path: ${JSON.stringify(resolve(recordings))}
  samples: 1
  timing_samples: 1
  events: { steps: 1, start_seconds: 0.05, values: binary, crop: { x: 10, y: 14, width: 6, height: 6 } }
inputs: { at: cores }
chip: { name: generator, technology_nm: ${NODE_NM}, voltage_v: 1.2, clock_mhz: 50, convolution: shared }
noc: { width: 1, height: 1 }
tile:
  core:
    max_neurons: 1024
    synapse_memory: { size_kib: 16 }
    state_memory: { size_kib: 16, word_bits: 64, banks: 2, ports: 1r1w }
precision: { weight_bits: 8, state_bits: 16, accumulator_bits: 16 }
prices: { basis: library }
`;

async function rowOf(shape: (typeof SHAPES)[number], folder: string): Promise<EnergyRow> {
  const file = join(folder, "core.yaml");
  const loaded = await loadModel(openChip(file).experiment, file);
  const experiment = experimentWith(openChip(file), shape);
  const parts = partsOf(experiment, loaded.network, await samplesFor(loaded, experiment, file));
  checkEmittable(candidateOf(parts), "a core of kernels");
  const emission = emit(parts);
  const quiet = { onStage: () => {}, signal: null };
  const emitted = join(folder, "chip");
  writeChip(emitted, emission.files, emission.expected, "a core of kernels");
  await synthesise(emitted, { target: "liberty", device: "", liberty }, quiet);
  const library = libraryOf(liberty.text, liberty.file);
  const graph = mappedGraph(emitted, library);
  const run = await simulateNetlist(emitted, emission.netlistBench, graph.netOfName, quiet);
  rmSync(emitted, { recursive: true });
  const own = energyOf(graph, timingOf(graph, emitted).slopeNs, library.voltageV, run).get(PART);
  if (own === undefined) throw new Error(`no part ${PART}`);
  const { chip, precision } = parts.experiment;
  const { usedCores, topology } = parts.run.placement;
  const [core, needs] = [chip.cores[usedCores[0]], coreNeedsOf(topology)];
  const { synaptic_adds, synaptic_macs } = emission.bench.counters;
  return {
    ...{ shape, equal: run.wrong === 0, cycles: run.cycles, weights: synaptic_adds + synaptic_macs },
    gatePj: own.switchingPj + own.internalPj,
    gateAreaUm2: own.areaUm2,
    modelPj: addressGeneratorCosts(core, needs, precision, chip.technology).weightPj,
    modelAreaUm2: 1e6 * logicAreaMm2(addressGeneratorSize(core, needs, precision), NODE_NM),
  };
}

const folder = mkdtempSync(join(tmpdir(), "generator-energy-"));
try {
  writeFileSync(join(folder, "core.yaml"), description);
  await new LayeredNetwork(SEED, [2, 6, 6]).conv(4, 3).conv(4, 3).dense(10).write(join(folder, "net.nir"));
  const rows: EnergyRow[] = existsSync(LOG) ? (JSON.parse(readFileSync(LOG, "utf8")) as EnergyRow[]) : [];
  for (const shape of values.only.split(",").map((i) => SHAPES[Number(i)])) {
    const row = await rowOf(shape, folder);
    const name = JSON.stringify(shape);
    rows.splice(0, rows.length, ...rows.filter((other) => JSON.stringify(other.shape) !== name), row);
    writeFileSync(LOG, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
    console.log(JSON.stringify(row));
  }
  for (const { shape, gatePj, weights, gateAreaUm2, modelPj, modelAreaUm2 } of rows) {
    const ratio = gatePj / weights / modelPj;
    const perArea = ratio / (gateAreaUm2 / modelAreaUm2);
    console.log(`${JSON.stringify(shape)}: energy of a weight, gates / model ${ratio.toFixed(2)}, per area ${perArea.toFixed(2)}`);
  }
  process.exitCode = rows.every(({ equal }) => equal) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
