/**
 * docs/integers.md says enough to compute the integers of a NIR file: its second program, which is all in the page,
 * gives the spikes, voltages and currents of the reference engine.
 */
import { test } from "vitest";
import type { NirFile } from "../../../arch/formats/nir/graph.js";
import { actsInNextStep, type LayerWidths, type Precision, RESET_RULES } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { nirInputs } from "../../../sim/model.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { type TerminalInput, terminalInputs } from "../../../sim/nir/terminal-inputs.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { hasNumpy, type Spy } from "../../rtl/page-program.js";
import { Draw } from "../../rtl/random-cores.js";
import { type DrawnValues, DT, drawnNet, type Form, sizeOf } from "./drawn-net.js";
import { expectEqualRuns, type PageRun, rowsOf } from "./page-runs.js";

const SEED = 4471;
const NETWORKS = cases(120);
const TYPES = ["IF", "LIF", "CubaLIF", "I", "LI", "CubaLI"] as const;
const LEAKS = { quantised: "any", "from-file": "any", speck: "multiplier", xylo: "shift" } as const;

function precisionOf(draw: Draw, integers: Form): Precision {
  const isScaled = integers === "quantised";
  const bits = { quantised: [2, 3, 5, 8, 16], "from-file": [16], speck: [2, 4, 8], xylo: [2, 4, 8] }[integers];
  const states = { quantised: [8, 10, 16, 24], "from-file": [12, 16, 24], speck: [20, 24], xylo: [20, 24] }[integers];
  const stateBits = draw.of("state bits", ...states);
  const leak = LEAKS[integers];
  return {
    integers,
    layers: {},
    weightBits: draw.of("weight bits", ...bits),
    weightScale: "max",
    stateBits,
    stateFractionBits: isScaled ? Math.min(draw.int(0, Math.min(16, stateBits - 1)), stateBits - 2) : 8,
    accumulatorBits: draw.of("accumulator bits", 12, 13, 16, 24, 32),
    accumulatorOverflow: draw.of("overflow", "saturate", "wrap"),
    lutBits: 8,
    gateBits: draw.of("gate bits", 2, 6, 8, 15),
    leak: leak === "any" ? draw.of("leak", "multiplier", "shift", "truncate") : leak,
    spikeBits: null,
  };
}

function optionsOf(draw: Draw, integers: Form): NirOptions {
  const isScaled = integers === "quantised";
  const reset = integers === "speck" || integers === "xylo" ? "subtract" : draw.of("reset", ...RESET_RULES);
  return {
    dtSeconds: DT,
    reset,
    scheme: isScaled ? draw.of("scheme", "euler", "zoh") : "euler",
    integratorGain: isScaled ? draw.of("integrator gain", "unit", "unit", "dt") : "unit",
    refractorySeconds: actsInNextStep(reset) || (!isScaled && reset === "subtract") ? 0 : draw.of("pause", 0, DT, 2.4 * DT),
  };
}

const nested = ({ data, shape }: { readonly data: ArrayLike<number>; readonly shape: readonly number[] }): unknown => {
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

function caseOf(seed: number): PageRun {
  const draw = new Draw(createRng(seed, "nir page"));
  const integers = draw.of<Form>("integers", "quantised", "quantised", "quantised", "from-file", "speck", "xylo");
  const drawn = precisionOf(draw, integers);
  const { file, neurons, sums, kinds } = drawnNet(draw, drawn, true);
  const options = optionsOf(draw, integers);
  const types = neurons.map((name) => file.graph.nodes.get(name)?.type ?? "");
  const own = (cell: boolean): LayerWidths => ({
    ...(integers === "quantised" && draw.int(0, 2) === 0 && { weightBits: draw.of("own weight_bits", 2, 3, 6) }),
    ...(draw.int(0, 2) === 0 && { accumulatorBits: draw.of("own accumulator_bits", 12, 14, 20) }),
    ...(integers === "quantised" && cell && draw.int(0, 2) === 0 && { stateBits: draw.of("own state_bits", 8, 9, 15) }),
    ...(integers === "quantised" && cell && draw.int(0, 2) === 0 && { stateFractionBits: draw.of("own state_fraction_bits", 0, 3, 6) }),
  });
  /** With fewer fraction bits if no state above the threshold fits the word. */
  const spiking = (widths: LayerWidths): LayerWidths => {
    const most = (widths.stateBits ?? drawn.stateBits) - 2;
    return (widths.stateFractionBits ?? drawn.stateFractionBits) > most ? { ...widths, stateFractionBits: most } : widths;
  };
  const layers = draw.of("own widths", false, true)
    ? Object.fromEntries([...neurons.map((name) => [name, spiking(own(true))]), ...sums.map((name) => [name, own(false)])])
    : {};
  const forgets = types.some((type) => type !== "I" && type !== "IF");
  const precision: Precision = { ...drawn, leak: forgets ? drawn.leak : "multiplier", layers };
  const imported = prepareNir(file, "random", options);
  // inputs are in the order of their names
  const terminals = terminalInputs(imported);
  const width = terminals.reduce((sum, { size }) => sum + size, 0);
  const steps = draw.int(4, 14);
  const real = valuesOf(draw, terminals, kinds, steps);
  const samples = { name: "drawn", inputs: width, classes: 1, task: "sequence", features: real, hash: "" } as const;
  const one = { ...samples, frameStart: Uint32Array.of(0, steps), labels: Int32Array.of(-1) };
  const units = terminals.map((input) => nirInputs(FEATURES_AS_THEY_ARE.encoding, one, input, integers));
  const { graph } = integerNir(imported, precision, units);
  const inputs = new Int32Array(real.length);
  const runnable = runnableGraph(graph);
  const clamped = runnable.toInputs(real, inputs);
  const states = new Map<string, number[]>();
  const run = createGraphReference(graph).run(inputs, (_, p, { voltage, current }) => {
    const { name } = graph.populations[p];
    states.set(`${name}.voltage`, [...(states.get(`${name}.voltage`) ?? []), ...Array.from(voltage)]);
    states.set(`${name}.current`, [...(states.get(`${name}.current`) ?? []), ...Array.from(current)]);
  });
  const files: Record<string, string> = { "net.json": textOf(file), "spikes.csv": rowsOf(real, width) };
  const words: string[] = [];
  const compare = (name: string, values: ArrayLike<number>, count: number): void => {
    files[`${name}.csv`] = rowsOf(values, count);
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
      ...types.map((type) => (integers === "quantised" ? type : `${integers} ${type}`)),
      `${integers} ${precision.leak}`,
      ...(clamped > 0 ? ["clamped input"] : []),
      ...(run.accumulatorOverflows > 0 ? ["saturated or wrapped sum"] : []),
      ...(shared ? ["kernel"] : []),
      ...(graph.projections.some(({ steps: late }) => late > 1) ? ["late by more than a step"] : []),
    ],
  };
}

