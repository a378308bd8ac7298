/**
 * Xylo's neuron and integers: compared with the rules of Rockpool's documents, written again, on random recurrent
 * networks in both engines.
 */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import type { Precision } from "../../../arch/index.js";
import { decayByShift } from "../../../base/math/rounding.js";
import { createRng } from "../../../base/rng.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import type { GraphRun, IntegerGraph } from "../../../sim/functional/integer-graph.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { node } from "../../nir-nodes.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { WIDE } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";

const XYLO: Precision = { ...WIDE, integers: "xylo", leak: "shift", weightBits: 8, stateBits: 16 };
const DT = 1e-3;
const SUBTRACT: NirOptions = { ...EULER, dtSeconds: DT, reset: "subtract" };

const port = (type: string, size: number): NirNode => node(type, { shape: nirArray([size], [1], "i8") });
const dense = (weights: readonly number[], outputs: number): NirNode =>
  node("Linear", { weight: nirArray(weights, [outputs, weights.length / outputs], "f8") });

interface Layer {
  readonly neurons: number;
  readonly tauMem: readonly number[];
  readonly tauSyn: readonly number[];
  readonly threshold: number;
}
/**
 * Gains r and w_in as in the NIR paper: a spike of weight 1 adds 1 to the current, and the current is added to the
 * voltage unchanged.
 */
const cuba = ({ neurons, tauMem, tauSyn, threshold }: Layer): NirNode => {
  const each = (values: readonly number[]) => nirArray(values, [neurons], "f8");
  const zeros = new Array<number>(neurons).fill(0);
  return node("CubaLIF", {
    ...{ tau_mem: each(tauMem), tau_syn: each(tauSyn), v_leak: each(zeros), v_threshold: each(zeros.map(() => threshold)) },
    ...{ r: each(tauMem.map((tau) => tau / DT)), w_in: each(tauSyn.map((tau) => tau / DT)) },
  });
};
/** input -> hidden (recurrent) -> out. */
function network(hidden: Layer, out: Layer, w: { readonly in: number[]; readonly rec: number[]; readonly out: number[] }): NirFile {
  const nodes = {
    input: port("Input", w.in.length / hidden.neurons),
    w_in: dense(w.in, hidden.neurons),
    hidden: cuba(hidden),
    w_rec: dense(w.rec, hidden.neurons),
    w_out: dense(w.out, out.neurons),
    out: cuba(out),
    output: port("Output", out.neurons),
  };
  const edges = ["input w_in", "w_in hidden", "hidden w_rec", "w_rec hidden", "hidden w_out", "w_out out", "out output"];
  return {
    version: "1.0.7",
    graph: {
      nodes: new Map(Object.entries(nodes)),
      edges: edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
      metadata: new Map(),
    },
  };
}
const integers = (file: NirFile, precision = XYLO, options = SUBTRACT): IntegerGraph =>
  integerNir(prepareNir(file, "made", options), precision, "events").graph;

/** [steps][neurons] payloads of a population. */
function raster({ populations }: IntegerGraph, { steps, eventStart, neuron, payload }: GraphRun, name: string): number[][] {
  const p = populations.findIndex((population) => population.name === name);
  return Array.from({ length: steps }, (_, step) => {
    const row = new Array<number>(populations[p].neurons).fill(0);
    const group = step * populations.length + p;
    for (let e = eventStart[group]; e < eventStart[group + 1]; e++) row[neuron[e]] = payload[e];
    return row;
  });
}

test("decay is x - (x >> dash), at least one unit; both signs reach 0 and stay there", () => {
  expect([1000, 15, 16, 1, 0, -1, -15, -1000].map((x) => decayByShift(x, 4))).toEqual([938, 14, 15, 0, 0, 0, -14, -937]);
  expect([5, -5].map((x) => decayByShift(x, 0))).toEqual([0, 0]);
});

test("halves of weights and thresholds become even", () => {
  const layer = (threshold: number): Layer => ({ neurons: 1, tauMem: [4 * DT], tauSyn: [4 * DT], threshold });
  // scales 127 / 254 = 0.5 for the hidden neuron, 127 / 63.5 = 2 for the output
  const graph = integers(network(layer(5), layer(1.25), { in: [1, 3, -5, 254], rec: [7], out: [63.5] }));
  const wordsInto = (name: string): number[][] =>
    graph.projections.filter(({ target }) => graph.populations[target].name === name).map(({ weights }) => [...weights]);
  const thresholdOf = (name: string): number | null => {
    const found = graph.populations.find((one) => one.name === name);
    return found?.kind === "neurons" ? found.cell.loses : null;
  };
  expect(wordsInto("hidden")).toEqual(expect.arrayContaining([[0, 2, -2, 127], [4]]));
  expect([thresholdOf("hidden"), thresholdOf("out")]).toEqual([2, 2]);
  expect(graph.raised).toEqual([]);
});

