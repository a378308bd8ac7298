import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { packageRoot, readModel } from "../../arch/index.js";
import { exportModel } from "../../cli/export-nir.js";
import { type ImportNirOptions, importNirFile } from "../../cli/import-nir.js";
import { importNetwork, readNir } from "../../sim/index.js";

const folder = mkdtempSync(join(tmpdir(), "cli-nir-"));
afterAll(() => rmSync(folder, { recursive: true }));
const edge = join(packageRoot(), "arch/examples/edge.yaml");
const model = join(packageRoot(), "training/models/mnist-rows-rec-v2.safetensors");
const out = join(folder, "net.nir");
const options: ImportNirOptions = {
  dtSeconds: 0.01,
  reset: "subtract",
  scheme: "euler",
  integratorGain: "unit",
  refractorySeconds: 0,
  sample: 0,
  encoding: { kind: "direct", stepsPerFrame: 1, gain: 1, threshold: 0.1 },
  seed: 1,
  input: null,
  on: null,
  integer: false,
  json: true,
};

async function printed(work: () => Promise<void>): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const warn = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await work();
    return log.mock.calls.flat().join("\n");
  } finally {
    log.mockRestore();
    warn.mockRestore();
  }
}

test("the shipped model goes out as NIR and comes back equal; imported with spikes and a chip it gives counts, cycles and energy", async () => {
  await printed(() => exportModel(model, out, 0.01));
  expect(importNetwork(await readNir(out), out)).toEqual(readModel(model).network);
  const spikes = join(folder, "spikes.csv");
  writeFileSync(
    spikes,
    Array.from({ length: 6 }, (_, t) => Array.from({ length: 28 }, (_, i) => ((i + t) % 4 === 0 ? 1 : 0)).join(",")).join("\n"),
  );
  const answer = JSON.parse(await printed(() => importNirFile(out, { ...options, input: spikes, on: edge })));
  expect(answer.report.nodes.length).toBe(10);
  expect(answer.steps).toBe(6);
  expect(answer.neurobench.layers.length).toBe(5);
  expect(answer.chip.result.metrics.latency_cycles).toBeGreaterThan(6);
  expect(answer.chip.result.metrics.energy_uj_per_inference).toBeGreaterThan(0);
});

test("a chip without spikes, integers without a precision, and a step of no length are refused", async () => {
  await printed(() => exportModel(model, out, 0.01));
  await expect(importNirFile(out, { ...options, on: edge })).rejects.toThrow(/add --input/);
  await expect(importNirFile(out, { ...options, integer: true })).rejects.toThrow(/add --on/);
  await expect(importNirFile(out, { ...options, dtSeconds: 0 })).rejects.toThrow(/expected seconds above 0/);
  await expect(exportModel(model, out, -1)).rejects.toThrow(/expected seconds above 0/);
});
