import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NirArray, type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { createRng } from "../../../base/rng.js";
import { createNirEngine, type NirRun } from "../../../sim/nir/engine.js";
import { type ImportedNir, prepareNir } from "../../../sim/nir/import.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { node } from "../../nir-nodes.js";
import { EULER } from "./fixtures.js";

const int = (...values: number[]): NirArray => nirArray(values, values.length === 1 ? [] : [values.length], "i8");
const reals = (...values: number[]): NirArray => nirArray(values, [values.length], "f8");
const port = (type: "Input" | "Output", shape: number[]): NirNode => node(type, { shape: nirArray(shape, [shape.length], "i8") });

/** Edges as "a b". */
function graph(nodes: Record<string, NirNode>, ...edges: string[]): NirFile {
  const pairs = edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  return { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges: pairs, metadata: new Map() } };
}

const prepare = (file: NirFile, options: Partial<NirOptions> = {}): ImportedNir =>
  prepareNir(file, "test", { ...EULER, dtSeconds: 1, ...options });
function run(file: NirFile, input: number[], record: string, options: Partial<NirOptions> = {}): NirRun & { voltages: number[][] } {
  const imported = prepare(file, options);
  const size = imported.shapes.get("in")!.input.reduce((product, n) => product * n, 1);
  const voltages: number[][] = [];
  const watch = (step: number, name: string, { voltage }: { readonly voltage: Float64Array | null }) => {
    if (name === record && voltage !== null) voltages[step] = [...voltage];
  };
  return { ...createNirEngine(imported).run(new Map([["in", Float64Array.from(input)]]), input.length / size, [record], watch), voltages };
}
const values = (result: NirRun, name: string): number[] => [...result.outputs.get(name)!];
const single = (shape: number[], inner: NirNode): NirFile => graph({ in: port("Input", shape), x: inner }, "in x");

describe("connections against plain loops", () => {
  test("Conv2d with different kernel, stride, padding and dilation per axis, and groups, equals the sum over all taps", () => {
    const axis = fc.record({
      k: fc.integer({ min: 1, max: 3 }),
      s: fc.integer({ min: 1, max: 3 }),
      p: fc.integer({ min: 0, max: 2 }),
      d: fc.integer({ min: 1, max: 2 }),
      n: fc.integer({ min: 5, max: 7 }),
    });
    const cases = fc.record({
      y: axis,
      x: axis,
      groups: fc.constantFrom(1, 2),
      perIn: fc.integer({ min: 1, max: 2 }),
      perOut: fc.integer({ min: 1, max: 2 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ y, x, groups, perIn, perOut, seed }) => {
        const rng = createRng(seed, "conv");
        const [ci, co] = [groups * perIn, groups * perOut];
        const weight = Array.from({ length: co * perIn * y.k * x.k }, () => (rng.float() < 0.3 ? 0 : rng.int(-3, 3)));
        const input = Array.from({ length: ci * y.n * x.n }, () => (rng.float() < 0.5 ? 0 : 1));
        const bias = Array.from({ length: co }, () => rng.int(-2, 2));
        const conv = node("Conv2d", {
          weight: nirArray(weight, [co, perIn, y.k, x.k]),
          bias: reals(...bias),
          stride: nirArray([y.s, x.s], [2], "i8"),
          padding: nirArray([y.p, x.p], [2], "i8"),
          dilation: nirArray([y.d, x.d], [2], "i8"),
          groups: int(groups),
        });
        const imported = prepare(single([ci, y.n, x.n], conv));
        const engine = createNirEngine(imported);
        const got = [...engine.run(new Map([["in", Float64Array.from(input)]]), 1, ["x"]).outputs.get("x")!];
        const [oh, ow] = [y, x].map((a) => Math.floor((a.n + 2 * a.p - a.d * (a.k - 1) - 1) / a.s) + 1);
        expect(imported.shapes.get("x")!.output).toEqual([co, oh, ow]);
        const expected: number[] = [];
        let [effective, dense] = [0, 0];
        for (let o = 0; o < co; o++)
          for (let oy = 0; oy < oh; oy++)
            for (let ox = 0; ox < ow; ox++) {
              let sum = bias[o];
              for (let i = 0; i < perIn; i++)
                for (let ky = 0; ky < y.k; ky++)
                  for (let kx = 0; kx < x.k; kx++) {
                    const [iy, ix] = [oy * y.s - y.p + ky * y.d, ox * x.s - x.p + kx * x.d];
                    if (iy < 0 || ix < 0 || iy >= y.n || ix >= x.n) continue;
                    const v = input[((Math.floor(o / perOut) * perIn + i) * y.n + iy) * x.n + ix];
                    const w = weight[((o * perIn + i) * y.k + ky) * x.k + kx];
                    sum += v * w;
                    dense++;
                    if (v !== 0 && w !== 0) effective++;
                  }
              expected.push(sum);
            }
        expect(got).toEqual(expected);
        expect(engine.metrics()).toMatchObject({ effectiveAcs: effective, denseOperations: dense });
      }),
      { numRuns: 150, seed: 77 },
    );
  });

  test('Conv1d takes "same" and "valid"; pools sum and average, including padding; Flatten keeps the outer axes', () => {
    const conv = (padding: string): NirFile =>
      single(
        [1, 5],
        node("Conv1d", { weight: nirArray([1, 10], [1, 1, 2]), bias: reals(0), stride: int(1), padding, dilation: int(1), groups: int(1) }),
      );
    expect(values(run(conv("valid"), [1, 2, 3, 4, 5], "x"), "x")).toEqual([21, 32, 43, 54]);
    expect(values(run(conv("same"), [1, 2, 3, 4, 5], "x"), "x")).toEqual([21, 32, 43, 54, 5]);
    const pool = (type: string): NirFile =>
      single([1, 2, 3], node(type, { kernel_size: int(2, 2), stride: int(1, 2), padding: int(0, 1) }));
    expect(values(run(pool("SumPool2d"), [1, 2, 3, 4, 5, 6], "x"), "x")).toEqual([5, 16]);
    expect(values(run(pool("AvgPool2d"), [1, 2, 3, 4, 5, 6], "x"), "x")).toEqual([1.25, 4]);
    expect(prepare(single([2, 3, 4], node("Flatten", { start_dim: int(1), end_dim: int(-1) }))).shapes.get("x")!.output).toEqual([2, 12]);
  });

  test("Scale multiplies, Threshold is strictly above, Delay delays each element by round(delay / dt) steps", () => {
    expect(values(run(single([2], node("Scale", { scale: reals(2, -1) })), [3, 4], "x"), "x")).toEqual([6, -4]);
    expect(values(run(single([3], node("Threshold", { threshold: reals(1, 1, 1) })), [0.9, 1, 1.1], "x"), "x")).toEqual([0, 0, 1]);
    const delayed = run(single([2], node("Delay", { delay: reals(1, 2.2) })), [1, 10, 2, 20, 3, 30, 4, 40], "x");
    expect(values(delayed, "x")).toEqual([0, 0, 1, 0, 2, 10, 3, 20]);
    const some = run(single([2], node("Delay", { delay: reals(0, 1) })), [1, 10, 2, 20, 3, 30], "x");
    expect(values(some, "x")).toEqual([1, 0, 2, 10, 3, 20]);
  });
});

