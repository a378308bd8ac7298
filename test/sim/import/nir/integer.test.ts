import { describe, expect, test } from "vitest";
import type { Precision } from "../../../../arch/index.js";
import { createNirEngine } from "../../../../sim/import/nir/engine.js";
import { type NirFile, nirArray } from "../../../../sim/import/nir/graph.js";
import { importNir, prepareNir } from "../../../../sim/import/nir/import.js";
import { integerNir } from "../../../../sim/import/nir/integer.js";
import type { NirOptions } from "../../../../sim/import/nir/options.js";
import { USUAL, WIDE } from "../../functional/random-network.js";
import { csv, EULER, fixture, present } from "./fixtures.js";

const FINE: Precision = { ...WIDE, stateFractionBits: 16, gateBits: 15 };

describe.skipIf(!present)("published networks in integers", () => {
  async function differ(model: string, reset: NirOptions["reset"], precision: Precision): Promise<number> {
    const float = await importNir(fixture(`${model}.nir`), { ...EULER, reset });
    const integer = integerNir(float, precision);
    const rows = csv("braille_sample0_input.csv");
    const inputs = new Map([["input", Float64Array.from(rows.flat())]]);
    const nodes = ["lif1.lif", "lif2"];
    const [a, b] = [createNirEngine(float), createNirEngine(integer.imported, integer.createNeurons)].map((engine) =>
      engine.run(inputs, rows.length, nodes),
    );
    return nodes.reduce((sum, name) => sum + a.outputs.get(name)!.filter((s, i) => s !== b.outputs.get(name)![i]).length, 0);
  }

  test.each([
    ["braille_noDelay_bias_zero", "zero"],
    ["braille_noDelay_noBias_subtract", "snntorch-subtract"],
  ] as [string, NirOptions["reset"]][])(
    "%s, reset %s: 16-bit weights and 24-bit state change no spike of 11,520, 3-bit weights do",
    async (model, reset) => {
      const [fine, usual, coarse] = [
        await differ(model, reset, FINE),
        await differ(model, reset, USUAL),
        await differ(model, reset, { ...USUAL, weightBits: 3 }),
      ];
      console.log(`${model}: spikes that differ from float at 16/24, 8/16, 3/16 bits: ${fine}, ${usual}, ${coarse} of 11,520`);
      expect(fine).toBe(0);
      expect(coarse).toBeGreaterThan(usual);
    },
  );

  test("the CNN runs in integers with spikes at its output", async () => {
    const integer = integerNir(await importNir(fixture("cnn_sinabs.nir"), { ...EULER, reset: "subtract" }), USUAL);
    const steps = 12;
    const input = new Float64Array(steps * 2 * 34 * 34);
    for (let t = 0; t < steps; t++) for (let y = 8; y < 26; y++) input[(t * 2 * 34 + y) * 34 + 6 + t] = 1;
    const run = createNirEngine(integer.imported, integer.createNeurons).run(new Map([["input", input]]), steps, ["6"]);
    expect(run.outputs.get("6")!.some((s) => s > 0)).toBe(true);
  });
});

describe("one neuron by hand", () => {
  const node = (type: string, fields: Record<string, number[]>, shape = [1]) => ({
    type,
    fields: new Map(
      Object.entries(fields).map(([name, values]) => [
        name,
        nirArray(values, name === "weight" ? [1, values.length] : shape, name === "shape" ? "i8" : "f8"),
      ]),
    ),
    metadata: new Map(),
    graph: null,
  });
  const file = (neuron: ReturnType<typeof node>): NirFile => ({
    version: "1",
    graph: {
      nodes: new Map(Object.entries({ in: node("Input", { shape: [1] }), w: node("Linear", { weight: [0.5] }), n: neuron })),
      edges: [
        { from: "in", to: "w" },
        { from: "w", to: "n" },
      ],
      metadata: new Map(),
    },
  });
  const voltages = (neuron: ReturnType<typeof node>, input: number[], precision: Precision, options: Partial<NirOptions> = {}) => {
    const integer = integerNir(prepareNir(file(neuron), "x", { ...EULER, dtSeconds: 1, ...options }), precision);
    const run = createNirEngine(integer.imported, integer.createNeurons).run(new Map([["in", Float64Array.from(input)]]), input.length, [
      "n",
    ]);
    return { v: [...run.voltages.get("n")!], s: [...run.outputs.get("n")!], clamps: integer.clamps };
  };

  test("LIF, threshold 1 = 256 units: weight 0.5 with gain dt/tau = 1/4 is 32 units a spike; the leak keeps 3/4, halves rounded up", () => {
    const lif = node("LIF", { tau: [4], r: [1], v_leak: [0], v_threshold: [1] });
    // 32; round(24) + 32 = 56; round(42) = 42; round(31.5) = 32.
    expect(voltages(lif, [1, 1, 0, 0], USUAL).v).toEqual([32, 56, 42, 32]);
  });

  test("IF: 0.5 a spike reaches exactly the threshold at the second spike and fires only above it, at the third", () => {
    const neuron = node("IF", { r: [1], v_threshold: [1] });
    expect(voltages(neuron, [1, 1, 1], USUAL, { reset: "subtract" })).toMatchObject({ v: [128, 256, 128], s: [0, 0, 1] });
    expect(voltages(neuron, [1, 1, 1], USUAL, { reset: "zero" }).v).toEqual([128, 256, 0]);
  });

  test("a state word of 8 bits with 8 fraction bits cannot hold the threshold: it saturates below, is counted, never fires", () => {
    const neuron = node("IF", { r: [1], v_threshold: [1] });
    const { s, v, clamps } = voltages(neuron, [1, 1, 1], { ...USUAL, stateBits: 8 });
    expect([s, v, clamps.saturations]).toEqual([[0, 0, 0], [127, 127, 127], 3]);
  });

  test("graphs without weights before a neuron, analogue inputs and scheme exact are refused", () => {
    const neuron = node("IF", { r: [1], v_threshold: [1] });
    expect(() => voltages(neuron, [0.5], USUAL)).toThrow(/whole numbers/);
    expect(() => voltages(neuron, [1], USUAL, { scheme: "exact" })).toThrow(/no integer form/);
    const bare = file(neuron);
    const direct = {
      ...bare,
      graph: {
        ...bare.graph,
        edges: [
          { from: "in", to: "n" },
          { from: "in", to: "w" },
        ],
      },
    };
    expect(() => integerNir(prepareNir(direct, "x", EULER), USUAL)).toThrow(/edge in -> n: in integers, neurons take weights/);
  });
});
