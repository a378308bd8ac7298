/**
 * Synapses of an imported network equal unit vectors pushed through its nodes; they are kernels if possible, and
 * refused with their number if there are too many.
 */
// @module-tag slow
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type NirArray, type NirFile, type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import { writeNir } from "../../../arch/formats/nir/write.js";
import { KernelReader, rowReader, synapsesIn } from "../../../arch/rows.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { createOperator } from "../../../sim/nir/connections.js";
import { type ImportedNir, prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { integerObstacles } from "../../../sim/nir/integer-obstacles.js";
import { lowerGraph } from "../../../sim/nir/lowered-graph.js";
import { cases } from "../../cases.js";
import { node } from "../../nir-nodes.js";
import { USUAL } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";

const SEED = 4711;
const folder = mkdtempSync(join(tmpdir(), "snn-dse-unroll-"));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = (values: readonly number[]): NirValue => nirArray(values, [values.length], "i8");
const fires = (shape: readonly number[]): NirNode => {
  const count = shape.reduce((product, size) => product * size, 1);
  const all = (value: number): NirValue => nirArray(new Array<number>(count).fill(value), shape);
  return node("IF", { r: all(1), v_threshold: all(1) });
};
interface Convolution {
  readonly shape: readonly [out: number, channels: number, height: number, width: number];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}
const convolution = ({ shape, stride, padding, dilation, groups }: Convolution, weight: (i: number) => number): NirNode =>
  node("Conv2d", {
    weight: nirArray(
      Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => weight(i)),
      shape,
    ),
    bias: nirArray(new Array<number>(shape[0]).fill(0), [shape[0]]),
    stride: whole(stride),
    padding: whole(padding),
    dilation: whole(dilation),
    groups: nirArray([groups], [], "i8"),
  });
const pool = (type: "SumPool2d" | "AvgPool2d", kernel: readonly number[], stride: readonly number[], padding: readonly number[]): NirNode =>
  node(type, { kernel_size: whole(kernel), stride: whole(stride), padding: whole(padding) });
const file = (nodes: Record<string, NirNode>, edges: readonly string[]): NirFile => ({
  version: "1.0",
  graph: {
    nodes: new Map(Object.entries(nodes)),
    edges: edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
    metadata: new Map(),
  },
});

/** Output size of a convolution or pool. */
const out = (size: number, kernel: number, stride: number, padding: number, dilation = 1): number =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;

