/**
 * Slow and fast silicon: delays and leakage of a process corner relative to typical silicon at the same supply and
 * temperature.
 *
 * Source: 28 SRAM macros of IHP's SG13G2 at its vendor's three corners (`corners_ihp130.csv`), divided by the laws over
 * supply and temperature: slow is at 1.08 V and 125 C, fast at 1.32 V and -55 C. Access: 1.52 and 0.65 of typical, the
 * effect of temperature included; leakage: 1.08 and 3.54, with the law over temperature extrapolated below 300 K. That
 * the ratios hold at other nodes, and for logic, is a guess. Energies of an action depend only on the supply: theirs
 * are 0.80 and 1.26, the square of the supply gives 0.81 and 1.21. Slow silicon leaks less than typical; that its ratio
 * is above 1 is an error of the law over temperature, by which 6.4 times at 125 C are divided.
 */
import type { ProcessCorner } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import { delayRatio } from "./scaling.js";

export const CORNER_SOURCE = "process corner by IHP SG13G2's macros";

interface CornerRatios {
  readonly delay: number;
  readonly leakage: number;
}
const TYPICAL: CornerRatios = { delay: 1, leakage: 1 };
const KELVIN = 273;
const IHP_NM = 130;
const IHP_V = 1.2;

const TYPICAL_K = 25 + KELVIN;

function rowOf(corner: ProcessCorner): Row {
  const row = table("corners_ihp130").find((candidate) => candidate.corner === corner);
  if (row === undefined) throw new RangeError(`corners_ihp130.csv has no ${corner}`);
  return row;
}

const kelvinOf = (row: Row): number => num(row, "temp_c") + KELVIN;

/** How far from typical silicon's temperature the corner was measured, K. */
export const cornerKelvin = (corner: ProcessCorner): number => (corner === "typical" ? 0 : Math.abs(kelvinOf(rowOf(corner)) - TYPICAL_K));

const ratios = new Map<ProcessCorner, CornerRatios>([["typical", TYPICAL]]);
/**
 * `leakageLaw`: the laws of leakage over supply and temperature at IHP's node, which are used together with the
 * corner's ratio.
 */
export function cornerRatios(
  corner: ProcessCorner,
  leakageLaw: (nodeNm: number, voltageV: number, temperatureK: number) => number,
): CornerRatios {
  const known = ratios.get(corner);
  if (known !== undefined) return known;
  const row = rowOf(corner);
  const [voltageV, temperatureK] = [num(row, "vdd_v"), kelvinOf(row)];
  const at = (volts: number) => ({ nodeNm: IHP_NM, form: "LP" as const, voltageV: volts });
  const law = leakageLaw(IHP_NM, voltageV, temperatureK) / leakageLaw(IHP_NM, IHP_V, TYPICAL_K);
  const made = { delay: num(row, "access") / delayRatio(at(IHP_V), at(voltageV)), leakage: num(row, "leakage") / law };
  ratios.set(corner, made);
  return made;
}
