import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { readModel, readNir } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { registerExport } from "../../cli/commands/export.js";
import { registerImport } from "../../cli/commands/import.js";
import { importNetwork } from "../../sim/nir/index.js";
import { loadDataset } from "../../training/index.js";
import { node, whole } from "../nir-nodes.js";
import { fixture, present } from "../sim/nir/fixtures.js";
import { printedByCommand } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "cli-nir-"));
afterAll(() => rmSync(folder, { recursive: true }));
const edge = join(packageRoot(), "arch/examples/edge.yaml");
const model = join(packageRoot(), "training/models/mnist-rows-rec-v2.safetensors");
const out = join(folder, "net.nir");
const exported = (dt = "0.01"): Promise<string> => printedByCommand(registerExport, "export", "nir", model, out, "--dt", dt);
const imported = (file: string, ...words: readonly string[]): Promise<string> => {
  const dt = words.includes("--dt") ? [] : ["--dt", "0.01"];
  return printedByCommand(registerImport, "import", "nir", file, ...dt, "--reset", "subtract", "--json", ...words);
};

test("the shipped model goes out as NIR and comes back equal; imported with spikes and a chip it gives counts, cycles and energy", async () => {
  await exported();
  expect(importNetwork(await readNir(out), out)).toEqual(readModel(model).network);
  const spikes = join(folder, "spikes.csv");
  writeFileSync(
    spikes,
    Array.from({ length: 6 }, (_, t) => Array.from({ length: 28 }, (_, i) => ((i + t) % 4 === 0 ? 1 : 0)).join(",")).join("\n"),
  );
  const answer = JSON.parse(await imported(out, "--input", spikes, "--on", edge));
  expect(answer.report.nodes.length).toBe(10);
  expect(answer.steps).toBe(6);
  expect(answer.neurobench.layers.length).toBe(5);
  expect(answer.chip.result.metrics.latency_cycles).toBeGreaterThan(6);
  expect(answer.chip.result.metrics.energy_uj_per_inference).toBeGreaterThan(0);
});

test("with --on, a population's packets in float have the bits of its largest payload", async () => {
  const file = join(folder, "several.nir");
  const ones = (value: number) => nirArray([value, value], [2]);
  const nodes = {
    in: node("Input", { shape: whole(2) }),
    w1: node("Linear", { weight: nirArray([1, 0, 0, 1], [2, 2]) }),
    n1: node("IF", { r: ones(1), v_threshold: ones(1) }),
    w2: node("Linear", { weight: nirArray([1, 0, 0, 1], [2, 2]) }),
    n2: node("IF", { r: ones(1), v_threshold: ones(1) }),
    out: node("Output", { shape: whole(2) }),
  };
  const names = Object.keys(nodes);
  const edges = names.slice(1).map((to, i) => ({ from: names[i], to }));
  await writeNir(file, { version: "1.0", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } });
  for (const [largest, scheme, bits] of [
    [1, "exact", { in: 1, n1: 1 }],
    [18, "exact", { in: 8, n1: 5 }],
    [300, "exact", { in: 9, n1: 9 }],
    [300, "euler", { in: 9, n1: 1 }],
    [-300, "euler", { in: 10, n1: 1 }],
  ] as const) {
    const spikes = join(folder, "several.csv");
    writeFileSync(spikes, `1,0\n${largest},0\n0,1\n`);
    const answer = JSON.parse(await imported(file, "--scheme", scheme, "--input", spikes, "--on", edge));
    const layers = answer.chip.result.operations.layers as readonly { readonly name: string; readonly payloadBits: number }[];
    const told = Object.fromEntries(
      layers.flatMap(({ name, payloadBits }) => (name.includes("->") ? [[name.split(" ")[0], payloadBits]] : [])),
    );
    expect(told, `${largest}, ${scheme}`).toEqual(bits);
  }
});

