// @module-tag slow
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Precision, parseArch, readModel, withSpikeBits } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { wilson } from "../../../base/wilson.js";
import { quantise, quantiseLayers } from "../../../sim/functional/quantise.js";
import { runOn } from "../../../sim/functional/run.js";
import { accuracyByBits, layerSensitivities, smallestPrecision } from "../../../sim/functional/study.js";
import { studyWork } from "../../../sim/model.js";
import { loadDataset } from "../../../training/index.js";
import { usualAndLong } from "../../usual.js";
import { randomNetwork, randomSamples, USUAL } from "./random-network.js";

const path = join(packageRoot(), "training/models/mnist-rows-rec-v2.safetensors");
if (!existsSync(path)) console.log(`skipped: ${path} is not there`);
const utterances = Uint32Array.from({ length: 150 }, (_, i) => i * 66);

const RUN = { utterances, traced: new Uint32Array() } as const;

const { experiment } = parseArch("version: 1\nextends: mesh-2x2\n", "x.yaml");

function work(judged = utterances) {
  return studyWork(experiment, readModel(path).network, loadDataset("mnist-rows", { path: null, split: "test" }), judged);
}
/** For claims that results differ, or are equal. */
const few = utterances.subarray(0, 40);

describe.skipIf(!existsSync(path))("study of the shipped model on 150 digits", () => {
  test("2-bit weights lose much accuracy, 4 bits little, 8 and 16 bits almost none", () => {
    const rows = accuracyByBits(work(), USUAL, "weight_bits", [2, 4, 8, 16]);
    const accuracy = rows.map((row) => row.accuracyPercent);
    expect(accuracy[0]).toBeLessThan(accuracy[1] - 20);
    expect(accuracy[1]).toBeGreaterThan(95);
    expect(Math.abs(accuracy[2] - accuracy[3])).toBeLessThanOrEqual(1.4);
  });

  test("a width below a layer's own narrows that layer too, a width above does not change it", () => {
    const from = work();
    const own = { ...USUAL, layers: { layer1: { weightBits: 4 } } };
    const [two, eight] = accuracyByBits(from, own, "weight_bits", [2, 8]);
    expect(two).toEqual(accuracyByBits(from, USUAL, "weight_bits", [2])[0]);
    expect(eight).toEqual({ ...layerSensitivities(from, USUAL, "weight_bits", [4])[0], bits: 8, layer: null });
  });

  test("every width at its narrowest changes the result", { tags: ["long"] }, () => {
    const from = work(few);
    for (const [axis, bits] of [
      ["spike_bits", 2],
      ["accumulator_bits", 12],
      ["lut_bits", 2],
      ["gate_bits", 2],
      ["state_bits", 8],
    ] as const) {
      const [narrow, wide] = accuracyByBits(from, USUAL, axis, [bits, axis === "spike_bits" ? 6 : 14]);
      expect([axis, narrow.correct, narrow.multiplicationsPerFrame]).not.toEqual([axis, wide.correct, wide.multiplicationsPerFrame]);
    }
  });

  test("there is one row per layer and width; all layers at the base width equal the base", () => {
    const from = work();
    const rows = layerSensitivities(from, USUAL, "weight_bits", [2, 8]);
    expect(rows.map((row) => [row.layer, row.bits])).toEqual([
      ["layer1", 2],
      ["layer1", 8],
      ["layer2", 2],
      ["layer2", 8],
      ["readout", 2],
      ["readout", 8],
    ]);
    const [base] = accuracyByBits(from, USUAL, "weight_bits", [8]);
    for (const row of rows) if (row.bits === 8) expect(row.correct).toBe(base.correct);
    expect(rows[0].correct).toBeLessThan(base.correct);
  });

  for (const [some, options] of usualAndLong(
    [
      ["state_bits", ["input", "layer1", "layer2"], [8, 16]],
      ["spike_bits", ["input", "layer1", "layer2"], [2, 6]],
    ] as const,
    (axis) => axis[0] === "spike_bits",
  ))
    test.each(some)("narrow %s of one layer change the result, those at the base width do not", options, (axis, layers, bits) => {
      const from = work(few);
      const rows = layerSensitivities(from, USUAL, axis, bits);
      expect(rows.map((row) => [row.layer, row.bits])).toEqual(layers.flatMap((layer) => bits.map((width) => [layer, width])));
      const [base] = accuracyByBits(from, USUAL, axis, [bits[1]]);
      const outcome = ({ correct, multiplicationsPerFrame }: typeof base): readonly number[] => [correct, multiplicationsPerFrame];
      for (const row of rows) {
        if (row.bits === bits[1]) expect(outcome(row)).toEqual(outcome(base));
        else expect(outcome(row)).not.toEqual(outcome(base));
      }
      // all layers narrow together equal the width that is narrow everywhere
      const narrow = {
        ...USUAL,
        ...(axis === "state_bits" ? { stateBits: 8, stateFractionBits: 0 } : { spikeBits: 2 }),
      };
      const together = runOn(
        from.at(USUAL, new Map(layers.map((layer) => [layer, narrow]))),
        from.samples,
        { ...RUN, utterances: few },
        from.input,
      );
      const [everywhere] = accuracyByBits(from, USUAL, axis, [bits[0]]);
      expect(together.correct).toBe(everywhere.correct);
    });

  test("a width that all layers share is refused for single layers", () => {
    expect(() => layerSensitivities(work(), USUAL, "gate_bits", [8])).toThrow(/all layers of .* share gate_bits/);
  });

  test("the smallest precision keeps the accuracy asked for, and one or two bits less of any width do not", { tags: ["long"] }, () => {
    const whole = work();
    const last = Math.max(...whole.utterances) + 1; // few are left that did not choose it
    const from = { ...whole, samples: { ...whole.samples, frameStart: whole.samples.frameStart.subarray(0, last + 1) } };
    const found = smallestPrecision(from, USUAL, ["weight_bits", "lut_bits"], 96);
    expect(found.accuracyPercent).toBeGreaterThanOrEqual(96);
    expect(found.precision.weightBits).toBeLessThan(6);
    for (const row of found.tried) expect(row.kept).toBe(row.accuracyPercent >= 96);
    const { weightBits, lutBits } = found.precision;
    const below = (width: number, narrowest: number): number[] => [width - 1, width - 2].filter((bits) => bits >= narrowest);
    const rows = [
      ...accuracyByBits(from, found.precision, "weight_bits", below(weightBits, 2)),
      ...accuracyByBits(from, found.precision, "lut_bits", below(lutBits, 2)),
    ];
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect([row.axis, row.bits, row.accuracyPercent < 96]).toEqual([row.axis, row.bits, true]);
    expect(found.storageBits).toBeLessThan(found.startStorageBits);
    expect(() => smallestPrecision(from, USUAL, ["weight_bits"], 100.5)).toThrow(InputError);
  });

  test("the chosen precision is scored on all utterances that did not choose it, none twice", () => {
    const from = work();
    const two = {
      ...from,
      samples: { ...from.samples, frameStart: from.samples.frameStart.subarray(0, 301) },
      utterances: Uint32Array.of(3, 5),
    };
    const { heldOut, precision } = smallestPrecision(two, USUAL, [], 0);
    expect(precision).toEqual(USUAL);
    expect(heldOut?.utterances).toBe(298);
    const others = Uint32Array.from({ length: 300 }, (_, u) => u).filter((u) => u !== 3 && u !== 5);
    const [row] = accuracyByBits({ ...two, utterances: others }, USUAL, "weight_bits", [8]);
    expect(heldOut?.accuracyPercent).toBe(row.accuracyPercent);
    const all = Uint32Array.from({ length: 300 }, (_, u) => u);
    expect(smallestPrecision({ ...two, utterances: all }, USUAL, [], 0).heldOut).toBeNull();
  });

  test("4 bits fewer per weight of a layer save 4 bits × its synapses; a table with half the entries has half the bits", () => {
    const from = work(utterances.subarray(0, 2));
    const bitsOf = (rows: readonly { readonly storageBits: number }[]): number[] => rows.map((row) => row.storageBits);
    const [narrow, wide] = bitsOf(layerSensitivities({ ...from, layersOf: () => ["layer2"] }, USUAL, "weight_bits", [4, 8]));
    // layer2: two gates of 128 neurons, from 128 inputs and 128 of its own.
    expect(wide - narrow).toBe(4 * 2 * 128 * (128 + 128));
    const [half, whole] = bitsOf(accuracyByBits(from, USUAL, "lut_bits", [7, 8]));
    expect(whole - half).toBe(128 * 8);
    const [less, more] = bitsOf(accuracyByBits(from, USUAL, "accumulator_bits", [20, 24]));
    expect(more - less).toBe(4 * (2 * 128 * 2 + 10));
  });
});

