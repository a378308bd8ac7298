/** Training reads its bits from a description, and models trained for bits warn below them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { modelWarnings, searchedModelWarnings } from "../../app/model-warnings.js";
import { openChip } from "../../app/open.js";
import { quantise } from "../../app/quantise.js";
import { usual } from "../../app/score-on-chip.js";
import { simulate } from "../../app/simulate.js";
import { aimedAt, aimOf, trainedPrecision } from "../../app/train-for.js";
import { TrainingFiles } from "../../app/training-files.js";
import { type Precision, readModel, resolveModelPath, writeModel } from "../../arch/index.js";
import { existing } from "../../base/entry.js";
import { InputError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { quantise as quantiseNetwork } from "../../sim/functional/index.js";
import { parseTrainingConfig, type TrainingConfig } from "../../training/index.js";
import { fewDigits } from "../few-digits.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-for-"));
const digits = fewDigits(folder);
afterAll(() => rmSync(folder, { recursive: true }));

function described(name: string, precision: string, more = ""): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `version: 1\nextends: mesh-2x2\nprecision: ${precision}\nworkload: { path: ${digits}, samples: 5, timing_samples: 1 }\n${more}`,
  );
  return path;
}

const configOf = (quantisation: string): TrainingConfig =>
  parseTrainingConfig(`version: 1\nname: c\nnetwork: { system: rec-v2, neurons: [8, 8] }\n${quantisation}\n`, "c.yaml");

test("--for takes weight_bits and the layers' own from the description, and scores at all of its precision", async () => {
  const aim = await aimOf(
    described("own", "{ weight_bits: 4, state_bits: 12, state_fraction_bits: 5, layers: { layer1: { weight_bits: 2 } } }"),
  );
  const aimed = aimedAt(configOf("quantisation: { from: x, weight_bits: 8, layers: { readout: { weight_bits: 3 } } }"), "c.yaml", aim);
  expect(aimed.quantisation).toEqual({
    from: "x",
    floatEpochs: 0,
    weightBits: 4,
    layers: { layer1: { weightBits: 2 } },
    zeroShare: 0,
    stepLearned: true,
  });
  expect(trainedPrecision(aimed, aim)).toMatchObject({ weightBits: 4, stateBits: 12, stateFractionBits: 5 });
});

test("without --for a network is scored at the widest of its layers' words, the others as words of their own", () => {
  const precision = trainedPrecision(configOf("quantisation: { from: x, weight_bits: 2, layers: { readout: { weight_bits: 5 } } }"), null);
  expect(precision).toMatchObject({ weightBits: 5, layers: { layer1: { weightBits: 2 }, layer2: { weightBits: 2 } } });
  expect(trainedPrecision(configOf(""), null)).toBeNull();
});

test("--for refuses a configuration without a grid, words that training does not know, and layers that there are not", async () => {
  const [usual, wide] = [await aimOf(described("usual", "{ weight_bits: 3 }")), await aimOf(described("wide", "{ weight_bits: 12 }"))];
  const strange = await aimOf(described("strange", "{ layers: { layer3: { weight_bits: 2 } } }"));
  const sound = configOf("quantisation: { from: x }");
  expect(() => aimedAt(configOf(""), "c.yaml", usual)).toThrow("c.yaml: quantisation: is not for a chip");
  expect(() => aimedAt(sound, "c.yaml", wide)).toThrow("precision.weight_bits: is 12: training supports 1 to 8");
  const mixed = await aimOf(described("mixed", "{ weight_bits: 12, layers: { layer1: { weight_bits: 1 }, readout: { weight_bits: 2 } } }"));
  expect(() => aimedAt(sound, "c.yaml", mixed)).toThrow("precision.weight_bits: is 12");
  const pruned = configOf("quantisation: { from: x, zero_share: 0.5 }");
  const narrow = await aimOf(
    described("narrow", "{ weight_bits: 8, layers: { layer1: { weight_bits: 1 }, readout: { weight_bits: 2 } } }"),
  );
  expect(aimedAt(sound, "c.yaml", narrow).quantisation?.layers.layer1).toEqual({ weightBits: 1 });
  expect(() => aimedAt(pruned, "c.yaml", narrow)).toThrow("precision.layers.layer1.weight_bits: is 1, and weights of 1 bit are signs");
  expect(() => aimedAt(sound, "c.yaml", strange)).toThrow("precision.layers.layer3: is no layer of c");
  await expect(aimOf(join(folder, "none.yaml"))).rejects.toThrow(InputError);
});

test("a description that sweeps the widths of weights or spikes is refused by the path; other swept widths are taken", async () => {
  const search = "sweep: { objectives: { accuracy_percent: max }, sampler: { name: grid } }\n";
  const own = "{ weight_bits: 8, layers: { layer1: { weight_bits: { sweep: [2, 3] } } } }";
  for (const [name, precision, path] of [
    ["swept", "{ weight_bits: { sweep: [2, 3, 8] } }", "precision.weight_bits"],
    ["swept-layer", own, "precision.layers.layer1.weight_bits"],
    ["swept-spikes", "{ spike_bits: { sweep: [4, 6] } }", "precision.spike_bits"],
  ] as const)
    await expect(aimOf(described(name, precision, search))).rejects.toThrow(`${path}: is swept, and a network is trained for one value`);
  const states = await aimOf(described("swept-states", "{ weight_bits: 3, state_bits: { sweep: [12, 16] } }", search));
  expect(states.precision.weightBits).toBe(3);
});

/** The shipped digit model, said to be trained for 3 bits, its readout for 2. */
function trainedModel(): string {
  const { network } = readModel(resolveModelPath("mnist-rows-rec-v2", "."));
  const record: Json = { config: { quantisation: { weightBits: 3, layers: { readout: { weightBits: 2 } } } } };
  writeModel(join(folder, "w3.safetensors"), network, record);
  return "w3.safetensors";
}

