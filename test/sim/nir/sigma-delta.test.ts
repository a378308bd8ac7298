/** Sigma-delta neurons compared with a network of rectified sums, and with the values to which their spikes add up. */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { type LavaRules, type Precision, sigmaDeltaNode, withLavaRules } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import type { GraphRun } from "../../../sim/functional/integer-graph.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { LAVA_OPTIONS } from "../../../sim/nir/options.js";
import { type RecordedStates, recordStates } from "../../../sim/nir/state-recording.js";
import { cases } from "../../cases.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { WIDE } from "../functional/random-network.js";

const WORDS: Precision = {
  ...WIDE,
  integers: "from-file",
  weightBits: 9,
  stateBits: 24,
  accumulatorBits: 32,
  gateBits: 12,
  leak: "truncate",
};
const node = (type: string, fields: { readonly [name: string]: ReturnType<typeof nirArray> }): NirNode => ({
  ...{ type, metadata: new Map(), graph: null },
  fields: new Map(Object.entries(fields)),
});

interface Layer {
  /** [outputs][inputs] */
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** Encoder, layers with their thresholds, sums; `messageBits` for all. */
function network(inputs: number, layers: readonly Layer[], thresholds: readonly number[], messageBits: number): NirFile {
  const nodes: { [name: string]: NirNode } = {
    port: node("Input", { shape: nirArray([inputs], [1], "i8"), scale: nirArray([1], []), offset: nirArray([0], []) }),
    delta: sigmaDeltaNode("Delta", thresholds[0], messageBits),
  };
  for (const [k, { weights, bias }] of layers.entries()) {
    nodes[`w${k}`] = node("Affine", {
      weight: nirArray(weights.flat(), [weights.length, weights[0].length]),
      bias: nirArray(bias, [weights.length]),
    });
    const isLast = k === layers.length - 1;
    nodes[`n${k}`] = sigmaDeltaNode(isLast ? "Sigma" : "SigmaDelta", isLast ? 0 : thresholds[k + 1], messageBits);
  }
  nodes.out = node("Output", { shape: nirArray([layers[layers.length - 1].weights.length], [1], "i8") });
  const names = Object.keys(nodes);
  const edges = names.slice(1).map((to, k) => ({ from: names[k], to }));
  return { version: "Lava", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } };
}

/** Runs both engines, which must agree; states by name. */
function record(file: NirFile, remainder: LavaRules["remainder"], inputs: Int32Array) {
  const imported = prepareNir(withLavaRules(file, { restartSteps: 0, remainder }, "made"), "made", LAVA_OPTIONS);
  const { graph } = integerNir(imported, WORDS, "events");
  const names = new Set(graph.populations.flatMap(({ name, kind }) => (kind === "neurons" ? [name] : [])));
  const [slow, fast] = [createGraphReference(graph), createGraphEngine(graph)].map((engine) =>
    recordStates(imported, graph, engine, inputs, names),
  );
  const words = ({ run, states }: typeof fast) => [run, [...states]];
  expect(words(fast)).toEqual(words(slow));
  const statesOf = (name: string): RecordedStates => fast.states.get(name) as RecordedStates;
  return { run: fast.run as GraphRun, graph, statesOf };
}

const UNIT = 4096;
const FRACTION = 64;

function randomLayers(rng: ReturnType<typeof createRng>, sizes: readonly number[]): Layer[] {
  const whole = (most: number): number => rng.int(-most, most);
  return sizes.slice(1).map((outputs, k) => ({
    weights: Array.from({ length: outputs }, () => Array.from({ length: sizes[k] }, () => whole(30))),
    bias: Array.from({ length: outputs }, () => (k === sizes.length - 2 ? 0 : whole(8))),
  }));
}

test(`with thresholds of 0 and no lost remainder, constant inputs give a network of rectified sums, each truncated to its payloads' resolution: ${cases(40)} random networks`, () => {
  let spikes = 0;
  for (let seed = 0; seed < cases(40); seed++) {
    const rng = createRng(seed, "sigma-delta-ann");
    const sizes = [rng.int(1, 9), rng.int(1, 12), rng.int(1, 8), rng.int(1, 4)];
    const layers = randomLayers(rng, sizes);
    const held = layers.length + 1;
    const frames = Array.from({ length: 5 }, () => Array.from({ length: sizes[0] }, () => rng.int(-60, 60)));
    const inputs = Int32Array.from(frames.flatMap((frame) => Array.from({ length: held }, () => frame).flat()));
    const { run, statesOf } = record(network(sizes[0], layers, [0, 0, 0], 16), "kept", inputs);
    spikes += run.payload.length;
    expect(run.stateSaturations + run.accumulatorOverflows, `seed ${seed}`).toBe(0);
    const last = sizes[sizes.length - 1];
    const sums = statesOf(`n${layers.length - 1}`).voltage;
    for (const [f, frame] of frames.entries()) {
      let values = frame.map((x) => (x * UNIT) / FRACTION);
      for (const [k, { weights, bias }] of layers.entries()) {
        const dense = weights.map((row, n) => row.reduce((sum, w, i) => sum + w * values[i], UNIT * bias[n]));
        values = k === layers.length - 1 ? dense : dense.map((sum) => Math.floor(Math.max(0, sum) / FRACTION));
      }
      const settled = (f + 1) * held - 1;
      expect([...sums.subarray(settled * last, (settled + 1) * last)], `seed ${seed}, frame ${f}`).toEqual(values);
    }
  }
  expect(spikes).toBeGreaterThan(cases(40) * 50);
});