test.each([
  ["float", []],
  ["integers", ["--integer"]],
])("in %s, counts per frame are those of the file's frames, however many steps each lasts", async (_, words) => {
  const leaking = join(folder, "lif.nir");
  const lif = join(packageRoot(), "training/models/mnist-rows-lif.safetensors");
  await printedByCommand(registerExport, "export", "nir", lif, leaking, "--dt", "0.01");
  const spikes = join(folder, "frames.csv");
  writeFileSync(
    spikes,
    Array.from({ length: 6 }, (_, t) => Array.from({ length: 28 }, (_, i) => ((i + t) % 4 === 0 ? 1 : 0)).join(",")).join("\n"),
  );
  const chip = join(folder, "leaks.yaml");
  writeFileSync(chip, "version: 1\nextends: edge-core\nprecision: { leak: multiplier }\n");
  const run = async (stepsPerFrame: number) => {
    const all = ["--input", spikes, "--on", chip, "--steps-per-frame", String(stepsPerFrame), ...words];
    const answer = JSON.parse(await imported(leaking, ...all));
    const { metrics, operations } = answer.chip.result;
    expect(answer.steps).toBe(6 * stepsPerFrame);
    expect(operations.frames).toBe(6);
    const { synaptic_operations_per_inference: synaptic, multiplications_per_frame: products } = metrics;
    return products - synaptic / 6;
  };
  const updates = await run(1);
  expect(updates).toBeGreaterThan(0);
  expect(await run(4)).toBeCloseTo(4 * updates, 6);
});

test("layers' own widths reach a float run on a chip, and a name that the network does not have is refused as in integers", {
  tags: ["long"],
}, async () => {
  await exported();
  const spikes = join(folder, "one.csv");
  writeFileSync(spikes, Array.from({ length: 28 }, (_, i) => i % 2).join(","));
  const on = async (layer: string, ...words: readonly string[]) => {
    const chip = join(folder, "own.yaml");
    writeFileSync(chip, `version: 1\nextends: edge-core\nprecision: { layers: { ${layer}: { weight_bits: 4 } } }\n`);
    return JSON.parse(await imported(out, "--input", spikes, "--on", chip, ...words)).chip.result.operations.layers;
  };
  const into: readonly { name: string; weightBits: number }[] = await on("layer1");
  const widths = into.filter(({ weightBits }) => weightBits > 0).map(({ name, weightBits }) => [name.endsWith("-> layer1"), weightBits]);
  expect(widths.filter(([isOwn]) => isOwn)).toEqual([
    [true, 4],
    [true, 4],
  ]);
  expect(widths.filter(([isOwn]) => !isOwn)).toEqual(new Array(4).fill([false, 8]));
  await expect(on("layer9")).rejects.toThrow(/precision\.layers\.layer9: .* has no population of that name with incoming weights/);
  await expect(on("layer9", "--integer")).rejects.toThrow(
    /precision\.layers\.layer9: .* has no population of that name with incoming weights/,
  );
});

