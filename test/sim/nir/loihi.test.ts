import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { type LoihiNeuron, loihiNode, type Precision, withLavaRules } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import { importNir, prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { type RecordedStates, recordStates } from "../../../sim/nir/state-recording.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { WIDE } from "../functional/random-network.js";
import { EULER, fixture } from "./fixtures.js";

const LOIHI_WORDS: Precision = { ...WIDE, integers: "from-file", weightBits: 9, stateBits: 24, gateBits: 12, leak: "truncate" };
const USUAL: LoihiNeuron = { iDecay: 4096, vDecay: 163, vThreshold: 1600, weightExponent: 6, refractory: 1, layer: 0 };

const node = (type: string, fields: NirNode["fields"]): NirNode => ({ type, fields, metadata: new Map(), graph: null });
const port = (type: string, size: number): NirNode => node(type, new Map([["shape", nirArray([size], [1], "i8")]]));

/** One layer with weights [neurons][inputs]. */
function layer(weights: readonly (readonly number[])[], neuron: LoihiNeuron, bias: readonly number[] = weights.map(() => 0)): NirFile {
  const shape = [weights.length, weights[0].length];
  const affine = node(
    "Affine",
    new Map([
      ["weight", nirArray(weights.flat(), shape)],
      ["bias", nirArray(bias, [weights.length])],
    ]),
  );
  const nodes = { in: port("Input", shape[1]), w: affine, n: loihiNode(neuron), out: port("Output", shape[0]) };
  const edges = [
    ["in", "w"],
    ["w", "n"],
    ["n", "out"],
  ].map(([from, to]) => ({ from, to }));
  return { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } };
}

/** Runs both engines, which must agree on every state. */
function record(file: NirFile, inputs: Int32Array, name: string, precision = LOIHI_WORDS): RecordedStates {
  const imported = prepareNir(file, "made", EULER);
  const { graph } = integerNir(imported, precision);
  const [slow, fast] = [createGraphReference(graph), createGraphEngine(graph)].map((engine) =>
    recordStates(imported, graph, engine, inputs, new Set([name])),
  );
  const bytes = ({ run, states }: typeof fast): Buffer[] =>
    [run.eventStart, run.neuron, run.payload, run.voltages, ...[...states.values()].flatMap((s) => [s.current, s.voltage, s.spikes])].map(
      (words) => Buffer.from(words.buffer),
    );
  expect(bytes(fast).every((words, i) => words.equals(bytes(slow)[i]))).toBe(true);
  return fast.states.get(name) as RecordedStates;
}

/** Steps of `count` inputs, from rows of step and source. */
function raster(rows: readonly (readonly number[])[], steps: number, count: number): Int32Array {
  const inputs = new Int32Array(steps * count);
  for (const [step, source] of rows) inputs[step * count + source] += 1;
  return inputs;
}

/** Column `n` of [steps][neurons]. */
const column = (values: Int32Array, neurons: number, n: number): number[] => [...values.filter((_, i) => i % neurons === n)];

test("a refractory neuron shows 128 refDelay and counts up, its current continues, and it restarts from 0", () => {
  const { voltage, current } = record(
    layer([[2]], { ...USUAL, iDecay: 1024, vDecay: 128, vThreshold: 320, refractory: 5 }),
    raster([[1, 0]], 10, 1),
    "n",
  );
  expect([...current]).toEqual([0, 128, 96, 72, 54, 40, 30, 22, 16, 12]);
  expect([...voltage]).toEqual([0, 128, 220, 285, 640, 641, 642, 643, 644, 12]);
});

test("leaks round towards zero on both sides; with floor a negative voltage would never reach 0", () => {
  const inputs = raster([[0, 0]], 400, 1);
  const up = record(layer([[1]], { ...USUAL, vDecay: 1024 }), inputs, "n").voltage;
  const down = record(layer([[-1]], { ...USUAL, vDecay: 1024 }), inputs, "n").voltage;
  expect([...down]).toEqual([...up].map((v) => 0 - v));
  expect(up.at(-1)).toBe(0);
});

