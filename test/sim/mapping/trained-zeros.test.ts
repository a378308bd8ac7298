/**
 * Matrices with zeros of networks that are trained here: what counts as zero, its format on a chip, and no effect on
 * anything but the chip.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check } from "../../../app/check.js";
import { open } from "../../../app/open.js";
import { addPj, logicAreaMm2 } from "../../../arch/arithmetic.js";
import { decodeSpikes, encodeSpikes, type Network, parseArch, patchDocument, readModel, resolveModelPath } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { ownTopology, quantise } from "../../../sim/functional/index.js";
import { CORE_COUNTERS, evaluatePoint, prepareFunctional } from "../../../sim/index.js";
import { heldBy, synapseWords } from "../../../sim/mapping/index.js";
import { priceErrors } from "../../../sim/price-errors.js";
import { loadDataset } from "../../../training/index.js";
import { expectAgreement } from "../board/agreement.js";
import { chip, randomTrace } from "../board/fixtures.js";

const parsed = parseArch(
  "version: 1\nextends: mesh-2x2\nnetwork: { model: mnist-rows-lif.safetensors }\nworkload: { samples: 20, timing_samples: 2 }\n",
  join(packageRoot(), "zeros.yaml"),
);
const { experiment } = parsed;
const modelOf = (name: string): Network => readModel(resolveModelPath(name, "zeros.yaml")).network as Network;
const FORMATS = ["auto", "smallest", "dense", "rows", "bitmap", "run-length"] as const;
const digits = loadDataset("mnist-rows", { path: null, split: "test" });

/** Sets this share of each gate's weights to 0, independently for each gate. */
function pruned(network: Network, share: number): Network {
  const rng = createRng(9, "pruned");
  const some = (weights: Float32Array): Float32Array => weights.map((w) => (rng.float() < share ? 0 : w));
  return {
    ...network,
    layers: network.layers.map((layer) => ({
      ...layer,
      gates: layer.gates.map((gate) => ({
        ...gate,
        inputWeights: some(gate.inputWeights),
        recurrentWeights: gate.recurrentWeights === null ? null : some(gate.recurrentWeights),
      })),
    })),
    readout: { ...network.readout, weights: some(network.readout.weights) },
  };
}

const lif = modelOf("mnist-rows-lif.safetensors");
const sixty = pruned(lif, 0.6);

test.each(["mnist-rows-lif", "mnist-rows-rec-v2"])(
  "%s: a synapse exists if a word of any of its gates is not 0, by a check of every word",
  (name) => {
    const network = pruned(modelOf(`${name}.safetensors`), 0.6);
    const { layers, readout, topology } = quantise(network, experiment.precision);
    for (const { source, target, recurrent, present } of topology.projections) {
      const [sources, targets] = [topology.populations[source].neurons, topology.populations[target].neurons];
      const matrices =
        target > layers.length
          ? [readout.weights]
          : layers[target - 1].gates.map((g) => (recurrent ? g.recurrentWeights! : g.inputWeights));
      const expected: number[] = [];
      for (let s = 0; s < sources; s++)
        for (let t = 0; t < targets; t++) if (matrices.some((w) => w[t * sources + s] !== 0)) expected.push(s * targets + t);
      const { rowStart, targets: found } = present!;
      const listed = Array.from({ length: sources }, (_, s) =>
        [...found!.subarray(rowStart[s], rowStart[s + 1])].map((t) => s * targets + t),
      );
      expect(listed.flat()).toEqual(expected);
      // gates are independent: a synapse is missing if all its gates are 0
      const gone = 1 - expected.length / (sources * targets);
      expect(gone).toBeGreaterThan(0.6 ** matrices.length - 0.1);
      expect(gone).toBeLessThan(0.6 ** matrices.length + 0.15);
    }
  },
);

