/**
 * docs/integers.md says enough to compute a network's integers: its program, which is all in the page, gives the spikes
 * and scores of the reference engine, and those that `rtl` writes beside a chip.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BatchNorm, byKind, type LayerWidths, type Network, type Precision, readModel } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { candidateOf, emit, obstaclesOf } from "../../../rtl/index.js";
import { createDenseEngine } from "../../../sim/functional/dense-engine.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { scoreUtterance } from "../../../sim/functional/score.js";
import type { UtteranceRun } from "../../../sim/functional/utterance.js";
import { loadDataset } from "../../../training/index.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { createReference } from "../../oracles/spiking-reference.js";
import { hasNumpy, programLines, type Spy } from "../../rtl/page-program.js";
import { Draw, leaking, networkOf, precisionOf, randomCore } from "../../rtl/random-cores.js";
import { type Dense, randomDense } from "./random-dense.js";
import { randomFeatures, USUAL } from "./random-network.js";

const SEED = 2611;
const NETWORKS = cases(90);
const CHIPS = cases(8);
const DIGITS = cases(2);
const SPIKING = ["lif", "alif", "rec-v1", "rec-v2"] as const;
const SYSTEMS = [...SPIKING, "gru", "lstm"] as const;
const LEAKY = ["lif", "alif"] as readonly string[];
const DENSE = ["gru", "lstm"] as const;
const RARE = [
  ...[
    "weight bits=1",
    "scale=mse",
    "leak=truncate",
    "saturated or wrapped sum",
    "clamped state",
    "spike bits=1",
    "another width of spikes, used",
  ],
  ...["weight_bits", "state_bits", "state_fraction_bits", "accumulator_bits", "spike_bits"].map((key) => `own ${key}`),
  ...["task=sequence", "task=frames", "late=0", "late=1", "late=2"],
  ...["overflow=wrap", "overflow=saturate"].flatMap((rule) => DENSE.map((system) => `${system} ${rule}`)),
  ...DENSE.flatMap((system) =>
    ["weight bits=1", "scale=mse", "state bits of activations=8", "saturated or wrapped sum", "peaks=true", "peaks=false"].map(
      (one) => `${system} ${one}`,
    ),
  ),
];
/** What the program meets, by cell. */
const MET = [
  ...["rec-v1", "rec-v2", "gru", "lstm"].flatMap((system) => ["below the table", "above the table"].map((one) => `${system} ${one}`)),
  ...["lif", "alif", "rec-v1", "rec-v2", "lstm"].flatMap((system) => ["state below", "state above"].map((one) => `${system} ${one}`)),
  ...SYSTEMS.flatMap((system) => ["score below", "score above"].map((one) => `${system} ${one}`)),
  ...DENSE.flatMap((system) => ["word below", "word above"].map((one) => `${system} ${one}`)),
];
/** The same, by any cell. */
const BY_ANY = ["multiplier at its bound", "bias at its bound", "shift 0", "shift 40", "equal scores"];
/** A statement of the page's program that prints such a line if one of the values is so. */
const says = (what: string, condition: string): string => `print("met", net["system"], "${what}") if np.any(${condition}) else None`;
const SPIES: readonly Spy[] = [
  {
    after: "def entry(",
    statements: [says("below the table", "index < -(2 ** (LUT - 1))"), says("above the table", "index >= 2 ** (LUT - 1)")],
  },
  {
    after: "ratio = step.max() / unit",
    statements: [
      says("multiplier at its bound", "ratio >= 2**20"),
      says("bias at its bound", "np.abs(bias / unit) > 2**51"),
      says("shift 0", "ratio > 2**15"),
      says("shift 40", "(ratio > 0) & (ratio < 2**-25)"),
    ],
  },
  {
    after: "def sent(",
    statements: [says("word below", "x < -127"), says("word above", "x > 127")],
  },
  {
    after: "def clamp(",
    statements: [says("state below", "x < -most(bits) - 1"), says("state above", "x > most(bits)")],
  },
  {
    after: "judged = ",
    statements: ['print("met", net["system"], "equal scores") if any(np.sum(one == np.max(one)) > 1 for one in judged) else None'],
  },
  {
    after: "score = readout.of(q)",
    statements: [says("score below", "score < -32768"), says("score above", "score > 32767")],
  },
];

