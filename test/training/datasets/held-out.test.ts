/**
 * What a search holds out of a training set: it is the same for every search, no network is trained on it, and it holds
 * nothing of the test set.
 */
import { expect, test } from "vitest";
import type { Samples } from "../../../arch/index.js";
import { parseTrainingConfig } from "../../../training/config.js";
import { parseChainConfig } from "../../../training/convolution/chain-config.js";
import { heldOut } from "../../../training/convolution/train-chain.js";
import { checkUnlearnt, searchPart, selectUtterances, splitValidation } from "../../../training/datasets/held-out.js";
import { learntOf } from "../../../training/datasets/learnt.js";
import { assemble, type Corpus, type Recording } from "../../../training/datasets/speech.js";
import { DEFAULT_FEATURES } from "../../../training/features.js";
import { trainingParts } from "../../../training/training-parts.js";
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

test("a training that begins with a model watches its error on nothing that the model has learnt: other draws are refused, all that hold the same are taken", () => {
  const whole = ramps("ramps/train", 40);
  const heldBy = (fraction: number, seed: number) => new Set(splitValidation(whole, fraction, seed).validation);
  let [taken, refused] = [0, 0];
  for (const [share, ours] of [0.1, 0.25, 0.5].flatMap((share) => [0, 0.1, 0.25, 0.5].map((other) => [share, other] as const)))
    for (const seed of [1, 2]) {
      const base = { name: "base", heldOut: { set: "ramps", dataHash: whole.hash, fraction: ours, seed } };
      const check = () => checkUnlearnt("c", base, { set: "ramps", dataHash: whole.hash, fraction: share, seed: 1 });
      const unlearnt = [...heldBy(share, 1)].every((u) => heldBy(ours, seed).has(u));
      if (unlearnt) expect(check()).toEqual([]);
      else
        expect(check).toThrow(`c: data.validation_fraction: is ${share} by seed 1, but base may have learnt what this holds out of ramps`);
      unlearnt ? taken++ : refused++;
    }
  expect([taken, refused]).toEqual([6, 18]);
  const now = { set: "ramps", dataHash: whole.hash, fraction: 0.1, seed: 1 };
  const learnt = (heldOut: typeof now | null) => () => checkUnlearnt("c", { name: "base", heldOut }, now);
  expect(learnt({ ...now, dataHash: "other" })).toThrow("from other data of that name");
  // the same recordings under another name are still learnt
  expect(learnt({ ...now, set: "others", fraction: 0 })).toThrow("base may have learnt what this holds out of ramps");
  expect(learnt({ ...now, set: "others" })()).toEqual([]);
  expect(learnt({ set: "others", dataHash: "other", fraction: 0, seed: 1 })()).toEqual([
    "base learnt others: if that holds recordings which this training holds out of ramps, its validation error is too small",
  ]);
  expect(learnt(null)()).toEqual([expect.stringContaining("base does not say what it learnt")]);
  expect(checkUnlearnt("c", { name: "base", heldOut: null }, { ...now, fraction: 0 })).toEqual([]);
});

test("a network has learnt the part on which it is scored unless its training held that out: by the draw of a search, or by an equal one", () => {
  const whole = ramps("ramps/train", 40);
  const parts = { train: whole, fit: searchPart(whole, "fit"), validation: searchPart(whole, "validation"), test: whole };
  const hashOf = (part: keyof typeof parts) => parts[part].hash;
  const judged = new Set(splitValidation(whole, 0.1, 1).validation);
  expect(selectUtterances(whole, [...judged], "v").features).toEqual(parts.validation.features);
  // mnist-rows has no rule of its own, so that a draw holds out its validation part; fsdd-digits has one
  const learnt = (fraction: number, seed: number, split: "train" | "validation" | "test", set = "mnist-rows", dataHash = whole.hash) =>
    learntOf({ set, dataHash, fraction, seed }, "mnist-rows", split, hashOf);
  for (const fraction of [0, 0.05, 0.1, 0.25, 0.5])
    for (const seed of [1, 2]) {
      const held = new Set(splitValidation(whole, fraction, seed).validation);
      expect(learnt(fraction, seed, "validation")).toBe([...judged].every((u) => held.has(u)) ? "no" : "yes");
      expect(learnt(fraction, seed, "train")).toBe("yes");
      expect(learnt(fraction, seed, "test")).toBe("no");
    }
  expect(learnt(0, 1, "validation", "mnist-rows", parts.fit.hash)).toBe("no");
  expect(learnt(0, 1, "train", "mnist-rows", parts.fit.hash)).toBe("yes");
  expect(learnt(0, 1, "validation", "mnist-rows", "other")).toBe("perhaps");
  expect(learnt(0, 1, "train", "mnist-pictures", "other")).toBe("no");
  expect(learntOf({ set: "fsdd-digits", dataHash: whole.hash, fraction: 0.5, seed: 1 }, "fsdd-digits", "validation", hashOf)).toBe("yes");
  expect(learntOf({ set: "nmnist", dataHash: "other", fraction: 0, seed: 1 }, "events", "train", hashOf)).toBe("perhaps");
});

