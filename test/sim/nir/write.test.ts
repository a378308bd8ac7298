import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type NirFile, type NirMetadata, type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import { readNir } from "../../../arch/formats/nir/read.js";
import { writeNir } from "../../../arch/formats/nir/write.js";
import type { Network } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { exportNetwork, importNetwork } from "../../../sim/nir/export-network.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { randomNetwork } from "../functional/random-network.js";
import { EULER, fixture, present } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "nir-"));
afterAll(() => rmSync(folder, { recursive: true }));
const place = (name: string): string => join(folder, name);
const node = (
  type: string,
  fields: Record<string, ReturnType<typeof nirArray> | string>,
  metadata: NirNode["metadata"] = new Map(),
): NirNode => ({
  type,
  fields: new Map(Object.entries(fields)),
  metadata,
  graph: null,
});

const SMALL = { inputs: 5, neurons: [6, 4], classes: 3, bits: 6, theta: 3, fill: 1, gain: 1 } as const;

/** Every node type, both spellings of padding, scalars, integers, doubles, a nested graph, metadata. */
function everything(): NirFile {
  const ones = (count: number, dtype: "f4" | "f8" = "f4") => nirArray(new Array(count).fill(1), [count], dtype);
  const leaky = { tau: ones(4), r: ones(4), v_leak: ones(4) };
  const current = { tau_syn: ones(4), tau_mem: ones(4), r: ones(4), v_leak: ones(4), w_in: nirArray([2], []) };
  const fire = { v_threshold: ones(4), v_reset: ones(4, "f8") };
  const pool = { kernel_size: nirArray([2, 2], [2], "i8"), stride: nirArray([2, 2], [2], "i8"), padding: nirArray([0, 0], [2], "i8") };
  const inner = { nodes: new Map([["in", node("Input", { shape: nirArray([4], [1], "i8") })]]), edges: [], metadata: new Map() };
  const options = { stride: nirArray([1], [], "i8"), dilation: nirArray([1], [], "i8"), groups: nirArray([1], [], "i8"), bias: ones(3) };
  const nodes = new Map<string, NirNode>([
    ["input", node("Input", { shape: nirArray([2, 6, 8], [3], "i8") })],
    ["conv.1", node("Conv2d", { weight: nirArray(new Array(36).fill(0.5), [3, 2, 3, 2]), padding: "same", ...options })],
    [
      "conv.0",
      node("Conv1d", {
        weight: nirArray(new Array(18).fill(0.5), [3, 2, 3]),
        input_shape: nirArray([9], [], "i8"),
        padding: nirArray([1], [], "i8"),
        ...options,
      }),
    ],
    ["sum", node("SumPool2d", pool)],
    ["mean", node("AvgPool2d", pool)],
    [
      "flat",
      node("Flatten", {
        start_dim: nirArray([0], [], "i8"),
        end_dim: nirArray([-1], [], "i8"),
        input_type: nirArray([2, 3, 4], [3], "i8"),
      }),
    ],
    ["affine", node("Affine", { weight: nirArray([1, 2, 3, 4], [2, 2], "f8"), bias: ones(2) })],
    ["linear", node("Linear", { weight: nirArray([1, 2], [1, 2]) })],
    ["scale", node("Scale", { scale: ones(4) })],
    ["delay", node("Delay", { delay: nirArray([0.001, 0.002], [2]) })],
    ["threshold", node("Threshold", { threshold: ones(4) })],
    ["i", node("I", { r: ones(4) })],
    ["if", node("IF", { r: ones(4), ...fire })],
    ["li", node("LI", leaky)],
    [
      "lif",
      node(
        "LIF",
        { ...leaky, ...fire },
        new Map<string, NirValue | NirMetadata>([
          ["note", "kept"],
          ["inner", new Map([["numbers", nirArray([1, 2, 3], [3], "f8")]])],
        ]),
      ),
    ],
    ["cubali", node("CubaLI", current)],
    ["cubalif", node("CubaLIF", { ...current, ...fire })],
    ["nested", { type: "NIRGraph", fields: new Map(), metadata: new Map(), graph: inner }],
    ["output", node("Output", { shape: nirArray([4], [1], "i8") })],
  ]);
  return {
    version: "1.0.7",
    graph: {
      nodes,
      edges: [
        { from: "input", to: "conv.1" },
        { from: "lif", to: "lif" },
      ],
      metadata: new Map(),
    },
  };
}

