/** Training configurations: every shipped one parses, and mistakes are reported with their place. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { EVENT_DATASETS } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { parseTrainingConfig } from "../../training/config.js";
import { trainingJsonSchema, trainingReference } from "../../training/config-reference.js";
import { isChainConfig, parseChainConfig } from "../../training/convolution/chain-config.js";
import { DATASETS } from "../../training/datasets/registry.js";
import { trainingWarnings } from "../../training/training-warnings.js";

const folder = join(packageRoot(), "training", "configs");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));

test.each(files)("%s parses, names a known data set, and has its file's name", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const config = isChainConfig(text, file) ? parseChainConfig(text, file) : parseTrainingConfig(text, file);
  expect(`${config.name}.yaml`).toBe(basename(file));
  expect([...DATASETS.names, ...Object.keys(EVENT_DATASETS)]).toContain(config.data.set);
});

const GOOD = readFileSync(join(folder, "mnist-rows-rec-v2.yaml"), "utf8");
const problemsOf = (text: string): string[] => {
  try {
    parseTrainingConfig(text, "c.yaml");
  } catch (error) {
    if (error instanceof InputError) return error.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`);
    throw error;
  }
  return [];
};

test("all problems come at once, each with line, column and path", () => {
  const bad = GOOD.replace("bits: 6", "bits: 40").replace("epochs: 8", "epochs: -1").replace("system: rec-v2", "system: rec-v3");
  const problems = problemsOf(bad);
  expect(problems.length).toBe(3);
  const lines = bad.split("\n");
  for (const [text, path] of [
    ["40", "quantiser.bits"],
    ["-1", "training.epochs"],
    ["rec-v3", "network.system"],
  ] as const) {
    const line = lines.findIndex((one) => one.endsWith(` ${text}`));
    expect(problems.some((p) => p.startsWith(`${line + 1}:${lines[line].indexOf(text) + 1} ${path}:`))).toBe(true);
  }
});

test.each(["../other/model", "/tmp/model", "a\\\\b", "a\\nb"])(
  "a name that is a path or holds control characters is refused: %s",
  (name) => {
    const written = `"${name}"`;
    expect(problemsOf(GOOD.replace(/^name: .*/m, `name: ${written}`)).join("\n")).toMatch(/name: is a name, without slashes/);
    const graph = `version: 1\nname: ${written}\ngraph: { from: net.nir, step_seconds: 0.01, reset: subtract }\ndata: { set: nmnist }\n`;
    expect(() => parseChainConfig(graph, "c.yaml")).toThrow(/name: is a name, without slashes/);
  },
);

test("a rate that would rise is refused; an early stop that never comes is a warning, so that a short trial runs", () => {
  const written = (stop: number, floor: string): string =>
    GOOD.replace("set: mnist-rows", "set: mnist-rows\n  validation_fraction: 0.1").replace(
      /epochs: 8[\s\S]*/,
      `epochs: 8\n  early_stop_epochs: ${stop}\n  learning_rate: { schedule: halving, initial: 1.0e-3, floor: ${floor} }\n`,
    );
  expect(problemsOf(written(7, "1.0e-3"))).toEqual([]);
  const warned = (stop: number): string => trainingWarnings(parseTrainingConfig(written(stop, "1.0e-3"), "c.yaml")).join();
  expect(warned(7)).not.toMatch(/early_stop/);
  expect(warned(8)).toMatch(/training.early_stop_epochs is 8 of training.epochs: 8/);
  expect(problemsOf(written(7, "2.0e-3")).join()).toMatch(/learning_rate.floor: is above learning_rate.initial/);
});

