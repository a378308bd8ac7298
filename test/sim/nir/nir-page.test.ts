/**
 * docs/integers.md says enough to compute the integers of a NIR file: its second program, which is all in the page,
 * gives the spikes, voltages and currents of the reference engine.
 */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import { actsInNextStep, type LayerWidths, type Precision, RESET_RULES } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { createGraphReference } from "../../../sim/functional/graph-reference.js";
import { type IntegerGraph, widthOf } from "../../../sim/functional/integer-graph.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import type { NirInputs } from "../../../sim/nir/topology.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { node, whole } from "../../nir-nodes.js";
import { hasNumpy, printedBy, type Spy } from "../../rtl/page-program.js";
import { Draw } from "../../rtl/random-cores.js";

const SEED = 4471;
const NETWORKS = cases(150);
const TYPES = ["IF", "LIF", "CubaLIF", "I", "LI", "CubaLI"] as const;
const FIRING = ["IF", "LIF", "CubaLIF"] as const;
const DT = 1e-3;

type Shape = readonly number[];
const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** A network that is being drawn. */
class Drawn {
  readonly nodes = new Map<string, NirNode>();
  readonly edges: { from: string; to: string }[] = [];

  constructor(readonly draw: Draw) {}

  /** Adds a node behind others, under a name whose place in the alphabet is drawn. */
  add(kind: string, made: NirNode, ...sources: readonly string[]): string {
    const name = `${"zamkq"[this.draw.int(0, 4)]}${this.nodes.size}${kind}`;
    this.nodes.set(name, made);
    for (const from of sources) this.edges.push({ from, to: name });
    return name;
  }

  values(shape: Shape, low: number, high: number): NirValue {
    return nirArray(
      Array.from({ length: sizeOf(shape) }, () => low + (high - low) * this.draw.share()),
      shape,
    );
  }

  weights(shape: Shape, low: number, high: number): NirValue {
    const zeros = this.draw.of("zeros", 0, 0, 0.5);
    return nirArray(
      Array.from({ length: sizeOf(shape) }, () => (this.draw.share() < zeros ? 0 : low + (high - low) * this.draw.share())),
      shape,
    );
  }

  neurons(type: (typeof TYPES)[number], shape: Shape, ...sources: readonly string[]): string {
    const { draw } = this;
    const loud = draw.of("loud neurons", 1, 1, 1, 1e4, 1e-9);
    const r = this.values(shape, draw.of("r below 0", 0.5, 0.5, -0.5) * loud, 2 * loud);
    const rest = draw.of("rest", 0, 1, 1, 1e9);
    const leaks = { v_leak: this.values(shape, -rest, rest) };
    const tau = (): NirValue => this.values(shape, draw.of("short tau", 0.4, 1.1, 1.1) * DT, 9 * DT);
    const fires = {
      ...(type.endsWith("IF") && { v_threshold: this.values(shape, 0.3, 2) }),
      ...(type.endsWith("IF") && draw.of("reset value", false, true) && { v_reset: this.values(shape, -3, 0.3) }),
    };
    if (type === "I" || type === "IF") return this.add(type, node(type, { r, ...fires }), ...sources);
    if (type === "LI" || type === "LIF") return this.add(type, node(type, { r, ...fires, ...leaks, tau: tau() }), ...sources);
    const gain = draw.of("w_in", false, true) ? { w_in: this.values(shape, 0.5, 3) } : {};
    return this.add(type, node(type, { r, ...fires, ...leaks, ...gain, tau_mem: tau(), tau_syn: tau() }), ...sources);
  }

  /** Weights from places to places, with a Scale before or behind them. */
  matrix(from: string, inputs: number, outputs: number, gain = 1): string {
    const { draw } = this;
    let last = from;
    if (draw.of("scale before", false, false, true))
      last = this.add("before", node("Scale", { scale: this.values([inputs], 0.3, 2) }), last);
    const weight = this.weights([outputs, inputs], -1.2 * gain, 2 * gain);
    const affine = draw.of("bias", false, true) ? { bias: this.values([outputs], -0.3, 0.5) } : null;
    last = this.add("weights", affine === null ? node("Linear", { weight }) : node("Affine", { weight, ...affine }), last);
    return draw.of("scale behind", false, false, true)
      ? this.add("behind", node("Scale", { scale: this.values([outputs], 0.3, 2) }), last)
      : last;
  }