test("a bias drives the voltage, not the current, in every step; a voltage equal to the threshold does not spike", () => {
  const { voltage, current, spikes } = record(
    layer([[1]], { ...USUAL, iDecay: 0, vDecay: 0, vThreshold: 128 }, [1]),
    new Int32Array(6),
    "n",
  );
  expect([...current]).toEqual([0, 0, 0, 0, 0, 0]);
  expect([...voltage]).toEqual([64, 128, 128, 64, 128, 128]);
  expect([...spikes]).toEqual([0, 0, 1, 0, 0, 1]);
});

test("states restart with a period, each layer one step after the layer before; the refractory counter restarts, too", () => {
  const neuron = { ...USUAL, iDecay: 0, vDecay: 0, vThreshold: 200, refractory: 9, layer: 2 };
  const { voltage } = record(withLavaRules(layer([[1]], neuron, [3]), { restartSteps: 5, remainder: "lost" }, "n"), new Int32Array(9), "n");
  expect([...voltage]).toEqual([192, 1152, 192, 1152, 1153, 1154, 1155, 192, 1152]);
});

test.each([
  [{ weightBits: 8 }, "FILE_WEIGHT_BITS: weights into n, 0 to 200 in made needs 9 bits, has 8; set precision.weight_bits: 9"],
  [
    { stateBits: 14 },
    "FILE_STATE_BITS: states of n in made, whose threshold, biases and weights reach 12800 needs 15 bits, has 14; set precision.state_bits: 15",
  ],
  [{ gateBits: 8 }, "FILE_LEAK_BITS: decays of n in made needs 12 bits, has 8; set precision.gate_bits: 12"],
  [{ leak: "multiplier" }, "precision.leak: is multiplier, but leaks of made round towards zero"],
  [{ integers: "quantised" }, "precision.integers: is quantised, but made holds integers"],
] as const)("words that cannot hold the file's numbers are refused with the width that they need: %o", (change, text) => {
  const imported = prepareNir(layer([[200]], USUAL), "made", EULER);
  expect(() => integerNir(imported, { ...LOIHI_WORDS, ...change })).toThrow(text);
});

test("a weight that is not whole is refused by name", () => {
  expect(() => integerNir(prepareNir(layer([[0.5]], USUAL), "made", EULER), LOIHI_WORDS)).toThrow(
    "a weight from in to n is 0.5, no whole number",
  );
});

test("a large number that is not whole is refused, too; one with float32's rounding error is accepted", () => {
  const made = (threshold: number) => {
    const file = layer([[1]], USUAL);
    const fields = new Map([
      ["r", nirArray([1], [1], "f8")],
      ["v_threshold", nirArray([threshold], [1], "f8")],
    ]);
    const nodes = new Map(file.graph.nodes).set("n", node("IF", fields));
    return integerNir(prepareNir({ ...file, graph: { ...file.graph, nodes } }, "made", EULER), { ...LOIHI_WORDS, leak: "multiplier" });
  };
  expect(() => made(700_000.4)).toThrow("the threshold of n is 700000.4, no whole number");
  expect(made(Math.fround(700_000.01)).graph.populations.length).toBeGreaterThan(0);
});

test("NIR's own neurons with whole numbers equal Loihi's with the same numbers", () => {
  const spikes = raster(
    Array.from({ length: 60 }, (_, i) => [(i * 7) % 50, i % 3]),
    50,
    3,
  );
  const weights = [
    [3, -2, 5],
    [-4, 6, 1],
  ];
  const loihi = record(layer(weights, { ...USUAL, iDecay: 1024, vDecay: 512, vThreshold: 700 }), spikes, "n");
  const file = layer(weights, USUAL);
  const values = {
    tau_syn: 4 * EULER.dtSeconds,
    tau_mem: 8 * EULER.dtSeconds,
    r: 8,
    w_in: 4 * 64,
    v_leak: 0,
    v_threshold: 700,
    v_reset: 0,
  };
  const fields = Object.entries(values).map(([name, value]): [string, ReturnType<typeof nirArray>] => [
    name,
    nirArray([value, value], [2], "f8"),
  ]);
  const nodes = new Map(file.graph.nodes).set("n", node("CubaLIF", new Map(fields)));
  const nir = record({ ...file, graph: { ...file.graph, nodes } }, spikes, "n");
  expect(loihi.spikes.some((s) => s > 0)).toBe(true);
  expect(nir.spikes).toEqual(loihi.spikes);
  expect(nir.current).toEqual(loihi.current);
});

