/**
 * A chip's quantiser finds the same grid on which the weights were trained; gradients agree with the formulas in double
 * precision.
 */
import { expect, test } from "vitest";
import { decodeModel, encodeModel, type Network } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { chooseBackend } from "../../../training/backend.js";
import { cutPieces, packBatch } from "../../../training/batch.js";
import { parseTrainingConfig } from "../../../training/config.js";
import { evaluateFloat } from "../../../training/evaluate.js";
import { createEngine } from "../../../training/fused/kernels.js";
import { NO_PENALTY } from "../../../training/fused/membrane-penalty.js";
import { freeze, trainableArrays } from "../../../training/parameters.js";
import { foldedState } from "../../../training/quantisation/fold.js";
import { WeightGrid } from "../../../training/quantisation/grid.js";
import { learn } from "../../../training/step.js";
import { randomNetwork, randomSamples, type SpikingSystem, USUAL } from "../../sim/functional/random-network.js";
import { usualAndLong } from "../../usual.js";

const SEED = 20261128;
console.log(`grid.test seed ${SEED}`);
const SYSTEMS: readonly SpikingSystem[] = ["lif", "alif", "rec-v1", "rec-v2"];
const settings = { bits: 6, theta: 3, inputBits: 6, inputTheta: 3 };

const networkOf = (system: SpikingSystem, seed = SEED): Network => ({
  ...randomNetwork(`${seed}/${system}`, { system, inputs: 7, neurons: [9, 6], classes: 5, bits: 6, theta: 3, fill: 0.8, gain: 1 }),
  task: "frames",
});

const configOf = (system: SpikingSystem, more = "") =>
  parseTrainingConfig(
    `{version: 1, name: g, data: {set: x}, network: {system: ${system}, neurons: [9, 6]}, quantiser: {bits: 6, theta: 3}${more}}`,
    "grid.yaml",
  );

/** A grid whose masters and steps have moved as far as in long training; one row has no weights left. */
function moved(network: Network, bits: readonly number[]) {
  network.layers[0].gates[0].inputWeights.fill(0, 0, 7);
  network.layers[0].gates[0].recurrentWeights?.fill(0, 0, 9);
  const state = foldedState(network);
  const grid = new WeightGrid(createEngine(), state, settings, bits);
  const rng = createRng(SEED, `moved/${network.system}/${bits.join()}`);
  const dead = grid.masters.map((values) => values.map((value) => (value === 0 ? 0 : value + 0.3 * rng.normal())));
  grid.masters.forEach((values, k) => {
    values.set(dead[k]);
  });
  for (const steps of grid.logSteps) for (let c = 0; c < steps.length; c++) steps[c] += rng.normal();
  grid.project(state, settings);
  return { state, grid };
}

test("folding changes no decision: the folded network scores what the network scores", () => {
  for (const system of SYSTEMS) {
    const network = networkOf(system);
    const folded = freeze(configOf(system), foldedState(network), settings, "frames");
    const samples = randomSamples(SEED, network, 30, 12);
    const [before, after] = [network, folded].map((one) => evaluateFloat(one, samples));
    expect(before.scored).toBeGreaterThan(100);
    expect(before.predictions.filter((value, i) => value !== after.predictions[i]).length).toBeLessThanOrEqual(1);
  }
});

for (const [some, options] of usualAndLong(SYSTEMS, (system) => system === "alif" || system === "rec-v2"))
  test.each(some)(
    "%s: after writing, reading and quantisation, every integer weight is the trained one, layer by layer and in the readout",
    options,
    (system) => {
      let compared = 0;
      for (const bits of [
        [1, 1, 1],
        [2, 1, 8],
        [2, 2, 2],
        [3, 3, 3],
        [4, 4, 4],
        [8, 8, 8],
        [2, 3, 8],
        [8, 2, 3],
      ]) {
        const network = networkOf(system);
        const { state, grid } = moved(network, bits);
        const file = decodeModel(encodeModel(freeze(configOf(system), state, settings, "frames"), null), "g").network;
        const layers = { layer1: { weightBits: bits[0] }, layer2: { weightBits: bits[1] }, readout: { weightBits: bits[2] } };
        const integer = quantise(file, { ...USUAL, weightBits: Math.max(...bits), layers });
        const words = grid.words();
        const column = (values: Float32Array, columns: number, c: number): number[] =>
          Array.from({ length: values.length / columns }, (_, r) => values[r * columns + c] + 0);
        let at = 0;
        integer.layers.forEach(({ gates, neurons, inputs }, l) => {
          const columns = gates.length * neurons;
          const matrices = gates[0].recurrentWeights === null ? 1 : 2;
          gates.forEach((gate, g) => {
            for (let n = 0; n < neurons; n++) {
              expect(Array.from(gate.inputWeights.subarray(n * inputs, (n + 1) * inputs), (w) => w + 0)).toEqual(
                column(words[at], columns, g * neurons + n),
              );
              if (gate.recurrentWeights !== null)
                expect(Array.from(gate.recurrentWeights.subarray(n * neurons, (n + 1) * neurons), (w) => w + 0)).toEqual(
                  column(words[at + 1], columns, g * neurons + n),
                );
            }
            compared += gate.inputWeights.length + (gate.recurrentWeights?.length ?? 0);
          });
          expect(Math.max(...words[at].map(Math.abs))).toBeLessThanOrEqual(Math.max(1, 2 ** (bits[l] - 1) - 1));
          at += matrices;
        });
        for (let k = 0; k < 5; k++)
          expect(Array.from(integer.readout.weights.subarray(k * 6, (k + 1) * 6), (w) => w + 0)).toEqual(column(words[at], 5, k));
      }
      expect(compared).toBeGreaterThan(600);
    },
  );

