/** A chip that says nothing new keeps the key that it had before descriptions could say it; what changes a result changes the key. */
import { expect, test } from "vitest";
import { parseArch } from "../../arch/index.js";
import { pointKey } from "../../sweeps/index.js";
import { olderKey } from "./older-keys.js";

const inputs = { modelHash: "m", dataHash: "d" };
const experimentOf = (text: string) => parseArch(`version: 1\n${text}`, "k.yaml").experiment;
const keyOf = (text: string): string => pointKey(experimentOf(text), inputs, "1");
const before = (text: string): string => olderKey(experimentOf(text), inputs, "1");

test("keys computed before `noc.tree` was a key", () => {
  expect(before("")).toBe("d48fe4b1f0fd01d9135add635808e16eaca1246010721c67026ff3c989e8b938");
  expect(before("extends: mesh-4x4\n")).toBe("6b1bbdf1b82be2faa14a51b22e42524461278ba67643149133424719cf64fc36");
});

test("what is said anew makes a key of its own", () => {
  const tree = "noc: { topology: mesh-tree, tree: { arity: ARITY } }\n";
  expect(keyOf(tree.replace("ARITY", "2"))).not.toBe(keyOf(tree.replace("ARITY", "3")));
  expect(keyOf("workload: { steady_state: replayed }\n")).not.toBe(keyOf(""));
});

test("throughput is composed by another rule than before the key named one: points stored then are not taken for today's", () => {
  expect(keyOf("")).not.toBe(before(""));
});
