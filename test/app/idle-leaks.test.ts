/** Warnings of leaks that do nothing speak of the neurons that they are true of, whatever the others of a layer do. */
import { describe, expect, test } from "vitest";
import { runnableWarnings } from "../../app/runnable-warnings.js";
import { type NirArray, nirArray } from "../../arch/formats/nir/graph.js";
import type { Precision } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { FEATURES_AS_THEY_ARE } from "../../sim/functional/encoded-samples.js";
import type { IntegerGraph } from "../../sim/functional/integer-graph.js";
import { runnableGraph } from "../../sim/functional/runnable.js";
import { prepareNir } from "../../sim/nir/import.js";
import { integerNir } from "../../sim/nir/integer.js";
import { node, whole } from "../nir-nodes.js";
import { USUAL } from "../sim/functional/random-network.js";
import { EULER } from "../sim/nir/fixtures.js";

/** A layer of neurons, or of readouts, that leak with these shares per step. */
function leaking(type: "LIF" | "LI", shares: readonly number[], precision: Precision): IntegerGraph {
  const size = shares.length;
  const all = (value: number): NirArray => nirArray(new Array(size).fill(value), [size], "f8");
  const tau = nirArray(
    shares.map((share) => 1 / share),
    [size],
    "f8",
  );
  const nodes = new Map([
    ["in", node("Input", { shape: whole(1) })],
    ["w", node("Linear", { weight: nirArray(new Array(size).fill(0.5), [size, 1], "f8") })],
    ["n", node(type, { tau, r: all(1), v_leak: all(0), ...(type === "LIF" ? { v_threshold: all(1) } : {}) })],
    ["out", node("Output", { shape: whole(size) })],
  ]);
  const edges = ["in w", "w n", "n out"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  const file = { version: "1", graph: { nodes, edges, metadata: new Map() } };
  return integerNir(prepareNir(file, "x", { ...EULER, dtSeconds: 1 }), precision).graph;
}

function warnings(graph: IntegerGraph): readonly string[] {
  const samples = {
    ...{ name: "one", inputs: 1, classes: 1, task: "sequence" as const, hash: "one" },
    ...{ features: Float32Array.of(1), frameStart: Uint32Array.of(0, 1), labels: Int32Array.of(-1) },
  };
  return runnableWarnings(runnableGraph(graph), samples, FEATURES_AS_THEY_ARE.encoding);
}

const SHIFT: Precision = { ...USUAL, leak: "shift" };
const STATES = "precision.state_fraction_bits and precision.state_bits";

describe("the warning of a leak that does nothing", () => {
  // 0.3 is 2^-2 and takes 64 of 256 away, 2^-10 a quarter of a unit
  test("names the share of the neuron of which it is true, not that with the largest error of its word", () => {
    expect(warnings(leaking("LIF", [0.3, 2 ** -10], SHIFT))).toEqual([
      `x: where n tau leaks 0.0009766 of a state per step, on the chip no state up to the threshold leaks: give it more ${STATES}`,
    ]);
    expect(warnings(leaking("LIF", [0.3, 2 ** -7], SHIFT))).toEqual([]);
  });

  // at 8 gate bits both words are 0; at 10 fraction bits 0.0019 is two states of the threshold, 1e-5 a hundredth of one
  test("asks for the bits that all of its neurons need", () => {
    const fine: Precision = { ...USUAL, stateFractionBits: 10 };
    expect(warnings(leaking("LIF", [0.0019, 1e-5], fine))[0]).toMatch(
      /where n tau leaks 0.00001 .* give it more precision.gate_bits and precision.state_fraction_bits and precision.state_bits$/,
    );
    expect(warnings(leaking("LIF", [0.0019, 0.0019], fine))[0]).toMatch(/give it more precision.gate_bits$/);
  });

  test("of a readout speaks of the value 1, as it has no threshold", () => {
    expect(warnings(leaking("LI", [2 ** -10], SHIFT))).toEqual([
      `x: where n tau leaks 0.0009766 of a state per step, on the chip no state up to the value 1 leaks: give it more ${STATES}`,
    ]);
  });
});

test("a layer's idle states are those of its neurons as layers of their own, with their share and word", () => {
  const rng = createRng(7, "idle leaks");
  let several = 0;
  for (let round = 0; round < 40; round++) {
    const shares = Array.from({ length: 4 }, () => 2 ** -(12 * rng.float()));
    const leak = (["shift", "multiplier", "truncate"] as const)[round % 3];
    const precision: Precision = { ...USUAL, leak, gateBits: 8 + (round % 5) };
    const [{ idleUpTo, idleShare, idleWord }] = leaking("LIF", shares, precision).leaks;
    const alone = shares.map((share) => leaking("LIF", [share], precision).leaks[0]);
    expect(idleUpTo).toBe(Math.max(...alone.map((one) => one.idleUpTo)));
    const named = alone.find(({ share }) => share === idleShare)!;
    expect([named.idleUpTo, named.computedShare]).toEqual([idleUpTo, idleWord]);
    if (new Set(alone.map((one) => one.idleUpTo)).size > 1) several++;
  }
  expect(several).toBeGreaterThan(10);
});
