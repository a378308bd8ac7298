/** Cores whose ECP5 resources check the FPGA laws: those to which the laws are fitted, and others of varied shape. */
import { CORES, core, QUEUE, WIDTHS } from "../rtl-gates/cores.js";

type Shape = { readonly [path: string]: number | string };

/** Cores outside the fit. */
const CHECKED: { readonly [name: string]: Shape } = {
  "rec-v2, 4 lanes, 5/12/20": core("rec-v2", 4, [32, 64], { ...WIDTHS(5, 12, 20), ...QUEUE(8) }),
  "rec-v1, 1 lane, 8/16/24": core("rec-v1", 1, [16, 48], { ...WIDTHS(8, 16, 24), ...QUEUE(4) }),
  "alif, 4 lanes, 4/12/16": core("alif", 4, [32, 64], { ...WIDTHS(4, 12, 16), ...QUEUE(16) }),
  "lif, 2 lanes, 6/14/18, 4 banks": core("lif", 2, [24, 36], { ...WIDTHS(6, 14, 18), ...QUEUE(8), "tile.core.state_memory.banks": 4 }),
  "lif, 2 lanes, 4/10/16, 4 banks": core("lif", 2, [16, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(8), "tile.core.state_memory.banks": 4 }),
  "lif, 2 lanes, 6/14/18": core("lif", 2, [24, 36], { ...WIDTHS(6, 14, 18), ...QUEUE(8) }),
  "lif, 1 lane, 8/16/24, 4 banks": core("lif", 1, [16, 32], { ...WIDTHS(8, 16, 24), ...QUEUE(4), "tile.core.state_memory.banks": 4 }),
  "lif, 16 lanes, 4/10/16": core("lif", 16, [64, 128], { ...WIDTHS(4, 10, 16), ...QUEUE(16) }),
  "rec-v2, 8 lanes, 8/16/24": core("rec-v2", 8, [64, 64], { ...WIDTHS(8, 16, 24), ...QUEUE(16) }),
  "rec-v2, 16 lanes, 8/16/24, 2 units": core("rec-v2", 16, [128, 128], {
    ...{ ...WIDTHS(8, 16, 24), ...QUEUE(16) },
    "tile.core.neuron_update.units": 2,
  }),
  "lif, 4 lanes, 4/10/16, 4 units": core("lif", 4, [32, 64], { ...WIDTHS(4, 10, 16), ...QUEUE(8), "tile.core.neuron_update.units": 4 }),
  "rec-v2, 8 lanes, 4/10/16, 8 units": core("rec-v2", 8, [32, 128], {
    ...WIDTHS(4, 10, 16),
    ...QUEUE(16),
    "tile.core.neuron_update.units": 8,
  }),
  "lif, 32 lanes, 4/10/16": core("lif", 32, [128, 256], { ...WIDTHS(4, 10, 16), ...QUEUE(16) }),
  "lif, 4 lanes, 2/10/16": core("lif", 4, [32, 64], { ...WIDTHS(2, 10, 16), ...QUEUE(16) }),
  "lif, 1 lane, 3/8/12": core("lif", 1, [12, 24], { ...WIDTHS(3, 8, 12), "precision.state_fraction_bits": 5, ...QUEUE(2) }),
  "alif, 1 lane, 8/16/24, deep": core("alif", 1, [16, 48], {
    ...{ ...WIDTHS(8, 16, 24), ...QUEUE(4) },
    ...{ "tile.core.accumulate_depth_cycles": 5, "tile.core.neuron_update.pipeline_depth_cycles": 6 },
  }),
};

export type Use = "fit" | "check";

export const FPGA_CORES: { readonly [name: string]: { readonly use: Use; readonly shape: Shape } } = Object.fromEntries([
  ...Object.entries(CORES).map(([name, shape]) => [name, { use: "fit" as const, shape }] as const),
  ...Object.entries(CHECKED).map(([name, shape]) => [name, { use: "check" as const, shape }] as const),
]);
