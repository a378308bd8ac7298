/** Keys of a description that another key makes idle: `check` names them; results show that they are idle. */
// @module-tag slow
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { idleKeys } from "../../app/idle-keys.js";
import { check, open, type Simulation, simulate } from "../../app/index.js";
import { TrainingFiles } from "../../app/training-files.js";
import { type Experiment, ofKind, shippedNames } from "../../arch/index.js";
import { fewDigits } from "../few-digits.js";
import { usualAndLong } from "../usual.js";

type Document = { readonly [key: string]: unknown };
const folder = mkdtempSync(join(tmpdir(), "idle-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const BASE = {
  ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif.safetensors" } },
  workload: { dataset: "mnist-rows", path: fewDigits(folder), samples: 2, timing_samples: 1 },
};

async function warned(document: Document, values: { readonly [path: string]: number | string } = {}): Promise<readonly string[]> {
  const found = await check(open(document), { values });
  return found.kind === "board" ? found.warnings.filter((line) => line.includes("has no effect: it needs")) : [];
}

/** A core alone, and on a mesh or at a switch. */
const alone = (more: Document = {}, noc: Document = {}): Document => ({
  noc: { width: 1, height: 1, ...noc },
  tile: { core: { synapse_memory: { size_kib: 256 }, max_neurons: 512 } },
  ...more,
});
const priced = (price: string): Document => ({ prices: { [price]: { value: 1, source: "test" } } });
const AT_PORT = { inputs: { at: "port" } };

const ON_FPGA = { chip: { fpga: "ecp5-85", clock_mhz: 20 } };

/** A key, another value than its default, what makes it idle (besides the defaults), and what it needs. */
const IDLE: readonly [path: string, value: number | string, beside: Document, needs: string][] = [
  ["workload.encoder.threshold", 0.5, {}, "workload.encoder.kind"],
  ["network.nir.scheme", "zoh", {}, "a NIR file"],
  ["network.nir.integrator_gain", "dt", {}, "a NIR file"],
  ["network.nir.refractory_seconds", 0.5, {}, "a NIR file"],
  ["mapping.seed", 7, {}, "mapping.strategy: min-traffic"],
  ["mapping.seed", 7, { mapping: { strategy: "sequential" } }, "mapping.strategy: min-traffic"],
  ["mapping.seed", 7, { mapping: { strategy: "layer-per-core" } }, "mapping.strategy: min-traffic"],
  ["spill.bandwidth_gbit_s", 7, {}, "spill.to: dram"],
  ["spill.latency_ns", 7, {}, "spill.to: dram"],
  ["spill.burst_bits", 512, {}, "spill.to: dram"],
  ["spill.rows", "streamed", {}, "spill.to: dram"],
  ["spill.prefetch_bits", 4096, {}, "spill.to: dram"],
  ["barrier.run_ahead_steps", 2, {}, "barrier.scope: sources"],
  ["barrier.base_cycles", 99, { tick: { period_us: 1000 } }, "steps that end at a barrier"],
  ["barrier.per_core_cycles", 9, { tick: { period_us: 100, overrun: "late" } }, "steps that end at a barrier"],
  ["barrier.base_cycles", 99, { barrier: { scope: "sources" } }, "steps that end at a barrier"],
  ["chip.technology_nm", 65, ON_FPGA, "a chip in silicon"],
  ["chip.voltage_v", 0.6, ON_FPGA, "a chip in silicon"],
  ["chip.sram_cell", "hp", ON_FPGA, "a chip in silicon"],
  ["chip.temperature_k", 320, ON_FPGA, "a chip in silicon"],
  ["noc.link_length_mm", 3, ON_FPGA, "a chip in silicon"],
  ["prices.basis", "library", ON_FPGA, "a chip in silicon"],
  ["tick.overrun", "refuse", {}, "tick.period_us above 0"],
  ["tick.spread_us", 5, {}, "tick.period_us above 0"],
  ["tick.spread_us", 5, { tick: { period_us: 100, overrun: "late" } }, "tick.timers: local"],
  ["inputs.port.tile", 1, {}, "inputs.at: port"],
  ["inputs.port.bandwidth_gbit_s", 9, {}, "inputs.at: port"],
  ["inputs.port.latency_ns", 9, {}, "inputs.at: port"],
  ["inputs.port.packet_bits", 99, {}, "inputs.at: port"],
  ["inputs.port.queue.depth", 3, {}, "inputs.at: port"],
  ["tile.core.scan.chunk_bits", 8, {}, "tile.core.scan.policy: compressed"],
  ["tile.core.scan.cycles_per_chunk", 8, {}, "tile.core.scan.policy: compressed"],
  ["tile.core.scan.cycles_per_set_bit", 8, {}, "tile.core.scan.policy: compressed"],
  ["tile.core.scan.chunk_bits", 8, { tile: { core: { scan: { policy: "dense" } } } }, "tile.core.scan.policy: compressed"],
  ["prices.router_area_mm2.value", 3, alone(priced("router_area_mm2")), "several cores, or inputs.at: port"],
  ["prices.link_flit_pj.value", 3, alone(priced("link_flit_pj")), "links, by noc.width"],
  ["prices.link_area_mm2.value", 3, alone({ ...priced("link_area_mm2"), ...AT_PORT }), "links, by noc.width"],
  ["prices.dram_bit_pj.value", 3, { prices: { dram_bit_pj: { value: 1, source: "test" } } }, "spill.to: dram"],
  ["prices.dram_background_mw.value", 3, { prices: { dram_background_mw: { value: 1, source: "test" } } }, "spill.to: dram"],
  ["prices.prefetch_buffer_bit_pj.value", 3, { prices: { prefetch_buffer_bit_pj: { value: 1, source: "test" } } }, "spill.to: dram"],
  ["prices.tree_link_flit_pj.value", 3, { prices: { tree_link_flit_pj: { value: 1, source: "test" } } }, "noc.topology: mesh-tree"],
  ["prices.die_link_area_mm2.value", 3, { prices: { die_link_area_mm2: { value: 1, source: "test" } } }, "several dies"],
  ["prices.frame_buffer_area_mm2.value", 3, { prices: { frame_buffer_area_mm2: { value: 1, source: "test" } } }, "inputs.frame_buffer"],
  ["prices.axon_table_read_pj.value", 3, { prices: { axon_table_read_pj: { value: 1, source: "test" } } }, "tile.core.axon_table"],
  ["prices.route_table_area_mm2.value", 3, { prices: { route_table_area_mm2: { value: 1, source: "test" } } }, "tile.core.route_table"],
  [
    "prices.configuration_area_mm2.value",
    3,
    { prices: { configuration_area_mm2: { value: 1, source: "test" } } },
    "tile.core.configuration_bits above 0",
  ],
];

/** A description as it is, simulated once. */
const plainRuns = new Map<string, Promise<Simulation>>();
function plainly(document: Document): Promise<Simulation> {
  const key = JSON.stringify(document);
  const run = plainRuns.get(key) ?? simulate(open(document));
  plainRuns.set(key, run);
  return run;
}

for (const [some, options] of usualAndLong(IDLE, (_, i) => i % 3 === 0))
  test.each(some)("%s: %s is named, and changes no number (beside %j)", options, async (path, value, beside, needs) => {
    const document = { ...BASE, ...beside };
    const lines = await warned(document, { [path]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^${path.replaceAll(".", "[.]")} has no effect: it needs ${needs}`));
    const [plain, set] = await Promise.all([plainly(document), simulate(open(document), { values: { [path]: value } })]);
    // the key of the spikes covers all settings of the encoder
    const numbers = ({ result: { metrics, breakdown, operations, utilisation } }: Simulation) => ({
      metrics,
      breakdown,
      operations,
      utilisation,
    });
    // the clock's cycles on an FPGA are shares whose rounding depends on the node
    const rounded = (of: Simulation): string =>
      JSON.stringify(numbers(of), (_, value) => (typeof value === "number" ? Number(value.toPrecision(12)) : value));
    expect(rounded(set)).toBe(rounded(plain));
  });

test.each([
  ["workload.encoder.gain", 0.5, {}],
  ["mapping.seed", 7, { mapping: { strategy: "min-traffic" } }],
  ["spill.latency_ns", 7, { spill: { to: "dram" } }],
  ["barrier.run_ahead_steps", 2, { barrier: { scope: "sources" } }],
  ["barrier.base_cycles", 99, {}],
  ["barrier.base_cycles", 99, { tick: { period_us: 1000 }, tile: { core: { scan: { policy: "compressed" } } } }],
  ["chip.technology_nm", 65, {}],
  ["noc.link_length_mm", 3, { ...ON_FPGA, prices: { link_flit_pj: { value: "length_mm * 0.1", source: "test" } } }],
  ["prices.router_area_mm2.value", 3, alone({ ...priced("router_area_mm2"), ...AT_PORT })],
  ["prices.link_area_mm2.value", 3, alone({ ...priced("link_area_mm2"), ...AT_PORT }, { topology: "crossbar" })],
  ["prices.link_flit_pj.value", 3, alone(priced("link_flit_pj"), { width: 2, dies: { columns: 2 } })],
  ["prices.dram_bit_pj.value", 3, { prices: { dram_bit_pj: { value: 1, source: "test" } }, spill: { to: "dram" } }],
  ["prices.die_link_area_mm2.value", 3, { prices: { die_link_area_mm2: { value: 1, source: "test" } }, noc: { dies: { columns: 2 } } }],
  ["prices.dram_bit_pj.value", 0, { prices: { dram_bit_pj: { value: 0, source: "in other prices" } } }],
  ["tick.overrun", "refuse", { tick: { period_us: 1000 } }],
  ["tick.spread_us", 5, { tick: { period_us: 100, overrun: "late", timers: "local" } }],
  ["inputs.port.latency_ns", 9, { inputs: { at: "port" } }],
  ["tile.core.scan.chunk_bits", 8, { tile: { core: { scan: { policy: "compressed" } } } }],
  ["tile.core.scan.chunk_bits", 8, { tile: { core: { neuron_update: { policy: "touched" } } } }],
] as const)("%s is not named where it is read", async (path, value, beside) => {
  expect(await warned({ ...BASE, ...beside }, { [path]: value })).toEqual([]);
});

const LANES = { sweep: { objectives: { latency_us: "min" }, parameters: [{ path: "tile.core.lanes", values: [1, 2] }] } };

test("a table of macros that no memory names is named, by file and by text, whatever its name, also beside one that a search names", async () => {
  const csv = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns\n8192,64,1rw,28,0.9,9000,2,2,1,1\n";
  const described = (macros: unknown, search: Document = {}) => ({
    ...{ ...BASE, chip: { technology_nm: 28, voltage_v: 0.9 }, prices: { macros: { mine: { csv }, other: { csv } } }, ...search },
    tile: { core: { synapse_memory: { macros, size_kib: 32, word_bits: 64, banks: 1, ports: "1rw" } } },
  });
  expect(await warned(described("mine"))).toEqual(["prices.macros.other has no effect: it needs a memory that names it, macros: other"]);
  const file = join(folder, "table.csv");
  writeFileSync(file, csv);
  const given = { mine: { file }, far: { file }, "un.used": { csv }, "un.used.csv": { file } };
  const idle = ["far", "un.used", "un.used.csv"];
  const warnings = idle.map((name) => `prices.macros.${name} has no effect: it needs a memory that names it, macros: ${name}`);
  expect(await warned({ ...described("mine"), prices: { macros: given } })).toEqual(warnings);
  // of an extended file that other descriptions may use
  writeFileSync(join(folder, "tables.yaml"), JSON.stringify({ ...described("mine"), prices: { macros: given } }));
  expect(await warned({ version: 1, extends: join(folder, "tables.yaml"), mapping: { strategy: "sequential" } })).toEqual([]);
  expect(await warned(described({ sweep: { derived: "lanes > 1 ? 'other' : 'mine'" } }, LANES))).toEqual([]);
  expect(await warned(described({ sweep: ["mine", "other"] }, { sweep: { objectives: { latency_us: "min" } } }))).toEqual([]);
});

test("a manual mapping can be left for every other strategy, whatever cores it names, and is then named as idle", {
  tags: ["long"],
}, async () => {
  const row = { ...BASE, noc: { width: 5, height: 1 } };
  const manual = { ...row, mapping: { strategy: "manual", manual: { layer1: [0], layer2: [1], readout: [4] } } };
  expect(await warned(manual)).toEqual([]);
  const idle = ["layer1", "layer2", "readout"].map((name) => `mapping.manual.${name} has no effect: it needs mapping.strategy: manual`);
  for (const strategy of ["sequential", "balanced", "min-traffic", "layer-per-core"]) {
    const values = { "mapping.strategy": strategy, "noc.width": 4 }; // no core 4
    expect(await warned(manual, values), strategy).toEqual(idle);
    const [left, plain] = [manual, row].map((document) => open(document));
    expect((await simulate(left, { values })).result.metrics).toEqual((await simulate(plain, { values })).result.metrics);
  }
  const search = { sweep: { objectives: { latency_us: "min" } } };
  const { manual: cores } = manual.mapping;
  expect(await warned({ ...row, mapping: { strategy: { sweep: ["balanced", "manual"] }, manual: cores }, ...search })).toEqual([]);
});

// networks learn from the same digits: none is trained here
for (const name of ["images-idx3-ubyte", "labels-idx1-ubyte"])
  copyFileSync(join(BASE.workload.path, `t10k-${name}`), join(BASE.workload.path, `train-${name}`));

/** A search that trains its networks, from a base with some cell. */
function trains(training: Document, base = "network: { system: rec-v2, neurons: [8] }"): Document {
  const file = join(folder, `base-${bases.size}.yaml`);
  const path = bases.get(base) ?? file;
  bases.set(base, path);
  writeFileSync(path, `version: 1\ndata: { set: mnist-rows }\ntraining: { epochs: 2 }\n${base}\n`);
  return {
    ...{ version: 1, extends: "mesh-2x2", training: { base: path, ...training } },
    workload: { ...BASE.workload, split: "validation" },
    sweep: { objectives: { latency_us: "min" }, parameters: [{ path: "tile.core.lanes", values: [1, 2] }] },
  };
}
const bases = new Map<string, string>();

const SPIKES = "a training.cell that spikes, and gru does not";
/** Keys of `training`, the base, and those that are idle, with what they need. */
const OF_TRAINING: readonly [training: Document, base: string | undefined, idle: { readonly [key: string]: string }][] = [
  [
    { cell: "gru", theta: 5, spike_bits: 4, membrane_penalty: 3, membrane_penalty_saturation: 0.1 },
    undefined,
    { theta: SPIKES, spike_bits: SPIKES, membrane_penalty: SPIKES, membrane_penalty_saturation: SPIKES },
  ],
  [{ theta: 5 }, "network: { system: gru, neurons: [8] }", { theta: SPIKES }],
  [{ membrane_penalty_saturation: 0.1 }, undefined, { membrane_penalty_saturation: "training.membrane_penalty above 0" }],
  [{ chip_rate: 0.01 }, undefined, { chip_rate: "training.chip_epochs above 0" }],
];

test.each(OF_TRAINING)(
  "keys of training that networks do not read are named, and give the same networks: %j",
  async (training, base, idle) => {
    const lines = Object.entries(idle).map(([key, needs]) => `training.${key} has no effect: it needs ${needs}`);
    expect(await warned(trains(training, base))).toEqual(lines);
    const configsOf = (keys: Document): unknown => {
      const { file, experiment } = open(trains(keys, base));
      return new TrainingFiles(file).configsOf(ofKind(experiment, { board: (board) => board, coupled: () => raise() }));
    };
    expect(configsOf(training)).toEqual(configsOf(Object.fromEntries(Object.entries(training).filter(([key]) => idle[key] === undefined))));
  },
);

const raise = (): never => {
  throw new Error("not a board");
};

test("keys of training that are read, that say nothing, or that a search can wake are not named", async () => {
  const read = { theta: 5, spike_bits: 7, membrane_penalty: 3, membrane_penalty_saturation: 0.1, chip_epochs: 1, chip_rate: 0.01 };
  expect(await warned({ ...trains(read), precision: { weight_bits: 4 } })).toEqual([]);
  expect(await warned(trains({ cell: "gru", theta: null, chip_rate: 0.001 }))).toEqual([]);
  expect(await warned(trains({ cell: { sweep: ["gru", "rec-v2"] }, theta: { sweep: [1, 3] } }))).toEqual([]);
  expect(await warned(trains({ membrane_penalty: { sweep: [0, 3] }, membrane_penalty_saturation: 0.1 }))).toEqual([]);
});

test("searched keys that no network reads make no further network", async () => {
  const networks = async (training: Document): Promise<number | undefined> => {
    const found = await check(open(trains(training)));
    return found.kind === "board" ? found.learning?.networks : undefined;
  };
  expect(await networks({ width: { sweep: [4, 8] }, cell: "gru", theta: { sweep: [1, 3] } })).toBe(2);
  expect(await networks({ width: { sweep: [4, 8] }, cell: "rec-v2", theta: { sweep: [1, 3] } })).toBe(4);
  expect(await networks({ width: { sweep: [4, 8] }, cell: { sweep: ["rec-v2", "gru"] }, theta: { sweep: [1, 3] } })).toBe(8);
});

test("a default, and a key that a search can wake are not named; a searched idle key is", async () => {
  expect(await warned({ ...BASE, mapping: { seed: 1 } })).toEqual([]);
  expect(await warned({ ...BASE, mapping: { seed: 2 } })).toHaveLength(1);
  const search = { sweep: { objectives: { latency_us: "min" } } };
  expect(await warned({ ...BASE, mapping: { seed: 2, strategy: { sweep: ["balanced", "min-traffic"] } }, ...search })).toEqual([]);
  expect(await warned({ ...BASE, mapping: { seed: { sweep: [1, 2, 3] } }, ...search })).toEqual([
    "mapping.seed has no effect: it needs mapping.strategy: min-traffic, the only one that draws",
  ]);
});

test("a key of an extended file is not named; the file's own key is", async () => {
  writeFileSync(join(folder, "base.yaml"), JSON.stringify({ ...BASE, spill: { to: "dram", latency_ns: 7 } }));
  const child = { version: 1, extends: join(folder, "base.yaml"), spill: { to: "none" } };
  expect(await warned(child)).toEqual([]);
  expect(await warned({ ...child, spill: { to: "none", burst_bits: 512 } })).toEqual([
    "spill.burst_bits has no effect: it needs spill.to: dram",
  ]);
});

test("no shipped description has an idle key", () => {
  let checked = 0;
  for (const kind of ["chip", "example"] as const)
    for (const name of shippedNames(kind)) {
      const opened = open(name);
      const experiment = ofKind<Experiment | null>(opened.experiment, { board: (board) => board, coupled: () => null });
      if (experiment === null) continue;
      checked += opened.ownPaths.length;
      const trained = experiment.network.training === null ? null : new TrainingFiles(opened.file).configsOf(experiment);
      expect([name, idleKeys(opened, {}, experiment, opened.document, trained)]).toEqual([name, []]);
    }
  expect(checked).toBeGreaterThan(200);
});
