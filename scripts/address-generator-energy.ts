/**
 * `npx tsx scripts/address-generator-energy.ts N-MNIST --liberty cells.lib [--only 0,2]`: cores that hold kernels, or
 * rows that name their targets, with the module that finds their weights (`rtl/lib/named_rows.sv`) as gates of a 130 nm
 * library, run one step of an N-MNIST recording. Writes docs/logs/address-generator-energy.json, prints the law of
 * `arch/address-generator.ts` that fits the cores best, and each left out of its own law. N-MNIST: a folder that
 * `scripts/nmnist-folder.ts` made. Rows of other shapes are kept. Needs yosys and iverilog. Exit code 1 if a chip with
 * these gates does not run as the simulator says.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { loadModel, samplesFor } from "../app/inputs.js";
import { experimentWith, openChip } from "../app/open.js";
import { coreNeedsOf } from "../arch/index.js";
import { energyOf, together } from "../rtl/gates/gate-energy.js";
import { libraryOf } from "../rtl/gates/liberty.js";
import { timingOf } from "../rtl/gates/longest-path.js";
import { candidateOf, checkEmittable, emit, partsOf, writeChip } from "../rtl/index.js";
import { coreCount } from "../sim/activity.js";
import { LayeredNetwork } from "../test/bench/harness/layered-network.js";
import { type EnergyRow, lawOf } from "./reader-gates/energy-law.js";
import { readerRun } from "./reader-gates/reader-gates.js";

const LOG = "docs/logs/address-generator-energy.json";
const SEED = 1;
/** Pixels of a side of the recording's part that is looked at. */
const SIDE = 6;

const [LANES, WORD, BANKS] = ["tile.core.lanes", "tile.core.synapse_memory.word_bits", "tile.core.synapse_memory.banks"];
const [WEIGHT, READ] = ["precision.weight_bits", "tile.core.synapse_memory.read_latency_cycles"];
const ROWS = { "chip.convolution": "unrolled" } as const;
const NAMED = { "chip.weight_format": "rows", "barrier.base_cycles": 8 } as const;
const DENSE = { ...NAMED, "chip.weight_format": "dense" } as const;

/** By their kernels, or by the share of a matrix's weights that are not zero and the number of its neurons. */
const NETWORKS: { readonly [name: string]: (from: LayeredNetwork) => LayeredNetwork } = {
  "3x3, 3x3": (from) => from.conv(4, 3).conv(4, 3).dense(10),
  "5x5, 1x1": (from) => from.conv(6, 5).conv(4, 1).dense(10),
  "1x1, 3x3": (from) => from.conv(8, 1).conv(8, 3).dense(10),
  "3x3, pool, 3x3": (from) => from.conv(4, 3).pool(2).conv(8, 3).dense(10),
  "half of 64": (from) => from.sparse(64, 0.5).dense(10),
  "third of 128": (from) =>
    from
      .sparse(128, 1 / 3)
      .sparse(64, 1 / 3)
      .dense(10),
  "tenth of 256": (from) => from.sparse(256, 0.1).sparse(128, 0.1).dense(10),
};

interface Shape {
  readonly network: string;
  readonly side: number;
  readonly changes: { readonly [path: string]: number | string };
}
const shape = (changes: Shape["changes"], network = "3x3, 3x3", side = SIDE): Shape => ({ network, side, changes });
const SHAPES: readonly Shape[] = [
  shape({ [LANES]: 1, [WORD]: 32 }),
  shape({ [LANES]: 1 }),
  shape({ [LANES]: 2 }),
  shape({ [LANES]: 2, [WEIGHT]: 4, [READ]: 2 }),
  shape({ [LANES]: 4 }),
  shape({ [LANES]: 4, [READ]: 2 }),
  shape({ [LANES]: 4, [WORD]: 32 }),
  shape({ [LANES]: 4, [WEIGHT]: 4 }),
  shape({ [LANES]: 4, [WORD]: 128, [BANKS]: 4 }),
  shape({ [LANES]: 8 }),
  shape({ [LANES]: 2 }, "5x5, 1x1"),
  shape({ [LANES]: 4 }, "5x5, 1x1"),
  shape({ [LANES]: 4 }, "1x1, 3x3"),
  shape({ [LANES]: 4 }, "3x3, pool, 3x3"),
  shape({ [LANES]: 4 }, "3x3, 3x3", 11),
  shape({ [LANES]: 8, [WORD]: 128, [WEIGHT]: 4 }, "5x5, 1x1"),
  shape({ ...ROWS, [LANES]: 1, [WORD]: 32 }),
  shape({ ...ROWS, [LANES]: 4 }),
  shape({ ...ROWS, [LANES]: 4, [WORD]: 128, [WEIGHT]: 4 }),
  shape({ ...ROWS, [LANES]: 8 }),
  shape({ ...ROWS, [LANES]: 2 }, "5x5, 1x1"),
  shape({ ...ROWS, [LANES]: 2, [WEIGHT]: 4, [READ]: 2 }),
  shape({ ...ROWS, [LANES]: 4, [WORD]: 128, [BANKS]: 4 }),
  shape({ ...ROWS, [LANES]: 4 }, "3x3, pool, 3x3"),
  shape({ ...NAMED, [LANES]: 4 }, "half of 64"),
  shape({ ...NAMED, [LANES]: 4, [WEIGHT]: 3 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 8, [WORD]: 128, [WEIGHT]: 3 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 1, [WORD]: 32, [WEIGHT]: 2 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 2, [WEIGHT]: 4 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 8, [WEIGHT]: 4 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 2, [WORD]: 128, [WEIGHT]: 8, [READ]: 2 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 4, [WORD]: 128, [BANKS]: 4, [WEIGHT]: 3 }, "third of 128"),
  shape({ ...NAMED, [LANES]: 8, [WORD]: 128, [WEIGHT]: 4 }, "half of 64"),
  shape({ ...NAMED, [LANES]: 1, [WORD]: 32 }, "half of 64"),
  shape({ ...NAMED, [LANES]: 4, [WEIGHT]: 3 }, "tenth of 256"),
  shape({ ...NAMED, [LANES]: 2, [WORD]: 32, [WEIGHT]: 6, [READ]: 2 }, "tenth of 256"),
  shape({ ...DENSE, [LANES]: 4 }, "half of 64"),
  shape({ ...DENSE, [LANES]: 8, [WEIGHT]: 4 }, "third of 128"),
  shape({ ...DENSE, [LANES]: 1, [WORD]: 32 }, "half of 64"),
  shape({ ...DENSE, [LANES]: 4, [WORD]: 128, [BANKS]: 4, [WEIGHT]: 3 }, "third of 128"),
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { liberty: { type: "string" }, only: { type: "string", default: SHAPES.map((_, i) => i).join() } },
});
const [recordings] = positionals;
if (recordings === undefined || values.liberty === undefined)
  throw new Error("usage: npx tsx scripts/address-generator-energy.ts N-MNIST --liberty cells.lib");
