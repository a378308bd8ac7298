import { describe, expect, test } from "vitest";
import { type NirFile, nirArray } from "../../../arch/formats/nir/graph.js";
import { synapsesIn } from "../../../arch/rows.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { importNir, prepareNir } from "../../../sim/nir/import.js";
import { nirTopology, nirTrace } from "../../../sim/nir/topology.js";
import { csv, EULER, fixture, present } from "./fixtures.js";

describe.skipIf(!present)("published networks as chips see them", () => {
  test("Braille has three populations; a spike reaches exactly the weights that NeuroBench counts", async () => {
    const imported = await importNir(fixture("braille_noDelay_bias_zero.nir"), EULER);
    const { topology, warnings } = nirTopology(imported);
    expect(warnings).toEqual([]);
    expect(topology.populations.map((p) => [p.name, p.neurons, p.depth, p.payloadBits])).toEqual([
      ["input", 12, 0, 1],
      ["lif1.lif", 38, 1, 1],
      ["lif2", 7, 2, 0],
    ]);
    const rows = csv("braille_sample0_input.csv");
    const inputs = new Map([["input", Float64Array.from(rows.flat())]]);
    const engine = createNirEngine(imported);
    const run = engine.run(inputs, rows.length, ["lif1.lif", "lif2"]);
    const trace = nirTrace(imported, topology, inputs, run);
    let met = 0;
    for (const { source, target, recurrent, sparse } of topology.projections) {
      expect(sparse).toBeNull();
      for (let step = 0; step < (recurrent ? 255 : 256); step++) {
        met += (trace.eventStart[step * 3 + source + 1] - trace.eventStart[step * 3 + source]) * topology.populations[target].neurons;
      }
    }
    expect(met).toBe(25_799);
  });

  test("the CNN's convolutions become sparse projections with the structural non-zeros, including pools", async () => {
    const imported = await importNir(fixture("cnn_sinabs.nir"), { ...EULER, reset: "subtract" });
    const { topology } = nirTopology(imported);
    expect(topology.populations.map((p) => p.name)).toEqual(expect.arrayContaining(["input", "1", "3", "6", "10", "12"]));
    const size = (source: string, target: string): number => {
      const { sparse } = topology.projections.find(
        (p) => topology.populations[p.source].name === source && topology.populations[p.target].name === target,
      )!;
      return sparse === null ? -1 : synapsesIn(sparse);
    };
    const taps = 16 * 5 - 1;
    expect(size("input", "1")).toBe(taps * taps * 2 * 16);
    const same = 16 * 3 - 2;
    expect(size("1", "3")).toBe(same * same * 16 * 16);
    // 3 -> pool 2x2 -> 3x3 on 8x8: every fine neuron reaches the targets of its coarse one
    const coarse = 8 * 3 - 2;
    expect(size("3", "6")).toBe(4 * coarse * coarse * 16 * 8);
  });
});

test("feedback across layers and analogue inputs are refused with the reason", () => {
  const one = (w: number) => ({ type: "Linear", fields: new Map([["weight", nirArray([w], [1, 1])]]), metadata: new Map(), graph: null });
  const fires = {
    type: "IF",
    fields: new Map([
      ["r", nirArray([1], [1])],
      ["v_threshold", nirArray([0.5], [1])],
    ]),
    metadata: new Map(),
    graph: null,
  };
  const input = { type: "Input", fields: new Map([["shape", nirArray([1], [1], "i8")]]), metadata: new Map(), graph: null };
  const file = (edges: string[]): NirFile => ({
    version: "1",
    graph: {
      nodes: new Map(Object.entries({ in: input, w: one(1), a: fires, m: one(1), b: fires, back: one(-1) })),
      edges: ["in w", "w a", "a m", "m b", ...edges].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
      metadata: new Map(),
    },
  });
  expect(() => nirTopology(prepareNir(file(["b back", "back a"]), "x", EULER))).toThrow(/feedback from b to a crosses layers/);
  const imported = prepareNir(file([]), "x", EULER);
  const { topology } = nirTopology(imported);
  const inputs = new Map([["in", Float64Array.of(0.5)]]);
  const run = createNirEngine(imported).run(inputs, 1, ["a", "b"]);
  expect(() => nirTrace(imported, topology, inputs, run)).toThrow(/in sends 0.5: only whole numbers can be sent as spikes/);
});
