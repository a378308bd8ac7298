/** `training:` of a description: the requested network, its name, and which mistakes are refused where. */
import { describe, expect, test } from "vitest";
import { type Experiment, parseArch, patchDocument } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";

const text = (training: string, rest = ""): string => `version: 1
training: ${training}
workload: { dataset: fsdd-phones, split: validation }
${rest}`;

const problemsOf = (description: string): readonly string[] => {
  try {
    parseArch(description, "arch.yaml", { models: true });
  } catch (error) {
    if (error instanceof InputError)
      return error.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
    throw error;
  }
  return [];
};

test("keys under training make the request; a named model takes precedence", () => {
  const parsed = parseArch(text("{ base: fsdd-phones-rec-v2, width: 64 }"), "arch.yaml");
  expect(parsed.experiment.network.training).toMatchObject({ base: "fsdd-phones-rec-v2", width: 64, theta: null, share: 1 });
  const read = patchDocument(parsed, { "network.model": "fsdd-phones-rec-v2" }).network;
  expect([read.training, read.model]).toEqual([null, "fsdd-phones-rec-v2"]);
  expect(parseArch("version: 1", "arch.yaml").experiment.network.training).toBeNull();
});

test("networks that differ have different names, also where only the words of the grid differ", () => {
  const parsed = parseArch(text("{ base: fsdd-phones-rec-v2, chip_epochs: 2 }"), "arch.yaml");
  const changes: Parameters<typeof patchDocument>[1][] = [
    {},
    ...["width", "layers", "theta", "spike_bits", "output_delay_frames", "epochs", "seed", "chip_epochs"].map((key) => ({
      [`training.${key}`]: 5,
    })),
    ...["membrane_penalty", "membrane_penalty_saturation", "chip_rate", "zero_share", "share"].map((key) => ({
      [`training.${key}`]: 0.25,
    })),
    { "training.cell": "rec-v1" },
    { "training.base": "fsdd-phones-lif" },
    { "training.backend": "cpu" },
    { "precision.weight_bits": 3 },
    { "precision.layers.readout.weight_bits": 4 },
  ];
  const nameOf = (values: (typeof changes)[number]): string => patchDocument(parsed, values).network.model;
  expect(new Set(changes.map(nameOf)).size).toBe(changes.length);
  expect(changes.length).toBe(19);
  // the words of a chip without a grid are no part of the network
  const plain = parseArch(text("{ base: fsdd-phones-rec-v2 }"), "arch.yaml");
  const bits = (weightBits: number): Experiment["network"] => patchDocument(plain, { "precision.weight_bits": weightBits }).network;
  expect(bits(3).model).toBe(bits(4).model);
});

describe("problems have their place", () => {
  test.each<[string, string, RegExp]>([
    ["an unknown key", text("{ base: fsdd-phones-rec-v2, widht: 4 }"), /^2:\d+ training\.widht: unknown key/],
    ["a bound", text("{ base: fsdd-phones-rec-v2, width: 0 }"), /^2:\d+ training\.width: must be at least 1, got 0/],
    ["no base", text("{ width: 4 }"), /^2:\d+ training\.base: /],
    [
      "a base that is not there",
      text("{ base: fsdd-phones-rec-v9 }"),
      /^2:\d+ training\.base: no training configuration fsdd-phones-rec-v9/,
    ],
    [
      "the test set",
      text("{ base: fsdd-phones-rec-v2 }").replace("validation", "test"),
      /^3:\d+ workload\.split: is test, but this search trains/,
    ],
    ["zeros without a grid", text("{ base: fsdd-phones-rec-v2, zero_share: 0.5 }"), /^2:\d+ training\.zero_share: is 0\.5, but weights/],
    [
      "words that training does not know",
      text("{ base: fsdd-phones-rec-v2, chip_epochs: 1 }", "precision: { weight_bits: 9 }"),
      /^4:\d+ precision\.weight_bits: is 9, but training\.chip_epochs/,
    ],
    [
      "a part that files of spikes do not have",
      "version: 1\nworkload: { dataset: spike-file, path: a.csv, split: validation }\n",
      /^2:\d+ workload\.split: is validation, which is part of a training set, but spike-file has none/,
    ],
    [
      "a swept value",
      `${text("{ base: fsdd-phones-rec-v2, width: { sweep: [8, 5000] } }")}sweep: { objectives: { area_mm2: min } }\n`,
      /^2:\d+ training\.width: must be at most 4096, got 5000/,
    ],
  ])("%s", (_, description, problem) => {
    expect(problemsOf(description).filter((line) => problem.test(line))).toHaveLength(1);
  });
});