/** HDF5 lists names in byte order; the order does not matter to the graph. */
const sorted = (value: unknown): unknown =>
  value instanceof Map
    ? [...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)])
    : typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]))
      : value;

describe("writing", () => {
  test("a graph with every node type reads back equal, including types and shapes of every array", async () => {
    await writeNir(place("all.nir"), everything());
    expect(sorted(await readNir(place("all.nir")))).toEqual(sorted(everything()));
    expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  test("the container is the format's: scalar strings, contiguous scalars and edges, arrays in one gzip chunk, no attributes", async () => {
    await writeNir(place("form.nir"), everything());
    const file = new h5wasm.File(place("form.nir"), "r");
    const dataset = (path: string): InstanceType<typeof h5wasm.Dataset> => {
      const found = file.get(path);
      if (!(found instanceof h5wasm.Dataset)) throw new Error(`${path} is no dataset`);
      return found;
    };
    for (const path of ["version", "node/type", "node/nodes/lif/type", "node/nodes/conv.1/padding"]) {
      expect([path, dataset(path).shape, dataset(path).metadata.vlen]).toEqual([path, [], true]);
    }
    expect(dataset("node/edges").shape).toEqual([2, 2]);
    expect(dataset("node/edges").metadata.vlen).toBe(true);
    expect(dataset("node/edges").metadata.chunks).toBeNull();
    const weight = dataset("node/nodes/conv.1/weight");
    expect([weight.shape, weight.dtype, weight.metadata.chunks]).toEqual([[3, 2, 3, 2], "<f", [3, 2, 3, 2]]);
    expect(weight.filters.map((filter) => [filter.name, [...filter.cd_values]])).toEqual([["deflate", [4]]]);
    const walk = (path: string): void => {
      const entity = file.get(path);
      if (entity instanceof h5wasm.Group || entity instanceof h5wasm.Dataset) expect([path, Object.keys(entity.attrs)]).toEqual([path, []]);
      if (entity instanceof h5wasm.Group) for (const key of entity.keys()) walk(`${path}/${key}`);
      if (entity instanceof h5wasm.Dataset && entity.shape?.length === 0) expect([path, entity.metadata.chunks]).toEqual([path, null]);
    };
    walk("node");
    file.close();
  });

  test.skipIf(!present)("published files, read and written again, read back equal", async () => {
    for (const name of ["braille_noDelay_bias_zero.nir", "cnn_sinabs.nir", "lif_norse.nir"]) {
      const file = await readNir(fixture(name));
      await writeNir(place(name), file);
      expect(await readNir(place(name))).toEqual(file);
    }
  });

  test("the same graph gives the same bytes at any time", async () => {
    const now = vi.spyOn(Date, "now");
    for (const [name, ms] of [
      ["early.nir", 1e12],
      ["late.nir", 2e12],
    ] as const) {
      now.mockReturnValue(ms);
      await writeNir(place(name), everything());
      expect(Date.now()).toBe(ms);
    }
    now.mockRestore();
    expect(readFileSync(place("early.nir")).equals(readFileSync(place("late.nir")))).toBe(true);
  });

  test("an empty graph reads back; a dangling edge, an unknown field and a missing folder are refused", async () => {
    const empty: NirFile = { version: "1.0.7", graph: { nodes: new Map(), edges: [], metadata: new Map() } };
    await writeNir(place("empty.nir"), empty);
    expect(await readNir(place("empty.nir"))).toEqual(empty);
    const dangling = { ...empty, graph: { ...empty.graph, edges: [{ from: "a", to: "b" }] } };
    await expect(writeNir(place("bad.nir"), dangling)).rejects.toThrow("edge a -> b names the node a, which does not exist");
    const odd = {
      ...empty,
      graph: { ...empty.graph, nodes: new Map([["a", node("Linear", { weight: nirArray([1], [1, 1]), bias: nirArray([1], [1]) })]]) },
    };
    await expect(writeNir(place("bad.nir"), odd)).rejects.toThrow("a: Linear has no field bias");
    await expect(writeNir(place("no/such/folder.nir"), empty)).rejects.toThrow(InputError);
    expect(readdirSync(folder)).not.toContain("bad.nir");
  });
});

describe("reading what is no NIR file", () => {
  test("a missing file, a text and a cut file are refused by what they are", async () => {
    await expect(readNir(place("none.nir"))).rejects.toThrow(/none.nir: no such file/);
    writeFileSync(place("text.nir"), "version: 1\n");
    await expect(readNir(place("text.nir"))).rejects.toThrow("is not an HDF5 file");
    writeFileSync(place("cut.nir"), Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0]));
    await expect(readNir(place("cut.nir"))).rejects.toThrow(/damaged or cut/);
  });

  test("a full disk is reported as a file that cannot be written, and leaves no file", async () => {
    const { graph } = exportNetwork(randomNetwork(9, { ...SMALL, system: "lif" }), 0.01).file;
    const full = vi.spyOn(fs, "writeSync").mockImplementation(() => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", errno: -28, syscall: "write" });
    });
    const written = writeNir(place("full.nir"), { version: "1.0.7", graph });
    await expect(written).rejects.toThrow(/full\.nir: cannot be written: .*\n +check that its folder has room/);
    full.mockRestore();
    expect(readdirSync(folder).filter((name) => name.startsWith("full"))).toEqual([]);
  });

  test("a file cut at any of ten places gives one error with the library's reason, and prints nothing", async () => {
    const { graph } = exportNetwork(randomNetwork(9, { ...SMALL, system: "lif" }), 0.01).file;
    await writeNir(place("whole.nir"), { version: "1.0.7", graph });
    const whole = readFileSync(place("whole.nir"));
    const screen = vi.spyOn(fs, "writeSync");
    for (let part = 1; part <= 10; part++) {
      writeFileSync(place("part.nir"), whole.subarray(0, Math.floor((whole.length * part) / 11)));
      await expect(readNir(place("part.nir"))).rejects.toThrow(/cannot be opened, damaged or cut: truncated file: eof = \d+/);
    }
    expect(screen.mock.calls.filter(([descriptor]) => descriptor === 2)).toEqual([]);
    screen.mockRestore();
  });

  test.each([
    ["stride", [0], "whole numbers from 1"],
    ["padding", [-1], "finite numbers from 0"],
    ["groups", [0], "whole numbers from 1"],
    ["dilation", [1.5], "whole numbers"],
    ["bias", [0, Number.NaN, 0], "finite numbers"],
  ])("a convolution whose %s is %j is refused: expected %s", async (field, values, expected) => {
    const file = everything();
    const conv = file.graph.nodes.get("conv.1")!;
    const bad: NirNode = { ...conv, fields: new Map([...conv.fields, [field, nirArray(values, [values.length], "f8")]]) };
    const nodes = new Map([...file.graph.nodes, ["conv.1", bad]]);
    await expect(writeNir(place("bad.nir"), { ...file, graph: { ...file.graph, nodes } })).rejects.toThrow(
      new RegExp(`conv.1/${field}: .*expected ${expected}`),
    );
  });

  test("a time constant of 0 is refused, because it is a divisor", async () => {
    const file = everything();
    const leaky = file.graph.nodes.get("lif")!;
    const nodes = new Map([
      ...file.graph.nodes,
      ["lif", { ...leaky, fields: new Map([...leaky.fields, ["tau", nirArray([1, 1, 0, 1], [4])]]) }],
    ]);
    await expect(writeNir(place("bad.nir"), { ...file, graph: { ...file.graph, nodes } })).rejects.toThrow(
      "lif/tau: element 2 is 0, expected finite numbers above 0",
    );
  });

  test("unknown types, unknown and missing fields are reported together", async () => {
    await h5wasm.ready;
    const out = new h5wasm.File(place("odd.nir"), "w");
    out.create_dataset({ name: "version", data: "1.0.7", shape: [], dtype: "S" });
    const root = out.create_group("node");
    root.create_dataset({ name: "type", data: "NIRGraph", shape: [], dtype: "S" });
    root.create_dataset({ name: "edges", data: ["a", "gone"], shape: [1, 2], dtype: "S" });
    const nodes = root.create_group("nodes");
    const [a, b] = ["a", "b"].map((name) => nodes.create_group(name));
    a.create_dataset({ name: "type", data: "LIF", shape: [], dtype: "S" });
    a.create_dataset({ name: "tau", data: Float32Array.of(1), shape: [1] });
    a.create_dataset({ name: "colour", data: Float32Array.of(1), shape: [1] });
    b.create_dataset({ name: "type", data: "Izhikevich", shape: [], dtype: "S" });
    out.close();
    const error = await readNir(place("odd.nir")).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(InputError);
    const text = (error as InputError).message;
    for (const part of [
      "LIF has no field colour",
      "LIF lacks its field r",
      "LIF lacks its field v_threshold",
      '"Izhikevich" is not one of',
      "edge a -> gone",
    ]) {
      expect(text).toContain(part);
    }
  });
});

