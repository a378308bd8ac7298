/**
 * RANC: a grid of cores that sweep all neurons in each global tick. If `power` gives the number of cores of a larger
 * chip, the grid is a sample of it.
 */
import * as z from "zod";
import { count, coupledKind, HEAD, price } from "./coupled-kind.js";

/** Cycles in which a core sweeps all its neurons, and is ready for the next tick. */
export const sweepCycles = ({ neurons, axons }: { readonly neurons: number; readonly axons: number }): number => neurons * (axons + 2) + 4;

const power = () =>
  z.strictObject({
    tick_hz: z.number().min(0.001).max(1e9).describe("global ticks per second; a tick's time does not depend on the clock"),
    tick_cycles: count(1, 100_000_000)
      .default(sweepCycles({ neurons: 256, axons: 256 }))
      .describe("cycles from a tick to the next with synthetic inputs, for cores of all sizes; a core's sweep must fit"),
    cores: count(1, 1_000_000).describe("cores of the chip; the grid is a sample of them"),
    static_mw: price().describe("power of the whole chip without activity; a grid takes the share of its cores"),
    synaptic_operation_pj: price().describe("marginal energy of a synaptic operation, with all accesses that it causes"),
  });

export const ranc = coupledKind({
  schema: () =>
    z.strictObject({
      ...HEAD,
      model: z.literal("ranc"),
      grid: z.strictObject({ width: count(1, 256).describe("positions in x"), height: count(1, 256).describe("positions in y") }),
      output_core: z.strictObject({
        x: count(0, 255).describe("position of the output bus in x; it has no core"),
        y: count(0, 255).describe("position of the output bus in y"),
      }),
      neurons: count(1, 4096).describe("neurons per core"),
      axons: count(2, 4096).describe("axons per core; with 1 a packet's field for it would have no bits"),
      delay_slots: count(2, 16).describe("slots of the scheduler; delays 0 .. slots - 1"),
      potential_bits: count(2, 30).describe("bits of a potential, in two's complement, which wraps"),
      router_buffer_depth: count(1, 65536).describe(
        "packets a router buffer holds; a full one stops its merge, full outgoing ones the core",
      ),
      input_queue_depth: count(1, 65536).describe("packets that the input queue holds; further packets are refused"),
      merge_arbiter: z.enum(["ordered", "round-robin"]).describe("which packet goes first where paths join"),
      power: power().nullable().default(null),
    }),
  // A tick of 256 neurons and 256 axons takes 66,050 cycles: the limit allows several.
  limitCycles: 1_000_000,
  hasCases: true,
  grid: ({ grid }) => grid,
  // a merge pops a packet in one cycle and presents it in the next
  packetCycles: 2,
  sized: ["neurons", "axons", "delay_slots", "potential_bits", "router_buffer_depth", "input_queue_depth"],
  wrong: (chip) => {
    const { output_core: at, grid, power } = chip;
    if (at.x >= grid.width || at.y >= grid.height)
      return { path: "output_core", message: `(${at.x}, ${at.y}) is outside the grid of ${grid.width} x ${grid.height}` };
    if (power === null) return null;
    const cores = grid.width * grid.height - 1;
    if (cores > power.cores) return { path: "power.cores", message: `got ${power.cores}, fewer than the grid's ${cores}` };
    const sweep = sweepCycles(chip);
    return sweep > power.tick_cycles
      ? { path: "power.tick_cycles", message: `got ${power.tick_cycles}, less than a core's sweep of ${sweep} cycles` }
      : null;
  },
});
export type RancChip = z.infer<ReturnType<typeof ranc.schema>>;