describe("neurons against closed forms", () => {
  const leaky = { tau: reals(4), r: reals(2), v_leak: reals(0.5) };

  test("LI under constant input: v = e (1 - (1 - 1/4)^t) by euler, with exp(-t/4) by zoh; e = v_leak + r I", () => {
    const end = 0.5 + 2 * 3;
    const [euler, zoh] = (["euler", "zoh"] as const).map((scheme) =>
      values(run(single([1], node("LI", leaky)), new Array(8).fill(3), "x", { scheme }), "x"),
    );
    for (let t = 1; t <= 8; t++) {
      expect(euler[t - 1]).toBeCloseTo(end * (1 - 0.75 ** t), 12);
      expect(zoh[t - 1]).toBeCloseTo(end * (1 - Math.exp(-t / 4)), 12);
    }
  });

  test("IF adds its input: 0.4 per step exceeds 1 at step 3; subtract keeps the excess, zero resets to v_reset", () => {
    const neuron = node("IF", { r: reals(1), v_threshold: reals(1), v_reset: reals(-0.1) });
    const voltage = (reset: NirOptions["reset"]): number => run(single([1], neuron), [0.4, 0.4, 0.4], "x", { reset }).voltages[2][0];
    expect(values(run(single([1], neuron), [0.4, 0.4, 0.4], "x"), "x")).toEqual([0, 0, 1]);
    expect(voltage("subtract")).toBeCloseTo(0.2, 12);
    expect(voltage("zero")).toBe(-0.1);
  });

  test("IF takes dt = 1 or the real dt, by option; a voltage equal to the threshold does not spike", () => {
    const neuron = node("IF", { r: reals(1), v_threshold: reals(1) });
    expect(values(run(single([1], neuron), [1, 0.5], "x", { dtSeconds: 0.001 }), "x")).toEqual([0, 1]);
    expect(run(single([1], neuron), [1, 0.5], "x", { dtSeconds: 0.001, integratorGain: "dt" }).voltages[1][0]).toBeCloseTo(0.0015, 12);
  });

  test("CubaLI filters first: after one step v includes the new current", () => {
    const neuron = node("CubaLI", { tau_syn: reals(2), tau_mem: reals(4), r: reals(1), v_leak: reals(0), w_in: reals(3) });
    const got = values(run(single([1], neuron), [1, 0], "x"), "x");
    const [i0, i1] = [1.5, 0.75];
    expect(got[0]).toBeCloseTo(i0 / 4, 12);
    expect(got[1]).toBeCloseTo((i0 / 4) * 0.75 + i1 / 4, 12);
  });

  test("exact: CubaLI is the solution of both equations, integrated in small steps, also with equal constants; zoh is earlier", () => {
    const random = createRng(11, "cuba");
    const draw = (low: number, high: number): number => low + (high - low) * random.float();
    const cuba = (s: number, m: number, r = 1, leak = 0, w = 1): NirNode =>
      node("CubaLI", { tau_syn: reals(s), tau_mem: reals(m), r: reals(r), v_leak: reals(leak), w_in: reals(w) });
    for (const ratio of [1, 1 + 1e-7, 1 + 1e-4, 1 - 3e-4, 0.5, 3, 40, 0.02]) {
      const [m, r, leak, w] = [draw(0.3, 5), draw(0.5, 2), draw(-1, 1), draw(0.5, 2)];
      const s = m * ratio;
      const input = Array.from({ length: 3 }, () => draw(-1, 2));
      const got = values(run(single([1], cuba(s, m, r, leak, w)), input, "x", { scheme: "exact" }), "x");
      let [i, v] = [0, 0];
      for (const [t, x] of input.entries()) {
        // Runge and Kutta's rule of fourth order
        const h = 1 / 1000;
        for (let k = 0; k < 1000; k++) {
          const slope = (di: number, dv: number): [number, number] => [(w * x - i - di) / s, (leak - v - dv + r * (i + di)) / m];
          const a = slope(0, 0);
          const b = slope((h / 2) * a[0], (h / 2) * a[1]);
          const c = slope((h / 2) * b[0], (h / 2) * b[1]);
          const d = slope(h * c[0], h * c[1]);
          i += (h / 6) * (a[0] + 2 * b[0] + 2 * c[0] + d[0]);
          v += (h / 6) * (a[1] + 2 * b[1] + 2 * c[1] + d[1]);
        }
        expect(got[t], `constants ${s} and ${m}, step ${t}`).toBeCloseTo(v, 8);
      }
    }
    const held = (scheme: NirOptions["scheme"]): string =>
      values(run(single([1], cuba(2, 2)), [1, 1, 1], "x", { scheme }), "x")
        .map((v) => v.toFixed(3))
        .join(", ");
    expect([held("zoh"), held("exact")]).toEqual(["0.155, 0.343, 0.513", "0.090, 0.264, 0.442"]);
  });

  test("exact: a strong input crosses as often as the remaining time allows; between crossings the excess is kept", () => {
    const neuron = node("IF", { r: reals(1), v_threshold: reals(1) });
    const result = run(single([1], neuron), [3.5], "x", { scheme: "exact", reset: "subtract" });
    expect(values(result, "x")).toEqual([3]);
    expect(result.voltages[0][0]).toBeCloseTo(0.5, 12);
  });

  test("exact: a neuron sends the spikes of its own step alone; beyond 1000 in a step, as without end, it is refused", () => {
    const ends = (input: number, reset: NirOptions["reset"], fields: Record<string, NirArray> = {}) =>
      values(
        run(single([1], node("IF", { r: reals(1), v_threshold: reals(1), ...fields })), [input, 0], "x", { scheme: "exact", reset }),
        "x",
      );
    for (const reset of ["subtract", "zero"] as const) {
      expect(ends(1000.5, reset)).toEqual([1000, 0]);
      expect(() => ends(1001.5, reset)).toThrow(/scheme: exact: neuron 0 of x spikes more than 1000 times in a step/);
    }
    expect(() => ends(0.5, "subtract", { v_threshold: reals(0) })).toThrow(/more than 1000/);
    expect(() => ends(1.5, "zero", { v_reset: reals(2) })).toThrow(/more than 1000/);
  });
});

