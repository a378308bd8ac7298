/** The shipped adaptive network through the program: simulated, quantised, searched, evaluated. */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readModel } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { runHere } from "./in-process.js";
import { isBuilt, smallSweep } from "./small-sweep.js";

const MODEL = "mnist-rows-alif.safetensors";
const path = join(packageRoot(), "training", "models", MODEL);
const folder = mkdtempSync(join(tmpdir(), "snn-dse-alif-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What it prints. */
async function run(...words: readonly string[]): Promise<string> {
  writeFileSync(
    join(folder, "small.yaml"),
    smallSweep(3).replace("mnist-rows-rec-v2.safetensors", MODEL).replace("samples: 20", "samples: 200"),
  );
  const { code, out, err } = await runHere(folder, ...words);
  expect(code, err).toBe(0);
  return out;
}

interface Simulated {
  readonly metrics: { readonly accuracy_percent: number; readonly latency_cycles: number; readonly energy_uj_per_inference: number };
  readonly operations: {
    readonly layers: readonly { readonly name: string; readonly elementMultiplies: number; readonly elementAdds: number }[];
  };
}

describe.skipIf(!isBuilt)("alif", () => {
  const { network, record } = readModel(path);
  const promised = (record as { readonly test: { readonly accuracy: number } }).test.accuracy * 100;

  test("the model has learned: leaks and jumps of its neurons differ, and the threshold of most adapts", async () => {
    for (const { perNeuron } of network.layers) {
      expect(new Set(perNeuron.tau).size).toBeGreaterThan(10);
      expect(new Set(perNeuron.rho).size).toBeGreaterThan(10);
      expect(perNeuron.jump!.filter((jump) => jump > 0.01).length).toBeGreaterThan(network.layers[0].neurons / 2);
    }
  });

  test("sim counts 4 products and 5 additions per update, 2 and 7 where leaks are shifts, and is about as right as in float", async () => {
    const told = JSON.parse(await run("sim", "small.yaml", "--json")) as Simulated;
    expect(Math.abs(told.metrics.accuracy_percent - promised)).toBeLessThan(4);
    expect(told.metrics.latency_cycles).toBeGreaterThan(0);
    expect(told.metrics.energy_uj_per_inference).toBeGreaterThan(0);
    const work = ({ operations }: Simulated): readonly number[] => {
      const row = operations.layers.find(({ name }) => name === "layer1")!;
      return [row.elementMultiplies, row.elementAdds].map((count) => count / (200 * 28 * network.layers[0].neurons));
    };
    expect(work(told)).toEqual([4, 5]);
    expect(work(JSON.parse(await run("sim", "small.yaml", "--json", "--set", "precision.leak=shift")) as Simulated)).toEqual([2, 7]);
  });

  test("quantise offers gate bits for its leaks and no table, and few state bits cost accuracy", { tags: ["long"] }, async () => {
    const { rows } = JSON.parse(
      await run("quantise", "small.yaml", "--samples", "200", "--bits", "state_bits=8,16", "--bits", "gate_bits=2,8", "--json"),
    ) as {
      readonly rows: readonly { readonly axis: string; readonly bits: number; readonly accuracyPercent: number }[];
    };
    const at = (axis: string, bits: number): number => rows.find((row) => row.axis === axis && row.bits === bits)!.accuracyPercent;
    expect(rows.map(({ axis }) => axis)).toEqual(["state_bits", "state_bits", "gate_bits", "gate_bits"]);
    expect(at("state_bits", 8)).toBeLessThanOrEqual(at("state_bits", 16));
    expect(at("gate_bits", 2)).toBeLessThan(at("gate_bits", 8));
  });

  test("sweep and pareto run on it, and a stored point is reproduced bit for bit", { tags: ["long"] }, async () => {
    await run("sweep", "small.yaml", "--db", "alif.db", "--workers", "1");
    const front = (await run("pareto", "alif.db", "--format", "csv")).trim().split("\n");
    expect(front.length).toBeGreaterThan(1);
    await run("reproduce", "alif.db", "1"); // exits 1 where a bit differs
  });
});
