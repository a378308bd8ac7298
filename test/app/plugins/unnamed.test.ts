/**
 * Values that replace a description's use the plug-ins that it or its opener names, whatever the process has loaded.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadPlugins, noc, open, openChip, type Values, withValues } from "../../../app/index.js";
import { experimentWith } from "../../../app/open.js";
import { InputError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "unnamed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Entries of the examples that get names which no other file loads, and where descriptions name them. */
const KINDS = [
  ["topologies", "hypercube", "noc.topology"],
  ["memories", "stt-mram", "tile.core.synapse_memory.kind"],
  ["priceModels", "mram", "chip.price_model"],
  ["datasets", "stripes", "workload.dataset"],
] as const;
const DESCRIPTION = { version: 1, extends: "mesh-2x2" };

/** The file of one plug-in that brings all of them. */
function writtenPlugin(): string {
  const entries = KINDS.map(([kind, name]) => {
    copyFileSync(join(packageRoot(), "test/app/plugins/examples", `${name}.mjs`), join(folder, `${name}.mjs`));
    return `${kind}: { "unnamed-${name}": (await import("./${name}.mjs")).default(tools).${kind}["${name}"] }`;
  });
  const file = join(folder, "unnamed.mjs");
  writeFileSync(file, `export const apiVersion = 1;\nexport default async (tools) => ({ ${entries.join(", ")} });`);
  return file;
}

/** What a call says of wrong input. */
function said(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "taken";
}

test("an entry of a plug-in that the description does not name is unknown, before the plug-in is loaded and after", async () => {
  const file = writtenPlugin();
  const [bare, chip] = [open(DESCRIPTION), openChip("mesh-2x2")];
  const everywhere = (values: Values): readonly string[] => [
    said(() => withValues(bare, values)),
    said(() => experimentWith(chip, values)),
    said(() => noc(null, { rates: [], values })),
  ];
  // 3 x 2 routers are none that the hypercube takes: it is not asked
  const answers = () => KINDS.map(([, name, path]) => everywhere({ [path]: `unnamed-${name}`, "noc.width": 3 }));
  const before = answers();
  for (const [i, [, name]] of KINDS.entries())
    for (const answer of before[i] ?? []) expect(answer).toMatch(new RegExp(`(?:is named|no such data set:) unnamed-${name}\\n`));
  const plugins = await loadPlugins([file]);
  expect(answers()).toEqual(before);
  expect(noc(null, { rates: [], plugins, values: { "noc.topology": "unnamed-hypercube" } })).toEqual([]);
  expect(said(() => noc(chip, { rates: [], plugins }))).toContain("noc: plugins: has no effect on a description");
  const opened = open(DESCRIPTION, { plugins });
  for (const [, name, path] of KINDS) {
    const nested = path.split(".").reduceRight<unknown>((value, key) => ({ [key]: value }), `unnamed-${name}`);
    const typed = open({ ...DESCRIPTION, ...(nested as object) }, { plugins });
    const { document, experiment } = withValues(opened, { [path]: `unnamed-${name}` });
    expect({ document, experiment }).toEqual({ document: typed.document, experiment: typed.experiment });
  }
});
