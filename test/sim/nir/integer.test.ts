import { describe, expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { actsInNextStep, PLAIN_INTAKE, type Precision, RESET_RULES, type Samples } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { ChipEngine } from "../../../sim/board/chip-engine.js";
import { FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import { type GraphRun, type IntegerGraph, widthOf } from "../../../sim/functional/integer-graph.js";
import { runOn } from "../../../sim/functional/run.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import type { UtteranceRun } from "../../../sim/functional/utterance.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { importNir, prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { chip } from "../board/fixtures.js";
import { USUAL, WIDE } from "../functional/random-network.js";
import { csv, EULER, fixture, present } from "./fixtures.js";

const FINE: Precision = { ...WIDE, stateFractionBits: 16, gateBits: 15 };

/** Runs both engines, which must agree on everything. */
function runBoth(graph: IntegerGraph, inputs: Int32Array): GraphRun {
  const expected = createGraphReference(graph).run(inputs);
  expect(createGraphEngine(graph).run(inputs)).toEqual(expected);
  return expected;
}

/** The same, message by message on a chip whose queues would drop messages, but are deep enough. */
function runOnChip(graph: IntegerGraph, inputs: Int32Array): UtteranceRun {
  const on = chip([1, 1], { core: { intake: { ...PLAIN_INTAKE, full: "drop" }, inputQueue: { depth: 65_536 } } });
  const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const roomy = { ...on, cores: on.cores.map((one) => ({ ...one, stateMemory: { ...one.stateMemory, sizeBits: 2 ** 22 } })) };
  const placement = mapNetwork(graph.topology, roomy, graph.precision, request, null);
  return new ChipEngine(roomy, placement, graph.precision, runnableGraph(graph)).run(inputs);
}

/** [steps][neurons] of a population. */
function spikesOf(graph: IntegerGraph, run: GraphRun, name: string): Float64Array {
  const p = graph.populations.findIndex((population) => population.name === name);
  const { neurons } = graph.populations[p];
  const out = new Float64Array(run.steps * neurons);
  for (let step = 0; step < run.steps; step++) {
    const group = step * graph.populations.length + p;
    for (let e = run.eventStart[group]; e < run.eventStart[group + 1]; e++) out[step * neurons + run.neuron[e]] = run.payload[e];
  }
  return out;
}

const differing = (a: Float64Array, b: Float64Array): number => a.filter((value, i) => value !== b[i]).length;

describe.skipIf(!present)("published networks in integers", () => {
  async function differ(model: string, reset: NirOptions["reset"], precision: Precision): Promise<number> {
    const float = await importNir(fixture(`${model}.nir`), { ...EULER, reset });
    const { graph } = integerNir(float, precision);
    const rows = csv("braille_sample0_input.csv");
    const run = runBoth(graph, Int32Array.from(rows.flat()));
    const nodes = ["lif1.lif", "lif2"];
    const exact = createNirEngine(float).run(new Map([["input", Float64Array.from(rows.flat())]]), rows.length, nodes);
    return nodes.reduce((sum, name) => sum + differing(exact.outputs.get(name)!, spikesOf(graph, run, name)), 0);
  }

  test.each([
    ["braille_noDelay_bias_zero", "zero"],
    ["braille_noDelay_noBias_subtract", "snntorch-subtract"],
  ] as [string, NirOptions["reset"]][])(
    "%s, reset %s: 16-bit weights and 24-bit state change no spike of 11,520; 3-bit weights and leaks by shift do",
    async (model, reset) => {
      const [fine, usual, coarse, shifted] = [
        await differ(model, reset, FINE),
        await differ(model, reset, USUAL),
        await differ(model, reset, { ...USUAL, weightBits: 3 }),
        await differ(model, reset, { ...USUAL, leak: "shift" }),
      ];
      console.log(
        `${model}: spikes that differ from float at 16/24, 8/16, 3/16 bits, 8/16 by shift: ${fine}, ${usual}, ${coarse}, ${shifted} of 11,520`,
      );
      expect(fine).toBe(0);
      expect(coarse).toBeGreaterThan(usual);
      expect(shifted).toBeGreaterThan(usual);
    },
  );

  test.each([
    ["braille_noDelay_bias_zero", "zero", [20_482, 4_484, 833], 554_496, 0.930035],
    ["braille_noDelay_noBias_subtract", "snntorch-subtract", [21_560, 4_720, 826], 604_160, 0.979222],
  ] as const)(
    "%s with 16-bit weights and 24-bit state: NeuroBench's counts of the integer run equal the published ones",
    async (model, reset, acs, dense, sparsity) => {
      const float = await importNir(fixture(`${model}.nir`), { ...EULER, reset });
      const rows = csv("braille_sample0_input.csv");
      const samples: Samples = {
        name: model,
        inputs: 12,
        classes: 7,
        task: "sequence",
        features: Float32Array.from(rows.flat()),
        frameStart: Uint32Array.of(0, rows.length),
        labels: Int32Array.of(1),
        hash: model,
      };
      const options = { utterances: Uint32Array.of(0), traced: new Uint32Array() } as const;
      const run = runOn(runnableGraph(integerNir(float, FINE).graph), samples, options, FEATURES_AS_THEY_ARE);
      const { neurobench } = run.operations;
      const [fc1, fc2, recurrent] = neurobench.layers.map((layer) => layer.effectiveAcs);
      expect([fc1, recurrent, fc2]).toEqual(acs);
      expect(neurobench).toMatchObject({ effectiveMacs: 0, denseOperations: dense });
      // one weight in 2,000 may be below half a step; its neuron was silent
      expect(neurobench.connectionSparsity).toBeLessThan(0.001);
      expect(neurobench.activationSparsity).toBeCloseTo(sparsity, 6);
      // the sample is an 'A'
      expect([run.correct, run.scored]).toEqual([1, 1]);
    },
  );

  test("a shift of 2^-3 for the Braille network's leak of 0.1 per step is wrong by 25 %, and reported so", async () => {
    const imported = await importNir(fixture("braille_noDelay_bias_zero.nir"), EULER);
    const { leaks } = integerNir(imported, { ...USUAL, leak: "shift" }).graph;
    const found = leaks.find(({ leak }) => leak === "lif1.lif tau_mem")!;
    expect(found.computedShare).toBe(1 / 8);
    expect(found.errorPercent).toBeCloseTo(100 * (1 / 8 / found.share - 1), 9);
    expect(found.share).toBeCloseTo(0.1, 6);
  });

  test("the CNN runs in integers with spikes at its output", async () => {
    const { graph } = integerNir(await importNir(fixture("cnn_sinabs.nir"), { ...EULER, reset: "subtract" }), USUAL);
    const steps = 12;
    const input = new Int32Array(steps * 2 * 34 * 34);
    for (let t = 0; t < steps; t++) for (let y = 8; y < 26; y++) input[(t * 2 * 34 + y) * 34 + 6 + t] = 1;
    expect(
      createGraphEngine(graph)
        .run(input)
        .scores.some((s) => s > 0),
    ).toBe(true);
  });
});

const node = (type: string, fields: Record<string, readonly [readonly number[], readonly number[]]>): NirNode => ({
  type,
  fields: new Map(Object.entries(fields).map(([name, [data, shape]]) => [name, nirArray(data, shape, INTEGERS.has(name) ? "i8" : "f8")])),
  metadata: new Map(),
  graph: null,
});
const INTEGERS = new Set(["shape", "stride", "padding", "dilation", "groups", "kernel_size", "start_dim", "end_dim", "input_shape"]);
const file = (nodes: Record<string, NirNode>, edges: readonly string[]): NirFile => ({
  version: "1",
  graph: {
    nodes: new Map(Object.entries(nodes)),
    edges: edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
    metadata: new Map(),
  },
});
const all = (value: number, count: number): readonly [readonly number[], readonly number[]] => [
  new Array<number>(count).fill(value),
  [count],
];
const fires = (count: number): NirNode => node("IF", { r: all(1, count), v_threshold: all(1, count) });

describe("one neuron by hand", () => {
  const single = (neuron: NirNode): NirFile =>
    file({ in: node("Input", { shape: [[1], [1]] }), w: node("Linear", { weight: [[0.5], [1, 1]] }), n: neuron }, ["in w", "w n"]);
  const one = (type: string, fields: Record<string, number>): NirNode =>
    node(type, Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [[value], [1]] as const])));
  /** Voltages after each step, from runs of every length. */
  const stepped = (neuron: NirNode, input: number[], precision: Precision, options: Partial<NirOptions> = {}) => {
    const { graph } = integerNir(prepareNir(single(neuron), "x", { ...EULER, dtSeconds: 1, ...options }), precision);
    const runs = input.map((_, t) => runBoth(graph, Int32Array.from(input.slice(0, t + 1))));
    const last = runs[runs.length - 1];
    return { v: runs.map((run) => run.voltages[0]), s: [...spikesOf(graph, last, "n")], saturations: last.stateSaturations };
  };
  const LIF = one("LIF", { tau: 4, r: 1, v_leak: 0, v_threshold: 1 });
  const IF = one("IF", { r: 1, v_threshold: 1 });

  test("LIF with threshold 1 = 256 units: weight 0.5 with gain dt/tau = 1/4 adds 32 units per spike; the leak keeps 3/4, halves rounded up", () => {
    // 32; round(24) + 32 = 56; round(42) = 42; round(31.5) = 32.
    expect(stepped(LIF, [1, 1, 0, 0], USUAL).v).toEqual([32, 56, 42, 32]);
  });

  test("the same leak by shift: v -= v >> 2, rounded toward zero, so values below 4 units stay", () => {
    // 32; 32 - 8 + 32 = 56; 56 - 14 = 42; 42 - 10 = 32; then 24, 18, 14, 11, 9, 7, 6, 5, 4, 3, 3.
    expect(stepped(LIF, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], { ...USUAL, leak: "shift" }).v).toEqual([
      32, 56, 42, 32, 24, 18, 14, 11, 9, 7, 6, 5, 4, 3, 3,
    ]);
    // and equally below zero
    expect(stepped(LIF, [-1, -1, 0, 0, 0], { ...USUAL, leak: "shift" }).v).toEqual([-32, -56, -42, -32, -24]);
  });

  test("a time constant that is no power of two is replaced in leak and gain: a constant input settles at the same value", () => {
    const neuron = one("LI", { tau: 6, r: 1, v_leak: 0 });
    const input = new Array<number>(60).fill(1);
    // 1/6 is nearest to 1/8 in ratio (1/4 is 1.5 times too large): 0.5 * 256 = 128 units either way
    for (const leak of ["multiplier", "shift"] as const) {
      const { v } = stepped(neuron, input, { ...FINE, stateFractionBits: 8, leak });
      expect(Math.abs(v[59] - 128)).toBeLessThanOrEqual(8);
    }
  });

  test("an IF with 0.5 per spike reaches exactly its threshold at the second spike, and fires only above it, at the third", () => {
    expect(stepped(IF, [1, 1, 1], USUAL, { reset: "subtract" })).toMatchObject({ v: [128, 256, 128], s: [0, 0, 1] });
    expect(stepped(IF, [1, 1, 1], USUAL, { reset: "zero" }).v).toEqual([128, 256, 0]);
  });

  test.each(RESET_RULES)("an update of Leaky and Synaptic has the harness's price in float and in integers, reset %s", (reset) => {
    const cuba = one("CubaLIF", { tau_syn: 2, tau_mem: 4, r: 1, v_leak: 0, v_threshold: 1, w_in: 1 });
    for (const [neuron, price] of [
      [LIF, 4],
      [cuba, reset.endsWith("zero") ? 8 : 6],
    ] as const) {
      const imported = prepareNir(single(neuron), "x", { ...EULER, dtSeconds: 1, reset });
      const engine = createNirEngine(imported);
      engine.run(new Map([["in", Float64Array.from({ length: 20 }, () => 1)]]), 20, []);
      const samples = {
        ...{ name: "ones", inputs: 1, classes: 1, task: "sequence" as const, hash: "ones" },
        ...{ features: new Float32Array(20).fill(1), frameStart: Uint32Array.of(0, 20), labels: Int32Array.of(-1) },
      };
      const options = { utterances: Uint32Array.of(0), traced: new Uint32Array() } as const;
      const { operations } = runOn(runnableGraph(integerNir(imported, USUAL).graph), samples, options, FEATURES_AS_THEY_ARE);
      for (const { membraneUpdates, neuronOperations } of [engine.metrics(), operations.neurobench]) {
        expect(membraneUpdates).toBeGreaterThan(0);
        expect(neuronOperations).toBe(price * membraneUpdates!);
      }
    }
  });

  test("in a refractory period of 2 steps the neuron ignores its input and keeps its reset voltage; then it spikes again", () => {
    const input = [1, 1, 1, 1, 1, 1, 1, 1];
    // a period of 3 without a refractory period, of 3 + 2 with it
    expect(stepped(IF, input, USUAL, { refractorySeconds: 2 })).toMatchObject({
      v: [128, 256, 0, 0, 0, 128, 256, 0],
      s: [0, 0, 1, 0, 0, 0, 0, 1],
    });
    expect(() => stepped(IF, [1], USUAL, { refractorySeconds: 2, reset: "snntorch-subtract" })).toThrow(/a pause would skip/);
    expect(() => stepped(IF, [1], USUAL, { refractorySeconds: -1 })).toThrow(/expected seconds from 0/);
  });

  test("a leak's error is that of a state at the threshold, too, and states that it says lose nothing keep their value", () => {
    const errors = (tau: number, precision: Precision) => {
      const file = single(one("LIF", { tau, r: 1, v_leak: 0, v_threshold: 1 }));
      return integerNir(prepareNir(file, "x", { ...EULER, dtSeconds: 1 }), precision).graph.leaks[0];
    };
    /** What a voltage of `state` of 256 units, set by one spike, loses in the next step. */
    const loses = (tau: number, state: number, precision: Precision): number => {
      // a shift stands for another time constant, and so for another gain
      const gain = precision.leak === "shift" ? errors(tau, precision).computedShare : 1 / tau;
      const neuron = one("LIF", { tau, r: (2 * state) / 256 / gain, v_leak: 0, v_threshold: 1 });
      const [before, after] = stepped(neuron, [1, 0], precision).v;
      expect(before).toBe(state);
      return before - after;
    };
    let never = 0;
    for (const [tau, gateBits, leak] of [
      [1000, 8, "multiplier"],
      [1000, 15, "multiplier"],
      [300, 15, "multiplier"],
      [20, 8, "multiplier"],
      [64, 8, "shift"],
      [700, 8, "shift"],
      [1000, 15, "truncate"],
    ] as const) {
      const precision: Precision = { ...USUAL, weightBits: 16, gateBits, leak };
      const { idleUpTo, loss, exactLoss, lossErrorPercent, threshold } = errors(tau, precision);
      const where = `tau ${tau}, ${gateBits} bits, ${leak}`;
      expect([threshold, exactLoss], where).toEqual([256, 256 / tau]);
      expect(loss, where).toBe(loses(tau, 256, precision));
      expect(lossErrorPercent, where).toBeCloseTo(100 * Math.abs((loss * tau) / 256 - 1), 6);
      for (const state of [1, 73, idleUpTo, idleUpTo + 1].filter((one) => one >= 1 && one <= 256))
        expect(loses(tau, state, precision) === 0, `${where}, ${state}`).toBe(state <= idleUpTo);
      if (idleUpTo === 256) never++;
    }
    expect(never).toBe(3);
  });

  test("a state word of 8 bits with 8 fraction bits cannot hold the threshold: it saturates, is counted, and never fires", () => {
    const { s, v, saturations } = stepped(IF, [1, 1, 1], { ...USUAL, stateBits: 8 });
    expect([s, v, saturations]).toEqual([[0, 0, 0], [127, 127, 127], 3]);
  });

  test("a reset to a value that the state's word cannot hold saturates there, and is counted", () => {
    const low = one("IF", { r: 1, v_threshold: 0.4, v_reset: -1.2 });
    const narrow = { ...USUAL, stateBits: 10 };
    for (const reset of ["zero", "snntorch-delayed-zero"] as const)
      expect(stepped(low, [1, 0], narrow, { reset })).toEqual({ v: [-512, -512], s: [1, 0], saturations: 1 });
    expect(stepped(low, [1, 0], USUAL, { reset: "zero" })).toEqual({ v: [-768, -768], s: [1, 0], saturations: 0 });
  });

  test("a network without an integer form is refused with the reason", () => {
    expect(() => stepped(IF, [1], USUAL, { scheme: "exact" })).toThrow(/no integer form/);
    expect(() => stepped(IF, [1], { ...USUAL, leak: "shift" })).toThrow(/no neuron of it leaks/);
    expect(() => stepped(IF, [1], { ...USUAL, spikeBits: 4 })).toThrow(/its spikes are binary/);
    const nodes = { in: node("Input", { shape: [[1], [1]] }), w: node("Linear", { weight: [[1], [1, 1]] }), n: fires(1) };
    const over = file({ ...nodes, t: node("Threshold", { threshold: [[1], [1]] }) }, ["in t", "t w", "w n"]);
    expect(() => integerNir(prepareNir(over, "x", EULER), USUAL)).toThrow(/Threshold between in and n has no integer form/);
    const li = node("LI", { tau: all(1, 1), r: all(1, 1), v_leak: all(0, 1) });
    const analogue = file({ ...nodes, l: li }, ["in l", "l w", "w n"]);
    expect(() => integerNir(prepareNir(analogue, "x", EULER), USUAL)).toThrow(/l \(LI\) sends voltages to n/);
  });
});