test.each(["kept", "lost"] as const)(
  "spikes add up to the value within the threshold, and with remainder %s within the bits that each spike omits",
  (remainder) => {
    let [sent, held, drifted] = [0, 0, 0];
    for (let seed = 0; seed < cases(40); seed++) {
      const rng = createRng(seed, "sigma-delta-sums");
      const sizes = [rng.int(1, 9), rng.int(1, 9), rng.int(1, 9), 2];
      const thresholds = [rng.int(0, 4), 0, rng.int(0, 40)];
      const layers = randomLayers(rng, sizes);
      const steps = 12;
      const inputs = Int32Array.from({ length: steps * sizes[0] }, () => rng.int(-60, 60));
      const { statesOf } = record(network(sizes[0], layers, thresholds, 16), remainder, inputs);
      const { voltage, spikes } = statesOf("n1");
      for (let n = 0; n < sizes[2]; n++) {
        let [total, count] = [0, 0];
        for (let at = n; at < voltage.length; at += sizes[2]) {
          total += spikes[at] * FRACTION;
          if (spikes[at] !== 0) count++;
          else held++;
          const value = Math.max(0, voltage[at] + UNIT * layers[1].bias[n]);
          const off = Math.abs(value - total);
          const most = Math.max(FRACTION, UNIT * thresholds[2]);
          expect(off, `seed ${seed}`).toBeLessThan(remainder === "kept" ? most : most + FRACTION * count);
          if (off >= most) drifted++;
        }
        sent += count;
      }
    }
    for (const met of [sent, held]) expect(met).toBeGreaterThan(cases(40));
    if (remainder === "lost") expect(drifted).toBeGreaterThan(0);
  },
);

test.each([
  ["lost", 0],
  ["kept", 1],
] as const)(
  "a change that does not fit its message is cut and counted, and the rest is sent in the next step; remainder %s",
  (remainder, later) => {
    const layers = [
      { weights: [[30]], bias: [0] },
      { weights: [[1]], bias: [0] },
    ];
    const { run, statesOf } = record(network(1, layers, [0, 0], 8), remainder, new Int32Array(12).fill(2));
    // 2 enters as 128, which does not fit 8 bits; 30 x 127 is 59.5 units of 64; the 30 later ones make up for the
    // omitted bits, if these were kept
    expect([...statesOf("delta").spikes]).toEqual([127, 1, ...new Array<number>(10).fill(0)]);
    expect([...statesOf("n0").spikes]).toEqual([0, 59, later, ...new Array<number>(9).fill(0)]);
    expect(run.stateSaturations).toBe(1);
  },
);

test("payloads are as wide as the file's messages, including the sign; a layer that is read out has none", () => {
  const layers = randomLayers(createRng(1, "widths"), [3, 4, 2]);
  const { graph } = record(network(3, layers, [1, 1], 12), "lost", new Int32Array(3));
  expect(graph.topology.populations.map(({ name, payloadBits, states }) => [name, payloadBits, states])).toEqual([
    ["port", 8, 0],
    ["delta", 12, 1],
    ["n0", 12, 2],
    ["n1", 0, 1],
  ]);
});

test("rules that apply to none of a network's neurons are refused by name", () => {
  const file = network(1, [{ weights: [[1]], bias: [0] }], [0], 16);
  expect(() => withLavaRules(file, { restartSteps: 5, remainder: "lost" }, "made.net")).toThrow(
    "made.net: network.lava.restart_steps: has sigma-delta neurons, whose states never restart",
  );
  // an encoder sends changes, too, if the only layer behind it is read out as sums
  const kept = withLavaRules(file, { restartSteps: 0, remainder: "kept" }, "made.net");
  expect(kept.graph.nodes.get("delta")?.fields.get("keeps_remainder")).toMatchObject({ data: Float64Array.of(1) });
  const silent = new Map([...file.graph.nodes].filter(([name]) => name !== "delta"));
  expect(() =>
    withLavaRules({ ...file, graph: { ...file.graph, nodes: silent } }, { restartSteps: 0, remainder: "kept" }, "made.net"),
  ).toThrow("made.net: network.lava.remainder: has no neurons that send changes of a value");
});

test("of an encoder in front of sums, what is sent stays within the omitted bits of the value only if the remainder is kept", () => {
  const file = network(1, [{ weights: [[1]], bias: [0] }], [0], 16);
  // each of the 100 steps changes the value by 33, of which a payload carries nothing
  const inputs = Int32Array.from({ length: 100 }, (_, t) => t);
  const fine = (remainder: LavaRules["remainder"]): number => {
    const gained = new Map(file.graph.nodes).set("delta", withField(file.graph.nodes.get("delta") as NirNode, "gain", 33));
    const { statesOf } = record({ ...file, graph: { ...file.graph, nodes: gained } }, remainder, inputs);
    const sent = [...statesOf("delta").spikes].reduce((sum, payload) => sum + payload * FRACTION, 0);
    return Math.abs(sent - 33 * (inputs.length - 1));
  };
  expect(fine("kept")).toBeLessThan(FRACTION);
  expect(fine("lost")).toBeGreaterThan(10 * FRACTION);
});

const withField = (made: NirNode, name: string, value: number): NirNode => ({
  ...made,
  fields: new Map(made.fields).set(name, nirArray([value], [], "i8")),
});
