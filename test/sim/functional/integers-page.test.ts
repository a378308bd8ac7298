/**
 * docs/integers.md says enough to compute a network's integers: its program, which is all in the page, gives the spikes
 * and scores of the reference engine, and those that `rtl` writes beside a chip.
 */
import { expect, test } from "vitest";
import { byKind, type Network, type Precision } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { candidateOf, emit, obstaclesOf } from "../../../rtl/index.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { createReference } from "../../../sim/functional/reference.js";
import { Counted } from "../../counted.js";
import { hasNumpy, programLines } from "../../rtl/page-program.js";
import { Draw, leaking, networkOf, precisionOf, randomCore } from "../../rtl/random-cores.js";
import { randomFeatures } from "./random-network.js";

const SEED = 2611;
const NETWORKS = 60;
const CHIPS = 20;
const SYSTEMS = ["lif", "alif", "rec-v1", "rec-v2"] as const;
const LEAKY = ["lif", "alif"] as readonly string[];
const RARE = ["weight bits=1", "scale=mse", "leak=truncate", "saturated or wrapped sum", "clamped state"];

/** What the page's program reads and compares, by file. */
type Images = { readonly [name: string]: string };

interface Case {
  readonly network: Network;
  readonly precision: Precision;
  readonly images: Images;
  readonly met: readonly string[];
}

/** A word of `bits` bits, in hexadecimal. */
const hex = (value: number | bigint, bits: number): string => BigInt.asUintN(bits, BigInt(value)).toString(16);
const lines = (values: Iterable<number | bigint>, bits: number): string =>
  `${Array.from(values, (value) => hex(value, bits)).join("\n")}\n`;

/** A random network of widths that no chip needs to have, run by the reference engine. */
function engineCase(seed: number): Case {
  const draw = new Draw(createRng(seed, "integers page"));
  const system = draw.of("system", ...SYSTEMS);
  const network = networkOf(draw, seed, system);
  const precision = leaking(
    {
      ...precisionOf(draw, system),
      weightBits: draw.of("weight bits", 1, 2, 3, 4, 8, 16),
      weightScale: draw.of("scale", "max", "mse"),
      leak: LEAKY.includes(system) ? draw.of("leak", "multiplier", "shift", "truncate") : "multiplier",
    },
    network,
  );
  const quantised = quantise(network, precision);
  const { inputs, layers, classes } = quantised;
  const steps = draw.int(2, 7);
  const features = new Int32Array(steps * inputs);
  toStateUnits(quantised, randomFeatures(seed, steps * inputs, 1), features);
  const run = createReference(quantised).run(features);
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
  return {
    network,
    precision,
    images: {
      "steps.hex": lines([steps], 32),
      "frames.hex": lines(features, precision.stateBits),
      "scores.hex": lines(run.scores, 16),
      "spikes.hex": lines([...spikes, 0n], 64),
      "sigmoid.hex": lines(layers[0].sigmoid, precision.gateBits),
    },
    met: [
      ...draw.choices,
      ...(run.accumulatorOverflows > 0 ? ["saturated or wrapped sum"] : []),
      ...(run.stateSaturations > 0 ? ["clamped state"] : []),
    ],
  };
}

/** A random chip of one core, written as SystemVerilog; null: it cannot be written. */
function chipCase(seed: number): Case | null {
  const point = randomCore(seed);
  if (obstaclesOf(candidateOf(point)).length > 0) return null;
  const network = byKind<Network | null>(point.model, { own: (own) => own, nir: () => null });
  if (network === null) return null;
  return { network, precision: point.experiment.precision, images: emit(point).files, met: point.choices };
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
];

const title = "the program of docs/integers.md computes";

test.skipIf(!hasNumpy)(
  `${title} every score and spike of ${NETWORKS} random networks (seed ${SEED}) and of ${CHIPS} random chips that rtl writes, and their memory images${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  () => {
    const chips = Array.from({ length: 3 * CHIPS }, (_, seed) => chipCase(seed)).flatMap((made) => (made === null ? [] : [made]));
    const cases = [...Array.from({ length: NETWORKS }, (_, n) => engineCase(SEED + n)), ...chips.slice(0, CHIPS)];
    expect(cases).toHaveLength(NETWORKS + CHIPS);
    const seen = new Counted("docs/integers.md");
    for (const { met } of cases) seen.see(...met);
    const told = programLines(
      "integers.md",
      "integers.py",
      cases.map(({ network, precision, images }) => ({ network, files: images, words: wordsOf(precision) })),
    );
    expect(told.filter((line) => /^scores: \d+ words, equal$/.test(line))).toHaveLength(cases.length);
    expect(told.filter((line) => /^spikes: \d+ words, equal$/.test(line))).toHaveLength(cases.length);
    for (const image of ["weights", "parameters"])
      expect(told.filter((line) => new RegExp(`^${image}: \\d+ words, equal$`).test(line))).toHaveLength(CHIPS);
    expect(told.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
    seen.expectEach([...RARE, ...SYSTEMS.map((system) => `system=${system}`)]);
  },
  300_000,
);