/** What the page's program reads and compares, by file. */
type Images = { readonly [name: string]: string };

interface Case {
  readonly network: Network;
  readonly precision: Precision;
  readonly images: Images;
  /** Line of the classes that the product finds; null: not compared. */
  readonly classes: string | null;
  readonly met: readonly string[];
}

/** Widths of their own for some populations. */
function ownWidths(draw: Draw, { layers }: Network, precision: Precision, spiking: boolean): Precision["layers"] {
  const own = (cell: boolean, sums: boolean): LayerWidths => ({
    ...(sums && draw.int(0, 2) === 0 && { weightBits: draw.of("own weight_bits", 1, 2, 3, 5) }),
    ...(sums && draw.int(0, 2) === 0 && { accumulatorBits: draw.of("own accumulator_bits", 12, 14, 20) }),
    ...(cell && draw.int(0, 2) === 0 && { stateBits: draw.of("own state_bits", 8, 9, 15) }),
    ...(cell && draw.int(0, 2) === 0 && { stateFractionBits: draw.of("own state_fraction_bits", 0, 3, 6) }),
    ...(cell && spiking && draw.int(0, 2) === 0 && { spikeBits: draw.of("own spike_bits", 1, 2, 4, 7) }),
  });
  if (draw.of("own widths", false, true)) return precision.layers;
  return {
    ...(spiking && { input: own(true, false) }),
    ...Object.fromEntries(layers.map((_, l) => [`layer${l + 1}`, own(true, true)])),
    readout: own(false, true),
  };
}

/** One network in three has norms of other sizes, so that scores, multipliers and biases come to their bounds. */
function loud(draw: Draw, network: Network): Network {
  if (draw.int(0, 2) > 0) return network;
  const by = (norm: BatchNorm, factor: number): BatchNorm => {
    const bias = factor * draw.of("loud bias", 1, 1, 1e12);
    return { ...norm, gamma: norm.gamma.map((value) => value * factor), beta: norm.beta.map((value) => value * bias) };
  };
  const { readout, layers } = network;
  const gates = draw.of("loud gates", 1, 1e-12, 1e-12, 1e2, 1e3, 1e7);
  return {
    ...network,
    layers: layers.map((layer) => ({ ...layer, gates: layer.gates.map((gate) => ({ ...gate, inputNorm: by(gate.inputNorm, gates) })) })),
    readout: { ...readout, norm: by(readout.norm, draw.of("loud readout", 1, 300, 1e8)) },
  };
}

/** A random network of gru or lstm. */
function denseOf(draw: Draw, seed: number, system: Dense): Network {
  const layers = draw.of("layers", 1, 1, 2);
  const network = randomDense(String(seed), system, {
    inputs: draw.int(3, 10),
    neurons: Array.from({ length: layers }, () => draw.int(3, 13)),
    classes: draw.int(2, 5),
    fill: 0.8,
    gain: draw.of("gain", 0.5, 1.5, 6, 40),
  });
  if (!draw.of("peaks", false, true)) return network;
  return { ...network, inputPeaks: Float32Array.from({ length: network.inputs }, () => draw.of("peak", 0, 0.3, 1, 127 / 64, 5)) };
}

/** A word of `bits` bits, in hexadecimal. */
const hex = (value: number | bigint, bits: number): string => BigInt.asUintN(bits, BigInt(value)).toString(16);
const lines = (values: Iterable<number | bigint>, bits: number): string =>
  `${Array.from(values, (value) => hex(value, bits)).join("\n")}\n`;

