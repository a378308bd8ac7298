/** What a description may not say of an imported graph is what the graph refuses on the chip of another description. */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { loihiNode, parseArch } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { node, whole } from "../../nir-nodes.js";
import { EULER } from "./fixtures.js";

const value = (x: number): ReturnType<typeof nirArray> => nirArray([x], [1], "f8");

/** One neuron of the file's kind. */
function network(neuron: NirNode): NirFile {
  const nodes = {
    ...{ input: node("Input", { shape: whole(1) }), fc: node("Linear", { weight: nirArray([1], [1, 1], "f8") }) },
    ...{ n: neuron, output: node("Output", { shape: whole(1) }) },
  };
  const edges = ["input fc", "fc n", "n output"].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  return { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } };
}

const FILES = {
  nir: network(node("LIF", { tau: value(0.01), r: value(1), v_leak: value(0), v_threshold: value(1) })),
  net: network(loihiNode({ iDecay: 4096, vDecay: 163, vThreshold: 64, weightExponent: 6, refractory: 1, layer: 0 })),
};

const problemsOf = (run: () => unknown): string[] => {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ path, message, fix }) => `${path}: ${message}; ${fix}`).sort();
  }
};

test("what check refuses for a model, the graph refuses on the chip of another model, in the same words", () => {
  const met = { nir: { refused: 0, taken: 0 }, net: { refused: 0, taken: 0 } };
  for (const kind of ["nir", "net"] as const)
    for (const bits of [1, 2, 8])
      for (const own of [null, 1, 2])
        for (const scale of ["max", "mse"])
          for (const leak of ["multiplier", "truncate"]) {
            if (own !== null && own > bits) continue;
            const layers = own === null ? "" : `, layers: { n: { weight_bits: ${own} } }`;
            const words = `weight_bits: ${bits}, weight_scale: ${scale}, leak: ${leak}, gate_bits: 12${layers}`;
            const rules = kind === "nir" ? ", nir: { step_seconds: 1.0e-4, reset: zero }" : ", lava: { restart_steps: 0 }";
            const integers = kind === "nir" ? "quantised" : "from-file";
            const text = `version: 1\nnetwork: { model: made.${kind}${rules} }\nprecision: { integers: ${integers}, ${words} }\n`;
            const described = problemsOf(() => parseArch(text, "made.yaml"));
            // the chip of our own network says nothing of whose integers
            const { precision } = parseArch(`version: 1\nprecision: { ${words} }\n`, "chip.yaml").experiment;
            const imported = prepareNir(FILES[kind], `made.${kind}`, EULER);
            expect(
              problemsOf(() => integerNir(imported, { ...precision, integers })),
              text,
            ).toEqual(described);
            met[kind][described.length === 0 ? "taken" : "refused"]++;
          }
  console.log(JSON.stringify(met));
  for (const counts of Object.values(met)) expect(Math.min(counts.refused, counts.taken)).toBeGreaterThan(1);
});
