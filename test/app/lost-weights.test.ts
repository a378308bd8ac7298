/**
 * check, sim, estimate, quantise and sweep name what integers lose: rows of weights that one weight far above all
 * others rounds to 0, leaks that do nothing, thresholds of 0.
 */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, estimate, open, openChip, quantise, simulate, sweep } from "../../app/index.js";
import { type NirNode, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { node, whole } from "../nir-nodes.js";

const [INPUTS, NEURONS] = [4, 3];
const folder = mkdtempSync(join(tmpdir(), "lost-"));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Layers `first` and `second` with weights of 0.1; `odd` replaces one weight of `first`. `tau`: neurons leak with this
 * time constant; null: they do not.
 */
async function written(
  name: string,
  odd: { readonly at: number; readonly weight: number } | null,
  more = "",
  { tau, threshold }: { readonly tau: number | null; readonly threshold: number } = { tau: null, threshold: 1 },
): Promise<string> {
  const linear = (inputs: number): NirNode =>
    node("Linear", { weight: nirArray(new Array(NEURONS * inputs).fill(0.1), [NEURONS, inputs], "f8") });
  const all = (value: number) => nirArray(new Array(NEURONS).fill(value), [NEURONS], "f8");
  const common = { r: all(1), v_threshold: all(threshold) };
  const fires = (): NirNode => (tau === null ? node("IF", common) : node("LIF", { ...common, tau: all(tau), v_leak: all(0) }));
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

async function told(path: string, name: string, about = "rows of weights"): Promise<readonly (readonly string[])[]> {
  const found: string[] = [];
  await sweep(open(path), { db: join(folder, `${name}.db`), workers: 1, onWarning: (text) => found.push(text.replace(/^warning: /, "")) });
  const checked = await check(open(path));
  const bits = { weight_bits: [8] };
  return [
    checked.kind === "board" ? checked.warnings : [],
    (await simulate(open(path))).warnings,
    (await quantise(openChip(path), { bits })).warnings,
    found,
  ].map((warnings) => warnings.filter((text) => text.includes(about)));
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

  test("at 8 bits, beside weights of 0.1, a weight of 40 loses its own row only, and one of 20 loses none", {
    tags: ["long"],
  }, async () => {
    const [[sentence]] = await told(await written("large", { at: 1, weight: 40 }, SEARCH), "large");
    expect(sentence).toContain("at 8 bits 1 of 3 rows of weights into first become 0");
    expect(sentence).toContain("e.g. that of neuron 0 beside its largest weight, 40:");
    expect(await told(await written("fair", { at: 1, weight: 20 }, SEARCH), "fair")).toEqual([[], [], [], []]);
  });

  test("no row is lost if weights are alike, or 0 in the file", { tags: ["long"] }, async () => {
    expect(await told(await written("alike", null, SEARCH), "alike")).toEqual([[], [], [], []]);
    expect(await told(await written("zero", { at: 0, weight: 0 }, SEARCH), "zero")).toEqual([[], [], [], []]);
  });
});

describe("they name leaks that do nothing, and thresholds that round to 0", () => {
  const chip = async (name: string, values: { readonly [path: string]: string | number }) =>
    (await estimate(join(folder, `${name}.nir`), { chips: ["loihi-like"], dtSeconds: 1e-3, steps: 3, values })).chips[0].warnings;

  test("a leak of 1/1000 at 8 fraction bits: of gates, then of states; at 11 bits most states leak", async () => {
    const path = await written("slow", null, SEARCH, { tau: 1, threshold: 1 });
    const found = await told(path, "slow", "leaks");
    for (const own of found)
      expect(own.map((text) => text.replace(/^.*slow/, "slow"))).toEqual(
        ["first", "second"].map(
          (layer) =>
            `slow.nir: where ${layer} tau leaks 0.001 of a state per step, on the chip no state up to the threshold leaks: give it more precision.gate_bits and precision.state_fraction_bits and precision.state_bits`,
        ),
      );
    const on = async (values: { readonly [key: string]: number }) =>
      (await simulate(open(path), { values })).warnings.filter((text) => text.includes("leaks"));
    expect((await on({ "precision.gate_bits": 15 }))[0]).toMatch(
      /leaks: give it more precision.state_fraction_bits and precision.state_bits$/,
    );
    expect((await on({ "precision.gate_bits": 15, "precision.state_fraction_bits": 9 }))[0]).toContain(
      "no state up to 496 leaks, and the threshold is 512: ",
    );
    expect(await on({ "precision.gate_bits": 15, "precision.state_fraction_bits": 11 })).toEqual([]);
    expect((await chip("slow", { "precision.integers": "quantised", "precision.leak": "multiplier" })).join()).toContain(
      "first tau leaks 0.001",
    );
  });

  test("a threshold of 0.0001 beside weights of 0.1 in Speck's words", { tags: ["long"] }, async () => {
    const path = await written("low", null, `precision: { integers: speck }\n${SEARCH}`, { tau: null, threshold: 1e-4 });
    for (const found of await told(path, "low", "threshold of first"))
      expect(found.map((text) => text.replace(/^.*low.nir/, "low.nir"))).toEqual([
        "low.nir: the threshold of first, 0.0001, is 0.127 of a state's unit and becomes 1, 7.87 times as high: check the file, or give it more precision.weight_bits",
      ]);
  });
});