const traces = join(packageRoot(), "../shared/data/loihi-traces");
const lif = join(packageRoot(), "../shared/data/nir-cnn/lif-traces.csv");
const present = existsSync(traces) && existsSync(lif);
if (!present) console.log(`skipped: no traces of Loihi in ${traces}`);

describe.skipIf(!present)("traces that Loihi recorded", () => {
  const rows = (name: string, head = 1): string[][] =>
    readFileSync(join(traces, name), "utf8")
      .trim()
      .split("\n")
      .slice(head)
      .map((line) => line.split(","));
  const table = (name: string, head = 1): number[][] => rows(name, head).map((row) => row.map(Number));

  test("an impulse into a neuron of refDelay 5: 46 of 46 voltages are equal", () => {
    const neuron = { ...USUAL, iDecay: 1024, vDecay: 128, vThreshold: 320, refractory: 5 };
    expect([...record(layer([[2]], neuron), raster([[1, 0]], 46, 1), "n").voltage]).toEqual(table("impulse.csv").map(([, v]) => v));
  });

  test("13 neurons of a trained network: 305 of 305 spikes and 499 of 499 voltages are equal", () => {
    const neuron = { ...USUAL, iDecay: 1024, vDecay: 128, vThreshold: 5120 };
    const { spikes, voltage } = record(layer(table("weights.csv", 0), neuron), raster(table("input.csv"), 500, 250), "n");
    // the chip logs a spike one step after the crossing
    const ours = [...spikes].flatMap((s, i) => (s > 0 && Math.floor(i / 13) < 499 ? [`${i % 13},${Math.floor(i / 13) + 1}`] : []));
    expect(ours.sort()).toEqual(
      rows("spikes.csv")
        .map((row) => row.join(","))
        .sort(),
    );
    expect(column(voltage, 13, 0).slice(0, 499)).toEqual(table("voltage-0.csv").map(([, v]) => v));
  });

  test("six synthetic cases: every spike, and the hash of every voltage, is equal", () => {
    const [weights, inputs] = [table("own-weights.csv", 0), raster(table("own-input.csv"), 400, 64)];
    const crossings = rows("own-spikes.csv");
    for (const [id, threshold, iDecay, vDecay, refractory, count, , , hash] of rows("own-cases.csv")) {
      const neuron = { ...USUAL, iDecay: +iDecay, vDecay: +vDecay, vThreshold: +threshold, refractory: +refractory };
      const { spikes, voltage } = record(layer(weights, neuron), inputs, "n");
      expect(spikes.filter((s) => s > 0)).toHaveLength(+count);
      for (const [, n, steps] of crossings.filter(([of]) => of === id))
        expect(
          column(spikes, 20, +n)
            .flatMap((s, step) => (s > 0 ? [step] : []))
            .join(" "),
        ).toBe(steps);
      const byNeuron = Int32Array.from({ length: 20 * 400 }, (_, i) => voltage[(i % 400) * 20 + Math.floor(i / 400)]);
      expect(createHash("sha256").update(Buffer.from(byNeuron.buffer)).digest("hex")).toBe(hash);
    }
  });

  test("one LIF neuron of the NIR paper on Loihi 2: 1,000 of 1,000 voltages and spikes are equal", () => {
    const steps = readFileSync(lif, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    // the recorded input has its effect one step later
    const inputs = Int32Array.from(steps, (_, t) => (t > 0 ? steps[t - 1][1] : 0));
    const { voltage, spikes } = record(layer([[10]], USUAL), inputs, "n");
    expect([...voltage]).toEqual(steps.map((row) => row[2]));
    expect([...spikes]).toEqual(steps.map((row) => row[3]));
  });
});

test.skipIf(!present)("a file of real numbers is refused with the number", async () => {
  const imported = await importNir(fixture("lif_norse.nir"), EULER);
  expect(() => integerNir(imported, LOIHI_WORDS)).toThrow("no whole number: from-file takes numbers as they are");
});
