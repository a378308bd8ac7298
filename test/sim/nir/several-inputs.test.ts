/**
 * Networks of two or three inputs with their own shapes and kinds of values (spikes of 1, counts, real values),
 * compared with their equations written here: float engine, both integer engines, the chip message by message, and the
 * port. All numbers are whole numbers times a power of two, so integers lose nothing.
 */
import { expect, test } from "vitest";
import { type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { PLAIN_INTAKE, type Samples } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { graphObstacle } from "../../../rtl/graph-rules.js";
import { ChipEngine } from "../../../sim/board/chip-engine.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn } from "../../../sim/counters.js";
import { encodeSamples, FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import type { GraphRun, IntegerGraph } from "../../../sim/functional/integer-graph.js";
import { runOn } from "../../../sim/functional/run.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { nirInputs } from "../../../sim/model.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { scoreNir } from "../../../sim/nir/float-score.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { byInput, terminalInputs } from "../../../sim/nir/terminal-inputs.js";
import type { NirInputs } from "../../../sim/nir/topology.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { node, whole } from "../../nir-nodes.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { chip } from "../board/fixtures.js";
import { WIDE } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";

type Rng = ReturnType<typeof createRng>;

const PRECISION = { ...WIDE, weightBits: 8, stateFractionBits: 16, gateBits: 15, accumulatorBits: 32 };
const THRESHOLD = 8;
const STEPS = 12;

interface Layer {
  readonly name: string;
  readonly neurons: number;
  /** By source: [neurons][the source's values]. */
  readonly weights: ReadonlyMap<string, readonly (readonly number[])[]>;
}

interface Drawn {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly size: number; readonly kind: NirInputs }[];
  readonly layers: readonly Layer[];
  /** By input: [steps][size]. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

const KINDS = ["binary", "events", 1 / 32] as const;

function drawnValue(rng: Rng, kind: NirInputs): number {
  if (rng.float() < 0.6) return 0;
  return kind === "binary" ? 1 : kind === "events" ? rng.int(1, 3) : rng.int(-20, 20) / 32;
}

/** Inputs a, b, c whose order in the file differs from that of their names; some feed a later layer than the first. */
function draw(rng: Rng): Drawn {
  const inputs = ["b", "a", "c"].slice(0, rng.int(2, 3)).map((name) => {
    const shape = rng.float() < 0.5 ? [rng.int(1, 5)] : [rng.int(1, 2), rng.int(1, 3), rng.int(1, 2)];
    return { name, shape, size: shape.reduce((product, size) => product * size, 1), kind: KINDS[rng.int(0, 2)] };
  });
  const layers: Layer[] = [];
  for (let l = 0; l < 2; l++) {
    const neurons = rng.int(2, 6);
    const before = layers.map((layer) => ({ name: layer.name, size: layer.neurons, kind: "binary" as const }));
    const fed = l === 0 ? inputs.filter((_, i) => i === 0 || rng.float() < 0.6) : [...before, ...inputs.filter(() => rng.float() < 0.5)];
    const weights = new Map(
      fed.map(({ name, size, kind }) => {
        // a real value counts 1/32 of a spike, so its weights are kept on the same grid
        const most = typeof kind === "number" ? 254 : 100;
        const matrix = Array.from({ length: neurons }, () =>
          Array.from({ length: size }, () =>
            rng.float() < 0.2 ? 0 : typeof kind === "number" ? 2 * rng.int(-most / 2, most / 2) : rng.int(-most, most) / 16,
          ),
        );
        return [name, matrix] as const;
      }),
    );
    // the largest weight of every row is on the grid of 1/16: 127 steps
    const [first] = fed;
    for (const row of weights.get(first.name) ?? []) row[0] = typeof first.kind === "number" ? 254 : 127 / 16;
    layers.push({ name: `n${l}`, neurons, weights });
  }
  const values = new Map(
    inputs.map(({ name, size, kind }) => [name, Float64Array.from({ length: STEPS * size }, () => drawnValue(rng, kind))]),
  );
  return { inputs, layers, values };
}

/** The network as a file; an input of three axes is flattened on its way. */
function fileOf({ inputs, layers }: Drawn): Parameters<typeof prepareNir>[0] {
  const nodes = new Map<string, NirNode>();
  const edges: { from: string; to: string }[] = [];
  const flat = new Map<string, string>();
  for (const { name, shape } of inputs) {
    nodes.set(name, node("Input", { shape: whole(...shape) }));
    flat.set(name, shape.length === 1 ? name : `${name}.flat`);
    if (shape.length === 1) continue;
    const axis = (at: number) => nirArray([at], [], "i8");
    nodes.set(`${name}.flat`, node("Flatten", { start_dim: axis(0), end_dim: axis(-1), input_type: whole(...shape) }));
    edges.push({ from: name, to: `${name}.flat` });
  }
  for (const { name, neurons, weights } of layers) {
    for (const [source, matrix] of weights) {
      nodes.set(`W.${name}-${source}`, node("Linear", { weight: nirArray(matrix.flat(), [neurons, matrix[0].length]) }));
      edges.push({ from: flat.get(source) ?? source, to: `W.${name}-${source}` }, { from: `W.${name}-${source}`, to: name });
    }
    const all = (value: number) => nirArray(new Array<number>(neurons).fill(value), [neurons]);
    nodes.set(name, node("IF", { r: all(1), v_threshold: all(THRESHOLD) }));
  }
  const last = layers[layers.length - 1];
  nodes.set("out", node("Output", { shape: whole(last.neurons) }));
  edges.push({ from: last.name, to: "out" });
  return { version: "1", graph: { nodes, edges, metadata: new Map() } };
}

/**
 * Spikes by layer, [steps][neurons]: v += sum of w x over all sources; above the threshold the neuron spikes and
 * subtracts it.
 */
function executed({ layers, values }: Drawn): ReadonlyMap<string, Float64Array> {
  const spikes = new Map(layers.map(({ name, neurons }) => [name, new Float64Array(STEPS * neurons)]));
  const v = new Map(layers.map(({ name, neurons }) => [name, new Array<number>(neurons).fill(0)]));
  for (let step = 0; step < STEPS; step++) {
    for (const { name, neurons, weights } of layers) {
      const voltage = v.get(name)!;
      for (let n = 0; n < neurons; n++) {
        for (const [source, matrix] of weights) {
          const from = values.get(source) ?? spikes.get(source)!;
          const width = matrix[n].length;
          for (let i = 0; i < width; i++) voltage[n] += matrix[n][i] * from[step * width + i];
        }
        if (voltage[n] <= THRESHOLD) continue;
        voltage[n] -= THRESHOLD;
        spikes.get(name)![step * neurons + n] = 1;
      }
    }
  }
  return spikes;
}

/** Values of all inputs side by side, in the order of names. */
function frames({ inputs, values }: Drawn): Samples {
  const sorted = [...inputs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const features = Array.from({ length: STEPS }, (_, step) =>
    sorted.flatMap(({ name, size }) => [...values.get(name)!.subarray(step * size, (step + 1) * size)]),
  );
  const { length: width } = features[0];
  return {
    ...{ name: "drawn", inputs: width, classes: 1, task: "sequence", features: Float32Array.from(features.flat()) },
    ...{ frameStart: Uint32Array.of(0, STEPS), labels: Int32Array.of(0), hash: "drawn" },
  };
}

function spikesOf(
  { populations }: Pick<IntegerGraph, "populations">,
  run: Pick<GraphRun, "eventStart" | "neuron" | "payload">,
  name: string,
): Float64Array {
  const p = populations.findIndex((population) => population.name === name);
  const { neurons } = populations[p];
  const out = new Float64Array(STEPS * neurons);
  for (let step = 0; step < STEPS; step++) {
    const group = step * populations.length + p;
    for (let e = run.eventStart[group]; e < run.eventStart[group + 1]; e++) out[step * neurons + run.neuron[e]] = run.payload[e];
  }
  return out;
}

const NETWORKS = cases(27);

test(`${NETWORKS} random networks of two and three inputs equal their equations, in float, in integers and message by message (seed 23)`, () => {
  const rng = createRng(23, "several-inputs");
  const met = new Counted("several inputs");
  for (let i = 0; i < NETWORKS; i++) {
    const drawn = draw(rng);
    const expected = executed(drawn);
    const imported = prepareNir(fileOf(drawn), `network ${i}`, { ...EULER, reset: "subtract" });
    const terminals = terminalInputs(imported);
    const samples = frames(drawn);
    expect(terminals.map(({ name }) => name)).toEqual(drawn.inputs.map(({ name }) => name).sort());
    const encoded = encodeSamples(samples, FEATURES_AS_THEY_ARE);
    const parted = byInput(terminals, encoded.features);
    for (const [name, values] of drawn.values) expect(parted.get(name)).toEqual(values);

    const names = drawn.layers.map(({ name }) => name);
    const exact = createNirEngine(imported).run(parted, STEPS, names);
    for (const name of names) expect(exact.outputs.get(name), `network ${i}, ${name} in float`).toEqual(expected.get(name));

    const kinds = terminals.map((input) => nirInputs(FEATURES_AS_THEY_ARE.encoding, samples, input, "quantised"));
    for (const [t, { name }] of terminals.entries()) {
      const values = drawn.values.get(name)!;
      let unit = 1; // the least power of two of which 127.5 reach all values
      while (values.every((x) => Math.abs(x) <= (127.5 * unit) / 2) && unit > 2 ** -20) unit /= 2;
      const all = values.every((x) => x === 0 || x === 1) ? "binary" : values.every(Number.isInteger) ? "events" : unit;
      expect(kinds[t]).toBe(all);
    }
    // by the kinds drawn, not by the actual values: the grid of the weights is that of the kinds
    const { graph } = integerNir(
      imported,
      PRECISION,
      terminals.map(({ name }) => drawn.inputs.find((input) => input.name === name)!.kind),
    );
    expect(graphObstacle(graph)?.reason).toMatch(/one input's, and the network has several/);
    const runnable = runnableGraph(graph);
    const inputs = new Int32Array(samples.features.length);
    expect(runnable.toInputs(samples.features, inputs)).toBe(0);
    const run = createGraphReference(graph).run(inputs);
    expect(createGraphEngine(graph).run(inputs)).toEqual(run);
    expect([run.accumulatorOverflows, run.stateSaturations]).toEqual([0, 0]);
    for (const name of names) expect(spikesOf(graph, run, name), `network ${i}, ${name} in integers`).toEqual(expected.get(name));

    const on = chip([1, 1], { core: { intake: { ...PLAIN_INTAKE, full: "drop" }, inputQueue: { depth: 65_536 } } });
    const roomy = { ...on, cores: on.cores.map((one) => ({ ...one, stateMemory: { ...one.stateMemory, sizeBits: 2 ** 22 } })) };
    const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
    const placed = mapNetwork(graph.topology, roomy, graph.precision, request, null);
    const { voltages: _, ...told } = run;
    expect(new ChipEngine(roomy, placed, graph.precision, runnable).run(inputs)).toEqual({ ...told, membraneUpdates: null });

    const scored = runOn(runnable, samples, { utterances: Uint32Array.of(0), traced: Uint32Array.of(0) }, FEATURES_AS_THEY_ARE);
    expect(scoreNir(imported, samples, Uint32Array.of(0), FEATURES_AS_THEY_ARE)).toEqual({ correct: scored.correct, scored: 1 });
    checkPort(drawn, scored.trace, expected);

    met.see(drawn.inputs.length === 2 ? "two inputs" : "three inputs");
    if (new Set(kinds).size > 1) met.see("of several kinds");
    if (drawn.inputs.some(({ shape }) => shape.length === 3)) met.see("of three axes");
    if ([...drawn.layers[1].weights.keys()].some((name) => drawn.values.has(name))) met.see("into the second layer");
    if (graph.inputs.some(({ population }, k) => k > 0 && population < graph.inputs[k - 1].population)) met.see("overtaken");
    if (expected.get("n1")!.some((spike) => spike > 0)) met.see("spikes");
  }
  met.expectEach(["two inputs", "three inputs", "of several kinds", "of three axes", "into the second layer", "spikes", "overtaken"], 10);
});

/**
 * With all inputs behind the port, every value that is not 0 is one packet to each core with a layer that it reaches.
 */
function checkPort(drawn: Drawn, trace: Parameters<typeof runTiming>[3], expected: ReadonlyMap<string, Float64Array>): void {
  const on = chip([1, 1, 1, 1], { port: { tile: 0, bitsPerCycle: 64, latencyCycles: 3, packetBits: null, queueDepth: 4 } });
  const request = { strategy: "layer-per-core", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const placed = mapNetwork(trace.topology, on, PRECISION, request, trace);
  const { total } = runTiming(on, placed, PRECISION, trace);
  let [events, packets] = [0, 0];
  for (const { name, size } of drawn.inputs) {
    for (const [at, value] of drawn.values.get(name)!.entries()) {
      const meets = drawn.layers.filter(({ weights }) => weights.get(name)?.some((row) => row[at % size] !== 0)).length;
      if (value === 0) continue;
      events++;
      packets += meets;
    }
  }
  expect(total.port).toMatchObject({ events, packets });
  let sent = 0;
  for (let core = 0; core < on.cores.length; core++) sent += total.cores[core * CORE_COUNTERS.length + coreColumn.spikes_sent];
  const fired = [...expected.values()].reduce((sum, spikes) => sum + spikes.reduce((all, spike) => all + spike, 0), 0);
  expect(sent).toBe(fired);
}