describe("on a chip", () => {
  function run(network: Network, weightFormat: string) {
    const at = patchDocument(parsed, { "chip.weight_format": weightFormat });
    const functional = prepareFunctional(at, network, "m", digits);
    const { result, timing } = evaluatePoint(at, functional);
    const counted = (name: string): number =>
      timing.total.cores.reduce((sum, count, i) => sum + (CORE_COUNTERS[i % CORE_COUNTERS.length] === name ? count : 0), 0);
    const held = heldBy(at.chip, at.precision, functional.trace.topology);
    return { metrics: result.metrics, reads: counted("synapse_reads"), operations: functional.operations, held, timing };
  }
  const of = Object.fromEntries(FORMATS.map((format) => [format, run(sixty, format)]));

  test("the network does not change: accuracy and its operations equal those of dense matrices", () => {
    for (const format of FORMATS) {
      expect(of[format].metrics.accuracy_percent, format).toBe(of.dense.metrics.accuracy_percent);
      expect(of[format].operations, format).toEqual(of.dense.operations);
    }
  });

  test("each format is stored as requested; bitmaps read the fewest words and energy; auto takes rows, smallest takes bitmaps", () => {
    const kinds = (format: string) =>
      of[format].held.projections.map(({ sparse, coding }) => (sparse === null ? "dense" : (coding?.kind ?? "rows")));
    for (const format of ["dense", "rows", "bitmap", "run-length"]) expect(new Set(kinds(format))).toEqual(new Set([format]));
    expect(new Set(kinds("smallest"))).toEqual(new Set(["bitmap"]));
    expect(of.auto.held.projections.slice(0, 2)).toEqual(of.rows.held.projections.slice(0, 2));
    expect(of.bitmap.reads).toBeLessThan(of.rows.reads);
    expect(of.rows.reads).toBeLessThan(of.dense.reads);
    expect(of.bitmap.metrics.energy_uj_per_inference!).toBeLessThan(of.dense.metrics.energy_uj_per_inference!);
  });

  test("if a matrix has no zeros, or too few for rows to gain, auto does not change the chip", () => {
    expect(run(lif, "auto").timing).toEqual(run(lif, "dense").timing);
    const largest = lif.readout.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const whole = { ...lif, readout: { ...lif.readout, weights: lif.readout.weights.map((w) => (w < 0 ? -largest : largest)) } };
    const kinds = run(whole, "bitmap").held.projections.map(({ sparse }) => sparse === null);
    expect(kinds).toEqual([false, false, true]);
  });
});

test.each(["rows", "bitmap", "run-length"] as const)(
  "with %s of a trained matrix, board and naive model agree in every cycle and counter",
  (weightFormat) => {
    const topology = ownTopology(sixty, experiment.precision);
    const trace = randomTrace(topology, [2, 2], [0.1, 0.1, 0.1, 0], 4);
    const on = chip([1, 1, 1], { weightFormat });
    expectAgreement({ chip: on, topology, trace, max: 100, seed: 4, statesAway: false, choices: [] });
  },
);

test("a trace on disk stores which synapses are 0", () => {
  const topology = ownTopology(sixty, experiment.precision);
  const trace = randomTrace(topology, [2], [0.1, 0.1, 0.1, 0], 4);
  expect(decodeSpikes(encodeSpikes({ ...trace, key: "0".repeat(64) }), "t").topology).toEqual(topology);
});

test("check names each matrix's format if one was requested or rows save memory, and says nothing about a few zeros", async () => {
  const lines = async (model: string, precision: object, format?: string) => {
    const chipKeys = format === undefined ? {} : { chip: { weight_format: format } };
    const found = await check(open({ version: 1, extends: "mesh-2x2", network: { model }, precision, ...chipKeys }));
    return found.kind === "board" ? found.heldWeights.map(({ target, format: held }) => `${target} ${held}`) : [];
  };
  expect(await lines("mnist-rows-lif", {})).toEqual([]);
  expect(await lines("mnist-rows-lif", {}, "smallest")).toEqual(["layer1 dense", "layer2 dense", "readout dense"]);
  // rows of layer1 have fewer bits, but not fewer words
  expect(await lines("mnist-rows-lif", { weight_bits: 2 })).toEqual(["layer2 rows", "readout rows"]);
});