describe("export of our networks", () => {
  test.each<Network["system"]>(["lif", "rec-v1", "rec-v2"])(
    "%s is exported as primitives plus metadata, and is imported equal",
    async (system) => {
      if (system !== "lif" && system !== "rec-v1" && system !== "rec-v2") return;
      const network = randomNetwork(9, { system, inputs: 5, neurons: [6, 4], classes: 3, bits: 6, theta: 3, fill: 1, gain: 1 });
      const { file, warnings } = exportNetwork(network, 0.01);
      expect(warnings.join()).toContain("binary spikes only");
      await writeNir(place(`${system}.nir`), file);
      const back = await readNir(place(`${system}.nir`));
      expect(importNetwork(back, "back")).toEqual(network);
      const { report } = prepareNir(back, "back", { ...EULER, dtSeconds: 0.01, reset: "subtract" });
      expect(report.nodes.find((one) => one.name === "layer2")).toMatchObject({
        type: network.layers[1].perNeuron.tau === undefined ? "IF" : "CubaLIF",
        output: "[4]",
      });
      expect(report.edges.filter((edge) => edge.delayedSteps === 1).length).toBe(system === "rec-v2" ? 2 : 0);
    },
  );

  test("an output delay is warned of, because other tools count answers from the first frame on", () => {
    const network = randomNetwork(9, { system: "lif", inputs: 5, neurons: [6], classes: 3, bits: 6, theta: 3, fill: 1, gain: 1 });
    const warned = (outputDelayFrames: number): string => exportNetwork({ ...network, outputDelayFrames }, 0.01).warnings.join();
    expect([0, 1, 3].map((frames) => /output delay: answers come (\d) frames? late/.exec(warned(frames))?.[1])).toEqual([
      undefined,
      "1",
      "3",
    ]);
  });

  test("files of other tools contain no network of ours, and a dense baseline cannot be exported", () => {
    expect(importNetwork(everything(), "x")).toBeNull();
    const network = randomNetwork(9, { system: "lif", inputs: 5, neurons: [6], classes: 3, bits: 6, theta: 3, fill: 1, gain: 1 });
    expect(() => exportNetwork({ ...network, system: "gru", encoder: null }, 0.01)).toThrow(/no node for a gru cell/);
  });
});
