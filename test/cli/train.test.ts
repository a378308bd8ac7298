/** `snn-dse train` over several configurations and seeds, on a tiny data set made here. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { evaluateModels } from "../../app/evaluate-models.js";
import { train } from "../../app/train.js";
import { encodeNetwork, readModel, writeModel } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { evaluationLines } from "../../cli/format/evaluation.js";
import { trainAndPrint } from "../../cli/runs/run-training.js";
import { lineReporter } from "../../cli/runs/train-report.js";
import { tonesFolder } from "../sweeps/models/tones.js";

const folder = mkdtempSync(join(tmpdir(), "train-"));
const models = join(folder, "made", "here");
afterAll(() => rmSync(folder, { recursive: true }));
let printed: string[] = [];
beforeEach(() => {
  printed = [];
  const keep = (text: unknown) => {
    printed.push(String(text));
    return true;
  };
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

const frame = (v: number): string => Array.from({ length: 12 }, (_, i) => Math.sin(v * (i + 1)).toFixed(3)).join(" ");
for (const half of ["train", "test"]) {
  const last = half === "train" ? 1 : 1.1;
  const speakers = Array.from({ length: 9 }, (_, s) => `${frame(s)}\n${frame(s + 0.5)}\n${frame(s + last)}`);
  writeFileSync(join(folder, `ae.${half}`), speakers.join("\n\n"));
  writeFileSync(join(folder, `size_ae.${half}`), "1 1 1 1 1 1 1 1 1");
}

function config(system: string, epochs: number, name = `tiny-${system}`): string {
  const path = join(folder, `${name}.yaml`);
  const training = `{epochs: ${epochs}, batch: 3, learning_rate: {schedule: cosine, peak: 0.01}}`;
  writeFileSync(
    path,
    `{version: 1, name: ${name}, data: {set: japanese-vowels}, network: {system: ${system}, neurons: [6]}, training: ${training}}`,
  );
  return path;
}
const options = { backend: "cpu", data: folder, outDir: models } as const;

test("every configuration is trained with every seed, and all models end in one comparison with a row a recipe", async () => {
  await trainAndPrint([config("gru", 2), config("rec-v2", 2)], { ...options, seed: [1, 7] });
  for (const name of ["tiny-gru", "tiny-gru-seed7", "tiny-rec-v2", "tiny-rec-v2-seed7"]) {
    const { record, network } = readModel(join(models, `${name}.safetensors`));
    expect(record).toMatchObject({ seed: name.endsWith("7") ? 7 : 1 });
    expect(name).toContain(network.system);
    expect(existsSync(join(models, `${name}.safetensors.checkpoint`))).toBe(false);
  }
  const text = printed.join("\n");
  expect(text).toContain("mean error (%)");
  expect(text).toMatch(/\| tiny-gru-seed7 +\| gru /);
  expect(text).not.toMatch(/\| tiny-rec-v2-seed7 .*\| +2 \|/);
  expect(text).toMatch(/\| tiny-rec-v2 +\| rec-v2 +\| japanese-vowels\/test +\| 6 +\| +0 \| +2 \|/);
});

test("a training that diverges leaves the others to be trained, and is the error at the end", async () => {
  const bad = config("gru", 2, "never");
  writeFileSync(bad, readFileSync(bad, "utf8").replace("batch: 3,", "batch: 3, clip_norm: 1.0e-12,"));
  const error = await train([bad, config("gru", 2, "after")], { ...options, fresh: true }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: "InputError", message: expect.stringMatching(/^never: training diverged: no step of epoch 1/) });
  expect(existsSync(join(models, "never.safetensors"))).toBe(false);
  expect(readModel(join(models, "after.safetensors")).record).toMatchObject({ seed: 1 });
});

test("a run whose configurations name their data compares each model on its own, also if all are kept", { tags: ["long"] }, async () => {
  const turned = join(folder, "turned");
  mkdirSync(turned);
  for (const name of ["ae.train", "size_ae.train", "size_ae.test"]) copyFileSync(join(folder, name), join(turned, name));
  const [first, ...speakers] = readFileSync(join(folder, "ae.test"), "utf8").split("\n\n");
  writeFileSync(join(turned, "ae.test"), [...speakers, first].join("\n\n"));
  const own = (name: string, path: string): string => {
    const file = config("lif", 2, name);
    writeFileSync(file, readFileSync(file, "utf8").replace("set: japanese-vowels", `set: japanese-vowels, path: ${path}`));
    return file;
  };
  const files = [own("here", "."), own("there", "turned")];
  const outDir = join(folder, "own-data");
  const errors: string[] = [];
  for (const kept of [false, true]) {
    printed = [];
    await trainAndPrint(files, { backend: "cpu", outDir });
    const text = printed.join("\n");
    expect(text.includes("already trained"), text).toBe(kept);
    errors.push(...["here", "there"].map((name) => new RegExp(`\\| ${name} +\\| lif .*`).exec(text)?.[0] ?? ""));
    for (const row of errors) expect(row).toContain("japanese-vowels/test");
  }
  expect(errors.slice(2)).toEqual(errors.slice(0, 2));
  const wrong = async (name: string, data: string) => {
    const [{ evaluation }] = await evaluateModels([join(outDir, `${name}.safetensors`)], { data: [data] });
    return (100 * (1 - evaluation.accuracy)).toFixed(2);
  };
  expect(errors[0]).toContain(` ${await wrong("here", folder)} `);
  expect(await wrong("there", folder), "another error on the other data").not.toBe(await wrong("there", turned));
  expect(errors[1]).toContain(` ${await wrong("there", turned)} `);
});

test("of several models one of sound whose record does not say what normalised its features is trained again, to the same weights", {
  tags: ["long"],
}, async () => {
  const place = tonesFolder();
  const [file, outDir] = [join(place, "short.yaml"), join(place, "out")];
  writeFileSync(file, readFileSync(join(place, "tones-base.yaml"), "utf8").replace("epochs: 3, batch: 4", "epochs: 1, batch: 32"));
  const made = async (): Promise<string[]> => {
    const kinds: string[] = [];
    const onEvent = ({ kind }: { readonly kind: string }) => kinds.push(...(kind === "kept" || kind === "written" ? [kind] : []));
    await train([file], { backend: "cpu", data: join(place, "tones"), outDir, seeds: [3, 4], onEvent });
    return kinds;
  };
  expect(await made()).toEqual(["written", "written"]);
  const out = join(outDir, "tones.safetensors");
  const { network, record } = readModel(out);
  const { normalisation, ...older } = record as Record<string, Json>;
  writeModel(out, network, older);
  expect(await made()).toEqual(["written", "kept"]);
  const again = readModel(out);
  expect((again.record as Record<string, Json>).normalisation).toEqual(normalisation);
  expect(encodeNetwork(again.network)).toEqual(encodeNetwork(network));
  rmSync(place, { recursive: true });
});

test("a graph's scores are printed with their intervals of 90 %, Wilson's for recordings", () => {
  const test = { dataset: "d/test", scored: 40, correct: 39, accuracy: 0.975, density: [], predictions: new Int32Array(40) };
  const onChip = { scored: 40, correct: 40, samples: 40, precision: { weightBits: 8, layers: {} } };
  lineReporter()({ kind: "scored", model: "m", test, onChip, seconds: 1 });
  const text = printed.join("");
  const square = 1.6448536269514722 ** 2;
  expect(text).toContain(`40/40, 90 % within ${(Math.floor(400000 / (40 + square)) / 100).toFixed(2)} .. 100.00)`); // a closed form, as nothing is wrong
  expect(text).toContain("test accuracy 97.50 % (39/40, 90 % within 89.54 .. 99.45)");
});

test("a network's scores are printed with their intervals, of frames over as many independent samples as they are worth", async () => {
  const [{ network, evaluation }] = await evaluateModels([join(models, "tiny-rec-v2.safetensors")], { data: [folder] });
  expect(evaluation.samples, "utterances that are classified as wholes are independent").toBe(evaluation.scored);
  const test = { ...evaluation, scored: 400, correct: 400, accuracy: 1, samples: 30 };
  const onChip = { scored: 400, correct: 400, samples: 60, precision: { weightBits: 5, layers: { layer1: { weightBits: 3 } } } };
  lineReporter()({ kind: "end", model: "m", test, onChip, seconds: 1 });
  const least = (samples: number): string => (Math.floor((10_000 * samples) / (samples + 1.6448536269514722 ** 2)) / 100).toFixed(2);
  expect(printed.join("")).toContain(`test accuracy 100 % (400/400, 90 % within ${least(30)} .. 100.00)`);
  expect(printed.join("")).toContain(
    `in a chip's integers, 5-bit weights (3-bit into layer1): 100 % (400/400, 90 % within ${least(60)} .. 100.00)`,
  );
  expect(evaluationLines(network, test)[1]).toContain(`(400 of 400 utterances, 90 % within ${least(30)} .. 100.00)`);
});

test("of a pruned network, products with weights that are not 0 are printed beside all, as a budget counts them", async () => {
  const [{ network, evaluation }] = await evaluateModels([join(models, "tiny-rec-v2.safetensors")], { data: [folder] });
  const { operations } = evaluation;
  const withZeros = (connectionSparsity: number): typeof evaluation => ({
    ...evaluation,
    multiplicationsPerFrame: 881.634,
    operations: { ...operations, effectiveMultiplications: 300.493, neuroBench: { ...operations.neuroBench, connectionSparsity } },
  });
  const report = (test: typeof evaluation): string => {
    printed.length = 0;
    lineReporter()({ kind: "end", model: "m", test, onChip: null, seconds: 1 });
    return [...printed, ...evaluationLines(network, test)].join("\n");
  };
  const pruned = report(withZeros(0.69));
  expect(pruned).toContain("881.63 multiplications per frame (300.49 with weights that are not 0), ");
  expect(pruned).toContain("multiplications per frame 882, 300 of them with weights that are not 0");
  expect(report(withZeros(0.04))).not.toContain("not 0");
});

test("a network counts once, however often and under whatever name its file is given; each repeated file is named", async () => {
  const [first, other] = ["tiny-rec-v2", "tiny-rec-v2-seed7"].map((name) => join(models, `${name}.safetensors`));
  const copy = join(folder, "copy.safetensors");
  copyFileSync(first, copy);
  const repeated: (readonly [string, string])[] = [];
  const onRepeated = (file: string, earlier: string) => repeated.push([file, earlier]);
  const entries = await evaluateModels([first, copy, other, first], { data: [folder], onRepeated });
  expect(entries.map(({ name }) => name)).toEqual(["tiny-rec-v2", "tiny-rec-v2-seed7"]);
  expect(repeated).toEqual([
    [copy, first],
    [first, first],
  ]);
});

test("models count as seeds of one recipe only if nothing but their seeds differs: not with another base or number of epochs, nor a seed twice", async () => {
  const { network, record } = readModel(join(models, "tiny-rec-v2.safetensors"));
  const known = record as { readonly [key: string]: Json } & { readonly curve: readonly Json[] };
  let written = 0;
  /** Another network each time, so that none is left out as repeated. */
  const model = (change: { readonly [key: string]: Json }): string => {
    const path = join(folder, `same-${written++}.safetensors`);
    const readout = { ...network.readout, weights: network.readout.weights.map((w) => w + written / 64) };
    writeModel(path, { ...network, readout }, { ...known, ...change });
    return path;
  };
  const base = (sha256: string) => ({ base: { name: "same", sha256 } });
  const searched = (sha256: string) => ({ base: { name: sha256, sha256, recipe_but_seed: "of the search" } });
  const config = known.config as { readonly [key: string]: Json };
  const early = (stopped: boolean) => ({
    stopped_early: stopped,
    config: { ...config, training: { ...(config.training as { readonly [key: string]: Json }), earlyStopEpochs: 3 } },
  });
  const [first, ...others] = [
    ...[{ seed: 1 }, { seed: 2 }, { seed: 2 }, { seed: 3, backend: "wasm" }, { seed: 1, backend: "wasm" }],
    ...[
      { seed: 4, curve: known.curve.slice(1) },
      { seed: 5, ...base("a") },
      { seed: 6, ...base("b") },
      { seed: 7, ...base("a") },
    ],
    ...[
      { seed: 8, ...early(false) },
      { seed: 9, ...early(true), curve: known.curve.slice(1) },
      { seed: 10, config: { ...config, name: "other" } },
      { seed: 11, ...searched("c"), config: { ...config, name: "one", quantisation: { from: "c" } } },
      { seed: 12, ...searched("d"), config: { ...config, name: "two", quantisation: { from: "d" } } },
    ],
  ].map(model);
  const entries = await evaluateModels([first, ...others], { data: [folder] });
  const groups = new Map<string, number[]>();
  entries.forEach(({ recipe }, i) => {
    groups.set(recipe, [...(groups.get(recipe) ?? []), i]);
  });
  expect([...groups.values()]).toEqual([[0, 1, 3, 11], [2], [4], [5], [6, 8], [7], [9, 10], [12, 13]]);
});

