/** Rules for the memories of a core: words and banks with which the library keeps the simulator's cycles. */
import type { Memory } from "../arch/index.js";
import { log2 } from "../base/math.js";
import type { Obstacle, Placed, Rule } from "./rule.js";
import { sumWordBits, weightWordBits } from "./word-widths.js";

const keyOf = (memory: "synapse" | "state"): string => `tile.core.${memory}_memory`;

/**
 * Registers and SRAM are the same SystemVerilog, an array that is written at a clock edge; so are latches that nothing
 * writes. Latches that are written are refused.
 */
const latches = (key: string): Obstacle => ({
  key: `${key}.kind`,
  reason: "the library writes queues at a clock's edge, not while a latch is open",
  change: `set ${key}.kind: auto`,
});

/** Rules for both memories: words are read once. */
function ofMemory(name: "synapse" | "state", of: (candidate: Placed) => Memory): readonly Rule<Placed>[] {
  return [
    (candidate) =>
      of(candidate).refetch === "row"
        ? null
        : {
            key: `${keyOf(name)}.refetch`,
            reason: "the library holds a word for as long as groups of its row need it",
            change: `set ${keyOf(name)}.refetch: row`,
          },
    (candidate) =>
      of(candidate).rereadsInStalls
        ? {
            key: `${keyOf(name)}.reread_in_stalls`,
            reason: "the library does not read a word again while it waits",
            change: `set ${keyOf(name)}.reread_in_stalls: false`,
          }
        : null,
  ];
}

export const memoryRules: readonly Rule<Placed>[] = [
  ({ core }) => (core.queueKinds.input === "latches" ? latches("tile.core.input_queue") : null),
  ({ core }) => (core.queueKinds.output === "latches" ? latches("tile.core.output_queue") : null),
  ...ofMemory("synapse", ({ core }) => core.synapseMemory),
  ...ofMemory("state", ({ core }) => core.stateMemory),
  ({ core }) =>
    Number.isInteger(log2(core.synapseMemory.banks))
      ? null
      : {
          key: "tile.core.synapse_memory.banks",
          reason: `${core.synapseMemory.banks} banks would need a division of each row's address`,
          change: "take a power of two",
        },
  (candidate) =>
    candidate.program.blocks.every(({ beatCycles }) => beatCycles === 1)
      ? null
      : {
          key: "tile.core.synapse_memory.word_bits",
          reason: "a weight is wider than a word of all banks, so that a group takes several cycles",
          change: `set tile.core.synapse_memory.word_bits to at least ${weightWordBits(candidate, candidate.core.synapseMemory.banks)}`,
        },
  (candidate) =>
    candidate.program.blocks.every(({ target }) => target.accumulators.wordsPerItem <= candidate.core.stateMemory.banks)
      ? null
      : {
          key: "tile.core.state_memory.word_bits",
          reason: "an accumulator is wider than a word of all banks",
          change: `set tile.core.state_memory.word_bits to at least ${sumWordBits(candidate, candidate.core.stateMemory.banks)}`,
        },
];
