/** Studies of two bases do not mix; results stored before prices had a basis count as those of the library. */
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

test("points of another basis belong to another edition, and the differing key is named", () => {
  const [library, silicon] = ["library", "silicon"].map((basis) => ({ inputs: [], document: documentOf(basis) }));
  expect(changedEdition(library, library, "a.yaml")).toEqual([]);
  const [change] = changedEdition(library, silicon, "a.yaml");
  expect(change.before).toMatch(/prices\.basis.*library/);
  expect(change.now).toMatch(/prices\.basis.*silicon/);
});

test("another content of a table of macros makes another edition, and the first differing line is named", () => {
  const head = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";
  const [before, now] = ["9", "8"].map((area) => {
    const prices = { macros: { mine: { csv: `${head}\n64,8,1rw,22,0.8,${area},1,1,1,1\n64,9,1rw,22,0.8,${area},1,1,1,1\n` } } };
    return { inputs: [], document: parseArch(JSON.stringify({ version: 1, extends: "mesh-2x2", prices }), "a.yaml").document };
  });
  const [change] = changedEdition(before!, now!, "a.yaml");
  expect(change?.before).toBe('prices.macros.mine.csv line 2 "64,8,1rw,22,0.8,9,1,1,1,1"');
  expect(change?.now).toBe('prices.macros.mine.csv line 2 "64,8,1rw,22,0.8,8,1,1,1,1"');
});

test("a stored document without a basis gets the library's; one with a basis keeps it", () => {
  const { prices: _, ...rest } = documentOf("library") as { readonly [key: string]: Json };
  const own = { dram_bit_pj: { value: 1, source: "mine" } };
  expect(stored({ ...rest, prices: own }).prices).toEqual({ basis: "library", ...own });
  expect(stored(documentOf("silicon")).prices).toEqual({ basis: "silicon" });
  expect(stored({ model: "odin" })).toEqual({ model: "odin" });
});

test("a description stored before a key was known differs in the program alone, unless the key was typed since", () => {
  const typed = (keys: string): Json => parseArch(`version: 1\nextends: mesh-2x2\n${keys}`, "a.yaml").document;
  const now = typed("") as { readonly workload: { readonly [key: string]: Json } };
  const { steady_state: mode, ...earlier } = now.workload;
  expect(mode).toBeDefined();
  const changes = (document: Json) =>
    changedEdition({ inputs: [], document: { ...now, workload: earlier } }, { inputs: [], document }, "a.yaml");
  expect(changes(now as Json)).toEqual([]);
  const [change] = changes(typed("workload: {steady_state: replayed}\n"));
  expect(change).toMatchObject({ before: `workload.steady_state "${mode}"`, now: 'workload.steady_state "replayed"' });
});
