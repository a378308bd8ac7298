/** Predicted time and size: counts against hand counts; a benchmark checks the rates themselves. */
import { expect, test } from "vitest";
import type { Topology } from "../../arch/index.js";
import { profileOfDensity } from "../../sim/expect/index.js";
import { elapsedSeconds, functionalSeconds, traceBytes } from "../../sweeps/index.js";

const update = { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 };
const topology: Topology = {
  populations: [
    { name: "input", neurons: 10, accumulators: 0, states: 1, depth: 0, payloadBits: 2, rests: true, update },
    { name: "layer1", neurons: 20, accumulators: 2, states: 2, depth: 1, payloadBits: 1, rests: true, update },
    { name: "readout", neurons: 4, accumulators: 1, states: 1, depth: 2, payloadBits: 0, rests: true, update },
  ],
  projections: [
    { source: 0, target: 1, recurrent: false, sparse: null },
    {
      source: 1,
      target: 1,
      recurrent: true,
      sparse: { rowStart: Uint32Array.from({ length: 21 }, (_, i) => 3 * i), targets: new Uint32Array(60) },
    },
    { source: 1, target: 2, recurrent: false, sparse: null },
  ],
};

test("spikes are the density's share of each population, and a population that sends nothing has none", () => {
  const { spikes, multiBit } = profileOfDensity(topology, 5, 8, [0.5, 0.25, 1]);
  expect([...spikes]).toEqual([5, 5, 0]);
  expect([...multiBit]).toEqual([1, 0, 0]);
});

test("a trace takes four bytes per spike and four per step and population", () => {
  expect(traceBytes(profileOfDensity(topology, 5, 8, [0.5, 0.25, 1]), 3)).toBe(3 * 8 * 4 * (10 + 3));
});

test("a functional run grows with steps, neurons and the weights that spikes meet: dense and sparse rows", () => {
  const seconds = (density: readonly number[], utterances: number): number =>
    functionalSeconds(profileOfDensity(topology, 5, 8, density), utterances);
  const silent = seconds([0, 0, 0], 1) - seconds([0, 0, 0], 0);
  expect(silent / 34 / 8).toBeCloseTo(1.5e-8, 12);
  // 5 spikes meet 20 x 2 weights; 5 meet 60 / 20 x 2 and 4 x 1
  const operations = 5 * 40 + 5 * (6 + 4);
  expect((seconds([0.5, 0.25, 1], 1) - seconds([0, 0, 0], 1)) / 8).toBeCloseTo(operations * 1e-10, 14);
});

test("elapsed time has start-up, code that is not compiled yet, and no more work at once than processors do", () => {
  // one worker on many processors: 1 s of start-up, 8 s of points, half a second of uncompiled code
  expect(elapsedSeconds(8, 1, 16)).toBeCloseTo(9.5, 9);
  // with two processors both threads, and 30 % beside them, share 2 s a second
  expect(elapsedSeconds(8, 2, 2)).toBeCloseTo(1 + (1.3 * (8 + 2 * 0.5)) / 2, 9);
  expect(elapsedSeconds(8, 2, 16)).toBeCloseTo(1 + 4 + 0.5, 9);
  // all of little work is uncompiled; a single point needs no worker
  expect(elapsedSeconds(0.2, 1, 2)).toBeCloseTo(1 + 0.4, 9);
  expect(elapsedSeconds(0.2, 0, 2)).toBeCloseTo(0.3 + 0.4, 9);
});
