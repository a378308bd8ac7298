/** A recipe's key covers everything that makes a network, and nothing else. */
import { expect, test } from "vitest";
import type { TrainingRequest } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { lineage } from "../../../sweeps/models/recipe.js";
import { requestedConfigs } from "../../../training/requested-configs.js";
import { longestAt, settingsAt } from "../../../training/schedule.js";
import { baseDocument, GROUND, PLAIN_REQUEST, recipeOf } from "./ramps.js";

test("every key of the request, the bits of weights on the grid, and all inputs of training are in a recipe's key", () => {
  const own = recipeOf({ chipEpochs: 2 }).key;
  const others: Partial<TrainingRequest>[] = [
    { cell: "rec-v1" },
    { width: 8 },
    { layers: 1 },
    { spikeBits: 5 },
    { theta: 1 },
    { membranePenalty: 1 },
    { membranePenaltySaturation: 0.125 },
    { outputDelayFrames: 1 },
    { epochs: 5 },
    { seed: 6 },
    { chipEpochs: 3 },
    { chipRate: 0.002 },
    { zeroShare: 0.5 },
    { share: 0.5 },
  ];
  const keys = others.map((request) => recipeOf({ chipEpochs: 2, ...request }).key);
  keys.push(recipeOf({ chipEpochs: 2 }, 3).key);
  for (const key of Object.keys(GROUND)) keys.push(recipeOf({ chipEpochs: 2 }, 4, { ...GROUND, [key]: "other" }).key);
  expect(new Set([own, ...keys]).size).toBe(1 + keys.length);
  expect(keys.length).toBe(20);
  expect(recipeOf({ chipEpochs: 2 }).key).toBe(own);
});

test("networks with different weight widths begin with the same network of real weights", () => {
  const [three, four] = [3, 4].map((bits) => lineage(recipeOf({ chipEpochs: 2 }, bits)));
  expect(three).toHaveLength(2);
  expect(three[0].key).toBe(four[0].key);
  expect(three[1].key).not.toBe(four[1].key);
  expect(three[0].key).toBe(recipeOf({}, 7).key);
  expect(three[1].config.quantisation).toMatchObject({ weightBits: 3, floatEpochs: 0, from: three[0].config.name });
});

test("runs over a part of the epochs give other networks of the same run, so that a longer run continues a shorter one", () => {
  const [half, whole] = [0.5, 1].map((share) => recipeOf({ share }));
  expect([half.epochs, whole.epochs]).toEqual([2, 4]);
  expect(half.run).toBe(whole.run);
  expect(half.key).not.toBe(whole.key);
  expect(half.config).toEqual(whole.config);
});

test("widths, layers and cells vary the base; keys that only the base's cell has are dropped", () => {
  const configs = (request: Partial<TrainingRequest>, text?: string) =>
    requestedConfigs(baseDocument(text), "arch.yaml", { ...PLAIN_REQUEST, ...request }, { weightBits: 4, spikeBits: null, layers: {} })
      .float;
  expect(configs({}).network.neurons).toEqual([12, 10]);
  expect(configs({ width: 7 }).network.neurons).toEqual([7, 7]);
  expect(configs({ layers: 3 }).network.neurons).toEqual([12, 10, 12]);
  expect(configs({ layers: 1, width: 9 }).network.neurons).toEqual([9]);
  const gru = configs({ cell: "gru", membranePenalty: 3 });
  expect([gru.network.system, gru.training.membranePenalty]).toEqual(["gru", 0]);
  const concave = { membranePenalty: 3, membranePenaltySaturation: 0.125 };
  expect(configs(concave).training).toMatchObject(concave);
  for (const none of [{ cell: "gru" }, { membranePenalty: 0 }] as const)
    expect(configs({ ...concave, ...none }).training).not.toHaveProperty("membranePenaltySaturation");
  const lif = `version: 1\nnetwork: { system: lif, tau: 0.5, tau_learned: true }\n`;
  expect(configs({ cell: "rec-v2" }, lif).network).toMatchObject({ system: "rec-v2", tau: 1, tauLearned: false });
  expect(configs({}, lif).network).toMatchObject({ system: "lif", tau: 0.5, tauLearned: true });
});

test("spikes that the network would not end with are refused: its base's curriculum lasts as long as the epochs", () => {
  const staged = `version: 1
network: { system: rec-v2, neurons: [6] }
quantiser: { bits: 6, theta: 3, curriculum: [{ epochs: 2, bits: 6, theta: 0 }, { epochs: 3, bits: 7, theta: 1 }] }
training: { epochs: 8 }
`;
  let refused = 0;
  for (const epochs of [1, 2, 3, 5, 6, 8])
    for (const [key, path, values] of [
      ["theta", "theta", [0, 1, 3, 5]],
      ["spikeBits", "spike_bits", [6, 7, 8]],
    ] as const)
      for (const value of values) {
        const made = () =>
          requestedConfigs(
            baseDocument(staged),
            "arch.yaml",
            { ...PLAIN_REQUEST, epochs, [key]: value },
            { weightBits: 4, spikeBits: null, layers: {} },
          ).float;
        const last = epochs <= 2 ? { theta: 0, spikeBits: 6 } : epochs <= 5 ? { theta: 1, spikeBits: 7 } : null;
        if (last === null || last[key] === value) {
          const { bits, theta } = settingsAt(made(), epochs - 1);
          expect(key === "theta" ? theta : bits).toBe(value);
        } else {
          refused++;
          expect(made).toThrow(
            `training.${path}: is ${value}, but ramps.yaml has a quantiser.curriculum of 5 epochs, and training.epochs is ${epochs}: the network would end with ${last[key]}`,
          );
        }
      }
  expect(refused).toBe(20);
});