const packed = readFileSync(values.liberty);
const cells = (packed[0] === 0x1f ? gunzipSync(packed) : packed).toString("utf8");
const library = libraryOf(cells, values.liberty);

const described = (side: number): string => `version: 1
network: { model: net.nir, nir: { step_seconds: 2e-2, reset: subtract } }
workload:
  dataset: nmnist
  path: ${JSON.stringify(resolve(recordings))}
  samples: 1
  timing_samples: 1
  events: { steps: 1, start_seconds: 0.05, values: binary, crop: { x: 10, y: 14, width: ${side}, height: ${side} } }
inputs: { at: cores }
chip: { name: generator, technology_nm: 130, voltage_v: 1.2, clock_mhz: 50, convolution: shared }
noc: { width: 1, height: 1 }
tile:
  core:
    max_neurons: 4096
    synapse_memory: { size_kib: 32 }
    state_memory: { size_kib: 32, word_bits: 64, banks: 2, ports: 1r1w }
precision: { weight_bits: 8, state_bits: 16, accumulator_bits: 16 }
prices: { basis: library }
`;

async function rowOf({ network, side, changes }: Shape): Promise<EnergyRow> {
  const folder = mkdtempSync(join(tmpdir(), "generator-energy-"));
  try {
    const file = join(folder, "core.yaml");
    writeFileSync(file, described(side));
    await NETWORKS[network](new LayeredNetwork(SEED, [2, side, side])).write(join(folder, "net.nir"));
    const loaded = await loadModel(openChip(file).experiment, file);
    const experiment = experimentWith(openChip(file), changes);
    const parts = partsOf(experiment, loaded.network, await samplesFor(loaded, experiment, file));
    checkEmittable(candidateOf(parts), "a core of kernels or rows");
    const emission = emit(parts);
    const emitted = join(folder, "chip");
    writeChip(emitted, emission.files, emission.expected, "a core of kernels or rows");
    const run = await readerRun(emitted, emission, cells, library);
    const energy = together(energyOf(run.graph, timingOf(run.graph, emitted).slopeNs, library.voltageV, run).values());
    const { chip, precision } = parts.experiment;
    const { usedCores, topology } = parts.run.placement;
    const { lanes, maxNeurons, synapseMemory } = chip.cores[usedCores[0]];
    const { wordBits, banks, readLatencyCycles, sizeBits } = synapseMemory;
    const { synaptic_adds, synaptic_macs, synapse_reads, synapse_busy_cycles } = emission.bench.counters;
    const { generator } = coreNeedsOf(topology);
    return {
      ...{ network, side, equal: run.isEqual, cycles: run.cycles, weights: synaptic_adds + synaptic_macs },
      ...{
        addresses: coreCount(parts.run.timing.total, usedCores[0], "generated_addresses"),
        groups: synapse_busy_cycles,
        words: synapse_reads,
      },
      core: { lanes, maxNeurons, synapseMemory: { wordBits, banks, readLatencyCycles, sizeBits } },
      ...{ weightBits: precision.weightBits, generator },
      ...{ areaUm2: rounded(energy.areaUm2), energyPj: rounded(energy.switchingPj + energy.internalPj) },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rounded = (value: number): number => Math.round(10 * value) / 10;
const nameOf = ({ network, side, core, weightBits, generator }: EnergyRow): string =>
  JSON.stringify([network, side, core, weightBits, generator?.taps ?? "dense"]);
const rows: EnergyRow[] = existsSync(LOG) ? (JSON.parse(readFileSync(LOG, "utf8")) as EnergyRow[]) : [];
for (const one of values.only.split(",").map((i) => SHAPES[Number(i)])) {
  const row = await rowOf(one);
  rows.splice(0, rows.length, ...rows.filter((other) => nameOf(other) !== nameOf(row)), row);
  writeFileSync(LOG, `[\n${rows.map((made) => JSON.stringify(made)).join(",\n")}\n]\n`);
  console.log(JSON.stringify(row));
}
console.log(lawOf(rows));
process.exitCode = rows.every(({ equal }) => equal) ? 0 : 1;