test("a model is kept only if it was also scored on these test data; trained again, its weights are the same", async () => {
  const own = join(folder, "halves");
  mkdirSync(own);
  for (const name of ["ae.train", "ae.test", "size_ae.train", "size_ae.test"]) copyFileSync(join(folder, name), join(own, name));
  const kinds = async (): Promise<string[]> => {
    printed = [];
    await trainAndPrint([config("lif", 1, "halves")], { ...options, data: own, outDir: join(own, "made"), seed: [1, 2], json: true });
    return printed.map((line) => (JSON.parse(line) as { kind: string }).kind).filter((kind) => kind === "kept" || kind === "written");
  };
  const weights = () => encodeNetwork(readModel(join(own, "made", "halves.safetensors")).network);
  expect(await kinds()).toEqual(["written", "written"]);
  const before = weights();
  expect(await kinds()).toEqual(["kept", "kept"]);
  writeFileSync(join(own, "ae.test"), readFileSync(join(own, "ae.test"), "utf8").replace("0.", "0.1"));
  expect(await kinds()).toEqual(["written", "written"]);
  expect(weights()).toEqual(before);
  expect(await kinds()).toEqual(["kept", "kept"]);
});

test("the same command again keeps the models that are there and trains only what changed", async () => {
  const file = (name: string) => join(models, `${name}.safetensors`);
  const before = [readFileSync(file("tiny-gru")), statSync(file("tiny-rec-v2-seed7")).mtimeMs] as const;
  await trainAndPrint([config("gru", 3), config("rec-v2", 2)], { ...options, seed: [1, 7], json: true });
  const events = printed.map((line) => JSON.parse(line) as { kind: string; model: string; record?: { curve: unknown[] } });
  expect(events.filter(({ kind }) => kind === "kept").map(({ model }) => model)).toEqual(["tiny-rec-v2", "tiny-rec-v2"]);
  expect(events.filter(({ kind }) => kind === "written").map(({ record }) => record!.curve.length)).toEqual([3, 3]);
  expect(readFileSync(file("tiny-gru")).equals(before[0])).toBe(false);
  expect(statSync(file("tiny-rec-v2-seed7")).mtimeMs).toBe(before[1]);
});