test("intervals are Wilson's: of 90 %: 10 of 20 within 32.74 and 67.26 %, 0 of 10 within 0 and 21.29 %, 99 of 100 within 95.64 and 99.78 %", () => {
  for (const [correct, scored, low, high] of [
    [10, 20, 32.74, 67.26],
    [0, 10, 0, 21.29],
    [99, 100, 95.64, 99.78],
  ]) {
    const { lowPercent, highPercent } = wilson(correct, scored);
    expect(lowPercent).toBeCloseTo(low, 1);
    expect(highPercent).toBeCloseTo(high, 1);
  }
});

test("the interval of an accuracy of frames is that of as many samples as its utterances are worth", () => {
  const shape = { system: "rec-v1", inputs: 3, neurons: [4], classes: 2, bits: 6, theta: 0, fill: 1, gain: 1 } as const;
  const network = { ...randomNetwork(3, shape), task: "frames" } as const;
  const samples = randomSamples(3, network, 30, 12);
  // each utterance has one class: its frames are right or wrong together more often than by chance
  samples.labels.forEach((_, frame, labels) => {
    labels[frame] = samples.frameStart.findLastIndex((start) => start <= frame) % 2;
  });
  const everyone = Uint32Array.from({ length: 30 }, (_, u) => u);
  const from = studyWork(experiment, network, samples, everyone);
  const [{ correct, scored, interval }] = accuracyByBits(from, USUAL, "weight_bits", [8]);
  const { predictions } = runOn(from.at(USUAL, new Map()), samples, { utterances: everyone, traced: new Uint32Array() }, from.input);
  const utterances = Array.from(everyone, (u) => {
    const [first, end] = [samples.frameStart[u], samples.frameStart[u + 1]];
    return { s: end - first, w: samples.labels.subarray(first, end).filter((label, t) => label !== predictions[first + t]).length };
  });
  const sum = (of: (one: { readonly s: number; readonly w: number }) => number) => utterances.reduce((all, one) => all + of(one), 0);
  const p = sum(({ w }) => w) / sum(({ s }) => s);
  expect((scored - correct) / scored).toBe(p);
  // docs/prices.md: p (1 - p) a^2 / (sum of (p s - w)^2 + p (1 - p) sum of s^2 / U)
  const n = (p * (1 - p) * scored ** 2) / (sum(({ s, w }) => (p * s - w) ** 2) + (p * (1 - p) * sum(({ s }) => s * s)) / 30);
  expect(n).toBeLessThan(scored / 2);
  for (const end of [interval.lowPercent, interval.highPercent].map((percent) => percent / 100))
    expect(Math.abs(1 - p - end) / Math.sqrt((end * (1 - end)) / n)).toBeCloseTo(1.6449, 3);
});