test("a chip without spikes, integers without a precision, and a step of no length or no end are refused", async () => {
  await exported();
  await expect(imported(out, "--on", edge)).rejects.toThrow(/add --input/);
  await expect(imported(out, "--integer")).rejects.toThrow(/add --on/);
  await expect(imported(out, "--dt", "0")).rejects.toThrow(/--dt: got 0, expected seconds above 0/);
  await expect(imported(out, "--dt", "Infinity")).rejects.toThrow(/--dt <seconds>' argument 'Infinity' is invalid\. expected a number/);
  await expect(exported("-1")).rejects.toThrow(/expected seconds above 0/);
});

test("values of a node are written and compared: with themselves none differs and the exit code is 0, with one spike turned it is 1", async () => {
  await exported();
  const input = join(folder, "in.csv");
  const layer = join(folder, "layer.csv");
  writeFileSync(
    input,
    Array.from({ length: 5 }, (_, t) => Array.from({ length: 28 }, (_, i) => ((i + t) % 3 === 0 ? 1 : 0)).join(",")).join("\n"),
  );
  await imported(out, "--input", input, "--record", `layer1=${layer}`);
  const rows = readFileSync(layer, "utf8").trim().split("\n");
  expect([rows.length, rows[0].split(",").length]).toEqual([5, 128]);
  const before = process.exitCode;
  let code: typeof before;
  const compare = async (file: string) => {
    const text = await imported(out, "--input", input, "--compare", `layer1=${file}`);
    code = process.exitCode;
    process.exitCode = before;
    return JSON.parse(text).compared[0];
  };
  expect(await compare(layer)).toMatchObject({ node: "layer1", values: 5 * 128, differ: 0, first: null });
  expect(code).toBe(0);
  const turned = rows.map((row, t) => (t === 3 ? `${row.startsWith("0") ? 1 : 0}${row.slice(1)}` : row));
  const other = join(folder, "other.csv");
  writeFileSync(other, turned.join("\n"));
  expect(await compare(other)).toMatchObject({ differ: 1, first: { step: 3, neuron: 0 } });
  expect(code).toBe(1);
  await expect(imported(out, "--input", input, "--compare", "nothing=x.csv")).rejects.toThrow(/this run has no values of a node nothing/);
  await expect(imported(out, "--record", "layer1=x.csv")).rejects.toThrow(/add --input/);
});

describe.skipIf(!present)("the N-MNIST network on a digit that is no event recording, the first of MNIST's test set", () => {
  const frame = join(folder, "frame.csv");
  beforeAll(() => {
    const { features } = loadDataset("mnist-rows", { path: null, split: "test" });
    // Three pixels of border; the same in both polarities.
    const pixel = (y: number, x: number): number => (y < 3 || x < 3 || y > 30 || x > 30 ? 0 : features[(y - 3) * 28 + x - 3]);
    const channel = Array.from({ length: 34 * 34 }, (_, i) => pixel(Math.floor(i / 34), i % 34));
    writeFileSync(frame, `${[...channel, ...channel].join(",")}\n`);
  });

  test.each([
    ["direct", 20, []],
    ["rate", 50, ["--gain", "0.2"]],
    ["latency", 20, []],
    ["delta", 20, ["--threshold", "0.3"]],
    ["level-crossing", 20, ["--threshold", "0.25"]],
  ] as const)("encoded as %s it is a 7, and the counts are those of its layers", async (kind, stepsPerFrame, more) => {
    const encoding = ["--encoder", kind, "--steps-per-frame", String(stepsPerFrame), ...more];
    const text = await imported(fixture("cnn_sinabs.nir"), "--dt", "1e-3", "--input", frame, ...encoding);
    const { steps, neurobench, output_spikes: sums } = JSON.parse(text);
    expect(steps).toBe(stepsPerFrame);
    const spikes: readonly number[] = sums.output;
    expect(spikes.indexOf(Math.max(...spikes))).toBe(7);
    const layers: readonly { effectiveAcs: number; effectiveMacs: number; denseOperations: number }[] = neurobench.layers;
    expect(layers.length).toBe(5);
    const sum = (pick: (layer: (typeof layers)[number]) => number): number => layers.reduce((total, layer) => total + pick(layer), 0);
    expect(sum((layer) => layer.effectiveAcs)).toBe(neurobench.effectiveAcs);
    expect(sum((layer) => layer.effectiveMacs)).toBe(neurobench.effectiveMacs);
    // Valid taps along one axis: 5 per position of stride 2 over 34, one less at the border; 3 over 16 and over 8, one
    // less at either end.
    const taps = [16 * 5 - 1, 16 * 3 - 2, 8 * 3 - 2];
    const dense = [taps[0] ** 2 * 2 * 16, taps[1] ** 2 * 16 * 16, taps[2] ** 2 * 16 * 8, 128 * 256, 256 * 10];
    expect(layers.map((layer) => layer.denseOperations)).toEqual(dense.map((operations) => operations * steps));
    expect(neurobench.parameters).toBe(39_890);
  });
});
