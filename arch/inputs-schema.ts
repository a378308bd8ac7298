/**
 * Schema of the place of input neurons, and of the port through which spikes enter the chip: key names, bounds,
 * defaults, one sentence each.
 */
import * as z from "zod";
import { MEMORY_KIND_NAMES } from "./memories/kind-names.js";
import { wordsOfMacros } from "./memory-schema.js";
import { choice, int, real } from "./schema-fields.js";

export const inputsSchema = z.strictObject({
  at: choice(
    ["auto", "cores", "port"],
    "where the network's input neurons are: on cores, which hold and update them; or behind a port, off the chip; auto: behind the port where the workload reads spikes or events from files and the network has no encoder of its own (.nir, .net), else on cores",
    "auto",
  ),
  frame_buffer: z
    .strictObject({
      entries: int(
        1,
        1_048_576,
        "features that the buffer holds, each as wide as a state; use twice the size of a frame if the next frame arrives while one is read",
        128,
      ),
      kind: z.enum(MEMORY_KIND_NAMES).optional().describe("what the memory is made of; left out: sram"),
      ...wordsOfMacros("a feature"),
    })
    .optional()
    .describe("features of a frame on the chip, between the host and input neurons on cores; left out: they stay off the chip"),
  port: z
    .strictObject({
      tile: int(0, 16_383, "tile whose router has the port", 0),
      bandwidth_gbit_s: real(
        0.001,
        100_000,
        "bandwidth of the host link, independent of the chip's clock; the default is that of the measured link that prices it",
        1.14,
      ),
      latency_ns: real(0, 1_000_000, "time from the beginning of a step to the first bit of its first packet", 0),
      packet_bits: z
        .int()
        .min(1)
        .max(4096)
        .nullable()
        .default(null)
        .describe("size of a packet on the host link; null: noc.header_bits and the payload"),
      queue: z
        .strictObject({ depth: int(1, 65_536, "packets in the queue of the port; a full queue stalls the host link", 16) })
        .prefault({})
        .describe("packets between the host link and the router"),
    })
    .prefault({})
    .describe("where it is in use"),
});
