/** A description as a plain object, for functions that take ordinary chips only. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { noc, open, openChip, quantise } from "../../app/index.js";

const folder = mkdtempSync(join(tmpdir(), "open-chip-"));
afterAll(() => rmSync(folder, { recursive: true }));

const DESCRIPTION = {
  ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif.safetensors" } },
  ...{ workload: { dataset: "mnist-rows", samples: 5, timing_samples: 1 }, tile: { core: { lanes: 3 } } },
};

test("openChip reads an object as a file of the same content", () => {
  const file = join(folder, "chip.yaml");
  writeFileSync(file, JSON.stringify(DESCRIPTION)); // JSON is YAML
  const [ofFile, ofObject] = [openChip(file), openChip(DESCRIPTION, { beside: folder })];
  expect(ofObject.experiment.chip.cores[0].lanes).toBe(3);
  expect(ofObject.document).toEqual(ofFile.document);
  expect(ofObject.document).toEqual(open(DESCRIPTION, { beside: folder }).document);
});

test("quantise and noc take a description that a program made", async () => {
  const made = openChip(DESCRIPTION);
  const { rows } = await quantise(made, { bits: { weight_bits: [8] } });
  expect(rows.map(({ scored }) => scored)).toEqual([5]);
  expect(noc(made, { rates: [0.1], replications: 1, warmupCycles: 100, measureCycles: 100 })).toHaveLength(1);
});

test("an object of a coupled chip is refused", () => {
  expect(() => openChip({ version: 1, extends: "tinyodin" })).toThrow("model: describes a chip with its own core model");
});