test("trained again, or stopped and continued, a model has the same bytes", async () => {
  const file = config("rec-v2", 4, "again");
  const bytes: Buffer[] = [];
  for (const stopAt of [0, 0, 5]) {
    const outDir = join(folder, `again-${bytes.length}`);
    const stop = new AbortController();
    let batches = 0;
    const once = train([file], {
      ...{ backend: "cpu", data: folder, outDir, signal: stop.signal },
      onEvent: ({ kind }) => {
        if (kind === "batch" && ++batches === stopAt) stop.abort();
      },
    });
    if (stopAt === 0) await once;
    else {
      await expect(once).rejects.toThrow(/again\.safetensors\.checkpoint; the same command continues/);
      await train([file], { backend: "cpu", data: folder, outDir });
    }
    bytes.push(readFileSync(join(outDir, "again.safetensors")));
  }
  expect(bytes[1].equals(bytes[0])).toBe(true);
  expect(bytes[2].equals(bytes[0])).toBe(true);
});

test("trainings at the same time on different back ends make the models that each makes alone", { tags: ["long"] }, async () => {
  const file = config("rec-v2", 4, "at-once");
  const made = async (backend: "cpu" | "wasm", name: string): Promise<Uint8Array> => {
    const [out] = await train([file], { data: folder, outDir: join(folder, name), backend });
    const { network, record } = readModel(out);
    expect(record).toMatchObject({ backend });
    return encodeNetwork(network);
  };
  const alone = [await made("cpu", "cpu"), await made("wasm", "wasm")];
  expect(alone[0]).not.toEqual(alone[1]);
  expect(await Promise.all([made("cpu", "cpu-both"), made("wasm", "wasm-both")])).toEqual(alone);
});

