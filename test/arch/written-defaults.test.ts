/**
 * A default that is written out and one that is left out are one description, so one study may be continued as either.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ParsedArch, parseArch, patchDescription } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";

type Document = { readonly [key: string]: Json };
/** Every section that may be left out, in a description with as little as it needs. */
const SECTIONS: { readonly [section: string]: Document } = {
  "noc.tree": { noc: { topology: "mesh-tree", tree: {} } },
  "noc.dies": { noc: { dies: {} } },
  inputs: {},
  "inputs.frame_buffer": { inputs: { frame_buffer: {} } },
  training: { training: { base: "fsdd-phones-rec-v2" }, workload: { dataset: "fsdd-phones", split: "validation" } },
  "workload.events": { workload: { dataset: "nmnist", path: "data", events: {} } },
  "tile.core.axon_table": { tile: { core: { axon_table: {} } } },
  "tile.core.route_table": { tile: { core: { route_table: {} } } },
};
/** Keys of these sections with the defaults that docs/description.md says. */
const DEFAULTS = [
  ...readFileSync(join(packageRoot(), "docs/description.md"), "utf8").matchAll(
    /^\| `((?:noc\.tree|noc\.dies|inputs|training|workload\.events|tile\.core\.(?:axon|route)_table)\.[\w.]+)` \|[^|]*\| `([^`]+)` \|/gm,
  ),
].map(([, path, text]) => [path, JSON.parse(text) as Json] as const);

const withValue = (document: Document, [key, ...rest]: readonly string[], value: Json): Document => ({
  ...document,
  [key]: rest.length === 0 ? value : withValue((document[key] ?? {}) as Document, rest, value),
});
const parsed = (document: Document): ParsedArch => parseArch(JSON.stringify({ version: 1, ...document }), "arch.yaml");

test.each(Object.entries(SECTIONS))("%s: its defaults written out, set by path or left out give the same document", (section, without) => {
  const deeper = Object.keys(SECTIONS).filter((name) => name.startsWith(`${section}.`));
  const own = DEFAULTS.filter(([path]) => path.startsWith(`${section}.`) && !deeper.some((name) => path.startsWith(`${name}.`)));
  expect(own.length).toBeGreaterThan(0);
  const bare = parsed(without);
  const written = parsed(own.reduce((document, [path, value]) => withValue(document, path.split("."), value), without));
  expect(written.document).toEqual(bare.document);
  expect(written.experiment).toEqual(bare.experiment);
  expect(patchDescription(bare, Object.fromEntries(own)).document).toEqual(bare.document);
});

test("a value that makes a section gives the document in which the section was written", () => {
  expect(patchDescription(parsed({}), { "noc.dies.rows": 2 }).document).toEqual(parsed({ noc: { dies: { rows: 2 } } }).document);
});