  delay(from: string, count: number): string {
    const steps = Array.from({ length: count }, () => this.draw.int(0, 3));
    return this.add(
      "delay",
      node("Delay", {
        delay: nirArray(
          steps.map((s) => s * DT),
          [count],
        ),
      }),
      from,
    );
  }

  /** A convolution and pools over a grid or a line, and neurons behind them. */
  grid(from: string, before: Shape): { readonly last: string; readonly shape: Shape } {
    const { draw } = this;
    const isPlane = before.length === 3;
    let [last, shape] = [from, before];
    if (isPlane && draw.of("pool before", false, false, true)) [last, shape] = this.pool(last, shape);
    const groups = draw.of("groups", 1, 1, shape[0]);
    const made = groups * draw.int(1, 2);
    const size = shape.slice(1).map((extent) => draw.int(1, Math.min(3, extent)));
    const axes = (name: string, ...from: readonly number[]): readonly number[] => size.map(() => draw.of(name, ...from));
    const [stride, padding, dilation] = [axes("stride", 1, 1, 2), axes("padding", 0, 1), axes("dilation", 1, 1, 2)];
    const after = size.map((taps, a) => Math.floor((shape[a + 1] + 2 * padding[a] - dilation[a] * (taps - 1) - 1) / stride[a]) + 1);
    if (Math.min(...after) < 1) return { last: this.neurons("IF", shape, last), shape };
    const fields = {
      ...{ weight: this.weights([made, shape[0] / groups, ...size], -1, 2), bias: this.values([made], -0.2, 0.3) },
      ...{ stride: whole(...stride), padding: whole(...padding), dilation: whole(...dilation), groups: nirArray([groups], [], "i8") },
    };
    last = this.add("convolution", node(draw.of("convolution", isPlane ? "Conv2d" : "Conv1d"), fields), last);
    shape = [made, ...after];
    if (isPlane && draw.of("pool behind", false, true) && Math.min(...after) > 1) [last, shape] = this.pool(last, shape);
    return { last: this.neurons(draw.of("type", ...FIRING), shape, last), shape };
  }

  pool(from: string, [channels, ...extent]: Shape): [string, Shape] {
    const { draw } = this;
    const size = Math.min(2, ...extent);
    const stride = draw.of("pool stride", 1, 2);
    const type = draw.of("pool", "SumPool2d", "AvgPool2d");
    const last = this.add(
      "pool",
      node(type, { kernel_size: whole(size, size), stride: whole(stride, stride), padding: whole(0, 0) }),
      from,
    );
    return [last, [channels, ...extent.map((n) => Math.floor((n - size) / stride) + 1)]];
  }
}

function networkOf(draw: Draw): {
  readonly file: NirFile;
  readonly neurons: readonly string[];
  readonly sums: readonly string[];
  readonly kinds: NirInputs[];
} {
  const net = new Drawn(draw);
  const neurons: string[] = [];
  const inputs = draw.of("inputs", 1, 1, 2);
  const kinds = Array.from({ length: inputs }, () => draw.of<NirInputs>("values", "binary", "events", "analogue"));
  const entered: { name: string; size: number }[] = [];
  for (let i = 0; i < inputs; i++) {
    const places = draw.of("places", "list", "list", "line", "plane");
    const shape = { list: [draw.int(2, 6)], line: [draw.int(1, 2), 7], plane: [draw.int(1, 2), 4, 4] }[places];
    const name = net.add("input", node("Input", { shape: whole(...shape) }));
    if (places === "list") {
      entered.push({ name, size: shape[0] });
      continue;
    }
    const made = net.grid(name, shape);
    neurons.push(made.last);
    const fields = { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(...made.shape) };
    entered.push({ name: net.add("flat", node("Flatten", fields), made.last), size: sizeOf(made.shape) });
  }
  const layers = draw.int(1, 2);
  let before = entered;
  for (let l = 0; l < layers; l++) {
    const size = draw.int(2, 6);
    const arriving = before.map((one) => {
      const from = draw.of("delay", false, false, true) ? net.delay(one.name, one.size) : one.name;
      return net.matrix(from, one.size, size);
    });
    if (draw.of("two ways", false, false, true)) arriving.push(net.matrix(before[0].name, before[0].size, size));
    const skipped = l > 0 && draw.of("skip", false, true) ? [net.matrix(entered[0].name, entered[0].size, size)] : [];
    const name = net.neurons(draw.of("type", ...FIRING), [size], ...arriving, ...skipped);
    neurons.push(name);
    if (draw.of("recurrent", false, true)) net.edges.push({ from: net.matrix(name, size, size, 0.5), to: name });
    if (draw.of("delayed feedback", false, false, true)) {
      const late = net.add(
        "late",
        node("Delay", { delay: nirArray(new Array<number>(size).fill(draw.of("feedback delay", 1, 2) * DT), [size]) }),
        name,
      );
      net.edges.push({ from: net.matrix(late, size, size, 0.5), to: name });
    }
    before = [{ name, size }];
  }
  const [{ name: last, size }] = before;
  const end = draw.of("end", "spikes", "sums", "voltages", "voltages", "two outputs");
  const output = (count: number, from: string): string => net.add("output", node("Output", { shape: whole(count) }), from);
  const sums: string[] = [];
  if (end === "spikes" || end === "two outputs") output(size, last);
  if (end === "sums") sums.push(output(3, net.matrix(last, size, 3, draw.of("loud sums", 1, 1e3))));
  if (end === "voltages" || end === "two outputs") {
    const read = net.neurons(draw.of("type", "I", "LI", "CubaLI"), [3], net.matrix(last, size, 3));
    neurons.push(read);
    output(3, read);
  }
  return { file: { version: "1.0", graph: { nodes: net.nodes, edges: net.edges, metadata: new Map() } }, neurons, sums, kinds };
}

