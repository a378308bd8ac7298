import { describe, expect, test } from "vitest";
import { type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import type { Samples } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { runOn } from "../../../sim/functional/run.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { scoreNir } from "../../../sim/nir/float-score.js";
import { type ImportedNir, importNir, prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { WIDE } from "../functional/random-network.js";
import { csv, EULER, fixture, present } from "./fixtures.js";

const INPUTS = 6;
const CLASSES = 4;
const STEPS = 12;
const COUNT = 200;
const TAU = 4;

const rng = createRng(14, "float-score");
const weights = Float64Array.from({ length: CLASSES * INPUTS }, () => Math.fround(rng.normal()));
const features = Float32Array.from({ length: COUNT * STEPS * INPUTS }, () => (rng.float() < 0.4 ? 1 : 0));

const node = (type: string, fields: Record<string, readonly [Iterable<number>, readonly number[]]>): NirNode => ({
  type,
  fields: new Map(Object.entries(fields).map(([name, [data, shape]]) => [name, nirArray(data, shape, name === "shape" ? "i8" : "f8")])),
  metadata: new Map(),
  graph: null,
});
const all = (value: number) => [new Array<number>(CLASSES).fill(value), [CLASSES]] as const;

function network(): ImportedNir {
  const nodes = {
    input: node("Input", { shape: [[INPUTS], [1]] }),
    w: node("Linear", { weight: [weights, [CLASSES, INPUTS]] }),
    lif: node("LIF", { tau: all(TAU), r: all(TAU), v_leak: all(0), v_threshold: all(1) }),
    output: node("Output", { shape: [[CLASSES], [1]] }),
  };
  const edges = ["input w", "w lif", "lif output"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  const graph = { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() };
  return prepareNir({ version: "1", graph }, "x.nir", { ...EULER, dtSeconds: 1 });
}

/** Class with the most spikes, the lowest of equal ones: v += (-v + tau W x) / tau, reset to 0 above 1. */
function decided(sample: number): number {
  const counts = new Array<number>(CLASSES).fill(0);
  const v = new Array<number>(CLASSES).fill(0);
  for (let t = 0; t < STEPS; t++) {
    for (let c = 0; c < CLASSES; c++) {
      let drive = 0;
      for (let i = 0; i < INPUTS; i++) drive += weights[c * INPUTS + i] * features[(sample * STEPS + t) * INPUTS + i];
      v[c] += (-v[c] + TAU * drive) / TAU;
      if (v[c] <= 1) continue;
      counts[c]++;
      v[c] = 0;
    }
  }
  return counts.indexOf(Math.max(...counts));
}

const samplesWith = (labels: Int32Array): Samples => ({
  name: "hand",
  inputs: INPUTS,
  classes: CLASSES,
  task: "sequence",
  features,
  frameStart: Uint32Array.from({ length: COUNT + 1 }, (_, u) => u * STEPS),
  labels,
  hash: "hand",
});
const utterances = Uint32Array.from({ length: COUNT }, (_, u) => u);

describe("what a NIR network decides in float (seed 14)", () => {
  const labels = Int32Array.from(utterances, decided);

  test("all 200 decisions equal those of the equations written by hand; every class occurs", () => {
    expect(new Set(labels).size).toBe(CLASSES);
    expect(scoreNir(network(), samplesWith(labels), utterances, FEATURES_AS_THEY_ARE)).toEqual({ correct: COUNT, scored: COUNT });
  });

  test("with other labels none is correct, and a sample without a label is not scored", () => {
    const wrong = labels.map((label, u) => (u % 2 === 0 ? (label + 1) % CLASSES : -1));
    expect(scoreNir(network(), samplesWith(wrong), utterances, FEATURES_AS_THEY_ARE)).toEqual({ correct: 0, scored: COUNT / 2 });
  });

  test("with 16-bit weights and 24-bit state the integer form gives the same decision in at least 99 %", () => {
    const runnable = runnableGraph(integerNir(network(), { ...WIDE, stateFractionBits: 16 }).graph);
    const options = { utterances, traced: new Uint32Array() } as const;
    expect(runOn(runnable, samplesWith(labels), options, FEATURES_AS_THEY_ARE).correct).toBeGreaterThanOrEqual(0.99 * COUNT);
  });
});

test.skipIf(!present)("the Braille network's sample is an 'A', class 1", async () => {
  const rows = csv("braille_sample0_input.csv");
  const sample: Samples = {
    name: "braille",
    inputs: 12,
    classes: 7,
    task: "sequence",
    features: Float32Array.from(rows.flat()),
    frameStart: Uint32Array.of(0, rows.length),
    labels: Int32Array.of(1),
    hash: "braille",
  };
  const imported = await importNir(fixture("braille_noDelay_bias_zero.nir"), EULER);
  expect(scoreNir(imported, sample, Uint32Array.of(0), FEATURES_AS_THEY_ARE)).toEqual({ correct: 1, scored: 1 });
});