test("a base that prunes its weights does so in float, and its zeros go along to the grid", () => {
  const text = `version: 1\nnetwork: { neurons: [12] }\ntraining: { zero_share: 0.5, zero_scope: network, epochs: 4 }\n`;
  const { float, grid } = requestedConfigs(
    baseDocument(text),
    "arch.yaml",
    { ...PLAIN_REQUEST, chipEpochs: 2 },
    { weightBits: 4, spikeBits: null, layers: {} },
  );
  expect(float.training.zeroShare).toBe(0.5);
  expect(float.training.zeroScope).toBe("network");
  for (const key of ["zeroShare", "zeroScope"]) expect(grid?.training).not.toHaveProperty(key);
  expect(grid?.quantisation?.zeroShare).toBe(PLAIN_REQUEST.zeroShare);
  const budget = `version: 1\nnetwork: { neurons: [12] }\ntraining: { effective_multiplications_per_frame: 500, epochs: 4 }\n`;
  const made = requestedConfigs(
    baseDocument(budget),
    "arch.yaml",
    { ...PLAIN_REQUEST, chipEpochs: 2 },
    { weightBits: 4, spikeBits: null, layers: {} },
  );
  expect(made.float.training.effectiveMultiplicationsPerFrame).toBe(500);
  expect(made.grid?.training).not.toHaveProperty("effectiveMultiplicationsPerFrame");
});

test("utterances are as long on the grid as if the network were trained on: the base's length curriculum goes on", () => {
  const text = `version: 1
network: { neurons: [8] }
training: { epochs: 7, length_curriculum: [{ epochs: 2, frames: 5 }, { epochs: 3, frames: 50 }, { epochs: 1, frames: 900 }] }
`;
  const ends = new Set<number>();
  for (let epochs = 1; epochs <= 8; epochs++) {
    const { float, grid } = requestedConfigs(
      baseDocument(text),
      "arch.yaml",
      { ...PLAIN_REQUEST, epochs, chipEpochs: 4 },
      { weightBits: 4, spikeBits: null, layers: {} },
    );
    ends.add(longestAt(float, epochs - 1));
    for (let epoch = 0; epoch < 4; epoch++) expect(longestAt(grid!, epoch)).toBe(longestAt(float, epochs + epoch));
  }
  expect([...ends]).toEqual([5, 50, 900]);
  expect(recipeOf({ chipEpochs: 4 }).config.training.lengthCurriculum).toEqual([]);
});

test("widths of a layer that the requested network does not have are refused by the description's own key", () => {
  const made = (layers: number) => () =>
    requestedConfigs(
      baseDocument(),
      "arch.yaml",
      { ...PLAIN_REQUEST, chipEpochs: 2, layers },
      { weightBits: 4, spikeBits: null, layers: { layer2: { weightBits: 2 } } },
    );
  expect(made(1)).toThrow("arch.yaml: precision.layers.layer2: is no layer of the network of ramps.yaml, which has layer1, readout");
  expect(made(2)).not.toThrow();
});

test("weights of hidden layers that the base sets to 0 are refused as signs before any training, and only those", () => {
  const made = (training: string, weightBits: number, layers: { readonly [name: string]: { readonly weightBits: number } } = {}) => {
    const text = `version: 1\nnetwork: { neurons: [8, 8] }\ntraining: { ${training} }\n`;
    return () =>
      requestedConfigs(baseDocument(text), "arch.yaml", { ...PLAIN_REQUEST, chipEpochs: 2 }, { weightBits, spikeBits: null, layers });
  };
  const signs = "is 1, and weights of 1 bit are signs: ramps.yaml has training";
  expect(made("zero_share: 0.5", 1)).toThrow(`arch.yaml: precision.weight_bits: ${signs}.zero_share: 0.5`);
  expect(made("zero_share: 0.5", 4, { layer2: { weightBits: 1 } })).toThrow(`precision.layers.layer2.weight_bits: ${signs}`);
  expect(made("effective_multiplications_per_frame: 9", 1)).toThrow(`${signs}.effective_multiplications_per_frame: 9`);
  expect(made("zero_share: 0.5", 2)).not.toThrow();
  expect(made("zero_share: 0.5", 4, { readout: { weightBits: 1 } })).not.toThrow();
  expect(made("zero_share: 0.5", 1, { layer1: { weightBits: 2 }, layer2: { weightBits: 2 } })).not.toThrow();
  expect(made("zero_share: 0.01", 1)).not.toThrow();
  expect(made("epochs: 4", 1)).not.toThrow();
});

test("keys that do not fit together are refused: a threshold above all payloads, a grid for a dense cell, a base model that may have been trained on held-out utterances", () => {
  const refused = (request: Partial<TrainingRequest>, text?: string): string => {
    try {
      requestedConfigs(baseDocument(text), "arch.yaml", { ...PLAIN_REQUEST, ...request }, { weightBits: 4, spikeBits: null, layers: {} });
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return "taken";
  };
  expect(refused({ theta: 31 })).toMatch(/arch\.yaml: quantiser\.theta: theta 31 silences every 6-bit spike/);
  expect(refused({ cell: "gru", chipEpochs: 1 })).toMatch(/quantisation/);
  const begun = `version: 1\nquantisation: { from: fsdd-phones-rec-v2 }\n`;
  expect(refused({}, begun)).toMatch(/training\.base: ramps\.yaml has a quantisation section, and its model may have been trained on/);
});
