/** Which edges of a graph carry the step before, and that notation (ports, shared nodes) does not decide it. */
import { expect, test } from "vitest";
import { type NirEdge, type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { createRng } from "../../../base/rng.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { type ImportedNir, prepareNir } from "../../../sim/nir/import.js";
import { integerObstacles } from "../../../sim/nir/integer-obstacles.js";
import { lateEdges } from "../../../sim/nir/late-edges.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { node, whole } from "../../nir-nodes.js";
import { EULER } from "./fixtures.js";
import { randomNet } from "./random-net.js";

const DT = EULER.dtSeconds;
const port = (type: "Input" | "Output", shape: readonly number[]): NirNode => node(type, { shape: whole(...shape) });
const fileOf = (nodes: ReadonlyMap<string, NirNode>, edges: readonly NirEdge[]): NirFile => ({
  version: "1",
  graph: { nodes, edges, metadata: new Map() },
});

test("every late way has one late edge and no other way has any, wherever a choice of edges makes it so; else late ways still have one", () => {
  const rng = createRng(20_261_201, "late edges");
  const met = new Counted("edges that serve only some");
  const [starts, middle, ends] = [
    ["a", "b"],
    ["p", "q", "r"],
    ["x", "y"],
  ];
  for (let round = 0; round < 200; round++) {
    const pairs = [...starts, ...middle].flatMap((from, i) => [...middle.slice(Math.max(0, i - 1)), ...ends].map((to) => ({ from, to })));
    const drawn = pairs.filter(() => rng.float() < 0.45);
    // passing nodes lead from a start to an end
    const edges = drawn.filter(
      ({ from, to }) =>
        (starts.includes(from) || drawn.some((edge) => edge.to === from)) && (ends.includes(to) || drawn.some((edge) => edge.from === to)),
    );
    const late = new Set(starts.flatMap((from) => ends.filter(() => rng.float() < 0.6).map((to) => from + to)));
    const isLate = (from: string, to: string): boolean => late.has(from + to);
    const ways = (from: string): NirEdge[][] =>
      edges
        .filter((edge) => edge.from === from)
        .flatMap((edge) => (ends.includes(edge.to) ? [[edge]] : ways(edge.to).map((rest) => [edge, ...rest])));
    const all = starts.flatMap(ways);
    const wanted = (way: readonly NirEdge[]): number => Number(isLate(way[0].from, way[way.length - 1].to));
    const counts = (chosen: ReadonlySet<NirEdge>): number[] => all.map((way) => way.filter((edge) => chosen.has(edge)).length);
    const right = all.map(wanted).join();
    const found = counts(lateEdges(edges, { passes: (name) => middle.includes(name), isLate }));
    // edges on no late way, or on another one too, are no part of a right choice
    const useful = edges.filter(
      (edge) => all.some((way) => way.includes(edge)) && all.every((way) => !way.includes(edge) || wanted(way) === 1),
    );
    const isPossible = Array.from({ length: 2 ** useful.length }, (_, bits) => new Set(useful.filter((__, e) => (bits >> e) & 1))).some(
      (chosen) => counts(chosen).join() === right,
    );
    if (isPossible) expect(found.join(), JSON.stringify({ edges, late: [...late] })).toBe(right);
    else for (const [w, way] of all.entries()) expect(found[w] === 1 || (found[w] === 0 && wanted(way) === 0)).toBe(true);
    if (late.size > 0) met.see(isPossible ? "possible" : "impossible");
    if (isPossible && found.includes(1) && found.includes(0)) met.see("possible, with both kinds of ways");
  }
  met.expectEach(["possible", "impossible", "possible, with both kinds of ways"], 15);
});

test("the work grows with the edges, also where all populations feed each other", () => {
  const names = Array.from({ length: 40 }, (_, n) => `n${n}`);
  const edges = names.flatMap((from) => names.map((to) => ({ from, to })));
  let asked = 0;
  const always = (answer: boolean) => () => {
    asked++;
    return answer;
  };
  expect(lateEdges(edges, { passes: always(false), isLate: always(true) }).size).toBe(edges.length);
  expect(asked).toBeLessThan(20 * edges.length);
});

/** The node in a nested graph of its own. */
const wrapped = (inner: NirNode, input: readonly number[], output: readonly number[]): NirNode => ({
  ...node("NIRGraph", {}),
  graph: {
    nodes: new Map([
      ["input", port("Input", input)],
      ["x", inner],
      ["output", port("Output", output)],
    ]),
    edges: [
      { from: "input", to: "x" },
      { from: "x", to: "output" },
    ],
    metadata: new Map(),
  },
});

/** The file with some nodes in nested graphs, and the names that its nodes then have. */
function nested(file: NirFile, { shapes }: ImportedNir, isChosen: (name: string) => boolean) {
  const names = new Map<string, string>();
  const nodes = new Map<string, NirNode>();
  for (const [name, inner] of file.graph.nodes) {
    const isInner = inner.type !== "Input" && inner.type !== "Output" && isChosen(name);
    const { input, output } = shapes.get(name)!;
    names.set(name, isInner ? `${name}.x` : name);
    nodes.set(name, isInner ? wrapped(inner, input, output) : inner);
  }
  return { names, file: fileOf(nodes, file.graph.edges) };
}

test("a node in a nested graph of its own computes what it computes outside, in circles too, and as much runs in integers", () => {
  const rng = createRng(77, "late edges");
  const met = new Counted("recurrent neurons in nested graphs");
  const networks = cases(30);
  for (let round = 0; round < networks; round++) {
    const { file } = randomNet(rng, DT, true, rng);
    const flat = prepareNir(file, "flat", EULER);
    const { names, file: inner } = nested(file, flat, () => rng.float() < 0.5);
    const other = prepareNir(inner, "nested", EULER);
    const steps = 8;
    const input = Float64Array.from({ length: steps * flat.shapes.get("in")!.output.reduce((a, b) => a * b) }, () =>
      Number(rng.float() < 0.4),
    );
    const run = (imported: ImportedNir, record: readonly string[]) => [
      ...createNirEngine(imported)
        .run(new Map([["in", input]]), steps, record)
        .outputs.values(),
    ];
    expect(run(other, [...names.values()]), `network ${round}`).toEqual(run(flat, [...names.keys()]));
    expect(integerObstacles(other).length).toBe(integerObstacles(flat).length);
    if (flat.schedule.delayedEdges.some(({ from }) => names.get(from) !== from)) met.see("recurrent and nested");
    else met.see("others");
  }
  met.expectEach(["recurrent and nested", "others"], 1);
});

/** Two populations of 3 between weights `in -> wa -> a`, `in -> wb -> b`, and what else the case names. */
function populations(more: Record<string, NirNode>, ...edges: readonly string[]): NirFile {
  const rng = createRng(5, "late edges");
  const reals = (value: number) => nirArray([value, value, value], [3]);
  const lif = node("LIF", { tau: reals(2 * DT), r: reals(2), v_leak: reals(0), v_threshold: reals(0.5), v_reset: reals(0) });
  const weights = (): NirNode =>
    node("Linear", {
      weight: nirArray(
        Array.from({ length: 9 }, () => rng.normal()),
        [3, 3],
      ),
    });
  const nodes = {
    in: port("Input", [3]),
    wa: weights(),
    wb: weights(),
    a: lif,
    b: lif,
    ab: weights(),
    ba: weights(),
    out: port("Output", [3]),
  };
  const pairs = ["in wa", "wa a", "b out", ...edges].map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  const used = new Set(pairs.flatMap(({ from, to }) => [from, to]));
  return fileOf(new Map(Object.entries({ ...nodes, ...more }).filter(([name]) => used.has(name))), pairs);
}

function spikesOf(file: NirFile): readonly Float64Array[] {
  const rng = createRng(8, "late edges");
  const input = Float64Array.from({ length: 90 }, () => Number(rng.float() < 0.5));
  return [
    ...createNirEngine(prepareNir(file, "f", EULER))
      .run(new Map([["in", input]]), 30, ["a", "b"])
      .outputs.values(),
  ];
}

test("weights that a circle shares with the way on are late in the circle alone, and their bias acts from the first step", () => {
  const own = (): NirNode =>
    node("Affine", { weight: nirArray([0.5, -1, 0, 0.3, 0.2, -0.4, 0, 1, -0.7], [3, 3]), bias: nirArray([0.3, -0.2, 0.1], [3]) });
  const shared = populations({ m: own() }, "a m", "m ba", "ba a", "m ab", "ab b");
  const apart = populations({ m: own(), n: own() }, "a m", "m ba", "ba a", "a n", "n ab", "ab b");
  expect(prepareNir(shared, "f", EULER).schedule.delayedEdges).toEqual([{ from: "m", to: "ba" }]);
  expect(spikesOf(shared)).toEqual(spikesOf(apart));
  expect(spikesOf(apart)[0].reduce((a, b) => a + b)).toBeGreaterThan(5);
});

test("a biased circle starts alike in every sample, and with any number of late edges beside those that matter", () => {
  const reals = (...values: number[]) => nirArray(values, [values.length]);
  const matrix = (scale: number) => nirArray([0, scale, 0, 0, 0, -scale, scale, 0, 0], [3, 3]);
  const more = {
    m: node("Affine", { weight: matrix(1), bias: reals(0.3, 0.4, 0.2) }),
    d: node("Delay", { delay: reals(0, 3 * DT, 0) }),
    ...Object.fromEntries(["z0", "z1", "z2", "z3"].map((name) => [name, node("Linear", { weight: matrix(0) })])),
  };
  const edges = ["a m", "m d", "d ba", "ba a", "d ab", "ab b"];
  const without = populations(more, ...edges);
  const beside = populations(more, ...edges, ...["z0", "z1", "z2", "z3"].flatMap((name) => [`d ${name}`, `${name} a`]));
  expect(prepareNir(beside, "f", EULER).schedule.delayedEdges).toHaveLength(5);
  const engineOf = (file: NirFile) => createNirEngine(prepareNir(file, "f", EULER));
  const sample = (engine: ReturnType<typeof engineOf>) =>
    engine.run(new Map([["in", new Float64Array(90).fill(1)]]), 30, ["a", "b", "d", "ba"]);
  const engine = engineOf(without);
  const first = sample(engine);
  expect(sample(engine)).toEqual(first);
  expect(sample(engineOf(beside))).toEqual(first);
  // before the first step, what the delayed column carries is silent, and the others carry their bias
  const { data } = prepareNir(without, "f", EULER).graph.nodes.get("ba")!.fields.get("weight") as ReturnType<typeof nirArray>;
  const wanted = [0, 1, 2].map((row) => data[3 * row] * Math.fround(0.3) + data[3 * row + 2] * Math.fround(0.2));
  expect([...first.outputs.get("ba")!.subarray(0, 3)].map((value, row) => Math.abs(value - wanted[row]) < 1e-6)).toEqual([
    true,
    true,
    true,
  ]);
});

test("of two populations that feed each other at the same depth both are late, whatever nodes without a state lie before one of them", () => {
  const mutual = ["a ab", "ab b", "b ba", "ba a"];
  const plain = populations({}, "in wb", "wb b", ...mutual);
  const ones = node("Scale", { scale: nirArray([1, 1, 1], [3]) });
  const longer = populations({ s: ones }, "in s", "s wb", "wb b", ...mutual);
  for (const file of [plain, longer])
    expect(prepareNir(file, "f", EULER).schedule.delayedEdges).toEqual(
      ["a ab", "b ba"].map((edge) => ({ from: edge[0], to: edge.slice(2) })),
    );
  expect(spikesOf(longer)).toEqual(spikesOf(plain));
});