describe("small graphs", () => {
  const rng = createRng(SEED, "unroll");
  const drawn = {
    grouped: 0,
    dilated: 0,
    strided: 0,
    pools: 0,
    overlapping: 0,
    zeros: 0,
    branches: 0,
    scaled: 0,
    behind: 0,
    lines: 0,
    composed: 0,
    bordered: 0,
  };

  function randomGraph(): NirFile {
    const groups = rng.float() < 0.3 ? 2 : 1;
    const [channels, height, width] = [2 * rng.int(1, 2), rng.int(5, 8), rng.int(5, 8)];
    const two = (low: number, high: number): number[] => [rng.int(low, high), rng.int(low, high)];
    const zeros = rng.float() < 0.5 ? 0.4 : 0;
    const weight = (): number => (rng.float() < zeros ? 0 : rng.float() - 0.5);
    const nodes: Record<string, NirNode> = { in: node("Input", { shape: whole([channels, height, width]) }) };
    const edges: string[] = [];
    let [last, shape] = ["in", [channels, height, width]];
    if (rng.float() < 0.5) {
      const [kernel, stride] = [two(1, 3), two(1, 2)];
      const padding = kernel.map((k) => rng.int(0, Math.floor(k / 2)));
      nodes.pool = pool(rng.float() < 0.5 ? "SumPool2d" : "AvgPool2d", kernel, stride, padding);
      shape = [channels, ...[0, 1].map((a) => out(shape[a + 1], kernel[a], stride[a], padding[a]))];
      edges.push("in pool");
      last = "pool";
      drawn.pools++;
      if (kernel.some((k, a) => k > stride[a])) drawn.overlapping++;
    }
    const [kernel, stride, padding, dilation] = [two(1, 3), two(1, 2), two(0, 1), two(1, 2)];
    const fits = [0, 1].every((a) => out(shape[a + 1], kernel[a], stride[a], padding[a], dilation[a]) >= 1);
    if (!fits) return randomGraph();
    const outs = 2 * rng.int(1, 2);
    const all = { shape: [outs, channels / groups, kernel[0], kernel[1]] as const, stride, padding, dilation, groups };
    nodes.conv = convolution(all, weight);
    edges.push(`${last} conv`);
    last = "conv";
    if (rng.float() < 0.3) {
      nodes.more = convolution(all, weight);
      edges.push(`${edges[0].startsWith("in pool") ? "pool" : "in"} more`, "more n");
      drawn.branches++;
    }
    shape = [outs, ...[0, 1].map((a) => out(shape[a + 1], kernel[a], stride[a], padding[a], dilation[a]))];
    if (last === "conv" && !edges.includes("more n") && Math.min(shape[1], shape[2]) > 2 && rng.float() < 0.4) {
      const [windows, steps] = [two(2, 3), two(1, 3)];
      nodes.behind = pool(rng.float() < 0.5 ? "SumPool2d" : "AvgPool2d", windows, steps, [0, 0]);
      shape = [outs, ...[0, 1].map((a) => out(shape[a + 1], windows[a], steps[a], 0))];
      edges.push("conv behind");
      last = "behind";
      drawn.behind++;
    }
    if (!edges.includes("more n") && rng.float() < 0.25) {
      const start = rng.int(0, 1);
      const places = start === 0 ? shape[2] : shape[1] * shape[2];
      const [inputs, taps, step, before] = [(shape[0] * shape[1] * shape[2]) / places, rng.int(1, 3), rng.int(1, 2), rng.int(0, 1)];
      const many = out(places, taps, step, before);
      if (many >= 1) {
        const [split, made] = [rng.float() < 0.5 ? inputs : 1, rng.int(1, 2)];
        nodes.line = node("Flatten", {
          start_dim: nirArray([start], [], "i8"),
          end_dim: nirArray([start + 1], [], "i8"),
          input_type: whole(shape),
        });
        nodes.along = node("Conv1d", {
          weight: nirArray(Array.from({ length: made * inputs * taps }, weight), [made * split, inputs / split, taps]),
          bias: nirArray(new Array<number>(made * split).fill(0), [made * split]),
          ...{ stride: whole([step]), padding: whole([before]), dilation: whole([1]), groups: nirArray([split], [], "i8") },
        });
        shape = [made * split, many];
        edges.push(`${last} line`, "line along");
        last = "along";
        drawn.lines++;
      }
    }
    if (rng.float() < 0.3) {
      nodes.scale = node("Scale", { scale: nirArray([0.5 + rng.float()], []) });
      edges.push(`${last} scale`);
      last = "scale";
      drawn.scaled++;
    }
    nodes.n = fires(shape);
    nodes.out = node("Output", { shape: whole(shape) });
    edges.push(`${last} n`, "n out");
    if (groups > 1) drawn.grouped++;
    if (dilation.some((d) => d > 1)) drawn.dilated++;
    if (stride.some((s) => s > 1)) drawn.strided++;
    if (zeros > 0) drawn.zeros++;
    return file(nodes, edges);
  }

  /** What a unit at one place of the input becomes at the input of `n`, node by node in float. */
  function pushed(imported: ImportedNir, at: number): Float64Array {
    const values = new Map<string, Float64Array>();
    for (const name of imported.schedule.order) {
      const shape = imported.shapes.get(name)!;
      const input = new Float64Array(shape.input.reduce((product, size) => product * size, 1));
      for (const { name: from } of imported.schedule.sources.get(name) ?? [])
        for (const [i, x] of values.get(from)!.entries()) input[i] += x;
      if (name === "in") input[at] = 1;
      if (name === "n") return input;
      const output = new Float64Array(shape.output.reduce((product, size) => product * size, 1));
      createOperator(imported.graph.nodes.get(name)!, shape, imported.options).step(input, output);
      values.set(name, output);
    }
    throw new Error("no node n");
  }

  test("every synapse of one convolution names the weight of the kernel that it is; two ways share none", () => {
    const seen = { shared: 0, own: 0, synapses: 0, composed: 0 };
    for (let i = 0; i < cases(50); i++) {
      const imported = prepareNir(randomGraph(), "x", EULER);
      const { matrices, populations } = lowerGraph(imported);
      const { rowStart, targets, factors, kernel } = matrices.find(({ target }) => populations[target].name === "n")!;
      const { nodes } = imported.graph;
      const [height, width] = (nodes.get("pool")?.fields.get("kernel_size") as NirArray | undefined)?.data ?? [1, 1];
      const [down, right] = (nodes.get("pool")?.fields.get("stride") as NirArray | undefined)?.data ?? [1, 1];
      const overlaps = height > down || width > right;
      // a convolution with one output per channel is a matrix
      const isMatrix = imported.shapes
        .get("n")!
        .input.slice(1)
        .every((extent) => extent === 1);
      // planes that a Flatten makes lines compose with no convolution of them, unless they are lines already
      if (nodes.has("line")) continue;
      if (nodes.has("more")) expect(kernel).toBeNull();
      else if (!isMatrix) expect(kernel, `case ${i}`).not.toBeNull();
      if (kernel === null) {
        seen.own++;
        continue;
      }
      if (overlaps || nodes.has("behind")) {
        seen.composed++;
        continue;
      }
      seen.shared++;
      const weight = nodes.get("conv")!.fields.get("weight") as NirArray;
      const [outs, channels, ...taps] = weight.shape;
      expect([kernel.targetChannels, kernel.sourceChannels / kernel.groups, kernel.taps]).toEqual([outs, channels, taps[0] * taps[1]]);
      const ratios = new Set<string>();
      expect(targets).toBeNull();
      const reader = new KernelReader(kernel);
      for (let row = 0; row + 1 < rowStart.length; row++) {
        const channel = Math.floor(row / kernel.sourceArea) % channels;
        reader.read(row);
        expect(reader.length).toBe(rowStart[row + 1] - rowStart[row]);
        for (let k = 0; k < reader.length; k++) {
          const [o, tap] = [Math.floor(reader.places[k] / kernel.taps), kernel.taps - 1 - (reader.places[k] % kernel.taps)];
          if (k > 0) expect(reader.places[k]).toBeGreaterThan(reader.places[k - 1]);
          ratios.add((factors[reader.weightOf(k)] / weight.data[(o * channels + channel) * kernel.taps + tap]).toFixed(9));
          seen.synapses++;
        }
      }
      // a pool and a Scale on the way give one factor
      expect(ratios.size).toBeLessThanOrEqual(1);
    }
    expect(Math.min(seen.shared, seen.own, seen.composed)).toBeGreaterThan(0);
    expect(seen.synapses).toBeGreaterThan(cases(2000));
  });

  test(`F1: rows of ${cases(40)} random graphs equal the effect of a unit at each input, ascending, each place once (seed ${SEED})`, () => {
    for (let i = 0; i < cases(40); i++) {
      const imported = prepareNir(randomGraph(), "x", EULER);
      const { matrices, populations } = lowerGraph(imported);
      const { factors, ...rows } = matrices.find(({ target }) => populations[target].name === "n")!;
      const reader = rowReader({ sparse: rows, kernel: rows.kernel ?? undefined });
      if (rows.kernel !== null && imported.graph.nodes.has("behind")) drawn.composed++;
      if ((rows.kernel?.windowTaps ?? null) !== null) drawn.bordered++;
      const size = populations.find(({ name }) => name === "n")!.neurons;
      for (let row = 0; row < rows.rowStart.length - 1; row++) {
        const expected = pushed(imported, row);
        const got = new Float64Array(size);
        reader.read(row);
        const targets = reader.targets.subarray(reader.first, reader.first + reader.length);
        for (const [k, target] of targets.entries()) {
          if (k > 0 && target <= targets[k - 1]) expect.fail(`case ${i}: row ${row} is not in order`);
          got[target] = factors[reader.weightOf(k)];
        }
        expect(got.filter((factor, n) => Math.abs(factor - expected[n]) > 1e-12).length, `case ${i}, row ${row}`).toBe(0);
      }
      for (const [name, { type }] of imported.graph.nodes) {
        if (type !== "Conv2d") continue;
        const {
          fanOut,
          targets: reach,
          denseOperations,
        } = createOperator(imported.graph.nodes.get(name)!, imported.shapes.get(name)!, EULER);
        let met = 0;
        for (const [index, count] of fanOut!.entries()) {
          let reached = 0;
          reach(index, () => reached++);
          if (count !== reached) expect.fail(`case ${i}: input ${index} of ${name} reaches ${reached} places, not ${count}`);
          met += reached;
        }
        expect(met).toBeLessThanOrEqual(denseOperations);
      }
    }
    console.log(`seed ${SEED}: ${JSON.stringify(drawn)}`);
    for (const [feature, count] of Object.entries(drawn)) expect(count, feature).toBeGreaterThan(0);
  });

  test("a window too large for a kernel is listed by synapses: 30 G taps over 16 pixels are 16 synapses", () => {
    const nodes = {
      in: node("Input", { shape: whole([1, 4, 4]) }),
      pool: pool("SumPool2d", [175_000, 175_000], [175_000, 175_000], [87_500, 87_500]),
      n: fires([1, 1, 1]),
      out: node("Output", { shape: whole([1, 1, 1]) }),
    };
    const { matrices } = lowerGraph(prepareNir(file(nodes, ["in pool", "pool n", "n out"]), "x", EULER));
    expect(matrices.map(({ kernel, factors }) => [kernel, [...factors]])).toEqual([[null, new Array<number>(16).fill(1)]]);
  });
});

