/**
 * Files as exporters write them: what they add to the format changes nothing, and what has two meanings is refused.
 * Source of the habits: neuromorphs/NIR (`serialization.py`, `ir/`), and the exporters of sinabs and Spyx.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import hdf5 from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { type ImportedNir, importNir } from "../../../sim/nir/import.js";
import { EULER } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "nir-exporters-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await hdf5.ready;
});

type Group = InstanceType<typeof hdf5.Group>;
interface Data {
  readonly data: Float32Array | BigInt64Array | readonly string[] | string;
  readonly shape: readonly number[];
}
type Tree = { readonly [name: string]: Data | Tree };

const isData = (value: Data | Tree): value is Data => Array.isArray(value.shape);
const dtypeOf = ({ data }: Data): string => (data instanceof Float32Array ? "<f" : data instanceof BigInt64Array ? "<q" : "S");

function put(group: Group, tree: Tree): void {
  for (const [name, value] of Object.entries(tree)) {
    if (isData(value)) group.create_dataset({ name, data: value.data as never, shape: [...value.shape], dtype: dtypeOf(value) });
    else put(group.create_group(name), value);
  }
}

const text = (data: string): Data => ({ data, shape: [] });
const whole = (values: readonly number[], shape: readonly number[] = [values.length]): Data => ({
  data: BigInt64Array.from(values, BigInt),
  shape,
});
const reals = (values: readonly number[], shape: readonly number[] = [values.length]): Data => ({ data: Float32Array.from(values), shape });
const node = (type: string, fields: Tree): Tree => ({ type: text(type), ...fields });
const port = (type: "Input" | "Output", ...shape: number[]): Tree => node(type, { shape: whole(shape) });
const linear = (rows: number, columns: number): Tree =>
  node("Linear", {
    weight: reals(
      Array.from({ length: rows * columns }, (_, i) => i + 1),
      [rows, columns],
    ),
  });

let files = 0;
/** The file of a graph, imported. `version`: null leaves it out. */
async function imported(
  nodes: Tree,
  edges: readonly string[],
  { version = "1.0.7", graph = {} }: { readonly version?: string | null; readonly graph?: Tree } = {},
): Promise<ImportedNir> {
  const path = join(folder, `${files++}.nir`);
  const file = new hdf5.File(path, "w");
  const pairs: Data = { data: edges.flatMap((edge) => edge.split(" ")), shape: [edges.length, 2] };
  put(file as unknown as Group, {
    ...(version === null ? {} : { version: text(version) }),
    node: { type: text("NIRGraph"), edges: pairs, nodes, ...graph },
  });
  file.close();
  return importNir(path, EULER);
}

/** Values of `out` after a step of `input`. */
function outOf(network: ImportedNir, input: readonly number[]): number[] {
  const { outputs } = createNirEngine(network).run(new Map([["in", Float64Array.from(input)]]), 1, ["out"]);
  return [...(outputs.get("out") ?? [])];
}

const plain = { in: port("Input", 2), fc: linear(3, 2), out: port("Output", 3) };
const chain = ["in fc", "fc out"];

describe("what exporters add is read, and changes nothing", () => {
  test("a file without a version", async () => {
    const network = await imported(plain, chain, { version: null });
    expect(network.report.version).toBe("of unknown version");
    expect(outOf(network, [1, 10])).toEqual([21, 43, 65]);
  });

  test("metadata of lists of texts, which the program has no use for", async () => {
    const metadata = { names: { data: ["a", "b"], shape: [2] }, dt: reals([0.5], []) };
    const network = await imported(plain, chain, { graph: { metadata } });
    expect(outOf(network, [1, 10])).toEqual([21, 43, 65]);
  });

  test("input_type and output_type of every node", async () => {
    const types = { input_type: { input: whole([2]) }, output_type: { output: whole([3]) } };
    const network = await imported({ ...plain, fc: { ...plain.fc, ...types } }, chain);
    expect(outOf(network, [1, 10])).toEqual([21, 43, 65]);
  });

  test("an edge that stands twice counts once, with a warning: edges are a set", async () => {
    const network = await imported(plain, ["in fc", "fc out", "in fc"]);
    expect(network.report.warnings).toEqual(["edge in -> fc stands more than once, and counts once"]);
    expect(outOf(network, [1, 10])).toEqual([21, 43, 65]);
  });
});

