/**
 * Shapes with only one possible meaning are accepted with a warning, as the strict file of the same network; others are
 * refused.
 */
import { expect, test } from "vitest";
import { type NirArray, type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { createRng } from "../../../base/rng.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { lowerGraph } from "../../../sim/nir/lowered-graph.js";
import { node, whole } from "../../nir-nodes.js";
import { EULER } from "./fixtures.js";

const port = (type: "Input" | "Output", shape: readonly number[]): NirNode => node(type, { shape: whole(...shape) });
const rng = createRng(20_261_204, "lenient");
const drawn = (shape: readonly number[]): NirArray =>
  nirArray(
    Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => rng.float() - 0.5),
    shape,
  );
const fires = (count: number): NirNode =>
  node("IF", { r: nirArray(new Array(count).fill(1), [count]), v_threshold: nirArray(new Array(count).fill(1), [count]) });
const file = (nodes: Record<string, NirNode>, ...edges: string[]): NirFile => ({
  version: "1.0",
  graph: {
    nodes: new Map(Object.entries(nodes)),
    edges: edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] })),
    metadata: new Map(),
  },
});

const [convolved, weighed] = [drawn([3, 2, 3, 3]), drawn([4, 12])];
const pooled = { kernel_size: whole(2, 2), stride: whole(2, 2), padding: whole(0, 0) };
const convolution = node("Conv2d", {
  ...{ weight: convolved, bias: nirArray([0, 0, 0], [3]), stride: whole(1, 1), padding: whole(0, 0), dilation: whole(1, 1) },
  groups: nirArray([1], [], "i8"),
});

/**
 * Input, pool, convolution, Flatten, Linear, IF, Output; `batch`: axes before the channels, as each node declares them.
 */
function network(input: readonly number[], flatten: readonly number[], output: readonly number[]): NirFile {
  const first = flatten.length - 3;
  return file(
    {
      in: port("Input", input),
      pool: node("SumPool2d", pooled),
      conv: convolution,
      flat: node("Flatten", { start_dim: nirArray([first], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(...flatten) }),
      fc: node("Linear", { weight: weighed }),
      n: fires(4),
      out: port("Output", output),
    },
    ...["in pool", "pool conv", "conv flat", "flat fc", "fc n", "n out"],
  );
}
const prepared = (one: NirFile) => prepareNir(one, "x.nir", EULER);
const matricesOf = (one: NirFile) => lowerGraph(prepared(one)).matrices;
const strict = network([2, 8, 8], [3, 2, 2], [4]);

test.each([
  ["a batch of one at the input", network([1, 2, 8, 8], [3, 2, 2], [4]), /edge in -> pool joins shape \[1, 2, 8, 8\] to shape \[2, 8, 8\]/],
  [
    "a batch of one that Flatten counts",
    network([2, 8, 8], [1, 3, 2, 2], [4]),
    /edge conv -> flat joins shape \[3, 2, 2\] to shape \[1, 3, 2, 2\]/,
  ],
  ["a batch of any size, written as 0", network([2, 8, 8], [0, 3, 2, 2], [4]), /edge flat -> fc joins shape \[1, 12\] to shape \[12\]/],
  ["axes of one at the output", network([2, 8, 8], [3, 2, 2], [1, 1, 4]), /edge n -> out joins shape \[4\] to shape \[1, 1, 4\]/],
])("%s: the same network, with a warning", (_, lenient, warning) => {
  expect(prepared(strict).report.warnings).toEqual([]);
  expect(prepared(lenient).report.warnings.join("; ")).toMatch(warning);
  expect(matricesOf(lenient)).toEqual(matricesOf(strict));
});

test("the Input of a nested graph takes the shape that arrives", () => {
  const nested = (declared: number): NirFile => {
    const inner = file({ input: port("Input", [declared]), n: fires(4), output: port("Output", [4]) }, "input n", "n output").graph;
    const graph: NirNode = { type: "NIRGraph", fields: new Map(), metadata: new Map(), graph: inner };
    return file(
      { in: port("Input", [12]), fc: node("Linear", { weight: weighed }), g: graph, out: port("Output", [4]) },
      "in fc",
      "fc g",
      "g out",
    );
  };
  expect(prepared(nested(12)).report.warnings).toEqual(["g.input: declares shape [12], [4] arrives and is taken"]);
  expect(matricesOf(nested(12))).toEqual(matricesOf(nested(4)));
});

test("shapes of other sizes are refused by name", () => {
  expect(() => prepared(network([2, 8, 8], [3, 2, 2], [5]))).toThrow("edge n -> out joins shape [4] to shape [5]");
  expect(() => prepared(network([2, 2, 8, 8], [3, 2, 2], [4]))).toThrow(
    "pool: gets shape [2, 2, 8, 8], expected [channels, height, width]",
  );
  expect(() => prepared(network([2, 8, 8], [0, 3, 2, 3], [4]))).toThrow("declares input_type [0, 3, 2, 3] but gets [3, 2, 2]");
  // equal sizes in another order are not the same
  expect(() => prepared(network([2, 8, 8], [2, 3, 2], [4]))).toThrow("declares input_type [2, 3, 2] but gets [3, 2, 2]");
});
