import { describe, expect, test } from "vitest";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { importNir } from "../../../sim/nir/import.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { formatImportReport } from "../../../sim/nir/report.js";
import { csv, EULER, fixture, present } from "./fixtures.js";

describe.skipIf(!present)("published networks and traces", () => {
  test.each([
    ["lif_trace_norse.csv", EULER],
    ["lif_trace_exact.csv", { ...EULER, scheme: "exact", reset: "subtract" }],
  ] as [string, NirOptions][])(
    "lif_norse.nir follows %s: voltage within 1e-6 at every step, spikes at 460, 510, 710, 760",
    async (file, options) => {
      const rows = csv(file);
      const engine = createNirEngine(await importNir(fixture("lif_norse.nir"), options));
      const input = Float64Array.from(rows, (row) => row[0]);
      let worst = 0;
      const { outputs } = engine.run(new Map([["input", input]]), rows.length, ["1"], (t, node, { voltage }) => {
        if (node === "1") worst = Math.max(worst, Math.abs(rows[t][1] - voltage![0]));
      });
      console.log(`${file}: largest voltage difference ${worst.toExponential(2)}`);
      expect(worst).toBeLessThan(1e-6);
      const spikes = [...outputs.get("1")!].flatMap((s, t) => (s > 0 ? [t] : []));
      expect(spikes).toEqual(rows.flatMap((row, t) => (row[2] > 0 ? [t] : [])));
      expect(spikes).toEqual([460, 510, 710, 760]);
    },
  );

  test("zero-order hold spikes at the same four steps", async () => {
    const rows = csv("lif_trace_norse.csv");
    const engine = createNirEngine(await importNir(fixture("lif_norse.nir"), { ...EULER, scheme: "zoh" }));
    const { outputs } = engine.run(new Map([["input", Float64Array.from(rows, (row) => row[0])]]), rows.length, ["1"]);
    expect([...outputs.get("1")!].flatMap((s, t) => (s > 0 ? [t] : []))).toEqual([460, 510, 710, 760]);
  });

  async function braille(model: string, reset: NirOptions["reset"]) {
    const engine = createNirEngine(await importNir(fixture(`${model}.nir`), { ...EULER, reset }));
    const rows = csv("braille_sample0_input.csv");
    const run = engine.run(new Map([["input", Float64Array.from(rows.flat())]]), rows.length, ["lif1.lif", "lif2"]);
    const differ = (node: string, file: string): number => {
      const expected = csv(file).flat();
      const got = run.outputs.get(node)!;
      expect(got.length).toBe(expected.length);
      return expected.filter((s, i) => s !== got[i]).length;
    };
    const counts = Array.from({ length: 7 }, (_, n) => [...run.outputs.get("lif2")!].filter((s, i) => i % 7 === n && s > 0).length);
    return {
      metrics: engine.metrics(),
      counts,
      first: differ("lif1.lif", `${model}.lif1_snntorch.csv`),
      second: differ("lif2", `${model}.lif2_euler.csv`),
    };
  }

  test("Braille, reset to zero: all spikes of both layers and every NeuroBench figure equal the published ones", async () => {
    const { first, second, counts, metrics } = await braille("braille_noDelay_bias_zero", "zero");
    expect([first, second]).toEqual([0, 0]);
    expect(counts).toEqual([10, 160, 112, 113, 103, 68, 121]);
    expect(metrics).toMatchObject({
      effectiveAcs: 25_799,
      effectiveMacs: 0,
      denseOperations: 554_496,
      parameters: 2_249,
      footprintBytes: 8_996,
      connectionSparsity: 0,
    });
    expect(metrics.activationSparsity).toBeCloseTo(0.930035, 6);
    const acs = Object.fromEntries(metrics.layers.map((layer) => [layer.name, layer.effectiveAcs]));
    expect(acs).toEqual({ fc1: 20_482, "lif1.w_rec": 4_484, fc2: 833 });
  });

  test("Braille, snnTorch's reset by subtraction: all spikes of both layers and every figure equal the published ones", async () => {
    const { first, second, counts, metrics } = await braille("braille_noDelay_noBias_subtract", "snntorch-subtract");
    expect([first, second]).toEqual([0, 0]);
    expect(counts).toEqual([0, 51, 21, 18, 3, 17, 22]);
    expect(metrics).toMatchObject({
      effectiveAcs: 27_106,
      effectiveMacs: 0,
      denseOperations: 604_160,
      parameters: 2_360,
      footprintBytes: 9_440,
    });
    expect(metrics.activationSparsity).toBeCloseTo(0.979222, 6);
    const acs = Object.fromEntries(metrics.layers.map((layer) => [layer.name, layer.effectiveAcs]));
    expect(acs).toEqual({ fc1: 21_560, "lif1.w_rec": 4_720, fc2: 826 });
  });

  test("plain subtraction differs from snnTorch's in 46 spikes of the first layer", async () => {
    expect((await braille("braille_noDelay_noBias_subtract", "subtract")).first).toBe(46);
  });

  test("cnn_sinabs.nir runs from shape 2x34x34 to 10, spikes reach the output, and counts stay below those of dense", async () => {
    const imported = await importNir(fixture("cnn_sinabs.nir"), { ...EULER, reset: "subtract" });
    const shapes = Object.fromEntries(imported.report.nodes.map((node) => [node.name, node.output]));
    expect(shapes).toMatchObject({
      0: "[16, 16, 16]",
      2: "[16, 16, 16]",
      4: "[16, 8, 8]",
      5: "[8, 8, 8]",
      7: "[8, 4, 4]",
      8: "[128]",
      11: "[10]",
    });
    const engine = createNirEngine(imported);
    const steps = 20;
    const input = new Float64Array(steps * 2 * 34 * 34);
    // a bar that moves right: on-events at its front, off-events at its back
    for (let t = 0; t < steps; t++)
      for (let y = 8; y < 26; y++)
        for (const [channel, x] of [
          [0, 6 + t],
          [1, 3 + t],
        ])
          input[((t * 2 + channel) * 34 + y) * 34 + x] = 1;
    const { outputs } = engine.run(new Map([["input", input]]), steps, ["12"]);
    expect(outputs.get("12")!.some((s) => s > 0)).toBe(true);
    const metrics = engine.metrics();
    console.log(`cnn_sinabs: ${metrics.effectiveAcs} ACs, ${metrics.effectiveMacs} MACs, dense ${metrics.denseOperations}`);
    // sum pooling makes values above 1, so those layers' calls are MAC
    expect(metrics.layers.map((layer) => layer.name)).toEqual(["0", "2", "5", "9", "11"]);
    expect(metrics.effectiveMacs).toBeGreaterThan(0);
    expect(metrics.effectiveAcs + metrics.effectiveMacs).toBeLessThan(metrics.denseOperations);
    // dense count by hand: a 5x5 kernel with stride 2 over 34 with padding 1 has 5 - 1 valid taps at the first of 16
    // positions, 5 at the others
    const taps = 16 * 5 - 1;
    expect(metrics.layers[0].denseOperations).toBe(steps * taps * taps * 2 * 16);
  });

  test("the nested file's dangling edges are named, with the existing nodes", async () => {
    await expect(importNir(fixture("braille_noDelay_noBias_subtract_subgraph.nir"), EULER)).rejects.toThrow(
      /lif1: edge input -> lif names the node lif, which graph lif1 does not have.*its nodes: input, lif1, lin, output/s,
    );
  });

  test("the rockpool file's edge, whose ends differ by axes of 1, is accepted with a warning", async () => {
    const { report } = await importNir(fixture("lif_rockpool.nir"), EULER);
    expect(report.warnings).toContain("edge 1_LIFNeuronTorch -> output joins shape [1] to shape [1, 1, 1]: axes of 1 are left out");
  });

  test("the report lists what was assumed", async () => {
    const { report } = await importNir(fixture("braille_noDelay_bias_zero.nir"), EULER);
    const text = formatImportReport(report).join("\n");
    expect(text).toContain("recurrent edge lif1.lif -> lif1.w_rec carries the step before");
    expect(text).toContain("reset: zero");
    expect(text).toContain("time step 0.0001 s");
    expect(text).toContain("v_reset absent, taken as 0: lif1.lif, lif2");
  });
});
