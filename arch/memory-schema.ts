/** Schemas of a core's memories, tables and queues. */
import * as z from "zod";
import { macrosKey } from "./macros/macro-schema.js";
import { MEMORY_KIND_NAMES } from "./memories/kind-names.js";
import { choice, int, real } from "./schema-fields.js";

const queueKind = z
  .enum(["auto", ...MEMORY_KIND_NAMES])
  .optional()
  .describe("what the queue is made of, for energy, area and leakage; left out: auto, registers up to 32 entries and SRAM beyond");

const memoryShape = (sizeKib: number, wordBits: number, shared: string, held: string) => ({
  size_kib: real(0.0625, 65_536, "size of all banks together", sizeKib),
  word_bits: int(1, 4096, "bits that an access reads or writes", wordBits),
  banks: int(1, 256, "number of banks; word i is in bank i mod banks", 1),
  ports: choice(["1rw", "1r1w"], "accesses per cycle and bank: one, or one read and one write", "1rw"),
  read_latency_cycles: int(1, 64, "cycles from the address to the word", 1),
  kind: z
    .union([z.enum(MEMORY_KIND_NAMES), z.string().min(1).max(80)])
    .optional()
    .describe(
      "what the memory is made of, for energy, area, leakage and access time, or a kind of a plug-in; ports and cycles do not depend on it; left out: sram",
    ),
  macros: macrosKey,
  refetch: z
    .enum(["row", "group"])
    .optional()
    .describe(`${shared} that several groups of lanes share: accessed once per row, or once per group; left out: row`),
  reread_in_stalls: z.boolean().optional().describe(`${held}; left out: false`),
});
export const wordsOfMacros = (what: string) => ({
  macros: macrosKey,
  word_bits: z.int().min(1).max(4096).optional().describe(`with macros: bits of ${what}; those of the network may be narrower`),
});
export const memory = (about: string, sizeKib: number, wordBits: number, shared: string, held: string) =>
  z
    .strictObject(memoryShape(sizeKib, wordBits, shared, held))
    .prefault({})
    .describe(about);
export const table = (about: string) =>
  z
    .strictObject({
      entries: z.int().min(1).max(16_777_216).nullable().default(null).describe(`${about}; null: no limit, no price`),
      macros: macrosKey,
    })
    .optional();
export const queue = (about: string) =>
  z
    .strictObject({ depth: int(1, 65_536, "entries", 16), kind: queueKind, ...wordsOfMacros("an entry") })
    .prefault({})
    .describe(about);

export const inputQueue = z
  .strictObject({
    depth: int(1, 65_536, "entries", 16),
    kind: queueKind,
    ...wordsOfMacros("an entry"),
    full: choice(
      ["stall", "drop", "freeze"],
      "what happens when the queue is full. stall: the sender waits; drop: the message is lost; freeze: the sender and the core's soma wait, so that the queue is served first",
      "stall",
    ),
    visibility_cycles: int(1, 64, "cycles from the arrival of a message to the first cycle in which it can be taken", 1),
    full_judged: choice(
      ["before-pop", "after-pop"],
      "whether a message that is taken in a cycle makes room for one that arrives in the same cycle (after-pop) or not (before-pop)",
      "before-pop",
    ),
  })
  .prefault({})
  .describe("spikes waiting for the synapse unit");

export const parameterMemory = z
  .strictObject({
    kind: z.enum(MEMORY_KIND_NAMES).optional().describe("what the memory is made of; left out: sram"),
    ...wordsOfMacros("the row of a neuron"),
  })
  .optional()
  .describe("multipliers, biases and leaks of the core's max_neurons neurons, a row each, read once per update");