test("stages that begin after the last epoch, and final bits and thetas that it does not reach, are warnings", () => {
  const warned = (from: string, to: string): string => trainingWarnings(parseTrainingConfig(GOOD.replace(from, to), "c.yaml")).join();
  const stages = (first: number): string =>
    `bits: 6\n  curriculum: [{epochs: ${first}, bits: 6, theta: 0}, {epochs: 1, bits: 6, theta: 1}]`;
  expect(warned("bits: 6", stages(7))).not.toMatch(/begins/);
  expect(warned("bits: 6", stages(8))).toMatch(/quantiser.curriculum.1 begins after 8 epochs, and training.epochs is 8/);
  const last = (stage: string): string => warned("bits: 6", `bits: 6\n  curriculum: [{epochs: 1, bits: 6, theta: 0}, ${stage}]`);
  expect(last("{epochs: 6, bits: 6, theta: 0}")).toBe("");
  expect(last("{epochs: 7, bits: 6, theta: 3}")).toBe("");
  expect(last("{epochs: 7, bits: 6, theta: 0}")).toBe(
    "quantiser.theta is 3, but the curriculum lasts 8 epochs, and training.epochs is 8: the network ends with 0",
  );
  expect(last("{epochs: 9, bits: 7, theta: 3}")).toMatch(/quantiser.bits is 6, but the curriculum lasts 10 epochs, .* ends with 7/);
  const lengths = "epochs: 8\n  length_curriculum: [{epochs: 9, frames: 5}, {epochs: 1, frames: 9}]";
  expect(warned("epochs: 8", lengths)).toMatch(/training.length_curriculum.1 begins after 9/);
});

