/**
 * The laws of a router's area, leakage and registers: fits to synthesised routers, and how DSENT's routers differ from
 * these. Pure.
 */

import { DSENT_45, IHP_CORNER } from "../../arch/arithmetic.js";
import { num, type Row, table } from "../../arch/component-tables.js";
import { ihpCells } from "../../arch/memories/registers.js";
import { MARKS, routerParts } from "../../arch/router-law.js";
import { areaRatio, energyRatio } from "../../arch/scaling.js";
import { log } from "../../base/math.js";
import { fitted, sigmaOf } from "../fpga/fit.js";
import type { RouterRow, RouterRun, RouterSize } from "./row.js";

const SOURCE =
  "derived: routers emitted by this project as gates of IHP SG13G2, 1.2 V, 25 C (docs/logs/rtl-routers.json), relative least squares";

export const partsOf = ({ ports, flitBits, depth, vcs, kind }: RouterSize) =>
  routerParts({ ports, flitBits, buffersPerVc: depth, virtualChannels: vcs }, kind === "trees");
const flop = ihpCells()["flip-flop"];
/** Registers beside the bits of flits that wait. */
export const stateBits = (row: RouterRow): number => row.registerBits - partsOf(row.size).buffer_bit;

type Part = keyof ReturnType<typeof partsOf>;
const GATES: readonly Part[] = ["buffer_bit", "crossbar_bit", "channel", "channel_pair", "tree_branch"];

/** A column of the table: what it is in a router, and the parts over which it is a sum. */
const COLUMNS: { readonly [column: string]: { readonly of: (row: RouterRow) => number; readonly parts: readonly Part[] } } = {
  area: { of: ({ areaUm2 }) => areaUm2 / flop.areaUm2, parts: GATES },
  leakage: { of: ({ leakageUw }) => (1e6 * leakageUw) / flop.leakagePw, parts: GATES },
  registers: { of: stateBits, parts: ["channel", "channel_way", "channel_place_bit", "tree_branch"] },
  path_ns: { of: ({ longestNs }) => longestNs, parts: ["router", "level", "tree"] },
};

/**
 * A law's coefficient by part, each router's ratio of the law without it to its gates, and their standard deviation.
 */
export function routerLaw(rows: readonly RouterRow[], column: keyof typeof COLUMNS) {
  const { of, parts } = COLUMNS[column];
  const counts = rows.map(({ size }) => partsOf(size));
  const { coefficients, unseen, sigma } = fitted(
    counts.map((count) => parts.map((part) => count[part])),
    rows.map(of),
  );
  return { each: new Map(parts.map((part, k) => [part, coefficients[k]])), unseen, sigma };
}

export function routerTable(rows: readonly RouterRow[]): string {
  const laws = Object.keys(COLUMNS).map((column) => routerLaw(rows, column).each);
  const parts = Object.keys(partsOf(rows[0].size)) as Part[];
  const lines = parts.map((name) =>
    [name, ...laws.map((each) => each.get(name)?.toPrecision(4) ?? 0), rows.length, `"${SOURCE}"`].join(","),
  );
  return `part,${Object.keys(COLUMNS).join(",")},routers,source\n${lines.join("\n")}\n`;
}

/** DSENT's router; null: its grid has no such router. */
function dsentRow({ ports, flitBits, depth, vcs, kind }: RouterSize): Row | null {
  const wanted = { kind: "router", tech_nm: DSENT_45.nodeNm, ports, flit_bits: flitBits, buffers_per_vc: depth, vcs };
  const found = table("noc").find((row) => Object.entries(wanted).every(([column, value]) => row[column] === String(value)));
  return kind === "trees" ? null : (found ?? null);
}

/** Area of DSENT's router brought to the gates' node, um2; null: its grid has no such router. */
export function dsentUm2(size: RouterSize): number | null {
  const row = dsentRow(size);
  return row === null ? null : num(row, "area_um2") * areaRatio(DSENT_45.nodeNm, IHP_CORNER.nodeNm);
}

/** Energy of a router's run beside that of DSENT's actions at the gates' node. */
export interface RouterEnergy {
  /**
   * Of a flit that leaves, pJ: buffers, crossbar and allocators; a written place's clock is that of its flip-flops, all
   * others are in `clockPj`.
   */
  readonly flitPj: number;
  /** Per cycle, of all registers but the bits of flits that wait. */
  readonly clockPj: number;
  /**
   * Energies of a flit, and of its write and read alone, over those of DSENT's actions; null: its grid has no such
   * router.
   */
  readonly overDsent: { readonly flit: number; readonly buffers: number } | null;
}

export function routerEnergy(row: RouterRow, { parts, cycles, arrived, sent, allocations }: RouterRun): RouterEnergy {
  const clockOfBit = parts.reduce((sum, part) => sum + part.clockPj, 0) / (cycles * row.registerBits);
  const written = arrived * (row.size.flitBits + MARKS) * clockOfBit;
  const workOf = (part: string | null): number =>
    parts.reduce((sum, one) => sum + (part === null || one.part === part ? one.workPj : 0), written);
  const dsent = dsentRow(row.size);
  const scale = energyRatio(DSENT_45, IHP_CORNER);
  const actions = (counts: { readonly [column: string]: number }): number =>
    Object.entries(counts).reduce((sum, [column, count]) => sum + count * scale * num(dsent as Row, column), 0);
  const buffers = { buf_write_pj: arrived, buf_read_pj: sent };
  return {
    flitPj: workOf(null) / sent,
    clockPj: stateBits(row) * clockOfBit,
    overDsent:
      dsent === null
        ? null
        : {
            flit: workOf(null) / actions({ ...buffers, xbar_pj: sent, arbiter_pj: sent + allocations }),
            buffers: workOf("node.buffer") / actions(buffers),
          },
  };
}

/** Root mean square of ln(gates / DSENT) over all runs. */
export function energyDifference(rows: readonly RouterRow[]): { readonly flit: number; readonly buffers: number } {
  const all = rows.flatMap((row) => row.runs.flatMap((run) => routerEnergy(row, run).overDsent ?? []));
  return { flit: sigmaOf(all.map(({ flit }) => flit)), buffers: sigmaOf(all.map(({ buffers }) => buffers)) };
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