function precisionOf(draw: Draw, forgets: boolean): Precision {
  const stateBits = draw.of("state bits", 8, 10, 16, 24);
  return {
    integers: "quantised",
    layers: {},
    weightBits: draw.of("weight bits", 2, 3, 5, 8, 16),
    weightScale: "max",
    stateBits,
    stateFractionBits: draw.int(0, Math.min(16, stateBits - 1)),
    accumulatorBits: draw.of("accumulator bits", 12, 13, 16, 24, 32),
    accumulatorOverflow: draw.of("overflow", "saturate", "wrap"),
    lutBits: 8,
    gateBits: draw.of("gate bits", 2, 6, 8, 15),
    leak: forgets ? draw.of("leak", "multiplier", "shift", "truncate") : "multiplier",
    spikeBits: null,
  };
}

function optionsOf(draw: Draw): NirOptions {
  const reset = draw.of("reset", ...RESET_RULES);
  return {
    dtSeconds: DT,
    reset,
    scheme: draw.of("scheme", "euler", "zoh"),
    integratorGain: draw.of("integrator gain", "unit", "unit", "dt"),
    refractorySeconds: actsInNextStep(reset) ? 0 : draw.of("pause", 0, DT, 2.4 * DT),
  };
}

interface Case {
  readonly files: { readonly [name: string]: string };
  readonly words: readonly string[];
  readonly output: string | null;
  readonly compared: number;
  readonly met: readonly string[];
}

const rows = (values: ArrayLike<number>, width: number): string =>
  Array.from(
    { length: values.length / width },
    (_, s) => `${Array.from({ length: width }, (_, i) => values[s * width + i]).join()}\n`,
  ).join("");

const nested = ({ data, shape }: { readonly data: ArrayLike<number>; readonly shape: Shape }): unknown => {
  if (shape.length === 0) return data[0];
  const [first, ...others] = shape;
  const step = sizeOf(others);
  const part = (i: number): ArrayLike<number> => Array.from({ length: step }, (_, k) => data[i * step + k]);
  return Array.from({ length: first }, (_, i) => nested({ data: part(i), shape: others }));
};

/** The file's content as the program reads it. */
function textOf({ graph }: NirFile): string {
  const nodes = [...graph.nodes].map(([name, { type, fields }]) => [
    name,
    { type, ...Object.fromEntries([...fields].flatMap(([field, value]) => (typeof value === "string" ? [] : [[field, nested(value)]]))) },
  ]);
  return JSON.stringify({ nodes: Object.fromEntries(nodes), edges: graph.edges.map(({ from, to }) => [from, to]) });
}

