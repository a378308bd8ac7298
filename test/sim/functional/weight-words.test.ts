/**
 * Weights of one and two bits: their words by closed forms, and their products as additions in counts, counters, prices
 * and clocks.
 */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  BUILT_NEEDS,
  BUILT_PAYLOAD_BITS,
  builtLanes,
  clockLimits,
  corePrices,
  datapathLogic,
  type Experiment,
  patchDocument,
  readArch,
  readModel,
  resolveModelPath,
} from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { quantise, runOn } from "../../../sim/functional/index.js";
import { weightWords } from "../../../sim/functional/weight-words.js";
import { CORE_COUNTERS, coreColumn, evaluatePoint, inputOf, prepareFunctional, runnableOf, selectUtterances } from "../../../sim/index.js";
import { loadDataset } from "../../../training/index.js";
import { byReference } from "../../oracles/reference.js";

const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
const at = (bits: number, more: { readonly [path: string]: number | string } = {}): Experiment =>
  patchDocument(described, { "precision.weight_bits": bits, "workload.samples": 40, "workload.timing_samples": 2, ...more });
const wordsOf = (rows: readonly (readonly number[])[], bits: number) => {
  const parts = rows.map((row) => [Float64Array.from(row)]);
  const words = weightWords(parts, at(bits).precision);
  return parts.map(([row]) => {
    const step = words.stepOf([row]);
    const out = new Int16Array(row.length);
    words.quantise(row, step, out);
    return { step, words: [...out] };
  });
};

describe("words", () => {
  test("one bit is a sign with the mean size as its step; 0 becomes +1, a row of zeros stays 0", () => {
    expect(
      wordsOf(
        [
          [0.5, -1.5, 0, 2],
          [0, 0, 0, 0],
        ],
        1,
      ),
    ).toEqual([
      { step: 1, words: [1, -1, 1, 1] },
      { step: 0, words: [0, 0, 0, 0] },
    ]);
  });

  test("if no weight of a gate is negative, one bit says whether there is a synapse", () => {
    expect(
      wordsOf(
        [
          [0, 3, 3, 0],
          [0.5, 2, 0.9, 0],
        ],
        1,
      ),
    ).toEqual([
      { step: 3, words: [0, 1, 1, 0] },
      { step: 2, words: [0, 1, 0, 0] },
    ]);
  });

  test("two bits are -1, 0 and 1", () => {
    expect(wordsOf([[0.9, -2, 1.1, 0.2]], 2)).toEqual([{ step: 2, words: [0, -1, 1, 0] }]);
  });

  test("for signs, the mean size has the smallest error of all steps, on random rows", () => {
    const rng = createRng(5, "signs");
    for (let n = 0; n < 50; n++) {
      const row = Array.from({ length: 2 + n }, () => rng.normal());
      row[0] = -1;
      const [{ step, words }] = wordsOf([row], 1);
      const error = (s: number): number => row.reduce((sum, w, i) => sum + (w - s * words[i]) * (w - s * words[i]), 0);
      for (const factor of [0.9, 0.99, 1.01, 1.1]) expect(error(step)).toBeLessThan(error(step * factor));
    }
  });
});

