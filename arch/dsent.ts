/**
 * Energy of routers, links and flip-flop FIFOs by action; leakage and area of links (of routers: `router-law.ts`).
 *
 * Source: DSENT 0.91 grid (`noc.csv`, bulk LVT, 340 K, 500 MHz). Multilinear interpolation over ports, flit bits,
 * buffers per VC and VCs; links over bits and length. Beyond the rows of buffers and VCs, and above 128 bits, a
 * router's value at the grid's edge grows as the multilinear function through the grid's outermost rows: slopes of the
 * outermost cells fall with the VCs where DSENT resizes a clock buffer (64 bits at 45 nm), and made wide routers
 * cheaper with each VC, down to negative prices. No price falls with bits, buffers or VCs. Below 16 bits the line of
 * the first rows goes on. Below 3 ports: proportional to ports. 28 nm is interpolated between the 32 and 22 nm
 * rows, log-log in node; other nodes and supplies by Stillmaker-Baas (HP form). Leakage is that of LVT cells, scaled to
 * the chip's family and temperature by the SRAM table's ratio to hp at 340 K (a guess; without it, an upper bound).
 * DSENT has no VC allocator; its action is priced as one more arbitration of the same router.
 */
import { exp, log } from "../base/math.js";
import type { Technology } from "./chip.js";
import { interpolate, Memo, num, type Row, table } from "./component-tables.js";
import { areaRatio, type Corner, energyRatio } from "./scaling.js";
import { leakageRatio, technologyKey } from "./sram.js";

export interface RouterShape {
  /** Number of neighbours plus local ports. */
  readonly ports: number;
  readonly flitBits: number;
  readonly buffersPerVc: number;
  readonly virtualChannels: number;
}

const ROUTER_COLUMNS = ["buf_write_pj", "buf_read_pj", "xbar_pj", "arbiter_pj"] as const;
type RouterColumn = (typeof ROUTER_COLUMNS)[number];
type RouterCosts = { readonly [column in RouterColumn]: number };

const TABLE_NODES: readonly (readonly [nodeNm: number, supplyV: number])[] = [
  [45, 1.0],
  [32, 0.9],
  [22, 0.8],
];
const PORTS = [3, 5] as const;

let routers: Map<string, Row> | null = null;
function routerRow(nodeNm: number, ports: number, flitBits: number, buffers: number, vcs: number): Row {
  routers ??= new Map(
    table("noc")
      .filter((row) => row.kind === "router")
      .map((row) => [[row.tech_nm, row.ports, row.flit_bits, row.buffers_per_vc, row.vcs].join("/"), row]),
  );
  const row = routers.get([nodeNm, ports, flitBits, buffers, vcs].join("/"));
  if (row === undefined) throw new RangeError(`no router row at ${nodeNm} nm, ${ports} ports, ${flitBits} bits`);
  return row;
}

type GridShape = Omit<RouterShape, "ports">;
type Rows = { readonly [axis in keyof GridShape]: readonly number[] };
const ALL_ROWS: Rows = { flitBits: [16, 32, 64, 128], buffersPerVc: [2, 4, 8], virtualChannels: [1, 2, 4] };
const OUTER_ROWS: Rows = { flitBits: [16, 128], buffersPerVc: [2, 8], virtualChannels: [1, 4] };

/** Multilinear interpolation over some rows of the grid; beyond them the outermost lines go on. */
function overRows(column: RouterColumn, nodeNm: number, ports: number, rows: Rows, shape: GridShape): number {
  const value = (bits: number, buffers: number, vcs: number): number => num(routerRow(nodeNm, ports, bits, buffers, vcs), column);
  const overVcs = (bits: number, buffers: number): number =>
    interpolate(
      rows.virtualChannels.map((vcs) => [vcs, value(bits, buffers, vcs)] as const),
      shape.virtualChannels,
    );
  const overBuffers = (bits: number): number =>
    interpolate(
      rows.buffersPerVc.map((buffers) => [buffers, overVcs(bits, buffers)] as const),
      shape.buffersPerVc,
    );
  return interpolate(
    rows.flitBits.map((bits) => [bits, overBuffers(bits)] as const),
    shape.flitBits,
  );
}

/** A value of a router with as many ports as one of the grid's. */
function atGridPorts(column: RouterColumn, nodeNm: number, ports: number, shape: GridShape): number {
  const edge: GridShape = {
    flitBits: Math.min(shape.flitBits, 128),
    buffersPerVc: Math.min(Math.max(shape.buffersPerVc, 2), 8),
    virtualChannels: Math.min(shape.virtualChannels, 4),
  };
  const inside = overRows(column, nodeNm, ports, ALL_ROWS, edge);
  const isInside = (["flitBits", "buffersPerVc", "virtualChannels"] as const).every((axis) => shape[axis] === edge[axis]);
  if (isInside) return inside;
  const outer = (at: GridShape): number => overRows(column, nodeNm, ports, OUTER_ROWS, at);
  return inside + outer(shape) - outer(edge);
}

/** A router's value at one of the grid's nodes and its own supply. */
function routerAtNode(column: RouterColumn, nodeNm: number, shape: RouterShape): number {
  const at = (ports: number): number => atGridPorts(column, nodeNm, ports, shape);
  const [few, many] = PORTS;
  const [low, high] = [at(few), at(many)];
  if (shape.ports < few) return (low * shape.ports) / few;
  return low + ((high - low) * (shape.ports - few)) / (many - few);
}