describe("nested graphs", () => {
  const nested = (inner: Tree, edges: readonly string[]): Tree => ({
    type: text("NIRGraph"),
    edges: { data: edges.flatMap((edge) => edge.split(" ")), shape: [edges.length, 2] },
    nodes: inner,
  });
  const network = (inner: Tree, edges: readonly string[]) =>
    imported({ in: port("Input", 2), g: nested(inner, edges), out: port("Output", 3) }, ["in g", "g out"]);
  const one = { a: port("Input", 2), w: linear(3, 2), y: port("Output", 3) };

  test("with one Input and one Output are their nodes", async () => {
    expect(outOf(await network(one, ["a w", "w y"]), [1, 10])).toEqual([21, 43, 65]);
  });

  test.each([
    ["Input", { ...one, b: port("Input", 2), v: linear(3, 2) }, ["a w", "w y", "b v", "v y"], "a, g.b"],
    ["Output", { ...one, z: port("Output", 3) }, ["a w", "w y", "w z"], "y, g.z"],
  ])("an edge to or from one with two %s nodes is refused: it could mean either", async (type, inner, edges, names) => {
    await expect(network(inner, edges)).rejects.toThrow(
      `graph g has 2 ${type} nodes, and an edge does not say which of them it means: g.${names}`,
    );
  });
});

describe("Flatten", () => {
  const flat = (start: number, type: Data | Tree | null): Tree =>
    node("Flatten", { start_dim: whole([start], []), end_dim: whole([-1], []), ...(type === null ? {} : { input_type: type }) });
  const network = (start: number, type: Data | Tree | null) =>
    imported({ in: port("Input", 2, 1, 2), flat: flat(start, type), fc: linear(1, 4), out: port("Output", 1) }, [
      "in flat",
      "flat fc",
      "fc out",
    ]);

  test.each([
    ["without a batch", 0, whole([2, 1, 2])],
    ["with a batch of any size", 1, whole([0, 2, 1, 2])],
    ["with as many zeros as axes and a batch, as sinabs wrote it", 1, whole([0, 0, 0, 0])],
    ["with as many zeros as axes", 0, whole([0, 0, 0])],
    ["that counts a batch which its input has not", 1, whole([2, 1, 2])],
    ["that counts a batch, without an input_type", 1, null],
    ["with a map of its input", 0, { input: whole([2, 1, 2]) }],
    ["with a map without its input", 0, { data: whole([7]) }],
  ])("%s: 1 + 20 + 300 + 4000", async (_, start, type) => {
    expect(outOf(await network(start, type), [1, 10, 100, 1000])).toEqual([4321]);
  });

  test("whose axes are kept, where the next node takes one axis, has a warning", async () => {
    expect((await network(1, null)).report.warnings).toEqual(["edge flat -> fc joins shape [2, 2] to shape [4]: all axes are flattened"]);
  });

  test("of another size or number of axes is refused", async () => {
    await expect(network(0, whole([2, 2, 2]))).rejects.toThrow("declares input_type [2, 2, 2] but gets [2, 1, 2]");
    await expect(network(0, whole([0, 0]))).rejects.toThrow("declares input_type [0, 0] but gets [2, 1, 2]");
    await expect(network(0, { input: whole([2, 2, 2]) })).rejects.toThrow("declares input_type [2, 2, 2] but gets [2, 1, 2]");
  });
});

describe("convolutions", () => {
  /** One channel of 2 x 3, a kernel [1 2; 3 4]. */
  const convolution = (fields: Tree, ...out: number[]) =>
    imported(
      {
        in: port("Input", 1, 2, 3),
        conv: node("Conv2d", {
          ...{ weight: reals([1, 2, 3, 4], [1, 1, 2, 2]), bias: reals([0]) },
          ...{ stride: whole([1], []), padding: whole([0], []), dilation: whole([1], []), groups: whole([1], []), ...fields },
        }),
        out: port("Output", 1, ...out),
      },
      ["in conv", "conv out"],
    );
  const picture = [1, 2, 3, 4, 5, 6];

  test("pairs of paddings are the zeros before and after each axis", async () => {
    // a row of zeros above, a column of zeros on the right
    const network = await convolution({ padding: whole([1, 0, 0, 1], [2, 2]) }, 2, 3);
    expect(outOf(network, picture)).toEqual([11, 18, 9, 37, 47, 21]);
    expect(outOf(await convolution({}, 1, 2), picture)).toEqual([37, 47]);
  });

  test("groups that differ are refused", async () => {
    await expect(convolution({ groups: whole([1, 2]) }, 1, 2)).rejects.toThrow("conv: groups is 1, 2, expected one number");
    expect(outOf(await convolution({ groups: whole([1, 1]) }, 1, 2), picture)).toEqual([37, 47]);
  });
});

test("an infinite time constant is refused, with what would be accepted", async () => {
  const fields = { r: reals([1]), v_leak: reals([0]), v_threshold: reals([1]), tau: reals([Number.POSITIVE_INFINITY]) };
  await expect(imported({ in: port("Input", 1), out: node("LIF", fields) }, ["in out"])).rejects.toThrow(
    "out/tau: element 0 is Infinity, expected finite numbers above 0",
  );
});
