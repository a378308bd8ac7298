/**
 * Shipped models trained for a chip's integers, at several widths, against the same models rounded to 8 bits: the table
 * of docs/training.md. Models, and checkpoints of interrupted trainings, are kept in a folder, and the same command
 * continues. The recipe was chosen on a validation split with other models; every row here is one run, scored once.
 *
 *   npx tsx scripts/quantisation-study.ts --data FSDD [--out FOLDER] [--bits 4,3,2] [--sets phones,mnist] [--seeds
 * 1,2,3]
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { scoreOnChip, usualPrecision } from "../app/score-on-chip.js";
import { train } from "../app/train.js";
import { readModel, resolveModelPath, type Samples } from "../arch/index.js";
import { loadDataset, recordedData } from "../training/index.js";

interface Score {
  readonly correct: number;
  readonly scored: number;
}

/** Epochs and learning rate at each width. */
interface Recipe {
  readonly epochs: number;
  readonly peak: number;
}

interface Subject {
  readonly name: string;
  /** Shipped model and seed of each run. */
  readonly runs: readonly (readonly [model: string, seed: number])[];
  readonly config: string;
  readonly neurons: number;
  readonly batch: number;
  readonly penalty: number;
  /** Further keys of `training`, one line each. */
  readonly training: string;
  readonly recipes: { readonly [bits: string]: Recipe };
}

const PHONES = [
  ["fsdd-phones-rec-v2", 1],
  ["fsdd-phones-rec-v2-seed2", 2],
  ["fsdd-phones-rec-v2-seed3", 3],
] as const;

const PHONES_256 = [
  ["fsdd-phones-rec-v2-256", 1],
  ["fsdd-phones-rec-v2-256-seed2", 2],
  ["fsdd-phones-rec-v2-256-seed3", 3],
] as const;

const PHONES_DATA = `data: { set: fsdd-phones, features: { kind: mfcc, coefficients: 26, normalisation: global-scale } }
`;

const THETA_LEARNED = `quantiser: { bits: 6, theta: 3, theta_learned: true, input_bits: 8, input_theta: 2 }
`;

const CONCAVE_AVERAGED = `  membrane_penalty_saturation: 0.125
  average_decay: 0.999
`;

const SUBJECTS: readonly Subject[] = [
  {
    name: "phones",
    runs: PHONES,
    ...{ neurons: 128, batch: 8, penalty: 3 },
    training: "",
    config: `${PHONES_DATA}quantiser: { bits: 6, theta: 3, input_bits: 8, input_theta: 2 }
`,
    recipes: {
      4: { epochs: 8, peak: 1e-3 },
      3: { epochs: 8, peak: 1e-3 },
      2: { epochs: 32, peak: 2e-3 },
      1: { epochs: 32, peak: 2e-3 },
    },
  },
  {
    // learned thresholds and averaged steps: the best recipe of scripts/ternary-recipes.ts on held-out utterances
    name: "phones-thresholds",
    runs: PHONES,
    ...{ neurons: 128, batch: 8, penalty: 3 },
    training: "  average_decay: 0.999\n",
    config: `${PHONES_DATA}${THETA_LEARNED}`,
    recipes: {
      8: { epochs: 32, peak: 2e-3 },
      2: { epochs: 32, peak: 2e-3 },
    },
  },
  {
    // the recipe of fsdd-phones-rec-v2-256-w2, with a penalty that leaves about as many products as the base has
    name: "phones-concave",
    runs: PHONES,
    ...{ neurons: 128, batch: 8, penalty: 26 },
    training: CONCAVE_AVERAGED,
    config: `${PHONES_DATA}${THETA_LEARNED}`,
    recipes: {
      8: { epochs: 32, peak: 2e-3 },
      2: { epochs: 32, peak: 2e-3 },
      1: { epochs: 32, peak: 2e-3 },
    },
  },
  {
    // twice the width, with the penalty of its base and the recipe of the narrow networks
    name: "phones-256",
    runs: PHONES_256,
    ...{ neurons: 256, batch: 8, penalty: 6 },
    training: "",
    config: `${PHONES_DATA}quantiser: { bits: 6, theta: 3, input_bits: 8, input_theta: 2 }
`,
    recipes: { 2: { epochs: 32, peak: 2e-3 } },
  },
  {
    // learned thresholds, averaged steps and a concave penalty: the recipe of fsdd-phones-rec-v2-256-w2
    name: "phones-256-concave",
    runs: PHONES_256,
    ...{ neurons: 256, batch: 8, penalty: 40 },
    training: CONCAVE_AVERAGED,
    config: `${PHONES_DATA}${THETA_LEARNED}`,
    recipes: {
      8: { epochs: 32, peak: 2e-3 },
      2: { epochs: 32, peak: 2e-3 },
    },
  },
  {
    name: "mnist",
    runs: [
      ["mnist-rows-rec-v2", 1],
      ["mnist-rows-rec-v2", 2],
      ["mnist-rows-rec-v2", 3],
    ],
    ...{ neurons: 128, batch: 64, penalty: 3 },
    training: "",
    config: `data: { set: mnist-rows }
quantiser: { bits: 6, theta: 3 }
`,
    recipes: {
      4: { epochs: 1, peak: 1e-3 },
      3: { epochs: 1, peak: 1e-3 },
      2: { epochs: 2, peak: 2e-3 },
      1: { epochs: 2, peak: 2e-3 },
    },
  },
];

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string", default: "quantisation-study" },
    bits: { type: "string", default: "4,3,2" },
    sets: { type: "string", default: "phones,mnist" },
    seeds: { type: "string", default: "1,2,3" },
  },
});
const { data = null, out } = values;
mkdirSync(out, { recursive: true });

