import { expect, test } from "vitest";
import { type NirArray, type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerObstacles } from "../../../sim/nir/integer-obstacles.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { formatImportReport } from "../../../sim/nir/report.js";
import { node } from "../../nir-nodes.js";
import { EULER } from "./fixtures.js";

const reals = (...values: number[]): NirArray => nirArray(values, [values.length], "f8");
const port = (type: "Input" | "Output", size: number): NirNode => node(type, { shape: nirArray([size], [1], "i8") });
const lif = (...tau: number[]): NirNode => {
  const each = (value: number): NirArray => reals(...tau.map(() => value));
  return node("LIF", { tau: reals(...tau), r: each(1), v_leak: each(0), v_threshold: each(0.5), v_reset: each(0) });
};

/** z -> m -> a -> out with feedback; names are not in alphabetical order; edges are given as "a b". */
function graph(nodes: Record<string, NirNode>, ...edges: string[]): NirFile {
  const pairs = edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  return { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges: pairs, metadata: new Map() } };
}

const chain = (neuron: NirNode): NirFile =>
  graph(
    { z: port("Input", 2), m: node("Linear", { weight: nirArray([1, 0, 0, 1], [2, 2]) }), a: neuron, out: port("Output", 2) },
    "a out",
    "m a",
    "a a",
    "z m",
  );
const prepare = (file: NirFile, options: Partial<NirOptions> = {}) => prepareNir(file, "x.nir", { ...EULER, dtSeconds: 1e-3, ...options });

test("nodes and edges are listed in signal order, for any names and order in the file; parameters with their range", () => {
  const { report } = prepare(chain(lif(0.01, 0.02)));
  expect(report.nodes.map(({ name }) => name)).toEqual(["z", "m", "a", "out"]);
  expect(report.edges.map(({ from, to, delayedSteps }) => `${from} ${to} ${delayedSteps}`)).toEqual(["z m 0", "m a 0", "a a 1", "a out 0"]);
  expect(report.nodes[2].ranges).toContainEqual({ field: "tau", low: 0.01, high: 0.02 });
  expect(report.nodes[1]).toMatchObject({ parameters: 4, ranges: [] });
  const text = formatImportReport(report).join("\n");
  expect(text).toMatch(/a +LIF +\[2\] +tau 0.01..0.02, r 1, v_leak 0, v_threshold 0.5, v_reset 0/);
});

test("a time step above a time constant causes a warning, one equal to it does not; above twice the constant forward Euler does not settle", () => {
  const warningsAt = (dtSeconds: number, scheme: NirOptions["scheme"] = "euler"): readonly string[] =>
    prepare(chain(lif(0.01, 0.02)), { dtSeconds, scheme }).report.warnings;
  expect(warningsAt(0.01)).toEqual([]);
  expect(warningsAt(0.011)).toEqual(["a: tau of 0.01 s is shorter than the time step of 0.011 s: forward Euler overshoots"]);
  expect(warningsAt(0.021)[0]).toContain("forward Euler does not settle");
  expect(warningsAt(0.021, "zoh")[0]).toContain("it decays almost completely");
});

test("all reasons against an integer form are named together; a plain network has none", () => {
  expect(integerObstacles(prepare(chain(lif(0.01, 0.02))))).toEqual([]);
  const threshold = graph(
    { z: port("Input", 1), t: node("Threshold", { threshold: reals(1) }), a: lif(0.01), out: port("Output", 1) },
    "z t",
    "t a",
    "a out",
  );
  const zero = new Map(threshold.graph.nodes);
  zero.set("a", { ...lif(0.01), fields: new Map([...lif(0.01).fields, ["v_threshold", reals(0)]]) });
  const found = integerObstacles(prepare({ ...threshold, graph: { ...threshold.graph, nodes: zero } }, { scheme: "exact" }));
  expect(found.map(({ path, message }) => `${path}|${message}`)).toEqual([
    "|scheme exact has no integer form",
    "a|a threshold is 0: its state unit is a fraction of the threshold",
    "|a Threshold between z and a has no integer form",
  ]);
});

test("a Delay that is too long to be stored is refused with its size", () => {
  const wait = graph({ z: port("Input", 1), d: node("Delay", { delay: reals(1e9) }), out: port("Output", 1) }, "z d", "d out");
  expect(() => prepare(wait)).toThrow(/d: holds 1000000000000 steps of 1 values, at most 16777216/);
});

