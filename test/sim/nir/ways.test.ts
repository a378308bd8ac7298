/** Routes between populations: parallel nodes multiply them, so their number has a bound. */
import { expect, test } from "vitest";
import { type NirFile, nirArray } from "../../../arch/formats/nir/graph.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerObstacles } from "../../../sim/nir/integer-obstacles.js";
import { lowerGraph } from "../../../sim/nir/lowered-graph.js";
import { graphWays } from "../../../sim/nir/ways.js";
import { node, whole } from "../../nir-nodes.js";
import { usualAndLong } from "../../usual.js";
import { EULER } from "./fixtures.js";

const value = (x: number): ReturnType<typeof nirArray> => nirArray([x], [1], "f8");
const scale = (x: number) => node("Scale", { scale: value(x) });

/** input -> `pairs` times (two parallel Scales of 3/4 and 1/4, joined) -> neuron, or a dead end. */
function ladder(pairs: number, arrives = true): NirFile {
  const nodes = new Map([["input", node("Input", { shape: whole(1) })]]);
  const edges: { from: string; to: string }[] = [];
  let last = "input";
  for (let k = 0; k < pairs; k++) {
    const [a, b, joined] = ["a", "b", "s"].map((name) => `${name}${String(k).padStart(2, "0")}`);
    nodes.set(a, scale(0.75)).set(b, scale(0.25)).set(joined, scale(1));
    for (const part of [a, b]) edges.push({ from: last, to: part }, { from: part, to: joined });
    last = joined;
  }
  nodes
    .set("n", node("IF", { r: value(1), v_threshold: value(0.5), v_reset: value(0) }))
    .set("output", node("Output", { shape: whole(1) }));
  edges.push({ from: arrives ? last : "input", to: "n" }, { from: "n", to: "output" });
  return { version: "1.0.7", graph: { nodes, edges, metadata: new Map() } };
}

test("parallel nodes add up over all their routes", () => {
  for (let pairs = 0; pairs <= 10; pairs++) {
    const imported = prepareNir(ladder(pairs), "made", EULER);
    const ways = graphWays(imported).ways.filter(({ target }) => graphWays(imported).populations[target].name === "n");
    expect(ways.map(({ routes }) => routes.length)).toEqual([2 ** pairs]);
    const { matrices, populations } = lowerGraph(imported);
    expect(matrices.filter(({ target }) => populations[target].name === "n").map(({ factors }) => [...factors])).toEqual([[1]]);
  }
});

for (const [some, options] of usualAndLong([true, false], (arrives) => arrives))
  test.each(some)(
    "more routes than a bound are an obstacle with the name of their source, and no float run's (arrives: %s)",
    options,
    (arrives) => {
      for (const pairs of [16, 40]) {
        const imported = prepareNir(ladder(pairs, arrives), "made", EULER);
        expect(integerObstacles(imported).map(({ path, message }) => `${path}: ${message}`)).toEqual([
          "input: the routes from it follow more than 65536 edges: parallel nodes multiply the routes at each join",
        ]);
        expect(() => graphWays(imported)).toThrow(/input: the routes from it follow more than 65536 edges/);
        const { outputs } = createNirEngine(imported).run(new Map([["input", Float64Array.of(1)]]), 1, ["n"]);
        expect([...(outputs.get("n") ?? [])]).toEqual([1]);
      }
    },
  );
