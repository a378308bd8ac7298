/**
 * Area of an SRAM bit at a node: the geometric mean of the foundries' high-density six-transistor cells
 * (`sram_cells.csv`), interpolated log-log between nodes; above 90 nm scaled by the area factors of Stillmaker and
 * Baas. CACTI assumes 146 F^2 at all nodes, but published cells shrink more slowly: 130 F^2 at 65 nm, 209 at 22, 343 at
 * 14.
 */
import { exp, log, square } from "../../base/math.js";
import { interpolate, num, table } from "../component-tables.js";
import { areaRatio } from "../scaling.js";

const CACTI_CELL_F2 = 146;
const UM_PER_NM = 1e-3;

let cells: readonly (readonly [lnNode: number, lnUm2: number])[] | null = null;
/** ln(node) and ln(um2), from small nodes to large. */
function cellTable(): readonly (readonly [number, number])[] {
  if (cells !== null) return cells;
  const byNode = new Map<number, number[]>();
  for (const row of table("sram_cells"))
    byNode.set(num(row, "tech_nm"), [...(byNode.get(num(row, "tech_nm")) ?? []), num(row, "cell_um2")]);
  cells = [...byNode]
    .sort(([a], [b]) => a - b)
    .map(([node, sizes]) => [log(node), sizes.reduce((sum, size) => sum + log(size), 0) / sizes.length] as const);
  return cells;
}

/** Area of a cell, um2. */
export function cellUm2(nodeNm: number): number {
  const points = cellTable();
  const [largest] = points[points.length - 1];
  const largestNm = exp(largest);
  if (log(nodeNm) > largest) return exp(points[points.length - 1][1]) * areaRatio(Math.round(largestNm), nodeNm);
  return exp(interpolate(points, log(nodeNm)));
}

/**
 * Factor from an area of CACTI's table at `fromNm`, which is proportional to CACTI's cell, to the area at `toNm` with
 * published cells.
 */
export const cellRatio = (fromNm: number, toNm: number): number => cellUm2(toNm) / (CACTI_CELL_F2 * square(fromNm * UM_PER_NM));