function caseOf(seed: number): Case {
  const draw = new Draw(createRng(seed, "nir page"));
  const { file, neurons, sums, kinds } = networkOf(draw);
  const options = optionsOf(draw);
  const types = neurons.map((name) => file.graph.nodes.get(name)?.type ?? "");
  const network = precisionOf(
    draw,
    types.some((type) => type !== "I" && type !== "IF"),
  );
  const own = (cell: boolean): LayerWidths => ({
    ...(draw.int(0, 2) === 0 && { weightBits: draw.of("own weight_bits", 2, 3, 6) }),
    ...(draw.int(0, 2) === 0 && { accumulatorBits: draw.of("own accumulator_bits", 12, 14, 20) }),
    ...(cell && draw.int(0, 2) === 0 && { stateBits: draw.of("own state_bits", 8, 9, 15) }),
    ...(cell && draw.int(0, 2) === 0 && { stateFractionBits: draw.of("own state_fraction_bits", 0, 3, 6) }),
  });
  const layers = draw.of("own widths", false, true)
    ? Object.fromEntries([...neurons.map((name) => [name, own(true)]), ...sums.map((name) => [name, own(false)])])
    : {};
  const precision = { ...network, layers };
  const imported = prepareNir(file, "random", options);
  // inputs are in the order of their names
  const { graph } = integerNir(imported, precision, kinds);
  const width = widthOf(graph);
  const steps = draw.int(4, 14);
  const real = valuesOf(draw, graph, kinds, steps);
  const inputs = new Int32Array(real.length);
  const runnable = runnableGraph(graph);
  const clamped = runnable.toInputs(real, inputs);
  const states = new Map<string, number[]>();
  const run = createGraphReference(graph).run(inputs, (_, p, { voltage, current }) => {
    const { name } = graph.populations[p];
    states.set(`${name}.voltage`, [...(states.get(`${name}.voltage`) ?? []), ...Array.from(voltage)]);
    states.set(`${name}.current`, [...(states.get(`${name}.current`) ?? []), ...Array.from(current)]);
  });
  const files: Record<string, string> = { "net.json": textOf(file), "spikes.csv": rows(real, width) };
  const words: string[] = [];
  const compare = (name: string, values: ArrayLike<number>, count: number): void => {
    files[`${name}.csv`] = rows(values, count);
    words.push(`${name}=${name}.csv`);
  };
  for (const [p, { name, neurons: count }] of graph.populations.entries()) {
    const sent = new Int32Array(steps * count);
    for (let step = 0; step < steps; step++) {
      const group = step * graph.populations.length + p;
      for (let e = run.eventStart[group]; e < run.eventStart[group + 1]; e++) sent[step * count + run.neuron[e]] = run.payload[e];
    }
    compare(name, sent, count);
    for (const state of ["voltage", "current"]) {
      const values = states.get(`${name}.${state}`);
      if (values !== undefined) compare(`${name}.${state}`, values, count);
    }
  }
  const classes = run.scores.length / steps;
  const totals = Array.from({ length: classes }, (_, c) =>
    Array.from({ length: steps }, (_, s) => run.scores[s * classes + c]).reduce((a, b) => a + b, 0),
  );
  const shared = graph.projections.some(({ kernel }) => kernel !== undefined);
  return {
    files,
    words: [...words, ...wordsOf(options, precision)],
    output: classes === 0 ? null : `output: ${totals.join(" ")}`,
    compared: words.length,
    met: [
      ...draw.choices,
      ...draw.choices.flatMap((choice) => (choice.startsWith("own ") ? [choice.split("=")[0]] : [])),
      ...types,
      ...(clamped > 0 ? ["clamped input"] : []),
      ...(run.accumulatorOverflows > 0 ? ["saturated or wrapped sum"] : []),
      ...(shared ? ["kernel"] : []),
      ...(graph.projections.some(({ steps: late }) => late > 1) ? ["late by more than a step"] : []),
    ],
  };
}