/** A random network of widths that no chip needs to have, run by the reference engine. */
function engineCase(seed: number): Case {
  const draw = new Draw(createRng(seed, "integers page"));
  const system = draw.of("system", ...SYSTEMS);
  const dense = DENSE.find((one) => one === system);
  const spiking = SPIKING.find((one) => one === system) ?? "rec-v2";
  const drawn = loud(draw, dense === undefined ? networkOf(draw, seed, spiking) : denseOf(draw, seed, dense));
  const network: Network = { ...drawn, task: draw.of("task", "sequence", "frames"), outputDelayFrames: draw.of("late", 0, 1, 2) };
  const common = leaking(
    {
      ...precisionOf(draw, spiking),
      ...(dense !== undefined && { stateBits: draw.of("state bits of activations", 8, 9, 12, 16, 24) }),
      weightBits: draw.of("weight bits", 1, 2, 3, 4, 8, 16),
      weightScale: draw.of("scale", "max", "mse"),
      leak: LEAKY.includes(system) ? draw.of("leak", "multiplier", "shift", "truncate") : "multiplier",
      spikeBits: dense === undefined ? draw.of("another width of spikes", null, null, 1, 3, 5, 8) : null,
    },
    network,
  );
  const precision = { ...common, layers: ownWidths(draw, network, common, dense === undefined) };
  const features = randomFeatures(seed, draw.int(2, 7) * network.inputs, draw.of("features", 0.3, 1, 6));
  const { images, classes, run } = runOf(network, precision, features);
  const met = [
    ...draw.choices,
    ...draw.choices.flatMap((choice) => (choice.startsWith("own ") ? [choice.split("=")[0] as string] : [])),
    ...(precision.spikeBits === null ? [] : ["another width of spikes, used"]),
    ...(run.accumulatorOverflows > 0 ? ["saturated or wrapped sum"] : []),
    ...(run.stateSaturations > 0 ? ["clamped state"] : []),
  ];
  return {
    network,
    precision,
    images,
    classes,
    met: [...met, ...met.map((one) => `${system} ${one}`).filter((one) => RARE.includes(one))],
  };
}

/** The first case from `seed` on whose neurons can spike. */
function possible(seed: number): Case {
  try {
    return engineCase(seed);
  } catch (error) {
    if (error instanceof InfeasibleError && error.code === "STATE_BITS") return possible(seed + 7 * NETWORKS);
    throw error;
  }
}

/** What the product's engine computes for one utterance, as `rtl` writes it. */
function runOf(
  network: Network,
  precision: Precision,
  values: Float32Array,
): Pick<Case, "images" | "classes"> & { readonly run: UtteranceRun } {
  const quantised = quantise(network, precision);
  const { inputs, layers, classes } = quantised;
  const steps = values.length / inputs;
  const features = new Int32Array(values.length);
  toStateUnits(quantised, values, features);
  const run = (network.encoder === null ? createDenseEngine : createReference)(quantised).run(features);
  const spikes: bigint[] = [];
  const groups = layers.length + 2;
  for (let wave = 0; wave < steps + layers.length + 1; wave++)
    for (let population = 0; population <= layers.length; population++) {
      const step = wave - population;
      if (step < 0 || step >= steps) continue;
      for (let e = run.eventStart[step * groups + population]; e < run.eventStart[step * groups + population + 1]; e++)
        spikes.push(
          (BigInt(wave) << 48n) |
            (BigInt(step === steps - 1) << 40n) |
            (BigInt(population) << 32n) |
            (BigInt(run.neuron[e]) << 16n) |
            BigInt.asUintN(16, BigInt(run.payload[e])),
        );
    }
  expect(run.scores.length).toBe(steps * classes);
  const images = {
    "steps.hex": lines([steps], 32),
    "features.hex": lines(new Uint32Array(values.buffer), 32),
    "frames.hex": lines(features, quantised.encoder.stateBits),
    "scores.hex": lines(run.scores, 16),
    "spikes.hex": lines([...spikes, 0n], 64),
    "sigmoid.hex": lines(layers[0].sigmoid, precision.gateBits),
    ...(network.encoder === null && { "tanh.hex": lines(layers[0].tanh, precision.gateBits + 1) }),
  };
  const { task, outputDelayFrames } = network;
  const labels = new Int32Array(task === "sequence" ? 1 : steps);
  const samples = { name: "one", inputs, classes, task, features: values, frameStart: Uint32Array.of(0, steps), labels, hash: "one" };
  const { predictions } = scoreUtterance({ classes, outputDelayFrames }, samples, 0, run.scores, 1);
  return { images, classes: ["classes:", ...predictions.filter((prediction) => prediction >= 0)].join(" "), run };
}