const percent = ({ correct, scored }: Score): number => (100 * correct) / scored;
const mean = (all: readonly number[]): number => all.reduce((sum, value) => sum + value, 0) / all.length;

/** Score of the network as it was trained, rounded to `bits`. */
function untrained(model: string, bits: number, samples: Samples): Score {
  const { network } = readModel(resolveModelPath(model, "."));
  return scoreOnChip(network, samples, usualPrecision([["readout", bits]]));
}

/** Trains the network, or reads one that was trained earlier. */
async function trained(
  { name, config, neurons, batch, penalty, training, recipes }: Subject,
  model: string,
  seed: number,
  bits: number,
): Promise<Score & { readonly multiplications: number; readonly thetas: string }> {
  const { epochs, peak } = recipes[bits];
  const stem = join(out, `${name}-${bits}bit-seed${seed}`);
  writeFileSync(
    `${stem}.yaml`,
    `version: 1
name: ${model}-${bits}bit
seed: ${seed}
${config}network: { system: rec-v2, neurons: [${neurons}, ${neurons}] }
quantisation: { from: ${model}, weight_bits: ${bits} }
training:
  epochs: ${epochs}
  batch: ${batch}
  dropout: 0.1
  membrane_penalty: ${penalty}
  clip_norm: 1
${training}  learning_rate: { schedule: cosine, peak: ${peak}, final_fraction: 0.01 }
`,
  );
  const file = `${stem}.safetensors`;
  if (!existsSync(file)) await train([`${stem}.yaml`], { out: file, data: name === "mnist" ? null : data, backend: "wasm" });
  const { network, record } = readModel(file);
  const { on_chip, test } = record as unknown as { readonly on_chip: Score; readonly test: { readonly multiplications_per_frame: number } };
  const thetas = network.layers.map(({ quantiser }) => quantiser?.theta).join(" / ");
  return { ...on_chip, multiplications: test.multiplications_per_frame, thetas };
}

const bits = values.bits.split(",").map(Number);
const seeds = values.seeds.split(",").map(Number);
const lines: string[] = [];
for (const subject of SUBJECTS.filter(({ name }) => values.sets.split(",").includes(name))) {
  const runs = subject.runs.filter((_, i) => seeds.includes(i + 1));
  const { record } = readModel(resolveModelPath(runs[0][0], "."));
  const recipe = recordedData(record);
  if (recipe === null) throw new Error(`${runs[0][0]} does not say what it was trained on`);
  const samples = loadDataset(recipe.set, { path: subject.name === "mnist" ? null : data, split: "test" }, recipe.features);
  const whole = runs.map(([model]) => percent(untrained(model, 8, samples)));
  for (const width of bits) {
    const row = [];
    for (const [i, [model, seed]] of runs.entries()) {
      const before = percent(untrained(model, width, samples));
      const after = await trained(subject, model, seed, width);
      row.push({ before, after: percent(after), whole: whole[i] });
      console.log(
        `${subject.name} ${width} bits, seed ${seed}: ${before.toFixed(2)} -> ${percent(after).toFixed(2)} (8 bits: ${whole[i].toFixed(2)}), ${Math.round(after.multiplications)} products per frame, theta ${after.thetas}`,
      );
    }
    const cells = [
      mean(row.map((one) => one.whole)).toFixed(2),
      mean(row.map((one) => one.before)).toFixed(2),
      row.map((one) => one.after.toFixed(2)).join(", "),
      mean(row.map((one) => one.after)).toFixed(2),
      mean(row.map((one) => one.after - one.whole)).toFixed(2),
    ];
    lines.push(`| ${subject.name} | ${width} | ${cells.join(" | ")} |`);
  }
}
console.log(
  [
    "",
    "| model | weight bits | 8 bits, as trained | as trained | trained for the chip, by seed | mean | points against 8 bits |",
    "|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n"),
);