test("settings of a graph's training that its data do not read are refused", () => {
  const graph = (data: string): string => `version: 1\ngraph: { from: net.nir, step_seconds: 0.01, reset: subtract }\ndata: ${data}\n`;
  const refused = (data: string): string => {
    try {
      parseChainConfig(graph(data), "c.yaml");
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return "";
  };
  expect(refused("{ set: nmnist, saccades: 9, events: { slice: count, events_per_step: 50 } }")).toBe("");
  expect(refused("{ set: events, labels: a.txt, events: { step_seconds: 0.01 } }")).toBe("");
  expect(refused("{ set: nmnist, labels: a.txt }")).toMatch(/c.yaml:3:\d+: data.labels: names classes of set: events; nmnist has its own/);
  expect(refused("{ set: shd-events, saccades: 9 }")).toMatch(/data.saccades: makes recordings like those of nmnist/);
  expect(refused("{ events: { events_per_step: 50 } }")).toMatch(/data.events.events_per_step: is read with slice: count/);
  expect(refused("{ events: { slice: count, step_seconds: 0.01 } }")).toMatch(/data.events.step_seconds: is read with slice: time/);
});

test("an unknown key, broken YAML and an empty file are refused", () => {
  expect(problemsOf(GOOD.replace("theta: 3", "theta: 3\n  tetha: 2")).join()).toMatch(/tetha/);
  expect(problemsOf("a: [1").length).toBeGreaterThan(0);
  expect(problemsOf("").length).toBeGreaterThan(0);
});

test.each([
  ["bits: 6\n  theta: 3", "bits: 1\n  theta: 0", /quantiser\.bits: must be at least 2, got 1/],
  ["theta: 3", "theta: 31", /theta 31 silences every 6-bit spike \(largest payload 31\)/],
  ["schedule: cosine\n    peak: 2.0e-3", "schedule: halving\n    initial: 1.0e-3", /validation_fraction above 0/],
  ["system: rec-v2", "system: rec-v2\n  per_neuron: {rho: {initial: 0.5}}", /rec-v2 has none here/],
  ["system: rec-v2", "system: alif\n  per_neuron: {sigma: {initial: 0.5}}", /alif has rho and jump here/],
  ["system: rec-v2", "system: alif\n  per_neuron: {jump: {initial: 5}}", /starts at 5; at most 4/],
  ["system: rec-v2", "system: rec-v2\n  tau: 0.5", /tau belongs to lif, not to rec-v2/],
  ["set: mnist-rows", "set: mnist-rows\n  features: {kind: mfcc, mels: 20, coefficients: 21}", /21 coefficients from 20 mel filters/],
  [
    "  system: rec-v2\n  neurons: [128, 128]\n  recurrent_gain: 0.5",
    "  system: rec-v1\n  neurons: [128, 128]\n  recurrent_gain: 0.5",
    /rec-v1 has no recurrent weights/,
  ],
  ["system: rec-v2", "system: gru", /gru does not spike[\s\S]*gru has no membrane/],
  ["membrane_penalty: 3", "membrane_penalty: 0\n  membrane_penalty_warmup_fraction: 0.5", /no membrane_penalty to raise/],
  ["membrane_penalty: 3", "membrane_penalty_saturation: 0.125", /no membrane_penalty to bend/],
  ["set: mnist-rows", "set: fsdd-digits\n  features: {coefficients: 26}", /data.features.coefficients: log-mel keeps all mel filters/],
  ["bits: 6\n  theta: 3", "bits: 32\n  theta: 5", /quantiser.theta: spikes of 32 bits are real numbers, and none is silent/],
  ["bits: 6\n  theta: 3", "bits: 6\n  theta: 3\n  input_bits: 32\n  input_theta: 2", /quantiser.input_theta: inputs of 32 bits/],
])("%j instead as %j is refused", (from, to, message) => {
  expect(GOOD).toContain(from);
  expect(problemsOf(GOOD.replace(from, to)).join("\n")).toMatch(message);
});

/** Settings of the beginning of a training, and what a training that starts with a model takes from it instead. */
const BEGINNINGS = [
  ["rec-v2", "network: { recurrent_gain: 0.7 }", "network.recurrent_gain: training starts with the weights of m"],
  ["lif", "network: { tau: 0.9 }", "network.tau: training starts with the leaks of m"],
  [
    "alif",
    "network: { per_neuron: { rho: { initial: 0.5, learned: true } } }",
    "network.per_neuron.rho.initial: training starts with the values of rho of m",
  ],
  ["rec-v2", "quantiser: { fixed_range: 2 }", "quantiser.fixed_range: training starts with the ranges of m, and they stay"],
  ["rec-v2", "quantiser: { input_fixed_range: 2 }", "quantiser.input_fixed_range: training starts with the ranges of m, and they stay"],
  [
    "rec-v2",
    "training: { membrane_penalty: 3, membrane_penalty_warmup_fraction: 0.5 }",
    "training.membrane_penalty_warmup_fraction: m is trained already",
  ],
] as const;

test.each(BEGINNINGS)("%s: %s is refused where training starts with a finished model, and taken elsewhere", (system, setting, problem) => {
  const own = (start: string): string => {
    const inside = setting.replace("network: {", `network: { system: ${system},`);
    return `version: 1\n${inside}\n${inside === setting ? `network: { system: ${system} }\n` : ""}${start}`;
  };
  expect(problemsOf(own("quantisation: { from: m }\n")).map((line) => line.replace(/^\S+ /, ""))).toEqual([
    expect.stringContaining(problem),
  ]);
  expect(problemsOf(own(""))).toEqual([]);
  expect(problemsOf(own("quantisation: { float_epochs: 4 }\n"))).toEqual([]);
});

test("a threshold that is a large share of the levels warns of range drift, a fixed range does not", () => {
  const warn = (text: string): string[] => trainingWarnings(parseTrainingConfig(text, "c"));
  expect(warn(GOOD)).toEqual([]);
  expect(warn(GOOD.replace("bits: 6\n  theta: 3", "bits: 3\n  theta: 0")).join()).toMatch(/drifts to 1\.33 times/);
  expect(warn(GOOD.replace("bits: 6\n  theta: 3", "bits: 3\n  theta: 0\n  fixed_range: 2"))).toEqual([]);
});

test("every key but the version has a default; a file without a name gives its own", () => {
  const config = parseTrainingConfig("version: 1\n", "folder/tiny.yaml");
  expect(config.name).toBe("tiny");
  expect(config.network).toMatchObject({ system: "rec-v2", neurons: [128, 128], recurrentGain: 0.5 });
  expect(config.training.learningRate).toEqual({ schedule: "cosine", peak: 0.002, warmupFraction: 0.03, finalFraction: 0.02 });
  expect(problemsOf("name: x\n").join()).toMatch(/version: is missing/);
});

test("the shipped schema and page are those of the code", () => {
  const shipped = (path: string): string => readFileSync(join(packageRoot(), path), "utf8");
  expect(JSON.parse(shipped("arch/schema/training.schema.json"))).toEqual(trainingJsonSchema());
  expect(shipped("docs/training-configuration.md")).toBe(trainingReference());
});
