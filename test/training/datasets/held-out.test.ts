/**
 * What a search holds out of a training set: it is the same for every search, no network is trained on it, and it holds
 * nothing of the test set.
 */
import { expect, test } from "vitest";
import { parseChainConfig } from "../../../training/convolution/chain-config.js";
import { heldOut } from "../../../training/convolution/train-chain.js";
import { searchPart, splitValidation } from "../../../training/datasets/held-out.js";
import { assemble, type Corpus, type Recording } from "../../../training/datasets/speech.js";
import { DEFAULT_FEATURES } from "../../../training/features.js";
import { ramps } from "../../sweeps/models/ramps.js";

test("a set without a rule holds out a tenth of its utterances, by a draw that is always the same", () => {
  const whole = ramps("ramps/train", 50);
  const [fit, held] = [searchPart(whole, "fit"), searchPart(whole, "validation")];
  expect([fit, held].map(({ frameStart }) => frameStart.length - 1)).toEqual([45, 5]);
  expect(held.name).toBe("ramps/validation");
  expect(searchPart(whole, "validation").features).toEqual(held.features);
  const rows = (part: typeof whole) =>
    Array.from({ length: part.frameStart.length - 1 }, (_, u) =>
      [...part.features.subarray(4 * part.frameStart[u], 4 * part.frameStart[u + 1])].join(),
    );
  expect(new Set([...rows(fit), ...rows(held)])).toEqual(new Set(rows(whole)));
});

test("recordings that a corpus holds out leave the training part, and features keep the statistics of the whole split", () => {
  const recording = (id: string, level: number): Recording => ({
    ...{ id, path: id, speaker: "s", label: 0 },
    read: () => {
      const samples = Float32Array.from({ length: 800 }, (_, i) => level * (((i * 37) % 19) - 9));
      return { rateHz: 8000, count: samples.length, samples };
    },
  });
  const train = [0.01, 0.02, 0.03, 0.04].map((level, i) => recording(`a_${i}`, level));
  const corpus: Corpus = { name: "c", classes: 1, train, test: [recording("t", 0.05)], isHeldOut: ({ id }) => id === "a_3" };
  const [all, fit, held] = (["train", "fit", "validation"] as const).map((part) => assemble(corpus, part, DEFAULT_FEATURES));
  expect([all, fit, held].map(({ frameStart }) => frameStart.length - 1)).toEqual([4, 3, 1]);
  expect([...fit.features, ...held.features]).toEqual([...all.features]);
});

test("a graph's training holds out as many as a network's, and at least one if any are asked for", () => {
  for (const fraction of [0, 0.001, 0.01, 0.1, 0.26, 0.5])
    for (const utterances of [3, 10, 40]) {
      const config = parseChainConfig(
        `{version: 1, graph: {from: net.nir, step_seconds: 0.02, reset: subtract}, data: {set: nmnist, validation_fraction: ${fraction}}}`,
        "n.yaml",
      );
      const { validation } = splitValidation(ramps("ramps/train", utterances), fraction, 1);
      expect(heldOut(config, utterances)).toHaveLength(validation.length);
      expect(validation.length > 0).toBe(fraction > 0);
    }
});
