/** Memories, tables and queues of a core as schemas. */
import * as z from "zod";
import { macrosKey } from "./macros/macro-schema.js";
import { MEMORY_KIND_NAMES } from "./memories/kind-names.js";
import { choice, int, real } from "./schema-fields.js";

const queueKind = z
  .enum(["auto", ...MEMORY_KIND_NAMES])
  .optional()
  .describe("what it is made of, for energy, area and leakage; left out: auto, registers up to 32 entries and SRAM beyond");

const memoryShape = (sizeKib: number, wordBits: number, shared: string, held: string) => ({
  size_kib: real(0.0625, 65_536, "total over the banks", sizeKib),
  word_bits: int(1, 4096, "bits an access moves", wordBits),
  banks: int(1, 256, "word i lies in bank i mod banks", 1),
  ports: choice(["1rw", "1r1w"], "accesses a cycle and bank: one, or one read and one write", "1rw"),
  read_latency_cycles: int(1, 64, "cycles from address to word", 1),
  kind: z
    .union([z.enum(MEMORY_KIND_NAMES), z.string().min(1).max(80)])
    .optional()
    .describe(
      "what it is made of, for energy, area, leakage and access time, or a kind of a plug-in; ports and cycles stay as they are said; left out: sram",
    ),
  macros: macrosKey,
  refetch: z
    .enum(["row", "group"])
    .optional()
    .describe(`${shared} that groups of lanes share: accessed once a row, or once for each group; left out: row`),
  reread_in_stalls: z.boolean().optional().describe(`${held}; left out: false`),
});
const wordsOfMacros = (what: string) => ({
  macros: macrosKey,
  word_bits: z.int().min(1).max(4096).optional().describe(`with macros: bits of ${what}, which the network's may be narrower than`),
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
      "what a full queue does: stall the sender; drop the message, which is lost; freeze its core's soma too, so that the queue is served first",
      "stall",
    ),
    visibility_cycles: int(1, 64, "from the cycle in which a message comes to the first in which it can be taken", 1),
    full_judged: choice(
      ["before-pop", "after-pop"],
      "whether a message taken in a cycle makes room for one that comes in it",
      "before-pop",
    ),
  })
  .prefault({})
  .describe("spikes waiting for the synapse unit");

export const parameterMemory = z
  .strictObject({
    kind: z.enum(MEMORY_KIND_NAMES).optional().describe("what it is made of; left out: sram"),
    ...wordsOfMacros("a neuron's row"),
  })
  .optional()
  .describe("multipliers, biases and leaks of the core's max_neurons neurons, a row each, read once per update");