test("a model that cannot be written is not trained again: the checkpoint stays until the file is there", async () => {
  const file = config("rec-v2", 3, "unwritable");
  const outDir = join(folder, "unwritable");
  const out = join(outDir, "unwritable.safetensors");
  const train3 = async (onEvent: (kind: string) => void) => {
    await train([file], { backend: "cpu", data: folder, outDir, onEvent: ({ kind }) => onEvent(kind) });
  };
  await expect(train3((kind) => kind === "end" && mkdirSync(out))).rejects.toThrow(/unwritable\.safetensors/);
  rmdirSync(out);
  const kinds: string[] = [];
  await train3((kind) => kinds.push(kind));
  expect(kinds).toEqual(["model", "start", "end", "written"]);
  expect(readModel(out).record).toMatchObject({ curve: [{}, {}, {}] });
  expect(existsSync(`${out}.checkpoint`)).toBe(false);
});

test("the record's command names the plug-in that brings the data set, and the back end that was asked for", async () => {
  const plugin = join(folder, "own-series.mjs");
  writeFileSync(
    plugin,
    `export const apiVersion = 1;
export default () => ({ datasets: { "own-series": { about: "x", read: (_, split) => ({ inputs: 2, classes: 2, features: new Float32Array(8).fill(split === "train" ? 0.5 : 0.25),
  frameStart: Uint32Array.of(0, 2, 4), labels: Int32Array.of(0, 1) }) } } });`,
  );
  const file = join(folder, "by-plugin.yaml");
  writeFileSync(file, "{version: 1, data: {set: own-series}, network: {system: lif, neurons: [3]}, training: {epochs: 1}}");
  await trainAndPrint([file], { backend: "cpu", outDir: models, plugin: [plugin], seed: [4] });
  expect(readModel(join(models, "by-plugin-seed4.safetensors")).record).toMatchObject({
    command: "snn-dse train by-plugin.yaml --plugin own-series.mjs --backend cpu --seed 4",
  });
});

