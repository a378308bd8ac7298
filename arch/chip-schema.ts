/** Schema of a description's chip: process, supply, clock, and keys for all of its blocks. */
import * as z from "zod";
import { FPGA_NAMES } from "./fpga/devices.js";
import { choice, real } from "./schema-fields.js";
import { WEIGHT_FORMAT_TEXT, WEIGHT_FORMATS } from "./weight-format-schema.js";

export const TECHNOLOGY_NODES_NM = [7, 10, 14, 16, 20, 22, 28, 32, 40, 45, 55, 65, 90, 130, 180] as const;

/** Least and largest clock of a chip, MHz. */
export const CLOCK_MHZ = [0.001, 5000] as const;

export const chipSchema = z
  .strictObject({
    name: z.string().min(1).max(80).default("custom").describe("name of the chip in results"),
    technology_nm: z.literal(TECHNOLOGY_NODES_NM).default(28).describe("process node"),
    fpga: z
      .enum(FPGA_NAMES)
      .optional()
      .describe(
        "an FPGA instead of silicon: look-up tables, flip-flops, block RAMs and multipliers are counted, and a chip that does not fit is infeasible; energy is known only where `prices` gives it; node and voltage do not matter; left out: silicon",
      ),
    sram_cell: choice(
      ["lstp", "lop", "hp"],
      "CACTI device family of SRAM: low standby power, low operating power, high performance; of logic what leaks, and energies below 65 nm",
      "lstp",
    ),
    voltage_v: z
      .union([z.number().min(0.5).max(1.98), z.literal("nominal")])
      .default("nominal")
      .describe(
        "supply voltage; nominal: CACTI's supply for the node and cell from 90 to 22 nm, the usual one above, the roadmap's trend (a guess) below",
      ),
    temperature_k: real(300, 400, "junction temperature, for leakage", 300),
    corner: z
      .enum(["slow", "typical", "fast"])
      .optional()
      .describe(
        "slow, typical or fast silicon, for leakage and for what limits the clock, at the same supply and temperature; left out: typical",
      ),
    clock_mhz: real(...CLOCK_MHZ, "clock of the whole chip", 100),
    logic_period_ns: z
      .number()
      .min(0.01)
      .max(1e6)
      .optional()
      .describe(
        "shortest clock period at which logic of cores and routers works, by your own synthesis at this node, supply and corner: in place of the library's limits, while memories keep theirs; left out: the library's",
      ),
    weight_format: choice(WEIGHT_FORMATS, WEIGHT_FORMAT_TEXT, "auto"),
    convolution: choice(
      ["shared", "unrolled"],
      "how the weights of a convolution are stored. shared: the kernel once per core, its zeros too, with an address generator; unrolled: a matrix with a weight per synapse, stored as chip.weight_format says",
      "shared",
    ),
    idle: choice(
      ["clocked", "clock-gated", "power-gated"],
      "what happens to a block's clock and supply while it has nothing to do",
      "clock-gated",
    ),
    price_model: z
      .string()
      .min(1)
      .max(80)
      .nullable()
      .default(null)
      .describe("price model of a plug-in, used instead of the component library; prices under `prices` take precedence"),
  })
  .prefault({});
