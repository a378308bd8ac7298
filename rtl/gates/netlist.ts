/** A design in Yosys's JSON: modules with cells and nets. Pure. Throws: InputError if the text is no such design. */
import { inputError } from "../../base/errors.js";

/** A net by number, or a constant. */
type Bit = number | string;

export interface YosysCell {
  readonly type: string;
  readonly parameters: { readonly [name: string]: string };
  readonly port_directions: { readonly [port: string]: string };
  readonly connections: { readonly [port: string]: readonly Bit[] };
}

export interface YosysModule {
  readonly ports: { readonly [name: string]: { readonly direction: string; readonly bits: readonly Bit[] } };
  readonly cells: { readonly [name: string]: YosysCell };
  readonly netnames: { readonly [name: string]: { readonly bits: readonly Bit[] } };
}

export type YosysModules = { readonly [name: string]: YosysModule };

export function modulesOf(text: string, file: string): YosysModules {
  try {
    const { modules } = JSON.parse(text) as { readonly modules?: YosysModules };
    if (typeof modules === "object" && modules !== null) return modules;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw inputError(file, "is no netlist that Yosys wrote in JSON", "run the synthesis again");
}

/** A parameter that Yosys writes as bits. */
export function numberOf(cell: YosysCell, name: string): number {
  return Number.parseInt(cell.parameters[name] ?? "0", 2);
}

/**
 * The part of a chip to which a path of instances belongs: `core_0.adds.synapses.lanes.queues[0].sums` is in
 * `synapses.lanes`.
 */
export function partOf(path: string): string {
  const names = path
    .replace(/^core_\d+\.?(adds\.)?/, "")
    .replace(/\[\d+\]/g, "")
    .split(".")
    .filter((name) => name !== "");
  return names.length === 0 ? "core" : names.slice(0, 2).join(".");
}

/** Instances around a cell, in a design that was flattened with dots; names that Yosys generates begin with `$`. */
export function pathOfCell(name: string): string {
  const plain = name.replace(/^\$flatten/, "").replaceAll("\\", "");
  const own = plain.indexOf(".$");
  if (plain.startsWith("$")) return "";
  return own >= 0 ? plain.slice(0, own) : plain.split(".").slice(0, -1).join(".");
}
