/** Cycles of an update, by hand, from words that fill their banks unevenly. */
import { expect, test } from "vitest";
import type { Core } from "../../../arch/index.js";
import { updateWork } from "../../../sim/mapping/update-work.js";
import { core, population, precision } from "../board/fixtures.js";

test("a batch takes its words' accesses to the fullest bank, two cycles each with one port, and at least the unit's cycles", () => {
  const one = population("p", 36, 1, { states: 1, accumulators: 1 });
  const at = (ports: "1rw" | "1r1w", cyclesPerNeuron: number) => {
    const neuronUpdate = { ...core.neuronUpdate, units: 18, cyclesPerNeuron };
    const made: Core = { ...core, stateMemory: { ...core.stateMemory, banks: 2, ports }, neuronUpdate };
    return updateWork(made, precision, one, 36);
  };
  // two batches of 18 states and 18 sums of 16 bits: 4.5 + 4.5 words of 64 bits, 5 of them in one bank
  expect(at("1r1w", 1)).toEqual({ batches: 2, words: 9, batchCycles: 5 });
  expect(at("1rw", 1).batchCycles).toBe(10);
  expect(at("1rw", 11).batchCycles).toBe(11);
});