const plain = (shape: Convolution["shape"], padding: number): NirNode =>
  convolution({ shape, stride: [1, 1], padding: [padding, padding], dilation: [1, 1], groups: 1 }, (i) => 0.01 * (1 + (i % 7)));

/**
 * One 3x3 convolution of 64 to 64 channels at 64x64; `scaled`: followed by a factor per position, so that no kernel can
 * be shared.
 */
function big(scaled: boolean): NirFile {
  const shape = [64, 64, 64];
  const scale = nirArray(
    Array.from({ length: 64 ** 3 }, (_, i) => 1 + (i % 5)),
    shape,
  );
  return file(
    {
      in: node("Input", { shape: whole(shape) }),
      conv: plain([64, 64, 3, 3], 1),
      ...(scaled ? { scale: node("Scale", { scale }) } : {}),
      n: fires(shape),
      out: node("Output", { shape: whole(shape) }),
    },
    ["in conv", ...(scaled ? ["conv scale", "scale n"] : ["conv n"]), "n out"],
  );
}

describe("F1: a convolution remains its kernel; too many listed synapses are refused with their number, before memory is allocated", () => {
  // of 64 places in a row or column, 62 reach 3 and 2 reach 2
  const synapses = (62 * 3 + 2 * 2) ** 2 * 64 * 64;
  const said =
    /UNROLLED_TOO_LARGE: in integers, on a chip, it has 147,865,600 synapses that no .*\(in -> n: 147,865,600\); they take 2\.20 GiB, at most 134,217,728/;

  test("a convolution of 64 to 64 channels at 64x64 has 36,864 weights", { tags: ["long"] }, () => {
    const imported = prepareNir(big(false), "big.nir", EULER);
    const before = process.memoryUsage().arrayBuffers;
    const { graph } = integerNir(imported, USUAL);
    expect(graph.topology.projections.map(({ sparse }) => [sparse?.targets, synapsesIn(sparse!)])).toEqual([[null, synapses]]);
    expect(graph.projections.map(({ weights }) => weights.length)).toEqual([64 * 64 * 9]);
    expect(integerObstacles(imported)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
  });

  test("with a factor per position its synapses are refused", () => {
    expect(synapses).toBe(147_865_600);
    const imported = prepareNir(big(true), "big.nir", EULER);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => integerNir(imported, USUAL)).toThrow(said);
    expect(integerObstacles(imported).map(({ message }) => message)).toEqual([expect.stringMatching(said)]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
  });

  test("two layers of 64 channels at 128x128 with a pool between, as in networks for DVS gestures, have 0.6 G synapses", {
    tags: ["long"],
  }, () => {
    const imported = prepareNir(
      file(
        {
          in: node("Input", { shape: whole([2, 128, 128]) }),
          first: plain([64, 2, 3, 3], 1),
          n1: fires([64, 128, 128]),
          pool: pool("SumPool2d", [2, 2], [2, 2], [0, 0]),
          second: plain([64, 64, 3, 3], 1),
          n2: fires([64, 64, 64]),
          out: node("Output", { shape: whole([64, 64, 64]) }),
        },
        ["in first", "first n1", "n1 pool", "pool second", "second n2", "n2 out"],
      ),
      "dvs.nir",
      EULER,
    );
    const first = (126 * 3 + 4) ** 2 * 2 * 64;
    const second = 4 * 190 ** 2 * 64 * 64;
    const { graph } = integerNir(imported, USUAL);
    expect(graph.topology.projections.map(({ sparse }) => synapsesIn(sparse!))).toEqual([first, second]);
    expect(second).toBeGreaterThan(5.9e8);
  });

  test("import, check, sim and quantise of the built program report it and exit with 2, the report alone exits with 0", {
    tags: ["long"],
    timeout: 120_000,
  }, async () => {
    await writeNir(join(folder, "big.nir"), big(true));
    writeFileSync(join(folder, "in.csv"), "step,neuron\n0,1\n");
    writeFileSync(
      join(folder, "big.yaml"),
      "version: 1\nnetwork: { model: big.nir, nir: { step_seconds: 1e-3, reset: zero } }\nworkload: { dataset: spike-file, path: in.csv, samples: 1, timing_samples: 1 }\n",
    );
    const main = join(packageRoot(), "dist/main.js");
    const run = (...words: readonly string[]): { code: number | null; text: string } => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [main, ...words], { cwd: folder, encoding: "utf8" });
      return { code: status, text: stdout + stderr };
    };
    const report = execFileSync(process.execPath, [main, "import", "nir", "big.nir", "--dt", "1e-3", "--reset", "zero"], { cwd: folder });
    expect(report.toString()).toMatch(/the network cannot run in integers on a chip:\n.*UNROLLED_TOO_LARGE.*147,865,600/);
    const onChip = ["import", "nir", "big.nir", "--dt", "1e-3", "--reset", "zero", "--input", "in.csv", "--on", "big.yaml", "--integer"];
    for (const words of [onChip, ["check", "big.yaml"], ["sim", "big.yaml"], ["quantise", "big.yaml"]]) {
      const { code, text } = run(...words);
      expect(text, words[0]).toMatch(said);
      expect(code, words[0]).toBe(2);
    }
  });
});