/** A value of the grid at any node; `scale` takes it from a grid corner to the chip's node and supply. */
function overNodes(nodeNm: number, at: (tableNodeNm: number) => number, scale: (from: Corner) => number): number {
  const exact = TABLE_NODES.find(([node]) => node === nodeNm);
  const corner = (node: number, voltageV: number): Corner => ({ nodeNm: node, form: "HP", voltageV });
  if (exact !== undefined) return at(exact[0]) * scale(corner(exact[0], exact[1]));
  const upper = TABLE_NODES.filter(([node]) => node > nodeNm).at(-1);
  const lower = TABLE_NODES.find(([node]) => node < nodeNm);
  if (upper === undefined || lower === undefined) {
    const [node, supply] = (upper ?? lower) as readonly [number, number];
    return at(node) * scale(corner(node, supply));
  }
  const between = (values: readonly [number, number]): number =>
    exp(
      interpolate(
        [
          [log(lower[0]), log(values[1])],
          [log(upper[0]), log(values[0])],
        ],
        log(nodeNm),
      ),
    );
  return between([at(upper[0]), at(lower[0])]) * scale(corner(nodeNm, between([upper[1], lower[1]])));
}

const dynamic =
  (technology: Technology) =>
  (from: Corner): number =>
    energyRatio(from, { nodeNm: technology.nodeNm, form: "HP", voltageV: technology.voltageV });
const area =
  (technology: Technology) =>
  (from: Corner): number =>
    areaRatio(from.nodeNm, technology.nodeNm);
/** Scales leakage from LVT at 340 K at the nearest node with data to the chip's family, temperature and supply. */
const leakage =
  (technology: Technology) =>
  (from: Corner): number =>
    leakageRatio(from.nodeNm, "hp", 340, technology);

const routerMemo = new Memo<RouterCosts>();
export function routerCosts(shape: RouterShape, technology: Technology): RouterCosts {
  const { ports, flitBits, buffersPerVc, virtualChannels } = shape;
  const key = `${ports}/${flitBits}/${buffersPerVc}/${virtualChannels}/${technologyKey(technology)}`;
  return routerMemo.get(key, () => routerCostsOf(shape, technology));
}

function routerCostsOf(shape: RouterShape, technology: Technology): RouterCosts {
  const cost = (column: RouterColumn): number =>
    overNodes(technology.nodeNm, (node) => routerAtNode(column, node, shape), dynamic(technology));
  return Object.fromEntries(ROUTER_COLUMNS.map((column) => [column, cost(column)])) as RouterCosts;
}

/** Energy of one flit over repeated wire, and the wire's leakage and repeater area. */
interface LinkCosts {
  readonly flitPj: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
}

const linkMemo = new Memo<LinkCosts>();
export function linkCosts(bits: number, lengthMm: number, technology: Technology): LinkCosts {
  return linkMemo.get(`${bits}/${lengthMm}/${technologyKey(technology)}`, () => linkCostsOf(bits, lengthMm, technology));
}

function linkCostsOf(bits: number, lengthMm: number, technology: Technology): LinkCosts {
  const rows = table("noc").filter((row) => row.kind === "link");
  const at = (column: string, nodeNm: number): number =>
    interpolate(
      [1, 16, 32, 64, 128].map((width) => {
        const points = rows
          .filter((row) => row.tech_nm === String(nodeNm) && row.flit_bits === String(width))
          .map((row) => [num(row, "length_mm"), num(row, column)] as const);
        // DSENT's rows of one width have the same leakage and area at 0.5 to 2 mm: its repeaters do not grow with
        // length there.
        return [width, interpolate(points, lengthMm)] as const;
      }),
      bits,
    );
  const cost = (column: string, scale: (t: Technology) => (from: Corner) => number): number =>
    overNodes(technology.nodeNm, (node) => at(column, node), scale(technology));
  return { flitPj: cost("hop_pj", dynamic), leakageMw: cost("leakage_mw", leakage), areaMm2: cost("area_um2", area) * 1e-6 };
}

/** Entries of the grid's deepest FIFO: 8 flits x 4 VCs. */
export const FLOP_ENTRIES = 32;

/** Shapes of the grid's FIFOs by total depth: with 3 ports, and with one VC if the depth allows. */
const FIFO_SHAPES: readonly (readonly [buffers: number, vcs: number])[] = [
  [2, 1],
  [4, 1],
  [8, 1],
  [8, 2],
  [8, 4],
];

/**
 * Energy of a push (`buf_write_pj`) or a pop of a flip-flop FIFO of `entries` of `bits`, linear in both, also beyond
 * the grid's rows.
 */
export function fifoPj(column: "buf_write_pj" | "buf_read_pj", entries: number, bits: number, technology: Technology): number {
  const at = (node: number): number =>
    interpolate(
      FIFO_SHAPES.map(([buffersPerVc, virtualChannels]) => [
        buffersPerVc * virtualChannels,
        routerAtNode(column, node, { ports: 3, flitBits: bits, buffersPerVc, virtualChannels }),
      ]),
      entries,
    );
  return overNodes(technology.nodeNm, at, dynamic(technology));
}
