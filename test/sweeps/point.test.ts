/** Keys of stored points stay: a chip that says nothing new keeps the key that it had before descriptions could say it. */
import { expect, test } from "vitest";
import { parseArch } from "../../arch/index.js";
import { pointKey } from "../../sweeps/index.js";

const inputs = { modelHash: "m", dataHash: "d" };
const keyOf = (text: string): string => pointKey(parseArch(`version: 1\n${text}`, "k.yaml").experiment, inputs, "1");

test("keys computed before `noc.tree` was a key", () => {
  expect(keyOf("")).toBe("d48fe4b1f0fd01d9135add635808e16eaca1246010721c67026ff3c989e8b938");
  expect(keyOf("extends: mesh-4x4\n")).toBe("6b1bbdf1b82be2faa14a51b22e42524461278ba67643149133424719cf64fc36");
});

test("what is said anew makes a key of its own", () => {
  const tree = "noc: { topology: mesh-tree, tree: { arity: ARITY } }\n";
  expect(keyOf(tree.replace("ARITY", "2"))).not.toBe(keyOf(tree.replace("ARITY", "3")));
});
