/**
 * Reset rules compared with snnTorch's own arithmetic, written here again from its neurons: in float, in integers (both
 * engines), on a chip.
 */
import { describe, expect, test } from "vitest";
import { type NirFile, type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import { actsInNextStep, parseArch, RESET_RULES, type ResetRule } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { node } from "../../nir-nodes.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { USUAL } from "../functional/random-network.js";

const SEED = 20261127;
const STEP: NirOptions = { dtSeconds: 1, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 };

const row = (values: readonly number[]): NirValue => nirArray(values, [values.length], "f8");
const all = (value: number, count: number): NirValue => row(new Array<number>(count).fill(value));
const diagonal = (values: readonly number[]): NirValue =>
  nirArray(
    values.flatMap((_, i) => values.map((value, k) => (i === k ? value : 0))),
    [values.length, values.length],
    "f8",
  );

/** Neurons without connections between them, each with an input of its own; `back`: recurrent weights. */
function net(neurons: NirNode, weights: readonly number[], back: readonly number[] | null = null): NirFile {
  const count = weights.length;
  const nodes = new Map([
    ["in", node("Input", { shape: row([count]) })],
    ["w", node("Linear", { weight: diagonal(weights) })],
    ["n", neurons],
    ["out", node("Output", { shape: row([count]) })],
  ]);
  const edges = [
    { from: "in", to: "w" },
    { from: "w", to: "n" },
    { from: "n", to: "out" },
  ];
  if (back !== null) {
    nodes.set("r", node("Linear", { weight: diagonal(back) }));
    edges.push({ from: "n", to: "r" }, { from: "r", to: "n" });
  }
  return { version: "1.0", graph: { nodes, edges, metadata: new Map() } };
}

/** Leaky or Synaptic as snnTorch exports it: v_{t+1} = beta v_t + x. */
function exported(betas: readonly number[], alphas: readonly number[] | null): NirNode {
  const count = betas.length;
  const ends = { v_leak: all(0, count), v_threshold: all(1, count) };
  const taus = row(betas.map((beta) => 1 / (1 - beta)));
  if (alphas === null) return node("LIF", { tau: taus, r: taus, ...ends });
  const synapses = row(alphas.map((alpha) => 1 / (1 - alpha)));
  return node("CubaLIF", { tau_mem: taus, tau_syn: synapses, r: taus, w_in: synapses, ...ends });
}

type Mechanism = "subtract" | "zero";
type Module = "Leaky" | "Synaptic" | "RLeaky";

/** [steps][neurons] spikes of snnTorch's modules, threshold 1; `back`: weight of RLeaky from each neuron to itself. */
function snnTorch(
  module: Module,
  { mechanism, delay }: { readonly mechanism: Mechanism; readonly delay: boolean },
  inputs: readonly (readonly number[])[],
  [betas, alphas, back]: readonly [readonly number[], readonly number[], readonly number[]],
): number[] {
  const count = betas.length;
  const mem = new Array<number>(count).fill(0);
  const syn = new Array<number>(count).fill(0);
  const last = new Array<number>(count).fill(0);
  return inputs.flatMap((input) =>
    input.map((current, n) => {
      const reset = mem[n] - 1 > 0 ? 1 : 0;
      syn[n] = module === "Synaptic" ? alphas[n] * syn[n] + current : current + (module === "RLeaky" ? back[n] * last[n] : 0);
      const kept = module === "Leaky" && mechanism === "zero" ? (1 - reset) * mem[n] : mem[n];
      const base = betas[n] * kept + syn[n];
      if (mechanism === "subtract") mem[n] = base - reset;
      else mem[n] = module === "Leaky" ? base : base - reset * base;
      const spike = mem[n] - 1 > 0 ? 1 : 0;
      if (!delay) mem[n] -= (spike - reset) * (mechanism === "subtract" ? 1 : mem[n]);
      last[n] = spike;
      return spike;
    }),
  );
}

const RULES: { readonly [rule in ResetRule]?: { readonly mechanism: Mechanism; readonly delay: boolean } } = {
  zero: { mechanism: "zero", delay: false },
  "snntorch-subtract": { mechanism: "subtract", delay: false },
  "snntorch-delayed-subtract": { mechanism: "subtract", delay: true },
  "snntorch-delayed-zero": { mechanism: "zero", delay: true },
};

function spikesInFloat(file: NirFile, reset: ResetRule, inputs: readonly (readonly number[])[]): number[] {
  const engine = createNirEngine(prepareNir(file, "x", { ...STEP, reset }));
  return [...(engine.run(new Map([["in", Float64Array.from(inputs.flat())]]), inputs.length, ["n"]).outputs.get("n") ?? [])];
}

test("constant current 0.8, beta 0.5, threshold 1: snnTorch's default spikes at 1 4 6 9 11 14 16 19, without its delay at every odd step", () => {
  const inputs = Array.from({ length: 20 }, () => [0.8]);
  const at = (reset: ResetRule): number[] =>
    spikesInFloat(net(exported([0.5], null), [1]), reset, inputs).flatMap((spike, step) => (spike > 0 ? [step] : []));
  expect(at("snntorch-delayed-subtract")).toEqual([1, 4, 6, 9, 11, 14, 16, 19]);
  const odd = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
  expect([at("snntorch-subtract"), at("subtract")]).toEqual([odd, odd]);
});

describe("random inputs", () => {
  const rng = createRng(SEED, "resets");
  const count = 40;
  const steps = 150;
  const between = (low: number, high: number): number[] => Array.from({ length: count }, () => low + (high - low) * rng.float());
  const betas = between(0.3, 0.97);
  const alphas = between(0.1, 0.9);
  const back = between(-0.8, 0.8);
  const inputs = Array.from({ length: steps }, () => between(-0.4, 1.4));
  const files: { readonly [module in Module]: NirFile } = {
    Leaky: net(exported(betas, null), new Array<number>(count).fill(1)),
    Synaptic: net(exported(betas, alphas), new Array<number>(count).fill(1)),
    RLeaky: net(exported(betas, null), new Array<number>(count).fill(1), back),
  };

  for (const module of ["Leaky", "Synaptic", "RLeaky"] as const) {
    test(`in float, every rule spikes as snnTorch's ${module} does, and the rules differ from each other`, () => {
      const patterns = new Set<string>();
      for (const [rule, how] of Object.entries(RULES)) {
        const expected = snnTorch(module, how, inputs, [betas, alphas, back]);
        const got = spikesInFloat(files[module], rule as ResetRule, inputs);
        expect(got.filter((spike, i) => spike !== expected[i]).length, `seed ${SEED}, ${rule}`).toBe(0);
        expect(got.filter((spike) => spike > 0).length).toBeGreaterThan(500);
        patterns.add(got.join(""));
      }
      // a Leaky that resets to zero one step later forgets no input, so its spikes equal those of `zero`
      expect(patterns.size).toBe(module === "Leaky" ? 3 : 4);
    });
  }

  test("in integers, IF neurons equal snnTorch's Leaky with beta 1 in all spikes and voltages, in both engines", () => {
    const weights = Array.from({ length: count }, () => rng.int(1, 32) / 16);
    const events = Array.from({ length: 60 }, () => Array.from({ length: count }, () => rng.int(-2, 3)));
    const currents = events.map((line) => line.map((value, n) => value * weights[n]));
    const ones = new Array<number>(count).fill(1);
    const neurons = node("IF", { r: all(1, count), v_threshold: all(1, count) });
    for (const [rule, how] of Object.entries(RULES)) {
      const imported = prepareNir(net(neurons, weights), "x", { ...STEP, reset: rule as ResetRule });
      const { graph } = integerNir(imported, { ...USUAL, stateBits: 24 }, "events");
      const run = createGraphReference(graph).run(Int32Array.from(events.flat()));
      expect(createGraphEngine(graph).run(Int32Array.from(events.flat())), rule).toEqual(run);
      const p = graph.populations.findIndex(({ name }) => name === "n");
      const got = events.flatMap((_, step) => {
        const line = new Array<number>(count).fill(0);
        const group = step * graph.populations.length + p;
        for (let e = run.eventStart[group]; e < run.eventStart[group + 1]; e++) line[run.neuron[e]] = run.payload[e];
        return line;
      });
      expect(run.stateSaturations).toBe(0);
      expect(got, `seed ${SEED}, ${rule}`).toEqual(snnTorch("Leaky", how, currents, [ones, ones, ones]));
      expect(got.filter((spike) => spike > 0).length).toBeGreaterThan(200);
    }
  });
});

test("the report says which neurons with delayed reset to zero spike like those with reset zero", () => {
  const assumed = (file: NirFile): readonly string[] =>
    prepareNir(file, "x", { ...STEP, reset: "snntorch-delayed-zero" }).report.assumed.filter((line) => line.startsWith("reset"));
  expect(assumed(net(exported([0.5], null), [1]))).toEqual([
    "reset: snntorch-delayed-zero; zero, which spikes as snnTorch's Leaky does: n",
  ]);
  expect(assumed(net(exported([0.5], [0.5]), [1]))).toEqual(["reset: snntorch-delayed-zero"]);
  expect(assumed(net(exported([0.5], null), [1], [0.1]))).toEqual(["reset: snntorch-delayed-zero"]);
});

test("every rule can be written in a description; those that act in the next step allow no refractory period and no exact scheme", () => {
  for (const reset of RESET_RULES) {
    const text = `version: 1\nnetwork: { model: net.nir, nir: { step_seconds: 1e-3, reset: ${reset} } }\nworkload: { dataset: spike-file, path: in.csv }\n`;
    expect(parseArch(text, "x.yaml").experiment.network.nir.reset).toBe(reset);
    const refused = actsInNextStep(reset);
    const run = (options: Partial<NirOptions>) => () =>
      createNirEngine(prepareNir(net(exported([0.5], null), [1], [0.1]), "x", { ...STEP, reset, ...options }));
    if (!refused) {
      run({ refractorySeconds: 2 })();
      run({ scheme: "exact" })();
      continue;
    }
    expect(run({ refractorySeconds: 2 })).toThrow(`${reset} acts in the step after a spike, which a pause would skip`);
    expect(run({ scheme: "exact" })).toThrow(`${reset} is a rule of whole steps`);
  }
});
