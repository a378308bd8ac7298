/** Counts of spikes by hand, of sparse projections whose neurons have unlike fan-outs, and of bits in payloads. */
import { expect, test } from "vitest";
import { EventTally, setBits } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { dense, population } from "../sim/board/fixtures.js";

test("of unlike fan-outs each spike counts its own: all, those with a payload of 1 or -1, and those per set bit", () => {
  const topology = {
    populations: [population("a", 3, 0), population("b", 4, 1)],
    projections: [
      // neurons 0, 1, 2 meet 2, 1 and 4 weights
      {
        source: 0,
        target: 1,
        recurrent: false,
        sparse: { rowStart: Uint32Array.of(0, 2, 3, 7), targets: Uint32Array.of(0, 1, 2, 0, 1, 2, 3) },
      },
      dense(0, 1),
    ],
  };
  const run = {
    steps: 2,
    eventStart: Uint32Array.of(0, 2, 3, 5, 5),
    // step 0: a0 with 1, a1 with 3, and b2, which no projection leaves; step 1: a0 with -7, a2 with -1
    neuron: [0, 1, 2, 0, 2],
    payload: [1, 3, 5, -7, -1],
  };
  const tally = new EventTally(topology, [Uint32Array.of(1, 0, 4), Uint32Array.of(4, 3, 2)]).of(run);
  expect(tally.uneven).toEqual([{ all: 2 + 1 + 2 + 4, ones: 2 + 4, bits: 2 * 1 + 1 * 2 + 2 * 3 + 4 * 1 }, null]);
  expect([tally.events, tally.ones, tally.bits].map((counts) => [...counts])).toEqual([
    [2, 1, 2, 0],
    [1, 0, 1, 0],
    [3, 2, 4, 0],
  ]);
  expect(tally.effective.map((sums) => [...sums])).toEqual([
    [1, 5],
    [7, 6],
  ]);
});

test("set bits of a magnitude are the ones of its binary digits, below 2^30", () => {
  const rng = createRng(1, "bits");
  const drawn = Array.from({ length: 200 }, () => rng.int(0, 2 ** 30 - 1));
  for (const magnitude of [0, 1, 2 ** 15 - 1, 2 ** 15, 2 ** 15 + 1, 2 ** 30 - 1, ...drawn])
    expect(setBits(magnitude), String(magnitude)).toBe(magnitude.toString(2).replaceAll("0", "").length);
});