test("at one bit every weight is a sign times its row's step, also in a row without weights, and gradients stop beyond two steps", () => {
  const { state, grid } = moved(networkOf("rec-v2"), [1, 1, 1]);
  for (const words of grid.words()) expect(new Set(words.map(Math.abs))).toEqual(new Set([1]));
  const columns = state.layers[1].gamma.length;
  for (let c = 0; c < columns; c++) {
    const sizes = Array.from({ length: 9 }, (_, r) => Math.abs(state.layers[1].inputT[r * columns + c]));
    expect(new Set(sizes).size).toBe(1);
  }
  const ones = grid.masters.map((values) => new Float32Array(values.length).fill(1));
  const { masters, logSteps } = grid.gradients(state, settings, [...ones.slice(0, 4), new Float32Array(state.readout.length).fill(1)]);
  const words = grid.words();
  let stopped = 0;
  masters.forEach((values, k) => {
    const g = Math.min(2, Math.floor(k / 2));
    const wide = grid.logSteps[g].length;
    values.forEach((value, i) => {
      const out = grid.masters[k][i] === 0 || Math.abs(grid.masters[k][i]) > 2 * Math.exp(grid.logSteps[g][i % wide]);
      if (out) stopped++;
      expect(value === 0).toBe(out);
    });
  });
  expect(stopped).toBeGreaterThan(20);
  const sum = words[4].reduce((all, word, i) => (i % 5 === 0 ? all + word : all), 0);
  expect(Math.sign(logSteps[2][0])).toBe(Math.sign(sum));
});

test("gradients of masters and steps are those of the straight-through formulas, in double precision", () => {
  const bits = [3, 2, 4];
  const { state, grid } = moved(networkOf("rec-v2"), bits);
  const rng = createRng(SEED, "gradients");
  const matrices = [...state.layers.flatMap(({ inputT, recurrentT }) => [inputT, recurrentT!]), state.readout];
  const given = matrices.map((matrix) => matrix.map(() => rng.normal()));
  const { masters, logSteps } = grid.gradients(state, settings, given);
  const step = (range: number): number => range / (32 * (1 - 1e-4));
  const sources = [step(state.encoderRange.fixed), step(state.ranges[0].fixed), step(state.ranges[0].fixed)];
  const scales = [sources[0], sources[1], sources[2], step(state.ranges[1].fixed), step(state.ranges[1].fixed)];
  let [clipped, inside] = [0, 0];
  const expectedSteps = grid.logSteps.map((steps) => new Float64Array(steps.length));
  matrices.forEach((matrix, k) => {
    const g = Math.min(2, Math.floor(k / 2));
    const columns = grid.logSteps[g].length;
    const largest = 2 ** (bits[g] - 1) - 1;
    for (let i = 0; i < matrix.length; i++) {
      const [c, r] = [i % columns, Math.floor(i / columns)];
      const from = k === 4 ? given[k][c * (matrix.length / columns) + r] : given[k][i];
      const s = Math.exp(grid.logSteps[g][c]);
      const d = (from * grid.units[g][c]) / scales[k];
      const x = grid.masters[k][i] / s;
      const q = Math.max(-largest, Math.min(largest, Math.round(x)));
      const through = x !== 0 && Math.abs(x) <= largest + 0.5;
      if (through) inside++;
      else clipped++;
      expect(masters[k][i]).toBeCloseTo(through ? d : 0, 2 - Math.ceil(Math.log10(Math.abs(d) + 1e-9)));
      expectedSteps[g][c] += d * s * (Math.abs(x) <= largest ? q - x : q);
    }
  });
  expect(clipped).toBeGreaterThan(20);
  expect(inside).toBeGreaterThan(100);
  logSteps.forEach((steps, g) => {
    const size = Math.max(...expectedSteps[g].map(Math.abs));
    steps.forEach((value, c) => {
      expect(Math.abs(value - expectedSteps[g][c])).toBeLessThan(1e-4 * size);
    });
  });
});

for (const [some, options] of usualAndLong(SYSTEMS, (system) => system === "alif"))
  test.each(some)(
    "%s, folded, with the steps of spikes held constant: gradients of all arrays but gammas are those of finite differences",
    options,
    async (system) => {
      const { tf } = await chooseBackend("cpu");
      const network = networkOf(system);
      const state = foldedState(network);
      const samples = randomSamples(`${SEED}/fd`, network, 4, 6);
      const batch = packBatch(samples, cutPieces(samples, 0), 0);
      const smooth = { bits: 32, theta: 0, inputBits: 32, inputTheta: 0 };
      const engine = createEngine();
      const options = { settings: smooth, task: "frames", membranePenalty: NO_PENALTY, folded: true, masks: null, saliency: null } as const;
      const { gradients, observed } = learn(tf, engine, state, batch, options);
      expect(observed.statistics.every(({ mean }) => mean.length === 0)).toBe(true);
      const gammas = new Set([...state.layers.map(({ gamma }) => gamma), state.readoutGamma]);
      const rng = createRng(SEED, `fd/${system}`);
      let checked = 0;
      trainableArrays(state).forEach((array, k) => {
        if (gammas.has(array)) return;
        const size = Math.max(...gradients[k].map(Math.abs));
        for (let draw = 0; draw < 6; draw++) {
          const i = rng.int(0, array.length - 1);
          const value = array[i];
          const lossAt = (moved: number): number => {
            array[i] = moved;
            const { loss } = learn(tf, engine, state, batch, options);
            array[i] = value;
            return loss;
          };
          const step = 1e-3;
          const want = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
          expect.soft(Math.abs(gradients[k][i] - want), `array ${k}, entry ${i}`).toBeLessThan(0.02 * size + 5e-4);
          checked++;
        }
      });
      expect(checked).toBeGreaterThanOrEqual(36);
    },
  );