describe("order, circles and names", () => {
  const linear = (w: number): NirNode => node("Linear", { weight: nirArray([w], [1, 1]) });
  const fires = node("IF", { r: reals(1), v_threshold: reals(0.5) });

  test("a layer's own recurrent weights see the step before; the recurrent bias acts from the first step", () => {
    const file = graph(
      { in: port("Input", [1]), a: fires, w: node("Affine", { weight: nirArray([-10], [1, 1]), bias: reals(0.25) }) },
      "in a",
      "a w",
      "w a",
    );
    expect(prepare(file).schedule.delayedEdges).toEqual([{ from: "a", to: "w" }]);
    // 0.3 + 0.25 crosses at once; then -10 keeps it below
    expect(values(run(file, [0.3, 0.3], "a"), "a")).toEqual([1, 0]);
  });

  test("feedback from a later layer is one step late, the forward way is not, for any order of names", () => {
    const file = graph(
      { in: port("Input", [1]), z: fires, m: linear(1), a: fires, back: linear(-5) },
      "in z",
      "z m",
      "m a",
      "a back",
      "back z",
    );
    expect(prepare(file).schedule.delayedEdges).toEqual([{ from: "a", to: "back" }]);
    const result = run(file, [1, 1], "a");
    expect(values(result, "a")).toEqual([1, 0]);
  });

  test("a circle through a Delay needs no further delay; a circle without neuron or delay is an error that names it", () => {
    const hold = graph(
      { in: port("Input", [1]), sum: linear(1), wait: node("Delay", { delay: reals(1) }) },
      "in sum",
      "sum wait",
      "wait sum",
    );
    expect(values(run(hold, [1, 0, 0], "sum"), "sum")).toEqual([1, 1, 1]);
    const loop = graph({ in: port("Input", [1]), p: linear(1), q: linear(1) }, "in p", "p q", "q p");
    expect(() => prepare(loop)).toThrow(/a cycle without a neuron or a delay: p -> q -> p/);
  });

  test("nested graphs are flattened into dotted names; several edges into one node add up", () => {
    const inner = graph({ i: port("Input", [1]), twice: linear(2), o: port("Output", [1]) }, "i twice", "twice o").graph;
    const nested: NirNode = { type: "NIRGraph", fields: new Map(), metadata: new Map(), graph: inner };
    const file = graph({ in: port("Input", [1]), g: nested, out: port("Output", [1]) }, "in g", "g out", "in out");
    expect(values(run(file, [3], "out"), "out")).toEqual([9]);
    const { report } = prepare(file);
    expect(report.nodes.map((one) => one.name)).toContain("g.twice");
    expect(report.assumed).toContain("several edges into one node add up: out");
  });

  test("all edges of unequal shapes and all unreachable nodes are reported together", () => {
    const wide = node("Linear", { weight: nirArray([1, 2, 3], [1, 3]) });
    const file = graph(
      { in: port("Input", [2]), wide, lost: node("Flatten", { start_dim: int(0), end_dim: int(-1) }), out: port("Output", [4]) },
      "in wide",
      "wide out",
    );
    expect(() => prepare(file)).toThrow(
      /lost: its shape cannot be inferred[^\n]*\n[^\n]*\n[^\n]*edge in -> wide joins shape \[2\] to shape \[3\]/,
    );
    expect(() => prepare(file)).toThrow(/edge wide -> out joins shape \[1\] to shape \[4\]/);
  });

  test("one value for a whole layer is repeated, with a warning", () => {
    const file = graph(
      { in: port("Input", [3]), x: node("LI", { tau: nirArray([4], [], "f8"), r: reals(1, 1, 1), v_leak: reals(0, 0, 0) }) },
      "in x",
    );
    expect(prepare(file).report.warnings).toEqual(["x: tau given as one value, taken for all 3 neurons"]);
  });

  test("a layer call with any input outside -1, 0, 1 is all MAC, one without is all AC", () => {
    const file = single([2], node("Linear", { weight: nirArray([1, 0, 2, 3], [2, 2]) }));
    const engine = createNirEngine(prepare(file));
    engine.run(new Map([["in", Float64Array.of(1, 1, 0, 2, 1, 2, -1, 0)]]), 4, []);
    expect(engine.metrics()).toMatchObject({ effectiveAcs: 3 + 2, effectiveMacs: 1 + 3, denseOperations: 16, connectionSparsity: 0.25 });
  });
});

test("a run keeps the values of the nodes that are asked for, and refuses more than memory holds by their number", () => {
  const file = graph({ in: port("Input", [1]), w: node("Linear", { weight: nirArray(new Float64Array(2 ** 15), [2 ** 15, 1]) }) }, "in w");
  const engine = createNirEngine(prepare(file));
  const inputs = new Map([["in", new Float64Array(3)]]);
  let met = 0;
  const run = engine.run(inputs, 3, ["in"], (step, name, { output }) => {
    met += name === "w" ? step * output.length : 0;
  });
  expect([[...run.outputs.keys()], met]).toEqual([["in"], 3 * 2 ** 15]);
  expect(() => engine.run(inputs, 2 ** 14, ["w"])).toThrow(
    /16384 steps of 32768 values \(w\) are 536870912; at most 268435456 can be recorded/,
  );
});
