/** Chunks of states in DRAM, by hand. */
import { expect, test } from "vitest";
import { packing } from "../../../arch/index.js";
import { stateChunks } from "../../../sim/mapping/state-chunks.js";
import { core } from "../board/fixtures.js";

test.each([
  ["a burst of two and a half words takes three", { burstBits: 160, stateBits: 16, units: 1, banks: 1 }, 3],
  ["a burst of two words takes two", { burstBits: 128, stateBits: 16, units: 1, banks: 1 }, 2],
  ["a bit more takes three", { burstBits: 129, stateBits: 16, units: 1, banks: 1 }, 3],
  ["which are four over two banks", { burstBits: 129, stateBits: 16, units: 1, banks: 2 }, 4],
  ["a burst of a part of a word takes a word", { burstBits: 8, stateBits: 16, units: 1, banks: 1 }, 1],
  ["a batch of nine neurons, four to a word, takes three words", { burstBits: 64, stateBits: 16, units: 9, banks: 1 }, 3],
  ["states of two words each take six for three units", { burstBits: 64, stateBits: 100, units: 3, banks: 1 }, 6],
])(
  "%s, and the buffer holds three chunks, or all states if they are fewer words",
  (_, { burstBits, stateBits, units, banks }, chunkWords) => {
    const on = {
      ...core,
      neuronUpdate: { ...core.neuronUpdate, units },
      stateMemory: { ...core.stateMemory, wordBits: 64, banks },
    };
    const dram = { bitsPerCycle: 16, latencyCycles: 20, burstBits };
    const states = packing(stateBits, 64);
    const regions = (stateWords: number) => ({
      states,
      accumulators: packing(16, 64),
      buffers: 1,
      stateWords,
      accumulatorWords: 0,
      totalWords: stateWords,
    });
    expect(stateChunks(on, dram, regions(1000))).toEqual({ chunkWords, bufferWords: 3 * chunkWords });
    expect(stateChunks(on, dram, regions(3 * chunkWords - 1)).bufferWords).toBe(3 * chunkWords - 1);
  },
);