describe("layers in integers equal the float engine spike for spike if all numbers are whole numbers times a power of two", () => {
  const SEED = 77;
  const rng = createRng(SEED, "nir-integer");
  /**
   * Rows of whole weights whose largest is the largest word, so one step is 1 and nothing is rounded; unit: 1 / 127 of
   * the threshold.
   */
  const rows = (count: number, width: number, scale = 1): number[] =>
    Array.from({ length: count * width }, (_, i) => ((i % width === 0 ? 127 : rng.int(-40, 100)) * scale) / 64);
  const input = (channels: number, height: number, width: number): NirNode => node("Input", { shape: [[channels, height, width], [3]] });
  const conv2 = (out: number, channels: number, k: readonly [number, number], stride: number, padding: number): NirNode =>
    node("Conv2d", {
      weight: [rows(out, channels * k[0] * k[1]), [out, channels, ...k]],
      bias: [Array.from({ length: out }, () => rng.int(-8, 8) / 64), [out]],
      stride: [[stride, stride], [2]],
      padding: [[padding, padding], [2]],
      dilation: [[1, 1], [2]],
      groups: [[1], []],
    });
  const pool = (type: string): NirNode => node(type, { kernel_size: [[2, 2], [2]], stride: [[2, 2], [2]], padding: [[0, 0], [2]] });
  const grid = (channels: number, height: number, width: number): NirNode =>
    node("IF", {
      r: [new Array<number>(channels * height * width).fill(1), [channels, height, width]],
      v_threshold: [new Array<number>(channels * height * width).fill(4), [channels, height, width]],
    });
  const flat = (count: number): NirNode => node("IF", { r: all(1, count), v_threshold: all(4, count) });
  const flatten = node("Flatten", { start_dim: [[0], []], end_dim: [[-1], []] });
  const linear = (out: number, width: number, scale = 1): NirNode => node("Linear", { weight: [rows(out, width, scale), [out, width]] });
  const out = (count: number): NirNode => node("Output", { shape: [[count], [1]] });
  const conv1 = node("Conv1d", {
    weight: [rows(3, 2 * 3), [3, 2, 3]],
    bias: [[0.25, -0.5, 0], [3]],
    stride: [[2], [1]],
    padding: [[1], [1]],
    dilation: [[1], [1]],
    groups: [[1], []],
  });

  const cases: readonly (readonly [string, NirFile])[] = [
    [
      "conv2d with a 3 x 2 kernel, stride 2, padding and bias",
      file({ in: input(2, 6, 5), c: conv2(3, 2, [3, 2], 2, 1), n: grid(3, 3, 3) }, ["in c", "c n"]),
    ],
    [
      "conv1d with stride 2",
      file(
        {
          in: node("Input", { shape: [[2, 9], [2]] }),
          c: conv1,
          n: node("IF", { r: [new Array<number>(15).fill(1), [3, 5]], v_threshold: [new Array<number>(15).fill(4), [3, 5]] }),
        },
        ["in c", "c n"],
      ),
    ],
    [
      "sum pool between two layers, flattened",
      file(
        {
          in: input(1, 4, 4),
          c: conv2(2, 1, [1, 1], 1, 0),
          n: grid(2, 4, 4),
          p: pool("SumPool2d"),
          f: flatten,
          w: linear(5, 8),
          m: flat(5),
        },
        ["in c", "c n", "n p", "p f", "f w", "w m"],
      ),
    ],
    [
      "average pool in front of the weights",
      file({ in: input(2, 4, 4), p: pool("AvgPool2d"), f: flatten, w: linear(6, 8, 4), m: flat(6) }, ["in p", "p f", "f w", "w m"]),
    ],
    [
      "scales before and behind the weights",
      file(
        {
          in: node("Input", { shape: [[4], [1]] }),
          a: node("Scale", { scale: all(2, 4) }),
          w: linear(3, 4),
          b: node("Scale", { scale: [[0.5, 1, 2], [3]] }),
          m: flat(3),
        },
        ["in a", "a w", "w b", "b m"],
      ),
    ],
    [
      "delays of 0, 2 and 5 steps, one for each input",
      file({ in: node("Input", { shape: [[3], [1]] }), d: node("Delay", { delay: [[0, 2e-4, 5e-4], [3]] }), w: linear(4, 3), m: flat(4) }, [
        "in d",
        "d w",
        "w m",
      ]),
    ],
    [
      "recurrent weights, and others through a delay",
      file(
        {
          in: node("Input", { shape: [[3], [1]] }),
          w: linear(4, 3),
          n: flat(4),
          r: node("Linear", { weight: [rows(4, 4), [4, 4]] }),
          d: node("Delay", { delay: all(3e-4, 4) }),
          s: node("Linear", { weight: [rows(4, 4), [4, 4]] }),
          o: out(4),
        },
        ["in w", "w n", "n r", "r n", "n d", "d s", "s n", "n o"],
      ),
    ],
  ];

  test.each(cases)("%s", (name, made) => {
    let spikes = 0;
    for (const reset of RESET_RULES) {
      for (const refractorySeconds of actsInNextStep(reset) ? [0] : [0, 2e-4]) {
        const float = prepareNir(made, name, { ...EULER, reset, refractorySeconds });
        const { graph } = integerNir(float, { ...FINE, weightBits: 8 });
        const size = widthOf(graph);
        const steps = 40;
        const inputs = Float64Array.from({ length: steps * size }, () => (rng.float() < 0.3 ? 1 : 0));
        const neurons = graph.populations.filter((population) => population.kind === "neurons").map((population) => population.name);
        const exact = createNirEngine(float).run(new Map([["in", inputs]]), steps, neurons);
        const run = runBoth(graph, Int32Array.from(inputs));
        const { voltages: _, ...told } = run;
        expect(runOnChip(graph, Int32Array.from(inputs))).toEqual({ ...told, membraneUpdates: null });
        for (const one of neurons) {
          expect(differing(exact.outputs.get(one)!, spikesOf(graph, run, one)), `seed ${SEED}, ${reset}, ${one}`).toBe(0);
          spikes += exact.outputs.get(one)!.reduce((sum, s) => sum + s, 0);
        }
      }
    }
    expect(spikes).toBeGreaterThan(50);
  });
});