test("a threshold that rounds to 0 becomes 1, and is told with its size before rounding", () => {
  const layer = (threshold: number): Layer => ({ neurons: 1, tauMem: [4 * DT], tauSyn: [4 * DT], threshold });
  // 0.001 x 0.5, as the gains are 1
  const { raised } = integers(network(layer(0.001), layer(1.25), { in: [1, 3, -5, 254], rec: [7], out: [63.5] }));
  expect(raised).toEqual([{ population: "hidden", threshold: 0.001, states: 0.0005 }]);
});

const met = { spikes: 0, twice: 0, most: 0, units: 0, negative: 0, saturated: 0, outputs: 0 };
const clamp = (value: number): number => {
  if (Math.abs(value) > 32_768) met.saturated++;
  return Math.max(-32_768, Math.min(32_767, value));
};
/** The bit shift of the documents on 32-bit words. */
function decay(value: number, dash: number): number {
  const gone = value >> dash;
  if (value < 0) met.negative++;
  if (gone === 0 && value > 0) {
    met.units++;
    return value - 1;
  }
  return value - gone;
}

test("random recurrent networks follow the rules step by step: scale per group, decay, up to 31 spikes, one for outputs", () => {
  const rng = createRng(45, "xylo");
  const taus = (count: number): number[] => Array.from({ length: count }, () => DT * 2 ** (rng.float() * 6));
  for (let i = 0; i < 120; i++) {
    const [inputs, n, outputs, steps] = [rng.int(1, 4), rng.int(1, 8), rng.int(1, 4), 40];
    const draw = (count: number, size: number): number[] => Array.from({ length: count }, () => (rng.float() - 0.35) * size);
    const w = { in: draw(inputs * n, 2), rec: draw(n * n, 0.5), out: draw(n * outputs, 1) };
    const layer = (neurons: number): Layer => ({ neurons, tauMem: taus(neurons), tauSyn: taus(neurons), threshold: rng.int(1, 40) / 20 });
    const [hidden, out] = [layer(n), layer(outputs)];
    const graph = integers(network(hidden, out, w));
    const events = Int32Array.from({ length: steps * inputs }, () => (rng.float() < 0.4 ? rng.int(1, 20) : 0));
    const scale = 127 / Math.max(...[...w.in, ...w.rec].map(Math.abs));
    const scaleOut = 127 / Math.max(...w.out.map(Math.abs));
    const whole = {
      in: w.in.map((x) => Math.round(x * scale)),
      rec: w.rec.map((x) => Math.round(x * scale)),
      out: w.out.map((x) => Math.round(x * scaleOut)),
    };
    const step = (
      states: { i: number[]; v: number[] },
      { tauSyn, tauMem, threshold }: Layer,
      by: number,
      most: number,
      sums: number[],
    ): number[] =>
      sums.map((sum, k) => {
        states.i[k] = clamp(decay(states.i[k], Math.round(Math.log2(tauSyn[k] / DT))) + sum);
        states.v[k] = clamp(decay(states.v[k], Math.round(Math.log2(tauMem[k] / DT))) + states.i[k]);
        const limit = Math.round(threshold * by);
        let spikes = 0;
        while (states.v[k] >= limit && spikes < most) {
          states.v[k] -= limit;
          spikes++;
        }
        if (spikes === 31) met.most++;
        if (spikes > 1) met.twice++;
        met.spikes += spikes;
        return spikes;
      });
    const silent = (count: number) => ({ i: new Array<number>(count).fill(0), v: new Array<number>(count).fill(0) });
    const [h, o] = [silent(n), silent(outputs)];
    let before = new Array<number>(n).fill(0);
    const expected: number[][][] = [];
    const limited = events.map((count) => Math.min(15, count));
    for (let t = 0; t < steps; t++) {
      const sum = (weights: readonly number[], from: ArrayLike<number>, k: number): number =>
        Array.from(from).reduce((total, x, j) => total + x * weights[k * from.length + j], 0);
      const enters = limited.subarray(t * inputs, (t + 1) * inputs);
      const spikes = step(
        h,
        hidden,
        scale,
        31,
        before.map((_, k) => sum(whole.in, enters, k) + sum(whole.rec, before, k)),
      );
      const leaves = step(
        o,
        out,
        scaleOut,
        1,
        Array.from({ length: outputs }, (_, k) => sum(whole.out, spikes, k)),
      );
      met.outputs += leaves.filter((x) => x > 0).length;
      before = spikes;
      expected.push([spikes, leaves]);
    }
    for (const engine of [createGraphReference(graph), createGraphEngine(graph)]) {
      const run = engine.run(limited);
      expect(raster(graph, run, "hidden"), `network ${i}`).toEqual(expected.map(([spikes]) => spikes));
      expect(raster(graph, run, "out"), `network ${i}`).toEqual(expected.map(([, leaves]) => leaves));
    }
    expect(graph.inputs.map(({ limit }) => limit)).toEqual([15]);
  }
  console.log(`seed 45: ${JSON.stringify(met)}`);
  for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(50);
});