test("one file for several models, and two models of one name, are refused before anything is trained", async () => {
  const out = join(folder, "one.safetensors");
  await expect(trainAndPrint([config("gru", 1)], { ...options, seed: [1, 2], out })).rejects.toThrow(/one file for 2 models/);
  await expect(trainAndPrint([config("gru", 1), config("lif", 1, "tiny-gru")], options)).rejects.toThrow(/two models would be written to/);
  expect(printed).toEqual([]);
});

/** A configuration for a chip, and a description of one. */
function forChip(name: string, quantisation: string, network = "system: rec-v2, neurons: [6]"): string {
  const path = join(folder, `${name}.yaml`);
  const training = "{epochs: 2, batch: 3, learning_rate: {schedule: cosine, peak: 0.01}}";
  writeFileSync(
    path,
    `{version: 1, name: ${name}, data: {set: japanese-vowels}, network: {${network}}, quantisation: ${quantisation}, training: ${training}}`,
  );
  return path;
}
function chip(name: string, precision: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, `version: 1\nextends: mesh-2x2\nprecision: ${precision}\n`);
  return path;
}

test("the progress line of the first of three batches says 1/3", async () => {
  await trainAndPrint([config("lif", 1, "counted")], options);
  expect(printed.join("\n")).toMatch(/^epoch 1\/1 .* 1\/3 {2}loss/m);
});

test("a model scored for one chip is not kept for another whose states are narrower", async () => {
  const file = forChip("scored", "{float_epochs: 1, weight_bits: 3}");
  const [wide, narrow] = [chip("wide", "{ weight_bits: 3 }"), chip("narrow", "{ weight_bits: 3, state_bits: 10, state_fraction_bits: 4 }")];
  const kinds = async (aim: string): Promise<string[]> => {
    printed = [];
    await trainAndPrint([file], { ...options, seed: [1, 2], for: aim, json: true });
    return printed.map((line) => (JSON.parse(line) as { kind: string }).kind).filter((kind) => kind === "kept" || kind === "written");
  };
  expect(await kinds(wide)).toEqual(["written", "written"]);
  expect(await kinds(wide)).toEqual(["kept", "kept"]);
  expect(await kinds(narrow)).toEqual(["written", "written"]);
  expect(readModel(join(models, "scored.safetensors")).record).toMatchObject({ on_chip: { precision: { stateBits: 10 } } });
});

test("leaks by shifts: a network without leaks is refused before it is trained, one that learns them from none is trained", async () => {
  const shifts = chip("shifts", "{ weight_bits: 3, leak: shift }");
  const without = forChip("without", "{float_epochs: 1}");
  await expect(trainAndPrint([without], { ...options, for: shifts, json: true })).rejects.toThrow("has no constant leak");
  const sound = forChip("sound", "{float_epochs: 1}", "system: lif, neurons: [6], tau: 0.9");
  await expect(trainAndPrint([sound, without], { ...options, for: shifts, json: true })).rejects.toThrow("has no constant leak");
  expect(existsSync(join(models, "sound.safetensors"))).toBe(false);
  expect(printed.filter((line) => line.includes('"epoch"'))).toEqual([]);
  for (const [tau, leak] of [
    [1, "multiplier"],
    [0.9, "shift"],
  ] as const) {
    const learned = forChip("learned", "{float_epochs: 1}", `system: lif, neurons: [6], tau: ${tau}, tau_learned: true`);
    await trainAndPrint([learned], { ...options, for: shifts });
    expect(readModel(join(models, "learned.safetensors")).record).toMatchObject({ on_chip: { precision: { leak } } });
  }
});

