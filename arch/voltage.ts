/** Nominal supply of each node and SRAM device family, from CACTI's tables. */
import type { SramCell } from "./chip.js";

/**
 * Rows [hp, lstp, lop]. 22 to 90 nm: supplies of CACTI 7.0, linear between its nodes, as CACTI does at 28 nm; 130 nm:
 * core supply of IHP SG13G2; 180 nm: 1.8 V, usual at that node; below 22 nm: a guess from the roadmap's trend.
 */
const NOMINAL_V: { readonly [nodeNm: number]: readonly [hp: number, lstp: number, lop: number] } = {
  180: [1.8, 1.8, 1.8],
  130: [1.2, 1.2, 1.2],
  90: [1.2, 1.3, 0.9],
  65: [1.1, 1.2, 0.8],
  55: [1.05, 1.15, 0.75],
  45: [1.0, 1.1, 0.7],
  40: [0.96, 1.06, 0.66],
  32: [0.9, 1.0, 0.6],
  28: [0.86, 0.92, 0.6],
  22: [0.8, 0.8, 0.6],
  20: [0.8, 0.8, 0.6],
  16: [0.8, 0.8, 0.6],
  14: [0.75, 0.75, 0.6],
  10: [0.7, 0.7, 0.55],
  7: [0.7, 0.7, 0.55],
};

/** @throws RangeError for a node outside of the schema. */
export function nominalVoltageV(nodeNm: number, cell: SramCell): number {
  const row = NOMINAL_V[nodeNm];
  if (row === undefined) throw new RangeError(`no nominal voltage at ${nodeNm} nm`);
  return row[cell === "hp" ? 0 : cell === "lstp" ? 1 : 2];
}