/** A random chip of one core, written as SystemVerilog; null: it cannot be written. */
function chipCase(seed: number): Case | null {
  const point = randomCore(seed);
  if (obstaclesOf(candidateOf(point)).length > 0) return null;
  const network = byKind<Network | null>(point.model, { own: (own) => own, nir: () => null });
  if (network === null) return null;
  return { network, precision: point.experiment.precision, images: emit(point).files, classes: null, met: point.choices };
}

/** Words of the command line that say a precision. */
const wordsOf = (precision: Precision): readonly string[] => [
  `weight_bits=${precision.weightBits}`,
  `weight_scale=${precision.weightScale}`,
  `state_bits=${precision.stateBits}`,
  `state_fraction_bits=${precision.stateFractionBits}`,
  `accumulator_bits=${precision.accumulatorBits}`,
  `accumulator_overflow=${precision.accumulatorOverflow}`,
  `lut_bits=${precision.lutBits}`,
  `gate_bits=${precision.gateBits}`,
  `leak=${precision.leak}`,
  ...(precision.spikeBits === null ? [] : [`spike_bits=${precision.spikeBits}`]),
  ...Object.entries(precision.layers).flatMap(([name, widths]) =>
    Object.entries(widths).map(([key, bits]) => `layers.${name}.${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}=${bits}`),
  ),
];

/** A digit of MNIST in a shipped network of 8-bit activations. */
function digitCases(): readonly Case[] {
  const { features, frameStart } = loadDataset("mnist-rows", { path: null, split: "test" });
  return DENSE.flatMap((system) =>
    Array.from({ length: DIGITS }, (_, u): Case => {
      const { network } = readModel(join(packageRoot(), "training", "models", `mnist-rows-${system}.safetensors`));
      const values = features.slice(frameStart[u] * network.inputs, frameStart[u + 1] * network.inputs);
      const { images, classes } = runOf(network, USUAL, values);
      return { network, precision: USUAL, images, classes, met: [`${system} digit`] };
    }),
  );
}

const title = "the program of docs/integers.md computes";

test.skipIf(!hasNumpy)(
  `${title} every score, class and spike of ${NETWORKS} random networks (seed ${SEED}), of ${2 * DIGITS} digits in shipped ones, and of ${CHIPS} random chips that rtl writes, and their memory images${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  () => {
    const chips = Array.from({ length: 3 * CHIPS }, (_, seed) => chipCase(seed)).flatMap((made) => (made === null ? [] : [made]));
    const networks = [...Array.from({ length: NETWORKS }, (_, n) => possible(SEED + n)), ...digitCases()];
    const all = [...networks, ...chips.slice(0, CHIPS)];
    expect(all).toHaveLength(NETWORKS + 2 * DIGITS + CHIPS);
    const seen = new Counted("docs/integers.md");
    for (const { met } of all) seen.see(...met);
    const told = programLines(
      "integers.md",
      "integers.py",
      all.map(({ network, precision, images }) => ({ network, files: images, words: wordsOf(precision) })),
      SPIES,
    );
    const equal = (name: string): number => told.filter((line) => new RegExp(`^${name}: \\d+ words, equal$`).test(line)).length;
    expect(told.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
    expect([equal("scores"), equal("spikes")]).toEqual([all.length, all.length]);
    expect([equal("frames"), equal("sigmoid")]).toEqual([networks.length, networks.length + CHIPS]);
    expect([equal("weights"), equal("parameters")]).toEqual([CHIPS, CHIPS]);
    expect(equal("tanh")).toBe(networks.filter(({ network }) => network.encoder === null).length);
    const classes = told.filter((line) => line.startsWith("classes:"));
    expect(classes.filter((_, n) => all[n].classes !== null)).toEqual(all.flatMap((one) => one.classes ?? []));
    for (const line of told) {
      const [, system, what] = /^met (\S+) (.*)$/.exec(line) ?? [];
      if (what !== undefined) seen.see(BY_ANY.includes(what) ? what : `${system} ${what}`);
    }
    seen.expectEach([...RARE, ...MET, ...BY_ANY, ...SYSTEMS.map((system) => `system=${system}`)]);
  },
  1_600_000,
);