test("a model that a later configuration cannot begin with is refused, by that file's name, before the first is trained", async () => {
  const wrong = forChip("wrong", "{from: mnist-rows-rec-v2}");
  await expect(trainAndPrint([config("lif", 1, "first"), wrong], options)).rejects.toThrow(
    `${wrong}: network.neurons: is [6], and mnist-rows-rec-v2 has [128,128]`,
  );
  expect(printed).toEqual([]);
  expect(existsSync(join(models, "first.safetensors"))).toBe(false);
});

test("data and checkpoints that do not fit a later configuration are told before the first is trained", async () => {
  const first = config("rec-v2", 1, "before");
  const foreign = join(folder, "foreign.checkpoint");
  const refusals: readonly [later: string, prepare: () => void, message: string][] = [
    [dataless("placeless", "set: fsdd-digits"), () => undefined, "holds no recordings"],
    [
      dataless("delayed", "set: japanese-vowels", ", output_delay_frames: 2"),
      () => undefined,
      "network.output_delay_frames delays frame labels",
    ],
    [
      config("gru", 3, "other"),
      () => copyFileSync(foreign, join(models, "other.safetensors.checkpoint")),
      `${join(models, "other.safetensors.checkpoint")}: is the checkpoint of another configuration, data set or back end`,
    ],
    [
      config("gru", 3, "cut"),
      () => writeFileSync(join(models, "cut.safetensors.checkpoint"), readFileSync(foreign).subarray(0, 40)),
      `${join(models, "cut.safetensors.checkpoint")}: is a damaged checkpoint`,
    ],
  ];
  await stopped(config("lstm", 3, "interrupted"));
  copyFileSync(join(models, "interrupted.safetensors.checkpoint"), foreign);
  for (const [later, prepare, message] of refusals) {
    prepare();
    await expect(train([first, later], options), later).rejects.toThrow(message);
    expect(existsSync(join(models, "before.safetensors")), later).toBe(false);
  }
  const other = config("gru", 3, "other");
  await expect(train([other], options)).rejects.toThrow("is the checkpoint of another configuration");
  await train([first, other, config("lstm", 3, "interrupted")], { ...options, fresh: true });
  expect(existsSync(join(models, "interrupted.safetensors.checkpoint"))).toBe(false);
  await stopped(config("lstm", 4, "interrupted"));
  await train([first, config("lstm", 4, "interrupted")], options);
});

function dataless(name: string, data: string, network = ""): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, `{version: 1, data: {${data}}, network: {system: rec-v2, neurons: [6]${network}}, training: {epochs: 1, batch: 3}}`);
  return path;
}

/** A training that is interrupted in its second epoch. */
async function stopped(file: string): Promise<void> {
  const controller = new AbortController();
  const onEvent = ({ kind }: { readonly kind: string }): void => {
    if (kind === "epoch") controller.abort();
  };
  await expect(train([file], { ...options, signal: controller.signal, onEvent })).rejects.toThrow(/the checkpoint is/);
}

test("a command that would overwrite the model that a training starts from is refused, under whatever path, and nothing is written", async () => {
  const start = join(models, "start.safetensors");
  await trainAndPrint([config("rec-v2", 1, "start")], options);
  const before = readFileSync(start);
  const folderLink = join(folder, "link");
  symlinkSync(models, folderLink);
  for (const from of [start, join(folderLink, "start.safetensors")]) {
    const itself = forChip("itself", `{from: "${from}"}`);
    await expect(train([itself], { ...options, out: start })).rejects.toThrow(
      `${itself}: quantisation.from: training starts from ${start}, and would overwrite it`,
    );
    const later = forChip("later", `{from: "${from}"}`);
    for (const order of [
      [config("rec-v2", 2, "start"), later],
      [later, config("rec-v2", 2, "start")],
    ])
      await expect(train(order, options)).rejects.toThrow(`${later}: quantisation.from: training starts from ${start}, and would first`);
    expect(readFileSync(start).equals(before)).toBe(true);
    expect(existsSync(join(models, "later.safetensors"))).toBe(false);
  }
});
