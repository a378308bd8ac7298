/**
 * `npx tsx scripts/calibrate-silicon.ts`: derives the factors from component library to silicon from the boards of
 * published chips, writes `arch/components/silicon.csv`, and prints the error that each factor leaves. If three or more
 * other chips were measured, a chip is predicted without itself. `silicon_leakage.csv` has the factors of leakage that
 * the chips would give with other cells and corners, `silicon_nodes.csv` what an open library leaks at a larger node.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { calibrationOf, leakagesAs, leakageTable, nodeRatios, nodeTable, readPublishedChips, siliconTable } from "../sim/recorded/index.js";

const { boards } = readPublishedChips();
const calibration = calibrationOf(boards);
const leakages = leakageTable(leakagesAs(boards));
const nodes = nodeTable(nodeRatios(boards, calibration));
const write = (name: string, text: string): void => writeFileSync(join(packageRoot(), "arch", "components", name), text);
write("silicon.csv", siliconTable(calibration));
write("silicon_leakage.csv", leakages);
write("silicon_nodes.csv", nodes);
console.log(`${siliconTable(calibration)}\n${leakages}\n${nodes}`);
for (const { value, silicon, leftOut, low, high } of calibration.checks) {
  const { chip, quantity, library, published, evidence } = value;
  const ratio = (model: number): string => (model / published.value).toPrecision(2).padStart(6);
  const holds = low <= published.value && published.value <= high;
  const cells = [ratio(library), ratio(silicon), leftOut === null ? "     -" : ratio(leftOut), `${ratio(low)} ..${ratio(high)}`];
  console.log(`${chip.padEnd(10)} ${evidence.padEnd(9)} ${cells.join(" ")} ${holds ? "holds" : "MISSES"}  ${value.kind}: ${quantity}`);
}