test("labels of classes that are not learnt are counted and named, of what is held out and of the test half; a whole training tells none", () => {
  const classed = (name: string, count: number, classOf: (u: number) => number) => {
    const samples = ramps(name, count);
    return { ...samples, classes: 20, labels: samples.labels.map((_, u) => classOf(u)) };
  };
  const config = parseTrainingConfig("version: 1\ndata: {set: ramps, validation_fraction: 0.5}\n", "c.yaml");
  const told = (train: Samples, test: Samples) => trainingParts(config, { train, test, search: null, base: null });
  const even = classed("ramps/train", 40, (u) => (u % 2) * 2);
  const test = classed("ramps/test", 60, (u) => (u % 6) - 1); // -1 .. 4: no class, 0 and 2 learnt, 1, 3 and 4 not
  expect(told(even, test).warnings).toEqual([
    "30 of 50 labels in ramps/test are of classes without a sample in ramps/train/fit, which are not learnt: 1, 3, 4",
  ]);
  // one sample of a class, which the draw holds out or not
  for (let lone = 0; lone < 40; lone++) {
    const train = classed("ramps/train", 40, (u) => (u === lone ? 7 : (u % 2) * 2));
    const { validation, warnings } = told(
      train,
      classed("ramps/easy", 20, () => 2),
    );
    expect(warnings.join()).toBe(
      validation!.labels.includes(7)
        ? "1 of 20 labels in ramps/train/validation are of classes without a sample in ramps/train/fit, which are not learnt: 7"
        : "",
    );
  }
  const many = classed("ramps/many", 60, (u) => u % 20);
  expect(told(even, many).warnings[0]).toMatch(/^54 of 60 .*: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 8 more$/);
  expect(
    told(
      classed("ramps/train", 60, (u) => u % 5),
      test,
    ).warnings,
  ).toEqual([]);
});

test("a copy of a recording that is held out is named if it is learnt; of nothing but copies no error is watched", () => {
  const one = ramps("ramps/train", 40);
  const test = ramps("ramps/test", 10);
  const config = parseTrainingConfig("version: 1\ndata: {set: ramps, validation_fraction: 0.25}\n", "c.yaml");
  const told = (train: Samples) => trainingParts(config, { train, test, search: null, base: null });
  expect(told(one).warnings).toEqual([]);
  const { train: kept, validation: held } = splitValidation(one, 0.25, config.seed);
  /** Recordings at these places are copies of the first one that is learnt. */
  const copied = (places: readonly number[]) =>
    selectUtterances(
      one,
      Array.from({ length: 40 }, (_, u) => (places.includes(u) ? kept[0] : u)),
      one.name,
    );
  expect(told(copied([held[3]])).warnings).toEqual([
    "1 sample of ramps/train/validation with the features of one in ramps/train/fit, so scored on what is learnt: number 3 of ramps/train/validation as number 0 of ramps/train/fit",
  ]);
  expect(told(copied([kept[3]])).warnings).toEqual([]);
  expect(() => told(copied(held))).toThrow("ramps/train/validation: holds nothing but samples of ramps/train/fit");
});