test("spikes with fewer bits keep their range, and the threshold its share of the range", () => {
  const network = randomNetwork(1, { system: "rec-v2", inputs: 3, neurons: [4], classes: 2, bits: 6, theta: 8, fill: 1, gain: 1 });
  const narrow = withSpikeBits(network, () => 4);
  expect(narrow.layers[0].quantiser).toEqual({ bits: 4, theta: 2, range: network.layers[0].quantiser!.range });
  expect(withSpikeBits(network, () => 1).encoder?.theta).toBe(0);
});

describe("search of spike widths that differ between populations", () => {
  const trained = (input: number, hidden: readonly number[]) => {
    const shape = { system: "rec-v2", inputs: 3, neurons: [4, 5], classes: 2, bits: input, theta: 0, fill: 1, gain: 1 } as const;
    const same = randomNetwork(1, shape);
    const layers = same.layers.map((layer, l) => ({ ...layer, quantiser: { ...layer.quantiser!, bits: hidden[l] } }));
    const network = { ...same, layers };
    const everyone = Uint32Array.from({ length: 20 }, (_, u) => u);
    const from = studyWork(experiment, network, randomSamples(1, network, 20, 5), everyone);
    const widthsAt = (precision: Precision): readonly number[] => {
      const { encoder, layers: integers } = quantise(network, precision);
      return [encoder, ...integers.map(({ quantiser }) => quantiser)].map(({ limit }) => 1 + Math.log2(limit + 1));
    };
    const seen: (readonly number[])[] = [];
    const at: typeof from.at = (precision, own) => {
      seen.push(widthsAt(precision));
      return from.at(precision, own);
    };
    return { work: { ...from, at }, seen, widthsAt };
  };

  test.each([
    ["the input's are the widest", 8, [6, 4]],
    ["a layer's are the widest", 4, [6, 3]],
    ["all are equal", 5, [5, 5]],
    ["a layer has its own in the description", 8, [6, 6], { layer1: { spikeBits: 3, weightBits: 4 } }],
  ] as const)("each step narrows the widest and widens none: %s", (_, input, hidden, layers: Precision["layers"] = {}) => {
    const { work: from, seen, widthsAt } = trained(input, hidden);
    const { precision, tried } = smallestPrecision(from, { ...USUAL, layers }, ["spike_bits"], 0);
    const [base] = seen;
    const widest = Math.max(...base);
    expect(tried.map(({ bits }) => bits)).toEqual(Array.from({ length: widest - 2 }, (_unused, step) => widest - 1 - step));
    for (const [step, { bits }] of tried.entries()) expect(seen[step + 1]).toEqual(base.map((width) => Math.min(width, bits)));
    expect(widthsAt(precision)).toEqual([2, 2, 2]);
    expect(precision.layers).toEqual("layer1" in layers ? { layer1: { weightBits: 4 } } : {});
  });
});

test("another weight width of one layer does not change the other layers' weights", () => {
  const network = randomNetwork(1, { system: "rec-v2", inputs: 3, neurons: [4, 5], classes: 2, bits: 6, theta: 0, fill: 1, gain: 1 });
  const all = quantise(network, USUAL);
  const one = quantiseLayers(network, USUAL, new Map([["layer2", { ...USUAL, weightBits: 3 }]]));
  expect(one.layers[0]).toEqual(all.layers[0]);
  expect(one.readout).toEqual(all.readout);
  expect(Math.max(...one.layers[1].gates[0].inputWeights.map(Math.abs))).toBeLessThanOrEqual(3);
  expect(one.key).not.toBe(all.key);
});
