/** The law of a router's area: a fit to synthesised routers, and how DSENT's routers differ from these. Pure. */
import { num, table } from "../../arch/component-tables.js";
import { ihpCells } from "../../arch/memories/registers.js";
import { routerParts } from "../../arch/router-area.js";
import { areaRatio } from "../../arch/scaling.js";
import { log } from "../../base/math.js";
import { fitted } from "../fpga/fit.js";
import type { RouterRow } from "./row.js";

const SOURCE =
  "derived: routers emitted by this project as gates of IHP SG13G2, 1.2 V, 25 C (docs/logs/rtl-routers.json), relative least squares";

type Size = RouterRow["size"];
/** Node of DSENT's rows with which areas are compared, and that of the gates, nm. */
const [DSENT_NM, GATES_NM] = [45, 130];

export const partsOf = ({ ports, flitBits, depth, vcs, kind }: Size) =>
  routerParts({ ports, flitBits, buffersPerVc: depth, virtualChannels: vcs }, kind === "trees");
const flopsOf = ({ areaUm2 }: RouterRow): number => areaUm2 / ihpCells()["flip-flop"].areaUm2;

/** Flip-flops by quantity, each router's ratio of the law without it to its gates, and their standard deviation. */
export function routerLaw(rows: readonly RouterRow[]) {
  const names = Object.keys(partsOf(rows[0].size));
  const { coefficients, unseen, sigma } = fitted(
    rows.map(({ size }) => Object.values(partsOf(size))),
    rows.map(flopsOf),
  );
  return { flops: new Map(names.map((name, k) => [name, coefficients[k]])), unseen, sigma };
}

export function routerTable(rows: readonly RouterRow[]): string {
  const lines = [...routerLaw(rows).flops].map(([name, value]) => `${name},${value.toPrecision(4)},${rows.length},"${SOURCE}"`);
  return `quantity,flip_flops,routers,source\n${lines.join("\n")}\n`;
}

/** Area of DSENT's router brought to the gates' node, um2; null: its grid has no such router. */
export function dsentUm2({ ports, flitBits, depth, vcs, kind }: Size): number | null {
  const wanted = { kind: "router", tech_nm: DSENT_NM, ports, flit_bits: flitBits, buffers_per_vc: depth, vcs };
  const found = table("noc").find((row) => Object.entries(wanted).every(([column, value]) => row[column] === String(value)));
  return found === undefined || kind === "trees" ? null : num(found, "area_um2") * areaRatio(DSENT_NM, GATES_NM);
}

/**
 * ln(gates / DSENT) of unicast routers as level + vcs x ln(VCs) + flit x ln(flit bits / 32): the coefficients, by least
 * squares.
 */
export function dsentDifference(rows: readonly RouterRow[]): { readonly level: number; readonly vcs: number; readonly flit: number } {
  const points = rows.flatMap(({ size, areaUm2 }) => {
    const dsent = dsentUm2(size);
    return dsent === null ? [] : [{ terms: [1, log(size.vcs), log(size.flitBits / 32)], value: log(areaUm2 / dsent) }];
  });
  const sums = [0, 1, 2].map((i) => [
    ...[0, 1, 2].map((j) => points.reduce((sum, { terms }) => sum + terms[i] * terms[j], 0)),
    points.reduce((sum, { terms, value }) => sum + terms[i] * value, 0),
  ]);
  const minor = (column: number): number => {
    const [a, b, c] = sums.map((row) => [0, 1, 2].map((j) => row[j === column ? 3 : j]));
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  };
  const whole = minor(-1);
  return { level: minor(0) / whole, vcs: minor(1) / whole, flit: minor(2) / whole };
}