test.each([0.1, 0.3, 0.5, 0.7, 0.9])(
  "auto never takes more words than dense if a layer is one slice, with a share of %f zeros",
  (share) => {
    const network = pruned(lif, share);
    for (const weightBits of [2, 3, 4, 8])
      for (const wordBits of [16, 32, 64, 256]) {
        const precision = { ...experiment.precision, weightBits };
        const core = { ...experiment.chip.cores[0], synapseMemory: { ...experiment.chip.cores[0].synapseMemory, wordBits } };
        const topology = ownTopology(network, precision);
        const words = (weightFormat: "auto" | "dense"): number => {
          const held = heldBy({ ...experiment.chip, cores: [core], weightFormat }, precision, topology);
          return held.populations.reduce((sum, { neurons }, p) => sum + synapseWords(held, precision, wordBits, p, 0, neurons), 0);
        };
        expect(words("auto"), `${weightBits} bits, words of ${wordBits}`).toBeLessThanOrEqual(words("dense"));
      }
  },
);

describe("decoders of rows", () => {
  const memory = { "tile.core.synapse_memory.word_bits": 64, "tile.core.max_neurons": 200 };
  const run = (format: string) => {
    const at = patchDocument(parsed, { ...memory, "chip.weight_format": format });
    const { result, timing } = evaluatePoint(at, prepareFunctional(at, sixty, "m", digits));
    const count = (name: (typeof CORE_COUNTERS)[number]): number =>
      timing.total.cores.reduce((sum, n, i) => sum + (CORE_COUNTERS[i % CORE_COUNTERS.length] === name ? n : 0), 0);
    const lines = result.breakdown.filter(({ component }) => component.startsWith("deco"));
    return { at, result, lines, operations: count("synaptic_adds") + count("synaptic_macs"), decoded: count("decoded_weights") };
  };

  test("whole matrices and rows with indices have no decoder: no count, no line", () => {
    for (const format of ["auto", "dense", "rows"]) {
      const { lines, decoded, operations } = run(format);
      expect([decoded, lines]).toEqual([0, []]);
      expect(operations).toBeGreaterThan(0);
    }
  });

  test("a weight decoded by a bitmap costs an addition as wide as the word, by a run one as wide as an index; there is one adder per lane", () => {
    for (const [format, bits, registers] of [
      ["bitmap", 64, 128],
      ["run-length", 7, 7],
    ] as const) {
      const { at, lines, operations, decoded, result } = run(format);
      const { chip } = at;
      const { technology, silicon, cores } = chip;
      expect(decoded).toBe(operations);
      const row = (component: string) => lines.find((line) => line.component === component)!;
      expect(lines.map(({ component }) => component).sort()).toEqual([
        ...["decoded weights", "decoder area", "decoder clock", "decoder leakage"],
      ]);
      const factor = (group: "logic_energy" | "logic_area"): number => silicon?.[group].factor ?? 1;
      expect(row("decoded weights").unitEnergyPj).toBeCloseTo(factor("logic_energy") * addPj(bits, technology), 9);
      expect(row("decoded weights").energyPj).toBeCloseTo((decoded * factor("logic_energy") * addPj(bits, technology)) / 2, 3);
      // layers of 128 neurons on cores of up to 200
      const each = { adderBits: cores[0].lanes * bits, multiplierBits2: 0, registerBits: registers };
      expect(row("decoder area").areaMm2).toBeCloseTo(cores.length * factor("logic_area") * logicAreaMm2(each, technology.nodeNm), 9);
      const sum = lines.reduce((all, { energyPj }) => all + (energyPj ?? 0), 0);
      expect(sum / (1e6 * (result.metrics.energy_uj_per_inference as number))).toBeLessThan(0.1);
    }
  });

  test("a decoder's lines may be wrong by more than an addition's, because its composition is a guess", () => {
    const { at } = run("bitmap");
    const errors = priceErrors(at.chip);
    const spread = (component: string): number => Math.hypot(...(errors.get(component) ?? []).map(({ up }) => up));
    expect(spread("decoded weights")).toBeGreaterThan(0.7);
    expect(spread("decoded weights")).toBeGreaterThan(spread("synaptic additions"));
    expect(spread("decoder area")).toBeGreaterThan(spread("datapath area"));
  });
});
