/** A row of a precision study and a simulated point are the same run, counted by the same rules. */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type ChipDescription, openChip, quantise, type StudyRow, simulate } from "../../app/index.js";
import { shippedPath } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";

const folder = mkdtempSync(join(tmpdir(), "study-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A network of another tool on drawn spikes. */
function nirParts(): object {
  const rng = createRng(5, "study rows");
  const [path, labels] = ["spikes.csv", "classes.txt"].map((name) => join(folder, name));
  const events = Array.from({ length: 90 }, (_, i) => `${Math.floor(i / 15)},${i % 5},${rng.int(0, 3)}`);
  writeFileSync(path, ["sample,step,neuron", ...new Set(events)].join("\n"));
  writeFileSync(labels, Array.from({ length: 6 }, (_, u) => u % 2).join("\n"));
  return {
    extends: "loihi-like",
    network: { model: shippedPath("nir", "quad"), nir: { step_seconds: 1e-3, reset: "zero" } },
    workload: { dataset: "spike-file", path, labels, samples: 6, timing_samples: 1 },
  };
}
const digits = (system: string): object => ({
  extends: "mesh-2x2",
  network: { model: `mnist-rows-${system}.safetensors` },
  workload: { dataset: "mnist-rows", samples: 12, timing_samples: 1 },
  noc: { width: 4, height: 4 },
});

/** JSON is YAML. */
function described(parts: object): ChipDescription {
  const file = join(folder, "x.yaml");
  writeFileSync(file, JSON.stringify({ version: 1, ...parts }));
  return openChip(file);
}

const outcome = (row: StudyRow): readonly unknown[] => [
  row.accuracyPercent,
  row.multiplicationsPerFrame,
  row.accumulatorOverflows,
  row.stateSaturations,
];

/** Values of the description that a row names. */
const valuesOf = ({ axis, bits, layer, stateFractionBits }: StudyRow): { readonly [path: string]: number } => {
  const at = layer === null ? "precision" : `precision.layers.${layer}`;
  return { [`${at}.${axis}`]: bits, [`${at}.state_fraction_bits`]: stateFractionBits };
};

test.each([
  ["rec-v2", () => digits("rec-v2"), { weight_bits: [3], state_bits: [12, 20], spike_bits: [4] }],
  ["lif", () => digits("lif"), { weight_bits: [3], state_bits: [12] }],
  ["alif", () => digits("alif"), { state_bits: [14] }],
  ["gru", () => digits("gru"), { weight_bits: [3] }],
  ["a NIR file", nirParts, { weight_bits: [3], state_bits: [12] }],
] as const)(
  "a row of quantise is what sim gives with the widths that the row names, multiplications too: %s",
  { tags: ["long"] },
  async (_, parts, bits) => {
    const description = described(parts());
    const { rows } = await quantise(description, { bits });
    for (const row of rows) {
      const { metrics, operations } = (await simulate(description, { values: valuesOf(row) })).result;
      const { accumulatorOverflows, stateSaturations } = operations;
      expect([metrics.accuracy_percent, metrics.multiplications_per_frame, accumulatorOverflows, stateSaturations]).toEqual(outcome(row));
      expect(row.multiplicationsPerFrame).toBeGreaterThan(0);
    }
  },
);

test("a row of one layer is what sim gives with the widths of that layer, and the layer keeps its other ones", {
  tags: ["long"],
}, async () => {
  const description = described({ ...digits("rec-v2"), precision: { layers: { layer1: { weight_bits: 4 } } } });
  const { layers } = await quantise(description, { bits: { state_bits: [10], weight_bits: [3] }, layers: true });
  expect(layers.map(({ layer }) => layer)).toContain("layer1");
  for (const row of layers.filter(({ axis, layer }) => layer === "layer1" || axis === "weight_bits")) {
    const values = row.axis === "state_bits" ? valuesOf(row) : { [`precision.layers.${row.layer}.${row.axis}`]: row.bits };
    const { metrics, operations } = (await simulate(description, { values })).result;
    const { accumulatorOverflows, stateSaturations } = operations;
    expect([metrics.accuracy_percent, metrics.multiplications_per_frame, accumulatorOverflows, stateSaturations]).toEqual(outcome(row));
  }
});
