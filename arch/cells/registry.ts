/** All cells by the name of the system that they make. A new one is a file beside this one, a line here, and its step in the kernels. */
import { alif } from "./alif.js";
import type { Cell } from "./cell.js";
import { gru } from "./gru.js";
import { lif } from "./lif.js";
import { lstm } from "./lstm.js";
import { recV1, recV2 } from "./rec.js";

export const CELLS = { lif, alif, "rec-v1": recV1, "rec-v2": recV2, gru, lstm } satisfies { readonly [system: string]: Cell };

/** The systems of Ponghiran & Roy (AAAI 2022), the adaptive cell, and the two dense baselines. */
export type System = keyof typeof CELLS;
export const SYSTEMS = Object.keys(CELLS) as [System, ...System[]];

/** Step rules by name: several systems may share one. */
export type CellKernel = (typeof CELLS)[System]["kernel"];

export const cellOf = (system: System): Cell & { readonly kernel: CellKernel } => CELLS[system];

/** Names of its gates, in file order. */
export const gatesOf = (system: System): readonly string[] => Object.keys(CELLS[system].gates);
