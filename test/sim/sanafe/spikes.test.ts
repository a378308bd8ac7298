/** Spikes of long runs are written and read one by one; only a list of them is bounded. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { powerOfTwo } from "../../../base/math.js";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe, spikeRows } from "../../../sim/sanafe/sanafe.js";
import { Spikes } from "../../../sim/sanafe/spikes.js";

test("more than 2^24 spikes are no list, and are read one by one, each step's by neuron", () => {
  const spikes = new Spikes();
  spikes.begin(1);
  spikes.add(Int32Array.of(7, 2));
  spikes.begin(4);
  spikes.add(new Int32Array(powerOfTwo(24) - 2));
  expect(spikes.pairs().slice(0, 3)).toEqual([
    [2, 1],
    [7, 1],
    [0, 4],
  ]);
  spikes.begin(5);
  spikes.add(Int32Array.of(3));
  expect(() => spikes.pairs()).toThrow("spikes: are 16777217, at most 16777216 make a list\n    read them by eachSpike(), or from a file");
  const tooMany = { length: powerOfTwo(27) - powerOfTwo(24) } as Int32Array;
  expect(() => spikes.add(tooMany)).toThrow("--steps: more than 134217728 spikes, of which each is kept");
  const read = spikes.each();
  expect([read.next().value, read.next().value]).toEqual([
    [2, 1],
    [7, 1],
  ]);
});

test("a file of many spikes is written in pieces", () => {
  const chip = readFileSync("arch/examples/sanafe/quad.sanafe.yaml", "utf8");
  const net =
    "network: {name: hot, groups: [{name: h, attributes: {threshold: 1, bias: 2}, neurons: [0..255]}], edges: []}\nmappings: [{h: {core: 0.0}}]\n";
  const { bound } = importSanafe({ file: "a.yaml", text: chip }, { file: "n.yaml", text: net });
  const run = runSanafe(bound, 40, 1, []);
  const pieces = [...spikeRows(bound, run)];
  const lines = pieces.join("").split("\n");
  expect([lines[0], lines[1], lines.at(-2), lines.length]).toEqual(["neuron,timestep", "h.0,1", "h.255,40", 2 + 40 * 256]);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
});
