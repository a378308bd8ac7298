/** check, sim, quantise and sweep name rows of weights that one weight far above all others rounds to 0. */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, open, openChip, quantise, simulate, sweep } from "../../app/index.js";
import { type NirNode, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { node, whole } from "../nir-nodes.js";

const [INPUTS, NEURONS] = [4, 3];
const folder = mkdtempSync(join(tmpdir(), "lost-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Layers `first` and `second` with weights of 0.1; `odd` replaces one weight of `first`. */
async function written(name: string, odd: { readonly at: number; readonly weight: number } | null, more = ""): Promise<string> {
  const linear = (inputs: number): NirNode =>
    node("Linear", { weight: nirArray(new Array(NEURONS * inputs).fill(0.1), [NEURONS, inputs], "f8") });
  const fires = (): NirNode =>
    node("IF", { r: nirArray(new Array(NEURONS).fill(1), [NEURONS]), v_threshold: nirArray(new Array(NEURONS).fill(1), [NEURONS]) });
  const weights = linear(INPUTS).fields.get("weight") as ReturnType<typeof nirArray>;
  if (odd !== null) weights.data[odd.at] = odd.weight;
  const nodes = new Map<string, NirNode>([
    ["in", node("Input", { shape: whole(INPUTS) })],
    ["w", node("Linear", { weight: weights })],
    ["first", fires()],
    ["v", linear(NEURONS)],
    ["second", fires()],
    ["out", node("Output", { shape: whole(NEURONS) })],
  ]);
  const chain = [...nodes.keys()];
  const edges = chain.slice(1).map((to, i) => ({ from: chain[i], to }));
  await writeNir(join(folder, `${name}.nir`), { version: "1.0", graph: { nodes, edges, metadata: new Map() } });
  writeFileSync(join(folder, "spikes.csv"), `a,b,c,d\n${"1,1,1,1\n".repeat(6)}`);
  writeFileSync(join(folder, "labels.txt"), "0\n");
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `version: 1\nnetwork: { model: ${name}.nir, nir: { step_seconds: 1e-3, reset: subtract } }\n` +
      `workload: { dataset: spike-file, path: spikes.csv, labels: labels.txt, samples: 1, timing_samples: 1 }\n${more}`,
  );
  return path;
}

const SEARCH =
  "chip: { clock_mhz: { sweep: [50, 100] } }\nsweep: { sampler: { name: grid }, objectives: { energy_uj_per_inference: min } }\n";

async function told(path: string, name: string): Promise<readonly (readonly string[])[]> {
  const found: string[] = [];
  await sweep(open(path), { db: join(folder, `${name}.db`), workers: 1, onWarning: (text) => found.push(text.replace(/^warning: /, "")) });
  const checked = await check(open(path));
  const bits = { weight_bits: [8] };
  return [
    checked.kind === "board" ? checked.warnings : [],
    (await simulate(open(path))).warnings,
    (await quantise(openChip(path), { bits })).warnings,
    found,
  ].map((warnings) => warnings.filter((text) => text.includes("rows of weights")));
}

describe("check, sim, quantise and sweep name rows that are lost in integers", () => {
  test("beside a weight of 1e308 its own row and all other rows of the layer, which share its shift, are lost", async () => {
    const sentences = await told(await written("huge", { at: INPUTS + 1, weight: 1e308 }, SEARCH), "huge");
    expect(new Set(sentences.map((found) => found.length))).toEqual(new Set([1]));
    for (const [sentence] of sentences) {
      expect(sentence).toContain("huge.nir: at 8 bits 3 of 3 rows of weights into first become 0");
      expect(sentence).toContain("e.g. that of neuron 0 beside the largest weight of the layer, 1e+308 into neuron 1:");
    }
  });

  test("at 8 bits, beside weights of 0.1, a weight of 40 loses its own row only, and one of 20 loses none", async () => {
    const [[sentence]] = await told(await written("large", { at: 1, weight: 40 }, SEARCH), "large");
    expect(sentence).toContain("at 8 bits 1 of 3 rows of weights into first become 0");
    expect(sentence).toContain("e.g. that of neuron 0 beside its largest weight, 40:");
    expect(await told(await written("fair", { at: 1, weight: 20 }, SEARCH), "fair")).toEqual([[], [], [], []]);
  });

  test("no row is lost if weights are alike, or 0 in the file", async () => {
    expect(await told(await written("alike", null, SEARCH), "alike")).toEqual([[], [], [], []]);
    expect(await told(await written("zero", { at: 0, weight: 0 }, SEARCH), "zero")).toEqual([[], [], [], []]);
  });
});
