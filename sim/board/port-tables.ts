/**
 * Lays out the port in the memory of the compiled board: a record after those of the cores, with a slice per population
 * behind the port.
 */
import type { Port } from "../../arch/index.js";
import type { Program, SomaSlice } from "../program/index.js";
import type { Handle, TableKernel } from "./table-kernel.js";

/** Delays, banks and units of a core record that gets no message and updates nothing; no touched neurons. */
const NO_UNITS = [1, 1, 1, 1, 1, 1, 1, 1, 0] as const;

/**
 * Adds the port after the cores in use; returns it and its slices with their handles. `routes`: addresses of the tables
 * of all neurons' routes.
 */
export function addPort(
  kernel: TableKernel,
  port: Port | null,
  { usedCores, somaSlices, populationStart }: Program,
  routes: readonly [number, number],
): { readonly at: Handle; readonly slices: readonly (readonly [SomaSlice, Handle])[] } | null {
  if (port === null) return null;
  const end = somaSlices.length - 1;
  const slices = somaSlices[end];
  const at = kernel.addCore(usedCores.length, end, slices.length, 1, port.queueDepth, ...NO_UNITS);
  kernel.takeInSpecially(at, 0, 0, 0, 1);
  kernel.enterFrom(at, port.latencyCycles);
  const added = slices.map((soma, i) => {
    const { population, neurons } = soma.slice;
    const first = 4 * populationStart[population];
    const slice = kernel.addSlice(at, i, population, 0, neurons, soma.flits, routes[0] + first, routes[1] + first, 0, 0, 0, 0);
    kernel.passLink(slice, soma.crossing?.cycles ?? 1, soma.crossing?.bits ?? 0);
    return [soma, slice] as const;
  });
  return { at, slices: added };
}