describe("a chip of few weight bits", () => {
  const model = readModel(resolveModelPath("mnist-rows-rec-v2.safetensors", "edge.yaml"));
  const digits = loadDataset("mnist-rows", { path: null, split: "test" });
  const run = (experiment: Experiment) => {
    const functional = prepareFunctional(experiment, model.network, model.hash, digits);
    return { functional, ...evaluatePoint(experiment, functional) };
  };
  let wide: ReturnType<typeof run>;
  beforeAll(() => {
    wide = run(at(3));
  });

  test.each([1, 2])("with %i bits only these words occur, the fast engine equals the reference, and a word has this many bits", (bits) => {
    const experiment = at(bits);
    const network = quantise(model.network as Parameters<typeof quantise>[0], experiment.precision);
    const values = new Set(
      network.layers.flatMap(({ gates }) =>
        gates.flatMap(({ inputWeights, recurrentWeights }) => [...inputWeights, ...(recurrentWeights ?? [])]),
      ),
    );
    expect([...values].sort((a, b) => a - b)).toEqual(bits === 1 ? [-1, 1] : [-1, 0, 1]);
    const runnable = runnableOf(experiment, model.network, digits);
    const { utterances } = selectUtterances({ ...experiment.workload, samples: 6 }, digits.frameStart.length - 1);
    const [fast, slow] = [runnable, byReference(network)].map((either) =>
      runOn(either, digits, { utterances, traced: Uint32Array.of(0, 1, 2) }, inputOf(experiment)),
    );
    expect(fast.correct).toBe(slow.correct);
    expect(fast.trace.payload).toEqual(slow.trace.payload);
    expect(fast.operations).toEqual(slow.operations);
  });

  test.each([1, 2])("with %i bits every product counts as an addition, in counts, counters and energy; cycles do not change", (bits) => {
    const { functional, result, timing } = run(at(bits));
    for (const layer of functional.operations.layers) expect(layer.macs).toBe(0);
    const total = (column: number): number => {
      let sum = 0;
      for (let i = column; i < timing.total.cores.length; i += CORE_COUNTERS.length) sum += timing.total.cores[i];
      return sum;
    };
    expect(total(coreColumn.synaptic_macs)).toBe(0);
    expect(total(coreColumn.synaptic_adds)).toBeGreaterThan(10_000);
    const line = (name: string) => result.breakdown.find(({ component }) => component === name);
    expect(line("synaptic multiply-accumulates")?.energyPj).toBe(0);
    expect(line("synaptic additions")?.energyPj).toBeGreaterThan(0);
    expect(wide.functional.operations.layers.some(({ macs }) => macs > 0)).toBe(true);
  });

  test("lanes of two bits have no multiplier and no delay of one; lanes of three bits do", () => {
    const [two, three] = [at(2), at(3)];
    const core = two.chip.cores[0];
    const bits2 = ({ precision }: Experiment): number => datapathLogic(core, precision, BUILT_NEEDS).multiplierBits2;
    const lanes = builtLanes(core, three.precision, BUILT_NEEDS);
    const unit = bits2(two);
    expect(bits2(three) - unit).toBe(lanes * 3 * BUILT_PAYLOAD_BITS);
    expect(bits2(at(1))).toBe(unit);
    const prices = (experiment: Experiment) => corePrices(experiment.chip, core, experiment.precision, BUILT_NEEDS);
    expect(prices(two).synaptic_mac_pj.value).toBe(prices(two).synaptic_add_pj.value);
    expect(prices(three).synaptic_mac_pj.value).toBeGreaterThan(prices(three).synaptic_add_pj.value);
    const multiply = ({ chip, precision }: Experiment): number =>
      clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => block.endsWith("multiply-accumulate"))?.periodNs ?? 0;
    expect(multiply(two)).toBeLessThan(multiply(three));
  });

  test("one bit takes half the weight memory of two bits, to the word", () => {
    const fits = (bits: number, kib: number): boolean => {
      try {
        run(
          at(bits, {
            "noc.width": 1,
            "noc.height": 1,
            "chip.weight_format": "dense", // two bits give enough zeros for rows to be smaller
            "tile.core.synapse_memory.size_kib": kib,
            "workload.samples": 2,
            "workload.timing_samples": 1,
          }),
        );
        return true;
      } catch {
        return false;
      }
    };
    // 106,752 weights: 13.03 KiB of one bit, 26.06 of two, each row a whole number of words
    expect([fits(1, 13), fits(1, 14), fits(2, 26), fits(2, 27)]).toEqual([false, true, false, true]);
  });

  test("one-bit weights are refused by name for a network with numbers and missing synapses", () => {
    expect(() => patchDocument(described, { "precision.weight_bits": 1, "network.model": "x.nir", "network.nir.reset": "zero" })).toThrow(
      /precision.weight_bits: is 1, but synapses may be missing in x.nir/,
    );
  });
});