test("delays that are whole steps but for the rounding of float32 get no warning, others do, at every length", () => {
  for (const dtSeconds of [1e-3, 1e-4, 5e-4])
    for (const steps of [1, 3, 7, 100, 333, 1000, 4095, 100_000]) {
      const warned = (seconds: number): readonly string[] => {
        const delay = node("Delay", { delay: reals(Math.fround(seconds)) });
        const file = graph({ z: port("Input", 1), d: delay, a: lif(1), out: port("Output", 1) }, "z d", "d a", "a out");
        return prepare(file, { dtSeconds }).report.warnings.filter((text) => text.includes("rounded"));
      };
      expect(warned(steps * dtSeconds), `${steps} steps of ${dtSeconds} s`).toEqual([]);
      expect(warned((steps + 0.25) * dtSeconds)).toEqual([`d: delays rounded to whole steps of ${dtSeconds} s`]);
    }
});

test("a refractory period of no whole number of steps is told with the steps that it becomes, where a neuron can spike", () => {
  const spiking = graph({ z: port("Input", 1), a: lif(1), out: port("Output", 1) }, "z a", "a out");
  const silent = graph({ z: port("Input", 1), f: node("Scale", { scale: reals(1) }), out: port("Output", 1) }, "z f", "f out");
  const told = (file: NirFile, refractorySeconds: number) => {
    const { warnings, assumed } = prepare(file, { dtSeconds: 1e-3, refractorySeconds }).report;
    return [...warnings, ...assumed].filter((text) => text.includes("refractory"));
  };
  expect(told(spiking, 0)).toEqual(["no refractory period"]);
  expect(told(spiking, 3e-3)).toEqual(["refractory period: 3 steps (0.003 s)"]);
  for (const [seconds, steps] of [
    [4e-4, "0 steps"],
    [1.4e-3, "1 step"],
  ] as const)
    expect(told(spiking, seconds)).toEqual([
      `a refractory period of ${seconds} s is rounded to ${steps.split(" ")[0]} steps of 0.001 s`,
      `refractory period: ${steps} (${seconds} s)`,
    ]);
  expect(told(silent, 4e-4)).toEqual([]);
});

test("a Delay of 200,000 values runs", () => {
  const size = 200_000;
  const delay = node("Delay", { delay: nirArray(new Float64Array(size).fill(2e-3), [size], "f8") });
  const file = graph({ z: port("Input", size), d: delay, out: port("Output", size) }, "z d", "d out");
  const input = new Float64Array(3 * size);
  input[size - 1] = 1;
  const { outputs } = createNirEngine(prepare(file)).run(new Map([["z", input]]), 3, ["d"]);
  expect(outputs.get("d")?.indexOf(1)).toBe(3 * size - 1);
});

test("values that a neuron's node leaves out are named with what they are taken as", () => {
  const cuba = (fields: Record<string, NirArray>): NirNode =>
    node("CubaLIF", {
      ...Object.fromEntries(["tau_syn", "tau_mem", "r", "v_leak", "v_threshold"].map((name) => [name, reals(1, 2)])),
      ...fields,
    });
  const absent = (fields: Record<string, NirArray>): readonly string[] =>
    prepare(chain(cuba(fields))).report.assumed.filter((line) => line.includes("absent"));
  expect(absent({})).toEqual(["v_reset absent, taken as 0: a", "w_in absent, taken as 1: a"]);
  expect(absent({ w_in: reals(1, 1), v_reset: reals(0, 0) })).toEqual([]);
});

test("a node whose values nothing takes is named, unless it is a neuron, which runs all the same", () => {
  const weight = nirArray([1, 0, 0, 1], [2, 2]);
  const file = chain(lif(0.01, 0.02));
  const nodes = { ...Object.fromEntries(file.graph.nodes), lost: node("Linear", { weight }), probe: lif(0.01, 0.02) };
  const edges = file.graph.edges.map(({ from, to }) => `${from} ${to}`);
  const { warnings } = prepare(graph(nodes, ...edges, "z lost", "m probe")).report;
  expect(warnings).toEqual(["lost (Linear) leads nowhere: a chip leaves it out"]);
  // so is every node before it, up to one that leads somewhere
  const scale = node("Scale", { scale: reals(1, 1) });
  const further = { ...nodes, first: node("Linear", { weight }), second: scale, shared: scale };
  const told = prepare(graph(further, ...edges, "z lost", "m probe", "z shared", "shared first", "shared m", "first second", "second lost"))
    .report.warnings;
  expect(told.filter((text) => text.includes("nowhere")).map((text) => text.split(" ")[0])).toEqual(["lost", "first", "second"]);
});
