/**
 * A mapped and flattened netlist as arrays: gates of a cell library, and nets with their driver, readers and load.
 * Memories are kept: paths begin at their outputs and end at their inputs. Loads are capacitances of pins; wires have
 * none.
 */
import { inputError } from "../../base/errors.js";
import type { Library, LibraryCell } from "./liberty.js";
import { partOf, pathOfCell, type YosysModule } from "./netlist.js";

export interface Gate {
  readonly part: string;
  readonly type: string;
  readonly cell: LibraryCell;
  /** Net of each pin; below 0: a constant, which is 1 if it is `CONSTANT_ONE`. */
  readonly nets: ReadonlyMap<string, number>;
}

const CONSTANT_ZERO = -1;
export const CONSTANT_ONE = -2;

export interface GateGraph {
  readonly gates: readonly Gate[];
  /** Number of nets; they are numbered from 0. */
  readonly nets: number;
  /** Load of each net, pF. */
  readonly loadPf: Float64Array;
  /** Names of the ends of paths: nets that memories read, and nets that leave the design. */
  readonly ends: ReadonlyMap<number, string>;
  /** Names of the starts of paths: nets that memories drive, and nets that enter the design. */
  readonly starts: ReadonlyMap<number, string>;
  /** Number of each one-bit net by its name. */
  readonly netOfName: ReadonlyMap<string, number>;
}

/** Throws: InputError for a cell or a pin that the library lacks, and for a net with two drivers. */
export function gateGraph(module: YosysModule, library: Library, file: string): GateGraph {
  const gates: Gate[] = [];
  let nets = 0;
  const net = (bit: number | string): number => {
    if (typeof bit !== "number") return bit === "1" ? CONSTANT_ONE : CONSTANT_ZERO;
    nets = Math.max(nets, bit + 1);
    return bit;
  };
  const ends = new Map<number, string>();
  const starts = new Map<number, string>();
  for (const [name, { direction, bits }] of Object.entries(module.ports))
    for (const bit of bits) (direction === "input" ? starts : ends).set(net(bit), name);
  for (const [name, { type, connections, port_directions }] of Object.entries(module.cells)) {
    if (type === "$scopeinfo") continue;
    if (type.startsWith("$mem")) {
      for (const [port, bits] of Object.entries(connections)) {
        if (port === "RD_CLK" || port === "WR_CLK") continue;
        for (const bit of bits) (port_directions[port] === "output" ? starts : ends).set(net(bit), `memory in ${partOf(pathOfCell(name))}`);
      }
      continue;
    }
    const cell = library.cells.get(type);
    if (cell === undefined) throw inputError(file, `the netlist has a cell ${type}, which library ${library.name} lacks`, "run it again");
    const alien = Object.keys(connections).find((pin) => !cell.pins.has(pin));
    if (alien !== undefined) throw inputError(file, `the netlist has a pin ${alien} of ${type}, which library ${library.name} lacks`);
    const pins = Object.entries(connections).flatMap(([pin, [bit]]) => (bit === undefined ? [] : [[pin, net(bit)] as const]));
    gates.push({ part: partOf(pathOfCell(name)), type, cell, nets: new Map(pins) });
  }
  const driven = new Uint8Array(nets);
  for (const { cell, nets: pins } of gates)
    for (const [pin, at] of pins) {
      if (at < 0 || cell.pins.get(pin)?.isOutput !== true) continue;
      if (driven[at] === 1) throw inputError(file, `the netlist has a net with two drivers, ${at}`, "run it again");
      driven[at] = 1;
    }
  const loadPf = new Float64Array(nets);
  for (const { cell, nets: pins } of gates)
    for (const [pin, at] of pins) if (at >= 0) loadPf[at] += cell.pins.get(pin)?.isOutput === false ? (cell.pins.get(pin)?.loadPf ?? 0) : 0;
  const named = Object.entries(module.netnames).filter(([, { bits }]) => bits.length === 1 && typeof bits[0] === "number");
  return { gates, nets, loadPf, ends, starts, netOfName: new Map(named.map(([name, { bits }]) => [name, bits[0] as number])) };
}