test("sim, quantise and sweep warn where a model gets fewer bits than it was trained for, and only there", { tags: ["long"] }, async () => {
  const model = `network: { model: ${trainedModel()} }\n`;
  const warned = "mnist-rows-rec-v2 was trained for weights of 3 bits and gets 2 (layer1, layer2)";
  const [two, three, eight] = [2, 3, 8].map((bits) => openChip(described(`w${bits}`, `{ weight_bits: ${bits} }`, model)));
  expect((await simulate(two)).warnings).toEqual([expect.stringContaining(warned)]);
  expect((await simulate(three)).warnings).toEqual([]);
  expect((await quantise(eight, { bits: { weight_bits: [8, 3] } })).warnings).toEqual([]);
  expect((await quantise(eight, { bits: { weight_bits: [8, 2] } })).warnings).toEqual([expect.stringContaining(warned)]);
  const kept = await quantise(eight, { bits: { weight_bits: [8] }, keepPercent: 20 });
  expect(kept.smallest?.precision.weightBits).toBe(2);
  expect(kept.warnings).toEqual([expect.stringContaining(warned)]);
  const own = openChip(described("own8", "{ weight_bits: 8, layers: { layer1: { weight_bits: 6 } } }", model));
  expect((await quantise(own, { bits: { weight_bits: [2] } })).warnings).toEqual([expect.stringContaining(warned)]);
  let file = 0;
  for (const [precision, expected] of [
    ["{ weight_bits: { sweep: [8, 2] } }", "gets 2 (layer1, layer2)"],
    ["{ weight_bits: 8, layers: { layer1: { weight_bits: { sweep: [8, 2] } } } }", "gets 2 (layer1)"],
    ["{ weight_bits: 8, layers: { layer1: { weight_bits: { sweep: [2, 8] } } } }", "gets 2 (layer1)"],
    ["{ weight_bits: { sweep: [8, 2] }, layers: { layer1: { weight_bits: 6 } } }", "gets 2 (layer2)"],
    [
      "{ weight_bits: { sweep: [8, 4] }, layers: { readout: { weight_bits: { sweep: [3, 1] } } } }",
      "weights of 2 bits and gets 1 (readout)",
    ],
    ["{ weight_bits: { sweep: [8, 3] }, layers: { readout: { weight_bits: { sweep: [2, 4] } } } }", null],
  ] as const) {
    const search = `${model}sweep: { objectives: { area_mm2: min }, sampler: { name: grid } }\n`;
    const searched = openChip(described(`searched${file++}`, precision, search));
    const warnings = await searchedModelWarnings(searched.file, searched.experiment, existing(searched.sweep, "a sweep"));
    expect([precision, warnings]).toEqual([precision, expected === null ? [] : [expect.stringContaining(expected)]]);
  }
  const one = { ...two.experiment.precision, weightBits: 1 };
  const trained = readModel(join(folder, "w3.safetensors"));
  expect(modelWarnings({ ...trained, warnings: [] }, one).map((text) => text.replace(/^.*weights of /, ""))).toEqual([
    "3 bits and gets 1 (layer1, layer2): train it for 1 (quantisation.weight_bits), or give it 3",
    "2 bits and gets 1 (readout): train it for 1 (quantisation.weight_bits), or give it 2",
  ]);
  const foreign = readModel(resolveModelPath("mnist-rows-rec-v2", "."));
  expect(modelWarnings({ ...foreign, warnings: [] }, two.experiment.precision)).toEqual([]);
});

