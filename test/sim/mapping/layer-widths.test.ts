/**
 * Weights of single layers in narrower words: what runs, what is stored, what is read, and what distinguishes points.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  accumulatorBitsOf,
  type Experiment,
  type Precision,
  parseArch,
  patchDocument,
  readModel,
  resolveModelPath,
  type Topology,
  weightBitsInto,
} from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { quantiseLayers } from "../../../sim/functional/quantise.js";
import { runnableNetwork } from "../../../sim/functional/runnable.js";
import { CORE_COUNTERS, evaluatePoint, functionalKey, prepareFunctional } from "../../../sim/index.js";
import { splitFanIn } from "../../../sim/mapping/fan-in.js";
import { runnableOf } from "../../../sim/model.js";
import { pointKey } from "../../../sweeps/index.js";
import { loadDataset } from "../../../training/index.js";
import { referenceOf } from "../../oracles/reference.js";

const parsed = parseArch(
  "version: 1\nextends: mesh-2x2\nworkload: { samples: 20, timing_samples: 2 }\n",
  join(packageRoot(), "layers.yaml"),
);
const { network } = readModel(resolveModelPath(parsed.experiment.network.model, "layers.yaml"));
const digits = loadDataset("mnist-rows", { path: null, split: "test" });
const of = (values: { readonly [path: string]: number }): Experiment => patchDocument(parsed, values);
const widths = (names: readonly string[], bits: number): { readonly [path: string]: number } =>
  Object.fromEntries(names.map((name) => [`precision.layers.${name}.weight_bits`, bits]));

function run(experiment: Experiment) {
  const functional = prepareFunctional(experiment, network, "m", digits);
  const { result, timing } = evaluatePoint(experiment, functional);
  const counted = (name: string): number =>
    timing.total.cores.reduce((sum, count, i) => sum + (CORE_COUNTERS[i % CORE_COUNTERS.length] === name ? count : 0), 0);
  return { result, timing, counted, operations: functional.operations };
}

test("a layer's own width makes the network that a precision study of that layer runs", () => {
  const one = of(widths(["layer1"], 3));
  const study = new Map([["layer1", { ...parsed.experiment.precision, weightBits: 3 }]]);
  const expected = runnableNetwork(quantiseLayers(network as never, parsed.experiment.precision, study));
  const found = runnableOf(one, network, digits);
  expect(found.precisions.map(({ weightBits }) => weightBits)).toEqual([8, 3, 8, 8]);
  const inputs = new Int32Array(28 * 10);
  found.toInputs(digits.features.subarray(0, inputs.length) as Float32Array, inputs);
  expect(found.engine().run(inputs)).toEqual(expected.engine().run(inputs));
});

test("narrow words in every layer cost the memory, reads and cycles of a chip with narrow words only", () => {
  const all = run(of(widths(["layer1", "layer2", "readout"], 4)));
  const narrow = run(of({ "precision.weight_bits": 4 }));
  expect(all.result.metrics.accuracy_percent).toBe(narrow.result.metrics.accuracy_percent);
  expect(all.timing.total).toEqual(narrow.timing.total);
  expect(all.result.metrics.latency_cycles).toBe(narrow.result.metrics.latency_cycles);
});

test("one narrow layer reads fewer words than no narrow layer, and more than narrow layers only", () => {
  const reads = [[], ["layer2"], ["layer1", "layer2", "readout"]].map((names) => run(of(widths(names, 4))).counted("synapse_reads"));
  expect(reads[0]).toBeGreaterThan(reads[1]);
  expect(reads[1]).toBeGreaterThan(reads[2]);
});

test("widths of layers change the keys of points and runs; without them the key does not change", () => {
  const keys = (experiment: Experiment): string[] => [
    pointKey(experiment, { modelHash: "m", dataHash: "d" }, "1"),
    functionalKey(experiment, "m", "d"),
  ];
  const described = [
    {},
    widths(["layer1"], 4),
    widths(["layer1"], 3),
    widths(["layer2"], 4),
    states(["layer1"], 12),
    states(["layer2"], 12),
  ];
  const all = described.map((values) => keys(of(values)));
  for (const k of [0, 1]) expect(new Set(all.map((two) => two[k])).size).toBe(described.length);
});

test("in a path, a layer whose name contains dots has its whole name", () => {
  const braille = parseArch(
    "version: 1\nnetwork: { model: x.nir, nir: { step_seconds: 1e-4, reset: zero } }\nworkload: { dataset: spike-file, path: x.csv }\n",
    "braille.yaml",
  );
  const { precision } = patchDocument(braille, widths(["lif1.lif"], 4));
  expect(precision.layers).toEqual({ "lif1.lif": { weightBits: 4 } });
  expect(() => patchDocument(braille, { "precision.layers.lif1.lif.lut_bits": 6 })).toThrow(/no such parameter/);
});

test.each([
  ["layer1.weight_bits: 9", "precision.layers.layer1.weight_bits: is 9, but lanes are built for precision.weight_bits: 8"],
  ["layer1.weight_bits: 0", "precision.layers.layer1.weight_bits"],
  ["layer1.lut_bits: 6", "precision.layers.layer1.lut_bits"],
  [
    "layer1.accumulator_bits: 25",
    "precision.layers.layer1.accumulator_bits: is 25, but hardware is built for precision.accumulator_bits: 24",
  ],
  ["layer1.state_bits: 17", "precision.layers.layer1.state_bits: is 17, but hardware is built for precision.state_bits: 16"],
  ["layer1.state_bits: 8", "precision.layers.layer1.state_bits: leaves 8 bits of state with 8 below a spike"],
  ["layer1.state_fraction_bits: 16", "precision.layers.layer1.state_fraction_bits: leaves 16 bits of state with 16 below a spike"],
])("%s is refused", (text, message) => {
  const [name, key] = text.split(".");
  const [field, value] = key.split(": ");
  expect(() =>
    parseArch(`version: 1\nextends: mesh-2x2\nprecision: { layers: { ${name}: { ${field}: ${value} } } }\n`, "layers.yaml"),
  ).toThrow(message);
});

const states = (names: readonly string[], bits: number): { readonly [path: string]: number } =>
  Object.fromEntries(names.map((name) => [`precision.layers.${name}.state_bits`, bits]));

test("a layer's own state width makes the network that a precision study of that layer runs, in the reference too", () => {
  const own = { "precision.layers.layer2.state_bits": 12, "precision.layers.layer2.state_fraction_bits": 4 };
  const found = runnableOf(of(own), network, digits);
  const study = new Map([["layer2", { ...parsed.experiment.precision, stateBits: 12, stateFractionBits: 4 }]]);
  const integer = quantiseLayers(network as never, parsed.experiment.precision, study);
  const expected = runnableNetwork(integer);
  const inputs = new Int32Array(28 * 10);
  found.toInputs(digits.features.subarray(0, inputs.length) as Float32Array, inputs);
  const run = found.engine().run(inputs);
  expect(run).toEqual(expected.engine().run(inputs));
  expect(run).toEqual(referenceOf(integer).run(inputs));
  expect(run).not.toEqual(runnableOf(of({}), network, digits).engine().run(inputs));
});

test("narrow states of all layers take as many state words as a chip with narrow states only; those of one layer lie between", () => {
  const cells = ["input", "layer1", "layer2"];
  const built = { "tile.core.state_memory.word_bits": 48, "tile.core.neuron_update.units": 4, "precision.state_fraction_bits": 6 };
  const reads = (values: { readonly [path: string]: number }): number => run(of({ ...built, ...values })).counted("state_reads");
  const [wide, one, all, narrow] = [{}, states(["layer2"], 12), states(cells, 12), { "precision.state_bits": 12 }].map(reads);
  expect(all).toBe(narrow);
  expect(wide).toBeGreaterThan(one);
  expect(one).toBeGreaterThan(all);
});

test("a layer's own spike width equals that of a network with this width everywhere, in its packets and its multiplications", () => {
  const cells = ["input", "layer1", "layer2"];
  const own = runnableOf(of(Object.fromEntries(cells.map((name) => [`precision.layers.${name}.spike_bits`, 3]))), network, digits);
  const all = runnableOf(of({ "precision.spike_bits": 3 }), network, digits);
  const payloads = ({ topology }: typeof own): readonly number[] => topology.populations.map(({ payloadBits }) => payloadBits);
  expect(payloads(own)).toEqual(payloads(all));
  const inputs = new Int32Array(28 * 10);
  own.toInputs(digits.features.subarray(0, inputs.length) as Float32Array, inputs);
  expect(own.engine().run(inputs)).toEqual(all.engine().run(inputs));
  const one = runnableOf(of({ "precision.layers.layer1.spike_bits": 3 }), network, digits);
  const plain = runnableOf(of({}), network, digits);
  expect(payloads(one)).toEqual(payloads(plain).map((bits, p) => (p === 1 ? payloads(all)[1] : bits)));
});

const sums = (names: readonly string[], bits: number): { readonly [path: string]: number } =>
  Object.fromEntries(names.map((name) => [`precision.layers.${name}.accumulator_bits`, bits]));

test("narrow sums of all layers overflow, and cost words and cycles, like those of a chip with narrow sums only; those of one layer lie between", () => {
  const built = { "tile.core.state_memory.word_bits": 48, "tile.core.neuron_update.units": 4 };
  const at = (values: { readonly [path: string]: number }) => {
    const { result, counted, timing, operations } = run(of({ ...built, ...values }));
    const { accumulatorOverflows } = operations;
    return {
      accuracy: result.metrics.accuracy_percent,
      overflows: accumulatorOverflows,
      reads: counted("state_reads"),
      total: timing.total,
    };
  };
  const [wide, one, all, narrow] = [
    {},
    sums(["layer2"], 12),
    sums(["layer1", "layer2", "readout"], 12),
    { "precision.accumulator_bits": 12 },
  ].map(at);
  expect(all).toEqual(narrow);
  expect(wide.overflows).toBe(0);
  expect(one.overflows).toBeGreaterThan(0);
  expect(narrow.overflows).toBeGreaterThan(one.overflows);
  expect(wide.reads).toBeGreaterThan(one.reads);
  expect(one.reads).toBeGreaterThan(narrow.reads);
});

const NOTHING = { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 };

test("partial sums on several cores have their layer's width, in memory and in packets", () => {
  const topology: Topology = {
    populations: [
      { name: "in", neurons: 40, accumulators: 0, states: 1, payloadBits: 1, rests: true, depth: 0, update: NOTHING },
      { name: "n", neurons: 6, accumulators: 1, states: 1, payloadBits: 1, rests: true, depth: 1, update: NOTHING },
    ],
    projections: [{ source: 0, target: 1, recurrent: false, sparse: null }],
  };
  const precision: Precision = { ...parsed.experiment.precision, layers: { n: { accumulatorBits: 14, weightBits: 5 } } };
  const cut = splitFanIn(topology, precision, 1, 3);
  expect(cut.populations.map(({ name, payloadBits }) => [name, payloadBits])).toEqual([
    ["in", 1],
    ["n", 1],
    ["n/part1", 14],
    ["n/part2", 14],
  ]);
  for (const { name } of cut.populations.slice(1))
    expect([accumulatorBitsOf(precision, name), weightBitsInto(precision, name)]).toEqual([14, 5]);
});

test("widths that a population does not have are refused by name", () => {
  expect(() => runnableOf(of(sums(["input"], 12)), network, digits)).toThrow(
    /precision\.layers\.input: .* has no population of that name with incoming weights/,
  );
  expect(() => runnableOf(of(states(["readout"], 12)), network, digits)).toThrow(
    /precision\.layers\.readout: .* has no population of that name with states/,
  );
  const stray = of({ "precision.layers.layr2.spike_bits": 3 });
  expect(() => runnableOf(stray, network, digits)).toThrow(/has no population of that name whose spike width .*\n\s+did you mean layer2\?/);
});

test("a layer that the network does not have is refused with the nearest name", () => {
  const found = (): unknown => runnableOf(of(widths(["layr1"], 4)), network, digits);
  expect(found).toThrow(InputError);
  expect(found).toThrow(/precision\.layers\.layr1: .* has no population of that name with incoming weights\n\s+did you mean layer1\?/);
});
