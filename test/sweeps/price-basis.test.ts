/** Studies of two bases do not mix, and what was stored before prices had a basis is the library's. */
import { expect, test } from "vitest";
import { parseArch } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { changedEdition } from "../../sweeps/inputs.js";
import { editionOf } from "../../sweeps/store/editions.js";

const documentOf = (basis: string): Json => parseArch(`version: 1\nextends: mesh-2x2\nprices: {basis: ${basis}}\n`, "a.yaml").document;
const stored = (document: Json) =>
  editionOf({ inputs_json: "[]", document_json: JSON.stringify(document), engine_version: "x" }, "x.db").document as {
    readonly [key: string]: Json;
  };

test("points of another basis are of another edition, and the key is named", () => {
  const [library, silicon] = ["library", "silicon"].map((basis) => ({ inputs: [], document: documentOf(basis) }));
  expect(changedEdition(library, library, "a.yaml")).toEqual([]);
  const [change] = changedEdition(library, silicon, "a.yaml");
  expect(change.before).toMatch(/prices\.basis.*library/);
  expect(change.now).toMatch(/prices\.basis.*silicon/);
});

test("a stored document without a basis is the library's; one with a basis keeps it", () => {
  const { prices: _, ...rest } = documentOf("library") as { readonly [key: string]: Json };
  const own = { dram_bit_pj: { value: 1, source: "mine" } };
  expect(stored({ ...rest, prices: own }).prices).toEqual({ basis: "library", ...own });
  expect(stored(documentOf("silicon")).prices).toEqual({ basis: "silicon" });
  expect(stored({ model: "odin" })).toEqual({ model: "odin" });
});