function valuesOf(draw: Draw, { inputs, populations }: IntegerGraph, kinds: readonly NirInputs[], steps: number): Float32Array {
  const width = inputs.reduce((sum, { population }) => sum + populations[population].neurons, 0);
  const out = new Float32Array(steps * width);
  for (const [i, { population, first }] of inputs.entries()) {
    const { neurons } = populations[population];
    const make = {
      binary: () => Number(draw.share() < 0.5),
      events: () => (draw.share() < 0.1 ? 200 : draw.int(-3, 4)),
      analogue: () => 6 * draw.share() - 2,
    }[kinds[i]];
    for (let s = 0; s < steps; s++) for (let n = 0; n < neurons; n++) out[s * width + first + n] = make();
  }
  return out;
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function wordsOf({ dtSeconds, reset, scheme, integratorGain, refractorySeconds }: NirOptions, precision: Precision): readonly string[] {
  const { weightBits, stateBits, stateFractionBits, accumulatorBits, accumulatorOverflow, gateBits, leak } = precision;
  const widths = { weightBits, stateBits, stateFractionBits, accumulatorBits, accumulatorOverflow, gateBits, leak };
  return [
    ...[`dt=${dtSeconds}`, `reset=${reset}`, `scheme=${scheme}`, `integrator_gain=${integratorGain}`, `refractory=${refractorySeconds}`],
    ...Object.entries(widths).map(([key, value]) => `${snake(key)}=${value}`),
    ...Object.entries(precision.layers).flatMap(([name, own]) =>
      Object.entries(own).map(([key, bits]) => `layers.${name}.${snake(key)}=${bits}`),
    ),
  ];
}

const says = (what: string, condition: string): string => `print("met", "${what}") if np.any(${condition}) else None`;
const SPIES: readonly Spy[] = [
  { after: "def clamp(", statements: [says("state below", "x < -most(bits) - 1"), says("state above", "x > most(bits)")] },
  {
    after: "def word(",
    statements: [says("constant beyond 32 bits", "np.abs(x) > 2**31")],
  },
  {
    after: "ratio = np.abs(step).max()",
    statements: [
      says("multiplier at its bound", "ratio >= 2**20"),
      says("shift 0", "ratio > 2**15"),
      says("shift 40", "(ratio > 0) & (ratio < 2**-25)"),
      says("multiplier below 0", "step < 0"),
    ],
  },
  {
    after: "pre = self.pre.of(sums)",
    statements: [says("score below", "self.readout & (pre < -(2**15))"), says("score above", "self.readout & (pre >= 2**15)")],
  },
  {
    after: "q = np.where(waits",
    statements: [
      says("a pause holds a voltage above the threshold", "waits & (v > T)"),
      says("reset beyond the state", '(q > 0) & (self.reset == "zero") & (clamp(self.v_reset, self.bits) != self.v_reset)'),
      ...RESET_RULES.map((rule) => says(`spike, ${rule}`, `(q > 0) & (self.reset == "${rule}")`)),
      ...RESET_RULES.filter(actsInNextStep).map((rule) => says(`two spikes, ${rule}`, `(q > 0) & was & (self.reset == "${rule}")`)),
    ],
  },
];

const title = "the second program of docs/integers.md computes";
const DEMANDED = [
  ...TYPES,
  ...RESET_RULES.map((rule) => `spike, ${rule}`),
  ...["snntorch-subtract", "snntorch-delayed-subtract"].map((rule) => `two spikes, ${rule}`),
  ...["scheme=euler", "scheme=zoh", "integrator gain=dt", "leak=multiplier", "leak=shift", "leak=truncate", "clamped input"],
  ...[
    "values=binary",
    "values=events",
    "values=analogue",
    "inputs=2",
    "two ways=true",
    "skip=true",
    "recurrent=true",
    "delayed feedback=true",
  ],
  ...["kernel", "pool=SumPool2d", "pool=AvgPool2d", "pool before=true", "pool behind=true", "scale before=true", "scale behind=true"],
  ...["end=spikes", "end=sums", "end=voltages", "end=two outputs", "late by more than a step", "saturated or wrapped sum"],
  ...["overflow=saturate", "overflow=wrap", "rest=1", "reset value=true", "w_in=true", "w_in=false", "bias=true"],
  ...["own weight_bits", "own accumulator_bits", "own state_bits", "own state_fraction_bits"],
  ...["state below", "state above", "score below", "score above", "multiplier at its bound", "multiplier below 0", "shift 0", "shift 40"],
  ...[
    "a pause holds a voltage above the threshold",
    "reset beyond the state",
    "constant beyond 32 bits",
    "feedback delay=1",
    "convolution=Conv1d",
    "convolution=Conv2d",
    "dilation=2",
  ],
];

test.skipIf(!hasNumpy)(
  `${title} every spike, voltage, current and output of ${NETWORKS} random NIR networks (seed ${SEED})${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  () => {
    const all = Array.from({ length: NETWORKS }, (_, n) => caseOf(SEED + n));
    const seen = new Counted("docs/integers.md, NIR");
    for (const { met } of all) seen.see(...met);
    const told = printedBy(
      "integers.md",
      "graph.py",
      all.map(({ files, words }) => ({ files, words: ["net.json", "spikes.csv", ...words] })),
      SPIES,
    );
    expect(told.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
    expect(told.filter((line) => line.endsWith("values, equal"))).toHaveLength(all.reduce((sum, { compared }) => sum + compared, 0));
    expect(told.filter((line) => line.startsWith("output: "))).toEqual(all.flatMap(({ output }) => (output === null ? [] : [output])));
    for (const line of told) if (line.startsWith("met ")) seen.see(line.slice(4));
    seen.expectEach(DEMANDED);
  },
  300_000,
);
