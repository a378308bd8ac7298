/**
 * Energy, delay and area of logic over node and supply.
 *
 * Source: A. Stillmaker, B. Baas, Integration 58:74-81 (2017): a value scales by factor(to) / factor(from). Nodes
 * between the table's (28 and 22 nm lie between 32 and 20) are interpolated linearly in the logarithms of node and
 * factor. Energy over nodes follows the fits at each node's nominal supply; over supply it is C V^2. Away from the
 * nominal supply the fits include leakage of an inverter that switches more slowly (at 28 nm from 0.92 to 0.55 V they
 * fall to 0.54, V^2 to 0.36), but leakage has its own price here. Above the supply where a delay fit stops falling,
 * delay is constant.
 * Not modelled: variation, near-threshold; the fits are of inverters and scale faster than measured arithmetic.
 */
import { cube, exp, log, square } from "../base/math.js";
import type { SramCell } from "./chip.js";
import { interpolate, Memo, num, type Row, table } from "./component-tables.js";
import { nominalVoltageV } from "./voltage.js";

/** High performance or low power transistors; one form above 45 nm, where low power delays therefore step up. */
type Form = "HP" | "LP";
export interface Corner {
  readonly nodeNm: number;
  readonly form: Form;
  readonly voltageV: number;
}

/** Form of a device family's energies. */
export const formOf = (cell: SramCell): Form => (cell === "hp" ? "HP" : "LP");
/**
 * Form by which its memories' delays go over supply. Only transistors of low standby power are as slow as the fits' low
 * power form: at 45, 32 and 22 nm and the nominal supplies CACTI's memories of `lop` have 0.49 to 0.58 of the speed of
 * those of `hp`, inverters of the low power form 0.04 to 0.21, of the other form 0.18 to 0.56. Memories of `lstp` have
 * 0.31 to 0.35, inverters of the low power form 0.19 to 0.40. Logic has one form (`arithmetic.ts`).
 */
const delayFormOf = (cell: SramCell): Form => (cell === "lstp" ? "LP" : "HP");

export const SCALING_SOURCE = "scaled by Stillmaker and Baas 2017";
const NODES_NM = [180, 130, 90, 65, 45, 32, 20, 16, 14, 10, 7];

function coefficients(nodeNm: number, form: Form): Row {
  const name = nodeNm > 45 ? String(nodeNm) : `${form}${nodeNm}`;
  const row = table("scaling").find((candidate) => candidate.table === "coef" && candidate.node === name);
  if (row === undefined) throw new RangeError(`no scaling coefficients at ${name}`);
  return row;
}

/** Energy divided by the square of the supply, at the nominal supply. */
function capacitanceAt(nodeNm: number, form: Form): number {
  const row = coefficients(nodeNm, form);
  const v = nominalVoltageV(nodeNm, form === "HP" ? "hp" : "lstp");
  return num(row, "e2") + num(row, "e1") / v + num(row, "e0") / (v * v);
}

function delayAt(row: Row, voltageV: number): number {
  const [d3, d2, d1, d0] = [num(row, "d3"), num(row, "d2"), num(row, "d1"), num(row, "d0")];
  const v = Math.min(voltageV, flatFromV(d3, d2, d1));
  return d3 * cube(v) + d2 * v * v + d1 * v + d0;
}

/** The supply at which the delay polynomial has its first minimum. */
function flatFromV(d3: number, d2: number, d1: number): number {
  if (d3 === 0) return -d1 / (2 * d2);
  const root = Math.sqrt(Math.max(0, d2 * d2 - 3 * d3 * d1));
  const turns = [(-d2 + root) / (3 * d3), (-d2 - root) / (3 * d3)].sort((a, b) => a - b);
  return turns[0];
}

/** A table value at any node: exact at the table's nodes, log-log between them. */
function overNodes(nodeNm: number, at: (tableNodeNm: number) => number): number {
  if (NODES_NM.includes(nodeNm)) return at(nodeNm);
  const upper = NODES_NM.filter((node) => node > nodeNm).at(-1);
  const lower = NODES_NM.find((node) => node < nodeNm);
  if (upper === undefined || lower === undefined) throw new RangeError(`no scaling data at ${nodeNm} nm`);
  const points = [lower, upper].map((node) => [log(node), log(at(node))] as const);
  return exp(interpolate(points, log(nodeNm)));
}

const memo = new Memo<number>();
const remembered = (kind: string, c: Corner, compute: () => number): number =>
  memo.get(`${kind}${c.nodeNm}${c.form}${c.voltageV}`, compute);

const energyFactor = (c: Corner): number =>
  remembered("e", c, () => overNodes(c.nodeNm, (node) => capacitanceAt(node, c.form)) * square(c.voltageV));
const delayFactor = (c: Corner): number =>
  remembered("d", c, () => overNodes(c.nodeNm, (node) => delayAt(coefficients(node, c.form), c.voltageV)));

/** Factor from an energy at `from` to the energy at `to`. */
export const energyRatio = (from: Corner, to: Corner): number => energyFactor(to) / energyFactor(from);
/** Factor from a delay at `from` to the delay at `to`. */
export const delayRatio = (from: Corner, to: Corner): number => delayFactor(to) / delayFactor(from);

type Place = Pick<Corner, "nodeNm" | "voltageV">;
/** The same two factors for a device family. */
export const familyRatios = (cell: SramCell, from: Place, to: Place): { readonly energy: number; readonly delay: number } => {
  const of = (ratio: (from: Corner, to: Corner) => number, form: Form): number => ratio({ ...from, form }, { ...to, form });
  return { energy: of(energyRatio, formOf(cell)), delay: of(delayRatio, delayFormOf(cell)) };
};

const areaMemo = new Memo<number>();
/** Factor from an area at node `fromNm` to the area at `toNm`: the table's column of 45 nm, log-log between nodes. */
export const areaRatio = (fromNm: number, toNm: number): number => areaMemo.get(`${fromNm}/${toNm}`, () => areaRatioOf(fromNm, toNm));

function areaRatioOf(fromNm: number, toNm: number): number {
  const from45 = (nodeNm: number): number => {
    const row = table("scaling").find(
      (candidate) => candidate.table === "area" && candidate.node === "45" && candidate.to_node === String(nodeNm),
    );
    if (row === undefined) throw new RangeError(`no area factor at ${nodeNm} nm`);
    return num(row, "area_factor");
  };
  return overNodes(toNm, from45) / overNodes(fromNm, from45);
}
