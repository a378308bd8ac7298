/**
 * The shortest barrier: compared with a bank that is simulated write by write, and tested on both sides on the board.
 */
import { expect, test } from "vitest";
import type { Core } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { leastBarrier } from "../../../sim/program/least-barrier.js";
import { Counted } from "../../counted.js";
import { chip, core, dense, population, precision, traceOf } from "../board/fixtures.js";

const SEED = 20_261_211;
const shapeOf = (states: number) => ({ populations: [population("p", 4, 0, { states })], projections: [] });
const coreOf = (changes: { accumulate: number; pipeline: number; units: number; wordBits: number }): Core => ({
  ...core,
  accumulateDepthCycles: changes.accumulate,
  stateMemory: { ...core.stateMemory, wordBits: changes.wordBits },
  neuronUpdate: { ...core.neuronUpdate, units: changes.units, pipelineDepthCycles: changes.pipeline },
});

/**
 * One bank that reads at most one word per cycle, for the synapse unit (a row ends with a word that it held) or for the
 * soma (a batch of `words`, written together), until both rest; one write per cycle. Returns the cycles from then on
 * until all is written.
 */
function drained(accumulate: number, pipeline: number, words: number, seed: number): number {
  const rng = createRng(seed, "bank");
  const writes = new Map<number, number>();
  const write = (at: number, count: number) => writes.set(at, (writes.get(at) ?? 0) + count);
  let over = 0;
  const somaFirst = rng.int(0, 1) === 0;
  const lengths = [rng.int(1, 60), rng.int(1, 60)];
  let cycle = 0;
  let held = false;
  for (const [phase, length] of lengths.entries()) {
    for (let n = 0; n < length; n++) {
      const isSoma = rng.int(0, 9) < 8 ? (phase === 0) === somaFirst : rng.int(0, 1) === 0;
      if (isSoma) {
        cycle += words;
        write(cycle - 1 + pipeline, words);
        over = Math.max(over, cycle - 1 + pipeline);
        continue;
      }
      // a word is written when the last group that holds it is done; at a row's end that word and the one just read
      const ends = rng.int(0, 3) === 0;
      cycle++;
      write(cycle - 1 + accumulate, ends ? (held ? 2 : 1) : held ? 1 : 0);
      held = !ends;
      over = Math.max(over, cycle - 1 + accumulate);
    }
  }
  if (held) {
    write(cycle + accumulate, 1);
    over = Math.max(over, cycle + accumulate);
  }
  let left = 0;
  for (let at = 0; at < over; at++) left = Math.max(0, left + (writes.get(at) ?? 0) - 1);
  return left + (writes.get(over) ?? 0);
}

test("no bank has more words to write than the barrier has cycles; some have only one fewer", () => {
  const seen = new Counted(`banks, seed ${SEED}`);
  for (let i = 0; i < 3000; i++) {
    const rng = createRng(SEED + i, "core");
    const [accumulate, pipeline, units] = [rng.int(1, 9), rng.int(1, 12), rng.int(1, 3)];
    // one word per state
    const least = leastBarrier([coreOf({ accumulate, pipeline, units, wordBits: 16 })], shapeOf(1), precision);
    const needs = drained(accumulate, pipeline, units, SEED + i);
    expect(needs, `A ${accumulate}, P ${pipeline}, ${units} words`).toBeLessThanOrEqual(least);
    if (needs >= least - 1) seen.see(pipeline > accumulate ? "tight, P > A" : "tight, P <= A");
    if (units > 1) seen.see("batches of several words");
  }
  seen.expectEach(["tight, P > A", "tight, P <= A", "batches of several words"], 20);
});

const topology = {
  populations: [population("input", 2, 0), population("out", 2, 1, { payloadBits: 0 })],
  projections: [dense(0, 1)],
};
const trace = traceOf(topology, [
  [
    [[0], []],
    [[1], []],
  ],
]);
const request = { strategy: "manual", manual: { input: [0], out: [1] }, maxNeuronsPerCore: null, seed: 1 } as const;
const cyclesOf = (baseCycles: number, changes: Parameters<typeof chip>[1] = {}): number[] => {
  const on = chip([1, 1], { ...changes, barrier: { baseCycles, perCoreCycles: 0 } });
  return Array.from(runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace).waveCycles);
};

test("the shortest possible barrier is kept, a shorter one is padded to it, a longer one takes longer", () => {
  const deep = { core: { neuronUpdate: { ...core.neuronUpdate, pipelineDepthCycles: 9 } } };
  // |9 - 3| words, two of a batch, one of a row's end
  const kept = cyclesOf(9, deep);
  expect(cyclesOf(8, deep)).toEqual(kept);
  expect(cyclesOf(10, deep)).toEqual(kept.map((cycles) => cycles + 1));
});

test.each([
  [1, 3],
  [2, 3],
  [4, 3],
  [5, 4],
  [16, 4],
  [17, 6],
])("%i cores need %i cycles, by the words of a core or by the levels of the tree up and down", (cores, least) => {
  expect(leastBarrier(chip(Array(cores).fill(1)).cores, shapeOf(1), precision)).toBe(least);
});

test("a global tick is the first one that leaves the barrier's shortest cycles: the second one if the first leaves one less", () => {
  const [first] = cyclesOf(4);
  // the work of wave 0, and 4 cycles
  const period = first - 4 + 4;
  const ticked = (periodCycles: number) => cyclesOf(4, { tick: { periodCycles, overrun: "wait" } })[0];
  expect(ticked(period)).toBe(period);
  expect(ticked(period - 1)).toBe(2 * (period - 1));
});
