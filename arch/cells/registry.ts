/**
 * All cells by the name of their system. A new cell is a file beside this one, a line here, and its step in the
 * kernels; plug-ins can add cells.
 */
import { inputError } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { Registry } from "../../base/registry.js";
import { alif } from "./alif.js";
import type { Cell, KernelCell } from "./cell.js";
import { gru } from "./gru.js";
import { lif } from "./lif.js";
import { lstm } from "./lstm.js";
import type { PluginCell } from "./plugin-cell.js";
import { recV1, recV2 } from "./rec.js";

const CELLS = { lif, alif, "rec-v1": recV1, "rec-v2": recV2, gru, lstm } satisfies { readonly [system: string]: KernelCell };

/** The systems of Ponghiran & Roy (AAAI 2022), the adaptive cell, and the two dense baselines. */
export type System = keyof typeof CELLS;
export const SYSTEMS = Object.keys(CELLS) as [System, ...System[]];

/** Step rules by name: several systems may share one. */
export type CellKernel = (typeof CELLS)[System]["kernel"];

type BuiltInCell = KernelCell & { readonly kernel: CellKernel };

/** Built-in cells and those of plug-ins, which contain their own step. */
export const CELL_KINDS = new Registry<BuiltInCell | PluginCell>("cell", CELLS);

export function cellOf(system: System): BuiltInCell;
export function cellOf(system: string): Cell;
export function cellOf(system: string): Cell {
  return CELL_KINDS.demand(system, "network");
}

/** Names of its gates, in file order. */
export const gatesOf = (system: string): readonly string[] => Object.keys(cellOf(system).gates);

/** Distinguishes built-in cells from cells of plug-ins: the caller gives one function for each. */
export function byStep<T>(
  system: string,
  cases: { readonly kernel: (kernel: CellKernel, system: System) => T; readonly plugin: (cell: PluginCell) => T },
): T {
  const cell = CELL_KINDS.demand(system, "network");
  return "kernel" in cell ? cases.kernel(cell.kernel, system as System) : cases.plugin(cell);
}

/** Name of the step rule in the kernels; null for a cell of a plug-in. */
export const kernelOf = (system: string): CellKernel | null =>
  byStep<CellKernel | null>(system, { kernel: (kernel) => kernel, plugin: () => null });

/** The system, if its step is in the kernels. @throws InputError for a cell of a plug-in; `what` says what it lacks */
export const builtIn = (system: string, place: string, what: string): System =>
  byStep(system, {
    kernel: (_, own) => own,
    plugin: ({ name, by }) => {
      throw inputError(place, `its cell ${name} is from the plug-in ${by.name}: ${what}`, `cells that have it: ${SYSTEMS.join(", ")}`);
    },
  });

/** The zod error for a cell of a plug-in, which cannot be trained; undefined if no cell has this name. */
export const untrained = ({ input }: { readonly input?: unknown }): string | undefined =>
  typeof input === "string" && CELL_KINDS.isAdded(input) ? `${input} is a cell of a plug-in: ${NO_FLOAT_STEP}` : undefined;

/** Why training and evaluation in float refuse a cell of a plug-in. */
export const NO_FLOAT_STEP = "its step works on integers, so it has neither a gradient nor a float version";

/** Checks the name of a cell in a file, at `path`. @throws InputError if no cell has this name */
export function cellNamed(name: string, file: string, path: string): string {
  if (CELL_KINDS.has(name)) return name;
  const fix =
    didYouMean(name, SYSTEMS) ||
    `known: ${SYSTEMS.join(", ")}; name the plug-in that brings another: plugins: [./my-plugin.mjs], or --plugin ./my-plugin.mjs`;
  throw inputError(file, `no cell is named ${name}`, fix, path);
}
