/**
 * `npx tsx scripts/rtl-subset.ts`: all one-core points of the shipped example's grid, and those that cannot be
 * SystemVerilog, by the rule that refuses them. Supply, clock and flit width keep their first values, because no rule
 * of the subset, and no capacity, depends on them. Exit code 1 below 95 % of the feasible points.
 */
import { edgeObstacles, edgeSpace } from "../test/rtl/edge-points.js";

const FIXED: readonly string[] = ["chip.voltage_v", "chip.clock_mhz", "noc.width", "noc.height", "noc.flit_width_bits"];
const LEAST_SHARE = 0.95;

let [asked, feasible, emitted] = [0, 0, 0];
const refused = new Map<string, number>();
for (let cell = 0; cell < (edgeSpace.gridSize ?? 0); cell++) {
  const position = edgeSpace.gridPosition(cell);
  const isFirst = edgeSpace.dimensions.every(
    ({ parameter, levels }, d) => !FIXED.includes(parameter.path) || position[d] * (levels ?? 1) < 1,
  );
  if (!isFirst) continue;
  asked++;
  const obstacles = edgeObstacles(position);
  if (obstacles === null) continue;
  feasible++;
  if (obstacles.length === 0) emitted++;
  for (const { key } of obstacles) refused.set(key, (refused.get(key) ?? 0) + 1);
}
console.log(`${asked} points of one core, ${feasible} feasible, ${emitted} emitted`);
for (const [key, count] of refused) console.log(`refused by ${key}: ${count}`);
process.exitCode = emitted >= LEAST_SHARE * feasible && feasible > 0 ? 0 : 1;