function valuesOf(draw: Draw, inputs: readonly TerminalInput[], kinds: readonly DrawnValues[], steps: number): Float32Array {
  const width = inputs.reduce((sum, { size }) => sum + size, 0);
  const out = new Float32Array(steps * width);
  for (const [i, { first, size }] of inputs.entries()) {
    const peak = draw.of("peak", 1, 1, 1 / 300, 90);
    const make = {
      binary: () => Number(draw.share() < 0.5),
      events: () => (draw.share() < 0.1 ? 200 : draw.int(-3, 4)),
      analogue: () => peak * (6 * draw.share() - 2),
    }[kinds[i]];
    for (let s = 0; s < steps; s++) for (let n = 0; n < size; n++) out[s * width + first + n] = make();
  }
  return out;
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function wordsOf({ dtSeconds, reset, scheme, integratorGain, refractorySeconds }: NirOptions, precision: Precision): readonly string[] {
  const { integers, weightBits, stateBits, stateFractionBits, accumulatorBits, accumulatorOverflow, gateBits, leak } = precision;
  const widths = { integers, weightBits, stateBits, stateFractionBits, accumulatorBits, accumulatorOverflow, gateBits, leak };
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
    after: "q = np.where(waits | (v <= T)",
    statements: [
      ...["speck", "xylo"].map((form) => says(`several spikes, ${form}`, `(FORM == "${form}") & (q > 1)`)),
      says("127 spikes", '(FORM == "speck") & (q == 127) & (v - q * L > T)'),
      says("31 spikes", "(self.most == 31) & (q == 31) & (v - q * L > T)"),
      says("one of more spikes", '(FORM == "xylo") & (self.most == 1) & (v - L > T)'),
      says("least voltage", '(FORM == "speck") & (v == -L)'),
    ],
  },
  {
    after: 'if FORM == "xylo":  # decays',
    statements: [says("decay by one", "(x >> words == 0) & (x > 0)"), says("decay below 0", "x < 0")],
  },
  {
    after: "def even(",
    statements: [says("half, xylo", '(FORM == "xylo") & (x % 1 == 0.5)'), says("half, speck", '(FORM == "speck") & (x % 1 == 0.5)')],
  },
  {
    after: "scale = min((single(words)",
    statements: [
      says(
        "a bias bounds the scale",
        'FORM == "speck" and before[name] and np.abs(mine[-1]).max() in (-least, largest) and (-least, largest) != (0, 0)',
      ),
      says("a threshold bounds the scale", 'FORM == "speck" and len(bounds) > 2 and scale == single(bounds[2][0]) / single(bounds[2][1])'),
    ],
  },
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

/** The case of a seed, or of a later one where Xylo's last layer would feed itself, which is refused. */
function possible(seed: number): PageRun {
  try {
    return caseOf(seed);
  } catch (error) {
    if (error instanceof InputError && error.message.includes("Xylo's outputs have no recurrent weights"))
      return possible(seed + 7 * NETWORKS);
    throw error;
  }
}

const title = "the second program of docs/integers.md computes";
const DEMANDED = [
  ...TYPES.map((type) => `from-file ${type}`),
  ...["from-file multiplier", "from-file shift", "from-file truncate", "speck IF", "xylo LIF", "xylo CubaLIF"],
  ...["several spikes, speck", "several spikes, xylo", "127 spikes", "31 spikes", "one of more spikes", "least voltage"],
  ...["decay by one", "decay below 0", "half, speck", "half, xylo", "a bias bounds the scale", "a threshold bounds the scale"],
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
    "recurrence shares a node=true",
    "delayed feedback=true",
  ],
  ...["kernel", "pool=SumPool2d", "pool=AvgPool2d", "pool=before", "pool=behind", "scale before=true", "scale behind=true"],
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
    "flattened from=0",
    "flattened from=1",
    "dilation=2",
  ],
];

test.skipIf(!hasNumpy)(
  `${title} every spike, voltage, current and output of ${NETWORKS} random NIR networks (seed ${SEED})${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    const all = Array.from({ length: NETWORKS }, (_, n) => possible(SEED + n));
    expectEqualRuns("graph.py", SPIES, all, { seen: new Counted("docs/integers.md, NIR"), demanded: DEMANDED });
  },
);