const one: Layer = { neurons: 1, tauMem: [4e-3], tauSyn: [2e-3], threshold: 1 };
const small = network(one, one, { in: [1], rec: [0], out: [1] });
test.each([
  [small, { ...XYLO, leak: "multiplier" }, SUBTRACT, "precision.leak: is multiplier, and Xylo's neurons leak by shifts"],
  [small, XYLO, { ...SUBTRACT, reset: "zero" }, "network.nir.reset: is zero, and Xylo's neurons subtract their threshold"],
  [network({ ...one, threshold: 300 }, one, { in: [1], rec: [0], out: [1] }), XYLO, SUBTRACT, "FILE_STATE_BITS: states of hidden in made"],
] as const)("properties that Xylo's neurons lack are refused", (file, precision, options, text) => {
  expect(() => integers(file, precision, options)).toThrow(text);
});

test("a neuron sends several spikes per step only to other neurons: a last layer that feeds itself is refused by name", () => {
  const { graph, ...rest } = network(one, one, { in: [9], rec: [1], out: [9] });
  const joined = (...edges: readonly string[]): NirFile => ({
    ...rest,
    graph: { ...graph, edges: edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })) },
  });
  const before = ["input w_in", "w_in hidden", "hidden w_out", "w_out out"];
  const most = (file: NirFile) =>
    integers(file).populations.flatMap((one) => (one.kind === "neurons" ? [[one.name, one.cell.mostSpikes]] : []));
  expect(new Map(most(joined(...before, "hidden w_rec", "w_rec hidden", "out output")) as [string, number][])).toEqual(
    new Map([
      ["hidden", 31],
      ["out", 1],
    ]),
  );
  expect(() => integers(joined(...before, "out w_rec", "w_rec out", "out output"))).toThrow(
    "out: out feeds itself, and Xylo's outputs have no recurrent weights",
  );
});

/** input -> hidden -> output, the neuron with these signs of its gains. */
function signed(type: "LIF" | "CubaLIF", { r, w_in, weight }: { readonly [gain in "r" | "w_in" | "weight"]: number }): NirFile {
  const { graph, ...rest } = small;
  const value = (x: number): ReturnType<typeof nirArray> => nirArray([x], [1], "f8");
  const common = { v_leak: value(0), v_threshold: value(0.1), r: value(2 * r) };
  const hidden =
    type === "LIF"
      ? node("LIF", { ...common, tau: value(4 * DT) })
      : node("CubaLIF", { ...common, tau_mem: value(4 * DT), tau_syn: value(2 * DT), w_in: value(3 * w_in) });
  const nodes = { input: port("Input", 1), fc: dense([weight], 1), hidden, output: port("Output", 1) };
  const edges = ["input fc", "fc hidden", "hidden output"];
  return {
    ...rest,
    graph: {
      ...graph,
      nodes: new Map(Object.entries(nodes)),
      edges: edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
    },
  };
}

test("for any signs of r, w_in and the weight, a neuron is refused by name or spikes where the float neuron does", () => {
  const seen = { refused: 0, spikes: 0, silent: 0 };
  const signs = [1, 0, -1];
  for (const type of ["LIF", "CubaLIF"] as const)
    for (const r of signs)
      for (const w_in of type === "LIF" ? [1] : signs)
        for (const weight of [1, -1]) {
          const file = signed(type, { r, w_in, weight });
          const imported = prepareNir(file, "made", SUBTRACT);
          const { outputs } = createNirEngine(imported).run(new Map([["input", new Float64Array(20).fill(3)]]), 20, ["hidden"]);
          const fires = outputs.get("hidden")?.some((spike) => spike > 0);
          const what = `${type} r ${r} w_in ${w_in} weight ${weight}`;
          if (r * w_in <= 0) {
            expect(() => integers(file), what).toThrow(/hidden: hidden multiplies its input by -?[\d.]+/);
            seen.refused++;
            continue;
          }
          const graph = integers(file);
          const spikes = raster(graph, createGraphEngine(graph).run(new Int32Array(20).fill(3)), "hidden").flat();
          expect(
            spikes.some((count) => count > 0),
            what,
          ).toBe(fires);
          if (fires) seen.spikes++;
          else seen.silent++;
        }
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(1);
});
