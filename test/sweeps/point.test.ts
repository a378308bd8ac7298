/** What changes a result changes the key; nothing else does. */
import { expect, test } from "vitest";
import { parseArch } from "../../arch/index.js";
import { pointKey } from "../../sweeps/index.js";

const inputs = { modelHash: "m", dataHash: "d" };
const experimentOf = (text: string) => parseArch(`version: 1\n${text}`, "k.yaml").experiment;
const keyOf = (text: string, read = inputs, build = "1"): string => pointKey(experimentOf(text), read, build);

test("chip, mapping, precision, workload, model, data and program each have a part in a key", () => {
  const tree = "noc: { topology: mesh-tree, tree: { arity: ARITY } }\n";
  const keys = [
    keyOf(""),
    keyOf(tree.replace("ARITY", "2")),
    keyOf(tree.replace("ARITY", "3")),
    keyOf("mapping: { strategy: sequential }\n"),
    keyOf("precision: { weight_bits: 5 }\n"),
    keyOf("workload: { steady_state: replayed }\n"),
    keyOf("prices: { synapse_memory_read_pj: { value: 1, source: test } }\n"),
    keyOf("", { ...inputs, modelHash: "n" }),
    keyOf("", { ...inputs, dataHash: "e" }),
    keyOf("", inputs, "2"),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("file names and the wording of a description are not part of a key", () => {
  const plain = keyOf("");
  expect(keyOf("network: { model: other.safetensors }\nworkload: { path: elsewhere }\n")).toBe(plain);
  expect(keyOf("# a remark\nnoc:\n  topology: mesh\n")).toBe(keyOf("noc: { topology: mesh }\n"));
});