test("weights keep their grid beside other spikes exactly at the bits that the warning asks for", () => {
  const { network, record } = readModel(resolveModelPath("fsdd-phones-rec-v2-w3", "."));
  const first = { ...network, layers: network.layers.slice(0, 1) };
  /**
   * Number of distinct words by row and source: equal to the trained one only if no two levels of the grid became one.
   */
  const levels = (precision: Partial<Precision>): readonly number[] =>
    quantiseNetwork(first, { ...usual.precision, ...precision }).layers[0].gates.flatMap(({ inputWeights, recurrentWeights }) =>
      [inputWeights, recurrentWeights ?? new Int16Array()].flatMap((words) => {
        const sources = words.length / first.layers[0].neurons;
        return Array.from({ length: first.layers[0].neurons }, (_, r) => new Set(words.subarray(r * sources, (r + 1) * sources)).size);
      }),
    );
  const trained = levels({ weightBits: 3 });
  const own = (input: number, layer1: number) => ({ layers: { input: { spikeBits: input }, layer1: { spikeBits: layer1 } } });
  for (const [spikes, needed] of [
    [{ spikeBits: 8 }, 5],
    [{ spikeBits: 1 }, 5],
    [own(8, 5), 4],
    [own(5, 3), 3],
  ] as const)
    for (const weightBits of needed === 3 ? [3] : [needed - 1, needed]) {
      const said = modelWarnings({ network: first, record, warnings: [] }, { ...usual.precision, weightBits, ...spikes });
      const asked = `the weights into layer1 would need ${needed} bits and get ${weightBits}`;
      expect(said).toEqual(weightBits === needed ? [] : [expect.stringContaining(asked)]);
      expect(levels({ weightBits, ...spikes }).every((count, at) => count === trained[at])).toBe(weightBits === needed);
    }
});

test("a search with other spikes warns at the worst that any two populations combine, and quantise names the rows", async () => {
  const model = "network: { model: fsdd-phones-rec-v2-w3 }\n";
  let file = 0;
  const warned = async (precision: string): Promise<readonly string[]> => {
    const search = `${model}sweep: { objectives: { area_mm2: min }, sampler: { name: grid } }\n`;
    const { file: place, experiment, sweep } = openChip(described(`spikes${file++}`, precision, search));
    return searchedModelWarnings(place, experiment, existing(sweep, "a sweep"));
  };
  expect(await warned("{ weight_bits: 3, spike_bits: { sweep: [6, 8] } }")).toEqual([
    expect.stringMatching(/8 bits from input and 6 from layer1, and gets 6 and 6, 8 and 8: .* layer1 would need 5 bits and get 3/),
  ]);
  const layers = (input: string, layer1: string) =>
    `{ weight_bits: 4, layers: { input: { spike_bits: ${input} }, layer1: { spike_bits: ${layer1} } } }`;
  expect(await warned(layers("{ sweep: [7, 8] }", "{ sweep: [6, 5] }"))).toEqual([]);
  expect(await warned(layers("{ sweep: [6, 7] }", "{ sweep: [6, 4] }"))).toEqual([
    expect.stringMatching(/gets 6 and 6: .* layer1 would need 5 bits and get 4/),
  ]);
});

test("--for and a search refuse spikes that would move weights off the grid that they train, and no others", async () => {
  const config = parseTrainingConfig(
    "version: 1\nname: c\nnetwork: { system: rec-v2, neurons: [8, 8] }\nquantiser: { bits: 6, input_bits: 8 }\nquantisation: { from: x }\n",
    "c.yaml",
  );
  const aimed = async (precision: string) => {
    const aim = await aimOf(described("spikes", precision));
    return () => aimedAt(config, "c.yaml", aim);
  };
  expect(await aimed("{ spike_bits: 8 }")).toThrow(
    "precision.spike_bits: is 8, and c is trained with spikes of 8 bits from input and 6 from layer1: the weights into layer1",
  );
  expect(await aimed("{ layers: { layer2: { spike_bits: 4 } } }")).toThrow("precision.layers.layer2.spike_bits: is 4, and c is trained");
  expect(await aimed("{ spike_bits: 7, layers: { layer1: { spike_bits: 5 }, layer2: { spike_bits: 5 } } }")).not.toThrow();
  const files = new TrainingFiles(join(folder, "co-search.yaml"));
  const requested = (precision: string, training = "") => {
    const path = join(folder, "co-search.yaml");
    const section = `{ base: fsdd-phones-rec-v2, chip_epochs: 2${training} }`;
    const workload = "{ dataset: fsdd-phones, split: validation }";
    writeFileSync(path, `version: 1\ntraining: ${section}\nworkload: ${workload}\nprecision: { weight_bits: 3, ${precision} }\n`);
    const { experiment } = openChip(path);
    return () => files.configsOf(experiment);
  };
  expect(requested("state_bits: 16")).not.toThrow();
  expect(requested("spike_bits: 8")).toThrow("precision.spike_bits: is 8, and fsdd-phones-rec-v2 is trained with spikes of 8 bits");
  expect(requested("spike_bits: 8", ", spike_bits: 8")).not.toThrow();
  expect(requested("layers: { input: { spike_bits: 7 } }")).toThrow("precision.layers.input.spike_bits: is 7, and fsdd-phones-rec-v2");
  expect(requested("spike_bits: 8", ", cell: rec-v1")).not.toThrow();
});
