/**
 * A file's whole numbers at every magnitude: those that a word cannot hold are refused, none becomes another number.
 */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { boundsOf, loihiNode, type Precision } from "../../../arch/index.js";
import { InfeasibleError, InputError } from "../../../base/errors.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { node, whole } from "../../nir-nodes.js";
import { WIDE } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";

const BITS = 20;
const WORDS: Precision = { ...WIDE, integers: "from-file", weightBits: 16, stateBits: BITS, gateBits: 12, leak: "multiplier" };
const value = (x: number): ReturnType<typeof nirArray> => nirArray([x], [1], "f8");

interface Numbers {
  readonly weight: number;
  readonly bias: number;
  readonly neuron: NirNode;
}

const common = { r: value(1), v_threshold: value(64), v_reset: value(0) };
const integrator = (fields: Partial<Record<keyof typeof common, number>>): NirNode =>
  node("IF", { ...common, ...Object.fromEntries(Object.entries(fields).map(([name, x]) => [name, value(x)])) });
/** dt / tau is 1/2. */
const leaky = (v_leak: number): NirNode => node("LIF", { ...common, r: value(2), v_leak: value(v_leak), tau: value(2 * EULER.dtSeconds) });
const loihi = (fields: { readonly vThreshold?: number; readonly weightExponent?: number }): NirNode =>
  loihiNode({ iDecay: 4096, vDecay: 4096, vThreshold: 64, weightExponent: 6, refractory: 1, layer: 0, ...fields });

/** By number: a network that holds it, and the factor with which it enters a state. */
const PLACES: { readonly [place: string]: readonly [made: (x: number) => Partial<Numbers>, factor: number] } = {
  "IF v_threshold": [(x) => ({ neuron: integrator({ v_threshold: Math.abs(x) }) }), 1],
  "IF v_reset": [(x) => ({ neuron: integrator({ v_reset: x }) }), 1],
  "IF bias": [(x) => ({ bias: x }), 1],
  "IF r": [(x) => ({ neuron: integrator({ r: x }) }), 1],
  "IF r of a weight of 2^14": [(x) => ({ neuron: integrator({ r: x }), weight: 2 ** 14 }), 2 ** 14],
  "LIF v_leak": [(x) => ({ neuron: leaky(x) }), 1 / 2],
  "Loihi bias": [(x) => ({ bias: x, neuron: loihi({}) }), 64],
  "Loihi threshold": [(x) => ({ neuron: loihi({ vThreshold: Math.abs(x) }) }), 1],
  "Loihi exponent": [(x) => ({ neuron: loihi({ weightExponent: Math.log2(Math.abs(x)) }) }), 1],
};

function network({ weight = 1, bias = 0, neuron = integrator({}) }: Partial<Numbers>): NirFile {
  const nodes = {
    ...{ input: node("Input", { shape: whole(1) }), fc: node("Affine", { weight: nirArray([weight], [1, 1], "f8"), bias: value(bias) }) },
    ...{ n: neuron, output: node("Output", { shape: whole(1) }) },
  };
  const edges = ["input fc", "fc n", "n output"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  return { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } };
}

/** The error of a file; null: it is taken. */
function refusal(made: Partial<Numbers>): InfeasibleError | InputError | null {
  try {
    const words = made.neuron?.type === "Loihi" ? { ...WORDS, leak: "truncate" as const } : WORDS;
    integerNir(prepareNir(network(made), "made", EULER), words);
    return null;
  } catch (error) {
    if (error instanceof InfeasibleError || error instanceof InputError) return error;
    throw error;
  }
}

test.each(Object.entries(PLACES))("%s: a number beyond the word is refused at every magnitude to 2^40", (place, [made, factor]) => {
  let taken = 0;
  for (let exponent = 1; exponent <= 40; exponent++)
    for (const x of [2 ** exponent, -(2 ** exponent), 2 ** exponent + 6]) {
      if (place.endsWith("exponent") && x !== 2 ** exponent) continue;
      const [size, error] = [Math.abs(x * factor), refusal(made(x))];
      // -2^(BITS - 1) is a word, 2^(BITS - 1) is none
      if (size < 2 ** (BITS - 1)) {
        expect(error, `${place} ${x}`).toBeNull();
        taken++;
      } else if (size > 2 ** (BITS - 1)) expect(error?.message, `${place} ${x}`).toMatch(/FILE_STATE_BITS|multiplies its input by more/);
      const bits = error?.message.match(/set precision\.state_bits: (\d+)/)?.[1];
      if (bits !== undefined) expect(Number(bits)).toBeLessThanOrEqual(boundsOf("precision.state_bits").high);
    }
  expect(taken).toBeGreaterThan(3);
});

test("weights beyond 16 bits are refused at every magnitude, with the largest width that can be typed", () => {
  for (let exponent = 15; exponent <= 40; exponent++)
    expect(refusal({ weight: 2 ** exponent })?.message).toContain("precision.weight_bits ends at 16: scale the numbers of the file down");
});

test("a leak that no word of 32 bits holds is refused", () => {
  const tau = (exponent: number): NirNode =>
    node("LIF", { ...common, r: value(2 ** -exponent), v_leak: value(0), tau: value(EULER.dtSeconds * 2 ** -exponent) });
  expect(refusal({ neuron: tau(18) })).toBeNull();
  for (let exponent = 20; exponent <= 40; exponent++)
    expect(refusal({ neuron: tau(exponent) })?.message).toContain("n tau: leaks more than 524288 times its value per step");
});
