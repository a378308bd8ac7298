/**
 * What `check` predicts about training: the number of different networks, and a time that grows with epochs, utterances
 * and size.
 */
import { expect, test } from "vitest";
import { parseArch } from "../../../arch/index.js";
import { learningEffort } from "../../../sweeps/models/learning-effort.js";
import { requestedConfigs } from "../../../training/requested-configs.js";
import { baseDocument, PLAIN_REQUEST } from "./ramps.js";

const described = (parameters: string, sampler = "grid") => {
  const text = `version: 1
training: { base: fsdd-phones-rec-v2, chip_epochs: 1 }
workload: { dataset: fsdd-phones, split: validation }
sweep: { objectives: { area_mm2: min }, sampler: { name: ${sampler} }, parameters: [${parameters}] }
`;
  const { sweep } = parseArch(text, "arch.yaml");
  if (sweep === null) throw new Error("no search");
  return sweep;
};
const WIDTHS = "{ path: training.width, values: [8, 16, 32] }";
const BITS = "{ path: precision.weight_bits, values: [2, 3] }";
const LANES = "{ path: tile.core.lanes, values: [1, 2, 4, 8] }";

const LEARNT = { utterances: 80, frames: 800, weights: 1000, dataBytes: 0 };
const effort = (chipEpochs: number, parameters: string, points = 1000, learnt = LEARNT) => {
  const configs = requestedConfigs(
    baseDocument(),
    "arch.yaml",
    { ...PLAIN_REQUEST, chipEpochs },
    { weightBits: 4, spikeBits: null, layers: {} },
  );
  return learningEffort(configs, learnt, { spec: described(parameters), size: { points, gridPoints: points } });
};

test("networks with real weights differ by their training keys and data, those on a grid also by its words; keys of the chip make no other network", () => {
  expect(effort(0, `${WIDTHS}, ${BITS}, ${LANES}`).networks).toBe(3);
  expect(effort(2, `${WIDTHS}, ${BITS}, ${LANES}`).networks).toBe(3 + 6);
  expect(effort(2, `${WIDTHS}, { path: training.zero_share, values: [0, 0.5] }`).networks).toBe(3 + 6);
  expect(effort(2, `${WIDTHS}, ${BITS}, { path: workload.path, values: [a, b] }`).networks).toBe(2 * (3 + 6));
  expect(effort(0, LANES).networks).toBe(1);
  expect(effort(0, "{ path: training.membrane_penalty, range: [0, 3] }", 50).networks).toBe(50);
  expect(effort(0, `{ path: training.theta, range: [0, 3] }, ${LANES}`).networks).toBe(4);
  expect(effort(0, "{ path: training.width, log2: [8, 32] }").networks).toBe(3);
});

test("time is that of all epochs of all networks, and grows with batches and weights", () => {
  const [float, both] = [effort(0, WIDTHS), effort(2, `${WIDTHS}, ${BITS}`)];
  // 3 networks of 4 epochs; 6 more of 2
  expect(both.seconds / float.seconds).toBeCloseTo((3 * 4 + 6 * 2) / (3 * 4), 10);
  expect(effort(0, WIDTHS, 1000, { ...LEARNT, utterances: 160 }).seconds).toBeGreaterThan(1.9 * float.seconds);
  expect(effort(0, WIDTHS, 1000, { ...LEARNT, weights: 1e8 }).seconds).toBeGreaterThan(2 * float.seconds);
});

test("searched epochs count as all their values, in any order, and a network gets a grid only where there are chip_epochs", () => {
  const seconds = (parameters: string, chipEpochs = 0) => effort(chipEpochs, parameters).seconds / effort(0, LANES).seconds;
  const searched = (key: string, values: string) => `{ path: training.${key}, values: [${values}] }`;
  // effort(0, LANES): one network of 4 epochs
  expect(seconds(searched("epochs", "1, 200"))).toBeCloseTo(201 / 4, 10);
  expect(seconds(searched("epochs", "200, 1"))).toBeCloseTo(201 / 4, 10);
  for (const [values, asWritten] of [
    ["0, 1, 20, 50", 0],
    ["50, 1, 20, 0", 50],
  ] as const) {
    expect(effort(asWritten, searched("chip_epochs", values)).networks).toBe(1 + 3);
    expect(seconds(searched("chip_epochs", values), asWritten)).toBeCloseTo((4 + 71) / 4, 10);
    expect(effort(asWritten, `${WIDTHS}, ${BITS}, ${searched("chip_epochs", values)}`).networks).toBe(3 + 3 * 2 * 3);
  }
  expect(effort(3, searched("chip_epochs", "0")).networks).toBe(1);
});

test("a screening search trains its pool for parts of the epochs, and counts the networks of each stage once", () => {
  const { float, grid } = requestedConfigs(
    baseDocument(),
    "arch.yaml",
    { ...PLAIN_REQUEST, epochs: 32, chipEpochs: 2 },
    { weightBits: 4, spikeBits: null, layers: {} },
  );
  const at = (budget: number) =>
    learningEffort({ float, grid }, LEARNT, {
      spec: described(`${WIDTHS}, ${BITS}, ${LANES}`, "screen"),
      size: { points: budget, gridPoints: 24 },
    });
  // 3 networks of 2, 8 and 32 epochs; on the grid 6 of 1, 1 (from a network of more epochs) and 2
  expect(at(24).networks).toBe(3 * (3 + 6));
  expect(at(4).networks).toBe(9 + 9 + (3 + 4));
  const epoch = effort(0, LANES).seconds / 4;
  expect(at(24).seconds / epoch).toBeCloseTo(3 * 32 + 6 * (1 + 1 + 2), 10);
  expect(at(1).seconds / epoch).toBeCloseTo(3 * 8 + (32 - 8) + 6 * (1 + 1) + 2, 10);
});
