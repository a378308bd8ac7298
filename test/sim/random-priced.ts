/**
 * Random points of the whole space of prices by seed: technologies, kinds of memories, topologies, formats of weights,
 * idle modes, the user's own prices, each with a tiny network that runs on it. A point has the form in which
 * `sim --json` prints it.
 */

import { type HighestClock, highestClocks } from "../../app/fast-clocks.js";
import type { SramCell } from "../../arch/chip.js";
import {
  type Experiment,
  type FpgaName,
  fpgaUseOf,
  type ModelNetwork,
  nirNetwork,
  type Population,
  PRICE_NAMES,
  parseArch,
  RESET_RULES,
  type Samples,
  type Topology,
} from "../../arch/index.js";
import { TOPOLOGY_NAMES } from "../../arch/topologies/registry.js";
import { nominalVoltageV } from "../../arch/voltage.js";
import { InfeasibleError, InputError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import {
  type CounterTables,
  counterTables,
  evaluatePoint,
  type HeldNetwork,
  heldNetwork,
  needsOn,
  prepareFunctional,
  type Result,
} from "../../sim/index.js";
import { Draw, networkOf } from "../rtl/random-cores.js";
import { randomDense } from "./functional/random-dense.js";
import { randomNetwork, randomSamples, type SpikingSystem } from "./functional/random-network.js";
import { randomNet } from "./nir/random-net.js";

/** A point, and what was drawn for it. */
export interface PricedPoint {
  readonly printed: PrintedPoint;
  /** The same chip on an FPGA, as far as it is counted, whether or not it fits; `parts`: of the kinds that it has. */
  readonly on: (name: FpgaName) => { readonly printed: object; readonly parts: readonly string[] };
  readonly met: readonly string[];
}

/** The keys of `sim --json` that prices need, and those that they give. */
interface PrintedPoint {
  readonly document: Json;
  readonly network: HeldNetwork;
  readonly counters: CounterTables;
  readonly highestClocks: readonly HighestClock[];
  readonly breakdown: Result["breakdown"];
}

type Section = { readonly [key: string]: Json };

/** What every part of a draw needs. */
interface Drawing {
  readonly draw: Draw;
  /** Draws a whole number without a record. */
  readonly int: (low: number, high: number) => number;
  /** True in one of `n` cases; recorded by its name. */
  readonly rarely: (name: string, n: number) => boolean;
}

const NODES = [7, 10, 14, 16, 20, 22, 28, 32, 40, 45, 55, 65, 90, 130, 180] as const;
const FORMATS = ["auto", "smallest", "dense", "rows", "bitmap", "run-length"] as const;

function chipOf({ draw, rarely }: Drawing, seed: number): Section {
  return {
    technology_nm: draw.of("node", NODES[seed % NODES.length]),
    sram_cell: draw.of("cell", "lstp", "lop", "hp"),
    voltage_v: rarely("own supply", 2) ? draw.of("supply", 0.62, 0.81, 0.95, 1.17) : "nominal",
    temperature_k: draw.of("temperature", 300, 300, 318, 353, 365, 400),
    ...(rarely("corner given", 2) ? { corner: draw.of("corner", "slow", "typical", "fast") } : {}),
    clock_mhz: draw.of("clock", 0.02, 0.1, 0.5),
    idle: draw.of("idle", "clocked", "clock-gated", "power-gated"),
    weight_format: draw.of("format", ...FORMATS),
    convolution: draw.of("convolution", "shared", "shared", "shared", "unrolled"),
  };
}

/** A key that may be left out. */
const given = (key: string, value: Json): Section => (value === null ? {} : { [key]: value });

function nocOf({ draw, int, rarely }: Drawing): Section {
  const topology = draw.of("topology", ...TOPOLOGY_NAMES);
  const isTree = topology === "mesh-tree";
  const [width, height] = isTree ? [int(1, 2), 1] : draw.of("size", [1, 1], [2, 1], [3, 1], [2, 2], [3, 2], [4, 1], [3, 3]);
  const divided = !isTree && topology !== "crossbar" && rarely("dies", 2);
  const depth = draw.of("buffer", 1, 2, 3, 8, 20);
  const part = (places: number): number => draw.of<number>("dies across", ...[1, 2, 3, 4].filter((count) => places % count === 0));
  return {
    ...{ topology, width, height },
    flit_width_bits: draw.of("flit", 8, 16, 24, 32, 100, 200),
    virtual_channels: draw.of("virtual channels", 2, 2, 3, 4, 6),
    vc_buffer_flits: depth,
    link_length_mm: draw.of("link", 0.2, 0.5, 0.8, 1.7, 6),
    // a copied packet must fit into one buffer
    multicast: depth < 8 ? "unicast" : draw.of("multicast", "unicast", "tree", "tree"),
    header_bits: draw.of("header", 24, 31, 40),
    ...(isTree ? { tree: { arity: 2, levels: int(1, 2), ...given("link_length_mm", draw.of("tree link", null, 0.3)) } } : {}),
    ...(divided
      ? { dies: { columns: part(width), rows: part(height), ...given("bandwidth_gbit_s", draw.of("die bandwidth", null, 0.3, 9)) } }
      : {}),
  };
}

/** A table of macros of one node and supply, with every kind of ports, or of laws. */
function macrosOf({ draw, int }: Drawing, chip: Section): string {
  const node = Number(chip.technology_nm);
  const nominal = nominalVoltageV(node, chip.sram_cell as SramCell);
  const volts = chip.voltage_v === "nominal" ? nominal : chip.voltage_v;
  const ports = ["1rw", "1r1w", "2rw"] as const;
  if (draw.of("macros", "table", "laws") === "laws") {
    const line = (quantity: string, law: string, port: string): string => `${quantity},"${law}",${port},${node},1,1000000,1,4096,0.1,3`;
    const lines = draw
      .of("laws for", ["1rw", "1r1w"], ["1rw", "2rw"])
      .flatMap((port) => [
        line("area_um2", `${int(200, 400)} + 0.19 * words * bits`, port),
        line("read_fj", `240 * size_kib ** 0.48 * (word_bits / 32) ** 0.38 * (voltage_v > 1 ? 1.5 : 1)`, port),
        line("write_pj", `0.3 * size_kib ** 0.${int(3, 6)} * max(word_bits, 8) / 32`, port),
        line("leakage_nw", `${int(1, 9)} * size_kib * technology_nm`, port),
        line("access_ns", "0.4", port),
      ]);
    return `quantity,law,ports,technology_nm,least_words,most_words,least_bits,most_bits,least_voltage_v,most_voltage_v\n${lines.join("\n")}\n`;
  }
  const rows = ports.flatMap((port) =>
    [64, 512, 4096, 65_536, 1_048_576].flatMap((words) =>
      [8, 32, 100].map((bits) => {
        const size = (words * bits) / 8192;
        const about = (value: number): string => (value * (0.7 + 0.1 * int(0, 6))).toPrecision(4);
        return `${words},${bits},${port},${node},${volts},${about(900 + 1600 * size)},${about(1.5)},${about(1800)},${about(90 * size)},0.6`;
      }),
    ),
  );
  return `words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_fj,leakage_nw,access_ns\n# a comment\n${rows.join("\n")}\n`;
}

/** A table of a few macros, or of laws, between and beyond whose sizes and supplies a chip's memories may lie. */
function fewMacrosOf({ draw, int }: Drawing, chip: Section): Section {
  const node = Number(chip.technology_nm);
  const volts = chip.voltage_v === "nominal" ? nominalVoltageV(node, chip.sram_cell as SramCell) : Number(chip.voltage_v);
  const rules = {
    ...given("between", draw.of("between", null, "interpolate")),
    ...given("beyond", draw.of("beyond", null, "extrapolate", "extrapolate")),
  };
  const rounded = (value: number): string => value.toPrecision(5);
  if (draw.of("few", "macros", "macros", "laws") === "laws") {
    const least = draw.of("least supply", volts - 0.1, volts + 0.05);
    const line = (quantity: string, law: string): string =>
      `${quantity},"${law}",1r1w,${node},100,2000,16,64,${rounded(least)},${rounded(least + 0.2)}`;
    const laws = [
      line("area_um2", "300 + 0.19 * words * bits"),
      line("read_pj", "0.24 * size_kib ** 0.48 * voltage_v ** 2"),
      line("write_pj", "0.3 * size_kib ** 0.5"),
      line("leakage_uw", "2 * size_kib * voltage_v ** 3"),
      line("access_ns", "0.4 * size_kib ** 0.1 / voltage_v"),
    ];
    const head = "quantity,law,ports,technology_nm,least_words,most_words,least_bits,most_bits,least_voltage_v,most_voltage_v";
    return { csv: `${head}\n${laws.join("\n")}\n`, ...rules };
  }
  const supplies = draw.of<number[]>("supplies", [0], [-0.06, 0.09], [-0.11, -0.03], [0.02], [-0.1, 0, 0.1]).map((off) => volts + off);
  const ports = draw.of<string[]>("ports", ["1rw", "1r1w"], ["2rw"], ["1rw", "2rw"]);
  const [depths, widths] = [draw.of("depths", [64, 700, 5000], [300, 20_000], [20, 60]), draw.of("widths", [8, 40], [16, 64, 200])];
  const rows = ports.flatMap((port) =>
    depths.flatMap((words) =>
      widths.flatMap((bits) => {
        if (int(0, 5) === 0) return [];
        const size = (words * bits) / 8192;
        const of = (value: number): string => rounded(value * (0.7 + 0.1 * int(0, 6)));
        const held = int(0, 3) === 0 ? supplies.slice(0, 1) : supplies;
        return held.map(
          (v) =>
            `M,${words},${bits},${port},${node},${rounded(v)},${of(300 + 900 * size)},${of(1.2 * Math.sqrt(size) * v)},${of(1.5)},${of(3 * size * v)},${of(0.5)},${of(0.6 / v)}`,
        );
      }),
    ),
  );
  const head = "macro,words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns,cycle_ns";
  return { csv: `${head}\n${rows.join("\n")}\n`, ...rules };
}

/** `kind`, `macros`, or neither. */
function madeOf({ draw, rarely }: Drawing, name: string, hasMacros: boolean, kinds: readonly string[], wordBits?: number): Section {
  if (hasMacros && rarely(`${name} of macros`, 2)) return { macros: "mine", ...(wordBits === undefined ? {} : { word_bits: wordBits }) };
  return rarely(`${name} of a kind`, 2) ? { kind: draw.of(`${name} kind`, ...kinds) } : {};
}

const KINDS = ["sram", "registers", "latches"];

function coreOf(drawing: Drawing, hasMacros: boolean, isSpilled: boolean, scans: boolean): Section {
  const { draw, rarely } = drawing;
  const table = (name: string): Section => (rarely(name, 3) ? { [name]: { entries: 5000, ...madeOf(drawing, name, hasMacros, []) } } : {});
  const own = madeOf(drawing, "synapse memory", hasMacros, KINDS);
  const hasParameters = rarely("parameter memory given", 3);
  const units = draw.of("units", 1, 1, 2, 3);
  return {
    max_neurons: draw.of("most neurons", 128, 300),
    lanes: draw.of("lanes", 1, 2, 3, 8, 16, 64),
    accumulate_depth_cycles: draw.of("accumulate depth", 1, 2, 3, 6),
    scan: { policy: scans ? draw.of("scan", "event", "compressed", "dense") : "event" },
    synapse_memory: {
      size_kib: isSpilled ? draw.of("small synapse memory", 0.0625, 0.125) : draw.of("synapse KiB", 64, 130.7, 5000),
      word_bits: isSpilled ? draw.of("synapse word", 16, 24, 64) : draw.of("synapse word", 16, 24, 64, 128, 300, 600),
      banks: isSpilled ? draw.of("synapse banks", 1, 2, 3) : draw.of("synapse banks", 1, 2, 3, 8, 16),
      ports: draw.of("synapse ports", "1rw", "1r1w"),
      read_latency_cycles: draw.of("synapse latency", 1, 2, 4),
      ...own,
      ...(rarely("weights re-read", 3) ? { reread_in_stalls: true } : {}),
    },
    state_memory: {
      size_kib: draw.of("state KiB", 8, 33.3, 256),
      word_bits: draw.of("state word", 24, 36, 64, 100, 320),
      banks: draw.of("state banks", 1, 2, 3, 4),
      ports: draw.of("state ports", "1rw", "1r1w"),
      read_latency_cycles: draw.of("state latency", 1, 2, 3),
      ...madeOf(drawing, "state memory", hasMacros, KINDS),
      ...(rarely("states re-read", 3) ? { reread_in_stalls: true } : {}),
    },
    ...(hasParameters ? { parameter_memory: madeOf(drawing, "parameter memory", hasMacros, KINDS, 700) } : {}),
    ...(rarely("configuration", 3) ? { configuration_bits: draw.of("configuration bits", 1, 100, 3000) } : {}),
    ...table("axon_table"),
    ...table("route_table"),
    input_queue: {
      depth: draw.of("input queue", 2, 8, 32, 33, 200),
      ...madeOf(drawing, "input queue", hasMacros, ["auto", ...KINDS], 200),
    },
    output_queue: { depth: draw.of("output queue", 1, 5, 32, 100), ...madeOf(drawing, "output queue", hasMacros, ["auto", ...KINDS], 200) },
    neuron_update: { units, pipeline_depth_cycles: draw.of("update depth", 1, 2, 3, 4, 5, 7) },
  };
}

/** What some cores have in place of a core's keys: with macros only numbers, as a memory has a kind or macros. */
function unlikeOf(drawing: Drawing, core: Section, hasMacros: boolean, isSpilled: boolean): Section {
  if (hasMacros) return { lanes: drawing.int(1, 9), neuron_update: { units: 4 } };
  const { parameter_memory: _, axon_table: __, route_table: ___, ...others } = coreOf(drawing, false, isSpilled, false);
  return { ...others, scan: core.scan };
}

/** Expressions that name what every price may name, and operators of the language. */
const ANY = [
  "0.01 * technology_nm ** 0.5 * (voltage_v / 0.8) ** 2",
  "temperature_k > 320 and clock_mhz < 1 ? 0.2 : clock_mhz >= 0.1 ? min(0.3, 1 / technology_nm) : 0.4",
  "max(1e-4, floor(technology_nm / 10) % 3, round(voltage_v)) + abs(-0.5) - 2 ** -2 ** 0.5",
];
const SHAPED: readonly (readonly [names: RegExp, expression: string])[] = [
  [/^(synapse_memory|state_memory)|wire_pj$/, "0.002 * sqrt(size_kib) * log2(word_bits) * banks + words * 1e-6 + lanes * 1e-3"],
  [/^(parameter_memory|input_queue|output_queue|queue|axon_table|route_table|frame_buffer)_/, "1e-4 * words + pow(bits, 0.5) * 1e-3"],
  [/^write_queue_/, "words * banks * 1e-4 + word_bits * 1e-5"],
  [/^router_/, "ports * virtual_channels * vc_buffer_flits * bits * 3e-7 + words * 1e-7 + size_kib"],
  [/^(tree_)?link_/, "0.001 * bits * length_mm"],
  [/^die_link_/, "0.1 * bits + gbit_s"],
  [/^port_(bit|queue)/, "0.01 * bits"],
  [/^dram_background/, "bits * 1e-3"],
  [
    /^(synaptic|requantisation|element|lut_read|datapath|control|decoder|address_generator|configuration|core_clock|dram_bit|prefetch)/,
    "0.01 * (bits + weight_bits + state_bits + accumulator_bits + gate_bits + lut_bits + payload_bits + lanes + units + max_neurons)",
  ],
];

function ownPricesOf({ draw, int, rarely }: Drawing): Section {
  if (!rarely("own prices", 2)) return {};
  const drawn = Array.from({ length: int(1, 20) }, () => PRICE_NAMES[int(0, PRICE_NAMES.length - 1)]);
  return Object.fromEntries(
    [...new Set(drawn)].map((name) => {
      const shaped = SHAPED.find(([names]) => names.test(name))?.[1] ?? ANY[0];
      const value = draw.of<number | string>("own price", int(0, 50) / 16, ANY[int(0, ANY.length - 1)], shaped);
      return [name, { value, source: "drawn", ...(int(0, 2) === 0 ? { plus_minus_percent: 10 } : {}) }];
    }),
  );
}

function precisionOf({ draw }: Drawing, leaks: boolean, layers: Section): Section {
  return {
    weight_bits: draw.of("weight bits", 2, 3, 5, 8, 11),
    state_bits: draw.of("state bits", 10, 12, 16, 21),
    state_fraction_bits: 4,
    accumulator_bits: draw.of("accumulator bits", 16, 20, 24),
    lut_bits: draw.of("table bits", 4, 8, 10),
    gate_bits: draw.of("gate bits", 4, 8, 13),
    leak: draw.of("leak", ...(leaks ? ["multiplier", "shift", "shift"] : ["multiplier"])),
    layers,
  };
}

function workloadOf({ draw, rarely }: Drawing): Section {
  if (!rarely("period", 2)) return {};
  const rest = rarely("rest", 2)
    ? { rest: draw.of("share", { logic_percent: 7 }, { memory_percent: 20 }, { logic_percent: 0, memory_percent: 60 }) }
    : {};
  return { period_ms: draw.of("period ms", 1e5, 1e7), ...rest };
}

const STEP_SECONDS = 1e-4;
const SYSTEMS = ["lif", "alif", "rec-v1", "rec-v2", "gru", "lstm", "nir", "nir", "nir"] as const;

/** A network, its samples, and what the description says of it. */
interface Drawn {
  readonly model: ModelNetwork;
  readonly samples: Samples;
  readonly name: string;
  readonly nir: Section;
  /** True if it may have constant leaks. */
  readonly leaks: boolean;
}

function networkFor(drawing: Drawing, seed: number): Drawn {
  const { draw, int } = drawing;
  const system = draw.of("system", ...SYSTEMS);
  const utterances = draw.of("utterances", 1, 2, 3);
  if (system !== "nir") {
    const shape = { inputs: int(3, 9), neurons: [int(5, 30), int(3, 12)], classes: int(2, 5), fill: draw.of("fill", 0.1, 0.4, 1), gain: 1 };
    const model =
      system === "gru" || system === "lstm" ? randomDense(`${seed}`, system, shape) : networkOf(draw, seed, system as SpikingSystem);
    const samples = randomSamples(seed, model, utterances, 4);
    return {
      model: { ...model, task: samples.task },
      samples,
      name: "random.safetensors",
      nir: {},
      leaks: model.layers.some(({ perNeuron }) => perNeuron.tau !== undefined || perNeuron.rho !== undefined),
    };
  }
  const net = randomNet(createRng(seed, "priced net"), STEP_SECONDS, false, createRng(seed, "pools in front"));
  const widthOf = (type: string): number => {
    const shape = [...net.file.graph.nodes.values()].find((node) => node.type === type)?.fields.get("shape");
    if (shape === undefined || typeof shape === "string") throw new Error(`no ${type} with a shape`);
    return shape.data.reduce((product, size) => product * size, 1);
  };
  const [inputs, classes] = [widthOf("Input"), widthOf("Output")];
  const rng = createRng(seed, "priced samples");
  const frameStart = Uint32Array.from({ length: utterances + 1 }, (_, u) => 3 * u);
  const most = draw.of("input", 1, 1, 5, 300);
  const samples: Samples = {
    ...{ name: `priced-${seed}`, hash: `priced-${seed}`, task: "sequence", inputs, classes, frameStart },
    features: Float32Array.from({ length: 3 * utterances * inputs }, () => (rng.float() < 0.3 ? rng.int(1, most) : 0)),
    labels: new Int32Array(utterances),
  };
  const nir = { step_seconds: STEP_SECONDS, reset: draw.of("reset", ...RESET_RULES) };
  return { model: nirNetwork(net.file, `priced ${seed}`), samples, name: "random.nir", nir, leaks: false };
}

/** The description of a seed. */
function documentOf(drawing: Drawing, seed: number, { name, nir, leaks }: Drawn, layers: Section, hasFew: boolean): Section {
  const { draw, int, rarely } = drawing;
  const chip = chipOf(drawing, seed);
  const noc = nocOf(drawing);
  const hasMacros = hasFew || rarely("own macros", 3);
  const isSpilled = rarely("DRAM", 3);
  const paced = !isSpilled && rarely("steps by sources", 5);
  // steps by sources, decoded rows and rows from DRAM have no scan
  const scans = !paced && !isSpilled && ["auto", "dense", "rows"].includes(String(chip.weight_format));
  const core = coreOf(drawing, hasMacros, isSpilled, scans);
  const tiles = Number(noc.width) * Number(noc.height);
  const unlike = tiles > 2 && rarely("unlike tiles", 2) ? unlikeOf(drawing, core, hasMacros, isSpilled) : null;
  const cores = draw.of("cores", 1, 1, 2, 3);
  const inputs = draw.of("inputs", "plain", "plain", "port", "frames");
  const frames = { ...given("entries", draw.of("frames", null, 400)), ...madeOf(drawing, "frame buffer", hasMacros, KINDS, 30) };
  const wide = { queue: { depth: 50 }, bandwidth_gbit_s: 5 };
  const port = { tile: int(0, tiles - 1), ...draw.of<Section>("port queue", {}, { queue: { depth: 1 } }, wide) };
  return {
    version: 1,
    chip,
    noc,
    ...(paced ? { barrier: { scope: "sources", run_ahead_steps: draw.of("steps ahead", 0, 1, 2, 6) } } : {}),
    ...(isSpilled ? { spill: { to: "dram", bandwidth_gbit_s: 0.01, prefetch_bits: draw.of("prefetch", 0, 3000, 100_000, 100_000) } } : {}),
    ...(inputs === "plain" ? {} : { inputs: inputs === "port" ? { at: "port", port } : { at: "cores", frame_buffer: frames } }),
    prices: {
      basis: draw.of("basis", "silicon", "library"),
      ...(hasMacros ? { macros: { mine: hasFew ? fewMacrosOf(drawing, chip) : { csv: macrosOf(drawing, chip) } } } : {}),
      ...ownPricesOf(drawing),
    },
    network: { model: name, nir },
    workload: { samples: 3, timing_samples: 2, ...workloadOf(drawing) },
    precision: precisionOf(drawing, leaks, layers),
    mapping: {
      strategy: draw.of("strategy", "sequential", "balanced"),
      max_neurons_per_core: draw.of("spread", null, tiles * cores < 6 ? null : 12),
    },
    tile: { cores, core },
    ...(unlike !== null ? { "tile[0..1]": { core: unlike, "core[0]": { lanes: 5 } }, "tile[1]": { core: { lanes: 6 } } } : {}),
  };
}

/**
 * The point of a seed; null: it cannot exist. `hasFew`: it has a table of a few macros, as far as they serve its
 * memories.
 */
export function pricedPoint(seed: number, hasFew = false): PricedPoint | null {
  const draw = new Draw(createRng(seed, hasFew ? "few macros" : "priced"));
  const drawing: Drawing = {
    draw,
    int: (low, high) => draw.int(low, high),
    rarely: (name, n) => draw.of(name, true, ...new Array<boolean>(n - 1).fill(false)),
  };
  const drawn = networkFor(drawing, seed);
  const layers = drawn.name === "random.nir" ? null : draw.of("own widths", null, "given");
  try {
    const own = layers === null ? {} : { readout: { weight_bits: 2, accumulator_bits: 16 }, layer1: { state_bits: 10 } };
    const { document, experiment } = parseArch(JSON.stringify(documentOf(drawing, seed, drawn, own, hasFew)), "random");
    const { topology, ...printed } = printedOf(document, experiment, drawn, draw.of("wider payloads", 0, 0, 0, 6));
    const on = (name: FpgaName) => onFpga(name, printed, experiment, topology);
    return { printed, on, met: [...draw.choices, ...featuresOf(printed)] };
  } catch (error) {
    if (error instanceof InfeasibleError || error instanceof InputError) return null;
    throw error;
  }
}

/**
 * A shipped chip with a small random network; at 1 MHz, as its update units are too slow for the network at its own
 * clock, and with updates of all neurons.
 * @throws InfeasibleError, InputError if the network does not fit it
 */
export function shippedPoint(name: string): PrintedPoint {
  const system = name.length % 2 === 0 ? "lif" : "rec-v2";
  const model = randomNetwork(name, { system, inputs: 5, neurons: [9, 4], classes: 3, bits: 2, theta: 0, fill: 1, gain: 1 });
  const samples = randomSamples(1, model, 2, 4);
  const text = {
    version: 1,
    extends: name,
    chip: { clock_mhz: 1 },
    tile: { core: { neuron_update: { policy: "dense" } } },
    precision: { leak: "multiplier" },
    network: { model: "random.safetensors" },
  };
  const { document, experiment } = parseArch(JSON.stringify(text), "random");
  const network = { ...model, task: samples.task };
  return printedOf(document, experiment, { model: network, samples, name: "random.safetensors", nir: {}, leaks: true });
}

function onFpga(name: FpgaName, { document, network, counters }: PrintedPoint, { chip, precision }: Experiment, topology: Topology) {
  const { total, utilisationPercent, parts, memories } = fpgaUseOf(chip, name, precision, needsOn(chip, precision, topology));
  const { luts, flipFlops, blockRams, dsps } = total;
  const described = document as { readonly chip: Section };
  return {
    printed: {
      ...{ document: { ...described, chip: { ...described.chip, fpga: name } }, network, counters },
      metrics: {
        ...{ fpga_luts: luts, fpga_flip_flops: flipFlops, fpga_block_rams: blockRams, fpga_dsps: dsps },
        fpga_utilisation_percent: utilisationPercent,
      },
    },
    parts: [...parts.map(({ kind }) => kind), ...memories.map(({ memory }) => memory)],
  };
}

/** @param moreBits bits by which every payload is declared wider than its spikes need */
function printedOf(
  document: Json,
  experiment: Experiment,
  { model, samples }: Drawn,
  moreBits = 0,
): PrintedPoint & { readonly topology: Topology } {
  const narrow = prepareFunctional(experiment, model, samples.hash, samples);
  const declared = ({ payloadBits }: Population): number => (payloadBits === 0 ? 0 : payloadBits + moreBits);
  const populations = narrow.trace.topology.populations.map((population) => ({ ...population, payloadBits: declared(population) }));
  const functional = { ...narrow, trace: { ...narrow.trace, topology: { ...narrow.trace.topology, populations } } };
  const { result, timing } = evaluatePoint(experiment, functional);
  const { chip, precision } = experiment;
  return {
    document,
    network: heldNetwork(chip, precision, functional.trace.topology),
    counters: counterTables(chip, timing.total),
    highestClocks: highestClocks(chip, precision, needsOn(chip, precision, functional.trace.topology)),
    breakdown: result.breakdown,
    topology: functional.trace.topology,
  };
}

/** Lines of the breakdown and formats of weights that not every point has. */
function featuresOf({ network, breakdown, document }: PrintedPoint): readonly string[] {
  const some = breakdown.filter(({ energyPj, areaMm2 }) => (energyPj ?? 0) > 0 || (areaMm2 ?? 0) > 0).map(({ component }) => component);
  const own = Object.keys((document as { readonly prices: Section }).prices).filter((name) => name !== "basis" && name !== "macros");
  const isWide = network.populations.some(({ payloadBits }) => payloadBits > 8);
  return [
    ...some,
    ...network.projections.map(({ format }) => `held as ${format}`),
    ...(own.length === 0 ? [] : ["own prices by name"]),
    ...(isWide ? ["spikes wider than 8 bits"] : []),
  ];
}

const values = (name: string, ...all: readonly unknown[]): readonly string[] => all.map((value) => `${name}=${String(value)}`);

/** What a test of many points must have met: `choice=value`, formats, and lines that are not 0. */
export const PRICED_FEATURES: readonly string[] = [
  ...values("node", ...NODES),
  ...values("cell", "lstp", "lop", "hp"),
  ...values("supply", 0.62, 0.81, 0.95, 1.17),
  ...values("temperature", 300, 318, 353, 365, 400),
  ...values("corner", "slow", "typical", "fast"),
  ...values("idle", "clocked", "clock-gated", "power-gated"),
  ...values("basis", "silicon", "library"),
  ...values("topology", ...TOPOLOGY_NAMES),
  ...values("virtual channels", 2, 3, 4, 6),
  ...values("flit", 8, 16, 24, 32, 100, 200),
  ...values("scan", "event", "compressed", "dense"),
  ...values("leak", "multiplier", "shift"),
  ...values("weight bits", 2, 3, 5, 8, 11),
  ...values("system", "lif", "alif", "rec-v1", "rec-v2", "gru", "lstm", "nir"),
  ...values("macros", "table", "laws"),
  ...["synapse memory", "state memory"].flatMap((memory) => values(`${memory} kind`, ...KINDS)),
  ...["input queue", "output queue"].flatMap((queue) => values(`${queue} kind`, "auto", ...KINDS)),
  ...values("synapse ports", "1rw", "1r1w"),
  ...values("synapse banks", 1, 2, 3, 8, 16),
  ...values("synapse word", 16, 24, 64, 128, 300, 600),
  ...[
    "own prices by name",
    "spikes wider than 8 bits",
    "steps by sources=true",
    "own widths=given",
    "unlike tiles=true",
    "rest=true",
    "multicast=tree",
  ],
  ...["dense", "kernel", "rows", "bitmap", "run-length"].map((format) => `held as ${format}`),
  ...["synapse memory re-reads", "state memory re-reads", "synapse memory clock", "state memory clock", "queue clock"],
  ...["decoded weights", "decoder area", "generated addresses", "address generator area", "configuration area", "configuration clock"],
  ...["axon table reads", "route table reads", "parameter memory reads", "table reads", "frame buffer reads", "frame buffer clock"],
  ...["DRAM reads", "prefetch buffer bits", "tree link flits", "die link bits", "host link", "port queue pushes", "link flits"],
  ...[
    "core clock between inferences",
    "state memory leakage between inferences",
    "router leakage between inferences",
    "frame buffer leakage between inferences",
  ],
];
