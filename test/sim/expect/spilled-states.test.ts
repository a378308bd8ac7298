/** States in DRAM as the analytical model expects them: bits, words and waits are those that a board counts. */
import { expect, test } from "vitest";
import type { MappingRequest, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { type CoreCounter, type Counters, coreSum } from "../../../sim/counters.js";
import { estimate, profileOf } from "../../../sim/expect/index.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { Counted } from "../../counted.js";
import { chip, core, population, precision, traceOf } from "../board/fixtures.js";

const STEPS = 3;
const COUNTED = ["dram_state_bits", "soma_stall_dram_cycles", "state_reads"] as const satisfies readonly CoreCounter[];

/** Silent slices of 16-bit states, one per core, all of them away: what both models count. */
function bothOf(pick: <T>(...values: readonly T[]) => T, cores: number, slow: boolean) {
  const neurons = pick(17, 64, 100);
  const wordBits = pick(16, 32, 64);
  const topology: Topology = { populations: [population("p", cores * neurons, 0, { states: pick(1, 2) })], projections: [] };
  const trace = traceOf(topology, [Array.from({ length: STEPS }, () => [[]])]);
  const dram = {
    bitsPerCycle: slow ? pick(0.5, 1) : pick(2, 16, 64),
    latencyCycles: slow ? 5 : pick(5, 20, 100),
    burstBits: pick(16, 48, 256),
  };
  const changes = { units: pick(1, 2, 4), cyclesPerNeuron: slow ? 2 : pick(1, 4, 20, 100) };
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: neurons, seed: 1 };
  const sized = (words: number) =>
    chip(Array(cores).fill(1), {
      core: {
        stateMemory: { ...core.stateMemory, wordBits, sizeBits: words * wordBits },
        neuronUpdate: { ...core.neuronUpdate, ...changes },
      },
      spill: dram,
    });
  // the least memory has space for the buffer alone
  for (let words = 1; ; words++) {
    const on = sized(words);
    const expected = estimate(on, precision, request, profileOf(trace));
    if (expected === null) continue;
    const made = mapNetwork(topology, on, precision, request, trace);
    const { total } = runTiming(on, made, precision, trace);
    const counts = ({ counters }: { counters: Counters }): number[] => COUNTED.map((name) => coreSum(counters, name));
    return { isAway: made.spilledStates.length === cores, board: counts({ counters: total }), expected: counts(expected) };
  }
}

test("one slice exchanges the board's bits and words, and waits for each chunk as long", () => {
  const rng = createRng(24, "states away");
  const pick = <T>(...values: readonly T[]): T => values[rng.int(0, values.length - 1)];
  const seen = new Counted("slices");
  for (let i = 0; i < 40; i++) {
    const { isAway, board, expected } = bothOf(pick, 1, false);
    // a slice that is no longer than its buffer stays
    if (!isAway) continue;
    for (const [k, name] of COUNTED.entries()) expect(expected[k] / board[k], `${i} ${name}`).toBeCloseTo(1, 1);
    expect(expected.slice(0, 1), `${i}`).toEqual(board.slice(0, 1));
    seen.see(expected[1] === board[1] ? "equal waits" : "waits by rounding");
  }
  seen.expectEach(["equal waits"], 10);
});

test("cores that share a slow channel all wait for the whole exchange", () => {
  const rng = createRng(25, "states away");
  const pick = <T>(...values: readonly T[]): T => values[rng.int(0, values.length - 1)];
  let away = 0;
  for (let i = 0; i < 7; i++) {
    const { isAway, board, expected } = bothOf(pick, 4, true);
    if (!isAway) continue;
    away++;
    expect(expected[0]).toBe(board[0]);
    expect(expected[1] / board[1], `${i}`).toBeGreaterThan(0.8);
    expect(expected[1] / board[1], `${i}`).toBeLessThan(1.2);
  }
  expect(away).toBeGreaterThan(3);
});
