/** Populations above 65,536 neurons: the fast engine has 32-bit numbers of neurons, in listed rows and in kernels. */
import { deepStrictEqual } from "node:assert";
import { expect, test } from "vitest";
import type { Precision } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import type { GraphCell, GraphProjection, IntegerGraph } from "../../../sim/functional/integer-graph.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { ofKernel } from "../../oracles/naive-rows.js";
import { usualAndLong } from "../../usual.js";
import { randomGraph } from "./random-graph.js";
import { USUAL } from "./random-network.js";

const SIDE = 264;
const NEURONS = SIDE * SIDE;
const SEED = 65_537;

function integrators(neurons: number): GraphCell {
  return {
    requantiser: { multiplier: new Int32Array(neurons).fill(1), bias: new Float64Array(neurons), shift: 0 },
    ...{
      keepCurrent: null,
      keepVoltage: null,
      rest: new Int32Array(neurons),
      threshold: 200,
      delta: null,
      loses: 200,
      mostSpikes: 1,
      lowest: null,
    },
    ...{ restart: null, reset: "subtract", resetTo: new Int32Array(neurons), refractorySteps: 0, unit: new Float64Array(neurons).fill(1) },
  };
}

/** An input, as many integrators as `projection` has targets, and one neuron that all of them reach. */
function wide(precision: Precision, inputs: number, projection: GraphProjection): IntegerGraph {
  const rowStart = Uint32Array.from({ length: NEURONS + 1 }, (_, n) => n);
  const all = { sparse: { rowStart, targets: new Uint32Array(NEURONS) }, weights: new Int16Array(NEURONS).fill(1) };
  return {
    ...randomGraph(1, USUAL),
    precision,
    precisions: [precision, precision, precision],
    populations: [
      { name: "in", neurons: inputs, kind: "input" },
      { name: "wide", neurons: NEURONS, kind: "neurons", cell: integrators(NEURONS) },
      { name: "one", neurons: 1, kind: "neurons", cell: integrators(1) },
    ],
    projections: [projection, { source: 1, target: 2, steps: 0, projection: 1, ...all }],
    inputs: [{ population: 0, first: 0, limit: 127, scale: 1, offset: 0 }],
    scored: 2,
  };
}

for (const [some, options] of usualAndLong(
  [
    ["8-bit weights, exact sums", 8, 24],
    ["16-bit weights, exact sums", 12, 28],
    ["8-bit weights, sums that leave their range", 8, 12],
    ["16-bit weights, sums that leave their range", 12, 13],
  ] as const,
  ([, , accumulatorBits]) => accumulatorBits === 12,
))
  test.each(some)(
    "F7: %s: the fast engine equals the reference on written rows and on a kernel (seed 65537)",
    options,
    (_, weightBits, accumulatorBits) => {
      const rng = createRng(SEED, "wide");
      const most = 2 ** (weightBits - 1) - 1;
      const weight = (): number => rng.int(-most, most);
      const precision: Precision = { ...USUAL, weightBits, accumulatorBits, stateBits: 24 };
      const rows = 40;
      const each = 900;
      const starts = Uint32Array.from({ length: rows + 1 }, (_, n) => each * n);
      const targets = Uint32Array.from({ length: rows * each }, (_, k) => Math.floor(((k % each) * NEURONS) / each) + rng.int(0, 60));
      const written: GraphProjection = {
        ...{ source: 0, target: 1, steps: 0, projection: 0, sparse: { rowStart: starts, targets } },
        weights: Int16Array.from(targets, weight),
      };
      const { sparse, kernel } = ofKernel(0, 1, {
        ...{ sourceChannels: 1, sourceArea: NEURONS, targetChannels: 1, targetArea: NEURONS, groups: 1, taps: 9 },
        ...{ input: [SIDE, SIDE], output: [SIDE, SIDE], size: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1, 1] },
        ...{ entering: null, present: null, windowTaps: null },
      });
      if (sparse === null) throw new Error("no rows");
      const convolved: GraphProjection = { ...written, sparse, kernel, weights: Int16Array.from({ length: 9 }, weight) };
      let [overflows, spikes] = [0, 0];
      for (const [projection, inputs, density] of [
        [written, rows, 0.7],
        [convolved, NEURONS, 0.02],
      ] as const) {
        const graph = wide(precision, inputs, projection);
        const values = Int32Array.from({ length: 2 * inputs }, () => (rng.float() < density ? rng.int(1, 60) : 0));
        const expected = createGraphReference(graph).run(values);
        deepStrictEqual(createGraphEngine(graph).run(values), expected);
        overflows += expected.accumulatorOverflows;
        spikes += expected.neuron.reduce((count, n) => count + Number(n > 65_536), 0);
      }
      expect(spikes).toBeGreaterThan(100);
      expect(overflows > 0).toBe(accumulatorBits < 20);
    },
  );
